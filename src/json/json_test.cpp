// JSON in and out: what is refused, what the errors say, and that what is written reads back.

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>

#include "base/random.h"
#include "json/document.h"
#include "json/fields.h"
#include "json/writer.h"

namespace skypact::json {
namespace {

std::string error_of(std::string_view text, const Limits& limits = {}) {
  const auto document = parse(text, limits);
  return document ? "no error" : document.error().message;
}

TEST(Json, ReadsEveryKindOfValue) {
  const auto document = parse(R"( {"a": [1, -2.5, true, null, "x\u00e9\n\ud83d\ude80"], "b": {"c": {}}, "d": []} )");
  ASSERT_TRUE(document) << document.error().message;
  const Value root = document->root();
  EXPECT_EQ(root.size(), 3u);
  std::vector<Kind> kinds;
  for (const Value v : root["a"].elements()) kinds.push_back(v.kind());
  EXPECT_EQ(kinds, (std::vector<Kind>{Kind::integer, Kind::number, Kind::boolean, Kind::null, Kind::string}));
  auto element = root["a"].elements().begin();
  EXPECT_EQ((*element).as_integer(), 1);
  EXPECT_EQ((*++element).as_number(), -2.5);
  EXPECT_EQ((*++element).as_boolean(), true);
  EXPECT_FALSE((*++element).has_value());
  EXPECT_EQ((*++element).as_string(), "x\xC3\xA9\n\xF0\x9F\x9A\x80");
  std::string names;
  for (const Member member : root.members()) names += member.name;
  EXPECT_EQ(names, "abd");
  EXPECT_EQ(root["b"]["c"].kind(), Kind::object);
  EXPECT_EQ(root["b"]["x"]["y"].kind(), Kind::missing);
  EXPECT_EQ(root["d"].elements().begin(), root["d"].elements().end());
}

TEST(Json, ReadsNumbersToTheNearestDouble) {
  for (const auto* text : {"0.1", "5e-324", "1.7976931348623157e308", "123456789.123456789", "52.30861111111111", "-7205759403792793.5",
                           "18446744073709551615", "9007199254740993", "100000000000000000000000"}) {
    const auto document = parse(text);
    ASSERT_TRUE(document) << text;
    EXPECT_EQ(document->root().as_number(), std::strtod(text, nullptr)) << text;
  }
  EXPECT_EQ(parse("1e-999")->root().as_number(), 0);
  EXPECT_EQ(parse("9223372036854775807")->root().as_integer(), std::numeric_limits<std::int64_t>::max());
  EXPECT_FALSE(parse("9223372036854775808")->root().as_integer());
  EXPECT_FALSE(parse("1.0")->root().as_integer());
}

TEST(Json, ErrorsSayWhereAndWhatWasExpected) {
  EXPECT_EQ(error_of("{\"a\": 1,\n  \"b\" 2}"), "line 2, column 7: expected \":\", found \"2\"");
  EXPECT_EQ(error_of("{\"a\": 1 \"b\": 2}"), "line 1, column 9: expected \",\" or \"}\", found \"\"\"");
  EXPECT_EQ(error_of("[1 2]"), "line 1, column 4: expected \",\" or \"]\", found \"2\"");
  EXPECT_EQ(error_of("{\"a\": }"), "line 1, column 7: expected a value, found \"}\"");
  EXPECT_EQ(error_of("{1: 2}"), "line 1, column 2: expected a name in double quotes or \"}\", found \"1\"");
  EXPECT_EQ(error_of("{\"a\": 1,}"), "line 1, column 9: expected a name in double quotes, found \"}\"");
  EXPECT_EQ(error_of("{} {}"), "line 1, column 4: expected the end of the text, found \"{\"");
  EXPECT_EQ(error_of(""), "line 1, column 1: the text ends before the value does");
  EXPECT_EQ(error_of("{\"a\": [1, 2"), "line 1, column 12: the text ends before the value does");
  EXPECT_EQ(error_of("[1e400]").substr(0, 16), "line 1, column 7");
  EXPECT_NE(error_of("[1e400]").find("too large"), std::string::npos);
}

TEST(Json, RefusesWhatTwoReadersCouldReadDifferently) {
  EXPECT_EQ(error_of("{\"a\": 1, \"b\": 2, \"a\": 3}"), "line 1, column 24: the name \"a\" appears twice in the object that ends here");
  EXPECT_NE(error_of("{\"a\": 1, \"\\u0061\": 3}"), "no error") << "an escaped name is the same name";
  EXPECT_EQ(error_of("[{\"a\": 1}, {\"a\": 1}]"), "no error");
  for (const auto* text : {"NaN", "[Infinity]", "01", "+1", "'a'", "// x\n1", "[1,]", "\"\xff\"", "\"\xc0\x80\"", "\"\xed\xa0\x80\"", "\"\\ud800\"",
                           "\"a\nb\"", "\"\\x41\"", "\x00", "tru", "-", "1.", ".5", "1e"}) {
    EXPECT_NE(error_of(text), "no error") << text;
  }
}

TEST(Json, HoldsItsLimits) {
  const auto nested = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
  EXPECT_EQ(error_of(nested(32)), "no error");
  EXPECT_EQ(error_of(nested(33)), "the values are nested more than 32 deep");
  EXPECT_EQ(error_of("[1]", {.bytes = 3}), "no error");
  EXPECT_EQ(error_of("[12]", {.bytes = 3}), "the text has 4 bytes; at most 3 are read");
  EXPECT_EQ(parse("[12]", {.bytes = 3}).error().code, ErrorCode::over_limit);
  EXPECT_NE(error_of(std::string(1 << 20, '[')), "no error");
}

TEST(Fields, TellWhichFieldIsWrongAndWhatItMustBe) {
  const auto document = parse(R"({"speed_kt": 2001, "n": 1.5, "t": "", "w": "blue", "when": "soon", "nothing": null})");
  ASSERT_TRUE(document);
  const auto message = [&](auto read) {
    Fields fields(document->root());
    read(fields);
    return fields.error() ? fields.error()->message : "no error";
  };
  EXPECT_EQ(message([](Fields& f) { EXPECT_FALSE(f.number("speed_kt", 0, 2000)); }), "speed_kt: must be a number from 0 to 2000");
  EXPECT_EQ(message([](Fields& f) { EXPECT_EQ(f.number("speed_kt", 0, 2001), 2001); }), "no error");
  EXPECT_EQ(message([](Fields& f) { EXPECT_FALSE(f.integer("n", 0, 9)); }), "n: must be a whole number from 0 to 9");
  EXPECT_EQ(message([](Fields& f) { EXPECT_FALSE(f.text("t", 1, 8)); }), "t: must be a text of 1 to 8 bytes");
  EXPECT_EQ(message([](Fields& f) { EXPECT_FALSE(f.word("w", {"red", "green"})); }), "w: must be one of red, green");
  EXPECT_EQ(message([](Fields& f) { EXPECT_FALSE(f.time("when")); }), "when: \"soon\" is not a time; write it as 2026-11-23T19:53:45Z");
  EXPECT_EQ(message([](Fields& f) { EXPECT_FALSE(f.boolean("n")); }), "n: must be true or false");
  EXPECT_EQ(message([](Fields& f) { EXPECT_FALSE(f.number("nothing", 0, 1)); }), "no error");
  EXPECT_EQ(message([](Fields& f) { EXPECT_FALSE(f.number("absent", 0, 1, required)); }), "absent: is missing");
  EXPECT_EQ(message([](Fields& f) { EXPECT_FALSE(f.array("n").exists()); }), "n: must be an array, is a number");
  EXPECT_EQ(message([](Fields& f) {
              for (const auto* name : {"speed_kt", "n", "t", "w", "when"}) f.any(name);
              f.refuse_unknown();
            }),
            "\"nothing\" is not a known field; known are speed_kt, n, t, w, when");
  EXPECT_EQ(Fields(document->root()["n"]).error()->message, "must be an object, is a number");
}

TEST(Writer, WritesNestedValuesWithCommasWhereTheyBelong) {
  std::string out;
  Writer json(out);
  json.begin_object();
  json.field("a", 1);
  json.key("b");
  json.begin_array();
  json.value("x");
  json.begin_object();
  json.end_object();
  json.value(true);
  json.raw("{\"r\":[]}");
  json.end_array();
  json.field("c", std::optional<int>());
  json.field("d", std::uint64_t(18446744073709551615u));
  json.field("e", 52.5, 7);
  json.end_object();
  EXPECT_EQ(out, R"({"a":1,"b":["x",{},true,{"r":[]}],"c":null,"d":18446744073709551615,"e":52.5000000})");
}

TEST(Writer, WritesNoNumberThatJsonDoesNotHave) {
  std::string out;
  Writer json(out);
  json.begin_array();
  json.value(std::numeric_limits<double>::quiet_NaN(), 3);
  json.value(-std::numeric_limits<double>::infinity(), 3);
  json.shortest(std::numeric_limits<double>::quiet_NaN());
  json.value(-0.0004, 2);
  json.value(-1e300, 2);
  json.value(999999999999999.4, 17);
  json.shortest(0.1);
  json.end_array();
  EXPECT_EQ(out, "[null,null,null,0.00,-1e+300,999999999999999.37500000000000000,0.1]");
  EXPECT_TRUE(parse(out));
}

TEST(Writer, EscapesAndRepairsAnyBytesIntoTextThatReadsBack) {
  std::string out;
  append_string(out, std::string_view("a\"\\\n\x01\x7f\0z", 8));
  EXPECT_EQ(out, "\"a\\\"\\\\\\n\\u0001\\u007f\\u0000z\"");
  out.clear();
  append_string(out, "\xC3\xA9\xF0\x9F\x9A\x80 \xff \xC3 \xED\xA0\x80");
  EXPECT_EQ(out, "\"\xC3\xA9\xF0\x9F\x9A\x80 \xEF\xBF\xBD \xEF\xBF\xBD \xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"");

  Random random(7);
  for (int round = 0; round < 2000; ++round) {
    std::string bytes(random.below(20), '\0');
    for (char& c : bytes) c = static_cast<char>(random.below(256));
    std::string written;
    append_string(written, bytes);
    const auto read = parse(written);
    ASSERT_TRUE(read) << "seed 7, round " << round << ": " << read.error().message;
    std::string again;
    append_string(again, *read->root().as_string());
    EXPECT_EQ(again, written) << "seed 7, round " << round;
  }
}

}  // namespace
}  // namespace skypact::json
