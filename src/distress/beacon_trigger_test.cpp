#include "distress/beacon_trigger.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "distress/case_book.h"
#include "distress/test_cases.h"

namespace skypact::distress {
namespace {

using tests::noon;
using ::testing::HasSubstr;

wire::BeaconBurst live() {
  wire::BeaconBurst burst;
  burst.message.id = tests::beacon_id;
  burst.message.identity.aircraft_address = 0x4D2023;
  burst.message.position = wire::BeaconPosition{tests::at(34, 36), metres(120)};
  return burst;
}

TEST(BeaconTrigger, SaysWhoAndWhereAndByWhom) {
  wire::BeaconBurst burst = live();
  burst.received_at = noon - seconds(2);
  burst.station = "rx-1";
  burst.message.corrected_first = 2;
  const Trigger t = checked(trigger_of(burst, {noon, "api", false})).value();
  EXPECT_EQ(t.kind, TriggerKind::beacon);
  EXPECT_EQ(t.source, "rx-1");
  EXPECT_EQ(t.heard_at, noon - seconds(2));
  EXPECT_EQ(t.subject.beacon, tests::beacon_id);
  EXPECT_EQ(t.subject.address, icao_address(0x4D2023));
  EXPECT_EQ(t.corrected_bits, 2u);
  ASSERT_TRUE(t.place);
  EXPECT_EQ(t.place->position, tests::at(34, 36));
}

TEST(BeaconTrigger, OfATestNeverOpensACase) {
  for (const wire::BeaconMode mode : {wire::BeaconMode::self_test, wire::BeaconMode::test, wire::BeaconMode::system}) {
    wire::BeaconBurst burst = live();
    burst.message.mode = mode;
    CaseBook book;
    EXPECT_EQ(tests::kinds(book.take(trigger_of(burst, {noon, "rx", false}), noon)), std::vector{EventKind::heard});
    EXPECT_EQ(tests::kinds(book.take(trigger_of(burst, {noon, "rx", true}), noon)), std::vector{EventKind::heard}) << "an exercise makes no test a case";
  }
}

TEST(BeaconTrigger, DoesNotBelieveATimeAhead) {
  wire::BeaconBurst burst = live();
  burst.received_at = noon + minutes(10);
  const Trigger t = trigger_of(burst, {noon, "rx", false});
  EXPECT_EQ(t.heard_at, noon);
  EXPECT_THAT(t.remark, HasSubstr("not believed"));
}

TEST(BeaconTrigger, OfACancellationIsOne) {
  wire::BeaconBurst burst = live();
  burst.message.kind = wire::BeaconMessageKind::cancellation;
  EXPECT_TRUE(trigger_of(burst, {noon, "rx", false}).cancellation);
}

TEST(BeaconTrigger, KeepsBothSidesOfADopplerPosition) {
  wire::Sit185Message m;
  m.id = tests::beacon_id;
  m.positions = {{wire::Sit185PositionKind::doppler_a, tests::at(34, 36), std::uint8_t{60}, {}, {}}, {wire::Sit185PositionKind::doppler_b, tests::at(20, 5), std::uint8_t{40}, {}, {}}};
  EXPECT_EQ(triggers_of(m, {noon, "mcc", false}).size(), 2u);
  m.positions.push_back({wire::Sit185PositionKind::confirmed, tests::at(34.1, 36), {}, {}, {}});
  const auto confirmed = triggers_of(m, {noon, "mcc", false});
  ASSERT_EQ(confirmed.size(), 1u);
  EXPECT_EQ(confirmed[0].place->position, tests::at(34.1, 36));
  m.positions.clear();
  EXPECT_EQ(triggers_of(m, {noon, "mcc", false}).size(), 1u);
}

TEST(BeaconTrigger, OfAShipsSecurityAlertIsNotSpoken) {
  wire::Sit185Message m;
  m.id = tests::beacon_id;
  m.is_ship_security = true;
  CaseBook book;
  book.take(triggers_of(m, {noon, "mcc", false})[0], noon);
  EXPECT_TRUE(book.find(CaseId{1})->must_not_be_spoken);
}

}  // namespace
}  // namespace skypact::distress
