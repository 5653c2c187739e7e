#pragma once
// UssDesk: this node as a USS: plans for people and programs, discloses to peers, tells subscribers, and hears from them. Composes
// plan/planner.h, plan/uss.h and plan/uss_store.h with threads, the network and a disk.
//
//     UssDesk desk({.folder = "data/uss", .setup = {.manager = "north", …}, …});
//     desk.ask({.id = id, .intention = {details, IntentState::accepted}}, [](Result<UssDesk::Done> done) { … });   // never waits
//     auto shown = desk.disclosed(Kind::operational_intent, id);                                                   // for a peer
//
// A plan is on the disk before the DSS is asked, and what the DSS answers before anybody is told; so after any end the desk finds out
// what became of what it had asked, and tells those who must know. A disk that fails stops planning, never what peers are shown.
// Thread-safe.

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "ledger/storage.h"
#include "plan/flight_watch.h"
#include "plan/planner.h"
#include "plan/suggest.h"
#include "plan/uss.h"
#include "plan/uss_store.h"
#include "server/token_source.h"
#include "server/uss_client.h"
#include "server/uss_log.h"
#include "server/utm_status.h"

namespace skypact::server {

struct UssDeskLimits {
  static constexpr std::size_t planners = 4;                      // threads; one entity at a time each
  static constexpr std::size_t couriers = 8;                      // threads; one peer at a time each
  static constexpr std::size_t waiting = 256;                     // plans that no planner has taken up
  static constexpr Duration dss_time = seconds(10);               // for an answer
  static constexpr Duration peer_time = seconds(5);
  static constexpr Duration first_retry = std::chrono::milliseconds(500);   // of a notice; doubled each time
  static constexpr Duration last_retry = minutes(1);
  static constexpr Duration given_up_after = minutes(10);         // a notice that could not be delivered
  static constexpr Duration recovery_every = seconds(10);         // of a plan of which it is not known whether the DSS took it
  static constexpr std::size_t notes = 1'000;
  static constexpr Duration soonest = minutes(1);                 // that a plan which is suggested begins
};

// What the manager of a flight is told without having asked, as F3548-21 wants it.
struct UserNote {
  std::uint64_t number = 0;
  Time at{};
  plan::EntityId flight;
  std::string requirement;         // "SCD0090"
  std::string text;
};

struct UssDeskOptions {
  std::filesystem::path folder;
  plan::UssSetup setup;
  TokenSourceOptions tokens;
  UssClient::Urls urls = UssClient::Urls::https_only;
  std::function<Time()> now;
  // Somebody at the console must see this note; may be empty. Any thread; does not wait.
  std::function<void(const UserNote& note)> tell{};
  plan::UssStoreOptions store{};
  plan::UssLogFiles::Options log{};
  Duration given_up_after = UssDeskLimits::given_up_after;
  // For tests: a disk that fails, between the desk and the files.
  std::function<std::unique_ptr<ledger::Storage>(ledger::Storage& files)> through{};
};

class UssDesk {
 public:
  explicit UssDesk(UssDeskOptions options);
  // What waits is not done; a disk that hangs for two seconds is left alone.
  ~UssDesk();
  UssDesk(const UssDesk&) = delete;
  UssDesk& operator=(const UssDesk&) = delete;

  struct Ask {
    enum class What : std::uint8_t {
      put,
      withdraw,
      look,                        // what a put would meet; nothing is changed
    };
    What what = What::put;
    plan::Kind kind = plan::Kind::operational_intent;
    plan::EntityId id{};
    std::optional<plan::Particulars> particulars{};
    plan::Intention intention{};   // a new one that is to be Activated is Accepted first
  };
  struct Done {
    bool taken = false;            // by the DSS; else the findings bar it, or it was a look
    std::optional<plan::OwnEntity> entity;         // as it is now; none: there is none
    std::vector<plan::Finding> findings;
    std::vector<plan::Suggestion> suggestions;     // of a look that is barred: each is free of all that bars it and of what else was found
  };
  // `answer` is called once, by a thread of the desk, only where this succeeds; it does not wait. Its errors are the planner's, and
  // unreachable where the disk failed. Errors: over_limit, unreachable while the disk does not do it.
  using Answer = std::function<void(Result<Done> done)>;
  Result<void> ask(Ask ask, Answer answer);

  // Whether the plans were read since the start: until then nobody knows what there is.
  [[nodiscard]] bool is_read() const;
  // What a peer may be shown; nullopt: nothing.
  [[nodiscard]] std::optional<plan::Disclosed> disclosed(plan::Kind kind, plan::EntityId id) const;
  // Errors as plan::PeerBook::notified().
  Result<void> notified(const plan::EntityNotice& notice, const std::string& sender);

  // Of an own flight that has taken off, by its operator; what follows from it is done within two seconds. Errors: not_found, conflict,
  // bad_input (plan::FlightWatch).
  Result<void> take(plan::EntityId flight, const plan::Telemetry& telemetry);
  // nullopt where the flight sends none.
  [[nodiscard]] std::optional<plan::FlightWatch::View> followed(plan::EntityId flight) const;

  // As the operators told last, of every flight that sends; by id.
  [[nodiscard]] std::vector<std::pair<plan::EntityId, plan::Telemetry>> last_heard() const;

  // Rises with each change of what entities() and others() say, but for what ends by time.
  [[nodiscard]] std::uint64_t changes() const;
  [[nodiscard]] std::vector<plan::OwnEntity> entities() const;      // by id, the ended too
  [[nodiscard]] std::optional<plan::OwnEntity> entity(plan::EntityId id) const;
  [[nodiscard]] std::vector<plan::Disclosed> others() const;        // what peers have disclosed and has not ended, as far as it is remembered
  [[nodiscard]] std::vector<plan::Outgoing> outgoing() const;       // by number
  // Of a notice that was given up, or waits: it is not delivered. Errors: not_found, unreachable.
  Result<void> dismiss(std::uint64_t number);
  [[nodiscard]] std::vector<UserNote> notes() const;                // the newest last
  [[nodiscard]] UssStatus status() const;
  [[nodiscard]] const plan::UssSetup& setup() const;
  [[nodiscard]] UssLog& log();                                      // of what it does; outlived by the desk

 private:
  struct Shared;
  std::shared_ptr<Shared> state_;  // shared with the threads, which may outlive us on a hung disk
};

}  // namespace skypact::server
