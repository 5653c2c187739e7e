#pragma once
// What the readers of zone files have in common. Internal to them.

#include <set>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "guard/zone_files.h"

namespace skypact::guard {

class ZoneBuilder {
 public:
  explicit ZoneBuilder(std::string_view file) : file_(file) {}

  // Gives the zone an id of its own where it has none, checks it and takes it. `place`: "feature 7".
  Result<void> add(Zone zone, std::string_view place) {
    if (out_.zones.size() >= ZoneFileLimits::zones) {
      return Error{ErrorCode::over_limit, fmt::format("{}: {}: more than {} zones", file_, place, ZoneFileLimits::zones)};
    }
    zone.name.resize(std::min(zone.name.size(), ZoneFileLimits::name));
    zone.source = fmt::format("{}#{}", file_, out_.zones.size() + 1);
    if (zone.id.empty()) {
      zone.id = fmt::format("{}-{}", stem(), out_.zones.size() + 1);
      while (ids_.contains(zone.id)) zone.id += "-x";
    }
    if (!ids_.insert(zone.id).second) {
      return bad_input(fmt::format("{}: {}: the id \"{}\" is used twice; ids must differ", file_, place, zone.id));
    }
    if (auto ok = check_zone(zone); !ok) return std::move(ok).error().within(place).within(file_);
    out_.zones.push_back(std::move(zone));
    return {};
  }
  void note(std::string text) {
    if (out_.notes.size() < ZoneFileLimits::notes) out_.notes.push_back(fmt::format("{}: {}", file_, text));
  }
  [[nodiscard]] std::size_t count() const { return out_.zones.size(); }
  ZoneFile take() { return std::move(out_); }

 private:
  [[nodiscard]] std::string stem() const {
    std::string_view name = file_;
    if (const auto slash = name.find_last_of('/'); slash != std::string_view::npos) name.remove_prefix(slash + 1);
    if (const auto dot = name.find('.'); dot != std::string_view::npos && dot > 0) name = name.substr(0, dot);
    return std::string(name);
  }
  std::string file_;
  ZoneFile out_;
  std::set<std::string> ids_;
};

}  // namespace skypact::guard
