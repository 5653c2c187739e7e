#pragma once
// SHA-256, and the hashes of a Merkle tree made of it (RFC 6962, section 2.1).
//
//     const Hash leaf = leaf_hash(as_bytes(entry));
//
// May be called from any thread.

#include <array>
#include <compare>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace skypact::ledger {

using Bytes = std::span<const std::uint8_t>;

[[nodiscard]] inline Bytes as_bytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

struct Hash {
  static constexpr std::size_t size = 32;
  std::array<std::uint8_t, size> bytes{};
  friend auto operator<=>(const Hash&, const Hash&) = default;
};

[[nodiscard]] Hash sha256(Bytes bytes);
[[nodiscard]] Hash leaf_hash(Bytes entry);                            // SHA-256(0x00 ‖ entry)
[[nodiscard]] Hash node_hash(const Hash& left, const Hash& right);    // SHA-256(0x01 ‖ left ‖ right)
[[nodiscard]] Hash empty_root();                                      // SHA-256 of nothing

// SHA-256 of what comes piece by piece. Not for several threads at once.
class Sha256Stream {
 public:
  Sha256Stream();
  ~Sha256Stream();
  Sha256Stream(Sha256Stream&&) noexcept;
  Sha256Stream& operator=(Sha256Stream&&) noexcept;
  void add(Bytes bytes);
  // Of all since the last; begins anew.
  [[nodiscard]] Hash take();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// In 64 lower-case hexadecimal digits.
[[nodiscard]] std::string to_hex(const Hash& hash);
// Of exactly such 64 digits; nullopt otherwise.
[[nodiscard]] std::optional<Hash> hash_from_hex(std::string_view text);

[[nodiscard]] std::string to_base64(const Hash& hash);
// nullopt where it is not the base 64 of 32 bytes.
[[nodiscard]] std::optional<Hash> hash_from_base64(std::string_view text);

}  // namespace skypact::ledger
