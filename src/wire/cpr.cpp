#include "wire/cpr.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace skypact::wire {
namespace {

// The latitudes at which NL goes from 59 to 58, …, from 2 to 1:
//   acos(sqrt((1 - cos(pi/30)) / (1 - cos(2 pi/NL)))), NL = 59 … 2 (DO-260B §A.1.7.2 d, NZ = 15),
// evaluated with 40 digits and rounded to double, so that no machine's own acos has a say.
constexpr std::array<double, 58> transition_latitudes = {
    10.470471299968775, 14.828174368687508, 18.186263570714182, 21.029394926029344, 23.545044865571402,
    25.829247070588554, 27.938987101219166, 29.91135685731838,  31.77209707681102,  33.539934362985456,
    35.228995977964466, 36.85025107593547,  38.412418924123045, 39.92256684333892,  41.386518322602825,
    42.809140122435664, 44.19454951419314,  45.54626722660254,  46.867332524987674, 48.160391280966536,
    49.42776439255704,  50.67150165553846,  51.89342469168786,  53.09516152796016,  54.27817472272919,
    55.4437844449506,   56.59318756205935,  57.72747353866127,  58.84763776148471,  59.954592766940465,
    61.04917774246363,  62.132166592103424, 63.20427479381938,  64.2661652256745,   65.31845309682099,
    66.36171008382628,  67.39646774084676,  68.4232202208334,   69.44242631144031,  70.45451074987608,
    71.4598647302899,   72.45884544728952,  73.4517744166787,   74.43893415725142,  75.42056256653363,
    76.39684390794473,  77.36789461328192,  78.33374082922752,  79.29428225456931,  80.24923213280516,
    81.19801349271951,  82.13956980510609,  83.07199444719816,  83.99173562980566,  84.89166190702088,
    85.75541620944419,  86.53536997512101,  87.0};

double scale(const CprPosition& p) { return static_cast<double>(std::int64_t{1} << p.bits); }
// Degrees that all zones together span: the earth's turn for airborne, a quarter of it for surface positions.
double span(CprScope scope) { return scope == CprScope::airborne ? 360.0 : 90.0; }
int zones_of_latitude(bool odd) { return odd ? 59 : 60; }
int zones_of_longitude(double lat, bool odd) { return std::max(cpr_longitude_zones(lat) - (odd ? 1 : 0), 1); }

// MOD of the documents: the result has the sign of the divisor.
std::int64_t modulo(std::int64_t a, std::int64_t n) { return ((a % n) + n) % n; }
double modulo(double a, double n) { return a - n * std::floor(a / n); }

double wrapped(double lon) { return lon >= 180.0 ? lon - 360.0 : lon < -180.0 ? lon + 360.0 : lon; }

// Rounding to a step may carry a pole's latitude beyond 90 degrees, by less than this.
bool is_latitude(double lat, const CprPosition& p) { return std::abs(lat) <= 90.0 + 6.2 / scale(p); }

std::optional<geo::Position> on_earth(double lat, double lon) {
  return geo::Position::from_degrees(std::clamp(lat, -90.0, 90.0), wrapped(lon));
}

// The zone whose position lies nearest to `reference`, in degrees.
double nearest(double reference, double zone, double fraction) {
  const double in_zone = modulo(reference, zone) / zone;
  return zone * (std::floor(reference / zone) + std::floor(0.5 + in_zone - fraction) + fraction);
}

}  // namespace

int cpr_longitude_zones(double lat_degrees) {
  const double lat = std::abs(lat_degrees);
  // At 87 degrees itself NL is still 2; no other transition is a number that double can hold.
  if (lat == 87.0) return 2;
  const auto above = std::upper_bound(transition_latitudes.begin(), transition_latitudes.end(), lat);
  return 59 - static_cast<int>(above - transition_latitudes.begin());
}

std::optional<geo::Position> cpr_global(const CprPosition& earlier, const CprPosition& latest, CprScope scope,
                                        std::optional<geo::Position> reference) {
  if (earlier.odd == latest.odd || earlier.bits != latest.bits) return std::nullopt;
  if (scope == CprScope::surface && !reference) return std::nullopt;
  const CprPosition& even = latest.odd ? earlier : latest;
  const CprPosition& odd = latest.odd ? latest : earlier;
  const std::int64_t half = std::int64_t{1} << (latest.bits - 1);

  // The shift of a negative number rounds down, which is the documents' floor.
  const std::int64_t j = (59 * std::int64_t{even.lat} - 60 * std::int64_t{odd.lat} + half) >> latest.bits;
  const auto latitude = [&](const CprPosition& p) {
    const int zones = zones_of_latitude(p.odd);
    return span(scope) / zones * (static_cast<double>(modulo(j, zones)) + p.lat / scale(p));
  };
  double lat_even = latitude(even);
  double lat_odd = latitude(odd);
  if (scope == CprScope::airborne) {
    if (lat_even >= 270.0) lat_even -= 360.0;
    if (lat_odd >= 270.0) lat_odd -= 360.0;
  } else {
    // Both hemispheres fit, and a pole itself reads as the equator.
    for (double* lat : {&lat_even, &lat_odd}) {
      const double away = reference->lat_degrees() - *lat;
      if (away < -45.0) *lat -= 90.0;
      if (away > 45.0) *lat += 90.0;
    }
  }
  if (!is_latitude(lat_even, even) || !is_latitude(lat_odd, odd)) return std::nullopt;
  if (cpr_longitude_zones(lat_even) != cpr_longitude_zones(lat_odd)) return std::nullopt;

  const double lat = latest.odd ? lat_odd : lat_even;
  const std::int64_t nl = cpr_longitude_zones(lat);
  const std::int64_t m = (std::int64_t{even.lon} * (nl - 1) - std::int64_t{odd.lon} * nl + half) >> latest.bits;
  const int zones = zones_of_longitude(lat, latest.odd);
  double lon = span(scope) / zones * (static_cast<double>(modulo(m, zones)) + latest.lon / scale(latest));
  if (scope == CprScope::surface) {
    // One of four quarters of the earth.
    const double away = modulo(reference->lon_degrees() - lon + 45.0, 360.0);
    lon += 90.0 * std::floor(away / 90.0);
  }
  return on_earth(lat, wrapped(lon));
}

std::optional<geo::Position> cpr_local(const CprPosition& position, CprScope scope, geo::Position reference) {
  const double lat = nearest(reference.lat_degrees(), span(scope) / zones_of_latitude(position.odd), position.lat / scale(position));
  if (!is_latitude(lat, position)) return std::nullopt;
  const double zone = span(scope) / zones_of_longitude(lat, position.odd);
  return on_earth(lat, nearest(reference.lon_degrees(), zone, position.lon / scale(position)));
}

CprPosition cpr_encode(double lat_degrees, double lon_degrees, bool odd, CprScope scope, int bits) {
  CprPosition p{.odd = odd, .bits = static_cast<std::uint8_t>(bits)};
  const std::uint32_t mask = (std::uint32_t{1} << bits) - 1;
  const double lat_zone = span(scope) / zones_of_latitude(odd);
  const double y = std::floor(scale(p) * (modulo(lat_degrees, lat_zone) / lat_zone) + 0.5);
  // The latitude that the receiver will read decides the number of zones, not the true one.
  const double lat_read = lat_zone * (y / scale(p) + std::floor(lat_degrees / lat_zone));
  const double lon_zone = span(scope) / zones_of_longitude(lat_read, odd);
  const double x = std::floor(scale(p) * (modulo(lon_degrees, lon_zone) / lon_zone) + 0.5);
  p.lat = static_cast<std::uint32_t>(y) & mask;
  p.lon = static_cast<std::uint32_t>(x) & mask;
  return p;
}

}  // namespace skypact::wire
