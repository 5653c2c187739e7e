#include "plan/extents_json.h"

#include <fmt/format.h>

#include "json/canonical.h"
#include "plan/volume_json.h"

namespace skypact::plan {
namespace {

using json::Fields;
using json::required;

void write_number(json::Writer& out, std::string_view name, double number) {
  out.key(name);
  out.raw(json::canonical_number(number));
}

void write_place(json::Writer& out, LatLng place) {
  out.begin_array();
  out.raw(json::canonical_number(place.lat_deg));
  out.raw(json::canonical_number(place.lon_deg));
  out.end_array();
}

void write_volume(json::Writer& out, const Volume& volume) {
  out.begin_object();
  if (volume.lower_m) write_number(out, "lower_m", *volume.lower_m);
  out.key("outline");
  out.begin_array();
  for (const LatLng& place : volume.area.outline()) write_place(out, place);
  out.end_array();
  if (volume.area.is_circle()) write_number(out, "radius_m", volume.area.radius_m());
  out.field("time_end", exact_time(volume.time.to));
  out.field("time_start", exact_time(volume.time.from));
  if (volume.upper_m) write_number(out, "upper_m", *volume.upper_m);
  out.end_object();
}

LatLng read_place(Fields& fields, json::Value value) {
  LatLng place;
  std::size_t count = 0;
  for (const json::Value number : value.elements()) {
    const auto degrees = number.as_number();
    if (degrees) (count == 0 ? place.lat_deg : place.lon_deg) = *degrees;
    count += degrees ? 1 : 3;
  }
  if (count != 2) fields.refuse("outline", "must hold [latitude, longitude]");
  return place;
}

Result<Volume> read_volume(json::Value value) {
  Fields fields(value);
  const auto lower = fields.number("lower_m", -8'000, 100'000), upper = fields.number("upper_m", -8'000, 100'000);
  const auto radius = fields.number("radius_m", 0, AreaLimits::radius_m);
  const auto from = fields.time("time_start", required), to = fields.time("time_end", required);
  std::vector<LatLng> outline;
  for (const json::Value place : fields.array("outline", required).elements()) outline.push_back(read_place(fields, place));
  if (radius && outline.size() != 1) fields.refuse("outline", "of a circle must hold one place");
  fields.refuse_unknown();
  if (fields.error()) return *fields.error();
  auto area = radius ? Area::circle(outline[0], *radius) : Area::polygon(outline);
  if (!area) return area.error();
  return Volume{*std::move(area), lower, upper, {*from, *to}};
}

}  // namespace

void write_volumes(json::Writer& out, const Extents& extents) {
  out.key("volumes");
  out.begin_array();
  for (const Volume& volume : extents.volumes) write_volume(out, volume);
  out.end_array();
}

std::shared_ptr<const Extents> read_volumes(json::Fields& fields) {
  const json::Value list = fields.array("volumes", required);
  std::vector<Volume> volumes;
  for (const json::Value value : list.elements()) {
    auto volume = read_volume(value);
    if (!volume) return fields.refuse(fmt::format("volumes[{}]", volumes.size()), volume.error().message), nullptr;
    volumes.push_back(*std::move(volume));
  }
  if (volumes.empty()) return fields.refuse("volumes", "must hold a volume"), nullptr;
  auto extents = extents_of(std::move(volumes));
  if (!extents) return fields.refuse("volumes", extents.error().message), nullptr;
  return *extents;
}

std::string read_text(json::Fields& fields, std::string_view name, std::size_t longest) {
  return std::string(fields.text(name, 0, longest, required).value_or(""));
}

std::optional<EntityId> read_id(json::Fields& fields, std::string_view name, json::Presence presence) {
  const auto text = fields.text(name, 36, 36, presence);
  const auto id = text ? parse_entity_id(*text) : std::nullopt;
  if (text && !id) fields.refuse(name, "must be a UUID");
  return id;
}

void write_one(json::Writer& out, EntityId id) { out.value(to_string(id)); }

Result<EntityId> Reader<EntityId>::read(json::Value value) {
  const auto id = parse_entity_id(value.as_string().value_or(""));
  return id ? Result<EntityId>(*id) : bad_input("must be a UUID");
}

}  // namespace skypact::plan
