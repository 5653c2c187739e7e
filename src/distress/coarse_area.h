#pragma once
// Coarse area: what is told of a place that must not be known. A cell of a fixed grid, never the place rounded.
//
//     std::optional<CoarseCell> cell;
//     keep_coarse(cell, heard_at, since, position);      // at each report
//     CoarseArea told = area_of(*cell, uncertainty);
//
// The grid is the same for everybody and for ever: rows of half a degree of latitude from the South Pole, each cut from 180° W
// into as many equal columns as keep a column at least 30 NM wide where the row is narrowest (one, near the poles). Whoever is told a
// cell knows the cell and nothing of where in it; told again he learns nothing new, because the cell stays as long as
// the place lies in it or within `leaving_margin` of it, and is not changed more often than each `coarse_held_for`. A place at a
// border so does not betray itself by flickering between two cells. Pure; the same bits everywhere.

#include <cstdint>
#include <optional>

#include "base/quantity.h"
#include "base/time.h"
#include "geo/position.h"

namespace skypact::distress {

inline constexpr Length leaving_margin = nautical_miles(5);
inline constexpr Duration coarse_held_for = minutes(10);
inline constexpr Length coarse_step = nautical_miles(30);   // of the uncertainty that is told beyond the cell

struct CoarseCell {
  std::int32_t row = 0;       // 0 … 359 from the South Pole
  std::int32_t column = 0;    // from 180° W
  friend auto operator<=>(const CoarseCell&, const CoarseCell&) = default;
};

[[nodiscard]] std::int32_t columns_of_row(std::int32_t row);
[[nodiscard]] CoarseCell cell_of(geo::Position position);
[[nodiscard]] geo::Position centre_of(CoarseCell cell);
// From the centre to the farthest corner, rounded up to whole nautical miles.
[[nodiscard]] Length radius_of(CoarseCell cell);
// Farther than the margin from every place of the cell.
[[nodiscard]] bool has_left(CoarseCell cell, geo::Position position);

// A cell that is told, and since when.
struct CoarseKept {
  CoarseCell cell;
  Time since;
  friend bool operator==(const CoarseKept&, const CoarseKept&) = default;
};
// What is kept once the position is known: the first position's cell, then as said above. Older positions than `since` change nothing.
[[nodiscard]] CoarseKept keep_coarse(const std::optional<CoarseKept>& kept, geo::Position position, Time heard_at);

// What is told. There is no way from it to the place.
struct CoarseArea {
  geo::Position centre;
  Length radius;              // holds the cell, the margin, and the uncertainty in steps; whole metres
  friend bool operator==(const CoarseArea&, const CoarseArea&) = default;
};
[[nodiscard]] CoarseArea area_of(CoarseCell cell, Length uncertainty);

}  // namespace skypact::distress
