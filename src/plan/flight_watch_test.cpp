#include "plan/flight_watch.h"

#include <gtest/gtest.h>

#include "plan/test_areas.h"
#include "plan/test_uss.h"

namespace skypact::plan::test {
namespace {

struct FlightWatchTest : ::testing::Test {
  FlightWatch flights;
  Disclosed flight = disclosed(IntentState::activated);

  static Disclosed disclosed(IntentState state, std::int32_t version = 2) {
    Disclosed flight;
    flight.reference.id = entity(1);
    flight.reference.manager = "north";
    flight.reference.version = version;
    flight.reference.ovn = "an ovn of sixteen";
    flight.reference.state = state;
    flight.reference.time = {noon, noon + hours(1)};
    flight.details = details_of({Box{}});
    return flight;
  }
  // East of the plan's middle by so many degrees; the plan ends at 0.005.
  static Telemetry at(Time time, double east = 0, double altitude = 150) {
    Telemetry telemetry;
    telemetry.position.measured_at = time;
    telemetry.position.place = {46, 7 + east};
    telemetry.position.altitude_m = altitude;
    telemetry.position.accuracy = telemetry.position.altitude_accuracy = metres(3);
    telemetry.position.ground_speed = metres_per_second(10);
    return telemetry;
  }
  void hear(Time time, double east = 0) {
    const auto taken = flights.take(flight, at(time, east), time);
    ASSERT_TRUE(taken) << taken.error().message;
  }
  // As the DSS would have taken it.
  void take_step(const FlightWatch::Step& step, Time now) {
    flight.reference.state = step.intention.state;
    ++flight.reference.version;
    flight.details = step.intention.details;
    flights.took(flight, now);
  }
};

bool holds(const std::vector<Volume>& volumes, LatLng place, double altitude, Time time) {
  for (const Volume& v : volumes) {
    if (v.time.from <= time && time < v.time.to && *v.lower_m <= altitude && altitude <= *v.upper_m && v.area.contains(place)) return true;
  }
  return false;
}

TEST_F(FlightWatchTest, AFlightThatLeavesItsPlanIsNonconformingThenContingent) {
  const Time t = noon + minutes(10);
  hear(t);
  EXPECT_TRUE(flights.steps(t).empty());
  hear(t + seconds(1), 0.01);
  const auto steps = flights.steps(t + seconds(1));
  ASSERT_EQ(steps.size(), 1u);
  EXPECT_EQ(steps[0].intention.state, IntentState::nonconforming);
  EXPECT_EQ(steps[0].intention.details.volumes.size(), 1u) << "its plan is still its plan";
  EXPECT_FALSE(fault_of(steps[0].intention.details, Kind::operational_intent, IntentState::nonconforming));
  EXPECT_TRUE(holds(steps[0].intention.details.off_nominal, {46, 7.01}, 150, t + seconds(2)));
  EXPECT_TRUE(holds(steps[0].intention.details.off_nominal, away({46, 7.01}, 77, 10 * 290), 150, t + seconds(291))) << "wherever it goes";
  EXPECT_NE(steps[0].why.find("has left its plan"), std::string::npos);
  ASSERT_EQ(flights.steps(t + seconds(2)).size(), 1u) << "it is asked for until the DSS has it";
  take_step(steps[0], t + seconds(2));
  EXPECT_TRUE(flights.steps(t + seconds(3)).empty());
  for (int s = 3; s < 61; ++s) hear(t + seconds(s), 0.01);
  const auto lost = flights.steps(t + seconds(62));
  ASSERT_EQ(lost.size(), 1u);
  EXPECT_EQ(lost[0].intention.state, IntentState::contingent);
  EXPECT_TRUE(lost[0].intention.details.volumes.empty());
  EXPECT_FALSE(fault_of(lost[0].intention.details, Kind::operational_intent, IntentState::contingent));
}

TEST_F(FlightWatchTest, WhoIsBackIsActivatedAgain) {
  const Time t = noon + minutes(10);
  hear(t, 0.01);
  take_step(flights.steps(t)[0], t);
  hear(t + seconds(5), 0);
  const auto steps = flights.steps(t + seconds(5));
  ASSERT_EQ(steps.size(), 1u);
  EXPECT_EQ(steps[0].intention.state, IntentState::activated);
  EXPECT_TRUE(steps[0].intention.details.off_nominal.empty());
  EXPECT_FALSE(fault_of(steps[0].intention.details, Kind::operational_intent, IntentState::activated));
}

TEST_F(FlightWatchTest, WhereItMayBeIsSaidAnewWhileItIsOffItsPlan) {
  const Time t = noon + minutes(10);
  hear(t, 0.01);
  take_step(flights.steps(t)[0], t);
  for (int s = 1; s < 30; ++s) hear(t + seconds(s), 0.01 + 0.0001 * s);
  EXPECT_TRUE(flights.steps(t + seconds(29)).empty());
  const auto steps = flights.steps(t + seconds(30));
  ASSERT_EQ(steps.size(), 1u);
  EXPECT_EQ(steps[0].intention.state, IntentState::nonconforming);
  EXPECT_TRUE(steps[0].why.empty()) << "nobody has to be told again";
  EXPECT_TRUE(holds(steps[0].intention.details.off_nominal, {46, 7.0129}, 150, t + seconds(31)));
}

TEST_F(FlightWatchTest, AFlightWhosePlanEndsInTheAirIsToldOfBeforeTheDssForgetsIt) {
  const Time end = noon + hours(1);
  for (int s = 20; s > 11; --s) hear(end - seconds(s));
  EXPECT_TRUE(flights.steps(end - seconds(11)).empty());
  hear(end - seconds(10));
  const auto steps = flights.steps(end - seconds(10));
  ASSERT_EQ(steps.size(), 1u);
  EXPECT_EQ(steps[0].intention.state, IntentState::nonconforming);
  EXPECT_TRUE(holds(steps[0].intention.details.off_nominal, {46, 7}, 150, end + minutes(4)));
  Telemetry landed = at(end - seconds(9));
  landed.position.airborne = false;
  ASSERT_TRUE(flights.take(flight, landed, end - seconds(9)));
  EXPECT_TRUE(flights.steps(end - seconds(9)).empty()) << "it has landed";
}

TEST_F(FlightWatchTest, WhoIsNotActivatedDoesNotFly) {
  flight = disclosed(IntentState::accepted);
  EXPECT_EQ(flights.take(flight, at(noon), noon).error().code, ErrorCode::conflict);
  Telemetry parked = at(noon);
  parked.position.airborne = false;
  EXPECT_TRUE(flights.take(flight, parked, noon));
}

TEST_F(FlightWatchTest, AFlightThatIsNotHeardIsSaidOnce) {
  hear(noon + minutes(1));
  EXPECT_TRUE(flights.newly_lost(noon + minutes(1) + seconds(9)).empty());
  EXPECT_EQ(flights.newly_lost(noon + minutes(1) + seconds(11)), std::vector{entity(1)});
  EXPECT_TRUE(flights.newly_lost(noon + minutes(2)).empty());
  hear(noon + minutes(3));
  EXPECT_EQ(flights.newly_lost(noon + minutes(4)), std::vector{entity(1)});
  EXPECT_TRUE(flights.steps(noon + minutes(4)).empty()) << "what is not known is not said to be outside";
}

TEST_F(FlightWatchTest, TelemetryThatCannotBeIsRefusedAndLeavesNothing) {
  EXPECT_FALSE(flights.take(flight, at(noon + hours(2)), noon));
  EXPECT_FALSE(flights.view(entity(1), noon));
  hear(noon + minutes(1));
  EXPECT_FALSE(flights.take(flight, at(noon + seconds(30)), noon + minutes(1))) << "older than the last";
  EXPECT_EQ(flights.view(entity(1), noon + minutes(1))->last.position.measured_at, noon + minutes(1));
}

TEST(TelemetryJson, SaysWhatPeersMayKnow) {
  const auto read = [](const std::string& body) { return read_telemetry(json::parse(body)->root()); };
  const auto telemetry = read(R"({"measured_at":"2026-12-01T12:00:00.5Z","lat":46.95,"lng":7.45,"altitude_m":640.25,"accuracy_m":4,"altitude_accuracy_m":30,"speed_mps":12.5,"track_deg":360})");
  ASSERT_TRUE(telemetry) << telemetry.error().message;
  const std::string body = telemetry_json(entity(1), *telemetry, noon);
  EXPECT_EQ(body, R"({"operational_intent_id":")" + id(1) + R"(","telemetry":{"time_measured":{"value":"2026-12-01T12:00:00.5Z","format":"RFC3339"},"position":{"latitude":46.95,"longitude":7.45,"accuracy_h":"HA10m","accuracy_v":"VA45m","extrapolated":false,"altitude":{"value":640.25,"reference":"W84","units":"M"}},"velocity":{"speed":12.50,"units_speed":"MetersPerSecond","track":0.0}},"next_telemetry_opportunity":{"value":"2026-12-01T12:00:01Z","format":"RFC3339"}})");
  for (const char* bad : {R"({})", R"({"measured_at":"yesterday","lat":1,"lng":1})", R"({"measured_at":"2026-12-01T12:00:00Z","lat":91,"lng":1})", R"({"measured_at":"2026-12-01T12:00:00Z","lat":1,"lng":1,"hight":3})",
                          R"({"measured_at":"2026-12-01T12:00:00Z","lat":1,"lng":1,"speed_mps":-1})", "[]"}) {
    EXPECT_FALSE(read(bad)) << bad;
  }
}

}  // namespace
}  // namespace skypact::plan::test
