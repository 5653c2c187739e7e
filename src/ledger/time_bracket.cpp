#include "ledger/time_bracket.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "json/document.h"
#include "ledger/mirror.h"

namespace skypact::ledger {
namespace {

constexpr std::uint64_t at_once = tile_width;  // entries read together

// Better than what is there: earlier or later. The earliest witness of the policy among equals.
void take(std::optional<TimeBracket::End>& end, const Accepted& accepted, const Note& note, bool earliest) {
  for (const Accepted::Cosigned& c : accepted.cosigned) {
    if (end && (earliest ? c.at >= end->at : c.at <= end->at)) continue;
    end = TimeBracket::End{c.at, c.witness, note, accepted.checkpoint.size};
  }
}

}  // namespace

std::optional<Note> cosigned_in(std::string_view entry) {
  if (entry.find("\"cosigned\"") == entry.npos) return std::nullopt;  // most are none, and this is faster than reading them
  const auto document = json::parse(entry);
  if (!document || document->root()["type"].as_string() != "cosigned") return std::nullopt;
  const auto text = document->root()["body"]["checkpoint"].as_string();
  if (!text) return std::nullopt;
  auto note = parse_note(*text);
  return note ? std::optional(std::move(*note)) : std::nullopt;
}

Result<TimeBracket> time_bracket(std::uint64_t index, std::uint64_t size, const ReadFile& files, const Policy& policy) {
  if (index >= size) return bad_input(fmt::format("entry {} is not in a log of {} entries", index, size));
  Policy anybody = policy;
  anybody.quorum.reset();
  const NodeReader nodes = tile_nodes(files, size);
  TimeBracket bracket;
  // Of this very log: its root is that of these files.
  const auto of_this_log = [&](const Note& note) -> Result<std::optional<Accepted>> {
    auto accepted = accept(note, anybody);
    if (!accepted || accepted->checkpoint.size > size) return std::optional<Accepted>();
    const auto tree = Frontier::at(accepted->checkpoint.size, nodes);
    if (!tree) return tree.error();
    if (tree->root() != accepted->checkpoint.root) return std::optional<Accepted>();
    return std::optional(std::move(*accepted));
  };

  unsigned found = 0;
  for (std::uint64_t end = index + 1; end > 0 && index + 1 - end < TimeBracketLimits::entries && found < TimeBracketLimits::cosigned;) {
    const std::uint64_t from = end - std::min(end, at_once);
    const auto entries = read_entries(files, size, from, end - from, SIZE_MAX);
    if (!entries) return entries.error();
    for (auto entry = entries->rbegin(); entry != entries->rend(); ++entry) {
      const auto note = cosigned_in(*entry);
      if (!note) continue;
      ++found;
      if (const auto accepted = accept(*note, anybody)) take(bracket.after, *accepted, *note, false);
    }
    end = from;
  }

  found = 0;
  std::optional<std::uint64_t> next_cosigned;
  std::uint64_t looked_at = index + 1;
  for (std::uint64_t from = index + 1; from < size && from - index < TimeBracketLimits::entries && found < TimeBracketLimits::cosigned;) {
    const auto entries = read_entries(files, size, from, at_once, SIZE_MAX);
    if (!entries) return entries.error();
    for (const std::string& entry : *entries) {
      const auto note = cosigned_in(entry);
      ++looked_at;
      if (!note) continue;
      if (!next_cosigned) next_cosigned = looked_at - 1;
      const auto accepted = of_this_log(*note);
      if (!accepted) return accepted.error();
      if (!*accepted || (*accepted)->checkpoint.size <= index) continue;
      ++found;
      take(bracket.before, **accepted, *note, true);
    }
    from += entries->size();
  }
  // The newest checkpoint may have been cosigned since the last such entry.
  if (const auto text = files("checkpoint")) {
    if (const auto note = parse_note(*text)) {
      const auto accepted = of_this_log(*note);
      if (!accepted) return accepted.error();
      if (*accepted && (*accepted)->checkpoint.size > index) take(bracket.before, **accepted, *note, true);
    }
  }
  bracket.same_until = next_cosigned.value_or(looked_at);
  if (bracket.before) bracket.same_until = std::min(bracket.same_until, bracket.before->size);
  return bracket;
}

}  // namespace skypact::ledger
