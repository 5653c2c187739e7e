// Any bytes: what is read as a proof of equivocation is written as the same bytes, and proves nothing against a log that
// signed none of it.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "ledger/equivocation.h"

using namespace skypact::ledger;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto proof = parse_equivocation(bytes);
  if (!proof) return 0;
  SKYPACT_CHECK(is_equivocation(bytes));
  SKYPACT_CHECK(to_text(*proof) == bytes);
  static const VerifierKey key = SigningKey::generate("north.example/record", KeyType::ed25519).verifier();
  SKYPACT_CHECK(!verify(*proof, {&key, 1}));
  return 0;
}
