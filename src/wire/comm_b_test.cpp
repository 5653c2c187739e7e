// What may be read out of a Comm-B reply, and what must not. The golden test compares real replies.

#include "wire/comm_b.h"

#include <gtest/gtest.h>

#include <map>

#include "base/random.h"
#include "wire/mode_s_bits.h"

namespace skypact::wire {
namespace {

std::uint64_t register40(std::uint32_t mcp_ft, double baro_hpa) {
  return at_bits(1, 1, 1) | at_bits(mcp_ft / 16, 2, 13) | at_bits(1, 27, 27) | at_bits(static_cast<std::uint64_t>((baro_hpa - 800) * 10 + 0.5), 28, 39);
}
std::uint64_t register50(double roll, double track, double speed, double airspeed) {
  return at_bits(1, 1, 1) | at_bits(static_cast<std::uint64_t>(static_cast<std::int64_t>(roll * 256 / 45)), 2, 11) | at_bits(1, 12, 12) |
         at_bits(static_cast<std::uint64_t>(track * 512 / 90), 13, 23) | at_bits(1, 24, 24) | at_bits(static_cast<std::uint64_t>(speed / 2), 25, 34) |
         at_bits(1, 46, 46) | at_bits(static_cast<std::uint64_t>(airspeed / 2), 47, 56);
}
std::uint64_t register60(double heading, double airspeed, double mach, std::int32_t rate) {
  return at_bits(1, 1, 1) | at_bits(static_cast<std::uint64_t>(heading * 512 / 90), 2, 12) | at_bits(1, 13, 13) | at_bits(static_cast<std::uint64_t>(airspeed), 14, 23) |
         at_bits(1, 24, 24) | at_bits(static_cast<std::uint64_t>(mach / 0.004 + 0.5), 25, 34) | at_bits(1, 35, 35) |
         at_bits(static_cast<std::uint64_t>(std::int64_t{rate} / 32), 36, 45) | at_bits(1, 46, 46) | at_bits(static_cast<std::uint64_t>(std::int64_t{rate} / 32), 47, 56);
}

TEST(CommB, NamesNothingForAnEmptyReply) { EXPECT_TRUE(std::holds_alternative<std::monostate>(infer_comm_b(0))); }

TEST(CommB, ReadsSelectedAltitude) {
  const auto content = infer_comm_b(register40(36'000, 1013.2));
  const auto* s = std::get_if<SelectedVerticalIntention>(&content);
  ASSERT_NE(s, nullptr);
  EXPECT_EQ(s->mcp_altitude_ft, 36'000);
  EXPECT_NEAR(*s->baro_setting_hpa, 1013.2, 1e-9);
  EXPECT_FALSE(s->fms_altitude_ft);
}

TEST(CommB, RefusesABaroSettingThatNoWeatherBringsAndASetReservedBit) {
  EXPECT_TRUE(std::holds_alternative<std::monostate>(infer_comm_b(register40(36'000, 840))));
  EXPECT_TRUE(std::holds_alternative<std::monostate>(infer_comm_b(register40(36'000, 1013.2) | at_bits(1, 42, 42))));
}

TEST(CommB, BelievesTrackAndSpeedOnlyWhereTheyFitWhatIsBroadcast) {
  const auto mb = register50(-10, 271, 420, 430);
  const auto is_50 = [&](const CommBContext& known) { return std::holds_alternative<TrackAndTurn>(infer_comm_b(mb, known)); };
  EXPECT_TRUE(is_50({.ground_speed_kt = 415.0, .track_deg = 275.0}));
  EXPECT_FALSE(is_50({.ground_speed_kt = 300.0, .track_deg = 275.0}));
  EXPECT_FALSE(is_50({.ground_speed_kt = 415.0, .track_deg = 90.0}));
  const auto content = infer_comm_b(mb, {.ground_speed_kt = 415.0, .track_deg = 275.0});
  ASSERT_TRUE(std::holds_alternative<TrackAndTurn>(content));
  EXPECT_NEAR(*std::get<TrackAndTurn>(content).roll_deg, -10, 0.2);
}

TEST(CommB, BelievesHeadingAndSpeedOnlyWhereAirspeedFitsMach) {
  const auto is_60 = [](std::uint64_t mb, const CommBContext& known) { return std::holds_alternative<HeadingAndSpeed>(infer_comm_b(mb, known)); };
  EXPECT_TRUE(is_60(register60(100, 270, 0.78, -640), {.altitude_ft = 35'000}));
  EXPECT_FALSE(is_60(register60(100, 270, 0.78, -640), {.altitude_ft = 5'000}));
  EXPECT_FALSE(is_60(register60(100, 450, 0.40, -640), {}));
  EXPECT_FALSE(is_60(register60(100, 270, 0.78, -640), {.track_deg = 280.0, .altitude_ft = 35'000}));
}

TEST(CommB, NamesNothingWhereTwoRegistersFit) {
  // A reply without context that both 5,0 and 6,0 accept is found by search, then must be refused.
  Random random(1);
  int ambiguous = 0;
  for (int i = 0; i < 400'000 && ambiguous < 5; ++i) {
    const auto mb = register60(random.uniform(0, 180), random.uniform(100, 500), random.uniform(0.2, 0.9), static_cast<std::int32_t>(random.below(200)) * 32 - 3200);
    const bool as_60 = std::holds_alternative<HeadingAndSpeed>(infer_comm_b(mb));
    if (as_60) continue;
    // Refused without context: it is either unfit as 6,0 or fits another one too. With a context that only
    // 6,0 meets it becomes 6,0 again, which proves the second.
    const auto heading = bits(mb, 2, 12) * 90.0 / 512;
    if (std::holds_alternative<HeadingAndSpeed>(infer_comm_b(mb, {.track_deg = heading + (heading < 180 ? 30 : -30)}))) ++ambiguous;
  }
  EXPECT_EQ(ambiguous, 5);
}

TEST(CommB, SeldomNamesRandomBits) {
  Random random(2);
  int named = 0;
  constexpr int rounds = 200'000;
  for (int i = 0; i < rounds; ++i) named += !std::holds_alternative<std::monostate>(infer_comm_b(random.bits() >> 8));
  // 5,0 has no reserved bits: it is the one that chance may hit, and why `ModeSReceiver` takes no velocity of it.
  EXPECT_LT(named, rounds / 20);
}

}  // namespace
}  // namespace skypact::wire
