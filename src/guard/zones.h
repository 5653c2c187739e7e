#pragma once
// Zones: which aircraft are inside a volume against its rule, or will be.
//
//     ZoneTable table(*rules);
//     for (std::uint32_t z : table.near(body, minutes(20)))                  // may name too many, never too few
//       if (auto e = table.judge(z, body, carriers, context, {.look_ahead = minutes(20)})) …
//
// An aircraft is against a keep-clear zone or a protected site when it is inside: horizontally closer than
// the zone's buffer and its own position uncertainty, vertically from the floor (included) to the ceiling
// (excluded) by its altitude and the error bound of any conversion, and while the zone is active. An
// altitude that cannot be compared with a limit does not exclude. Parties named as exempt may be inside,
// where the party is known by more than a callsign.
//
// Severity:       inside now   within 60 s   within the warning look-ahead   later
//   keep clear, protected site   conflict   warning   caution   advisory
//   caution                      caution    advisory  advisory  not judged
//   corridor, being left         caution    advisory  advisory  not judged
//
// A corridor binds the parties it names (`exempt`): once inside, one of theirs is told when it is about to
// leave through side, floor or ceiling, and while it is outside but closer than 5 NM. Others may cross it.
//
// A moving zone follows a track: the outline keeps its place and direction relative to it. Where that
// track is not seen the zone cannot be judged, and its alerts become unobserved.
//
// The table is made once per Rules; const functions may be called from any thread.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "guard/body.h"
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
};

// Where the track a zone moves with is; by Rules::zones index, empty where it is not seen or not needed.
using Carriers = std::vector<std::optional<geo::GroundMotion>>;

inline constexpr Length corridor_left = nautical_miles(5);
inline constexpr Length hold_zone = metres(200);       // hysteresis of an open alert

class ZoneTable {
 public:
  // Zones whose outline is no polygon are left out and named in `errors`.
  explicit ZoneTable(const Rules& rules);

  // Zones that the aircraft can reach within the look-ahead, at least; ordered.
  [[nodiscard]] std::vector<std::uint32_t> near(const Body& body, Duration look_ahead) const;
  // `carriers` has one entry per zone. The options' `hold` also says that an alert is open.
  [[nodiscard]] std::optional<ZoneEncounter> judge(std::uint32_t zone, const Body& body, const Carriers& carriers,
                                                   const JudgeContext& context, const JudgeOptions& options) const;
  // How far ahead a zone of this rule is looked at.
  [[nodiscard]] static Duration look_ahead(ZoneRule rule, const Rules& rules);
  [[nodiscard]] const std::vector<std::string>& errors() const { return errors_; }
  [[nodiscard]] std::span<const std::uint32_t> moving() const { return moving_; }

 private:
  struct Prepared {
    std::optional<Region> region;
    double reach = 0;              // straight line from the middle: radius and buffer
    geo::Position anchor;          // of a moving zone
  };
  static constexpr int cell_degrees = 2;
  static constexpr int rows = 180 / cell_degrees, columns = 360 / cell_degrees;
  static constexpr double gathered = 400'000;  // metres around a zone in which its cells name it

  const Rules& rules_;
  std::vector<Prepared> zones_;
  std::vector<std::vector<std::uint32_t>> cells_;
  std::vector<std::uint32_t> fixed_, moving_;
  std::vector<std::string> errors_;
};

}  // namespace skypact::guard
