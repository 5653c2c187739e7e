// Any bytes: a path that is read is written as the same text; a bundle's entries are written as the same bytes.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/check.h"
#include "ledger/tile.h"

using namespace skypact::ledger;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (const auto path = parse_tile_path(bytes)) {
    SKYPACT_CHECK((path->entries ? bundle_path(path->tile.index, path->tile.width) : tile_path(path->tile)) == bytes);
  }
  const unsigned width = size == 0 ? 0 : data[0] % 8u;
  if (const auto entries = parse_bundle(bytes, width)) {
    std::string again;
    for (const auto entry : *entries) append_entry(again, entry);
    SKYPACT_CHECK(again == bytes && entries->size() == width);
  }
  if (const auto hashes = parse_tile(bytes, width)) SKYPACT_CHECK(to_bytes(*hashes) == bytes);
  return 0;
}
