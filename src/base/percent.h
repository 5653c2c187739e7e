#pragma once
// Percent-encoding (RFC 3986, section 2.1) of what becomes one segment of a URL's path or a value of its query.
//
//     url += '/' + percent_encode(ovn);
//
// Pure; any thread.

#include <string>
#include <string_view>

namespace skypact {

// All but letters, digits, "-", ".", "_" and "~".
[[nodiscard]] std::string percent_encode(std::string_view text);

}  // namespace skypact
