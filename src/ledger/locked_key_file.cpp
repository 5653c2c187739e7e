#include "ledger/locked_key_file.h"

#include <fmt/format.h>
#include <sodium.h>

#include <array>

#include "base/base64.h"
#include "base/check.h"
#include "base/utf8.h"
#include "json/canonical.h"
#include "json/fields.h"
#include "json/writer.h"

namespace skypact::ledger {
namespace {

constexpr int format_version = 1;
constexpr std::size_t longest_text = 4'000;
using Salt = std::array<std::uint8_t, crypto_pwhash_SALTBYTES>;
using Nonce = std::array<std::uint8_t, crypto_aead_xchacha20poly1305_ietf_NPUBBYTES>;

void need_sodium() {
  static const bool ready = sodium_init() >= 0;
  SKYPACT_CHECK(ready);
}

// Wiped at the end.
struct Secret {
  std::string bytes;
  ~Secret() { sodium_memzero(bytes.data(), bytes.size()); }
};

struct Locked {
  VerifierKey key;
  std::string key_text;
  LockCost cost;
  Salt salt{};
  Nonce nonce{};
  std::string text;  // locked
};

// false: there is not memory enough.
bool derive(Secret& key, std::string_view passphrase, const Salt& salt, const LockCost& cost) {
  key.bytes.resize(crypto_aead_xchacha20poly1305_ietf_KEYBYTES);
  return crypto_pwhash(reinterpret_cast<unsigned char*>(key.bytes.data()), key.bytes.size(), passphrase.data(), passphrase.size(), salt.data(), cost.operations,
                       static_cast<std::size_t>(cost.memory_bytes), crypto_pwhash_ALG_ARGON2ID13) == 0;
}

Error no_memory(const LockCost& cost) {
  return {ErrorCode::over_limit, fmt::format("there is not enough memory for the passphrase: {} MiB are needed", cost.memory_bytes >> 20)};
}

template <std::size_t N>
void read_bytes(json::Fields& fields, std::string_view name, std::array<std::uint8_t, N>& bytes) {
  const auto text = fields.text(name, 1, 4 * N, json::required);
  const auto read = text ? from_base64(*text) : std::nullopt;
  if (!text) return;
  if (!read || read->size() != N) return fields.refuse(name, fmt::format("is not the base 64 of {} bytes", N));
  std::copy(read->begin(), read->end(), bytes.begin());
}

Result<Locked> parse(std::string_view text) {
  if (text.size() > longest_text) return Error{ErrorCode::over_limit, fmt::format("a locked key has at most {} bytes", longest_text)};
  const auto document = json::parse(text, {.bytes = longest_text, .depth = 4});
  if (!document) return bad_input("this is no locked key: it is not JSON");   // nothing of it is quoted
  json::Fields fields(document->root());
  const auto format = fields.text("format", 1, 64, json::required);
  if (format && *format != "skypact-locked-key") fields.refuse("format", "is not skypact-locked-key");
  const auto v = fields.integer("v", 0, 1'000'000, json::required);
  if (v && *v != format_version) fields.refuse("v", fmt::format("this program reads version {}; a newer skypact reads {}", format_version, *v));
  const auto key_text = fields.text("verifier_key", 1, 1'000, json::required);
  const json::Value kdf = fields.object("kdf", json::required), cipher = fields.object("cipher", json::required);
  fields.refuse_unknown();
  if (fields.error()) return *fields.error();
  auto key = parse_verifier_key(*key_text);
  if (!key) return std::move(key).error().within("verifier_key");
  Locked locked{std::move(*key), std::string(*key_text), {}, {}, {}, {}};

  json::Fields how(kdf);
  how.word("name", {"argon2id"}, json::required);
  const auto operations = how.integer("operations", 1, LockLimits::operations, json::required);
  const auto memory = how.integer("memory_bytes", LockLimits::least_memory_bytes, LockLimits::memory_bytes, json::required);
  read_bytes(how, "salt", locked.salt);
  how.refuse_unknown();
  if (how.error()) return Error(*how.error()).within("kdf");
  locked.cost = {static_cast<std::uint64_t>(*operations), static_cast<std::uint64_t>(*memory)};

  json::Fields box(cipher);
  box.word("name", {"xchacha20-poly1305"}, json::required);
  read_bytes(box, "nonce", locked.nonce);
  const auto sealed = box.text("text", 1, 2'000, json::required);
  const auto bytes = sealed ? from_base64(*sealed) : std::nullopt;
  if (sealed && (!bytes || bytes->size() <= crypto_aead_xchacha20poly1305_ietf_ABYTES)) box.refuse("text", "is not the base 64 of a locked key");
  box.refuse_unknown();
  if (box.error()) return Error(*box.error()).within("cipher");
  locked.text = *bytes;
  return locked;
}

std::string to_text(const Locked& locked) {
  std::string text;
  json::Writer out(text);
  out.begin_object();
  out.key("cipher");
  out.begin_object();
  out.field("name", "xchacha20-poly1305");
  out.field("nonce", skypact::to_base64(locked.nonce));
  out.field("text", skypact::to_base64(as_bytes(locked.text)));
  out.end_object();
  out.field("format", "skypact-locked-key");
  out.key("kdf");
  out.begin_object();
  out.field("memory_bytes", locked.cost.memory_bytes);
  out.field("name", "argon2id");
  out.field("operations", locked.cost.operations);
  out.field("salt", skypact::to_base64(locked.salt));
  out.end_object();
  out.field("v", format_version);
  out.field("verifier_key", locked.key_text);
  out.end_object();
  const auto document = json::parse(text);
  SKYPACT_CHECK(document.has_value());
  return json::canonical(document->root()).value() + '\n';
}

const unsigned char* octets(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

}  // namespace

Result<void> check_passphrase(std::string_view passphrase) {
  if (!is_utf8(passphrase)) return bad_input("the passphrase is not UTF-8; another program could not repeat it");
  if (passphrase.size() > LockLimits::longest_passphrase) {
    return Error{ErrorCode::refused, fmt::format("a passphrase has at most {} bytes", LockLimits::longest_passphrase)};
  }
  std::size_t characters = 0;
  for (std::string_view rest = passphrase; !rest.empty(); ++characters) rest.remove_prefix(utf8_length(rest));
  if (characters < LockLimits::shortest_passphrase) {
    return Error{ErrorCode::refused, fmt::format("a passphrase has at least {} characters; four or five words make a good one", LockLimits::shortest_passphrase)};
  }
  return {};
}

Result<std::string> lock_key(const SigningKey& key, std::string_view passphrase, const LockCost& cost) {
  SKYPACT_CHECK(check_passphrase(passphrase).has_value());
  need_sodium();
  Locked locked{key.verifier(), to_string(key.verifier()), cost, {}, {}, {}};
  randombytes_buf(locked.salt.data(), locked.salt.size());
  randombytes_buf(locked.nonce.data(), locked.nonce.size());
  Secret derived;
  if (!derive(derived, passphrase, locked.salt, cost)) return no_memory(cost);
  const Secret plain{key.secret_text()};
  locked.text.resize(plain.bytes.size() + crypto_aead_xchacha20poly1305_ietf_ABYTES);
  // The public half is bound to the private one: neither can be exchanged.
  crypto_aead_xchacha20poly1305_ietf_encrypt(reinterpret_cast<unsigned char*>(locked.text.data()), nullptr, octets(plain.bytes), plain.bytes.size(),
                                             octets(locked.key_text), locked.key_text.size(), nullptr, locked.nonce.data(), octets(derived.bytes));
  return to_text(locked);
}

Result<SigningKey> unlock_key(std::string_view text, std::string_view passphrase) {
  need_sodium();
  const auto locked = parse(text);
  if (!locked) return locked.error();
  if (passphrase.size() > LockLimits::longest_passphrase) return Error{ErrorCode::refused, "the passphrase does not open this key"};
  Secret derived;
  if (!derive(derived, passphrase, locked->salt, locked->cost)) return no_memory(locked->cost);
  Secret plain;
  plain.bytes.resize(locked->text.size() - crypto_aead_xchacha20poly1305_ietf_ABYTES);
  if (crypto_aead_xchacha20poly1305_ietf_decrypt(reinterpret_cast<unsigned char*>(plain.bytes.data()), nullptr, nullptr, octets(locked->text), locked->text.size(),
                                                 octets(locked->key_text), locked->key_text.size(), locked->nonce.data(), octets(derived.bytes)) != 0) {
    return Error{ErrorCode::refused, "the passphrase does not open this key, or the file was changed"};
  }
  auto key = SigningKey::parse(plain.bytes);
  if (!key) return bad_input("what is locked in this file is no private key");
  if (key->verifier() != locked->key) return bad_input("the key that is locked in this file is not the one written on it");
  return key;
}

Result<VerifierKey> locked_key_of(std::string_view text) {
  auto locked = parse(text);
  if (!locked) return locked.error();
  return std::move(locked->key);
}

bool is_locked_key(std::string_view text) { return text.starts_with('{'); }

}  // namespace skypact::ledger
