#include "ledger/key.h"

#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>
#include <utility>

#include "base/base64.h"
#include "base/check.h"
#include "base/text.h"
#include "base/utf8.h"

namespace skypact::ledger {
namespace {

static_assert(std::tuple_size_v<Ed25519Signature> == crypto_sign_BYTES);
constexpr std::size_t seed_size = crypto_sign_SEEDBYTES;

void need_sodium() {
  static const bool ready = sodium_init() >= 0;
  SKYPACT_CHECK(ready);
}

// Unicode's White_Space property, as UTF-8.
bool begins_with_space(std::string_view text) {
  const unsigned char first = static_cast<unsigned char>(text[0]);
  if (first == ' ' || (first >= '\t' && first <= '\r')) return true;
  for (const std::string_view space : {"\xC2\x85", "\xC2\xA0", "\xE1\x9A\x80", "\xE2\x80\xA8", "\xE2\x80\xA9", "\xE2\x80\xAF", "\xE2\x81\x9F", "\xE3\x80\x80"}) {
    if (text.starts_with(space)) return true;
  }
  return text.size() >= 3 && text.starts_with("\xE2\x80") && static_cast<unsigned char>(text[2]) <= 0x8A;  // U+2000 to U+200A
}

struct KeyText {
  std::string name;
  KeyType type;
  std::string bytes;  // behind the type
  std::uint32_t id;
};

// The two text forms share their tail: name+id+base64(type ‖ 32 bytes).
Result<KeyText> parse_tail(std::string_view text) {
  const auto name_end = text.find('+');
  const auto id_end = name_end == text.npos ? text.npos : text.find('+', name_end + 1);
  if (id_end == text.npos) return bad_input("a key is written name+id+base64");
  const std::string_view name = text.substr(0, name_end), id = text.substr(name_end + 1, id_end - name_end - 1);
  if (!is_key_name(name)) return bad_input("a key's name is not empty and has no spaces");
  const bool eight_digits = id.size() == 8 && std::all_of(id.begin(), id.end(), [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
  if (!eight_digits) return bad_input("a key's id is eight hexadecimal digits in lower case");
  auto bytes = from_base64(text.substr(id_end + 1));
  if (!bytes || bytes->empty()) return bad_input("the key's last part is not base 64");
  const auto type = static_cast<std::uint8_t>(bytes->front());
  if (type == 0x06) return bad_input("a key of type 6, ML-DSA-44, is not supported yet");
  if (type != static_cast<std::uint8_t>(KeyType::ed25519) && type != static_cast<std::uint8_t>(KeyType::cosignature)) {
    return bad_input(fmt::format("a key of type {} is not supported; 1 (Ed25519) and 4 (cosignature) are", type));
  }
  if (bytes->size() != 33) return bad_input(fmt::format("the key has {} bytes, 32 are expected", bytes->size() - 1));
  return KeyText{std::string(name), static_cast<KeyType>(type), bytes->substr(1), *parse_hex(id)};
}

}  // namespace

bool is_key_name(std::string_view name) {
  if (name.empty()) return false;
  while (!name.empty()) {
    const std::size_t length = utf8_length(name);
    const auto first = static_cast<unsigned char>(name[0]);
    if (length == 0 || first < 0x20 || name[0] == '+' || begins_with_space(name)) return false;
    name.remove_prefix(length);
  }
  return true;
}

std::uint32_t VerifierKey::id() const {
  std::string text = name + '\n';
  text += static_cast<char>(type);
  text.append(reinterpret_cast<const char*>(public_key.data()), public_key.size());
  const Hash hash = sha256(as_bytes(text));
  return std::uint32_t{hash.bytes[0]} << 24 | std::uint32_t{hash.bytes[1]} << 16 | std::uint32_t{hash.bytes[2]} << 8 | hash.bytes[3];
}

Result<VerifierKey> parse_verifier_key(std::string_view text) {
  const auto parts = parse_tail(text);
  if (!parts) return parts.error();
  VerifierKey key{parts->name, parts->type, {}};
  std::copy(parts->bytes.begin(), parts->bytes.end(), key.public_key.begin());
  if (key.id() != parts->id) return bad_input(fmt::format("the key's id is {:08x}, not {:08x} as written: a character was changed", key.id(), parts->id));
  return key;
}

std::string to_string(const VerifierKey& key) {
  std::string bytes(1, static_cast<char>(key.type));
  bytes.append(reinterpret_cast<const char*>(key.public_key.data()), key.public_key.size());
  return fmt::format("{}+{:08x}+{}", key.name, key.id(), skypact::to_base64(as_bytes(bytes)));
}

bool is_signed_by(const VerifierKey& key, Bytes message, Bytes signature) {
  need_sodium();
  return signature.size() == crypto_sign_BYTES &&
         crypto_sign_verify_detached(signature.data(), message.data(), message.size(), key.public_key.data()) == 0;
}

SigningKey::SigningKey(std::string name, KeyType type, const std::array<std::uint8_t, 32>& seed) : verifier_{std::move(name), type, {}} {
  need_sodium();
  secret_ = static_cast<std::uint8_t*>(sodium_malloc(crypto_sign_SECRETKEYBYTES));
  SKYPACT_CHECK(secret_ != nullptr);  // no memory left that may be locked
  crypto_sign_seed_keypair(verifier_.public_key.data(), secret_, seed.data());
  sodium_mprotect_readonly(secret_);
}

SigningKey::SigningKey(SigningKey&& other) noexcept : verifier_(std::move(other.verifier_)), secret_(std::exchange(other.secret_, nullptr)) {}
SigningKey& SigningKey::operator=(SigningKey&& other) noexcept {
  std::swap(verifier_, other.verifier_);
  std::swap(secret_, other.secret_);
  return *this;
}
SigningKey::~SigningKey() { sodium_free(secret_); }

SigningKey SigningKey::generate(std::string name, KeyType type) {
  SKYPACT_CHECK(is_key_name(name));
  need_sodium();
  std::array<std::uint8_t, 32> seed;
  randombytes_buf(seed.data(), seed.size());
  SigningKey key(std::move(name), type, seed);
  sodium_memzero(seed.data(), seed.size());
  return key;
}

Result<SigningKey> SigningKey::parse(std::string_view text) {
  constexpr std::string_view lead = "PRIVATE+KEY+";
  if (!text.starts_with(lead)) return bad_input("a private key begins with PRIVATE+KEY+");
  auto parts = parse_tail(text.substr(lead.size()));
  if (!parts) return parts.error();
  std::array<std::uint8_t, seed_size> seed;
  std::copy(parts->bytes.begin(), parts->bytes.end(), seed.begin());
  SigningKey key(parts->name, parts->type, seed);
  sodium_memzero(seed.data(), seed.size());
  sodium_memzero(parts->bytes.data(), parts->bytes.size());
  if (key.verifier().id() != parts->id) return bad_input("the private key does not have the id that is written beside it: a character was changed");
  return key;
}

Ed25519Signature SigningKey::sign(Bytes message) const {
  SKYPACT_CHECK(secret_ != nullptr);
  Ed25519Signature signature;
  crypto_sign_detached(signature.data(), nullptr, message.data(), message.size(), secret_);
  return signature;
}

std::string SigningKey::secret_text() const {
  SKYPACT_CHECK(secret_ != nullptr);
  std::string bytes(1, static_cast<char>(verifier_.type));
  bytes.append(reinterpret_cast<const char*>(secret_), seed_size);
  std::string text = fmt::format("PRIVATE+KEY+{}+{:08x}+{}", verifier_.name, verifier_.id(), skypact::to_base64(as_bytes(bytes)));
  sodium_memzero(bytes.data(), bytes.size());
  return text;
}

}  // namespace skypact::ledger
