#pragma once
// LineDesk: the duty line of this node, between its people, the links, the record and the streams.
//
//     auto desk = LineDesk::start(options, record, journal, clock);
//     auto sent = desk->send(draft);                  // a request's thread; waits for no disk
//     desk->take(from, lane, note);                   // a link's thread
//     desk->look([](const line::Line& l, Time now) { … });
//
// A message goes out and is shown before it is recorded; what the record does not take is given to it again until it does. A
// thread of its own looks at the timers five times a second; another one reads at the start what the record holds of the line
// (server/line_index_thread.h): until then the line works and only its past is missing. Thread-safe; nothing here waits for a disk or a peer.
//
// With the line it keeps the activity notices that its messages carry (line/notice_desk.h), tells who follows the streams of those that
// change, and gives the watch their zones.

#include <array>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "line/gazetteer.h"
#include "line/line.h"
#include "line/notice_desk.h"
#include "link/message.h"
#include "server/ledger_writer.h"
#include "server/line_index_thread.h"
#include "server/node_clock.h"

namespace skypact::server {

struct LineDeskLimits {
  static constexpr Duration look_every = milliseconds(200);
  static constexpr std::size_t told_at_once = 200;        // changed messages that are told one by one; beyond, clients ask anew
  static constexpr Duration zones_again = seconds(10);    // zones of notices that the watch did not take
  static constexpr std::size_t to_record = 100'000;       // entries that wait for a record that is not written
};

// A notice as it was at one moment, with what else stood then.
struct NoticeSeen {
  line::NoticeRecord record;
  std::shared_ptr<const std::vector<line::PartyNotice>> standing;
  bool zone = false;                                      // the watch was given its zone
  Time now;
};

struct LineDeskOptions {
  line::LineSetup setup;
  std::filesystem::path key_file;                         // of the record
  const line::Gazetteer* gazetteer = nullptr;             // outlives the desk
  // To a party's node. False: there is no link with it, or its queue is full.
  std::function<bool(const std::string& party, link::LineNote note, link::Lane lane, std::string key)> send;
  std::function<std::set<std::string, std::less<>>()> up; // parties whose link is up
  std::function<void(std::string text)> tell;             // an event, to whoever follows the streams
  std::function<line::LineTimers(const std::string& party)> timers;   // as agreed now
  std::function<std::vector<line::Presence::Desk>()> presence;        // of the own desks now
  std::function<void(const std::string& type, const std::string& body)> journal;
  line::NoticeZones zones_before;                         // that the watch carried out when the node began
  // To the watch, in the place of those before. False: it was not taken, and is given again. Waits for the engine.
  std::function<bool(const line::NoticeZones& zones)> zones;
  // What the API says of a notice; without the desk's lock.
  std::function<std::string(const NoticeSeen& seen)> notice;
  std::function<void(const line::MessageState& state)> changed{};     // a message that is new or looks different now; does not wait
};

class LineDesk {
 public:
  // Error: the record's key cannot be read, or is not the record's.
  static Result<std::unique_ptr<LineDesk>> start(LineDeskOptions options, std::shared_ptr<LedgerWriter> record, std::shared_ptr<NodeClock> clock);
  ~LineDesk();
  LineDesk(const LineDesk&) = delete;
  LineDesk& operator=(const LineDesk&) = delete;

  // The message's id. Errors: those of line::Line.
  Result<std::string> send(line::Draft draft);
  Result<std::string> answer(std::string_view id, line::Answer answer, line::Author by);
  // The key of an own officer, for one shift, and that he goes.
  Result<std::string> announce(line::Author by, const std::array<std::uint8_t, 32>& public_key);
  void withdraw(std::string_view account);
  // From a party's node; what is wrong with it is counted and logged.
  void take(const std::string& from, const link::LineNote& note);
  // Carried here by hand. The message's id.
  Result<std::string> take_file(std::string_view note);

  // ---- Activity notices. Errors: those of line::NoticeDesk and line::Line.
  Result<line::NoticeNumber> give_notice(line::Notice notice, std::vector<std::string> to, line::Author by);
  Result<void> change_notice(line::NoticeNumber number, line::Notice notice, const std::vector<std::string>& to, line::Author by);
  Result<void> cancel_notice(line::NoticeNumber number, std::string reason, line::Author by);
  Result<void> acknowledge_notice(std::string_view party, line::NoticeNumber number, line::Answer answer, line::Author by);
  // Nullopt: there is none.
  [[nodiscard]] std::optional<NoticeSeen> notice(std::string_view party, line::NoticeNumber number) const;
  // In the order of parties and numbers. `all`: also those that are over.
  [[nodiscard]] std::vector<NoticeSeen> notices(bool all) const;
  // For one that is not sent: the number that it would have, and the notices that stand.
  struct NoticePlace {
    line::NoticeNumber number;
    std::string party;
    std::vector<line::PartyNotice> standing;
    Time now;
  };
  [[nodiscard]] NoticePlace notice_place() const;

  // Short.
  void look(const std::function<void(const line::Line& line, Time now)>& at) const;
  [[nodiscard]] std::set<std::string, std::less<>> up() const;
  [[nodiscard]] const std::string& party() const;         // the own one
  // The past is known too; until then only what came since the start.
  [[nodiscard]] bool is_read() const;

 private:
  struct State;
  explicit LineDesk(std::shared_ptr<State> state);
  std::shared_ptr<State> state_;
  std::unique_ptr<LineIndexThread> past_;
};

}  // namespace skypact::server
