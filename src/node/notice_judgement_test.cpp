// A notice against the picture of a watch that runs.

#include "node/notice_judgement.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "line/test_notice.h"
#include "node/command.h"
#include "node/engine.h"

namespace skypact::node {
namespace {

using line::Notice;
using line::NoticeFindingCode;
using ::testing::Contains;
using ::testing::Field;
using ::testing::IsEmpty;
using ::testing::Not;

const Time start = *parse_rfc3339("2026-01-01T12:00:00Z");

Notice firing() {
  Notice n = line::test::example();
  n.geometry = line::NoticeCircle{line::test::at(50, 10), nautical_miles(5)};
  n.spans = {{start, start + minutes(30)}};
  return n;
}
auto code(NoticeFindingCode wanted) { return Field(&line::NoticeFinding::code, wanted); }

struct NoticeJudgementTest : testing::Test {
  NoticeJudgementTest() {
    FeedBatch batch;
    batch.feed = engine.report_feed();
    batch.received_at = start;
    Observation o;
    o.source = engine.report_feed();
    o.address = icao_address(0x200002);
    o.received_at = o.measured_at = start;
    o.position = line::test::at(50.01, 10);
    o.pressure_altitude = PressureAltitude(feet_of_height(10'000));
    o.callsign = FixedString<8>("SAF21");
    batch.observations.push_back(o);
    engine.observe(batch);
    engine.tick(start + seconds(1));
  }
  line::NoticeJudgement judged(const Notice& n, std::span<const line::PartyNotice> standing = {}, std::span<const pact::TermsNotice> minimum = {}) {
    return judge({n, "north", start - minutes(30)}, standing, minimum, *engine.picture(), start + seconds(1));
  }
  Engine engine{parse_config("[[party]]\nid = \"north\"\nname = \"North\"\nbadge = \"NRTH\"\naircraft = [\"100000-1FFFFF\"]\n[minima]\nhorizontal = \"3nm\"\nvertical = \"1000ft\"\n", "t.toml").value()};
};

TEST_F(NoticeJudgementTest, SeesTheTrafficAndTheZonesOfTheWatchAndOthersNotices) {
  Zone zone;
  zone.id = "dam";
  zone.centre = line::test::at(50.05, 10);
  zone.radius = nautical_miles(1);
  ASSERT_TRUE(engine.apply(AddZones{{zone}}, start + seconds(1)));
  const std::vector<line::PartyNotice> standing{{"south", firing()}};
  const auto found = judged(firing(), standing).findings;
  EXPECT_THAT(found, Contains(code(NoticeFindingCode::traffic_inside)));
  EXPECT_THAT(found, Contains(Field(&line::NoticeFinding::name, "SAF21")));
  EXPECT_THAT(found, Contains(code(NoticeFindingCode::zone_overlap)));
  EXPECT_THAT(found, Contains(code(NoticeFindingCode::notice_overlap)));
  Notice elsewhere = firing();
  elsewhere.geometry = line::NoticeCircle{line::test::at(40, 10), nautical_miles(5)};
  EXPECT_THAT(judged(elsewhere, standing).findings, Not(Contains(code(NoticeFindingCode::traffic_inside))));
}

TEST_F(NoticeJudgementTest, MeasuresByTheLongestMinimumThatIsAgreed) {
  const std::vector<pact::TermsNotice> minimum{{"live-firing", std::chrono::hours(1), {}}, {"live-firing", std::chrono::hours(2), {}}, {"refuelling", std::chrono::hours(9), {}}};
  const auto late = judged(firing(), {}, minimum);
  EXPECT_EQ(late.minimum, std::chrono::hours(2));
  EXPECT_EQ(late.late_by, minutes(90));
  EXPECT_THAT(late.findings, Contains(code(NoticeFindingCode::late)));
  EXPECT_EQ(judged(firing()).minimum, std::nullopt);
  EXPECT_THAT(judged(firing()).findings, Contains(code(NoticeFindingCode::no_minimum)));
  Notice cancelled = firing();
  cancelled.revision = 2;
  cancelled.state = line::NoticeState::cancelled;
  EXPECT_THAT(judged(cancelled, {}, minimum).findings, IsEmpty());
  EXPECT_EQ(judged(cancelled, {}, minimum).late_by, std::nullopt);
}

}  // namespace
}  // namespace skypact::node
