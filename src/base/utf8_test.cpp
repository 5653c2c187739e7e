#include "base/utf8.h"

#include <gtest/gtest.h>

#include <string>

namespace skypact {
namespace {

TEST(Utf8, IsToldFromOtherBytes) {
  for (const char* text : {"", "plain", "é", "漢", "🛩", "\xED\x9F\xBF", "\xF4\x8F\xBF\xBF"}) EXPECT_TRUE(is_utf8(text)) << text;
  EXPECT_TRUE(is_utf8(std::string("a\0b", 3)));
  // A lone tail, a cut sequence, overlong forms, a surrogate, beyond U+10FFFF, bytes that never occur.
  for (const char* text : {"\x80", "a\xC3", "\xE6\xBC", "\xF0\x9F\x9B", "\xC0\xAF", "\xC1\xBF", "\xE0\x80\xAF", "\xF0\x80\x80\xAF",
                           "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFE", "\xFF"}) {
    EXPECT_FALSE(is_utf8(text));
  }
}

TEST(Utf8, TextThatMisleadsItsReaderIsNamed) {
  for (const char* text : {"", "plain", "Zürich – 漢", "a\u00A0b"}) EXPECT_EQ(text_defect(text), nullptr) << text;
  for (const char* text : {"a\nb", "a\tb", "\x7F", "\u0085", "a\u202Eb", "\u2066", "\xFF"}) EXPECT_NE(text_defect(text), nullptr);
  EXPECT_EQ(text_defect("a\nb", LineFeeds::allowed), nullptr);
  EXPECT_NE(text_defect("a\rb", LineFeeds::allowed), nullptr);
}

TEST(Utf8, ABeginningCutsNoCharacterInTwo) {
  const std::string text = "a\u00e9\u20ac\U0001F600z";   // of 1, 2, 3, 4 and 1 bytes
  for (const auto& [most, bytes] : {std::pair{0u, 0u}, {1u, 1u}, {2u, 1u}, {3u, 3u}, {5u, 3u}, {6u, 6u}, {9u, 6u}, {10u, 10u}, {11u, 11u}, {99u, 11u}}) {
    const std::string_view cut = utf8_beginning(text, most);
    EXPECT_EQ(cut.size(), bytes) << most;
    EXPECT_TRUE(is_utf8(cut)) << most;
  }
}

}  // namespace
}  // namespace skypact
