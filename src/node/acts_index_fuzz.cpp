// Any bytes as an index of acts, as they are, and between the beginning and the hash that are the right ones: what is read is written
// as the same bytes.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "base/check.h"
#include "ledger/key.h"
#include "ledger/record_index.h"
#include "node/acts_index.h"

using namespace skypact;

namespace {

const node::ActsSetup& setup() {
  static const node::ActsSetup made = [] {
    const auto key = ledger::parse_verifier_key("south.example/root+cbd9f784+AbVnwMuy6FwpXmrekw5bs0mkub7pSJyqfWtnndRugqcR");
    SKYPACT_CHECK(key.has_value());
    return node::ActsSetup{.party = "north", .origin = "north.example/record", .members = {{"north", "north.example/record", *key}, {"south", "south.example/record", *key}}};
  }();
  return made;
}

void read(std::string_view text) {
  if (const auto index = node::parse_acts_index(text, setup())) SKYPACT_CHECK(node::to_text(*index, setup()) == text);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  read(bytes);
  std::string text = node::to_text({}, setup());
  text = text.substr(0, text.find("size ")) + std::string(bytes);
  read(ledger::closed(std::move(text)));
  return 0;
}
