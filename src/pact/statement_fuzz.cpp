// Any bytes: what is read as a statement, or as the note of one, is written as the same bytes and keeps every bound.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "pact/record_entries.h"
#include "pact/statement.h"

using namespace skypact::pact;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (const auto statement = parse_statement(bytes)) {
    SKYPACT_CHECK(to_text(*statement) == bytes);
    SKYPACT_CHECK(bytes.size() <= StatementLimits::text_bytes && !type_of(statement->body).empty());
  }
  if (const auto note = parse_statement_note(bytes)) {
    SKYPACT_CHECK(skypact::ledger::to_text(note->note) == bytes);
    SKYPACT_CHECK(note->id == id_of(note->note.text));
    // Whatever note is taken fits into an entry.
    const std::string entry = to_entry({"n/r", "n", note->statement.at, StatementEntry{std::string(bytes)}});
    SKYPACT_CHECK(parse_record_entry(entry).has_value());
    SKYPACT_CHECK(merge_notes(note->note, note->note).has_value());
  }
  return 0;
}
