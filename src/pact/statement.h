#pragma once
// Statements: what a party says about a pact, as the text of a signed note (docs/formats/pact-statements.md).
//
//     const std::string text = to_text(Statement{.at = now, .pact = "corridor", .party = "north", .body = Signing{terms}});
//     ledger::Note note{text, {ledger::sign(text, ada), ledger::sign(text, ben)}};     // two persons, the same text
//     auto read = parse_statement_note(ledger::to_text(note));                         // Statement, its id, who claims to have signed
//     auto signers = signers_of(read->note, keys);                                     // nothing counts before this
//
// One statement has one text: only the canonical form is read, and what is not known is refused. Pure; any thread.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "ledger/hash.h"
#include "ledger/note.h"

namespace skypact::pact {

struct StatementLimits {
  static constexpr std::size_t text_bytes = 16'384;
  // A note inside an entry is a JSON string, in which each byte takes two at most; an entry has 65,535.
  static constexpr std::size_t note_bytes = 31'000;
  static constexpr std::size_t words = 32;            // bytes of a pact's or party's id
  static constexpr std::size_t clause_bytes = 64;     // of a clause's id
  static constexpr std::size_t clauses = 256;         // named in one statement
  static constexpr std::size_t reason_bytes = 1'000;
  static constexpr std::size_t key_bytes = 300;       // of a key's text
  static constexpr std::size_t seen = 32;             // other records
};

enum class Answer : std::uint8_t { accept, counter, reject };
[[nodiscard]] std::string_view to_string(Answer answer);

// What a key is for. A root key changes with new terms and new pins only, so no statement names it.
enum class KeyRole : std::uint8_t { root, record, cosigner, signatory, tls };
[[nodiscard]] std::string_view to_string(KeyRole role);

// Terms and statements are named by the SHA-256 of their text, 64 hexadecimal digits.
struct Proposal {
  std::string terms;
  Time respond_by;      // from then on silence is "lapsed"
  std::string remark;
  friend bool operator==(const Proposal&, const Proposal&) = default;
};
struct ClauseAnswer {
  Answer answer = Answer::accept;
  std::string reason;   // of counter and reject, never empty: what would be accepted, or why not
  friend bool operator==(const ClauseAnswer&, const ClauseAnswer&) = default;
};
struct NamedAnswer {
  std::string clause;
  ClauseAnswer answer;
  friend bool operator==(const NamedAnswer&, const NamedAnswer&) = default;
};
struct Response {
  std::string terms;
  std::vector<NamedAnswer> clauses;        // by clause, each once
  std::optional<ClauseAnswer> rest{};      // of every clause not named; absent where all are
  friend bool operator==(const Response&, const Response&) = default;
};
struct Withdrawal {
  std::string terms;
  std::string reason;
  friend bool operator==(const Withdrawal&, const Withdrawal&) = default;
};
struct Signing {
  std::string terms;
  friend bool operator==(const Signing&, const Signing&) = default;
};
struct Suspension {
  std::string terms;
  std::optional<std::vector<std::string>> clauses{};  // by id, each once; absent: all but the safety floor
  std::string reason;
  std::optional<Time> from{};                         // absent: when it is recorded
  friend bool operator==(const Suspension&, const Suspension&) = default;
};
struct Resumption {
  std::string suspension;                             // id of the statement
  std::optional<Time> from{};
  friend bool operator==(const Resumption&, const Resumption&) = default;
};
struct Termination {
  std::string terms;
  std::string reason;
  Time from;
  friend bool operator==(const Termination&, const Termination&) = default;
};
// A key's text is that of ledger::to_string(VerifierKey), or the base 64 of SHA-256 of a public key (SPKI) for TLS.
struct KeyRotation {
  KeyRole role = KeyRole::signatory;
  std::optional<std::string> old_key{};               // absent: one more key
  std::string new_key;
  std::optional<Time> from{};
  friend bool operator==(const KeyRotation&, const KeyRotation&) = default;
};
struct KeyRevocation {
  KeyRole role = KeyRole::signatory;
  std::string key;
  std::string reason;
  std::optional<Time> not_after{};                    // what the key signs after it does not count
  friend bool operator==(const KeyRevocation&, const KeyRevocation&) = default;
};
using StatementBody = std::variant<Proposal, Response, Withdrawal, Signing, Suspension, Resumption, Termination, KeyRotation, KeyRevocation>;

// The newest head of another's record that the signer's node had seen.
struct SeenHead {
  std::string origin;
  std::uint64_t size = 0;
  ledger::Hash root;
  friend bool operator==(const SeenHead&, const SeenHead&) = default;
};

struct Statement {
  static constexpr int version = 1;
  Time at;                            // whole milliseconds; when it was written, not when it counts
  std::string pact, party;
  std::vector<SeenHead> seen{};       // by origin, each once
  StatementBody body;
  friend bool operator==(const Statement&, const Statement&) = default;
};

[[nodiscard]] std::string_view type_of(const StatementBody& body);  // "pact.proposal"
// Hash of the terms the statement speaks of; empty for resumptions and keys.
[[nodiscard]] std::string_view terms_of(const StatementBody& body);

// One line of canonical JSON with its newline: what is signed. The statement keeps the bounds above.
[[nodiscard]] std::string to_text(const Statement& statement);
// Errors: bad_input with the field, over_limit.
Result<Statement> parse_statement(std::string_view text);

// SHA-256 of a text, 64 hexadecimal digits in lower case: names statements and terms.
[[nodiscard]] std::string id_of(std::string_view text);
[[nodiscard]] bool is_id(std::string_view text);
// Lower-case letters, digits, "-" and "_", at most StatementLimits::words bytes.
[[nodiscard]] bool is_word_id(std::string_view text);
[[nodiscard]] bool is_clause_id(std::string_view text);
// Is the text a key for that role? Errors: bad_input, with what is wrong.
Result<void> check_key_text(KeyRole role, std::string_view text);

struct StatementNote {
  Statement statement;
  std::string id;
  ledger::Note note;
};
Result<StatementNote> parse_statement_note(std::string_view text);

// The signature lines of both, each once, those of `one` first. Errors: conflict where the texts differ, over_limit.
Result<ledger::Note> merge_notes(const ledger::Note& one, const ledger::Note& other);

// Positions among the keys, each once, of those whose signature is right; wrong ones and strangers' are passed over here,
// because anybody can add a line to a note and must not be able to spoil it by that.
[[nodiscard]] std::vector<std::size_t> signers_of(const ledger::Note& note, std::span<const ledger::VerifierKey> keys);

}  // namespace skypact::pact
