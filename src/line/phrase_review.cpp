#include "line/phrase_review.h"

#include <fmt/format.h>

#include <algorithm>

#include "json/writer.h"
#include "ledger/note.h"

namespace skypact::line {
namespace {

constexpr std::string_view header = "skypact/phrases-reviewed@v1\n";

}  // namespace

std::string review_text(const Phrasebook& book, Language language) {
  return fmt::format("{}language {}\nsha256 {}\n", header, language_words[static_cast<std::size_t>(language)],
                     ledger::to_base64(phrase_set_hash(book, language)));
}

Result<PhraseReview> read_review(std::string_view text, const Phrasebook& book, std::span<const PartyKey> roots) {
  const auto note = ledger::parse_note(text);
  if (!note) return note.error();
  if (!note->text.starts_with(header)) return bad_input("this is no review of phrases; skypact line review writes one");
  PhraseReview review;
  const auto language = std::find_if(languages.begin(), languages.end(), [&](Language l) {
    return note->text.starts_with(fmt::format("{}language {}\n", header, language_words[static_cast<std::size_t>(l)]));
  });
  if (language == languages.end()) return bad_input("the review is of a language that this node does not have");
  review.language = *language;
  if (note->text != review_text(book, *language)) {
    return bad_input(fmt::format("the review is of other texts than those of version {} of this node's phrasebook; they are to be read and signed anew", book.version));
  }
  for (const PartyKey& root : roots) {
    const ledger::VerifierKey one[] = {root.key};
    const auto signers = ledger::verify(*note, one);
    if (signers) review.parties.push_back(root.party);
    if (!signers && signers.error().code == ErrorCode::bad_input) return signers.error();   // a known key's signature that is wrong
  }
  if (review.parties.empty()) return Error{ErrorCode::refused, "no party whose root key this node knows has signed the review"};
  return review;
}

std::string phrasebook_with_reviews(std::string_view book_json, std::span<const PhraseReview> reviews) {
  std::string text = "{\"reviews\":";
  json::Writer out(text);
  out.begin_array();
  for (const PhraseReview& review : reviews) {
    out.begin_object();
    out.field("language", language_words[static_cast<std::size_t>(review.language)]);
    out.key("by");
    out.begin_array();
    for (const std::string& party : review.parties) out.value(party);
    out.end_array();
    out.end_object();
  }
  out.end_array();
  text += ',';
  text += book_json.substr(book_json.find('{') + 1);
  return text;
}

}  // namespace skypact::line
