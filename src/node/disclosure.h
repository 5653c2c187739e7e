#pragma once
// Disclosure: one file that proves to anybody, offline, what a party's record committed to: an alert or a verdict.
//
//     const std::string file = to_text(Disclosure{journal_entry, proof_of_the_record_entry});
//     auto disclosed = verify(*parse_disclosure(file), policy);       // whose keys count
//     if (disclosed) show(disclosed->what, disclosed->head);
//
// It holds the entry of the journal, with its salt, and the proof that the record holds an entry that commits to it. Changed
// anywhere it proves nothing. It shows nothing else of the journal, whose own signature has no part in it. Format:
// docs/formats/ledger.md. Plain values; any thread.

#include <string>
#include <string_view>

#include "base/result.h"
#include "ledger/policy.h"
#include "ledger/proof_file.h"

namespace skypact::node {

struct Disclosure {
  static constexpr std::string_view header = "skypact/disclosure@v1";
  static constexpr std::size_t bytes = std::size_t{4} << 20;   // a file's longest
  std::string journal_entry;
  ledger::ProofFile proof;               // carries the record's entry
  friend bool operator==(const Disclosure&, const Disclosure&) = default;
};

// Errors: bad_input with the line, over_limit.
Result<Disclosure> parse_disclosure(std::string_view text);
[[nodiscard]] std::string to_text(const Disclosure& disclosure);

struct Disclosed {
  std::string type;                      // "alert", "verdict"
  std::string what;                      // canonical JSON
  std::string record_entry;
  ledger::Accepted head;
};
// Errors: refused where the record's entry commits to something else; as of ledger::verify.
Result<Disclosed> verify(const Disclosure& disclosure, const ledger::Policy& policy);

// The commitment in an entry of a record; nullopt where it makes none.
[[nodiscard]] std::optional<ledger::Hash> commitment_in(std::string_view record_entry);

}  // namespace skypact::node
