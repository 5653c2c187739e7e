// Mode S frames to typed messages: published examples, refusals, and what the encoder sends.

#include "wire/mode_s.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "wire/adsb_encode.h"
#include "wire/avr.h"
#include "wire/crc24.h"
#include "wire/mode_s_bits.h"

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

// A frame with a field set and its parity put right.
std::vector<std::uint8_t> sealed(std::vector<std::uint8_t> frame, std::uint32_t overlay = 0) {
  const std::uint32_t parity = crc24_parity(frame) ^ overlay;
  const std::size_t n = frame.size();
  frame[n - 3] = static_cast<std::uint8_t>(parity >> 16);
  frame[n - 2] = static_cast<std::uint8_t>(parity >> 8);
  frame[n - 1] = static_cast<std::uint8_t>(parity);
  return frame;
}

TEST(Decode, RefusesEachDamageByItsReason) {
  EXPECT_EQ(read("8D4840D6202CC371C32CE0576099").error, DecodeError::bad_crc);
  EXPECT_EQ(read("8D4841D6202CC371C32CE0576098").error, DecodeError::bad_crc);  // address bits are not repaired
  EXPECT_EQ(read("8D4840D6202CC371C32CE05760").error, DecodeError::wrong_length);
  EXPECT_EQ(read("").error, DecodeError::wrong_length);
  EXPECT_EQ(read("8D4840D6202CC3").error, DecodeError::wrong_length);
  EXPECT_EQ(read("5D4D20237A55A600000000000000").error, DecodeError::wrong_length);
  EXPECT_EQ(read("C0000000000000000000000000FF").error, DecodeError::unsupported_format);  // DF24, Comm-D
  EXPECT_EQ(read("98000000000000000000000000FF").error, DecodeError::unsupported_format);  // DF19, military
  EXPECT_EQ(read("00000000000000").error, DecodeError::zero_address);
  EXPECT_EQ(decode(encode_df17(0, 0)).error, DecodeError::zero_address);
  EXPECT_EQ(decode(encode_df18(4, 0x4D2023, 0)).error, DecodeError::unsupported_type);  // TIS-B management
  EXPECT_EQ(decode(encode_df18(7, 0x4D2023, 0)).error, DecodeError::unsupported_type);
}

TEST(Decode, FindsAnySingleAndDoubleBitError) {
  const auto good = encode_identification(0x4840D6, "KLM1023");
  const auto flipped = [&](int a, int b) {
    auto frame = good;
    frame[static_cast<std::size_t>(a / 8)] = static_cast<std::uint8_t>(frame[static_cast<std::size_t>(a / 8)] ^ (0x80 >> a % 8));
    if (a != b) frame[static_cast<std::size_t>(b / 8)] = static_cast<std::uint8_t>(frame[static_cast<std::size_t>(b / 8)] ^ (0x80 >> b % 8));
    return frame;
  };
  for (int a = 5; a < 112; ++a) {  // the first five bits make another format of it
    for (int b = a; b < 112; ++b) ASSERT_EQ(decode(flipped(a, b)).error, DecodeError::bad_crc) << a << " " << b;
  }
}

TEST(Decode, KeepsTheAddressKindsOfDf18Apart) {
  const std::uint64_t imf = std::uint64_t{1} << (56 - 8);
  const std::uint64_t position = std::uint64_t{11} << 51;
  struct Case { std::uint8_t cf; std::uint64_t me; AddressKind kind; };
  for (const auto& c : {Case{0, position, AddressKind::icao}, Case{0, position | imf, AddressKind::icao}, Case{1, position, AddressKind::adsb_other},
                        Case{2, position, AddressKind::tisb_icao}, Case{2, position | imf, AddressKind::tisb_other}, Case{5, position, AddressKind::tisb_other},
                        Case{6, position, AddressKind::adsr_icao}, Case{6, position | imf, AddressKind::adsr_other},
                        Case{3, 0, AddressKind::tisb_icao}, Case{3, std::uint64_t{1} << 55, AddressKind::tisb_other}}) {
    const auto m = decode(encode_df18(c.cf, 0x4D2023, c.me));
    ASSERT_EQ(m.error, DecodeError::none);
    EXPECT_EQ(m.address_kind, c.kind) << int{c.cf};
  }
  // In ADS-B the same bit is NIC supplement B.
  EXPECT_TRUE(content<AirbornePosition>(decode(encode_df18(0, 0x4D2023, position | imf))).nic_supplement_b);
  EXPECT_FALSE(content<AirbornePosition>(decode(encode_df18(2, 0x4D2023, position | imf))).nic_supplement_b);
}

TEST(Decode, ReadsTheInterrogatorOfAnAllCallReply) {
  EXPECT_EQ(decode(encode_all_call(0x4D2023)).interrogator, 0);
  EXPECT_EQ(decode(encode_all_call(0x4D2023, true, 79)).interrogator, 79);
  EXPECT_EQ(decode(encode_all_call(0x4D2023, true, 79)).on_ground, true);
  EXPECT_EQ(decode(encode_all_call(0x4D2023, false, 80)).error, DecodeError::bad_crc);  // codes end at 79
}

TEST(Decode, ReadsRepliesWhoseAddressIsInTheParity) {
  const auto altitude = decode(encode_altitude_reply(0x4D2023, 12'025, 2));
  EXPECT_EQ(altitude.address, 0x4D2023u);
  EXPECT_TRUE(altitude.address_from_parity);
  EXPECT_EQ(altitude.altitude.feet, 12'025);
  EXPECT_TRUE(altitude.alert);
  EXPECT_EQ(altitude.on_ground, false);
  const auto identity = decode(encode_identity_reply(0x4D2023, 7700, 5));
  EXPECT_EQ(identity.squawk, 7700);
  EXPECT_TRUE(identity.special_position_identification);
  EXPECT_FALSE(identity.on_ground);
  EXPECT_FALSE(identity.altitude.feet);
}

TEST(Decode, CountsAMetricAltitudeAndKeepsTheRest) {
  std::vector<std::uint8_t> frame{4 << 3 | 1, 0, 0x00, 0x40, 0, 0, 0};
  const auto m = decode(sealed(frame, 0x4D2023));
  EXPECT_EQ(m.error, DecodeError::none);
  EXPECT_EQ(m.defect, DecodeError::metric_altitude);
  EXPECT_FALSE(m.altitude.feet);
  EXPECT_EQ(m.on_ground, true);
}

TEST(Decode, ReadsAResolutionAdvisoryWhereverItIsSent) {
  const ResolutionAdvisory sent{.advisory = 0x2001, .complement = 5, .multiple_threats = true, .threat_type = 1, .threat = 0x4D2024u << 2};
  EXPECT_EQ(content<ResolutionAdvisory>(decode(encode_resolution_advisory(0x4D2023, sent))), sent);
  EXPECT_TRUE(sent.active());
  // DF16, MV: 0x30, ARA, RAC, RAT, MTE.
  std::vector<std::uint8_t> frame{16 << 3, 0, 0, 0, 0x30, 0x80, 0x05, 0x50, 0, 0, 0, 0, 0, 0};
  const auto air_to_air = content<ResolutionAdvisory>(decode(sealed(frame, 0x4D2023)));
  EXPECT_EQ(air_to_air, (ResolutionAdvisory{.advisory = 0x2001, .complement = 5, .multiple_threats = true}));
  ResolutionAdvisory over = sent;
  over.terminated = true;
  EXPECT_FALSE(over.active());
}

TEST(Decode, ReadsTargetStateOfVersionOne) {
  const std::uint64_t me = at_bits(29, 1, 5) | at_bits(1, 8, 9) | at_bits(380, 16, 25) | at_bits(1, 26, 27) | at_bits(271, 28, 36) | at_bits(1, 37, 37) |
                           at_bits(8, 40, 43) | at_bits(1, 44, 44) | at_bits(2, 45, 46) | at_bits(1, 54, 56);
  const auto t = content<TargetStateV1>(decode(encode_df17(0x4D2023, me)));
  EXPECT_EQ(t.target_altitude_ft, 37'000);
  EXPECT_EQ(t.altitude_source, TargetStateV1::Source::mcp);
  EXPECT_EQ(t.target_heading_deg, 271);
  EXPECT_TRUE(t.target_is_track);
  EXPECT_EQ(t.nac_p, 8);
  EXPECT_EQ(t.sil, 2);
  EXPECT_TRUE(t.nic_baro);
  EXPECT_EQ(t.emergency, Emergency::general);
}

TEST(Decode, ReadsACoarseTisbPosition) {
  const auto even = cpr_encode(50, 10, false, CprScope::airborne, 12), odd = cpr_encode(50, 10, true, CprScope::airborne, 12);
  const auto me = [](const CprPosition& p) {
    return at_bits(3, 4, 7) | at_bits(encode_altitude12(9000), 8, 19) | at_bits(1, 20, 20) | at_bits(8, 21, 25) | at_bits(7, 26, 31) |
           at_bits(p.odd, 32, 32) | at_bits(p.lat, 33, 44) | at_bits(p.lon, 45, 56);
  };
  const auto one = content<TisbCoarsePosition>(decode(encode_df18(3, 0x4D2023, me(even))));
  const auto two = content<TisbCoarsePosition>(decode(encode_df18(3, 0x4D2023, me(odd))));
  EXPECT_EQ(one.service_volume, 3);
  EXPECT_EQ(one.altitude.feet, 9000);
  EXPECT_EQ(one.track_deg, 90);
  EXPECT_EQ(one.ground_speed_kt, 192);
  const auto p = cpr_global(one.cpr, two.cpr, CprScope::airborne);
  ASSERT_TRUE(p);
  EXPECT_NEAR(p->lat_degrees(), 50, 0.001);
  EXPECT_NEAR(p->lon_degrees(), 10, 0.002);
}

TEST(Decode, ReadsATestMessageWithASquawk) {
  EXPECT_EQ(content<TestSquawk>(decode(encode_df17(0x4D2023, at_bits(23, 1, 5) | at_bits(7, 6, 8) | at_bits(encode_identity(1200), 9, 21)))).squawk, 1200);
}

TEST(Decode, ReadsNoMoreThanTheVersionOfAnUnknownVersion) {
  const auto m = decode(encode_df17(0x4D2023, at_bits(31, 1, 5) | at_bits(5, 41, 43) | at_bits(9, 45, 48)));
  EXPECT_EQ(m.defect, DecodeError::unsupported_type);
  EXPECT_EQ(content<OperationalStatus>(m).version, 5);
  EXPECT_FALSE(content<OperationalStatus>(m).nac_p);
}

TEST(Encoder, RoundTripsEveryMessage) {
  Random random(1);
  const auto integer = [&](std::int32_t from, std::int32_t to) { return from + static_cast<std::int32_t>(random.below(static_cast<std::uint64_t>(to - from + 1))); };
  for (int i = 0; i < 5000; ++i) {
    const auto address = static_cast<std::uint32_t>(1 + random.below(0xFFFFFF));
    const bool odd = random.chance(0.5);
    const auto place = *geo::Position::from_degrees(random.uniform(-90, 90), random.uniform(-180, 180));

    const auto airborne = content<AirbornePosition>(decode(encode_airborne_position(
        address, {.position = place, .altitude_ft = 25 * integer(-40, 2007), .odd = odd, .type_code = 20, .surveillance = SurveillanceStatus::special_position, .nic_supplement_b = odd})));
    EXPECT_EQ(airborne.cpr, cpr_encode(place.lat_degrees(), place.lon_degrees(), odd, CprScope::airborne));
    EXPECT_EQ(airborne.nic_supplement_b, odd);
    EXPECT_TRUE(airborne.gnss_height);
    EXPECT_EQ(airborne.surveillance, SurveillanceStatus::special_position);

    const double speed = random.uniform(0, 180), track = random.uniform(0, 360);
    const auto surface_message = decode(encode_surface_position(address, {.position = place, .ground_speed_kt = speed, .track_deg = track, .odd = odd}));
    const auto surface = content<SurfacePosition>(surface_message);
    EXPECT_EQ(surface_message.on_ground, true);
    EXPECT_LE(*surface.ground_speed_kt, speed);
    EXPECT_GE(*surface.ground_speed_kt, speed - 5.01);
    EXPECT_LE(std::abs(std::remainder(*surface.track_deg - track, 360)), 360.0 / 256 + 1e-9);
    EXPECT_EQ(surface.cpr, cpr_encode(place.lat_degrees(), place.lon_degrees(), odd, CprScope::surface));

    const bool fast = random.chance(0.2);
    const std::int32_t reach = fast ? 4084 : 1021;
    const VelocityToSend v{.east_kt = integer(-reach, reach), .north_kt = integer(-reach, reach), .vertical_rate_fpm = 64 * integer(-500, 500),
                           .gnss_minus_baro_ft = 25 * integer(-125, 125), .nac_v = 2};
    const auto velocity = content<Velocity>(decode(encode_velocity(address, v)));
    EXPECT_NEAR(*velocity.east_kt, v.east_kt, velocity.subtype == 2 ? 2 : 0);
    EXPECT_NEAR(*velocity.north_kt, v.north_kt, velocity.subtype == 2 ? 2 : 0);
    EXPECT_EQ(velocity.vertical_rate_fpm, v.vertical_rate_fpm);
    EXPECT_EQ(velocity.vertical_rate_source, VerticalRateSource::barometric);
    EXPECT_EQ(velocity.gnss_minus_baro_ft, v.gnss_minus_baro_ft);
    EXPECT_EQ(velocity.nac_v, 2);

    const AirspeedToSend a{.heading_deg = track, .airspeed_kt = integer(0, reach), .true_airspeed = odd, .vertical_rate_fpm = {}};
    const auto airspeed = content<Velocity>(decode(encode_airspeed(address, a)));
    EXPECT_NEAR(*airspeed.airspeed_kt, *a.airspeed_kt, airspeed.subtype == 4 ? 2 : 0);
    EXPECT_LE(std::abs(std::remainder(*airspeed.heading_deg - track, 360)), 360.0 / 2048 + 1e-9);
    EXPECT_EQ(airspeed.true_airspeed, odd);
    EXPECT_FALSE(airspeed.east_kt);
    EXPECT_FALSE(airspeed.vertical_rate_fpm);
    EXPECT_FALSE(airspeed.gnss_minus_baro_ft);

    const TargetState t{.selected_altitude_ft = 32 * integer(0, 2046), .selected_altitude_from_fms = odd, .baro_setting_hpa = 800 + 0.8 * integer(0, 510),
                        .nac_p = 10, .sil = 3, .nic_baro = true, .acas_operational = odd, .modes_known = true, .autopilot = odd, .vnav = !odd, .lnav = true};
    auto target = content<TargetState>(decode(encode_target_state(address, t)));
    EXPECT_NEAR(*target.baro_setting_hpa, *t.baro_setting_hpa, 1e-9);
    target.baro_setting_hpa = t.baro_setting_hpa;
    EXPECT_EQ(target, t);

    const auto squawk = decode_identity(static_cast<std::uint32_t>(random.below(1 << 13)));
    const auto emergency = static_cast<Emergency>(random.below(8));
    const auto status = content<EmergencyStatus>(decode(encode_emergency(address, emergency, squawk)));
    EXPECT_EQ(status.emergency, emergency);
    EXPECT_EQ(status.squawk.value_or(0), squawk);
    EXPECT_EQ(decode(encode_emergency(address, emergency, squawk)).address, address);
    ASSERT_FALSE(HasFailure()) << "round " << i;
  }
}

TEST(Encoder, SendsOperationalStatusOfEachVersion) {
  const auto v2 = content<OperationalStatus>(decode(encode_operational_status(1, {.nic_supplement_a = true, .nac_p = 10, .sil = 3, .gva = 2})));
  EXPECT_EQ(v2.version, 2);
  EXPECT_EQ(v2.nic_supplement_a, true);
  EXPECT_EQ(v2.nac_p, 10);
  EXPECT_EQ(v2.sil, 3);
  EXPECT_EQ(v2.gva, 2);
  EXPECT_EQ(v2.acas_operational, true);
  EXPECT_EQ(v2.nic_baro, true);
  EXPECT_FALSE(v2.nic_supplement_c);
  const auto surface = content<OperationalStatus>(decode(encode_operational_status(1, {.surface = true, .nic_supplement_c = true})));
  EXPECT_TRUE(surface.surface);
  EXPECT_EQ(surface.nic_supplement_c, true);
  EXPECT_FALSE(surface.gva);
  const auto v1 = content<OperationalStatus>(decode(encode_operational_status(1, {.version = 1, .acas_operational = false})));
  EXPECT_EQ(v1.version, 1);
  EXPECT_EQ(v1.acas_operational, false);
  EXPECT_FALSE(v1.gva);
  const auto v0 = content<OperationalStatus>(decode(encode_operational_status(1, {.version = 0})));
  EXPECT_EQ(v0.version, 0);
  EXPECT_FALSE(v0.nac_p);
}

}  // namespace
}  // namespace skypact::wire
