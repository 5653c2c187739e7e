#pragma once
// The configuration's part about other nodes: [link], [[peer]] and [[witness]].
//
//     read_link_sections(root, folder, config);   // the parties are read already
//
// For one thread.

#include <filesystem>
#include <string>

#include "node/config.h"
#include "node/config_section.h"

namespace skypact::node {

// Paths are relative to `folder`.
void read_link_sections(ConfigSection& root, const std::filesystem::path& folder, Config& config);

// describe()'s lines about them; empty where the node knows no other.
[[nodiscard]] std::string describe_link(const Config& config);

}  // namespace skypact::node
