// Any bytes as an index of the line, as they are, and between the beginning and the hash that are the right ones: what is read is written
// as the same bytes.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/check.h"
#include "node/line_index.h"

using namespace skypact;

namespace {

const line::LineSetup& setup() {
  static const line::LineSetup made = [] {
    line::LineSetup setup{"north", "north.example/record", {}, {}};
    setup.peers = {{"south", {}}, {"relief", {}}};
    return setup;
  }();
  return made;
}

void read(std::string_view text) {
  if (const auto index = node::parse_line_index(text, setup())) SKYPACT_CHECK(node::to_text(*index, setup()) == text);
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
