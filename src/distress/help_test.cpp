#include "distress/help.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <tuple>

#include "distress/test_cases.h"
#include "geo/ellipsoid.h"

namespace skypact::distress {
namespace {

using rc::gen::inRange;
using tests::at;

geo::Position any_position() { return geo::Position{*inRange(-900'000'000, 900'000'001), *inRange(-1'800'000'000, 1'800'000'000)}; }

Helper helper(std::string name, geo::Position position, double speed_kt, double track) {
  Helper h;
  h.name = std::move(name);
  h.position = position;
  h.velocity = GroundVelocity{knots(speed_kt), TrueBearing::degrees(track)};
  return h;
}

// All of them, sorted: by the rule of the header, written anew.
std::vector<std::string> twin(const std::vector<Helper>& all, geo::Position place) {
  std::vector<std::tuple<std::int64_t, double, std::string>> rows;
  for (const Helper& h : all) {
    if (h.on_ground || h.in_distress || h.position_age > minutes(5)) continue;
    const auto [range, bearing] = geo::range_and_bearing(h.position, place);
    double kt = 60, turn = 0;
    if (h.velocity) {
      kt = std::max(60.0, h.velocity->speed.in(knots));
      turn = std::fmod(std::abs(bearing.in_degrees() - h.velocity->track.in_degrees()), 360);
      turn = std::min(turn, 360 - turn);
    }
    const double s = range.in(metres) / (kt * 1852 / 3600) + turn / 3;
    rows.emplace_back(std::llround(s * 1000), range.in(metres), h.name);
  }
  std::sort(rows.begin(), rows.end());
  std::vector<std::string> names;
  for (const auto& row : rows) {
    if (names.size() < HelpLimits::helpers) names.push_back(std::get<2>(row));
  }
  return names;
}

RC_GTEST_PROP(Help, FindsTheSoonestAsTheTwinDoes, ()) {
  std::vector<Helper> all;
  const int count = *inRange(0, 300);
  const bool near = *rc::gen::arbitrary<bool>();
  for (int i = 0; i < count; ++i) {
    const geo::Position p = near ? at(34 + *inRange(-20'000, 20'000) / 10'000.0, 36 + *inRange(-20'000, 20'000) / 10'000.0) : any_position();
    Helper h = helper(std::to_string(i), p, *inRange(0, 700), *inRange(0, 360));
    if (*inRange(0, 5) == 0) h.velocity.reset();
    h.on_ground = *inRange(0, 10) == 0;
    h.in_distress = *inRange(0, 10) == 0;
    h.position_age = seconds(*inRange(0, 400));
    all.push_back(std::move(h));
  }
  std::vector<std::string> names;
  for (const HelperFound& found : soonest_helpers(all, at(34, 36))) names.push_back(found.helper.name);
  RC_ASSERT(names == twin(all, at(34, 36)));
}

RC_GTEST_PROP(Help, FindsTheNearestAirfieldsAsTheTwinDoes, ()) {
  std::vector<Airfield> all;
  const int count = *inRange(0, 300);
  for (int i = 0; i < count; ++i) all.push_back({std::to_string(i), "", any_position(), metres(*inRange(0, 4'000))});
  const geo::Position place = any_position();
  const Length runway = metres(*inRange(0, 3'000));
  std::vector<std::pair<double, std::string>> rows;
  for (const Airfield& a : all) {
    if (a.longest_runway >= runway) rows.emplace_back(geo::range_and_bearing(place, a.position).range.in(metres), a.id);
  }
  std::sort(rows.begin(), rows.end());
  rows.resize(std::min(rows.size(), HelpLimits::airfields));
  const auto found = nearest_airfields(all, place, runway);
  RC_ASSERT(found.size() == rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) RC_ASSERT(found[i].airfield.id == rows[i].second);
}

TEST(Help, PrefersWhoIsThereSoonerToWhoIsNearer) {
  const std::vector<Helper> all{helper("helicopter", at(34.5, 36), 100, 180), helper("jet", at(35, 36), 450, 180), helper("away", at(35, 36), 450, 0)};
  const auto found = soonest_helpers(all, at(34, 36));
  ASSERT_EQ(found.size(), 3u);
  EXPECT_EQ(found[0].helper.name, "jet");
  EXPECT_EQ(found[1].helper.name, "away");
  EXPECT_EQ(found[1].time - found[0].time, seconds(60));   // a standard turn by 180°
  EXPECT_NEAR(to_seconds(found[0].time), 60.0 / 450 * 3600, 5);
  EXPECT_NEAR(found[0].bearing.in_degrees(), 180, 0.1);
}

TEST(Help, AsksNobodyWhoIsInDistressOnTheGroundOrNotSeenForLong) {
  std::vector<Helper> all{helper("a", at(34, 36), 100, 0), helper("b", at(34, 36), 100, 0), helper("c", at(34, 36), 100, 0), helper("d", at(34, 36), 100, 0)};
  all[0].in_distress = true;
  all[1].on_ground = true;
  all[2].position_age = HelpLimits::oldest_position + seconds(1);
  all[3].position_age = HelpLimits::oldest_position;
  const auto found = soonest_helpers(all, at(34, 36));
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].helper.name, "d");
}

}  // namespace
}  // namespace skypact::distress
