#pragma once
// Is a ring of positions the boundary of an area? Pure; any thread.

#include <optional>
#include <string>

#include "airspace/rules.h"

namespace skypact::node {

// A sentence that says what is wrong: fewer than three vertices, one twice, edges that cross. nullopt:
// nothing, or no ring at all. Edges are great circles here, which differ from geodesics by less than what
// decides whether a zone's outline crosses itself.
[[nodiscard]] std::optional<std::string> ring_defect(const Ring& ring);

}  // namespace skypact::node
