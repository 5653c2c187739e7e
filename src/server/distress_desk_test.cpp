#include "server/distress_desk.h"

#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <functional>
#include <mutex>
#include <thread>

#include "distress/case_summary.h"
#include "distress/test_cases.h"
#include "json/document.h"
#include "ledger/hash.h"
#include "ledger/test_storage.h"
#include "node/record.h"
#include "server/ledger_writer.h"

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

// A disk that does not answer while it is read.
class Stalled final : public ledger::Storage {
 public:
  Stalled(ledger::Storage& files, const ledger::test::FaultSwitch& fault) : files_(files), fault_(fault) {}
  Result<std::string> read(const std::string& path) override {
    (void)fault_.when_it_answers();
    return files_.read(path);
  }
  Result<std::vector<std::string>> list(const std::string& folder) override {
    (void)fault_.when_it_answers();
    return files_.list(folder);
  }
  Result<void> make_folder(const std::string& folder) override { return files_.make_folder(folder); }
  Result<void> write(const std::string& path, std::string_view bytes) override { return files_.write(path, bytes); }
  Result<void> append(const std::string& path, std::string_view bytes) override { return files_.append(path, bytes); }
  Result<void> sync(const std::string& path) override { return files_.sync(path); }
  Result<void> rename(const std::string& from, const std::string& to) override { return files_.rename(from, to); }
  Result<void> remove(const std::string& path) override { return files_.remove(path); }
  Result<void> sync_folder(const std::string& folder) override { return files_.sync_folder(folder); }

 private:
  ledger::Storage& files_;
  const ledger::test::FaultSwitch& fault_;
};

bool until(const std::function<bool()>& condition) {
  for (int i = 0; i < 60'000 && !condition(); ++i) std::this_thread::sleep_for(milliseconds(1));
  return condition();
}

TEST(DistressDeskJournal, LosesNoInputOfBeforeAStartAtWhichItsDiskDidNotAnswerNorOfThatRun) {
  const std::filesystem::path root = std::filesystem::path(testing::TempDir()) / "distress_desk_journal";
  std::filesystem::remove_all(root);
  std::filesystem::create_directories(root);
  std::atomic<Time> now{tests::noon};
  const auto clock = std::make_shared<NodeClock>([&now] { return now.load(); }, [] { return Duration(0); });
  const node::RecordKeeper keeper("south.example/record", "south.example/record.journal", "south");
  ledger::test::FaultSwitch disk;
  // One run of the node; it ends with all that it has written durable.
  struct Run {
    std::unique_ptr<LedgerWriter> journal;
    std::unique_ptr<DistressDesk> desk;
  };
  const auto begin = [&] {
    Run run;
    run.journal = std::make_unique<LedgerWriter>(LedgerWriterOptions{.folder = root / "journal",
                                                                     .key_file = root / "journal.key",
                                                                     .origin = "south.example/record.journal",
                                                                     .make_key = true,
                                                                     .publish_every = milliseconds(20),
                                                                     .retry_after = milliseconds(20),
                                                                     .through = [&disk](ledger::Storage& files) { return std::make_unique<Stalled>(files, disk); }});
    DistressDeskOptions o;
    o.party = "south";
    o.vanished = false;
    o.picture = [] {
      auto picture = std::make_shared<node::Picture>();
      picture->tracks = std::make_shared<const std::vector<node::PictureTrack>>();
      picture->rules = std::make_shared<const Rules>();
      return picture;
    };
    o.tell = [](const std::string&) {};
    o.journal = [&now, &keeper, journal = run.journal.get()](const std::string& type, const std::string& body) { journal->add(keeper.of_person(now.load(), type, body)); };
    o.journal_folder = root / "journal";
    o.journal_status = [journal = run.journal.get()] { return journal->status(); };
    run.desk = std::make_unique<DistressDesk>(std::move(o), clock);
    return run;
  };
  const auto end = [](Run& run) {
    run.desk.reset();
    EXPECT_TRUE(until([&] { return run.journal->status().state == LedgerWriter::State::on && run.journal->status().waiting == 0; }));
    run.journal.reset();
  };
  const auto call_for = [&](const std::string& callsign) {
    Trigger t = tests::trigger(TriggerKind::guard_report, EmergencyWord::downed, now.load(), "tower");
    t.subject.callsign = callsign;
    return t;
  };
  const auto complete = [](const Run& run) { return until([&] { return run.desk->status().complete; }); };

  Run first = begin();
  ASSERT_TRUE(complete(first));
  const CaseId old = first.desk->take({call_for("MERCY4")}).cases.at(0);
  EXPECT_EQ(old, CaseId{1});
  ASSERT_TRUE(first.desk->act(old, AddRemark{"two on board"}, tests::south_officer));
  end(first);

  disk.set(ledger::test::Fault::hangs);
  now = now.load() + minutes(1);
  Run second = begin();
  now = now.load() + DistressDeskLimits::past_within + seconds(1);
  ASSERT_TRUE(complete(second)) << "the watch does not wait for a disk";
  const CaseId young = second.desk->take({call_for("MERCY5")}).cases.at(0);
  EXPECT_NE(young, old);
  ASSERT_TRUE(second.desk->act(young, Close{CloseReason::safe, "landed"}, tests::south_officer));
  const std::string young_case = second.desk->whole(young);
  disk.set(ledger::test::Fault::none);
  end(second);

  now = now.load() + minutes(1);
  Run third = begin();
  ASSERT_TRUE(complete(third));
  EXPECT_EQ(third.desk->status().open, 1u);
  const auto old_case = json::parse(third.desk->whole(old)), closed = json::parse(third.desk->whole(young)), before = json::parse(young_case);
  ASSERT_TRUE(old_case && closed && before);
  EXPECT_NE(third.desk->whole(old).find("two on board"), std::string::npos);
  EXPECT_NE(third.desk->whole(old).find("MERCY4"), std::string::npos);
  EXPECT_EQ(old_case->root()["case"]["status"].as_string(), "open");
  EXPECT_NE(third.desk->whole(young).find("MERCY5"), std::string::npos);
  EXPECT_EQ(closed->root()["case"]["number"].as_string(), before->root()["case"]["number"].as_string());
  EXPECT_NE(closed->root()["case"]["number"].as_string(), old_case->root()["case"]["number"].as_string());
  EXPECT_TRUE(closed->root()["case"]["closed"].has_value());
  // What comes now is behind both.
  const CaseId next = third.desk->take({call_for("MERCY6")}).cases.at(0);
  EXPECT_GT(next.value, young.value);
  end(third);
  std::filesystem::remove_all(root);
}

}  // namespace
}  // namespace skypact::server
