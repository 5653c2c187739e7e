#include "wire/error_counts.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <set>
#include <string>

#include "tests/paths.h"

namespace skypact::wire {
namespace {

TEST(DecodeError, HasANameOfItsOwnAndASentenceForEachReason) {
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < decode_error_count; ++i) {
    const auto e = static_cast<DecodeError>(i);
    EXPECT_TRUE(names.insert(name(e)).second) << name(e);
    EXPECT_NE(name(e), "unknown");
    EXPECT_TRUE(sentence(e).ends_with('.')) << sentence(e);
  }
}

TEST(DecodeError, IsExplainedInTheDocumentWithTheSameSentence) {
  std::ifstream file(tests::source_dir() / "docs/wire.md");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  for (std::size_t i = 1; i < decode_error_count; ++i) {
    const auto e = static_cast<DecodeError>(i);
    const std::string row = "| `" + std::string(name(e)) + "` | " + std::string(sentence(e)) + " |\n";
    EXPECT_NE(text.find(row), std::string::npos) << row;
  }
}

TEST(ErrorCounts, CountsByReasonAndAdds) {
  ErrorCounts a, b;
  a.count(DecodeError::bad_crc, 2);
  a.count(DecodeError::none);
  b.count(DecodeError::garbage);
  b += a;
  EXPECT_EQ(b.total(), 3u);
  EXPECT_EQ(b[DecodeError::bad_crc], 2u);
  EXPECT_EQ(b.seen(), (std::vector{DecodeError::garbage, DecodeError::bad_crc}));
}

}  // namespace
}  // namespace skypact::wire
