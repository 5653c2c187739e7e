// Any bytes: an entry of the pact that is read is written as the same bytes.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "pact/record_entries.h"

using namespace skypact::pact;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto entry = parse_record_entry(bytes);
  if (entry && !std::holds_alternative<OtherEntry>(entry->what)) SKYPACT_CHECK(to_entry(*entry) == bytes);
  return 0;
}
