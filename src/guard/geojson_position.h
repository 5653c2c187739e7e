#pragma once
// The coordinates of a GeoJSON position (RFC 7946, 3.1.1): longitude, latitude, and a height that is not looked at. Pure; any thread.

#include "base/result.h"
#include "geo/position.h"
#include "json/document.h"

namespace skypact::guard {

Result<geo::Position> read_geojson_position(json::Value value);

}  // namespace skypact::guard
