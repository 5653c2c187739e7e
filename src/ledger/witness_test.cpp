// The witness: each status of the standard, what it keeps, and the race that would roll a log back.

#include "ledger/witness.h"

#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <thread>

#include "ledger/test_log.h"
#include "ledger/test_storage.h"

namespace skypact::ledger {
namespace {

const Time noon = Time(seconds(1'800'000'000));

struct Scene {
  SigningKey log = SigningKey::generate("north.example/record", KeyType::ed25519);
  std::string secret = SigningKey::generate("south.example/cosigner", KeyType::cosignature).secret_text();
  std::vector<Hash> leaves = test::leaves_of(test::some_entries(600));

  [[nodiscard]] SigningKey key() const { return SigningKey::parse(secret).value(); }
  [[nodiscard]] Note checkpoint(std::uint64_t size) const { return checkpoint(size, root_of(std::span(leaves).first(size))); }
  [[nodiscard]] Note checkpoint(std::uint64_t size, const Hash& root) const {
    const std::string text = to_text(Checkpoint{log.verifier().name, size, root, {}});
    return {text, {sign(text, log)}};
  }
  [[nodiscard]] AddCheckpoint request(std::uint64_t old_size, std::uint64_t size) const {
    AddCheckpoint r{old_size, {}, checkpoint(size)};
    if (old_size > 0 && old_size < size) {
      r.proof = consistency_proof(old_size, size, [&](NodeId id) -> Result<Hash> {
                  return root_of(std::span(leaves).subspan(id.index << id.level, std::size_t{1} << id.level));
                }).value();
    }
    return r;
  }
  [[nodiscard]] std::unique_ptr<Witness> witness(Storage& storage) const { return Witness::open(storage, key(), {log.verifier()}).value(); }
};

TEST(Witness, CosignsWhatContinuesTheLog) {
  const Scene s;
  test::Disk disk;
  const auto witness = s.witness(disk);
  std::uint64_t before = 0;
  for (const std::uint64_t size : {0u, 1u, 1u, 7u, 256u, 599u}) {
    const AddCheckpoint request = s.request(before, size);
    const WitnessAnswer answer = witness->add_checkpoint(to_text(request), noon);
    ASSERT_EQ(answer.status, 200u) << answer.body;
    Note note = request.checkpoint;
    note.signatures = parse_signatures(answer.body).value();
    const auto signers = verify(note, {{witness->verifier()}});
    ASSERT_TRUE(signers) << signers.error().message;
    EXPECT_EQ(signers->at(0).cosigned_at, noon);
    before = size;
  }
  EXPECT_EQ(witness->latest(s.log.verifier().name)->size, 599u);
}

TEST(Witness, AnswersWithTheStatusOfTheStandard) {
  const Scene s;
  test::Disk disk;
  const auto witness = s.witness(disk);
  const auto status = [&](const AddCheckpoint& request) { return witness->add_checkpoint(to_text(request), noon).status; };
  ASSERT_EQ(status(s.request(0, 100)), 200u);

  EXPECT_EQ(witness->add_checkpoint("", noon).status, 400u);
  EXPECT_EQ(witness->add_checkpoint("old 01\n\n" + to_text(s.checkpoint(100)), noon).status, 400u);
  EXPECT_EQ(status({200, {}, s.checkpoint(100)}), 400u) << "older than old";

  AddCheckpoint stranger = s.request(100, 200);
  const SigningKey other = SigningKey::generate("other.example", KeyType::ed25519);
  stranger.checkpoint.text = to_text(Checkpoint{"other.example", 200, empty_root(), {}});
  stranger.checkpoint.signatures = {sign(stranger.checkpoint.text, other)};
  EXPECT_EQ(status(stranger), 404u);

  AddCheckpoint forged = s.request(100, 200);
  const SigningKey namesake = SigningKey::generate(s.log.verifier().name, KeyType::ed25519);
  forged.checkpoint.signatures = {sign(forged.checkpoint.text, namesake)};
  EXPECT_EQ(status(forged), 403u);
  // A further signature by somebody unknown does no harm.
  AddCheckpoint both = s.request(100, 150);
  both.checkpoint.signatures.push_back(sign(both.checkpoint.text, namesake));
  EXPECT_EQ(status(both), 200u);

  const WitnessAnswer conflict = witness->add_checkpoint(to_text(s.request(100, 200)), noon);
  EXPECT_EQ(conflict.status, 409u);
  EXPECT_EQ(conflict.content_type, "text/x.tlog.size");
  EXPECT_EQ(conflict.body, "150\n");

  AddCheckpoint broken = s.request(150, 200);
  broken.proof[0].bytes[5] ^= 1;
  EXPECT_EQ(status(broken), 422u);
  AddCheckpoint without = s.request(150, 200);
  without.proof.clear();
  EXPECT_EQ(status(without), 422u);
  EXPECT_EQ(status({150, {}, s.checkpoint(150, empty_root())}), 409u) << "a fork at the same size";
  EXPECT_EQ(witness->latest(s.log.verifier().name)->size, 150u) << "nothing of this moved it";
}

TEST(Witness, OfAnEmptyLogWantsItsOnlyRootAndNoProof) {
  const Scene s;
  test::Disk disk;
  const auto witness = s.witness(disk);
  EXPECT_EQ(witness->add_checkpoint(to_text(AddCheckpoint{0, {}, s.checkpoint(0, leaf_hash({}))}), noon).status, 422u);
  EXPECT_EQ(witness->add_checkpoint(to_text(AddCheckpoint{0, {empty_root()}, s.checkpoint(5)}), noon).status, 422u);
  EXPECT_EQ(witness->add_checkpoint(to_text(s.request(0, 0)), noon).status, 200u);
}

TEST(Witness, RemembersAcrossAPowerCutWhateverItCosigned) {
  const Scene s;
  Random random(1);
  for (std::uint64_t cut = 1; cut < 40; ++cut) {
    test::Disk disk;
    disk.cut_at = cut;
    std::uint64_t cosigned = 0;
    {
      const auto witness = s.witness(disk);
      for (std::uint64_t size = 10; size <= 60; size += 10) {
        const WitnessAnswer answer = witness->add_checkpoint(to_text(s.request(cosigned, size)), noon);
        if (answer.status == 200) cosigned = size;
        else EXPECT_EQ(answer.status, 503u) << answer.body;
        if (disk.is_cut()) break;
      }
    }
    test::Disk found = disk.after_power_cut(random);
    const auto again = s.witness(found);
    const auto latest = again->latest(s.log.verifier().name);
    EXPECT_GE(latest ? latest->size : 0, cosigned) << "cut at " << cut;
  }
}

TEST(Witness, RefusesToGoOnFromADamagedMemory) {
  const Scene s;
  test::Disk disk;
  ASSERT_EQ(s.witness(disk)->add_checkpoint(to_text(s.request(0, 9)), noon).status, 200u);
  for (const std::string& path : disk.paths()) disk.bytes_of(path)[25] ^= 1;
  EXPECT_FALSE(Witness::open(disk, s.key(), {s.log.verifier()}));
}

// Two requests from the same old size, as in the standard's example of a rolled-back log: one may win, never both.
TEST(Witness, NeverRollsALogBackWhenTwoAskAtOnce) {
  const Scene s;
  const auto folder = std::filesystem::path(testing::TempDir()) / "ledger_witness_test";
  std::filesystem::remove_all(folder);
  FileStorage disk(folder);
  ASSERT_TRUE(disk.lock());
  const auto witness = s.witness(disk);
  std::uint64_t size = 0;
  for (int round = 0; round < 30; ++round) {
    const std::string shorter = to_text(s.request(size, size + 5)), longer = to_text(s.request(size, size + 10));
    std::atomic<int> won = 0;
    std::uint64_t reached = 0;
    std::mutex mutex;
    const auto ask = [&](const std::string& body, std::uint64_t to) {
      const WitnessAnswer answer = witness->add_checkpoint(body, noon);
      if (answer.status != 200) {
        EXPECT_EQ(answer.status, 409u);
        return;
      }
      ++won;
      const std::lock_guard lock(mutex);
      reached = to;
    };
    std::thread one([&] { ask(shorter, size + 5); }), other([&] { ask(longer, size + 10); });
    one.join();
    other.join();
    EXPECT_EQ(won, 1);
    EXPECT_EQ(witness->latest(s.log.verifier().name)->size, reached);
    size = reached;
  }
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace skypact::ledger
