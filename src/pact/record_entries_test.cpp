#include "pact/record_entries.h"

#include <gtest/gtest.h>

#include "ledger/tile.h"
#include "pact/test_pact.h"

namespace skypact::pact {
namespace {

using test::noon;

const std::string terms(64, 'a');

TEST(RecordEntry, OfEachTypeIsReadAsItIsWritten) {
  const StatementEntry statement{test::note_of("north", noon, Signing{terms}, {0, 1})};
  const TermsPart part{terms, 1, 3, "{\"a\":\"\\u0001\"}"};
  for (const RecordEntry& entry : {RecordEntry{"north.example/record", "north", noon, statement}, RecordEntry{"north.example/record", "north", noon, part},
                                   RecordEntry{"north.example/record", "north", noon, ReceivedEntry{"south.example/record", 812, noon, statement}},
                                   RecordEntry{"north.example/record", "north", noon, ReceivedEntry{"south.example/record", 813, noon, part}}}) {
    const std::string text = to_entry(entry);
    const auto read = parse_record_entry(text);
    ASSERT_TRUE(read) << text << read.error().message;
    EXPECT_EQ(*read, entry);
    EXPECT_FALSE(parse_record_entry(text.substr(0, text.size() - 1)));
    EXPECT_FALSE(parse_record_entry(' ' + text));
  }
}

TEST(RecordEntry, IsCanonicalJsonOfTheCommonEnvelope) {
  EXPECT_EQ(to_entry({"north.example/record", "north", noon, TermsPart{terms, 0, 1, "x"}}),
            "{\"at\":\"2026-11-26T12:00:00.000Z\",\"body\":{\"of\":1,\"part\":0,\"terms\":\"" + terms +
                "\",\"text\":\"x\"},\"origin\":\"north.example/record\",\"party\":\"north\",\"type\":\"terms\",\"v\":1}\n");
}

TEST(RecordEntry, OfAnotherModuleIsPassedOver) {
  const auto read = parse_record_entry(R"({"at":"2026-11-26T12:00:00.000Z","body":{"x":1},"origin":"north.example/record","party":"north","type":"traffic","v":7})");
  ASSERT_TRUE(read);
  EXPECT_EQ(read->what, (std::variant<StatementEntry, ReceivedEntry, TermsPart, OtherEntry>(OtherEntry{"traffic"})));
}

TEST(RecordEntry, RefusesWhatItDoesNotKnow) {
  const std::string text = to_entry({"north.example/record", "north", noon, TermsPart{terms, 0, 1, "x"}});
  const auto changed = [&](const std::string& from, const std::string& to) {
    std::string copy = text;
    return parse_record_entry(copy.replace(copy.find(from), from.size(), to)).has_value();
  };
  EXPECT_FALSE(changed("\"of\":1,\"part\":0", "\"of\":1,\"part\":1"));
  EXPECT_FALSE(changed("\"of\":1", "\"of\":41"));
  EXPECT_FALSE(changed("\"of\":1", "\"of\":1,\"on\":1"));
  EXPECT_FALSE(changed("\"v\":1", "\"v\":2"));
  EXPECT_FALSE(changed("\"party\":\"north\"", "\"party\":\"\""));
  EXPECT_FALSE(parse_record_entry(std::string(ledger::longest_entry + 1, ' ')));
}

TEST(RecordEntry, HasRoomForTheLongestNoteAndTheLongestPart) {
  // Every byte of the note is one that JSON escapes.
  const StatementEntry note{std::string(StatementLimits::note_bytes, '"')};
  const std::string origin(200, 'o');
  const std::string entry = to_entry({origin, std::string(32, 'p'), noon, ReceivedEntry{origin, std::uint64_t{1} << 53, noon, note}});
  EXPECT_LE(entry.size(), ledger::longest_entry);
  EXPECT_TRUE(parse_record_entry(entry));
  const TermsPart part{terms, 39, 40, std::string(TermsPartLimits::escaped_bytes / 2, '"')};
  const std::string parts = to_entry({origin, std::string(32, 'p'), noon, ReceivedEntry{origin, std::uint64_t{1} << 53, noon, part}});
  EXPECT_LE(parts.size(), ledger::longest_entry);
  EXPECT_TRUE(parse_record_entry(parts));
  const TermsPart longer{terms, 39, 40, part.text + "x"};
  EXPECT_FALSE(parse_record_entry(to_entry({"o", "p", noon, longer})));
}

TEST(TermsParts, AreTheTextAgainAndFitIntoEntries) {
  std::string text;
  while (text.size() < TermsPartLimits::text_bytes - 20) text += "\"é\\\xE2\x82\xAC\xF0\x9F\x9B\xA9 x\"";
  text.resize(text.size() / 2 * 2);
  for (const std::string& whole : {std::string("x"), std::string(TermsPartLimits::escaped_bytes, 'x'), std::string(TermsPartLimits::escaped_bytes + 1, 'x'),
                                   std::string(TermsPartLimits::text_bytes, '"'), text}) {
    const auto parts = parts_of(whole);
    ASSERT_TRUE(parts) << parts.error().message;
    std::string again;
    for (const TermsPart& part : *parts) {
      const std::string entry = to_entry({"north.example/record", "north", noon, part});
      ASSERT_TRUE(parse_record_entry(entry)) << parse_record_entry(entry).error().message;
      EXPECT_EQ(part.terms, id_of(whole));
      EXPECT_EQ(part.of, parts->size());
      again += part.text;
    }
    EXPECT_EQ(again, whole);
  }
  EXPECT_EQ(parts_of(std::string(TermsPartLimits::escaped_bytes, 'x'))->size(), 1u);
  EXPECT_EQ(parts_of(std::string(TermsPartLimits::escaped_bytes + 1, 'x'))->size(), 2u);
  EXPECT_EQ(parts_of(std::string(TermsPartLimits::text_bytes + 1, 'x')).error().code, ErrorCode::over_limit);
  EXPECT_FALSE(parts_of("\xFF"));
  EXPECT_FALSE(parts_of(""));
}

}  // namespace
}  // namespace skypact::pact
