#include "ledger/line_reader.h"

#include <fmt/format.h>

namespace skypact::ledger {

std::optional<std::string_view> LineReader::next() {
  const auto end = text_.find('\n');
  if (end == text_.npos) return std::nullopt;
  const std::string_view line = text_.substr(0, end);
  text_.remove_prefix(end + 1);
  ++number_;
  return line;
}

Error LineReader::wrong(std::string_view what) const { return bad_input(fmt::format("line {}: {}", number_, what)); }

Result<void> LineReader::hashes(std::optional<std::string_view> line, std::vector<Hash>& out, std::size_t most, std::string_view cut_off) {
  for (; line && !line->empty(); line = next()) {
    const auto hash = hash_from_base64(*line);
    if (!hash) return wrong("not the base 64 of a hash of 32 bytes");
    if (out.size() == most) return Error{ErrorCode::over_limit, fmt::format("line {}: more than {} hashes", number_, most)};
    out.push_back(*hash);
  }
  if (!line) return bad_input(std::string(cut_off));
  return {};
}

}  // namespace skypact::ledger
