// /api/v1/groups

#include "server/endpoints/endpoints.h"

namespace skypact::server::endpoints {

Reply list_groups(NodeContext& node, const Call&) { return json_response(node::groups_json(*node.watch.picture())); }

Reply add_group(NodeContext& node, const Call& call) {
  const auto document = json::parse(call.request.body);
  if (!document) return error_response(document.error());
  auto group = node::read_group(document->root(), node.clock.now());
  if (!group) return error_response(group.error());
  const auto done = node.watch.apply(node::AddGroup{std::move(*group)});
  if (!done) return error_response(done.error());
  for (const node::Event& event : *done) {
    if (const Group* added = std::get_if<Group>(&event.what)) return json_response(node::group_json(*added), 201);
  }
  return error_response(500, "internal", "The engine took the group and did not say so.");
}

Reply remove_group(NodeContext& node, const Call& call) { return removed(node, node::RemoveGroup{call.parameters[0]}); }

}  // namespace skypact::server::endpoints
