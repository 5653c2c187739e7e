#pragma once
// From a route's pattern and a request's path to the path's parameters.
//
//     match_path("/api/v1/tracks/{id}", "/api/v1/tracks/17")   // {"17"}
//
// Pure; any thread.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace skypact::server {

// The parameters, percent-decoded, when the path is the pattern's; none is empty. {path} takes all that is left, slashes too.
[[nodiscard]] std::optional<std::vector<std::string>> match_path(std::string_view pattern, std::string_view path);

}  // namespace skypact::server
