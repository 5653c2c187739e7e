#pragma once
// A document that a person wrote, as JSON or as TOML.
//
//     auto json = json_of_file("notice.toml");

#include <cstddef>
#include <string>

#include "base/result.h"

namespace skypact::app {

inline constexpr std::size_t longest_document = std::size_t{1} << 20;

// As JSON; "-" is standard input. Errors: not_found, over_limit, bad_input with the file and line.
Result<std::string> json_of_file(const std::string& file);

}  // namespace skypact::app
