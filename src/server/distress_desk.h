#pragma once
// DistressDesk: the distress cases of this node, between the watch, the feeds, the line, the journal, the record and the people.
//
//     auto desk = DistressDesk::start(options, clock);
//     desk->hear(events, picture);                    // the engine's thread: what the guard found
//     desk->hear_line(state);                         // the line's: a case arrived, a receipt, an answer
//     auto taken = desk->take(triggers);              // a request's thread: beacons, reports
//     auto done = desk->act(id, body, officer);
//
// Everything is shown and told at once and recorded after. A thread of its own takes what the others brought, looks at the time
// each second, tells other parties, and keeps the keep-clear zones of the watch.
//
// What it knows survives a restart by the journal, which holds every trigger that changed something and every act
// (docs/formats/distress.md); of a source that repeats itself one each ten seconds. The journal is pruned, so what is of a case that is
// still here is written there again when half of the journal's time is over. Until the past is read, or the journal's disk has been
// waited for long enough, triggers are taken and shown, acts are refused with a sentence, and nobody is told.
//
// Told by the node itself: a case with evidence of this node's own, or with an act of its officers that others should know, that
// may be relayed (telling.h) and whose phase, declared or proposed, is at least ALERFA; again when what the addressee may know changed
// in substance, no more often than DistressDeskLimits says. Thread-safe; nothing here waits for a disk or a peer.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "distress/case_book.h"
#include "distress/search_regions.h"
#include "line/gazetteer.h"
#include "line/line.h"
#include "line/notice_check.h"
#include "node/arrangements.h"
#include "node/engine.h"
#include "server/ledger_writer.h"
#include "server/node_clock.h"

namespace skypact::server {

struct DistressDeskLimits {
  static constexpr Duration look_every = seconds(1);
  static constexpr std::size_t inbox = 20'000;              // what waits for the thread
  static constexpr Duration past_within = seconds(15);      // so long a journal that is not written yet is waited for
  static constexpr Duration again_after = seconds(30);      // between two tellings of a case by the node itself
  static constexpr Duration try_again_after = seconds(5);   // when the line refused it
  static constexpr unsigned often = 20;                     // so many of them, and then each `again_later`
  static constexpr Duration again_later = minutes(10);
  static constexpr std::size_t messages = 200;              // of one case, that are remembered
  static constexpr Duration written_each = seconds(10);     // triggers of one case, kind and source that say nothing new
  static constexpr std::size_t heard_messages = 20'000;     // of other parties, so that each counts once
  static constexpr std::size_t kept_of_source = 16;         // of them, that are written again
  static constexpr Duration same_alert_each = seconds(10);  // an alert that goes on is evidence again
};

// What the record says of a case, beside a commitment to what is known of it.
struct CaseFact {
  std::string number, what;                                 // "opened", "declare_phase"
  distress::Phase proposed = distress::Phase::none;
  std::optional<distress::Phase> declared;
  bool exercise = false, open = true;
  std::string whole;                                        // canonical JSON, for the journal
};

struct DistressDeskOptions {
  std::string party;
  bool vanished = true;                                     // tracks that end in flight are evidence
  bool release_own = false;                                 // the own party's state aircraft: their places are told at once
  std::shared_ptr<const distress::SearchRegions> regions;   // null: none imported
  std::shared_ptr<const line::Gazetteer> airfields;         // null: the bundled ones
  std::set<SourceId> shared;                                // sources that are other parties' nodes
  std::vector<std::string> line_parties;                    // whom the line reaches
  std::function<std::shared_ptr<const node::Picture>()> picture;
  std::function<node::Arrangements()> arrangements;
  std::function<std::vector<line::PartyNotice>()> notices;                      // of all parties, also those that are over; null: none
  // Of an ICAO address as the configuration has it: whose, and what. Empty party: nobody's known.
  std::function<std::pair<std::string, AircraftClass>(const Address& address)> party_of;
  std::function<Result<std::string>(line::Draft draft)> send;                   // null: no line
  std::function<std::set<std::string, std::less<>>()> up;                       // parties whose link is up
  std::function<void(std::string text)> tell;                                   // to whoever follows the streams
  std::function<void(const std::string& type, const std::string& body)> journal;   // null: nothing is kept
  std::function<void(const CaseFact& fact)> record;
  std::function<Result<void>(node::Command command)> watch;                     // zones; waits for the engine
  std::filesystem::path journal_folder;
  std::function<LedgerWriter::Status()> journal_status;
  Duration journal_keep = std::chrono::hours(24 * 366);
};

class DistressDesk {
 public:
  DistressDesk(DistressDeskOptions options, std::shared_ptr<NodeClock> clock);
  ~DistressDesk();
  DistressDesk(const DistressDesk&) = delete;
  DistressDesk& operator=(const DistressDesk&) = delete;

  // Its thread ends; what is brought after that is not looked at.
  void stop();

  // ---- What other threads bring; these do not wait
  void hear(const std::vector<node::Event>& events, const node::Picture& picture);
  void hear(std::vector<distress::Trigger> triggers);
  void hear_line(const line::MessageState& state);

  // ---- Requests
  struct Taken {
    std::vector<distress::Event> events;
    std::vector<distress::CaseId> cases;                    // roots, each once
  };
  Taken take(std::vector<distress::Trigger> triggers);
  // Errors: those of CaseBook::apply; unreachable while the past is being read; refused for a keep-clear circle that would betray a place.
  Result<void> act(distress::CaseId id, distress::ActBody body, const distress::Officer& by);
  struct Told {
    std::vector<std::pair<std::string, bool>> messages;     // id, exact
    std::vector<std::vector<std::string>> to;
    struct NotSent {
      distress::Addressee to;
      std::string why;
    };
    std::vector<NotSent> not_sent;
  };
  // `to` empty: every line of the plan that is due.
  Result<Told> tell(distress::CaseId id, const std::vector<distress::Addressee>& to, const distress::Officer& by);
  // The assignment by which an aircraft assists; nullopt: it does not.
  [[nodiscard]] std::optional<std::uint32_t> assistance(distress::CaseId id, std::string_view aircraft) const;
  // By id or by number with a hyphen. Error: not_found.
  Result<distress::CaseId> find(std::string_view written) const;

  // ---- Answers, as JSON or text
  [[nodiscard]] std::string board(bool all) const;
  [[nodiscard]] std::string whole(distress::CaseId id) const;
  [[nodiscard]] std::string brief(distress::CaseId id) const;
  [[nodiscard]] std::string taken_json(const Taken& taken, std::size_t count, const std::vector<std::pair<std::uint64_t, std::string>>& errors) const;
  [[nodiscard]] std::string report(distress::CaseId id, bool exact) const;
  [[nodiscard]] std::string geojson(distress::CaseId id, bool exact) const;
  [[nodiscard]] std::string frequencies(std::optional<geo::Position> place, std::optional<Time> at) const;

  struct Status {
    std::size_t open = 0;
    std::uint64_t triggers = 0, beyond = 0, refused = 0, dropped = 0, told = 0, not_told = 0;
    bool complete = false;
  };
  [[nodiscard]] Status status() const;
  [[nodiscard]] Time now() const;
  [[nodiscard]] const std::string& party() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace skypact::server
