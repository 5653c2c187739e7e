#pragma once
// LineDesk: the duty line of this node, between its people, the links, the record and the streams.
//
//     auto desk = LineDesk::start(options, record, journal, clock);
//     auto sent = desk->send(draft);                  // a request's thread; waits for no disk
//     desk->take(from, lane, note);                   // a link's thread
//     desk->look([](const line::Line& l, Time now) { … });
//
// A message goes out and is shown before it is recorded; what the record does not take is given to it again until it does. A
// thread of its own looks at the timers five times a second and reads at the start, beside everything else, what the record
// holds of the line: until then the line works and only its past is missing. Thread-safe; nothing here waits for a disk or a peer.

#include <filesystem>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "line/gazetteer.h"
#include "line/line.h"
#include "link/message.h"
#include "server/ledger_writer.h"
#include "server/node_clock.h"

namespace skypact::server {

struct LineDeskLimits {
  static constexpr Duration look_every = milliseconds(200);
  static constexpr std::size_t told_at_once = 200;        // changed messages that are told one by one; beyond, clients ask anew
  static constexpr std::size_t to_record = 100'000;       // entries that wait for a record that is not written
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
  // From a party's node; what is wrong with it is counted and logged.
  void take(const std::string& from, const link::LineNote& note);
  // Carried here by hand. The message's id.
  Result<std::string> take_file(std::string_view note);

  // Short.
  void look(const std::function<void(const line::Line& line, Time now)>& at) const;
  [[nodiscard]] std::set<std::string, std::less<>> up() const;
  // The past is known too; until then only what came since the start.
  [[nodiscard]] bool is_read() const;

 private:
  struct State;
  explicit LineDesk(std::shared_ptr<State> state);
  std::shared_ptr<State> state_;
};

}  // namespace skypact::server
