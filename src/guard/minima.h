#pragma once
// Minima of a pair: which separation two aircraft must keep, where and when, and which clause of which table says so.
//
//     MinimaTable table(*rules);                       // polygons made ready, once
//     table.look_from(now, advisory_look_ahead);       // at every step
//     PairMinima minima = table.of(side_of(track_a, state_a), side_of(track_b, state_b));
//     for (const MinimaPiece& piece : table.pieces(minima, path_a, path_b, seconds(120))) …
//
// In each table the first clause that matches the pair's parties and classes, in either order, and the time applies
// within its area; without an area everywhere; where none applies the table's fallback does. At each moment the
// larger of what applies at either aircraft's place counts, and of all tables that hold the stricter: horizontal and
// vertical each, and the smallest level tolerance.
//
// Time of change. Within Rules::clock_offset of an instant at which a table or a clause begins or ends, what held
// before and what holds after both do. At a moment ahead the stricter of what holds then and of what holds now counts:
// larger minima that come into force in two minutes are alerted for before they do, and smaller ones silence nothing
// before they hold, for a loss may come sooner than predicted.
//
// An aircraft that is not certain (unknown party, party known by its callsign only or by an address that two
// aircraft use, suspect, without altitude) could be anything: then every clause that could apply to the pair counts, and the fallback
// too, each component at its greatest. A suspect aircraft's place is not certain either, so areas are
// not looked at. What is uncertain never lowers minima (rule a).
//
// Between two calls of look_from() it is only read; any thread.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "airspace/rules.h"
#include "guard/alert.h"
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

// An applicable separation; a clause is an index into the table's own list, -1 where nothing asks for anything.
struct Required {
  Minima minima{metres(0), Height{}};
  int horizontal_clause = -1;
  int vertical_clause = -1;
  Height level_tolerance;          // the smallest of the tables that hold
};

// What could apply to a pair.
struct PairMinima {
  // Of one table, in one stretch of time.
  struct Layer {
    Required everywhere;           // applies where no area in `by_place` does
    std::vector<int> by_place;     // clauses with an area that match the pair, in order
  };
  struct Epoch {
    TimeSpan time;                 // from now; the last has no end
    std::vector<Layer> layers;
  };
  Required everywhere;             // all there is, unless it varies
  bool varies = false;             // by place or time: pieces() and at() know more
  std::vector<Epoch> epochs;       // then
  Minima greatest;                 // of all of these: enough to rule a pair out
  Height least_tolerance;
  bool strictest = false;          // because a side is not certain
};

// One stretch of the prediction with one separation.
struct MinimaPiece {
  TimeSpan time;
  Required required;
};

class MinimaTable {
 public:
  // With more changes than this in one look ahead, time is not looked at and every clause could apply.
  static constexpr std::size_t most_changes = 64;

  // Clauses whose area is not a polygon are taken to apply everywhere and never lower the fallback: rules
  // are checked where they are read, and a bad one must not make the sky less safe. Until look_from() is told the
  // time, every table and clause holds.
  explicit MinimaTable(const Rules& rules);

  // What holds at `now` and until now + look_ahead.
  void look_from(Time now, Duration look_ahead);

  [[nodiscard]] PairMinima of(const MinimaSide& a, const MinimaSide& b) const;
  // The greatest of all that hold: the reach of the search.
  [[nodiscard]] Minima greatest() const { return greatest_; }

  // Along both paths over [0, horizon]: in order, without gaps.
  [[nodiscard]] std::vector<MinimaPiece> pieces(const PairMinima& pair, const Path& a, const Path& b, Duration horizon) const;
  // At two places, at a moment from now.
  [[nodiscard]] Required at(const PairMinima& pair, geo::Vec3 a, geo::Vec3 b, Duration when = {}) const;
  // The first moment after `when` at which other minima may hold; nullopt: none.
  [[nodiscard]] static std::optional<Duration> next_change(const PairMinima& pair, Duration when);

  // Where each distance comes from.
  [[nodiscard]] MinimaOrigin horizontal_origin(const Required& required) const { return origin(required.horizontal_clause); }
  [[nodiscard]] MinimaOrigin vertical_origin(const Required& required) const { return origin(required.vertical_clause); }
  // In words: see text_of.
  [[nodiscard]] std::string name(const Required& required) const;

 private:
  struct Clause {
    MinimaClause rule;
    std::optional<Region> area;
    std::size_t table = 0;
    bool fallback = false;
  };
  struct Table {
    std::string version;
    Interval<Time> valid = always;
    Height level_tolerance;
    int first = 0, end = 0;        // of clauses_
  };
  // Clauses of one table that are active together, in order.
  using Active = std::vector<int>;
  struct Epoch {
    TimeSpan time;
    std::vector<Active> layers;
    Height level_tolerance;
  };
  void add_table(const AgreedMinima& table);
  [[nodiscard]] bool active_at(const Clause& clause, Time at) const;
  // What holds at some moment of [from, to] is added to `epoch`.
  void hold(Epoch& epoch, Time from, Time to) const;
  void every_clause_alone();
  void find_greatest();
  [[nodiscard]] PairMinima::Layer layer_of(const Active& active, Height tolerance, bool strictest, bool anywhere, const MinimaSide& a, const MinimaSide& b) const;
  [[nodiscard]] Required at(const PairMinima::Layer& layer, bool strictest, geo::Vec3 place) const;
  [[nodiscard]] MinimaOrigin origin(int clause) const;

  std::vector<Clause> clauses_;    // of all tables; the node's own are the last
  std::vector<Table> tables_;
  std::vector<Time> changes_;      // ordered: when a table or clause begins or ends
  Duration clock_offset_{};
  std::vector<Epoch> epochs_;      // in order, without gaps; at least one
  // From here to there nothing changes: a window within it needs no new epochs.
  std::optional<Interval<Time>> settled_;
  Minima greatest_;
};

// Each component at its greater; of equal ones that of `a`.
[[nodiscard]] Required strictest(const Required& a, const Required& b);

// "minima.default", "separation.2 of corridor v3 5f2a91c0b3d4"; both where the distances come from different clauses.
[[nodiscard]] std::string text_of(const MinimaOrigin& horizontal, const MinimaOrigin& vertical);

}  // namespace skypact::guard
