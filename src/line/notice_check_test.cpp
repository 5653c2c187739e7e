#include "line/notice_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/random.h"
#include "geo/ellipsoid.h"
#include "guard/region.h"
#include "line/notice_area.h"
#include "line/test_notice.h"

namespace skypact::line {
namespace {

using namespace test;
using std::chrono::hours;
using testing::ElementsAre;
using testing::IsEmpty;
using Code = NoticeFindingCode;

const Parties parties{{"unknown", "Unknown", "?"}, {"north", "North", "NRTH"}, {"south", "South", "STH"}, {"relief", "Relief", "RLF"}};
constexpr PartyId north{1}, south{2}, relief{3};
const std::vector<pact::TermsNotice> agreed{{"live-firing", hours(72), ""}, {"refuelling", hours(2), ""}};
const Time long_before = morning - hours(24 * 7);

// Of north, in time, alone in the sky.
NoticeContext context() { return {.party = "north", .parties = &parties, .minimum = agreed, .submitted_at = long_before}; }

std::vector<Code> codes(const std::vector<NoticeFinding>& findings) {
  std::vector<Code> out;
  for (const auto& f : findings) out.push_back(f.code);
  return out;
}

TEST(NoticeCheck, FindsNothingInAnEmptySkyGivenInTime) { EXPECT_THAT(check(example(), context(), long_before), IsEmpty()); }

TEST(NoticeCheck, SaysHowLateANoticeIsAndRefusesNothing) {
  NoticeContext c = context();
  c.submitted_at = morning - hours(72);
  EXPECT_THAT(check(example(), c, c.submitted_at), IsEmpty()) << "exactly in time";
  c.submitted_at = morning - hours(72) + seconds(1);
  auto found = check(example(), c, c.submitted_at);
  ASSERT_THAT(codes(found), ElementsAre(Code::late));
  EXPECT_EQ(*found[0].wanted - *found[0].given, seconds(1));
  EXPECT_EQ(found[0].severity, Severity::caution);
  c.submitted_at = morning - minutes(90);
  found = check(example(), c, c.submitted_at);
  EXPECT_EQ(finding_text(found[0]), "Late by 70 h 30 min: given 1 h 30 min before it begins; agreed are at least 72 h before.");
  c.submitted_at = morning + minutes(10);
  found = check(example(), c, c.submitted_at);
  EXPECT_EQ(found[0].severity, Severity::warning);
  EXPECT_EQ(finding_text(found[0]), "Late by 72 h 10 min: given 10 min after it began; agreed are at least 72 h before.");
}

TEST(NoticeCheck, TakesTheLongestMinimumAndSaysWhereNoneIsAgreed) {
  const std::vector<pact::TermsNotice> two{{"live-firing", hours(1), ""}, {"live-firing", hours(24 * 30), ""}};
  NoticeContext c = context();
  c.minimum = two;
  EXPECT_THAT(codes(check(example(), c, long_before)), ElementsAre(Code::late));
  Notice n = example();
  n.activity = "fireworks";
  const auto found = check(n, c, long_before);
  ASSERT_THAT(codes(found), ElementsAre(Code::no_minimum));
  EXPECT_EQ(finding_text(found[0]), "No minimum notice is agreed for fireworks.");
}

TEST(NoticeCheck, ComparesWithTheOtherPartiesNotices) {
  Notice other = example();
  other.number = {3, 26};
  other.kind = NoticeKind::humanitarian;
  other.geometry = NoticeCorridor{{at(52, 4), at(52.6, 5.5)}, nautical_miles(2)};
  other.spans = {{morning + hours(2), morning + hours(4)}};
  const std::vector<PartyNotice> notices{{"relief", other}, {"north", other}};
  NoticeContext c = context();
  c.notices = notices;
  auto found = check(example(), c, long_before);
  ASSERT_THAT(codes(found), ElementsAre(Code::notice_overlap)) << "its own is none of the others'";
  EXPECT_EQ(found[0].severity, Severity::warning);
  EXPECT_EQ(finding_text(found[0]), "Overlaps notice 0003/26 of relief (humanitarian) from 2026-11-28 08:00 UTC to 2026-11-28 09:00 UTC.");
  Notice mine = example();
  mine.kind = NoticeKind::flight;
  EXPECT_EQ(check(mine, c, long_before)[0].severity, Severity::caution) << "neither is dangerous";
  mine.floor = sea_level(15'000);
  EXPECT_EQ(finding_text(check(mine, c, long_before)[0]), "Overlaps notice 0003/26 of relief (humanitarian) from 2026-11-28 08:00 UTC to 2026-11-28 09:00 UTC; the heights cannot be compared.");
}

TEST(NoticeCheck, PassesOverWhatIsCancelledAndAnothersDrill) {
  Notice other = example();
  std::vector<PartyNotice> notices{{"south", other}};
  NoticeContext c = context();
  c.notices = notices;
  EXPECT_THAT(codes(check(example(), c, long_before)), ElementsAre(Code::notice_overlap));
  notices[0].notice.exercise = true;
  EXPECT_THAT(check(example(), c, long_before), IsEmpty());
  Notice drill = example();
  drill.exercise = true;
  EXPECT_THAT(codes(check(drill, c, long_before)), ElementsAre(Code::notice_overlap)) << "a drill is checked against the drill's sky";
  notices[0].notice.exercise = false;
  notices[0].notice.revision = 2;
  notices[0].notice.state = NoticeState::cancelled;
  EXPECT_THAT(check(example(), c, long_before), IsEmpty());
  Notice mine = example();
  mine.revision = 2;
  mine.state = NoticeState::cancelled;
  c.submitted_at = morning;
  EXPECT_THAT(check(mine, c, long_before), IsEmpty()) << "what is cancelled is in nobody's way, and a cancellation is never late";
}

Zone zone(ZoneRule rule) {
  Zone z;
  z.id = "zone.hospital";
  z.name = "Field hospital";
  z.rule = rule;
  z.centre = at(52.35, 4.82);
  z.radius = nautical_miles(1);
  return z;
}

TEST(NoticeCheck, ComparesWithZonesByTheirRule) {
  const auto severity = [&](ZoneRule rule, NoticeKind kind, std::vector<PartyId> exempt) -> std::optional<Severity> {
    std::vector<Zone> zones{zone(rule)};
    zones[0].exempt = std::move(exempt);
    NoticeContext c = context();
    c.zones = zones;
    Notice n = example();
    n.kind = kind;
    const auto found = check(n, c, long_before);
    if (found.empty()) return std::nullopt;
    EXPECT_THAT(codes(found), ElementsAre(Code::zone_overlap));
    EXPECT_EQ(found[0].id, "zone.hospital");
    return found[0].severity;
  };
  using S = Severity;
  for (const ZoneRule rule : {ZoneRule::keep_clear, ZoneRule::protected_site}) {
    EXPECT_EQ(severity(rule, NoticeKind::firing, {}), S::warning);
    EXPECT_EQ(severity(rule, NoticeKind::firing, {north}), S::warning) << "who may be inside may still be fired at";
    EXPECT_EQ(severity(rule, NoticeKind::flight, {south}), S::warning);
    EXPECT_EQ(severity(rule, NoticeKind::flight, {north}), std::nullopt);
  }
  EXPECT_EQ(severity(ZoneRule::corridor, NoticeKind::firing, {relief}), S::warning);
  EXPECT_EQ(severity(ZoneRule::corridor, NoticeKind::flight, {north}), S::advisory);
  EXPECT_EQ(severity(ZoneRule::caution, NoticeKind::firing, {}), S::caution);
  EXPECT_EQ(severity(ZoneRule::caution, NoticeKind::flight, {}), S::advisory);
  EXPECT_EQ(severity(ZoneRule::caution, NoticeKind::flight, {north}), std::nullopt);
}

TEST(NoticeCheck, LooksAtAZonesBufferScheduleAndHeights) {
  std::vector<Zone> zones{zone(ZoneRule::protected_site)};
  NoticeContext c = context();
  c.zones = zones;
  const auto found = [&] { return !check(example(), c, long_before).empty(); };
  EXPECT_TRUE(found());
  EXPECT_EQ(finding_text(check(example(), c, long_before)[0]), "Overlaps zone Field hospital (protected site) from 2026-11-28 06:00 UTC to 2026-11-28 09:00 UTC.");
  zones[0].centre = vincenty::direct(at(52.31, 4.75), 45, 7 * 1852);
  EXPECT_FALSE(found()) << "6 NM from the edge of 5 NM to that of 1 NM";
  zones[0].buffer = nautical_miles(1.5);
  EXPECT_TRUE(found());
  zones[0].floor = level(200);
  EXPECT_FALSE(found());
  zones[0].floor = {};
  zones[0].active = {{morning + hours(3), morning + hours(25)}};
  EXPECT_FALSE(found());
}

TEST(NoticeCheck, NamesTheZonesItCouldNotCompare) {
  std::vector<Zone> zones{zone(ZoneRule::keep_clear), zone(ZoneRule::keep_clear), zone(ZoneRule::keep_clear)};
  zones[0].moves_with = icao_address(0x3B0010);
  zones[0].name = "Around the tanker";
  zones[1].centre.reset();
  zones[1].outline = {at(0, 0), at(1, 1), at(0, 1), at(1, 0)};
  zones[2].id = "notice:south:0001/26";
  NoticeContext c = context();
  c.zones = zones;
  const auto found = check(example(), c, long_before);
  ASSERT_THAT(codes(found), ElementsAre(Code::zone_moves, Code::zone_unreadable));
  EXPECT_EQ(finding_text(found[0]), "Zone Around the tanker moves with an aircraft: not compared.");
  EXPECT_EQ(finding_text(found[1]), "The outline of zone Field hospital is no area: not compared.");
}

// Comes in from the west and meets the circle's edge after so many seconds, at FL100.
NoticeTraffic towards(double entry_s, PartyId party = relief) {
  NoticeTraffic t{.name = "RELIEF7", .call_sign = "RELIEF7", .party = party};
  t.position = vincenty::direct(at(52.31, 4.75), -90, 5 * 1852 + entry_s * 0.1 * 1852);
  t.pressure = PressureAltitude(feet_of_height(10'000));
  t.velocity = GroundVelocity{knots(360), TrueBearing::degrees(90.5)};   // the geodesic's direction there, nearly
  t.vertical_rate = VerticalRate{};
  return t;
}

std::vector<NoticeFinding> with(const Notice& n, std::vector<NoticeTraffic> traffic, Time now, Duration look_ahead = minutes(20)) {
  NoticeContext c = context();
  c.traffic = traffic;
  c.look_ahead = look_ahead;
  return check(n, c, now);
}

TEST(NoticeCheck, TellsWhoIsInsideNowAndWhoWillBe) {
  const auto inside = with(example(), {towards(-30)}, morning);
  ASSERT_THAT(codes(inside), ElementsAre(Code::traffic_inside));
  EXPECT_EQ(inside[0].severity, Severity::conflict);
  EXPECT_EQ(finding_text(inside[0]), "RELIEF7 (relief) is inside now.");
  for (const auto& [entry, severity] : {std::pair{40.0, Severity::warning}, {100.0, Severity::caution}, {600.0, Severity::advisory}}) {
    const auto coming = with(example(), {towards(entry)}, morning);
    ASSERT_THAT(codes(coming), ElementsAre(Code::traffic_predicted)) << entry;
    EXPECT_NEAR(to_seconds(*coming[0].after), entry, 2 + entry / 100);
    EXPECT_EQ(coming[0].severity, severity);
  }
  EXPECT_EQ(finding_text(with(example(), {towards(100, unknown_party)}, morning)[0]).substr(0, 38), "RELIEF7 (party unknown) will be inside");
  EXPECT_THAT(with(example(), {towards(1'300)}, morning), IsEmpty()) << "beyond the look-ahead";
  Notice flight = example();
  flight.kind = NoticeKind::flight;
  EXPECT_EQ(with(flight, {towards(-30)}, morning)[0].severity, Severity::caution);
  EXPECT_EQ(with(flight, {towards(40)}, morning)[0].severity, Severity::advisory);
}

TEST(NoticeCheck, LooksAtTrafficOnlyForTheTimeAndHeightOfTheNotice) {
  EXPECT_THAT(with(example(), {towards(-30)}, morning - hours(1)), IsEmpty()) << "it begins in an hour";
  const auto soon = with(example(), {towards(-30)}, morning - seconds(20));
  ASSERT_THAT(codes(soon), ElementsAre(Code::traffic_predicted)) << "inside already, and still there when it begins";
  EXPECT_EQ(*soon[0].after, seconds(20));
  NoticeTraffic high = towards(60);
  high.pressure = PressureAltitude(feet_of_height(25'000));
  EXPECT_THAT(with(example(), {high}, morning), IsEmpty());
  high.vertical_rate = feet_per_minute(-3'000);
  EXPECT_THAT(codes(with(example(), {high}, morning)), ElementsAre(Code::traffic_predicted)) << "descends into it";
  NoticeTraffic unknown = towards(60);
  unknown.pressure.reset();
  const auto found = with(example(), {unknown}, morning);
  ASSERT_THAT(codes(found), ElementsAre(Code::traffic_predicted));
  EXPECT_TRUE(found[0].vertical_unknown);
}

TEST(NoticeCheck, CountsOwnAircraftOnlyWhereItIsDangerousAndTheyDoNotTakePart) {
  EXPECT_THAT(codes(with(example(), {towards(-30, north)}, morning)), ElementsAre(Code::traffic_inside));
  Notice flight = example();
  flight.kind = NoticeKind::flight;
  EXPECT_THAT(with(flight, {towards(-30, north)}, morning), IsEmpty());
  NoticeTraffic member = towards(-30, north);
  member.call_sign = "NAF21";
  EXPECT_THAT(with(example(), {member}, morning), IsEmpty());
  member.party = south;
  EXPECT_THAT(codes(with(example(), {member}, morning)), ElementsAre(Code::traffic_inside)) << "a call sign is a claim; another party's never takes part by it";
}

TEST(NoticeCheck, TellsOfEveryAircraftThatASamplerFindsInside) {
  int found_inside = 0;
  for (std::uint64_t seed = 1; seed <= 150; ++seed) {
    Random random(seed);
    Notice n = example();
    const geo::Position place = at(random.uniform(-60, 60), random.uniform(-180, 180));
    n.geometry = random_geometry(random, place, 60'000);
    n.floor = level(50);
    n.ceiling = level(50 + static_cast<double>(10 + random.below(200)));
    std::vector<NoticeTraffic> traffic;
    for (int k = 0; k < 40; ++k) {
      NoticeTraffic t{.name = "A" + std::to_string(100 + k), .party = south};
      t.position = vincenty::direct(place, random.uniform(-180, 180), random.uniform(0, 100'000));
      t.pressure = PressureAltitude(feet_of_height(random.uniform(0, 30'000)));
      if (random.chance(0.9)) t.velocity = GroundVelocity{knots(random.uniform(0, 500)), TrueBearing::degrees(random.uniform(0, 360))};
      t.vertical_rate = feet_per_minute(random.uniform(-2'000, 2'000));
      traffic.push_back(std::move(t));
    }
    const Time now = morning - minutes(5);
    const auto findings = with(n, traffic, now);
    const auto region = region_of(*area_of(n.geometry));
    for (const NoticeTraffic& t : traffic) {
      std::optional<int> first;
      for (int s = 300; s < 1'200 && !first; s += 2) {   // it begins after five minutes
        const GroundVelocity v = t.velocity.value_or(GroundVelocity{});
        const geo::Position p = vincenty::direct(t.position, v.track.in_degrees(), v.speed.in(metres_per_second) * s);
        const double feet = t.pressure->in_feet() + t.vertical_rate->in_feet_per_minute() * s / 60;
        if (feet < n.floor.height.in_feet() + 1 || feet > n.ceiling.height.in_feet() - 1) continue;
        if (region->signed_distance(geo::place_of(p)) < -2) first = s;
      }
      if (!first) continue;
      ++found_inside;
      const auto told = std::find_if(findings.begin(), findings.end(), [&](const NoticeFinding& f) { return f.name == t.name; });
      ASSERT_NE(told, findings.end()) << "seed " << seed << " " << t.name;
      EXPECT_LE(to_seconds(*told->after), *first) << "seed " << seed << " " << t.name;
    }
  }
  EXPECT_GT(found_inside, 100);
}

TEST(NoticeCheck, PutsTheMostSevereFirstAndSaysHowManyItLeavesOut) {
  std::vector<NoticeTraffic> traffic;
  for (std::size_t k = 0; k <= NoticeCheckLimits::findings; ++k) {
    traffic.push_back(towards(k % 2 == 0 ? 200 : -30));
    traffic.back().name = "R" + std::to_string(1'000 + k);
  }
  auto all = traffic;
  all.pop_back();
  EXPECT_EQ(with(example(), all, morning).size(), NoticeCheckLimits::findings);
  EXPECT_NE(with(example(), all, morning).back().code, Code::left_out);
  const auto found = with(example(), traffic, morning);
  ASSERT_EQ(found.size(), NoticeCheckLimits::findings);
  EXPECT_EQ(found.front().severity, Severity::conflict);
  EXPECT_EQ(found.back().code, Code::left_out);
  EXPECT_EQ(found.back().count, 2u);
  EXPECT_EQ(finding_text(found.back()), "2 further findings, none more severe, are left out.");
  EXPECT_TRUE(std::is_sorted(found.begin(), found.end() - 1, [](const auto& a, const auto& b) { return a.severity > b.severity; }));
}

TEST(NoticeCheck, SaysWhereAllIsOver) {
  const auto found = check(example(), context(), morning + hours(36));
  ASSERT_THAT(codes(found), ElementsAre(Code::all_over));
  EXPECT_FALSE(check(example(), context(), morning + hours(36) - minutes(1)) == found);
}

TEST(NoticeCheck, HasASentenceForEveryCode) {
  for (std::size_t k = 0; k < notice_finding_codes; ++k) {
    const NoticeFinding f{.code = static_cast<Code>(k), .id = "zone.x", .name = "X"};
    EXPECT_THAT(finding_text(f), testing::EndsWith("."));
    EXPECT_FALSE(to_string(f.code).empty());
  }
}

}  // namespace
}  // namespace skypact::line
