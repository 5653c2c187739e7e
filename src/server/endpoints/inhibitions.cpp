// /api/v1/inhibitions

#include "server/endpoints/endpoints.h"

namespace skypact::server::endpoints {

Reply list_inhibitions(NodeContext& node, const Call&) { return json_response(node::inhibitions_json(*node.watch.picture())); }

Reply add_inhibition(NodeContext& node, const Call& call) {
  const auto document = json::parse(call.request.body);
  if (!document) return error_response(document.error());
  auto inhibition = node::read_inhibition(document->root(), node.clock.now());
  if (!inhibition) return error_response(inhibition.error());
  const auto done = node.watch.apply(node::AddInhibition{std::move(*inhibition)});
  if (!done) return error_response(done.error());
  for (const node::Event& event : *done) {
    if (const Inhibition* added = std::get_if<Inhibition>(&event.what)) return json_response(node::inhibition_json(*added), 201);
  }
  return error_response(500, "internal", "The engine took the inhibition and did not say so.");
}

Reply remove_inhibition(NodeContext& node, const Call& call) { return removed(node, node::RemoveInhibition{call.parameters[0]}); }

}  // namespace skypact::server::endpoints
