#include "wire/report.h"

#include <algorithm>

#include "json/fields.h"
#include "wire/field_text.h"

namespace skypact::wire {
namespace {

bool is_name_character(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
}

// json::Fields says what is wrong in words; this adds the reason it is counted under.
class ReportFields {
 public:
  explicit ReportFields(json::Value report) : object_(report), fields_(report) { note(DecodeError::bad_field); }

  std::optional<double> number(std::string_view name, double from, double to, json::Presence presence = json::optional) {
    const auto value = fields_.number(name, from, to, presence);
    const json::Value given = object_[name];
    note(!given.has_value() ? DecodeError::missing_field : given.as_number() ? DecodeError::out_of_range : DecodeError::bad_field);
    return value;
  }
  std::optional<bool> boolean(std::string_view name) { return noted(fields_.boolean(name)); }
  std::optional<std::string_view> text(std::string_view name, std::size_t longest) { return noted(fields_.text(name, 1, longest)); }
  std::optional<std::size_t> word(std::string_view name, std::initializer_list<std::string_view> words) {
    return noted(fields_.word(name, words));
  }
  std::optional<Time> time(std::string_view name) { return noted(fields_.time(name)); }
  // Runs `parse` over a text; what it does not accept must be `what`.
  template <class Parse>
  auto parsed(std::string_view name, std::size_t longest, Parse parse, std::string_view what) -> decltype(parse(name)) {
    const auto given = text(name, longest);
    if (!given) return std::nullopt;
    auto value = parse(*given);
    if (!value) refuse(DecodeError::bad_field, name, "must be " + std::string(what));
    return value;
  }
  void refuse(DecodeError reason, std::string_view name, std::string_view message) {
    fields_.refuse(name, message);
    note(reason);
  }
  void refuse_unknown() {
    fields_.refuse_unknown();
    note(DecodeError::bad_field);
  }
  [[nodiscard]] DecodeError reason() const { return reason_; }
  [[nodiscard]] std::string message() const { return fields_.error()->message; }

 private:
  void note(DecodeError reason) {
    if (reason_ == DecodeError::none && fields_.error()) reason_ = reason;
  }
  template <class T>
  T noted(T value) {
    note(DecodeError::bad_field);
    return value;
  }

  json::Value object_;
  json::Fields fields_;
  DecodeError reason_ = DecodeError::none;
};

// A quantity that may come in either of two units; `in_second` converts the second to the first.
std::optional<double> either(ReportFields& fields, std::string_view first, double from, double to, std::string_view second,
                             double second_from, double second_to, double in_second) {
  const auto one = fields.number(first, from, to);
  const auto other = fields.number(second, second_from, second_to);
  if (one && other) fields.refuse(DecodeError::bad_field, second, "must not be given beside " + std::string(first));
  if (one) return one;
  return other ? std::optional<double>(*other * in_second) : std::nullopt;
}

void read_identity(ReportFields& fields, const Parties& parties, bool any_party, Observation& out) {
  const auto id = fields.text("id", FixedString<24>::capacity);
  if (id && !std::all_of(id->begin(), id->end(), is_name_character)) {
    fields.refuse(DecodeError::bad_field, "id", "must be of letters, digits, \".\", \"_\" and \"-\"");
  }
  const auto icao = fields.parsed("icao", 6, parse_address24, "six hex digits");
  if (icao == 0u) fields.refuse(DecodeError::zero_address, "icao", "must not be 000000, which is nobody's");
  if (icao) {
    out.address = icao_address(*icao);
  } else if (id) {
    out.address = {AddressKind::report, 0, FixedString<24>(*id)};
  } else {
    fields.refuse(DecodeError::missing_field, "id", "is missing; give id or icao");
  }
  out.callsign = fields.parsed("callsign", 8, parse_callsign, "of letters and digits");
  out.registration = fields.parsed("registration", 8, parse_registration, "of letters, digits and \"-\"");
  out.type_designator = fields.parsed("type_designator", 8, parse_registration, "of letters, digits and \"-\"");
  out.squawk = fields.parsed("squawk", 4, parse_squawk, "four octal digits, for example \"7700\"");
  const auto emergency = fields.word("emergency", {"none", "general", "medical", "minimum_fuel", "no_communications",
                                                   "unlawful_interference", "downed"});
  if (emergency) out.emergency = static_cast<Emergency>(*emergency);
  const auto type = fields.word("class", {"unknown", "civil", "state", "unmanned", "humanitarian", "ground_vehicle"});
  if (type) out.aircraft_class = static_cast<AircraftClass>(*type);
  if (const auto party = fields.text("party", 64)) {
    const auto found = std::find_if(parties.begin(), parties.end(), [&](const Party& p) { return p.id == *party; });
    if (found != parties.end()) {
      out.party = PartyId{static_cast<std::uint16_t>(found - parties.begin())};
    } else if (!any_party) {
      fields.refuse(DecodeError::bad_field, "party", quoted(*party) + " is not a party that this node knows");
    }
  }
}

void read_vertical(ReportFields& fields, Observation& out) {
  constexpr double feet_per_metre = 1 / 0.3048;
  const auto in_feet = fields.number("altitude_ft", Plausible::altitude_from_ft, Plausible::altitude_to_ft);
  const auto in_metres = fields.number("altitude_m", -600, 45'000);
  if (in_feet && in_metres) fields.refuse(DecodeError::bad_field, "altitude_m", "must not be given beside altitude_ft");
  const auto datum = fields.word("altitude_datum", {"pressure", "ellipsoid", "mean_sea_level"});
  if (in_feet || in_metres) {
    // Each unit by itself: both are whole in Height.
    const Height height = in_feet ? feet_of_height(*in_feet) : metres_of_height(*in_metres);
    if (!datum) {
      fields.refuse(DecodeError::missing_field, "altitude_datum", "is missing; one of pressure, ellipsoid, mean_sea_level");
    } else if (*datum == 0) {
      out.pressure_altitude = PressureAltitude(height);
      out.altitude_in_25ft = in_metres || looks_like_25ft(*in_feet);
    } else if (*datum == 1) {
      out.ellipsoid_altitude = EllipsoidAltitude(height);
    } else {
      out.sea_level_altitude = MeanSeaLevelAltitude(height);
    }
  }
  const auto accuracy = either(fields, "altitude_accuracy_ft", 0, 10'000, "altitude_accuracy_m", 0, 3'000, feet_per_metre);
  if (accuracy) out.altitude_accuracy = feet_of_height(*accuracy);
  const auto rate = either(fields, "vertical_rate_fpm", -Plausible::vertical_rate_fpm, Plausible::vertical_rate_fpm,
                           "vertical_rate_m_s", -300, 300, 60 * feet_per_metre);
  if (rate) out.vertical_rate = feet_per_minute(*rate);
}

void read_horizontal(ReportFields& fields, Observation& out) {
  const auto lat = fields.number("lat_deg", -90, 90, json::required);
  const auto lon = fields.number("lon_deg", -180, 180, json::required);
  if (lat && lon) out.position = geo::Position::from_degrees(*lat, *lon);
  if (const auto accuracy = fields.number("accuracy_m", 0, 100'000)) out.accuracy = metres(*accuracy);
  const auto speed_kt = either(fields, "ground_speed_kt", 0, Plausible::speed_to_kt, "ground_speed_m_s", 0, 2000, 3600.0 / 1852);
  const auto track = fields.number("track_deg", 0, 360);
  if (speed_kt && (track || *speed_kt == 0)) out.velocity = GroundVelocity{knots(*speed_kt), TrueBearing::degrees(track.value_or(0))};
  if (speed_kt && !out.velocity) fields.refuse(DecodeError::missing_field, "track_deg", "is missing; a ground speed needs its direction");
  if (track && !speed_kt) fields.refuse(DecodeError::missing_field, "ground_speed_kt", "is missing; a track needs its speed");
  if (const auto heading = fields.number("heading_deg", 0, 360)) out.heading = TrueBearing::degrees(*heading);
  out.on_ground = fields.boolean("on_ground");
}

}  // namespace

ReadReport ReportReader::read(std::string_view line, Time received_at) {
  const auto document = json::parse(line, {.bytes = longest_line, .depth = 4});
  if (!document) return {{}, DecodeError::bad_json, document.error().message};

  Observation out;
  out.source = options_.source;
  out.kind = SourceKind::report;
  out.received_at = out.measured_at = received_at;
  ReportFields fields(document->root());
  read_identity(fields, parties_, options_.any_party, out);
  read_horizontal(fields, out);
  read_vertical(fields, out);
  if (const auto measured_at = fields.time("measured_at")) {
    if (options_.is_recording) {
      out.measured_at = out.received_at = *measured_at;
    } else if (*measured_at > received_at + options_.clock_tolerance) {
      fields.refuse(DecodeError::out_of_range, "measured_at", "lies in the future; check the sender's clock");
    } else if (*measured_at < received_at - options_.oldest) {
      fields.refuse(DecodeError::out_of_range, "measured_at", "is too long ago; check the sender's clock");
    } else {
      out.measured_at = std::min(*measured_at, received_at);
    }
  }
  fields.refuse_unknown();
  if (fields.reason() != DecodeError::none) return {{}, fields.reason(), fields.message()};

  const auto [known, is_first] = last_.try_emplace(out.address, out.measured_at);
  if (!is_first && out.measured_at <= known->second) {
    return {{}, DecodeError::duplicate, "measured_at: this aircraft was reported with this or a later time before"};
  }
  known->second = out.measured_at;
  // At the bound everything is forgotten: a repeated report that slips through says nothing wrong.
  if (last_.size() > options_.most_remembered) last_.clear();
  return {out, DecodeError::none, {}};
}

ReadReport ReportReader::read_line(std::string_view line, Time received_at) {
  ++line_count_;
  ReadReport result = read(line, received_at);
  errors_.count(result.error);
  if (result.observation) ++accepted_;
  return result;
}

ErrorCounts ReportReader::errors() const {
  ErrorCounts all = errors_;
  all.count(DecodeError::line_too_long, lines_.too_long());
  return all;
}

}  // namespace skypact::wire
