// /data/aircraft.json says what readsb's does: our own reader of it finds again what was measured, and when.

#include <gtest/gtest.h>

#include <cmath>

#include "node/api_json.h"
#include "wire/aircraft_json.h"
#include "wire/mode_s_geometry.h"

namespace skypact::node {
namespace {

const Time start = *parse_rfc3339("2026-01-01T12:00:00Z");
const geo::Position place = *geo::Position::from_degrees(52, 4);

// An aircraft heard at `start`, fast eastward; the picture of `age` later.
class Told : public testing::Test {
 protected:
  Told() {
    Config config;
    config.feeds.resize(1);
    config.feeds[0].name = "receiver";
    engine_.emplace(config);
  }
  void hear(Time at, bool with_position, SourceKind kind = SourceKind::adsb) {
    Observation o;
    o.address = icao_address(0x4D2023);
    o.kind = kind;
    o.received_at = o.measured_at = at;
    if (with_position) o.position = place;
    if (with_position) o.accuracy = metres(10);
    o.velocity = GroundVelocity{knots(480), TrueBearing::degrees(90)};
    FeedBatch batch;
    batch.received_at = at;
    batch.observations = {o};
    engine_->observe(batch);
  }
  std::string at(Time now) {
    engine_->tick(now);
    return aircraft_json(*engine_->picture());
  }

  std::optional<Engine> engine_;
};

TEST_F(Told, ThePlaceAsItWasMeasuredAndWhen) {
  hear(start, true);
  const Time now = start + milliseconds(7250);
  const std::string text = at(now);
  // By now it is 1.8 km farther on.
  ASSERT_GT(wire::straight_distance(*engine_->picture()->tracks->at(0).position, place), metres(1000));
  wire::AircraftJsonReader reader({.source = SourceId{0}});
  std::vector<Observation> read;
  reader.read(text, now, [&](const Observation& o) { read.push_back(o); });
  ASSERT_EQ(read.size(), 1u) << text;
  ASSERT_TRUE(read[0].position);
  EXPECT_LT(wire::straight_distance(*read[0].position, place), metres(0.2));
  EXPECT_LE(std::abs(to_seconds(read[0].measured_at - start)), 0.001);
}

TEST_F(Told, AnOldPlaceAsTheLastAndNothingOfWhoFellSilent) {
  hear(start, true);
  EXPECT_NE(at(start + seconds(60)).find("\"seen_pos\":60.000"), std::string::npos);
  hear(start + seconds(60), false);
  const std::string late = at(start + seconds(61));
  EXPECT_NE(late.find("\"lastPosition\":{\"lat\":52.000000"), std::string::npos) << late;
  EXPECT_NE(at(start + seconds(90)).find("4d2023"), std::string::npos);
  EXPECT_EQ(at(start + seconds(91)).find("4d2023"), std::string::npos);
}

TEST_F(Told, WhichFieldsAreFromMultilateration) {
  hear(start, true, SourceKind::mlat);
  EXPECT_NE(at(start + seconds(1)).find("\"mlat\":[\"lat\",\"lon\"],\"tisb\":[]"), std::string::npos);
}

}  // namespace
}  // namespace skypact::node
