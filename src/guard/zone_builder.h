#pragma once
// What the readers of zone files have in common. Internal to them.

#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "guard/zone_files.h"

namespace skypact::guard {

class ZoneBuilder {
 public:
  explicit ZoneBuilder(std::string_view file) : file_(file) {}

  // Gives the zone an id of its own where it has none, checks it and takes it. `place`: "feature 7".
  Result<void> add(Zone zone, std::string_view place);
  void note(std::string_view text);
  [[nodiscard]] std::size_t count() const { return out_.zones.size(); }
  ZoneFile take() { return std::move(out_); }

 private:
  std::string file_;
  ZoneFile out_;
  std::set<std::string> ids_;
};

}  // namespace skypact::guard
