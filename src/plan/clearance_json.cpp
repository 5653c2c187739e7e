// The text of an act: written and read (plan/clearance.h).

#include <array>

#include <fmt/format.h>

#include "base/check.h"
#include "base/text.h"
#include "json/canonical.h"
#include "json/fields.h"
#include "ledger/hash.h"
#include "pact/terms.h"
#include "pact/units.h"
#include "plan/clearance.h"

namespace skypact::plan {
namespace {

// --- writing ---

void write_words(json::Writer& out, std::string_view name, const std::vector<std::string>& words) {
  if (words.empty()) return;
  out.key(name);
  out.begin_array();
  for (const std::string& word : words) out.value(word);
  out.end_array();
}

void text_field(json::Writer& out, std::string_view name, const std::string& text) {
  if (!text.empty()) out.field(name, text);
}

void write_span(json::Writer& out, std::string_view name, const Interval<Time>& span) {
  out.key(name);
  out.begin_object();
  out.field("from", to_rfc3339(span.from));
  out.field("to", to_rfc3339(span.to));
  out.end_object();
}

void write_position(json::Writer& out, geo::Position p) {
  out.begin_array();
  out.shortest(p.lat_degrees());
  out.shortest(p.lon_degrees());
  out.end_array();
}

void write_point(json::Writer& out, std::string_view name, const ClearancePoint& point) {
  out.key(name);
  out.begin_object();
  out.field("at", to_rfc3339(point.at));
  out.field("name", point.name);
  out.key("position");
  write_position(out, point.position);
  out.end_object();
}

void write_part(json::Writer& out, const ClearancePart& part) {
  out.begin_object();
  out.field("ceiling", pact::limit_text(part.ceiling));
  write_point(out, "entry", part.entry);
  write_point(out, "exit", part.exit);
  out.field("floor", pact::limit_text(part.floor));
  text_field(out, "landing", part.landing);
  out.field("party", part.party);
  if (!part.via.empty()) {
    out.key("via");
    out.begin_array();
    for (const geo::Position p : part.via) write_position(out, p);
    out.end_array();
  }
  out.end_object();
}

constexpr std::array<std::string_view, 3> overdue_words{"answer", "revocation", "withdrawal"};

// Members of an object that is open.
struct WriteSaid {
  json::Writer& out;

  void operator()(const ClearanceRequest& request) const {
    out.key("request");
    append(out, request);
  }
  void operator()(const ClearanceAnswer& answer) const {
    out.field("answer", to_string(answer.word));
    if (answer.number) out.field("clearance", to_string(*answer.number));
    if (!answer.conditions.empty()) {
      out.key("conditions");
      append(out, answer.conditions);
    }
    text_field(out, "text", answer.text);
  }
  void operator()(const ClearanceReply& reply) const {
    out.field("question", reply.question);
    out.field("text", reply.text);
    out.field("to", reply.party);
  }
  void operator()(const ClearanceCleared& cleared) const {
    out.key("parts");
    out.begin_array();
    for (const ClearanceCleared::Part& part : cleared.parts) {
      out.begin_object();
      out.field("answer", part.answer);
      out.field("clearance", to_string(part.number));
      out.field("party", part.party);
      out.end_object();
    }
    out.end_array();
  }
  void operator()(const Revocation& revocation) const {
    if (revocation.from) out.field("from", to_rfc3339(*revocation.from));
    out.field("reason", revocation.reason);
  }
  void operator()(const Withdrawal& withdrawal) const { out.field("reason", withdrawal.reason); }
  void operator()(const ClearanceAcknowledgement& a) const {
    out.field("depth", to_string(a.depth));
    out.field("of", a.of == ClearanceAcknowledgement::Of::revocation ? "revocation" : "withdrawal");
    out.field("whose", a.party);
  }
  void operator()(const ClearanceOverdue& o) const {
    out.field("of", overdue_words[static_cast<std::size_t>(o.of)]);
    out.field("stage", to_string(o.stage));
    out.field("whose", o.party);
  }
};

// --- reading ---

std::string text_of(const std::optional<std::string_view>& text) { return std::string(text.value_or("")); }

// A text that `parse` makes a value of.
template <class T, class Parse>
std::optional<T> read_quantity(json::Fields& fields, std::string_view name, json::Presence presence, const Parse& parse) {
  const auto text = fields.text(name, 1, 40, presence);
  if (!text) return std::nullopt;
  const Result<T> value = parse(*text);
  if (!value) return fields.refuse(name, value.error().message), std::nullopt;
  return *value;
}

Result<geo::Position> position_of(json::Value value) {
  std::array<double, 2> degrees{};
  std::size_t count = 0;
  for (const json::Value element : value.elements()) {
    const auto number = element.as_number();
    if (count == 2 || !number) return bad_input("must be [latitude, longitude] in degrees, for example [52.31, 4.76]");
    degrees[count++] = *number;
  }
  if (count != 2) return bad_input("must be [latitude, longitude] in degrees, for example [52.31, 4.76]");
  const auto position = geo::Position::from_degrees(degrees[0], degrees[1]);
  if (!position || degrees[1] > 180 || degrees[1] < -180) {
    return bad_input(fmt::format("[{}, {}] is no place on the Earth; latitude comes first, from -90 to 90, then longitude, from -180 to 180", degrees[0], degrees[1]));
  }
  return *position;
}

std::vector<std::string> read_words(json::Fields& fields, std::string_view name, std::size_t most) {
  std::vector<std::string> words;
  const json::Value list = fields.array(name);
  if (list.size() > most) return fields.refuse(name, fmt::format("has {}; at most {} are taken", list.size(), most)), words;
  for (const json::Value element : list.elements()) {
    const auto text = element.as_string();
    if (!text) return fields.refuse(fmt::format("{}[{}]", name, words.size()), fmt::format("must be a text, is {}", json::to_string(element.kind()))), words;
    words.emplace_back(*text);
  }
  return words;
}

// An object that `read` makes a value of.
template <class T, class Read>
std::optional<T> read_inner(json::Fields& fields, std::string_view name, json::Presence presence, const Read& read) {
  const json::Value value = fields.object(name, presence);
  if (!value.exists()) return std::nullopt;
  json::Fields inner(value);
  T made = read(inner);
  inner.refuse_unknown();
  if (inner.error()) return fields.refuse(name, inner.error()->message), std::nullopt;
  return made;
}

Interval<Time> read_span(json::Fields& fields) {
  const Time from = fields.time("from", json::required).value_or(Time());
  return {from, fields.time("to", json::required).value_or(Time())};
}

ClearancePoint read_point(json::Fields& fields) {
  ClearancePoint point;
  point.at = fields.time("at", json::required).value_or(Time());
  point.name = text_of(fields.text("name", 1, ClearanceLimits::name, json::required));
  if (const json::Value value = fields.array("position", json::required); value.exists()) {
    const auto position = position_of(value);
    if (position) point.position = *position;
    else fields.refuse("position", position.error().message);
  }
  return point;
}

VerticalLimit read_limit(json::Fields& fields, std::string_view name) { return read_quantity<VerticalLimit>(fields, name, json::required, pact::parse_limit).value_or(VerticalLimit{}); }

ClearancePart read_part(json::Fields& fields) {
  ClearancePart part;
  part.party = text_of(fields.text("party", 1, ClearanceLimits::party, json::required));
  part.entry = read_inner<ClearancePoint>(fields, "entry", json::required, read_point).value_or(ClearancePoint{});
  part.exit = read_inner<ClearancePoint>(fields, "exit", json::required, read_point).value_or(ClearancePoint{});
  const json::Value via = fields.array("via");
  if (via.size() > ClearanceLimits::via) fields.refuse("via", fmt::format("has {} places; at most {} are taken", via.size(), ClearanceLimits::via));
  if (fields.error()) return part;
  for (const json::Value element : via.elements()) {
    const auto position = position_of(element);
    if (!position) return fields.refuse(fmt::format("via[{}]", part.via.size()), position.error().message), part;
    part.via.push_back(*position);
  }
  part.floor = read_limit(fields, "floor");
  part.ceiling = read_limit(fields, "ceiling");
  part.landing = text_of(fields.text("landing", 1, 8));
  return part;
}

std::vector<ClearancePart> read_route(json::Fields& fields) {
  std::vector<ClearancePart> route;
  const json::Value list = fields.array("route", json::required);
  if (list.size() > ClearanceLimits::parts) return fields.refuse("route", fmt::format("has {} parts; at most {} are taken", list.size(), ClearanceLimits::parts)), route;
  for (const json::Value element : list.elements()) {
    json::Fields one(element);
    ClearancePart part = read_part(one);
    one.refuse_unknown();
    if (one.error()) return fields.refuse(fmt::format("route[{}]", route.size()), one.error()->message), route;
    route.push_back(std::move(part));
  }
  return route;
}

template <class Enum, std::size_t... I>
std::optional<std::size_t> read_word_of(json::Fields& fields, std::string_view name, json::Presence presence, std::index_sequence<I...>) {
  return fields.word(name, {to_string(static_cast<Enum>(I))...}, presence);
}
// The first `count` words of an enumeration.
template <class Enum, std::size_t count>
Enum read_enum(json::Fields& fields, std::string_view name, json::Presence presence, Enum otherwise) {
  const auto at = read_word_of<Enum>(fields, name, presence, std::make_index_sequence<count>());
  return at ? static_cast<Enum>(*at) : otherwise;
}

std::optional<ClearanceNumber> read_number(json::Fields& fields, std::string_view name, json::Presence presence) {
  const auto text = fields.text(name, 1, 20, presence);
  if (!text) return std::nullopt;
  const auto number = text->find('-') == text->npos ? parse_clearance_number(*text) : std::nullopt;
  if (!number) fields.refuse(name, quoted(*text) + " is no number; write four digits, a stroke and the year's last two digits: 0007/26");
  return number;
}

ClearanceConditions read_conditions(json::Fields& fields) {
  ClearanceConditions c;
  c.times = read_inner<Interval<Time>>(fields, "times", json::optional, read_span);
  c.levels = read_inner<ClearanceConditions::Levels>(fields, "levels", json::optional, [](json::Fields& inner) {
    const VerticalLimit floor = read_limit(inner, "floor");
    return ClearanceConditions::Levels{floor, read_limit(inner, "ceiling")};
  });
  c.half_width = read_quantity<Length>(fields, "half_width", json::optional, parse_length);
  c.squawk = text_of(fields.text("squawk", 1, 8));
  c.frequency_khz = read_quantity<std::uint32_t>(fields, "frequency", json::optional, pact::parse_channel);
  c.reports = read_words(fields, "reports", ClearanceLimits::reports);
  c.text = text_of(fields.text("text", 1, ClearanceLimits::text));
  return c;
}

enum class Given : bool { by_node, by_person };   // the number of an approval, the question of a reply

ClearanceAnswer read_answer(json::Fields& fields, Given given) {
  ClearanceAnswer answer;
  answer.word = read_enum<ClearanceAnswerWord, 3>(fields, "answer", json::required, ClearanceAnswerWord::ask);
  if (given == Given::by_node) answer.number = read_number(fields, "clearance", json::optional);
  answer.conditions = read_inner<ClearanceConditions>(fields, "conditions", json::optional, read_conditions).value_or(ClearanceConditions{});
  answer.text = text_of(fields.text("text", 1, ClearanceLimits::text));
  return answer;
}

ClearanceReply read_reply(json::Fields& fields, Given given) {
  ClearanceReply reply;
  if (given == Given::by_node) reply.question = text_of(fields.text("question", 64, 64, json::required));
  reply.text = text_of(fields.text("text", 1, ClearanceLimits::text, json::required));
  reply.party = text_of(fields.text("to", 1, ClearanceLimits::party, json::required));
  return reply;
}

ClearanceCleared read_cleared(json::Fields& fields) {
  ClearanceCleared cleared;
  const json::Value list = fields.array("parts", json::required);
  if (list.size() > ClearanceLimits::parts) return fields.refuse("parts", fmt::format("are at most {}", ClearanceLimits::parts)), cleared;
  for (const json::Value element : list.elements()) {
    json::Fields one(element);
    ClearanceCleared::Part part;
    part.answer = text_of(one.text("answer", 64, 64, json::required));
    part.number = read_number(one, "clearance", json::required).value_or(ClearanceNumber{});
    part.party = text_of(one.text("party", 1, ClearanceLimits::party, json::required));
    one.refuse_unknown();
    if (one.error()) return fields.refuse(fmt::format("parts[{}]", cleared.parts.size()), one.error()->message), cleared;
    cleared.parts.push_back(std::move(part));
  }
  return cleared;
}

Revocation read_revocation(json::Fields& fields) {
  const auto from = fields.time("from");
  return {from, text_of(fields.text("reason", 1, ClearanceLimits::text, json::required))};
}

Withdrawal read_withdrawal(json::Fields& fields) { return {text_of(fields.text("reason", 1, ClearanceLimits::text, json::required))}; }

ClearanceAcknowledgement read_acknowledgement(json::Fields& fields) {
  ClearanceAcknowledgement a;
  a.depth = read_enum<ClearanceDepth, 3>(fields, "depth", json::required, ClearanceDepth::desk);
  a.of = static_cast<ClearanceAcknowledgement::Of>(fields.word("of", {"revocation", "withdrawal"}, json::required).value_or(0));
  a.party = text_of(fields.text("whose", 1, ClearanceLimits::party, json::required));
  return a;
}

ClearanceOverdue read_overdue(json::Fields& fields) {
  ClearanceOverdue o;
  o.of = static_cast<ClearanceOverdue::Of>(fields.word("of", {overdue_words[0], overdue_words[1], overdue_words[2]}, json::required).value_or(0));
  o.stage = read_enum<OverdueStage, 3>(fields, "stage", json::required, OverdueStage::none);
  o.party = text_of(fields.text("whose", 1, ClearanceLimits::party, json::required));
  return o;
}

std::uint32_t read_revision(json::Fields& fields) { return static_cast<std::uint32_t>(fields.integer("revision", 1, ClearanceLimits::revision, json::required).value_or(1)); }

}  // namespace

void append(json::Writer& out, const ClearanceRequest& r) {
  out.begin_object();
  write_words(out, "addresses", r.addresses);
  out.field("aircraft", r.aircraft);
  out.field("aircraft_type", r.aircraft_type);
  out.field("answer_by", to_rfc3339(r.answer_by));
  out.field("armed", r.armed);
  write_words(out, "call_signs", r.call_signs);
  out.field("cargo", to_string(r.cargo));
  out.field("contact", r.contact);
  out.field("exercise", r.exercise);
  out.field("half_width", pact::length_text(r.half_width));
  out.field("operator", r.operated_by);
  out.field("persons", r.persons);
  out.field("purpose", to_string(r.purpose));
  write_words(out, "registrations", r.registrations);
  text_field(out, "remarks", r.remarks);
  out.key("route");
  out.begin_array();
  for (const ClearancePart& part : r.route) write_part(out, part);
  out.end_array();
  out.field("sensors", r.sensors);
  out.field("tolerance", pact::duration_text(r.tolerance));
  write_span(out, "valid", r.valid);
  out.end_object();
}

void append(json::Writer& out, const ClearanceConditions& c) {
  out.begin_object();
  if (c.frequency_khz) out.field("frequency", pact::channel_text(*c.frequency_khz));
  if (c.half_width) out.field("half_width", pact::length_text(*c.half_width));
  if (c.levels) {
    out.key("levels");
    out.begin_object();
    out.field("ceiling", pact::limit_text(c.levels->ceiling));
    out.field("floor", pact::limit_text(c.levels->floor));
    out.end_object();
  }
  write_words(out, "reports", c.reports);
  text_field(out, "squawk", c.squawk);
  text_field(out, "text", c.text);
  if (c.times) write_span(out, "times", *c.times);
  out.end_object();
}

Result<ClearanceRequest> read_clearance_request(json::Value value, std::optional<Time> asked_at) {
  json::Fields fields(value);
  ClearanceRequest r;
  r.aircraft_type = text_of(fields.text("aircraft_type", 1, 8, json::required));
  r.aircraft = static_cast<std::uint32_t>(fields.integer("aircraft", 1, ClearanceLimits::aircraft, json::required).value_or(1));
  r.call_signs = read_words(fields, "call_signs", ClearanceLimits::names);
  r.registrations = read_words(fields, "registrations", ClearanceLimits::names);
  r.addresses = read_words(fields, "addresses", ClearanceLimits::names);
  r.operated_by = text_of(fields.text("operator", 1, ClearanceLimits::name, json::required));
  r.purpose = read_enum<ClearancePurpose, clearance_purposes>(fields, "purpose", json::required, ClearancePurpose::other);
  r.cargo = read_enum<CargoClass, 5>(fields, "cargo", json::required, CargoClass::none);
  r.persons = static_cast<std::uint32_t>(fields.integer("persons", 1, ClearanceLimits::persons, json::required).value_or(1));
  // Said, never supposed.
  r.sensors = fields.boolean("sensors", json::required).value_or(false);
  r.armed = fields.boolean("armed", json::required).value_or(false);
  r.route = read_route(fields);
  const json::Presence presence = asked_at ? json::optional : json::required;
  r.half_width = read_quantity<Length>(fields, "half_width", presence, parse_length).value_or(r.half_width);
  r.tolerance = read_quantity<Duration>(fields, "tolerance", presence, parse_duration).value_or(r.tolerance);
  r.valid = read_inner<Interval<Time>>(fields, "valid", json::required, read_span).value_or(Interval<Time>{});
  const auto answer_by = fields.time("answer_by", presence);
  r.answer_by = answer_by.value_or(Time());
  r.contact = text_of(fields.text("contact", 1, ClearanceLimits::text, json::required));
  r.remarks = text_of(fields.text("remarks", 1, ClearanceLimits::text));
  r.exercise = fields.boolean("exercise", presence).value_or(false);
  fields.refuse_unknown();
  if (fields.error()) return *fields.error();
  if (!answer_by && asked_at) r.answer_by = usual_answer_by(r, *asked_at);
  if (auto good = check_request(r); !good) return good.error();
  return r;
}

Result<ClearanceConditions> read_clearance_conditions(json::Value value) {
  json::Fields fields(value);
  ClearanceConditions c = read_conditions(fields);
  fields.refuse_unknown();
  if (fields.error()) return *fields.error();
  if (auto good = check_conditions(c); !good) return good.error();
  return c;
}

Result<ClearanceDraft> read_clearance_draft(json::Value value) {
  json::Fields fields(value);
  ClearanceDraft draft;
  const auto kind = fields.word("act", {"answer", "reply", "revoke", "withdraw", "acknowledge"}, json::required);
  const auto presence = kind && *kind < 2 ? json::required : json::optional;
  if (const auto revision = fields.integer("revision", 1, ClearanceLimits::revision, presence)) draft.revision = static_cast<std::uint32_t>(*revision);
  switch (kind.value_or(0)) {
    case 0: draft.said = read_answer(fields, Given::by_person); break;
    case 1: draft.said = read_reply(fields, Given::by_person); break;
    case 2: draft.said = read_revocation(fields); break;
    case 3: draft.said = read_withdrawal(fields); break;
    default: draft.said = read_acknowledgement(fields); break;
  }
  fields.refuse_unknown();
  if (fields.error()) return *fields.error();
  return draft;
}

std::string canonical_json(const ClearanceAct& act) {
  std::string text;
  json::Writer out(text);
  out.begin_object();
  out.field("act", kind_of(act.said));
  if (act.by != ClearanceAuthor{}) {
    out.key("by");
    out.begin_object();
    out.field("account", act.by.account);
    out.field("desk", act.by.desk);
    out.end_object();
  }
  out.field("number", to_string(act.number));
  out.field("party", act.party);
  out.field("revision", act.revision);
  std::visit(WriteSaid{out}, act.said);
  out.field("v", ClearanceAct::version);
  out.end_object();
  const auto document = json::parse(text, {.bytes = text.size(), .depth = 8});
  SKYPACT_CHECK(document.has_value());
  auto canonical = json::canonical(document->root());
  SKYPACT_CHECK(canonical.has_value());
  return std::move(*canonical);
}

Result<ClearanceAct> read_clearance_act(json::Value value) {
  json::Fields fields(value);
  if (const auto v = fields.integer("v", 0, 1'000'000, json::required); v && *v != ClearanceAct::version) {
    return bad_input(fmt::format("v: this program reads version {} of clearances, this one is of version {}; a newer skypact reads it", ClearanceAct::version, *v));
  }
  ClearanceAct act;
  act.party = text_of(fields.text("party", 1, ClearanceLimits::party, json::required));
  act.number = read_number(fields, "number", json::required).value_or(ClearanceNumber{});
  act.revision = read_revision(fields);
  act.by = read_inner<ClearanceAuthor>(fields, "by", json::optional, [](json::Fields& inner) {
             const auto account = inner.text("account", 1, ClearanceLimits::word, json::required);
             return ClearanceAuthor{text_of(account), text_of(inner.text("desk", 1, ClearanceLimits::word, json::required))};
           }).value_or(ClearanceAuthor{});
  const auto kind = fields.word("act", {"request", "answer", "reply", "cleared", "revoke", "withdraw", "acknowledge", "overdue"}, json::required);
  if (fields.error()) return *fields.error();
  json::Value request;
  switch (*kind) {
    case 0: request = fields.object("request", json::required); break;
    case 1: act.said = read_answer(fields, Given::by_node); break;
    case 2: act.said = read_reply(fields, Given::by_node); break;
    case 3: act.said = read_cleared(fields); break;
    case 4: act.said = read_revocation(fields); break;
    case 5: act.said = read_withdrawal(fields); break;
    case 6: act.said = read_acknowledgement(fields); break;
    default: act.said = read_overdue(fields); break;
  }
  fields.refuse_unknown();
  if (fields.error()) return *fields.error();
  if (*kind == 0) {
    auto read = read_clearance_request(request);
    if (!read) return std::move(read).error().within("request");
    act.said = std::move(*read);
  }
  if (auto good = check_act(act); !good) return good.error();
  return act;
}

Result<ClearanceAct> parse_clearance_act(std::string_view text) {
  const auto document = json::parse(text, {.bytes = ClearanceLimits::act_bytes, .depth = 8});
  if (!document) return document.error();
  auto act = read_clearance_act(document->root());
  if (act && canonical_json(*act) != text) {
    return bad_input("the text is not in canonical form (RFC 8785; times with three decimals and Z; every quantity as docs/formats/clearance.md says), so it would have two hashes");
  }
  return act;
}

std::string id_of(const ClearanceAct& act) { return ledger::to_hex(ledger::sha256(ledger::as_bytes(canonical_json(act)))); }

}  // namespace skypact::plan
