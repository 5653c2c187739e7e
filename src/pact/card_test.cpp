// What two versions differ in, and the card.

#include "pact/card.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "base/text.h"
#include "base/utf8.h"
#include "pact/terms_diff.h"
#include "pact/test_terms.h"

namespace skypact::pact {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(TermsDiff, NamesWhatWasAddedRemovedAndChangedAndNothingElse) {
  const Terms before = example_terms();
  EXPECT_TRUE(diff(before, before).empty());
  Terms after = before;
  after.default_minima.horizontal = nautical_miles(3);
  after.zones.erase(after.zones.begin());
  after.notices.push_back({"parachuting", std::chrono::hours(24), ""});
  const auto changes = diff(before, after);
  ASSERT_EQ(changes.size(), 3U);
  EXPECT_EQ(changes[0].clause, "minima.default");
  EXPECT_THAT(*changes[0].before, HasSubstr("\"horizontal\":\"5nm\""));
  EXPECT_THAT(*changes[0].after, HasSubstr("\"horizontal\":\"3nm\""));
  EXPECT_EQ(changes[1].clause, "zone.hospital");
  EXPECT_EQ(changes[1].after, std::nullopt);
  EXPECT_EQ(changes[2].clause, "notice.parachuting");
  EXPECT_EQ(changes[2].before, std::nullopt);
}

TEST(TermsDiff, SeesAnotherOrderOfMinimaBecauseTheFirstThatMatchesApplies) {
  const Terms before = example_terms();
  Terms after = before;
  std::swap(after.minima[0], after.minima[1]);
  const auto changes = diff(before, after);
  ASSERT_EQ(changes.size(), 1U);
  EXPECT_EQ(changes[0].clause, "minima");
  EXPECT_THAT(*changes[0].after, HasSubstr("[\"minima.harbour-drones\",\"minima.state\""));
}

TEST(TermsDiff, SeesWordsThatChangedAndWordsThatWereReviewed) {
  const Terms before = example_terms();
  Terms after = before;
  after.texts[1].status = TextStatus::signed_text;
  ASSERT_EQ(diff(before, after).size(), 1U);
  EXPECT_EQ(diff(before, after)[0].clause, "minima.state");
}

std::size_t columns(std::string_view line) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < line.size();) {
    const std::size_t length = utf8_length(line.substr(i));
    const std::string_view c = line.substr(i, length);
    count += c >= "\u2066" && c <= "\u2069" ? 0 : c >= "\u064B" && c <= "\u065F" ? 0 : 1;
    i += length;
  }
  return count;
}

TEST(Card, SaysMinimaZonesFrequenciesAndDesksInLinesOfSeventyTwoColumns) {
  for (const std::vector<std::string>& languages : {std::vector<std::string>{"en", "ru"}, {"fr", "ar"}, {"en"}}) {
    const auto card = card_text(example_terms(), languages);
    ASSERT_TRUE(card.has_value());
    for (const char* word : {"MINIMA", "ZONES", "FREQUENCIES", "DESKS", "121.500\u00A0MHz", "10", "+00 555 0101", "zone.hospital"}) EXPECT_THAT(*card, HasSubstr(word));
    for (std::string_view rest = *card; const auto line = next_field(rest, '\n');) EXPECT_LE(columns(*line), card_columns) << *line;
  }
}

TEST(Card, BreaksWordsThatAreLongerThanALine) {
  Terms t = example_terms();
  t.zones[0].name = std::string(100, 'x');
  const auto card = card_text(t, std::vector<std::string>{"en"});
  for (std::string_view rest = *card; const auto line = next_field(rest, '\n');) EXPECT_LE(columns(*line), card_columns) << *line;
}

TEST(Card, MarksWhatNobodyHasReviewed) {
  std::string card = *card_text(example_terms(), std::vector<std::string>{"en", "ru"});
  for (std::size_t at = card.find("\n  "); at != std::string::npos; at = card.find("\n  ", at)) card.replace(at, 3, " ");
  EXPECT_THAT(card, HasSubstr("anybody is called. Государственные"));   // signed: no mark
  EXPECT_THAT(card, HasSubstr("200 футов. *"));
  EXPECT_THAT(card, HasSubstr("* machine-made text, unreviewed"));
}

TEST(Card, OfHtmlEscapesWhatPeopleWrote) {
  Terms t = example_terms();
  t.title = "<script>alert(\"x\")</script> & more";
  const auto card = card_html(t, std::vector<std::string>{"en", "ar"});
  ASSERT_TRUE(card.has_value());
  EXPECT_THAT(*card, testing::Not(HasSubstr("<script>")));
  EXPECT_THAT(*card, HasSubstr("&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt; &amp; more"));
  EXPECT_THAT(*card, HasSubstr("<td lang=\"ar\" dir=\"rtl\">"));
}

TEST(Card, RefusesLanguagesThatItCannotSay) {
  const Terms t = example_terms();
  for (const std::vector<std::string>& languages : {std::vector<std::string>{}, {"zh"}, {"en", "fr", "ru"}, {"<b>"}}) {
    EXPECT_FALSE(card_text(t, languages).has_value());
    EXPECT_FALSE(card_html(t, languages).has_value());
  }
}

}  // namespace
}  // namespace skypact::pact
