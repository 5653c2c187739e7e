#pragma once
// HTTP/1.1 as a client, plain or over TLS with the peer's certificate verified. For polled feeds and for the
// command line.
//
//     auto answer = fetch({.url = "http://127.0.0.1:8480/api/v1/alerts", .token = token});
//     if (answer && answer->status == 200) use(answer->body);
//
// fetch() and follow_events() wait on the caller's thread.

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"

namespace skypact::server {

struct Url {
  bool secure = false;
  std::string host;
  std::uint16_t port = 80;
  std::string target = "/";
  [[nodiscard]] std::string authority() const;   // as in the Host header
};
// "http://host:port/path", "https://…".
Result<Url> parse_url(std::string_view text);

struct ClientRequest {
  std::string url;
  std::string method = "GET";
  std::string body;
  std::string content_type = "application/json";
  std::string token;                      // empty: none is sent
  Duration time = seconds(10);            // for all of it
  std::size_t longest_answer = std::size_t{64} << 20;
};

struct ClientResponse {
  int status = 0;
  std::string body;
};

// Error: unreachable, or bad_input for a URL that is none.
Result<ClientResponse> fetch(const ClientRequest& request);

// Reads a stream of server-sent events; each event's data goes to `event` until it returns false or the stream ends.
Result<void> follow_events(const ClientRequest& request, const std::function<bool(std::string_view data)>& event);

}  // namespace skypact::server
