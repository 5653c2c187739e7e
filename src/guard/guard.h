#pragma once
// Guard: from tracks and rules to alerts. Conflicts of pairs, zones, distress, feeds, interference; each
// alert with its life cycle, and with everything it was decided from.
//
//     Guard guard;
//     for (const Alert& alert : guard.step({.now = now, .tracks = tracks, .rules = rules, .feeds = feeds}, parallel_for))
//       publish(alert);                                   // new, or changed
//     auto now_so = guard.acknowledge(id, {.party = north, .by = "duty", .intention = Intention::we_move, .at = now});
//
// Deterministic: it reads no clock; the same calls in the same order give the same alerts, with any number
// of threads. It knows rules, not where they come from. All of its state is bounded (GuardLimits); what
// does not fit is counted, and the most urgent is kept. For one thread; `step` shares its work by the
// ParallelFor it is handed.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "airspace/rules.h"
#include "base/parallel.h"
#include "base/result.h"
#include "base/time.h"
#include "guard/alert.h"
#include "guard/contradicted.h"
#include "guard/feed_health.h"
#include "guard/limits.h"
#include "guard/shared_source.h"
#include "track/altitude.h"
#include "track/interference.h"
#include "track/track.h"

namespace skypact::guard {

struct GuardInput {
  Time now;                                    // not before the last step's; an earlier one counts as the last one
  std::span<const Track* const> tracks;        // by id, every track of the table, lost ones too
  std::shared_ptr<const Rules> rules;          // never null; other rules are another object
  std::span<const FeedHealth> feeds{};         // by source
  std::span<const SharedSource> shared{};      // by source
  std::span<const Contradicted> contradicted{};
  std::span<const track::InterferenceFinding> interference{};
  const track::GnssBaroField* gnss_baro = nullptr;  // what converts between datums, where the table has it
};

// What the last step saw, and what was ever left out.
struct GuardCounts {
  std::size_t judged = 0;                      // aircraft that took part
  std::size_t candidates = 0;                  // pairs judged one by one
  std::size_t inhibited = 0;                   // alerts withheld now by an inhibition
  std::size_t inhibitions_active = 0;
  std::size_t groups_active = 0;
  std::uint64_t alerts_left_out = 0;           // ever, by the bounds on open alerts and unconfirmed findings
  std::vector<std::string> errors;             // zones of the rules that cannot be judged, and why
};

class Guard {
 public:
  Guard();
  ~Guard();
  Guard(Guard&&) noexcept;
  Guard& operator=(Guard&&) noexcept;

  // Judges everything at `input.now`. Returns the alerts that are new, whose state, severity or numbers
  // changed in a way a person would notice, or that were not returned for five seconds; by id.
  std::vector<Alert> step(const GuardInput& input, const ParallelFor& parallel_for);

  // A party says that it has seen the alert, and what it will do. The alert stays open and shown; each
  // party's latest acknowledgement stands. Returns the alert as it is now. Errors: not_found where no open
  // alert has this id, over_limit for a text beyond its bound.
  Result<Alert> acknowledge(AlertId id, const Acknowledgement& acknowledgement);

  // Open alerts, the most urgent first: by severity, then by the time of infringement, then by id.
  [[nodiscard]] const std::vector<Alert>& open() const;
  // Alerts that ended, the newest last; at most GuardLimits::ended_alerts.
  [[nodiscard]] const std::vector<Alert>& ended() const;
  // By id or key, open or ended; nullptr where there is none. A key names one episode.
  [[nodiscard]] const Alert* find(AlertId id) const;
  [[nodiscard]] const Alert* find(std::string_view key) const;
  [[nodiscard]] const GuardCounts& counts() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace skypact::guard
