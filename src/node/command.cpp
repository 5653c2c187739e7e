// Commands out of the bodies of the API.

#include "node/command.h"

#include <algorithm>
#include <set>

#include "airspace/parse_address.h"
#include "base/text.h"
#include "guard/region.h"
#include "guard/zone_files.h"
#include "json/fields.h"
#include "node/api_fields.h"
#include "node/api_names.h"
#include "node/config.h"

namespace skypact::node {
namespace {

constexpr std::size_t longest_name = 200, longest_reason = 500, longest_by = 60, longest_how = 200, longest_remark = 500;
constexpr double greatest_altitude_ft = 150'000;
constexpr double greatest_zone_nm = 500;

std::optional<geo::Position> position_of(json::Fields& fields, std::string_view name, json::Presence presence = json::optional) {
  const json::Value value = fields.array(name, presence);
  if (!value.exists()) return std::nullopt;
  const auto position = read_position(value);
  if (!position) fields.refuse(name, "must be [lat_deg, lon_deg], latitude from -90 to 90");
  return position;
}

Ring ring_of(json::Fields& fields, std::string_view name, std::size_t most = ConfigLimits::ring_vertices) {
  Ring ring;
  const json::Value value = fields.array(name);
  if (!value.exists()) return ring;
  if (value.size() > most + 1) {
    fields.refuse(name, "has more than " + std::to_string(most) + " vertices");
    return ring;
  }
  for (const json::Value element : value.elements()) {
    const auto position = read_position(element);
    if (!position) {
      fields.refuse(name, "vertex " + std::to_string(ring.size() + 1) + " must be [lat_deg, lon_deg], latitude from -90 to 90");
      return {};
    }
    ring.push_back(*position);
  }
  if (ring.size() > 1 && ring.front() == ring.back()) ring.pop_back();
  if (const auto region = guard::Region::polygon(ring); !ring.empty() && !region) fields.refuse(name, region.error().message);
  return ring;
}

std::optional<PartyId> party_field(json::Fields& fields, std::string_view name, const Parties& parties) {
  const auto word = fields.text(name, 1, 64);
  if (!word) return std::nullopt;
  const auto party = party_of_name(*word, parties);
  if (!party) fields.refuse(name, "is not a party of this node: " + quoted(*word));
  return party;
}

std::optional<Address> address_field(json::Fields& fields, std::string_view name) {
  const auto text = fields.text(name, 1, 64);
  if (!text) return std::nullopt;
  auto address = parse_address(*text);
  if (!address) return fields.refuse(name, address.error().message), std::nullopt;
  return *address;
}

template <class E, class Find>
E word_field(json::Fields& fields, std::string_view name, E fallback, const Find& find, json::Presence presence = json::optional) {
  const auto word = fields.text(name, 1, 32, presence);
  if (!word) return fallback;
  const auto value = find(*word);
  if (!value) fields.refuse(name, "is not a word that is known here: " + quoted(*word));
  return value.value_or(fallback);
}

// Times have milliseconds in JSON; rounded at once, so that a replay of the command sees the same.
Interval<Time> validity_of(json::Fields& fields, Time now) {
  const Time from = fields.time("from").value_or(std::chrono::floor<milliseconds>(now));
  const Time to = fields.time("to", json::required).value_or(from);
  if (!fields.error() && to <= from) fields.refuse("to", "must be later than from");
  return {from, to};
}

std::optional<Intention> intention_of(std::string_view word) {
  for (const Intention i : {Intention::we_move, Intention::you_move, Intention::no_factor, Intention::seen}) {
    if (to_string(i) == word) return i;
  }
  return std::nullopt;
}

void read_altitude(json::Fields& fields, Observation& o) {
  const auto altitude = fields.number("altitude_ft", least_altitude_ft, greatest_altitude_ft);
  const Datum datum = word_field(fields, "datum", Datum::pressure, datum_of);
  if (!altitude) return;
  const Height height = feet_of_height(*altitude);
  switch (datum) {
    case Datum::pressure: o.pressure_altitude = PressureAltitude(height); break;
    case Datum::ellipsoid: o.ellipsoid_altitude = EllipsoidAltitude(height); break;
    case Datum::mean_sea_level: o.sea_level_altitude = MeanSeaLevelAltitude(height); break;
  }
}

void read_velocity(json::Fields& fields, Observation& o) {
  const auto speed = fields.number("ground_speed_kt", 0, 4000);
  const auto track = fields.number("track_deg", 0, 360);
  if (speed && *speed > 0 && !track) fields.refuse("track_deg", "is missing; a ground speed needs its direction");
  if (speed) o.velocity = GroundVelocity{knots(*speed), TrueBearing::degrees(track.value_or(0))};
  if (const auto rate = fields.number("vertical_rate_fpm", -60'000, 60'000)) o.vertical_rate = feet_per_minute(*rate);
}

}  // namespace

Result<Acknowledge> read_acknowledge(json::Value body, const Parties& parties, PartyId own, std::string_view alert_key) {
  json::Fields fields(body);
  Acknowledge a;
  a.alert = alert_key;
  a.party = party_field(fields, "party", parties).value_or(own);
  a.by = fields.text("by", 0, longest_by).value_or("");
  a.intention = word_field(fields, "intention", Intention::seen, intention_of, json::required);
  a.how = fields.text("how", 0, longest_how).value_or("");
  fields.refuse_unknown();
  if (fields.error()) return *fields.error();
  return a;
}

Result<Zone> read_zone(json::Value body, const Parties& parties, std::size_t most_vertices) {
  json::Fields fields(body);
  Zone z;
  z.id = fields.text("id", 0, longest_id).value_or("");
  z.name = fields.text("name", 0, longest_name).value_or("");
  z.rule = word_field(fields, "rule", ZoneRule::keep_clear, zone_rule_of, json::required);
  z.outline = ring_of(fields, "outline", most_vertices);
  z.centre = position_of(fields, "centre");
  z.radius = nautical_miles(fields.number("radius_nm", 0, greatest_zone_nm, z.centre ? json::required : json::optional).value_or(0));
  z.buffer = nautical_miles(fields.number("buffer_nm", 0, greatest_zone_nm).value_or(0));
  z.floor = limit_of(fields, "floor", z.floor);
  z.ceiling = limit_of(fields, "ceiling", z.ceiling);
  z.ground_elevation = feet_of_height(fields.number("ground_elevation_ft", least_altitude_ft, 30'000).value_or(0));
  for (const json::Value span : fields.array("active").elements()) {
    json::Fields inner(span);
    const auto from = inner.time("from", json::required), to = inner.time("to", json::required);
    inner.refuse_unknown();
    if (inner.error()) fields.refuse("active", inner.error()->message);
    if (from && to && *to <= *from) fields.refuse("active", "to must be later than from");
    if (from && to) z.active.push_back({*from, *to});
  }
  for (const json::Value word : fields.array("exempt").elements()) {
    const auto party = party_of_name(word.as_string().value_or(""), parties);
    if (party) {
      z.exempt.push_back(*party);
    } else {
      fields.refuse("exempt", "names a party that this node does not have");
    }
  }
  z.party = party_field(fields, "party", parties);
  if (const json::Value flight = fields.object("flight"); flight.has_value()) {
    json::Fields inner(flight);
    z.flight.address = address_field(inner, "address");
    z.flight.call_sign = inner.text("call_sign", 0, longest_id).value_or("");
    inner.refuse_unknown();
    if (inner.error()) fields.refuse("flight", inner.error()->message);
  }
  z.rescue = fields.text("rescue", 0, longest_id).value_or("");
  z.moves_with = address_field(fields, "moves_with");
  z.anchor = position_of(fields, "anchor");
  z.source = fields.text("source", 0, longest_name).value_or("");
  fields.refuse_unknown();
  if (!fields.error() && z.outline.empty() == !z.centre) fields.refuse("outline", "either outline or centre with radius_nm must be given");
  if (!fields.error() && z.centre && z.radius <= Length()) fields.refuse("radius_nm", "must be more than 0");
  if (fields.error()) return *fields.error();
  // What the guard could not judge must not be taken.
  if (const auto sound = guard::check_zone(z); !sound) return sound.error();
  return z;
}

Result<Inhibition> read_inhibition(json::Value body, Time now) {
  json::Fields fields(body);
  Inhibition i;
  i.id = fields.text("id", 0, longest_id).value_or("");
  i.reason = trim(fields.text("reason", 1, longest_reason, json::required).value_or(""));
  i.one = address_field(fields, "one");
  i.other = address_field(fields, "other");
  i.area = ring_of(fields, "area");
  i.valid = validity_of(fields, now);
  fields.refuse_unknown();
  if (!fields.error() && i.reason.empty()) fields.refuse("reason", "must say why");
  if (!fields.error() && i.area.empty() && !(i.one && i.other)) fields.refuse("area", "either an area or one and other must be given");
  if (fields.error()) return *fields.error();
  return i;
}

Result<Group> read_group(json::Value body, Time now) {
  json::Fields fields(body);
  Group g;
  g.id = fields.text("id", 0, longest_id).value_or("");
  g.reason = trim(fields.text("reason", 1, longest_reason, json::required).value_or(""));
  const json::Value members = fields.array("members", json::required);
  if (members.size() > ConfigLimits::group_members) {
    fields.refuse("members", "are more than " + std::to_string(ConfigLimits::group_members));
  } else {
    for (const json::Value member : members.elements()) {
      auto address = parse_address(member.as_string().value_or(""));
      if (address) {
        g.members.push_back(*address);
      } else {
        fields.refuse("members", address.error().message);
      }
    }
  }
  g.valid = validity_of(fields, now);
  fields.refuse_unknown();
  if (!fields.error() && g.reason.empty()) fields.refuse("reason", "must say why");
  if (!fields.error() && std::set<Address>(g.members.begin(), g.members.end()).size() < 2) fields.refuse("members", "must be at least two");
  if (fields.error()) return *fields.error();
  return g;
}

Result<PlaceManualTrack> read_manual_track(json::Value body, const Parties& parties, Time now) {
  json::Fields fields(body);
  PlaceManualTrack m;
  Observation& o = m.observation;
  m.name = fields.text("name", 1, longest_track_name, json::required).value_or("");
  if (!m.name.empty() && !is_track_name(m.name)) fields.refuse("name", "may hold letters, digits, '.', '_' and '-' only");
  o.kind = SourceKind::manual;
  o.address = Address{AddressKind::manual, 0, std::string_view(m.name)};
  o.position = position_of(fields, "position", json::required);
  if (const auto accuracy = fields.number("accuracy_m", 0, 100'000)) o.accuracy = metres(*accuracy);
  read_altitude(fields, o);
  read_velocity(fields, o);
  o.party = party_field(fields, "party", parties);
  if (const auto word = fields.text("class", 1, 32)) {
    o.aircraft_class = aircraft_class_of(*word);
    if (!o.aircraft_class) fields.refuse("class", "is not a word that is known here: " + quoted(*word));
  }
  if (const auto callsign = fields.text("callsign", 1, 8)) o.callsign = FixedString<8>(to_upper(*callsign));
  o.measured_at = std::chrono::floor<milliseconds>(fields.time("heard_at").value_or(now));
  if (o.measured_at > now) fields.refuse("heard_at", "lies in the future");
  if (now - o.measured_at > std::chrono::hours(1)) fields.refuse("heard_at", "is more than an hour ago");
  o.received_at = now;
  m.by = fields.text("by", 0, longest_by).value_or("");
  m.remark = fields.text("remark", 0, longest_remark).value_or("");
  fields.refuse_unknown();
  if (fields.error()) return *fields.error();
  return m;
}

}  // namespace skypact::node
