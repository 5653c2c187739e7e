#include "plan/f3548_json.h"

#include <span>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "json/fields.h"

namespace skypact::plan {
namespace {

using json::Fields;
using json::required;

enum class Altitudes : std::uint8_t { needed, optional };

Result<std::vector<Volume>> read_extents(Fields& fields, std::size_t most_vertices, Altitudes altitudes) {
  const json::Value list = fields.array("extents", required);
  if (fields.error()) return *fields.error();
  if (list.size() == 0) return bad_input("extents: needs a volume");
  if (list.size() > FlightLimits::volumes) return bad_input(fmt::format("extents: {} volumes; at most {} are taken", list.size(), FlightLimits::volumes));
  std::vector<Volume> volumes;
  std::size_t vertices = 0;
  for (const json::Value one : list.elements()) {
    const std::string place = fmt::format("extents[{}]", volumes.size());
    auto extent = read_extent(one, most_vertices);
    if (!extent) return Error(extent.error()).within(place);
    if (!extent->starts) return bad_input(place + ": time_start: is missing");
    if (!extent->ends) return bad_input(place + ": time_end: is missing");
    if (altitudes == Altitudes::needed && !extent->volume.lower_m) return bad_input(place + ": volume: altitude_lower: is missing");
    if (altitudes == Altitudes::needed && !extent->volume.upper_m) return bad_input(place + ": volume: altitude_upper: is missing");
    vertices += extent->volume.area.is_circle() ? 0 : extent->volume.area.outline().size();
    if (vertices > most_vertices) return bad_input(fmt::format("extents: more than {} vertices together", most_vertices));
    volumes.push_back(std::move(extent->volume));
  }
  return volumes;
}

std::optional<EntityId> read_id_field(Fields& fields, std::string_view name) {
  const auto text = fields.text(name, 0, 64);
  if (!text || text->empty()) return std::nullopt;
  const auto id = parse_entity_id(*text);
  if (!id) fields.refuse(name, quoted(*text) + " is not a UUID");
  return id;
}

std::string read_url(Fields& fields) { return std::string(fields.text("uss_base_url", 1, FlightLimits::url_bytes, required).value_or("")); }

Result<std::vector<std::string>> read_key(Fields& fields) {
  const json::Value list = fields.array("key");
  if (list.size() > FlightLimits::key) return bad_input(fmt::format("key: {} OVNs; at most {} are taken", list.size(), FlightLimits::key));
  std::vector<std::string> key;
  for (const json::Value ovn : list.elements()) {
    const auto text = ovn.as_string();
    if (!text || text->size() > FlightLimits::ovn_bytes) return bad_input(fmt::format("key[{}]: must be an OVN", key.size()));
    key.emplace_back(*text);
  }
  return key;
}

Result<std::optional<NewSubscription>> read_new_subscription(Fields& fields) {
  const json::Value value = fields.object("new_subscription");
  if (!value.exists()) return std::optional<NewSubscription>();
  Fields own(value);
  NewSubscription subscription{read_url(own), own.boolean("notify_for_constraints").value_or(false)};
  if (own.error()) return Error(*own.error()).within("new_subscription");
  return std::optional(std::move(subscription));
}

std::optional<std::string> owned(std::optional<std::string_view> text) { return text ? std::optional<std::string>(*text) : std::nullopt; }

}  // namespace

std::string_view to_string(IntentState state) { return intent_state_words.begin()[static_cast<std::size_t>(state)]; }

std::string_view to_string(Availability availability) { return availability_words.begin()[static_cast<std::size_t>(availability)]; }

Result<Query> read_query(Kind kind, std::string_view body) {
  const auto document = parse_body(body);
  if (!document) return document.error();
  Fields fields(document->root());
  const json::Value area = fields.object("area_of_interest", required);
  if (fields.error()) return *fields.error();
  auto extent = read_extent(area, FlightLimits::vertices);
  if (!extent) return Error(extent.error()).within("area_of_interest");
  return Query{kind, std::move(extent->volume)};
}

Result<PutIntent> read_put_intent(std::string_view id_text, std::optional<std::string_view> ovn, std::string_view body) {
  const auto id = read_id(id_text);
  if (!id) return id.error();
  const auto document = parse_body(body);
  if (!document) return document.error();
  Fields fields(document->root());
  PutIntent put;
  put.id = *id;
  put.ovn = owned(ovn);
  put.uss_base_url = read_url(fields);
  put.state = static_cast<IntentState>(fields.word("state", intent_state_words, required).value_or(0));
  put.subscription = read_id_field(fields, "subscription_id");
  if (put.subscription == no_subscription) put.subscription = std::nullopt;   // as a reference says it
  put.ovn_suffix = read_id_field(fields, "requested_ovn_suffix");
  auto key = read_key(fields);
  if (!key) return key.error();
  auto subscription = read_new_subscription(fields);
  if (!subscription) return subscription.error();
  auto extents = read_extents(fields, FlightLimits::vertices, Altitudes::needed);
  if (!extents) return extents.error();
  if (fields.error()) return *fields.error();
  put.key = *std::move(key);
  put.new_subscription = *std::move(subscription);
  put.extents = *std::move(extents);
  put.content = ledger::sha256(ledger::as_bytes(body));
  return put;
}

Result<PutConstraint> read_put_constraint(std::string_view id_text, std::optional<std::string_view> ovn, std::string_view body) {
  const auto id = read_id(id_text);
  if (!id) return id.error();
  const auto document = parse_body(body);
  if (!document) return document.error();
  Fields fields(document->root());
  std::string url = read_url(fields);
  auto extents = read_extents(fields, FlightLimits::constraint_vertices, Altitudes::optional);
  if (!extents) return extents.error();
  if (fields.error()) return *fields.error();
  return PutConstraint{*id, owned(ovn), *std::move(extents), std::move(url), ledger::sha256(ledger::as_bytes(body))};
}

Result<PutSubscription> read_put_subscription(std::string_view id_text, std::optional<std::string_view> version, std::string_view body) {
  const auto id = read_id(id_text);
  if (!id) return id.error();
  const auto document = parse_body(body);
  if (!document) return document.error();
  Fields fields(document->root());
  std::string url = read_url(fields);
  const bool intents = fields.boolean("notify_for_operational_intents").value_or(false);
  const bool constraints = fields.boolean("notify_for_constraints").value_or(false);
  const json::Value extents = fields.object("extents", required);
  if (fields.error()) return *fields.error();
  auto extent = read_extent(extents, FlightLimits::vertices);
  if (!extent) return Error(extent.error()).within("extents");
  return PutSubscription{*id, owned(version), std::move(extent->volume), extent->starts, extent->ends, std::move(url), intents, constraints,
                         ledger::sha256(ledger::as_bytes(body))};
}

Result<PutAvailability> read_put_availability(std::string_view uss, std::string_view body) {
  const auto document = parse_body(body);
  if (!document) return document.error();
  Fields fields(document->root());
  const auto availability = fields.word("availability", availability_words, required);
  const auto old_version = fields.text("old_version", 0, FlightLimits::ovn_bytes);
  if (fields.error()) return *fields.error();
  return PutAvailability{std::string(uss), static_cast<Availability>(*availability), std::string(old_version.value_or(""))};
}

void write_reference(json::Writer& out, const Reference& reference) {
  out.begin_object();
  out.field("id", to_string(reference.id));
  out.field("manager", reference.manager);
  out.field("uss_availability", to_string(reference.availability));
  out.field("version", reference.version);
  if (reference.kind == Kind::operational_intent) out.field("state", to_string(reference.state));
  out.field("ovn", reference.ovn.empty() ? ovn_for_others : std::string_view(reference.ovn));
  write_time(out, "time_start", reference.time.from);
  write_time(out, "time_end", reference.time.to);
  out.field("uss_base_url", reference.uss_base_url);
  if (reference.kind == Kind::operational_intent) out.field("subscription_id", to_string(reference.subscription.value_or(no_subscription)));
  out.end_object();
}

namespace {

void write_references(json::Writer& out, std::string_view name, const std::vector<Reference>& references) {
  out.key(name);
  out.begin_array();
  for (const Reference& reference : references) write_reference(out, reference);
  out.end_array();
}

void write_subscription(json::Writer& out, const SubscriptionView& subscription) {
  out.begin_object();
  out.field("id", to_string(subscription.id));
  out.field("version", subscription.version);
  out.field("notification_index", subscription.notification_index);
  write_time(out, "time_start", subscription.time.from);
  write_time(out, "time_end", subscription.time.to);
  out.field("uss_base_url", subscription.uss_base_url);
  out.field("notify_for_operational_intents", subscription.notify_for_intents);
  out.field("notify_for_constraints", subscription.notify_for_constraints);
  out.field("implicit_subscription", subscription.implicit);
  out.key("dependent_operational_intents");
  out.begin_array();
  for (const EntityId id : subscription.dependents) out.value(to_string(id));
  out.end_array();
  out.end_object();
}

void write_subscribers(json::Writer& out, const std::vector<Subscriber>& subscribers) {
  out.key("subscribers");
  out.begin_array();
  for (const Subscriber& subscriber : subscribers) {
    out.begin_object();
    out.field("uss_base_url", subscriber.uss_base_url);
    out.key("managers");
    out.begin_array();
    for (const std::string& manager : subscriber.managers) out.value(manager);
    out.end_array();
    write_subscriptions(out, subscriber.subscriptions);
    out.end_object();
  }
  out.end_array();
}

std::string_view reference_name(Kind kind) { return kind == Kind::constraint ? "constraint_reference" : "operational_intent_reference"; }
std::string_view references_name(Kind kind) { return kind == Kind::constraint ? "constraint_references" : "operational_intent_references"; }

// The members of each answer.
struct Members {
  json::Writer& out;

  void operator()(const ReferencesFound& found) const { write_references(out, references_name(found.kind), found.references); }
  void operator()(const ReferenceGot& got) const {
    out.key(reference_name(got.reference.kind));
    write_reference(out, got.reference);
  }
  void operator()(const ReferenceChanged& changed) const {
    write_subscribers(out, changed.subscribers);
    out.key(reference_name(changed.reference.kind));
    write_reference(out, changed.reference);
  }
  void operator()(const SubscriptionsFound& found) const {
    out.key("subscriptions");
    out.begin_array();
    for (const SubscriptionView& subscription : found.subscriptions) write_subscription(out, subscription);
    out.end_array();
  }
  void operator()(const SubscriptionGot& got) const {
    out.key("subscription");
    write_subscription(out, got.subscription);
  }
  void operator()(const SubscriptionPut& put) const {
    out.key("subscription");
    write_subscription(out, put.subscription);
    write_references(out, references_name(Kind::operational_intent), put.intents);
    write_references(out, references_name(Kind::constraint), put.constraints);
  }
  void operator()(const AirspaceConflict& conflict) const {
    out.field("message", conflict.message);
    write_references(out, "missing_operational_intents", conflict.missing_intents);
    write_references(out, "missing_constraints", conflict.missing_constraints);
  }
  void operator()(const AvailabilityGot& got) const {
    out.field("version", got.version);
    out.key("status");
    out.begin_object();
    out.field("uss", got.uss);
    out.field("availability", to_string(got.availability));
    out.end_object();
  }
};

}  // namespace

void write_subscriptions(json::Writer& out, const std::vector<SubscriptionState>& states) {
  out.key("subscriptions");
  out.begin_array();
  for (const SubscriptionState& state : states) {
    out.begin_object();
    out.field("subscription_id", to_string(state.id));
    out.field("notification_index", state.notification_index);
    out.end_object();
  }
  out.end_array();
}

void write(const Response& response, std::string& out) {
  json::Writer writer(out);
  writer.begin_object();
  std::visit(Members{writer}, response);
  writer.end_object();
}

}  // namespace skypact::plan
