#include "guard/alert_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <utility>

#include "guard/test_sky.h"
#include "tests/paths.h"

namespace skypact::guard {
namespace {

using namespace test;
using ::testing::ElementsAreArray;

std::vector<ReasonCode> every_code() {
  std::vector<ReasonCode> codes;
  for (std::size_t i = 0; i < reason_codes; ++i) codes.push_back(static_cast<ReasonCode>(i));
  return codes;
}

const Reason* find(const Alert& alert, ReasonCode code) {
  const auto at = std::find_if(alert.reasons.begin(), alert.reasons.end(), [&](const Reason& r) { return r.code == code; });
  return at == alert.reasons.end() ? nullptr : &*at;
}

// The words of `enum: [a, b]` in the line after "ReasonCode:" and its type.
std::vector<std::string> codes_of_the_description() {
  std::ifstream file(tests::source_dir() / "openapi.yaml");
  std::vector<std::string> words;
  bool here = false;
  for (std::string line; std::getline(file, line);) {
    if (line == "    ReasonCode:") here = true;
    const auto list = line.find("enum: [");
    if (!here || list == std::string::npos) continue;
    std::string word;
    for (const char c : line.substr(list + 7)) {
      if (c == ',' || c == ']') words.push_back(std::exchange(word, {}));
      else if (c != ' ') word += c;
    }
    return words;
  }
  return words;
}

TEST(Reasons, AreThoseThatTheApiDescribes) {
  std::vector<std::string> codes;
  for (const ReasonCode code : every_code()) codes.emplace_back(to_string(code));
  EXPECT_THAT(codes_of_the_description(), ElementsAreArray(codes));
}

TEST(Reasons, EachHaveASentenceOfTheirOwn) {
  const Alert alert;
  const Rules none;
  std::set<std::string> sentences;
  for (const ReasonCode code : every_code()) {
    const std::string sentence = reason_text({.code = code, .name = "camp"}, alert, none);
    EXPECT_GT(sentence.size(), 10u) << to_string(code);
    EXPECT_TRUE(sentences.insert(sentence).second) << "said twice: " << sentence;
  }
}

TEST(Reasons, OfALevelPairCarryTheToleranceAndWhoseParty) {
  Sky sky;
  auto flights = head_on(40, 700);
  flights[1].basis = PartyBasis::callsign;
  sky.fly(flights, 0, 3);
  const Alert* alert = sky.only(AlertKind::conflict);
  ASSERT_NE(alert, nullptr);
  const Reason* tolerance = find(*alert, ReasonCode::level_tolerance);
  ASSERT_NE(tolerance, nullptr);
  EXPECT_EQ(tolerance->tolerance, sky.rules->level_tolerance);
  EXPECT_EQ(reason_text(*tolerance, *alert, *sky.rules), "Both level: 200 ft of level tolerance applied");
  const Reason* claim = find(*alert, ReasonCode::party_by_callsign);
  ASSERT_NE(claim, nullptr);
  EXPECT_EQ(claim->track, TrackId{0x200002});
  EXPECT_EQ(reason_text(*claim, *alert, *sky.rules), "200002 (SOUT): party known by its callsign only");
  const Reason* position = find(*alert, ReasonCode::position);
  ASSERT_NE(position, nullptr);
  EXPECT_EQ(position->source, SourceKind::adsb);
}

TEST(Reasons, BeginWithWhoAssistsAndHasPriority) {
  Sky sky;
  sky.rules->assisting = {{icao_address(0x200002), "D-0003/26"}, {icao_address(0x999999), "D-0004/26"}};
  sky.fly(head_on(40, 700), 0, 3);
  const Alert* alert = sky.only(AlertKind::conflict);
  ASSERT_NE(alert, nullptr);
  EXPECT_EQ(alert->reasons.front().code, ReasonCode::assists);
  EXPECT_EQ(alert->reasons.front().track, TrackId{0x200002});
  EXPECT_EQ(reason_text(alert->reasons.front(), *alert, *sky.rules), "200002 (SOUT) assists in distress case D-0003/26: it has priority");
  EXPECT_NE(alert->reasons.at(1).code, ReasonCode::assists);
}

TEST(Reasons, OfAClimbToASelectedLevelSayWhoseLevelAndHowOld) {
  Sky sky;
  sky.rules->warning_look_ahead = seconds(300);
  auto flights = head_on(200, 0);
  flights[0].altitude_ft = 26'000;
  flights[0].rate_fpm = 1'200;
  sky.fly(flights, 0, 5, [](std::vector<Track>& tracks, double t) {
    SelectedAltitude level;
    level.value = feet_of_height(29'000);
    level.baro_setting = hectopascal(1013.25);
    tracks[0].selected_altitude = Sourced<SelectedAltitude>{level, start + from_seconds(t - 4), {}, SourceKind::adsb};
  });
  const Alert* alert = sky.only(AlertKind::conflict);
  ASSERT_NE(alert, nullptr);
  const Reason* selected = find(*alert, ReasonCode::levels_off);
  ASSERT_NE(selected, nullptr);
  EXPECT_EQ(selected->track, TrackId{0x100001});
  EXPECT_EQ(selected->age, seconds(4));
  EXPECT_NEAR(selected->selected_altitude.value().in_feet(), 29'000, 1);
}

TEST(Reasons, OfASilentFeedCarryItsLastMessage) {
  Sky sky;
  sky.feeds = {{.source = SourceId{1}, .name = "roof", .expected_since = start, .last_message = start + seconds(2)},
               {.source = SourceId{2}, .name = "hill", .expected_since = start + seconds(1), .last_message = {}}};
  sky.step(60);
  ASSERT_EQ(sky.open(AlertKind::feed), 2u);
  for (const Alert& alert : sky.guard.open()) {
    ASSERT_EQ(alert.reasons.size(), 1u);
    const bool heard = alert.feed == "roof";
    EXPECT_EQ(alert.reasons[0].code, heard ? ReasonCode::feed_silent : ReasonCode::feed_never_heard);
    EXPECT_EQ(alert.reasons[0].since, start + seconds(heard ? 2 : 1));
  }
}

}  // namespace
}  // namespace skypact::guard
