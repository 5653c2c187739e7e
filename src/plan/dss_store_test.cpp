#include "plan/dss_store.h"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "base/random.h"
#include "ledger/test_storage.h"
#include "plan/test_rid.h"

namespace skypact::plan::test {
namespace {

using ledger::test::Disk;

// Small files and frequent folds, so that a few dozen writes meet all of them.
const DssStoreOptions small{.wal_file_bytes = 2'000, .part_bytes = 1'500, .kept = 6, .fold_after = 10};

Disk with_salt() {
  Disk disk;
  EXPECT_TRUE(ledger::replace(disk, "salt", "a salt that is not secret, of 32 bytes"));
  return disk;
}

std::string state_of(const DssStore& store) { return whole_of(store.both().plans) + whole_of(store.both().remote_id); }

// What clients do, the same each time: intents come, move and go, with subscriptions, and so do areas of remote identification.
class Clients {
 public:
  Result<Answered> next(DssStore& store) {
    const Time now = noon - hours(1) + seconds(10) * ++count_;
    const unsigned n = static_cast<unsigned>(random_.below(12));
    if (random_.chance(0.2)) {
      const auto area = read_rid_put(v22a, isa, id(++areas_), {}, rid_json(v22a, isa, {.box = {.to = noon + minutes(random_.below(90) + 1)}}));
      EXPECT_TRUE(area) << area.error().message;
      return store.take(RidAsked{*area, {"one"}}, now);
    }
    const Caller caller = uss(n % 2 ? "one" : "two");
    const auto known = ovns_.find(n);
    if (known != ovns_.end() && random_.chance(0.3)) {
      auto gone = store.take(PlanAsked{Delete{Kind::operational_intent, entity(n), known->second}, caller}, now);
      ovns_.erase(n);
      return gone;
    }
    const Box box{.lng = 7 + 0.02 * static_cast<double>(random_.below(30)), .lower = 100.0 * n, .upper = 100.0 * n + 50, .to = noon + minutes(random_.below(90) + 1)};
    auto put = read_put_intent(id(n), known == ovns_.end() ? std::nullopt : std::optional<std::string_view>(known->second),
                               json_of({.extents = {box}, .more = random_.chance(0.5) ? with_new_subscription() : ""}));
    EXPECT_TRUE(put) << put.error().message;
    auto answer = store.take(PlanAsked{*put, caller}, now);
    if (answer) ovns_[n] = std::get<ReferenceChanged>(std::get<Response>(*answer)).reference.ovn;
    return answer;
  }
 private:
  Random random_{7};
  int count_ = 0;
  unsigned areas_ = 1'000;
  std::map<unsigned, std::string> ovns_;
};

// States after each number of changes, of a run without a failure.
using States = std::vector<std::string>;

// Until `writes` are done or the power is off; returns how many changes clients were told of.
std::uint64_t work(Disk& disk, int writes, States* states = nullptr) {
  auto store = DssStore::open(disk, small);
  if (!store) return 0;
  Clients clients;
  Random grouping(3);
  std::uint64_t told = 0;
  if (states) states->push_back(state_of(*store));
  for (int i = 0; i < writes;) {
    for (std::uint64_t group = 1 + grouping.below(4); group-- > 0 && i < writes; ++i) {
      const auto answer = clients.next(*store);
      EXPECT_TRUE(answer) << answer.error().message;
      if (states) states->push_back(state_of(*store));
    }
    EXPECT_TRUE(store->is_ahead());
    if (!store->commit()) return told;
    told = store->changes();
    if (const auto to = store->fold_to()) {
      if (!DssStore::fold(disk, small, *to)) return told;
      store->folded(*to);
    }
  }
  return told;
}

TEST(DssStore, LosesNothingThatWasAcknowledgedWhereverThePowerIsCut) {
  constexpr int writes = 90;
  States states;
  Disk whole = with_salt();
  const std::uint64_t before = whole.calls();
  ASSERT_EQ(work(whole, writes, &states), std::uint64_t{writes});
  const std::uint64_t calls = whole.calls();
  int from_snapshot = 0;
  Random outcomes(11);
  for (std::uint64_t cut = before + 1; cut <= calls; ++cut) {
    SCOPED_TRACE(cut);
    Disk disk = with_salt();
    disk.cut_at = cut;
    const std::uint64_t told = work(disk, writes);
    for (int outcome = 0; outcome < 3; ++outcome) {
      Disk found = outcome == 0 ? disk.after_kill() : disk.after_power_cut(outcomes);
      auto store = DssStore::open(found, small);
      ASSERT_TRUE(store) << store.error().message;
      ASSERT_GE(store->changes(), told);
      ASSERT_LT(store->changes(), states.size());
      ASSERT_EQ(state_of(*store), states[store->changes()]) << store->changes();
      from_snapshot += newest_snapshot(found)->has_value();
      // It goes on from there, and the next start finds that too.
      ASSERT_TRUE(store->take(PlanAsked{PutAvailability{"one", Availability::normal, ""}, uss("arbiter")}, noon));
      ASSERT_TRUE(store->commit());
      const std::string now = state_of(*store);
      Disk again = found.after_power_cut(outcomes);
      const auto reopened = DssStore::open(again, small);
      ASSERT_TRUE(reopened) << reopened.error().message;
      ASSERT_EQ(state_of(*reopened), now);
    }
  }
  EXPECT_GT(from_snapshot, 100) << "many starts are from a snapshot";
}

TEST(DssStore, FoldsItsFirstChangesAndLetsThemGo) {
  Disk disk = with_salt();
  States states;
  ASSERT_EQ(work(disk, 300, &states), 300u);
  const auto newest = newest_snapshot(disk);
  ASSERT_TRUE(newest && *newest);
  const auto store = DssStore::open(disk, small);
  ASSERT_TRUE(store);
  EXPECT_GE((*newest)->changes + store->both().held() + small.kept + 8, 300u);
  int ends = 0, logs = 0;
  for (const std::string& path : disk.paths()) {
    ends += path.ends_with(".end");
    logs += path.starts_with("wal/");
  }
  EXPECT_EQ(ends, 1);
  EXPECT_LT(logs, 40) << "of some 150 commits";
  EXPECT_GT((*newest)->parts.size(), 1u);
  EXPECT_EQ(state_of(*store), states.back());
}

TEST(DssStore, KnowsARepeatedWriteAfterARestart) {
  Disk disk = with_salt();
  const auto put = read_put_intent(id(1), {}, json_of({}));
  ASSERT_TRUE(put);
  std::string first;
  {
    auto store = DssStore::open(disk, small);
    ASSERT_TRUE(store);
    const auto answer = store->take(PlanAsked{*put, uss("one")}, noon - hours(1));
    ASSERT_TRUE(answer);
    write(std::get<Response>(*answer), first);
    ASSERT_TRUE(store->commit());
  }
  auto store = DssStore::open(disk, small);
  ASSERT_TRUE(store);
  const auto again = store->take(PlanAsked{*put, uss("one")}, noon - minutes(30));
  ASSERT_TRUE(again) << again.error().message;
  std::string second;
  write(std::get<Response>(*again), second);
  EXPECT_EQ(second, first);
  EXPECT_FALSE(store->is_ahead());
}

TEST(DssStore, MakesItsSaltOnceAndKeepsIt) {
  Disk disk;
  ASSERT_TRUE(DssStore::open(disk, small));
  const std::string salt = *disk.read("salt");
  EXPECT_GE(salt.size(), 32u);
  ASSERT_TRUE(DssStore::open(disk, small));
  EXPECT_EQ(*disk.read("salt"), salt);
  disk.bytes_of("salt") = "short";
  const auto refused = DssStore::open(disk, small);
  ASSERT_FALSE(refused);
  EXPECT_TRUE(refused.error().message.starts_with("salt: "));
}

TEST(DssStore, SaysWhichFileIsDamagedAndDoesNotStart) {
  Disk disk = with_salt();
  ASSERT_EQ(work(disk, 120), 120u);
  for (const std::string& path : disk.paths()) {
    if (path == "salt" || disk.read(path)->empty()) continue;
    Disk other = disk.after_kill();
    other.bytes_of(path)[other.bytes_of(path).size() / 2] ^= 1;
    const auto opened = DssStore::open(other, small);
    const bool is_old = path.starts_with("wal/") && opened;   // all in the snapshot already, or the end of the log, which could be torn
    EXPECT_TRUE(is_old || opened.error().message.find(path) != std::string::npos) << path << ": " << (opened ? "opened" : opened.error().message);
    if (is_old) continue;
    EXPECT_EQ(opened.error().code, ErrorCode::bad_input);
  }
  Disk lost = disk.after_kill();
  for (const std::string& path : lost.paths()) {
    if (path.ends_with(".000000")) lost.forget(path);
  }
  EXPECT_FALSE(DssStore::open(lost, small)) << "a part is missing";
}

}  // namespace
}  // namespace skypact::plan::test
