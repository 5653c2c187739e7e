#include "guard/zone_files.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/text.h"
#include "guard/region.h"

namespace skypact::guard {

Result<VerticalLimit> parse_vertical_limit(std::string_view given) {
  using Reference = VerticalLimit::Reference;
  const std::string upper = to_upper(trim(given));
  std::string_view text = upper;
  if (text == "GND" || text == "SFC" || text == "SURFACE" || text == "GROUND") return VerticalLimit{Reference::surface, {}};
  if (text == "UNL" || text == "UNLIM" || text == "UNLIMITED") return VerticalLimit{Reference::unlimited, {}};
  const auto wrong = [&] {
    return bad_input(fmt::format("\"{}\" is no vertical limit; write FL100, 5000ft MSL, 2500ft AGL, SFC or UNL", quoted(given, 30)));
  };
  if (text.starts_with("FL")) {
    const auto level = parse_number(trim(text.substr(2)));
    if (!level || *level < 0 || *level > 999) return wrong();
    return VerticalLimit{Reference::pressure, feet_of_height(*level * 100)};
  }
  const auto end = std::min(text.find_first_not_of("0123456789.-"), text.size());
  const auto number = parse_number(text.substr(0, end));
  if (!number || *number < -2000 || *number > 200'000) return wrong();
  std::string_view rest = trim(text.substr(end));
  bool in_metres = false;
  if (rest.starts_with("FT")) {
    rest = trim(rest.substr(2));
  } else if (rest == "M" || rest.starts_with("M ")) {
    in_metres = true;
    rest = trim(rest.substr(1));
  }
  const Height height = in_metres ? metres_of_height(*number) : feet_of_height(*number);
  if (rest.empty() || rest == "MSL" || rest == "AMSL" || rest == "ALT") return VerticalLimit{Reference::mean_sea_level, height};
  if (rest == "AGL" || rest == "AAL" || rest == "ASFC" || rest == "GND" || rest == "SFC") return VerticalLimit{Reference::above_ground, height};
  if (rest == "STD") return VerticalLimit{Reference::pressure, height};
  if (rest == "WGS84" || rest == "HAE") return VerticalLimit{Reference::ellipsoid, height};
  return wrong();
}

std::optional<ZoneRule> parse_zone_rule(std::string_view text) {
  std::string upper = to_upper(text);
  std::replace(upper.begin(), upper.end(), '-', '_');
  if (upper == "KEEP_CLEAR") return ZoneRule::keep_clear;
  if (upper == "CAUTION") return ZoneRule::caution;
  if (upper == "PROTECTED_SITE") return ZoneRule::protected_site;
  if (upper == "CORRIDOR") return ZoneRule::corridor;
  if (upper == "CLEARANCE") return ZoneRule::clearance;
  return std::nullopt;
}

Result<void> check_zone(const Zone& zone) {
  if (zone.centre && !zone.outline.empty()) return bad_input("a zone is either an outline or a circle, not both");
  auto region = zone.centre ? Region::circle(*zone.centre, zone.radius) : Region::polygon(zone.outline);
  if (!region) return region.error();
  if (!(zone.buffer >= metres(0)) || zone.buffer > nautical_miles(100)) return bad_input("the buffer must be from 0 to 100 NM");
  const bool needs_clearance = zone.rule == ZoneRule::clearance;
  if (needs_clearance && !zone.party) return bad_input("a zone with the rule clearance needs party: whose clearance");
  if (zone.party && !needs_clearance) return bad_input("party belongs to the rule clearance; who may be inside is named as exempt");
  if (needs_clearance && zone.moves_with) return bad_input("a zone with the rule clearance is a party's area, and moves with nobody");
  using Reference = VerticalLimit::Reference;
  if (zone.floor.reference == Reference::unlimited) return bad_input("a floor cannot be unlimited");
  if (zone.ceiling.reference == Reference::surface) return bad_input("the ceiling is at the surface, so nothing is inside");
  if (zone.floor.reference == zone.ceiling.reference && zone.floor.height >= zone.ceiling.height) {
    return bad_input(fmt::format("the floor ({:.0f} ft) must be below the ceiling ({:.0f} ft)", zone.floor.height.in_feet(), zone.ceiling.height.in_feet()));
  }
  for (const auto& interval : zone.active) {
    if (interval.empty()) return bad_input(fmt::format("it ends ({}) before it begins ({})", to_rfc3339(interval.to), to_rfc3339(interval.from)));
  }
  return {};
}

Result<ZoneFile> read_zone_file(std::string_view text, std::string_view file, const Parties& parties) {
  const std::string name = to_upper(file);
  if (name.ends_with(".GEOJSON") || name.ends_with(".JSON")) return read_geojson(text, file, parties);
  if (name.ends_with(".KML")) return read_kml(text, file, parties);
  if (name.ends_with(".TXT") || name.ends_with(".OPENAIR")) return read_openair(text, file);
  return bad_input(fmt::format("{}: zones are read from .geojson, .json, .kml, .txt and .openair files", file));
}

}  // namespace skypact::guard
