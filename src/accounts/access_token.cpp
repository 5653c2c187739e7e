#include "accounts/access_token.h"

#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <algorithm>
#include <array>
#include <optional>

#include "accounts/token_openssl.h"
#include "base/base64.h"
#include "base/text.h"
#include "json/document.h"
#include "json/writer.h"

namespace skypact::accounts {
namespace {

Error refused(std::string message) { return {ErrorCode::refused, std::move(message)}; }

std::span<const std::uint8_t> octets(std::string_view text) { return {bytes_of(text), text.size()}; }

bool is_word(std::string_view text, std::string_view upper_case) { return to_upper(text) == upper_case; }

// The three parts of the compact form (RFC 7515, section 7.1), decoded.
struct Parts {
  std::string header, claims, signature;
  std::string_view signed_text;   // into the token
};

Result<Parts> split(std::string_view token) {
  if (token.size() > TokenLimits::token_bytes) return refused("The token has more than " + std::to_string(TokenLimits::token_bytes) + " bytes.");
  if (std::count(token.begin(), token.end(), '.') != 2) return refused("The token has not three parts with dots between them.");
  const auto first = token.find('.'), last = token.rfind('.');
  auto header = from_base64url(token.substr(0, first)), claims = from_base64url(token.substr(first + 1, last - first - 1)), signature = from_base64url(token.substr(last + 1));
  if (!header || !claims || !signature) return refused("A part of the token is no base64url without padding.");
  if (signature->empty()) return refused("The token has no signature.");
  return Parts{*std::move(header), *std::move(claims), *std::move(signature), token.substr(0, last)};
}

// The key's name, empty where the token names none. What a header says of where keys are to be had ("jwk", "jku",
// "x5c", "x5u") is never looked at: whoever forges a token would write it.
Result<std::string> read_header(std::string_view json) {
  const auto document = json::parse(json, {.bytes = TokenLimits::token_bytes, .depth = TokenLimits::json_depth});
  if (!document || document->root().kind() != json::Kind::object) {
    return refused("The token's header is no JSON object, names something twice or is nested too deep.");
  }
  const json::Value header = document->root(), type = header["typ"], kid = header["kid"];
  if (header["alg"].as_string() != "RS256") return refused("The token's \"alg\" is not RS256, the one algorithm that is accepted.");
  if (header["crit"].exists()) return refused("The token's \"crit\" demands an extension, which is not known here.");
  if (type.exists()) {
    const auto word = type.as_string();
    if (!word || !(is_word(*word, "JWT") || is_word(*word, "AT+JWT") || is_word(*word, "APPLICATION/AT+JWT"))) {
      return refused("The token's \"typ\" is neither JWT nor at+jwt.");
    }
  }
  if (!kid.exists()) return std::string();
  const auto name = kid.as_string();
  if (!name || name->empty() || name->size() > TokenKeyLimits::kid_bytes) {
    return refused("The token's \"kid\" is no text of 1 to " + std::to_string(TokenKeyLimits::kid_bytes) + " bytes.");
  }
  return std::string(*name);
}

std::vector<const TokenKey*> keys_for(const std::string& kid, std::span<const TokenKey> keys) {
  std::vector<const TokenKey*> named, unnamed, all;
  for (const TokenKey& key : keys) {
    all.push_back(&key);
    if (key.kid() == kid) named.push_back(&key);
    if (key.kid().empty()) unnamed.push_back(&key);
  }
  if (kid.empty()) return all;
  return named.empty() ? unnamed : named;
}

int no_passphrase(char*, int, int, void*) { return -1; }   // OpenSSL would ask at the terminal

Result<Pkey> read_private_key(std::string_view pem) {
  if (pem.size() > TokenKeyLimits::pem_bytes) return bad_input("A key's file has at most " + std::to_string(TokenKeyLimits::pem_bytes) + " bytes.");
  if (pem.find("ENCRYPTED") != std::string_view::npos) return bad_input("The private key is locked by a passphrase; a development key must not be.");
  const MemoryBio bio = bio_of(pem);
  Pkey key(bio ? PEM_read_bio_PrivateKey(bio.get(), nullptr, no_passphrase, nullptr) : nullptr);
  if (!key) return bad_input("There is no private key in PEM; make one: openssl genrsa -out FILE 2048");
  if (const auto good = check_rsa(key.get()); !good) return bad_input("The key " + good.error().message + ".");
  return key;
}

std::optional<std::string> sign(std::string_view text, EVP_PKEY* key) {
  const DigestContext context(EVP_MD_CTX_new());
  EVP_PKEY_CTX* padding = nullptr;   // the digest context's own
  std::string signature(static_cast<std::size_t>(EVP_PKEY_get_size(key)), '\0');
  std::size_t size = signature.size();
  if (!context || EVP_DigestSignInit(context.get(), &padding, EVP_sha256(), nullptr, key) != 1 ||
      EVP_PKEY_CTX_set_rsa_padding(padding, RSA_PKCS1_PADDING) != 1 ||
      EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size, bytes_of(text), text.size()) != 1) {
    return std::nullopt;
  }
  signature.resize(size);
  return signature;
}

Result<void> check_claims(const NewToken& claims) {
  if (!is_subject(claims.subject)) return bad_input("The subject is a text of 1 to " + std::to_string(TokenLimits::subject_bytes) + " bytes without control characters.");
  if (claims.audiences.empty() || claims.audiences.size() > TokenLimits::audiences) return bad_input("A token is for 1 to " + std::to_string(TokenLimits::audiences) + " audiences.");
  if (claims.scopes.size() > TokenLimits::scopes) return bad_input("A token has at most " + std::to_string(TokenLimits::scopes) + " scopes.");
  for (const std::string& scope : claims.scopes) {
    if (!is_scope(scope)) return bad_input(quoted(scope) + " is no scope.");
  }
  if (claims.expires_at <= claims.issued_at || to_seconds(claims.expires_at.time_since_epoch()) >= TokenLimits::latest_s) {
    return bad_input("A token expires after it is issued and before the year 2255.");
  }
  return {};
}

std::string header_json(const NewToken& claims) {
  std::string text;
  json::Writer out(text);
  out.begin_object();
  out.field("alg", "RS256");
  out.field("typ", "JWT");
  if (!claims.kid.empty()) out.field("kid", claims.kid);
  out.end_object();
  return text;
}

std::string claims_json(const NewToken& claims) {
  const auto whole = [](Time time) { return std::chrono::floor<seconds>(time).time_since_epoch().count(); };
  std::string text, scope;
  for (const std::string& one : claims.scopes) scope += (scope.empty() ? "" : " ") + one;
  json::Writer out(text);
  out.begin_object();
  out.key("aud");
  if (claims.audiences.size() == 1) {
    out.value(claims.audiences.front());
  } else {
    out.begin_array();
    for (const std::string& audience : claims.audiences) out.value(audience);
    out.end_array();
  }
  out.field("scope", scope);
  if (!claims.issuer.empty()) out.field("iss", claims.issuer);
  out.field("sub", claims.subject);
  out.field("iat", whole(claims.issued_at));
  out.field("exp", whole(claims.expires_at));
  out.end_object();
  return text;
}

}  // namespace

Result<std::string_view> bearer_token(std::string_view header) {
  constexpr std::string_view scheme = "BEARER";
  const auto space = header.find(' ');
  if (header.empty()) return refused("There is no access token: the request has no Authorization header.");
  if (space == std::string_view::npos || !is_word(header.substr(0, space), scheme)) return refused("The Authorization header is not \"Bearer\" and a token.");
  const std::string_view rest = header.substr(std::min(header.find_first_not_of(' ', space), header.size()));
  if (rest.empty() || rest.find_first_of(" \t\r\n,") != std::string_view::npos) return refused("The Authorization header is not \"Bearer\" and one token.");
  return rest;
}

Result<AccessToken> verify(std::string_view token, std::span<const TokenKey> keys, const TokenRules& rules) {
  const auto parts = split(token);
  if (!parts) return parts.error();
  const auto kid = read_header(parts->header);
  if (!kid) return kid.error();
  const auto candidates = keys_for(*kid, keys);
  if (candidates.empty()) return refused(keys.empty() ? "There is no key to check the token with." : "The token is signed by a key that is not known here.");
  const auto has_signed = [&parts](const TokenKey* key) { return key->signed_this(parts->signed_text, parts->signature); };
  if (std::none_of(candidates.begin(), candidates.end(), has_signed)) return refused("The token's signature is not that of a key that is known here.");
  return read_claims(parts->claims, rules);
}

Result<std::string> sign_token(const NewToken& claims, std::string_view private_key_pem) {
  const QuietErrors quiet;
  if (const auto good = check_claims(claims); !good) return good.error();
  const auto key = read_private_key(private_key_pem);
  if (!key) return key.error();
  std::string token = to_base64url(octets(header_json(claims))) + '.' + to_base64url(octets(claims_json(claims)));
  const auto signature = sign(token, key->get());
  if (!signature) return Error{ErrorCode::internal, "OpenSSL cannot sign."};
  token += '.' + to_base64url(octets(*signature));
  if (token.size() > TokenLimits::token_bytes) return bad_input("The token would have more than " + std::to_string(TokenLimits::token_bytes) + " bytes.");
  return token;
}

}  // namespace skypact::accounts
