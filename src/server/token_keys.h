#pragma once
// TokenKeys: checks access tokens with the keys of files and of a key set that a thread fetches again and again.
//
//     TokenKeys keys({.files = {"auth.pem"}, .jwks = "https://auth.example/jwks.json", .audiences = {"dss.north.example"}});
//     const auto caller = keys.caller(request.header("Authorization"), now);
//     if (!caller) return unauthorized(caller.error());
//
// A token that was found good is known again without its signature, as long as the keys are the same and it holds. Thread-safe.

#include <condition_variable>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "accounts/access_token.h"
#include "accounts/token_key_ring.h"
#include "base/result.h"
#include "base/time.h"
#include "ledger/hash.h"
#include "server/http_client.h"

namespace skypact::server {

struct TokenKeysLimits {
  static constexpr Duration fetch_every = minutes(1);
  static constexpr Duration fetch_time = seconds(10);
  static constexpr std::size_t known_tokens = 4096;
};

struct TokenKeysOptions {
  std::vector<std::filesystem::path> files;   // PEM
  std::string jwks{};                         // URL; empty: none
  std::vector<std::string> audiences;
  Duration fetch_every = TokenKeysLimits::fetch_every;
};

class TokenKeys {
 public:
  // Errors: what is wrong with a file. The key set is fetched at once, and not waited for.
  static Result<std::unique_ptr<TokenKeys>> start(TokenKeysOptions options);
  ~TokenKeys();
  TokenKeys(const TokenKeys&) = delete;
  TokenKeys& operator=(const TokenKeys&) = delete;

  // Whose token an Authorization header has. Errors: refused.
  Result<accounts::AccessToken> caller(std::string_view authorization, Time now);
  // Reads the files again. On an error the keys stay.
  Result<void> reload();
  // Of the files and the key set, now.
  [[nodiscard]] std::size_t count() const;

 private:
  explicit TokenKeys(TokenKeysOptions options) : options_(std::move(options)) {}
  void run();

  const TokenKeysOptions options_;
  accounts::TokenKeyRing ring_;
  KeptClient client_;

  std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;
  std::shared_ptr<const accounts::TokenKeyRing::Keys> known_by_;   // the keys by which the tokens below are known
  std::map<ledger::Hash, accounts::AccessToken> known_;            // by the SHA-256 of the token
  std::thread thread_;
};

}  // namespace skypact::server
