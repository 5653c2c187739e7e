#include "plan/suggest.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <vector>

#include "geo/ellipsoid.h"
#include "plan/test_areas.h"

namespace skypact::plan {
namespace {

using namespace test;
using Way = Suggestion::Way;

const Time noon = Time(std::chrono::sys_days(std::chrono::year(2026) / 12 / 1)) + std::chrono::hours(12);
Time after(double minutes_after_noon) { return noon + from_seconds(minutes_after_noon * 60); }
constexpr LatLng here{46, 7};

// 500 m around a place, 100 m to 200 m high, for half an hour.
struct Disc {
  LatLng centre = here;
  double radius = 500, lower = 100, upper = 200, from = 0, to = 30;
};
Volume volume(const Disc& d) { return {circle(d.centre, d.radius), d.lower, d.upper, {after(d.from), after(d.to)}}; }
Occupied occupied(const Disc& d, std::int64_t priority = 0) { return {volume(d), priority}; }

std::map<Way, Suggestion> by_way(const Result<std::vector<Suggestion>>& found) {
  std::map<Way, Suggestion> ways;
  EXPECT_TRUE(found) << found.error().message;
  for (const Suggestion& s : *found) EXPECT_TRUE(ways.emplace(s.way, s).second) << "one of each way";
  return ways;
}

const std::vector<Volume> mine{volume({})};

TEST(Suggest, OneOfEachWayInTheirOrder) {
  const std::vector<Occupied> others{occupied({.from = 10, .to = 20})};
  const auto found = suggestions(mine, 0, others, {.earliest = after(-60), .floor_m = -50});
  ASSERT_TRUE(found);
  ASSERT_EQ(found->size(), 5u);
  EXPECT_EQ(to_string((*found)[0].way), "later");
  EXPECT_EQ((*found)[0].time, minutes(20)) << "it begins when the other ends";
  EXPECT_EQ((*found)[0].volumes[0].time, (Interval<Time>{after(20), after(50)}));
  EXPECT_EQ(to_string((*found)[1].way), "earlier");
  EXPECT_EQ((*found)[1].time, minutes(20));
  EXPECT_EQ((*found)[1].volumes[0].time, (Interval<Time>{after(-20), after(10)}));
  EXPECT_EQ(to_string((*found)[2].way), "higher");
  EXPECT_DOUBLE_EQ((*found)[2].distance.in(metres), 100) << "touching is free";
  EXPECT_DOUBLE_EQ(*(*found)[2].volumes[0].lower_m, 200);
  EXPECT_EQ(to_string((*found)[3].way), "lower");
  EXPECT_DOUBLE_EQ((*found)[3].distance.in(metres), 100);
  EXPECT_DOUBLE_EQ(*(*found)[3].volumes[0].upper_m, 100);
  EXPECT_EQ(to_string((*found)[4].way), "aside");
  EXPECT_DOUBLE_EQ((*found)[4].distance.in(metres), 1'000);
  EXPECT_EQ((*found)[4].towards.in_degrees(), 0);
  EXPECT_DOUBLE_EQ((*found)[4].volumes[0].area.radius_m(), 500);
}

TEST(Suggest, NothingWhereNothingIsInConflict) {
  EXPECT_TRUE(suggestions(mine, 0, std::vector{occupied({.from = 30, .to = 60}), occupied({.lower = 200, .upper = 300}), occupied({.centre = {47, 7}})}, {})->empty());
  EXPECT_TRUE(suggestions(mine, 0, {}, {})->empty());
  EXPECT_TRUE(suggestions({}, 0, std::vector{occupied({})}, {})->empty());
}

TEST(Suggest, OnlyTheFlightsOwnPriorityAndHigherOnesHaveToBeAvoided) {
  const std::vector<Occupied> others{occupied({.to = 10}, 1), occupied({.from = 10, .to = 40}, 2), occupied({.from = 40, .to = 90}, 3)};
  EXPECT_EQ(by_way(suggestions(mine, 1, others, {})).at(Way::later).time, minutes(90));
  EXPECT_TRUE(suggestions(mine, 4, others, {})->empty());
  EXPECT_EQ(by_way(suggestions(mine, 2, std::vector{others[0], others[1]}, {})).at(Way::later).time, minutes(40));
  EXPECT_EQ(by_way(suggestions(mine, 2, others, {.earliest = after(-20)})).at(Way::earlier).time, minutes(20)) << "into the time of the lower one";
}

TEST(Suggest, TimesAreWithinTheLimits) {
  const std::vector<Occupied> others{occupied({.from = 5, .to = 25})};
  EXPECT_EQ(by_way(suggestions(mine, 0, others, {.most = minutes(25)})).count(Way::later), 1u);
  EXPECT_EQ(by_way(suggestions(mine, 0, others, {.most = minutes(24)})).count(Way::later), 0u);
  EXPECT_EQ(by_way(suggestions(mine, 0, others, {.earliest = after(-25)})).count(Way::earlier), 1u);
  EXPECT_EQ(by_way(suggestions(mine, 0, others, {.earliest = after(-24.99)})).count(Way::earlier), 0u) << "in the past";
  EXPECT_EQ(by_way(suggestions(mine, 0, others, {.earliest = after(40)})).at(Way::later).time, minutes(40));
  EXPECT_EQ(by_way(suggestions(mine, 0, others, {.latest = after(55)})).count(Way::later), 1u);
  EXPECT_EQ(by_way(suggestions(mine, 0, others, {.latest = after(54.99)})).count(Way::later), 0u);
  EXPECT_EQ(by_way(suggestions(mine, 0, others, {.most = -minutes(5)})).count(Way::later), 0u);
  EXPECT_EQ(by_way(suggestions(mine, 0, std::vector{occupied({.to = 2'000})}, {.most = std::chrono::hours(100)})).count(Way::later), 0u) << "no more than a day";
  EXPECT_EQ(by_way(suggestions(mine, 0, std::vector{occupied({.to = 1'440})}, {.most = std::chrono::hours(100)})).at(Way::later).time, std::chrono::hours(24));
}

TEST(Suggest, LevelsAreWithinTheLimits) {
  const std::vector<Occupied> others{occupied({})};
  EXPECT_EQ(by_way(suggestions(mine, 0, others, {})).count(Way::lower), 0u) << "nobody said where the ground is";
  EXPECT_EQ(by_way(suggestions(mine, 0, others, {.floor_m = 0})).count(Way::lower), 1u);
  EXPECT_EQ(by_way(suggestions(mine, 0, others, {.floor_m = 0.1})).count(Way::lower), 0u);
  EXPECT_EQ(by_way(suggestions(mine, 0, others, {.ceiling_m = 300})).count(Way::higher), 1u);
  EXPECT_EQ(by_way(suggestions(mine, 0, others, {.ceiling_m = 299.9})).count(Way::higher), 0u);
  EXPECT_EQ(by_way(suggestions(mine, 0, std::vector{occupied({.lower = 0, .upper = 600})}, {})).at(Way::higher).distance, metres(500));
  EXPECT_EQ(by_way(suggestions(mine, 0, std::vector{occupied({.lower = 0, .upper = 600.1})}, {})).count(Way::higher), 0u);
}

TEST(Suggest, LevelsChangeInMetresForDronesAndInFeetForOthers) {
  EXPECT_EQ(level_step(mine), metres(10));
  const std::vector<Volume> thick{volume({.lower = 3'000, .upper = 3'150})};
  EXPECT_EQ(level_step(thick), feet(100));
  EXPECT_EQ(level_step(std::vector<Volume>{{circle(here, 100), std::nullopt, 100.0, always}}), feet(100));
  EXPECT_EQ(by_way(suggestions(thick, 0, std::vector{occupied({.lower = 3'000, .upper = 3'060})}, {})).at(Way::higher).distance, feet(200));
  EXPECT_EQ(by_way(suggestions(mine, 0, std::vector{occupied({.lower = 100, .upper = 111})}, {})).at(Way::higher).distance, metres(20));
}

TEST(Suggest, WhatHasNoEndKeepsHavingNone) {
  std::vector<Volume> open{{circle(here, 500), std::nullopt, 200.0, {Time::min(), after(30)}}};
  const auto ways = by_way(suggestions(open, 0, std::vector{occupied({.from = 20, .to = 60})}, {.earliest = noon}));
  EXPECT_EQ(ways.count(Way::later), 0u) << "it would still begin before";
  ASSERT_EQ(ways.count(Way::earlier), 1u);
  EXPECT_EQ(ways.at(Way::earlier).volumes[0].time, (Interval<Time>{Time::min(), after(20)}));
  EXPECT_EQ(ways.count(Way::higher), 0u);
  open[0].time = always;
  const auto never = by_way(suggestions(open, 0, std::vector{occupied({.from = 20, .to = 60})}, {}));
  EXPECT_EQ(never.count(Way::later) + never.count(Way::earlier), 0u);
  EXPECT_EQ(never.count(Way::aside), 1u);
}

TEST(Suggest, TimesAtTheEndsOfAllTimeAreNotOverrun) {
  std::vector<Volume> early{volume({})}, late{volume({})};
  early[0].time = {Time::min() + Duration(1), Time::min() + Duration(2)};
  late[0].time = {Time::max() - Duration(2), Time::max() - Duration(1)};
  Occupied all = occupied({});
  all.volume.time = always;
  EXPECT_EQ(by_way(suggestions(early, 0, std::vector{all}, {})).count(Way::later), 0u);
  EXPECT_EQ(by_way(suggestions(late, 0, std::vector{all}, {})).count(Way::earlier), 0u);
  all.volume.time = early[0].time;
  EXPECT_EQ(by_way(suggestions(early, 0, std::vector{all}, {})).at(Way::later).time, minutes(1));
  all.volume.time = late[0].time;
  EXPECT_EQ(by_way(suggestions(late, 0, std::vector{all}, {})).at(Way::earlier).time, minutes(1));
}

TEST(Suggest, TooMuchToCompareIsRefused) {
  const std::vector<Volume> many(1'001, volume({}));
  const std::vector<Occupied> others(1'000, occupied({}));
  const auto found = suggestions(many, 0, others, {});
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code, ErrorCode::over_limit);
  EXPECT_EQ(found.error().message, "1001 volumes beside 1000 others are too many to suggest anything; give fewer volumes, or simpler ones");
  EXPECT_TRUE(suggestions(std::span(many).first(1'000), 0, others, {})) << "at the limit";
}

// Twins that try one after the other.

struct Crowd {
  std::vector<Volume> own;
  std::vector<Occupied> others;
  std::int64_t priority = 0;
};

Volume random_volume(Random& random, LatLng around) {
  const LatLng middle = away(around, random.uniform(0, 360), random.uniform(0, 1'500));
  const double lower = std::round(random.uniform(0, 30)) * 10, from = std::round(random.uniform(0, 240)) * (random.chance(0.5) ? 1 : 0.77);
  Volume v{random.chance(0.3) ? circle(middle, random.uniform(50, 600)) : polygon(star(random, middle, 3 + random.below(10), 100, 700)), lower,
           lower + random.uniform(20, 140), {after(from), after(from + random.uniform(1, 60))}};
  if (random.chance(0.03)) v.lower_m.reset();
  if (random.chance(0.03)) v.upper_m.reset();
  if (random.chance(0.03)) v.time.to = Time::max();
  return v;
}

Crowd random_crowd(Random& random, std::size_t most_others) {
  const LatLng around = random_place(random);
  Crowd crowd;
  for (std::size_t k = 0, count = 1 + random.below(5); k < count; ++k) crowd.own.push_back(random_volume(random, around));
  for (std::size_t k = 0, count = 1 + random.below(most_others); k < count; ++k) crowd.others.push_back({random_volume(random, around), static_cast<std::int64_t>(random.below(3))});
  crowd.priority = static_cast<std::int64_t>(random.below(3));
  return crowd;
}

bool is_free(const Crowd& crowd, const std::vector<Volume>& volumes) {
  std::vector<Volume> avoided;
  for (const Occupied& o : crowd.others) {
    if (o.priority >= crowd.priority) avoided.push_back(o.volume);
  }
  return !intersects(volumes, avoided);
}

std::optional<int> least_minutes(const Crowd& crowd, int sign, const SuggestOptions& options) {
  for (int n = 1; n <= options.most / minutes(1); ++n) {
    std::vector<Volume> volumes = crowd.own;
    bool fits = true;
    for (Volume& v : volumes) {
      v.time.from += minutes(sign * n);
      if (v.time.to != Time::max()) v.time.to += minutes(sign * n);
      fits &= v.time.from >= options.earliest && (v.time.to == Time::max() || v.time.to <= options.latest);
    }
    if (fits && is_free(crowd, volumes)) return n;
  }
  return std::nullopt;
}

std::optional<double> least_level(const Crowd& crowd, int sign, const SuggestOptions& options) {
  const double step = level_step(crowd.own).in(metres);
  for (int k = 1; k <= 50; ++k) {
    std::vector<Volume> volumes = crowd.own;
    for (Volume& v : volumes) {
      if (v.lower_m) v.lower_m = *v.lower_m + sign * k * step;
      if (v.upper_m) v.upper_m = *v.upper_m + sign * k * step;
      if (sign > 0 ? !v.upper_m || *v.upper_m > *options.ceiling_m : !v.lower_m || *v.lower_m < *options.floor_m) return std::nullopt;
    }
    if (is_free(crowd, volumes)) return k * step;
  }
  return std::nullopt;
}

TEST(Suggest, TheLeastIsFoundAsByTryingOneAfterTheOther) {
  Random random(41);
  std::map<Way, int> seen;
  int none = 0;
  for (int n = 0; n < 1'500; ++n) {
    const Crowd crowd = random_crowd(random, n % 10 == 0 ? 60 : 12);
    const SuggestOptions options{.earliest = after(random.uniform(-100, 60)), .latest = after(random.uniform(200, 500)), .most = minutes(random.below(200)), .floor_m = random.uniform(-300, 0), .ceiling_m = random.uniform(400, 900)};
    const auto ways = by_way(suggestions(crowd.own, crowd.priority, crowd.others, options));
    if (is_free(crowd, crowd.own)) {
      ASSERT_TRUE(ways.empty()) << n;
      ++none;
      continue;
    }
    for (const auto& [way, suggestion] : ways) ++seen[way];
    for (const auto& [way, sign] : {std::pair{Way::later, 1}, std::pair{Way::earlier, -1}}) {
      const auto least = least_minutes(crowd, sign, options);
      ASSERT_EQ(ways.count(way), least ? 1u : 0u) << n << ' ' << to_string(way);
      if (least) {
        ASSERT_EQ(ways.at(way).time, minutes(*least)) << n << ' ' << to_string(way);
      }
    }
    for (const auto& [way, sign] : {std::pair{Way::higher, 1}, std::pair{Way::lower, -1}}) {
      const auto least = least_level(crowd, sign, options);
      ASSERT_EQ(ways.count(way), least ? 1u : 0u) << n << ' ' << to_string(way);
      if (least) {
        ASSERT_DOUBLE_EQ(ways.at(way).distance.in(metres), *least) << n << ' ' << to_string(way);
      }
    }
  }
  EXPECT_GT(none, 100);
  for (const Way way : {Way::later, Way::earlier, Way::higher, Way::lower, Way::aside}) EXPECT_GT(seen[way], 100) << to_string(way);
}

// The same outline seen from another middle, by GeographicLib's azimuths and distances.
Area laid_out_again(const Area& area, LatLng from, LatLng to) {
  double distance = 0, there = 0, back = 0;
  earth().Inverse(from.lat_deg, from.lon_deg, to.lat_deg, to.lon_deg, distance, there, back);
  const double turn = distance > 0 ? back - there : 0;
  Outline outline;
  for (const LatLng& p : area.outline()) {
    double azimuth = 0, ignored = 0;
    earth().Inverse(from.lat_deg, from.lon_deg, p.lat_deg, p.lon_deg, distance, azimuth, ignored);
    outline.push_back(away(to, azimuth + turn, distance));
  }
  return area.is_circle() ? circle(outline[0], area.radius_m()) : polygon(outline);
}

TEST(Suggest, AsideIsTheFirstFreePlaceOfThoseThatGeographicLibLaysOut) {
  Random random(42);
  int found = 0;
  for (int n = 0; n < 150; ++n) {
    const Crowd crowd = random_crowd(random, 12);
    if (is_free(crowd, crowd.own)) continue;
    const auto ways = by_way(suggestions(crowd.own, crowd.priority, crowd.others, {}));
    const geo::Vec3 middle = crowd.own.front().area.ball().middle;
    LatLng from;
    from.lat_deg = geo::atan2_degrees(middle.z * geo::wgs84::kappa, std::hypot(middle.x, middle.y));
    from.lon_deg = geo::atan2_degrees(middle.y, middle.x);
    const auto first_free = [&]() -> std::optional<std::pair<double, double>> {
      for (const double distance : distances_aside_m) {
        for (double bearing = 0; bearing < 360; bearing += 45) {
          std::vector<Volume> volumes = crowd.own;
          for (Volume& v : volumes) v.area = laid_out_again(v.area, from, away(from, bearing, distance));
          if (is_free(crowd, volumes)) return std::pair{distance, bearing};
        }
      }
      return std::nullopt;
    }();
    ASSERT_EQ(ways.count(Way::aside), first_free ? 1u : 0u) << n;
    if (!first_free) continue;
    ++found;
    const Suggestion& aside = ways.at(Way::aside);
    ASSERT_DOUBLE_EQ(aside.distance.in(metres), first_free->first) << n;
    ASSERT_DOUBLE_EQ(aside.towards.in_degrees(), first_free->second) << n;
    for (std::size_t k = 0; k < crowd.own.size(); ++k) {
      const Area twin = laid_out_again(crowd.own[k].area, from, away(from, first_free->second, first_free->first));
      for (std::size_t v = 0; v < twin.outline().size(); ++v) {
        const LatLng p = twin.outline()[v], q = aside.volumes[k].area.outline()[v];
        double apart = 0;
        earth().Inverse(p.lat_deg, p.lon_deg, q.lat_deg, q.lon_deg, apart);
        ASSERT_LT(apart, 0.05) << n;
      }
    }
  }
  EXPECT_GT(found, 30);
}

RC_GTEST_PROP(SuggestProperty, IsFreeAndKeepsShapesAndDurations, ()) {
  Random random(*rc::gen::arbitrary<std::uint64_t>());
  const Crowd crowd = random_crowd(random, 20);
  const auto found = suggestions(crowd.own, crowd.priority, crowd.others, {.floor_m = -100});
  RC_ASSERT(found.has_value());
  for (const Suggestion& s : *found) {
    RC_ASSERT(is_free(crowd, s.volumes));
    RC_ASSERT(s.volumes.size() == crowd.own.size());
    for (std::size_t k = 0; k < s.volumes.size(); ++k) {
      const Volume &now = s.volumes[k], &before = crowd.own[k];
      RC_ASSERT(now.lower_m.has_value() == before.lower_m.has_value() && now.upper_m.has_value() == before.upper_m.has_value());
      if (now.lower_m && now.upper_m) RC_ASSERT(std::abs(*now.upper_m - *now.lower_m - (*before.upper_m - *before.lower_m)) < 1e-9);
      if (before.time.to == Time::max()) {
        RC_ASSERT(now.time.to == Time::max());
      } else {
        RC_ASSERT(now.time.to - now.time.from == before.time.to - before.time.from);
      }
      RC_ASSERT(now.area.outline().size() == before.area.outline().size() && now.area.radius_m() == before.area.radius_m());
      for (std::size_t v = 0; v < now.area.outline().size(); ++v) {
        const auto length = [v](const Area& area) {
          const LatLng p = area.outline()[v], q = area.outline()[(v + 1) % area.outline().size()];
          double apart = 0;
          earth().Inverse(p.lat_deg, p.lon_deg, q.lat_deg, q.lon_deg, apart);
          return apart;
        };
        RC_ASSERT(std::abs(length(now.area) - length(before.area)) < 2e-5 * 1'500);
      }
    }
  }
}

}  // namespace
}  // namespace skypact::plan
