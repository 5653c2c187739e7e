// Any bytes as search-and-rescue regions: an error, or regions that can be asked.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "distress/search_regions.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace skypact;
  const auto regions = distress::read_search_regions({reinterpret_cast<const char*>(data), size}, "fuzz.geojson");
  if (!regions) {
    SKYPACT_CHECK(!regions.error().message.empty());
    return 0;
  }
  for (const distress::SearchRegion& region : regions->regions) SKYPACT_CHECK(!region.parts.empty() && !region.rcc.empty());
  for (const geo::Position p : {geo::Position{0, 0}, geo::Position{900'000'000, 0}, geo::Position{350'000'000, -1'800'000'000}}) {
    SKYPACT_CHECK(distress::regions_at(*regions, p).size() <= regions->regions.size());
  }
  return 0;
}
