#pragma once
// One connection to an HTTP server, kept for the next request: the client's side for this module's Asio units.
// For the thread of its executor.

#include <boost/asio/awaitable.hpp>
#include <memory>

#include "server/http_client.h"
#include "server/stream.h"

namespace skypact::server {

class HttpExchange {
 public:
  awaitable<Result<ClientResponse>> get(ClientRequest request);
  // Connects, sends, and returns when the answer's head has come, with what followed it.
  struct Opened {
    int status = 0;
    std::string rest;
  };
  awaitable<Result<Opened>> open(ClientRequest request);
  [[nodiscard]] ByteStream* stream() { return stream_.get(); }
  void close() { stream_.reset(); }

 private:
  awaitable<Result<void>> connect_to(Url url, const ClientRequest& request);
  std::unique_ptr<ByteStream> stream_;
  std::string connected_to_;
  std::shared_ptr<const Pinned> pinned_;   // as it was when the connection was made
};

}  // namespace skypact::server
