#pragma once
// Quantities as terms write them: one text for one value, and the value read back from it is the same to the last bit.
// Pure; any thread.

#include <optional>
#include <string>
#include <string_view>

#include "airspace/rules.h"
#include "base/quantity.h"
#include "base/result.h"
#include "base/time.h"

namespace skypact::pact {

// A lower-case letter, then letters, digits, "-" and "_".
[[nodiscard]] bool is_word(std::string_view text);

[[nodiscard]] std::string length_text(Length length);       // "5nm" where that reads back exactly, else "500m"
[[nodiscard]] std::string height_text(Height height);       // "1000ft" where it is whole feet, else "300m"
[[nodiscard]] std::string duration_text(Duration duration); // "72h", "20min", "90s": whole seconds; up to 120 in seconds
[[nodiscard]] std::string clock_text(std::chrono::minutes of_day);   // "06:30", at most "24:00"
[[nodiscard]] std::optional<std::chrono::minutes> parse_clock(std::string_view text);

// "surface", "unlimited", "FL95", "3000ft amsl", "500ft agl", "9550ft pressure", "1000m ellipsoid".
[[nodiscard]] std::string limit_text(const VerticalLimit& limit);
Result<VerticalLimit> parse_limit(std::string_view text);

// The name of a channel in kilohertz, from "121.5MHz" or "5680kHz". Channels that exist:
//   2 000 – 30 000 kHz      HF, whole kilohertz (the aeronautical bands lie inside: ICAO Annex 10 Vol. V, 3.1)
//   118.000 – 136.990 MHz   VHF aeronautical: 25 kHz channels, and 8.33 kHz channels by their names, which end in 05, 10, 15,
//                           30, 35, 40, 55, 60, 65, 80, 85, 90 (ICAO Annex 10 Vol. V, table 4-1 (bis))
//   156.000 – 162.025 MHz   VHF maritime in steps of 25 kHz (ITU Radio Regulations, Appendix 18); channel 16 is 156.8
//   225.000 – 399.975 MHz   UHF in steps of 25 kHz (NATO harmonised band 225 – 400 MHz); guard is 243.0
Result<std::uint32_t> parse_channel(std::string_view text);

}  // namespace skypact::pact
