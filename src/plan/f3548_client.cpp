#include "plan/f3548_client.h"

#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "plan/f3548_details.h"
#include "plan/f3548_json.h"

namespace skypact::plan {
namespace {

using json::Fields;
using json::required;

void write_extents(json::Writer& out, const std::vector<Volume>& volumes) {
  out.key("extents");
  out.begin_array();
  for (const Volume& volume : volumes) write_extent(out, volume);
  out.end_array();
}

// Larger than a request may be: there may be many references.
Result<json::Document> parse_answer(std::string_view body) { return json::parse(body, {ClientLimits::answer_bytes, 32}); }

template <class Write>
std::string object(const Write& write) {
  std::string body;
  json::Writer out(body);
  out.begin_object();
  write(out);
  out.end_object();
  return body;
}

std::optional<Time> read_time(Fields& fields, std::string_view name) {
  const json::Value value = fields.object(name, required);
  if (!value.exists()) return std::nullopt;
  Fields own(value);
  const auto time = own.time("value", required);
  if (own.error()) fields.refuse(name, own.error()->message);
  return time;
}

std::optional<EntityId> read_id_member(Fields& fields, std::string_view name, json::Presence presence) {
  const auto text = fields.text(name, 0, 64, presence);
  const auto id = text ? parse_entity_id(*text) : std::nullopt;
  if (text && !id && (presence == required || !text->empty())) fields.refuse(name, quoted(*text) + " is not a UUID");
  return id;
}

Result<std::vector<Reference>> read_list(Kind kind, Fields& fields, std::string_view name, json::Presence presence) {
  const json::Value list = fields.array(name, presence);
  if (fields.error()) return *fields.error();
  if (list.size() > ClientLimits::references) return bad_input(fmt::format("{}: {} references; at most {} are taken", name, list.size(), ClientLimits::references));
  std::vector<Reference> references;
  for (const json::Value one : list.elements()) {
    auto reference = read_reference(kind, one);
    if (!reference) return Error(reference.error()).within(fmt::format("{}[{}]", name, references.size()));
    references.push_back(*std::move(reference));
  }
  return references;
}

std::string_view reference_name(Kind kind) { return kind == Kind::constraint ? "constraint_reference" : "operational_intent_reference"; }
std::string_view references_name(Kind kind) { return kind == Kind::constraint ? "constraint_references" : "operational_intent_references"; }

Result<Reference> read_reference_member(Kind kind, Fields& fields) {
  const json::Value value = fields.object(reference_name(kind), required);
  if (fields.error()) return *fields.error();
  auto reference = read_reference(kind, value);
  if (!reference) return Error(reference.error()).within(reference_name(kind));
  return reference;
}

Result<Subscriber> read_subscriber(json::Value value) {
  Fields fields(value);
  Subscriber subscriber;
  subscriber.uss_base_url = fields.text("uss_base_url", 1, FlightLimits::url_bytes, required).value_or("");
  const json::Value list = fields.array("subscriptions", required);
  if (fields.error()) return *fields.error();
  auto states = read_subscriptions(list);
  if (!states) return states.error();
  subscriber.subscriptions = *std::move(states);
  for (const json::Value manager : fields.array("managers").elements()) {
    if (const auto name = manager.as_string()) subscriber.managers.emplace_back(name->substr(0, FlightLimits::manager_bytes));
  }
  return subscriber;
}

}  // namespace

std::string body_of(const Query& query) {
  return object([&](json::Writer& out) {
    out.key("area_of_interest");
    write_extent(out, query.area);
  });
}

std::string body_of(const PutIntent& put) {
  return object([&](json::Writer& out) {
    write_extents(out, put.extents);
    out.key("key");
    out.begin_array();
    for (const std::string& ovn : put.key) out.value(ovn);
    out.end_array();
    out.field("state", to_string(put.state));
    out.field("uss_base_url", put.uss_base_url);
    if (put.subscription) out.field("subscription_id", to_string(*put.subscription));
    if (put.new_subscription) {
      out.key("new_subscription");
      out.begin_object();
      out.field("uss_base_url", put.new_subscription->uss_base_url);
      out.field("notify_for_constraints", put.new_subscription->notify_for_constraints);
      out.end_object();
    }
    if (put.ovn_suffix) out.field("requested_ovn_suffix", to_string(*put.ovn_suffix));
  });
}

std::string body_of(const PutConstraint& put) {
  return object([&](json::Writer& out) {
    write_extents(out, put.extents);
    out.field("uss_base_url", put.uss_base_url);
  });
}

std::string body_of(const PutSubscription& put) {
  return object([&](json::Writer& out) {
    out.key("extents");
    write_extent(out, put.extents);
    out.field("uss_base_url", put.uss_base_url);
    out.field("notify_for_operational_intents", put.notify_for_intents);
    out.field("notify_for_constraints", put.notify_for_constraints);
  });
}

Result<Reference> read_reference(Kind kind, json::Value value) {
  Fields fields(value);
  Reference reference;
  reference.kind = kind;
  reference.id = read_id_member(fields, "id", required).value_or(EntityId{});
  reference.manager = fields.text("manager", 1, FlightLimits::manager_bytes, required).value_or("");
  reference.availability = static_cast<Availability>(fields.word("uss_availability", availability_words).value_or(0));
  reference.version = static_cast<std::int32_t>(fields.integer("version", 0, 2'147'483'647, required).value_or(0));
  reference.ovn = fields.text("ovn", 0, FlightLimits::ovn_bytes).value_or("");
  if (reference.ovn == ovn_for_others) reference.ovn.clear();
  reference.uss_base_url = fields.text("uss_base_url", 1, FlightLimits::url_bytes, required).value_or("");
  if (kind == Kind::operational_intent) {
    reference.state = static_cast<IntentState>(fields.word("state", intent_state_words, required).value_or(0));
    reference.subscription = read_id_member(fields, "subscription_id", json::optional);
    if (reference.subscription == no_subscription) reference.subscription = std::nullopt;
  }
  const auto starts = read_time(fields, "time_start"), ends = read_time(fields, "time_end");
  if (fields.error()) return *fields.error();
  reference.time = {*starts, *ends};
  return reference;
}

Result<std::vector<SubscriptionState>> read_subscriptions(json::Value list) {
  if (list.size() > DetailLimits::subscriptions) return bad_input(fmt::format("subscriptions: {} of them; at most {} are taken", list.size(), DetailLimits::subscriptions));
  std::vector<SubscriptionState> states;
  for (const json::Value one : list.elements()) {
    Fields fields(one);
    const auto id = read_id_member(fields, "subscription_id", required);
    const auto index = fields.integer("notification_index", 0, 2'147'483'647, required);
    if (fields.error()) return Error(*fields.error()).within(fmt::format("subscriptions[{}]", states.size()));
    states.push_back({*id, static_cast<std::int32_t>(*index)});
  }
  return states;
}

Result<std::vector<Reference>> read_references(Kind kind, std::string_view body) {
  const auto document = parse_answer(body);
  if (!document) return document.error();
  Fields fields(document->root());
  return read_list(kind, fields, references_name(kind), required);
}

Result<Reference> read_reference_got(Kind kind, std::string_view body) {
  const auto document = parse_answer(body);
  if (!document) return document.error();
  Fields fields(document->root());
  return read_reference_member(kind, fields);
}

Result<ReferenceChanged> read_reference_changed(Kind kind, std::string_view body) {
  const auto document = parse_answer(body);
  if (!document) return document.error();
  Fields fields(document->root());
  ReferenceChanged changed;
  auto reference = read_reference_member(kind, fields);
  if (!reference) return reference.error();
  changed.reference = *std::move(reference);
  const json::Value list = fields.array("subscribers", required);
  if (fields.error()) return *fields.error();
  if (list.size() > ClientLimits::subscribers) return bad_input(fmt::format("subscribers: {} of them; at most {} are taken", list.size(), ClientLimits::subscribers));
  for (const json::Value one : list.elements()) {
    auto subscriber = read_subscriber(one);
    if (!subscriber) return Error(subscriber.error()).within(fmt::format("subscribers[{}]", changed.subscribers.size()));
    changed.subscribers.push_back(*std::move(subscriber));
  }
  return changed;
}

Result<AirspaceConflict> read_airspace_conflict(std::string_view body) {
  const auto document = parse_answer(body);
  if (!document) return document.error();
  Fields fields(document->root());
  AirspaceConflict conflict;
  conflict.message = fields.text("message", 0, 4096).value_or("");
  auto intents = read_list(Kind::operational_intent, fields, "missing_operational_intents", json::optional);
  if (!intents) return intents.error();
  auto constraints = read_list(Kind::constraint, fields, "missing_constraints", json::optional);
  if (!constraints) return constraints.error();
  conflict.missing_intents = *std::move(intents);
  conflict.missing_constraints = *std::move(constraints);
  return conflict;
}

}  // namespace skypact::plan
