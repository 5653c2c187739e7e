#include "wire/beacon_t018.h"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <set>

#include "base/random.h"
#include "base/text.h"
#include "tests/paths.h"
#include "wire/beacon_bch.h"
#include "wire/beacon_bits.h"
#include "wire/beacon_hex.h"
#include "wire/beacon_json.h"

namespace skypact::wire {
namespace {

using Bits = BeaconBits<1, 250>;

BeaconMessage decoded(std::string_view digits) {
  ReadBeacon read = decode_t018(digits);
  EXPECT_TRUE(read.message) << digits << ": " << read.why;
  return read.message.value_or(BeaconMessage{});
}

Bits bits_of(std::string_view digits) {
  BeaconBits<0, 251> sent;  // two zeros, 250 bits
  for (unsigned i = 0; i < 63; ++i) sent.set(4 * i, 4, hex_value(digits[i]));
  Bits bits;
  for (unsigned i = 1; i <= 250; ++i) bits.put(i, sent.at(i + 1));
  return bits;
}
template <class Change>
std::string changed(std::string_view digits, Change change) {
  Bits bits = bits_of(digits);
  change(bits);
  put_parity(second_generation_code, bits.span(1, 250));
  return bits.hex(1, 250);
}

// The padding behind instead of in front: the same bits, moved by two.
std::string padded_behind(std::string_view digits) {
  const unsigned bits = static_cast<unsigned>(4 * digits.size());
  BeaconBits<0, 259> moved;
  for (unsigned i = 2; i < bits; ++i) moved.put(i - 2, (hex_value(digits[i / 4]) >> (3 - i % 4) & 1) != 0);
  return moved.hex(0, bits - 1);
}

// C/S T.018 appendix B.1: the worked example, in the form of the ground segment and in that of the burst.
constexpr std::string_view worked_example = "0039823D32618658622811F0000000000003FFF004030680258";
constexpr std::string_view worked_example_behind = "00E608F4C986196188A047C000000000000FFFC0100C1A00960";

TEST(BeaconT018, ReadsTheWorkedExampleInItsPublishedValues) {
  const auto path = tests::shared_data() / "beacon/second-generation.csv";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << path << " is missing";
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  ASSERT_TRUE(std::getline(file, line));
  std::vector<std::string> cells;
  std::string_view rest = line;
  while (auto cell = next_field(rest, ',')) cells.emplace_back(*cell);
  ASSERT_EQ(cells.size(), 8u);
  const BeaconMessage m = decoded(cells[0]);
  EXPECT_EQ(m.identity.type_approval, static_cast<std::uint32_t>(std::stoul(cells[1])));
  EXPECT_EQ(m.identity.serial, static_cast<std::uint32_t>(std::stoul(cells[2])));
  EXPECT_EQ(m.country, std::stoi(cells[3]));
  ASSERT_TRUE(m.position);
  EXPECT_NEAR(m.position->position.lat_degrees(), std::stod(cells[4]), 1.6e-5);
  EXPECT_NEAR(m.position->position.lon_degrees(), std::stod(cells[5]), 1.6e-5);
  EXPECT_EQ(m.id, cells[6]);
  // With the published parity behind it, it is whole.
  BeaconBits<0, 251> sent;
  for (unsigned i = 0; i < 51; ++i) sent.set(4 * i, 4, hex_value(cells[0][i]));
  for (unsigned i = 0; i < 12; ++i) sent.set(204 + 4 * i, 4, hex_value(cells[7][i]));
  const BeaconMessage whole = decoded(sent.hex(0, 251));
  EXPECT_EQ(whole.corrected_first, 0);
  EXPECT_FALSE(has(whole, BeaconDoubt::not_checked));
  EXPECT_EQ(whole.id, m.id);
}

TEST(BeaconT018, ReadsEveryFieldOfTheWorkedExample) {
  for (const std::string_view form : {worked_example, worked_example_behind}) {
    const BeaconMessage m = decoded(form);
    EXPECT_EQ(m.id, "9934039823D000000000000");
    EXPECT_EQ(m.hex, worked_example) << "whichever padding it came with";
    EXPECT_EQ(m.type, BeaconType::elt);
    EXPECT_EQ(m.homing, HomingSignal::other);
    EXPECT_EQ(m.hours_since_activation, 1);
    EXPECT_EQ(m.location_age, (LocationAge{minutes(6), minutes(7)}));
    ASSERT_TRUE(m.altitude && m.altitude->from && m.altitude->to);
    EXPECT_EQ(*m.altitude->from, metres_of_height(424));
    EXPECT_EQ(*m.altitude->to, metres_of_height(440));
    EXPECT_EQ(m.hdop_at_most, 1);
    EXPECT_EQ(m.vdop_at_most, 2);
    EXPECT_EQ(m.activation, BeaconActivation::manual);
    EXPECT_EQ(m.battery_percent_at_least, 75);
    EXPECT_EQ(m.fix, GnssFix::full);
    EXPECT_EQ(m.rotating_field, 0);
    EXPECT_EQ(m.doubts, std::vector{BeaconDoubt::not_checked});
    EXPECT_TRUE(may_alert(m));
  }
}

// The same message with a vessel's number, published with the decoder of the Australian Maritime Safety Authority.
TEST(BeaconT018, ReadsAVesselsNumbers) {
  const BeaconMessage m = decoded("0039823D32618658622811F23ADE68AA17E3FFF004030680258");
  EXPECT_EQ(m.identity.mmsi, 123'456'789u);
  EXPECT_EQ(m.identity.type_approval, 230u);
}

TEST(BeaconT018, TakesEachPaddingOnlyWhereItIsPlainWhichIsMeant) {
  const BeaconMessage m = decoded(worked_example);
  EXPECT_EQ(m.identity.type_approval, 230u);
  EXPECT_EQ(decoded(worked_example_behind).identity.type_approval, 230u) << "never 920, which is the other padding";
  Random random(31);
  int in_front = 0;
  for (int run = 0; run < 400; ++run) {
    BeaconMessage sent;
    sent.country = 227;
    sent.identity.type_approval = static_cast<std::uint32_t>(1 + random.below(60'000));
    sent.identity.serial = static_cast<std::uint32_t>(random.below(16'384));
    sent.type = static_cast<BeaconType>(1 + random.below(4));
    sent.rotating_field = static_cast<std::uint8_t>(random.below(3));
    sent.position_status = PositionStatus::no_fix;
    if (random.chance(0.2)) sent.kind = BeaconMessageKind::cancellation;
    const std::string digits = *encode_t018(sent);
    for (const std::string& form : {digits, padded_behind(digits)}) {
      const BeaconMessage back = decoded(form);
      EXPECT_EQ(back.identity.type_approval, sent.identity.type_approval);
      EXPECT_EQ(back.corrected_first, 0);
      EXPECT_EQ(back.hex, digits);
    }
    in_front += decoded(digits.substr(0, 63)).identity.type_approval == sent.identity.type_approval ? 1 : 0;
  }
  EXPECT_EQ(in_front, 400);
  const ReadBeacon neither = decode_t018("0039823D32618658622811F0000000000000000004030680258");
  EXPECT_FALSE(neither.message);
  EXPECT_EQ(neither.error, DecodeError::ambiguous_form);
  EXPECT_NE(neither.why.find("type approval 230 with the two zero bits in front, 57 with them behind"), std::string::npos) << neither.why;
}

TEST(BeaconT018, RefusesWhatIsNoMessageAndSaysWhatIsWrong) {
  const std::string whole = *encode_t018(decoded(worked_example));
  const struct {
    std::string text;
    DecodeError error;
    std::string_view says;
  } table[] = {
      {"", DecodeError::bad_hex, "no hexadecimal digits"},
      {whole.substr(0, 62) + "X", DecodeError::bad_hex, "digit 63 is \"X\""},
      {whole + "0", DecodeError::bad_hex, "more than 63"},
      {whole.substr(1), DecodeError::bad_hex, "62 hexadecimal digits"},
      {"9934039823D000000000000", DecodeError::bad_hex, "23 are a beacon's id"},
      {std::string(63, '5'), DecodeError::uncorrectable, "more than 6 of the 250 bits"},
      {"F" + std::string(62, '5'), DecodeError::uncorrectable, "more than 6 of the 250 bits"},
      {std::string(51, 'F'), DecodeError::ambiguous_form, "fit neither way"},
  };
  for (const auto& [text, error, says] : table) {
    const ReadBeacon read = decode_t018(text);
    EXPECT_FALSE(read.message) << text;
    EXPECT_EQ(name(read.error), name(error)) << read.why;
    EXPECT_NE(read.why.find(says), std::string::npos) << read.why;
  }
}

TEST(BeaconT018, CorrectsUpToSixBitsAnywhereAndRefusesMost) {
  Random random(32);
  BeaconMessage sent = decoded(worked_example);
  const std::string digits = *encode_t018(sent);
  sent = decoded(digits);
  for (unsigned errors = 0; errors <= 6; ++errors) {
    for (int run = 0; run < 100; ++run) {
      Bits bits = bits_of(digits);
      std::set<unsigned> places;
      while (places.size() < errors) places.insert(1 + static_cast<unsigned>(random.below(250)));
      for (const unsigned place : places) bits.flip(place);
      BeaconMessage m = decoded(bits.hex(1, 250));
      EXPECT_EQ(m.corrected_first, errors);
      m.corrected_first = 0;
      EXPECT_TRUE(m == sent);
    }
  }
  int refused = 0;
  for (int run = 0; run < 300; ++run) {
    Bits bits = bits_of(digits);
    std::set<unsigned> places;
    while (places.size() < 7 + random.below(20)) places.insert(1 + static_cast<unsigned>(random.below(250)));
    for (const unsigned place : places) bits.flip(place);
    const ReadBeacon read = decode_t018(bits.hex(1, 250));
    refused += read.message ? 0 : 1;
    if (!read.message) {
      EXPECT_EQ(read.error, DecodeError::uncorrectable);
    }
  }
  EXPECT_GE(refused, 290);
}

TEST(BeaconT018, ImpossibleContentIsSaidAndIsNeverAPosition) {
  const std::string base = *encode_t018(decoded(worked_example));
  const auto with = [&](auto change) { return decoded(changed(base, change)); };
  const struct {
    BeaconMessage message;
    BeaconDoubt doubt;
  } positions[] = {
      {with([](Bits& b) { b.set(45, 7, 91); }), BeaconDoubt::latitude_impossible},
      {with([](Bits& b) { b.set(45, 7, 90), b.set(52, 15, 1); }), BeaconDoubt::latitude_impossible},
      {with([](Bits& b) { b.set(45, 7, 127), b.set(52, 15, 0); }), BeaconDoubt::latitude_impossible},
      {with([](Bits& b) { b.set(68, 8, 181); }), BeaconDoubt::longitude_impossible},
      {with([](Bits& b) { b.set(45, 7, 127), b.set(52, 15, 0b000001111100000); }), BeaconDoubt::half_a_position},
  };
  for (const auto& [message, doubt] : positions) {
    EXPECT_TRUE(has(message, doubt)) << one_line(message);
    EXPECT_FALSE(message.position);
    EXPECT_TRUE(may_alert(message));
  }
  EXPECT_TRUE(has(with([](Bits& b) { b.set(31, 10, 0); }), BeaconDoubt::country_impossible));
  EXPECT_TRUE(has(with([](Bits& b) { b.set(1, 16, 65'521); }), BeaconDoubt::type_approval_reserved));
  EXPECT_TRUE(has(with([](Bits& b) { b.set(138, 3, 5); }), BeaconDoubt::beacon_type_unknown));
  EXPECT_TRUE(has(with([](Bits& b) { b.set(91, 3, 6); }), BeaconDoubt::identity_reserved));
  EXPECT_TRUE(has(with([](Bits& b) { b.set(91, 3, 1), b.set(94, 30, 1'000'000'000); }), BeaconDoubt::mmsi_impossible));
  EXPECT_TRUE(has(with([](Bits& b) { b.set(155, 4, 1), b.set(159, 17, 86'400); }), BeaconDoubt::time_impossible));
  EXPECT_FALSE(may_alert(with([](Bits& b) { b.put(43, true); })));
  EXPECT_FALSE(may_alert(with([](Bits& b) { b.set(138, 3, 7); })));
}

TEST(BeaconT018, OnlyTheWholePatternIsACancellation) {
  BeaconMessage m;
  m.country = 227;
  m.identity.type_approval = 230;
  m.type = BeaconType::elt_dt;
  m.kind = BeaconMessageKind::cancellation;
  m.deactivation = BeaconDeactivation::external;
  const std::string digits = *encode_t018(m);
  const BeaconMessage back = decoded(digits);
  EXPECT_EQ(back.kind, BeaconMessageKind::cancellation);
  EXPECT_EQ(back.deactivation, BeaconDeactivation::external);
  EXPECT_FALSE(may_alert(back));
  for (unsigned bit = 159; bit <= 200; ++bit) {
    const BeaconMessage other = decoded(changed(digits, [&](Bits& b) { b.flip(bit); }));
    EXPECT_EQ(other.kind, BeaconMessageKind::alert);
    EXPECT_TRUE(has(other, BeaconDoubt::cancellation_malformed));
  }
}

TEST(BeaconT018, EveryKindOfMessageComesBackAsItWasSent) {
  Random random(33);
  const auto text = [&](std::size_t size) {
    std::string t;
    while (t.size() < size) t += static_cast<char>('A' + random.below(26));
    return t;
  };
  for (int run = 0; run < 3000; ++run) {
    BeaconMessage sent;
    sent.country = 366;
    sent.identity.type_approval = static_cast<std::uint32_t>(1 + random.below(65'000));
    sent.identity.serial = static_cast<std::uint32_t>(random.below(16'384));
    sent.type = static_cast<BeaconType>(1 + random.below(4));
    sent.mode = random.chance(0.2) ? BeaconMode::test : BeaconMode::live;
    sent.homing = random.chance(0.5) ? HomingSignal::other : HomingSignal::none;
    switch (run % 7) {
      case 1: sent.identity.mmsi = static_cast<std::uint32_t>(random.below(1'000'000'000)); break;
      case 2:
        sent.identity.mmsi = static_cast<std::uint32_t>(random.below(1'000'000'000));
        sent.identity.ais_mmsi_last_four = static_cast<std::uint32_t>(random.below(10'000));
        break;
      case 3: sent.identity.radio_call_sign = text(1 + random.below(7)); break;
      case 4: sent.identity.registration = text(1 + random.below(7)); break;
      case 5:
        sent.identity.aircraft_address = static_cast<std::uint32_t>(1 + random.below(0xFFFFFE));
        if (random.chance(0.5)) sent.identity.aircraft_operator = "AFR";
        break;
      case 6:
        sent.identity.aircraft_operator = text(3);
        sent.identity.operator_serial = static_cast<std::uint32_t>(1 + random.below(4095));
        break;
      default: break;
    }
    sent.position_status = random.chance(0.1) ? PositionStatus::not_carried : PositionStatus::no_fix;
    if (random.chance(0.7)) {
      sent.position_status = PositionStatus::fine;
      sent.position = BeaconPosition{*geo::Position::from_degrees(random.uniform(-90, 90), random.uniform(-180, 180)), Length()};
    }
    sent.rotating_field = static_cast<std::uint8_t>(random.below(4));
    if (sent.rotating_field == 0) {
      sent.hours_since_activation = static_cast<std::uint8_t>(random.below(64));
      sent.location_age = LocationAge{minutes(random.below(2046)), std::nullopt};
      sent.activation = static_cast<BeaconActivation>(1 + random.below(2));
      sent.battery_percent_at_least = 25;
      sent.hdop_at_most = 12;
      sent.fix = GnssFix::flat;
    } else if (sent.rotating_field == 1) {
      sent.location_time_of_day = std::chrono::seconds(random.below(86'400));
      sent.activation = BeaconActivation::g_switch;
      sent.altitude = BeaconAltitude{metres_of_height(-408 + 16 * static_cast<double>(1 + random.below(1000))), std::nullopt};
      sent.battery_percent_at_least = 66;
      sent.fix = GnssFix::full;
    } else if (sent.rotating_field == 2) {
      sent.return_link = ReturnLink{.provider = ReturnLink::Provider::galileo, .accepts_automatic = true};
    }
    const auto digits = encode_t018(sent);
    ASSERT_TRUE(digits) << digits.error().message;
    EXPECT_EQ(digits->size(), 63u);
    const BeaconMessage back = decoded(*digits);
    EXPECT_TRUE(back.doubts.empty()) << one_line(back);
    EXPECT_EQ(back.identity, sent.identity) << one_line(back);
    EXPECT_EQ(back.mode, sent.mode);
    EXPECT_EQ(back.type, sent.type);
    EXPECT_EQ(back.homing, sent.homing);
    EXPECT_EQ(back.rotating_field, sent.rotating_field);
    EXPECT_EQ(name(back.position_status), name(sent.position_status));
    EXPECT_EQ(back.location_time_of_day, sent.location_time_of_day);
    EXPECT_EQ(back.battery_percent_at_least, sent.battery_percent_at_least);
    EXPECT_EQ(back.hdop_at_most, sent.hdop_at_most);
    EXPECT_EQ(back.return_link, sent.return_link);
    EXPECT_EQ(back.id.size(), 23u);
    if (sent.altitude) {
      EXPECT_EQ(back.altitude->from, sent.altitude->from);
    }
    if (sent.location_age) {
      EXPECT_EQ(back.location_age->at_least, sent.location_age->at_least);
    }
    if (sent.position) {
      EXPECT_LE(std::abs(back.position->position.lat_degrees() - sent.position->position.lat_degrees()), 1.6e-5);
      EXPECT_LE(std::abs(std::remainder(back.position->position.lon_degrees() - sent.position->position.lon_degrees(), 360)), 1.6e-5);
    }
    EXPECT_EQ(*encode_t018(back), *digits);
    // The 202 bits alone say the same, but for the parity.
    BeaconMessage bare = decoded(bits_of(*digits).hex(1, 202));
    EXPECT_TRUE(has(bare, BeaconDoubt::not_checked));
    EXPECT_EQ(bare.identity, back.identity);
  }
}

}  // namespace
}  // namespace skypact::wire
