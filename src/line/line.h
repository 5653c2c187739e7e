#pragma once
// Line: what this node knows of the duty line. It makes the notes of what its own people say, takes those of other parties,
// watches whether they were received and answered, and says what is to be sent, recorded and shown.
//
//     Line line(setup, std::move(record_key));
//     for (…) past.replay(index, entry);                     // beside it another one: the line's entries of the own record
//     line.take_past(std::move(past), now);                  // and goes on behind them
//     auto sent = line.call(draft, now);                     // a person's; sent->step.sends goes out at once
//     Step step = line.take({note, "link"}, now);            // from another party, by whatever way
//     Step step = line.tick(now, links_up);                  // timers, line checks, other routes
//
// Nothing waits for a disk: a message is sent and shown, then recorded, and `MessageState::index` is empty until it is durable.
// Receipts of what is not urgent, and the second one of what is, are given only then; until a peer has given that one, its message
// is sent again, so a message is lost only with the disks of both. The same note twice counts once, whichever way it came.
// Deterministic: reads no clock, file or socket; the same calls in the same order do the same. One thread at a time.

#include <array>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "airspace/agreed.h"
#include "base/result.h"
#include "base/time.h"
#include "json/writer.h"
#include "ledger/key.h"
#include "line/calls.h"
#include "line/line_past.h"
#include "line/message.h"

namespace skypact::line {

struct NoteEntry;

struct LineLimits {
  static constexpr std::size_t messages = 10'000;      // kept whole; the oldest that nobody waits for make room, and stay in the record
  static constexpr std::size_t ids = 1'000'000;        // of messages that were seen: no note counts twice
  static constexpr std::size_t answers = 64;           // to one message
  static constexpr std::size_t events = 200;           // that its timers made, of one message
  static constexpr Duration relay_urgent_after = seconds(2);   // without a receipt: another route
  static constexpr Duration relay_after = seconds(10);
  static constexpr Duration again_first = seconds(10);          // sent again without a receipt that says recorded; then twice as late each time
  static constexpr Duration again_longest = minutes(5);
  static constexpr Duration again_for = std::chrono::hours(24 * 7);
  static constexpr Duration relay_again_every = seconds(30);
  static constexpr Duration open_for = std::chrono::hours(24);  // a message without an answer; then it is history
  static constexpr Duration presence_every = seconds(30);
  static constexpr Duration presence_holds = seconds(90);
  static constexpr Duration announced_again = std::chrono::hours(1);   // before an officer's key ends, the same one is announced anew
  static constexpr Duration clock_doubt = minutes(5);           // a message from later than that is shown with a doubt
  // Notes carried for others, of each party: a bucket that fills at this rate.
  static constexpr unsigned relayed_burst = 100;
  static constexpr unsigned relayed_per_second = 10;
};

struct LinePeer {
  std::string party;
  ledger::VerifierKey key;               // of its record
  bool may_carry = false;                // our notes for others may travel through its node
};

struct LineSetup {
  std::string party;
  std::string origin;                    // of the own record
  std::vector<LinePeer> peers;
  std::vector<Presence::Desk> desks;     // of the own party; officers are set_presence()'s
  Duration check_every{};                // between line checks with each peer; 0: none by itself
  bool carries = true;                   // others' notes for others travel through this node
  std::size_t messages = LineLimits::messages, ids = LineLimits::ids;   // fewer in tests
};

// How long is waited for each other's answers: the pact's, or these.
struct LineTimers {
  Duration received_within = seconds(30);
  Duration answered_within = seconds(60);
  Duration stop_climbs_from = seconds(15);
  std::vector<LadderStep> steps{};
  friend bool operator==(const LineTimers&, const LineTimers&) = default;
};

struct Draft {
  std::vector<std::string> to;
  MessageClass message_class = MessageClass::inform;
  bool exercise = false;
  std::string reply_to{};
  Author by{};
  MessageBody body;
  std::string sealed{};                  // beside a case: for the addressees alone; beside an offer or answer of a call: the description
};

// An answer of a person, own or another's.
struct GivenAnswer {
  std::string id;                        // of its message
  std::string party;
  Author by;
  Answer answer;
  Time at, taken_at;                     // by the giver's clock, by ours
  std::optional<bool> same_place{};      // the place that his screen shows is the one that was sent
  std::optional<std::uint64_t> index{};  // in the own record
};

// What became of a message at one addressee.
struct Addressee {
  std::string party;
  Time sent_at;
  std::optional<Time> received_at{};     // by its clock: its node has it
  std::optional<Time> receipt_at{};      // by ours
  bool recorded = false;                 // and it is durable there
  std::optional<Time> answered_at{};     // the first answer of a person, by our clock
  std::vector<std::string> carried_by{}; // other routes that were tried
  unsigned times_sent = 0;
  Time last_sent{}, last_carried{};
};

// What the timers found, each once. In the record.
struct LineEvent {
  enum class What : std::uint8_t { not_received, not_answered, escalated, check_missed, carried };
  What what = What::not_received;
  std::string party;                     // who should have; of `carried`: for whom
  std::string call{};                    // escalated: whom the ladder names
  Time at;
  friend bool operator==(const LineEvent&, const LineEvent&) = default;
};
[[nodiscard]] std::string_view to_string(LineEvent::What what);

struct MessageState {
  std::string id;
  Message message;
  std::string note;
  std::string sealed{};                  // where this node may know it
  bool own = false;
  Time taken_at;                         // by our clock: made, or arrived
  std::string via{};                     // "link", "carried:neutral", "record", "file"; empty: own
  bool clock_doubt = false;
  std::optional<std::uint64_t> index{};  // entry of the own record; empty: not yet recorded
  std::vector<Addressee> to{};           // of an own message
  std::vector<GivenAnswer> answers{};    // of everybody's persons, in the order in which they were taken
  std::vector<LineEvent> events{};
  bool asked_back = false;               // an answer asks where exactly, and nobody has said
  OfficerSign officer = OfficerSign::none;   // of a signal and of minutes: what the writer's key says
  std::optional<std::uint64_t> officer_index{};   // of the key's entry, where both were read from the own record
  std::vector<std::uint64_t> changed_by{};   // entries of the own record that it was read from besides its own, in their order
  [[nodiscard]] bool answered_by(std::string_view party) const;
};

// Of one peer.
struct PeerLine {
  std::string party;
  std::vector<Presence::Desk> desks{};
  std::optional<Time> present_at{};      // when it last said so
  std::optional<Time> checked_at{};      // the last line check that a person answered, on either side
  std::optional<Time> check_sent_at{};   // the last one that this node sent
  std::optional<Time> check_missed_at{}; // since when it is unanswered; empty: it is not
  Time next_check = Time::max();
  std::optional<std::uint64_t> checked_index{}, missed_index{};   // of the entries that say so, where they were read from the own record
};

// What is to be done, at once and in this order.
struct Step {
  struct Send {
    std::string to;                      // the party to whose node it goes
    std::string note;
    std::string sealed{};
    bool urgent = false;
    std::string key{};                   // a later one of the same key replaces it while it waits
  };
  struct Entry {
    std::string id;                      // for recorded()
    std::string text;                    // of the own record
  };
  std::vector<Send> sends{};
  std::vector<Entry> entries{};
  std::vector<std::string> sealed{};     // for the journal: {"id","sealed"} as canonical JSON
  std::vector<std::string> changed{};    // ids of messages that look different now
  std::vector<std::string> arrived{};    // of these, that are new from another party
  bool desks_changed = false;

  void add(Step&& other);
};

class Line {
 public:
  Line(LineSetup setup, ledger::SigningKey key);
  // Without a key: for the past alone, it makes no notes.
  explicit Line(LineSetup setup);

  // ---- The own record at the start, in its order. What is no entry of the line changes nothing. Of the step only `changed` is filled:
  // whoever keeps something beside the line learns the past from it.
  Step replay(std::uint64_t index, std::string_view entry);
  // Which entries make it what it is, of a line that did nothing but this.
  [[nodiscard]] LinePast past() const;
  // Of a new line: the one whose past that is. Errors: bad_input where the entries are others; it is of no use then.
  Result<void> restore(const LinePast& past, const LineEntryAt& entry_at);
  // What another line read of the record, while this one worked already: that comes first, wherever both say something. Of the step
  // `changed` is filled: what was said meanwhile of messages that were not known yet.
  Step take_past(Line&& past, Time now);
  // After it: what nobody has received yet goes out again.
  [[nodiscard]] Step resume(Time now);

  // ---- The own people. Errors: bad_input, over_limit, not_found, conflict (reply_to), refused.
  struct Sent {
    std::string id;
    Step step;
  };
  Result<Sent> send(Draft draft, Time now);
  // Of a message that is here, to its sender; or of a handover, by the officer whom it names.
  Result<Sent> answer(std::string_view id, Answer answer, Author by, Time now);

  // The key of an officer of this party, for one shift; the same one again says nothing new. Errors: as of send().
  Result<Sent> announce(Author by, const std::array<std::uint8_t, 32>& public_key, Time now);
  // He goes. Nothing where no key of his holds.
  std::optional<Sent> withdraw(std::string_view account, Time now);

  // ---- Other parties
  struct Arrived {
    std::string_view note;
    std::string_view via;                // "link", "record", "file"
    std::string_view from_party{};       // whose node brought it; empty: a file
    std::string_view sealed{};
  };
  // Error: what open_message says; a note for others that is not to be carried is refused.
  Result<Step> take(const Arrived& arrived, Time now);

  // ---- The rest of the node
  Step recorded(std::string_view entry_id, std::uint64_t index, Time now);
  // `up`: parties whose link is up.
  Step tick(Time now, const std::set<std::string, std::less<>>& up);
  void set_timers(std::string_view party, LineTimers timers);
  Step set_presence(std::vector<Presence::Desk> desks, Time now);

  // ---- To look at
  [[nodiscard]] const MessageState* find(std::string_view id) const;
  // Ids in the order in which they came, the newest last. Receipts and presence are not among them.
  [[nodiscard]] const std::deque<std::string>& order() const { return order_; }
  [[nodiscard]] const std::map<std::string, PeerLine, std::less<>>& peers() const { return peers_; }
  [[nodiscard]] const std::vector<Presence::Desk>& desks() const { return desks_; }
  [[nodiscard]] const LineSetup& setup() const { return setup_; }
  [[nodiscard]] const LineTimers& timers(std::string_view party) const;
  [[nodiscard]] const CallBook& calls() const { return calls_; }
  [[nodiscard]] CallStage stage(const CallState& call, Time now) const { return CallBook::stage(call, timers(call.party).answered_within, now); }
  // Somebody of the own party should do something about it: answer it, or know that nobody answers.
  [[nodiscard]] bool is_open(const MessageState& state, Time now) const;
  // Whom the ladder names by now for an own message; empty: nobody.
  [[nodiscard]] std::string ladder(const MessageState& state, std::string_view party, Time now) const;
  [[nodiscard]] std::uint64_t refused() const { return refused_; }
  [[nodiscard]] std::size_t not_recorded() const { return unrecorded_.size(); }

 private:
  struct Bucket {
    double tokens = LineLimits::relayed_burst;
    Time at{};
  };
  // A message whose entry is not durable yet.
  struct Unrecorded {
    std::string receipt_to;              // the party that is told when it is; empty: nobody
    MessageClass message_class = MessageClass::inform;
    bool exercise = false;
    Time taken_at;
  };
  [[nodiscard]] std::string note_of(std::string text) const;
  [[nodiscard]] std::string entry(std::string_view type, Time at, const std::function<void(json::Writer&)>& write_body) const;
  Sent put(Message message, std::string sealed, Time now);
  Step take_fresh(OpenMessage opened, const Arrived& arrived, Time now);
  Result<Step> carry(const OpenMessage& opened, const Arrived& arrived, Time now);
  bool take_presence(const OpenMessage& opened, const Arrived& arrived, Time now);
  void take_receipt(const Message& message, Time now, Step& step, std::optional<std::uint64_t> index = std::nullopt);
  // Of an officer, a signal or minutes: into the book of calls.
  void take_call(MessageState& state, Time taken_at);
  void look_at_call(MessageState& state, const Addressee& to, Time now, Step& step);
  [[nodiscard]] bool rings(const MessageState& state) const;
  void take_answer(const MessageState& answer, Step& step);
  [[nodiscard]] bool answers_for(const MessageState& asked, const Message& answer) const;
  bool add_answer(MessageState& asked, const MessageState& answer) const;
  [[nodiscard]] MessageState state_of_note(const NoteEntry& entry, Time at, std::uint64_t index) const;
  Result<void> restore_message(const LinePast::Kept& kept, const LineEntryAt& entry_at);
  Result<void> restore_change(MessageState& state, const LineEntry& entry, std::uint64_t index);
  Result<void> restore_call(const std::vector<std::uint64_t>& said_by, const LineEntryAt& entry_at);
  Result<void> restore_checks(const LinePast& past, const LineEntryAt& entry_at);
  void give_receipt(std::string_view id, const Unrecorded& of, bool recorded, Time now, Step& step);
  void send_to(MessageState& state, Addressee& to, Time now, Step& step) const;
  void add_event(MessageState& state, LineEvent event, Step& step);
  void look(MessageState& state, Addressee& to, Time now, Step& step);
  void look_at_answers(MessageState& state, const Addressee& to, Time now, Step& step);
  void carry_own(MessageState& state, Addressee& to, Time now, Step& step);
  void check_lines(Time now, Step& step);
  void tell_presence(Time now, Step& step);
  MessageState& store(MessageState state);
  void settle(const MessageState& state, Time now);
  void make_room(Time now);
  bool remember(const std::string& id);
  [[nodiscard]] MessageState* state_of(std::string_view id);
  [[nodiscard]] bool waits(const MessageState& state, Time now) const;
  [[nodiscard]] bool is_up(std::string_view party) const { return up_.find(party) != up_.end(); }

  LineSetup setup_;
  std::optional<ledger::SigningKey> key_;
  std::vector<PartyKey> keys_;
  std::map<std::string, LineTimers, std::less<>> timers_;
  std::map<std::string, PeerLine, std::less<>> peers_;
  std::vector<Presence::Desk> desks_;
  Time presence_told_ = Time::min();
  std::set<std::string, std::less<>> up_;               // parties whose link is up, as of the last tick
  std::map<std::string, MessageState, std::less<>> messages_;
  std::deque<std::string> order_;
  std::set<std::string, std::less<>> waiting_;          // ids that a timer or a person waits for, or that are not recorded
  std::unordered_set<std::string> ids_;
  std::deque<std::string> ids_in_order_;
  std::map<std::string, Unrecorded, std::less<>> unrecorded_;  // by id
  CallBook calls_;
  std::map<std::string, Bucket, std::less<>> buckets_;
  std::map<std::string, Time, std::less<>> carried_;    // notes carried for others, by addressee and id: not again before
  std::uint64_t number_ = 0;
  std::optional<std::uint64_t> number_index_;           // of its entry, where it was read from the own record
  std::uint64_t refused_ = 0;
};

}  // namespace skypact::line
