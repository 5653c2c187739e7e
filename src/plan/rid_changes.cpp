#include "plan/rid_changes.h"

#include "json/fields.h"
#include "plan/extents_json.h"
#include "plan/volume_json.h"

namespace skypact::plan {

using json::Fields;
using json::required;

// Members in the order of RFC 8785. write_list() finds these by their arguments' namespace.

static void write_url(json::Writer& out, const RidUrl& url) { out.field(url.is_base ? "uss_base_url" : "uss_url", url.text); }

static void write_one(json::Writer& out, const ServiceArea& area) {
  out.begin_object();
  out.field("id", to_string(area.id));
  out.field("owner", area.owner);
  write_url(out, area.url);
  out.field("version", area.version);
  write_volumes(out, *area.extents);
  out.end_object();
}

static void write_one(json::Writer& out, const RidSubscription& subscription) {
  out.begin_object();
  out.field("id", to_string(subscription.id));
  out.field("notification_index", subscription.notification_index);
  out.field("owner", subscription.owner);
  write_url(out, subscription.url);
  out.field("version", subscription.version);
  write_volumes(out, *subscription.extents);
  out.end_object();
}

// Reading.

static RidUrl read_url(Fields& fields) {
  const auto base = fields.text("uss_base_url", 0, FlightLimits::url_bytes), whole = fields.text("uss_url", 0, FlightLimits::url_bytes);
  if (base.has_value() == whole.has_value()) fields.refuse("uss_base_url", "there must be either it or uss_url");
  return {std::string(base ? *base : whole.value_or("")), base.has_value()};
}

// What both kinds of record have.
template <class Record>
static void read_common(Fields& fields, Record& record) {
  record.id = read_id(fields, "id", required).value_or(EntityId{});
  record.owner = read_text(fields, "owner", FlightLimits::manager_bytes);
  record.version = read_text(fields, "version", FlightLimits::ovn_bytes);
  record.url = read_url(fields);
  record.extents = read_volumes(fields);
  if (record.extents && record.extents->volumes.size() != 1) fields.refuse("volumes", "must hold one volume");
}

template <>
struct Reader<ServiceArea> {
  static Result<ServiceArea> read(json::Value value) {
    Fields fields(value);
    ServiceArea area;
    read_common(fields, area);
    fields.refuse_unknown();
    if (fields.error()) return *fields.error();
    return area;
  }
};

template <>
struct Reader<RidSubscription> {
  static Result<RidSubscription> read(json::Value value) {
    Fields fields(value);
    RidSubscription subscription;
    subscription.notification_index = static_cast<std::int32_t>(fields.integer("notification_index", 0, 2'147'483'647, required).value_or(0));
    read_common(fields, subscription);
    fields.refuse_unknown();
    if (fields.error()) return *fields.error();
    return subscription;
  }
};

std::string to_json(const RidChange& change) {
  std::string text;
  json::Writer out(text);
  out.begin_object();
  write_list(out, "areas", change.areas);
  write_list(out, "ended_areas", change.ended_areas);
  write_list(out, "ended_subscriptions", change.ended_subscriptions);
  write_list(out, "notified", change.notified);
  if (change.request) out.field("request", ledger::to_base64(*change.request));
  out.field("rid", 1);
  write_list(out, "subscriptions", change.subscriptions);
  out.field("time", exact_time(change.time));
  out.end_object();
  return text;
}

Result<RidChange> read_rid_change(std::string_view text) {
  const auto document = json::parse(text, {ChangeLimits::bytes, 16});
  if (!document) return document.error();
  Fields fields(document->root());
  RidChange change;
  (void)fields.integer("rid", 1, 1, required);
  change.time = fields.time("time", required).value_or(Time{});
  if (const auto request = fields.text("request", 1, 64)) {
    change.request = ledger::hash_from_base64(*request);
    if (!change.request) fields.refuse("request", "must be a SHA-256 in base 64");
  }
  read_list(fields, "areas", change.areas);
  read_list(fields, "subscriptions", change.subscriptions);
  read_list(fields, "ended_areas", change.ended_areas);
  read_list(fields, "ended_subscriptions", change.ended_subscriptions);
  read_list(fields, "notified", change.notified);
  fields.refuse_unknown();
  if (fields.error()) return *fields.error();
  return change;
}

}  // namespace skypact::plan
