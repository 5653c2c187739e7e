#pragma once
// Observation: one decoded report about one aircraft from one source.
//
// A decoder fills what the report says and leaves the rest empty; `track` fuses. Every present field is
// of `measured_at`. Fields hold what was broadcast, rounded once (positions to 1e-7 degree, heights to
// 0.1 mm), so that a recording replays to the same values.

#include <cstdint>
#include <optional>

#include "airspace/identity.h"
#include "base/quantity.h"
#include "base/time.h"
#include "geo/position.h"

namespace skypact {

struct GroundVelocity {
  Speed speed;
  TrueBearing track;
  friend bool operator==(const GroundVelocity&, const GroundVelocity&) = default;
};

// ADS-B emergency/priority status (DO-260B §2.2.3.2.7.8.1.1, TC 28 subtype 1) and what squawks say.
enum class Emergency : std::uint8_t {
  none = 0,
  general = 1,
  medical = 2,
  minimum_fuel = 3,
  no_communications = 4,
  unlawful_interference = 5,
  downed = 6,
  reserved = 7,
};

// Selected altitude (TC 29, BDS 4,0): what the crew dialled, against their own baro setting.
struct SelectedAltitude {
  Height value;                        // above the pressure level of `baro_setting`
  std::optional<Pressure> baro_setting;
  bool from_fms = false;               // false: MCP/FCU
  friend bool operator==(const SelectedAltitude&, const SelectedAltitude&) = default;
};

struct Observation {
  SourceId source;
  SourceKind kind = SourceKind::adsb;
  Address address;
  Time received_at;
  Time measured_at;  // equals received_at where the source gives no better

  std::optional<geo::Position> position;
  std::optional<Length> accuracy;     // horizontal, 95 % (EPU of NACp; the sender's own figure in reports)
  std::optional<Length> containment;  // Rc of NIC: the position is within it but for the SIL probability
  std::optional<std::uint8_t> nic, nac_p, sil, adsb_version;

  std::optional<PressureAltitude> pressure_altitude;
  std::optional<EllipsoidAltitude> ellipsoid_altitude;
  std::optional<MeanSeaLevelAltitude> sea_level_altitude;
  std::optional<Height> altitude_accuracy;     // 95 %, of the altitude given
  std::optional<Height> gnss_minus_pressure;   // broadcast difference: ellipsoid (or MSL) minus pressure altitude
  bool altitude_in_25ft = false;               // the pressure altitude's step is 25 ft, else 100 ft

  std::optional<GroundVelocity> velocity;
  std::optional<VerticalRate> vertical_rate;
  std::optional<bool> on_ground;

  std::optional<FixedString<8>> callsign;
  std::optional<std::uint16_t> squawk;  // octal digits as decimal: 7700 is 7700
  std::optional<Emergency> emergency;
  std::optional<SelectedAltitude> selected_altitude;
  std::optional<TrueBearing> heading;
  std::optional<AircraftClass> aircraft_class;
  std::optional<FixedString<8>> registration, type_designator;
  std::optional<PartyId> party;         // as the report states it; the basis is then PartyBasis::report
  bool acas_resolution_advisory = false;
  bool special_position_identification = false;
};

}  // namespace skypact
