// /ledger/: the files of the node's record, as any web server would serve them.

#include <algorithm>

#include "base/clock.h"
#include "base/text.h"
#include "ledger/audit.h"
#include "ledger/checkpoint.h"
#include "server/endpoints/endpoints.h"

namespace skypact::server::endpoints {

Reply when_grown(const Call& call, Waiters* waiters, std::function<std::optional<std::uint64_t>()> size, std::function<Response()> answer) {
  const auto after = call.request.query("after");
  if (!after) return LaterReply{std::move(answer)};
  const auto known = ledger::parse_count(*after);
  const auto wait_s = parse_integer(call.request.query("wait_s").value_or("0"));
  if (!known || !wait_s || *wait_s < 0) return error_response(400, "bad_request", "after is a number of entries, wait_s a number of seconds.");
  LaterReply later{std::move(answer)};
  if (*wait_s == 0 || !waiters) return later;
  later.longest = std::min(Duration(seconds(*wait_s)), Duration(WaitLimits::longest));
  // After it is on the list, once more: what was published in between has woken nobody.
  later.start = [waiters, known = *known, size = std::move(size), longest = later.longest](std::function<void()> wake) {
    const bool waits = waiters->add(wake, monotonic_now(), longest);
    const auto now = size();
    if (!waits || !now || *now > known) wake();
  };
  return later;
}

namespace {

Response file(const NodeContext& node, const std::string& path, std::string_view type) {
  if (!node.ledger.is_on()) return error_response(404, "not_found", "This node keeps no record.");
  auto bytes = ledger::files_in(node.ledger.folder())(path);
  if (!bytes) return error_response(404, "not_found", "The record has no such file.");
  Response response;
  response.headers.push_back({"Content-Type", std::string(type)});
  response.body = std::make_shared<const std::string>(std::move(*bytes));
  return response;
}

}  // namespace

Reply ledger_checkpoint(NodeContext& node, const Call& call) {
  const auto now = [&node] { return file(node, "checkpoint", "text/plain; charset=utf-8"); };
  const auto size = [&node]() -> std::optional<std::uint64_t> { return published_size(node.ledger.folder()); };
  return when_grown(call, node.ledger_waiters, size, now);
}

// Only what is a tile's path exactly is looked for, so nothing leads out of the folder.
Reply ledger_tile(NodeContext& node, const Call& call) {
  const std::string path = "tile/" + call.parameters[0];
  if (!ledger::parse_tile_path(path)) return error_response(404, "not_found", "This is no tile's path.");
  return LaterReply{[&node, path] { return file(node, path, "application/octet-stream"); }};
}

}  // namespace skypact::server::endpoints
