// Any text as a filed flight plan: it is refused with a reason, or makes volumes that a DSS takes, or is refused for those with a reason.
// Two names in three are known, each somewhere.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/check.h"
#include "plan/f3548.h"
#include "plan/flight_corridor.h"

namespace {

using namespace skypact;
using namespace skypact::plan;

std::optional<LatLng> place_of(std::string_view name) {
  std::uint32_t sum = 0;
  for (const char c : name) sum = sum * 31 + static_cast<unsigned char>(c);
  if (sum % 3 == 0) return std::nullopt;
  return LatLng{static_cast<double>(sum % 181) - 90, static_cast<double>(sum / 181 % 361) - 180};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const Time filed_at{std::chrono::hours(500'000)};
  const KnownPlaces known{place_of, [](LatLng place) { return std::optional(place.lat_deg / 4); }};
  const auto plan = read_icao_flight_plan(text, known, filed_at);
  if (!plan) {
    SKYPACT_CHECK(!plan.error().message.empty());
    return 0;
  }
  SKYPACT_CHECK(!plan->call_sign.empty() && plan->elapsed > Duration{} && plan->route.size() <= IcaoLimits::route_elements);
  const auto volumes = volumes_of(*plan, {});
  if (!volumes) {
    SKYPACT_CHECK(!volumes.error().message.empty());
    return 0;
  }
  SKYPACT_CHECK(!volumes->empty() && volumes->size() <= FlightLimits::volumes);
  for (const Volume& v : *volumes) {
    SKYPACT_CHECK(v.lower_m && v.upper_m && *v.lower_m < *v.upper_m && !v.time.empty());
    SKYPACT_CHECK(v.area.area_km2() <= 2'500);
  }
  return 0;
}
