#include "line/phrase_review.h"

#include <gtest/gtest.h>

#include "json/document.h"
#include "line/embedded.h"
#include "line/test_line.h"

namespace skypact::line {
namespace {

std::string signed_by(const std::string& text, const ledger::SigningKey& key) {
  ledger::Note note{text, {}};
  note.signatures.push_back(ledger::sign(note.text, key));
  return ledger::to_text(note);
}

TEST(PhraseReview, CountsForTheLanguageWhoseTextsAPartysRootKeySigned) {
  tests::Keys keys;
  const std::vector<PartyKey> roots{{"north", keys.of("north").verifier()}, {"south", keys.of("south").verifier()}};
  const auto review = read_review(signed_by(review_text(phrasebook(), Language::fr), keys.of("south")), phrasebook(), roots);
  ASSERT_TRUE(review) << review.error().message;
  EXPECT_EQ(*review, (PhraseReview{Language::fr, {"south"}}));
  EXPECT_EQ(read_review(signed_by(review_text(phrasebook(), Language::fr), keys.of("stranger")), phrasebook(), roots).error().code, ErrorCode::refused);
}

TEST(PhraseReview, OfOtherTextsCountsNoMore) {
  tests::Keys keys;
  const std::vector<PartyKey> roots{{"north", keys.of("north").verifier()}};
  const std::string note = signed_by(review_text(phrasebook(), Language::ru), keys.of("north"));
  EXPECT_TRUE(read_review(note, phrasebook(), roots));
  Phrasebook changed = phrasebook();
  changed.phrases.front().text[static_cast<std::size_t>(Language::ru)] += '!';
  EXPECT_NE(read_review(note, changed, roots).error().message.find("other texts"), std::string::npos);
  EXPECT_TRUE(read_review(signed_by(review_text(changed, Language::en), keys.of("north")), phrasebook(), roots)) << "another language's texts have not changed";
  std::string other = note;
  other.replace(other.find("language ru"), 11, "language ar");
  EXPECT_FALSE(read_review(other, phrasebook(), roots));
}

TEST(PhraseReview, StandsWithTheBook) {
  const std::vector<PhraseReview> reviews{{Language::fr, {"north", "south"}}};
  const auto book = json::parse(phrasebook_with_reviews(phrasebook_json(), reviews), {.bytes = PhraseLimits::bytes});
  ASSERT_TRUE(book) << book.error().message;
  EXPECT_EQ(book->root()["version"].as_integer(), 1);
  EXPECT_EQ(book->root()["reviews"].size(), 1u);
  EXPECT_TRUE(json::parse(phrasebook_with_reviews(phrasebook_json(), {}), {.bytes = PhraseLimits::bytes}));
}

}  // namespace
}  // namespace skypact::line
