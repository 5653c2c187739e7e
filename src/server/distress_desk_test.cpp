#include "server/distress_desk.h"

#include <gtest/gtest.h>

#include <atomic>
#include <mutex>
#include <thread>

#include "distress/case_summary.h"
#include "distress/test_cases.h"
#include "ledger/hash.h"

namespace skypact::server {
namespace {

using namespace distress;

// A desk of South's whose line, streams and journal are lists.
class DistressDeskTest : public ::testing::Test {
 protected:
  DistressDeskTest() { start(); }
  ~DistressDeskTest() override { desk.reset(); }

  void start() {
    DistressDeskOptions o;
    o.party = "south";
    o.vanished = false;
    o.line_parties = {"north", "relief"};
    o.picture = [] {
      auto picture = std::make_shared<node::Picture>();
      picture->tracks = std::make_shared<const std::vector<node::PictureTrack>>();
      picture->rules = std::make_shared<const Rules>();
      return picture;
    };
    o.party_of = [](const Address& address) -> std::pair<std::string, AircraftClass> {
      if (address == icao_address(0x3B0001)) return {"north", AircraftClass::state};
      return {};
    };
    o.tell = [](const std::string&) {};
    o.send = [this](line::Draft draft) -> Result<std::string> {
      const std::lock_guard lock(mutex);
      if (broken) return Error{ErrorCode::unreachable, "no line"};
      drafts.push_back(std::move(draft));
      return std::string(60, '0') + std::to_string(1000 + drafts.size());
    };
    desk = std::make_unique<DistressDesk>(std::move(o), clock);
    for (int i = 0; i < 500 && !desk->status().complete; ++i) std::this_thread::sleep_for(milliseconds(10));
    ASSERT_TRUE(desk->status().complete);
  }

  Trigger report(EmergencyWord word, std::string callsign = "MERCY4") {
    Trigger t = tests::trigger(TriggerKind::guard_report, word, clock->now(), "tower");
    t.subject.callsign = std::move(callsign);
    t.aircraft_class = AircraftClass::civil;
    t.place = tests::place_at(34.1234567, 36.7654321);
    return t;
  }
  std::vector<line::Draft> sent() {
    const std::lock_guard lock(mutex);
    return drafts;
  }
  static const line::CaseMessage& body(const line::Draft& draft) { return std::get<line::CaseMessage>(draft.body); }

  std::atomic<Time> now{tests::noon};
  std::shared_ptr<NodeClock> clock = std::make_shared<NodeClock>([this] { return now.load(); }, [] { return Duration(0); });
  std::mutex mutex;
  std::vector<line::Draft> drafts;
  std::atomic<bool> broken{false};
  std::unique_ptr<DistressDesk> desk;
};

TEST_F(DistressDeskTest, TellsAtOnceWhatIsAtLeastAlerfaAndNothingLess) {
  EXPECT_EQ(desk->take({report(EmergencyWord::medical, "LOW1")}).cases.size(), 1u);
  EXPECT_TRUE(sent().empty());
  desk->take({report(EmergencyWord::downed)});
  ASSERT_EQ(sent().size(), 1u) << "one message for all who may know the same";
  EXPECT_EQ(sent()[0].to, (std::vector<std::string>{"north", "relief"}));
  EXPECT_EQ(sent()[0].message_class, line::MessageClass::distress);
  desk->take({report(EmergencyWord::downed)});
  EXPECT_EQ(sent().size(), 1u) << "nothing new";
}

TEST_F(DistressDeskTest, PutsTheExactPlaceBesideTheNoteAndItsSaltedHashIntoIt) {
  desk->take({report(EmergencyWord::downed), report(EmergencyWord::downed, "MERCY5")});
  ASSERT_EQ(sent().size(), 2u);
  const line::Draft first = sent()[0], second = sent()[1];
  EXPECT_EQ(body(first).summary.find("36.76"), std::string::npos);
  EXPECT_EQ(body(first).summary.find("MERCY"), std::string::npos);
  EXPECT_NE(first.sealed.find("36.7654321"), std::string::npos);
  EXPECT_EQ(body(first).sealed, ledger::sha256(ledger::as_bytes(first.sealed)));
  EXPECT_NE(first.sealed.find("\"salt\""), std::string::npos);
  EXPECT_NE(body(first).sealed, body(second).sealed);
}

TEST_F(DistressDeskTest, TellsTheOwnerOfAStateAircraftExactlyAndOthersCoarsely) {
  Trigger t = tests::squawk(0x3B0001, clock->now(), EmergencyWord::downed);
  t.place = tests::place_at(34.1234567, 36.7654321);
  desk->take({t});
  const auto all = sent();
  ASSERT_EQ(all.size(), 2u);
  for (const line::Draft& draft : all) {
    const bool owner = draft.to == std::vector<std::string>{"north"};
    EXPECT_EQ(!draft.sealed.empty(), owner);
    EXPECT_EQ(body(draft).sealed.has_value(), owner);
    EXPECT_EQ(body(draft).summary.find("3B0001"), std::string::npos);
  }
  const auto release = desk->act(CaseId{1}, ReleaseExact{}, tests::south_officer);
  ASSERT_FALSE(release);
  EXPECT_EQ(release.error().code, ErrorCode::refused);
  const auto circle = desk->act(CaseId{1}, ProposeKeepClear{tests::at(34.1234567, 36.7654321), nautical_miles(20), {tests::noon, tests::noon + minutes(60)}}, tests::south_officer);
  ASSERT_FALSE(circle) << "it would tell the place";
}

TEST_F(DistressDeskTest, DoesNotTellBackWhatOthersToldUntilItsOwnOfficerDecides) {
  Trigger t = report(EmergencyWord::downed);
  t.kind = TriggerKind::peer;
  t.source = "north";
  t.reference = "D-0007/26";
  desk->take({t});
  EXPECT_TRUE(sent().empty());
  ASSERT_TRUE(desk->act(CaseId{1}, DeclarePhase{Phase::detresfa, "seen burning"}, tests::south_officer));
  ASSERT_FALSE(sent().empty());
  EXPECT_NE(body(sent()[0]).summary.find("D-0007/26"), std::string::npos) << "it names North's number to North";
}

TEST_F(DistressDeskTest, TellsAnOfficersWordAtOnceAndTriesAgainWhenTheLineIsBack) {
  broken = true;
  desk->take({report(EmergencyWord::downed)});
  EXPECT_GE(desk->status().not_told, 1u);
  broken = false;
  desk->take({});
  EXPECT_TRUE(sent().empty());
  now = now.load() + DistressDeskLimits::try_again_after;
  desk->take({});
  EXPECT_EQ(sent().size(), 1u);
  ASSERT_TRUE(desk->act(CaseId{1}, TakeLead{"south", "duty", "duty-s"}, tests::south_officer));
  EXPECT_EQ(sent().size(), 2u);
  ASSERT_TRUE(desk->act(CaseId{1}, Close{CloseReason::rescued, "all found"}, tests::south_officer));
  ASSERT_EQ(sent().size(), 3u);
  EXPECT_NE(body(sent()[2]).summary.find("\"closed\":\"rescued\""), std::string::npos);
}

}  // namespace
}  // namespace skypact::server
