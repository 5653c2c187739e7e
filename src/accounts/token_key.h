#pragma once
// TokenKey: the public half of an RSA key that access tokens are signed with, and the one algorithm it is for, RS256
// (RSASSA-PKCS1-v1_5 with SHA-256; RFC 7518, section 3.3). A token never chooses the algorithm.
//
//     auto key = TokenKey::from_pem(text);         // "-----BEGIN PUBLIC KEY-----" or "-----BEGIN CERTIFICATE-----"
//     auto set = read_jwks(answer);                // RFC 7517; what is not for us is left out, and a note says why
//     if (key->signed_this(text, signature)) …
//
// Plain values that share what OpenSSL holds; a key may be used by several threads at once.

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace skypact::accounts {

struct TokenKeyLimits {
  static constexpr int fewest_bits = 2048;
  static constexpr int most_bits = 8192;                        // what is longer costs more time than it is worth
  static constexpr unsigned long smallest_exponent = 65537;
  static constexpr int most_exponent_bits = 32;                 // a check takes as long as the exponent is
  static constexpr std::size_t pem_bytes = std::size_t{64} << 10;
  static constexpr std::size_t jwks_bytes = std::size_t{256} << 10;
  static constexpr std::size_t jwks_keys = 100;
  static constexpr std::size_t kid_bytes = 256;
};

class TokenKey {
 public:
  // One block, a SubjectPublicKeyInfo or a certificate, whose dates and issuer are not looked at. Errors: bad_input (a
  // private key too: it does not belong here), over_limit.
  static Result<TokenKey> from_pem(std::string_view pem);
  // The two numbers as unsigned big-endian bytes. Errors: bad_input.
  static Result<TokenKey> from_numbers(std::string_view modulus, std::string_view exponent, std::string kid);

  // Empty where the key has no name: then it is tried for every token.
  [[nodiscard]] const std::string& kid() const { return kid_; }
  [[nodiscard]] int bits() const;
  // SHA-256 of the SubjectPublicKeyInfo in hex, as openssl prints it: the same key whatever it is called.
  [[nodiscard]] std::string fingerprint() const;
  [[nodiscard]] bool signed_this(std::string_view text, std::string_view signature) const;

 private:
  struct Material;
  TokenKey(std::shared_ptr<const Material> material, std::string kid) : material_(std::move(material)), kid_(std::move(kid)) {}

  std::shared_ptr<const Material> material_;
  std::string kid_;
};

struct TokenKeySet {
  std::vector<TokenKey> keys;        // in the order of the text; may be none
  std::vector<std::string> notes;    // a sentence for each key that was left out
};

// Errors: bad_input where it is no key set at all, over_limit. A key that shows its private half is left out: whoever
// reads the set can sign with it.
Result<TokenKeySet> read_jwks(std::string_view text);

}  // namespace skypact::accounts
