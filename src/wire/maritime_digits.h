#pragma once
// The maritime identification digits (MID) of the International Telecommunication Union: three digits that name the
// country in which a ship's station, and so a 406 MHz beacon, is registered (ITU Radio Regulations, table of maritime
// identification digits). A number that is not in the table stays a number: the table grows, an alert must not wait.
//
//     country_of_digits(227) == "France";     country_of_digits(999).empty()
//
// Pure; any thread.

#include <string_view>

namespace skypact::wire {

// Empty where the table has no such number.
[[nodiscard]] std::string_view country_of_digits(unsigned digits);

}  // namespace skypact::wire
