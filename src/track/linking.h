#pragma once
// Linking: two tracks that may be one aircraft, seen by two kinds of source.
//
// A wrong link hides a conflict; a missing one makes an aircraft alert against its own copy, which a person
// sees through at once. So a link needs evidence, and loses it quickly:
//
// - Never linked: two different ICAO addresses, by whatever source (they are two transponders; formations
//   and refuelling look like one aircraft); two tracks located by the same source (it tells them apart itself);
//   two callsigns or two fresh squawks that differ; one on the ground and one not; suspect tracks.
// - Evidence is to fly together for a time, both reporting: within the combined accuracy across the way,
//   within that and the doubt of both time stamps along it; speed, track and altitude agree where both are
//   known. The same 24-bit number needs 3 s of it, the same callsign 8 s, motion alone 20 s.
// - By motion alone they also keep their offset: aircraft that converge, cross or overtake slowly are within
//   the gate for longer than 20 s. An offset that drifts beyond the combined accuracy begins the evidence anew,
//   and the evidence lasts long enough for a drift of 10 m/s to show. Where the altitudes cannot be compared it
//   lasts 60 s at least.
// - Motion alone proves nothing of what hovers or is reported within kilometres only; and nothing where a
//   track has two partners of one kind to choose from.
// - A link ends at once when the tracks are farther apart than twice the gate or contradict each other by
//   name, after 2 s beyond one and a half times the gate, and after 20 s beyond the gate.
//
// Aircraft are compared when they are in one cube of space or in neighbouring ones: O(n) for anything that flies
// apart. One thread.

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "geo/vector.h"
#include "track/altitude.h"
#include "track/options.h"
#include "track/prediction.h"
#include "track/track.h"

namespace skypact::track {

struct LinkBody {
  const Track* track = nullptr;
  MotionState state;
  geo::Vec3 place;
  geo::Vec3 velocity;
  VerticalPosition vertical;
};
[[nodiscard]] LinkBody link_body(const Track& track, Time now, const TrackOptions& options);

// Loose: beyond the gate, not by half of it. Unclear: within it, and it proves nothing.
enum class Agreement : std::uint8_t { contradicted, far_apart, apart, loose, unclear, together };
enum class SharedName : std::uint8_t { none, callsign, number };

// Whether two tracks may be one at all, and what their names say.
[[nodiscard]] bool may_be_one(const Track& a, const Track& b);
[[nodiscard]] SharedName same_name(const Track& a, const Track& b);
[[nodiscard]] Agreement agreement(const LinkBody& a, const LinkBody& b, const TrackOptions& options, const VerticalReference& reference);
// How far the offset of two that fly together by motion alone may drift, in metres.
[[nodiscard]] double drift_gate(const LinkBody& a, const LinkBody& b, const TrackOptions& options);

// The tracks to predict: every one that has, or may have, a partner within twice the reach is among them, in order.
[[nodiscard]] std::vector<const Track*> linkable(std::span<Track* const> tracks, Time now, const TrackOptions& options);

using IndexPair = std::pair<std::uint32_t, std::uint32_t>;  // first < second
// Pairs within `reach` that may be one; sorted. The second compares all pairs: the tests' twin.
[[nodiscard]] std::vector<IndexPair> near_pairs(std::span<const LinkBody> bodies, Length reach);
[[nodiscard]] std::vector<IndexPair> near_pairs_brute_force(std::span<const LinkBody> bodies, Length reach);

class Linker {
 public:
  static constexpr std::size_t max_pairs = 200'000;  // watched at once; beyond, pairs are left unlinked and counted

  // `tracks` in order of id; writes their possibly_same.
  void advance(std::span<Track* const> tracks, Time now, const TrackOptions& options, const VerticalReference& reference);
  void shift(Duration step);
  [[nodiscard]] std::size_t links() const { return links_; }
  [[nodiscard]] std::uint64_t left_out() const { return left_out_; }

 private:
  struct Pair {
    TrackId a, b;              // a < b
    Time together_since;
    geo::Vec3 offset;          // b from a, at together_since
    Time apart_since;          // Time{} while within the gate
    bool linked = false;
  };
  std::vector<Pair> pairs_;    // sorted by (a, b)
  std::vector<TrackId> written_;  // tracks that have partners now
  std::size_t links_ = 0;
  std::uint64_t left_out_ = 0;
};

}  // namespace skypact::track
