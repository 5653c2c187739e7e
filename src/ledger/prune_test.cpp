// A log whose oldest entries were let go: its roots and proofs stay, an audit says what is gone, and no power cut loses more than that.

#include "ledger/prune.h"

#include <gtest/gtest.h>

#include "ledger/audit.h"
#include "ledger/mirror.h"
#include "ledger/test_log.h"
#include "ledger/test_storage.h"
#include "ledger/tree.h"

namespace skypact::ledger {
namespace {

using test::Disk;
using test::some_entries;

const SigningKey& key() {
  static const SigningKey made = SigningKey::generate("log.example", KeyType::ed25519);
  return made;
}

void publish(Disk& disk, std::size_t from, std::size_t to) {
  auto tree = Tree::open(disk, key());
  ASSERT_TRUE(tree) << tree.error().message;
  ASSERT_EQ(tree->size(), from);
  const auto entries = some_entries(to);
  for (std::size_t i = from; i < to; ++i) tree->add(entries[i]);
  ASSERT_TRUE(tree->publish());
}

Result<AuditReport> audited(Disk& disk) { return audit(files_of(disk), policy_of(key().verifier())); }

TEST(Prune, TakesWholeBundlesAndLeavesRootsAndProofs) {
  Disk disk;
  publish(disk, 0, 1000);
  const auto pruned = prune(disk, 700);
  ASSERT_TRUE(pruned) << pruned.error().message;
  EXPECT_EQ(*pruned, (Pruned{512, 512}));
  EXPECT_FALSE(disk.has("tile/entries/000") || disk.has("tile/entries/001"));
  EXPECT_TRUE(disk.has("tile/entries/002"));
  const auto report = audited(disk);
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->entries, 1000u);
  EXPECT_EQ(report->pruned, 512u);

  // Goes on, and proves what is left, and that what is gone had its hash.
  publish(disk, 1000, 2000);
  ASSERT_TRUE(audited(disk));
  const ReadFile files = files_of(disk);
  const Hash root = Tree::open(disk, key())->root();
  const auto entries = some_entries(2000);
  for (const std::uint64_t i : {0u, 511u, 512u, 999u, 1999u}) {
    const auto proof = inclusion_proof(i, 2000, tile_nodes(files, 2000));
    ASSERT_TRUE(proof);
    EXPECT_TRUE(verify_inclusion(i, 2000, leaf_hash(as_bytes(entries[i])), *proof, root)) << i;
  }
  EXPECT_EQ(read_entries(files, 2000, 512, 1)->at(0), entries[512]);
  const auto gone = read_entries(files, 2000, 511, 1);
  ASSERT_FALSE(gone);
  EXPECT_EQ(gone.error().code, ErrorCode::not_found);
  EXPECT_NE(gone.error().message.find("entries below 512 were pruned"), std::string::npos) << gone.error().message;
  // Fewer than before is nothing.
  EXPECT_EQ(*prune(disk, 0), (Pruned{512, 512}));
}

TEST(Prune, OfAWholeLogLeavesOneThatGoesOn) {
  Disk disk;
  publish(disk, 0, 512);
  ASSERT_EQ(prune(disk, 512)->minimum, 512u);
  ASSERT_TRUE(audited(disk));
  publish(disk, 512, 700);
  const auto report = audited(disk);
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->entries, 700u);
}

TEST(Prune, LetsNoOtherDamagePass) {
  Disk disk;
  publish(disk, 0, 1000);
  ASSERT_TRUE(prune(disk, 512));
  for (const std::string& path : disk.paths()) {
    if (path == "signed") continue;   // not what an audit reads
    Disk changed = disk.after_kill();
    std::string& bytes = changed.bytes_of(path);
    bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
    EXPECT_FALSE(audited(changed)) << path;
    Disk lost = disk.after_kill();
    lost.forget(path);
    EXPECT_FALSE(audited(lost)) << path << ": missing";
  }
}

TEST(Prune, LosesNothingElseWhenThePowerIsCutAtAnyCallAndIsTakenUpAgain) {
  const auto work = [](Disk& disk, std::uint64_t& told) {
    for (const std::uint64_t below : {300u, 900u, 1300u}) {
      const auto pruned = prune(disk, below);
      if (!pruned) return;
      told = pruned->minimum;
    }
  };
  Disk whole;
  publish(whole, 0, 1500);
  std::uint64_t calls = 0;
  {
    Disk disk = whole.after_kill();
    std::uint64_t told = 0;
    work(disk, told);
    ASSERT_EQ(told, 1280u);
    calls = disk.calls();
  }
  ASSERT_GT(calls, 20u);
  Random random(3);
  for (std::uint64_t cut = 1; cut <= calls; ++cut) {
    for (int outcome = 0; outcome < 5; ++outcome) {
      SCOPED_TRACE("cut " + std::to_string(cut) + " outcome " + std::to_string(outcome));
      Disk disk = whole.after_kill();
      disk.cut_at = cut;
      std::uint64_t told = 0;
      work(disk, told);
      Disk found = outcome == 4 ? disk.after_kill() : disk.after_power_cut(random);
      const auto report = audited(found);
      ASSERT_TRUE(report) << report.error().message;   // every entry from the mark on is there
      EXPECT_GE(report->pruned, told);
      ASSERT_TRUE(Tree::open(found, key()));
      // The next pruning removes what this one left.
      const auto again = prune(found, report->pruned);
      ASSERT_TRUE(again) << again.error().message;
      for (std::uint64_t bundle = 0; bundle < report->pruned / tile_width; ++bundle) EXPECT_FALSE(found.has(bundle_path(bundle, tile_width))) << bundle;
      ASSERT_TRUE(audited(found));
    }
  }
}

TEST(Prune, ReadsItsMarkStrictly) {
  EXPECT_EQ(*parse_pruned(to_text(Pruned{1024, 512})), (Pruned{1024, 512}));
  for (const char* text : {"", "skypact/pruned@v1\n", "skypact/pruned@v1\nminimum 512\n", "skypact/pruned@v1\nminimum 512\nremoved 1024\n", "skypact/pruned@v1\nminimum 500\nremoved 0\n",
                           "skypact/pruned@v1\nminimum 512\nremoved 0512\n", "skypact/pruned@v1\nminimum 512\nremoved 512\nmore\n", "skypact/pruned@v1\nminimum 512\nremoved 512", "skypact/pruned@v2\nminimum 512\nremoved 512\n"}) {
    const auto read = parse_pruned(text);
    ASSERT_FALSE(read) << text;
    EXPECT_NE(read.error().message.find("line "), std::string::npos) << read.error().message;
  }
  // A mark beyond the log is damage.
  Disk disk;
  publish(disk, 0, 300);
  ASSERT_TRUE(replace(disk, pruned_file, to_text(Pruned{512, 512})));
  EXPECT_FALSE(audited(disk));
}

}  // namespace
}  // namespace skypact::ledger
