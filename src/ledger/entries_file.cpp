#include "ledger/entries_file.h"

#include <fmt/format.h>

#include <bit>
#include <optional>
#include <utility>

#include "base/base64.h"
#include "ledger/line_reader.h"
#include "ledger/mirror.h"

namespace skypact::ledger {
namespace {

constexpr std::string_view header = "skypact/entries@v1";

}  // namespace

Result<EntriesFile> parse_entries_file(std::string_view text) {
  if (text.size() > EntriesFileLimits::bytes) return Error{ErrorCode::over_limit, fmt::format("a file of entries has at most {} bytes", EntriesFileLimits::bytes)};
  constexpr std::string_view cut_off = "the file is cut off: a blank line is expected behind hashes";
  LineReader lines(text);
  if (lines.next() != header) return bad_input(fmt::format("line 1 of a file of entries is {}", header));
  EntriesFile file;
  const auto line = lines.next();
  const auto from = line && line->starts_with("from ") ? parse_count(line->substr(5)) : std::nullopt;
  if (!from) return lines.wrong("from and the index of the first entry are expected");
  file.from = *from;
  const auto subtrees = static_cast<std::size_t>(std::popcount(file.from));
  if (auto read = lines.hashes(lines.next(), file.before, subtrees, cut_off); !read) return std::move(read).error();
  if (file.before.size() != subtrees) return lines.wrong(fmt::format("{} hashes for the entries before, and {} are expected", file.before.size(), subtrees));
  for (;;) {
    const auto entry_line = lines.next();
    if (!entry_line) return bad_input("the file is cut off: a blank line is expected behind the entries");
    if (entry_line->empty()) break;
    auto entry = entry_line->starts_with("entry ") ? from_base64(entry_line->substr(6)) : std::nullopt;
    if (!entry) return lines.wrong("entry and base 64 are expected");
    if (entry->size() > longest_entry) return Error{ErrorCode::over_limit, fmt::format("line {}: an entry has at most {} bytes", lines.number(), longest_entry)};
    if (file.entries.size() == EntriesFileLimits::entries) {
      return Error{ErrorCode::over_limit, fmt::format("line {}: more than {} entries", lines.number(), EntriesFileLimits::entries)};
    }
    file.entries.push_back(std::move(*entry));
  }
  if (file.entries.empty()) return lines.wrong("there is no entry in it");
  if (auto read = lines.hashes(lines.next(), file.proof, longest_proof, cut_off); !read) return std::move(read).error();
  auto checkpoint = parse_note(lines.rest());
  if (!checkpoint) return std::move(checkpoint).error().within("the checkpoint");
  file.checkpoint = std::move(*checkpoint);
  return file;
}

std::string to_text(const EntriesFile& file) {
  std::string text = fmt::format("{}\nfrom {}\n", header, file.from);
  for (const Hash& hash : file.before) text += to_base64(hash) + '\n';
  text += '\n';
  for (const std::string& entry : file.entries) text += "entry " + skypact::to_base64(as_bytes(entry)) + '\n';
  text += '\n';
  for (const Hash& hash : file.proof) text += to_base64(hash) + '\n';
  return text + '\n' + to_text(file.checkpoint);
}

Result<Accepted> verify(const EntriesFile& file, const Policy& policy) {
  auto accepted = accept(file.checkpoint, policy);
  if (!accepted) return accepted;
  if (file.before.size() != static_cast<std::size_t>(std::popcount(file.from)) || file.entries.empty()) return bad_input("this is no file of entries");
  Frontier tree = Frontier::from(file.from, file.before);
  for (const std::string& entry : file.entries) tree.append(leaf_hash(as_bytes(entry)));
  if (auto fits = verify_consistency(tree.size(), accepted->checkpoint.size, file.proof, tree.root(), accepted->checkpoint.root); !fits) {
    return std::move(fits).error();
  }
  return accepted;
}

Result<EntriesFile> export_entries(const ReadFile& files, const Note& checkpoint, std::uint64_t from, std::uint64_t to) {
  const auto head = parse_checkpoint(checkpoint.text);
  if (!head) return head.error();
  if (from >= to || to > head->size) return bad_input(fmt::format("entries {} to {} are not all in a log of {} entries", from, to - 1, head->size));
  if (to - from > EntriesFileLimits::entries) {
    return Error{ErrorCode::over_limit, fmt::format("a file has at most {} entries; make several", EntriesFileLimits::entries)};
  }
  const NodeReader nodes = tile_nodes(files, head->size);
  const auto before = Frontier::at(from, nodes);
  if (!before) return before.error();
  EntriesFile file{from, {before->subtrees().begin(), before->subtrees().end()}, {}, {}, checkpoint};
  auto entries = read_entries(files, head->size, from, to - from, EntriesFileLimits::bytes / 4 * 3);
  if (!entries) return std::move(entries).error();
  file.entries = std::move(*entries);
  if (file.entries.size() < to - from) return Error{ErrorCode::over_limit, "these entries do not fit into one file; make several"};
  auto proof = consistency_proof(to, head->size, nodes);
  if (!proof) return std::move(proof).error();
  file.proof = std::move(*proof);
  return file;
}

}  // namespace skypact::ledger
