// A backup of a journal whose old entries were pruned, and back.

#include "server/backup.h"

#include <gtest/gtest.h>

#include <fstream>

#include "base/clock.h"
#include "ledger/audit.h"
#include "ledger/prune.h"
#include "ledger/tree.h"

namespace skypact::server {
namespace {

TEST(Backup, OfAPrunedJournalSaysWhatIsGoneAndComesBackAsItWas) {
  const std::filesystem::path root = std::filesystem::path(testing::TempDir()) / "backup_test";
  std::filesystem::remove_all(root);
  const ledger::SigningKey key = ledger::SigningKey::generate("north.example/record.journal", ledger::KeyType::ed25519);
  node::Config config;
  config.data_dir = root / "data";
  config.file = root / "skypact.toml";
  ledger::FileStorage journal(config.data_dir / "journal");
  ASSERT_TRUE(journal.lock());
  std::ofstream(config.file) << "\n";
  auto tree = ledger::Tree::open(journal, key);
  ASSERT_TRUE(tree);
  for (int i = 0; i < 1000; ++i) tree->add("entry " + std::to_string(i));
  ASSERT_TRUE(tree->publish());
  ASSERT_TRUE(ledger::prune(journal, 600));
  // As a power cut may leave it: the mark is there, and a bundle below it as well.
  ASSERT_TRUE(ledger::replace(journal, ledger::pruned_file, ledger::to_text(ledger::Pruned{768, 512})));

  const auto made = make_backup(config, root / "backup", {.now = system_now()});
  ASSERT_TRUE(made) << made.error().message;
  const auto restored = restore_backup(root / "backup", root / "again", {});
  ASSERT_TRUE(restored) << restored.error().message;
  const ledger::ReadFile files = ledger::files_in(root / "again" / "journal");
  const auto report = ledger::audit(files, ledger::policy_of(key.verifier()));
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->entries, 1000u);
  EXPECT_EQ(report->pruned, 768u);
  EXPECT_FALSE(files(ledger::bundle_path(2, ledger::tile_width))) << "what was pruned is not brought back";
  ledger::FileStorage again(root / "again" / "journal");
  EXPECT_TRUE(ledger::Tree::open(again, key)) << "and it is written on";
  EXPECT_EQ(ledger::prune(again, 768)->removed, 768u);
  std::filesystem::remove_all(root);
}

}  // namespace
}  // namespace skypact::server
