#include "distress/trigger.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "distress/test_cases.h"
#include "distress/visible_text.h"

namespace skypact::distress {
namespace {

using tests::at;
using tests::noon;
using ::testing::HasSubstr;

Trigger full() {
  Trigger t = tests::burst(noon, 2);
  t.subject.address = icao_address(0x4D2023);
  t.subject.callsign = "NORTH21";
  t.subject.registration = "D-ABCD";
  t.subject.mmsi = "211000001";
  t.reference = "L-17";
  Place place;
  place.position = at(34.1234567, -179.9999999);
  place.uncertainty = metres(4'000);
  place.altitude = feet_of_height(12'300);
  place.altitude_datum = Datum::mean_sea_level;
  place.velocity = GroundVelocity{knots(251.3), TrueBearing::degrees(359.9)};
  place.airborne = true;
  t.place = place;
  t.party = "north";
  t.aircraft_class = AircraftClass::state;
  t.mark = TriggerMark::exercise;
  t.words = "MAYDAY MAYDAY";
  t.language = "en";
  t.khz = 121'500;
  t.bearing = TrueBearing::degrees(270);
  t.remark = "weak";
  return t;
}

TEST(Trigger, IsTheSameAfterAJourneyAsJson) {
  const auto kept = checked(full());
  ASSERT_TRUE(kept) << kept.error().message;
  const auto again = read_trigger(to_json(*kept));
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(*again, *kept);
  EXPECT_EQ(to_json(*again), to_json(*kept));
}

TEST(Trigger, RefusesWhatIsWrongAndSaysWhere) {
  const auto refusal = [](std::string_view text) { return read_trigger(text).error().message; };
  constexpr std::string_view head = R"({"kind":"beacon","heard_at":"2026-11-27T12:00:00Z","received_at":"2026-11-27T12:00:01Z","source":"s","emergency":"beacon")";
  const auto with = [&](std::string_view more) { return std::string(head) + std::string(more) + "}"; };
  ASSERT_TRUE(read_trigger(with("")));
  EXPECT_THAT(refusal("{"), HasSubstr("trigger:"));
  EXPECT_THAT(refusal(R"({"kind":"rumour"})"), HasSubstr("kind: \"rumour\" is not one of squawk"));
  EXPECT_THAT(refusal(with(R"(,"beacon":"12")")), HasSubstr("beacon: \"12\" is not the 15"));
  EXPECT_THAT(refusal(with(R"(,"mmsi":"12345678X")")), HasSubstr("mmsi:"));
  EXPECT_THAT(refusal(with(R"(,"address":"XYZ")")), HasSubstr("address:"));
  EXPECT_THAT(refusal(with(R"(,"place":{"lat_deg":91,"lon_deg":0,"uncertainty_m":1})")), HasSubstr("place: lat_deg"));
  EXPECT_THAT(refusal(with(R"(,"place":{"lat_deg":9,"lon_deg":0})")), HasSubstr("uncertainty_m: is missing"));
  EXPECT_THAT(refusal(with(R"(,"place":{"lat_deg":9,"lon_deg":0,"uncertainty_m":1,"track_deg":3})")), HasSubstr("go together"));
  EXPECT_THAT(refusal(with(R"(,"target":"x")")), HasSubstr("\"target\" is not a known field"));
  EXPECT_THAT(refusal(with(R"(,"corrected_bits":7)")), HasSubstr("corrected_bits"));
  EXPECT_THAT(refusal(R"({"kind":"beacon","heard_at":"1999-11-27T12:00:00Z","received_at":"2026-11-27T12:00:01Z","source":"s","emergency":"beacon"})"), HasSubstr("2000 to 2199"));
  EXPECT_THAT(refusal(with(",\"remark\":\"" + std::string(TriggerLimits::bytes, 'x') + "\"")), HasSubstr("at most 16384"));
}

TEST(Trigger, IsNotLostForALongOrStrangeText) {
  Trigger t = full();
  t.words = std::string(5'000, 'a');
  t.subject.callsign = "NORTH\u202E12";
  const auto kept = checked(t);
  ASSERT_TRUE(kept);
  EXPECT_EQ(kept->words.size(), TriggerLimits::words);
  EXPECT_TRUE(kept->words.ends_with("…"));
  EXPECT_EQ(kept->subject.callsign, "NORTH<U+202E>12");
}

TEST(Trigger, IsNotHeardAfterItWasReceivedWhateverItsSourcesClockSays) {
  Trigger t = full();
  t.heard_at = noon + std::chrono::hours(24 * 365 * 100);
  EXPECT_EQ(checked(t)->heard_at, noon);
}

TEST(Trigger, NeverSaysThatAPlaceIsSurerThanItWas) {
  Trigger t = full();
  t.place->uncertainty = metres(10.2);
  EXPECT_EQ(checked(t)->place->uncertainty, metres(11));
}

RC_GTEST_PROP(Trigger, NeverChangesOnASecondJourney, ()) {
  Trigger t = full();
  using rc::gen::inRange;
  t.kind = static_cast<TriggerKind>(*inRange(0, static_cast<int>(trigger_kinds)));
  t.emergency = static_cast<EmergencyWord>(*inRange(0, static_cast<int>(emergency_words)));
  t.received_at = noon + std::chrono::hours(1);
  t.heard_at = noon + Duration(*inRange<std::int64_t>(-1'000'000'000'000, 1'000'000'000'000));
  t.place->position = geo::Position{*inRange(-900'000'000, 900'000'001), *inRange(-1'800'000'000, 1'800'000'000)};
  t.place->velocity = GroundVelocity{knots(*inRange(0, 4'100'000) / 1000.0), TrueBearing::degrees(*inRange(0, 3'600'000) / 10'000.0)};
  t.place->altitude = Height::of_tenth_mm(*inRange(-100'000'000, 500'000'000));
  t.subject.callsign = *rc::gen::arbitrary<std::string>();
  t.words = *rc::gen::arbitrary<std::string>();
  t.bearing = TrueBearing::degrees(*inRange(0, 3'600'000) / 10'000.0);
  const auto kept = checked(t);
  RC_ASSERT(kept.has_value());
  const auto again = read_trigger(to_json(*kept));
  RC_ASSERT(again.has_value());
  RC_ASSERT(*again == *kept);
  RC_ASSERT(*checked(*kept) == *kept);
}

TEST(Trigger, SaysWhatASquawkSays) {
  EXPECT_EQ(word_of(Emergency::no_communications), EmergencyWord::radio_failure);
  EXPECT_EQ(word_of(Emergency::none), std::nullopt);
  EXPECT_EQ(word_of(Emergency::reserved), std::nullopt);
}

TEST(VisibleText, ShowsWhatCannotBeSeen) {
  EXPECT_EQ(visible_text(" a\nb ", 40), "a<U+000A>b");
  EXPECT_EQ(visible_text("a\u200Bb\u2066c", 40), "a<U+200B>b<U+2066>c");
  EXPECT_EQ(visible_text("\xFFz", 40), "\uFFFDz");
  EXPECT_EQ(visible_text("نجدة", 40), "نجدة");
}

TEST(VisibleText, CutsAtItsLimitAndNotBefore) {
  EXPECT_EQ(visible_text("abcdefgh", 8), "abcdefgh");
  EXPECT_EQ(visible_text("abcdefghi", 8), "abcde…");
  EXPECT_EQ(visible_text("ééééé", 8), "éé…");
}

}  // namespace
}  // namespace skypact::distress
