#include "line/plain_text.h"

#include <gtest/gtest.h>

namespace skypact::line {
namespace {

TEST(PlainText, IsWhatShowsAllThatItIs) {
  for (const char* text : {"", "RESCUE ONE", "Гроза-1", "نسر 12", "Élan", "山"}) EXPECT_FALSE(not_plain(text)) << text;
}

TEST(PlainText, NamesTheCodePointThatHides) {
  EXPECT_EQ(not_plain("AB\u202E12"), "U+202E, which turns the direction of writing");
  EXPECT_EQ(not_plain("\u200F"), "U+200F, which turns the direction of writing");
  EXPECT_EQ(not_plain("A\u061C"), "U+061C, which turns the direction of writing");
  EXPECT_EQ(not_plain("\u2068A\u2069"), "U+2068, which turns the direction of writing");
  EXPECT_EQ(not_plain("A\u200BB"), "U+200B, which nobody sees");
  EXPECT_EQ(not_plain("A\uFEFFB"), "U+FEFF, which nobody sees");
  EXPECT_EQ(not_plain("A\U000E0041"), "U+E0041, which nobody sees");
  EXPECT_EQ(not_plain("A\tB"), "U+0009, a control character");
  EXPECT_EQ(not_plain(std::string_view("A\0B", 3)), "U+0000, a control character");
  EXPECT_EQ(not_plain("A\u0085"), "U+0085, a control character");
  EXPECT_EQ(not_plain("A\u2028"), "U+2028, a control character");
  EXPECT_EQ(not_plain("\uE000"), "U+E000, which has no agreed meaning");
  EXPECT_EQ(not_plain("\U0001FFFE"), "U+1FFFE, which has no agreed meaning");
  EXPECT_EQ(not_plain("A\xC0\x80"), "the byte 0xc0, which is no UTF-8");
}

TEST(PlainText, IsMadeByLeavingOutWhatHides) {
  EXPECT_EQ(made_plain("Aero\u00ADdrome \u200ENorth\r\nSouth"), "Aerodrome North South");
  EXPECT_EQ(made_plain("Élan, حلب, Псков"), "Élan, حلب, Псков");
  EXPECT_EQ(made_plain("\u200B\n"), "");
  EXPECT_EQ(made_plain("A\xFF"), "A\xFF");
}

TEST(PlainText, KnowsScriptsThatAreWrittenFromRightToLeft) {
  EXPECT_TRUE(has_right_to_left("قاعدة 12"));
  EXPECT_TRUE(has_right_to_left("A\u05D0"));
  EXPECT_FALSE(has_right_to_left("RESCUE ONE, Гроза, 12°"));
  EXPECT_FALSE(has_right_to_left("\xFF"));
}

}  // namespace
}  // namespace skypact::line
