#include "wire/aircraft_json.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "base/text.h"
#include "json/document.h"
#include "wire/adsb_accuracy.h"
#include "wire/field_text.h"

namespace skypact::wire {
namespace {

// A position whose recomputed time differs by less is the one given before: seen_pos has one decimal.
constexpr Duration same_moment = milliseconds(300);
// Where the position is older than the rest by more, the rest gets an observation of its own.
constexpr Duration position_lag = seconds(2);
// What was heard longer ago than any tracker keeps is refused as nonsense.
constexpr double oldest_s = 86'400;

// Reads the members of one entry; the first defect ends it.
class EntryReader {
 public:
  explicit EntryReader(json::Value entry) : entry_(entry) {}

  [[nodiscard]] DecodeError error() const { return error_; }

  std::optional<double> number(std::string_view name, double from, double to) {
    const json::Value value = entry_[name];
    if (!value.has_value()) return std::nullopt;
    const auto number = value.as_number();
    if (!number) return fail(DecodeError::bad_field), std::nullopt;
    if (!(*number >= from && *number <= to)) return fail(DecodeError::out_of_range), std::nullopt;
    return number;
  }
  // The first of two names that is there.
  std::optional<double> number(std::string_view name, std::string_view older, double from, double to) {
    return number(entry_[name].has_value() ? name : older, from, to);
  }
  std::optional<std::uint8_t> small(std::string_view name, double to) {
    const auto value = number(name, 0, to);
    return value ? std::optional<std::uint8_t>(static_cast<std::uint8_t>(*value)) : std::nullopt;
  }
  // Empty where absent.
  std::string_view text(std::string_view name) {
    const json::Value value = entry_[name];
    if (!value.has_value()) return {};
    const auto text = value.as_string();
    if (!text) fail(DecodeError::bad_field);
    return trim(text.value_or(std::string_view()));
  }
  // The array `name` names the field: dump1090's way to say where a value came from.
  bool lists(std::string_view name, std::string_view field) {
    for (const json::Value value : entry_[name].elements()) {
      if (value.as_string() == field) return true;
    }
    return false;
  }
  [[nodiscard]] bool has(std::string_view name) const { return entry_[name].has_value(); }
  [[nodiscard]] json::Value any(std::string_view name) const { return entry_[name]; }
  void fail(DecodeError error) {
    if (error_ == DecodeError::none) error_ = error;
  }

 private:
  json::Value entry_;
  DecodeError error_ = DecodeError::none;
};

struct TypeMeaning {
  std::string_view type;
  SourceKind kind;
  AddressKind icao, other;  // without and with "~"
};
constexpr std::array types{
    TypeMeaning{"adsb_icao", SourceKind::adsb, AddressKind::icao, AddressKind::adsb_other},
    TypeMeaning{"adsb_icao_nt", SourceKind::adsb, AddressKind::icao, AddressKind::adsb_other},
    TypeMeaning{"adsb_other", SourceKind::adsb, AddressKind::adsb_other, AddressKind::adsb_other},
    TypeMeaning{"adsr_icao", SourceKind::adsr, AddressKind::adsr_icao, AddressKind::adsr_other},
    TypeMeaning{"adsr_other", SourceKind::adsr, AddressKind::adsr_other, AddressKind::adsr_other},
    TypeMeaning{"tisb_icao", SourceKind::tisb, AddressKind::tisb_icao, AddressKind::tisb_other},
    TypeMeaning{"tisb_other", SourceKind::tisb, AddressKind::tisb_other, AddressKind::tisb_other},
    TypeMeaning{"tisb_trackfile", SourceKind::tisb, AddressKind::tisb_other, AddressKind::tisb_other},
    TypeMeaning{"mlat", SourceKind::mlat, AddressKind::icao, AddressKind::adsb_other},
    TypeMeaning{"mode_s", SourceKind::mode_s, AddressKind::icao, AddressKind::adsb_other},
};

TypeMeaning meaning_of(EntryReader& read, std::string_view type) {
  if (!type.empty()) {
    const auto* found = std::find_if(types.begin(), types.end(), [&](const TypeMeaning& t) { return t.type == type; });
    if (found != types.end()) return *found;
    return {type, SourceKind::report, AddressKind::icao, AddressKind::adsb_other};
  }
  if (read.lists("mlat", "lat")) return types[8];
  if (read.lists("tisb", "lat")) return types[5];
  return read.has("lat") ? types[0] : types[9];
}

DecodeError read_address(EntryReader& read, Observation& out) {
  std::string_view hex = read.text("hex");
  const bool other = !hex.empty() && hex.front() == '~';
  if (other) hex.remove_prefix(1);
  if (hex.empty()) return read.has("hex") ? DecodeError::bad_field : DecodeError::missing_field;
  const auto number = parse_address24(hex);
  if (!number) return DecodeError::bad_field;
  if (*number == 0) return DecodeError::zero_address;
  const TypeMeaning meaning = meaning_of(read, read.text("type"));
  out.kind = meaning.kind;
  out.address = {other ? meaning.other : meaning.icao, *number, {}};
  return DecodeError::none;
}

std::optional<Emergency> emergency_of(std::string_view word) {
  constexpr std::array<std::string_view, 8> words{"none", "general", "lifeguard", "minfuel", "nordo", "unlawful", "downed", "reserved"};
  const auto* found = std::find(words.begin(), words.end(), word);
  if (found == words.end()) return std::nullopt;
  return static_cast<Emergency>(found - words.begin());
}

void read_altitudes(EntryReader& read, Observation& out) {
  const std::string_view name = read.has("alt_baro") ? "alt_baro" : "altitude";
  if (read.any(name).as_string() == "ground") {
    out.on_ground = true;
  } else if (const auto feet = read.number(name, Plausible::altitude_from_ft, Plausible::altitude_to_ft)) {
    out.on_ground = false;
    out.pressure_altitude = PressureAltitude(feet_of_height(*feet));
    out.altitude_in_25ft = looks_like_25ft(*feet);
  }
  if (const auto feet = read.number("alt_geom", Plausible::altitude_from_ft, Plausible::altitude_to_ft)) {
    out.ellipsoid_altitude = EllipsoidAltitude(feet_of_height(*feet));
  }
  const bool mcp = read.has("nav_altitude_mcp");
  const auto selected = read.number(mcp ? "nav_altitude_mcp" : "nav_altitude_fms", Plausible::altitude_from_ft, Plausible::altitude_to_ft);
  const auto qnh = read.number("nav_qnh", 0, 2000);
  if (selected) {
    out.selected_altitude = SelectedAltitude{feet_of_height(*selected), {}, !mcp};
    if (qnh && *qnh >= 800) out.selected_altitude->baro_setting = hectopascal(*qnh);
  }
}

void read_motion(EntryReader& read, Observation& out) {
  const auto speed_kt = read.number("gs", "speed", 0, Plausible::speed_to_kt);
  const auto track_deg = read.number("track", 0, 360);
  if (speed_kt && track_deg) out.velocity = GroundVelocity{knots(*speed_kt), TrueBearing::degrees(*track_deg)};
  const auto rate = [&](std::string_view name) { return read.number(name, -Plausible::vertical_rate_fpm, Plausible::vertical_rate_fpm); };
  const auto fpm = read.has("baro_rate") ? rate("baro_rate") : read.has("geom_rate") ? rate("geom_rate") : rate("vert_rate");
  if (fpm) out.vertical_rate = feet_per_minute(*fpm);
  if (const auto heading = read.number("true_heading", 0, 360)) out.heading = TrueBearing::degrees(*heading);
}

void read_identity(EntryReader& read, Observation& out) {
  if (const std::string_view text = read.text("flight"); !text.empty()) out.callsign = parse_callsign(text);
  if (const std::string_view text = read.text("squawk"); !text.empty()) {
    out.squawk = parse_squawk(text);
    if (!out.squawk) read.fail(DecodeError::bad_field);
  }
  if (const std::string_view text = read.text("emergency"); !text.empty()) out.emergency = emergency_of(text);
  const std::string_view category = read.text("category");
  if (category == "B6") out.aircraft_class = AircraftClass::unmanned;
  if (category == "C1" || category == "C2") out.aircraft_class = AircraftClass::ground_vehicle;
  if (const std::string_view text = read.text("r"); !text.empty()) out.registration = parse_registration(text);
  if (const std::string_view text = read.text("t"); !text.empty()) out.type_designator = parse_registration(text);
  out.special_position_identification = read.number("spi", 0, 1).value_or(0) == 1;
}

void read_position(EntryReader& read, Observation& out) {
  const auto lat = read.number("lat", -90, 90);
  const auto lon = read.number("lon", -180, 180);
  if (lat.has_value() != lon.has_value()) read.fail(DecodeError::missing_field);
  if (lat && lon) out.position = geo::Position::from_degrees(*lat, *lon);
  out.nic = read.small("nic", 15);
  out.nac_p = read.small("nac_p", 15);
  out.sil = read.small("sil", 3);
  out.adsb_version = read.small("version", 7);
  if (const auto rc = read.number("rc", 0, 1e7); rc && *rc > 0) out.containment = metres(*rc);
  if (out.nac_p) out.accuracy = accuracy_of_nac_p(*out.nac_p);
}

void drop_position(Observation& o) {
  o.position.reset();
  o.accuracy.reset();
  o.containment.reset();
  o.nic.reset();
}

std::optional<Time> time_of(json::Value now) {
  const auto number = now.as_number();
  if (!number || !(*number > 0)) return std::nullopt;
  const double since_1970_s = *number > 1e11 ? *number / 1000 : *number;
  if (since_1970_s > 7e9) return std::nullopt;  // the year 2191
  // To the millisecond: as a double it holds no more than about a microsecond, and one value in decimals
  // must not become two.
  return Time(milliseconds(std::llround(since_1970_s * 1000)));
}

}  // namespace

void AircraftJsonReader::read(std::string_view text, Time received_at, const std::function<void(const Observation&)>& sink) {
  const auto document = json::parse(text, {.bytes = longest_document, .depth = 16});
  if (!document) {
    errors_.count(document.error().code == ErrorCode::over_limit ? DecodeError::over_limit : DecodeError::bad_json);
    return;
  }
  const json::Value root = document->root();
  const json::Value aircraft = root["aircraft"].exists() ? root["aircraft"] : root["ac"];
  const auto said = time_of(root["now"]);
  if (!said || aircraft.kind() != json::Kind::array) {
    errors_.count(root["now"].exists() && aircraft.exists() ? DecodeError::bad_field : DecodeError::missing_field);
    return;
  }
  if (last_now_ && *said < *last_now_) {
    errors_.count(DecodeError::clock_went_back);
    known_.clear();
  }
  const bool is_new = last_now_ != *said;
  last_now_ = *said;
  if (!is_new) return;
  ++documents_;
  if (options_.is_recording) received_at = *said;
  const Time now = std::min(*said, received_at);
  std::size_t count = 0;
  for (const json::Value entry : aircraft.elements()) {
    if (++count > most_aircraft) {
      errors_.count(DecodeError::over_limit, aircraft.size() - most_aircraft);
      break;
    }
    read_entry(entry, now, received_at, sink);
  }
  forget_oldest();
}

void AircraftJsonReader::read_entry(json::Value entry, Time now, Time received_at, const std::function<void(const Observation&)>& sink) {
  EntryReader read(entry);
  if (entry.kind() != json::Kind::object) return errors_.count(DecodeError::bad_field);
  Observation o;
  if (const DecodeError error = read_address(read, o); error != DecodeError::none) return errors_.count(error);
  read_position(read, o);
  read_altitudes(read, o);
  read_motion(read, o);
  read_identity(read, o);
  const auto seen_s = read.number("seen", 0, oldest_s);
  const auto seen_pos_s = read.number("seen_pos", 0, oldest_s);
  if (read.error() != DecodeError::none) return errors_.count(read.error());
  o.source = options_.source;
  o.received_at = received_at;

  const auto [at, is_first] = known_.try_emplace(o.address);
  Known& known = at->second;
  if (!is_first && known.document == documents_) return errors_.count(DecodeError::duplicate);
  known.document = documents_;
  const Time heard_at = now - from_seconds(seen_s.value_or(seen_pos_s.value_or(0)));
  const Time position_at = now - from_seconds(seen_pos_s.value_or(seen_s.value_or(0)));
  const auto give = [&](Time measured_at) {
    o.measured_at = measured_at;
    ++accepted_;
    sink(o);
  };

  bool told_the_rest = false;
  if (o.position && (is_first || position_at > known.position_at + same_moment ||
                     (*o.position != known.position && position_at > known.position_at))) {
    known.position = *o.position;
    known.position_at = position_at;
    told_the_rest = heard_at - position_at <= position_lag;
    if (told_the_rest) {
      give(position_at);
    } else {
      Observation whole = o;
      o = {};
      o.source = whole.source, o.kind = whole.kind, o.address = whole.address, o.received_at = whole.received_at;
      o.position = whole.position, o.accuracy = whole.accuracy, o.containment = whole.containment;
      o.nic = whole.nic, o.nac_p = whole.nac_p, o.sil = whole.sil, o.adsb_version = whole.adsb_version;
      give(position_at);
      o = whole;
    }
  }
  drop_position(o);
  if (!told_the_rest && (is_first || heard_at > known.heard_at + same_moment)) give(heard_at);
  known.heard_at = std::max({known.heard_at, heard_at, position_at});
}

// Keeps the memory bounded: at the bound, what the last picture did not name is forgotten.
void AircraftJsonReader::forget_oldest() {
  if (known_.size() <= most_aircraft) return;
  std::erase_if(known_, [this](const auto& entry) { return entry.second.document != documents_; });
}

}  // namespace skypact::wire
