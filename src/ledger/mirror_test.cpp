// A mirror of a log that grows, is read in pieces, is cut off at any moment, lies, goes back, or is forked.

#include "ledger/mirror.h"

#include <gtest/gtest.h>

#include <map>

#include "base/random.h"
#include "ledger/audit.h"
#include "ledger/catch_up.h"
#include "ledger/test_log.h"
#include "ledger/test_storage.h"

namespace skypact::ledger {
namespace {

const Time noon = Time(seconds(1'800'000'000));

// A party with a log, as it is at any size, and its fork from an entry on.
struct Party {
  SigningKey key = SigningKey::generate("north.example/record", KeyType::ed25519);
  SigningKey cosigner = SigningKey::generate("south.example/cosigner", KeyType::cosignature);

  [[nodiscard]] static std::vector<std::string> entries(std::size_t size, std::size_t forked_from = SIZE_MAX) {
    auto all = test::some_entries(size);
    for (std::size_t i = forked_from; i < size; ++i) all[i] = "another entry " + std::to_string(i) + "\n";
    return all;
  }
  [[nodiscard]] const test::Files& log(std::size_t size, std::size_t forked_from = SIZE_MAX) const {
    auto& made = logs_[{size, forked_from}];
    if (made.empty()) made = test::log_of(entries(size, forked_from), key);
    return made;
  }
  [[nodiscard]] static Note head(const test::Files& files) { return parse_note(files.at("checkpoint")).value(); }
  [[nodiscard]] std::unique_ptr<Mirror> open(Storage& storage) const { return Mirror::open(storage, key.verifier(), &cosigner).value(); }
  [[nodiscard]] Result<AuditReport> audit(Storage& storage) const {
    Policy policy = policy_of(key.verifier());
    policy.witnesses.push_back({"south", cosigner.verifier(), {}});
    policy.quorum = 0;
    return ledger::audit(files_of(storage), policy);
  }

 private:
  mutable std::map<std::pair<std::size_t, std::size_t>, test::Files> logs_;  // made once: making them takes most of the time
};

Result<Mirror::Followed> follow_all(Mirror& mirror, const test::Files& files) {
  for (;;) {
    auto followed = mirror.follow(Party::head(files), test::reader_of(files), noon);
    if (!followed || !followed->more) return followed;
  }
}

TEST(Mirror, HoldsAndCosignsALogThatGrows) {
  const Party north;
  test::Disk disk;
  const auto mirror = north.open(disk);
  EXPECT_TRUE(mirror->head().text.empty());
  std::size_t read = 0;
  for (const std::size_t size : {0u, 1u, 5u, 255u, 256u, 257u, 600u, 600u, 1000u}) {
    const auto& files = north.log(size);
    const auto followed = follow_all(*mirror, files);
    ASSERT_TRUE(followed) << followed.error().message;
    EXPECT_EQ(mirror->size(), size);
    const auto report = north.audit(disk);
    ASSERT_TRUE(report) << report.error().message;
    EXPECT_EQ(report->head.checkpoint, *mirror->checkpoint());
    EXPECT_EQ(report->head.checkpoint.root, parse_checkpoint(Party::head(files).text)->root);
    EXPECT_EQ(report->head.cosigned.at(0).at, noon);
    // A reader at his own position gets each entry once.
    const auto news = mirror->entries(read, 1000).value();
    const auto all = Party::entries(size);
    EXPECT_EQ(news, std::vector<std::string>(all.begin() + static_cast<std::ptrdiff_t>(read), all.end()));
    read += news.size();
    EXPECT_TRUE(mirror->entries(read, 10)->empty());
  }
  EXPECT_EQ(mirror->entries(254, 3).value(), std::vector<std::string>({"{\"n\":254}\n", "{\"n\":255}\n", "{\"n\":256}\n"}));
}

TEST(Mirror, CatchesUpInBoundedPiecesAndGoesOnWhereItStopped) {
  const Party north;
  const std::size_t size = 3 * CatchUpLimits::bundles * tile_width + 77;
  const auto& files = north.log(size);
  test::Disk disk;
  std::uint64_t fetched = 0;
  const ReadFile counting = [&](const std::string& path) {
    fetched += path.starts_with("tile/entries/") ? 1 : 0;
    return test::reader_of(files)(path);
  };
  for (unsigned piece = 1; piece <= 4; ++piece) {
    const auto mirror = north.open(disk);  // as after a restart
    EXPECT_EQ(mirror->size(), (piece - 1) * CatchUpLimits::bundles * tile_width);
    const auto followed = mirror->follow(Party::head(files), counting, noon);
    ASSERT_TRUE(followed) << followed.error().message;
    EXPECT_EQ(followed->more, piece < 4);
    EXPECT_EQ(mirror->head().text.empty(), piece < 4) << "cosigned before all of it is held";
  }
  EXPECT_EQ(fetched, (size + tile_width - 1) / tile_width) << "something was fetched twice";
  EXPECT_EQ(north.audit(disk)->entries, size);
  EXPECT_FALSE(disk.has("progress"));
}

TEST(Mirror, DoesNotTakeEntriesThatAreNotTheLogs) {
  const Party north;
  Random random(3);
  for (int round = 0; round < 60; ++round) {
    test::Disk disk;
    const auto mirror = north.open(disk);
    ASSERT_TRUE(follow_all(*mirror, north.log(300)));
    auto files = north.log(700);
    const bool first = round % 2 == 0;
    std::string& bundle = files.at(first ? "tile/entries/001" : "tile/entries/002.p/188");
    // Behind what the mirror has of the first bundle already.
    const std::size_t at = (first ? 700 : 0) + random.below(bundle.size() - 700);
    bundle[at] = static_cast<char>(bundle[at] ^ (1 << random.below(8)));
    const auto followed = follow_all(*mirror, files);
    ASSERT_FALSE(followed) << "byte " << at;
    EXPECT_FALSE(mirror->equivocation()) << "a damaged file is no fork";
    EXPECT_EQ(mirror->size(), 300u);
    EXPECT_EQ(north.audit(disk)->entries, 300u);
    ASSERT_TRUE(follow_all(*mirror, north.log(700))) << "and goes on when the files are right";
  }
}

TEST(Mirror, NamesTheEntryThatDoesNotFit) {
  const Party north;
  test::Disk disk;
  const auto mirror = north.open(disk);
  auto files = north.log(700);
  std::string& bundle = files.at("tile/entries/001");
  bundle.replace(bundle.find("{\"n\":300}"), 9, "{\"n\":301}");
  const auto followed = follow_all(*mirror, files);
  ASSERT_FALSE(followed);
  EXPECT_EQ(followed.error().code, ErrorCode::conflict);
  EXPECT_NE(followed.error().message.find("entry 300 "), std::string::npos) << followed.error().message;
}

TEST(Mirror, RefusesACheckpointThatItsLogDidNotSign) {
  const Party north;
  test::Disk disk;
  const auto mirror = north.open(disk);
  const SigningKey namesake = SigningKey::generate(north.key.verifier().name, KeyType::ed25519);
  const auto files = test::log_of(Party::entries(5), namesake);
  const auto followed = mirror->follow(Party::head(files), test::reader_of(files), noon);
  ASSERT_FALSE(followed);
  EXPECT_EQ(followed.error().code, ErrorCode::refused);
}

TEST(Mirror, SaysThatALogWentBackAndIsNotForkedByIt) {
  const Party north;
  test::Disk disk;
  const auto mirror = north.open(disk);
  ASSERT_TRUE(follow_all(*mirror, north.log(400)));
  for (const std::size_t size : {0u, 1u, 399u}) {
    const auto& files = north.log(size);
    const auto followed = follow_all(*mirror, files);
    ASSERT_FALSE(followed);
    EXPECT_EQ(followed.error().code, ErrorCode::conflict);
    EXPECT_NE(followed.error().message.find("went back"), std::string::npos) << followed.error().message;
    EXPECT_FALSE(mirror->equivocation());
  }
  EXPECT_EQ(mirror->checkpoint()->size, 400u);
}

// Forked before, at and after what is held; shown with fewer, as many and more entries.
TEST(Mirror, KeepsAProofOfAForkThatOthersCanVerifyOffline) {
  const Party north;
  for (const std::size_t forked_from : {0u, 5u, 299u}) {
    for (const std::size_t size : {300u, 301u, 512u, 900u, 299u, 100u, 6u, 1u}) {
      if (size <= forked_from) continue;
      test::Disk disk;
      const auto mirror = north.open(disk);
      ASSERT_TRUE(follow_all(*mirror, north.log(300)));
      const auto& fork = north.log(size, forked_from);
      const auto followed = follow_all(*mirror, fork);
      const std::string where = "from " + std::to_string(forked_from) + " size " + std::to_string(size);
      ASSERT_TRUE(followed) << where << ": " << followed.error().message;
      ASSERT_TRUE(followed->equivocation) << where;
      const auto text = mirror->equivocation();
      ASSERT_TRUE(text);
      const auto proof = parse_equivocation(*text);
      ASSERT_TRUE(proof) << proof.error().message;
      const VerifierKey key = north.key.verifier();
      EXPECT_TRUE(verify(*proof, {&key, 1})) << where;
      EXPECT_EQ(north.audit(disk)->entries, 300u) << "the fork was not followed";
      EXPECT_EQ(north.open(disk)->equivocation(), text) << "forgotten by a restart";
      // What it holds goes on growing.
      ASSERT_TRUE(follow_all(*mirror, north.log(310)));
      EXPECT_EQ(mirror->checkpoint()->size, 310u);
    }
  }
}

TEST(Mirror, IsNotConvincedOfAForkByFilesThatProveNone) {
  const Party north;
  test::Disk disk;
  const auto mirror = north.open(disk);
  ASSERT_TRUE(follow_all(*mirror, north.log(300)));
  // An honest checkpoint with the files of somebody else's fork.
  auto files = north.log(600, 5);
  files["checkpoint"] = north.log(600).at("checkpoint");
  const auto followed = follow_all(*mirror, files);
  ASSERT_FALSE(followed);
  EXPECT_FALSE(mirror->equivocation());
}

TEST(Mirror, DoesNotCosignOnTopOfDamagedFiles) {
  const Party north;
  test::Disk disk;
  ASSERT_TRUE(follow_all(*north.open(disk), north.log(300)));
  disk.bytes_of("tile/0/001.p/44")[40] ^= 1;
  const auto again = Mirror::open(disk, north.key.verifier(), &north.cosigner);
  ASSERT_FALSE(again);
  EXPECT_NE(again.error().message.find("nothing more is "), std::string::npos) << again.error().message;
}

TEST(Mirror, SaysWhenAnEntryWasDamagedSince) {
  const Party north;
  test::Disk disk;
  const auto mirror = north.open(disk);
  ASSERT_TRUE(follow_all(*mirror, north.log(300)));
  disk.bytes_of("tile/entries/000")[5] ^= 1;
  EXPECT_FALSE(mirror->entries(0, 10));
  EXPECT_TRUE(mirror->entries(256, 10));
}

// What others were shown of a mirror: heads that were cosigned, and how many entries were given out.
struct Shown {
  std::vector<Note> heads;
  std::uint64_t given = 0;
};

// Follows a log that grows, and in the second half of the seeds a fork of it; until the power is off.
void work(test::Disk& disk, const Party& north, Shown& shown, std::size_t forked_from, const std::vector<std::size_t>& sizes) {
  auto mirror = Mirror::open(disk, north.key.verifier(), &north.cosigner);
  if (!mirror) {
    EXPECT_TRUE(disk.is_cut()) << mirror.error().message;
    return;
  }
  const auto show = [&] {
    shown.given = std::max(shown.given, (*mirror)->size());
    if (!(*mirror)->head().text.empty()) shown.heads.push_back((*mirror)->head());
  };
  show();
  for (const std::size_t size : sizes) {
    const auto& files = north.log(size, forked_from);
    const auto followed = follow_all(**mirror, files);
    show();
    if (disk.is_cut()) return;
    EXPECT_TRUE(followed || followed.error().code == ErrorCode::conflict) << followed.error().message;
  }
}

TEST(Mirror, LosesNothingAndCosignsNoTwoHistoriesWhenThePowerIsCutAtAnyCall) {
  const Party north;
  const std::size_t big = 2 * CatchUpLimits::bundles * tile_width + 9;
  const std::vector<std::size_t> small{3, 250, 259, 700}, large{30, big};
  for (const auto* sizes : {&small, &large}) {
    std::uint64_t calls = 0;
    {
      test::Disk disk;
      Shown shown;
      work(disk, north, shown, SIZE_MAX, *sizes);
      calls = disk.calls();
      ASSERT_EQ(shown.given, sizes->back());
    }
    Random random(1);
    // Every call of the small one; of the large one, whose bundles are many calls alike, some of them.
    const std::uint64_t stride = sizes == &small ? 1 : calls / 25;
    for (std::uint64_t cut = 1; cut <= calls; cut += stride) {
      for (int outcome = 0; outcome < 3; ++outcome) {
        test::Disk disk;
        disk.cut_at = cut;
        Shown shown;
        work(disk, north, shown, SIZE_MAX, *sizes);
        const std::string where = "cut " + std::to_string(cut) + " outcome " + std::to_string(outcome);
        test::Disk found = outcome == 2 ? disk.after_kill() : disk.after_power_cut(random);
        const std::uint64_t given = shown.given;
        const auto again = Mirror::open(found, north.key.verifier(), &north.cosigner);
        ASSERT_TRUE(again) << where << ": " << again.error().message;
        ASSERT_GE((*again)->size(), given) << where << ": lost what was given out";
        // Whoever comes back tries a fork first, then the log.
        work(found, north, shown, 2, *sizes);
        work(found, north, shown, SIZE_MAX, *sizes);
        const std::size_t end = sizes->back();
        const auto report = north.audit(found);
        // With nothing cosigned before the cut, the fork may have been the first that was seen.
        const bool took_the_fork = given < 3 && report && to_text(report->head.checkpoint) != Party::head(north.log(end)).text;
        ASSERT_TRUE(report) << where << ": " << report.error().message;
        ASSERT_EQ(report->entries, end) << where;
        for (const Note& head : shown.heads) {
          const std::size_t size = parse_checkpoint(head.text)->size;
          ASSERT_EQ(head.text, Party::head(north.log(size, took_the_fork ? 2 : SIZE_MAX)).text) << where << ": two histories were cosigned";
        }
      }
      if (HasFatalFailure()) return;
    }
  }
}

}  // namespace
}  // namespace skypact::ledger
