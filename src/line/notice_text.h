#pragma once
// Notice text: a notice as a NOTAM is written, made from its geometry, limits and times only. Nobody types it, and nothing typed goes
// into it: two contradicting limits in one notice have let an airliner fly where missiles flew.
//
//     (0012/26 NOTAMN
//     Q) XXXX/QWMLW/IV/BO/W/000/200/5219N00445E006
//     A) XXXX B) 2611280600 C) 2611291800
//     D) NOV 28 0600-0900 NOV 29 0700-1800
//     E) NORTH: FIRING, LIVE-FIRING, WILL TAKE PLACE WITHIN 5NM OF 521836N0044500E. …
//     F) SFC G) FL200)
//
// The items are those of ICAO Annex 15 and Doc 10066 (PANS-AIM), appendix 3; the codes of item Q those of Doc 8126. It is
// NOTAM-like: no NOTAM office has issued it. Items E, F, G and the times say exactly what the notice says; item Q, by which texts
// are sorted out, holds all of it: its circle all of the area, its levels all of the height. docs/formats/notice.md has every rule.
// Pure; any thread.

#include <optional>
#include <string>
#include <string_view>

#include "airspace/rules.h"
#include "base/quantity.h"
#include "base/time.h"
#include "geo/position.h"
#include "line/notice.h"

namespace skypact::line {

// An altitude above mean sea level is not a flight level: at 943 hPa it lies 2000 ft away from it. So much is added in item Q.
inline constexpr Height notam_altitude_margin = Height::of_tenth_mm(2'000 * 3'048);
inline constexpr std::size_t notam_line = 69;     // characters: what the fixed network carries

struct NotamOptions {
  std::string_view region = "XXXX";               // location indicator of the flight information region, where it is known
  std::optional<Time> cancelled_at{};             // of a cancellation, item B; else the notice's first beginning
};

// Of a notice that check_notice() passes. Lines end with a line feed.
[[nodiscard]] std::string notam_text(const Notice& notice, std::string_view party, const NotamOptions& options = {});

// "521836N0044500E"; with up to four decimals of a second where whole ones would be another position.
[[nodiscard]] std::string notam_position(geo::Position position);
// "SFC", "UNL", "FL095", "3000FT AMSL", "500FT AGL", "9550FT STD", "1000M HAE".
[[nodiscard]] std::string notam_limit(const VerticalLimit& limit);

// "2611280600".
[[nodiscard]] std::string notam_time(Time time);
// Lines of at most notam_line characters, broken between words; each ends with a line feed.
[[nodiscard]] std::string notam_lines(std::string_view text);

// What item Q names: a place of whole minutes and a radius in whole nautical miles around it that hold all of the area.
struct NotamCircle {
  geo::Position centre;
  unsigned radius_nm = 1;
};
[[nodiscard]] NotamCircle notam_circle(const NoticeGeometry& geometry);

}  // namespace skypact::line
