// /api/v1/picture, /api/v1/events

#include "base/text.h"
#include "server/endpoints/endpoints.h"
#include "server/limits.h"

namespace skypact::server::endpoints {

Reply picture(NodeContext& node, const Call& call) {
  if (!call.request.websocket) return error_response(400, "upgrade", "This is a WebSocket: ask for an upgrade.");
  StreamReply reply;
  reply.policy = {.messages = StreamLimits::picture_frames, .when_full = OutboxPolicy::WhenFull::skip_oldest};
  reply.start = [&hub = node.hub](const std::shared_ptr<Outbox>& outbox) { hub.join_picture(outbox); };
  return reply;
}

Reply events(NodeContext& node, const Call& call) {
  std::string text = call.request.query("since").value_or("");
  if (text.empty()) text = std::string(call.request.header("Last-Event-ID"));
  std::optional<std::uint64_t> since;
  if (!text.empty()) {
    const auto number = parse_integer(text);
    if (!number || *number < 0) return error_response(400, "bad_input", "since: must be the seq of an event");
    since = static_cast<std::uint64_t>(*number);
  }
  StreamReply reply;
  reply.form = call.request.websocket ? StreamReply::Form::websocket : StreamReply::Form::event_stream;
  reply.policy = {.messages = StreamLimits::event_messages + 8, .bytes = StreamLimits::event_bytes};
  reply.start = [&hub = node.hub, since](const std::shared_ptr<Outbox>& outbox) { hub.join_events(outbox, since); };
  return reply;
}

}  // namespace skypact::server::endpoints
