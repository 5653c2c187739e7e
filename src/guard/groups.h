#pragma once
// Groups and inhibitions: which bodies are judged as one, and which pairs are not judged or not told.
//
// A declared group in its time counts against outsiders as one aircraft: drawn around the member from
// which the others are least far, enlarged horizontally and vertically so that it holds them all. A member
// farther than group_extent from that member has left the formation and counts by itself, still not against
// the other members. Where members differ in party the group's party is unknown.
//
// A group, and an inhibition of a pair, name aircraft by address. An address that two aircraft use names neither: what
// would be withheld from one would be withheld from a stranger.
//
// Pure; any thread.

#include <cstddef>
#include <deque>
#include <optional>
#include <unordered_map>
#include <vector>

#include "airspace/rules.h"
#include "guard/body.h"
#include "guard/conflict.h"
#include "guard/encounter.h"
#include "guard/region.h"

namespace skypact::guard {

inline constexpr Length group_extent = nautical_miles(5);
inline constexpr Height group_vertical_extent = Height::of_tenth_mm(5000 * 3048);

// Whether the address, as people declare it, means this aircraft.
[[nodiscard]] bool names(const Address& address, const Track& track);

// What takes part in the judging of pairs: aircraft that stand for themselves, then groups.
struct Units {
  std::vector<const Body*> bodies;
  std::size_t singles = 0;                              // the first so many are aircraft
  std::vector<std::optional<std::size_t>> of_track;     // by track: its unit, if it stands for itself
  std::vector<std::vector<const Body*>> members;        // of each group unit, those inside its envelope
  std::deque<Body> groups;                              // the bodies of the group units
  std::deque<Body> detached;                            // members that stand for themselves
  std::size_t groups_active = 0;
  track::VerticalReference reference;
};

// `bodies` (one per track, empty where it takes no part) must outlive the units.
[[nodiscard]] Units make_units(const Rules& rules, Time now, const std::vector<std::optional<Body>>& bodies,
                               const std::unordered_map<TrackKey, std::size_t>& by_key, const track::VerticalReference& reference);

// False for one party's own pair (unless the rules want those), members of one group, and tracks that are
// possibly the same aircraft.
[[nodiscard]] bool may_conflict(const Units& units, std::size_t a, std::size_t b, const Rules& rules);

// Where the body can be, for the search. With `turns`, one that is turning may be anywhere in reach.
[[nodiscard]] Reach reach_of(const Body& body, Duration look_ahead, bool turns);

// The inhibitions that hold now. One without a reason, or without an end, never holds.
class InhibitionTable {
 public:
  InhibitionTable(const Rules& rules, Time now);
  [[nodiscard]] bool withholds(const Body& a, const Body& b) const;
  [[nodiscard]] std::size_t active() const { return active_.size(); }

 private:
  struct Active {
    const Inhibition* rule;
    std::optional<Region> area;
  };
  std::vector<Active> active_;
};

}  // namespace skypact::guard
