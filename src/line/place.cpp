#include "line/place.h"

#include <cmath>

#include <GeographicLib/MGRS.hpp>
#include <GeographicLib/UTMUPS.hpp>
#include <fmt/format.h>

namespace skypact::line {
namespace {

struct Sexagesimal {
  std::int64_t degrees, minutes, seconds, tenths;
  bool negative;
};

// Rounded to `step` tenths of a second: 1, 10 or 600. What rounds to zero has no sign, and the antimeridian is 180° W, as
// Position has it, so that what is read back is written alike.
Sexagesimal sexagesimal_of(std::int64_t e7, std::int64_t step) {
  const std::int64_t size = std::abs(e7);
  // A tenth of a second is 1e7 / 36000 of the unit, so this is exact.
  const std::int64_t rounded = (size * 36 + 5'000 * step) / (10'000 * step) * step;
  return {rounded / 36'000, rounded / 600 % 60, rounded / 10 % 60, rounded % 10, (e7 < 0 && rounded > 0) || rounded == 180 * 36'000};
}

std::string distance_text(double value, std::string_view unit, Length distance) {
  const double m = distance.in(metres);
  if (value < 0.095) return fmt::format("{:.0f} m", m);
  return value < 99.95 ? fmt::format("{:.1f} {}", value, unit) : fmt::format("{:.0f} {}", value, unit);
}

}  // namespace

std::string dms_text(geo::Position position) {
  const Sexagesimal lat = sexagesimal_of(position.lat_e7, 1), lon = sexagesimal_of(position.lon_e7, 1);
  return fmt::format("{:02}°{:02}′{:02}.{}″{} {:03}°{:02}′{:02}.{}″{}", lat.degrees, lat.minutes, lat.seconds, lat.tenths, lat.negative ? 'S' : 'N', lon.degrees,
                     lon.minutes, lon.seconds, lon.tenths, lon.negative ? 'W' : 'E');
}

std::string decimal_text(geo::Position position) {
  // From the integers, so that no binary fraction decides the last digit.
  const auto text = [](std::int64_t e7) {
    const std::int64_t rounded = (std::abs(e7) + 5) / 10;
    const bool negative = (e7 < 0 && rounded > 0) || rounded == 180'000'000;
    return fmt::format("{}{}.{:06}", negative ? "-" : "", rounded / 1'000'000, rounded % 1'000'000);
  };
  return text(position.lat_e7) + ", " + text(position.lon_e7);
}

std::string icao_text(geo::Position position, IcaoForm form) {
  const std::int64_t step = form == IcaoForm::minutes ? 600 : 10;
  const Sexagesimal lat = sexagesimal_of(position.lat_e7, step), lon = sexagesimal_of(position.lon_e7, step);
  const char north = lat.negative ? 'S' : 'N', east = lon.negative ? 'W' : 'E';
  if (form == IcaoForm::minutes) return fmt::format("{:02}{:02}{}{:03}{:02}{}", lat.degrees, lat.minutes, north, lon.degrees, lon.minutes, east);
  return fmt::format("{:02}{:02}{:02}{}{:03}{:02}{:02}{}", lat.degrees, lat.minutes, lat.seconds, north, lon.degrees, lon.minutes, lon.seconds, east);
}

std::string mgrs_text(geo::Position position, GridStep step) {
  int zone = 0;
  bool northern = true;
  double x = 0, y = 0;
  std::string grid;
  GeographicLib::UTMUPS::Forward(position.lat_degrees(), position.lon_degrees(), zone, northern, x, y);
  const int digits = static_cast<int>(step);
  GeographicLib::MGRS::Forward(zone, northern, x, y, position.lat_degrees(), digits, grid);
  // Zone and band, square, easting, northing apart: "36SWD5754260235" is read wrongly over the telephone.
  const auto length = static_cast<std::size_t>(digits);
  const std::size_t east = grid.size() - 2 * length;
  return fmt::format("{} {} {} {}", grid.substr(0, east - 2), grid.substr(east - 2, 2), grid.substr(east, length), grid.substr(east + length));
}

PlaceEcho echo(geo::Position position, const Gazetteer& gazetteer, const EchoOptions& options) {
  PlaceEcho shown{position, dms_text(position), decimal_text(position), mgrs_text(position, options.step), {}};
  const auto near = gazetteer.nearest(position, {.within = options.within, .count = 1});
  if (!near.empty()) shown.near = NamedPlace{near.front().place->name, near.front().place->code, near.front().bearing, near.front().distance};
  return shown;
}

void append(json::Writer& out, const PlaceEcho& echo) {
  out.begin_object();
  append_members(out, echo);
  out.end_object();
}

void append_members(json::Writer& out, const PlaceEcho& echo) {
  out.field("decimal", echo.decimal);
  out.field("dms", echo.dms);
  out.field("lat_deg", echo.position.lat_degrees(), 7);
  out.field("lon_deg", echo.position.lon_degrees(), 7);
  out.field("mgrs", echo.mgrs);
  out.key("near");
  if (echo.near) {
    out.begin_object();
    out.field("bearing_deg", echo.near->bearing.in_degrees(), 1);
    out.field("code", echo.near->code);
    out.field("distance_nm", echo.near->distance.in(nautical_miles), 3);
    out.field("name", echo.near->name);
    out.end_object();
  } else {
    out.null();
  }
}

std::string bearing_text(TrueBearing bearing) {
  const int degrees = static_cast<int>(std::lround(bearing.in_degrees())) % 360;
  return fmt::format("{:03}°", degrees == 0 ? 360 : degrees);
}

std::string nautical_text(Length distance) { return distance_text(distance.in(nautical_miles), "NM", distance); }
std::string metric_text(Length distance) { return distance_text(distance.in(kilometres), "km", distance); }

}  // namespace skypact::line
