#pragma once
// Judged minutes: what was reported in each whole minute of UTC, and once it is over the verdict on every pair that came near.
//
//     JudgedMinutes minutes;
//     minutes.see(track);                                       // after each report that a track took over
//     minutes.see(open_alerts, now);                            // once a tick
//     for (const JudgedPair& j : minutes.step(now, parties, agreed)) tell(j);
//
// Which pairs are judged, for which span and from which samples follows from the reports alone, so that two nodes with the
// same reports judge the same and write the same evidence:
//
// - The span is a whole minute of UTC. A minute is over 15 s after its end: what comes later is not looked at.
// - Of the reports of a track the first in every two seconds of UTC counts, and of those outside the minute the nearest on
//   either side. A position that the track did not believe is none.
// - Judged is every pair that may have been nearer than the greatest agreed minima by these reports, whatever a node inhibits
//   or takes for a group. Not one party's own pairs, not pairs of which no side is known to be a party's, not two tracks that may
//   be one aircraft, and nothing on the ground.
// - And every pair of which the watch had an alert above an advisory in that minute: so that it stands too that minima were
//   kept. What was kept without an alert is not told.
//
// Memory is bounded by the limits below, work by judged_at_once in each step. Deterministic: reads no clock. One thread.

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <unordered_map>
#include <utility>
#include <vector>

#include "airspace/agreed.h"
#include "guard/alert.h"
#include "guard/verdict.h"
#include "track/track.h"

namespace skypact::guard {

struct JudgedMinutesLimits {
  static constexpr std::size_t minutes = 4;             // not yet over; what a report says to be of another is not looked at
  static constexpr std::size_t flights = 200'000;       // of one minute
  static constexpr std::size_t waiting = 10'000;        // pairs that are still to be judged
  static constexpr std::size_t judged_at_once = 20;     // in one step
};
inline constexpr Duration judged_span = minutes(1);
inline constexpr Duration judged_after = seconds(15);   // the minute's end
inline constexpr Duration judged_slot = seconds(2);

struct JudgedPair {
  VerdictInput input;                    // normalised
  Verdict verdict;
  std::optional<AlertId> alert;          // of the watch, of this pair in that minute
};

class JudgedMinutes {
 public:
  JudgedMinutes();
  ~JudgedMinutes();
  JudgedMinutes(const JudgedMinutes&) = delete;
  JudgedMinutes& operator=(const JudgedMinutes&) = delete;

  // Takes the track's position where it is a new one, and notes that it is suspect. Nothing of what comes too late.
  void see(const Track& track);
  void see(std::span<const Alert> open, Time now);
  // Of minutes that are over at `now`. Parties are those that tracks speak of; what holds is said by `agreed`, with parties of its own.
  // Where nothing is agreed nothing is judged.
  std::vector<JudgedPair> step(Time now, const Parties& parties, const std::shared_ptr<const Agreed>& agreed);

  // Flights and pairs beyond the limits, ever.
  [[nodiscard]] std::uint64_t left_out() const;

 private:
  struct Minute;
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace skypact::guard
