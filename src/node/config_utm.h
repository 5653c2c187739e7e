#pragma once
// The configuration's part about services for USSs and about this node as one: [utm] and [uss].
//
//     read_utm_sections(root, folder, config);   // [node] is read already
//
// For one thread.

#include <filesystem>
#include <string>

#include "node/config.h"
#include "node/config_section.h"

namespace skypact::node {

// Paths are relative to `folder`.
void read_utm_sections(ConfigSection& root, const std::filesystem::path& folder, Config& config);

// describe()'s lines about them; empty where there are no such sections.
[[nodiscard]] std::string describe_utm(const Config& config);

}  // namespace skypact::node
