// /healthy, /metrics, /data

#include "server/endpoints/endpoints.h"
#include "server/metrics.h"

namespace skypact::server::endpoints {

Reply healthy(NodeContext& node, const Call&) {
  if (node.watch.healthy()) return text_response("ok\n");
  return text_response("The engine has not ticked for " + std::to_string(to_seconds(node.watch.status().since_tick)) + " s.\n", 503);
}

Reply metrics(NodeContext& node, const Call&) {
  const auto picture = node.watch.picture();
  const Measured measured{*picture, node.watch.status(), node.recorder.status(), node.ledger.status(), node.mirrors ? node.mirrors->status() : MirrorStatus{},
                          node.links.status(), node.counts(), node.distress.status(), node.utm()};
  Response response = text_response(metrics_text(measured, node.clock.now()));
  response.headers[0].value = "text/plain; version=0.0.4; charset=utf-8";
  return response;
}

Reply aircraft_json(NodeContext& node, const Call&) { return json_response(node::aircraft_json(*node.watch.picture())); }

Reply receiver_json(NodeContext& node, const Call&) {
  return json_response(node::receiver_json(*node.config(), node.status().version));
}

}  // namespace skypact::server::endpoints
