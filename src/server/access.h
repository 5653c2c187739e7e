#pragma once
// Access: who may ask. Refuses pages of other sites (Origin), names that an attacker's DNS points at this machine
// (Host, on a loopback address), and whoever lacks the token where one is configured.
//
//     if (auto refusal = access.refuse(request, need)) return *refusal;
//
// Immutable; any thread. The token is kept only as a digest, and compared in constant time.

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "node/config.h"
#include "server/http.h"

namespace skypact::server {

enum class Need : std::uint8_t {
  nothing,   // the console's own files, /healthy: no secret, and what asks for the token must come from somewhere
  read,
  stream,    // as read; the token may stand in the query, because a browser's WebSocket sends no header of ours
  command,   // changes something
};

class Access {
 public:
  // Error: a token file that cannot be read or holds no token; an address others reach without TLS and token.
  static Result<Access> make(const node::ServerConfig& config);

  [[nodiscard]] std::optional<Response> refuse(const Request& request, Need need) const;

 private:
  bool loopback_ = true;
  std::optional<std::array<unsigned char, 32>> token_;   // SHA-256
};

}  // namespace skypact::server
