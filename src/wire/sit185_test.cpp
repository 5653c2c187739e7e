#include "wire/sit185.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace skypact::wire {
namespace {

// Layouts as three centres write them (docs/formats/beacon.md names where they were seen); the values are ours.
const std::string conflict = R"(1. DISTRESS COSPAS-SARSAT POSITION CONFLICT ALERT
2. MSG NO 00317 AUMCC REF 2DC7555554FFBFF
3. DETECTED AT 27 NOV 26 0014 UTC BY SARSAT S11
4. DETECTION FREQUENCY 406.0278 MHz
5. COUNTRY OF BEACON REGISTRATION 366/ USA
6. USER CLASS STANDARD LOCATION - ELT
AIRCRAFT 24-BIT ADDRESS AAAAAA
7. EMERGENCY CODE NIL
8. POSITIONS
CONFIRMED - NIL
DOPPLER A - 07 12.5 S 098 42.0 E PROB 62 PERCENT
DOPPLER B - 05 30.0 S 107 15.6 W PROB 38 PERCENT
DOA/ALTITUDE - NIL
ENCODED - NIL
UPDATE TIME WITHIN 4 HOURS OF DETECTION TIME
9. ENCODED POSITION PROVIDED BY INTERNAL DEVICE
10. NEXT PASS/EXPECTED DATA TIMES CONFIRMED - NIL
DOPPLER A - 27 NOV 26 0310 UTC
11. HEX ID 2DC7555554FFBFF HOMING SIGNAL 121.5 MHZ
12. ACTIVATION TYPE NIL
13. BEACON NUMBER ON AIRCRAFT OR VESSEL 00
14. OTHER ENCODED INFORMATION CSTA CERTIFICATE NO 0097
15. OPERATIONAL INFORMATION
RELIABILITY OF DOPPLER POSITION DATA - SUSPECT
16. REMARKS
THIS POSITION 51 KILOMETRES FROM PREVIOUS ALERT
END OF MESSAGE
)";
const std::string confirmed = R"(/00042 00000/5030/26 331 1918
1.  DISTRESS COSPAS-SARSAT POSITION CONFIRMATION ALERT
2.  MSG NO 00042  AUMCC REF NO 00890
3.  DETECTED AT 27 NOV 2026 2338 UTC BY GOES 15
4.  DETECTION FREQUENCY  406.0399 MHZ
5.  COUNTRY OF BEACON REGISTRATION  512/NEWZEALAND
8.  POSITIONS
        CONFIRMED - 36 36.20S  174 43.00E
        DOPPLER A - NIL
        DOA       - 05 10.2 S 178 01.2 E EXPECTED ACCURACY 03 NMS
                    ALTITUDE 45 METRES
        ENCODED   - NIL
        TIME OF UPDATE UNKNOWN
11. HEX ID  400E77A1FCFFBFF    HOMING SIGNAL  121.5
16. REMARKS  NIL
END OF MESSAGE
)";
const std::string encoded = R"(DATE: 27 NOV 26 1111Z
1.  DISTRESS COSPAS-SARSAT INITIAL (ENCODED) ALERT
2.  MSG NO: 51479  CMC REF: 1B668B628CFFBFF
3.  DETECTED AT: 27 NOV 26  1104 UTC  BY MSG-3
4.  DETECTION FREQUENCY:  406.0369  MHz
5.  COUNTRY OF BEACON REGISTRATION:  219/ DENMARK
8.  POSITIONS:
          RESOLVED  -                   NIL
          DOPPLER A -                   NIL
          ENCODED   - 32 07.00 N
                    - 110 56.50 W
          ENCODED   - UPDATE TIME UNKNOWN
11. 30-HEX MSG: 8DB345B146202DDF3C71F59BAB7072
   HOMING SIGNAL   121.5 MHZ
12. ACTIVATION TYPE:                     NIL
END OF MESSAGE
)";

Sit185Message read(std::string_view text) {
  auto message = read_sit185(text);
  EXPECT_TRUE(message) << (message ? "" : message.error().message);
  return message ? *message : Sit185Message{};
}
std::string replaced(std::string text, std::string_view what, std::string_view with) {
  const std::size_t at = text.find(what);
  EXPECT_NE(at, std::string::npos) << what;
  return text.replace(at, what.size(), with);
}

TEST(Sit185, ReadsAConflictOfPositionsWithBothSidesAndTheirProbability) {
  const Sit185Message m = read(conflict);
  EXPECT_EQ(m.kind, Sit185Kind::position_conflict);
  EXPECT_EQ(m.message_number, "00317");
  EXPECT_EQ(m.reference, "AUMCC REF 2DC7555554FFBFF");
  EXPECT_EQ(m.detected_at, *parse_rfc3339("2026-11-27T00:14:00Z"));
  EXPECT_EQ(m.detected_by, "SARSAT S11");
  EXPECT_EQ(m.frequency_mhz, 406.0278);
  EXPECT_EQ(m.country, 366);
  EXPECT_EQ(m.user_class, "STANDARD LOCATION - ELT AIRCRAFT 24-BIT ADDRESS AAAAAA");
  EXPECT_EQ(m.id, "2DC7555554FFBFF");
  EXPECT_EQ(m.homing, "121.5 MHZ");
  EXPECT_EQ(m.encoded_source, PositionSource::internal);
  EXPECT_EQ(m.remarks, "THIS POSITION 51 KILOMETRES FROM PREVIOUS ALERT");
  EXPECT_EQ(m.update_time, "UPDATE TIME WITHIN 4 HOURS OF DETECTION TIME");
  ASSERT_EQ(m.positions.size(), 2u);
  EXPECT_EQ(m.positions[0].kind, Sit185PositionKind::doppler_a);
  EXPECT_NEAR(m.positions[0].position.lat_degrees(), -7.208333, 1e-6);
  EXPECT_NEAR(m.positions[0].position.lon_degrees(), 98.7, 1e-6);
  EXPECT_EQ(m.positions[0].probability_percent, 62);
  EXPECT_NEAR(m.positions[1].position.lon_degrees(), -107.26, 1e-6);
  EXPECT_TRUE(m.doubts.empty()) << one_line(m);
}

TEST(Sit185, ReadsAConfirmedPositionWithAccuracyAndAltitude) {
  const Sit185Message m = read(confirmed);
  EXPECT_EQ(m.kind, Sit185Kind::resolved);
  ASSERT_EQ(m.positions.size(), 2u);
  EXPECT_EQ(m.positions[0].kind, Sit185PositionKind::confirmed);
  EXPECT_NEAR(m.positions[0].position.lat_degrees(), -36.603333, 1e-6);
  EXPECT_EQ(m.positions[1].kind, Sit185PositionKind::doa);
  EXPECT_EQ(m.positions[1].accuracy, nautical_miles(3));
  EXPECT_EQ(m.positions[1].altitude, metres_of_height(45));
  EXPECT_TRUE(m.doubts.empty()) << one_line(m);
}

TEST(Sit185, ReadsAPositionOnTwoLinesAndTheBeaconsWholeMessage) {
  const Sit185Message m = read(encoded);
  EXPECT_EQ(m.kind, Sit185Kind::initial);
  ASSERT_EQ(m.positions.size(), 1u);
  EXPECT_NEAR(m.positions[0].position.lat_degrees(), 32.116667, 1e-6);
  EXPECT_NEAR(m.positions[0].position.lon_degrees(), -110.941667, 1e-6);
  ASSERT_TRUE(m.beacon);
  EXPECT_EQ(m.id, "1B668B628CFFBFF");
  EXPECT_EQ(m.beacon->identity.aircraft_address, 0x45B146u);
  EXPECT_EQ(m.homing, "121.5 MHZ");
  EXPECT_TRUE(m.doubts.empty()) << one_line(m);
}

TEST(Sit185, TellsTheKindByTheTitle) {
  const std::pair<std::string_view, Sit185Kind> titles[] = {
      {"INITIAL ALERT", Sit185Kind::initial},
      {"INITIAL ALERT WITH NO LOCATION", Sit185Kind::unlocated},
      {"UNLOCATED ALERT", Sit185Kind::unlocated},
      {"POSITION UPDATE ALERT", Sit185Kind::position_update},
      {"CONFIRMED UPDATE POSITION ALERT", Sit185Kind::position_update},
      {"RESOLVED ALERT", Sit185Kind::resolved},
      {"UNRESOLVED DOPPLER POSITION MATCH ALERT", Sit185Kind::unknown},
      {"NOCR ALERT", Sit185Kind::nocr},
      {"NOTIFICATION OF COUNTRY OF BEACON REGISTRATION ALERT", Sit185Kind::nocr},
      {"ALERT WITH UNRELIABLE BEACON MESSAGE", Sit185Kind::unreliable},
      {"USER CANCELLATION ALERT", Sit185Kind::cancellation},
  };
  for (const auto& [title, kind] : titles) {
    const Sit185Message m = read(replaced(conflict, "POSITION CONFLICT ALERT", title));
    EXPECT_EQ(name(m.kind), name(kind)) << title;
    EXPECT_EQ(m.doubts.empty(), kind != Sit185Kind::unknown) << title;
  }
  EXPECT_TRUE(read(replaced(conflict, "DISTRESS", "TEST DISTRESS")).is_test);
  EXPECT_TRUE(read(replaced(conflict, "DISTRESS", "SHIP SECURITY")).is_ship_security);
}

TEST(Sit185, LeavesOutAValueThatCannotBeAndSaysSo) {
  const struct {
    std::string_view what, with, says;
  } table[] = {
      {"07 12.5 S", "97 12.5 S", "the position \"97 12.5 S 098 42.0 E\""},
      {"07 12.5 S", "07 62.5 S", "the position"},
      {"098 42.0 E", "198 42.0 E", "the position"},
      {"07 12.5 S", "07 12.5 X", "the position"},
      {"PROB 62", "PROB 162", "the probability"},
      {"27 NOV 26 0014 UTC BY", "31 FEB 26 0014 UTC BY", "the time of detection"},
      {"27 NOV 26 0014 UTC BY", "27 NOV 26 2514 UTC BY", "the time of detection"},
      {"406.0278", "121.5", "the frequency"},
      {"366/ USA", "USA", "the country"},
      {"366/ USA", "367/ USA", "the id 2DC7555554FFBFF is of country 366, the text says 367"},
      {"HEX ID 2DC7555554FFBFF", "HEX ID 2DC7555554FFBF", "neither an id of 15 or 23"},
      {"HEX ID 2DC7555554FFBFF", "HEX ID 2DC7555554FFBFG", "neither an id of 15 or 23"},
      {"MSG NO 00317", "MSG NO X", "the message number"},
      {"12. ACTIVATION TYPE NIL", "12. SOMETHING NEW", "paragraph 12 \"SOMETHING NEW\" was not understood"},
      {"CONFIRMED - NIL", "CONFIRMED - SOON", "\"SOON\" was not understood"},
  };
  for (const auto& [what, with, says] : table) {
    const Sit185Message m = read(replaced(conflict, what, with));
    ASSERT_EQ(m.doubts.size(), 1u) << with << ": " << one_line(m);
    EXPECT_NE(m.doubts[0].find(says), std::string::npos) << m.doubts[0];
    EXPECT_LE(m.positions.size(), 2u);
    for (const auto& p : m.positions) EXPECT_LE(std::abs(p.position.lat_degrees()), 90);
  }
  const Sit185Message other_id = read(replaced(encoded, "11. 30-HEX", "11. HEX ID 1B668B6290FFBFF 30-HEX"));
  ASSERT_EQ(other_id.doubts.size(), 1u);
  EXPECT_NE(other_id.doubts[0].find("is not that of the beacon's message"), std::string::npos);
}

TEST(Sit185, RefusesATextThatIsNoAlertMessage) {
  for (const std::string_view text : {"", "hello", "1. SOMETHING ELSE\n2. MSG NO 1\n", "2. MSG NO 00317\n"}) {
    const auto message = read_sit185(text);
    ASSERT_FALSE(message);
    EXPECT_NE(message.error().message.find("no alert message"), std::string::npos);
  }
  EXPECT_NE(read_sit185("1. DISTRESS COSPAS-SARSAT INITIAL ALERT\n").error().message.find("neither a beacon's id nor a position"), std::string::npos);
  EXPECT_EQ(read_sit185(std::string(20'000, 'x')).error().code, ErrorCode::over_limit);
}

TEST(Sit185, SeveralTextsComeInAnyPiecesAndABadOneEndsNothing) {
  const std::string text = conflict + "\n\nnoise\nEND OF MESSAGE\n" + confirmed + std::string(600, 'x') + "\n" + encoded.substr(0, encoded.find("END OF")) + conflict;
  std::vector<std::string> whole;
  for (std::size_t piece : {text.size(), std::size_t{1}, std::size_t{13}}) {
    Sit185Reader reader;
    std::vector<std::string> seen;
    const auto sink = [&](const ReadSit185& r) { seen.push_back(r.message ? one_line(*r.message) : r.why); };
    for (std::size_t at = 0; at < text.size(); at += piece) reader.push(std::string_view(text).substr(at, piece), sink);
    reader.finish(sink);
    EXPECT_EQ(reader.accepted(), 4u);
    EXPECT_EQ(reader.errors().total(), 2u) << "the noise, and a line too long";
    if (whole.empty()) whole = seen;
    EXPECT_EQ(seen, whole);
  }
  ASSERT_EQ(whole.size(), 6u);
  EXPECT_TRUE(whole[1].starts_with("line 30: ")) << whole[1];
}

TEST(Sit185, ALineTooLongAtTheEndIsCountedHoweverItCame) {
  for (const std::size_t piece : {std::size_t{1000}, std::size_t{11}}) {
    Sit185Reader reader;
    int seen = 0;
    const std::string text(600, 'x');
    const auto sink = [&](const ReadSit185& r) { seen += r.error == DecodeError::line_too_long ? 1 : 0; };
    for (std::size_t at = 0; at < text.size(); at += piece) reader.push(std::string_view(text).substr(at, piece), sink);
    reader.finish(sink);
    EXPECT_EQ(seen, 1);
    EXPECT_EQ(reader.errors()[DecodeError::line_too_long], 1u);
  }
}

TEST(Sit185, IsAnObjectForPrograms) {
  std::string text;
  json::Writer out(text);
  out.begin_object();
  write_members(read(confirmed), out);
  out.end_object();
  EXPECT_NE(text.find(R"("kind":"resolved","test":false,"ship_security":false)"), std::string::npos) << text;
  EXPECT_NE(text.find(R"({"kind":"doa","lat_deg":-5.1700000,"lon_deg":178.0200000,"accuracy_m":5556,"altitude_m":45})"), std::string::npos) << text;
}

}  // namespace
}  // namespace skypact::wire
