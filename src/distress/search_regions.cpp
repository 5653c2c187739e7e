#include "distress/search_regions.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/text.h"
#include "geo/ellipsoid.h"
#include "guard/geojson_position.h"
#include "json/document.h"
#include "json/fields.h"
#include "line/plain_text.h"
#include "pact/units.h"

namespace skypact::distress {
namespace {

constexpr std::int32_t pole_e7 = 900'000'000;
constexpr std::int64_t turn_e7 = 3'600'000'000;

bool is_pole(geo::Position p) { return p.lat_e7 == pole_e7 || p.lat_e7 == -pole_e7; }

// What lies between two vertices on the straight line of longitude and latitude, without them.
void lay_out(geo::Position from, geo::Position to, std::vector<geo::Position>& out) {
  if (is_pole(from) || is_pole(to)) return;
  std::int64_t east = std::int64_t{to.lon_e7} - from.lon_e7;
  if (east > turn_e7 / 2) east -= turn_e7;
  if (east < -turn_e7 / 2) east += turn_e7;
  if (east == 0) return;
  const std::int64_t north = std::int64_t{to.lat_e7} - from.lat_e7;
  const auto piece = static_cast<std::int64_t>(SearchRegionLimits::piece_degrees * 1e7);
  const std::int64_t pieces = (std::max(std::abs(east), std::abs(north)) + piece - 1) / piece;
  for (std::int64_t i = 1; i < pieces; ++i) {
    std::int64_t lon = from.lon_e7 + east * i / pieces;
    if (lon >= turn_e7 / 2) lon -= turn_e7;
    if (lon < -turn_e7 / 2) lon += turn_e7;
    out.push_back({static_cast<std::int32_t>(from.lat_e7 + north * i / pieces), static_cast<std::int32_t>(lon)});
  }
}

Result<guard::Region> ring_of(json::Value value) {
  std::vector<geo::Position> corners;
  if (value.size() > guard::RegionLimits::vertices + 1) {
    return Error{ErrorCode::over_limit, fmt::format("the ring has {} corners; at most {} are taken", value.size(), guard::RegionLimits::vertices)};
  }
  for (json::Value v : value.elements()) {
    auto p = guard::read_geojson_position(v);
    if (!p) return p.error();
    // Every longitude names the same pole.
    corners.push_back(is_pole(*p) ? geo::Position{p->lat_e7, 0} : *p);
  }
  if (corners.size() > 1 && corners.back() == corners.front()) corners.pop_back();
  std::vector<geo::Position> vertices;
  for (std::size_t i = 0; i < corners.size(); ++i) {
    vertices.push_back(corners[i]);
    lay_out(corners[i], corners[(i + 1) % corners.size()], vertices);
  }
  if (vertices.size() > guard::RegionLimits::vertices) {
    return Error{ErrorCode::over_limit,
                 fmt::format("the ring has {} corners and places between them; at most {} are taken, so leave out corners or cut the polygon in two",
                             vertices.size(), guard::RegionLimits::vertices)};
  }
  auto region = guard::Region::polygon(vertices);
  if (region) return region;
  // An error that numbers the file's own corners is better than one that numbers what was laid out between them.
  auto plain = guard::Region::polygon(corners);
  return plain ? std::move(region).error().within("with the edges laid out along longitude and latitude") : std::move(plain).error();
}

Result<SearchRegion::Part> part_of(json::Value polygon) {
  if (polygon.size() == 0) return bad_input("the polygon has no ring");
  if (polygon.size() > SearchRegionLimits::holes + 1) {
    return Error{ErrorCode::over_limit, fmt::format("the polygon has more than {} holes", SearchRegionLimits::holes)};
  }
  std::vector<guard::Region> rings;
  for (json::Value ring : polygon.elements()) {
    auto region = ring_of(ring);
    if (!region) return rings.empty() ? std::move(region).error() : std::move(region).error().within(fmt::format("hole {}", rings.size()));
    rings.push_back(std::move(*region));
  }
  SearchRegion::Part part{std::move(rings.front()), {}};
  part.holes.assign(std::make_move_iterator(rings.begin() + 1), std::make_move_iterator(rings.end()));
  return part;
}

Result<SearchRegion> properties_of(json::Value properties) {
  SearchRegion region;
  json::Fields fields(properties);
  region.name = fields.text("name", 1, SearchRegionLimits::name, json::required).value_or("");
  region.rcc = fields.text("rcc", 1, SearchRegionLimits::name, json::required).value_or("");
  region.contact = fields.text("contact", 0, SearchRegionLimits::contact).value_or("");
  region.party = fields.text("party", 0, SearchRegionLimits::party).value_or("");
  region.id = fields.text("id", 0, SearchRegionLimits::name).value_or("");
  if (fields.error()) return *fields.error();
  for (const auto& [name, text] : {std::pair("name", &region.name), std::pair("rcc", &region.rcc), std::pair("contact", &region.contact),
                                   std::pair("id", &region.id)}) {
    if (const auto hidden = line::not_plain(*text)) return bad_input(fmt::format("{}: has {}; write it in plain text", name, *hidden));
  }
  if (!region.party.empty() && !pact::is_word(region.party)) {
    return bad_input(fmt::format("party: {} is no id of a party; it has lower-case letters, digits, - and _", quoted(region.party)));
  }
  return region;
}

// nullopt: it is no area.
Result<std::optional<SearchRegion>> region_of(json::Value feature) {
  if (feature["type"].as_string() != "Feature") return bad_input("it must be an object with \"type\": \"Feature\"");
  const json::Value geometry = feature["geometry"];
  const auto kind = geometry["type"].as_string().value_or("");
  if (kind != "Polygon" && kind != "MultiPolygon") return std::optional<SearchRegion>();
  auto region = properties_of(feature["properties"]);
  if (!region) return region.error();
  const json::Value coordinates = geometry["coordinates"];
  if (kind == "Polygon") {
    auto part = part_of(coordinates);
    if (!part) return part.error();
    region->parts.push_back(std::move(*part));
    return std::optional(std::move(*region));
  }
  if (coordinates.size() == 0) return bad_input("the MultiPolygon has no polygon");
  if (coordinates.size() > SearchRegionLimits::parts) return Error{ErrorCode::over_limit, fmt::format("more than {} polygons", SearchRegionLimits::parts)};
  for (json::Value polygon : coordinates.elements()) {
    auto part = part_of(polygon);
    if (!part) return std::move(part).error().within(fmt::format("polygon {}", region->parts.size() + 1));
    region->parts.push_back(std::move(*part));
  }
  return std::optional(std::move(*region));
}

bool holds(const SearchRegion::Part& part, geo::Vec3 place) {
  const double border = SearchRegionLimits::border.in(metres);
  // The straight line is never longer than the way along the surface.
  const geo::Vec3 away = place - part.outline.middle();
  const double reach = part.outline.radius() + border;
  if (dot(away, away) > reach * reach) return false;
  if (part.outline.signed_distance(place) > border) return false;
  return std::none_of(part.holes.begin(), part.holes.end(), [&](const guard::Region& hole) { return hole.signed_distance(place) < -border; });
}

}  // namespace

Result<SearchRegions> read_search_regions(std::string_view text, std::string_view file) {
  auto document = json::parse(text, {.bytes = SearchRegionLimits::bytes});
  if (!document) return std::move(document).error().within(file);
  const json::Value root = document->root();
  if (root["type"].as_string() != "FeatureCollection" || root["features"].kind() != json::Kind::array) {
    return bad_input(fmt::format("{}: this is no GeoJSON of regions; its \"type\" must be FeatureCollection, with an array of features", file));
  }
  SearchRegions out;
  std::size_t index = 0, others = 0;
  for (json::Value feature : root["features"].elements()) {
    const std::string where = fmt::format("{}: feature {}", file, ++index);
    auto region = region_of(feature);
    if (!region) return std::move(region).error().within(where);
    if (!*region) {
      ++others;
      continue;
    }
    if (out.regions.size() == SearchRegionLimits::regions) {
      return Error{ErrorCode::over_limit, fmt::format("{}: more than {} regions", file, SearchRegionLimits::regions)};
    }
    (*region)->feature = index;
    out.regions.push_back(std::move(**region));
  }
  if (others > 0) out.notes.push_back(fmt::format("{}: {} features that are no areas are left out", file, others));
  return out;
}

bool holds(const SearchRegion& region, geo::Position position) {
  const geo::Vec3 place = geo::place_of(position);
  return std::any_of(region.parts.begin(), region.parts.end(), [&](const SearchRegion::Part& part) { return holds(part, place); });
}

std::vector<const SearchRegion*> regions_at(const SearchRegions& regions, geo::Position position) {
  std::vector<const SearchRegion*> found;
  for (const SearchRegion& region : regions.regions) {
    if (holds(region, position)) found.push_back(&region);
  }
  return found;
}

}  // namespace skypact::distress
