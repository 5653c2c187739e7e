// /api/v1/picture, /api/v1/events

#include "base/text.h"
#include "server/endpoints/endpoints.h"
#include "server/limits.h"

namespace skypact::server::endpoints {
namespace {

// Numbers of events begin anew when the node does: "1764157624123:", the milliseconds at which this run began.
std::string run_of(const NodeContext& node) {
  return std::to_string(std::chrono::floor<milliseconds>(node.status().started_at).time_since_epoch().count()) + ':';
}

}  // namespace

Reply picture(NodeContext& node, const Call& call) {
  if (!call.request.websocket) return error_response(400, "upgrade", "This is a WebSocket: ask for an upgrade.");
  StreamReply reply;
  reply.policy = {.messages = StreamLimits::picture_frames, .when_full = OutboxPolicy::WhenFull::skip_oldest};
  reply.start = [&hub = node.hub](const std::shared_ptr<Outbox>& outbox) { hub.join_picture(outbox); };
  return reply;
}

Reply events(NodeContext& node, const Call& call) {
  // A browser that comes back by itself sends the header along with the query of its first call: the header is newer.
  std::string text(call.request.header("Last-Event-ID"));
  if (text.empty()) text = call.request.query("since").value_or("");
  const std::string run = run_of(node);
  std::optional<std::uint64_t> since;
  if (!text.empty()) {
    const std::size_t colon = text.find(':');
    const bool of_another_run = colon != std::string::npos && text.compare(0, colon + 1, run) != 0;
    const auto number = parse_integer(colon == std::string::npos ? text : text.substr(colon + 1));
    if (!number || *number < 0) return error_response(400, "bad_input", "since: must be the seq of an event, or RUN:SEQ");
    if (!of_another_run) since = static_cast<std::uint64_t>(*number);
  }
  StreamReply reply;
  reply.form = call.request.websocket ? StreamReply::Form::websocket : StreamReply::Form::event_stream;
  reply.policy = {.messages = StreamLimits::event_messages + 8, .bytes = StreamLimits::event_bytes};
  reply.id_prefix = run;
  reply.start = [&hub = node.hub, since](const std::shared_ptr<Outbox>& outbox) { hub.join_events(outbox, since); };
  return reply;
}

}  // namespace skypact::server::endpoints
