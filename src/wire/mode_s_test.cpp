// Mode S frames to typed messages: published examples, refusals, and what the encoder sends.

#include "wire/mode_s.h"

#include <gtest/gtest.h>

#include <string_view>
#include <vector>

#include "wire/adsb_encode.h"
#include "wire/avr.h"
#include "wire/crc24.h"

namespace skypact::wire {
namespace {

std::vector<std::uint8_t> hex(std::string_view text) {
  std::vector<std::uint8_t> bytes;
  for (std::size_t i = 0; i + 1 < text.size(); i += 2) bytes.push_back(static_cast<std::uint8_t>(std::stoi(std::string(text.substr(i, 2)), nullptr, 16)));
  return bytes;
}

ModeSMessage read(std::string_view text) { return decode(hex(text)); }

template <class T>
const T& content(const ModeSMessage& m) {
  static const T nothing{};
  const T* c = std::get_if<T>(&m.content);
  EXPECT_NE(c, nullptr) << "the message holds another content";
  return c != nullptr ? *c : nothing;
}

// The examples of J. Sun, "The 1090 Megahertz Riddle", 2nd ed., TU Delft Open, 2021, with his readings.

TEST(PublishedExample, IdentificationReadsKlm1023) {
  const auto m = read("8D4840D6202CC371C32CE0576098");
  ASSERT_EQ(m.error, DecodeError::none);
  EXPECT_EQ(m.format, 17);
  EXPECT_EQ(m.address, 0x4840D6u);
  EXPECT_EQ(content<Identification>(m).callsign.view(), "KLM1023");
}

TEST(PublishedExample, AirbornePairReadsItsPositionAndAltitude) {
  const auto even = content<AirbornePosition>(read("8D40621D58C382D690C8AC2863A7"));
  const auto odd = content<AirbornePosition>(read("8D40621D58C386435CC412692AD6"));
  EXPECT_EQ(even.altitude, (AltitudeCode{.feet = 38'000, .in_25ft = true}));
  EXPECT_FALSE(even.cpr->odd);
  EXPECT_TRUE(odd.cpr->odd);
  const auto position = cpr_global(*odd.cpr, *even.cpr, CprScope::airborne);
  ASSERT_TRUE(position);
  EXPECT_NEAR(position->lat_degrees(), 52.2572, 5e-5);
  EXPECT_NEAR(position->lon_degrees(), 3.91937, 5e-6);
}

TEST(PublishedExample, GroundVelocityReads159KnotsDescending) {
  const auto v = content<Velocity>(read("8D485020994409940838175B284F"));
  const auto ground = ground_velocity(v);
  ASSERT_TRUE(ground);
  EXPECT_NEAR(ground->speed.in(knots), 159.20, 0.005);
  EXPECT_NEAR(ground->track.in_degrees(), 182.88, 0.005);
  EXPECT_EQ(v.vertical_rate_fpm, -832);
  EXPECT_EQ(v.gnss_minus_baro_ft, 550);
}

TEST(PublishedExample, AirspeedReads375KnotsAndHeading) {
  const auto v = content<Velocity>(read("8DA05F219B06B6AF189400CBC33F"));
  EXPECT_EQ(v.subtype, 3);
  EXPECT_FALSE(v.east_kt);
  EXPECT_EQ(v.airspeed_kt, 375);
  EXPECT_TRUE(v.true_airspeed);
  EXPECT_NEAR(v.heading_deg.value_or(-1), 243.98, 0.005);
  EXPECT_EQ(v.vertical_rate_fpm, -2304);
}

TEST(PublishedExample, SurfacePairReadsItsPosition) {
  const auto even = content<SurfacePosition>(read("8C4841753AAB238733C8CD4020B1"));
  const auto odd = content<SurfacePosition>(read("8C4841753A8A35323FAEBDAC702D"));
  const auto position = cpr_global(even.cpr, odd.cpr, CprScope::surface, geo::Position::from_degrees(51.990, 4.375));
  ASSERT_TRUE(position);
  EXPECT_NEAR(position->lat_degrees(), 52.320607, 1e-6);
  EXPECT_NEAR(position->lon_degrees(), 4.734735, 1e-6);
}

TEST(Encoder, SendsThePublishedExampleBitForBit) {
  const auto frame = encode_identification(0x4840D6, "KLM1023", "A0");
  EXPECT_EQ(to_avr(make_frame(frame)), "*8D4840D6202CC371C32CE0576098;");
}

}  // namespace
}  // namespace skypact::wire
