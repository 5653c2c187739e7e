#pragma once
// Hexadecimal digits as people and receivers write them: in either case, in groups with spaces between.
//
//     auto digits = read_hex_digits("fffe 2f8d", 80);     // "FFFE2F8D"
//
// Pure; any thread.

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace skypact::wire {

// Upper-case digits without the spaces; an error that names the first character that is none, or says that there are none
// or more than `most`.
[[nodiscard]] Result<std::string> read_hex_digits(std::string_view text, std::size_t most);

// The value of one of "0123456789ABCDEF".
[[nodiscard]] unsigned hex_value(char digit);

}  // namespace skypact::wire
