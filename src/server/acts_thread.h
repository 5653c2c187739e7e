#pragma once
// ActsThread: the acts machine's thread. A formal act is done when its entries are durable in the record, and only then it counts.
//
//     ActsThread acts(options, record, clock);
//     auto stated = acts.state(note, terms_text);      // a request's thread; waits for the disk, ten seconds at most
//     auto act = acts.say(request_made_by_a_person);   // likewise, about a clearance
//     acts.receive(origin, first, entries);            // the mirror's thread; success once it is taken over
//     acts.look([](const node::Acts& a) { … });        // any thread, short
//
// The machine is made from the record when that is open, and made anew after a disk that failed: what was durable then counts.
// Until then acts are refused with the reason, and the watch goes on with what it was told last. It is not made before every entry
// that was handed over is answered and, where it is durable, readable: so it is never behind its record. Beside the record an index
// of its acts is kept (node/acts_index.h), and at the start only what came after it is read. Thread-safe.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "node/acts.h"
#include "server/ledger_writer.h"
#include "server/node_clock.h"

namespace skypact::server {

struct ActsLimits {
  static constexpr Duration wait_for_disk = seconds(10);
  static constexpr Duration wait_for_turn = seconds(1);   // of a request
  // The index is written again after so many entries of the own and of others' records: what a start reads at most besides the acts.
  static constexpr std::uint64_t index_every = 10'000;
  static constexpr Duration index_retry = minutes(1);     // after a disk that refused it
};

struct ActsThreadOptions {
  node::ActsSetup setup;
  Duration look_every = seconds(1);       // whether the watch has something else to carry out is looked at so often
  Duration wait_for_disk = ActsLimits::wait_for_disk;
  std::uint64_t index_every = ActsLimits::index_every;
  // How far the clocks of the pact's nodes may be apart, as measured; empty: not at all.
  std::function<Duration()> clock_offset{};
  // Is called with what the watch has to carry out, when that changed, one call at a time; again a second later where it
  // says that it was not taken. It does not wait for a disk.
  std::function<bool(const Agreed& agreed)> agreed{};
  // Is called each time with the keys of the other parties.
  std::function<void(std::vector<node::PartyKeys> keys)> keys{};
  // Is called when an act about a clearance has counted; does not wait.
  std::function<void()> clearances{};
};

class ActsThread {
 public:
  ActsThread(ActsThreadOptions options, std::shared_ptr<LedgerWriter> record, std::shared_ptr<NodeClock> clock);
  ~ActsThread();
  ActsThread(const ActsThread&) = delete;
  ActsThread& operator=(const ActsThread&) = delete;

  struct Stated {
    std::string id, pact;
    std::uint64_t index = 0;              // of the entry
    std::string state;                    // of the terms it speaks of, now
    std::string waits;                    // for whose signature; empty: for nobody's
  };
  // Errors: those of node::Acts::decide; unreachable where the record is not written, or where it is not known whether it was.
  Result<Stated> state(std::string_view note, std::string_view terms_text);

  // An act of the own party about a clearance, as `make` makes it of the book as it is then. Durable and counted when it comes back. Errors: those of
  // `make`, and unreachable as above.
  using MakeClearanceAct = std::function<Result<plan::ClearanceAct>(const plan::ClearanceBook& book, Time now)>;
  Result<plan::ClearanceAct> say(const MakeClearanceAct& make);

  // The first entry of another's record that is wanted next; nullopt while the machine is not ready.
  [[nodiscard]] std::optional<std::uint64_t> position(std::string_view origin) const;
  // Entries of another's record, in its order and without a gap. Success once what of them counts is durable here; else they
  // are to be brought again, from position() on.
  Result<void> receive(std::string_view origin, std::uint64_t first, std::span<const std::string> entries);

  // Error: unreachable, with the reason, while the machine is not ready.
  Result<void> look(const std::function<void(const node::Acts& acts)>& at) const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace skypact::server
