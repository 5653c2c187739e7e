// Any text is either a configuration that can be described, or errors that each name a line.

#include <cstddef>
#include <cstdint>

#include "base/check.h"
#include "node/config.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace skypact;
  const auto config = node::parse_config({reinterpret_cast<const char*>(data), size}, "f");
  if (config) {
    SKYPACT_CHECK(!node::describe(*config).empty());
    SKYPACT_CHECK(config->aircraft.size() + 1 == config->rules.parties.size());
  } else {
    SKYPACT_CHECK(config.error().message.starts_with("f:"));
  }
  return 0;
}
