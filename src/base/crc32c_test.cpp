// The check values of RFC 3720 §B.4 and the catalogue's "123456789".

#include "base/crc32c.h"

#include <gtest/gtest.h>

#include <string>

namespace skypact {
namespace {

TEST(Crc32c, GivesThePublishedValues) {
  EXPECT_EQ(crc32c("123456789"), 0xE3069283u);
  EXPECT_EQ(crc32c(""), 0u);
  EXPECT_EQ(crc32c(std::string(32, '\0')), 0x8A9136AAu);
  EXPECT_EQ(crc32c(std::string(32, '\xFF')), 0x62A8AB43u);
  std::string rising;
  for (int i = 0; i < 32; ++i) rising += static_cast<char>(i);
  EXPECT_EQ(crc32c(rising), 0x46DD794Eu);
}

TEST(Crc32c, IsTheSameInPieces) {
  std::string text;
  for (int i = 0; i < 100; ++i) text += static_cast<char>(i * 37);
  for (std::size_t split = 0; split <= text.size(); ++split) {
    EXPECT_EQ(crc32c(std::string_view(text).substr(split), crc32c(std::string_view(text).substr(0, split))), crc32c(text)) << split;
  }
}

}  // namespace
}  // namespace skypact
