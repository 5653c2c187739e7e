#include "distress/coarse_area.h"

#include <algorithm>
#include <cmath>

#include "geo/ellipsoid.h"
#include "geo/trigonometry.h"

namespace skypact::distress {
namespace {

constexpr std::int64_t row_e7 = 5'000'000, turn_e7 = 3'600'000'000, half_turn_e7 = turn_e7 / 2, quarter_turn_e7 = turn_e7 / 4;
constexpr std::int32_t rows = 360;

std::int64_t row_begin(std::int32_t row) { return row * row_e7 - quarter_turn_e7; }
std::int64_t column_begin(std::int32_t column, std::int32_t columns) { return turn_e7 * column / columns - half_turn_e7; }

geo::Position position_at(std::int64_t lat_e7, std::int64_t lon_e7) {
  while (lon_e7 >= half_turn_e7) lon_e7 -= turn_e7;
  while (lon_e7 < -half_turn_e7) lon_e7 += turn_e7;
  return {static_cast<std::int32_t>(lat_e7), static_cast<std::int32_t>(lon_e7)};
}

double distance_m(geo::Position a, geo::Position b) { return geo::surface_length_of_chord(geo::norm(geo::place_of(a) - geo::place_of(b))); }

}  // namespace

std::int32_t columns_of_row(std::int32_t row) {
  const std::int64_t farthest = std::max(std::abs(row_begin(row)), std::abs(row_begin(row + 1)));
  // Half a degree of latitude is 30 NM; of longitude it is that times the cosine.
  const double cosine = geo::sincos_degrees(static_cast<double>(farthest) / 1e7).cos;
  return std::max(1, static_cast<std::int32_t>(std::floor(720 * cosine)));
}

CoarseCell cell_of(geo::Position position) {
  CoarseCell cell;
  cell.row = static_cast<std::int32_t>(std::min<std::int64_t>((position.lat_e7 + quarter_turn_e7) / row_e7, rows - 1));
  const std::int32_t columns = columns_of_row(cell.row);
  cell.column = static_cast<std::int32_t>((position.lon_e7 + half_turn_e7) * columns / turn_e7);
  return cell;
}

geo::Position centre_of(CoarseCell cell) {
  const std::int32_t columns = columns_of_row(cell.row);
  const std::int64_t from = column_begin(cell.column, columns), to = column_begin(cell.column + 1, columns);
  return position_at(row_begin(cell.row) + row_e7 / 2, from + (to - from) / 2);
}

Length radius_of(CoarseCell cell) {
  const std::int32_t columns = columns_of_row(cell.row);
  const geo::Position centre = centre_of(cell);
  double farthest = 0;
  for (const std::int64_t lat : {row_begin(cell.row), row_begin(cell.row + 1)}) {
    for (const std::int32_t column : {cell.column, cell.column + 1}) {
      farthest = std::max(farthest, distance_m(centre, position_at(lat, column_begin(column, columns))));
    }
  }
  return nautical_miles(std::ceil(metres(farthest).in(nautical_miles)));
}

bool has_left(CoarseCell cell, geo::Position position) {
  const std::int32_t columns = columns_of_row(cell.row);
  const std::int64_t from = column_begin(cell.column, columns), to = column_begin(cell.column + 1, columns);
  // The longitude relative to the cell's middle, so that the antimeridian is a place like any other.
  const std::int64_t middle = from + (to - from) / 2, half = (to - from) / 2;
  std::int64_t beside = position.lon_e7 - middle;
  if (beside >= half_turn_e7) beside -= turn_e7;
  if (beside < -half_turn_e7) beside += turn_e7;
  const std::int64_t lat = std::clamp<std::int64_t>(position.lat_e7, row_begin(cell.row), row_begin(cell.row + 1));
  const geo::Position nearest = position_at(lat, middle + std::clamp(beside, -half, half));
  return metres(distance_m(position, nearest)) > leaving_margin;
}

CoarseKept keep_coarse(const std::optional<CoarseKept>& kept, geo::Position position, Time heard_at) {
  if (!kept) return {cell_of(position), heard_at};
  if (heard_at < kept->since + coarse_held_for || !has_left(kept->cell, position)) return *kept;
  return {cell_of(position), heard_at};
}

CoarseArea area_of(CoarseCell cell, Length uncertainty) {
  Length radius = radius_of(cell) + leaving_margin;
  if (uncertainty > leaving_margin) radius += coarse_step * std::ceil(uncertainty / coarse_step);
  return {centre_of(cell), metres(std::ceil(radius.in(metres)))};
}

}  // namespace skypact::distress
