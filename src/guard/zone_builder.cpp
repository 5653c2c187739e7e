#include "guard/zone_builder.h"

#include <fmt/format.h>

#include "base/utf8.h"

namespace skypact::guard {
namespace {

// "syria" of "zones/syria.geojson".
std::string_view stem(std::string_view file) {
  if (const auto slash = file.find_last_of('/'); slash != std::string_view::npos) file.remove_prefix(slash + 1);
  if (const auto dot = file.find('.'); dot != std::string_view::npos && dot > 0) file = file.substr(0, dot);
  return file;
}

}  // namespace

Result<void> ZoneBuilder::add(Zone zone, std::string_view place) {
  if (out_.zones.size() >= ZoneFileLimits::zones) {
    return Error{ErrorCode::over_limit, fmt::format("{}: {}: more than {} zones", file_, place, ZoneFileLimits::zones)};
  }
  zone.name.resize(utf8_beginning(zone.name, ZoneFileLimits::name).size());
  zone.source = fmt::format("{}#{}", file_, out_.zones.size() + 1);
  if (zone.id.empty()) {
    zone.id = fmt::format("{}-{}", stem(file_), out_.zones.size() + 1);
    while (ids_.contains(zone.id)) zone.id += "-x";
  }
  if (!ids_.insert(zone.id).second) {
    return bad_input(fmt::format("{}: {}: the id \"{}\" is used twice; ids must differ", file_, place, zone.id));
  }
  if (auto ok = check_zone(zone); !ok) return std::move(ok).error().within(place).within(file_);
  out_.zones.push_back(std::move(zone));
  return {};
}

void ZoneBuilder::note(std::string_view text) {
  if (out_.notes.size() < ZoneFileLimits::notes) out_.notes.push_back(fmt::format("{}: {}", file_, text));
}

}  // namespace skypact::guard
