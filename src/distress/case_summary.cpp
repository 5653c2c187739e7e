#include "distress/case_summary.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "airspace/parse_address.h"
#include "base/check.h"
#include "base/text.h"
#include "base/utf8.h"
#include "distress/visible_text.h"
#include "json/canonical.h"
#include "json/fields.h"

namespace skypact::distress {
namespace {

using json::required;

constexpr int version = 1;
constexpr std::array<EmergencyWord, emergency_words> by_gravity{
    EmergencyWord::unlawful_interference, EmergencyWord::downed,        EmergencyWord::beacon,    EmergencyWord::vanished,  EmergencyWord::general,
    EmergencyWord::minimum_fuel,          EmergencyWord::radio_failure, EmergencyWord::lost_link, EmergencyWord::overdue, EmergencyWord::medical};

Time cut(Time time, Duration step) { return time - time.time_since_epoch() % step; }

std::string canonical_of(const std::string& text) {
  const auto document = json::parse(text, {.bytes = SummaryLimits::bytes, .depth = 8});
  SKYPACT_CHECK(document.has_value());
  auto canonical = json::canonical(document->root());
  SKYPACT_CHECK(canonical.has_value());
  return std::move(*canonical);
}

SummaryHead make_head(const Case& c, const Addressee& to, const SummaryQuery& query) {
  SummaryHead head;
  head.number = c.number;
  for (const PeerCase& peer : c.peers) {
    if (to.kind == AddresseeKind::party && peer.party == to.id) head.your_case = peer.number;
  }
  head.as_of = std::chrono::floor<milliseconds>(query.now);
  head.opened_at = std::chrono::floor<milliseconds>(c.opened_at);
  head.exercise = c.exercise;
  head.proposed = c.proposed;
  if (c.declared) head.declared = c.declared->phase;
  head.may_be_spoken = !c.must_not_be_spoken;
  head.owner = owner_of(c).party;
  if (c.lead) {
    head.lead_party = c.lead->party;
    head.lead_desk = c.lead->desk;
  }
  for (const Channel& channel : query.channels) {
    if (head.channels.size() < SummaryLimits::channels) head.channels.push_back({channel.khz, visible_text(channel.call_sign, TriggerLimits::source)});
  }
  head.released = c.released && c.released->by.party == query.own_party;
  if (c.closed) head.closed = c.closed->reason;
  for (const KeepClear& circle : c.keep_clear) {
    if (head.keep_clear.size() < SummaryLimits::keep_clear) head.keep_clear.push_back(circle_of(circle));
  }
  return head;
}

void append_parties(json::Writer& out, std::string_view name, const std::vector<std::string>& parties) {
  out.key(name);
  out.begin_array();
  for (const std::string& party : parties) out.value(party);
  out.end_array();
}

template <class T>
T first_of(const std::vector<T>& list) {
  return list.empty() ? T() : list.front();
}

// ---- Writing --------------------------------------------------------------------------------------------------

void append_head(json::Writer& out, const SummaryHead& head, std::string_view content) {
  out.field("v", version);
  out.field("content", content);
  out.field("case", head.number);
  if (!head.your_case.empty()) out.field("your_case", head.your_case);
  out.field("as_of", to_rfc3339(head.as_of));
  out.field("opened_at", to_rfc3339(head.opened_at));
  out.field("exercise", head.exercise);
  out.field("proposed", to_string(head.proposed));
  if (head.declared) out.field("declared", to_string(*head.declared));
  out.field("may_be_spoken", head.may_be_spoken);
  if (!head.owner.empty()) out.field("owner", head.owner);
  if (!head.lead_party.empty()) {
    out.key("lead");
    out.begin_object();
    out.field("party", head.lead_party);
    out.field("desk", head.lead_desk);
    out.end_object();
  }
  out.key("channels");
  out.begin_array();
  for (const SummaryChannel& channel : head.channels) {
    out.begin_object();
    out.field("khz", channel.khz);
    out.field("call_sign", channel.call_sign);
    out.end_object();
  }
  out.end_array();
  if (head.released) out.field("released", true);
  if (head.closed) out.field("closed", to_string(*head.closed));
  if (head.keep_clear.empty()) return;
  out.key("keep_clear");
  out.begin_array();
  for (const SummaryCircle& circle : head.keep_clear) {
    out.begin_object();
    out.field("lat_deg", circle.centre.lat_degrees(), 7);
    out.field("lon_deg", circle.centre.lon_degrees(), 7);
    out.field("radius_m", circle.radius.in(metres), 0);
    out.field("from", to_rfc3339(circle.valid.from));
    out.field("until", to_rfc3339(circle.valid.to));
    out.field("by", circle.by);
    append_parties(out, "accepted", circle.accepted);
    append_parties(out, "declined", circle.declined);
    out.end_object();
  }
  out.end_array();
}

// ---- Reading --------------------------------------------------------------------------------------------------

// What comes from a peer is text that somebody reads.
std::string text(json::Fields& fields, std::string_view name, json::Presence presence = json::optional) {
  const auto read = fields.text(name, presence == required ? 1 : 0, TriggerLimits::source, presence);
  if (read && visible_text(*read, TriggerLimits::source) != *read) fields.refuse(name, "has marks that cannot be seen, or white space at its ends");
  return std::string(read.value_or(""));
}

Time time(json::Fields& fields, std::string_view name) {
  const auto read = fields.time(name, required);
  if (read && !is_plausible_time(*read)) fields.refuse(name, "must be of the years 2000 to 2199");
  return read.value_or(Time());
}

std::optional<Phase> phase(json::Fields& fields, std::string_view name, json::Presence presence) {
  const auto index = fields.word(name, {"none", "INCERFA", "ALERFA", "DETRESFA"}, presence);
  if (!index) return std::nullopt;
  return static_cast<Phase>(*index);
}

template <class E>
std::optional<E> of_word(std::string_view word, unsigned last) {
  for (unsigned i = 0; i <= last; ++i) {
    if (to_string(static_cast<E>(i)) == word) return static_cast<E>(i);
  }
  return std::nullopt;
}

Result<void> check_size(json::Value list, std::string_view name, std::size_t most) {
  if (list.size() > most) return Error{ErrorCode::over_limit, fmt::format("{}: has {} elements; at most {} are taken", name, list.size(), most)};
  return {};
}

Result<std::vector<std::string>> read_parties(json::Value list, std::string_view name) {
  if (auto fits = check_size(list, name, CaseLimits::peers); !fits) return fits.error();
  std::vector<std::string> parties;
  for (const json::Value value : list.elements()) {
    const std::string party(value.as_string().value_or(""));
    if (party.empty() || visible_text(party, TriggerLimits::source) != party) return bad_input(fmt::format("{}[{}]: is no party's id", name, parties.size()));
    parties.push_back(party);
  }
  return parties;
}

Result<SummaryCircle> read_circle(json::Value value) {
  json::Fields fields(value);
  SummaryCircle circle;
  const auto lat = fields.number("lat_deg", -90, 90, required), lon = fields.number("lon_deg", -360, 360, required);
  if (lat && lon) circle.centre = geo::Position::from_degrees(*lat, *lon).value_or(geo::Position{});
  circle.radius = metres(static_cast<double>(fields.integer("radius_m", 1, 1'000'000, required).value_or(1)));
  circle.valid = {time(fields, "from"), time(fields, "until")};
  circle.by = text(fields, "by", required);
  const json::Value accepted = fields.array("accepted", required), declined = fields.array("declined", required);
  fields.refuse_unknown();
  if (fields.error()) return *fields.error();
  auto yes = read_parties(accepted, "accepted"), no = read_parties(declined, "declined");
  if (!yes) return std::move(yes).error();
  if (!no) return std::move(no).error();
  circle.accepted = std::move(*yes);
  circle.declined = std::move(*no);
  return circle;
}

// Reads the members that both levels have; the error is left in `fields`, or returned.
Result<SummaryHead> read_head(json::Fields& fields) {
  SummaryHead head;
  head.number = text(fields, "case", required);
  head.your_case = text(fields, "your_case");
  head.as_of = time(fields, "as_of");
  head.opened_at = time(fields, "opened_at");
  head.exercise = fields.boolean("exercise", required).value_or(false);
  head.proposed = phase(fields, "proposed", required).value_or(Phase::none);
  head.declared = phase(fields, "declared", json::optional);
  head.may_be_spoken = fields.boolean("may_be_spoken", required).value_or(false);
  head.owner = text(fields, "owner");
  if (const json::Value lead = fields.object("lead"); lead.exists()) {
    json::Fields inner(lead);
    head.lead_party = text(inner, "party", required);
    head.lead_desk = text(inner, "desk");
    inner.refuse_unknown();
    if (inner.error()) return Error(*inner.error()).within("lead");
  }
  const json::Value channels = fields.array("channels", required);
  if (auto fits = check_size(channels, "channels", SummaryLimits::channels); !fits) return fits.error();
  for (const json::Value value : channels.elements()) {
    json::Fields inner(value);
    SummaryChannel channel;
    channel.khz = static_cast<std::uint32_t>(inner.integer("khz", 100, 30'000'000, required).value_or(0));
    channel.call_sign = text(inner, "call_sign");
    inner.refuse_unknown();
    if (inner.error()) return Error(*inner.error()).within(fmt::format("channels[{}]", head.channels.size()));
    head.channels.push_back(std::move(channel));
  }
  head.released = fields.boolean("released").value_or(false);
  if (const auto word = fields.text("closed", 1, TriggerLimits::source)) {
    head.closed = close_reason_of(*word);
    if (!head.closed) fields.refuse("closed", quoted(*word) + " is no reason for closing a case");
  }
  const json::Value circles = fields.array("keep_clear");
  if (auto fits = check_size(circles, "keep_clear", SummaryLimits::keep_clear); !fits) return fits.error();
  for (const json::Value value : circles.elements()) {
    auto circle = read_circle(value);
    if (!circle) return std::move(circle).error().within(fmt::format("keep_clear[{}]", head.keep_clear.size()));
    head.keep_clear.push_back(std::move(*circle));
  }
  return head;
}

Result<CaseSummary> read_coarse(json::Fields& fields, SummaryHead head) {
  CoarseSummary summary{std::move(head), std::nullopt, false};
  summary.disputed = fields.boolean("disputed", required).value_or(false);
  if (const json::Value area = fields.object("area"); area.exists()) {
    json::Fields inner(area);
    const auto lat = inner.number("lat_deg", -90, 90, required), lon = inner.number("lon_deg", -360, 360, required);
    const auto radius = inner.integer("radius_m", 1, 20'100'000, required);
    inner.refuse_unknown();
    if (inner.error()) return Error(*inner.error()).within("area");
    summary.area = CoarseArea{geo::Position::from_degrees(*lat, *lon).value_or(geo::Position{}), metres(static_cast<double>(*radius))};
  }
  fields.refuse_unknown();
  if (fields.error()) return *fields.error();
  return CaseSummary(std::move(summary));
}

Result<CaseSummary> read_exact(json::Fields& fields, SummaryHead head) {
  ExactSummary summary;
  summary.head = std::move(head);
  if (const auto written = fields.text("address", 1, TriggerLimits::source)) {
    const auto address = parse_address(*written);
    if (address) summary.subject.address = *address;
    else fields.refuse("address", address.error().message);
  }
  summary.subject.beacon = text(fields, "beacon");
  summary.subject.callsign = text(fields, "callsign");
  summary.subject.registration = text(fields, "registration");
  summary.subject.mmsi = text(fields, "mmsi");
  const auto class_word = fields.text("class", 1, TriggerLimits::source, required);
  if (class_word) {
    const auto known = of_word<AircraftClass>(*class_word, static_cast<unsigned>(AircraftClass::ground_vehicle));
    if (!known) fields.refuse("class", quoted(*class_word) + " is not a class of aircraft");
    summary.aircraft_class = known.value_or(AircraftClass::unknown);
  }
  const json::Value words = fields.array("emergencies", required);
  if (auto fits = check_size(words, "emergencies", emergency_words); !fits) return fits.error();
  for (const json::Value value : words.elements()) {
    const auto word = of_word<EmergencyWord>(value.as_string().value_or(""), emergency_words - 1);
    if (!word) return bad_input(fmt::format("emergencies[{}]: is not a word that is known here", summary.emergencies.size()));
    summary.emergencies.push_back(*word);
  }
  summary.heard_at = time(fields, "heard_at");
  summary.false_alarm = fields.boolean("false_alarm", required).value_or(false);
  const json::Value place = fields.object("place");
  const json::Value others = fields.array("other_places", required), told = fields.array("told", required);
  fields.refuse_unknown();
  if (fields.error()) return *fields.error();
  if (place.exists()) {
    auto read = read_place(place);
    if (!read) return std::move(read).error().within("place");
    summary.place = *read;
  }
  if (auto fits = check_size(others, "other_places", CaseLimits::places); !fits) return fits.error();
  for (const json::Value value : others.elements()) {
    auto read = read_place(value);
    if (!read) return std::move(read).error().within(fmt::format("other_places[{}]", summary.other_places.size()));
    summary.other_places.push_back(*read);
  }
  if (auto fits = check_size(told, "told", SummaryLimits::told); !fits) return fits.error();
  for (const json::Value value : told.elements()) {
    json::Fields inner(value);
    SummaryTold one;
    const auto kind = inner.word("kind", {"rescue_centre", "party", "outsider"}, required);
    one.to = {static_cast<AddresseeKind>(kind.value_or(0)), text(inner, "id", required)};
    one.delivered = inner.boolean("delivered", required).value_or(false);
    one.answered = inner.boolean("answered", required).value_or(false);
    inner.refuse_unknown();
    if (inner.error()) return Error(*inner.error()).within(fmt::format("told[{}]", summary.told.size()));
    summary.told.push_back(std::move(one));
  }
  return CaseSummary(std::move(summary));
}

}  // namespace

std::vector<EmergencyWord> words_of(const Case& c) {
  std::vector<EmergencyWord> words;
  for (const EmergencyWord word : by_gravity) {
    if (std::any_of(c.evidence.begin(), c.evidence.end(), [&](const Evidence& e) { return e.said(word); })) words.push_back(word);
  }
  return words;
}

EmergencyWord gravest_word(const Case& c) {
  const auto words = words_of(c);
  return words.empty() ? EmergencyWord::general : words.front();
}

ExactSummary summarise(const Case& c, const ExactRecipient& recipient, const SummaryQuery& query) {
  ExactSummary summary;
  summary.head = make_head(c, recipient.to(), query);
  if (!c.subject.addresses.empty()) summary.subject.address = c.subject.addresses.front();
  summary.subject.beacon = first_of(c.subject.beacons);
  summary.subject.callsign = first_of(c.subject.callsigns);
  summary.subject.registration = first_of(c.subject.registrations);
  summary.subject.mmsi = first_of(c.subject.mmsis);
  summary.aircraft_class = owner_of(c).aircraft_class;
  summary.emergencies = words_of(c);
  summary.heard_at = c.opened_at;
  for (const Evidence& e : c.evidence) summary.heard_at = std::max(summary.heard_at, e.newest.heard_at);
  if (const PlaceHeard* last = last_known(c)) {
    summary.place = last->place;
    summary.heard_at = last->heard_at;
    for (const PlaceHeard& other : c.places) {
      if (!reachable(*last, other) && summary.other_places.size() < CaseLimits::places) summary.other_places.push_back(other.place);
    }
  }
  summary.heard_at = std::chrono::floor<milliseconds>(summary.heard_at);
  summary.false_alarm = c.mark && c.mark->kind == MarkKind::false_alarm;
  for (const Told& told : c.told) {
    if (summary.told.size() < SummaryLimits::told) summary.told.push_back({told.to, told.delivered_at.has_value(), !told.answers.empty()});
  }
  return summary;
}

CoarseSummary summarise(const Case& c, const CoarseRecipient& recipient, const SummaryQuery& query) {
  CoarseSummary summary{make_head(c, recipient.to(), query), std::nullopt, false};
  const auto found = contradictions(c);
  summary.disputed = std::any_of(found.begin(), found.end(), [](const Contradiction& one) { return one.kind == ContradictionKind::place; });
  summary.head.as_of = cut(summary.head.as_of, coarse_time_step);
  summary.head.opened_at = cut(summary.head.opened_at, coarse_time_step);
  const PlaceHeard* last = last_known(c);
  if (c.coarse && last != nullptr) summary.area = area_of(c.coarse->cell, last->place.coarse ? Length{} : last->place.uncertainty);
  return summary;
}

std::string to_json(const CoarseSummary& summary) {
  std::string text;
  json::Writer out(text);
  out.begin_object();
  append_head(out, summary.head, "coarse");
  out.field("disputed", summary.disputed);
  if (summary.area) {
    out.key("area");
    out.begin_object();
    out.field("lat_deg", summary.area->centre.lat_degrees(), 7);
    out.field("lon_deg", summary.area->centre.lon_degrees(), 7);
    out.field("radius_m", summary.area->radius.in(metres), 0);
    out.end_object();
  }
  out.end_object();
  return canonical_of(text);
}

std::string to_json(const ExactSummary& summary) {
  std::string text;
  json::Writer out(text);
  const auto text_field = [&](std::string_view name, const std::string& value) {
    if (!value.empty()) out.field(name, value);
  };
  out.begin_object();
  append_head(out, summary.head, "exact");
  if (summary.subject.address) out.field("address", to_string(*summary.subject.address));
  text_field("beacon", summary.subject.beacon);
  text_field("callsign", summary.subject.callsign);
  text_field("registration", summary.subject.registration);
  text_field("mmsi", summary.subject.mmsi);
  out.field("class", to_string(summary.aircraft_class));
  out.key("emergencies");
  out.begin_array();
  for (const EmergencyWord word : summary.emergencies) out.value(to_string(word));
  out.end_array();
  out.field("heard_at", to_rfc3339(summary.heard_at));
  out.field("false_alarm", summary.false_alarm);
  if (summary.place) {
    out.key("place");
    append_place(out, *summary.place);
  }
  out.key("other_places");
  out.begin_array();
  for (const Place& place : summary.other_places) append_place(out, place);
  out.end_array();
  out.key("told");
  out.begin_array();
  for (const SummaryTold& told : summary.told) {
    out.begin_object();
    out.field("kind", to_string(told.to.kind));
    out.field("id", told.to.id);
    out.field("delivered", told.delivered);
    out.field("answered", told.answered);
    out.end_object();
  }
  out.end_array();
  out.end_object();
  return canonical_of(text);
}

std::string summary_text(const Case& c, const Recipient& recipient, const SummaryQuery& query) {
  return std::visit([&](const auto& r) { return to_json(summarise(c, r, query)); }, recipient);
}

Result<CaseSummary> parse_case_summary(std::string_view given) {
  const auto document = json::parse(given, {.bytes = SummaryLimits::bytes, .depth = 4});
  if (!document) return Error(document.error()).within("case summary");
  json::Fields fields(document->root());
  if (const auto v = fields.integer("v", 0, 1'000'000, required); v && *v != version) {
    return bad_input(fmt::format("v: this program reads version {} of case summaries, this one is of version {}; a newer skypact reads it", version, *v));
  }
  const auto content = fields.word("content", {"coarse", "exact"}, required);
  auto head = read_head(fields);
  if (!head) return std::move(head).error();
  if (fields.error()) return *fields.error();
  auto summary = *content == 0 ? read_coarse(fields, std::move(*head)) : read_exact(fields, std::move(*head));
  if (!summary) return summary;
  const std::string again = std::visit([](const auto& s) { return to_json(s); }, *summary);
  if (again != given) return bad_input("the text is not in canonical form (RFC 8785; times with three decimals and Z, numbers rounded as docs/formats/distress.md says)");
  return summary;
}

const SummaryHead& head_of(const CaseSummary& summary) {
  return std::visit([](const auto& s) -> const SummaryHead& { return s.head; }, summary);
}

SummaryCircle circle_of(const KeepClear& given) {
  SummaryCircle circle;
  circle.centre = given.centre;
  circle.radius = metres(std::ceil(given.radius.in(metres)));
  circle.valid = {std::chrono::floor<milliseconds>(given.valid.from), std::chrono::floor<milliseconds>(given.valid.to)};
  circle.by = given.by.party;
  for (const KeepClearAnswer& answer : given.answers) (answer.accepted ? circle.accepted : circle.declined).push_back(answer.by.party);
  std::sort(circle.accepted.begin(), circle.accepted.end());
  std::sort(circle.declined.begin(), circle.declined.end());
  return circle;
}

bool is_same_circle(const SummaryCircle& a, const SummaryCircle& b) {
  return a.centre == b.centre && a.radius == b.radius && a.valid == b.valid && a.by == b.by;
}

Result<Trigger> read_case_summary(std::string_view text, std::string_view from, Time received_at) {
  auto summary = parse_case_summary(text);
  if (!summary) return std::move(summary).error();
  return trigger_of(*summary, from, received_at);
}

Result<Trigger> trigger_of(const CaseSummary& summary, std::string_view from, Time received_at) {
  const SummaryHead& head = head_of(summary);
  Trigger t;
  t.kind = TriggerKind::peer;
  t.received_at = received_at;
  t.heard_at = head.as_of;
  t.source = std::string(from);
  t.reference = head.number;
  t.our_case = head.your_case;
  t.party = head.owner;
  t.mark = head.exercise ? TriggerMark::exercise : TriggerMark::real;
  t.declared = head.declared;
  t.may_be_spoken = head.may_be_spoken;
  if (const auto* coarse = std::get_if<CoarseSummary>(&summary)) {
    // Only of a protected aircraft is so little told; so it is protected here too.
    t.aircraft_class = AircraftClass::state;
    if (coarse->disputed) t.remark = "the sender has places that contradict each other";
    if (coarse->area) {
      Place place;
      place.position = coarse->area->centre;
      place.uncertainty = coarse->area->radius;
      place.coarse = true;
      t.place = place;
    }
  } else {
    const auto& exact = std::get<ExactSummary>(summary);
    t.heard_at = exact.heard_at;
    t.subject = exact.subject;
    t.aircraft_class = exact.aircraft_class;
    if (!exact.emergencies.empty()) t.emergency = exact.emergencies.front();
    t.place = exact.place;
    if (exact.false_alarm) t.remark = "marked as a false alarm by the sender";
    if (!exact.other_places.empty()) t.remark += fmt::format("{}{} other places contradict this one", t.remark.empty() ? "" : "; ", exact.other_places.size());
  }
  if (head.closed) {
    // It is over there; here it stays open until an officer closes it.
    using enum CloseReason;
    t.cancellation = *head.closed == safe || *head.closed == rescued || *head.closed == false_alarm || *head.closed == exercise_ended;
    t.remark += fmt::format("{}closed by {}: {}", t.remark.empty() ? "" : "; ", from, to_string(*head.closed));
  }
  return checked(std::move(t));
}

}  // namespace skypact::distress
