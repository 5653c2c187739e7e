#include "plan/f3548_details.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "plan/f3548_client.h"
#include "plan/f3548_json.h"

namespace skypact::plan {
namespace {

using json::Fields;
using json::required;

constexpr Duration time_tolerance = std::chrono::milliseconds(1);   // what a USS may round a time by

std::string_view entity_name(Kind kind) { return kind == Kind::constraint ? "constraint" : "operational_intent"; }
std::string_view id_name(Kind kind) { return kind == Kind::constraint ? "constraint_id" : "operational_intent_id"; }

std::optional<Error> fault_of_bounds(const std::vector<Volume>& volumes, std::string_view name, Kind kind) {
  for (std::size_t i = 0; i < volumes.size(); ++i) {
    const Volume& volume = volumes[i];
    const auto missing = [&](std::string_view what) { return bad_input(fmt::format("{}[{}]: {}: is missing", name, i, what)); };
    if (volume.time.from == Time::min()) return missing("time_start");
    if (volume.time.to == Time::max()) return missing("time_end");
    if (kind == Kind::constraint) continue;
    if (!volume.lower_m) return missing("altitude_lower");
    if (!volume.upper_m) return missing("altitude_upper");
  }
  return std::nullopt;
}

std::optional<Error> fault_of_times(const std::vector<Volume>& volumes, std::string_view name, const Interval<Time>& whole) {
  for (std::size_t i = 0; i < volumes.size(); ++i) {
    const Interval<Time>& time = volumes[i].time;
    if (time.from >= whole.from - time_tolerance && time.to <= whole.to + time_tolerance) continue;
    return bad_input(fmt::format("{}[{}]: is from {} to {}, outside the reference's time, {} to {}", name, i, exact_time(time.from), exact_time(time.to), exact_time(whole.from),
                                 exact_time(whole.to)));
  }
  return std::nullopt;
}

void write_volumes(json::Writer& out, std::string_view name, const std::vector<Volume>& volumes) {
  out.key(name);
  out.begin_array();
  for (const Volume& volume : volumes) write_extent(out, volume);
  out.end_array();
}

// One member of a body that has the object, and reads it.
template <class T, class Read>
Result<T> read_member(Fields& fields, std::string_view name, const Read& read) {
  const json::Value value = fields.object(name, required);
  if (fields.error()) return *fields.error();
  auto got = read(value);
  if (!got) return Error(got.error()).within(name);
  return got;
}

}  // namespace

Result<std::vector<Volume>> read_volumes(Fields& fields, std::string_view name, Kind kind) {
  const std::size_t most_vertices = kind == Kind::constraint ? FlightLimits::constraint_vertices : FlightLimits::vertices;
  const json::Value list = fields.array(name);
  if (fields.error()) return *fields.error();
  if (list.size() > FlightLimits::volumes) return bad_input(fmt::format("{}: {} volumes; at most {} are taken", name, list.size(), FlightLimits::volumes));
  std::vector<Volume> volumes;
  std::size_t vertices = 0;
  for (const json::Value one : list.elements()) {
    auto extent = read_extent(one, most_vertices);
    if (!extent) return Error(extent.error()).within(fmt::format("{}[{}]", name, volumes.size()));
    vertices += extent->volume.area.outline().size();
    if (vertices > most_vertices) return bad_input(fmt::format("{}: more than {} vertices together", name, most_vertices));
    volumes.push_back(std::move(extent->volume));
  }
  return volumes;
}

std::vector<Volume> whole_of(const Details& details) {
  std::vector<Volume> whole = details.volumes;
  whole.insert(whole.end(), details.off_nominal.begin(), details.off_nominal.end());
  return whole;
}

std::optional<Error> fault_of(const Details& details, Kind kind, IntentState state) {
  const bool off_plan = kind == Kind::operational_intent && is_off_plan(state);
  const bool contingent = kind == Kind::operational_intent && state == IntentState::contingent;
  if (!contingent && details.volumes.empty()) return bad_input("volumes: needs a volume");
  if (contingent && !details.volumes.empty()) return bad_input("volumes: a contingent intent has none; where the aircraft may be is in off_nominal_volumes");
  if (off_plan && details.off_nominal.empty()) return bad_input(fmt::format("off_nominal_volumes: an intent that is {} needs a volume", to_string(state)));
  if (!off_plan && !details.off_nominal.empty()) return bad_input("off_nominal_volumes: only an intent that is Nonconforming or Contingent has them");
  if (auto fault = fault_of_bounds(details.volumes, "volumes", kind)) return fault;
  return fault_of_bounds(details.off_nominal, "off_nominal_volumes", kind);
}

std::optional<Error> fault_of(const Disclosed& told, const Reference& reference) {
  const Reference& its = told.reference;
  if (its.id != reference.id) return bad_input(fmt::format("reference: id: is {}, asked was for {}", to_string(its.id), to_string(reference.id)));
  if (its.manager != reference.manager) return bad_input(fmt::format("reference: manager: is {}, the DSS says {}", quoted(std::string_view(its.manager)), quoted(std::string_view(reference.manager))));
  if (its.version < reference.version) return bad_input(fmt::format("reference: version: is {}, the DSS has {} already", its.version, reference.version));
  if (its.ovn.empty()) return bad_input("reference: ovn: is missing");
  if (auto fault = fault_of(told.details, reference.kind, its.state)) return std::move(*fault).within("details");
  if (auto fault = fault_of_times(told.details.volumes, "details: volumes", its.time)) return fault;
  return fault_of_times(told.details.off_nominal, "details: off_nominal_volumes", its.time);
}

void write_details(json::Writer& out, Kind kind, const Details& details) {
  out.begin_object();
  write_volumes(out, "volumes", details.volumes);
  if (kind == Kind::operational_intent) {
    write_volumes(out, "off_nominal_volumes", details.off_nominal);
    out.field("priority", details.priority);
  } else if (!details.type.empty()) {
    out.field("type", details.type);
  }
  out.end_object();
}

Result<Details> read_details(Kind kind, json::Value value) {
  Fields fields(value);
  Details details;
  auto volumes = read_volumes(fields, "volumes", kind);
  if (!volumes) return volumes.error();
  details.volumes = *std::move(volumes);
  if (kind == Kind::operational_intent) {
    auto off_nominal = read_volumes(fields, "off_nominal_volumes", kind);
    if (!off_nominal) return off_nominal.error();
    details.off_nominal = *std::move(off_nominal);
    details.priority = fields.integer("priority", -DetailLimits::priority, DetailLimits::priority).value_or(0);
  } else {
    details.type = fields.text("type", 0, DetailLimits::type_bytes).value_or("");
  }
  if (fields.error()) return *fields.error();
  return details;
}

void write_disclosed(json::Writer& out, const Disclosed& entity) {
  out.begin_object();
  out.key("reference");
  write_reference(out, entity.reference);
  out.key("details");
  write_details(out, entity.reference.kind, entity.details);
  out.end_object();
}

Result<Disclosed> read_disclosed(Kind kind, json::Value value) {
  Fields fields(value);
  auto reference = read_member<Reference>(fields, "reference", [&](json::Value v) { return read_reference(kind, v); });
  if (!reference) return reference.error();
  auto details = read_member<Details>(fields, "details", [&](json::Value v) { return read_details(kind, v); });
  if (!details) return details.error();
  return Disclosed{*std::move(reference), *std::move(details)};
}

std::string disclosed_json(const Disclosed& entity) {
  std::string body;
  json::Writer out(body);
  out.begin_object();
  out.key(entity_name(entity.reference.kind));
  write_disclosed(out, entity);
  out.end_object();
  return body;
}

Result<Disclosed> read_disclosed(Kind kind, std::string_view body) {
  const auto document = parse_body(body);
  if (!document) return document.error();
  Fields fields(document->root());
  return read_member<Disclosed>(fields, entity_name(kind), [&](json::Value value) { return read_disclosed(kind, value); });
}

std::string notice_json(const EntityNotice& notice) {
  std::string body;
  json::Writer out(body);
  out.begin_object();
  out.field(id_name(notice.kind), to_string(notice.id));
  if (notice.entity) {
    out.key(entity_name(notice.kind));
    write_disclosed(out, *notice.entity);
  }
  write_subscriptions(out, notice.subscriptions);
  out.end_object();
  return body;
}

Result<EntityNotice> read_notice(Kind kind, std::string_view body) {
  const auto document = parse_body(body);
  if (!document) return document.error();
  Fields fields(document->root());
  EntityNotice notice{kind, {}, {}, {}};
  const auto text = fields.text(id_name(kind), 1, 64, required);
  const json::Value entity = fields.object(entity_name(kind)), list = fields.array("subscriptions", required);
  if (fields.error()) return *fields.error();
  const auto id = read_id(*text);
  if (!id) return Error(id.error()).within(id_name(kind));
  notice.id = *id;
  auto subscriptions = read_subscriptions(list);
  if (!subscriptions) return subscriptions.error();
  if (subscriptions->empty()) return bad_input("subscriptions: needs one");
  notice.subscriptions = *std::move(subscriptions);
  if (!entity.exists()) return notice;
  auto told = read_disclosed(kind, entity);
  if (!told) return Error(told.error()).within(entity_name(kind));
  if (told->reference.id != notice.id) return bad_input(fmt::format("{}: reference: id: is not {}", entity_name(kind), to_string(notice.id)));
  if (told->reference.ovn.empty()) return bad_input(fmt::format("{}: reference: ovn: is missing", entity_name(kind)));
  if (auto fault = fault_of(told->details, kind, told->reference.state)) return std::move(*fault).within(fmt::format("{}: details", entity_name(kind)));
  notice.entity = *std::move(told);
  return notice;
}

}  // namespace skypact::plan
