#pragma once
// That a party's people have read the phrases of one language and stand by them: a signed note of their party's root key over the
// hash of these texts (docs/formats/phrasebook.md). Any change of a text makes it count no more.
//
//     ledger::Note note{review_text(phrasebook(), Language::fr), {}};
//     note.signatures.push_back(ledger::sign(note.text, root_key));
//     auto review = read_review(ledger::to_text(note), phrasebook(), roots);     // which language, and whose
//
// Pure; any thread.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "line/message.h"
#include "line/phrasebook.h"

namespace skypact::line {

struct PhraseReview {
  Language language = Language::en;
  std::vector<std::string> parties;      // that signed it; at least one
  friend bool operator==(const PhraseReview&, const PhraseReview&) = default;
};

// Three lines: what it is, the language, the hash in base 64. Not the book's version: texts that stay as they are stay reviewed.
[[nodiscard]] std::string review_text(const Phrasebook& book, Language language);
// `roots`: of parties. Errors: bad_input where it is no review, or one of other texts than this book's; refused where no party
// that is known signed it.
Result<PhraseReview> read_review(std::string_view note, const Phrasebook& book, std::span<const PartyKey> roots);

// The book as the API gives it: the file, and who has reviewed which language.
[[nodiscard]] std::string phrasebook_with_reviews(std::string_view book_json, std::span<const PhraseReview> reviews);

}  // namespace skypact::line
