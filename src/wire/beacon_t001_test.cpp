#include "wire/beacon_t001.h"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "base/random.h"
#include "base/text.h"
#include "tests/paths.h"
#include "wire/baudot.h"
#include "wire/beacon_bch.h"
#include "wire/beacon_bits.h"
#include "wire/beacon_hex.h"
#include "wire/beacon_json.h"
#include "wire/beacon_t001_layout.h"
#include "wire/maritime_digits.h"

namespace skypact::wire {
namespace {

BeaconMessage decoded(std::string_view digits) {
  ReadBeacon read = decode_t001(digits);
  EXPECT_TRUE(read.message) << digits << ": " << read.why;
  return read.message.value_or(BeaconMessage{});
}

// A whole message with its bits set by hand and its parity made right.
template <class Change>
std::string changed(std::string_view digits, Change change) {
  t001::Bits bits;
  for (unsigned i = 0; i < digits.size(); ++i) bits.set(1 + 4 * i, 4, hex_value(digits[i]));
  change(bits);
  put_parity(first_field_code, bits.span(25, 106));
  if (digits.size() == 36) put_parity(second_field_code, bits.span(107, 144));
  return bits.hex(1, static_cast<unsigned>(4 * digits.size()));
}

constexpr std::string_view elt_in_arizona = "FFFE2F8DB345B146202DDF3C71F59BAB7072";

TEST(BeaconT001, ReadsThePublishedSampleFrames) {
  const auto path = tests::shared_data() / "beacon/first-generation.csv";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << path << " is missing";
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  int frames = 0;
  while (std::getline(file, line)) {
    std::vector<std::string> cells;
    std::string_view rest = line;
    while (auto cell = next_field(rest, ',')) cells.emplace_back(*cell);
    ASSERT_EQ(cells.size(), 7u) << line;
    const BeaconMessage m = decoded(cells[0]);
    EXPECT_EQ(name(m.mode), cells[3] == "standard test" ? "test" : cells[1] == "live" ? "live" : "self_test") << line;
    EXPECT_EQ(m.country, std::stoi(cells[2])) << line;
    EXPECT_EQ(m.id, cells[4]) << line;
    EXPECT_EQ(is_corrected(m), false) << line;
    if (cells[3].starts_with("ELT 24-bit address ")) {
      EXPECT_EQ(words(m.identity), "aircraft address " + cells[3].substr(19));
    }
    EXPECT_EQ(m.position.has_value(), !cells[5].empty()) << line;
    if (!m.position || cells[5].empty()) {
      EXPECT_EQ(m.position_status, PositionStatus::no_fix) << "default positions are none: " << line;
    } else {
      EXPECT_NEAR(m.position->position.lat_degrees(), std::stod(cells[5]), 1e-5) << line;
      EXPECT_NEAR(m.position->position.lon_degrees(), std::stod(cells[6]), 1e-5) << line;
      EXPECT_LT(m.position->uncertainty, metres(100));
    }
    ++frames;
  }
  EXPECT_EQ(frames, 6);
}

// C/S T.001 annex B: the worked example of a short message.
TEST(BeaconT001, ReadsTheWorkedExampleOfTheSpecification) {
  for (const std::string_view form : {"FFFE2F56E6804002202009655250", "56E6804002202009655250", "56e6 8040 0220 2009 6552 50", "56E680400220200965525000000000"}) {
    const BeaconMessage m = decoded(form);
    EXPECT_EQ(m.id, "ADCD00800440401");
    EXPECT_EQ(m.country, 366);
    EXPECT_EQ(m.protocol, BeaconProtocol::serial_float_free_epirb) << name(m.protocol);
    EXPECT_EQ(m.homing, HomingSignal::mhz_121_5);
    EXPECT_EQ(m.position_status, PositionStatus::not_carried);
    EXPECT_TRUE(may_alert(m));
    EXPECT_EQ(m.hex, "56E6804002202009655250");
    EXPECT_TRUE(m.doubts.empty());
  }
}

// Messages and readings that the Australian Maritime Safety Authority publishes with its decoder (compliance kit). Their
// second field is missing and filled up with zeros or ones, as the ground segment does it.
TEST(BeaconT001, ReadsWhatTheAustralianComplianceKitPublishes) {
  const struct {
    std::string_view digits;
    BeaconProtocol protocol;
    std::string_view id;
    int country;
    std::string_view identity;
    double lat_deg, lon_deg;  // 0: no position
  } table[] = {
      {"1F7B00F9E8EC737DABB137FFFFFFFF", BeaconProtocol::national_plb, "3EF601F3BF81FE0", 503, "serial number 999", -35.733333, 115.5},
      {"19CB59F1C9B2737EE9CA7200000000", BeaconProtocol::national_plb, "3396B3E3BF81FE0", 412, "serial number 92103", 38.833333, 115.5},
      {"1F761CC073A3CE72E682B700000000", BeaconProtocol::standard_epirb_serial, "3EEC3980E6FFBFF", 503, "type approval 115, serial number 115", -35.75, 115.5},
      {"0F241BF627126204CFF27700000000", BeaconProtocol::standard_elt_serial, "1E4837EC4EFFBFF", 242, "type approval 111, serial number 13863", 18.25, -16.0},
      {"0A15E34D350040CE55234300000000", BeaconProtocol::standard_elt_operator, "142BC69A6AFFBFF", 161,
       "aircraft operator UPN, operator's serial number 309", 0.25, 6.25},
      {"4CB3247831E6518AB344D000000000", BeaconProtocol::aviation_user, "996648F063CCA31", 203, "registration OE-UDO, beacon 0", 0, 0},
      {"4CB31E0C02A82608F011BE00000000", BeaconProtocol::aviation_user, "99663C1805504C1", 203, "registration OE-5658, beacon 0", 0, 0},
      {"4D44C9A61A69A68E27B57800000000", BeaconProtocol::maritime_user, "9A89934C34D34D1", 212, "MMSI 212208000, beacon 0", 0, 0},
      {"4CB4AB808661A68A132CFF00000000", BeaconProtocol::maritime_user, "996957010CC34D1", 203, "MMSI 203675980, beacon 0", 0, 0},
      {"4CB6E88020400F8CF4E7C000000000", BeaconProtocol::serial_aircraft_address, "996DD10040801F1", 203,
       "aircraft address 440102, type approval 124, beacon 0", 0, 0},
  };
  for (const auto& [digits, protocol, id, country, identity, lat_deg, lon_deg] : table) {
    const BeaconMessage m = decoded(digits);
    EXPECT_EQ(name(m.protocol), name(protocol)) << digits;
    EXPECT_EQ(m.id, id) << digits;
    EXPECT_EQ(m.country, country) << digits;
    EXPECT_EQ(words(m.identity), identity) << digits;
    EXPECT_EQ(m.corrected_first, 0) << digits;
    ASSERT_EQ(m.position.has_value(), lat_deg != 0) << digits;
    if (!m.position) continue;
    EXPECT_EQ(m.position_status, PositionStatus::coarse) << digits;
    EXPECT_NEAR(m.position->position.lat_degrees(), lat_deg, 1e-5) << digits;
    EXPECT_NEAR(m.position->position.lon_degrees(), lon_deg, 1e-5) << digits;
  }
  EXPECT_EQ(decoded("4CB31E0C02A82608F011BE00000000").emergency, "fire, medical help needed, disabled");
  EXPECT_EQ(decoded("4D44C9A61A69A68E27B57800000000").emergency, "abandoning ship");
  EXPECT_EQ(decoded("4D44C9A61A69A68E27B57800000000").activation, BeaconActivation::manual_or_automatic);
  EXPECT_EQ(decoded("4CB6E88020400F8CF4E7C000000000").activation, BeaconActivation::manual);
  EXPECT_EQ(decoded("1F761CC073A3CE72E682B700000000").homing, HomingSignal::mhz_121_5);
  EXPECT_EQ(decoded("1F761CC073A3CE72E682B700000000").position_source, PositionSource::internal);
  // There it is read as longitude 211.75 west. That is no place.
  const BeaconMessage nowhere = decoded("19CE001BC7A27A7CB48FB2FFFFFFFF");
  EXPECT_EQ(nowhere.protocol, BeaconProtocol::standard_test);
  EXPECT_EQ(nowhere.id, "339C00378EFFBFF");
  EXPECT_TRUE(has(nowhere, BeaconDoubt::longitude_impossible));
  EXPECT_FALSE(nowhere.position);
}

// Frames published with the receiver SarsatJRX, each with the protocol that it names there.
TEST(BeaconT001, NamesTheProtocolsOfPublishedFrames) {
  const struct {
    std::string_view digits;
    BeaconProtocol protocol;
  } table[] = {
      {"FFFE2F8E0D0990014710021963C85C7009F5", BeaconProtocol::return_link},
      {"FFFE2F8F4DCBC01ACD004BB10D4E79C4DD86", BeaconProtocol::return_link},
      {"FFFED096ED09900149D4D467EE0851A3B2E8", BeaconProtocol::return_link},
      {"FFFE2F8E3B15F1DFC0FF07FD1F769F3C0672", BeaconProtocol::national_plb},
      {"FFFE2F9F7B00F9E8EC737E5312378A1802B0", BeaconProtocol::national_plb},
      {"FFFE2F96E61B0CAE7FDFFF0E58B583E0FAA8", BeaconProtocol::standard_epirb_serial},
      {"FFFE2FA0D205F260850F3DC9E0B70B6E4FD7", BeaconProtocol::standard_epirb_mmsi},
      {"FFFE2FA3E7B10016150D364D8B3689C09437", BeaconProtocol::standard_plb_serial},
      {"FFFE2FA157B081437FDFF8B4833783E0F66C", BeaconProtocol::standard_plb_serial},
      {"FFFE2FA5DC19E1A07FDFFE5C803483E0FCCA", BeaconProtocol::standard_ship_security},
      {"FFFE2FCE46E76EF8C00C2BAA31CFE0FF0F61", BeaconProtocol::serial_aircraft_address},
      {"FFFE2FD9D4EB28140AA6893F16A2C67282EC", BeaconProtocol::maritime_user},
      {"FFFE2FDF76A9A9C800174DE27BE1F0277E45", BeaconProtocol::serial_float_free_epirb},
      {"FFFE2FDF77200000001168C610AFE0FF0146", BeaconProtocol::serial_non_float_free_epirb},
      {"FFFE2FE0DDAE599508268E4C05E054651307", BeaconProtocol::radio_call_sign_user},
      {"FFFE2FE29325ACB12E938B671E0FE0FF0F61", BeaconProtocol::aviation_user},
      {"FFFE2FEDF67B7182038C2F0E10CFE0FF0F61", BeaconProtocol::serial_operator},
  };
  for (const auto& [digits, protocol] : table) {
    const BeaconMessage m = decoded(digits);
    EXPECT_EQ(name(m.protocol), name(protocol)) << digits;
    EXPECT_EQ(m.corrected_first, 0) << digits;
    EXPECT_FALSE(one_line(m).empty());
  }
  EXPECT_EQ(decoded("FFFED096ED09900149D4D467EE0851A3B2E8").mode, BeaconMode::self_test);
}

TEST(BeaconT001, ASelfTestATestProtocolOrABeaconOfTheSystemNeverAlerts) {
  EXPECT_TRUE(may_alert(decoded(elt_in_arizona)));
  std::string self_test(elt_in_arizona);
  self_test.replace(0, 6, "FFFED0");
  EXPECT_EQ(decoded(self_test).mode, BeaconMode::self_test);
  EXPECT_FALSE(may_alert(decoded(self_test)));
  // Two wrong bits in the frame synchronisation do not make one into the other.
  for (unsigned i = 16; i <= 24; ++i) {
    for (unsigned j = 16; j <= 24; ++j) {
      for (const std::string_view digits : {elt_in_arizona, std::string_view(self_test)}) {
        t001::Bits bits;
        for (unsigned k = 0; k < 36; ++k) bits.set(1 + 4 * k, 4, hex_value(digits[k]));
        bits.flip(i);
        if (j != i) bits.flip(j);
        const BeaconMessage m = decoded(bits.hex(1, 144));
        EXPECT_EQ(may_alert(m), digits == elt_in_arizona);
        EXPECT_TRUE(has(m, BeaconDoubt::frame_sync_damaged));
      }
    }
  }
  for (const unsigned code : {14u, 15u}) {
    EXPECT_EQ(decoded(changed(elt_in_arizona, [&](t001::Bits& b) { b.set(37, 4, code); })).mode, BeaconMode::test);
  }
  for (const unsigned code : {0u, 7u}) {
    EXPECT_FALSE(may_alert(decoded(changed(elt_in_arizona, [&](t001::Bits& b) { b.put(26, true), b.set(37, 3, code); }))));
  }
}

TEST(BeaconT001, RefusesWhatIsNoMessageAndSaysWhatIsWrong) {
  const struct {
    std::string text;
    DecodeError error;
    std::string_view says;
  } table[] = {
      {"", DecodeError::bad_hex, "no hexadecimal digits"},
      {"FFFE2F8DB345B14620ZDDF3C71F59BAB7072", DecodeError::bad_hex, "digit 19 is \"Z\""},
      {std::string(elt_in_arizona) + "0", DecodeError::bad_hex, "more than 36"},
      {std::string(elt_in_arizona.substr(1)), DecodeError::bad_hex, "35 hexadecimal digits"},
      {"ADCD00800440401", DecodeError::bad_hex, "15 are a beacon's id"},
      {"000000" + std::string(elt_in_arizona.substr(6)), DecodeError::bad_hex, "neither FFFE2F (normal) nor FFFED0"},
      {"FFFE2F" + std::string(30, '5'), DecodeError::uncorrectable, "BCH-1"},
      {std::string(4000, 'F'), DecodeError::bad_hex, "more than 36"},
  };
  for (const auto& [text, error, says] : table) {
    const ReadBeacon read = decode_t001(text);
    EXPECT_FALSE(read.message) << text;
    EXPECT_EQ(name(read.error), name(error)) << read.why;
    EXPECT_NE(read.why.find(says), std::string::npos) << read.why;
  }
}

TEST(BeaconT001, CorrectsBothFieldsAndLeavesOutASecondOneThatIsBeyondIt) {
  Random random(21);
  const BeaconMessage sent = decoded(elt_in_arizona);
  for (int run = 0; run < 300; ++run) {
    t001::Bits bits;
    for (unsigned k = 0; k < 36; ++k) bits.set(1 + 4 * k, 4, hex_value(elt_in_arizona[k]));
    const auto flip_some = [&](unsigned from, unsigned to, unsigned count) {
      std::set<unsigned> places;
      while (places.size() < count) places.insert(from + static_cast<unsigned>(random.below(to - from + 1)));
      for (const unsigned place : places) bits.flip(place);
    };
    const auto first = static_cast<unsigned>(random.below(4)), second = static_cast<unsigned>(random.below(3));
    flip_some(25, 106, first);
    flip_some(107, 144, second);
    BeaconMessage m = decoded(bits.hex(1, 144));
    EXPECT_EQ(m.corrected_first, first);
    EXPECT_EQ(m.corrected_second, second);
    m.corrected_first = m.corrected_second = 0;
    EXPECT_TRUE(m == sent);
  }
  int left_out = 0;
  for (int run = 0; run < 300; ++run) {
    std::string digits(elt_in_arizona);
    for (std::size_t k = 27; k < 36; ++k) digits[k] = "0123456789ABCDEF"[random.below(16)];
    const BeaconMessage m = decoded(digits);
    if (!has(m, BeaconDoubt::second_field_uncorrectable)) continue;
    ++left_out;
    EXPECT_EQ(m.position_status, PositionStatus::coarse);
    EXPECT_EQ(m.id, sent.id);
    ASSERT_TRUE(m.position);
    EXPECT_GT(m.position->uncertainty, nautical_miles(30));
    EXPECT_LT(std::abs(m.position->position.lat_degrees() - sent.position->position.lat_degrees()), 0.5);
  }
  EXPECT_GT(left_out, 150);
}

TEST(BeaconT001, ImpossibleContentIsSaidAndIsNeverAPosition) {
  const auto with = [](auto change) { return decoded(changed(elt_in_arizona, change)); };
  const struct {
    BeaconMessage message;
    BeaconDoubt doubt;
  } table[] = {
      {with([](t001::Bits& b) { b.set(66, 7, 91); }), BeaconDoubt::latitude_impossible},
      {with([](t001::Bits& b) { b.set(66, 9, 90 * 4 + 1); }), BeaconDoubt::latitude_impossible},
      {with([](t001::Bits& b) { b.set(76, 8, 181); }), BeaconDoubt::longitude_impossible},
      {with([](t001::Bits& b) { b.set(65, 10, 0b0111111111); }), BeaconDoubt::half_a_position},
      {with([](t001::Bits& b) { b.set(65, 10, 0b1111111111); }), BeaconDoubt::latitude_impossible},
      {with([](t001::Bits& b) { b.set(66, 9, 90 * 4), b.set(113, 10, 0b1000010000); }), BeaconDoubt::latitude_impossible},
      {with([](t001::Bits& b) { b.set(37, 4, 8), b.set(59, 13, 0b0000111111110), b.set(72, 14, 0); }), BeaconDoubt::latitude_impossible},
      {with([](t001::Bits& b) { b.set(37, 4, 0); }), BeaconDoubt::protocol_unknown},
  };
  for (const auto& [message, doubt] : table) {
    EXPECT_TRUE(has(message, doubt)) << name(doubt) << ": " << one_line(message);
    EXPECT_FALSE(message.position) << name(doubt);
    EXPECT_TRUE(may_alert(message)) << "a call for help all the same";
  }
  EXPECT_TRUE(has(with([](t001::Bits& b) { b.set(27, 10, 0); }), BeaconDoubt::country_impossible));
  EXPECT_TRUE(has(with([](t001::Bits& b) { b.set(27, 10, 999); }), BeaconDoubt::country_impossible));
  EXPECT_TRUE(has(with([](t001::Bits& b) { b.set(27, 10, 280); }), BeaconDoubt::country_unknown));
  EXPECT_TRUE(has(with([](t001::Bits& b) { b.set(41, 24, 0); }), BeaconDoubt::aircraft_address_impossible));
  EXPECT_TRUE(has(with([](t001::Bits& b) { b.set(37, 4, 2), b.set(41, 20, 1'000'000); }), BeaconDoubt::mmsi_impossible));
  EXPECT_TRUE(has(with([](t001::Bits& b) { b.set(37, 4, 6), b.set(41, 10, 0); }), BeaconDoubt::type_approval_reserved));
  const BeaconMessage bad_offset = with([](t001::Bits& b) { b.set(113, 10, 0b1111111110); });
  EXPECT_TRUE(has(bad_offset, BeaconDoubt::offset_impossible));
  EXPECT_EQ(bad_offset.position_status, PositionStatus::coarse);
  const BeaconMessage bad_fixed = with([](t001::Bits& b) { b.set(107, 4, 0); });
  EXPECT_TRUE(has(bad_fixed, BeaconDoubt::fixed_bits));
  EXPECT_EQ(bad_fixed.position_status, PositionStatus::coarse);
}

TEST(BeaconT001, OnlyTheWholePatternIsACancellation) {
  BeaconMessage m;
  m.protocol = BeaconProtocol::elt_dt;
  m.country = 227;
  m.identity.aircraft_address = 0x3A1B2C;
  m.kind = BeaconMessageKind::cancellation;
  const auto digits = encode_t001(m);
  ASSERT_TRUE(digits);
  const BeaconMessage back = decoded(*digits);
  EXPECT_EQ(back.kind, BeaconMessageKind::cancellation);
  EXPECT_FALSE(may_alert(back));
  EXPECT_FALSE(back.position);
  EXPECT_EQ(back.identity.aircraft_address, 0x3A1B2Cu);
  for (unsigned bit = 107; bit <= 132; ++bit) {
    const BeaconMessage other = decoded(changed(*digits, [&](t001::Bits& b) { b.flip(bit); }));
    EXPECT_EQ(other.kind, BeaconMessageKind::alert);
    EXPECT_TRUE(has(other, BeaconDoubt::cancellation_malformed));
    EXPECT_FALSE(other.position);
  }
  EXPECT_EQ(decoded(digits->substr(0, 28)).kind, BeaconMessageKind::alert) << "without the second field nothing is cancelled";
}

TEST(BeaconT001, ReadsWhatAnEltOfAnAircraftInDistressSays) {
  BeaconMessage m;
  m.protocol = BeaconProtocol::elt_dt;
  m.country = 227;
  m.identity.aircraft_address = 0x123456;
  m.position_status = PositionStatus::fine;
  m.position = BeaconPosition{*geo::Position::from_degrees(49.27111, 0.78222), Length()};
  m.activation = BeaconActivation::g_switch;
  m.altitude = BeaconAltitude{std::nullopt, metres_of_height(400)};
  m.location_age = LocationAge{seconds(0), seconds(2)};
  const BeaconMessage back = decoded(*encode_t001(m));
  EXPECT_EQ(back.altitude, m.altitude);
  EXPECT_EQ(back.location_age, m.location_age);
  EXPECT_EQ(back.activation, BeaconActivation::g_switch);
  ASSERT_TRUE(back.position);
  EXPECT_NEAR(back.position->position.lat_degrees(), 49.27111, 0.0006);
  m.location_age.reset();
  m.identity.aircraft_operator = "AFR";
  m.altitude = BeaconAltitude{metres_of_height(10000), std::nullopt};
  const BeaconMessage with_operator = decoded(*encode_t001(m));
  EXPECT_EQ(with_operator.identity.aircraft_operator, "AFR");
  EXPECT_EQ(with_operator.position_status, PositionStatus::coarse);
  EXPECT_EQ(with_operator.altitude, m.altitude);
}

TEST(BeaconT001, ReadsTheNatureOfTheDistressOfAShortMessage) {
  const auto emergency = [](unsigned protocol, unsigned six_bits) {
    return decoded(changed("FFFE2F56E6804002202009655250", [&](t001::Bits& b) { b.set(37, 3, protocol), b.set(107, 6, six_bits); }));
  };
  EXPECT_EQ(emergency(2, 0b110110).emergency, "sinking");
  EXPECT_EQ(emergency(2, 0b110110).activation, BeaconActivation::manual_or_automatic);
  EXPECT_EQ(emergency(2, 0b101111).emergency, "spare emergency code 15");
  EXPECT_EQ(emergency(1, 0b111100).emergency, "fire, medical help needed");
  EXPECT_EQ(emergency(1, 0b010000).emergency, "");
  EXPECT_EQ(emergency(4, 0b111100).emergency, "") << "national use";
}

constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
std::string random_text(Random& random, std::string_view from, std::size_t size) {
  std::string text;
  for (std::size_t i = 0; i < size; ++i) text += from[random.below(from.size())];
  return text;
}
std::string random_hex(Random& random, unsigned bits) {
  BeaconBits<1, 64> value;
  for (unsigned i = 65 - bits; i <= 64; ++i) value.put(i, random.chance(0.5));
  value.put(64, true);  // never all zeros, which is no national data
  return value.hex(65 - bits, 64);
}

// Anything that the protocol can say.
BeaconMessage random_message(BeaconProtocol protocol, Random& random) {
  BeaconMessage m;
  m.protocol = protocol;
  m.country = static_cast<std::uint16_t>(random.chance(0.5) ? 227 : 503);
  if (random.chance(0.2)) m.mode = BeaconMode::self_test;
  BeaconIdentity& i = m.identity;
  const auto up_to = [&](std::uint64_t most) { return static_cast<std::uint32_t>(1 + random.below(most)); };
  const auto mmsi = [&] { return m.country * 1'000'000u + static_cast<std::uint32_t>(random.below(1'000'000)); };
  switch (protocol) {
    case BeaconProtocol::orbitography:
    case BeaconProtocol::national_user:
    case BeaconProtocol::test_user: i.national = random_hex(random, 46); break;
    case BeaconProtocol::aviation_user:
      i.registration = random_text(random, letters, 3 + random.below(5));
      i.number_on_board = std::to_string(random.below(4));
      break;
    case BeaconProtocol::maritime_user:
      if (random.chance(0.5)) i.mmsi = mmsi();
      if (!i.mmsi) i.radio_call_sign = random_text(random, letters, 4 + random.below(3));
      i.number_on_board = random_text(random, letters, 1);
      break;
    case BeaconProtocol::radio_call_sign_user:
      i.radio_call_sign = random_text(random, letters, 4) + random_text(random, "0123456789", random.below(4));
      i.number_on_board = random_text(random, "0123456789", 1);
      break;
    case BeaconProtocol::serial_aircraft_address:
      i.aircraft_address = up_to(0xFFFFFE);
      i.number_on_board = std::to_string(random.below(64));
      if (random.chance(0.5)) i.type_approval = up_to(1023);
      break;
    case BeaconProtocol::serial_operator:
      i.aircraft_operator = random_text(random, letters, 3);
      i.operator_serial = up_to(4095);
      if (random.chance(0.5)) i.type_approval = up_to(1023);
      break;
    case BeaconProtocol::serial_elt:
    case BeaconProtocol::serial_float_free_epirb:
    case BeaconProtocol::serial_non_float_free_epirb:
    case BeaconProtocol::serial_plb:
      i.serial = up_to(1'048'575);
      if (random.chance(0.5)) i.type_approval = up_to(1023);
      if (random.chance(0.5)) i.national = random_hex(random, i.type_approval ? 10 : 20);
      break;
    case BeaconProtocol::standard_epirb_mmsi:
      i.mmsi = mmsi();
      i.number_on_board = std::to_string(random.below(16));
      break;
    case BeaconProtocol::standard_ship_security: i.mmsi = mmsi(); break;
    case BeaconProtocol::standard_elt_aircraft_address: i.aircraft_address = up_to(0xFFFFFE); break;
    case BeaconProtocol::standard_elt_operator:
      i.aircraft_operator = random_text(random, letters, 3);
      i.operator_serial = up_to(511);
      break;
    case BeaconProtocol::standard_elt_serial:
    case BeaconProtocol::standard_epirb_serial:
    case BeaconProtocol::standard_plb_serial:
      i.type_approval = up_to(1023);
      i.serial = up_to(16'383);
      break;
    case BeaconProtocol::standard_test: i.national = random_hex(random, 24); break;
    case BeaconProtocol::national_elt:
    case BeaconProtocol::national_epirb:
    case BeaconProtocol::national_plb:
    case BeaconProtocol::national_test: i.serial = up_to(262'143); break;
    case BeaconProtocol::return_link: {
      m.return_link = ReturnLink{.provider = static_cast<ReturnLink::Provider>(1 + random.below(3)),
                                 .accepts_automatic = true,
                                 .accepts_manual = random.chance(0.5),
                                 .received_automatic = random.chance(0.5),
                                 .received_manual = random.chance(0.5)};
      const auto type = random.below(4);
      if (type == 3) {
        m.type = BeaconType::epirb;
        i.mmsi = mmsi();
        i.number_on_board = std::to_string(1 + random.below(2));
      } else {
        m.type = type == 0 ? BeaconType::elt : type == 1 ? BeaconType::epirb : BeaconType::plb;
        i.type_approval = static_cast<std::uint32_t>((type == 0 ? 2000 : type == 1 ? 1000 : 3000) + random.below(950));
        i.serial = up_to(16'383);
      }
      break;
    }
    case BeaconProtocol::elt_dt:
      if (random.chance(0.4)) {
        i.aircraft_address = up_to(0xFFFFFE);
      } else if (random.chance(0.5)) {
        i.aircraft_operator = random_text(random, letters, 3);
        i.operator_serial = up_to(511);
      } else {
        i.type_approval = up_to(1023);
        i.serial = up_to(16'383);
      }
      m.activation = random.chance(0.5) ? BeaconActivation::g_switch : BeaconActivation::external;
      m.location_age = random.chance(0.5) ? LocationAge{seconds(0), seconds(2)} : LocationAge{seconds(60), std::nullopt};
      break;
    case BeaconProtocol::unknown:
    case BeaconProtocol::second_generation: break;
  }
  const bool has_place = t001::coarse_layout(protocol) != nullptr || t001::may_have_user_location(protocol);
  if (has_place && random.chance(0.8)) {
    m.position_status = PositionStatus::fine;
    m.position = BeaconPosition{*geo::Position::from_degrees(random.uniform(-90, 90), random.uniform(-180, 180)), Length()};
  } else if (has_place) {
    m.position_status = PositionStatus::no_fix;
  }
  m.position_source = random.chance(0.5) ? PositionSource::internal : PositionSource::external;
  m.homing = random.chance(0.5) ? HomingSignal::mhz_121_5 : HomingSignal::none;
  return m;
}

TEST(BeaconT001, EveryProtocolComesBackAsItWasSent) {
  Random random(22);
  for (std::size_t p = 1; p < static_cast<std::size_t>(BeaconProtocol::second_generation); ++p) {
    const auto protocol = static_cast<BeaconProtocol>(p);
    for (int run = 0; run < 400; ++run) {
      const BeaconMessage sent = random_message(protocol, random);
      const auto digits = encode_t001(sent);
      ASSERT_TRUE(digits) << name(protocol) << ": " << digits.error().message;
      const BeaconMessage back = decoded(*digits);
      ASSERT_EQ(name(back.protocol), name(protocol)) << *digits;
      EXPECT_TRUE(back.doubts.empty()) << one_line(back);
      EXPECT_EQ(words(back.identity), words(sent.identity)) << *digits;
      EXPECT_EQ(back.country, sent.country);
      EXPECT_EQ(back.mode == BeaconMode::self_test, sent.mode == BeaconMode::self_test);
      EXPECT_EQ(name(back.position_status), name(sent.position_status)) << *digits;
      ASSERT_EQ(back.position.has_value(), sent.position.has_value());
      if (sent.position) {
        const geo::Position a = sent.position->position, b = back.position->position;
        const double step = t001::coarse_layout(protocol) != nullptr ? 2.01 / 3600 : 2.01 / 60;
        EXPECT_LE(std::abs(a.lat_degrees() - b.lat_degrees()), step) << *digits;
        EXPECT_LE(std::abs(std::remainder(a.lon_degrees() - b.lon_degrees(), 360)), step) << *digits;
        EXPECT_GT(back.position->uncertainty, metres(0));
      }
      if (sent.return_link) {
        EXPECT_EQ(back.return_link, sent.return_link);
      }
      // What was read is sent as the same bits again; the id does not move with the position.
      const auto again = encode_t001(back);
      ASSERT_TRUE(again) << again.error().message;
      const bool is_on_the_antimeridian = back.position && back.position->position.lon_e7 == -1'800'000'000;  // E 180 or W 180
      if (!is_on_the_antimeridian) {
        EXPECT_EQ(*again, *digits);
      }
      BeaconMessage elsewhere = back;
      if (elsewhere.position) elsewhere.position->position = *geo::Position::from_degrees(-12.5, 33.3);
      EXPECT_EQ(decoded(*encode_t001(elsewhere)).id, back.id);
      // Without the synchronisation it says the same.
      BeaconMessage bare = decoded(digits->substr(6));
      bare.mode = back.mode;
      EXPECT_TRUE(bare == back);
    }
  }
}

TEST(BeaconT001, TheEncoderNamesWhatDoesNotFit) {
  BeaconMessage m;
  m.protocol = BeaconProtocol::standard_elt_serial;
  m.country = 227;
  m.identity.serial = 16'384;
  EXPECT_EQ(encode_t001(m).error().message, "serial number 16384 does not fit into 14 bits");
  m.protocol = BeaconProtocol::standard_epirb_mmsi;
  m.identity.mmsi = 503'123'456;
  EXPECT_NE(encode_t001(m).error().message.find("does not begin with the country 227"), std::string::npos);
  m.protocol = BeaconProtocol::aviation_user;
  m.identity.registration = "N123456789";
  EXPECT_NE(encode_t001(m).error().message.find("more than 7 characters"), std::string::npos);
  m.protocol = BeaconProtocol::second_generation;
  EXPECT_FALSE(encode_t001(m));
}

TEST(MaritimeDigits, NameTheCountriesOfTheTableAndNoOthers) {
  EXPECT_EQ(country_of_digits(227), "France");
  EXPECT_EQ(country_of_digits(201), "Albania");
  EXPECT_EQ(country_of_digits(775), "Venezuela");
  for (const unsigned digits : {0u, 200u, 217u, 280u, 776u, 1023u}) EXPECT_EQ(country_of_digits(digits), "");
  EXPECT_EQ(country_words(999), "(999)");
  EXPECT_EQ(country_words(7), "(007)");
}

TEST(Baudot, HasOneCodeForEachCharacterAndNoOther) {
  int known = 0;
  for (unsigned code = 0; code < 64; ++code) {
    const auto character = baudot_character(code);
    if (!character) continue;
    ++known;
    EXPECT_EQ(baudot_code(*character), code);
  }
  EXPECT_EQ(known, 39);
  EXPECT_FALSE(baudot_code('a'));
}

}  // namespace
}  // namespace skypact::wire
