#pragma once
// Picture frames: what /api/v1/picture sends, version 1 (docs/formats/picture.md). Pure; any thread.

#include <string>

#include "node/picture.h"

namespace skypact::node {

inline constexpr std::size_t picture_header_bytes = 24;
inline constexpr std::size_t picture_track_bytes = 56;

// One binary message with every track of the picture.
[[nodiscard]] std::string picture_frame(const Picture& picture);

}  // namespace skypact::node
