// The form is docs/formats/uss-journal.md.

#include <utility>

#include <fmt/format.h>

#include "json/fields.h"
#include "plan/extents_json.h"
#include "plan/f3548_client.h"
#include "plan/f3548_json.h"
#include "plan/uss.h"

namespace skypact::plan {
namespace {

using json::Fields;
using json::required;

constexpr std::size_t longest_why = 1'000;
const std::initializer_list<std::string_view> kind_words{"operational_intent", "constraint"};

std::string_view word_of(Kind kind) { return kind_words.begin()[kind == Kind::constraint ? 1 : 0]; }
Kind read_kind(Fields& fields) { return fields.word("kind", kind_words, required).value_or(0) == 1 ? Kind::constraint : Kind::operational_intent; }

// Of texts or numbers; nothing where the list is empty.
template <class T>
void write_values(json::Writer& out, std::string_view name, const std::vector<T>& values) {
  if (values.empty()) return;
  out.key(name);
  out.begin_array();
  for (const T& value : values) out.value(value);
  out.end_array();
}

void write_entity(json::Writer& out, const Disclosed& entity) {
  out.key("entity");
  write_disclosed(out, entity);
}

std::optional<Disclosed> read_entity(Fields& fields, Kind kind) {
  const json::Value value = fields.object("entity");
  if (!value.exists()) return std::nullopt;
  auto entity = read_disclosed(kind, value);
  if (!entity) return fields.refuse("entity", entity.error().message), std::nullopt;
  return *std::move(entity);
}

void write_particulars(json::Writer& out, const Particulars& particulars) {
  if (!particulars.address.empty()) out.field("address", particulars.address);
  out.field("aircraft", particulars.aircraft);
  out.field("name", particulars.name);
  out.field("operator_id", particulars.operator_id);
  out.field("remarks", particulars.remarks);
}

void write_asked(json::Writer& out, Kind kind, const OwnEntity::Asked& asked) {
  out.key("asked");
  out.begin_object();
  if (!asked.withdraw) {
    out.key("details");
    write_details(out, kind, asked.intention.details);
    out.field("state", to_string(asked.intention.state));
  }
  out.field("withdraw", asked.withdraw);
  out.end_object();
}

std::optional<OwnEntity::Asked> read_asked(Fields& fields, Kind kind) {
  const json::Value value = fields.object("asked");
  if (!value.exists()) return std::nullopt;
  Fields own(value);
  OwnEntity::Asked asked;
  asked.withdraw = own.boolean("withdraw", required).value_or(false);
  if (!asked.withdraw) {
    asked.intention.state = static_cast<IntentState>(own.word("state", intent_state_words, required).value_or(0));
    auto details = read_details(kind, own.object("details", required));
    if (!details) own.refuse("details", details.error().message);
    else asked.intention.details = *std::move(details);
  }
  own.refuse_unknown();
  if (own.error()) return fields.refuse("asked", own.error()->message), std::nullopt;
  return asked;
}

}  // namespace

static void write_one(json::Writer& out, const OwnEntity& own) {
  out.begin_object();
  if (own.asked) write_asked(out, own.kind, *own.asked);
  out.field("changed_at", exact_time(own.changed_at));
  if (own.ended) out.field("ended", exact_time(*own.ended));
  if (own.held) write_entity(out, *own.held);
  out.field("id", to_string(own.id));
  out.field("kind", word_of(own.kind));
  write_particulars(out, own.particulars);
  out.end_object();
}

static void write_one(json::Writer& out, const Subscriber& to) {
  out.begin_object();
  write_values(out, "managers", to.managers);
  write_subscriptions(out, to.subscriptions);
  out.field("uss_base_url", to.uss_base_url);
  out.end_object();
}

static void write_one(json::Writer& out, const UssChange::Round& round) {
  out.begin_object();
  if (round.entity) write_entity(out, *round.entity);
  out.field("first", round.first);
  out.field("id", to_string(round.id));
  out.field("kind", word_of(round.kind));
  out.field("queued_at", exact_time(round.queued_at));
  write_list(out, "to", round.to);
  out.end_object();
}

static void write_one(json::Writer& out, const UssChange::GivenUp& one) {
  out.begin_object();
  out.field("at", exact_time(one.at));
  out.field("number", one.number);
  out.field("why", one.why);
  out.end_object();
}

template <>
struct Reader<std::string> {
  static Result<std::string> read(json::Value value) {
    const auto text = value.as_string();
    return text ? Result(std::string(*text)) : bad_input("must be a text");
  }
};

template <>
struct Reader<std::uint64_t> {
  static Result<std::uint64_t> read(json::Value value) {
    const auto number = value.as_integer();
    return number && *number >= 0 ? Result(static_cast<std::uint64_t>(*number)) : bad_input("must be a number");
  }
};

template <>
struct Reader<OwnEntity> {
  static Result<OwnEntity> read(json::Value value) {
    Fields fields(value);
    OwnEntity own;
    own.kind = read_kind(fields);
    own.id = read_id(fields, "id", required).value_or(EntityId{});
    own.particulars.address = fields.text("address", 0, UssLimits::name_bytes).value_or("");
    own.particulars.aircraft = read_text(fields, "aircraft", UssLimits::name_bytes);
    own.particulars.name = read_text(fields, "name", UssLimits::name_bytes);
    own.particulars.operator_id = read_text(fields, "operator_id", UssLimits::operator_bytes);
    own.particulars.remarks = read_text(fields, "remarks", UssLimits::remarks_bytes);
    own.changed_at = fields.time("changed_at", required).value_or(Time{});
    own.ended = fields.time("ended");
    own.asked = read_asked(fields, own.kind);
    own.held = read_entity(fields, own.kind);
    fields.refuse_unknown();
    if (fields.error()) return *fields.error();
    return own;
  }
};

template <>
struct Reader<Subscriber> {
  static Result<Subscriber> read(json::Value value) {
    Fields fields(value);
    Subscriber to;
    read_list(fields, "managers", to.managers);
    to.uss_base_url = read_text(fields, "uss_base_url", FlightLimits::url_bytes);
    auto states = read_subscriptions(fields.array("subscriptions", required));
    if (!states) fields.refuse("subscriptions", states.error().message);
    else to.subscriptions = *std::move(states);
    fields.refuse_unknown();
    if (fields.error()) return *fields.error();
    return to;
  }
};

template <>
struct Reader<UssChange::Round> {
  static Result<UssChange::Round> read(json::Value value) {
    Fields fields(value);
    UssChange::Round round;
    round.kind = read_kind(fields);
    round.id = read_id(fields, "id", required).value_or(EntityId{});
    round.first = static_cast<std::uint64_t>(fields.integer("first", 0, INT64_MAX / 2, required).value_or(0));
    round.queued_at = fields.time("queued_at", required).value_or(Time{});
    if (auto entity = read_entity(fields, round.kind)) round.entity = std::make_shared<const Disclosed>(*std::move(entity));
    read_list(fields, "to", round.to);
    fields.refuse_unknown();
    if (fields.error()) return *fields.error();
    return round;
  }
};

template <>
struct Reader<UssChange::GivenUp> {
  static Result<UssChange::GivenUp> read(json::Value value) {
    Fields fields(value);
    UssChange::GivenUp one;
    one.number = static_cast<std::uint64_t>(fields.integer("number", 0, INT64_MAX / 2, required).value_or(0));
    one.at = fields.time("at", required).value_or(Time{});
    one.why = read_text(fields, "why", longest_why);
    fields.refuse_unknown();
    if (fields.error()) return *fields.error();
    return one;
  }
};

std::string to_json(const UssChange& change) {
  std::string text;
  json::Writer out(text);
  out.begin_object();
  write_list(out, "forgotten", change.forgotten);
  write_list(out, "given_up", change.given_up);
  write_list(out, "put", change.put);
  write_list(out, "queued", change.queued);
  write_values(out, "settled", change.settled);
  out.field("v", 1);
  out.end_object();
  return text;
}

Result<UssChange> read_uss_change(std::string_view text) {
  const auto document = json::parse(text, {ChangeLimits::bytes, 24});
  if (!document) return document.error();
  Fields fields(document->root());
  UssChange change;
  (void)fields.integer("v", 1, 1, required);
  read_list(fields, "forgotten", change.forgotten);
  read_list(fields, "given_up", change.given_up);
  read_list(fields, "put", change.put);
  read_list(fields, "queued", change.queued);
  read_list(fields, "settled", change.settled);
  fields.refuse_unknown();
  if (fields.error()) return *fields.error();
  return change;
}

}  // namespace skypact::plan
