#pragma once
// Verdict: did two aircraft keep the minima that were agreed? *Lost*, *kept*, or *cannot be told* at the accuracy that the
// reports state; never whose fault it was.
//
//     const Verdict v = judge({.agreed = terms_in_force, .span = {from, to}, .flights = {north_flight, south_flight}});
//     if (v.finding == Finding::lost) say(v.at, v.horizontal, v.vertical, v.horizontal_from);
//
// A pure function of what was agreed and what was reported: the node's configuration, its tracker and its alerts have no
// part, so both parties find the same from the same reports, in whatever order they have them.
//
// Where an aircraft was is known at its reports, within the accuracy that each states. Between two reports no more than
// longest_gap apart it was on the straight line between them but for a·g²/8, which is as far as a path leaves its chord in
// a time g whose acceleration is at most a (greatest_acceleration, greatest_vertical_acceleration). Altitudes likewise.
//
// - lost: at some moment both distances were smaller than the minima though every error is counted for the aircraft,
//   whichever version held by clocks that may be apart, and whatever uncertain aircraft were.
// - kept: at every moment one of the distances was not smaller than its minimum though every error is counted against
//   them, and the strictest of what could apply is taken. Moments without reports of both are not kept.
// - cannot be told: anything else, and a pair for which nothing is agreed. `doubts` say why.
//
// Two level aircraft may lack the level tolerance, as in the watch. Altitudes of different datums are not compared.
// Pure; any thread.

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "airspace/agreed.h"
#include "base/result.h"
#include "geo/position.h"
#include "guard/alert.h"

namespace skypact::guard {

struct VerdictLimits {
  static constexpr Duration span = std::chrono::hours(1);
  static constexpr std::size_t samples = 50'000;      // of one flight
};
inline constexpr Duration longest_gap = seconds(10);            // between two reports of a path
inline constexpr double greatest_acceleration_m_s2 = 20;        // 2 g: a fighter's turn
inline constexpr double greatest_vertical_acceleration_m_s2 = 10;

// One report, as integers, so that it is the same wherever it is read.
struct VerdictSample {
  Time at;                                  // measured; whole microseconds count
  geo::Position position;
  std::int32_t accuracy_mm = 0;             // 95 %, horizontal
  std::optional<PressureAltitude> pressure;
  std::optional<EllipsoidAltitude> ellipsoid;
  std::optional<MeanSeaLevelAltitude> sea_level;
  Height altitude_error;                    // of each of these; not negative
};

struct VerdictFlight {
  TrackKey key;
  PartyId party;                            // in Agreed::parties
  AircraftClass aircraft_class = AircraftClass::unknown;
  bool party_known = true;                  // by more than a callsign
  bool suspect = false;                     // then nothing is certain, and nothing can be found but what cannot be told
  std::vector<VerdictSample> samples;
};

struct VerdictInput {
  Agreed agreed;                            // parties, tables and clock offset; the rest is not looked at
  Interval<Time> span;
  std::array<VerdictFlight, 2> flights;
};

enum class Finding : std::uint8_t { kept, lost, cannot_be_told };
[[nodiscard]] std::string_view to_string(Finding finding);

// Why it cannot be told.
enum class Doubt : std::uint8_t {
  not_observed,       // a moment without reports of both close enough
  accuracy,           // the distance is nearer to the minimum than it is known
  altitude_unknown,   // horizontally lost, and no altitudes that compare
  who,                // what applies depends on who a side is, or where exactly
  clocks,             // the versions before and after a change differ, and the clocks may be apart
  suspect,            // a side's reports are suspect
  nothing_agreed,     // no clause speaks of the pair
};
[[nodiscard]] std::string_view to_string(Doubt doubt);

struct Verdict {
  Finding finding = Finding::cannot_be_told;
  std::vector<Doubt> doubts;                // of cannot_be_told, in the order of the enum
  // The moment it stands on: of a loss the first at which it is certain; otherwise the first that is in doubt, and of what was kept the
  // nearest in ratio to the minima. Without samples of both there is no distance.
  Time at;
  std::optional<Length> horizontal;
  Length horizontal_error;
  std::optional<Height> vertical;           // not negative
  Height vertical_error;
  Minima minima;                            // that applied there, the strictest
  MinimaOrigin horizontal_from, vertical_from;
};

// Without all that a verdict does not look at, such as what parties let each other see, which is another list at each node.
[[nodiscard]] Agreed minima_alone(Agreed agreed);

// In the one form that does not depend on the order of flights and samples: by key and time, what cannot matter left out.
// Of two reports of one moment the more accurate stands. What changes at no time within the clocks' offset of the span has
// neither beginning nor end, and where nothing changes the offset is zero: so two nodes that measured different offsets, or
// of which one knows already what is agreed for next month, hold the same.
[[nodiscard]] VerdictInput normalised(VerdictInput input);

// Whether the two may have been nearer than `greatest`, both distances at once, at a moment of the span at which both were
// observed. Every error counts for nearness: what judge() finds lost by minima no greater, this finds near. Samples by time.
[[nodiscard]] bool may_have_been_near(const VerdictFlight& one, const VerdictFlight& other, Interval<Time> span, Minima greatest);

// Errors: bad_input for an empty span, over_limit.
[[nodiscard]] Result<Verdict> judge(const VerdictInput& input);

}  // namespace skypact::guard
