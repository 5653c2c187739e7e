#pragma once
// A log in memory, made straight from the definitions and slowly, for tests: the twin of what writes logs.

#include <map>
#include <string>
#include <vector>

#include "ledger/note.h"
#include "ledger/tile.h"

namespace skypact::ledger::test {

using Files = std::map<std::string, std::string>;

inline std::vector<std::string> some_entries(std::size_t count) {
  std::vector<std::string> entries;
  for (std::size_t i = 0; i < count; ++i) entries.push_back("{\"n\":" + std::to_string(i) + "}\n");
  return entries;
}

inline std::vector<Hash> leaves_of(const std::vector<std::string>& entries) {
  std::vector<Hash> leaves;
  for (const auto& entry : entries) leaves.push_back(leaf_hash(as_bytes(entry)));
  return leaves;
}

inline ReadFile reader_of(const Files& files) {
  return [&files](const std::string& path) -> Result<std::string> {
    const auto at = files.find(path);
    if (at == files.end()) return Error{ErrorCode::not_found, "cannot open " + path};
    return at->second;
  };
}

// Hash i of a level is the root of the 256^level entries from i · 256^level on; only whole ones count.
inline Files log_of(const std::vector<std::string>& entries, const SigningKey& key) {
  Files files;
  const auto leaves = leaves_of(entries);
  std::vector<Hash> hashes = leaves;
  for (unsigned level = 0; !hashes.empty(); ++level) {
    std::vector<Hash> above;
    for (std::size_t from = 0; from < hashes.size(); from += 256) {
      const std::size_t width = std::min<std::size_t>(256, hashes.size() - from);
      const auto tile = std::span(hashes).subspan(from, width);
      files[tile_path({level, from / 256, static_cast<unsigned>(width)})] = to_bytes(tile);
      if (width == 256) above.push_back(root_of(tile));
      if (level > 0) continue;
      std::string& bundle = files[bundle_path(from / 256, static_cast<unsigned>(width))];
      for (std::size_t i = from; i < from + width; ++i) append_entry(bundle, entries[i]);
    }
    hashes = std::move(above);
  }
  const std::string text = key.verifier().name + "\n" + std::to_string(entries.size()) + "\n" + to_base64(root_of(leaves)) + "\n";
  files["checkpoint"] = to_text(Note{text, {sign(text, key)}});
  return files;
}

}  // namespace skypact::ledger::test
