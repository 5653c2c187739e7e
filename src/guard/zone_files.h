#pragma once
// Zone files: GeoJSON (RFC 7946), KML 2.2 and OpenAir texts to zones. docs/formats/zones.md says which
// parts are read and how.
//
//     auto read = read_zone_file(text, "zones/syria.geojson", rules.parties);
//     if (!read) return read.error();      // "zones/syria.geojson: feature 7: the ring crosses itself: the edge from …"
//     for (const Zone& zone : read->zones) …
//
// All or nothing: one zone that is wrong refuses the file, with file, feature or line, and what to do.
// `notes` names what was left out knowingly. Pure; any thread.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "airspace/rules.h"
#include "base/result.h"

namespace skypact::guard {

struct ZoneFileLimits {
  static constexpr std::size_t bytes = std::size_t{16} << 20;
  static constexpr std::size_t zones = 10'000;
  static constexpr std::size_t name = 200;   // bytes; longer ones are cut
  static constexpr std::size_t notes = 100;
};

struct ZoneFile {
  std::vector<Zone> zones;
  std::vector<std::string> notes;
};

// By the file's name: .geojson and .json, .kml, .txt and .openair.
Result<ZoneFile> read_zone_file(std::string_view text, std::string_view file, const Parties& parties);

Result<ZoneFile> read_geojson(std::string_view text, std::string_view file, const Parties& parties);
Result<ZoneFile> read_kml(std::string_view text, std::string_view file, const Parties& parties);
Result<ZoneFile> read_openair(std::string_view text, std::string_view file);

// What any zone must satisfy, wherever it comes from: a sound outline or circle, a floor below its ceiling,
// sensible numbers.
Result<void> check_zone(const Zone& zone);

// "FL100", "5000ft MSL", "2500 AGL", "1500 m", "GND", "SFC", "UNL"; a number alone is feet above mean sea level.
Result<VerticalLimit> parse_vertical_limit(std::string_view text);
// "keep_clear", "caution", "protected_site", "corridor"; upper case and hyphens too.
[[nodiscard]] std::optional<ZoneRule> parse_zone_rule(std::string_view text);

}  // namespace skypact::guard
