#include "node/rules_files.h"

#include <utility>

#include "base/input_file.h"
#include "guard/zone_files.h"

namespace skypact::node {

Result<std::vector<std::string>> read_zone_files(Config& config) {
  std::vector<Zone> zones;
  std::vector<std::string> notes;
  for (const std::filesystem::path& path : config.zone_files) {
    auto text = read_whole(path.string(), guard::ZoneFileLimits::bytes);
    if (!text) return std::move(text).error();
    auto file = guard::read_zone_file(*text, path.string(), config.rules.parties);
    if (!file) return std::move(file).error();
    for (std::string& note : file->notes) notes.push_back(std::move(note));
    for (Zone& zone : file->zones) zones.push_back(std::move(zone));
  }
  for (Zone& zone : zones) config.rules.zones.push_back(std::move(zone));
  return notes;
}

}  // namespace skypact::node
