// Files are read whether compressed or not; what cannot be read says why.

#include "base/input_file.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include <filesystem>
#include <fstream>

namespace skypact {
namespace {

class InputFileTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::path(testing::TempDir()) / testing::UnitTest::GetInstance()->current_test_info()->name();
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string write(const std::string& name, const std::string& content) {
    std::ofstream(folder_ / name, std::ios::binary) << content;
    return folder_ / name;
  }
  std::string write_gz(const std::string& name, const std::string& content) {
    const std::string path = folder_ / name;
    gzFile file = gzopen(path.c_str(), "wb");
    gzwrite(file, content.data(), static_cast<unsigned>(content.size()));
    gzclose(file);
    return path;
  }

  std::filesystem::path folder_;
};

TEST_F(InputFileTest, ReadsPlainAndCompressedFilesAlike) {
  std::string content;
  for (int i = 0; i < 100'000; ++i) content += std::to_string(i * 7919) + '\n';
  EXPECT_EQ(*read_whole(write("plain", content), content.size()), content);
  EXPECT_EQ(*read_whole(write_gz("packed.gz", content), content.size()), content);
  EXPECT_EQ(*read_whole(write("empty", ""), 0), "");
  EXPECT_EQ(read_whole(write("plain", content), content.size() - 1).error().code, ErrorCode::over_limit);
}

TEST_F(InputFileTest, ReadsBytesAsTheyAreWhenAsked) {
  const std::string packed = write_gz("packed.gz", std::string(1'000'000, 'x'));
  EXPECT_EQ(read_bytes(packed, 1 << 20)->substr(0, 2), "\x1F\x8B");
  const std::string content(700'000, 'y');
  EXPECT_EQ(*read_bytes(write("plain", content), content.size()), content);
  EXPECT_EQ(read_bytes(folder_ / "plain", content.size() - 1).error().code, ErrorCode::over_limit);
  EXPECT_EQ(read_bytes(folder_ / "absent", 10).error().code, ErrorCode::not_found);
  EXPECT_NE(read_bytes(folder_, 10).error().message.find("is a folder"), std::string::npos);
}

TEST_F(InputFileTest, SaysWhyAFileCannotBeRead) {
  EXPECT_EQ(read_whole(folder_ / "absent", 10).error().code, ErrorCode::not_found);
  EXPECT_NE(read_whole(folder_, 10).error().message.find("is a folder"), std::string::npos);
  const std::string path = write_gz("torn.gz", std::string(100'000, 'x') + std::to_string(12345));
  std::filesystem::resize_file(path, std::filesystem::file_size(path) / 2);
  EXPECT_EQ(read_whole(path, 1 << 20).error().code, ErrorCode::bad_input);
}

}  // namespace
}  // namespace skypact
