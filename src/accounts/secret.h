#pragma once
// What passwords, second factors and sessions are made of. Random bytes are arguments; nothing here reads a clock or a
// file. (A password's salt is libsodium's own.)
//
//     auto hash = hash_password("correct horse battery", cost);      // slow on purpose: off the watch's threads
//     if (verify_password(*hash, given)) …
//     if (auto step = totp_match(seed, given, now, account.totp_last_step)) account.totp_last_step = *step;
//
// Pure; any thread.

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"

namespace skypact::accounts {

// ---- Passwords -----------------------------------------------------------------------------------------

struct PasswordLimits {
  static constexpr std::size_t shortest = 12;    // characters
  static constexpr std::size_t longest = 256;    // bytes
};

// Argon2id (RFC 9106). The hash holds the parameters it was made with.
struct PasswordCost {
  std::uint64_t passes = 3;
  std::size_t memory_bytes = std::size_t{64} << 20;
};

// Long enough, not longer than the bound, UTF-8, not made of the account's id or name, not one character or a row of
// them. No rule about kinds of characters (NIST SP 800-63B §5.1.1.2). Errors: bad_input.
Result<void> check_password(std::string_view password, std::string_view account, std::string_view name);

// Errors: over_limit where the memory is not to be had.
Result<std::string> hash_password(std::string_view password, const PasswordCost& cost);
// False for whatever is no hash of ours, too. Takes as long as the hash's own parameters say.
[[nodiscard]] bool verify_password(const std::string& hash, std::string_view password);
// Made with other parameters than these, so it is to be made anew at the next login.
[[nodiscard]] bool needs_rehash(const std::string& hash, const PasswordCost& cost);
// An Argon2id hash as hash_password writes it, its parameters within bounds.
[[nodiscard]] bool is_password_hash(const std::string& text);

// ---- Second factor: RFC 6238 with SHA-1, 30 s, six digits ---------------------------------------------

inline constexpr std::size_t totp_seed_bytes = 20;
using TotpSeed = std::array<std::uint8_t, totp_seed_bytes>;

[[nodiscard]] std::int64_t totp_step(Time now);
// RFC 4226 §5.3, `digits` from 6 to 8 (the vectors of RFC 6238 have eight).
[[nodiscard]] std::string totp_code(std::span<const std::uint8_t> seed, std::int64_t step, unsigned digits = 6);
// The step whose code was given: now's, the one before or the one after, and later than `last`, so that no code counts
// twice. nullopt where it is none of them.
[[nodiscard]] std::optional<std::int64_t> totp_match(const TotpSeed& seed, std::string_view code, Time now, std::int64_t last);

// RFC 4648 §6, without padding.
[[nodiscard]] std::string to_base32(std::span<const std::uint8_t> bytes);
[[nodiscard]] std::optional<std::string> from_base32(std::string_view text);

// otpauth://totp/ISSUER:ACCOUNT?secret=…&issuer=…, which authenticator programs read.
[[nodiscard]] std::string totp_uri(const TotpSeed& seed, std::string_view issuer, std::string_view account);

// ---- Recovery codes and sessions ----------------------------------------------------------------------

using Digest = std::array<std::uint8_t, 32>;
[[nodiscard]] Digest sha256(std::string_view text);
[[nodiscard]] bool equal_in_constant_time(const Digest& a, const Digest& b);
[[nodiscard]] std::string to_hex(std::span<const std::uint8_t> bytes);
[[nodiscard]] std::optional<Digest> digest_from_hex(std::string_view text);

// "K7QX-2MNB-…": 80 bits, so that its SHA-256 gives nothing away.
inline constexpr std::size_t recovery_code_bytes = 10;
[[nodiscard]] std::string recovery_code(std::span<const std::uint8_t, recovery_code_bytes> random);
// Whatever the case, spaces and hyphens it was typed with.
[[nodiscard]] Digest recovery_digest(std::string_view code);

// A password for somebody else to begin with: five groups of four, 100 bits.
inline constexpr std::size_t first_password_bytes = 13;
[[nodiscard]] std::string first_password(std::span<const std::uint8_t, first_password_bytes> random);

// Overwrites; for what must not stay in memory.
void wipe(std::string& secret);

}  // namespace skypact::accounts
