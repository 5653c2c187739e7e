// /api/v1/node, and what the other endpoints share.

#include "base/text.h"
#include "server/endpoints/endpoints.h"

namespace skypact::server::endpoints {

std::uint32_t number_of(const std::string& parameter) {
  const auto number = parse_integer(parameter);
  return number && *number > 0 && *number <= 0xFFFFFFFFLL ? static_cast<std::uint32_t>(*number) : 0;
}

Response no_such(std::string_view thing) {
  return error_response(404, "not_found", "There is no such " + std::string(thing) + " (any more).");
}

Response removed(NodeContext& node, node::Command command) {
  if (auto result = node.watch.apply(std::move(command)); !result) return error_response(result.error());
  return {204, {}, nullptr};
}

Reply get_node(NodeContext& node, const Call&) {
  return json_response(node::node_json(node.status(), *node.config(), *node.watch.picture()));
}

}  // namespace skypact::server::endpoints
