#pragma once
// Facts, what stands in the records of a pact's parties, and their evaluation.
//
//     const Evaluation now = evaluate(facts, setup, cache);
//
// Facts hold each record in its own order and nothing of how the records came here one after the other; evaluate() is a function
// of them alone. Pure but for the cache of verified signatures; one thread.

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "pact/version.h"

namespace skypact::pact {

struct PactLimits {
  static constexpr std::size_t statements = 4'096;   // of one party
  static constexpr std::size_t texts = 256;          // of terms, by one party
  // A person's statement is recorded within this time after it was written, so that one that was signed and never sent does not
  // turn up years later; and not before it was written, but for the clocks' difference.
  static constexpr Duration oldest = std::chrono::hours(24 * 30);
  static constexpr Duration ahead = minutes(5);
  // So long before a review's date, and before the end of a pact, people are reminded; what is proposed from then on is the review.
  static constexpr Duration remind_before = std::chrono::hours(24 * 14);
};

struct SignatureLine {                 // and the entry that brought it first
  ledger::NoteSignature signature;
  std::uint64_t index = 0;
  Time at;
};
struct Said {
  Statement statement;
  std::string id;
  std::string text;
  std::uint64_t index = 0;             // of the first entry that has it
  Time at;
  std::vector<SignatureLine> lines;
};
struct PartyRecord {
  std::string party;
  std::optional<std::uint64_t> last_index;
  Time last_at = Time::min();
  std::vector<Said> said;              // in order
  std::map<std::string, std::size_t, std::less<>> by_id;
  std::map<std::string, std::vector<std::string>, std::less<>> parts;  // of texts of terms not yet whole
  std::set<std::string, std::less<>> texts;   // hashes of those it has recorded, if only in part
};
struct TermsText {
  std::string text;
  std::optional<TermsFacts> facts;
  std::string problem;                 // why they cannot be read
};
struct Facts {
  std::map<std::string, PartyRecord, std::less<>> records;   // by origin
  std::map<std::string, TermsText, std::less<>> texts;       // by hash
};

// A termination that counts against the terms it names.
struct Ending {
  std::string statement, party;
  Time at, from;
  std::uint64_t index = 0;
};

struct Evaluation {
  std::vector<Version> versions;       // that were proposed, by valid.from and hash
  std::vector<Judgement> judgements;   // record by record
  std::vector<Ending> endings;
  KeyRegister keys;
};

using SignatureCache = std::map<std::string, bool, std::less<>>;
[[nodiscard]] Evaluation evaluate(const Facts& facts, const PactSetup& setup, SignatureCache& cache);

// Which versions come into force, one after the other, and how they end: sets in_force, end, ended_by, dead, agreed_at and
// signed_at. `assumed`: terms of which to assume that the signatures still missing are there.
void chain(std::vector<Version>& versions, std::span<const Ending> endings, const std::set<std::string, std::less<>>& assumed);

// Of a party's statements about these terms: whose keys and which quorum judge them.
[[nodiscard]] const PartyInTerms* anchor_of(const Facts& facts, const TermsFacts& terms, std::string_view party);

}  // namespace skypact::pact
