#include "node/disclosure.h"

#include <fmt/format.h>

#include "base/base64.h"
#include "json/document.h"
#include "ledger/line_reader.h"
#include "ledger/tile.h"
#include "node/record.h"

namespace skypact::node {

Result<Disclosure> parse_disclosure(std::string_view text) {
  if (text.size() > Disclosure::bytes) return Error{ErrorCode::over_limit, fmt::format("a disclosure is at most {} bytes long", Disclosure::bytes)};
  ledger::LineReader lines(text);
  if (lines.next() != Disclosure::header) return bad_input(fmt::format("line 1: this is no disclosure; it begins with {}", Disclosure::header));
  constexpr std::string_view word = "journal ";
  const auto line = lines.next();
  if (!line || !line->starts_with(word)) return bad_input("line 2: the entry of the journal is expected: journal, and base 64");
  auto entry = from_base64(line->substr(word.size()));
  if (!entry) return lines.wrong("the entry of the journal is not base 64");
  if (entry->size() > ledger::longest_entry) return Error{ErrorCode::over_limit, fmt::format("line 2: an entry has at most {} bytes", ledger::longest_entry)};
  auto proof = ledger::parse_proof(lines.rest());
  if (!proof) return std::move(proof).error().within("the proof behind line 2");
  if (!proof->extra) return bad_input("the proof behind line 2 does not carry the record's entry");
  return Disclosure{std::move(*entry), std::move(*proof)};
}

std::string to_text(const Disclosure& disclosure) {
  return fmt::format("{}\njournal {}\n{}", Disclosure::header, to_base64(ledger::as_bytes(disclosure.journal_entry)), ledger::to_text(disclosure.proof));
}

std::optional<ledger::Hash> commitment_in(std::string_view record_entry) {
  const auto document = json::parse(record_entry);
  if (!document) return std::nullopt;
  return ledger::hash_from_base64(document->root()["body"]["commitment"].as_string().value_or(""));
}

Result<Disclosed> verify(const Disclosure& disclosure, const ledger::Policy& policy) {
  auto opened = open_entry(disclosure.journal_entry);
  if (!opened) return std::move(opened).error().within("the entry of the journal");
  const std::string& entry = disclosure.proof.extra.value();
  auto head = ledger::verify(disclosure.proof, ledger::leaf_hash(ledger::as_bytes(entry)), policy);
  if (!head) return std::move(head).error();
  const auto document = json::parse(entry);
  if (!document || document->root()["type"].as_string() != opened->type || commitment_in(entry) != opened->commitment) {
    return Error{ErrorCode::refused, "the record's entry commits to something else than this entry of the journal"};
  }
  return Disclosed{std::move(opened->type), std::move(opened->what), entry, std::move(*head)};
}

}  // namespace skypact::node
