#pragma once
// Interference: many aircraft whose positions jump, or whose navigation integrity collapses, together.
//
// One aircraft that jumps has a fault; many at once in one area have a common cause: their GNSS is jammed or
// spoofed. Evidence of the last `interference_window` is grouped by where each aircraft was believed to be
// before it jumped (not where the spoofed signal put it): two pieces within `interference_reach` are one
// group. A group is a finding when it has `interference_tracks` aircraft, or at least `interference_least` that
// are `interference_share` of those located in its circle, which is then taken no smaller than a third of the
// reach and must hold `interference_tracks`: where few fly, or three fail beside many that do not, each is suspect
// by itself and no cause is found.

#include <cstdint>
#include <span>
#include <vector>

#include "base/time.h"
#include "geo/position.h"
#include "track/options.h"
#include "track/track.h"

namespace skypact::track {

enum class EvidenceKind : std::uint8_t { position_jump, integrity_collapse };

struct Evidence {
  TrackId track;
  geo::Position place;   // where it was believed to be
  Time at;
  EvidenceKind kind = EvidenceKind::position_jump;
};

struct InterferenceFinding {
  std::uint32_t episode = 0;         // stays while the same area is disturbed without a gap of the window
  Time since;                        // first evidence of the episode
  Time last;                         // newest
  std::vector<TrackId> tracks;       // affected within the window; sorted
  std::size_t jumped = 0;            // of these, how many by position jumps
  std::size_t collapsed = 0;         // … and by loss of integrity; one track may count in both
  geo::Position centre;              // the place of one of them, nearest to the middle
  Length radius;                     // from the centre, around all places
  std::vector<geo::Position> area;   // convex hull of the places, anticlockwise; fewer than 3 vertices where they are few
};

// Groups of connected evidence (pieces within reach of each other, transitively): indices into `evidence`,
// each group sorted, groups ordered by their first index. O(n) by cells.
[[nodiscard]] std::vector<std::vector<std::size_t>> group_evidence(std::span<const Evidence> evidence, Length reach);

// Vertices of the convex hull in the plane that touches the Earth at `centre`, anticlockwise from the
// westernmost; sound for areas up to a continent.
[[nodiscard]] std::vector<geo::Position> convex_hull(std::span<const geo::Position> places, geo::Position centre);

// Keeps the window of evidence. One thread.
class InterferenceWatch {
 public:
  static constexpr std::size_t max_evidence = 20'000;  // older pieces go first

  void add(const Evidence& evidence);
  // Located: the places of all located tracks, for the share.
  void advance(Time now, std::span<const geo::Position> located, const TrackOptions& options);
  void shift(Duration step);  // the clock was set back
  // After advance; ordered by episode.
  [[nodiscard]] const std::vector<InterferenceFinding>& findings() const { return findings_; }

 private:
  std::vector<Evidence> evidence_;
  std::vector<InterferenceFinding> findings_;
  std::uint32_t next_episode_ = 1;
};

}  // namespace skypact::track
