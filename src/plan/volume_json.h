#pragma once
// What the interfaces of F3548-21 and F3411 have in common as JSON: a Volume4D, its polygon, altitudes and times, and ids.
//
//     auto extent = read_extent(value, FlightLimits::vertices);
//     if (!extent) return extent.error();     // "volume: altitude_lower: reference: must be one of W84"
//
// Members that are not known are ignored; null is as good as absent. Errors are bad_input, and name the member. Pure; any thread.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "json/document.h"
#include "json/fields.h"
#include "json/writer.h"
#include "plan/uuid.h"
#include "plan/volume.h"

namespace skypact::plan {

inline constexpr std::size_t longest_body = std::size_t{4} << 20;

Result<json::Document> parse_body(std::string_view body);
// As a path has it.
Result<EntityId> read_id(std::string_view text);

// The first error of several readers, each in its place.
struct Problem {
  std::optional<Error> error;
  void set(Error e) {
    if (!error) error = std::move(e);
  }
};

Result<Area> read_polygon(json::Value value, std::size_t most_vertices);

// A Volume4D: the bounds that it gives. Volume::time has them too, as far as they go.
struct Extent {
  Volume volume;
  std::optional<Time> starts, ends;
};
Result<Extent> read_extent(json::Value value, std::size_t most_vertices);
// Whose numbers read back to the same bits. A bound that the volume has not is left out.
void write_extent(json::Writer& out, const Volume& volume);

// Degrees, which read back to the same bits, and metres above the ellipsoid; nothing where there are none.
void write_degrees(json::Writer& out, std::string_view name, double degrees);
void write_altitude(json::Writer& out, std::string_view name, const std::optional<double>& metres);

// RFC 3339 with as many decimals as the time has, none to nine.
[[nodiscard]] std::string exact_time(Time time);
// The time with the name of its format.
void write_time(json::Writer& out, std::string_view name, Time time);

}  // namespace skypact::plan
