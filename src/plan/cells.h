#pragma once
// The cells that an area touches: of the S2 geometry's level 13, about 1 km² each, which is what a DSS finds candidates by.
//
//     auto cells = cells_of(area);
//     if (share_a_cell(*cells, other_cells)) …   // they may overlap; overlaps() decides. The reference implementation stops here
//
// Never one cell too few: areas that overlap share a cell. Pure; any thread.

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/result.h"
#include "plan/area.h"

namespace skypact::plan {

struct CellLimits {
  static constexpr int level = 13;
  static constexpr std::size_t cells = 40'000;   // 10,000 km² take some 8,000 to 12,000, and more if they are long and thin
};

// Ids, ascending, each once. over_limit where there are more than CellLimits::cells.
Result<std::vector<std::uint64_t>> cells_of(const Area& area);

// Both ascending. Whether areas conflict for one who decides by cells.
[[nodiscard]] bool share_a_cell(std::span<const std::uint64_t> some, std::span<const std::uint64_t> others);

}  // namespace skypact::plan
