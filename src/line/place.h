#pragma once
// A position as people say it: written in every form that the other side may have on his map, and read in the forms in which
// people write it. Whoever receives a position confirms what it shows, so that kilometres off are noticed before anyone acts.
//
//     const PlaceEcho shown = echo(position, bundled_gazetteer());
//     // 34°53′00.0″N 033°37′48.0″E   34.883333, 33.630000   36S WD 57542 60235   near Larnaca International Airport (LCLK)
//     Result<geo::Position> read = parse_position("3453N03337E");
//
// Everything is on WGS-84. A written form is as near as its last digit: tenths of a second are 3 m, six decimals of a degree
// 0.1 m, the finest grid reference 1 m. MGRS is computed by GeographicLib with the machine's own sine, so that a position within
// micrometres of a grid line may read one step apart on another machine; nothing is decided by it. Pure; any thread.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/quantity.h"
#include "base/result.h"
#include "geo/position.h"
#include "json/writer.h"
#include "line/gazetteer.h"

namespace skypact::line {

struct PlaceLimits {
  static constexpr std::size_t text = 80;            // bytes of a written position
};

// "35°10′12.0″N 033°45′00.0″E": rounded to tenths of a second, degrees always with two and three digits.
[[nodiscard]] std::string dms_text(geo::Position position);
// "35.170000, 33.750000": latitude first, six decimals.
[[nodiscard]] std::string decimal_text(geo::Position position);
// "3510N03345E", and with seconds "351012N0334500E": ICAO's forms, rounded.
enum class IcaoForm : std::uint8_t { minutes, seconds };
[[nodiscard]] std::string icao_text(geo::Position position, IcaoForm form);

// The side of the square that a grid reference names.
enum class GridStep : std::uint8_t { km10 = 1, km1, m100, m10, m1 };   // the number of digits in either direction
// "36S WD 57542 60235"; near the poles without a zone, "Z AH 00000 00000" (UPS). The square that holds the position, never rounded.
[[nodiscard]] std::string mgrs_text(geo::Position position, GridStep step = GridStep::m1);

enum class WrittenForm : std::uint8_t { degrees, minutes, seconds, grid };
struct WrittenPosition {
  geo::Position position;                            // of a grid reference the middle of its square
  WrittenForm form = WrittenForm::degrees;
  Length step;                                       // what its last digit is worth, along a meridian or the side of the square
};

// Reads, with latitude before longitude unless letters say which is which:
//     35.17, -33.75      35.17N 33.75W      N35.17 E033.75      35.17° 33.75°
//     35°10′12″N 033°45′00″E      35°10.2'N 33°45'E      35 10 12 N 33 45 00 E      N35:10:12 E033:45:00      35-10-12N 033-45-00E
//     35N033E      3510N03345E      351012N0334500E      351012.5N0334500.0E      (ICAO Doc 4444, appendix 2; Annex 15)
//     36S WD 57542 60235      36SWD5754260235      ZAH0000000000      (MGRS; two to ten digits)
// White space, isolating marks (U+2066 to U+2069) and lower case are taken. The decimal mark is a point. Errors say what is wrong.
Result<WrittenPosition> read_position(std::string_view text);
Result<geo::Position> parse_position(std::string_view text);   // the position alone

struct NamedPlace {
  std::string name, code;
  TrueBearing bearing;                               // from the place
  Length distance;
};
struct PlaceEcho {
  geo::Position position;
  std::string dms, decimal, mgrs;
  std::optional<NamedPlace> near;                    // none where the gazetteer has none so near
};
struct EchoOptions {
  GridStep step = GridStep::m1;
  Length within{nautical_miles(500)};
};
[[nodiscard]] PlaceEcho echo(geo::Position position, const Gazetteer& gazetteer, const EchoOptions& options = {});
// {"decimal", "dms", "lat_deg", "lon_deg", "mgrs", "near": {"bearing_deg", "code", "distance_nm", "name"} or null}
void append(json::Writer& out, const PlaceEcho& echo);
// The same members, into an object that is open.
void append_members(json::Writer& out, const PlaceEcho& echo);

// "045°": whole degrees true; north is 360.
[[nodiscard]] std::string bearing_text(TrueBearing bearing);
// "12.3 NM" below 100 NM, "123 NM" from there; below 0.1 NM in metres, "40 m".
[[nodiscard]] std::string nautical_text(Length distance);
// "22.8 km", "228 km"; below 0.1 km in metres.
[[nodiscard]] std::string metric_text(Length distance);

}  // namespace skypact::line
