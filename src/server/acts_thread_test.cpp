// The acts' thread over a record whose disk fails, fills up and hangs: nothing that was acknowledged is lost, nothing is done twice,
// and the machine is that of its record afterwards.

#include "server/acts_thread.h"

#include <gtest/gtest.h>

#include <atomic>
#include <fstream>
#include <functional>
#include <thread>

#include "ledger/audit.h"
#include "ledger/key_file.h"
#include "ledger/mirror.h"
#include "ledger/test_storage.h"
#include "node/acts_index.h"
#include "node/test_acts.h"
#include "plan/test_clearance.h"
#include "server/log.h"

namespace skypact::server {
namespace {

using namespace node::test;
using ledger::test::Fault;
using ledger::test::FaultSwitch;

// Polls, because threads reach it in their own time. Gives up after a minute.
bool until(const std::function<bool()>& condition) {
  for (int i = 0; i < 60'000; ++i) {
    if (condition()) return true;
    std::this_thread::sleep_for(milliseconds(1));
  }
  return false;
}

class ActsThreadTest : public testing::Test {
 protected:
  void SetUp() override {
    log::set_level("off");
    root_ = std::filesystem::path(testing::TempDir()) / ("acts_thread_" + std::string(testing::UnitTest::GetInstance()->current_test_info()->name()));
    std::filesystem::remove_all(root_);
    std::filesystem::create_directories(root_);
    ASSERT_TRUE(ledger::write_key_file(root_ / "record.key", keys_of("north").record));
    start();
  }
  void TearDown() override {
    fault_.set(Fault::none);
    stop();
    std::filesystem::remove_all(root_);
  }

  void start(std::uint64_t index_every = ActsLimits::index_every) {
    LedgerWriterOptions options{.folder = root_ / "record", .key_file = root_ / "record.key", .origin = keys_of("north").origin(), .publish_every = milliseconds(5), .retry_after = milliseconds(5)};
    options.through = [this](ledger::Storage& files) { return std::make_unique<ledger::test::Faulty>(files, fault_); };
    record_ = std::make_shared<LedgerWriter>(options);
    ActsThreadOptions acts;
    acts.setup = node::test::setup_of_node("north");
    acts.look_every = milliseconds(5);
    acts.wait_for_disk = wait_for_disk_;
    acts.index_every = index_every;
    acts_ = std::make_unique<ActsThread>(acts, record_, clock_);
  }
  void stop() {
    acts_.reset();
    record_.reset();
  }
  // For a disk that hangs; one that is only slow, on a machine with much else to do, is waited for as always.
  void wait_little_for_the_disk() {
    wait_for_disk_ = seconds(1);
    stop();
    start();
  }
  bool ready() {
    return until([&] { return acts_->look([](const node::Acts&) {}).has_value(); });
  }
  // Of all that the record holds, under its checkpoint.
  std::vector<std::string> entries() {
    EXPECT_TRUE(until([&] { return record_->status().state == LedgerWriter::State::on && record_->status().waiting == 0 && record_->status().published == record_->status().durable; }));
    const auto files = ledger::files_in(root_ / "record");
    const std::uint64_t size = record_->status().published;
    auto read = ledger::read_entries(files, size, 0, size, SIZE_MAX);   // a slow machine's record is larger than is read at once
    EXPECT_TRUE(read) << read.error().message;
    EXPECT_EQ(read->size(), size);
    return *read;
  }
  // The machine is the record's, and no act stands in the record twice.
  void expect_the_machine_of_the_record() {
    ASSERT_TRUE(ready());
    const std::vector<std::string> all = entries();
    node::Acts wanted(node::test::setup_of_node("north"));
    std::set<std::string> acts;
    for (std::uint64_t i = 0; i < all.size(); ++i) {
      wanted.apply(i, all[i]);
      if (!node::is_act(all[i])) continue;
      const auto read = parse_record_entry(all[i]);
      ASSERT_TRUE(read);
      // Whatever the time at which it was recorded.
      RecordEntry same = *read;
      same.at = noon;
      EXPECT_TRUE(acts.insert(to_entry(same)).second) << "twice: " << all[i];
    }
    ASSERT_TRUE(acts_->look([&](const node::Acts& machine) {
      EXPECT_EQ(digest(machine, noon), digest(wanted, noon));
      EXPECT_EQ(machine.position(keys_of("south").origin()), wanted.position(keys_of("south").origin()));
    }));
  }
  std::string refusal() {
    const auto looked = acts_->look([](const node::Acts&) {});
    return looked ? std::string() : looked.error().message;
  }
  Result<ActsThread::Stated> propose(const TestTerms& terms) { return acts_->state(note_of("north", noon, Proposal{terms.id(), noon + minutes(30), {}}), terms.text()); }
  bool knows(const TestTerms& terms) {
    bool known = false;
    const auto looked = acts_->look([&](const node::Acts& acts) { known = acts.pacts().contains("corridor") && acts.pacts().at("corridor").find(terms.id()) != nullptr; });
    return looked && known;
  }

  std::filesystem::path root_;
  Duration wait_for_disk_ = ActsLimits::wait_for_disk;
  FaultSwitch fault_;
  // Stands still.
  std::shared_ptr<NodeClock> clock_ = std::make_shared<NodeClock>([] { return noon; }, [] { return Duration{}; });
  std::shared_ptr<LedgerWriter> record_;
  std::unique_ptr<ActsThread> acts_;
};

TEST_F(ActsThreadTest, AnActThatIsDurableThoughTheRecordAnsweredWithAnErrorCountsOnce) {
  unsigned durable = 0;
  for (unsigned round = 0; round < 20 && durable == 0; ++round) {
    ASSERT_TRUE(ready());
    // Nothing else is being written, as far as one can see: the fault should meet the act, and not a checkpoint before it.
    // And the act is one entry: of two the disk may be given one.
    const TestTerms terms{.remark = "round" + std::to_string(round)};
    ASSERT_TRUE(propose(terms));
    const auto withdraw = [&] { return acts_->state(note_of("north", noon, Withdrawal{terms.id(), "another one comes"}), ""); };
    (void)entries();
    fault_.set(Fault::sync_fails);
    const auto stated = withdraw();
    ASSERT_FALSE(stated);
    EXPECT_EQ(stated.error().code, ErrorCode::unreachable);
    if (stated.error().message.find("not known whether this was recorded") != std::string::npos) {
      EXPECT_NE(refusal(), "") << "nobody acts on a machine that may be behind its record";
      const auto meanwhile = propose(TestTerms{.remark = "meanwhile"});
      ASSERT_FALSE(meanwhile);
      EXPECT_NE(meanwhile.error().message.find("formal acts are not taken now"), std::string::npos) << meanwhile.error().message;
    }
    fault_.set(Fault::none);
    ASSERT_TRUE(ready());
    bool counts = false;
    ASSERT_TRUE(acts_->look([&](const node::Acts& acts) { counts = acts.pacts().at("corridor").find(terms.id())->withdrawn_at.has_value(); }));
    const auto again = withdraw();
    if (counts) {
      ++durable;
      ASSERT_FALSE(again);
      EXPECT_EQ(again.error().code, ErrorCode::conflict) << again.error().message;
    } else {
      EXPECT_TRUE(again) << again.error().message;
    }
    expect_the_machine_of_the_record();   // in which no act stands twice
  }
  EXPECT_EQ(durable, 1u);
}

TEST_F(ActsThreadTest, AnActThatAFullDiskDidNotTakeIsStatedAgain) {
  ASSERT_TRUE(ready());
  fault_.set(Fault::full);
  const TestTerms terms;
  ASSERT_FALSE(propose(terms));
  ASSERT_TRUE(until([&] { return refusal().find("make room on this disk") != std::string::npos; })) << refusal();
  fault_.set(Fault::none);
  ASSERT_TRUE(ready());
  // A half of two entries may be one whole: the text of the terms. The proposal is not there.
  EXPECT_FALSE(knows(terms));
  const auto again = propose(terms);
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_TRUE(knows(terms));
  const std::vector<std::string> all = entries();
  EXPECT_EQ(std::count_if(all.begin(), all.end(), [](const std::string& e) { return e.ends_with("\"type\":\"statement\",\"v\":1}\n"); }), 1);
}

TEST_F(ActsThreadTest, AnActThatADiskHoldsUpCountsWhenTheDiskGoesOnAndTheMachineDoesNotRunAheadOfIt) {
  wait_little_for_the_disk();
  ASSERT_TRUE(ready());
  fault_.set(Fault::hangs);
  const TestTerms terms;
  const auto stated = propose(terms);
  ASSERT_FALSE(stated);
  EXPECT_NE(stated.error().message.find("not known whether this was recorded"), std::string::npos) << stated.error().message;
  // As long as it hangs there is no machine, however often it is looked for.
  for (int i = 0; i < 50; ++i) {
    EXPECT_NE(refusal().find("did not answer"), std::string::npos) << refusal();
    std::this_thread::sleep_for(milliseconds(5));
  }
  EXPECT_FALSE(propose(TestTerms{.remark = "meanwhile"}));
  EXPECT_EQ(acts_->position(keys_of("south").origin()), std::nullopt);
  fault_.set(Fault::none);
  ASSERT_TRUE(ready());
  EXPECT_TRUE(knows(terms));
  expect_the_machine_of_the_record();
}

TEST_F(ActsThreadTest, WhatWasReceivedIsRecordedOnceWhateverTheDiskDoes) {
  wait_little_for_the_disk();
  Node south("south");
  const TestTerms terms;
  ASSERT_TRUE(south.state(note_of("south", noon, Proposal{terms.id(), noon + minutes(30), {}}), terms.text(), noon));
  for (int i = 0; i < 20; ++i) south.record_entry(traffic("south", noon));
  ASSERT_TRUE(south.state(note_of("south", noon, Withdrawal{terms.id(), "a reason"}), "", noon));
  const std::string origin = keys_of("south").origin();
  ASSERT_TRUE(ready());
  for (const Fault fault : {Fault::sync_fails, Fault::full, Fault::hangs}) {
    fault_.set(fault);
    EXPECT_FALSE(acts_->receive(origin, 0, south.record));
    fault_.set(Fault::none);
    ASSERT_TRUE(ready());
    const auto from = acts_->position(origin);
    ASSERT_TRUE(from);
    const auto begin = south.record.begin() + static_cast<std::ptrdiff_t>(*from);
    ASSERT_TRUE(acts_->receive(origin, *from, std::vector(begin, south.record.end())));
    EXPECT_EQ(acts_->position(origin), south.record.size());
    EXPECT_TRUE(knows(terms));
    // Something new for the next round.
    const TestTerms next{.remark = "round" + std::to_string(static_cast<int>(fault))};
    ASSERT_TRUE(south.state(note_of("south", noon, Proposal{next.id(), noon + minutes(30), {}}), next.text(), noon));
  }
  // The last round's is not brought any more.
  ASSERT_TRUE(ready());
  const std::vector<std::string> all = entries();
  std::set<std::uint64_t> indices;
  for (const std::string& entry : all) {
    const auto read = parse_record_entry(entry);
    if (const auto* received = read ? std::get_if<ReceivedEntry>(&read->what) : nullptr) {
      EXPECT_TRUE(indices.insert(received->index).second) << received->index;
    }
  }
  EXPECT_GE(indices.size(), 7u);
}

// Acts of two persons, others' entries and a machine's, while the disk does this and that.
TEST_F(ActsThreadTest, LosesNothingThatItAcknowledgedAndDoesNothingTwiceWhateverTheDiskDoes) {
  wait_little_for_the_disk();
  ASSERT_TRUE(ready());
  World world(11);
  Node& south = world.nodes.at("south");
  for (int step = 0; step < 400; ++step) {
    world.step();
    world.now = noon;   // the node's clock stands still
  }
  ASSERT_GT(south.record.size(), 50u);
  const std::string origin = keys_of("south").origin();
  std::atomic<bool> stopping = false;
  std::mutex mutex;
  std::vector<std::pair<std::uint64_t, std::string>> acknowledged;   // index and id
  const auto person = [&](unsigned who) {
    for (int i = 0; !stopping; ++i) {
      const TestTerms terms{.remark = "person" + std::to_string(who) + "-" + std::to_string(i / 3)};   // and again, in case it was not recorded
      const auto stated = acts_->state(note_of("north", noon, Proposal{terms.id(), noon + minutes(30), {}}, {who}), terms.text());
      if (!stated) continue;
      const std::lock_guard lock(mutex);
      acknowledged.emplace_back(stated->index, stated->id);
    }
  };
  const auto mirror = [&] {
    while (!stopping) {
      const std::uint64_t from = acts_->position(origin).value_or(south.record.size());
      if (from >= south.record.size()) {
        std::this_thread::yield();
        continue;
      }
      const auto begin = south.record.begin() + static_cast<std::ptrdiff_t>(from);
      const std::size_t count = std::min<std::size_t>(3, south.record.size() - from);
      (void)acts_->receive(origin, from, std::vector(begin, begin + static_cast<std::ptrdiff_t>(count)));
    }
  };
  std::vector<std::thread> threads;
  threads.emplace_back(person, 0);
  threads.emplace_back(person, 1);
  threads.emplace_back(mirror);
  threads.emplace_back([&] {
    while (!stopping) {
      record_->add(traffic("north", noon));
      std::this_thread::sleep_for(milliseconds(1));
    }
  });
  Random random(5);
  for (int round = 0; round < 30; ++round) {
    const std::size_t before = [&] {
      const std::lock_guard lock(mutex);
      return acknowledged.size();
    }();
    fault_.set(std::array{Fault::sync_fails, Fault::full, Fault::hangs}[random.below(3)]);
    std::this_thread::sleep_for(milliseconds(static_cast<std::int64_t>(random.below(30))));
    fault_.set(Fault::none);
    EXPECT_TRUE(until([&] {
      const std::lock_guard lock(mutex);
      return acknowledged.size() > before + 2;
    })) << "it goes on";
  }
  stopping = true;
  for (std::thread& thread : threads) thread.join();
  expect_the_machine_of_the_record();
  const std::vector<std::string> all = entries();
  for (const auto& [index, id] : acknowledged) {
    ASSERT_LT(index, all.size());
    const auto read = parse_record_entry(all[index]);
    ASSERT_TRUE(read);
    const auto* statement = std::get_if<StatementEntry>(&read->what);
    ASSERT_NE(statement, nullptr);
    EXPECT_EQ(parse_statement_note(statement->note)->id, id);
  }
  // And the same after a restart.
  stop();
  start();
  expect_the_machine_of_the_record();
}

// North asks South and UN; both approve, and North's node says that it is cleared.
TEST_F(ActsThreadTest, SaysOnceThatAllHaveApprovedWhateverTheDiskDoes) {
  ASSERT_TRUE(ready());
  const plan::ClearanceAuthor officer{"officer", "duty"};
  plan::ClearanceRequest request = plan::test::example();
  request.route[1].party = "un";
  const auto asked = acts_->say([&](const plan::ClearanceBook& book, Time now) { return book.ask(request, officer, now); });
  ASSERT_TRUE(asked) << asked.error().message;
  const std::vector<std::string> ours = entries();
  for (const char* name : {"south", "un"}) {
    Node other(name);
    for (const std::string& entry : other.acts.receive(keys_of("north").origin(), 0, ours, noon).entries) other.record_entry(entry);
    const auto act = other.acts.clearances().say("north", asked->number, {1, plan::ClearanceAnswer{plan::ClearanceAnswerWord::approve, {}, {}, ""}}, officer, noon);
    ASSERT_TRUE(act) << act.error().message;
    other.record_entry(other.acts.entry_of(*act, noon));
    ASSERT_TRUE(until([&] {
      const bool taken = acts_->receive(keys_of(name).origin(), 0, other.record).has_value();
      if (!taken) fault_.set(Fault::none);
      return taken;
    }));
    fault_.set(Fault::sync_fails);
  }
  const auto cleared = [&] {
    bool is = false;
    const auto looked = acts_->look([&](const node::Acts& acts) {
      const plan::ClearanceRecord* const record = acts.clearances().find("north", asked->number);
      is = record != nullptr && record->latest.cleared_at;
    });
    return looked && is;
  };
  // The duty was done before the disk failed, or meets that.
  ASSERT_TRUE(until([&] { return cleared() || !refusal().empty(); }));
  fault_.set(Fault::none);
  ASSERT_TRUE(until(cleared));
  std::size_t said = 0;
  for (const std::string& entry : entries()) {
    const auto read = plan::parse_clearance_entry(entry);
    if (read && std::holds_alternative<plan::ClearanceCleared>(read->act.said)) ++said;
  }
  EXPECT_EQ(said, 1u);
}

TEST_F(ActsThreadTest, IsNotReadyBeforeTheRecordIsReadHoweverBusyItIs) {
  const TestTerms terms;
  ASSERT_TRUE(ready());
  ASSERT_TRUE(propose(terms));
  for (int run = 0; run < 20; ++run) {
    stop();
    start();
    record_->add(traffic("north", noon));
    ASSERT_TRUE(ready());
    ASSERT_TRUE(knows(terms)) << "run " << run;
  }
  // A record that grows all the time lets it be made all the same.
  stop();
  start();
  std::atomic<bool> stopping = false;
  std::thread busy([&] {
    while (!stopping) {
      record_->add(traffic("north", noon));
      std::this_thread::yield();
    }
  });
  EXPECT_TRUE(ready());
  stopping = true;
  busy.join();
}

TEST_F(ActsThreadTest, KeepsAnIndexAndStartsFromItAndWithoutIt) {
  stop();
  start(50);
  ASSERT_TRUE(ready());
  const TestTerms terms;
  ASSERT_TRUE(propose(terms));
  Node south("south");
  for (int i = 0; i < 100; ++i) south.record_entry(traffic("south", noon + seconds(i)));
  ASSERT_TRUE(acts_->receive(keys_of("south").origin(), 0, south.record));
  for (int i = 0; i < 200; ++i) record_->add(traffic("north", noon));
  const auto kept = [&] {
    const auto text = ledger::files_in(root_ / "record")(node::acts_index_file);
    const auto index = text ? node::parse_acts_index(*text, node::test::setup_of_node("north")) : Result<node::ActsIndex>(text.error());
    return index ? *index : node::ActsIndex{};
  };
  ASSERT_TRUE(until([&] { return kept().size >= 150 && !kept().heard.empty(); }));
  EXPECT_EQ(kept().acts.size(), 2u) << "the text of the terms, and the proposal";
  EXPECT_EQ(kept().heard[0].position, 100u);
  for (const std::string how : {"as it is", "damaged", "missing"}) {
    stop();
    if (how == "damaged") std::fstream(root_ / "record" / node::acts_index_file, std::ios::in | std::ios::out).seekp(60).put('?');
    if (how == "missing") std::filesystem::remove(root_ / "record" / node::acts_index_file);
    start(50);
    ASSERT_TRUE(ready()) << how;
    EXPECT_TRUE(knows(terms)) << how;
    EXPECT_EQ(acts_->position(keys_of("south").origin()), how == "as it is" ? 100u : 0u) << how;
    if (how == "as it is") continue;
    ASSERT_TRUE(acts_->receive(keys_of("south").origin(), 0, south.record));
    EXPECT_TRUE(until([&] { return kept().size >= 150; })) << "it is made anew after it was " << how;
  }
}

}  // namespace
}  // namespace skypact::server
