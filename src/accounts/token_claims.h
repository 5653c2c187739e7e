#pragma once
// The claims of an access token (RFC 7519, section 4) as far as a server of the UTM interfaces acts on them.
//
// read_claims() judges bytes whose signature was found good; whoever has a token calls verify() of access_token.h.
// Pure; any thread.

#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace skypact::accounts {

struct TokenLimits {
  static constexpr std::size_t token_bytes = std::size_t{8} << 10;
  static constexpr std::size_t json_depth = 8;
  static constexpr std::size_t subject_bytes = 256;
  static constexpr std::size_t audiences = 64;
  static constexpr std::size_t scopes = 64;
  static constexpr double latest_s = 9e9;   // the year 2255; the end of what Time holds is near
};

// Two clocks may differ by this much: TimeSyncMaxDifferential of ASTM F3548-21.
inline constexpr Duration default_leeway = seconds(5);

struct TokenRules {
  std::vector<std::string> audiences;   // the token must be for one of these, letter by letter
  Time now{};
  Duration leeway = default_leeway;     // within [0, 1 day]
};

struct AccessToken {
  std::string subject;                            // who calls: the manager or owner in F3548 and F3411
  std::set<std::string, std::less<>> scopes;
  Time expires_at{};                              // as the token says it, without leeway
  std::string audience;                           // the first of the token's that is one of ours
};

// Errors: refused, with a sentence that quotes nothing of the token but its times.
Result<AccessToken> read_claims(std::string_view json, const TokenRules& rules);

// What a claim may hold; for makers of tokens too.
[[nodiscard]] bool is_subject(std::string_view text);   // 1 to 256 bytes of UTF-8 without control characters
[[nodiscard]] bool is_scope(std::string_view text);     // a scope-token of RFC 6749, section 3.3

}  // namespace skypact::accounts
