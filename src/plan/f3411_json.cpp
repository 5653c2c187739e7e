#include "plan/f3411_json.h"

#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"
#include "json/fields.h"
#include "plan/f3548_json.h"

namespace skypact::plan {
namespace {

using json::Fields;
using json::required;

Result<Area> read_area(std::string_view text) {
  std::vector<LatLng> vertices;
  std::optional<double> lat;
  std::size_t count = 0;
  for (std::string_view rest = text; auto field = next_field(rest, ',');) {
    const double most = count % 2 == 0 ? 90 : 180;
    const auto degrees = parse_number(trim(*field));
    if (!degrees || *degrees < -most || *degrees > most) {
      return bad_input(fmt::format("number {}, {}, must be a {} from {} to {}", count + 1, quoted(*field), lat ? "longitude" : "latitude", -most, most));
    }
    if (lat) vertices.push_back({*lat, *degrees});
    lat = lat ? std::nullopt : degrees;
    if (vertices.size() > RidReadLimits::vertices) return bad_input(fmt::format("at most {} vertices are taken", RidReadLimits::vertices));
    ++count;
  }
  if (lat) return bad_input("a latitude at the end has no longitude; write lat1,lng1,lat2,lng2,lat3,lng3");
  return Area::polygon(vertices);
}

Result<std::optional<Time>> read_time_text(const std::optional<std::string_view>& text, std::string_view name) {
  if (!text) return std::optional<Time>();
  const auto time = parse_rfc3339(*text);
  if (!time) return Error(time.error()).within(name);
  return std::optional(*time);
}

// F3411-19's Volume4D, which has names of its own.
Result<Extent> read_extent_19(json::Value value) {
  Fields fields(value);
  const auto starts = fields.time("time_start"), ends = fields.time("time_end");
  const json::Value volume = fields.object("spatial_volume", required);
  if (fields.error()) return *fields.error();
  if (starts && ends && *starts >= *ends) return bad_input("time_end: must be after time_start");
  Fields space(volume);
  const auto lower = space.number("altitude_lo", -8'000, 100'000), upper = space.number("altitude_hi", -8'000, 100'000);
  const json::Value footprint = space.object("footprint", required);
  // Equal ones are taken: clients of this version write 0 twice where they know none.
  if (lower && upper && *lower > *upper) space.refuse("altitude_hi", "must not be below altitude_lo");
  if (space.error()) return Error(*space.error()).within("spatial_volume");
  auto area = read_polygon(footprint, RidReadLimits::vertices);
  if (!area) return Error(area.error()).within("spatial_volume: footprint");
  return Extent{{*std::move(area), lower, upper, {starts.value_or(Time::min()), ends.value_or(Time::max())}}, starts, ends};
}

std::string read_url(Fields& fields, std::string_view name) { return std::string(fields.text(name, 1, FlightLimits::url_bytes, required).value_or("")); }

Result<std::string> read_url_of(RidVersion through, RidKind kind, Fields& fields) {
  if (through == RidVersion::f3411_22a) return read_url(fields, "uss_base_url");
  if (kind == RidKind::area) return read_url(fields, "flights_url");
  const json::Value callbacks = fields.object("callbacks", required);
  if (fields.error()) return *fields.error();
  Fields own(callbacks);
  std::string url = read_url(own, "identification_service_area_url");
  if (own.error()) return Error(*own.error()).within("callbacks");
  return url;
}

// The members of each answer, in one of the versions.
struct Members {
  json::Writer& out;
  RidVersion version;

  void time(std::string_view name, Time time) const {
    if (version == RidVersion::f3411_22a) return write_time(out, name, time);
    out.field(name, exact_time(time));
  }

  void one(const ServiceAreaView& area) const {
    out.begin_object();
    out.field(version == RidVersion::f3411_22a ? "uss_base_url" : "flights_url", url_in(version, RidKind::area, area.url));
    out.field("owner", area.owner);
    time("time_start", area.time.from);
    time("time_end", area.time.to);
    out.field("version", area.version);
    out.field("id", to_string(area.id));
    out.end_object();
  }

  void one(const RidSubscriptionView& subscription) const {
    const std::string url = url_in(version, RidKind::subscription, subscription.url);
    out.begin_object();
    out.field("id", to_string(subscription.id));
    if (version == RidVersion::f3411_22a) {
      out.field("uss_base_url", url);
    } else {
      out.key("callbacks");
      out.begin_object();
      out.field("identification_service_area_url", url);
      out.end_object();
    }
    out.field("owner", subscription.owner);
    out.field("notification_index", subscription.notification_index);
    time("time_start", subscription.time.from);
    time("time_end", subscription.time.to);
    out.field("version", subscription.version);
    out.end_object();
  }

  void one(const RidSubscriber& subscriber) const {
    out.begin_object();
    out.field("url", url_in(version, RidKind::subscription, subscriber.url));
    write_subscriptions(out, subscriber.subscriptions);
    out.end_object();
  }

  template <class T>
  void list(std::string_view name, const std::vector<T>& elements) const {
    out.key(name);
    out.begin_array();
    for (const T& element : elements) one(element);
    out.end_array();
  }

  void operator()(const AreasFound& found) const { list("service_areas", found.areas); }
  void operator()(const AreaGot& got) const {
    out.key("service_area");
    one(got.area);
  }
  void operator()(const AreaChanged& changed) const {
    list("subscribers", changed.subscribers);
    out.key("service_area");
    one(changed.area);
  }
  void operator()(const RidSubscriptionsFound& found) const { list("subscriptions", found.subscriptions); }
  void operator()(const RidSubscriptionGot& got) const {
    out.key("subscription");
    one(got.subscription);
  }
  void operator()(const RidSubscriptionPut& put) const {
    out.key("subscription");
    one(put.subscription);
    list("service_areas", put.areas);
  }
  void operator()(const TooManySubscriptions& refused) const { out.field("message", refused.message); }
};

}  // namespace

Result<RidSearch> read_rid_search(RidKind kind, const RidSearchText& text) {
  if (!text.area) return bad_input("area: is missing");
  const bool has_times = kind == RidKind::area;
  const auto earliest = read_time_text(has_times ? text.earliest_time : std::nullopt, "earliest_time");
  if (!earliest) return earliest.error();
  const auto latest = read_time_text(has_times ? text.latest_time : std::nullopt, "latest_time");
  if (!latest) return latest.error();
  if (*earliest && *latest && **latest < **earliest) return bad_input("latest_time: must not be before earliest_time");
  auto area = read_area(*text.area);
  if (!area) return Error(area.error()).within("area");
  return RidSearch{kind, {*std::move(area), {}, {}, {(*earliest).value_or(Time::min()), (*latest).value_or(Time::max())}}};
}

Result<RidPut> read_rid_put(RidVersion through, RidKind kind, std::string_view id_text, std::optional<std::string_view> version, std::string_view body) {
  const auto id = read_id(id_text);
  if (!id) return id.error();
  const auto document = parse_body(body);
  if (!document) return document.error();
  Fields fields(document->root());
  const auto url = read_url_of(through, kind, fields);
  if (!url) return url.error();
  const json::Value extents = fields.object("extents", required);
  if (fields.error()) return *fields.error();
  auto extent = through == RidVersion::f3411_19 ? read_extent_19(extents) : read_extent(extents, RidReadLimits::vertices);
  if (!extent) return Error(extent.error()).within("extents");
  RidPut put;
  put.kind = kind;
  put.through = through;
  put.id = *id;
  if (version) put.version = std::string(*version);
  put.extents = std::move(extent->volume);
  put.starts = extent->starts;
  put.ends = extent->ends;
  put.url = rid_url(*url, kind, through);
  put.content = ledger::sha256(ledger::as_bytes(body));
  return put;
}

void write(const RidResponse& response, RidVersion version, std::string& out) {
  json::Writer writer(out);
  writer.begin_object();
  std::visit(Members{writer, version}, response);
  writer.end_object();
}

}  // namespace skypact::plan
