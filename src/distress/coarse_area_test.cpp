#include "distress/coarse_area.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <set>

#include "distress/test_cases.h"
#include "geo/ellipsoid.h"
#include "geo/motion.h"

namespace skypact::distress {
namespace {

using tests::at;
using tests::noon;

Length apart(geo::Position a, geo::Position b) { return geo::range_and_bearing(a, b).range; }

RC_GTEST_PROP(CoarseArea, HoldsEveryPlaceOfItsCellAndTheMargin, ()) {
  using rc::gen::inRange;
  const geo::Position p{*inRange(-900'000'000, 900'000'001), *inRange(-1'800'000'000, 1'800'000'000)};
  const CoarseCell cell = cell_of(p);
  RC_ASSERT(cell.row >= 0 && cell.row < 360 && cell.column >= 0 && cell.column < columns_of_row(cell.row));
  RC_ASSERT(!has_left(cell, p));
  const CoarseArea area = area_of(cell, metres(0));
  RC_ASSERT(apart(area.centre, p) * 0.999 <= area.radius);
  // From here in any direction: as long as the place has not left, the area that is told holds it.
  const auto bearing = TrueBearing::degrees(*inRange(0, 360));
  const geo::Position moved = geo::position_after(geo::ground_motion(p, knots(*inRange(0, 100)), bearing), std::chrono::hours(1));
  if (!has_left(cell, moved)) RC_ASSERT(apart(area.centre, moved) * 0.999 <= area.radius);
}

TEST(CoarseArea, IsTheCellsAndSaysNothingOfThePlace) {
  const CoarseArea here = area_of(cell_of(at(34.01, 35.60)), metres(30));
  EXPECT_EQ(here, area_of(cell_of(at(34.49, 36.10)), metres(2'000)));
  EXPECT_NE(here.centre, at(34.01, 35.60));
}

TEST(CoarseArea, IsAboutThirtyMilesWideEverywhere) {
  for (const double lat : {0.2, 34.2, 60.2, 80.2, -45.2}) {
    const Length radius = radius_of(cell_of(at(lat, 10)));
    EXPECT_GE(radius, nautical_miles(20)) << lat;
    EXPECT_LE(radius, nautical_miles(30)) << lat;
  }
  EXPECT_EQ(columns_of_row(0), 1);
  EXPECT_EQ(columns_of_row(359), 1);
}

TEST(CoarseArea, StaysWhileThePlaceIsNotBeyondTheMargin) {
  const CoarseKept first = keep_coarse(std::nullopt, at(34.45, 36.2), noon);
  const Time later = noon + minutes(30);
  EXPECT_EQ(keep_coarse(first, at(34.49, 36.2), later), first);
  EXPECT_EQ(keep_coarse(first, at(34.58, 36.2), later), first);        // 4.8 NM beyond the border
  EXPECT_NE(keep_coarse(first, at(34.59, 36.2), later).cell, first.cell);
}

TEST(CoarseArea, IsNotChangedMoreOftenThanEachTenMinutes) {
  const CoarseKept first = keep_coarse(std::nullopt, at(34.45, 36.2), noon);
  EXPECT_EQ(keep_coarse(first, at(36, 36), noon + coarse_held_for - seconds(1)), first);
  const CoarseKept second = keep_coarse(first, at(36, 36), noon + coarse_held_for);
  EXPECT_EQ(second.cell, cell_of(at(36, 36)));
  EXPECT_EQ(keep_coarse(second, at(34.45, 36.2), noon), second);   // older news change nothing
}

// Whoever asks again and again, while the place is measured anew with its noise, beside a border, learns one cell.
RC_GTEST_PROP(CoarseArea, DoesNotNarrowByRepetition, ()) {
  using rc::gen::inRange;
  const geo::Position p{*inRange(-890'000'000, 890'000'001), *inRange(-1'800'000'000, 1'800'000'000)};
  std::optional<CoarseKept> kept;
  std::set<std::pair<std::int32_t, std::int32_t>> told;
  for (int i = 0; i < 50; ++i) {
    const auto noise = geo::ground_motion(p, metres_per_second(*inRange(0, 1'200)), TrueBearing::degrees(*inRange(0, 360)));   // up to 4.3 km: a beacon's GPS rounding
    kept = keep_coarse(kept, geo::position_after(noise, milliseconds(3'600)), noon + minutes(i));
    const CoarseArea area = area_of(kept->cell, metres(4'320));
    told.emplace(area.centre.lat_e7, area.centre.lon_e7);
  }
  RC_ASSERT(told.size() == 1u);
}

TEST(CoarseArea, TellsUncertaintyInSteps) {
  const CoarseCell cell = cell_of(at(34.1, 36.1));
  EXPECT_EQ(area_of(cell, metres(0)), area_of(cell, nautical_miles(5)));
  EXPECT_EQ(area_of(cell, nautical_miles(6)), area_of(cell, nautical_miles(29)));
  EXPECT_LT(area_of(cell, nautical_miles(29)).radius, area_of(cell, nautical_miles(31)).radius);
}

}  // namespace
}  // namespace skypact::distress
