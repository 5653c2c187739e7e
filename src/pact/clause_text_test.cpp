// A clause in words, and words against their clause.

#include "pact/clause_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "pact/clause_phrases.h"
#include "pact/test_terms.h"

namespace skypact::pact {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(ClauseText, OfEveryClauseInEveryLanguageSaysAllThatTheClauseSays) {
  Terms t = example_terms();
  t.texts.clear();
  for (const std::string& clause : clause_ids(t)) {
    std::set<std::string> texts;
    for (const std::string_view language : generated_languages) {
      const std::string text = clause_text(t, clause, language);
      EXPECT_FALSE(text.empty()) << clause;
      EXPECT_THAT(missing_quantities(t, clause, text), IsEmpty()) << clause << ' ' << language << ' ' << text;
      texts.insert(text);
      EXPECT_EQ(shown_text(t, clause, language).status, TextStatus::unreviewed);
    }
    EXPECT_EQ(texts.size(), generated_languages.size()) << clause << " reads the same in two languages";
  }
}

TEST(ClauseText, NamesTheQuantitiesInTheOrderOfTheClause) {
  const Terms t = example_terms();
  EXPECT_THAT(clause_quantities(t, "minima.state"), ElementsAre("10 NM", "2000 ft", "200 ft"));
  EXPECT_THAT(clause_quantities(t, "zone.hospital"), ElementsAre("1 NM", "0.5 NM", "2000 ft"));
  EXPECT_THAT(clause_quantities(t, "zone.aid-corridor"), ElementsAre("FL80", "FL120", "05:00", "16:00"));
  EXPECT_THAT(clause_quantities(t, "frequency.rescue"), ElementsAre("5680 kHz"));
  EXPECT_THAT(clause_quantities(t, "validity"), ElementsAre("2027-01-01 00:00 UTC", "2028-01-01 00:00 UTC", "2027-04-01 09:00 UTC", "2027-07-01 09:00 UTC", "336 h"));
  EXPECT_THAT(clause_quantities(t, "escalation"), ElementsAre("30 s", "60 s", "120 s", "15 s"));
}

TEST(ClauseText, IsWrittenLikeThis) {
  const Terms t = example_terms();
  EXPECT_EQ(clause_text(t, "minima.state", "en"),
            "Between aircraft of North Air Force (state) and aircraft of South Aviation Authority (state): at least 10\u00A0NM horizontally or "
            "2000\u00A0ft vertically. Tolerance of two level aircraft: 200\u00A0ft.");
  EXPECT_EQ(clause_text(t, "frequency.guard", "fr"), "Fréquence de veille 121.500\u00A0MHz, indicatif GUARD.");
  EXPECT_EQ(clause_text(t, "frequency.guard", "ru"), "Дежурная частота 121.500\u00A0MHz, позывной GUARD.");
  EXPECT_EQ(clause_text(t, "frequency.guard", "ar"), "تردد المراقبة \u2068121.500\u00A0MHz\u2069، رمز النداء \u2068GUARD\u2069.");
  EXPECT_EQ(clause_text(t, "minima.nothing", "en"), "");
  EXPECT_EQ(clause_text(t, "minima.state", "zh"), "");
}

struct Said {
  const char* text;
  std::vector<std::string> missing;
};

// Against minima.state: 10 NM, 2000 ft, 200 ft.
TEST(ClauseText, OfPeopleMustSayEveryNumberWithItsUnit) {
  const Terms t = example_terms();
  const Said all[] = {
      {"10 NM, 2000 ft, 200 ft", {}},
      {"10NM or 2000ft, 200-ft tolerance", {}},
      {"10,0 milles marins ou 2000 pieds, 200 pieds", {}},
      {"10 морских миль, 2000 футов, допуск 200 футов", {}},
      {"١٠ ميل بحري أو ٢٠٠٠ قدم، ٢٠٠ قدم", {}},
      {"\u206810\u00A0NM\u2069 \u20682000\u202Fft\u2069 \u2068200 ft\u2069", {}},
      {"9 NM, 2000 ft, 200 ft", {"10 NM"}},
      {"110 NM, 2000 ft, 200 ft", {"10 NM"}},
      {"10.5 NM, 2000 ft, 200 ft", {"10 NM"}},
      {"-10 NM, 2000 ft, 200 ft", {"10 NM"}},
      {"10 000 NM, 2000 ft, 200 ft", {"10 NM"}},
      {"10 km, 2000 ft, 200 ft", {"10 NM"}},
      {"10 Nmi, 2000 ft, 200 ft", {"10 NM"}},
      {"10 NM, 2 000 ft, 200 ft", {"2000 ft"}},
      {"10 NM, 2000 m, 200 ft", {"2000 ft"}},
      {"10 NM, 2000 ft", {"200 ft"}},
      {"NM 10 ft 2000 ft 200", {"10 NM", "200 ft"}},
      {"", {"10 NM", "2000 ft", "200 ft"}},
  };
  for (const Said& one : all) EXPECT_EQ(missing_quantities(t, "minima.state", one.text), one.missing) << one.text;
}

TEST(ClauseText, OfPeopleMaySayATimeInAnotherUnitButNotAnotherTime) {
  const Terms t = example_terms();
  EXPECT_THAT(missing_quantities(t, "notice.live-firing", "three days: 3 days"), IsEmpty());
  EXPECT_THAT(missing_quantities(t, "notice.live-firing", "4320 minutes"), IsEmpty());
  EXPECT_THAT(missing_quantities(t, "notice.live-firing", "2 days"), ElementsAre("72 h"));
  EXPECT_THAT(missing_quantities(t, "escalation", "30 s, 1 min, 2 min, 15 s"), IsEmpty());
  EXPECT_THAT(missing_quantities(t, "validity", "2027-01-01 00:00, 2028-01-01 00:00, 2027-04-01 09:00, 2027-07-01 08:00; 14 d"), IsEmpty());
  EXPECT_THAT(missing_quantities(t, "validity", "2027-01-01 00:00, 2027-04-01 09:00, 2027-07-01 09:00; 14 d"), ElementsAre("2028-01-01 00:00 UTC"));
}

TEST(ClauseText, LevelsAndChannelsAreWholeWords) {
  const Terms t = example_terms();
  EXPECT_THAT(missing_quantities(t, "zone.south-block", "FL250 to FL310"), IsEmpty());
  EXPECT_THAT(missing_quantities(t, "zone.south-block", "FL2500 to FL310"), ElementsAre("FL250"));
  EXPECT_THAT(missing_quantities(t, "frequency.north-south", "132,055 МГц"), IsEmpty());
  EXPECT_THAT(missing_quantities(t, "frequency.north-south", "132.05 MHz"), ElementsAre("132.055 MHz"));
}

TEST(ClauseText, OfThePartiesStandsBeforeTheGeneratedOne) {
  const Terms t = example_terms();
  EXPECT_EQ(shown_text(t, "minima.state", "en").status, TextStatus::signed_text);
  EXPECT_THAT(shown_text(t, "minima.state", "en").text, HasSubstr("State aircraft of North and of South"));
  EXPECT_EQ(shown_text(t, "minima.state", "ru").status, TextStatus::unreviewed);
  EXPECT_EQ(shown_text(t, "minima.state", "fr").text, clause_text(t, "minima.state", "fr"));
}

TEST(ClausePhrases, HaveTheSamePlacesInEveryLanguage) {
  for (std::size_t p = 0; p < static_cast<std::size_t>(Phrase::count_); ++p) {
    const auto places = [&](std::size_t language) {
      std::set<char> out;
      const std::string_view words = words_of(static_cast<Phrase>(p), language);
      for (std::size_t at = words.find('{'); at != std::string_view::npos; at = words.find('{', at + 1)) out.insert(words[at + 1]);
      return out;
    };
    for (std::size_t language = 1; language < generated_languages.size(); ++language) EXPECT_EQ(places(language), places(0)) << words_of(static_cast<Phrase>(p), 0);
  }
}

}  // namespace
}  // namespace skypact::pact
