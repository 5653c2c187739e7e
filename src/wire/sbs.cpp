#include "wire/sbs.h"

#include <algorithm>
#include <array>
#include <string>

#include "wire/field_text.h"

namespace skypact::wire {
namespace {

constexpr std::size_t field_count = 22;
using Fields = std::array<std::string_view, field_count>;

// Fields by their number in docs/formats/sbs.md, less one.
enum : std::size_t {
  record = 0, type = 1, address = 4, date = 6, clock = 7, callsign = 10, altitude = 11, speed = 12, track = 13,
  lat = 14, lon = 15, vertical_rate = 16, squawk = 17, alert = 18, emergency = 19, spi = 20, ground = 21,
};

// The longest time by which a message may have been generated before it was received, to be believed.
constexpr Duration longest_delay = seconds(30);

std::optional<Time> generated_at(std::string_view day, std::string_view time) {
  if (day.size() != 10 || time.size() < 8) return std::nullopt;
  std::string text(day);
  text[4] = text[7] = '-';
  const auto parsed = parse_rfc3339(text + 'T' + std::string(time) + 'Z');
  return parsed ? std::optional<Time>(*parsed) : std::nullopt;
}

// "Wed Sep 2 04:23:37 +0000 UTC 2015".
std::optional<Time> start_date(std::string_view text) {
  constexpr std::string_view months = "JanFebMarAprMayJunJulAugSepOctNovDec";
  std::array<std::string_view, 7> words;
  std::size_t count = 0;
  while (!(text = trim(text)).empty() && count < words.size()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    words[count++] = text.substr(0, end);
    text.remove_prefix(end);
  }
  const std::size_t month = words[1].size() == 3 ? months.find(words[1]) : std::string_view::npos;
  if (count != words.size() || words[4] != "+0000" || month == std::string_view::npos || month % 3 != 0) return std::nullopt;
  const auto two = [](std::string number) { return std::string(number.size() < 2 ? "0" : "") + number; };
  const auto parsed = parse_rfc3339(std::string(words[6]) + '-' + two(std::to_string(month / 3 + 1)) + '-' + two(std::string(words[2])) +
                                    'T' + std::string(words[3]) + 'Z');
  return parsed ? std::optional<Time>(*parsed) : std::nullopt;
}

// Reads the fields of one message one after the other; the first defect ends it.
class MessageReader {
 public:
  explicit MessageReader(const Fields& fields) : fields_(fields) {}

  [[nodiscard]] DecodeError error() const { return error_; }

  std::optional<double> number(std::size_t field, double from, double to) {
    if (fields_[field].empty()) return std::nullopt;
    const auto value = parse_number(fields_[field]);
    if (!value) return fail(DecodeError::bad_field), std::nullopt;
    if (!(*value >= from && *value <= to)) return fail(DecodeError::out_of_range), std::nullopt;
    return value;
  }
  std::optional<bool> flag(std::size_t field) {
    const std::string_view text = fields_[field];
    if (text.empty()) return std::nullopt;
    if (text == "0") return false;
    if (text == "1" || text == "-1") return true;
    return fail(DecodeError::bad_field), std::nullopt;
  }
  std::optional<std::uint16_t> squawk_code() {
    const std::string_view text = fields_[squawk];
    if (text.empty()) return std::nullopt;
    const std::string padded = text.size() < 4 ? std::string(4 - text.size(), '0') + std::string(text) : std::string(text);
    const auto code = parse_squawk(padded);
    if (!code) fail(DecodeError::bad_field);
    return code;
  }
  void fail(DecodeError error) {
    if (error_ == DecodeError::none) error_ = error;
  }

 private:
  const Fields& fields_;
  DecodeError error_ = DecodeError::none;
};

DecodeError read_address(std::string_view text, Address& out) {
  const bool other = !text.empty() && text.front() == '~';
  if (other) text.remove_prefix(1);
  if (text.empty()) return DecodeError::missing_field;
  const auto number = parse_address24(text);
  if (!number) return DecodeError::bad_field;
  if (*number == 0) return DecodeError::zero_address;
  out = {other ? AddressKind::adsb_other : AddressKind::icao, *number, {}};
  return DecodeError::none;
}

DecodeError read_message(const Fields& fields, Observation& out) {
  if (const DecodeError error = read_address(fields[address], out.address); error != DecodeError::none) return error;
  MessageReader read(fields);
  const auto altitude_ft = read.number(altitude, Plausible::altitude_from_ft, Plausible::altitude_to_ft);
  const auto speed_kt = read.number(speed, 0, Plausible::speed_to_kt);
  const auto track_deg = read.number(track, 0, 360);
  const auto lat_deg = read.number(lat, -90, 90);
  const auto lon_deg = read.number(lon, -180, 180);
  const auto rate_fpm = read.number(vertical_rate, -Plausible::vertical_rate_fpm, Plausible::vertical_rate_fpm);
  out.squawk = read.squawk_code();
  read.flag(alert);  // says that the squawk changed; must be well-formed like all others
  const auto in_emergency = read.flag(emergency);
  out.special_position_identification = read.flag(spi).value_or(false);
  out.on_ground = read.flag(ground);
  if (const std::string_view text = trim(fields[callsign]); !text.empty()) out.callsign = parse_callsign(text);
  if (lat_deg.has_value() != lon_deg.has_value() || speed_kt.has_value() != track_deg.has_value()) read.fail(DecodeError::missing_field);
  if (read.error() != DecodeError::none) return read.error();

  if (altitude_ft) {
    out.pressure_altitude = PressureAltitude(feet_of_height(*altitude_ft));
    out.altitude_in_25ft = looks_like_25ft(*altitude_ft);
  }
  if (speed_kt) out.velocity = GroundVelocity{knots(*speed_kt), TrueBearing::degrees(*track_deg)};
  if (lat_deg) out.position = geo::Position::from_degrees(*lat_deg, *lon_deg);
  if (rate_fpm) out.vertical_rate = feet_per_minute(*rate_fpm);
  // Writers set the flag for the three emergency squawks, which say more than it does.
  if (in_emergency.value_or(false) && !out.squawk) out.emergency = Emergency::general;
  return DecodeError::none;
}

bool is_passed_over(std::string_view name) {
  return name == "SEL" || name == "ID" || name == "AIR" || name == "STA" || name == "CLK";
}

}  // namespace

void SbsReader::start_section(std::string_view date_text) {
  if (const auto start = start_date(date_text)) base_ = last_ ? std::max(*start, *last_) : *start;
}

Time SbsReader::recorded_time(std::int64_t nanoseconds, Time received_at) {
  if (!base_) base_ = received_at;
  Time time = *base_ + Duration(nanoseconds);
  if (last_ && time < *last_) {
    errors_.count(DecodeError::clock_went_back);
    base_ = *last_ - Duration(nanoseconds);
    time = *last_;
  }
  last_ = time;
  return time;
}

std::optional<Observation> SbsReader::read_line(std::string_view line, Time received_at) {
  const auto refuse = [this](DecodeError error) {
    errors_.count(error);
    return std::nullopt;
  };
  ++line_count_;
  if (line.empty() || std::any_of(line.begin(), line.end(), [](char c) { return c < 0x20 || c > 0x7E; })) return refuse(DecodeError::bad_line);
  if (line.starts_with("START,")) return start_section(line.substr(6)), std::nullopt;

  std::string_view rest = line;
  if (line.front() >= '0' && line.front() <= '9') {
    constexpr std::int64_t decade = 315'576'000'000'000'000;
    const auto nanoseconds = parse_integer(*next_field(rest, ','));
    if (!nanoseconds || *nanoseconds > decade || *nanoseconds < 0 || rest.data() == nullptr) return refuse(DecodeError::bad_line);
    if (options_.is_recording) received_at = recorded_time(*nanoseconds, received_at);
  } else if (options_.is_recording && base_) {
    last_ = received_at = last_.value_or(*base_);
  }

  Fields fields;
  std::size_t count = 0;
  while (const auto field = next_field(rest, ',')) {
    if (count == field_count) return refuse(DecodeError::bad_line);
    fields[count++] = *field;
  }
  if (is_passed_over(fields[record])) return std::nullopt;
  const bool multilateration = fields[record] == "MLAT";
  if (fields[record] != "MSG" && !multilateration) return refuse(DecodeError::unknown_record);
  if (count < field_count) return refuse(DecodeError::missing_field);
  if (fields[type].size() != 1 || fields[type][0] < '1' || fields[type][0] > '8') return refuse(DecodeError::bad_field);

  Observation observation;
  observation.source = options_.source;
  // Types 1 to 4 are extended squitters, the others replies to radars.
  observation.kind = multilateration ? SourceKind::mlat : fields[type][0] <= '4' ? SourceKind::adsb : SourceKind::mode_s;
  observation.received_at = observation.measured_at = received_at;
  if (const DecodeError error = read_message(fields, observation); error != DecodeError::none) return refuse(error);
  if (!observation.callsign && !trim(fields[callsign]).empty()) errors_.count(DecodeError::bad_callsign);
  const auto generated = generated_at(fields[date], fields[clock]);
  if (generated && *generated <= received_at && received_at - *generated <= longest_delay) observation.measured_at = *generated;
  ++accepted_;
  return observation;
}

ErrorCounts SbsReader::errors() const {
  ErrorCounts all = errors_;
  all.count(DecodeError::line_too_long, lines_.too_long());
  return all;
}

}  // namespace skypact::wire
