#pragma once
// The sender's side: DF17, DF11, DF4 and DF5 frames as a transponder sends them (DO-260B §2.2.3.2, ICAO
// Annex 10 Vol. IV §3.1.2), for the simulator and for tests. Values are rounded to what the field holds and
// held inside its range; an absent optional is sent as "no information". Pure; any thread.
//
//     const auto frame = encode_airborne_position(0x4D2023, {.position = p, .altitude_ft = 37'000, .odd = true});
//     append_beast(make_frame(frame, ticks), out);

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "airspace/observation.h"
#include "geo/position.h"
#include "wire/adsb.h"

namespace skypact::wire {

using ShortFrame = std::array<std::uint8_t, 7>;
using LongFrame = std::array<std::uint8_t, 14>;

// A whole DF17 around a 56-bit ME field. on_ground sets CA to 4, else 5.
[[nodiscard]] LongFrame encode_df17(std::uint32_t address, std::uint64_t me, bool on_ground = false);
// A whole DF18 with the given CF (0 to 7).
[[nodiscard]] LongFrame encode_df18(std::uint8_t control, std::uint32_t address, std::uint64_t me);

// category: "A3", "B6", …; anything else is sent as A0.
[[nodiscard]] LongFrame encode_identification(std::uint32_t address, std::string_view callsign, std::string_view category = "A0");

struct AirbornePositionToSend {
  geo::Position position{};
  std::optional<std::int32_t> altitude_ft{};  // pressure altitude, or height above the ellipsoid for type codes 20 to 22
  bool odd = false;
  std::uint8_t type_code = 11;              // 9 to 18, 20 to 22
  SurveillanceStatus surveillance = SurveillanceStatus::none;
  bool nic_supplement_b = false;
};
[[nodiscard]] LongFrame encode_airborne_position(std::uint32_t address, const AirbornePositionToSend& p);

struct SurfacePositionToSend {
  geo::Position position{};
  std::optional<double> ground_speed_kt{}, track_deg{};
  bool odd = false;
  std::uint8_t type_code = 7;  // 5 to 8
};
[[nodiscard]] LongFrame encode_surface_position(std::uint32_t address, const SurfacePositionToSend& p);

struct VelocityToSend {
  std::int32_t east_kt = 0, north_kt = 0;            // subtype 2, in steps of 4 kt, where one is beyond 1021 kt
  std::optional<std::int32_t> vertical_rate_fpm{};     // steps of 64
  VerticalRateSource vertical_rate_source = VerticalRateSource::barometric;
  std::optional<std::int32_t> gnss_minus_baro_ft{};    // steps of 25, within 3150
  std::uint8_t nac_v = 1;
};
[[nodiscard]] LongFrame encode_velocity(std::uint32_t address, const VelocityToSend& v);

struct AirspeedToSend {
  std::optional<double> heading_deg{};
  std::optional<std::int32_t> airspeed_kt{};           // subtype 4, in steps of 4 kt, beyond 1021 kt
  bool true_airspeed = true;
  std::optional<std::int32_t> vertical_rate_fpm{};
  VerticalRateSource vertical_rate_source = VerticalRateSource::barometric;
  std::optional<std::int32_t> gnss_minus_baro_ft{};
  std::uint8_t nac_v = 1;
};
[[nodiscard]] LongFrame encode_airspeed(std::uint32_t address, const AirspeedToSend& v);

struct OperationalStatusToSend {
  bool surface = false;
  std::uint8_t version = 2;                          // 0, 1, 2
  bool nic_supplement_a = false, nic_supplement_c = false;
  std::uint8_t nac_p = 9, sil = 3, gva = 2;
  bool nic_baro = true;
  bool acas_operational = true;
  bool heading_is_magnetic = false;
};
[[nodiscard]] LongFrame encode_operational_status(std::uint32_t address, const OperationalStatusToSend& s);

// Type code 28 subtype 1.
[[nodiscard]] LongFrame encode_emergency(std::uint32_t address, Emergency emergency, std::uint16_t squawk);
// Type code 28 subtype 2.
[[nodiscard]] LongFrame encode_resolution_advisory(std::uint32_t address, const ResolutionAdvisory& advisory);

// Type code 29 subtype 1. Selected altitude in steps of 32 ft, baro setting of 0.8 hPa, heading of 0.7 degree.
[[nodiscard]] LongFrame encode_target_state(std::uint32_t address, const TargetState& t);

// DF11 squitter (interrogator 0) or reply.
[[nodiscard]] ShortFrame encode_all_call(std::uint32_t address, bool on_ground = false, std::uint8_t interrogator = 0);
// DF4 and DF5: surveillance replies, the address in the parity. flight_status: 0 airborne, 1 on the ground,
// 2 airborne with alert, 3 on the ground with alert, 4 alert and SPI, 5 SPI.
[[nodiscard]] ShortFrame encode_altitude_reply(std::uint32_t address, std::optional<std::int32_t> altitude_ft, std::uint8_t flight_status = 0);
[[nodiscard]] ShortFrame encode_identity_reply(std::uint32_t address, std::uint16_t squawk, std::uint8_t flight_status = 0);

}  // namespace skypact::wire
