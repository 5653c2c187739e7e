#pragma once
// Small fields that several text formats share. Each returns nullopt for what is none. Pure; any thread.

#include <cstdint>
#include <optional>
#include <string_view>

#include "airspace/observation.h"
#include "base/fixed_string.h"

namespace skypact::wire {

// Six hex digits: "4D2023", "4d2023".
[[nodiscard]] std::optional<std::uint32_t> parse_address24(std::string_view text);
// Four octal digits as a decimal number: "7700" is 7700.
[[nodiscard]] std::optional<std::uint16_t> parse_squawk(std::string_view text);
// Up to eight of A to Z and 0 to 9, raised to upper case, spaces at both ends taken off; not empty.
[[nodiscard]] std::optional<FixedString<8>> parse_callsign(std::string_view text);
// Up to eight of A to Z, 0 to 9 and "-": registrations and type designators.
[[nodiscard]] std::optional<FixedString<8>> parse_registration(std::string_view text);

// Bounds within which a number can be true of anything that flies; beyond, a report is refused.
struct Plausible {
  static constexpr double altitude_from_ft = -2000, altitude_to_ft = 150'000;
  static constexpr double speed_to_kt = 4000;
  static constexpr double vertical_rate_fpm = 60'000;
};

// Whole hundreds of feet do not prove 100 ft steps, but nothing else can be told from text.
[[nodiscard]] inline bool looks_like_25ft(double altitude_ft) { return static_cast<std::int64_t>(altitude_ft) % 100 != 0; }

}  // namespace skypact::wire
