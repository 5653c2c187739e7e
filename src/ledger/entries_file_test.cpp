// Files of entries: they prove themselves, nothing of them can be changed, and a mirror takes them.

#include "ledger/entries_file.h"

#include <gtest/gtest.h>

#include "base/random.h"
#include "ledger/audit.h"
#include "ledger/mirror.h"
#include "ledger/test_log.h"
#include "ledger/test_storage.h"

namespace skypact::ledger {
namespace {

const Time noon = Time(seconds(1'800'000'000));

class EntriesFileTest : public testing::Test {
 protected:
  [[nodiscard]] EntriesFile file(const test::Files& log, std::uint64_t from, std::uint64_t to) const {
    return export_entries(test::reader_of(log), parse_note(log.at("checkpoint")).value(), from, to).value();
  }
  [[nodiscard]] bool holds(const EntriesFile& f) const { return verify(f, policy_of(key_.verifier())).has_value(); }

  SigningKey key_ = SigningKey::generate("north.example/record", KeyType::ed25519);
  test::Files log_ = test::log_of(test::some_entries(700), key_);
};

TEST_F(EntriesFileTest, ProvesAnyStretchOfALog) {
  const auto all = test::some_entries(700);
  for (const std::uint64_t from : {0u, 1u, 255u, 256u, 300u, 699u}) {
    for (const std::uint64_t to : {1u, 256u, 257u, 512u, 699u, 700u}) {
      if (to <= from) continue;
      const EntriesFile made = file(log_, from, to);
      EXPECT_EQ(made.entries, std::vector<std::string>(all.begin() + static_cast<long>(from), all.begin() + static_cast<long>(to)));
      const auto again = parse_entries_file(to_text(made));
      ASSERT_TRUE(again) << again.error().message;
      EXPECT_EQ(*again, made);
      EXPECT_TRUE(holds(*again)) << from << " to " << to;
    }
  }
}

TEST_F(EntriesFileTest, ChangedAnywhereProvesNothing) {
  const std::string text = to_text(file(log_, 300, 310));
  Random random(5);
  for (int round = 0; round < 500; ++round) {
    std::string changed = text;
    const std::size_t at = random.below(text.size());
    changed[at] = static_cast<char>(changed[at] ^ (1 << random.below(8)));
    const auto read = parse_entries_file(changed);
    EXPECT_FALSE(read && holds(*read)) << "byte " << at;
  }
  EntriesFile moved = file(log_, 300, 310);
  moved.from = 304;  // as many bits
  EXPECT_FALSE(holds(moved));
}

TEST_F(EntriesFileTest, HasBoundsAndSaysThem) {
  const ReadFile files = test::reader_of(log_);
  const Note head = parse_note(log_.at("checkpoint")).value();
  EXPECT_FALSE(export_entries(files, head, 5, 5));
  EXPECT_FALSE(export_entries(files, head, 5, 701));
  EXPECT_EQ(export_entries(files, Note{"o\n100000\n" + to_base64(empty_root()) + "\n", {}}, 0, EntriesFileLimits::entries + 1).error().code, ErrorCode::over_limit);
  std::string text = "skypact/entries@v1\nfrom 0\n\n";
  for (std::size_t i = 0; i < EntriesFileLimits::entries; ++i) text += "entry \n";
  EXPECT_EQ(parse_entries_file(text + "entry \n\n").error().code, ErrorCode::over_limit);
  EXPECT_EQ(parse_entries_file(text + "\n").error().code, ErrorCode::bad_input) << "no checkpoint";
}

TEST_F(EntriesFileTest, IsTakenByAMirrorInOrderAndOnce) {
  test::Disk disk;
  const SigningKey cosigner = SigningKey::generate("south.example/cosigner", KeyType::cosignature);
  const auto mirror = Mirror::open(disk, key_.verifier(), &cosigner).value();
  const auto early = mirror->take(file(log_, 400, 700), noon);
  ASSERT_FALSE(early);
  EXPECT_NE(early.error().message.find("0 to 399 come first"), std::string::npos) << early.error().message;
  auto taken = mirror->take(file(log_, 0, 300), noon);
  ASSERT_TRUE(taken) << taken.error().message;
  EXPECT_TRUE(taken->more);
  EXPECT_TRUE(mirror->head().text.empty()) << "not whole, not cosigned";
  EXPECT_EQ(mirror->size(), 300u);
  EXPECT_FALSE(mirror->take(file(log_, 100, 250), noon)->grown);
  const auto again = Mirror::open(disk, key_.verifier(), &cosigner).value();  // as after a restart
  taken = again->take(file(log_, 250, 700), noon);
  ASSERT_TRUE(taken) << taken.error().message;
  EXPECT_EQ(again->checkpoint()->size, 700u);
  EXPECT_EQ(again->head().signatures.size(), 2u);
  EXPECT_EQ(audit(files_of(disk), policy_of(key_.verifier()))->entries, 700u);
}

TEST_F(EntriesFileTest, OfAForkIsNotTaken) {
  auto other = test::some_entries(700);
  other[5] += "x";
  test::Disk disk;
  const auto mirror = Mirror::open(disk, key_.verifier(), nullptr).value();
  ASSERT_TRUE(mirror->take(file(log_, 0, 300), noon));
  const auto taken = mirror->take(file(test::log_of(other, key_), 300, 700), noon);
  ASSERT_FALSE(taken);
  EXPECT_EQ(taken.error().code, ErrorCode::conflict);
  EXPECT_EQ(mirror->size(), 300u);
}

}  // namespace
}  // namespace skypact::ledger
