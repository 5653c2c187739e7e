#pragma once
// Asking a node from the command line.
//
//     auto request = node_request(options.node, options.token_file, "/api/v1/alerts");
//     auto body = ask(*request);
//
// One thread; waits.

#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "json/document.h"
#include "server/http_client.h"

namespace skypact::app {

// `node` with or without a slash at its end; the first line of `token_file` is the token, where there is one. Error: not_found.
Result<server::ClientRequest> node_request(const std::string& node, const std::string& token_file, std::string_view path);

// The body of a good answer; else the node's own sentence: not_found, conflict, unreachable, refused.
Result<std::string> ask(const server::ClientRequest& request);

// Prints the body of a good answer as it is, or by `print`; else why there is none. The exit status.
int print_answer(const std::string& command, bool as_json, const Result<server::ClientRequest>& request, const std::function<void(json::Value)>& print);

}  // namespace skypact::app
