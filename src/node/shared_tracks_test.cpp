// What decides of sharing with a peer, who is near a conflict, and what is missing when a peer's tracks cease.

#include "node/shared_tracks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "node/api_json.h"
#include "node/engine.h"

namespace skypact::node {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

const Time start = *parse_rfc3339("2026-01-01T12:00:00Z");
Time after(double s) { return start + from_seconds(s); }
constexpr PartyId north{1}, south{2};
constexpr SourceId link_feed{0};

Config config(std::string_view share = "") {
  return parse_config(R"([node]
party = "north"
[[party]]
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
[link]
listen = "127.0.0.1:1"
development_plain_http = true
[[peer]]
party = "south"
url = "http://127.0.0.1:2"
)" + std::string(share), "t.toml").value();
}

void observe(Engine& engine, SourceId source, std::uint32_t address, double lon, double s) {
  FeedBatch batch;
  batch.feed = source;
  batch.received_at = after(s);
  batch.messages = 1;
  Observation o;
  o.source = source;
  o.kind = SourceKind::report;
  o.address = icao_address(address);
  o.received_at = o.measured_at = after(s);
  o.position = *geo::Position::from_degrees(0, lon);
  o.accuracy = metres(10);
  o.velocity = GroundVelocity{knots(0), TrueBearing::degrees(0)};
  o.pressure_altitude = PressureAltitude(feet_of_height(30'000));
  batch.observations.push_back(o);
  engine.observe(batch);
}

AgreedSharing piece(Interval<Time> holds, SharingBasis basis, std::optional<ShareDetail> always, std::vector<std::string> suspended = {}) {
  return {.pact = "corridor", .version = "corridor v1 0123456789ab", .from = {}, .to = {}, .holds = holds, .basis = basis, .clauses = {"sharing.s"},
          .suspended = std::move(suspended), .tracks = {.always = always, .near_conflict = always, .near = {}}};
}

Picture picture_with(std::vector<AgreedSharing> sharing) {
  Picture picture = *Engine(config()).picture();
  auto agreed = std::make_shared<AgreedStatus>();
  agreed->sharing = std::move(sharing);
  agreed->clock_offset = milliseconds(250);
  picture.agreed = std::move(agreed);
  return picture;
}

TEST(SharingWith, APeerFollowsThePactWhereOneIsInForceAndTheConfigurationWhereThereIsNone) {
  const Config generous = config("[peer.share]\ntracks = \"always\"\nalerts = \"always\"\n");
  AgreedSharing ours = piece({after(0), after(100)}, SharingBasis::in_force, {});
  ours.from = north, ours.to = south;
  AgreedSharing over = piece({after(100), Time::max()}, SharingBasis::over, ShareDetail{.position_step = nautical_miles(5)});
  over.from = north, over.to = south;
  const Picture picture = picture_with({ours, over});
  const auto to_peer = [&](double s, bool known = true) { return sharing_with(picture, generous, generous.peers[0], after(s), known).to_peer; };

  EXPECT_EQ(to_peer(-10).by, SharingBy::configuration);
  EXPECT_EQ(to_peer(-10).policy, generous.peers[0].share);
  EXPECT_TRUE(to_peer(-10).policy.tracks.always);

  EXPECT_EQ(to_peer(-0.2).by, SharingBy::pact_and_configuration) << "by a clock that is ahead it is in force";
  EXPECT_FALSE(to_peer(-0.2).policy.tracks.always);

  EXPECT_EQ(to_peer(50).by, SharingBy::pact);
  EXPECT_EQ(to_peer(50).policy.tracks, TracksShared{}) << "what is not named is not shared, whatever the configuration says";
  EXPECT_EQ(to_peer(50).policy.alerts, link::ShareWhen::near_conflict) << "but alerts of both";
  ASSERT_EQ(to_peer(50).agreed.size(), 1u);
  EXPECT_THAT(to_peer(50).agreed[0].clauses, ElementsAre("sharing.s"));

  EXPECT_EQ(to_peer(150).by, SharingBy::pact_and_configuration);
  EXPECT_EQ(to_peer(150).policy.tracks.always->position_step, nautical_miles(5)) << "the end of a pact lets nothing more out";

  EXPECT_EQ(to_peer(-10, false).by, SharingBy::unknown);
  EXPECT_EQ(to_peer(-10, false).policy.tracks, TracksShared{}) << "before the record was read nobody knows what is agreed";
  EXPECT_EQ(to_peer(50, false).by, SharingBy::pact_and_configuration) << "but the recording says what was carried out last, and a dead disk does not end it";
  EXPECT_EQ(to_peer(150, false).policy.tracks, to_peer(150).policy.tracks);
}

TEST(SharingWith, APeerIsNoLessThanAgreedWhereTheConfigurationSaysLess) {
  const Config mean = config("[peer.share]\ntracks = \"never\"\nalerts = \"never\"\n");
  AgreedSharing ours = piece({after(0), after(100)}, SharingBasis::in_force, ShareDetail{});
  ours.from = north, ours.to = south;
  const SharingView view = sharing_with(picture_with({ours}), mean, mean.peers[0], after(50), true).to_peer;
  EXPECT_TRUE(view.policy.tracks.always) << "the signatories have agreed; a file cannot break the pact in silence";
  EXPECT_EQ(view.policy.alerts, link::ShareWhen::near_conflict);
}

TEST(TracksFor, APeerNearAConflictAreThePairsCloserThanAgreed) {
  Engine engine(config());
  const double thirty_miles = 30 * 1852 / 111'319.5;
  for (double s = 0; s < 5; ++s) {
    observe(engine, engine.report_feed(), 0x100001, 10, s);
    observe(engine, engine.report_feed(), 0x200002, 10 + thirty_miles, s);
    observe(engine, engine.report_feed(), 0x100003, 20, s);
    observe(engine, engine.report_feed(), 0x300004, 10 + thirty_miles / 2, s);   // nobody's
    engine.tick(after(s));
  }
  const auto told = [&](double near_nm) {
    const link::SharingPolicy policy{.tracks = {.always = {}, .near_conflict = ShareDetail{}, .near = nautical_miles(near_nm)}};
    std::vector<std::string> addresses;
    for (const link::SharedTrack& t : tracks_for(*engine.picture(), engine.config(), south, policy, 1, after(5))) addresses.push_back(to_string(t.address));
    return addresses;
  };
  EXPECT_THAT(told(0), IsEmpty());
  EXPECT_THAT(told(29), IsEmpty());
  EXPECT_THAT(told(31), UnorderedElementsAre("100001", "200002"));
}

// North's engine, to which South's link tells one aircraft as long as it may.
struct Told {
  Engine engine{config()};
  std::string said;
  void fly(double from, double to, double told_until) {
    for (double s = from; s <= to; ++s) {
      if (s <= told_until) observe(engine, link_feed, 0x200002, 10, s);
      for (const Event& e : engine.tick(after(s))) {
        if (std::holds_alternative<Alert>(e.what)) said += event_json(e, *engine.picture()) + '\n';
      }
    }
  }
  [[nodiscard]] const Alert* alert() const {
    static thread_local std::vector<Alert> kept;
    kept = engine.picture()->alerts;
    for (const Alert& a : kept) {
      if (a.kind == AlertKind::sharing) return &a;
    }
    return nullptr;
  }
};

const Parties terms_parties{{"unknown", "Unknown", "?"}, {"south", "South", "S"}, {"north", "North", "N"}};

Command agreed(std::vector<AgreedSharing> sharing) {
  for (AgreedSharing& s : sharing) s.from = PartyId{1}, s.to = PartyId{2};
  return SetAgreed{{.parties = terms_parties, .versions = {}, .sharing = std::move(sharing), .clock_offset = milliseconds(250)}};
}

TEST(LostSharing, ByASuspensionIsToldAndAReplayTellsItInTheSameBytes) {
  const Command command = agreed({piece({after(0), after(30)}, SharingBasis::in_force, ShareDetail{.position_step = nautical_miles(1.5), .altitude_step = feet_of_height(250), .delay = seconds(2)}),
                                  piece({after(30), Time::max()}, SharingBasis::in_force, {}, {"sharing.s"})});
  const auto run = [](const Command& given) {
    Told told;
    told.engine.feed_changed({link_feed, FeedState::connected, {}}, after(0));
    EXPECT_TRUE(told.engine.apply(given, after(0)));
    told.fly(1, 44, 30);
    EXPECT_EQ(told.alert(), nullptr);
    told.fly(45, 60, 30);
    const Alert* alert = told.alert();
    EXPECT_NE(alert, nullptr);
    if (alert != nullptr) {
      EXPECT_EQ(alert->party, south);
      EXPECT_EQ(alert->reasons.at(1).code, ReasonCode::sharing_suspended);
      EXPECT_THAT(alert->reasons.at(1).name, HasSubstr("sharing.s (corridor v1"));
      EXPECT_THAT(alerts_json(*told.engine.picture(), false), HasSubstr(R"("party":"south")"));
    }
    return told.said;
  };
  const std::string first = run(command);
  const auto read = read_command(to_json(command, {}), {});
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(std::get<SetAgreed>(*read).agreed.sharing, std::get<SetAgreed>(command).agreed.sharing) << "nothing is lost in the recording";
  EXPECT_GT(first.size(), 100u);
  EXPECT_EQ(run(*read), first);
}

TEST(LostSharing, ByASilentNodeAndByTheEndOfThePactSaySo) {
  Told down;
  down.engine.feed_changed({link_feed, FeedState::connected, {}}, after(0));
  down.fly(1, 40, 20);
  EXPECT_EQ(down.alert(), nullptr) << "the link is up: its aircraft is gone";
  down.engine.feed_changed({link_feed, FeedState::connecting, "the peer says nothing"}, after(41));
  down.fly(41, 41, 20);
  ASSERT_NE(down.alert(), nullptr);
  EXPECT_EQ(down.alert()->reasons.at(1).code, ReasonCode::sharing_link_down);

  Told over;
  over.engine.feed_changed({link_feed, FeedState::connected, {}}, after(0));
  ASSERT_TRUE(over.engine.apply(agreed({piece({after(0), after(30)}, SharingBasis::in_force, ShareDetail{}), piece({after(30), Time::max()}, SharingBasis::over, ShareDetail{})}), after(0)));
  over.fly(1, 46, 30);
  ASSERT_NE(over.alert(), nullptr);
  EXPECT_EQ(over.alert()->reasons.at(1).code, ReasonCode::sharing_over);
  EXPECT_EQ(over.alert()->reasons.at(1).since, after(30));
}

}  // namespace
}  // namespace skypact::node
