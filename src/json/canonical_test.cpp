// Canonical JSON: the samples of RFC 8785, and that it is a fixed point.

#include "json/canonical.h"

#include <gtest/gtest.h>

#include <bit>
#include <charconv>
#include <cmath>

#include "base/random.h"

namespace skypact::json {
namespace {

std::string canonical_text(std::string_view text) {
  const auto document = parse(text);
  if (!document) return "error: " + document.error().message;
  auto result = canonical(document->root());
  return result ? *result : "error: " + result.error().message;
}

// RFC 8785, appendix B.
TEST(CanonicalNumber, IsThatOfTheStandardsSamples) {
  const std::pair<std::uint64_t, std::string> samples[] = {
      {0x0000000000000000, "0"},
      {0x8000000000000000, "0"},
      {0x0000000000000001, "5e-324"},
      {0x8000000000000001, "-5e-324"},
      {0x7fefffffffffffff, "1.7976931348623157e+308"},
      {0xffefffffffffffff, "-1.7976931348623157e+308"},
      {0x4340000000000000, "9007199254740992"},
      {0xc340000000000000, "-9007199254740992"},
      {0x4430000000000000, "295147905179352830000"},
      {0x44b52d02c7e14af5, "9.999999999999997e+22"},
      {0x44b52d02c7e14af6, "1e+23"},
      {0x44b52d02c7e14af7, "1.0000000000000001e+23"},
      {0x444b1ae4d6e2ef4e, "999999999999999700000"},
      {0x444b1ae4d6e2ef4f, "999999999999999900000"},
      {0x444b1ae4d6e2ef50, "1e+21"},
      {0x3eb0c6f7a0b5ed8c, "9.999999999999997e-7"},
      {0x3eb0c6f7a0b5ed8d, "0.000001"},
      {0x41b3de4355555553, "333333333.3333332"},
      {0x41b3de4355555554, "333333333.33333325"},
      {0x41b3de4355555555, "333333333.3333333"},
      {0x41b3de4355555556, "333333333.3333334"},
      {0x41b3de4355555557, "333333333.33333343"},
      {0xbecbf647612f3696, "-0.0000033333333333333333"},
      {0x43143ff3c1cb0959, "1424953923781206.2"},
  };
  for (const auto& [bits, text] : samples) EXPECT_EQ(canonical_number(std::bit_cast<double>(bits)), text);
}

TEST(CanonicalNumber, ReadsBackAsTheSameNumber) {
  Random random(1);
  for (int round = 0; round < 200'000; ++round) {
    const double number = std::bit_cast<double>(random.below(UINT64_MAX));
    if (!std::isfinite(number)) continue;
    const std::string text = canonical_number(number);
    double again = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), again);
    ASSERT_TRUE(error == std::errc{} && end == text.data() + text.size()) << text;
    ASSERT_EQ(again, number) << text;
  }
}

// RFC 8785, section 3.2.2 and 3.2.3.
TEST(Canonical, IsThatOfTheStandardsExamples) {
  EXPECT_EQ(canonical_text(R"({
      "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
      "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
      "literals": [null, true, false]
    })"),
            R"({"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"})");
  EXPECT_EQ(canonical_text(R"({"\u20ac":"Euro Sign","\r":"Carriage Return","\ufb33":"Hebrew Letter Dalet With Dagesh","1":"One",)"
                           R"("\ud83d\ude00":"Emoji: Grinning Face","\u0080":"Control","\u00f6":"Latin Small Letter O With Diaeresis"})"),
            "{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\xC2\x80\":\"Control\",\"ö\":\"Latin Small Letter O With Diaeresis\",\"€\":\"Euro Sign\","
            "\"😀\":\"Emoji: Grinning Face\",\"\xEF\xAC\xB3\":\"Hebrew Letter Dalet With Dagesh\"}");
}

TEST(Canonical, WritesControlCharactersInTheirShortForms) {
  EXPECT_EQ(canonical_text(R"("\b\t\n\f\r\u0000\u001F\u007F")"), "\"\\b\\t\\n\\f\\r\\u0000\\u001f\x7F\"");
}

TEST(Canonical, KeepsWholeNumbersWholeAndRefusesThoseThatReadersDisagreeAbout) {
  EXPECT_EQ(canonical_text("[9007199254740992,-9007199254740992,1.0,-0,1e2]"), "[9007199254740992,-9007199254740992,1,0,100]");
  for (const std::string text : {"9007199254740993", "-9007199254740993", "9223372036854775807", "18446744073709551615", "9007199254740994.0", "1e20"}) {
    EXPECT_EQ(canonical_text(text).substr(0, 6), "error:") << text;
  }
}

TEST(Canonical, IsAFixedPointAndBlindToOrderAndSpace) {
  const std::string one = canonical_text(R"({"b":[1,{"d":2,"c":[]}],"a":{}})");
  EXPECT_EQ(one, R"({"a":{},"b":[1,{"c":[],"d":2}]})");
  EXPECT_EQ(canonical_text(one), one);
  EXPECT_EQ(canonical_text("{ \"a\" : { } , \"b\" : [ 1.0 , { \"c\" : [ ] , \"d\" : 2 } ] }"), one);
}

}  // namespace
}  // namespace skypact::json
