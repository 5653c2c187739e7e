#include "node_request.h"

#include <fstream>

#include "base/text.h"
#include "json/document.h"

namespace skypact::app {

Result<server::ClientRequest> node_request(const std::string& node, const std::string& token_file, std::string_view path) {
  server::ClientRequest request;
  request.url = node;
  while (request.url.ends_with('/')) request.url.pop_back();
  request.url += path;
  if (!token_file.empty()) {
    std::ifstream in(token_file);
    std::string line;
    if (!std::getline(in, line)) return Error{ErrorCode::not_found, token_file + ": cannot be read"};
    request.token = std::string(trim(line));
  }
  return request;
}

Result<std::string> ask(const server::ClientRequest& request) {
  auto answer = server::fetch(request);
  if (!answer) return answer.error();
  if (answer->status / 100 == 2) return std::move(answer->body);
  const auto document = json::parse(answer->body);
  const auto message = document ? document->root()["error"]["message"].as_string() : std::nullopt;
  const ErrorCode code = answer->status == 404   ? ErrorCode::not_found
                         : answer->status == 409 ? ErrorCode::conflict
                         : answer->status >= 500 ? ErrorCode::unreachable
                                                 : ErrorCode::refused;
  return Error{code, message ? std::string(*message) : "The node answers with status " + std::to_string(answer->status) + "."};
}

}  // namespace skypact::app
