// Any bytes: what is read as a disclosure is written as the same bytes, and proves nothing for a record that did not sign it.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "node/disclosure.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace skypact;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto disclosure = node::parse_disclosure(bytes);
  if (!disclosure) {
    SKYPACT_CHECK(!disclosure.error().message.empty());
    return 0;
  }
  SKYPACT_CHECK(node::to_text(*disclosure) == bytes);
  static const ledger::Policy policy = ledger::policy_of(ledger::SigningKey::generate("north.example/record", ledger::KeyType::ed25519).verifier());
  SKYPACT_CHECK(!node::verify(*disclosure, policy));
  return 0;
}
