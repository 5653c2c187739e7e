#pragma once
// For tests: a record and an index beside it, with the power cut at every call to the disk.

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "base/random.h"
#include "ledger/key.h"
#include "ledger/test_storage.h"
#include "ledger/tree.h"
#include "ledger/wal.h"

namespace skypact::node::test {

struct IndexBesideRecord {
  const char* file;
  const ledger::SigningKey& key;                       // the record's
  // The index's text for the entries that are published; one such maker for each run of a node.
  using Make = std::function<void(ledger::test::Disk& disk, std::uint64_t published, std::string& text)>;
  std::function<Make()> begin;
  // Holds what a start makes of it, or of an empty text, against the record's first `size` entries.
  std::function<void(ledger::test::Disk& found, std::uint64_t size, std::string_view text, bool& made_anew)> check;
};

// A node's record and index on one thread, until it is done or the power is off. What others were told is done goes to `done`.
inline void keep_index(const IndexBesideRecord& index, ledger::test::Disk& disk, const std::vector<std::string>& entries, Random& random, std::size_t& done) {
  auto tree = ledger::Tree::open(disk, index.key);
  if (!tree) return;
  auto wal = ledger::Wal::open(disk, tree->size(), {.file_bytes = 4000});
  if (!wal) return;
  for (const std::string& entry : wal->take_recovered()) tree->add(entry);
  const IndexBesideRecord::Make make = index.begin();
  while (wal->size() < entries.size()) {
    const std::size_t to = std::min<std::size_t>(entries.size(), wal->size() + 1 + random.below(40));
    std::vector<std::string> group;
    for (std::size_t i = wal->size(); i < to; ++i) wal->add(entries[i]), group.push_back(entries[i]);
    if (!wal->commit()) return;
    done = to;
    for (const std::string& entry : group) tree->add(entry);
    if (random.chance(0.5)) continue;
    if (!tree->publish() || !ledger::Wal::remove_before(disk, tree->published())) return;
    if (random.chance(0.5)) continue;
    std::string text;
    make(disk, tree->published(), text);
    if (testing::Test::HasFatalFailure()) return;
    if (!ledger::replace(disk, index.file, std::move(text))) return;
  }
}

inline void expect_right_wherever_the_power_is_cut(const IndexBesideRecord& index, const std::vector<std::string>& entries) {
  std::uint64_t calls = 0;
  {
    ledger::test::Disk disk;
    Random random(1);
    std::size_t done = 0;
    keep_index(index, disk, entries, random, done);
    ASSERT_EQ(done, entries.size());
    calls = disk.calls();
  }
  std::uint64_t used = 0, anew = 0;
  for (std::uint64_t cut = 1; cut <= calls; ++cut) {
    SCOPED_TRACE(cut);
    ledger::test::Disk disk;
    disk.cut_at = cut;
    Random random(1);
    std::size_t done = 0;
    keep_index(index, disk, entries, random, done);
    if (testing::Test::HasFatalFailure()) return;
    for (int outcome = 0; outcome < 2; ++outcome) {
      ledger::test::Disk found = outcome == 0 ? disk.after_power_cut(random) : disk.after_kill();
      auto tree = ledger::Tree::open(found, index.key);
      ASSERT_TRUE(tree) << tree.error().message;
      auto wal = ledger::Wal::open(found, tree->size(), {.file_bytes = 4000});
      ASSERT_TRUE(wal) << wal.error().message;
      for (const std::string& entry : wal->take_recovered()) tree->add(entry);
      ASSERT_TRUE(tree->publish());
      ASSERT_GE(tree->size(), done);
      const auto text = found.read(index.file);
      bool made_anew = false;
      index.check(found, tree->size(), text ? *text : std::string(), made_anew);
      if (testing::Test::HasFatalFailure()) return;
      ++(made_anew ? anew : used);
    }
  }
  EXPECT_GT(used, calls / 2) << "it is there after most cuts";
  EXPECT_GT(anew, 0u);
}

}  // namespace skypact::node::test
