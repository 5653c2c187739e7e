// The engine gives the same events for the same input, and the demo's script is what it sees.

#include "node/engine.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "node/api_json.h"
#include "node/feed_decoder.h"
#include "sim/scenario.h"
#include "sim/transmitter.h"

namespace skypact::node {
namespace {

const Time start = *parse_rfc3339("2026-01-01T12:00:00Z");

Config config_of(const sim::Scenario& scenario) {
  Config config = parse_config(scenario.configuration, "demo.toml").value();
  FeedConfig receiver;
  receiver.name = "receiver";
  receiver.receiver = scenario.centre;
  FeedConfig trackers;
  trackers.name = "trackers";
  trackers.format = FeedFormat::report;
  config.feeds = {receiver, trackers};
  return config;
}

// The demo for so many seconds, the Beast bytes cut into pieces of `piece`; `also` may give commands after a tick.
using After = std::function<void(Engine&, Time, std::vector<Event>&)>;
std::string run_demo(Engine& engine, int for_s, std::size_t piece, const After& also = {}) {
  const sim::Scenario scenario = sim::demo_scenario(1);
  sim::World world(scenario.flights, start);
  sim::Transmitter transmitter(world, 1);
  FeedDecoder beast(SourceId{0}, engine.config().feeds[0], engine.config().rules);
  FeedDecoder reports(SourceId{1}, engine.config().feeds[1], engine.config().rules);
  std::string all;
  for (int s = 1; s <= for_s; ++s) {
    const Time now = start + seconds(s);
    const sim::Sent sent = transmitter.advance_to(now);
    std::vector<std::uint8_t> bytes;
    sim::append_beast(sent.frames, start, bytes);
    for (std::size_t at = 0; at < bytes.size(); at += piece) {
      beast.push(std::span(bytes).subspan(at, std::min(piece, bytes.size() - at)), now);
      engine.observe(beast.take());
    }
    for (const sim::Report& report : sent.reports) reports.push(report.line, now);
    engine.observe(reports.take());
    auto events = engine.tick(now);
    if (also) also(engine, now, events);
    for (const Event& event : events) {
      if (std::holds_alternative<Alert>(event.what)) all += event_json(event, *engine.picture()) + '\n';
    }
  }
  return all;
}

TEST(Engine, GivesTheSameAlertsTwiceAndFromPiecesOfAnySize) {
  const Config config = config_of(sim::demo_scenario(1));
  Engine one(config), two(config), three(config);
  const std::string whole = run_demo(one, 90, 1 << 20);
  EXPECT_GT(whole.size(), 1000u);
  EXPECT_EQ(run_demo(two, 90, 1 << 20), whole);
  EXPECT_EQ(run_demo(three, 90, 7), whole);
}

TEST(Engine, LatchesAnEmergencyUntilItIsAcknowledgedByKey) {
  Engine engine(config_of(sim::demo_scenario(1)));
  bool acknowledged = false;
  run_demo(engine, 90, 4096, [&](Engine& e, Time now, std::vector<Event>&) {
    const auto picture = e.picture();
    for (const Alert& alert : picture->alerts) {
      if (alert.kind != AlertKind::distress || acknowledged) continue;
      EXPECT_TRUE(alert.latched);
      // As recorded before a restart, when this was another episode.
      const std::string key = alert.key.substr(0, alert.key.find('#')) + "#99";
      const auto events = e.apply(Acknowledge{key, PartyId{1}, "duty", Intention::seen, ""}, now);
      ASSERT_TRUE(events) << events.error().message;
      ASSERT_EQ(events->size(), 1u);
      EXPECT_EQ(std::get<Alert>(events->front().what).acknowledgements.size(), 1u);
      acknowledged = true;
    }
  });
  EXPECT_TRUE(acknowledged);
}

TEST(Engine, CountsItsEventsWithoutAGapAndRefusesWithoutChange) {
  Engine engine(config_of(sim::demo_scenario(1)), {.first_sequence = 100});
  std::uint64_t next = 100;
  Zone zone;
  zone.id = "z";
  zone.centre = geo::Position{};
  zone.radius = nautical_miles(1);
  const auto added = engine.apply(AddZones{{zone}}, start);
  ASSERT_TRUE(added);
  for (const Event& e : *added) EXPECT_EQ(e.seq, next++);
  const std::size_t zones = engine.picture()->rules->zones.size();
  const auto again = engine.apply(AddZones{{zone}}, start);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, ErrorCode::conflict);
  EXPECT_EQ(engine.picture()->rules->zones.size(), zones);
  EXPECT_FALSE(engine.apply(RemoveZone{"none"}, start));
  for (const Event& e : engine.tick(start + seconds(1))) EXPECT_EQ(e.seq, next++);
}

TEST(Engine, TellsTwoAircraftUnderOneAddressApart) {
  Engine engine(config_of(sim::demo_scenario(1)));
  const auto flown = [&](double lat, double lon_at_start, double s) {
    Observation o;
    o.address = icao_address(0x4D2023);
    o.received_at = o.measured_at = start + from_seconds(s);
    o.position = *geo::Position::from_degrees(lat, lon_at_start + 0.002 * s);
    o.velocity = GroundVelocity{metres_per_second(180), TrueBearing::degrees(90)};
    o.accuracy = metres(30);
    o.callsign = FixedString<8>(std::string_view("TWIN"));
    return o;
  };
  for (int s = 1; s < 40; ++s) {
    FeedBatch batch;
    batch.feed = SourceId{0};
    batch.received_at = start + seconds(s);
    batch.observations = {flown(36, 33, s - 0.5), flown(36.5, 33, s)};
    engine.observe(batch);
    engine.tick(start + seconds(s));
  }
  const auto picture = engine.picture();
  const PictureTrack* one = find_track(*picture, TrackKey{icao_address(0x4D2023)});
  const PictureTrack* other = find_track(*picture, TrackKey{icao_address(0x4D2023), 2});
  ASSERT_NE(one, nullptr);
  ASSERT_NE(other, nullptr);
  EXPECT_NEAR(one->position->lat_degrees(), 36, 0.01);
  EXPECT_NEAR(other->position->lat_degrees(), 36.5, 0.01);
  using ::testing::HasSubstr;
  EXPECT_THAT(track_json(*one, *picture), HasSubstr(R"("address":"4D2023","key":"4D2023")"));
  EXPECT_THAT(track_json(*other, *picture), HasSubstr(R"("address":"4D2023","key":"4D2023~2")"));
  const std::string readsb = aircraft_json(*picture);
  EXPECT_THAT(readsb, HasSubstr(R"("hex":"4d2023")"));
  EXPECT_THAT(readsb, HasSubstr(R"("hex":"~4d2023")"));

  Zone zone;
  zone.id = "around-it";
  zone.centre = geo::Position{};
  zone.radius = nautical_miles(1);
  zone.moves_with = icao_address(0x4D2023);
  const auto refused = engine.apply(AddZones{{zone}}, picture->now);
  ASSERT_FALSE(refused) << "around which?";
  EXPECT_EQ(refused.error().code, ErrorCode::conflict);
  zone.anchor = one->position;
  EXPECT_TRUE(engine.apply(AddZones{{zone}}, picture->now));
}

TEST(Engine, ForgetsAManualTrackThatIsTakenBackAndSaysWhereThereIsNone) {
  Engine engine(config_of(sim::demo_scenario(1)));
  PlaceManualTrack place;
  place.name = "ALPHA1";
  place.observation.address = {AddressKind::manual, 0, std::string_view("ALPHA1")};
  place.observation.position = geo::Position{34'0000000, 33'0000000};
  place.observation.measured_at = start;
  ASSERT_TRUE(engine.apply(place, start));
  engine.tick(start + seconds(1));
  ASSERT_NE(find_track(*engine.picture(), TrackKey{place.observation.address}), nullptr);
  ASSERT_TRUE(engine.apply(RemoveManualTrack{"ALPHA1"}, start + seconds(2)));
  EXPECT_EQ(find_track(*engine.picture(), TrackKey{place.observation.address}), nullptr);
  engine.tick(start + seconds(3));
  EXPECT_EQ(find_track(*engine.picture(), TrackKey{place.observation.address}), nullptr);
  const auto again = engine.apply(RemoveManualTrack{"ALPHA1"}, start + seconds(4));
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, ErrorCode::not_found);
}

}  // namespace
}  // namespace skypact::node
