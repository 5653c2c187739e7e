#include "accounts/token_key.h"

#include <openssl/core_names.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <optional>

#include "accounts/secret.h"
#include "accounts/token_openssl.h"
#include "base/base64.h"
#include "base/check.h"
#include "base/text.h"
#include "json/document.h"

namespace skypact::accounts {
namespace {

using Limits = TokenKeyLimits;
using ParameterBuilder = std::unique_ptr<OSSL_PARAM_BLD, OpensslFree<OSSL_PARAM_BLD_free>>;
using Parameters = std::unique_ptr<OSSL_PARAM, OpensslFree<OSSL_PARAM_free>>;
using Certificate = std::unique_ptr<X509, OpensslFree<X509_free>>;

constexpr std::string_view begin_mark = "-----BEGIN ";

struct PemBlock {
  std::string label, der;
};

std::optional<PemBlock> read_block(std::string_view pem) {
  const MemoryBio bio = bio_of(pem);
  char *label = nullptr, *header = nullptr;
  unsigned char* data = nullptr;
  long size = 0;
  if (!bio || PEM_read_bio(bio.get(), &label, &header, &data, &size) != 1) return std::nullopt;
  PemBlock block{label, std::string(reinterpret_cast<const char*>(data), static_cast<std::size_t>(size))};
  OPENSSL_free(label);
  OPENSSL_free(header);
  OPENSSL_free(data);
  return block;
}

// What is left behind the DER would be read by another reader as something else.
Pkey read_public_key(const std::string& der) {
  const unsigned char* at = bytes_of(der);
  Pkey key(d2i_PUBKEY(nullptr, &at, static_cast<long>(der.size())));
  return at == bytes_of(der) + der.size() ? std::move(key) : nullptr;
}

Pkey read_certificate(const std::string& der) {
  const unsigned char* at = bytes_of(der);
  const Certificate certificate(d2i_X509(nullptr, &at, static_cast<long>(der.size())));
  if (!certificate || at != bytes_of(der) + der.size()) return nullptr;
  return Pkey(X509_get_pubkey(certificate.get()));
}

Pkey rsa_of(std::string_view modulus, std::string_view exponent) {
  const BigNumber n(BN_bin2bn(bytes_of(modulus), static_cast<int>(modulus.size()), nullptr));
  const BigNumber e(BN_bin2bn(bytes_of(exponent), static_cast<int>(exponent.size()), nullptr));
  const ParameterBuilder builder(OSSL_PARAM_BLD_new());
  if (!n || !e || !builder || OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get()) != 1 ||
      OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get()) != 1) {
    return nullptr;
  }
  const Parameters parameters(OSSL_PARAM_BLD_to_param(builder.get()));
  const PkeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, "RSA", nullptr));
  EVP_PKEY* key = nullptr;
  if (!parameters || !context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, parameters.get()) != 1) {
    return nullptr;
  }
  return Pkey(key);
}

BigNumber number_of(const EVP_PKEY* key, const char* name) {
  BIGNUM* number = nullptr;
  return EVP_PKEY_get_bn_param(key, name, &number) == 1 ? BigNumber(number) : nullptr;
}

constexpr std::string_view private_members[] = {"d", "p", "q", "dp", "dq", "qi", "oth", "k"};

// Why a key of a set is not for us; nullopt where it may be.
std::optional<std::string> not_for_us(json::Value key) {
  if (key.kind() != json::Kind::object) return "is no object";
  for (const std::string_view name : private_members) {
    if (key[name].exists()) return "shows its private half, \"" + std::string(name) + "\", so whoever reads the set can sign with it; publish a new key's public half";
  }
  if (key["kty"].as_string() != "RSA") return "is no RSA key";
  if (key["use"].exists() && key["use"].as_string() != "sig") return "is not for signatures (\"use\")";
  if (key["alg"].exists() && key["alg"].as_string() != "RS256") return "is for another algorithm than RS256";
  if (!key["key_ops"].exists()) return std::nullopt;
  for (const json::Value operation : key["key_ops"].elements()) {
    if (operation.as_string() == "verify") return std::nullopt;
  }
  return "is not for checking signatures (\"key_ops\")";
}

Result<TokenKey> read_jwk(json::Value key) {
  if (auto why = not_for_us(key)) return bad_input(*why);
  const auto kid = key["kid"].exists() ? key["kid"].as_string() : std::string_view();
  if (!kid || kid->size() > Limits::kid_bytes) return bad_input("has a \"kid\" that is no text of at most " + std::to_string(Limits::kid_bytes) + " bytes");
  const auto modulus = from_base64url(key["n"].as_string().value_or("")), exponent = from_base64url(key["e"].as_string().value_or(""));
  if (!modulus || !exponent || modulus->empty() || exponent->empty()) return bad_input("lacks \"n\" or \"e\" as base64url");
  return TokenKey::from_numbers(*modulus, *exponent, std::string(*kid));
}

std::string name_of(json::Value key, std::size_t position) {
  const auto kid = key["kid"].as_string();
  return "Key " + std::to_string(position) + (kid ? ", " + quoted(*kid) + "," : "");
}

}  // namespace

struct TokenKey::Material {
  Pkey key;
};

Result<void> check_rsa(const EVP_PKEY* key) {
  // "RSA-PSS" keys are another type: they must not sign by PKCS #1 v1.5.
  if (EVP_PKEY_is_a(key, "RSA") != 1) return bad_input("is no RSA key");
  const int bits = EVP_PKEY_get_bits(key);
  if (bits < Limits::fewest_bits || bits > Limits::most_bits) {
    return bad_input("has " + std::to_string(bits) + " bits; " + std::to_string(Limits::fewest_bits) + " to " + std::to_string(Limits::most_bits) + " are accepted");
  }
  const BigNumber n = number_of(key, OSSL_PKEY_PARAM_RSA_N), e = number_of(key, OSSL_PKEY_PARAM_RSA_E);
  if (!n || !e || !BN_is_odd(n.get())) return bad_input("has an even modulus");
  const bool fits = BN_num_bits(e.get()) <= Limits::most_exponent_bits && BN_get_word(e.get()) >= Limits::smallest_exponent;
  if (!fits || !BN_is_odd(e.get())) return bad_input("has a public exponent that is not odd, from 65537 and below 2^32");
  return {};
}

Result<TokenKey> TokenKey::from_pem(std::string_view pem) {
  const QuietErrors quiet;
  if (pem.size() > Limits::pem_bytes) return Error{ErrorCode::over_limit, "A key's file has at most " + std::to_string(Limits::pem_bytes) + " bytes."};
  const auto begin = pem.find(begin_mark);
  if (begin == std::string_view::npos) return bad_input("There is no PEM text, which begins with -----BEGIN PUBLIC KEY-----.");
  if (pem.find(begin_mark, begin + 1) != std::string_view::npos) return bad_input("There are several PEM blocks; one file holds one key.");
  if (pem.find("PRIVATE KEY-----") != std::string_view::npos) {
    return bad_input("This is a private key, which only who signs may have; take its public half: openssl rsa -in FILE -pubout");
  }
  const auto block = read_block(pem);
  if (!block) return bad_input("The PEM text is damaged.");
  Pkey key = block->label == "PUBLIC KEY" ? read_public_key(block->der) : block->label == "CERTIFICATE" ? read_certificate(block->der) : nullptr;
  if (!key) return bad_input("The PEM text is no PUBLIC KEY and no CERTIFICATE that can be read.");
  if (const auto good = check_rsa(key.get()); !good) return bad_input("The key " + good.error().message + ".");
  return TokenKey(std::make_shared<const Material>(Material{std::move(key)}), {});
}

Result<TokenKey> TokenKey::from_numbers(std::string_view modulus, std::string_view exponent, std::string kid) {
  const QuietErrors quiet;
  // With room for a zero in front, which some writers put there.
  constexpr std::size_t most_bytes = Limits::most_bits / 8 + 1;
  if (modulus.size() > most_bytes || exponent.size() > most_bytes) return bad_input("has more than " + std::to_string(Limits::most_bits) + " bits");
  Pkey key = rsa_of(modulus, exponent);
  if (!key) return bad_input("is no RSA key that OpenSSL takes");
  if (const auto good = check_rsa(key.get()); !good) return good.error();
  return TokenKey(std::make_shared<const Material>(Material{std::move(key)}), std::move(kid));
}

int TokenKey::bits() const { return EVP_PKEY_get_bits(material_->key.get()); }

std::string TokenKey::fingerprint() const {
  unsigned char* der = nullptr;
  const int size = i2d_PUBKEY(material_->key.get(), &der);
  SKYPACT_CHECK(size > 0);
  const Digest digest = sha256({reinterpret_cast<const char*>(der), static_cast<std::size_t>(size)});
  OPENSSL_free(der);
  return to_hex(digest);
}

bool TokenKey::signed_this(std::string_view text, std::string_view signature) const {
  const QuietErrors quiet;
  EVP_PKEY* key = material_->key.get();
  if (signature.size() != static_cast<std::size_t>(EVP_PKEY_get_size(key))) return false;   // as OpenSSL asks too
  const DigestContext context(EVP_MD_CTX_new());
  EVP_PKEY_CTX* padding = nullptr;   // the digest context's own
  return context && EVP_DigestVerifyInit(context.get(), &padding, EVP_sha256(), nullptr, key) == 1 &&
         EVP_PKEY_CTX_set_rsa_padding(padding, RSA_PKCS1_PADDING) == 1 &&
         EVP_DigestVerify(context.get(), bytes_of(signature), signature.size(), bytes_of(text), text.size()) == 1;
}

Result<TokenKeySet> read_jwks(std::string_view text) {
  const auto document = json::parse(text, {.bytes = Limits::jwks_bytes, .depth = 8});
  if (!document) return document.error();
  const json::Value keys = document->root()["keys"];
  if (keys.kind() != json::Kind::array) return bad_input("A key set is an object with an array \"keys\".");
  if (keys.size() > Limits::jwks_keys) return Error{ErrorCode::over_limit, "A key set has at most " + std::to_string(Limits::jwks_keys) + " keys."};
  TokenKeySet set;
  std::size_t position = 0;
  for (const json::Value key : keys.elements()) {
    ++position;
    if (auto read = read_jwk(key)) {
      set.keys.push_back(*std::move(read));
    } else {
      set.notes.push_back(name_of(key, position) + " is left out: it " + read.error().message + ".");
    }
  }
  return set;
}

}  // namespace skypact::accounts
