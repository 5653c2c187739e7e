#include "distress/trigger.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "airspace/parse_address.h"
#include "base/text.h"
#include "distress/visible_text.h"
#include "geo/motion.h"
#include "json/fields.h"

namespace skypact::distress {
namespace {

constexpr std::array<std::string_view, trigger_kinds> kind_names{"squawk",    "emergency_state", "beacon",   "sit185", "guard_report", "remote_id",
                                                                 "lost_link", "overdue",         "vanished", "peer",   "manual"};
constexpr std::array<std::string_view, emergency_words> word_names{"general",      "unlawful_interference", "radio_failure", "downed",   "medical",
                                                                   "minimum_fuel", "lost_link",             "overdue",       "vanished", "beacon"};
constexpr std::array<std::string_view, 4> mark_names{"real", "exercise", "test", "self_test"};
constexpr std::array<std::string_view, 4> phase_names{"none", "INCERFA", "ALERFA", "DETRESFA"};
constexpr std::array<std::string_view, 3> datum_names{"pressure", "ellipsoid", "mean_sea_level"};
constexpr std::array<std::string_view, 6> class_names{"unknown", "civil", "state", "unmanned", "humanitarian", "ground_vehicle"};

constexpr double most_feet = 200'000;
constexpr unsigned most_corrected_bits = 6;        // BCH(250,202) of C/S T.018 corrects six, T.001's two codes 3 + 2
constexpr std::uint32_t lowest_khz = 100, highest_khz = 30'000'000;

template <std::size_t N>
std::optional<std::size_t> index_of(const std::array<std::string_view, N>& names, std::string_view name) {
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) return std::nullopt;
  return static_cast<std::size_t>(found - names.begin());
}

// A word out of a list; the error names them all.
template <class E, std::size_t N>
E word(json::Fields& fields, std::string_view name, const std::array<std::string_view, N>& names, json::Presence presence, E otherwise) {
  const auto text = fields.text(name, 1, TriggerLimits::source, presence);
  if (!text) return otherwise;
  const auto index = index_of(names, *text);
  if (!index) fields.refuse(name, fmt::format("{} is not one of {}", quoted(*text), fmt::join(names, ", ")));
  return index ? static_cast<E>(*index) : otherwise;
}

// Whatever its length: it is cut visibly by `checked`, because a call for help is not refused for being long.
std::string text(json::Fields& fields, std::string_view name, json::Presence presence = json::optional) {
  return std::string(fields.text(name, presence == json::required ? 1 : 0, TriggerLimits::bytes, presence).value_or(""));
}

double rounded(double value, double steps) { return std::round(value * steps) / steps; }

bool is_hex(std::string_view text) { return text.find_first_not_of("0123456789ABCDEF") == text.npos; }
bool is_decimal(std::string_view text) { return text.find_first_not_of("0123456789") == text.npos; }

Time to_millisecond(Time time) { return std::chrono::floor<milliseconds>(time); }

Result<Place> checked(Place place) {
  const double uncertainty = place.uncertainty.in(metres);
  if (!(uncertainty >= 0) || place.uncertainty > TriggerLimits::uncertainty) {
    return bad_input(fmt::format("uncertainty_m: must be from 0 to {}", TriggerLimits::uncertainty.in(metres)));
  }
  place.uncertainty = metres(std::ceil(uncertainty));   // never less than what was said
  if (std::abs(place.position.lat_e7) > 900'000'000 || place.position.lon_e7 < -1'800'000'000 || place.position.lon_e7 >= 1'800'000'000) {
    return bad_input("lat_deg, lon_deg: is no position");
  }
  if (place.altitude) {
    if (std::abs(place.altitude->in_feet()) > most_feet) return bad_input(fmt::format("altitude_ft: must be from -{0} to {0}", most_feet));
    place.altitude = feet_of_height(std::round(place.altitude->in_feet()));
  } else {
    place.altitude_datum = Datum::pressure;
  }
  if (place.velocity) {
    const double speed = place.velocity->speed.in(knots);
    if (!(speed >= 0) || place.velocity->speed > geo::max_ground_speed) {
      return bad_input(fmt::format("ground_speed_kt: must be from 0 to {}", geo::max_ground_speed.in(knots)));
    }
    place.velocity = GroundVelocity{knots(rounded(speed, 10)), TrueBearing::degrees(rounded(place.velocity->track.in_degrees(), 10))};
  }
  return place;
}

}  // namespace

std::string_view to_string(TriggerKind kind) { return kind_names[static_cast<std::size_t>(kind)]; }
std::string_view to_string(EmergencyWord word) { return word_names[static_cast<std::size_t>(word)]; }
std::string_view to_string(TriggerMark mark) { return mark_names[static_cast<std::size_t>(mark)]; }
std::string_view to_string(Phase phase) { return phase_names[static_cast<std::size_t>(phase)]; }

std::string describe(EmergencyWord word) {
  if (word == EmergencyWord::general) return "general emergency";
  if (word == EmergencyWord::downed) return "aircraft down";
  if (word == EmergencyWord::beacon) return "distress beacon";
  std::string text(to_string(word));
  std::replace(text.begin(), text.end(), '_', ' ');
  return text;
}

std::optional<EmergencyWord> word_of(Emergency emergency) {
  switch (emergency) {
    case Emergency::none:
    case Emergency::reserved: return std::nullopt;
    case Emergency::general: return EmergencyWord::general;
    case Emergency::medical: return EmergencyWord::medical;
    case Emergency::minimum_fuel: return EmergencyWord::minimum_fuel;
    case Emergency::no_communications: return EmergencyWord::radio_failure;
    case Emergency::unlawful_interference: return EmergencyWord::unlawful_interference;
    case Emergency::downed: return EmergencyWord::downed;
  }
  return std::nullopt;
}

bool is_plausible_time(Time time) {
  constexpr Time from = Time(std::chrono::sys_days(std::chrono::year(2000) / 1 / 1));
  constexpr Time to = Time(std::chrono::sys_days(std::chrono::year(2200) / 1 / 1));
  return from <= time && time < to;
}

Result<Trigger> checked(Trigger t) {
  for (const auto& [name, time] : {std::pair{"heard_at", &t.heard_at}, {"received_at", &t.received_at}}) {
    if (!is_plausible_time(*time)) return bad_input(fmt::format("{}: must be of the years 2000 to 2199", name));
    *time = to_millisecond(*time);
  }
  // Nothing is heard after it was received: a source whose clock is ahead would be the newest for as long.
  t.heard_at = std::min(t.heard_at, t.received_at);
  using L = TriggerLimits;
  t.source = visible_text(t.source, L::source);
  if (t.source.empty()) return bad_input("source: is empty; name the station, feed, desk or party that it comes from");
  t.reference = visible_text(t.reference, L::source);
  t.our_case = visible_text(t.our_case, L::source);
  t.party = visible_text(t.party, L::source);
  t.subject.callsign = to_upper(visible_text(t.subject.callsign, L::callsign));
  t.subject.registration = to_upper(visible_text(t.subject.registration, L::registration));
  t.subject.mmsi = std::string(trim(t.subject.mmsi));
  if (!t.subject.mmsi.empty() && (t.subject.mmsi.size() != 9 || !is_decimal(t.subject.mmsi))) {
    return bad_input(fmt::format("mmsi: {} is not nine digits", quoted(t.subject.mmsi)));
  }
  t.subject.beacon = to_upper(trim(t.subject.beacon));
  if (!t.subject.beacon.empty() && ((t.subject.beacon.size() != 15 && t.subject.beacon.size() != 23) || !is_hex(t.subject.beacon))) {
    return bad_input(fmt::format("beacon: {} is not the 15 (first generation) or 23 (second generation) hexadecimal digits of a beacon's identity", quoted(t.subject.beacon)));
  }
  if (t.subject.address) {
    const auto address = parse_address(to_string(*t.subject.address));
    if (!address) return Error(address.error()).within("address");
    t.subject.address = *address;
  }
  if (t.corrected_bits > most_corrected_bits) return bad_input(fmt::format("corrected_bits: must be from 0 to {}", most_corrected_bits));
  if (t.place) {
    auto place = checked(*t.place);
    if (!place) return std::move(place).error().within("place");
    t.place = *place;
  }
  t.words = visible_text(t.words, L::words);
  t.language = visible_text(t.language, L::language);
  t.remark = visible_text(t.remark, L::remark);
  if (t.khz && (*t.khz < lowest_khz || *t.khz > highest_khz)) return bad_input(fmt::format("khz: must be from {} to {}", lowest_khz, highest_khz));
  if (t.bearing) t.bearing = TrueBearing::degrees(rounded(t.bearing->in_degrees(), 10));
  return t;
}

// ---- JSON -----------------------------------------------------------------------------------------------------

void append_place(json::Writer& out, const Place& p) {
  out.begin_object();
  out.field("lat_deg", p.position.lat_degrees(), 7);
  out.field("lon_deg", p.position.lon_degrees(), 7);
  out.field("uncertainty_m", p.uncertainty.in(metres), 0);
  if (p.altitude) {
    out.field("altitude_ft", p.altitude->in_feet(), 0);
    out.field("altitude_datum", datum_names[static_cast<std::size_t>(p.altitude_datum)]);
  }
  if (p.velocity) {
    out.field("ground_speed_kt", p.velocity->speed.in(knots), 1);
    out.field("track_deg", p.velocity->track.in_degrees(), 1);
  }
  if (p.airborne) out.field("airborne", *p.airborne);
  if (p.coarse) out.field("coarse", true);
  out.end_object();
}

Result<Place> read_place(json::Value value) {
  json::Fields fields(value);
  Place p;
  const auto lat = fields.number("lat_deg", -90, 90, json::required), lon = fields.number("lon_deg", -360, 360, json::required);
  if (lat && lon) p.position = geo::Position::from_degrees(*lat, *lon).value_or(geo::Position{});
  p.uncertainty = metres(fields.number("uncertainty_m", 0, TriggerLimits::uncertainty.in(metres), json::required).value_or(0));
  if (const auto altitude = fields.number("altitude_ft", -most_feet, most_feet)) p.altitude = feet_of_height(*altitude);
  p.altitude_datum = word(fields, "altitude_datum", datum_names, p.altitude ? json::required : json::optional, Datum::pressure);
  const auto speed = fields.number("ground_speed_kt", 0, geo::max_ground_speed.in(knots)), track = fields.number("track_deg", 0, 360);
  if (speed && track) p.velocity = GroundVelocity{knots(*speed), TrueBearing::degrees(*track)};
  if (speed.has_value() != track.has_value()) fields.refuse(speed ? "track_deg" : "ground_speed_kt", "is missing; speed and track go together");
  p.airborne = fields.boolean("airborne");
  p.coarse = fields.boolean("coarse").value_or(false);
  fields.refuse_unknown();
  if (fields.error()) return *fields.error();
  return checked(p);
}

void append(json::Writer& out, const Trigger& t) {
  const auto text_field = [&](std::string_view name, const std::string& value) {
    if (!value.empty()) out.field(name, value);
  };
  out.begin_object();
  out.field("kind", to_string(t.kind));
  out.field("heard_at", to_rfc3339(t.heard_at));
  out.field("received_at", to_rfc3339(t.received_at));
  out.field("source", t.source);
  text_field("reference", t.reference);
  text_field("our_case", t.our_case);
  if (t.subject.address) out.field("address", to_string(*t.subject.address));
  text_field("beacon", t.subject.beacon);
  text_field("callsign", t.subject.callsign);
  text_field("registration", t.subject.registration);
  text_field("mmsi", t.subject.mmsi);
  out.field("emergency", to_string(t.emergency));
  if (t.place) {
    out.key("place");
    append_place(out, *t.place);
  }
  text_field("party", t.party);
  if (t.aircraft_class != AircraftClass::unknown) out.field("class", to_string(t.aircraft_class));
  if (t.mark != TriggerMark::real) out.field("mark", to_string(t.mark));
  if (t.cancellation) out.field("cancellation", true);
  if (t.corrected_bits != 0) out.field("corrected_bits", t.corrected_bits);
  if (t.declared) out.field("declared", to_string(*t.declared));
  if (!t.may_be_spoken) out.field("may_be_spoken", false);
  text_field("words", t.words);
  text_field("language", t.language);
  if (t.khz) out.field("khz", *t.khz);
  if (t.bearing) out.field("bearing_deg", t.bearing->in_degrees(), 1);
  text_field("remark", t.remark);
  out.end_object();
}

std::string to_json(const Trigger& trigger) {
  std::string text;
  json::Writer out(text);
  append(out, trigger);
  return text;
}

Result<Trigger> read_trigger(json::Value value) {
  json::Fields fields(value);
  Trigger t;
  t.kind = word(fields, "kind", kind_names, json::required, TriggerKind::manual);
  t.heard_at = fields.time("heard_at", json::required).value_or(Time());
  t.received_at = fields.time("received_at", json::required).value_or(Time());
  t.source = text(fields, "source", json::required);
  t.reference = text(fields, "reference");
  t.our_case = text(fields, "our_case");
  if (const auto written = fields.text("address", 1, TriggerLimits::source)) {
    const auto address = parse_address(*written);
    if (address) t.subject.address = *address;
    else fields.refuse("address", address.error().message);
  }
  t.subject.beacon = text(fields, "beacon");
  t.subject.callsign = text(fields, "callsign");
  t.subject.registration = text(fields, "registration");
  t.subject.mmsi = text(fields, "mmsi");
  t.emergency = word(fields, "emergency", word_names, json::required, EmergencyWord::general);
  const json::Value place = fields.object("place");
  t.party = text(fields, "party");
  t.aircraft_class = word(fields, "class", class_names, json::optional, AircraftClass::unknown);
  t.mark = word(fields, "mark", mark_names, json::optional, TriggerMark::real);
  t.cancellation = fields.boolean("cancellation").value_or(false);
  t.corrected_bits = static_cast<unsigned>(fields.integer("corrected_bits", 0, most_corrected_bits).value_or(0));
  if (const json::Value declared = value["declared"]; declared.has_value()) t.declared = word(fields, "declared", phase_names, json::required, Phase::none);
  else static_cast<void>(fields.any("declared"));
  t.may_be_spoken = fields.boolean("may_be_spoken").value_or(true);
  t.words = text(fields, "words");
  t.language = text(fields, "language");
  if (const auto khz = fields.integer("khz", lowest_khz, highest_khz)) t.khz = static_cast<std::uint32_t>(*khz);
  if (const auto bearing = fields.number("bearing_deg", 0, 360)) t.bearing = TrueBearing::degrees(*bearing);
  t.remark = text(fields, "remark");
  fields.refuse_unknown();
  if (fields.error()) return *fields.error();
  if (place.exists()) {
    auto read = read_place(place);
    if (!read) return std::move(read).error().within("place");
    t.place = *read;
  }
  return checked(std::move(t));
}

Result<Trigger> read_trigger(std::string_view text) {
  const auto document = json::parse(text, {.bytes = TriggerLimits::bytes, .depth = 4});
  if (!document) return Error(document.error()).within("trigger");
  return read_trigger(document->root());
}

}  // namespace skypact::distress
