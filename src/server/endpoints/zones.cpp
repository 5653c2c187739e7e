// /api/v1/zones

#include "guard/zone_files.h"
#include "server/endpoints/endpoints.h"

namespace skypact::server::endpoints {
namespace {

// By the body's type: one zone in our own JSON, or a file of one of the usual formats.
Result<std::vector<Zone>> read_zones(const Request& request, const Parties& parties) {
  const std::string_view type = request.header("Content-Type");
  if (type.starts_with("application/json")) {
    const auto document = json::parse(request.body);
    if (!document) return document.error();
    auto zone = node::read_zone(document->root(), parties);
    if (!zone) return zone.error();
    if (zone->source.empty()) zone->source = "api";
    return std::vector<Zone>{std::move(*zone)};
  }
  const bool geojson = type.starts_with("application/geo+json"), kml = type.starts_with("application/vnd.google-earth.kml+xml");
  auto file = geojson ? guard::read_geojson(request.body, "GeoJSON", parties)
              : kml   ? guard::read_kml(request.body, "KML", parties)
                      : guard::read_openair(request.body, "OpenAir");
  if (!file) return file.error();
  if (file->zones.empty()) return bad_input("There is no zone in the body.");
  return std::move(file->zones);
}

}  // namespace

Reply list_zones(NodeContext& node, const Call&) {
  const auto picture = node.watch.picture();
  return json_response(node::zones_json(picture->rules->zones, picture->rules->parties));
}

Reply add_zone(NodeContext& node, const Call& call) {
  const auto picture = node.watch.picture();
  const Parties& parties = picture->rules->parties;
  auto zones = read_zones(call.request, parties);
  if (!zones) return error_response(zones.error());
  const auto done = node.watch.apply(node::AddZones{std::move(*zones)});
  if (!done) return error_response(done.error());
  std::vector<Zone> added;
  for (const node::Event& event : *done) {
    if (const Zone* z = std::get_if<Zone>(&event.what)) added.push_back(*z);
  }
  return json_response(node::zones_json(added, parties), 201);
}

Reply remove_zone(NodeContext& node, const Call& call) { return removed(node, node::RemoveZone{call.parameters[0]}); }

}  // namespace skypact::server::endpoints
