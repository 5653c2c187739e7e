#include "server/route_path.h"

#include "server/http.h"

namespace skypact::server {
namespace {

std::string_view next_segment(std::string_view& path) {
  path.remove_prefix(1);   // the slash
  const std::string_view segment = path.substr(0, path.find('/'));
  path.remove_prefix(segment.size());
  return segment;
}

}  // namespace

std::optional<std::vector<std::string>> match_path(std::string_view pattern, std::string_view path) {
  std::vector<std::string> parameters;
  while (!pattern.empty() && !path.empty() && path.front() == '/') {
    const std::string_view wanted = next_segment(pattern);
    if (wanted == "{path}") {
      auto rest = percent_decode(path.substr(1));
      if (!rest) return std::nullopt;
      parameters.push_back(std::move(*rest));
      path = {};
      break;
    }
    const std::string_view given = next_segment(path);
    if (wanted.starts_with('{')) {
      auto value = percent_decode(given);
      if (!value || value->empty()) return std::nullopt;
      parameters.push_back(std::move(*value));
    } else if (wanted != given) {
      return std::nullopt;
    }
  }
  if (!pattern.empty() || !path.empty()) return std::nullopt;
  return parameters;
}

}  // namespace skypact::server
