// /api/v1/alerts

#include "server/endpoints/endpoints.h"

namespace skypact::server::endpoints {

Reply list_alerts(NodeContext& node, const Call& call) {
  return json_response(node::alerts_json(*node.watch.picture(), call.request.query("ended") == "true"));
}

Reply get_alert(NodeContext& node, const Call& call) {
  const auto picture = node.watch.picture();
  const Alert* alert = node::find_alert(*picture, AlertId{number_of(call.parameters[0])});
  if (alert == nullptr) return no_such("alert");
  return json_response(node::alert_json(*alert, *picture));
}

Reply get_encounter(NodeContext& node, const Call& call) {
  const auto picture = node.watch.picture();
  const Alert* alert = node::find_alert(*picture, AlertId{number_of(call.parameters[0])});
  if (alert == nullptr) return no_such("alert");
  auto body = node::encounter_json(*alert, *picture);
  if (!body) return error_response(404, "not_found", "This alert is not of two aircraft that are both still located.");
  return json_response(std::move(*body));
}

Reply acknowledge_alert(NodeContext& node, const Call& call) {
  const auto picture = node.watch.picture();
  const AlertId id{number_of(call.parameters[0])};
  const Alert* alert = node::find_alert(*picture, id);
  if (alert == nullptr) return no_such("alert");
  const auto document = json::parse(call.request.body);
  if (!document) return error_response(document.error());
  auto command = node::read_acknowledge(document->root(), picture->rules->parties, node.config()->party, alert->key);
  if (!command) return error_response(command.error());
  // Who is logged in is who answers, whatever the client says.
  if (call.caller.by == Caller::By::session) command->by = call.caller.account;
  const auto done = node.watch.apply(std::move(*command));
  if (!done) return error_response(done.error());
  const auto after = node.watch.picture();
  const Alert* now = node::find_alert(*after, id);
  return json_response(node::alert_json(now != nullptr ? *now : *alert, *after));
}

}  // namespace skypact::server::endpoints
