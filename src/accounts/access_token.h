#pragma once
// Access tokens of the UTM interfaces (ASTM F3548-21, F3411): JSON Web Tokens (RFC 7519) signed by RS256. What is
// accepted, what is refused and why: docs/formats/tokens.md.
//
//     const auto token = bearer_token(request["Authorization"]);
//     const auto caller = token ? verify(*token, keys, {.audiences = {"uss.north.example"}, .now = now}) : token.error();
//     if (!caller) …                                                   // 401 with caller.error().message
//     if (!caller->scopes.contains("utm.strategic_coordination")) …    // 403
//
// "iss" is not checked: who holds one of the keys is trusted. Pure; any thread.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "accounts/token_claims.h"
#include "accounts/token_key.h"
#include "base/result.h"
#include "base/time.h"

namespace skypact::accounts {

// The token of an Authorization header's value: "Bearer TOKEN", the first word in any case. The view is into `header`.
// Errors: refused.
Result<std::string_view> bearer_token(std::string_view header);

// Where the token names a key ("kid"), the keys of that name are tried, and where there are none of it, those without
// a name; where it names none, all. Nothing of the claims is looked at before the signature is found good. Errors:
// refused, with a sentence for the log and the answer, which quotes nothing of the token but its times.
Result<AccessToken> verify(std::string_view token, std::span<const TokenKey> keys, const TokenRules& rules);

struct NewToken {
  std::string subject;
  std::vector<std::string> audiences, scopes;
  std::string issuer, kid;              // left out where empty
  Time issued_at{}, expires_at{};       // written in whole seconds
};

// For development and tests: real tokens come of an authorization server. Errors: bad_input, for a claim that verify()
// would refuse too, and for a private key that is locked, no RSA key or outside TokenKeyLimits.
Result<std::string> sign_token(const NewToken& claims, std::string_view private_key_pem);

}  // namespace skypact::accounts
