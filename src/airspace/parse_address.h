#pragma once
// Addresses as people and files write them.

#include <cstddef>
#include <string_view>

#include "airspace/identity.h"
#include "base/result.h"

namespace skypact {

// The names in "report:heli-7" and "manual:ALPHA1": letters, digits, '.', '_' and '-', not empty.
inline constexpr std::size_t longest_track_name = 24;
[[nodiscard]] bool is_track_name(std::string_view name);

// "4D2023", "~2A0451", "tisb:4D2023", "report:heli-7", "manual:ALPHA1": what to_string(Address) writes. Error: bad_input, with
// examples.
Result<Address> parse_address(std::string_view text);

}  // namespace skypact
