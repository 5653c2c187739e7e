#include "base/base64.h"

#include <gtest/gtest.h>

#include "base/random.h"

namespace skypact {
namespace {

std::span<const std::uint8_t> bytes_of(const std::string& s) { return {reinterpret_cast<const std::uint8_t*>(s.data()), s.size()}; }

TEST(Base64, IsThatOfTheStandardsVectors) {
  const std::pair<std::string, std::string> vectors[] = {{"", ""},         {"f", "Zg=="},     {"fo", "Zm8="},      {"foo", "Zm9v"},
                                                         {"foob", "Zm9vYg=="}, {"fooba", "Zm9vYmE="}, {"foobar", "Zm9vYmFy"}};
  for (const auto& [plain, text] : vectors) {
    EXPECT_EQ(to_base64(bytes_of(plain)), text);
    EXPECT_EQ(from_base64(text), plain);
  }
}

TEST(Base64, HasOneTextForOneValue) {
  for (const std::string text : {"Zg", "Zg=", "Zh==", "Zm9=", "Z===", "====", "Zm9v\n", "Zm 9v", "Zg==Zg==", "Zm-v", "Zm9v="}) {
    EXPECT_FALSE(from_base64(text)) << text;
  }
}

TEST(Base64, ReadsWhatItWroteOfAnyBytes) {
  Random random(1);
  for (std::size_t size = 0; size < 200; ++size) {
    std::string plain(size, '\0');
    for (char& c : plain) c = static_cast<char>(random.below(256));
    EXPECT_EQ(from_base64(to_base64(bytes_of(plain))), plain);
  }
}

TEST(Base64Url, HasNoPaddingAndItsOwnTwoLetters) {
  EXPECT_EQ(to_base64url(bytes_of("\xFB\xFF")), "-_8");
  EXPECT_EQ(from_base64url("-_8"), "\xFB\xFF");
  EXPECT_EQ(from_base64url(""), "");
  for (const std::string text : {"-_8=", "+/8", "-/8", "-_9", "Z", "Zm9vY", "Zm9v\n", "Zm 9v", "Zg==", "Zm9v.", "="}) {
    EXPECT_FALSE(from_base64url(text)) << text;
  }
}

TEST(Base64Url, ReadsWhatItWroteOfAnyBytes) {
  Random random(2);
  for (std::size_t size = 0; size < 200; ++size) {
    std::string plain(size, '\0');
    for (char& c : plain) c = static_cast<char>(random.below(256));
    EXPECT_EQ(from_base64url(to_base64url(bytes_of(plain))), plain);
  }
}

}  // namespace
}  // namespace skypact
