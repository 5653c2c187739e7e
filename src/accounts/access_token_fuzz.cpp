// No input is a token of a key that others hold, and claims that are accepted are what the rules say.

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "accounts/access_token.h"
#include "base/check.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace skypact;
  using namespace skypact::accounts;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const TokenRules rules{{"host.example"}, Time(seconds(1'300'000'000)), seconds(5)};
  // The key of RFC 7515, appendix A.2. Its published token has no "sub".
  static const std::vector<TokenKey> keys =
      read_jwks(R"({"keys":[{"kty":"RSA","e":"AQAB","n":"ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ"}]})")
          ->keys;
  SKYPACT_CHECK(keys.size() == 1);
  SKYPACT_CHECK(!verify(text, keys, rules));
  if (const auto token = bearer_token(text)) SKYPACT_CHECK(!token->empty() && !verify(*token, keys, rules));
  if (const auto claims = read_claims(text, rules)) {
    SKYPACT_CHECK(is_subject(claims->subject));
    SKYPACT_CHECK(claims->audience == "host.example");
    SKYPACT_CHECK(rules.now < claims->expires_at + rules.leeway);
    for (const auto& scope : claims->scopes) SKYPACT_CHECK(is_scope(scope));
  }
  if (const auto key = TokenKey::from_pem(text)) SKYPACT_CHECK(key->bits() >= TokenKeyLimits::fewest_bits);
  if (const auto set = read_jwks(text)) {
    for (const TokenKey& key : set->keys) SKYPACT_CHECK(key.bits() >= TokenKeyLimits::fewest_bits && key.bits() <= TokenKeyLimits::most_bits);
  }
  return 0;
}
