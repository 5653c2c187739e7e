#pragma once
// Track: what the node believes of one aircraft now, with the source and age of every field.
//
// Values only; `TrackTable` (track/track_table.h) owns and changes them. Everything is as measured;
// `track/prediction.h` extrapolates to a common time.

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "airspace/identity.h"
#include "airspace/observation.h"
#include "base/id.h"
#include "base/time.h"

namespace skypact {

using TrackId = Id<struct TrackTag>;  // never used twice while a node runs

// A value, when it was measured, and by whom.
template <class T>
struct Sourced {
  T value{};
  SourceId source;
  SourceKind kind = SourceKind::adsb;
  Time measured_at;   // last: most values leave room for the two before it in the same eight bytes

  constexpr Sourced() = default;
  constexpr Sourced(T v, Time at, SourceId by, SourceKind how) : value(v), source(by), kind(how), measured_at(at) {}
};
template <class T>
using Known = std::optional<Sourced<T>>;

// live: reports arrive. coasting: none for a few seconds, extrapolated. stale: too old to extrapolate with
// confidence; alerts on it become unobserved. lost: shown for a while as last seen, then forgotten.
enum class Life : std::uint8_t { live, coasting, stale, lost };

[[nodiscard]] std::string_view to_string(Life life);

// Why a track is suspect; bits of Track::suspect. A suspect track still takes part, with the strictest minima.
enum class Suspicion : std::uint8_t {
  position_jump = 1,      // a report far from where the aircraft can be was rejected
  impossible_speed = 2,   // its class of aircraft does not fly so fast, or speed and positions disagree
  frozen_position = 4,    // it says it moves, its position does not
  interference = 8,       // it jumped together with many others
  duplicate_address = 16, // two places at once under one address
};
inline constexpr std::array<Suspicion, 5> all_suspicions{Suspicion::position_jump, Suspicion::impossible_speed,
                                                         Suspicion::frozen_position, Suspicion::interference,
                                                         Suspicion::duplicate_address};
[[nodiscard]] std::string_view to_string(Suspicion suspicion);

struct Track {
  TrackId id;
  Address address;
  Life life = Life::live;
  std::uint8_t suspect = 0;          // bits of Suspicion
  std::uint16_t segment = 0;         // counts up when a rejected jump repeats consistently
  Time first_seen;
  Time last_seen;                    // of any report, received

  PartyId party;
  PartyBasis party_basis = PartyBasis::none;
  bool party_conflict = false;       // two bases name different parties; the strongest basis stands
  AircraftClass aircraft_class = AircraftClass::unknown;
  std::uint8_t ordinal = 1;          // of two tracks under one address; never changes

  Known<geo::Position> position;     // empty: heard, not located
  std::optional<Length> accuracy;    // 95 %, of that position
  std::optional<Length> containment;
  std::optional<std::uint8_t> nic, nac_p, sil;
  Known<geo::Position> rejected_position;  // the last that was not believed; under one address this may be another aircraft

  Known<PressureAltitude> pressure_altitude;
  Known<EllipsoidAltitude> ellipsoid_altitude;
  Known<MeanSeaLevelAltitude> sea_level_altitude;
  std::optional<Height> altitude_accuracy;
  Known<Height> gnss_minus_pressure;
  bool altitude_in_25ft = false;

  Known<GroundVelocity> velocity;
  Known<VerticalRate> vertical_rate;
  bool velocity_from_positions = false;        // nobody reported a velocity; it is the way between two positions
  bool vertical_rate_from_altitudes = false;   // likewise
  Known<TurnRate> turn_rate;         // observed, over the last seconds
  Known<bool> on_ground;

  Known<FixedString<8>> callsign;
  Known<std::uint16_t> squawk;
  Known<Emergency> emergency;
  Known<SelectedAltitude> selected_altitude;
  Known<TrueBearing> heading;
  std::optional<FixedString<8>> registration, type_designator;
  bool acas_resolution_advisory = false;

  // Tracks that fly with this one within their combined accuracy: possibly the same aircraft, seen by
  // another source. Sorted. They stay visible by themselves and never alert against each other.
  std::vector<TrackId> possibly_same;

  // What each kind of source last said: one bit per SourceKind, and the sources themselves.
  struct Contribution {
    SourceId source;
    SourceKind kind = SourceKind::adsb;
    std::uint32_t reports = 0;
    Time last_seen;
  };
  static constexpr std::size_t max_contributions = 4;  // the freshest are kept
  std::array<Contribution, max_contributions> contributions{};
  std::uint8_t contribution_count = 0;

  [[nodiscard]] TrackKey key() const { return {address, ordinal}; }
  [[nodiscard]] bool is_suspect(Suspicion why) const { return (suspect & static_cast<std::uint8_t>(why)) != 0; }
};

}  // namespace skypact
