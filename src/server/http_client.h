#pragma once
// HTTP/1.1 as a client, plain or over TLS with the peer's certificate verified. For polled feeds, for the
// command line, and for other parties' nodes, which are known by pins.
//
//     auto answer = fetch({.url = "http://127.0.0.1:8480/api/v1/alerts", .token = token});
//     if (answer && answer->status == 200) use(answer->body);
//
//     KeptClient south;                       // one connection, kept from request to request
//     south.fetch({.url = peer.url + "/ledger/checkpoint", .pinned = pinned});
//
// fetch(), follow_events() and KeptClient::fetch() wait on the caller's thread.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "ledger/hash.h"

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

// Our certificate for another party's node, and the pins it must have one of (ByteStream::peer_pin). Nothing else of its
// certificate is looked at. TLS 1.3.
struct Pinned {
  std::string certificate, key;           // PEM files
  std::vector<ledger::Hash> pins;
};

struct ClientRequest {
  std::string url;
  std::string method = "GET";
  std::string body;
  std::string content_type = "application/json";
  std::string token;                      // empty: none is sent
  std::shared_ptr<const Pinned> pinned{}; // null: the system's certificates decide
  std::string party{};                    // sent as Skypact-Party, which nodes in development believe
  bool repeatable = false;                // may be sent once more where a kept connection turns out to be closed; a GET always is
  Duration time = seconds(10);            // for all of it
  std::size_t longest_answer = std::size_t{64} << 20;
};

struct ClientResponse {
  int status = 0;
  std::string body;
};

// Error: unreachable, or bad_input for a URL that is none.
Result<ClientResponse> fetch(const ClientRequest& request);

// For one thread, but stop(), which any thread may call: a fetch that waits ends at once, and every later one fails.
class KeptClient {
 public:
  KeptClient();
  ~KeptClient();
  KeptClient(const KeptClient&) = delete;
  KeptClient& operator=(const KeptClient&) = delete;

  Result<ClientResponse> fetch(const ClientRequest& request);
  void stop();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// Reads a stream of server-sent events; each event's data goes to `event` until it returns false or the stream ends.
Result<void> follow_events(const ClientRequest& request, const std::function<bool(std::string_view data)>& event);

}  // namespace skypact::server
