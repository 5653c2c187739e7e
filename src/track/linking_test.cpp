// Linking, interference, altitudes, history: each against a twin or both of its errors.

#include "track/linking.h"

#include <gtest/gtest.h>

#include <cmath>

#include "base/random.h"
#include "geo/ellipsoid.h"
#include "geo/motion.h"
#include "track/history.h"
#include "track/track_table.h"

namespace skypact::track {
namespace {

const Time start = Time{} + std::chrono::hours(24 * 20'000);
Time at(double s) { return start + from_seconds(s); }
geo::Position place(double lat, double lon) { return *geo::Position::from_degrees(lat, lon); }

Observation report(const Address& address, SourceKind kind, std::uint16_t source, geo::Position from, double t, double degrees = 90) {
  Observation o;
  o.kind = kind;
  o.source = SourceId{source};
  o.address = address;
  o.received_at = o.measured_at = at(t);
  o.velocity = GroundVelocity{metres_per_second(200), TrueBearing::degrees(degrees)};
  o.position = geo::position_after(geo::ground_motion(from, o.velocity->speed, o.velocity->track), from_seconds(t));
  o.pressure_altitude = PressureAltitude(feet_of_height(20'000));
  o.accuracy = metres(100);
  return o;
}
const Address ship{AddressKind::report, 0, FixedString<24>("copy-1")};

bool linked_after(const Address& a, SourceKind ka, const Address& b, SourceKind kb, double seconds_flown, geo::Position from, geo::Position beside) {
  TrackTable table;
  for (int t = 0; t <= seconds_flown; ++t) {
    table.apply(report(a, ka, 1, from, t));
    table.apply(report(b, kb, 2, beside, t));
    table.advance(at(t));
  }
  return !table.tracks()[0]->possibly_same.empty() && !table.tracks()[1]->possibly_same.empty();
}

TEST(Linking, JoinsTheCopyOfAnotherSourceEverywhereOnEarth) {
  for (const auto where : {place(50, 8), place(0, 179.999), place(89.999, 30), place(-89.99, -120)}) {
    EXPECT_FALSE(linked_after(icao_address(1), SourceKind::adsb, ship, SourceKind::report, 15, where, where)) << where.lat_degrees();
    EXPECT_TRUE(linked_after(icao_address(1), SourceKind::adsb, ship, SourceKind::report, 25, where, where)) << where.lat_degrees();
  }
}

TEST(Linking, NeedsLessEvidenceForTheSameNumber) {
  const Address relayed{AddressKind::tisb_icao, 1, {}};
  EXPECT_TRUE(linked_after(icao_address(1), SourceKind::adsb, relayed, SourceKind::tisb, 5, place(50, 8), place(50, 8)));
  const Address other{AddressKind::tisb_icao, 2, {}};
  EXPECT_FALSE(linked_after(icao_address(1), SourceKind::adsb, other, SourceKind::tisb, 60, place(50, 8), place(50, 8)));
}

TEST(Linking, NeverJoinsTwoTranspondersInFormation) {
  EXPECT_FALSE(linked_after(icao_address(1), SourceKind::adsb, icao_address(2), SourceKind::adsb, 120, place(50, 8), place(50, 8)));
  EXPECT_FALSE(linked_after(icao_address(1), SourceKind::adsb, icao_address(2), SourceKind::mlat, 120, place(50, 8), place(50, 8)));
}

TEST(Linking, DoesNotJoinWhatFliesBesideBeyondTheAccuracy) {
  EXPECT_FALSE(linked_after(icao_address(1), SourceKind::adsb, ship, SourceKind::report, 120, place(50, 8), place(50.004, 8)));
}

TEST(Linking, LeavesOpenWhichOfTwoItIs) {
  TrackTable table;
  for (int t = 0; t <= 60; ++t) {
    table.apply(report(icao_address(1), SourceKind::adsb, 1, place(50, 8), t));
    table.apply(report(icao_address(2), SourceKind::adsb, 1, place(50.0005, 8), t));
    table.apply(report(ship, SourceKind::report, 2, place(50.0002, 8), t));
    table.advance(at(t));
  }
  EXPECT_EQ(table.links(), 0u);
}

TEST(Linking, PartsSoonWhenTheTracksDiverge) {
  TrackTable table;
  int parted = 0;
  const geo::Position turn = *report(ship, SourceKind::report, 2, place(50, 8), 30).position;
  for (int t = 0; t <= 60; ++t) {
    table.apply(report(icao_address(1), SourceKind::adsb, 1, place(50, 8), t));
    Observation o = report(ship, SourceKind::report, 2, place(50, 8), t);
    if (t > 30) {
      o = report(ship, SourceKind::report, 2, turn, t - 30, 60);
      o.received_at = o.measured_at = at(t);
    }
    table.apply(o);
    table.advance(at(t));
    EXPECT_TRUE(t != 30 || table.links() == 1);
    if (t > 30 && parted == 0 && table.links() == 0) parted = t;
  }
  EXPECT_GT(parted, 30);
  EXPECT_LE(parted, 35);
}

// A: ADS-B. B: another aircraft, named by its reports, with accuracies so wide that it is within the gate for long.
struct TwoFlights {
  double degrees = 90, speed = 200;      // of B; A flies 200 m/s east
  double meet = 150;                     // seconds: B is where A is
  Length accuracy = metres(300);
  SourceKind kind = SourceKind::report;
  bool b_has_altitude = true;
};
int seconds_linked(const TwoFlights& f, int duration = 300) {
  TrackTable table;
  const geo::Position meeting = place(50, 8);
  int linked = 0;
  for (int t = 0; t <= duration; ++t) {
    const auto fly = [&](Address address, SourceKind kind, std::uint16_t source, double speed, double degrees) {
      Observation o = report(address, kind, source, meeting, t, degrees);
      o.velocity->speed = metres_per_second(speed);
      o.position = geo::position_after(geo::ground_motion(meeting, o.velocity->speed, o.velocity->track), from_seconds(t - f.meet));
      o.accuracy = f.accuracy;
      return o;
    };
    table.apply(fly(icao_address(1), SourceKind::adsb, 1, 200, 90));
    Observation b = fly(ship, f.kind, 2, f.speed, f.degrees);
    if (!f.b_has_altitude) b.pressure_altitude.reset();
    table.apply(b);
    table.advance(at(t));
    if (table.links() > 0) ++linked;
  }
  return linked;
}

TEST(Linking, NeverJoinsTwoThatCrossConvergeOrOvertake) {
  for (const SourceKind kind : {SourceKind::report, SourceKind::mlat, SourceKind::tisb, SourceKind::manual}) {
    for (const double accuracy : {30.0, 300.0, 700.0}) {
      for (const double degrees : {270.0, 180.0, 120.0, 105.0, 99.0, 97.0, 94.0}) {
        EXPECT_EQ(seconds_linked({.degrees = degrees, .accuracy = metres(accuracy), .kind = kind}), 0) << accuracy << " m, " << degrees;
      }
      for (const double speed : {120.0, 170.0, 185.0, 215.0, 230.0}) {
        EXPECT_EQ(seconds_linked({.speed = speed, .accuracy = metres(accuracy), .kind = kind}), 0) << accuracy << " m, " << speed << " m/s";
      }
    }
  }
}

TEST(Linking, JoinsACopyThatIsKnownLessWellAndWithoutAltitudeAfterAMinute) {
  EXPECT_GT(seconds_linked({}, 60), 0);
  EXPECT_EQ(seconds_linked({.b_has_altitude = false}, 59), 0);
  EXPECT_GT(seconds_linked({.b_has_altitude = false}, 90), 0);
}

// 30 s together, then the copy's reports are changed by `change`; how long the link lasts.
template <class Change>
int seconds_until_parted(Change change) {
  TrackTable table;
  for (int t = 0; t <= 90; ++t) {
    table.apply(report(icao_address(1), SourceKind::adsb, 1, place(50, 8), t));
    Observation o = report(ship, SourceKind::report, 2, place(50, 8), t);
    o.callsign = FixedString<8>("ABC1");
    if (t > 30) change(o, t - 30);
    table.apply(o);
    Observation a = report(icao_address(1), SourceKind::adsb, 1, place(50, 8), t + 0.1);
    a.callsign = FixedString<8>("ABC1");
    a.squawk = std::uint16_t{1000};
    a.on_ground = false;
    table.apply(a);
    table.advance(at(t + 0.1));
    if (t == 30) {
      EXPECT_EQ(table.links(), 1u);
    }
    if (t > 30 && table.links() == 0) return t - 30;
  }
  return 1000;
}

TEST(Linking, PartsAtOnceWhenTheTwoContradictEachOther) {
  EXPECT_EQ(seconds_until_parted([](Observation&, int) {}), 1000);
  EXPECT_EQ(seconds_until_parted([](Observation& o, int) { o.callsign = FixedString<8>("XYZ9"); }), 1);
  EXPECT_EQ(seconds_until_parted([](Observation& o, int) { o.squawk = std::uint16_t{7700}; }), 1);
  EXPECT_EQ(seconds_until_parted([](Observation& o, int) { o.on_ground = true; }), 1);
  EXPECT_EQ(seconds_until_parted([](Observation& o, int) { o.pressure_altitude = PressureAltitude(feet_of_height(21'000)); }), 1);
  EXPECT_LE(seconds_until_parted([](Observation& o, int) { o.position = place(50.05, 8); }), 1) << "a jump makes it suspect";
}

TEST(Linking, PartsWithinSecondsWhenTheLevelsOrSpeedsPart) {
  EXPECT_LE(seconds_until_parted([](Observation& o, int t) { o.pressure_altitude = PressureAltitude(feet_of_height(20'000 + 40.0 * t)); }), 17);
  EXPECT_LE(seconds_until_parted([](Observation& o, int) { o.pressure_altitude = PressureAltitude(feet_of_height(20'480)); }), 4);
  EXPECT_LE(seconds_until_parted([](Observation& o, int) { o.velocity->track = TrueBearing::degrees(110); }), 4);
  const int loose = seconds_until_parted([](Observation& o, int) {
    o.pressure_altitude = PressureAltitude(feet_of_height(20'400));
    o.vertical_rate = VerticalRate();
  });
  EXPECT_GE(loose, 15);
  EXPECT_LE(loose, 22) << "beyond the gate, not by half of it";
}

TEST(Linking, FindsTheSameNearPairsAsComparingAll) {
  Random random(7);
  for (const auto centre : {place(50, 8), place(90, 0), place(-90, 0), place(0, 180)}) {
    std::vector<Track> tracks(1500);
    for (std::uint32_t i = 0; i < tracks.size(); ++i) {
      Track& t = tracks[i];
      t.id = TrackId{i + 1};
      t.address = random.chance(0.5) ? icao_address(i) : Address{AddressKind::adsb_other, i, {}};
      const geo::GroundMotion m = geo::ground_motion(centre, metres_per_second(random.uniform(0, 900)), TrueBearing::degrees(random.uniform(0, 360)));
      t.position.emplace(geo::position_after(m, seconds(60)), start, SourceId{static_cast<std::uint16_t>(i)}, SourceKind::adsb);
    }
    std::vector<LinkBody> bodies;
    for (const auto& t : tracks) bodies.push_back(link_body(t, start, {}));
    const auto fast = near_pairs(bodies, metres(2000));
    EXPECT_GT(fast.size(), 500u);
    EXPECT_EQ(fast, near_pairs_brute_force(bodies, metres(2000)));
  }
}

TEST(Linking, PredictsEveryTrackThatMayHaveAPartner) {
  Random random(8);
  std::size_t pairs_seen = 0, left_out = 0;
  for (int round = 0; round < 20; ++round) {
    std::vector<Track> tracks(400);
    std::vector<Track*> all;
    const auto centre = place(round % 5 == 0 ? std::copysign(89.9, random.uniform(-1, 1)) : random.uniform(-90, 90),
                              round % 5 == 1 ? 179.95 : random.uniform(-180, 180));
    for (std::uint32_t i = 0; i < tracks.size(); ++i) {
      Track& t = tracks[i];
      t.id = TrackId{i + 1};
      t.address = random.chance(0.97) ? icao_address(i) : Address{AddressKind::adsb_other, i, {}};
      const geo::GroundMotion m = geo::ground_motion(centre, metres_per_second(random.uniform(0, 900)), TrueBearing::degrees(random.uniform(0, 360)));
      const auto kind = static_cast<SourceKind>(random.below(7));
      t.position.emplace(geo::position_after(m, seconds(60)), start - from_seconds(random.uniform(0, round % 2 == 0 ? 2 : 30)), SourceId{static_cast<std::uint16_t>(i)}, kind);
      if (random.chance(0.9)) {
        t.velocity.emplace(GroundVelocity{metres_per_second(random.uniform(0, 1000)), TrueBearing::degrees(random.uniform(0, 360))}, t.position->measured_at,
                           SourceId{1}, kind);
      }
      all.push_back(&t);
    }
    std::vector<LinkBody> bodies, chosen;
    for (const Track& t : tracks) bodies.push_back(link_body(t, start, {}));
    for (const Track* t : linkable(all, start, {})) chosen.push_back(link_body(*t, start, {}));
    const auto ids = [](const std::vector<LinkBody>& of, const std::vector<IndexPair>& pairs) {
      std::vector<std::pair<TrackId, TrackId>> out;
      for (const auto& [i, j] : pairs) out.emplace_back(of[i].track->id, of[j].track->id);
      return out;
    };
    const auto truth = ids(bodies, near_pairs_brute_force(bodies, metres(2000)));
    pairs_seen += truth.size();
    EXPECT_EQ(ids(chosen, near_pairs(chosen, metres(2000))), truth);
    left_out += bodies.size() - chosen.size();
  }
  EXPECT_GT(pairs_seen, 100u);
  EXPECT_GT(left_out, 500u);
}

TEST(Interference, GroupsEvidenceAsComparingAllDoes) {
  Random random(3);
  for (int round = 0; round < 5; ++round) {
    std::vector<Evidence> evidence;
    for (std::uint32_t i = 0; i < 600; ++i) evidence.push_back({TrackId{i}, place(random.uniform(-90, 90), random.uniform(-180, 180)), start});
    const double reach = 700'000;
    std::vector<std::size_t> group(evidence.size());
    for (std::size_t i = 0; i < group.size(); ++i) group[i] = i;
    for (bool changed = true; changed;) {
      changed = false;
      for (std::size_t i = 0; i < group.size(); ++i) {
        for (std::size_t j = 0; j < i; ++j) {
          if (group[i] == group[j] || geo::norm(geo::place_of(evidence[i].place) - geo::place_of(evidence[j].place)) > reach) continue;
          group[i] = group[j] = std::min(group[i], group[j]);
          changed = true;
        }
      }
    }
    for (const auto& found : group_evidence(evidence, metres(reach))) {
      for (const auto member : found) EXPECT_EQ(group[member], found.front());
    }
  }
}

TEST(Interference, IsOneFindingWithItsAreaWhenManyJumpTogether) {
  TrackTable table;
  for (int t = 0; t <= 20; ++t) {
    for (std::uint32_t n = 0; n < 8; ++n) {
      const auto home = place(40 + 0.3 * (n % 3), 30 + 0.3 * (n / 3));
      table.apply(report(icao_address(n + 1), SourceKind::adsb, 1, t < 15 ? home : place(36, 34), t));
    }
    table.advance(at(t));
    EXPECT_EQ(table.interference().size(), t < 15 ? 0u : 1u) << t;
  }
  const auto& finding = table.interference().front();
  EXPECT_EQ(finding.tracks.size(), 8u);
  EXPECT_GE(finding.area.size(), 3u);
  EXPECT_NEAR(finding.centre.lat_degrees(), 40.3, 0.4);
  EXPECT_EQ(finding.episode, 1u);
  EXPECT_TRUE(table.tracks()[0]->is_suspect(Suspicion::interference));
  table.advance(at(120));
  EXPECT_TRUE(table.interference().empty());
}

// `disturbed` of `flying` aircraft within a few kilometres jump at t = 15.
std::size_t findings_when(std::uint32_t disturbed, std::uint32_t flying) {
  TrackTable table;
  std::size_t most = 0;
  for (int t = 0; t <= 40; ++t) {
    for (std::uint32_t n = 0; n < flying; ++n) {
      const auto home = place(40 + 0.02 * (n % 5), 30 + 0.02 * (n / 5));
      table.apply(report(icao_address(n + 1), SourceKind::adsb, 1, t >= 15 && n < disturbed ? place(36, 34) : home, t));
    }
    table.advance(at(t));
    most = std::max(most, table.interference().size());
  }
  return most;
}

TEST(Interference, IsNotFoundWhereFewFlyNorWhereAFewFailAmongMany) {
  EXPECT_EQ(findings_when(1, 1), 0u);
  EXPECT_EQ(findings_when(3, 3), 0u);
  EXPECT_EQ(findings_when(4, 4), 0u);
  EXPECT_EQ(findings_when(2, 6), 0u);
  EXPECT_EQ(findings_when(4, 30), 0u);
  EXPECT_EQ(findings_when(3, 8), 1u);
  EXPECT_EQ(findings_when(5, 5), 1u);
  EXPECT_EQ(findings_when(5, 60), 1u);
}

// Eight aircraft; what their position reports say of integrity is `said(n, t, o)`.
template <class Said>
const InterferenceFinding* finding_of(TrackTable& table, Said said) {
  for (int t = 0; t <= 40; ++t) {
    for (std::uint32_t n = 0; n < 8; ++n) {
      Observation o = report(icao_address(n + 1), SourceKind::adsb, 1, place(40 + 0.3 * (n % 3), 30 + 0.3 * (n / 3)), t);
      o.nic = o.nac_p = std::uint8_t{8};
      said(n, t, o);
      table.apply(o);
    }
    table.advance(at(t));
    if (!table.interference().empty()) return &table.interference().front();
  }
  return nullptr;
}

TEST(Integrity, ThatCollapsesOfManyTogetherIsInterference) {
  const auto nic_at_once = [](std::uint32_t, int t, Observation& o) { if (t > 20) o.nic = std::uint8_t{0}; };
  const auto nac_at_once = [](std::uint32_t, int t, Observation& o) { if (t > 20) o.nac_p = std::uint8_t{1}; };
  const auto by_steps = [](std::uint32_t, int t, Observation& o) { if (t > 20) o.nic = static_cast<std::uint8_t>(std::max(0, 8 - (t - 20) / 2)); };
  {
    TrackTable table;
    const auto* finding = finding_of(table, nic_at_once);
    ASSERT_TRUE(finding);
    EXPECT_EQ(finding->collapsed, 8u);
    EXPECT_EQ(finding->jumped, 0u);
    table.advance(at(41));
    EXPECT_TRUE(table.tracks()[0]->is_suspect(Suspicion::interference));
  }
  { TrackTable table; EXPECT_TRUE(finding_of(table, nac_at_once)); }
  { TrackTable table; EXPECT_TRUE(finding_of(table, by_steps)); }
}

TEST(Integrity, ThatWasNeverGoodOrIsRelayedOrOnTheGroundIsNone) {
  const auto never_good = [](std::uint32_t, int t, Observation& o) { o.nic = o.nac_p = static_cast<std::uint8_t>(t > 20 ? 0 : 5); };
  const auto of_two = [](std::uint32_t n, int t, Observation& o) { if (t > 20 && n < 2) o.nic = std::uint8_t{0}; };
  const auto relayed = [](std::uint32_t, int t, Observation& o) {
    if (t <= 20) return;
    o.kind = SourceKind::adsr;
    o.nic = o.nac_p = std::uint8_t{0};
  };
  const auto parked = [](std::uint32_t, int t, Observation& o) {
    o.on_ground = true;
    o.velocity->speed = metres_per_second(0);
    if (t > 20) o.nic = std::uint8_t{0};
  };
  const auto says_nothing = [](std::uint32_t, int t, Observation& o) { if (t > 20) o.nic.reset(), o.nac_p.reset(); };
  { TrackTable table; EXPECT_FALSE(finding_of(table, never_good)); }
  { TrackTable table; EXPECT_FALSE(finding_of(table, of_two)); }
  { TrackTable table; EXPECT_FALSE(finding_of(table, relayed)); }
  { TrackTable table; EXPECT_FALSE(finding_of(table, parked)); }
  { TrackTable table; EXPECT_FALSE(finding_of(table, says_nothing)); }
}

TEST(Altitude, ComparesPressureWithPressureExactly) {
  VerticalPosition a, b;
  a.pressure = PressureAltitude(feet_of_height(10'000));
  b.pressure = PressureAltitude(feet_of_height(9'000));
  const auto d = vertical_difference(a, b, {});
  ASSERT_TRUE(d);
  EXPECT_EQ(d->value, feet_of_height(1000));
  EXPECT_EQ(d->error_bound, Height());
}

TEST(Altitude, IsUnknownWithoutAConversionAndBoundedWithOne) {
  VerticalPosition helicopter, drone;
  helicopter.pressure = PressureAltitude(feet_of_height(1500));
  drone.ellipsoid = EllipsoidAltitude(metres_of_height(400));
  helicopter.place = drone.place = place(50, 8);
  EXPECT_FALSE(vertical_difference(helicopter, drone, {}));
  GnssBaroField field;
  for (std::uint32_t i = 1; i <= 3; ++i) {
    field.add(TrackId{i}, place(50.1, 8.1), PressureAltitude(feet_of_height(1000 + 100 * i)), feet_of_height(300 + 25 * i), start);
  }
  const auto d = vertical_difference(helicopter, drone, {&field, {}, {}});
  ASSERT_TRUE(d);
  EXPECT_EQ(d->method, VerticalMethod::local_gnss_baro);
  EXPECT_NEAR(d->value.in_feet(), 1500 + 350 - 400 / 0.3048, 1);
  EXPECT_GE(d->error_bound, feet_of_height(150));
  const auto other = vertical_difference(drone, helicopter, {&field, {}, {}});
  EXPECT_EQ(other->value, -d->value);
  field.advance(start + minutes(11));
  EXPECT_EQ(field.cells(), 0u);
}

TEST(Altitude, ConvertsByQnhAsTheStandardAtmosphereDoes) {
  EXPECT_EQ(sea_level_minus_pressure(hectopascal(1013.25)), Height());
  for (const double qnh : {950.0, 980.0, 1000.0, 1030.0, 1050.0}) {
    EXPECT_NEAR(sea_level_minus_pressure(hectopascal(qnh)).in_metres(), -44330.77 * (1 - std::pow(qnh / 1013.25, 0.190263)), 0.001);
  }
  VerticalPosition aircraft;
  aircraft.pressure = PressureAltitude(feet_of_height(3000));
  const auto d = vertical_difference(aircraft, {VerticalLimit::Reference::mean_sea_level, feet_of_height(2000)}, {}, {nullptr, hectopascal(1023.25), {}});
  ASSERT_TRUE(d);
  EXPECT_NEAR(d->value.in_feet(), 1272, 10);
}

TEST(History, KeepsHalfAnHourAndNoMoreThanItsBound) {
  TrackTable table;
  HistoryOptions options;
  options.max_points = 500;
  TrackHistory small(options), whole;
  for (int t = 0; t <= 2400; ++t) {
    for (std::uint32_t n = 0; n < 3; ++n) table.apply(report(icao_address(n), SourceKind::adsb, 1, place(10.0 * n, 8), t));
    table.advance(at(t));
    small.update(table.tracks(), at(t));
    whole.update(table.tracks(), at(t));
    ASSERT_LE(small.points(), 500u);
  }
  EXPECT_EQ(whole.of(table.tracks()[0]->id).size(), 361u);
  EXPECT_EQ(whole.of(table.tracks()[0]->id).back().at, at(2400));
}

TEST(TrackTable, TakesAnythingInAnyOrderAndStaysBounded) {
  TrackOptions options;
  options.max_tracks = 300;
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    TrackTable table(options), twin(options);
    Random random(seed);
    double t = 0;
    for (int i = 0; i < 20'000; ++i) {
      t += random.uniform(-0.5, 1.5);
      Observation o = report(icao_address(static_cast<std::uint32_t>(random.below(400))), static_cast<SourceKind>(random.below(7)),
                             static_cast<std::uint16_t>(random.below(6)), place(random.uniform(-90, 90), random.uniform(-180, 180)), 0);
      if (random.chance(0.3)) o.address.kind = static_cast<AddressKind>(random.below(6));
      if (random.chance(0.2)) o.position.reset();
      o.received_at = at(t);
      o.measured_at = at(t + random.uniform(-70, 5));
      EXPECT_EQ(table.apply(o), twin.apply(o));
      if (i % 50 == 0) {
        const double now = random.chance(0.02) ? t -= 4000 : t;
        table.advance(at(now));
        twin.advance(at(now));
      }
      ASSERT_LE(table.size(), 300u);
    }
    ASSERT_EQ(table.size(), twin.size());
    for (std::size_t i = 0; i < table.size(); ++i) {
      const Track &a = *table.tracks()[i], &b = *twin.tracks()[i];
      EXPECT_EQ(a.id, b.id) << seed;
      EXPECT_EQ(a.possibly_same, b.possibly_same);
      for (const auto id : a.possibly_same) {
        const Track* other = table.find(id);
        ASSERT_TRUE(other);
        EXPECT_TRUE(std::binary_search(other->possibly_same.begin(), other->possibly_same.end(), a.id));
      }
      EXPECT_TRUE(i == 0 || table.tracks()[i - 1]->id < a.id);
    }
  }
}

}  // namespace
}  // namespace skypact::track
