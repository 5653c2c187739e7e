#pragma once
// The configuration's part about services for USSs: [utm].
//
//     read_utm_section(root, folder, config);   // [node] is read already
//
// For one thread.

#include <filesystem>
#include <string>

#include "node/config.h"
#include "node/config_section.h"

namespace skypact::node {

// Paths are relative to `folder`.
void read_utm_section(ConfigSection& root, const std::filesystem::path& folder, Config& config);

// describe()'s lines about it; empty where there is no such section.
[[nodiscard]] std::string describe_utm(const Config& config);

}  // namespace skypact::node
