// From frames to Observations: what is believed, where an aircraft is, what is remembered and for how long.

#include "wire/mode_s_receiver.h"

#include <gtest/gtest.h>

#include <vector>

#include "base/random.h"
#include "wire/adsb_encode.h"
#include "wire/crc24.h"
#include "wire/mode_s_bits.h"
#include "wire/mode_s_geometry.h"

namespace skypact::wire {
namespace {

constexpr Time start{std::chrono::seconds(1'700'000'000)};
constexpr std::uint32_t address = 0x4D2023;

geo::Position at(double lat, double lon) { return *geo::Position::from_degrees(lat, lon); }

struct Feed {
  explicit Feed(const ReceiverOptions& options = {}) : receiver(options) {}
  template <class Frame>
  std::optional<Observation> hear(const Frame& frame, Duration when) { return receiver.receive(make_frame(frame), start + when); }
  std::optional<Observation> position(geo::Position p, bool odd, Duration when, std::uint8_t type_code = 11) {
    return hear(encode_airborne_position(address, {.position = p, .altitude_ft = 30'000, .odd = odd, .type_code = type_code}), when);
  }
  std::uint64_t count(DecodeError e) const { return receiver.errors()[e]; }
  ModeSReceiver receiver;
};

TEST(ModeSReceiver, BelievesAReplyOnlyOfAnAddressThatWasConfirmed) {
  Feed feed;
  EXPECT_FALSE(feed.hear(encode_identity_reply(address, 7700), seconds(0)));
  EXPECT_EQ(feed.count(DecodeError::unconfirmed_address), 1u);
  EXPECT_TRUE(feed.hear(encode_all_call(address), seconds(1)));
  const auto o = feed.hear(encode_identity_reply(address, 7700), seconds(2));
  ASSERT_TRUE(o);
  EXPECT_EQ(o->squawk, 7700);
  EXPECT_EQ(o->kind, SourceKind::mode_s);
  EXPECT_EQ(o->address, icao_address(address));
  EXPECT_TRUE(feed.hear(encode_altitude_reply(address, 5000), seconds(61)));
  EXPECT_FALSE(feed.hear(encode_altitude_reply(address, 5000), seconds(62)));  // replies do not confirm themselves
}

TEST(ModeSReceiver, BelievesAnAllCallReplyToAnInterrogatorTheSecondTime) {
  Feed feed;
  EXPECT_FALSE(feed.hear(encode_all_call(address, false, 5), seconds(0)));
  EXPECT_FALSE(feed.hear(encode_altitude_reply(address, 5000), seconds(1)));
  EXPECT_TRUE(feed.hear(encode_all_call(address, false, 5), seconds(2)));
  EXPECT_TRUE(feed.hear(encode_altitude_reply(address, 5000), seconds(3)));
}

TEST(ModeSReceiver, LocatesByAPairAndThenByEachMessage) {
  Feed feed;
  EXPECT_FALSE(feed.position(at(50, 10), false, seconds(0))->position);
  const auto pair = feed.position(at(50.001, 10), true, seconds(1));
  ASSERT_TRUE(pair->position);
  EXPECT_LT(straight_distance(*pair->position, at(50.001, 10)).in(metres), 6);
  EXPECT_EQ(pair->on_ground, false);
  EXPECT_EQ(pair->pressure_altitude, PressureAltitude(feet_of_height(30'000)));
  EXPECT_TRUE(pair->altitude_in_25ft);
  // 40 s later only one parity is heard; the last position is enough.
  const auto one = feed.position(at(50.1, 10), true, seconds(41));
  ASSERT_TRUE(one->position);
  EXPECT_LT(straight_distance(*one->position, at(50.1, 10)).in(metres), 6);
}

TEST(ModeSReceiver, DoesNotPairMessagesMoreThanTenSecondsApart) {
  Feed feed;
  (void)feed.position(at(50, 10), false, seconds(0));
  EXPECT_FALSE(feed.position(at(50, 10), true, milliseconds(10'001))->position);
  EXPECT_TRUE(feed.position(at(50, 10), false, milliseconds(20'001))->position);
}

TEST(ModeSReceiver, ForgetsAPositionAfterFiveMinutes) {
  Feed feed;
  (void)feed.position(at(50, 10), false, seconds(0));
  ASSERT_TRUE(feed.position(at(50, 10), true, seconds(1))->position);
  EXPECT_TRUE(feed.position(at(50, 10), true, seconds(301))->position);
  EXPECT_FALSE(feed.position(at(50, 10), true, seconds(602))->position);
}

TEST(ModeSReceiver, RefusesAJumpUntilItRepeats) {
  Feed feed;
  (void)feed.position(at(50, 10), false, seconds(0));
  ASSERT_TRUE(feed.position(at(50, 10), true, seconds(1))->position);
  // 60 NM away within a second. The first pairs are half old, half new; in the end the new place is believed.
  std::vector<geo::Position> seen;
  for (int i = 0; i < 8; ++i) {
    const auto o = feed.position(at(51, 10), i % 2 == 0, milliseconds(2000 + 500 * i));
    ASSERT_TRUE(o);
    EXPECT_TRUE(o->pressure_altitude);  // the rest of the message is as good as ever
    if (o->position) seen.push_back(*o->position);
  }
  EXPECT_GE(feed.count(DecodeError::position_jump), 1u);
  ASSERT_GE(seen.size(), 4u);
  for (const auto p : seen) EXPECT_LT(straight_distance(p, at(51, 10)).in(metres), 6);
}

TEST(ModeSReceiver, DoesNotConfirmAJumpByOneLongAfter) {
  Feed feed;
  (void)feed.position(at(50, 10), false, seconds(0));
  ASSERT_TRUE(feed.position(at(50, 10), true, seconds(1))->position);
  EXPECT_FALSE(feed.position(at(52, 10), true, seconds(20))->position);
  EXPECT_FALSE(feed.position(at(52, 10), true, seconds(51))->position);
  EXPECT_TRUE(feed.position(at(52, 10), true, seconds(81))->position);
  EXPECT_EQ(feed.count(DecodeError::position_jump), 2u);
}

TEST(ModeSReceiver, RefusesAPositionBeyondItsRange) {
  Feed feed({.position = at(40, 10), .range = nautical_miles(300)});
  (void)feed.position(at(50, 10), false, seconds(0));
  EXPECT_FALSE(feed.position(at(50, 10), true, seconds(1))->position);
  EXPECT_EQ(feed.count(DecodeError::position_out_of_range), 1u);
  Feed near({.position = at(46, 10), .range = nautical_miles(300)});
  (void)near.position(at(50, 10), false, seconds(0));
  EXPECT_TRUE(near.position(at(50, 10), true, seconds(1))->position);
}

TEST(ModeSReceiver, LocatesOnTheSurfaceNearItsAntennaOrItsLastPosition) {
  const auto surface = [](bool odd) { return encode_surface_position(address, {.position = at(50.03, 8.57), .ground_speed_kt = 15.0, .track_deg = 250.0, .odd = odd}); };
  Feed blind;
  (void)blind.hear(surface(false), seconds(0));
  EXPECT_FALSE(blind.hear(surface(true), seconds(1))->position);

  Feed with_antenna({.position = at(50.1, 8.7)});
  (void)with_antenna.hear(surface(false), seconds(0));
  const auto o = with_antenna.hear(surface(true), seconds(1));
  ASSERT_TRUE(o->position);
  EXPECT_LT(straight_distance(*o->position, at(50.03, 8.57)).in(metres), 1.5);
  EXPECT_EQ(o->on_ground, true);
  EXPECT_NEAR(o->velocity->track.in_degrees(), 250, 1.5);

  Feed landing;
  (void)landing.position(at(50.03, 8.6), false, seconds(0));
  ASSERT_TRUE(landing.position(at(50.03, 8.6), true, seconds(1))->position);
  EXPECT_TRUE(landing.hear(surface(true), seconds(31))->position);
}

// Version, NIC supplement and NACp come in one message, the position in another.
TEST(ModeSReceiver, JudgesAccuracyByTheVersionThatTheAircraftSent) {
  Feed feed;
  (void)feed.position(at(50, 10), false, seconds(0));
  const auto v0 = feed.position(at(50, 10), true, seconds(1));
  EXPECT_EQ(v0->containment, nautical_miles(0.1));
  EXPECT_EQ(v0->accuracy, nautical_miles(0.05));
  EXPECT_FALSE(v0->nic);
  EXPECT_FALSE(v0->adsb_version);
  const auto status = feed.hear(encode_operational_status(address, {.nic_supplement_a = true, .nac_p = 10, .sil = 3}), seconds(2));
  EXPECT_EQ(status->adsb_version, 2);
  EXPECT_EQ(status->nac_p, 10);
  const auto v2 = feed.hear(encode_airborne_position(address, {.position = at(50, 10), .altitude_ft = 30'000, .type_code = 11, .nic_supplement_b = true}), seconds(3));
  EXPECT_EQ(v2->nic, 9);
  EXPECT_EQ(v2->containment, metres(75));
  EXPECT_EQ(v2->accuracy, metres(10));
  EXPECT_EQ(v2->sil, 3);
  EXPECT_EQ(v2->adsb_version, 2);
  const auto gnss = feed.hear(encode_airborne_position(address, {.position = at(50, 10), .altitude_ft = 30'100, .type_code = 20}), seconds(4));
  EXPECT_EQ(gnss->ellipsoid_altitude, EllipsoidAltitude(feet_of_height(30'100)));
  EXPECT_EQ(gnss->altitude_accuracy, metres_of_height(45));
  EXPECT_FALSE(gnss->pressure_altitude);
}

TEST(ModeSReceiver, GivesVelocityEmergencyAndIntent) {
  Feed feed;
  const auto v = feed.hear(encode_velocity(address, {.east_kt = 300, .north_kt = 400, .vertical_rate_fpm = -1280, .gnss_minus_baro_ft = -125}), seconds(0));
  EXPECT_NEAR(v->velocity->speed.in(knots), 500, 1e-9);
  EXPECT_NEAR(v->velocity->track.in_degrees(), 36.8699, 1e-4);
  EXPECT_EQ(v->vertical_rate, feet_per_minute(-1280));
  EXPECT_EQ(v->gnss_minus_pressure, feet_of_height(-125));
  const auto e = feed.hear(encode_emergency(address, Emergency::minimum_fuel, 7700), seconds(1));
  EXPECT_EQ(e->emergency, Emergency::minimum_fuel);
  EXPECT_EQ(e->squawk, 7700);
  const auto t = feed.hear(encode_target_state(address, {.selected_altitude_ft = 24'000, .selected_altitude_from_fms = true, .baro_setting_hpa = 1013.6}), seconds(2));
  EXPECT_EQ(t->selected_altitude->value, feet_of_height(24'000));
  EXPECT_TRUE(t->selected_altitude->from_fms);
  EXPECT_NEAR(t->selected_altitude->baro_setting->in(hectopascal), 1013.6, 1e-9);
  EXPECT_TRUE(feed.hear(encode_resolution_advisory(address, {.advisory = 0x2000}), seconds(3))->acas_resolution_advisory);
  EXPECT_FALSE(feed.hear(encode_resolution_advisory(address, {.advisory = 0x2000, .terminated = true}), seconds(4))->acas_resolution_advisory);
  EXPECT_EQ(feed.hear(encode_identification(address, "DRONE1", "B6"), seconds(5))->aircraft_class, AircraftClass::unmanned);
}

TEST(ModeSReceiver, TakesAHeadingOnlyWhenItIsKnownToBeTrue) {
  Feed feed;
  const auto airspeed = encode_airspeed(address, {.heading_deg = 90.0, .airspeed_kt = 300});
  EXPECT_FALSE(feed.hear(airspeed, seconds(0))->heading);
  (void)feed.hear(encode_operational_status(address, {.heading_is_magnetic = true}), seconds(1));
  EXPECT_FALSE(feed.hear(airspeed, seconds(2))->heading);
  (void)feed.hear(encode_operational_status(address, {}), seconds(3));
  EXPECT_EQ(feed.hear(airspeed, seconds(4))->heading, TrueBearing::degrees(90));
}

TEST(ModeSReceiver, KeepsTisbApartFromTheAircraftItself) {
  Feed feed;
  const auto me = [](bool odd) {
    const auto cpr = cpr_encode(52, 12, odd, CprScope::airborne);
    return at_bits(11, 1, 5) | at_bits(encode_altitude12(9000), 9, 20) | at_bits(odd, 22, 22) | at_bits(cpr.lat, 23, 39) | at_bits(cpr.lon, 40, 56);
  };
  (void)feed.position(at(50, 10), false, seconds(0));
  const auto tisb = feed.hear(encode_df18(2, address, me(true)), seconds(1));  // the other parity, another source
  EXPECT_EQ(tisb->kind, SourceKind::tisb);
  EXPECT_EQ(tisb->address.kind, AddressKind::tisb_icao);
  EXPECT_FALSE(tisb->position);
  EXPECT_TRUE(feed.position(at(50, 10), true, seconds(2))->position);
  EXPECT_EQ(feed.count(DecodeError::position_jump), 0u);
  EXPECT_EQ(feed.receiver.addresses(), 2u);
}

TEST(ModeSReceiver, MarksWhatMultilaterationMadeUp) {
  ModeSReceiver receiver({});
  const auto frame = encode_df18(2, address, at_bits(19, 1, 5) | at_bits(1, 6, 8) | at_bits(101, 15, 24) | at_bits(101, 26, 35));
  const auto o = receiver.receive(make_frame(frame, mlat_timestamp), start);
  ASSERT_TRUE(o);
  EXPECT_EQ(o->kind, SourceKind::mlat);
  EXPECT_EQ(o->address, icao_address(address));
  EXPECT_EQ(o->measured_at, start);
}

TEST(ModeSReceiver, ReadsSelectedAltitudeOutOfCommB) {
  Feed feed;
  (void)feed.hear(encode_all_call(address), seconds(0));
  const std::uint64_t mb = at_bits(1, 1, 1) | at_bits(24'000 / 16, 2, 13) | at_bits(1, 27, 27) | at_bits(2132, 28, 39);
  LongFrame frame{20 << 3, 0, 0, 0};
  for (std::size_t i = 0; i < 7; ++i) frame[4 + i] = static_cast<std::uint8_t>(mb >> (48 - 8 * i));
  const std::uint32_t parity = crc24_parity(frame) ^ address;
  for (std::size_t i = 0; i < 3; ++i) frame[11 + i] = static_cast<std::uint8_t>(parity >> (16 - 8 * i));
  const auto o = feed.hear(frame, seconds(1));
  ASSERT_TRUE(o && o->selected_altitude);
  EXPECT_EQ(o->selected_altitude->value, feet_of_height(24'000));
  EXPECT_NEAR(o->selected_altitude->baro_setting->in(hectopascal), 1013.2, 1e-9);
}

TEST(ModeSReceiver, RemembersNoMoreThanItsBoundAndForgetsTheOldestFirst) {
  Feed feed({.most_addresses = 64});
  for (std::uint32_t i = 0; i < 64; ++i) (void)feed.hear(encode_all_call(1000 + i), milliseconds(i));
  EXPECT_EQ(feed.receiver.addresses(), 64u);
  (void)feed.hear(encode_all_call(5000), milliseconds(64));  // one past the bound: an eighth goes
  EXPECT_EQ(feed.receiver.addresses(), 57u);
  EXPECT_FALSE(feed.hear(encode_altitude_reply(1000 + 7, 5000), milliseconds(65)));
  EXPECT_TRUE(feed.hear(encode_altitude_reply(1000 + 8, 5000), milliseconds(65)));
  for (std::uint32_t i = 0; i < 10'000; ++i) (void)feed.hear(encode_all_call(100'000 + i), milliseconds(100 + i));
  EXPECT_LE(feed.receiver.addresses(), 64u);
}

TEST(ModeSReceiver, StartsAnewWhenTheClockGoesBackAndHoldsForLess) {
  Feed feed;
  (void)feed.position(at(50, 10), false, seconds(100));
  const auto held = feed.position(at(50, 10), true, milliseconds(99'500));
  ASSERT_TRUE(held->position);
  EXPECT_EQ(held->received_at, start + seconds(100));
  const auto anew = feed.position(at(50, 10), false, seconds(10));
  EXPECT_EQ(feed.count(DecodeError::clock_went_back), 1u);
  EXPECT_EQ(anew->received_at, start + seconds(10));
  EXPECT_FALSE(anew->position);
  EXPECT_TRUE(feed.position(at(50, 10), true, seconds(11))->position);
}

TEST(ModeSReceiver, IgnoresModeACAndReceiverStatus) {
  Feed feed;
  ModeSFrame frame;
  frame.kind = FrameKind::mode_ac;
  frame.size = 2;
  EXPECT_FALSE(feed.receiver.receive(frame, start));
  EXPECT_EQ(feed.receiver.errors().total(), 0u);
}

// A flight around the world over both poles and the antimeridian, at 250 m/s.
TEST(ModeSReceiver, FollowsAFlightOverPolesAndTheAntimeridian) {
  Feed feed;
  int located = 0, messages = 0;
  for (double along = 0; along < 360; along += 0.01, ++messages) {
    const double folded = along < 90 ? along : along < 270 ? 180 - along : along - 360;
    const auto p = at(folded, along < 90 || along >= 270 ? 30 : -150);
    const auto o = feed.position(p, messages % 2 == 1, milliseconds(4500) * messages);
    if (!o->position) continue;
    ++located;
    ASSERT_LT(straight_distance(*o->position, p).in(metres), 25) << along;
  }
  // Pairs that straddle a change of zones fall back on the last position.
  EXPECT_EQ(located, messages - 1);
  EXPECT_EQ(feed.receiver.errors().total(), 0u);
}

}  // namespace
}  // namespace skypact::wire
