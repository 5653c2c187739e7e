#pragma once
// Minima of a pair: which separation two aircraft must keep, where, and which clause says so.
//
//     MinimaTable table(*rules);
//     PairMinima minima = table.of(side_of(track_a, state_a), side_of(track_b, state_b));
//     for (const MinimaPiece& piece : pieces(minima, path_a, path_b, seconds(120))) …
//
// The first clause that matches the pair's parties and classes, in either order, applies within its area;
// without an area everywhere; where none applies the fallback does ("minima.default"). At each moment the
// larger of what applies at either aircraft's place counts, horizontal and vertical each.
//
// An aircraft that is not certain (unknown party, party known by its callsign only or by an address that two
// aircraft use, suspect, without altitude) could be anything: then every clause that could apply to the pair counts, and the fallback
// too, each component at its greatest. A suspect aircraft's place is not certain either, so areas are
// not looked at. What is uncertain never lowers minima (rule a).
//
// Pure after construction; any thread.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "airspace/rules.h"
#include "guard/region.h"
#include "track/prediction.h"
#include "track/track.h"

namespace skypact::guard {

inline constexpr std::string_view default_clause = "minima.default";

// What the minima look at in one aircraft.
struct MinimaSide {
  PartyId party;
  AircraftClass aircraft_class = AircraftClass::unknown;
  bool party_known = true;     // by more than a callsign, and no other aircraft uses its address
  bool certain = true;         // who and how high it is
  bool place_certain = true;   // where it is
};
[[nodiscard]] MinimaSide minima_side(const Track& track, const track::MotionState& state);

// An applicable separation; `clause` is an index into Rules::minima, or -1 for the fallback.
struct Required {
  Minima minima;
  int horizontal_clause = -1;
  int vertical_clause = -1;
};

// What could apply to a pair, in order; the first without an area ends it.
struct PairMinima {
  Required everywhere;             // applies where no area in `by_place` does
  std::vector<int> by_place;       // clauses with an area that match the pair, in order
  Minima greatest;                 // of all of these: enough to rule a pair out
  bool strictest = false;          // because a side is not certain
};

// One stretch of the prediction with one separation.
struct MinimaPiece {
  TimeSpan time;
  Required required;
};

class MinimaTable {
 public:
  // Clauses whose area is not a polygon are taken to apply everywhere and never lower the fallback: rules
  // are checked where they are read, and a bad one must not make the sky less safe.
  explicit MinimaTable(const Rules& rules);

  [[nodiscard]] PairMinima of(const MinimaSide& a, const MinimaSide& b) const;
  // The greatest of all clauses and the fallback: the reach of the search.
  [[nodiscard]] Minima greatest() const { return greatest_; }

  // Along both paths over [0, horizon]: in order, without gaps.
  [[nodiscard]] std::vector<MinimaPiece> pieces(const PairMinima& pair, const Path& a, const Path& b, Duration horizon) const;
  // At two places.
  [[nodiscard]] Required at(const PairMinima& pair, geo::Vec3 a, geo::Vec3 b) const;
  // "minima.default", or the clause's id; both where horizontal and vertical come from different ones.
  [[nodiscard]] std::string name(const Required& required) const;

 private:
  struct Clause {
    MinimaClause rule;
    std::optional<Region> area;
  };
  [[nodiscard]] Required at(const PairMinima& pair, geo::Vec3 place) const;

  std::vector<Clause> clauses_;
  Minima fallback_;
  Minima greatest_;
};

// Each component at its greater.
[[nodiscard]] Required strictest(const Required& a, const Required& b);

}  // namespace skypact::guard
