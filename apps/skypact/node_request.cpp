#include "node_request.h"

#include <cstdio>
#include <fstream>

#include "base/text.h"
#include "commands.h"
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

int print_answer(const std::string& command, bool as_json, const Result<server::ClientRequest>& request, const std::function<void(json::Value)>& print) {
  constexpr std::size_t longest = std::size_t{64} << 20;
  if (!request) return fail(command, request.error());
  const auto body = ask(*request);
  if (!body) return fail(command, body.error());
  if (as_json) {
    std::printf("%s\n", body->c_str());
    return Exit::done;
  }
  const auto document = json::parse(*body, {.bytes = longest});
  if (!document) return fail(command, document.error());
  print(document->root());
  return Exit::done;
}

}  // namespace skypact::app
