// Any bytes as the mark of a pruned log: what is read is written as the same bytes.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "ledger/prune.h"

using namespace skypact::ledger;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (const auto pruned = parse_pruned(bytes)) SKYPACT_CHECK(to_text(*pruned) == bytes);
  return 0;
}
