// Any bytes as a zone file: an error, or zones that are sound.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "guard/zone_files.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace skypact;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const Parties parties{{"unknown", "Unknown", "?"}, {"north", "North", "N"}};
  const auto read = guard::read_geojson(text, "fuzz.geojson", parties);
  if (read) {
    for (const Zone& zone : read->zones) SKYPACT_CHECK(guard::check_zone(zone).has_value());
  }
  return 0;
}
