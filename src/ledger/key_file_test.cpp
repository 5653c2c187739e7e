#include "ledger/key_file.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace skypact::ledger {
namespace {

class KeyFileTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::path(testing::TempDir()) / ("ledger_key_file_" + std::string(testing::UnitTest::GetInstance()->current_test_info()->name()));
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  std::filesystem::path folder_;
  SigningKey key_ = SigningKey::generate("north.example/record", KeyType::ed25519);
};

TEST_F(KeyFileTest, KeepsAKeyForItsOwnerOnlyAndNeverOverAnother) {
  const auto file = folder_ / "key";
  ASSERT_TRUE(write_key_file(file, key_));
  EXPECT_EQ(std::filesystem::status(file).permissions(), std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  EXPECT_EQ(read_key_file(file)->verifier(), key_.verifier());
  const auto again = write_key_file(file, SigningKey::generate("other.example", KeyType::ed25519));
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, ErrorCode::conflict);
  EXPECT_EQ(read_key_file(file)->verifier(), key_.verifier());
}

TEST_F(KeyFileTest, RefusesAKeyThatOthersCanRead) {
  const auto file = folder_ / "key";
  ASSERT_TRUE(write_key_file(file, key_));
  for (const auto also : {std::filesystem::perms::group_read, std::filesystem::perms::others_read, std::filesystem::perms::group_write}) {
    std::filesystem::permissions(file, std::filesystem::perms::owner_read | also);
    const auto read = read_key_file(file);
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().code, ErrorCode::refused);
  }
}

TEST_F(KeyFileTest, SaysWhatIsWrongWithoutQuotingTheKey) {
  EXPECT_EQ(read_key_file(folder_ / "absent").error().code, ErrorCode::not_found);
  const auto file = folder_ / "key";
  std::ofstream(file) << "PRIVATE+KEY+north.example+00000000+AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyAh\n";
  std::filesystem::permissions(file, std::filesystem::perms::owner_read);
  const auto read = read_key_file(file);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().message.find("AQID"), std::string::npos);
  EXPECT_NE(read.error().message.find(file.string()), std::string::npos);
}

}  // namespace
}  // namespace skypact::ledger
