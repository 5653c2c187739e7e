#pragma once
// TokenSource: the access tokens that this node shows to others' UTM interfaces, one for each host and set of scopes, kept until they are
// about to expire.
//
//     TokenSource tokens({.subject = "north", .token_url = "https://auth.example/token", .secret_file = "secrets/utm"});
//     auto token = tokens.token("dss.example", "utm.strategic_coordination", now);
//
// They come of an authorization server (RFC 6749, section 4.4; the host is its "intended_audience", as those of the field have it), or are
// signed by a key of our own, where all in a group know each other's keys. Waits for the network. Thread-safe.

#include <filesystem>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"
#include "base/time.h"
#include "server/http_client.h"

namespace skypact::server {

struct TokenSourceLimits {
  static constexpr Duration renewed_before = minutes(1);    // its end
  static constexpr Duration own_time = minutes(30);         // that a token signed here holds
  static constexpr Duration fetch_time = seconds(5);
  static constexpr std::size_t kept = 1'024;
  static constexpr std::size_t answer_bytes = std::size_t{64} << 10;
  static constexpr std::size_t secret_bytes = 4'096;
};

struct TokenSourceOptions {
  std::string subject;                      // who we are there: "sub" of a token, the client's id
  std::filesystem::path signing_key{};      // PEM; then there is no server
  std::string token_url{};
  std::filesystem::path secret_file{};      // of the client at the server; empty: it asks for none, as servers for development
};

class TokenSource {
 public:
  explicit TokenSource(TokenSourceOptions options) : options_(std::move(options)) {}

  // `scopes`: with blanks between them. Errors: unreachable, refused by the server, bad_input for a key or secret that cannot be read.
  Result<std::string> token(const std::string& host, std::string_view scopes, Time now);
  // What waits ends, and later calls fail.
  void stop() { client_.stop(); }

 private:
  struct Kept {
    std::string token;
    Time expires_at;
  };
  Result<Kept> sign(const std::string& host, std::string_view scopes, Time now) const;
  Result<Kept> fetch(const std::string& host, std::string_view scopes, Time now);

  const TokenSourceOptions options_;
  std::mutex mutex_, fetching_;
  std::map<std::pair<std::string, std::string>, Kept> kept_;
  KeptClient client_;                       // with `fetching_`
};

}  // namespace skypact::server
