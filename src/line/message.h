#pragma once
// Messages of the duty line: what one party's desk, or its node, says to others', as the text of a signed note
// (docs/formats/line.md).
//
//     const std::string text = to_text(message);                          // canonical: one message has one text
//     ledger::Note note{text, {ledger::sign(text, record_key)}};          // the node vouches for who wrote it
//     auto said = open_message(ledger::to_text(note), keys);              // nothing counts before this succeeds
//     said->id;                                                           // SHA-256 of the text: its name everywhere
//
// A note is signed by the key of the party's record, so it can be carried by anybody: a link, a third party's node, a file.
// Phrases are numbers with the values of their slots; what they say is the phrasebook's. Pure; any thread.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "geo/position.h"
#include "ledger/hash.h"
#include "ledger/key.h"
#include "ledger/note.h"
#include "line/message_class.h"

namespace skypact::line {

// Twelve hours and the half hour in which one shift hands over to the next.
inline constexpr Duration longest_shift = minutes(750);   // an officer's key holds no longer

struct MessageLimits {
  static constexpr std::size_t text_bytes = 16'384;     // of the canonical text
  static constexpr std::size_t note_bytes = 24'000;     // in an entry a byte takes two at most
  static constexpr std::size_t sealed_bytes = 16'384;
  static constexpr std::size_t word = 64;               // a party, a desk, an account, an activity
  static constexpr std::size_t parties = 32;            // that one message is to
  static constexpr std::size_t phrases = 8;
  static constexpr std::size_t slots_bytes = 2'000;     // of one phrase
  static constexpr std::size_t free_text = 1'000;       // bytes
  static constexpr std::size_t remark = 400;
  static constexpr std::size_t open = 200;              // messages and cases named in a handover
  static constexpr std::size_t desks = 16;
  static constexpr std::size_t languages = 8;
  static constexpr std::size_t body_bytes = 12'000;     // of a notice, of a case
  static constexpr std::size_t key = 400;               // of an officer's verifier key, of a signature line
  static constexpr std::size_t minutes_text = 8'000;    // bytes
};

struct SaidPhrase {
  std::uint32_t number = 0;
  std::string slots = "{}";              // canonical JSON: an object, name to value
  friend bool operator==(const SaidPhrase&, const SaidPhrase&) = default;
};

// Beside the phrases, never in their place.
struct FreeText {
  std::string language;                  // "en"; as the writer says
  std::string text;
  friend bool operator==(const FreeText&, const FreeText&) = default;
};

// One desk to another: at least one phrase.
struct Call {
  std::vector<SaidPhrase> phrases;
  std::optional<FreeText> text{};
  friend bool operator==(const Call&, const Call&) = default;
};

// A node's: it has the message.
struct Receipt {
  Time received_at;
  bool recorded = false;                 // it is durable in its record; of an urgent one it may not be yet
  friend bool operator==(const Receipt&, const Receipt&) = default;
};

// How far down it got.
enum class Depth : std::uint8_t { desk, unit, crew };
inline constexpr std::size_t depth_count = 3;
[[nodiscard]] std::string_view to_string(Depth depth);
[[nodiscard]] std::optional<Depth> depth_of(std::string_view word);

// A person's.
struct Answer {
  AnswerWord word = AnswerWord::seen;
  std::optional<Depth> depth{};
  std::optional<geo::Position> shown{};  // the place that his screen shows, which the sender's node compares with what it sent
  std::vector<SaidPhrase> phrases{};
  std::optional<FreeText> text{};
  friend bool operator==(const Answer&, const Answer&) = default;
};

// Is somebody there? A person answers.
struct LineCheck {
  friend bool operator==(const LineCheck&, const LineCheck&) = default;
};

// An activity notice (line/notice.h), new, changed or cancelled: its canonical JSON.
struct NoticeMessage {
  std::string notice;
  friend bool operator==(const NoticeMessage&, const NoticeMessage&) = default;
};

// A distress case as the addressees may know it (distress/telling.h): canonical JSON. What only they may know, and not who
// reads the record, travels beside the note; its hash stands here.
struct CaseMessage {
  std::string summary;
  std::optional<ledger::Hash> sealed{};
  friend bool operator==(const CaseMessage&, const CaseMessage&) = default;
};

// One officer hands his desk to another of his party, who accepts by an answer. It goes to nobody; the record holds it.
struct Handover {
  std::string desk;
  std::string to;                        // the account
  std::vector<std::string> open;         // ids of messages, "case:…", "notice:…"
  std::string remark{};
  friend bool operator==(const Handover&, const Handover&) = default;
};

// Which desks are staffed now. Not recorded; the latest counts.
struct Presence {
  struct Desk {
    std::string id, name;
    std::vector<std::string> languages;
    unsigned officers = 0;               // logged in to the watch
    friend bool operator==(const Desk&, const Desk&) = default;
  };
  std::vector<Desk> desks;
  friend bool operator==(const Presence&, const Presence&) = default;
};

// Whose key it is that signs for an officer in calls, for one shift: his browser made it and keeps the private half. The latest
// of an account counts; one that holds until it was written takes the key back.
struct Officer {
  std::string key;                       // a verifier key of type ed25519 called …/officer/ACCOUNT
  Time until;
  friend bool operator==(const Officer&, const Officer&) = default;
};

enum class SignalKind : std::uint8_t { offer, answer, checked, decline, end };
[[nodiscard]] std::string_view to_string(SignalKind kind);

// A step of a call by voice and video, of one officer to another. The description of his end of the connection (SDP) travels beside
// the note and is not kept; what proves who is at the other end of it stands here.
struct Signal {
  std::string call;                      // 16 hexadecimal digits, chosen by the caller at random
  SignalKind kind = SignalKind::offer;
  std::string desk{};                    // of an offer: which desk is called
  std::string account{};                 // the other officer; of an offer nobody: who answers is whom it reaches
  std::string fingerprint{};             // SHA-256 of a certificate, 64 hexadecimal digits: of offer and answer the own one, of
                                         // checked the one that the connection has at the other end, as far as there is one
  std::optional<ledger::Hash> sdp{};     // of offer and answer: SHA-256 of what travels beside
  std::string outcome{};                 // of checked, decline and end
  std::string remark{};                  // of checked: what did not hold
  std::string signature{};               // a signature line of the officer's key, without its newline, over officer_statement()
  friend bool operator==(const Signal&, const Signal&) = default;
};

// What was said in a call. The other officer signs the same text as minutes in reply to these.
struct Minutes {
  std::string call;
  std::string text;
  std::string signature{};               // as a signal's
  friend bool operator==(const Minutes&, const Minutes&) = default;
};

using MessageBody = std::variant<Call, Receipt, Answer, LineCheck, NoticeMessage, CaseMessage, Handover, Presence, Officer, Signal, Minutes>;
// "line.call", "line.receipt", …
[[nodiscard]] std::string_view type_of(const MessageBody& body);
// All that this release knows.
[[nodiscard]] std::span<const std::string_view> message_types();

// Who wrote it; both empty: the node by itself.
struct Author {
  std::string account, desk;
  friend bool operator==(const Author&, const Author&) = default;
};

struct Message {
  static constexpr int version = 1;
  std::string from;                      // party id
  std::vector<std::string> to;           // party ids, in order, each once; of a handover none
  std::uint64_t number = 0;              // counts the sender's messages; 0 of a node's receipts and presence
  Time at;                               // whole milliseconds, by the sender's clock
  MessageClass message_class = MessageClass::inform;
  bool exercise = false;
  std::string reply_to{};                // the id of a message; of receipts and answers never empty
  Author by{};
  MessageBody body;
  friend bool operator==(const Message&, const Message&) = default;
};

// A person of the other party must answer, and the timers of the pact run.
[[nodiscard]] bool wants_answer(const Message& message);

// One line of canonical JSON with its newline: what is signed. The message keeps the bounds.
[[nodiscard]] std::string to_text(const Message& message);
// The same for a message that a person made: errors: bad_input with the member, over_limit.
Result<void> check(const Message& message);
// Only the canonical text is read. Errors: bad_input with the member, over_limit.
Result<Message> parse_message(std::string_view text);

// What an officer's key signs of a signal or of minutes: the members that he makes, without those that his node adds. Canonical.
[[nodiscard]] std::string officer_statement(const Message& message);
// "north.example/officer/duty-1" of "north.example/record".
[[nodiscard]] std::string officer_key_name(std::string_view origin, std::string_view account);
// Whether that key signed the message's statement.
[[nodiscard]] bool is_signed_by_officer(const Message& message, const ledger::VerifierKey& key);

struct OpenMessage {
  Message message;
  std::string id;                        // SHA-256 of the text, 64 hexadecimal digits in lower case
};
// Whose record key is whose.
struct PartyKey {
  std::string party;
  ledger::VerifierKey key;
};
// Believed only where the key of the party that it is from signed it. Errors: bad_input, over_limit, refused.
Result<OpenMessage> open_message(std::string_view note, std::span<const PartyKey> keys);
// Of a note that this node's own record holds: it was believed, and was canonical, when it was written.
Result<OpenMessage> open_recorded(std::string_view note);

}  // namespace skypact::line
