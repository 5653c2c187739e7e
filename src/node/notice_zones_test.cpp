// Activity notices as zones of the watch: carried out, replaced, renumbered with the parties, recorded, and done again by a replay.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/random.h"
#include "line/notice_area.h"
#include "line/notice_book.h"
#include "line/test_notice.h"
#include "node/api_json.h"
#include "node/command.h"
#include "node/engine.h"
#include "node/rule_book.h"

namespace skypact::node {
namespace {

using line::Notice;
using line::NoticeBook;
using line::NoticeNumber;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

const Time start = *parse_rfc3339("2026-01-01T12:00:00Z");
Time after(double s) { return start + from_seconds(s); }

Config config(const std::string& more = {}) {
  return parse_config(R"([[party]]
id = "north"
name = "North"
badge = "NRTH"
aircraft = ["100000-1FFFFF"]
[[party]]
id = "south"
name = "South"
badge = "SOUT"
aircraft = ["200000-2FFFFF"]
[minima]
horizontal = "3nm"
vertical = "1000ft"
)" + more, "t.toml").value();
}

Notice firing(double from_s, double to_s, std::uint32_t count = 1) {
  Notice n = line::test::example();
  n.number = {count, 26};
  n.geometry = line::NoticeCircle{line::test::at(50, 10), nautical_miles(5)};
  n.spans = {{after(from_s), after(to_s)}};
  return n;
}

SetNoticeZones command_of(const NoticeBook& book, Time now) {
  line::NoticeZones zones = book.zones(now);
  return {std::move(zones.parties), std::move(zones.zones)};
}
NoticeBook book_of(const std::vector<Notice>& notices, std::string_view party = "north") {
  NoticeBook book;
  for (const Notice& n : notices) EXPECT_TRUE(book.apply(party, n, {.at = start}));
  return book;
}

// One aircraft of each party, level, in the middle of the area.
std::vector<Event> tick(Engine& engine, double s) {
  FeedBatch batch;
  batch.feed = engine.report_feed();
  batch.received_at = after(s);
  for (const std::uint32_t address : {0x100001u, 0x200002u}) {
    Observation o;
    o.source = engine.report_feed();
    o.address = icao_address(address);
    o.received_at = o.measured_at = after(s);
    o.position = line::test::at(address == 0x100001u ? 50.0 : 50.06, 10 + s / 3600);
    o.accuracy = metres(10);
    o.velocity = GroundVelocity{knots(100), TrueBearing::degrees(90)};
    o.pressure_altitude = PressureAltitude(feet_of_height(address == 0x100001u ? 10'000 : 15'000));
    o.vertical_rate = VerticalRate{};
    batch.observations.push_back(o);
  }
  engine.observe(batch);
  return engine.tick(after(s));
}
std::vector<std::string> zone_alerts(const Engine& engine) {
  std::vector<std::string> keys;
  for (const Alert& a : engine.picture()->alerts) {
    if (a.kind == AlertKind::zone) keys.push_back(a.key);
  }
  return keys;
}

TEST(NoticeZones, AlertWhoIsInsideInTheirTimeButNotTheIssuersAircraft) {
  Engine engine(config());
  ASSERT_TRUE(engine.apply(command_of(book_of({firing(60, 120)}), start), start));
  for (double s = 1; s < 20; ++s) tick(engine, s);
  ASSERT_EQ(engine.picture()->rules->zones.size(), 1u);
  for (double s = 20; s < 70; ++s) tick(engine, s);
  const auto alerts = zone_alerts(engine);
  ASSERT_EQ(alerts.size(), 1u);
  EXPECT_THAT(alerts[0], HasSubstr("notice:north:0001/26"));
  EXPECT_THAT(alerts[0], HasSubstr("200002"));
  EXPECT_THAT(alert_json(engine.picture()->alerts.front(), *engine.picture()), HasSubstr("notice:north:0001/26"));
}

TEST(NoticeZones, AreDoneAgainToTheByteByAReplay) {
  Engine one(config());
  const SetNoticeZones command = command_of(book_of({firing(0, 60), firing(60, 120, 2)}), start);
  ASSERT_TRUE(one.apply(command, start));
  const std::string recorded = to_json(command, one.picture()->rules->parties);
  const auto read = read_command(recorded, one.picture()->rules->parties);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(to_json(*read, one.picture()->rules->parties), recorded);
  Engine other(config());
  ASSERT_TRUE(other.apply(*read, start));
  for (double s = 1; s < 130; ++s) {
    tick(one, s), tick(other, s);
    ASSERT_EQ(alerts_json(*one.picture(), true), alerts_json(*other.picture(), true));
  }
  EXPECT_TRUE(other.apply(*read, after(130))->empty()) << "the same again changes nothing";
}

// The aircraft of the two parties that tick() flies come to within three miles of each other.
TEST(AssistingFlights, AreSaidWithTheirAlertsAndStayWhenTheConfigurationIsReadAnew) {
  Engine engine(config());
  ASSERT_TRUE(engine.apply(SetAssisting{{{icao_address(0x100001), "D-0003/26"}}}, start));
  EXPECT_EQ(engine.picture()->rules->assisting.size(), 1u);
  engine.reload(config("[[zone]]\nid = \"z\"\nrule = \"keep_clear\"\ncentre = [50.0, 10.0]\nradius = \"5nm\"\n"), start);
  for (double s = 1; s < 5; ++s) tick(engine, s);
  std::vector<std::string> saying;
  for (const Alert& a : engine.picture()->alerts) {
    if (alert_json(a, *engine.picture()).find(R"("code":"assists")") != std::string::npos) saying.push_back(a.key);
  }
  EXPECT_THAT(saying, ElementsAre(HasSubstr("100001")));
  ASSERT_TRUE(engine.apply(SetAssisting{}, after(5)));
  tick(engine, 6);
  EXPECT_THAT(alert_json(engine.picture()->alerts.front(), *engine.picture()), ::testing::Not(HasSubstr("assists")));
}

TEST(NoticeZones, ReplaceThoseBeforeAndCannotBeRemovedOrDrawnByHand) {
  RuleBook book(config().rules);
  const auto zones = command_of(book_of({firing(0, 60), firing(0, 60, 2)}), start);
  const auto first = book.set_notices(zones.parties, zones.zones);
  ASSERT_TRUE(first);
  EXPECT_EQ(first->zones.size(), 2u);
  EXPECT_EQ(first->zones[0].exempt, std::vector{PartyId{1}});
  EXPECT_EQ(book.remove_zone("notice:north:0001/26").error().code, ErrorCode::conflict);
  Zone drawn = zones.zones[0];
  drawn.id = "notice:north:0009/26";
  EXPECT_THAT(book.add(std::vector{drawn}).error().message, HasSubstr("activity notice"));
  auto fewer = command_of(book_of({firing(0, 60, 2), firing(0, 120, 3)}), start);
  const auto second = book.set_notices(fewer.parties, fewer.zones);
  ASSERT_TRUE(second);
  EXPECT_THAT(second->zones_removed, ElementsAre("notice:north:0001/26"));
  ASSERT_EQ(second->zones.size(), 1u) << "the one that is new";
  EXPECT_EQ(second->zones[0].id, "notice:north:0003/26");
  const auto none = book.set_notices(Parties{{"unknown", "Unknown", "?"}}, {});
  ASSERT_TRUE(none);
  EXPECT_TRUE(book.rules()->zones.empty());
  EXPECT_EQ(book.set_notices(fewer.parties, std::vector<Zone>(most_notice_zones + 1, fewer.zones[0])).error().code, ErrorCode::over_limit);
}

TEST(NoticeZones, CountBesideTheDrawnOnes) {
  RuleBook book(config().rules);
  const auto zones = command_of(book_of({firing(0, 60)}), start);
  ASSERT_TRUE(book.set_notices(zones.parties, zones.zones));
  Zone drawn;
  drawn.centre = line::test::at(40, 20);
  drawn.radius = nautical_miles(1);
  EXPECT_TRUE(book.add(std::vector<Zone>(EngineLimits::zones, drawn))) << "as many as ever";
  EXPECT_EQ(book.add(std::vector{drawn}).error().code, ErrorCode::over_limit);
  auto more = command_of(book_of({firing(0, 60), firing(0, 60, 2)}), start);
  EXPECT_TRUE(book.set_notices(more.parties, more.zones)) << "a full board hides no notice";
}

TEST(NoticeZones, FollowTheNumbersOfThePartiesThroughAgreementsAndReloads) {
  RuleBook book(config().rules);
  const auto zones = command_of(book_of({firing(0, 60)}, "relief"), start);
  const auto set = book.set_notices(zones.parties, zones.zones);
  ASSERT_TRUE(set);
  EXPECT_TRUE(set->zones[0].exempt.empty()) << "nobody is exempt by a number that is not his";
  Agreed agreed{{{"unknown", "Unknown", "?"}, {"relief", "Relief", "RLF"}}, {AgreedVersion{}}, {}};
  const auto change = book.set_agreed(agreed);
  ASSERT_TRUE(change);
  ASSERT_EQ(change->zones.size(), 1u);
  EXPECT_EQ(change->zones[0].exempt, std::vector{PartyId{3}});
  EXPECT_EQ(book.rules()->zones.size(), 1u);
  const Config reloaded = config("[[party]]\nid = \"east\"\nname = \"East\"\nbadge = \"EAST\"\naircraft = [\"400000-4FFFFF\"]\n");
  (void)book.replace_configured(reloaded.rules);
  ASSERT_EQ(book.rules()->zones.size(), 1u);
  EXPECT_EQ(book.rules()->zones[0].exempt, std::vector{PartyId{4}});
  ASSERT_TRUE(book.set_agreed({}));
  EXPECT_TRUE(book.rules()->zones[0].exempt.empty());
}

TEST(NoticeZones, OfWhateverIsANoticeAreTakenAndRecorded) {
  Random random(26);
  for (int round = 0; round < 40; ++round) {
    NoticeBook book;
    for (std::uint32_t k = 1; k <= 5; ++k) {
      Notice n = firing(0, 60 * static_cast<double>(1 + random.below(50)), k);
      n.geometry = line::test::random_geometry(random, line::test::somewhere(random), 400'000);
      n.ceiling = random.chance(0.5) ? line::test::sea_level(200'000) : line::test::above_ground(200'000);
      if (n.ceiling.reference == VerticalLimit::Reference::above_ground) n.highest_ground = feet_of_height(30'000);
      (void)book.apply("north", n, {.at = start});
    }
    Engine engine(config());
    const SetNoticeZones command = command_of(book, start);
    const auto done = engine.apply(command, start);
    ASSERT_TRUE(done) << done.error().message;
    ASSERT_EQ(engine.picture()->rules->zones.size(), command.zones.size());
  }
}

TEST(NoticeZones, ThatAreNoneAreRefusedInARecording) {
  const std::string zone = R"({"id":"notice:north:0001/26","rule":"caution","centre":[50,10],"radius_nm":5,"active":[{"from":"2026-01-01T12:00:00Z","to":"2026-01-01T13:00:00Z"}]})";
  const auto read = [](const std::string& parties, const std::string& zones) {
    return read_command(R"({"command":"set_notice_zones","body":{"parties":)" + parties + R"(,"zones":)" + zones + "}}", {});
  };
  EXPECT_TRUE(read(R"(["north"])", "[" + zone + "]"));
  std::string drawn = zone, always = zone;
  drawn.replace(drawn.find("notice:"), 7, "drawn:-");
  always.resize(always.find(",\"active\""));
  always += "}";
  for (const auto& [parties, zones] : std::vector<std::pair<std::string, std::string>>{
           {R"(["north"])", "[" + drawn + "]"}, {R"(["north"])", "[" + always + "]"}, {R"(["north","north"])", "[]"}, {"[1]", "[]"}, {"{}", "[]"}, {R"(["north"])", "[{}]"}}) {
    EXPECT_FALSE(read(parties, zones)) << parties << zones;
  }
}

}  // namespace
}  // namespace skypact::node
