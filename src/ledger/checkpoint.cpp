#include "ledger/checkpoint.h"

#include <fmt/format.h>

#include "base/text.h"

namespace skypact::ledger {

std::optional<std::uint64_t> parse_count(std::string_view text) {
  if (text.empty() || (text[0] == '0' && text.size() > 1)) return std::nullopt;
  std::uint64_t value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + static_cast<std::uint64_t>(c - '0');  // most_entries · 10 + 9 still fits
    if (value > most_entries) return std::nullopt;
  }
  return value;
}

Result<Checkpoint> parse_checkpoint(std::string_view text) {
  if (!text.ends_with('\n')) return bad_input("a checkpoint ends with a newline");
  std::vector<std::string_view> lines;
  for (std::string_view rest = text; !rest.empty();) {
    const auto end = rest.find('\n');
    if (end == 0) return bad_input(fmt::format("line {} of the checkpoint is empty", lines.size() + 1));
    lines.push_back(rest.substr(0, end));
    rest.remove_prefix(end + 1);
  }
  if (lines.size() < 3) return bad_input("a checkpoint has three lines: origin, size and root");
  const auto size = parse_count(lines[1]);
  if (!size) return bad_input(fmt::format("line 2 of the checkpoint: {} is not a number of entries", quoted(lines[1])));
  const auto root = hash_from_base64(lines[2]);
  if (!root) return bad_input("line 3 of the checkpoint is not the base 64 of a hash of 32 bytes");
  Checkpoint checkpoint{std::string(lines[0]), *size, *root, {}};
  for (std::size_t i = 3; i < lines.size(); ++i) checkpoint.extensions.emplace_back(lines[i]);
  return checkpoint;
}

std::string to_text(const Checkpoint& checkpoint) {
  std::string text = fmt::format("{}\n{}\n{}\n", checkpoint.origin, checkpoint.size, to_base64(checkpoint.root));
  for (const std::string& line : checkpoint.extensions) text += line + '\n';
  return text;
}

}  // namespace skypact::ledger
