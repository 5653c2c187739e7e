// The audit finds every changed byte, and a foreign log passes it.

#include "ledger/audit.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "base/random.h"
#include "ledger/test_log.h"
#include "tests/paths.h"

namespace skypact::ledger {
namespace {

const std::string tessera_key = "example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx";

class AuditSizes : public testing::TestWithParam<std::size_t> {};

TEST_P(AuditSizes, PassWhenNothingWasChanged) {
  const SigningKey key = SigningKey::generate("log.example", KeyType::ed25519);
  const auto files = test::log_of(test::some_entries(GetParam()), key);
  std::uint64_t told = 0;
  const auto report = audit(test::reader_of(files), policy_of(key.verifier()), [&](std::uint64_t checked, std::uint64_t all) {
    EXPECT_EQ(all, GetParam());
    told = checked;
  });
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->entries, GetParam());
  EXPECT_EQ(told, GetParam());
}

INSTANTIATE_TEST_SUITE_P(, AuditSizes, testing::Values(0, 1, 255, 256, 257, 1000, 65'536, 66'000));

TEST(Audit, FindsAChangedBitInEveryFileAndAMissingFile) {
  const SigningKey key = SigningKey::generate("log.example", KeyType::ed25519);
  const auto whole = test::log_of(test::some_entries(1000), key);
  Random random(1);
  for (const auto& [path, bytes] : whole) {
    for (int round = 0; round < 40; ++round) {
      auto files = whole;
      std::string& changed = files[path];
      const std::size_t at = random.below(changed.size());
      changed[at] = static_cast<char>(changed[at] ^ (1 << random.below(8)));
      const auto report = audit(test::reader_of(files), policy_of(key.verifier()));
      EXPECT_FALSE(report) << path << " byte " << at;
    }
    auto files = whole;
    files.erase(path);
    const auto report = audit(test::reader_of(files), policy_of(key.verifier()));
    ASSERT_FALSE(report) << path;
    EXPECT_NE(report.error().message.find(path.substr(0, path.find(".p/"))), std::string::npos) << report.error().message;
  }
}

TEST(Audit, NamesTheFirstBadEntry) {
  const SigningKey key = SigningKey::generate("log.example", KeyType::ed25519);
  auto files = test::log_of(test::some_entries(1000), key);
  auto& bundle = files["tile/entries/002"];
  bundle[bundle.find("700")] = '9';
  const auto report = audit(test::reader_of(files), policy_of(key.verifier()));
  ASSERT_FALSE(report);
  EXPECT_NE(report.error().message.find("entry 700 "), std::string::npos) << report.error().message;
}

TEST(Audit, RefusesALogThatWasRewrittenWithAllItsTiles) {
  const SigningKey key = SigningKey::generate("log.example", KeyType::ed25519);
  auto entries = test::some_entries(300);
  const auto honest = test::log_of(entries, key);
  entries[7] = "{\"n\":\"another\"}\n";
  auto files = test::log_of(entries, key);
  files["checkpoint"] = honest.at("checkpoint");
  const auto report = audit(test::reader_of(files), policy_of(key.verifier()));
  ASSERT_FALSE(report);
  EXPECT_NE(report.error().message.find("the root of 300 entries"), std::string::npos) << report.error().message;
}

TEST(Audit, RefusesAnotherKeyAndAnotherOrigin) {
  const SigningKey key = SigningKey::generate("log.example", KeyType::ed25519), stranger = SigningKey::generate("log.example", KeyType::ed25519);
  auto files = test::log_of(test::some_entries(3), key);
  EXPECT_EQ(audit(test::reader_of(files), policy_of(stranger.verifier())).error().code, ErrorCode::refused);
  const std::string text = "other.example\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n";
  files["checkpoint"] = to_text(Note{text, {sign(text, key)}});
  const auto report = audit(test::reader_of(files), policy_of(key.verifier()));
  ASSERT_FALSE(report);
  EXPECT_NE(report.error().message.find("not its own name"), std::string::npos) << report.error().message;
}

// The length of the first entry, 0x1F8B, is how a compressed file begins.
TEST(Audit, TakesABundleForWhatItIsAlsoWhereItLooksCompressed) {
  const SigningKey key = SigningKey::generate("log.example", KeyType::ed25519);
  const auto files = test::log_of({std::string(0x1F8B, 'x'), "second"}, key);
  const std::filesystem::path folder = std::filesystem::path(testing::TempDir()) / "ledger_audit_test";
  for (const auto& [path, bytes] : files) {
    std::filesystem::create_directories((folder / path).parent_path());
    std::ofstream(folder / path, std::ios::binary) << bytes;
  }
  const auto report = audit(files_in(folder), policy_of(key.verifier()));
  EXPECT_TRUE(report) << report.error().message;
  std::filesystem::remove_all(folder);
}

TEST(Audit, PassesAForeignLogAtEachOfItsCheckpoints) {
  const auto folder = tests::shared_data() / "tlog/tessera-log";
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << folder << " is missing";
  const Policy policy = policy_of(parse_verifier_key(tessera_key).value());
  for (std::uint64_t size = 0; size <= 15; ++size) {
    const ReadFile files = files_in(folder);
    const auto report = audit([&](const std::string& path) { return files(path == "checkpoint" ? "checkpoint." + std::to_string(size) : path); }, policy);
    ASSERT_TRUE(report) << report.error().message;
    EXPECT_EQ(report->entries, size);
  }
}

}  // namespace
}  // namespace skypact::ledger
