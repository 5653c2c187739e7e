#pragma once
// The codes that several Mode S messages share: altitude, identity (squawk), characters. Pure; any thread.

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/fixed_string.h"
#include "wire/error_counts.h"

namespace skypact::wire {

// An altitude code as sent. `feet` is empty where the sender has none (defect none) or where the code cannot
// be read (defect says why).
struct AltitudeCode {
  std::optional<std::int32_t> feet{};
  bool in_25ft = false;  // the step is 25 ft, else 100 ft
  DecodeError defect = DecodeError::none;
  friend bool operator==(const AltitudeCode&, const AltitudeCode&) = default;
};

// The 13-bit AC field (Annex 10 Vol. IV §3.1.2.6.5.4): C1 A1 C2 A2 C4 A4 M B1 Q B2 D2 B4 D4.
[[nodiscard]] AltitudeCode decode_altitude13(std::uint32_t code);
// The 12-bit field of airborne positions: the same without M (Doc 9871 §A.2.3.2.3).
[[nodiscard]] AltitudeCode decode_altitude12(std::uint32_t code);

// The nearest code of 25 ft steps in [-1000, 50 175] ft, of 100 ft steps (Gillham) above, up to 126 700 ft;
// 0 (no altitude) outside.
[[nodiscard]] std::uint32_t encode_altitude13(std::int32_t feet);
[[nodiscard]] std::uint32_t encode_altitude12(std::int32_t feet);

// The 13-bit ID field (Annex 10 Vol. IV §3.1.2.6.7.1): C1 A1 C2 A2 C4 A4 X B1 D1 B2 D2 B4 D4, to and from
// the four octal digits ABCD written as a decimal number: 7700 is 7700. A squawk with a digit above 7 is
// encoded digit by digit modulo 8.
[[nodiscard]] std::uint16_t decode_identity(std::uint32_t code);
[[nodiscard]] std::uint32_t encode_identity(std::uint16_t squawk);

// Eight 6-bit characters (Annex 10 Vol. IV table 3-8), spaces at both ends removed. nullopt where a
// character is none of A to Z, 0 to 9 and space, or a space stands inside the name. Empty: no name available.
[[nodiscard]] std::optional<FixedString<8>> decode_callsign(std::uint64_t characters48);
// Lower case is raised, other characters become spaces, beyond eight are cut off.
[[nodiscard]] std::uint64_t encode_callsign(std::string_view callsign);

}  // namespace skypact::wire
