// A backup is restored, and the mirror knows more: nothing is signed twice, nothing that was signed is lost.

#include "ledger/recover.h"

#include <gtest/gtest.h>

#include "ledger/audit.h"
#include "ledger/catch_up.h"
#include "ledger/mirror.h"
#include "ledger/test_storage.h"
#include "ledger/tree.h"
#include "ledger/wal.h"

namespace skypact::ledger {
namespace {

const Time noon = Time(seconds(1'800'000'000));
std::string entry_of(std::uint64_t i) { return "entry " + std::to_string(i) + "\n"; }

struct Party {
  SigningKey key = SigningKey::generate("north.example/record", KeyType::ed25519);

  // Entries up to `size` are done, all but the last `unsigned_` of them signed; from `other` on they are others.
  void write(Storage& disk, std::uint64_t size, std::uint64_t unsigned_ = 0, std::uint64_t other = UINT64_MAX) const {
    auto tree = Tree::open(disk, key).value();
    auto wal = Wal::open(disk, tree.size()).value();
    for (auto& entry : wal.take_recovered()) tree.add(entry);
    for (std::uint64_t i = wal.size(); i < size; ++i) {
      const std::string entry = i < other ? entry_of(i) : "another " + entry_of(i);
      wal.add(entry);
      if (i < size - unsigned_) tree.add(entry);
    }
    ASSERT_TRUE(wal.commit());
    ASSERT_TRUE(tree.publish());
    ASSERT_TRUE(Wal::remove_before(disk, tree.published()));
  }
  [[nodiscard]] static Note head(Storage& disk) { return parse_note(disk.read("checkpoint").value()).value(); }
  void expect_whole(Storage& disk, std::uint64_t size) const {
    const auto report = audit(files_of(disk), policy_of(key.verifier()));
    ASSERT_TRUE(report) << report.error().message;
    EXPECT_EQ(report->entries, size);
  }
};

TEST(Recover, TakesFromTheMirrorWhatTheBackupLacksAndGoesOn) {
  const Party north;
  for (const std::uint64_t unsigned_ : {0u, 4u}) {
    for (const std::uint64_t later : {303u, 306u, 900u}) {
      test::Disk disk;
      north.write(disk, 305, unsigned_);
      test::Disk backup = disk.after_kill();
      north.write(disk, later > 305 ? later : 305, later > 305 ? 0 : 305 - later);
      test::Disk held;
      const auto mirror = Mirror::open(held, north.key.verifier(), nullptr).value();
      ASSERT_TRUE(mirror->follow(Party::head(disk), files_of(disk), noon));
      const std::uint64_t mirrored = mirror->size();

      const auto taken = recover(backup, north.key, mirror->head(), files_of(held));
      ASSERT_TRUE(taken) << taken.error().message;
      EXPECT_EQ(*taken, mirrored > 305 - unsigned_ ? mirrored - (305 - unsigned_) : 0);
      north.write(backup, 1000);
      north.expect_whole(backup, 1000);
      // The mirror follows: no second history was signed.
      const auto followed = mirror->follow(Party::head(backup), files_of(backup), noon);
      ASSERT_TRUE(followed) << followed.error().message;
      EXPECT_FALSE(followed->equivocation);
      EXPECT_EQ(mirror->size(), 1000u);
    }
  }
}

TEST(Recover, RefusesWhatContradictsTheFilesHere) {
  const Party north;
  for (const std::uint64_t theirs : {200u, 300u, 700u}) {
    test::Disk here, there;
    north.write(here, 300);
    north.write(there, theirs, 0, 100);
    const auto before = here.read("checkpoint").value();
    const auto recovered = recover(here, north.key, Party::head(there), files_of(there));
    ASSERT_FALSE(recovered) << theirs;
    EXPECT_EQ(recovered.error().code, ErrorCode::refused) << recovered.error().message;
    EXPECT_EQ(here.read("checkpoint").value(), before);
  }
}

TEST(Recover, RefusesWhereWhatWasDoneHereWasSignedOtherwise) {
  const Party north;
  test::Disk here, there;
  north.write(here, 305, 5);
  north.write(there, 600, 0, 302);
  const auto recovered = recover(here, north.key, Party::head(there), files_of(there));
  ASSERT_FALSE(recovered);
  EXPECT_NE(recovered.error().message.find("entry 302 "), std::string::npos) << recovered.error().message;
}

TEST(Recover, DoesNotTakeWhatTheMirrorDamagedAndDoesNotCallItAFork) {
  const Party north;
  test::Disk here, there;
  north.write(here, 300);
  north.write(there, 700);
  there.bytes_of("tile/entries/002.p/188")[20] ^= 1;
  const auto recovered = recover(here, north.key, Party::head(there), files_of(there));
  ASSERT_FALSE(recovered);
  EXPECT_EQ(recovered.error().code, ErrorCode::conflict) << recovered.error().message;
  north.expect_whole(here, 300);
}

TEST(Recover, BelievesOnlyItsOwnSignature) {
  const Party north, somebody;
  test::Disk here, there;
  north.write(here, 300);
  somebody.write(there, 700);
  EXPECT_FALSE(recover(here, north.key, Party::head(there), files_of(there)));
}

TEST(Recover, CanBeCutOffAnywhereAndBeginAgain) {
  const Party north;
  test::Disk there;
  const std::uint64_t size = CatchUpLimits::bundles * tile_width + 400;
  north.write(there, size);
  test::Disk old;
  north.write(old, 300, 3);
  std::uint64_t calls = 0;
  {
    test::Disk here = old.after_kill();
    ASSERT_TRUE(recover(here, north.key, Party::head(there), files_of(there)));
    calls = here.calls();
  }
  Random random(1);
  for (std::uint64_t cut = 1; cut <= calls; cut += cut < calls - 60 ? 37 : 1) {
    test::Disk here = old.after_kill();
    here.cut_at = cut;
    (void)recover(here, north.key, Party::head(there), files_of(there)).has_value();
    test::Disk found = here.after_power_cut(random);
    const auto again = recover(found, north.key, Party::head(there), files_of(there));
    ASSERT_TRUE(again) << "cut " << cut << ": " << again.error().message;
    north.expect_whole(found, size);
    if (HasFatalFailure()) return;
  }
}

}  // namespace
}  // namespace skypact::ledger
