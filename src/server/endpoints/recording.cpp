// /api/v1/recording, /api/v1/replay

#include <thread>

#include "base/clock.h"
#include "base/text.h"
#include "node/picture_frame.h"
#include "node/replay.h"
#include "server/endpoints/endpoints.h"
#include "server/limits.h"
#include "server/log.h"

namespace skypact::server::endpoints {
namespace {

struct ReplayRequest {
  Interval<Time> span;
  double speed = 1;
};

// Offers the message as soon as there is room; false when the client is gone or the node ends.
bool send(NodeContext& node, Outbox& outbox, const Message& message) {
  while (!outbox.offer(message)) {
    if (outbox.closed() || node.stopping) return false;
    std::this_thread::sleep_for(milliseconds(20));
  }
  return true;
}

Message text_message(std::string text) { return {std::make_shared<const std::string>(std::move(text)), Message::Form::text, 0}; }

// Runs the recording through an engine of its own and sends what comes out, at `speed` times its own pace.
void play(NodeContext& node, const ReplayRequest& request, Outbox& outbox) {
  const auto config = node.config();
  const wire::RecordingFolder folder(config->recording.folder);
  const auto all = folder.segments();
  if (!all) return;
  const std::vector<wire::Segment> segments = wire::segments_covering(*all, request.span);
  node::Engine engine(node::config_for_recording(segments, *config));
  std::optional<Time> first;
  const Duration began = monotonic_now();
  std::uint64_t last_tick = 0;
  const auto sink = [&](const std::vector<node::Event>& events) {
    if (outbox.closed() || node.stopping) return false;
    const auto picture = engine.picture();
    if (!first) first = picture->now;
    const Duration due = began + Duration(static_cast<Duration::rep>(static_cast<double>((picture->now - *first).count()) / request.speed));
    while (monotonic_now() < due) {
      if (outbox.closed() || node.stopping) return false;
      std::this_thread::sleep_for(std::min<Duration>(due - monotonic_now(), milliseconds(100)));
    }
    for (const node::Event& event : events) {
      if (!send(node, outbox, text_message(node::event_json(event, *picture)))) return false;
    }
    if (picture->tick == last_tick) return true;
    last_tick = picture->tick;
    return send(node, outbox, text_message(node::tick_event_json(*picture, Duration(0)))) &&
           send(node, outbox, {std::make_shared<const std::string>(node::picture_frame(*picture)), Message::Form::binary, 0});
  };
  if (const auto totals = node::replay_recording(engine, segments, request.span, sink); !totals) {
    log::warn("replay ended", {{"why", totals.error().message}});
  }
}

Result<ReplayRequest> read_request(const Request& request, Time now) {
  ReplayRequest read;
  const auto from = parse_rfc3339(request.query("from").value_or(""));
  if (!from) return bad_input("from: must be a time as 2026-11-23T19:53:45Z");
  const auto to = request.query("to") ? parse_rfc3339(*request.query("to")) : Result<Time>(now);
  if (!to) return bad_input("to: must be a time as 2026-11-23T19:53:45Z");
  read.span = {*from, *to};
  if (read.span.empty()) return bad_input("to: must be after from");
  if (const auto text = request.query("speed")) {
    const auto speed = parse_number(*text);
    if (!speed || *speed < 0.1 || *speed > 100) return bad_input("speed: must be a number from 0.1 to 100");
    read.speed = *speed;
  }
  return read;
}

}  // namespace

Reply get_recording(NodeContext& node, const Call&) {
  const auto config = node.config();
  const auto status = node.recorder.status();
  const auto segments = wire::RecordingFolder(config->recording.folder).segments();
  std::string body;
  json::Writer out(body);
  out.begin_object();
  if (segments && !segments->empty()) {
    out.field("from", to_rfc3339(segments->front().started_at));
    out.field("to", to_rfc3339(node.clock.now()));
  }
  std::uint64_t bytes = 0;
  if (segments) {
    for (const wire::Segment& s : *segments) bytes += s.size_bytes;
  }
  out.field("segments", segments ? segments->size() : std::size_t{0});
  out.field("bytes", bytes);
  out.field("dropped", status.dropped);
  out.end_object();
  return json_response(std::move(body));
}

Reply replay(NodeContext& node, const Call& call) {
  auto request = read_request(call.request, node.clock.now());
  if (!request) return error_response(request.error());
  if (!call.request.websocket) return error_response(400, "upgrade", "This is a WebSocket: ask for an upgrade.");
  if (!node.config()->recording.enabled) return error_response(404, "not_found", "This node keeps no recording.");
  if (++node.replays > ReplayLimits::sessions) {
    --node.replays;
    return error_response(503, "over_limit", "Four replays are running; wait for one to end.");
  }
  StreamReply reply;
  reply.policy = {.messages = 64, .bytes = StreamLimits::event_bytes, .wait_for_room = true};
  // Counts the session down however this ends, also when the client never comes.
  const std::shared_ptr<void> running(nullptr, [&node](void*) { --node.replays; });
  reply.start = [&node, request = *request, running](const std::shared_ptr<Outbox>& outbox) {
    std::thread([&node, request, outbox, running] {
      node.recorder.flush(seconds(2));
      play(node, request, *outbox);
      outbox->finish();
    }).detach();
  };
  return reply;
}

}  // namespace skypact::server::endpoints
