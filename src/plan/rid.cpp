#include "plan/rid.h"

namespace skypact::plan {
namespace {

// Below the base of a USS's interface, in F3411-22a.
std::string_view resource_of(RidKind kind) { return kind == RidKind::area ? "/uss/flights" : "/uss/identification_service_areas"; }

}  // namespace

RidUrl rid_url(std::string_view given, RidKind kind, RidVersion through) {
  const std::string_view resource = resource_of(kind);
  if (through == RidVersion::f3411_22a) return {std::string(given), true};
  if (!given.ends_with(resource)) return {std::string(given), false};
  const std::string_view base = given.substr(0, given.size() - resource.size());
  const std::size_t host = base.find("://");
  const bool has_host = host != std::string_view::npos && base.size() > host + 3 && base.back() != '/';
  return has_host ? RidUrl{std::string(base), true} : RidUrl{std::string(given), false};
}

std::string url_in(RidVersion version, RidKind kind, const RidUrl& url) {
  std::string text = url.text;
  if (version == RidVersion::f3411_19 && url.is_base) text += resource_of(kind);
  return text;
}

}  // namespace skypact::plan
