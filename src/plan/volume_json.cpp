#include "plan/volume_json.h"

#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"
#include "json/canonical.h"

namespace skypact::plan {
namespace {

using json::Fields;
using json::required;

Result<LatLng> read_place(json::Value value) {
  Fields fields(value);
  const auto lat = fields.number("lat", -90, 90, required), lng = fields.number("lng", -180, 180, required);
  if (fields.error()) return *fields.error();
  return LatLng{*lat, *lng};
}

}  // namespace

// What nests too deep is no request of the interface, and no larger one would be taken: bad_input too.
Result<json::Document> parse_body(std::string_view body) {
  auto document = json::parse(body, {longest_body, 32});
  if (!document && body.size() <= longest_body) return bad_input(document.error().message);
  return document;
}

Result<EntityId> read_id(std::string_view text) {
  const auto id = parse_entity_id(text);
  if (!id) return bad_input(quoted(text) + " is not a UUID; write it as 2f8343be-6482-4d1b-a474-16847e01af1e");
  return *id;
}

Result<Area> read_polygon(json::Value value, std::size_t most_vertices) {
  Fields fields(value);
  const json::Value list = fields.array("vertices", required);
  if (fields.error()) return *fields.error();
  if (list.size() > most_vertices) return bad_input(fmt::format("vertices: {} of them; at most {} are taken", list.size(), most_vertices));
  std::vector<LatLng> vertices;
  for (const json::Value vertex : list.elements()) {
    const auto place = read_place(vertex);
    if (!place) return Error(place.error()).within(fmt::format("vertices[{}]", vertices.size()));
    vertices.push_back(*place);
  }
  auto area = Area::polygon(vertices);
  if (!area) return bad_input(area.error().message);   // what is too large for us is a bad request too
  return area;
}

namespace {

Result<Area> read_circle(json::Value value) {
  Fields fields(value);
  const json::Value centre = fields.object("center", required), radius = fields.object("radius", required);
  if (fields.error()) return *fields.error();
  const auto place = read_place(centre);
  if (!place) return Error(place.error()).within("center");
  Fields measure(radius);
  const auto metres = measure.number("value", 0, 1e7, required);
  (void)measure.word("units", {"M"}, required);
  if (measure.error()) return Error(*measure.error()).within("radius");
  auto area = Area::circle(*place, *metres);
  if (!area) return bad_input(area.error().message);
  return area;
}

Result<Area> read_outline(Fields& volume, std::size_t most_vertices) {
  const json::Value circle = volume.object("outline_circle"), polygon = volume.object("outline_polygon");
  if (volume.error()) return *volume.error();
  if (circle.exists() == polygon.exists()) return bad_input("outline_polygon: give either it or outline_circle");
  auto area = circle.exists() ? read_circle(circle) : read_polygon(polygon, most_vertices);
  if (!area) return Error(area.error()).within(circle.exists() ? "outline_circle" : "outline_polygon");
  return area;
}

std::optional<double> read_altitude(Fields& volume, std::string_view name, Problem& problem) {
  const json::Value value = volume.object(name);
  if (!value.exists()) return std::nullopt;
  Fields fields(value);
  const auto metres = fields.number("value", AltitudeLimits::lowest_m, AltitudeLimits::highest_m, required);
  (void)fields.word("reference", {"W84"}, required);
  (void)fields.word("units", {"M"}, required);
  if (fields.error()) problem.set(Error(*fields.error()).within(name));
  return metres;
}

std::optional<Time> read_time(Fields& extent, std::string_view name, Problem& problem) {
  const json::Value value = extent.object(name);
  if (!value.exists()) return std::nullopt;
  Fields fields(value);
  const auto time = fields.time("value", required);
  (void)fields.word("format", {"RFC3339"}, required);
  if (fields.error()) problem.set(Error(*fields.error()).within(name));
  return time;
}

}  // namespace

Result<Extent> read_extent(json::Value value, std::size_t most_vertices) {
  Fields fields(value);
  Problem problem;
  const auto starts = read_time(fields, "time_start", problem), ends = read_time(fields, "time_end", problem);
  const json::Value volume = fields.object("volume", required);
  if (problem.error) return *problem.error;
  if (fields.error()) return *fields.error();
  if (starts && ends && *starts >= *ends) return bad_input("time_end: must be after time_start");

  Fields space(volume);
  const auto lower = read_altitude(space, "altitude_lower", problem), upper = read_altitude(space, "altitude_upper", problem);
  // Two flat volumes at one altitude would not meet, as volume.h has it: both flights would be at that altitude.
  if (!problem.error && lower && upper && *lower >= *upper) problem.set(bad_input("altitude_upper: must be above altitude_lower"));
  if (problem.error) return Error(*problem.error).within("volume");
  auto area = read_outline(space, most_vertices);
  if (!area) return Error(area.error()).within("volume");
  return Extent{{*std::move(area), lower, upper, {starts.value_or(Time::min()), ends.value_or(Time::max())}}, starts, ends};
}

namespace {

void write_number(json::Writer& out, std::string_view name, double number) {
  out.key(name);
  out.raw(json::canonical_number(number));
}

void write_place(json::Writer& out, LatLng place) {
  out.begin_object();
  write_number(out, "lat", place.lat_deg);
  write_number(out, "lng", place.lon_deg);
  out.end_object();
}

void write_circle(json::Writer& out, const Area& circle) {
  out.key("outline_circle");
  out.begin_object();
  out.key("center");
  write_place(out, circle.outline().front());
  out.key("radius");
  out.begin_object();
  write_number(out, "value", circle.radius_m());
  out.field("units", "M");
  out.end_object();
  out.end_object();
}

void write_polygon(json::Writer& out, const Area& polygon) {
  out.key("outline_polygon");
  out.begin_object();
  out.key("vertices");
  out.begin_array();
  for (const LatLng& place : polygon.outline()) write_place(out, place);
  out.end_array();
  out.end_object();
}

}  // namespace

void write_degrees(json::Writer& out, std::string_view name, double degrees) { write_number(out, name, degrees); }

void write_altitude(json::Writer& out, std::string_view name, const std::optional<double>& metres) {
  if (!metres) return;
  out.key(name);
  out.begin_object();
  write_number(out, "value", *metres);
  out.field("reference", "W84");
  out.field("units", "M");
  out.end_object();
}

void write_extent(json::Writer& out, const Volume& volume) {
  out.begin_object();
  out.key("volume");
  out.begin_object();
  volume.area.is_circle() ? write_circle(out, volume.area) : write_polygon(out, volume.area);
  write_altitude(out, "altitude_lower", volume.lower_m);
  write_altitude(out, "altitude_upper", volume.upper_m);
  out.end_object();
  if (volume.time.from != Time::min()) write_time(out, "time_start", volume.time.from);
  if (volume.time.to != Time::max()) write_time(out, "time_end", volume.time.to);
  out.end_object();
}

std::string exact_time(Time time) {
  std::string text = to_rfc3339(time);
  text.resize(text.find('.'));
  const auto fraction = (time - std::chrono::floor<seconds>(time)).count();
  if (fraction != 0) {
    text += fmt::format(".{:09}", fraction);
    text.erase(text.find_last_not_of('0') + 1);
  }
  return text + 'Z';
}

void write_time(json::Writer& out, std::string_view name, Time time) {
  out.key(name);
  out.begin_object();
  out.field("value", exact_time(time));
  out.field("format", "RFC3339");
  out.end_object();
}

}  // namespace skypact::plan
