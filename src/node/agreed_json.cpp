#include "node/agreed_json.h"

#include <algorithm>
#include <cstdio>
#include <limits>
#include <set>
#include <string>

#include "airspace/parse_address.h"
#include "base/text.h"
#include "guard/conflict.h"
#include "guard/region.h"
#include "json/fields.h"
#include "node/api_fields.h"
#include "node/api_json.h"
#include "node/api_names.h"
#include "node/command.h"
#include "node/config.h"
#include "pact/terms_words.h"

namespace skypact::node {
namespace {

constexpr std::size_t longest_word = 64, longest_title = 200;
constexpr std::uint32_t greatest_icao = 0xFFFFFF;
constexpr std::int64_t tallest_minimum = std::int64_t{100'000} * 3048;   // 100,000 ft
// What terms may say (docs/formats/pact-terms.md).
constexpr Length coarsest_position = nautical_miles(60), farthest_near = nautical_miles(500);
constexpr Height coarsest_altitude = Height::of_tenth_mm(std::int64_t{10'000} * 3048);   // 10,000 ft
constexpr Duration latest_shared = std::chrono::hours(24);

void span_fields(json::Writer& out, const Interval<Time>& span) {
  if (span.from != Time::min()) out.field("from", to_rfc3339(span.from));
  if (span.to != Time::max()) out.field("to", to_rfc3339(span.to));
}

void minima_fields(json::Writer& out, const Minima& minima) {
  out.key("horizontal_m");
  out.shortest(minima.horizontal.in(metres));
  out.field("vertical", minima.vertical.in_tenth_mm());
}

void side_field(json::Writer& out, std::string_view name_of_side, const SideSelector& side, const Parties& parties) {
  out.key(name_of_side);
  out.begin_object();
  if (side.party) out.field("party", party_name(*side.party, parties));
  if (side.aircraft_class) out.field("class", to_string(*side.aircraft_class));
  if (!side.none_of.empty()) list_field(out, "none_of", side.none_of, [&](PartyId id) { out.value(party_name(id, parties)); });
  out.end_object();
}

void append_clause(json::Writer& out, const MinimaClause& c, const Parties& parties) {
  out.begin_object();
  out.field("id", c.id);
  side_field(out, "one", c.one, parties);
  side_field(out, "other", c.other, parties);
  if (!c.area.empty()) ring_field(out, "area", c.area);
  minima_fields(out, c.minima);
  if (!c.active.empty()) {
    list_field(out, "active", c.active, [&](const Interval<Time>& span) {
      out.begin_object();
      span_fields(out, span);
      out.end_object();
    });
  }
  out.end_object();
}

std::string hex(std::uint32_t number) {
  char text[9];
  std::snprintf(text, sizeof text, "%06X", number);
  return text;
}

void append_aircraft(json::Writer& out, const AgreedAircraft& a, const Parties& parties) {
  out.begin_object();
  out.field("party", party_name(a.party, parties));
  if (a.aircraft_class != AircraftClass::unknown) out.field("class", to_string(a.aircraft_class));
  list_field(out, "ranges", a.ranges, [&](const IcaoRange& r) {
    out.begin_array();
    out.value(hex(r.first));
    out.value(hex(r.last));
    out.end_array();
  });
  list_field(out, "addresses", a.addresses, [&](const Address& address) { out.value(to_string(address)); });
  list_field(out, "callsigns", a.callsigns, [&](const std::string& prefix) { out.value(prefix); });
  out.end_object();
}

void microseconds_field(json::Writer& out, std::string_view name_of_member, Duration d) {
  out.field(name_of_member, std::chrono::duration_cast<std::chrono::microseconds>(d).count());
}

void append_answers(json::Writer& out, const AgreedAnswers& answers, const Parties& parties) {
  out.begin_object();
  microseconds_field(out, "received_within_us", answers.received_within);
  microseconds_field(out, "answered_within_us", answers.answered_within);
  microseconds_field(out, "escalated_within_us", answers.escalated_within);
  microseconds_field(out, "stop_climbs_from_us", answers.stop_climbs_from);
  list_field(out, "steps", answers.steps, [&](const LadderStep& step) {
    out.begin_object();
    microseconds_field(out, "after_us", step.after);
    out.field("call", step.call);
    out.end_object();
  });
  list_field(out, "sides", answers.sides, [&](const AgreedAnswers::Side& side) {
    out.begin_object();
    out.field("party", party_name(side.party, parties));
    out.field("answered_by", party_name(side.answered_by, parties));
    list_field(out, "desks", side.desks, [&](const Desk& desk) { desk_value(out, desk); });
    out.end_object();
  });
  out.end_object();
}

constexpr std::array<std::string_view, 3> basis_words{"in_force", "may_hold", "over"};

void append_detail(json::Writer& out, std::string_view name_of_detail, const std::optional<ShareDetail>& detail) {
  if (!detail) return;
  out.key(name_of_detail);
  out.begin_object();
  out.key("fields");
  append_fields(out, detail->fields);
  out.key("position_step_m");
  out.shortest(detail->position_step.in(metres));
  out.field("altitude_step", detail->altitude_step.in_tenth_mm());
  out.field("delay_ms", std::chrono::ceil<milliseconds>(detail->delay).count());
  out.end_object();
}

void append_sharing(json::Writer& out, const AgreedSharing& s, const Parties& parties) {
  out.begin_object();
  out.field("pact", s.pact);
  out.field("version", s.version);
  out.field("giver", party_name(s.from, parties));
  out.field("receiver", party_name(s.to, parties));
  span_fields(out, s.holds);
  out.field("basis", to_string(s.basis));
  list_field(out, "clauses", s.clauses, [&](const std::string& id) { out.value(id); });
  list_field(out, "suspended", s.suspended, [&](const std::string& id) { out.value(id); });
  out.key("near_m");
  out.shortest(s.tracks.near.in(metres));
  append_detail(out, "always", s.tracks.always);
  append_detail(out, "near_conflict", s.tracks.near_conflict);
  out.end_object();
}

// Says where in the document a member of `fields` is wrong.
template <class Read>
void each(json::Fields& fields, std::string_view list, std::size_t most, const Read& read, json::Presence presence = json::optional) {
  const json::Value value = fields.array(list, presence);
  if (value.size() > most) return fields.refuse(list, "holds more than " + std::to_string(most));
  std::size_t i = 0;
  for (const json::Value element : value.elements()) {
    if (fields.error()) return;
    if (const Result<void> done = read(element); !done) fields.refuse(std::string(list) + "[" + std::to_string(i) + "]", done.error().message);
    ++i;
  }
}

std::optional<PartyId> read_party(json::Fields& fields, std::string_view name_of_member, const Parties& parties, json::Presence presence) {
  const auto word = fields.text(name_of_member, 1, longest_word, presence);
  if (!word) return std::nullopt;
  const auto party = party_of_name(*word, parties);
  if (!party) fields.refuse(name_of_member, "is none of the parties: " + quoted(*word));
  return party;
}

std::optional<AircraftClass> read_class(json::Fields& fields) {
  const auto word = fields.text("class", 1, longest_word);
  if (!word) return std::nullopt;
  const auto aircraft_class = aircraft_class_of(*word);
  if (!aircraft_class) fields.refuse("class", "is not a word that is known here: " + quoted(*word));
  return aircraft_class;
}

Interval<Time> read_span(json::Fields& fields) {
  const Interval<Time> span{fields.time("from").value_or(Time::min()), fields.time("to").value_or(Time::max())};
  if (!fields.error() && span.empty()) fields.refuse("to", "must be later than from");
  return span;
}

Minima read_minima(json::Fields& fields) {
  Minima minima;
  const double widest = guard::greatest_horizontal_minimum.in(metres);
  minima.horizontal = metres(fields.number("horizontal_m", 0, widest, json::required).value_or(0));
  minima.vertical = Height::of_tenth_mm(fields.integer("vertical", 0, tallest_minimum, json::required).value_or(0));
  return minima;
}

SideSelector read_side(json::Fields& fields, std::string_view name_of_side, const Parties& parties) {
  SideSelector side;
  json::Fields inner(fields.object(name_of_side, json::required));
  if (fields.error()) return side;
  side.party = read_party(inner, "party", parties, json::optional);
  side.aircraft_class = read_class(inner);
  each(inner, "none_of", AgreedLimits::parties, [&](json::Value word) -> Result<void> {
    const auto party = party_of_name(word.as_string().value_or(""), parties);
    if (!party) return bad_input("is none of the parties");
    side.none_of.push_back(*party);
    return {};
  });
  inner.refuse_unknown();
  if (inner.error()) fields.refuse(name_of_side, inner.error()->message);
  return side;
}

Result<MinimaClause> read_clause(json::Value value, const Parties& parties) {
  json::Fields fields(value);
  MinimaClause c;
  c.id = fields.text("id", 1, longest_id, json::required).value_or("");
  c.one = read_side(fields, "one", parties);
  c.other = read_side(fields, "other", parties);
  each(fields, "area", ConfigLimits::ring_vertices, [&](json::Value vertex) -> Result<void> {
    std::array<std::optional<double>, 2> degrees;
    std::size_t i = 0;
    for (const json::Value number : vertex.elements()) {
      if (i < 2) degrees[i] = number.as_number();
      ++i;
    }
    const auto position = i == 2 && degrees[0] && degrees[1] ? geo::Position::from_degrees(*degrees[0], *degrees[1]) : std::nullopt;
    if (!position) return bad_input("must be [lat_deg, lon_deg], latitude from -90 to 90");
    c.area.push_back(*position);
    return {};
  });
  if (!c.area.empty()) {
    if (const auto region = guard::Region::polygon(c.area); !region) fields.refuse("area", region.error().message);
  }
  c.minima = read_minima(fields);
  each(fields, "active", AgreedLimits::intervals, [&](json::Value span) -> Result<void> {
    json::Fields inner(span);
    c.active.push_back(read_span(inner));
    inner.refuse_unknown();
    if (inner.error()) return *inner.error();
    return {};
  });
  fields.refuse_unknown();
  if (fields.error()) return *fields.error();
  return c;
}

std::optional<std::uint32_t> read_icao(json::Value value) {
  const auto text = value.as_string();
  if (!text) return std::nullopt;
  const auto address = parse_address(*text);
  if (!address || address->kind != AddressKind::icao || address->number > greatest_icao) return std::nullopt;
  return address->number;
}

Result<AgreedAircraft> read_aircraft(json::Value value, const Parties& parties) {
  json::Fields fields(value);
  AgreedAircraft a;
  a.party = read_party(fields, "party", parties, json::required).value_or(unknown_party);
  a.aircraft_class = read_class(fields).value_or(AircraftClass::unknown);
  each(fields, "ranges", AgreedLimits::addresses, [&](json::Value range) -> Result<void> {
    std::array<std::optional<std::uint32_t>, 2> ends;
    std::size_t i = 0;
    for (const json::Value end : range.elements()) {
      if (i < 2) ends[i] = read_icao(end);
      ++i;
    }
    if (i != 2 || !ends[0] || !ends[1] || *ends[1] < *ends[0]) return bad_input("must be [\"3C0000\", \"3C0FFF\"], the first not after the last");
    a.ranges.push_back({*ends[0], *ends[1]});
    return {};
  });
  each(fields, "addresses", AgreedLimits::addresses, [&](json::Value text) -> Result<void> {
    auto address = parse_address(text.as_string().value_or(""));
    if (!address) return address.error();
    a.addresses.push_back(*address);
    return {};
  });
  each(fields, "callsigns", AgreedLimits::callsigns, [&](json::Value text) -> Result<void> {
    const auto prefix = text.as_string();
    if (!prefix || prefix->empty() || prefix->size() > 8) return bad_input("must be one to eight characters");
    a.callsigns.emplace_back(*prefix);
    return {};
  });
  fields.refuse_unknown();
  if (!fields.error() && a.party == unknown_party) fields.refuse("party", "must be a party");
  if (fields.error()) return *fields.error();
  return a;
}

// Two parties cannot own one address in one version.
Result<void> check_ranges(const std::vector<AgreedAircraft>& aircraft) {
  std::vector<IcaoRange> ranges;
  std::set<Address> addresses;
  for (const AgreedAircraft& a : aircraft) {
    ranges.insert(ranges.end(), a.ranges.begin(), a.ranges.end());
    for (const Address& address : a.addresses) {
      if (!addresses.insert(address).second) return bad_input("the address " + to_string(address) + " is named twice");
    }
  }
  std::sort(ranges.begin(), ranges.end(), [](const IcaoRange& a, const IcaoRange& b) { return a.first < b.first; });
  for (std::size_t i = 1; i < ranges.size(); ++i) {
    if (ranges[i].first <= ranges[i - 1].last) return bad_input("address ranges overlap at " + hex(ranges[i].first));
  }
  return {};
}

Duration read_wait(json::Fields& fields, std::string_view name_of_member) {
  constexpr std::int64_t most_us = std::chrono::duration_cast<std::chrono::microseconds>(AgreedLimits::longest_wait).count();
  return std::chrono::microseconds(fields.integer(name_of_member, 0, most_us, json::required).value_or(0));
}

Result<Desk> read_desk(json::Value value) {
  json::Fields fields(value);
  Desk desk;
  desk.id = fields.text("id", 1, longest_word, json::required).value_or("");
  desk.name = fields.text("name", 0, AgreedLimits::desk_text, json::required).value_or("");
  each(fields, "languages", AgreedLimits::languages, [&](json::Value word) -> Result<void> {
    const auto language = word.as_string();
    if (!language || language->empty() || language->size() > longest_word) return bad_input("must be a language: \"en\"");
    desk.languages.emplace_back(*language);
    return {};
  });
  desk.contact = fields.text("contact", 0, AgreedLimits::desk_text).value_or("");
  fields.refuse_unknown();
  if (fields.error()) return *fields.error();
  return desk;
}

Result<AgreedAnswers::Side> read_side_that_answers(json::Value value, const Parties& parties) {
  json::Fields fields(value);
  AgreedAnswers::Side side;
  side.party = read_party(fields, "party", parties, json::required).value_or(unknown_party);
  side.answered_by = read_party(fields, "answered_by", parties, json::required).value_or(unknown_party);
  each(fields, "desks", AgreedLimits::desks, [&](json::Value element) -> Result<void> {
    auto desk = read_desk(element);
    if (!desk) return desk.error();
    side.desks.push_back(std::move(*desk));
    return {};
  });
  fields.refuse_unknown();
  if (fields.error()) return *fields.error();
  return side;
}

Result<AgreedAnswers> read_answers(json::Value value, const Parties& parties) {
  json::Fields fields(value);
  AgreedAnswers answers;
  answers.received_within = read_wait(fields, "received_within_us");
  answers.answered_within = read_wait(fields, "answered_within_us");
  answers.escalated_within = read_wait(fields, "escalated_within_us");
  // Recordings of before it was agreed to the watch do not have it.
  if (fields.any("stop_climbs_from_us").has_value()) answers.stop_climbs_from = read_wait(fields, "stop_climbs_from_us");
  each(fields, "steps", AgreedLimits::ladder_steps, [&](json::Value element) -> Result<void> {
    json::Fields inner(element);
    LadderStep step;
    step.after = read_wait(inner, "after_us");
    step.call = inner.text("call", 0, AgreedLimits::desk_text, json::required).value_or("");
    inner.refuse_unknown();
    if (inner.error()) return *inner.error();
    if (!answers.steps.empty() && step.after <= answers.steps.back().after) return bad_input("after_us: must be later than that of the step before");
    answers.steps.push_back(std::move(step));
    return {};
  });
  each(fields, "sides", AgreedLimits::parties, [&](json::Value element) -> Result<void> {
    auto side = read_side_that_answers(element, parties);
    if (!side) return side.error();
    answers.sides.push_back(std::move(*side));
    return {};
  });
  fields.refuse_unknown();
  if (fields.error()) return *fields.error();
  return answers;
}

Result<AgreedVersion> read_version(json::Value value, const Parties& parties, std::size_t& zones) {
  json::Fields fields(value);
  AgreedVersion v;
  AgreedMinima& m = v.minima;
  m.version = fields.text("version", 1, longest_title, json::required).value_or("");
  if (m.version == own_minima) fields.refuse("version", "\"config\" is the node's own table");
  m.valid = read_span(fields);
  m.level_tolerance = Height::of_tenth_mm(fields.integer("level_tolerance", 0, tallest_minimum, json::required).value_or(0));
  if (const json::Value fallback = fields.object("fallback"); fallback.exists()) {
    json::Fields inner(fallback);
    m.fallback_id = inner.text("id", 1, longest_id, json::required).value_or("");
    m.fallback = read_minima(inner);
    inner.refuse_unknown();
    if (inner.error()) fields.refuse("fallback", inner.error()->message);
  }
  each(fields, "clauses", AgreedLimits::clauses, [&](json::Value element) -> Result<void> {
    auto clause = read_clause(element, parties);
    if (!clause) return clause.error();
    m.clauses.push_back(std::move(*clause));
    return {};
  });
  each(fields, "zones", AgreedLimits::zones, [&](json::Value element) -> Result<void> {
    auto zone = read_zone(element, parties);
    if (!zone) return zone.error();
    if (zone->id.empty()) return bad_input("id: is missing");
    if (++zones > AgreedLimits::zones) return bad_input("there are more than " + std::to_string(AgreedLimits::zones) + " zones in all versions");
    v.zones.push_back(std::move(*zone));
    return {};
  });
  each(fields, "aircraft", AgreedLimits::fleets, [&](json::Value element) -> Result<void> {
    auto aircraft = read_aircraft(element, parties);
    if (!aircraft) return aircraft.error();
    v.aircraft.push_back(std::move(*aircraft));
    return {};
  });
  if (const json::Value value_of_answers = fields.object("answers"); value_of_answers.exists()) {
    auto answers = read_answers(value_of_answers, parties);
    if (!answers) fields.refuse("answers", answers.error().message);
    else v.answers = std::move(*answers);
  }
  fields.refuse_unknown();
  if (!fields.error()) {
    if (const auto sound = check_ranges(v.aircraft); !sound) fields.refuse("aircraft", sound.error().message);
  }
  if (fields.error()) return *fields.error();
  return v;
}

std::optional<ShareDetail> read_detail(json::Fields& fields, std::string_view name_of_detail) {
  const json::Value value = fields.object(name_of_detail);
  if (!value.exists()) return std::nullopt;
  json::Fields inner(value);
  ShareDetail detail{.fields = {}, .position_step = {}, .altitude_step = {}, .delay = {}};
  each(inner, "fields", shared_fields, [&](json::Value word) -> Result<void> {
    const auto at = std::find(pact::shared_field_words.begin(), pact::shared_field_words.end(), word.as_string().value_or(""));
    if (at == pact::shared_field_words.end()) return bad_input("is no field that can be shared");
    detail.fields.add(static_cast<SharedField>(at - pact::shared_field_words.begin()));
    return {};
  }, json::required);
  detail.position_step = metres(inner.number("position_step_m", 0, coarsest_position.in(metres), json::required).value_or(0));
  detail.altitude_step = Height::of_tenth_mm(inner.integer("altitude_step", 0, coarsest_altitude.in_tenth_mm(), json::required).value_or(0));
  detail.delay = milliseconds(inner.integer("delay_ms", 0, std::chrono::duration_cast<milliseconds>(latest_shared).count(), json::required).value_or(0));
  inner.refuse_unknown();
  if (inner.error()) fields.refuse(name_of_detail, inner.error()->message);
  return detail;
}

Result<AgreedSharing> read_sharing(json::Value value, const Parties& parties) {
  json::Fields fields(value);
  AgreedSharing s;
  s.pact = fields.text("pact", 1, longest_word, json::required).value_or("");
  s.version = fields.text("version", 1, longest_title, json::required).value_or("");
  s.from = read_party(fields, "giver", parties, json::required).value_or(unknown_party);
  s.to = read_party(fields, "receiver", parties, json::required).value_or(unknown_party);
  s.holds = read_span(fields);
  const std::string basis(fields.text("basis", 1, longest_word, json::required).value_or(""));
  const auto at = std::find(basis_words.begin(), basis_words.end(), basis);
  if (at == basis_words.end()) {
    fields.refuse("basis", "is not one of in_force, may_hold, over");
  } else {
    s.basis = static_cast<SharingBasis>(at - basis_words.begin());
  }
  for (auto* const list : {&s.clauses, &s.suspended}) {
    each(fields, list == &s.clauses ? "clauses" : "suspended", AgreedLimits::sharing_clauses, [&](json::Value id) -> Result<void> {
      const auto text = id.as_string();
      if (!text || text->empty() || text->size() > longest_id) return bad_input("is no clause's id");
      list->emplace_back(*text);
      return {};
    }, json::required);
  }
  s.tracks.near = metres(fields.number("near_m", 0, farthest_near.in(metres), json::required).value_or(0));
  s.tracks.always = read_detail(fields, "always");
  s.tracks.near_conflict = read_detail(fields, "near_conflict");
  fields.refuse_unknown();
  if (!fields.error() && s.from == s.to) fields.refuse("receiver", "must be another party");
  if (fields.error()) return *fields.error();
  return s;
}

Result<Party> read_one_party(json::Value value, const Parties& parties) {
  json::Fields fields(value);
  Party p;
  p.id = fields.text("id", 1, longest_word, json::required).value_or("");
  p.name = fields.text("name", 0, longest_title).value_or("");
  p.badge = fields.text("badge", 0, longest_word).value_or("");
  fields.refuse_unknown();
  if (!fields.error() && party_of_name(p.id, parties)) fields.refuse("id", "is there twice: " + skypact::quoted(p.id));
  if (fields.error()) return *fields.error();
  return p;
}

}  // namespace

std::string_view to_string(SharingBasis basis) { return basis_words[static_cast<std::size_t>(basis)]; }

void append_fields(json::Writer& out, SharedFields fields) {
  out.begin_array();
  for (std::size_t i = 0; i < shared_fields; ++i) {
    if (fields.has(static_cast<SharedField>(i))) out.value(pact::shared_field_words[i]);
  }
  out.end_array();
}

void append_agreed(json::Writer& out, const Agreed& agreed) {
  out.begin_object();
  out.key("parties");
  out.begin_array();
  for (std::size_t i = 1; i < agreed.parties.size(); ++i) {
    out.begin_object();
    out.field("id", agreed.parties[i].id);
    out.field("name", agreed.parties[i].name);
    out.field("badge", agreed.parties[i].badge);
    out.end_object();
  }
  out.end_array();
  // Rounded up: what holds longer is stricter.
  out.field("clock_offset_us", std::chrono::ceil<std::chrono::microseconds>(agreed.clock_offset).count());
  list_field(out, "versions", agreed.versions, [&](const AgreedVersion& v) {
    out.begin_object();
    out.field("version", v.minima.version);
    span_fields(out, v.minima.valid);
    out.field("level_tolerance", v.minima.level_tolerance.in_tenth_mm());
    if (v.minima.fallback) {
      out.key("fallback");
      out.begin_object();
      out.field("id", v.minima.fallback_id);
      minima_fields(out, *v.minima.fallback);
      out.end_object();
    }
    list_field(out, "clauses", v.minima.clauses, [&](const MinimaClause& c) { append_clause(out, c, agreed.parties); });
    list_field(out, "zones", v.zones, [&](const Zone& z) { append_zone(out, z, agreed.parties); });
    list_field(out, "aircraft", v.aircraft, [&](const AgreedAircraft& a) { append_aircraft(out, a, agreed.parties); });
    if (!v.answers.sides.empty()) {
      out.key("answers");
      append_answers(out, v.answers, agreed.parties);
    }
    out.end_object();
  });
  if (!agreed.sharing.empty()) list_field(out, "sharing", agreed.sharing, [&](const AgreedSharing& s) { append_sharing(out, s, agreed.parties); });
  out.end_object();
}

Result<Agreed> read_agreed(json::Value value) {
  json::Fields fields(value);
  Agreed agreed;
  each(fields, "parties", AgreedLimits::parties, [&](json::Value element) -> Result<void> {
    auto party = read_one_party(element, agreed.parties);
    if (!party) return party.error();
    agreed.parties.push_back(std::move(*party));
    return {};
  }, json::required);
  constexpr std::int64_t most_us = std::chrono::duration_cast<std::chrono::microseconds>(AgreedLimits::clock_offset).count();
  agreed.clock_offset = std::chrono::microseconds(fields.integer("clock_offset_us", 0, most_us, json::required).value_or(0));
  std::size_t zones = 0;
  each(fields, "versions", AgreedLimits::versions, [&](json::Value element) -> Result<void> {
    auto version = read_version(element, agreed.parties, zones);
    if (!version) return version.error();
    agreed.versions.push_back(std::move(*version));
    return {};
  }, json::required);
  each(fields, "sharing", AgreedLimits::sharing, [&](json::Value element) -> Result<void> {
    auto sharing = read_sharing(element, agreed.parties);
    if (!sharing) return sharing.error();
    agreed.sharing.push_back(std::move(*sharing));
    return {};
  });
  fields.refuse_unknown();
  if (fields.error()) return *fields.error();
  return agreed;
}

}  // namespace skypact::node
