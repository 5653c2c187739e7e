// The power is cut at every call to the disk, and at every call of the recovery after it; nothing that was done is lost,
// and no checkpoint contradicts another.

#include <gtest/gtest.h>

#include <deque>

#include "base/random.h"
#include "ledger/audit.h"
#include "ledger/test_storage.h"
#include "ledger/tree.h"
#include "ledger/wal.h"

namespace skypact::ledger {
namespace {

using test::Disk;

// What somebody outside was told: entries that are done, checkpoints that were signed.
struct Told {
  std::vector<std::string> done;
  std::vector<Checkpoint> heads;
};

// A ledger as a node runs it, on one thread: the tree follows the write-ahead log at its own pace.
class Ledger {
 public:
  static Result<Ledger> open(Disk& disk, const SigningKey& key) {
    auto tree = Tree::open(disk, key);
    if (!tree) return std::move(tree).error();
    constexpr std::size_t small_files = 200;  // bytes: so that they change under every cut
    auto wal = Wal::open(disk, tree->size(), {.file_bytes = small_files});
    if (!wal) return std::move(wal).error();
    for (const std::string& entry : wal->take_recovered()) tree->add(entry);
    return Ledger(std::move(*tree), std::move(*wal), disk);
  }
  Result<void> add(const std::vector<std::string>& entries, Told& told) {
    for (const auto& entry : entries) wal_.add(entry);
    if (auto done = wal_.commit(); !done) return done;
    for (const auto& entry : entries) {
      waiting_.push_back(entry);
      told.done.push_back(entry);
    }
    return {};
  }
  // All but the last `behind` entries.
  Result<void> publish(Told& told, std::size_t behind = 0) {
    for (; waiting_.size() > behind; waiting_.pop_front()) tree_.add(waiting_.front());
    const auto head = tree_.publish();
    if (!head) return head.error();
    told.heads.push_back(parse_checkpoint(head->text).value());
    return Wal::remove_before(*disk_, tree_.published());
  }
  [[nodiscard]] std::uint64_t size() const { return wal_.size(); }

 private:
  Ledger(Tree tree, Wal wal, Disk& disk) : tree_(std::move(tree)), wal_(std::move(wal)), disk_(&disk) {}
  Tree tree_;
  Wal wal_;
  std::deque<std::string> waiting_;
  Disk* disk_;
};

std::string entry_of(std::uint64_t i) { return "entry " + std::to_string(i) + std::string(i % 40, '.'); }

// Adds and publishes until done or the power is off.
void work(Disk& disk, const SigningKey& key, Told& told, Random& random, int rounds) {
  auto ledger = Ledger::open(disk, key);
  if (!ledger) {
    EXPECT_TRUE(disk.is_cut()) << ledger.error().message;
    return;
  }
  for (int round = 0; round < rounds; ++round) {
    std::vector<std::string> entries(random.chance(0.2) ? 300 : 1 + random.below(4));
    for (std::size_t i = 0; i < entries.size(); ++i) entries[i] = entry_of(ledger->size() + i);
    if (!ledger->add(entries, told)) break;
    if (random.chance(0.5) && !ledger->publish(told, random.below(6))) break;
  }
}

// Everything that was told holds on this disk, and goes on holding.
void expect_whole(Disk& disk, const SigningKey& key, Told told, const std::string& where) {
  auto ledger = Ledger::open(disk, key);
  ASSERT_TRUE(ledger) << where << ": " << ledger.error().message;
  ASSERT_GE(ledger->size(), told.done.size()) << where << ": lost what was done";
  ASSERT_TRUE(ledger->add({"one more"}, told)) << where;
  ASSERT_TRUE(ledger->publish(told)) << where;

  const ReadFile files = [&](const std::string& path) { return disk.read(path); };
  const auto report = audit(files, policy_of(key.verifier()));
  ASSERT_TRUE(report) << where << ": " << report.error().message;
  const std::uint64_t size = report->entries;
  for (const Checkpoint& head : told.heads) {
    ASSERT_LE(head.size, size) << where << ": a signed checkpoint is longer than the log";
    const auto tree = Frontier::at(head.size, tile_nodes(files, size));
    ASSERT_TRUE(tree) << where;
    ASSERT_EQ(tree->root(), head.root) << where << ": forked at " << head.size;
  }
  for (std::uint64_t i = 0; i < size; ++i) {
    const TileId tile = tile_at(0, i, size);
    const auto bundle = read_bundle(files, tile.index, tile.width).value();
    const std::string entry(parse_bundle(bundle, tile.width)->at(i % tile_width));
    if (i + 1 < size) {
      ASSERT_EQ(entry, entry_of(i)) << where;
    } else {
      ASSERT_EQ(entry, "one more") << where;
    }
  }
}

TEST(Durability, SurvivesAPowerCutAtEveryCall) {
  const SigningKey key = SigningKey::generate("log.example", KeyType::ed25519);
  std::uint64_t calls = 0;
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    {
      Disk disk;
      Told told;
      Random random(seed);
      work(disk, key, told, random, 12);
      calls = disk.calls();
      ASSERT_GT(told.done.size(), 10u);
      ASSERT_GT(told.heads.size(), 2u);
    }
    for (std::uint64_t cut = 1; cut <= calls; ++cut) {
      Disk disk;
      disk.cut_at = cut;
      Told told;
      Random random(seed);
      work(disk, key, told, random, 12);
      for (int outcome = 0; outcome < 4; ++outcome) {
        Disk found = disk.after_power_cut(random);
        const std::string where = "seed " + std::to_string(seed) + " cut " + std::to_string(cut) + " outcome " + std::to_string(outcome);
        // A killed process, then the power: what it left is readable before it is durable.
        if (outcome == 3) found = disk.after_kill();
        expect_whole(found, key, told, where);
        if (HasFatalFailure()) return;
      }
    }
  }
}

TEST(Durability, SurvivesASecondPowerCutInTheRecovery) {
  const SigningKey key = SigningKey::generate("log.example", KeyType::ed25519);
  Random random(7);
  for (int round = 0; round < 150; ++round) {
    Disk disk;
    disk.cut_at = 1 + random.below(250);
    Told told;
    work(disk, key, told, random, 12);
    const std::string where = "round " + std::to_string(round);
    Disk found = round % 2 == 0 ? disk.after_power_cut(random) : disk.after_kill();
    for (int again = 0; again < 3; ++again) {
      found.cut_at = found.calls() + 1 + random.below(30);
      work(found, key, told, random, 4);
      found = found.after_power_cut(random);
    }
    expect_whole(found, key, told, where);
    if (HasFatalFailure()) return;
  }
}

// Without its sync a commit promises what it does not hold: the test above must be able to fail.
TEST(Durability, TestDiskLosesWhatWasNotSynced) {
  Random random(1);
  int lost = 0;
  for (int round = 0; round < 100; ++round) {
    Disk disk;
    ASSERT_TRUE(disk.write("a", ""));
    ASSERT_TRUE(disk.sync_folder(""));
    ASSERT_TRUE(disk.append("a", "0123456789012345678901234567890123456789"));
    lost += disk.after_power_cut(random).read("a").value() != disk.read("a").value() ? 1 : 0;
  }
  EXPECT_GT(lost, 40);
  EXPECT_LT(lost, 100);
}

// ---- What is not a power cut is not passed over as one.

struct Kept {
  Disk disk;
  Told told;
};
Kept some_ledger(const SigningKey& key, std::size_t published, std::size_t more) {
  Kept kept;
  auto ledger = Ledger::open(kept.disk, key).value();
  std::vector<std::string> entries;
  for (std::size_t i = 0; i < published; ++i) entries.push_back(entry_of(i));
  EXPECT_TRUE(ledger.add(entries, kept.told) && ledger.publish(kept.told));
  for (std::size_t i = published; i < published + more; ++i) EXPECT_TRUE(ledger.add({entry_of(i)}, kept.told));
  return kept;
}

TEST(Durability, DamageOfADoneEntryIsSaidAndNotTakenForATornEnd) {
  const SigningKey key = SigningKey::generate("log.example", KeyType::ed25519);
  Kept kept = some_ledger(key, 5, 5);
  bool found = false;
  for (const std::string& path : kept.disk.paths()) {
    std::string& bytes = kept.disk.bytes_of(path);
    if (const auto at = bytes.find("entry 7"); path.starts_with("wal/") && at != bytes.npos) bytes[at] = 'E', found = true;
  }
  ASSERT_TRUE(found);
  const auto ledger = Ledger::open(kept.disk, key);
  ASSERT_FALSE(ledger);
  EXPECT_NE(ledger.error().message.find("entry 7 is damaged"), std::string::npos) << ledger.error().message;
}

TEST(Durability, AMissingFileOfTheLogIsSaid) {
  const SigningKey key = SigningKey::generate("log.example", KeyType::ed25519);
  for (const std::string lost : {"wal/0000000000000000", "tile/0/000.p/5", "tile/entries/000.p/5"}) {
    Kept kept = some_ledger(key, 5, 5);
    ASSERT_TRUE(kept.disk.has(lost)) << lost;
    kept.disk.forget(lost);
    const auto ledger = Ledger::open(kept.disk, key);
    ASSERT_FALSE(ledger) << lost;
    EXPECT_TRUE(ledger.error().message.find("missing") != std::string::npos || ledger.error().message.find("cannot open") != std::string::npos)
        << ledger.error().message;
  }
}

TEST(Durability, NothingIsSignedOverTilesThatContradictTheLastSignature) {
  const SigningKey key = SigningKey::generate("log.example", KeyType::ed25519);
  for (const std::string path : {"tile/0/000.p/5", "tile/entries/000.p/5"}) {
    Kept kept = some_ledger(key, 5, 0);
    std::string& bytes = kept.disk.bytes_of(path);
    bytes.back() = static_cast<char>(bytes.back() ^ 1);
    const auto tree = Tree::open(kept.disk, key);
    ASSERT_FALSE(tree) << path;
    EXPECT_EQ(tree.error().code, ErrorCode::refused) << tree.error().message;
  }
}

TEST(Durability, AnOlderBackupBesideANewerCheckpointIsRefused) {
  const SigningKey key = SigningKey::generate("log.example", KeyType::ed25519);
  Kept older = some_ledger(key, 5, 0), newer = some_ledger(key, 300, 0);
  const std::string head = newer.disk.read("signed").value();
  ASSERT_TRUE(replace(older.disk, "signed", head));
  EXPECT_FALSE(Tree::open(older.disk, key)) << "the tiles of 300 entries are not there";
}

TEST(Durability, TwoSignedCheckpointsThatContradictEachOtherAreAFork) {
  const SigningKey key = SigningKey::generate("log.example", KeyType::ed25519);
  Kept kept = some_ledger(key, 5, 0);
  for (const std::uint64_t size : {5u, 3u}) {
    const std::string text = to_text(Checkpoint{"log.example", size, leaf_hash({}), {}});
    ASSERT_TRUE(replace(kept.disk, "checkpoint", to_text(Note{text, {sign(text, key)}})));
    const auto tree = Tree::open(kept.disk, key);
    ASSERT_FALSE(tree);
    EXPECT_NE(tree.error().message.find("forked"), std::string::npos) << tree.error().message;
  }
}

TEST(Durability, AnotherKeysLogIsNotTakenOver) {
  const SigningKey key = SigningKey::generate("log.example", KeyType::ed25519), other = SigningKey::generate("log.example", KeyType::ed25519);
  Kept kept = some_ledger(key, 5, 0);
  EXPECT_EQ(Tree::open(kept.disk, other).error().code, ErrorCode::refused);
}

TEST(Durability, TilesDamagedBetweenWritingAndSigningAreNotSigned) {
  const SigningKey key = SigningKey::generate("log.example", KeyType::ed25519);
  Disk disk;
  auto tree = Tree::open(disk, key).value();
  for (std::size_t i = 0; i < 300; ++i) tree.add(entry_of(i));
  ASSERT_TRUE(tree.publish());
  // The full tile of the first 256 entries is part of every root from now on.
  disk.bytes_of("tile/1/000.p/1")[3] ^= 1;
  for (std::size_t i = 300; i < 310; ++i) tree.add(entry_of(i));
  ASSERT_TRUE(tree.publish()) << "that tile was written anew";
  disk.bytes_of("tile/0/000")[3] ^= 1;  // no longer read
  Disk found = disk.after_kill();
  EXPECT_TRUE(Tree::open(found, key));
  EXPECT_FALSE(audit([&](const std::string& path) { return found.read(path); }, policy_of(key.verifier())));
}

TEST(Wal, BeginsNewFilesAndLetsOldOnesGo) {
  Disk disk;
  auto wal = Wal::open(disk, 0).value();
  const std::string entry(longest_entry, 'x');
  for (int i = 0; i < 200; ++i) {
    wal.add(entry);
    ASSERT_TRUE(wal.commit());
  }
  const auto before = disk.list("wal").value();
  EXPECT_GE(before.size(), 3u);
  ASSERT_TRUE(Wal::remove_before(disk, 150));
  const auto after = disk.list("wal").value();
  EXPECT_LT(after.size(), before.size());
  auto again = Wal::open(disk, 150);
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(again->take_recovered().size(), 50u);
  EXPECT_EQ(again->size(), 200u);
  // One removed too many is noticed.
  Disk lost = disk.after_kill();
  lost.forget("wal/" + after.front());
  EXPECT_FALSE(Wal::open(lost, 150));
}

TEST(Wal, AfterAFailedCommitTakesNothingMore) {
  Disk disk;
  auto wal = Wal::open(disk, 0).value();
  wal.add("a");
  ASSERT_TRUE(wal.commit());
  disk.cut_at = disk.calls() + 2;  // the append works, its sync does not
  wal.add("b");
  EXPECT_FALSE(wal.commit());
  disk.cut_at.reset();
  EXPECT_FALSE(wal.commit()) << "what the device holds of b is not known";
  EXPECT_EQ(wal.durable(), 1u);
}

}  // namespace
}  // namespace skypact::ledger
