#pragma once
// Keys of signed notes (C2SP signed-note and tlog-cosignature), in the text forms that other tools read and write.
//
//     auto log = parse_verifier_key("example.com/log+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx");
//     const SigningKey mine = SigningKey::generate("north.example/record", KeyType::ed25519);
//
// A key's type is part of its identity: the same Ed25519 key signs notes under one type and cosigns checkpoints
// under another, and neither signature is taken for the other. (Each cosigner has a key of its own all the same:
// a cosignature of version 1 does not say who made it.) Type 0x06, ML-DSA-44, is reserved and not implemented.
//
// May be used from any thread.

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "ledger/hash.h"

namespace skypact::ledger {

enum class KeyType : std::uint8_t {
  ed25519 = 0x01,      // signs a note's text
  cosignature = 0x04,  // signs a time and a checkpoint's text: cosignature/v1
};

// Not empty, UTF-8 without white space and plus signs.
[[nodiscard]] bool is_key_name(std::string_view name);

struct VerifierKey {
  std::string name;
  KeyType type = KeyType::ed25519;
  std::array<std::uint8_t, 32> public_key{};

  // First four bytes of SHA-256(name ‖ 0x0A ‖ type ‖ public key). It tells keys apart, it proves nothing.
  [[nodiscard]] std::uint32_t id() const;
  friend bool operator==(const VerifierKey&, const VerifierKey&) = default;
};

// "<name>+<id in hex>+<base64(type ‖ public key)>". Errors: bad_input, with what is wrong.
Result<VerifierKey> parse_verifier_key(std::string_view text);
[[nodiscard]] std::string to_string(const VerifierKey& key);

using Ed25519Signature = std::array<std::uint8_t, 64>;
[[nodiscard]] bool is_signed_by(const VerifierKey& key, Bytes message, Bytes signature);

// A private key. Its bytes are in memory that is locked, not dumped, and wiped at the end.
class SigningKey {
 public:
  static SigningKey generate(std::string name, KeyType type);
  // "PRIVATE+KEY+<name>+<id in hex>+<base64(type ‖ seed)>", the form of Go's x/mod/sumdb/note. Errors: bad_input;
  // none of them quotes what was read.
  static Result<SigningKey> parse(std::string_view text);

  SigningKey(SigningKey&& other) noexcept;
  SigningKey& operator=(SigningKey&& other) noexcept;
  SigningKey(const SigningKey&) = delete;
  SigningKey& operator=(const SigningKey&) = delete;
  ~SigningKey();

  [[nodiscard]] const VerifierKey& verifier() const { return verifier_; }
  [[nodiscard]] Ed25519Signature sign(Bytes message) const;
  // The private key as text, for the file that keeps it.
  [[nodiscard]] std::string secret_text() const;

 private:
  SigningKey(std::string name, KeyType type, const std::array<std::uint8_t, 32>& seed);

  VerifierKey verifier_;
  std::uint8_t* secret_ = nullptr;  // 64 bytes: the seed and the public key
};

}  // namespace skypact::ledger
