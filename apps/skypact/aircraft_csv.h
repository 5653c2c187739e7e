#pragma once
// Reads the input of `skypact detect`: a header line that names the columns, in any order, and one line per aircraft.
//
//     id,lat_deg,lon_deg,altitude_ft,ground_speed_kt,track_deg,vertical_rate_fpm
//
// Other columns are passed over. Fields may stand in quotes (RFC 4180), but none spans lines. LF or CRLF; the last line may
// lack it, and empty lines may follow it. Errors name file, line and field.

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "guard/conflict.h"

namespace skypact::app {

inline constexpr std::size_t longest_line = 4096;
inline constexpr std::size_t longest_id = 64;

struct AircraftTable {
  std::vector<std::string> ids;  // distinct
  std::vector<guard::Motion> motions;
};

// `name` stands for the input in errors. Latitude within ±90, longitude within ±360, altitude within ±200,000 ft, speed
// from 0 to 4100 kt, track within ±360, vertical rate within ±100,000 ft/min.
Result<AircraftTable> parse_aircraft(std::string_view text, const std::string& name);

}  // namespace skypact::app
