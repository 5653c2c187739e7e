#include "server/config_files.h"

#include <filesystem>

#include "node/rules_files.h"
#include "server/access.h"
#include "server/stream.h"

namespace skypact::server {

std::vector<std::string> open_secrets(const node::ServerConfig& config) {
  using std::filesystem::perms;
  std::vector<std::string> open;
  const auto look_at = [&](const std::filesystem::path& path) {
    std::error_code error;
    const perms allowed = std::filesystem::status(path, error).permissions();
    if (error || (allowed & (perms::others_read | perms::others_write)) == perms::none) return;
    open.push_back(path.string() + ": every user of this machine can read it; chmod 600 makes it the owner's alone");
  };
  if (config.tls) look_at(config.tls->key);
  if (config.token_file) look_at(*config.token_file);
  return open;
}

ConfigFileFindings check_config_files(node::Config config) {
  ConfigFileFindings found;
  if (const auto access = Access::make(config.server); !access) found.errors.push_back(access.error().message);
  if (config.server.tls) {
    const auto tls = tls_for_server(config.server.tls->certificate.string(), config.server.tls->key.string());
    if (!tls) found.errors.push_back(tls.error().message);
  }
  found.warnings = open_secrets(config.server);
  if (const auto notes = node::read_zone_files(config)) {
    found.warnings.insert(found.warnings.end(), notes->begin(), notes->end());
  } else {
    found.errors.push_back(notes.error().message);
  }
  return found;
}

}  // namespace skypact::server
