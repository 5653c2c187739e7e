#pragma once
// Where C/S T.001 annex A puts the fields of a first-generation message: shared by the decoder and the encoder. Bit
// numbers are those of the document. Pure; any thread.

#include <array>
#include <cstdint>
#include <optional>

#include "wire/beacon.h"
#include "wire/beacon_bits.h"

namespace skypact::wire::t001 {

using Bits = BeaconBits<1, 144>;

// How a family of protocols codes a position: flag, degrees and steps below a degree of latitude, then of longitude; then,
// in the second field, for each axis a sign, minutes and seconds/4 to be added.
struct PositionLayout {
  unsigned first;               // the N/S flag
  unsigned step_bits;           // below a degree, latitude and longitude alike
  unsigned step_minutes;
  bool default_steps_are_ones;  // in the default pattern; degrees are always ones and flags zeros
  unsigned offset_first;        // 0: no offset
  unsigned offset_minute_bits;
  unsigned most_offset_minutes;
  double coarse_reach_minutes;  // how far the true place can be from the coarse one
};

inline constexpr PositionLayout standard_layout{65, 2, 15, true, 113, 5, 30, 31};
inline constexpr PositionLayout national_layout{59, 5, 2, false, 113, 2, 3, 4};
inline constexpr PositionLayout half_degree_layout{67, 1, 30, true, 115, 4, 15, 16};  // return link and ELT(DT)
inline constexpr PositionLayout user_layout{108, 4, 4, false, 0, 0, 0, 2};

// Bits of one coordinate with its flag: 8 + step_bits of latitude, one more of longitude.
[[nodiscard]] constexpr unsigned latitude_bits(const PositionLayout& layout) { return 8 + layout.step_bits; }
[[nodiscard]] constexpr unsigned longitude_bits(const PositionLayout& layout) { return 9 + layout.step_bits; }
[[nodiscard]] constexpr std::uint64_t default_coordinate(const PositionLayout& layout, unsigned degree_bits) {
  const std::uint64_t degrees = ((std::uint64_t{1} << degree_bits) - 1) << layout.step_bits;
  return degrees | (layout.default_steps_are_ones ? (std::uint64_t{1} << layout.step_bits) - 1 : 0);
}

[[nodiscard]] constexpr bool is_user(BeaconProtocol p) { return p >= BeaconProtocol::orbitography && p <= BeaconProtocol::test_user; }
[[nodiscard]] constexpr bool is_standard(BeaconProtocol p) { return p >= BeaconProtocol::standard_epirb_mmsi && p <= BeaconProtocol::standard_test; }
[[nodiscard]] constexpr bool is_national(BeaconProtocol p) { return p >= BeaconProtocol::national_elt && p <= BeaconProtocol::national_test; }
// User protocols whose long messages carry a position (A3.3.4).
[[nodiscard]] constexpr bool may_have_user_location(BeaconProtocol p) {
  return is_user(p) && p != BeaconProtocol::orbitography && p != BeaconProtocol::national_user;
}

// nullptr where the protocol has no position of its own in its first field.
[[nodiscard]] constexpr const PositionLayout* coarse_layout(BeaconProtocol p) {
  if (is_standard(p)) return &standard_layout;
  if (is_national(p)) return &national_layout;
  if (p == BeaconProtocol::return_link || p == BeaconProtocol::elt_dt) return &half_degree_layout;
  return nullptr;
}

// Location protocols (bit 26 is 0) by bits 37 to 40, user protocols by bits 37 to 39, serial ones by bits 40 to 42.
inline constexpr std::array<BeaconProtocol, 16> location_protocols = {
    BeaconProtocol::unknown,
    BeaconProtocol::unknown,
    BeaconProtocol::standard_epirb_mmsi,
    BeaconProtocol::standard_elt_aircraft_address,
    BeaconProtocol::standard_elt_serial,
    BeaconProtocol::standard_elt_operator,
    BeaconProtocol::standard_epirb_serial,
    BeaconProtocol::standard_plb_serial,
    BeaconProtocol::national_elt,
    BeaconProtocol::elt_dt,
    BeaconProtocol::national_epirb,
    BeaconProtocol::national_plb,
    BeaconProtocol::standard_ship_security,
    BeaconProtocol::return_link,
    BeaconProtocol::standard_test,
    BeaconProtocol::national_test,
};
inline constexpr unsigned serial_user = 3;
inline constexpr std::array<BeaconProtocol, 8> user_protocols = {
    BeaconProtocol::orbitography,  BeaconProtocol::aviation_user, BeaconProtocol::maritime_user,        BeaconProtocol::unknown,
    BeaconProtocol::national_user, BeaconProtocol::unknown,       BeaconProtocol::radio_call_sign_user, BeaconProtocol::test_user,
};
inline constexpr std::array<BeaconProtocol, 8> serial_protocols = {
    BeaconProtocol::serial_elt,
    BeaconProtocol::serial_operator,
    BeaconProtocol::serial_float_free_epirb,
    BeaconProtocol::serial_aircraft_address,
    BeaconProtocol::serial_non_float_free_epirb,
    BeaconProtocol::unknown,
    BeaconProtocol::serial_plb,
    BeaconProtocol::unknown,
};

// Upper ends of the altitude bands of ELT(DT) (A3.3.8), in metres; code 14 is above the last, code 15 says nothing.
inline constexpr std::array<int, 14> altitude_band_tops_m = {400, 800, 1200, 1600, 2200, 2800, 3400, 4000, 4800, 5600, 6600, 7600, 8800, 10000};

// A cancellation of ELT(DT) (A3.3.8.5): bits 67 to 85 of the first field, bits 107 to 132 of the second.
inline constexpr std::uint64_t cancelled_first = 0b1'11111010'1'111111010;
inline constexpr std::uint64_t cancelled_second = 0b00111100'0'1111'0000'0'1111'0000;

// Return link: the type approval numbers of a beacon type have its thousands in front (A3.3.7), by bits 41 to 42.
inline constexpr std::array<unsigned, 4> return_link_thousands = {2000, 1000, 3000, 0};

inline constexpr std::uint64_t normal_frame_sync = 0b0'0010'1111;
inline constexpr std::uint64_t self_test_frame_sync = 0b0'1101'0000;

}  // namespace skypact::wire::t001
