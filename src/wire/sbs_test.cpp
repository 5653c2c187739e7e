// SBS-1 lines: what each field becomes, what is refused and why, and a recording off the air.

#include "wire/sbs.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <set>
#include <vector>

#include "base/input_file.h"
#include "tests/paths.h"

namespace skypact::wire {
namespace {

const Time now = *parse_rfc3339("2026-11-23T19:53:50Z");

std::optional<Observation> read(std::string_view line, DecodeError* why = nullptr) {
  SbsReader reader({.source = SourceId{7}});
  auto observation = reader.read_line(line, now);
  if (why != nullptr) *why = reader.errors().seen().empty() ? DecodeError::none : reader.errors().seen().front();
  return observation;
}

TEST(Sbs, ReadsEveryFieldOfAMessage) {
  const auto o = read("MSG,3,1,1,4d2023,1,2026/11/23,19:53:45.125,2026/11/23,19:53:45.300,KLM1023 ,37025,447.5,268,52.3086,-4.7639,-640,7700,0,-1,1,0");
  ASSERT_TRUE(o);
  EXPECT_EQ(o->source, SourceId{7});
  EXPECT_EQ(o->kind, SourceKind::adsb);
  EXPECT_EQ(to_string(o->address), "4D2023");
  EXPECT_EQ(o->received_at, now);
  EXPECT_EQ(to_rfc3339(o->measured_at), "2026-11-23T19:53:45.125Z");
  EXPECT_EQ(o->callsign->view(), "KLM1023");
  EXPECT_EQ(o->pressure_altitude, PressureAltitude(feet_of_height(37025)));
  EXPECT_TRUE(o->altitude_in_25ft);
  EXPECT_EQ(o->velocity, (GroundVelocity{knots(447.5), TrueBearing::degrees(268)}));
  EXPECT_EQ(o->position, (geo::Position{523086000, -47639000}));
  EXPECT_EQ(o->vertical_rate, feet_per_minute(-640));
  EXPECT_EQ(o->squawk, 7700);
  EXPECT_FALSE(o->emergency) << "the squawk says which emergency it is";
  EXPECT_TRUE(o->special_position_identification);
  EXPECT_EQ(o->on_ground, false);
}

TEST(Sbs, KeepsWhatIsEmptyEmpty) {
  const auto o = read("MSG,8,,,AA6A76,,,,,,,,,,,,,,,,,");
  ASSERT_TRUE(o);
  EXPECT_EQ(o->kind, SourceKind::mode_s);
  EXPECT_EQ(o->measured_at, now);
  EXPECT_FALSE(o->position || o->pressure_altitude || o->velocity || o->vertical_rate || o->squawk || o->on_ground || o->callsign);
}

TEST(Sbs, KnowsOtherAddressesMultilaterationAndShortSquawks) {
  EXPECT_EQ(to_string(read("MSG,1,,,~2A0451,,,,,,AB,,,,,,,,,,,")->address), "~2A0451");
  EXPECT_EQ(read("MLAT,3,,,AA6A76,,,,,,,,,,1,2,,,,,,")->kind, SourceKind::mlat);
  EXPECT_EQ(read("MSG,6,,,AA6A76,,,,,,,,,,,,,33,,,,")->squawk, 33);
  EXPECT_EQ(read("MSG,6,,,AA6A76,,,,,,,,,,,,,,,1,,")->emergency, Emergency::general);
}

TEST(Sbs, BelievesAGenerationTimeOnlyShortlyBeforeReceipt) {
  const auto measured = [](std::string_view clock) {
    return to_rfc3339(read("MSG,8,,,AA6A76,,2026/11/23," + std::string(clock) + ",,,,,,,,,,,,,,")->measured_at).substr(11, 8);
  };
  EXPECT_EQ(measured("19:53:20.000"), "19:53:20");
  EXPECT_EQ(measured("19:53:19.999"), "19:53:50") << "30 s and a bit before";
  EXPECT_EQ(measured("19:53:50.001"), "19:53:50") << "after receipt";
  EXPECT_EQ(measured("20:53:45.000"), "19:53:50") << "another time zone";
  EXPECT_EQ(measured("nonsense"), "19:53:50");
}

TEST(Sbs, RefusesADamagedLineWholeAndCountsItsReason) {
  const std::vector<std::pair<std::string, DecodeError>> table{
      {"MSG,3,,,AA6A76,,,,,,,35000,,,91,4,,,,,,", DecodeError::out_of_range},
      {"MSG,3,,,AA6A76,,,,,,,35000,,,NaN,4,,,,,,", DecodeError::bad_field},
      {"MSG,3,,,AA6A76,,,,,,,35000,,,52,,,,,,,", DecodeError::missing_field},
      {"MSG,3,,,AA6A76,,,,,,,35000,,,52,-180.1,,,,,,", DecodeError::out_of_range},
      {"MSG,3,,,AA6A76,,,,,,,350000,,,52,4,,,,,,", DecodeError::out_of_range},
      {"MSG,3,,,AA6A76,,,,,,,3500x,,,52,4,,,,,,", DecodeError::bad_field},
      {"MSG,4,,,AA6A76,,,,,,,,450,,,,,,,,,", DecodeError::missing_field},
      {"MSG,4,,,AA6A76,,,,,,,,450,361,,,,,,,,", DecodeError::out_of_range},
      {"MSG,6,,,AA6A76,,,,,,,,,,,,,7780,,,,", DecodeError::bad_field},
      {"MSG,6,,,AA6A76,,,,,,,,,,,,,77000,,,,", DecodeError::bad_field},
      {"MSG,6,,,AA6A76,,,,,,,,,,,,,,2,,,", DecodeError::bad_field},
      {"MSG,8,,,AA6A7,,,,,,,,,,,,,,,,,", DecodeError::bad_field},
      {"MSG,8,,,000000,,,,,,,,,,,,,,,,,", DecodeError::zero_address},
      {"MSG,8,,,,,,,,,,,,,,,,,,,,", DecodeError::missing_field},
      {"MSG,9,,,AA6A76,,,,,,,,,,,,,,,,,", DecodeError::bad_field},
      {"MSG,8,,,AA6A76,,,,,,,,,,,,,,,,", DecodeError::missing_field},
      {"MSG,8,,,AA6A76,,,,,,,,,,,,,,,,,,", DecodeError::bad_line},
      {"MSH,8,,,AA6A76,,,,,,,,,,,,,,,,,", DecodeError::unknown_record},
      {"MSG,8,,,AA6A76,,,,,,\xff,,,,,,,,,,,", DecodeError::bad_line},
      {"12x,MSG,8,,,AA6A76,,,,,,,,,,,,,,,,,", DecodeError::bad_line},
      {"99999999999999999999,MSG,8,,,AA6A76,,,,,,,,,,,,,,,,,", DecodeError::bad_line},
      {"12", DecodeError::bad_line},
      {"", DecodeError::bad_line},
  };
  for (const auto& [line, expected] : table) {
    DecodeError why = DecodeError::none;
    EXPECT_FALSE(read(line, &why)) << line;
    EXPECT_EQ(name(why), name(expected)) << line;
  }
  DecodeError why = DecodeError::none;
  const auto unreadable = read("MSG,1,,,A97310,,,,,,????????,,,,,,,,0,0,0,0", &why);
  ASSERT_TRUE(unreadable) << "only the callsign is left out";
  EXPECT_FALSE(unreadable->callsign);
  EXPECT_EQ(why, DecodeError::bad_callsign);
  EXPECT_FALSE(read("STA,,1,1,4D2023,1,2026/11/23,19:53:45.125,,,RM", &why));
  EXPECT_EQ(why, DecodeError::none) << "a known record without a message is no error";
}

TEST(Sbs, TakesBytesInAnyPiecesAndBoundsALineWithoutEnd) {
  const std::string line = "MSG,8,,,AA6A76,,,,,,,,,,,,,,,,,";
  const std::string text = line + "\r\n\n" + std::string(100'000, 'x') + "\n" + line + "\n" + line;
  for (const std::size_t piece : {std::size_t{1}, std::size_t{7}, text.size()}) {
    SbsReader reader({});
    int count = 0;
    const auto sink = [&](const Observation&) { ++count; };
    for (std::size_t at = 0; at < text.size(); at += piece) reader.push(std::string_view(text).substr(at, piece), now, sink);
    EXPECT_EQ(count, 2);
    reader.finish(now, sink);
    EXPECT_EQ(count, 3);
    EXPECT_EQ(reader.errors()[DecodeError::line_too_long], 1u);
    EXPECT_EQ(reader.errors().total(), 1u);
  }
  SbsReader exact({});
  const std::string longest(SbsReader::longest_line, 'x');
  exact.push(longest + "\n" + longest + "x\n", now, [](const Observation&) {});
  EXPECT_EQ(exact.errors()[DecodeError::unknown_record], 1u);
  EXPECT_EQ(exact.errors()[DecodeError::line_too_long], 1u);
}

TEST(Sbs, UsesReceiveTimesOfRecordingsOnlyWhereToldTo) {
  const std::string_view line = "5000000000,MSG,8,,,AA6A76,,,,,,,,,,,,,,,,,";
  EXPECT_EQ(read(line)->received_at, now) << "a live feed cannot set our clock";
  SbsReader reader({.source = {}, .is_recording = true});
  EXPECT_EQ(reader.read_line(line, now)->received_at, now + seconds(5));
  EXPECT_EQ(reader.read_line("1000000000,MSG,8,,,AA6A76,,,,,,,,,,,,,,,,,", now)->received_at, now + seconds(5)) << "time never goes back";
  EXPECT_EQ(reader.read_line("2000000000,MSG,8,,,AA6A76,,,,,,,,,,,,,,,,,", now)->received_at, now + seconds(6));
  EXPECT_EQ(reader.errors()[DecodeError::clock_went_back], 1u);
  EXPECT_FALSE(reader.read_line("START,Tue Nov 24 09:00:00 +0000 UTC 2026", now));
  EXPECT_EQ(to_rfc3339(reader.read_line(line, now)->received_at), "2026-11-24T09:00:05.000Z");
  EXPECT_EQ(to_rfc3339(reader.read_line("MSG,8,,,AA6A76,,,,,,,,,,,,,,,,,", now)->received_at), "2026-11-24T09:00:05.000Z") << "as the line before, not now";
  EXPECT_FALSE(reader.read_line("START,Mon Nov 23 09:00:00 +0000 UTC 2026", now));
  EXPECT_EQ(to_rfc3339(reader.read_line(line, now)->received_at), "2026-11-24T09:00:10.000Z");
  EXPECT_EQ(reader.errors().total(), 1u);
}

// The numbers were counted apart from this code, with awk and Python over the unpacked file:
// 44 481 lines; 44 477 of 23 fields, all of the right form but for one callsign "????????"; 2 START lines; one line
// cut by a START line, one of 1055 NUL bytes before a START line. After each of these two the receive time falls back.
TEST(Sbs, ReadsTheRecordingOffTheAir) {
  const auto path = tests::shared_data() / "sbs/stratux-35min.log.gz";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << path << " is missing";
  auto file = InputFile::open(path);
  ASSERT_TRUE(file);
  SbsReader reader({.source = {}, .is_recording = true});
  std::set<Address> aircraft;
  std::size_t positions = 0, callsigns = 0, altitudes = 0, velocities = 0, squawks = 0;
  Time last;
  const auto sink = [&](const Observation& o) {
    aircraft.insert(o.address);
    positions += o.position.has_value();
    callsigns += o.callsign.has_value();
    altitudes += o.pressure_altitude.has_value();
    velocities += o.velocity.has_value();
    squawks += o.squawk.has_value();
    EXPECT_GE(o.received_at, last);
    last = o.received_at;
  };
  for (;;) {
    const auto bytes = file->read();
    ASSERT_TRUE(bytes);
    if (bytes->empty()) break;
    reader.push(as_text(*bytes), now, sink);
  }
  reader.finish(now, sink);
  EXPECT_EQ(reader.lines(), 44'481u);
  EXPECT_EQ(reader.accepted(), 44'477u);
  EXPECT_EQ(aircraft.size(), 216u);
  EXPECT_EQ(positions, 2'104u);
  EXPECT_EQ(callsigns, 220u);
  EXPECT_EQ(altitudes, 26'541u);
  EXPECT_EQ(velocities, 2'288u);
  EXPECT_EQ(squawks, 450u);
  EXPECT_EQ(reader.errors()[DecodeError::missing_field], 1u);
  EXPECT_EQ(reader.errors()[DecodeError::line_too_long], 1u);
  EXPECT_EQ(reader.errors()[DecodeError::bad_callsign], 1u);
  EXPECT_EQ(reader.errors()[DecodeError::clock_went_back], 2u);
  EXPECT_EQ(reader.errors().total(), 5u);
}

}  // namespace
}  // namespace skypact::wire
