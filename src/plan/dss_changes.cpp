#include "plan/dss_changes.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/base64.h"
#include "json/fields.h"
#include "plan/cells.h"
#include "plan/extents_json.h"
#include "plan/f3548_json.h"

namespace skypact::plan {
namespace {

using json::Fields;
using json::required;

Bounds bounds_of(const Volume& volume) {
  Bounds bounds{volume.time};
  if (volume.lower_m) bounds.lower_m = *volume.lower_m;
  if (volume.upper_m) bounds.upper_m = *volume.upper_m;
  return bounds;
}

}  // namespace

// Members in the order of RFC 8785. write_list() finds these by their arguments' namespace.

static void write_one(json::Writer& out, const Entity& entity) {
  out.begin_object();
  out.field("id", to_string(entity.id));
  out.field("manager", entity.manager);
  out.field("ovn", entity.ovn);
  if (entity.state) out.field("state", to_string(*entity.state));
  if (entity.subscription) out.field("subscription_id", to_string(*entity.subscription));
  out.field("uss_base_url", entity.uss_base_url);
  out.field("version", entity.version);
  write_volumes(out, *entity.extents);
  out.end_object();
}

static void write_one(json::Writer& out, const Subscription& subscription) {
  out.begin_object();
  out.field("id", to_string(subscription.id));
  out.field("implicit", subscription.implicit);
  out.field("manager", subscription.manager);
  out.field("notification_index", subscription.notification_index);
  out.field("notify_for_constraints", subscription.notify_for_constraints);
  out.field("notify_for_operational_intents", subscription.notify_for_intents);
  out.field("uss_base_url", subscription.uss_base_url);
  out.field("version", subscription.version);
  if (!subscription.implicit) write_volumes(out, *subscription.extents);
  out.end_object();
}

static void write_one(json::Writer& out, const UssAvailability& availability) {
  out.begin_object();
  out.field("availability", to_string(availability.availability));
  out.field("uss", availability.uss);
  out.field("version", availability.version);
  out.end_object();
}

static void write_one(json::Writer& out, const std::pair<EntityId, EntityId>& ids) {
  out.begin_array();
  write_one(out, ids.first);
  write_one(out, ids.second);
  out.end_array();
}

// Reading.

template <>
struct Reader<Entity> {
  static Result<Entity> read(json::Value value) {
    Fields fields(value);
    Entity entity;
    entity.id = read_id(fields, "id", required).value_or(EntityId{});
    entity.manager = read_text(fields, "manager", FlightLimits::manager_bytes);
    entity.version = static_cast<std::int32_t>(fields.integer("version", 1, 2'147'483'647, required).value_or(0));
    entity.ovn = read_text(fields, "ovn", FlightLimits::ovn_bytes);
    entity.uss_base_url = read_text(fields, "uss_base_url", FlightLimits::url_bytes);
    if (const auto state = fields.word("state", intent_state_words)) entity.state = static_cast<IntentState>(*state);
    entity.subscription = read_id(fields, "subscription_id", json::optional);
    entity.extents = read_volumes(fields);
    fields.refuse_unknown();
    if (fields.error()) return *fields.error();
    return entity;
  }
};

template <>
struct Reader<Subscription> {
  static Result<Subscription> read(json::Value value) {
    Fields fields(value);
    Subscription subscription;
    subscription.id = read_id(fields, "id", required).value_or(EntityId{});
    subscription.manager = read_text(fields, "manager", FlightLimits::manager_bytes);
    subscription.version = read_text(fields, "version", FlightLimits::ovn_bytes);
    subscription.notification_index = static_cast<std::int32_t>(fields.integer("notification_index", 0, 2'147'483'647, required).value_or(0));
    subscription.uss_base_url = read_text(fields, "uss_base_url", FlightLimits::url_bytes);
    subscription.notify_for_intents = fields.boolean("notify_for_operational_intents", required).value_or(false);
    subscription.notify_for_constraints = fields.boolean("notify_for_constraints", required).value_or(false);
    subscription.implicit = fields.boolean("implicit", required).value_or(false);
    if (!subscription.implicit) subscription.extents = read_volumes(fields);
    fields.refuse_unknown();
    if (fields.error()) return *fields.error();
    return subscription;
  }
};

template <>
struct Reader<UssAvailability> {
  static Result<UssAvailability> read(json::Value value) {
    Fields fields(value);
    UssAvailability availability;
    availability.uss = read_text(fields, "uss", FlightLimits::manager_bytes);
    availability.version = read_text(fields, "version", FlightLimits::ovn_bytes);
    availability.availability = static_cast<Availability>(fields.word("availability", availability_words, required).value_or(0));
    fields.refuse_unknown();
    if (fields.error()) return *fields.error();
    return availability;
  }
};

template <>
struct Reader<std::pair<EntityId, EntityId>> {
  static Result<std::pair<EntityId, EntityId>> read(json::Value value) {
    std::vector<EntityId> ids;
    for (const json::Value one : value.elements()) {
      const auto id = Reader<EntityId>::read(one);
      if (!id) return id.error();
      ids.push_back(*id);
    }
    return ids.size() == 2 ? Result<std::pair<EntityId, EntityId>>({ids[0], ids[1]}) : bad_input("must be two UUIDs");
  }
};

Result<std::shared_ptr<const Extents>> extents_of(std::vector<Volume> volumes) {
  SKYPACT_CHECK(!volumes.empty());
  const auto too_many = [] { return Error{ErrorCode::over_limit, fmt::format("the volumes touch more than {} cells together", CellLimits::cells)}; };
  auto extents = std::make_shared<Extents>();
  std::vector<std::uint64_t> ids;
  extents->bounds = bounds_of(volumes.front());
  for (const Volume& volume : volumes) {
    const auto cells = cells_of(volume.area);
    if (!cells) return cells.error();
    ids.insert(ids.end(), cells->begin(), cells->end());
    if (ids.size() > ChangeLimits::repeated_cells * CellLimits::cells) return too_many();   // before more work is done
    extents->bounds = joined(extents->bounds, bounds_of(volume));
  }
  if (volumes.size() > 1) std::sort(ids.begin(), ids.end());
  extents->cells = covering_of(ids);
  if (cells_in(extents->cells) > CellLimits::cells) return too_many();
  volumes.shrink_to_fit();
  extents->volumes = std::move(volumes);
  return std::shared_ptr<const Extents>(std::move(extents));
}

std::string to_json(const Change& change) {
  std::string text;
  json::Writer out(text);
  out.begin_object();
  write_list(out, "constraints", change.constraints);
  write_list(out, "ended_constraints", change.ended_constraints);
  write_list(out, "ended_intents", change.ended_intents);
  write_list(out, "ended_subscriptions", change.ended_subscriptions);
  write_list(out, "intents", change.intents);
  write_list(out, "notified", change.notified);
  write_list(out, "ovn_suffixes", change.suffixes);
  if (change.request) out.field("request", ledger::to_base64(*change.request));
  write_list(out, "subscriptions", change.subscriptions);
  out.field("time", exact_time(change.time));
  write_list(out, "uss_availability", change.availabilities);
  out.field("v", 1);
  out.end_object();
  return text;
}

Result<Change> read_change(std::string_view text) {
  const auto document = json::parse(text, {ChangeLimits::bytes, 16});
  if (!document) return document.error();
  Fields fields(document->root());
  Change change;
  (void)fields.integer("v", 1, 1, required);
  change.time = fields.time("time", required).value_or(Time{});
  if (const auto request = fields.text("request", 1, 64)) {
    change.request = ledger::hash_from_base64(*request);
    if (!change.request) fields.refuse("request", "must be a SHA-256 in base 64");
  }
  read_list(fields, "intents", change.intents);
  read_list(fields, "constraints", change.constraints);
  read_list(fields, "subscriptions", change.subscriptions);
  read_list(fields, "uss_availability", change.availabilities);
  read_list(fields, "ended_intents", change.ended_intents);
  read_list(fields, "ended_constraints", change.ended_constraints);
  read_list(fields, "ended_subscriptions", change.ended_subscriptions);
  read_list(fields, "notified", change.notified);
  read_list(fields, "ovn_suffixes", change.suffixes);
  fields.refuse_unknown();
  if (fields.error()) return *fields.error();
  return change;
}

}  // namespace skypact::plan
