#pragma once
// Comm-B registers in DF20 and DF21 (ICAO Doc 9871 Appendix A). A reply does not say which register it
// holds: the ground station asked for it on another frequency. So it is inferred, and only when that is
// safe: the bits fit exactly one of the registers known here (status bits, reserved bits, ranges), and what
// 5,0 and 6,0 say fits what the aircraft itself broadcast by ADS-B, where it did. Anything else is nothing.
// Pure; any thread.

#include <cstdint>
#include <optional>
#include <variant>

#include "wire/adsb.h"

namespace skypact::wire {

// 1,0: what the transponder can do.
struct DataLinkCapability {
  bool acas_operational = false, acas_resolution_advisory = false;
  std::uint8_t subnetwork_version = 0;
  bool identification_capable = false, squitter_capable = false, surveillance_identifier_capable = false;
  friend bool operator==(const DataLinkCapability&, const DataLinkCapability&) = default;
};

// 1,7: which registers the aircraft serves; bit 1 of Doc 9871 table A-2-23 is the highest of 24.
struct ServedRegisters {
  std::uint32_t flags = 0;
  friend bool operator==(const ServedRegisters&, const ServedRegisters&) = default;
};

// 4,0.
struct SelectedVerticalIntention {
  std::optional<std::int32_t> mcp_altitude_ft{}, fms_altitude_ft{};
  std::optional<double> baro_setting_hpa{};
  bool modes_known = false;
  bool vnav = false, altitude_hold = false, approach = false;
  std::optional<std::uint8_t> target_source{};  // 0 unknown, 1 aircraft altitude, 2 MCP/FCU, 3 FMS
  friend bool operator==(const SelectedVerticalIntention&, const SelectedVerticalIntention&) = default;
};

// 5,0.
struct TrackAndTurn {
  std::optional<double> roll_deg{}, true_track_deg{}, ground_speed_kt{}, track_rate_deg_s{}, true_airspeed_kt{};
  friend bool operator==(const TrackAndTurn&, const TrackAndTurn&) = default;
};

// 6,0.
struct HeadingAndSpeed {
  std::optional<double> magnetic_heading_deg{}, indicated_airspeed_kt{}, mach{};
  std::optional<std::int32_t> baro_rate_fpm{}, inertial_rate_fpm{};
  friend bool operator==(const HeadingAndSpeed&, const HeadingAndSpeed&) = default;
};

using CommBContent = std::variant<std::monostate, DataLinkCapability, ServedRegisters, Identification, ResolutionAdvisory,
                                  SelectedVerticalIntention, TrackAndTurn, HeadingAndSpeed>;

// What ADS-B said of the same aircraft within the last seconds, and the altitude of the reply itself.
struct CommBContext {
  std::optional<double> ground_speed_kt{}, track_deg{};
  std::optional<std::int32_t> altitude_ft{}, vertical_rate_fpm{};
};

// The low 56 bits of `mb`; monostate where it is not safe to say.
[[nodiscard]] CommBContent infer_comm_b(std::uint64_t mb, const CommBContext& known = {});

}  // namespace skypact::wire
