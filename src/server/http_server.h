#pragma once
// HttpServer: one listening port; HTTP/1.1 and WebSocket, plain or over TLS. Knows no route: each whole request
// goes to the responder, on a worker thread, and its Reply goes back to the client.
//
//     auto server = HttpServer::start({.host = "127.0.0.1", .port = 0}, respond);
//     connect_to(server->port());
//
// Bounds: HttpLimits. Every connection ends by a time-out when its client stops sending or reading. respond()
// may be called from several threads at once. stop() and the destructor end every connection and wait.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "ledger/hash.h"
#include "server/http.h"

namespace skypact::server {

struct HttpServerOptions {
  std::string host = "127.0.0.1";
  std::uint16_t port = 0;                // 0 is any free one
  std::string certificate, key;          // PEM files; empty is plain TCP
  // Set: the link's listener. TLS 1.3, the client shows a certificate, and each request is asked whose node that pin is;
  // nobody's is refused before its body is read. With an empty certificate (development) the header Skypact-Party
  // is asked about instead.
  std::function<std::optional<PartyId>(const ledger::Hash& pin)> party_of_pin{};
  std::function<std::optional<PartyId>(std::string_view name)> party_of_name{};
};

struct HttpCounts {
  std::uint64_t connections = 0;         // open now
  std::uint64_t refused_connections = 0; // beyond the bound
  std::uint64_t requests = 0;
  std::uint64_t bad_requests = 0;        // not HTTP, or beyond a bound
  std::uint64_t dropped_slow = 0;        // stream clients that did not read
  std::uint64_t skipped_frames = 0;      // of pictures, for clients that read too slowly
  std::uint64_t stream_clients = 0;      // open now
};

class HttpServer {
 public:
  static Result<std::unique_ptr<HttpServer>> start(const HttpServerOptions& options, Responder respond);
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  [[nodiscard]] std::uint16_t port() const;
  [[nodiscard]] HttpCounts counts() const;
  // Reads certificate and key again, for new connections.
  Result<void> reload_tls();
  void stop();

 private:
  struct State;
  explicit HttpServer(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace skypact::server
