#include "node/line_index.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>
#include <utility>
#include <vector>

#include "ledger/mirror.h"
#include "line/line_entries.h"
#include "node/line_use.h"

namespace skypact::node {
namespace {

constexpr std::string_view header = "skypact/line-index@v1\n";
constexpr std::size_t at_once = 4096;    // entries

// Whom it is made for: other parties' messages, other types and other bounds make another line.
std::string made_for(const line::LineSetup& setup) {
  std::string text(header);
  text += fmt::format("record {}\nparty {}\n", setup.origin, setup.party);
  std::vector<std::string> peers;
  for (const line::LinePeer& peer : setup.peers) peers.push_back(peer.party);
  std::sort(peers.begin(), peers.end());
  for (const std::string& peer : peers) text += "peer " + peer + '\n';
  text += fmt::format("bounds {} {}\ntypes", setup.messages, setup.ids);
  for (const std::string_view type : line::line_entry_types) text += ' ' + std::string(type);
  for (const std::string_view type : line::message_types()) text += ' ' + std::string(type);
  return text + '\n';
}

// The index that serves for this record at this size, or why none does.
Result<LineIndex> serving(const line::LineSetup& setup, const ledger::ReadFile& files, std::uint64_t published, std::uint64_t size, std::string_view text) {
  if (text.empty()) return Error{ErrorCode::not_found, "there is none"};
  auto index = parse_line_index(text, setup);
  if (!index) return index;
  if (const auto fits = ledger::is_of(files, published, size, index->to); !fits) return fits.error();
  return index;
}

ReadLine nothing_read(const line::LineSetup& setup) { return {line::Line(setup), line::NoticeDesk(setup.party)}; }

// Errors of reading are those of the record, and no reason to read all of it.
Result<Result<void>> restore(ReadLine& read, const LineIndex& index, const ledger::ReadFile& files, std::uint64_t published) {
  std::unordered_map<std::uint64_t, line::LineEntry> entries;
  ledger::EntryReader reader(files, published);
  for (const std::uint64_t at : line::entries_of(index.line, index.notices)) {
    const auto entry = reader.at(at);
    if (!entry) return entry.error();
    if (auto of_line = line::read_line_entry(*entry)) entries.emplace(at, std::move(*of_line));
  }
  const line::LineEntryAt entry_at = [&](std::uint64_t at) -> const line::LineEntry* {
    const auto found = entries.find(at);
    return found == entries.end() ? nullptr : &found->second;
  };
  auto restored = read.line.restore(index.line, entry_at);
  if (restored) restored = read.notices.restore(index.notices, entry_at);
  return restored;
}

}  // namespace

std::string to_text(const LineIndex& index, const line::LineSetup& setup) {
  return ledger::closed(made_for(setup) + ledger::to_text(index.to) + line::to_text(index.line, index.notices));
}

Result<LineIndex> parse_line_index(std::string_view text, const line::LineSetup& setup) {
  const std::string whose = made_for(setup);
  auto lines = ledger::open_index(text, {"an index of the line", whose, "it is of another record, of other parties, bounds or types", LineIndexLimits::bytes});
  if (!lines) return std::move(lines).error();
  const auto to = ledger::read_indexed_to(*lines);
  if (!to) return to.error();
  auto pasts = line::read_pasts(*lines, {to->size, setup.messages, setup.ids});
  if (!pasts) return std::move(pasts).error();
  return LineIndex{*to, std::move(pasts->line), std::move(pasts->notices)};
}

Result<ReadLine> read_line(const line::LineSetup& setup, const ledger::ReadFile& files, std::uint64_t published, std::uint64_t size, std::string_view index_text) {
  ReadLine read = nothing_read(setup);
  if (auto index = serving(setup, files, published, size, index_text)) {
    const auto restored = restore(read, *index, files, published);
    if (!restored) return restored.error();
    if (*restored) {
      read.from_index = index->to.size;
    } else {
      read = nothing_read(setup);
      read.made_anew = restored->error().message;
    }
  } else {
    read.made_anew = index.error().message;
  }
  for (std::uint64_t from = read.from_index; from < size;) {
    const auto entries = ledger::read_entries(files, published, from, std::min<std::uint64_t>(at_once, size - from));
    if (!entries) return entries.error();
    for (const std::string& entry : *entries) {
      if (is_line_entry(entry)) {
        for (const std::string& id : read.line.replay(from, entry).changed) {
          // Why a notice is not taken over was said when it came.
          if (const line::MessageState* const state = read.line.find(id)) (void)read.notices.take_past(*state);
        }
      }
      ++from;
    }
  }
  const auto root = ledger::root_at(files, published, size);
  if (!root) return root.error();
  read.to = {size, *root};
  return read;
}

LineIndex index_of(const ReadLine& read) { return {read.to, read.line.past(), read.notices.past()}; }

}  // namespace skypact::node
