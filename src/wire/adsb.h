#pragma once
// The 56-bit ME field of extended squitters (DF17, DF18): typed contents by type code.
// Sources: RTCA DO-260B §2.2.3.2 (version 2) and DO-260A (version 1), ICAO Doc 9871 Appendix A to C.
// ME bits are numbered from 1 as there. Raw numbers with the unit last in the name. Pure; any thread.

#include <cstdint>
#include <optional>
#include <variant>

#include "airspace/observation.h"
#include "base/fixed_string.h"
#include "wire/cpr.h"
#include "wire/error_counts.h"
#include "wire/mode_s_fields.h"

namespace skypact::wire {

// Type codes 1 to 4 (§2.2.3.2.5), and register 2,0 of Comm-B (where the category is empty).
struct Identification {
  FixedString<8> callsign{};           // empty: none available
  char category_set = 0;             // 'A' to 'D', 0 where there is none
  std::uint8_t category = 0;         // 0: no information
  friend bool operator==(const Identification&, const Identification&) = default;
};

enum class SurveillanceStatus : std::uint8_t { none, permanent_alert, temporary_alert, special_position };

// Type codes 0, 9 to 18, 20 to 22 (§2.2.3.2.3).
struct AirbornePosition {
  std::uint8_t type_code = 0;
  SurveillanceStatus surveillance = SurveillanceStatus::none;
  bool nic_supplement_b = false;     // single antenna flag in versions 0 and 1
  bool utc_synchronised = false;
  bool gnss_height = false;          // the altitude is height above the ellipsoid (type codes 20 to 22), else pressure
  AltitudeCode altitude{};
  std::optional<CprPosition> cpr{};    // empty in type code 0
  friend bool operator==(const AirbornePosition&, const AirbornePosition&) = default;
};

// Type codes 5 to 8 (§2.2.3.2.4).
struct SurfacePosition {
  std::uint8_t type_code = 0;
  std::optional<double> ground_speed_kt{};  // lower bound of the movement code's interval
  std::optional<double> track_deg{};        // or heading, as OperationalStatus says; true or magnetic likewise
  bool utc_synchronised = false;
  CprPosition cpr{};
  friend bool operator==(const SurfacePosition&, const SurfacePosition&) = default;
};

enum class VerticalRateSource : std::uint8_t { gnss, barometric };

// Type code 19, subtypes 1 to 4 (§2.2.3.2.6). Subtypes 1, 2: over the ground; 3, 4: airspeed and heading;
// 2, 4: supersonic, steps of 4 kt.
struct Velocity {
  std::uint8_t subtype = 0;
  std::optional<std::int32_t> east_kt{}, north_kt{};  // both or none
  std::optional<double> heading_deg{};              // magnetic unless OperationalStatus says true
  std::optional<std::int32_t> airspeed_kt{};
  bool true_airspeed = false;                     // else indicated
  std::optional<std::int32_t> vertical_rate_fpm{};  // upward positive
  VerticalRateSource vertical_rate_source = VerticalRateSource::gnss;
  std::optional<std::int32_t> gnss_minus_baro_ft{};
  std::uint8_t nac_v = 0;                         // 0 in TIS-B
  bool intent_change = false;
  friend bool operator==(const Velocity&, const Velocity&) = default;
};

// Type code 29 subtype 1 (version 2, §2.2.3.2.7.1).
struct TargetState {
  std::optional<std::int32_t> selected_altitude_ft{};
  bool selected_altitude_from_fms = false;        // else MCP/FCU
  std::optional<double> baro_setting_hpa{};
  std::optional<double> selected_heading_deg{};
  std::uint8_t nac_p = 0, sil = 0;
  bool nic_baro = false;
  bool sil_per_sample = false;                    // else per flight hour
  bool acas_operational = false;
  bool modes_known = false;                       // of the next five
  bool autopilot = false, vnav = false, altitude_hold = false, approach = false, lnav = false;
  friend bool operator==(const TargetState&, const TargetState&) = default;
};

// Type code 29 subtype 0 (version 1, DO-260A §2.2.3.2.7.1).
struct TargetStateV1 {
  enum class Source : std::uint8_t { none, mcp, holding, fms };
  std::optional<std::int32_t> target_altitude_ft{};
  Source altitude_source = Source::none;
  bool altitude_is_msl = false;                   // else a flight level
  std::optional<double> target_heading_deg{};
  bool target_is_track = false;                   // else a heading
  std::uint8_t nac_p = 0, sil = 0;
  bool nic_baro = false;
  bool acas_operational = false, acas_resolution_advisory = false;
  Emergency emergency = Emergency::none;
  friend bool operator==(const TargetStateV1&, const TargetStateV1&) = default;
};

// Type code 31 (§2.2.3.2.7.2). A field is empty where the version or the subtype does not carry it.
struct OperationalStatus {
  std::uint8_t version = 0;                       // 0 to 7; above 3 only the version is read
  bool surface = false;                           // subtype 1
  std::optional<bool> nic_supplement_a{}, nic_supplement_c{};
  std::optional<std::uint8_t> nac_p{}, sil{}, gva{}, nac_v{};
  std::optional<bool> sil_per_sample{}, nic_baro{};
  std::optional<bool> heading_is_magnetic{};        // horizontal reference direction: else true north
  std::optional<bool> surface_track_is_heading{};   // what surface positions carry
  std::optional<bool> acas_operational{}, acas_resolution_advisory{}, ident_active{}, single_antenna{};
  std::optional<std::uint8_t> length_width_code{}, system_design_assurance{};
  friend bool operator==(const OperationalStatus&, const OperationalStatus&) = default;
};

// Type code 28 subtype 1 (§2.2.3.2.7.8.1).
struct EmergencyStatus {
  Emergency emergency = Emergency::none;
  std::optional<std::uint16_t> squawk{};            // empty where the field is zero (version 0 and 1)
  friend bool operator==(const EmergencyStatus&, const EmergencyStatus&) = default;
};

// Type code 28 subtype 2 (§2.2.3.2.7.8.2), register 3,0 in Comm-B, MV of DF16 (Annex 10 Vol. IV §4.3.8.4.2).
struct ResolutionAdvisory {
  std::uint16_t advisory = 0;                     // ARA, 14 bits, the first sent is the highest
  std::uint8_t complement = 0;                    // RAC, 4 bits
  bool terminated = false, multiple_threats = false;
  std::uint8_t threat_type = 0;                   // TTI: 0 none, 1 address, 2 altitude, range, bearing
  std::uint32_t threat = 0;                       // TID, 26 bits; 0 in DF16
  // True while pilots are told to do something: ARA not all zero and the advisory not terminated.
  [[nodiscard]] bool active() const { return !terminated && (advisory != 0 || multiple_threats); }
  friend bool operator==(const ResolutionAdvisory&, const ResolutionAdvisory&) = default;
};

// Type code 23 subtype 7 (DO-260A): Mode A code as version 1 sends it in North America.
struct TestSquawk {
  std::uint16_t squawk = 0;
  friend bool operator==(const TestSquawk&, const TestSquawk&) = default;
};

// DF18 CF 3 (DO-260B §2.2.17).
struct TisbCoarsePosition {
  SurveillanceStatus surveillance = SurveillanceStatus::none;
  std::uint8_t service_volume = 0;
  AltitudeCode altitude{};
  std::optional<double> track_deg{};                // steps of 11.25 degrees
  std::optional<double> ground_speed_kt{};          // middle of a 32 kt interval
  CprPosition cpr{};                                // 12 bits
  friend bool operator==(const TisbCoarsePosition&, const TisbCoarsePosition&) = default;
};

// The 56-bit MB field of DF20 and DF21, unread: which register it is takes a guess, see comm_b.h.
struct CommB {
  std::uint64_t mb = 0;
  friend bool operator==(const CommB&, const CommB&) = default;
};

// std::monostate: the message carries nothing more, or nothing that is read here.
using Content = std::variant<std::monostate, Identification, AirbornePosition, SurfacePosition, Velocity, TargetState,
                             TargetStateV1, OperationalStatus, EmergencyStatus, ResolutionAdvisory, TestSquawk,
                             TisbCoarsePosition, CommB>;

// Who made the squitter; decides how some bits are read.
enum class Squitter : std::uint8_t { adsb, adsr, tisb, tisb_coarse };

struct DecodedMe {
  Content content{};
  DecodeError defect = DecodeError::none;  // what of it could not be read and was left empty
  bool other_address = false;              // IMF: the address is not an ICAO address (TIS-B, ADS-R)
};

// The low 56 bits of `me`.
[[nodiscard]] DecodedMe decode_me(std::uint64_t me, Squitter squitter);

// Over the ground, from east_kt and north_kt; nullopt where the message has none.
[[nodiscard]] std::optional<GroundVelocity> ground_velocity(const Velocity& velocity);

}  // namespace skypact::wire
