// /ledger/: the files of the node's record, as any web server would serve them.

#include "ledger/audit.h"
#include "server/endpoints/endpoints.h"

namespace skypact::server::endpoints {
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

Reply ledger_checkpoint(NodeContext& node, const Call&) { return file(node, "checkpoint", "text/plain; charset=utf-8"); }

// Only what is a tile's path exactly is looked for, so nothing leads out of the folder.
Reply ledger_tile(NodeContext& node, const Call& call) {
  const std::string path = "tile/" + call.parameters[0];
  if (!ledger::parse_tile_path(path)) return error_response(404, "not_found", "This is no tile's path.");
  return file(node, path, "application/octet-stream");
}

}  // namespace skypact::server::endpoints
