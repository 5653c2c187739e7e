#pragma once
// A person's private key, locked by a passphrase, as a text that other programs and a browser can open too
// (docs/formats/locked-key.md).
//
//     const std::string text = lock_key(key, passphrase);                 // half a second, by intent
//     auto who = locked_key_of(text);                                     // the public half, without the passphrase
//     auto key = unlock_key(text, passphrase);
//
// Argon2id makes a key of the passphrase, XChaCha20-Poly1305 locks the private key with it. What a file asks of this machine is
// bounded. Errors say nothing of what is secret. Pure but for randomness; any thread.

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "ledger/key.h"

namespace skypact::ledger {

struct LockCost {
  std::uint64_t operations = 3;                          // passes of Argon2id
  std::uint64_t memory_bytes = std::uint64_t{256} << 20;
};
inline constexpr LockCost interactive_lock{2, std::uint64_t{64} << 20}, moderate_lock{3, std::uint64_t{256} << 20};

struct LockLimits {
  static constexpr std::size_t shortest_passphrase = 12;     // characters
  static constexpr std::size_t longest_passphrase = 1'000;   // bytes
  // What a file may ask for: a second or two, and no more memory than any desk has.
  static constexpr std::uint64_t operations = 10;
  static constexpr std::uint64_t memory_bytes = std::uint64_t{1} << 30;
  static constexpr std::uint64_t least_memory_bytes = 8'192;
};

// Errors: refused where it is too short or too long, bad_input where it is not UTF-8.
Result<void> check_passphrase(std::string_view passphrase);

// Canonical JSON and a newline. The passphrase has passed check_passphrase. Errors: over_limit where there is not memory enough.
Result<std::string> lock_key(const SigningKey& key, std::string_view passphrase, const LockCost& cost = moderate_lock);
// Errors: bad_input for what is no locked key, over_limit for one that asks too much, refused where the passphrase does not open it.
Result<SigningKey> unlock_key(std::string_view text, std::string_view passphrase);
// The public half as the file says it; unlock_key proves it.
Result<VerifierKey> locked_key_of(std::string_view text);
[[nodiscard]] bool is_locked_key(std::string_view text);

}  // namespace skypact::ledger
