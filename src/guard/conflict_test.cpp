#include "guard/conflict.h"

#include <gtest/gtest.h>

#include <vector>

namespace skypact::guard {
namespace {

Motion flying(double lat, double lon, double altitude_ft, double speed_kt, double track, double fpm = 0) {
  return make_motion(geo::Position::from_degrees(lat, lon).value(), {knots(speed_kt), TrueBearing::degrees(track)},
                     feet_of_height(altitude_ft), feet_per_minute(fpm));
}

const Minima en_route{nautical_miles(5), feet_of_height(1000)};

TEST(PairConflict, IsFoundHeadOn) {
  // 60 NM apart on a meridian, closing at 960 kt: 5 NM are lost after 55/960 h, regained after 65/960 h.
  const auto c = pair_conflict(flying(50, 10, 35000, 480, 0), flying(51, 10, 35000, 480, 180), en_route, seconds(300));
  ASSERT_TRUE(c);
  // One degree of latitude there is 60.07 NM.
  EXPECT_NEAR(to_seconds(c->t_in), 55.07 / 960 * 3600, 0.1);
  EXPECT_NEAR(to_seconds(c->t_out), 65.07 / 960 * 3600, 0.1);
  EXPECT_NEAR(to_seconds(c->t_cpa), 60.07 / 960 * 3600, 0.1);
  EXPECT_NEAR(c->horizontal_at_cpa.in(metres), 0, 0.01);
  EXPECT_EQ(c->vertical_at_cpa, Height());
}

}  // namespace
}  // namespace skypact::guard
