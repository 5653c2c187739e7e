#pragma once
// The zone files that a configuration names, read into its rules: what a node does at its start and at SIGHUP, and
// what a replay with that configuration does. Reads files; one thread.

#include <string>
#include <vector>

#include "base/result.h"
#include "node/config.h"

namespace skypact::node {

// Appends the zones of config.zone_files to config.rules.zones. Returns notes on what the files hold beyond that.
// Error: a file that cannot be read, is too large or is wrong, with its name; config is unchanged then.
Result<std::vector<std::string>> read_zone_files(Config& config);

}  // namespace skypact::node
