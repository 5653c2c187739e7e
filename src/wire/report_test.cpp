// Position reports: every example of docs/formats/reports.md reads as it says there.

#include "wire/report.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <vector>

#include "tests/paths.h"
#include "wire/observation_json.h"

namespace skypact::wire {
namespace {

const Time now = *parse_rfc3339("2026-11-23T19:53:50Z");
const Parties parties{{"unknown", "Unknown", "?"}, {"north", "North", "N"}, {"relief", "Relief", "R"}};

ReadReport read(std::string_view line) { return ReportReader({.source = SourceId{3}}, parties).read_line(line, now); }
// The shortest valid report with more members.
ReadReport read_with(const std::string& members) { return read(R"({"id":"a","lat_deg":52,"lon_deg":4,)" + members + "}"); }

std::vector<std::string> code_block(const std::string& after) {
  std::ifstream file(tests::source_dir() / "docs/formats/reports.md");
  std::stringstream text;
  text << file.rdbuf();
  const std::string document = text.str();
  std::size_t at = document.find(after);
  EXPECT_NE(at, std::string::npos) << after;
  at = document.find("```", at);
  at = document.find('\n', at) + 1;
  std::stringstream block(document.substr(at, document.find("```", at) - at));
  std::vector<std::string> lines;
  for (std::string line; std::getline(block, line);) lines.push_back(line);
  return lines;
}

TEST(Report, ReadsTheExamplesOfItsDocument) {
  const auto lines = code_block("## Examples");
  ASSERT_EQ(lines.size(), 4u);
  std::vector<Observation> o;
  for (const auto& line : lines) {
    const ReadReport report = read(line);
    ASSERT_TRUE(report.observation) << line << "\n" << report.message;
    o.push_back(*report.observation);
  }
  EXPECT_EQ(to_string(o[0].address), "report:heli-7");
  EXPECT_EQ(to_rfc3339(o[0].measured_at), "2026-11-23T19:53:45.250Z");
  EXPECT_EQ(o[0].received_at, now);
  EXPECT_EQ(o[0].position, (geo::Position{523086000, 47639000}));
  EXPECT_EQ(o[0].kind, SourceKind::report);
  EXPECT_FALSE(o[0].velocity);

  EXPECT_EQ(o[1].ellipsoid_altitude, EllipsoidAltitude(metres_of_height(164.5)));
  EXPECT_FALSE(o[1].pressure_altitude || o[1].sea_level_altitude);
  EXPECT_EQ(o[1].accuracy, metres(8));
  EXPECT_NEAR(o[1].velocity->speed.in(metres_per_second), 14, 1e-9);
  EXPECT_EQ(o[1].velocity->track.in_degrees(), 270);
  EXPECT_EQ(o[1].party, PartyId{2});
  EXPECT_EQ(o[1].aircraft_class, AircraftClass::unmanned);
  EXPECT_EQ(o[1].measured_at, now);

  EXPECT_EQ(o[2].address, icao_address(0x4D2023));
  EXPECT_EQ(o[2].pressure_altitude, PressureAltitude(feet_of_height(9500)));
  EXPECT_EQ(o[2].vertical_rate, feet_per_minute(-640));
  EXPECT_EQ(o[2].callsign->view(), "RELIEF1");
  EXPECT_EQ(o[2].squawk, 7600);

  EXPECT_EQ(o[3].sea_level_altitude, MeanSeaLevelAltitude(feet_of_height(300)));
  EXPECT_EQ(o[3].altitude_accuracy, feet_of_height(50));
  EXPECT_EQ(o[3].velocity->speed, Speed());
}

TEST(Report, RefusesTheBadExamplesOfItsDocumentWithTheseReasonsAndWords) {
  const auto lines = code_block("Refused:");
  ASSERT_EQ(lines.size(), 4u);
  for (const auto& line : lines) {
    const std::size_t end = line.find('}') + 1;
    const ReadReport report = read(line.substr(0, end));
    EXPECT_FALSE(report.observation) << line;
    std::stringstream rest(line.substr(end));
    std::string reason, message;
    rest >> reason >> std::ws;
    std::getline(rest, message);
    EXPECT_EQ(name(report.error), reason) << line;
    if (message.ends_with("…")) message.resize(message.size() - 4);
    EXPECT_EQ(report.message.substr(0, message.size()), message) << line;
  }
}

TEST(Report, RefusesEachDefectWithItsReason) {
  const std::vector<std::pair<std::string, DecodeError>> table{
      {R"("track_deg":1)", DecodeError::missing_field},
      {R"("ground_speed_kt":1)", DecodeError::missing_field},
      {R"("ground_speed_kt":4001,"track_deg":1)", DecodeError::out_of_range},
      {R"("ground_speed_kt":1,"ground_speed_m_s":1,"track_deg":1)", DecodeError::bad_field},
      {R"("ground_speed_kt":"1","track_deg":1)", DecodeError::bad_field},
      {R"("altitude_ft":1,"altitude_m":1,"altitude_datum":"pressure")", DecodeError::bad_field},
      {R"("altitude_ft":1,"altitude_datum":"QNH")", DecodeError::bad_field},
      {R"("party":"south")", DecodeError::bad_field},
      {R"("class":"jet")", DecodeError::bad_field},
      {R"("squawk":7700)", DecodeError::bad_field},
      {R"("squawk":"7780")", DecodeError::bad_field},
      {R"("icao":"000000")", DecodeError::zero_address},
      {R"("icao":"4D202G")", DecodeError::bad_field},
      {R"("measured_at":"2026-11-23T19:53:55.001Z")", DecodeError::out_of_range},
      {R"("measured_at":"2026-11-23T18:53:49.999Z")", DecodeError::out_of_range},
      {R"("measured_at":1764000000)", DecodeError::bad_field},
      {R"("callsign":"TOOLONG99")", DecodeError::bad_field},
      {R"("emergency":"reserved")", DecodeError::bad_field},
      {R"("lat_deg":1)", DecodeError::bad_json},
  };
  for (const auto& [members, reason] : table) {
    const ReadReport report = read_with(members);
    EXPECT_FALSE(report.observation) << members;
    EXPECT_EQ(name(report.error), name(reason)) << members << ": " << report.message;
  }
  for (const auto* line : {"", "[]", "1", "{", "\xff", R"({"id":"a","lat_deg":52})", R"({"lat_deg":52,"lon_deg":4})",
                           R"({"id":"a b","lat_deg":52,"lon_deg":4})", R"({"id":"","lat_deg":52,"lon_deg":4})"}) {
    EXPECT_FALSE(read(line).observation) << line;
    EXPECT_NE(read(line).message, "") << line;
  }
}

TEST(Report, HoldsTimeToWhatCanBeTrue) {
  EXPECT_EQ(read_with(R"("measured_at":"2026-11-23T19:53:55Z")").observation->measured_at, now) << "a clock slightly ahead";
  EXPECT_EQ(read_with(R"("measured_at":"2026-11-23T18:53:50Z")").observation->measured_at, now - std::chrono::hours(1));
  EXPECT_EQ(read_with(R"("measured_at":null)").observation->measured_at, now);
}

TEST(Report, CountsRepeatedReportsAndGoesOn) {
  ReportReader reader({}, parties);
  const std::string first = R"({"id":"a","lat_deg":52,"lon_deg":4,"measured_at":"2026-11-23T19:53:45Z"})";
  std::string later = first, other = first;
  later.replace(later.find(":45Z"), 4, ":46Z");
  other.replace(other.find("\"a\""), 3, "\"b\"");
  int count = 0;
  const auto sink = [&](const Observation&) { ++count; };
  reader.push(first + "\n" + first + "\r\n\n" + later + "\n" + first + "\n" + other + "\n{bad\n" + later, now, sink);
  reader.finish(now, sink);
  EXPECT_EQ(count, 3);
  EXPECT_EQ(reader.errors()[DecodeError::duplicate], 3u);
  EXPECT_EQ(reader.errors()[DecodeError::bad_json], 1u);
  EXPECT_EQ(reader.lines(), 7u);
}

TEST(Report, IsWrittenWithTheNamesItWasReadBy) {
  const auto report = read(R"({"id":"x","lat_deg":52.5,"lon_deg":-4.25,"altitude_ft":9500,"altitude_datum":"mean_sea_level","ground_speed_kt":142,"track_deg":88.5,"squawk":"0033","emergency":"medical"})");
  ASSERT_TRUE(report.observation) << report.message;
  std::string text;
  json::Writer out(text);
  write_json(*report.observation, out);
  EXPECT_EQ(text, R"({"address":"report:x","kind":"report","received_at":"2026-11-23T19:53:50.000Z","measured_at":"2026-11-23T19:53:50.000Z",)"
                  R"("lat_deg":52.5000000,"lon_deg":-4.2500000,"sea_level_altitude_ft":9500.0,"ground_speed_kt":142.0,"track_deg":88.50,)"
                  R"("squawk":"0033","emergency":"medical"})");
}

}  // namespace
}  // namespace skypact::wire
