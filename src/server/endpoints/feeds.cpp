// /api/v1/feeds, /api/v1/reports, /api/v1/manual-tracks: what comes in, and what people and programs send.

#include "server/endpoints/endpoints.h"
#include "wire/lines.h"

namespace skypact::server::endpoints {
namespace {

constexpr std::size_t rejections_told = 1000;

std::string taken_json(std::uint64_t accepted, const std::vector<std::pair<std::size_t, std::string>>& rejected) {
  std::string body;
  json::Writer out(body);
  out.begin_object();
  out.field("accepted", accepted);
  out.key("rejected");
  out.begin_array();
  for (const auto& [line, message] : rejected) {
    out.begin_object();
    out.field("line", line);
    out.field("message", message);
    out.end_object();
  }
  out.end_array();
  out.end_object();
  return body;
}

}  // namespace

Reply list_feeds(NodeContext& node, const Call&) { return json_response(node::feeds_json(*node.watch.picture())); }

Reply post_reports(NodeContext& node, const Call& call) {
  const auto picture = node.watch.picture();
  const Time now = node.clock.now();
  // A reader for this request: duplicates within it are told; what an earlier one sent, the track table judges.
  wire::ReportReader reader({.source = node.report_feed}, picture->rules->parties);
  FeedBytes input;
  input.batch.feed = node.report_feed;
  input.batch.received_at = now;
  std::vector<std::pair<std::size_t, std::string>> rejected;
  // One JSON object that is written over several lines is one report.
  std::string body = call.request.body;
  if (call.request.header("Content-Type").starts_with("application/json")) {
    for (char& c : body) c = c == '\n' || c == '\r' ? ' ' : c;
  }
  std::size_t number = 0;
  std::string_view rest = body;
  while (!rest.empty()) {
    const std::string_view line = trim(rest.substr(0, rest.find('\n')));
    rest.remove_prefix(std::min(rest.size(), rest.find('\n') == std::string_view::npos ? rest.size() : rest.find('\n') + 1));
    ++number;
    if (line.empty()) continue;
    wire::ReadReport read = reader.read_line(line, now);
    if (read.observation) {
      input.batch.observations.push_back(*read.observation);
    } else if (rejected.size() < rejections_told) {
      rejected.emplace_back(number, std::move(read.message));
    }
  }
  const std::uint64_t accepted = input.batch.observations.size();
  if (accepted == 0 && rejected.empty()) return error_response(400, "bad_input", "There is no report in the body: one JSON object a line.");
  input.batch.bytes = call.request.body.size();
  input.batch.messages = reader.lines();
  input.batch.errors = reader.errors();
  if (!body.ends_with('\n')) body += '\n';
  input.raw = std::move(body);
  if (!node.watch.offer(std::move(input))) {
    node.watch.count_dropped(node.report_feed, accepted);
    return error_response(503, "busy", "The node is behind with its work and took none of these; send them again.");
  }
  return json_response(taken_json(accepted, rejected));
}

Reply post_manual_track(NodeContext& node, const Call& call) {
  const auto picture = node.watch.picture();
  const auto document = json::parse(call.request.body);
  if (!document) return error_response(document.error());
  auto command = node::read_manual_track(document->root(), picture->rules->parties, node.clock.now());
  if (!command) return error_response(command.error());
  const std::string address = to_string(command->observation.address);
  const auto done = node.watch.apply(std::move(*command));
  if (!done) return error_response(done.error());
  std::string body;
  json::Writer out(body);
  out.begin_object();
  out.field("address", address);
  out.end_object();
  return json_response(std::move(body), 201);
}

Reply remove_manual_track(NodeContext& node, const Call& call) { return removed(node, node::RemoveManualTrack{call.parameters[0]}); }

}  // namespace skypact::server::endpoints
