#include "base/nearest_word.h"

#include <gtest/gtest.h>

#include <vector>

namespace skypact {
namespace {

TEST(NearestWord, IsAtMostTwoLettersAway) {
  const std::vector<std::string> words{"decode", "detect", "demo"};
  EXPECT_EQ(nearest_word("decod", words), "decode");
  EXPECT_EQ(nearest_word("detetc", words), "detect");
  EXPECT_EQ(nearest_word("demo", words), "demo");
  EXPECT_EQ(nearest_word("dmeo", words), "demo");
  EXPECT_EQ(nearest_word("fly", words), std::nullopt);
  EXPECT_EQ(nearest_word("fly", std::vector<std::string>{"key"}), std::nullopt);
  EXPECT_EQ(nearest_word("ddetetc", words), std::nullopt);
  EXPECT_EQ(nearest_word("demo", {}), std::nullopt);
}

TEST(NearestWord, KeepsALetterOfTheWord) {
  const std::vector<std::string> words{"ab", "abc"};
  EXPECT_EQ(nearest_word("", words), std::nullopt);
  EXPECT_EQ(nearest_word("x", words), std::nullopt);
  EXPECT_EQ(nearest_word("xy", words), std::nullopt);
  EXPECT_EQ(nearest_word("ax", words), "ab");
}

TEST(NearestWord, IsTheFirstOfEquals) {
  const std::vector<std::string> words{"cat", "car"};
  EXPECT_EQ(nearest_word("cap", words), "cat");
}

}  // namespace
}  // namespace skypact
