#pragma once
// What `skypact config check` asks of the files that a configuration names: zones, certificate, key and token, read as a
// node reads them at its start. Any thread; opens no socket.

#include <string>
#include <vector>

#include "node/config.h"

namespace skypact::server {

struct ConfigFileFindings {
  std::vector<std::string> errors;    // why a node would not start, one sentence each, the file named first
  std::vector<std::string> warnings;  // what a zone file holds beyond zones; a secret that other users can read
};
[[nodiscard]] ConfigFileFindings check_config_files(node::Config config);

// Secrets that any user of this machine can read or change: the key of TLS and the token.
[[nodiscard]] std::vector<std::string> open_secrets(const node::ServerConfig& config);

}  // namespace skypact::server
