#pragma once
// The JSON of the F3411-19 and F3411-22a interfaces: requests are read within limits, answers written, each in the version it is asked for.
//
//     auto put = read_rid_put(RidVersion::f3411_19, RidKind::area, id_of_path, version_of_path, body);
//     if (!put) return put.error();     // "extents: spatial_volume: footprint: vertices[0]: lat: must be a number from -90 to 90"
//     auto search = read_rid_search(RidKind::area, {query["area"], query["earliest_time"], query["latest_time"]});
//     …
//     write(response, RidVersion::f3411_19, text);
//
// Members and parameters that are not known are ignored; null is as good as absent. Errors name the member or parameter; they are
// bad_input, and over_limit where a search is for a polygon that is too large to be laid out. Pure; any thread.

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "plan/rid.h"
#include "plan/volume_json.h"

namespace skypact::plan {

struct RidReadLimits {
  static constexpr std::size_t vertices = 10'000;
};

// Parameters of the query, percent-decoded; a search for subscriptions has no times.
struct RidSearchText {
  std::optional<std::string_view> area{}, earliest_time{}, latest_time{};
};
Result<RidSearch> read_rid_search(RidKind kind, const RidSearchText& text);

// `version` as in the path; absent for what is to be created.
Result<RidPut> read_rid_put(RidVersion through, RidKind kind, std::string_view id, std::optional<std::string_view> version, std::string_view body);

// Appends the body of an answer.
void write(const RidResponse& response, RidVersion version, std::string& out);

}  // namespace skypact::plan
