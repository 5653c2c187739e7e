// Two-aircraft encounters recorded at 1 Hz, flown past the guard. docs/encounters.md has the results.

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <sstream>

#include <fmt/format.h>

#include "base/text.h"
#include "guard/conflict.h"
#include "guard/test_sky.h"
#include "tests/paths.h"

namespace skypact::guard {
namespace {

using namespace test;

struct Row {
  std::string name;
  std::map<std::string, double> value;
};

// A header row, a row of units, then rows; '#' begins a comment.
std::vector<Row> rows_of(const std::filesystem::path& file) {
  std::ifstream in(file);
  std::vector<std::string> columns;
  std::vector<Row> rows;
  int line_number = 0;
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with('#')) continue;
    std::replace(line.begin(), line.end(), ',', ' ');
    std::istringstream words(line);
    std::vector<std::string> fields{std::istream_iterator<std::string>(words), {}};
    if (++line_number == 1) columns = fields;
    if (line_number <= 2) continue;
    Row row{fields.at(0), {}};
    for (std::size_t i = 1; i < std::min(fields.size(), columns.size()); ++i) row.value[columns[i]] = parse_number(fields[i]).value_or(0);
    rows.push_back(row);
  }
  return rows;
}

Track track_of_row(const Row& row, std::uint32_t address, PartyId party, Time at_time) {
  const auto get = [&](const char* name) { return row.value.at(name); };
  const bool plane = row.value.contains("sx");
  Track t = track_of({.address = address, .party = party, .position = plane ? beside(at(40, -100), get("sx"), get("sy")) : at(get("lat"), get("lon")),
                      .altitude_ft = plane ? get("sz") : get("alt")}, 0);
  double speed = 0, track = 0, rate = 0;
  if (row.value.contains("gs")) {
    speed = get("gs"), track = get("trk"), rate = get("vs");
  } else {
    speed = std::hypot(get("vx"), get("vy")), track = geo::atan2_degrees(get("vx"), get("vy")), rate = get("vz");
  }
  t.velocity->value = {knots(speed), TrueBearing::degrees(track)};
  t.vertical_rate->value = feet_per_minute(rate);
  for (Time* when : {&t.position->measured_at, &t.velocity->measured_at, &t.vertical_rate->measured_at, &t.pressure_altitude->measured_at}) *when = at_time;
  t.last_seen = at_time;
  return t;
}

struct Story {
  std::optional<double> raised, warned, infringed, lost;  // seconds; lost: of the recording's own positions
  std::size_t alerts = 0;
  double least_nm = 1e9;
};

Story fly(const std::string& name) {
  const auto rows = rows_of(tests::shared_data() / "encounters" / name);
  std::map<double, std::map<std::string, const Row*>> by_time;
  for (const Row& r : rows) by_time[r.value.at("time")][r.name] = &r;
  Sky sky;
  Story story;
  for (const auto& [time, both] : by_time) {
    if (both.size() != 2) continue;
    const Time now = start + from_seconds(time);
    sky.tracks = {track_of_row(*both.at("Ownship"), 1, north, now), track_of_row(*both.at("Intruder"), 2, south, now)};
    const auto still = [](const Track& t) { return geo::ground_motion(t.position->value, knots(0), {}); };
    const double apart = horizontal_distance(still(sky.tracks[0]), still(sky.tracks[1]), {}).in(nautical_miles);
    const double vertical = std::abs(sky.tracks[0].pressure_altitude->value.in_feet() - sky.tracks[1].pressure_altitude->value.in_feet());
    story.least_nm = std::min(story.least_nm, apart);
    if (apart < 5 && vertical < 1000 && !story.lost) story.lost = time;
    sky.step(time);
    for (const Alert& a : sky.guard.open()) {
      if (!story.raised) story.raised = time;
      if (a.severity >= Severity::warning && !story.warned) story.warned = time;
      if (a.state == AlertState::infringed && !story.infringed) story.infringed = time;
      story.alerts = std::max<std::size_t>(story.alerts, a.id.value);
    }
  }
  const auto text = [](const std::optional<double>& t) { return t ? fmt::format("{:.0f}", *t) : std::string("-"); };
  fmt::print("| {} | {} | {} | {} | {} | {:.2f} | {} |\n", name, text(story.raised), text(story.warned), text(story.infringed), text(story.lost), story.least_nm, story.alerts);
  return story;
}

class RecordedEncounter : public testing::TestWithParam<const char*> {};

TEST_P(RecordedEncounter, IsToldOnceAMinuteBeforeTheMinimaAreLostOrAtItsBeginning) {
  if (!std::filesystem::exists(tests::shared_data() / "encounters" / GetParam())) GTEST_SKIP() << "no " << tests::shared_data();
  const Story story = fly(GetParam());
  ASSERT_TRUE(story.lost) << "this recording has a loss of separation";
  ASSERT_TRUE(story.raised);
  ASSERT_TRUE(story.infringed);
  EXPECT_EQ(story.alerts, 1u) << "one encounter, one alert";
  EXPECT_LE(*story.raised, std::max(3.0, *story.lost - 60));
  EXPECT_LE(*story.warned, std::max(3.0, *story.lost - 55));
  EXPECT_NEAR(*story.infringed, *story.lost, 2);
}

INSTANTIATE_TEST_SUITE_P(Nasa, RecordedEncounter, testing::Values("H1.daa", "C0_0_120.daa", "H0_0_120.xyz"),
                         [](const auto& file) { return std::string(file.param).substr(0, std::string(file.param).find('.')); });

}  // namespace
}  // namespace skypact::guard
