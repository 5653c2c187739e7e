#pragma once
// Was the line used, when, and who answered? Put together from entries of records: the own party's, and others' where they are held.
//
//     LineUse use("north", {"north", "south"}, {.span = {noon, noon + minutes(10)}});
//     for (…) if (auto wrong = use.add(0, index, entry); !wrong) return wrong.error();     // of North's record, then of South's
//     UseReport report = use.report();                                                     // every message with the entries that say it
//
// Every fact is one of the entries that it names, so it can be proven; nothing here comes from what a node merely remembers. The
// same entries in whatever order give the same report. One thread.

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "line/line_entries.h"
#include "line/message.h"

namespace skypact::line {

struct LineUseLimits {
  static constexpr std::size_t notes = 50'000;      // messages, receipts and answers that are kept while entries are read
  static constexpr std::size_t events = 50'000;
};

struct UseQuestion {
  Interval<Time> span;                             // sent in it, recorded in it, or answered in it
  std::string party{};                             // only with this one; empty: with anybody
  std::optional<MessageClass> of{};
  std::string type{};                              // "notice", "case", …; empty: what goes to others
};

// An entry that says it.
struct EntryPlace {
  std::size_t record = 0;                          // by its place among the records
  std::uint64_t index = 0;
  Time at;                                         // by the clock of the node that wrote it
  friend bool operator==(const EntryPlace&, const EntryPlace&) = default;
};

// Who spoke, as its node vouches: a person in a session, a program with the node's token, whoever sat at a node without accounts, or the node by
// itself.
enum class Speaker : std::uint8_t { person, token, open, node };
[[nodiscard]] std::string_view to_string(Speaker speaker);
[[nodiscard]] Speaker speaker_of(const Author& by);

struct UsedAnswer {
  std::string id, party;
  Author by;
  Answer answer;
  Time at;                                         // by the clock of the node that gave it
  std::optional<Time> taken_at{};                  // by that of the node that had asked
  std::vector<EntryPlace> entries{};
};

// What became of it at one addressee.
struct Delivery {
  std::string party;
  std::optional<Time> received_at{}, durable_at{}, answered_at{};   // by its clock
  std::optional<Time> receipt_at{}, answer_at{};   // by the sender's: when the receipt and the answer were there
  std::optional<Duration> receipt_after{}, answer_after{};          // since it was sent
  bool two_clocks = false;                         // one of these is a difference between two nodes' clocks
  bool not_received = false;                       // the sender's timers found so
  bool rang_out = false;                           // nobody answered in the time that was agreed
  unsigned escalated = 0;                          // steps of the ladder
  std::optional<Depth> depth{};                    // how far down it got
  bool cannot = false;                             // an answer says so, whatever another one says
  std::vector<EntryPlace> entries{};               // of its receipts
};

struct UsedEvent {
  LineEvent event;
  EntryPlace entry;
};

struct UsedMessage {
  std::string id;
  Message message;
  std::vector<EntryPlace> entries{};
  std::vector<Delivery> to{};
  std::vector<UsedAnswer> answers{};               // in the order in which they were given
  std::vector<UsedEvent> events{};
};

struct Spread {
  std::size_t count = 0, two_clocks = 0;
  Duration median{}, worst{};                      // of an even count the lesser of the two in the middle
};

struct UseSummary {
  std::size_t messages = 0;
  std::array<std::size_t, 4> of_class{};
  std::size_t deliveries = 0;                      // a message to three parties is three
  std::size_t received = 0, not_received = 0;
  std::size_t wanted = 0;                          // deliveries that want a person's answer
  std::size_t answered = 0, rang_out = 0, escalated = 0;
  Spread receipt, answer;
};

struct UseReport {
  std::vector<UsedMessage> messages;               // in the order in which they were sent
  UseSummary real, exercise;
};

class LineUse {
 public:
  // `records`: whose they are.
  LineUse(std::string party, std::vector<std::string> records, UseQuestion question) : party_(std::move(party)), records_(std::move(records)), question_(std::move(question)) {}

  // What is no entry of the line, or is between others, changes nothing. Error: over_limit.
  Result<void> add(std::size_t record, std::uint64_t index, std::string_view entry);
  [[nodiscard]] UseReport report() const;

 private:
  struct Note {
    Message message;
    std::vector<EntryPlace> entries;
  };
  using Notes = std::map<std::string, Note, std::less<>>;
  using Replies = std::map<std::string_view, std::vector<Notes::const_iterator>, std::less<>>;
  [[nodiscard]] bool is_asked_for(const UsedMessage& used) const;
  [[nodiscard]] std::optional<Time> at_record_of(std::string_view party, const std::vector<EntryPlace>& entries) const;
  void add_receipts(UsedMessage& used, const Replies& replies) const;
  void add_answers(UsedMessage& used, const Replies& replies) const;
  void add_events(UsedMessage& used) const;

  const std::string party_;
  const std::vector<std::string> records_;
  const UseQuestion question_;
  Notes notes_;                                    // by id
  std::multimap<std::string, UsedEvent, std::less<>> events_;   // by the id of the message
};

}  // namespace skypact::line
