// /api/v1/zones

#include "base/text.h"
#include "server/endpoints/endpoints.h"

namespace skypact::server::endpoints {

Reply list_zones(NodeContext& node, const Call&) {
  const auto picture = node.watch.picture();
  return json_response(node::zones_json(picture->rules->zones, picture->rules->parties));
}

Reply add_zone(NodeContext& node, const Call& call) {
  const auto picture = node.watch.picture();
  const Parties& parties = picture->rules->parties;
  const auto document = json::parse(call.request.body);
  if (!document) return error_response(document.error());
  auto zone = node::read_zone(document->root(), parties);
  if (!zone) return error_response(zone.error());
  if (zone->source.empty()) zone->source = "api";
  node::AddZones command;
  command.zones.push_back(std::move(*zone));
  const auto done = node.watch.apply(std::move(command));
  if (!done) return error_response(done.error());
  std::vector<Zone> added;
  for (const node::Event& event : *done) {
    if (const Zone* z = std::get_if<Zone>(&event.what)) added.push_back(*z);
  }
  return json_response(node::zones_json(added, parties), 201);
}

Reply remove_zone(NodeContext& node, const Call& call) { return removed(node, node::RemoveZone{call.parameters[0]}); }

}  // namespace skypact::server::endpoints
