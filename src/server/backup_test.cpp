// A backup of a journal whose old entries were pruned, and back.

#include "server/backup.h"

#include <gtest/gtest.h>

#include <fstream>

#include "base/clock.h"
#include "ledger/audit.h"
#include "ledger/prune.h"
#include "ledger/tree.h"
#include "plan/dss_store.h"
#include "plan/test_uss.h"
#include "plan/uss_store.h"

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

TEST(Backup, OfARunningDssComesBackWithAllThatWasAcknowledgedBefore) {
  const std::filesystem::path root = std::filesystem::path(testing::TempDir()) / "backup_dss_test";
  std::filesystem::remove_all(root);
  node::Config config;
  config.data_dir = root / "data";
  config.file = root / "skypact.toml";
  config.utm.emplace().folder = config.data_dir / "dss";
  std::filesystem::create_directories(config.data_dir);
  std::ofstream(config.file) << "\n";
  const plan::DssStoreOptions options{.wal_file_bytes = 2'000, .part_bytes = 1'500, .kept = 6, .fold_after = 10};
  ledger::FileStorage disk(config.utm->folder);
  ASSERT_TRUE(disk.lock());
  auto store = plan::DssStore::open(disk, options);
  ASSERT_TRUE(store) << store.error().message;
  const auto put = [&](int n) {
    const auto asked = plan::PutAvailability{"uss" + std::to_string(n), plan::Availability::normal, ""};
    return store->take(plan::PlanAsked{asked, {"arbiter", true, true, true, true, true}}, system_now()) && store->commit();
  };
  for (int n = 0; n < 60; ++n) {
    ASSERT_TRUE(put(n));
    const auto to = store->fold_to();
    if (!to) continue;
    ASSERT_TRUE(plan::DssStore::fold(disk, options, *to));
    store->folded(*to);
  }
  ASSERT_TRUE(make_backup(config, root / "backup", {.now = system_now()}));
  EXPECT_FALSE(std::filesystem::exists(root / "backup/data/dss/salt")) << "a secret";
  ASSERT_TRUE(restore_backup(root / "backup", root / "again", {}));
  ledger::FileStorage restored(root / "again" / "dss");
  auto again = plan::DssStore::open(restored, options);
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(again->changes(), store->changes());
  const auto last = again->take(plan::PlanAsked{plan::GetAvailability{"uss59"}, {"arbiter", true, true, true, true, true}}, system_now());
  ASSERT_TRUE(last);
  EXPECT_EQ(std::get<plan::AvailabilityGot>(std::get<plan::Response>(*last)).availability, plan::Availability::normal);
  std::filesystem::remove_all(root);
}

TEST(Backup, TheOwnPlansComeBack) {
  const std::filesystem::path root = std::filesystem::path(testing::TempDir()) / "backup_uss_test";
  std::filesystem::remove_all(root);
  node::Config config;
  config.data_dir = root / "data";
  config.file = root / "skypact.toml";
  config.uss.emplace().folder = config.data_dir / "uss";
  std::filesystem::create_directories(config.data_dir);
  std::ofstream(config.file) << "\n";
  const plan::UssStoreOptions options{.wal_file_bytes = 2'000, .fold_after = 10};
  ledger::FileStorage disk(config.uss->folder);
  ASSERT_TRUE(disk.lock());
  auto opened = plan::UssStore::open(disk, options);
  ASSERT_TRUE(opened) << opened.error().message;
  for (unsigned n = 0; n < 60; ++n) {
    const auto change = opened->uss.begin({plan::Kind::operational_intent, plan::test::entity(n), plan::Particulars{}, {plan::test::details_of({plan::test::Box{}}), plan::IntentState::accepted}}, system_now());
    ASSERT_TRUE(change) << change.error().message;
    ASSERT_TRUE(opened->store.write(*change));
    opened->uss.apply(*change);
    if (opened->store.is_long(opened->uss)) {
      ASSERT_TRUE(opened->store.fold(opened->uss));
    }
  }
  ASSERT_TRUE(make_backup(config, root / "backup", {.now = system_now()}));
  ASSERT_TRUE(restore_backup(root / "backup", root / "again", {}));
  ledger::FileStorage restored(root / "again" / "uss");
  const auto again = plan::UssStore::open(restored, options);
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(again->uss.entities().size(), 60u);
  std::filesystem::remove_all(root);
}

}  // namespace
}  // namespace skypact::server
