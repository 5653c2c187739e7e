#pragma once
// Access: what is refused whoever asks (pages of other sites, by Origin; names that an attacker's DNS points at this
// machine, by Host on a loopback address), and whether the program's token was given.
//
//     if (auto refusal = access.refuse(request, need)) return *refusal;
//     if (access.token(request, need) == Access::Token::right) …
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
  login,     // as nothing, but never for a page of another site
  command,   // changes something
};

class Access {
 public:
  // Error: a token file that cannot be read or holds no token; an address others reach without TLS and token.
  static Result<Access> make(const node::ServerConfig& config);

  [[nodiscard]] std::optional<Response> refuse(const Request& request, Need need) const;
  enum class Token : std::uint8_t { absent, right, wrong };
  [[nodiscard]] Token token(const Request& request, Need need) const;
  [[nodiscard]] bool asks_for_token() const { return token_.has_value(); }

 private:
  bool loopback_ = true;
  std::optional<std::array<unsigned char, 32>> token_;   // SHA-256
};

}  // namespace skypact::server
