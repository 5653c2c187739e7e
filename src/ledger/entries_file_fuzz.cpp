// Any bytes: what is read as a file of entries is written as the same bytes, and proves nothing for a log that did not sign it.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "ledger/entries_file.h"

using namespace skypact::ledger;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto file = parse_entries_file(bytes);
  if (!file) return 0;
  SKYPACT_CHECK(to_text(*file) == bytes);
  static const Policy policy = policy_of(SigningKey::generate("north.example/record", KeyType::ed25519).verifier());
  SKYPACT_CHECK(!verify(*file, policy));
  return 0;
}
