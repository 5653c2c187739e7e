// Any bytes as a list of places: an error, or places that can be asked.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "line/gazetteer.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace skypact;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  auto file = line::read_places_csv(text, "fuzz.csv");
  if (!file) {
    SKYPACT_CHECK(!file.error().message.empty());
    return 0;
  }
  (void)line::add_runways_csv(file->places, text, "fuzz.csv").has_value();
  const bool some = !file->places.empty();
  const geo::Position first = some ? file->places.front().position : geo::Position{};
  const line::Gazetteer gazetteer(std::move(file->places));
  SKYPACT_CHECK(gazetteer.nearest(first).empty() != some);
  return 0;
}
