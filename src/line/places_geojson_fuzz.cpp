// Any bytes as GeoJSON of places: an error, or places that can be asked.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "line/gazetteer.h"
#include "line/plain_text.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace skypact;
  auto file = line::read_places_geojson({reinterpret_cast<const char*>(data), size}, "fuzz.geojson");
  if (!file) {
    SKYPACT_CHECK(!file.error().message.empty());
    return 0;
  }
  for (const line::Place& place : file->places) SKYPACT_CHECK(!place.name.empty() && !line::not_plain(place.name));
  const bool some = !file->places.empty();
  const geo::Position first = some ? file->places.front().position : geo::Position{};
  const line::Gazetteer gazetteer(std::move(file->places));
  SKYPACT_CHECK(gazetteer.nearest(first).empty() != some);
  return 0;
}
