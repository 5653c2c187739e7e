#include "accounts/secret.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <sodium.h>

#include <algorithm>

#include "base/check.h"
#include "base/text.h"
#include "base/utf8.h"

namespace skypact::accounts {
namespace {

constexpr std::string_view base32_letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
constexpr Duration totp_period = seconds(30);
// Parameters that a hash in our file may ask for; a file that somebody changed must not cost all memory.
constexpr std::uint64_t most_passes = 20;
constexpr std::uint64_t most_memory_kib = std::uint64_t{1} << 20;

void ready() {
  static const bool is_ready = sodium_init() >= 0;
  SKYPACT_CHECK(is_ready);
}

std::string only_letters(std::string_view text) {
  std::string out;
  for (const char c : to_upper(text)) {
    if ((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || static_cast<unsigned char>(c) >= 0x80) out += c;
  }
  return out;
}

std::size_t characters(std::string_view utf8) {
  return static_cast<std::size_t>(std::count_if(utf8.begin(), utf8.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

// "aaaa…", "1234…", "abcd…", "9876…".
bool is_one_row(std::string_view text) {
  for (const int step : {0, 1, -1}) {
    bool row = true;
    for (std::size_t i = 1; i < text.size() && row; ++i) row = text[i] - text[i - 1] == step || (step == 1 && text[i - 1] == '9' && text[i] == '0');
    if (row) return true;
  }
  return false;
}

std::string grouped(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (i > 0 && i % 4 == 0) out += '-';
    out += text[i];
  }
  return out;
}

std::string uri_escaped(std::string_view text) {
  constexpr std::string_view hex = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto u = static_cast<unsigned char>(c);
    const bool plain = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~';
    if (plain) {
      out += c;
    } else {
      out += {'%', hex[u >> 4], hex[u & 15]};
    }
  }
  return out;
}

// The parameters of "$argon2id$v=19$m=65536,t=3,p=1$salt$hash".
struct Parameters {
  std::uint64_t memory_kib = 0, passes = 0;
};
std::optional<Parameters> parameters_of(std::string_view hash) {
  constexpr std::string_view begins = "$argon2id$v=19$m=";
  if (!hash.starts_with(begins) || hash.size() >= crypto_pwhash_STRBYTES) return std::nullopt;
  hash.remove_prefix(begins.size());
  const auto memory = parse_integer(hash.substr(0, hash.find(',')));
  hash.remove_prefix(std::min(hash.size(), hash.find(',')));
  if (!memory || !hash.starts_with(",t=")) return std::nullopt;
  hash.remove_prefix(3);
  const auto passes = parse_integer(hash.substr(0, hash.find(',')));
  hash.remove_prefix(std::min(hash.size(), hash.find(',')));
  if (!passes || !hash.starts_with(",p=1$")) return std::nullopt;
  if (*memory < 8 || *passes < 1) return std::nullopt;
  return Parameters{static_cast<std::uint64_t>(*memory), static_cast<std::uint64_t>(*passes)};
}

}  // namespace

Result<void> check_password(std::string_view password, std::string_view account, std::string_view name) {
  if (password.size() > PasswordLimits::longest) return bad_input("The password must have at most " + std::to_string(PasswordLimits::longest) + " bytes.");
  if (!is_utf8(password) || password.find('\0') != std::string_view::npos) return bad_input("The password must be text in UTF-8.");
  if (characters(password) < PasswordLimits::shortest) {
    return bad_input("The password must have at least " + std::to_string(PasswordLimits::shortest) + " characters; a sentence is easy to remember.");
  }
  const std::string letters = only_letters(password);
  if (letters.empty() || is_one_row(letters)) return bad_input("The password must not be one character again and again or a row of them.");
  for (const std::string_view own : {account, name}) {
    const std::string own_letters = only_letters(own);
    if (own_letters.size() < 3) continue;
    // What is left beside the name must still be a password.
    std::string rest = letters;
    for (std::size_t at; (at = rest.find(own_letters)) != std::string::npos;) rest.erase(at, own_letters.size());
    if (rest.size() < letters.size() && characters(rest) < PasswordLimits::shortest / 2) {
      return bad_input("The password must not be made of the account's name.");
    }
  }
  return {};
}

Result<std::string> hash_password(std::string_view password, const PasswordCost& cost) {
  ready();
  std::array<char, crypto_pwhash_STRBYTES> out{};
  if (crypto_pwhash_str_alg(out.data(), password.data(), password.size(), cost.passes, cost.memory_bytes, crypto_pwhash_ALG_ARGON2ID13) != 0) {
    return Error{ErrorCode::over_limit, "This machine has not the " + std::to_string(cost.memory_bytes >> 20) + " MB of memory that a password takes; try again."};
  }
  return std::string(out.data());
}

bool verify_password(const std::string& hash, std::string_view password) {
  ready();
  return is_password_hash(hash) && password.size() <= PasswordLimits::longest &&
         crypto_pwhash_str_verify(hash.c_str(), password.data(), password.size()) == 0;
}

bool needs_rehash(const std::string& hash, const PasswordCost& cost) {
  const auto p = parameters_of(hash);
  return !p || p->memory_kib != cost.memory_bytes / 1024 || p->passes != cost.passes;
}

bool is_password_hash(const std::string& text) {
  const auto p = parameters_of(text);
  return p && p->memory_kib <= most_memory_kib && p->passes <= most_passes &&
         std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7F; });
}

std::int64_t totp_step(Time now) {
  return std::chrono::floor<seconds>(now).time_since_epoch().count() / std::chrono::duration_cast<seconds>(totp_period).count();
}

std::string totp_code(std::span<const std::uint8_t> seed, std::int64_t step, unsigned digits) {
  std::array<std::uint8_t, 8> message{};
  for (std::size_t i = 0; i < 8; ++i) message[7 - i] = static_cast<std::uint8_t>(static_cast<std::uint64_t>(step) >> (8 * i));
  std::array<std::uint8_t, 20> mac{};
  unsigned length = 0;
  SKYPACT_CHECK(HMAC(EVP_sha1(), seed.data(), static_cast<int>(seed.size()), message.data(), message.size(), mac.data(), &length) != nullptr);
  const std::size_t offset = mac[19] & 0x0F;
  std::uint32_t number = 0;
  for (std::size_t i = 0; i < 4; ++i) number = number << 8 | mac[offset + i];
  number &= 0x7FFFFFFF;
  std::string code(digits, '0');
  for (std::size_t i = digits; i-- > 0; number /= 10) code[i] = static_cast<char>('0' + number % 10);
  return code;
}

std::optional<std::int64_t> totp_match(const TotpSeed& seed, std::string_view code, Time now, std::int64_t last) {
  if (code.size() != 6) return std::nullopt;
  const std::int64_t current = totp_step(now);
  std::optional<std::int64_t> found;
  // All three are made and compared whatever comes, so that the time it takes says nothing.
  for (const std::int64_t step : {current - 1, current, current + 1}) {
    const bool same = sodium_memcmp(totp_code(seed, step).data(), code.data(), 6) == 0;
    if (same && step > last && !found) found = step;
  }
  return found;
}

std::string to_base32(std::span<const std::uint8_t> bytes) {
  std::string out;
  std::uint32_t held = 0;
  unsigned bits = 0;
  for (const std::uint8_t b : bytes) {
    held = held << 8 | b;
    for (bits += 8; bits >= 5; bits -= 5) out += base32_letters[held >> (bits - 5) & 31];
    held &= 0xFF;
  }
  if (bits > 0) out += base32_letters[held << (5 - bits) & 31];
  return out;
}

std::optional<std::string> from_base32(std::string_view text) {
  std::string out;
  std::uint32_t held = 0;
  unsigned bits = 0;
  for (const char c : text) {
    const auto at = base32_letters.find(c);
    if (at == std::string_view::npos) return std::nullopt;
    held = (held << 5 | static_cast<std::uint32_t>(at)) & 0xFFFF;
    bits += 5;
    if (bits >= 8) {
      out += static_cast<char>(held >> (bits - 8) & 0xFF);
      bits -= 8;
    }
  }
  if (bits >= 5 || (held & ((1u << bits) - 1)) != 0) return std::nullopt;
  return out;
}

std::string totp_uri(const TotpSeed& seed, std::string_view issuer, std::string_view account) {
  return "otpauth://totp/" + uri_escaped(issuer) + ":" + uri_escaped(account) + "?secret=" + to_base32(seed) + "&issuer=" + uri_escaped(issuer) +
         "&algorithm=SHA1&digits=6&period=30";
}

Digest sha256(std::string_view text) {
  Digest out{};
  crypto_hash_sha256(out.data(), reinterpret_cast<const unsigned char*>(text.data()), text.size());
  return out;
}

bool equal_in_constant_time(const Digest& a, const Digest& b) { return sodium_memcmp(a.data(), b.data(), a.size()) == 0; }

std::string to_hex(std::span<const std::uint8_t> bytes) {
  constexpr std::string_view hex = "0123456789abcdef";
  std::string out;
  for (const std::uint8_t b : bytes) out += {hex[b >> 4], hex[b & 15]};
  return out;
}

std::optional<Digest> digest_from_hex(std::string_view text) {
  Digest out{};
  if (text.size() != 2 * out.size()) return std::nullopt;
  for (std::size_t i = 0; i < out.size(); ++i) {
    unsigned value = 0;
    for (const char c : text.substr(2 * i, 2)) {
      const bool digit = c >= '0' && c <= '9', letter = c >= 'a' && c <= 'f';
      if (!digit && !letter) return std::nullopt;
      value = value * 16 + static_cast<unsigned>(digit ? c - '0' : c - 'a' + 10);
    }
    out[i] = static_cast<std::uint8_t>(value);
  }
  return out;
}

std::string recovery_code(std::span<const std::uint8_t, recovery_code_bytes> random) { return grouped(to_base32(random)); }

Digest recovery_digest(std::string_view code) {
  std::string letters = only_letters(code);
  const Digest digest = sha256(letters);
  wipe(letters);
  return digest;
}

std::string first_password(std::span<const std::uint8_t, first_password_bytes> random) { return grouped(to_base32(random).substr(0, 20)); }

void wipe(std::string& secret) {
  sodium_memzero(secret.data(), secret.size());
  secret.clear();
}

}  // namespace skypact::accounts
