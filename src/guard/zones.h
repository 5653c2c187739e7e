#pragma once
// Zones: which aircraft are inside a volume against its rule, or will be.
//
//     ZoneTable table(*rules);
//     const Carriers carriers = table.carriers(where_they_are, minutes(20));     // of the moving zones, at this step
//     for (std::uint32_t z : table.near(body, carriers, minutes(20)))            // may name too many, never too few
//       if (auto e = table.judge(z, body, carriers, context, {.look_ahead = minutes(20)})) …
//
// An aircraft is against a keep-clear zone or a protected site when it is inside: horizontally closer than
// the zone's buffer and its own position uncertainty, vertically from the floor (included) to the ceiling
// (excluded) by its altitude and the error bound of any conversion, and while the zone is active. An
// altitude that cannot be compared with a limit does not exclude. Parties named as exempt may be inside,
// where the party is known by more than a callsign (MinimaSide::party_known); so may aircraft that assist in the
// rescue that the zone is drawn for.
//
// Severity:       inside now   within 60 s   within the warning look-ahead   later
//   keep clear, protected site   conflict   warning   caution   advisory
//   caution                      caution    advisory  advisory  not judged
//   corridor, being left         caution    advisory  advisory  not judged
//   clearance, flight plan       warning    caution   advisory  not judged
//
// A zone whose rule is `clearance` is its party's area: each other's aircraft is held against Rules::clearances, as it is where it
// is inside and as it will be where it enters, and one that keeps to its clearance is not found.
// A zone of a flight plan is the volume of a flight that is under way: all but that flight are found.
//
// A corridor binds the parties it names (`exempt`): once inside, one of theirs is told when it is about to
// leave through side, floor or ceiling, and while it is outside but closer than 5 NM. Others may cross it.
//
// A moving zone follows a track: the outline keeps its place and direction relative to it. Where that
// track is not seen the zone cannot be judged, and its alerts become unobserved. Where two aircraft use the address, the
// zone is around both.
//
// near() follows the aircraft straight on among balls around the zones (ball_tree.h): fixed ones in a tree made once,
// moving ones in a tree of the step.
//
// The table is made once per Rules; const functions may be called from any thread.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "guard/ball_tree.h"
#include "guard/body.h"
#include "guard/clearance_match.h"
#include "guard/encounter.h"
#include "guard/region.h"

namespace skypact::guard {

struct ZoneEncounter {
  bool lost_now = false;           // inside now; of a corridor: outside now
  bool leaving = false;            // a corridor
  Duration t_in{}, t_out{};
  Length distance_now;             // from the edge with its buffer; 0 inside
  bool vertical_unknown = false;
  Length uncertainty;
  Height vertical_error;
  Severity severity = Severity::advisory;
  ClearanceBreach breach = ClearanceBreach::none;   // of a rule `clearance`, where there is one
  std::string clearance;                            // the number of that which it does not keep to; empty: it has none
};

// Where the track that a zone moves with is.
struct Carrier {
  std::uint32_t zone = 0;          // index into Rules::zones
  TrackId track;
  geo::GroundMotion motion;
};

// The carriers of one step, and the balls that their zones fill. Zones without one are judged by nobody.
class Carriers {
 public:
  [[nodiscard]] std::span<const Carrier> of(std::uint32_t zone) const;

 private:
  friend class ZoneTable;
  std::vector<Carrier> carriers_;  // by zone
  BallTree tree_;
};

inline constexpr Length corridor_left = nautical_miles(5);
inline constexpr Length hold_zone = metres(200);       // hysteresis of an open alert

class ZoneTable {
 public:
  // Zones whose outline is no polygon are left out and named in `errors`.
  explicit ZoneTable(const Rules& rules);

  // Of moving zones (moving()), each where it is seen; for searches up to the look-ahead.
  [[nodiscard]] Carriers carriers(std::vector<Carrier> carriers, Duration look_ahead) const;
  // Zones for which judge() may find anything within the look-ahead, held or not; ordered.
  [[nodiscard]] std::vector<std::uint32_t> near(const Body& body, const Carriers& carriers, Duration look_ahead) const;
  // The options' `hold` also says that an alert is open.
  [[nodiscard]] std::optional<ZoneEncounter> judge(std::uint32_t zone, const Body& body, const Carriers& carriers,
                                                   const JudgeContext& context, const JudgeOptions& options) const;
  // How far ahead a zone of this rule is looked at.
  [[nodiscard]] static Duration look_ahead(ZoneRule rule, const Rules& rules);
  [[nodiscard]] const std::vector<std::string>& errors() const { return errors_; }
  [[nodiscard]] std::span<const std::uint32_t> moving() const { return moving_; }   // ordered

 private:
  struct Prepared {
    std::optional<Region> region;
    double reach = 0;              // metres in a straight line from its middle, of a moving one from its anchor; see zone_reach
    geo::Position anchor;          // of a moving zone
  };
  [[nodiscard]] std::optional<ZoneEncounter> judge(const Zone& zone, const Region& region, const Path& path, const Body& body,
                                                   const JudgeContext& context, const JudgeOptions& options) const;
  // Whether it keeps to a clearance where it is inside, or will enter.
  void hold_against_clearances(ZoneEncounter& e, const Zone& zone, const Path& path, const Body& body, Time now) const;

  const Rules& rules_;
  std::vector<Prepared> zones_;
  std::vector<std::uint32_t> fixed_, moving_;   // with an outline that can be judged; ordered
  BallTree tree_;                               // of the fixed, in their order
  ClearanceMatcher clearances_;
  std::vector<std::string> errors_;
};

}  // namespace skypact::guard
