// /api/v1/links, and on the link's listener /link/v1/.

#include "base/check.h"
#include "server/endpoints/endpoints.h"

namespace skypact::server::endpoints {

Reply list_links(NodeContext& node, const Call&) {
  return json_response(node::links_json(node.links.status(), *node.watch.picture(), node.clock.now()));
}

Reply link_live(NodeContext& node, const Call& call) {
  SKYPACT_CHECK(call.request.peer_party.has_value());
  return node.links.live(*call.request.peer_party, call.request.body);
}

Reply link_urgent(NodeContext& node, const Call& call) {
  SKYPACT_CHECK(call.request.peer_party.has_value());
  return node.links.notes(*call.request.peer_party, link::Lane::urgent, call.request.body);
}

Reply link_notes(NodeContext& node, const Call& call) {
  SKYPACT_CHECK(call.request.peer_party.has_value());
  return node.links.notes(*call.request.peer_party, link::Lane::calm, call.request.body);
}

}  // namespace skypact::server::endpoints
