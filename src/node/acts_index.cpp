#include "node/acts_index.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "ledger/checkpoint.h"
#include "ledger/line_reader.h"
#include "ledger/merkle.h"
#include "ledger/mirror.h"

namespace skypact::node {
namespace {

constexpr std::string_view header = "skypact/acts-index@v1\n";
constexpr std::size_t at_once = 4096;    // entries

// Whom it is made for. Other parties' acts may be taken over differently, and other types are other acts.
std::string made_for(const ActsSetup& setup) {
  std::string text(header);
  text += "record " + setup.origin + "\ntypes";
  for (const std::string_view type : act_types) text += ' ' + std::string(type);
  text += '\n';
  for (const pact::Member& member : setup.members) text += fmt::format("member {} {} {}\n", member.party, member.origin, ledger::to_string(member.root));
  return text;
}

// Exactly: the greatest time must come back as it was.
std::string nanoseconds_text(Time time) { return std::to_string(time.time_since_epoch().count()); }

std::optional<Time> time_of_nanoseconds(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || std::to_string(value) != text) return std::nullopt;
  return Time(Duration(value));
}

Result<ledger::Hash> root_at(const ledger::ReadFile& files, std::uint64_t at, std::uint64_t size) {
  const auto frontier = ledger::Frontier::at(at, ledger::tile_nodes(files, size));
  if (!frontier) return frontier.error();
  return frontier->root();
}

// One entry, of a bundle and a tile that are kept for the next one.
class EntryReader {
 public:
  EntryReader(const ledger::ReadFile& files, std::uint64_t size) : files_(files), size_(size) {}

  Result<std::string_view> at(std::uint64_t index) {
    const ledger::TileId tile = ledger::tile_at(0, index, size_);
    if (!tile_ || *tile_ != tile.index) {
      tile_.reset();
      auto bundle = ledger::read_bundle(files_, tile.index, tile.width);
      if (!bundle) return std::move(bundle).error();
      bundle_ = std::move(*bundle);
      auto entries = ledger::parse_bundle(bundle_, tile.width);
      if (!entries) return std::move(entries).error().within(ledger::bundle_path(tile.index, tile.width));
      entries_ = std::move(*entries);
      auto hashes = ledger::read_tile(files_, tile);
      if (!hashes) return std::move(hashes).error();
      hashes_ = std::move(*hashes);
      tile_ = tile.index;
    }
    const std::size_t i = index % ledger::tile_width;
    if (ledger::leaf_hash(ledger::as_bytes(entries_[i])) != hashes_[i]) return bad_input(fmt::format("entry {} does not have the hash that its tile holds for it", index));
    return entries_[i];
  }

 private:
  const ledger::ReadFile& files_;
  std::uint64_t size_;
  std::optional<std::uint64_t> tile_;
  std::string bundle_;
  std::vector<std::string_view> entries_;
  std::vector<ledger::Hash> hashes_;
};

// The index that serves for this record at this size, or why none does.
Result<ActsIndex> serving(const ActsSetup& setup, const ledger::ReadFile& files, std::uint64_t size, std::string_view text) {
  if (text.empty()) return Error{ErrorCode::not_found, "there is none"};
  auto index = parse_acts_index(text, setup);
  if (!index) return index;
  if (index->size > size) return Error{ErrorCode::conflict, fmt::format("it is of {} entries, and the record has {}", index->size, size)};
  const auto root = root_at(files, index->size, size);
  if (!root) return root.error();
  if (*root != index->root) return Error{ErrorCode::conflict, fmt::format("the record's first {} entries are others than those that it is of", index->size)};
  return index;
}

}  // namespace

std::string to_text(const ActsIndex& index, const ActsSetup& setup) {
  std::string text = made_for(setup);
  text += fmt::format("size {}\nroot {}\nlatest {}\n", index.size, ledger::to_base64(index.root), nanoseconds_text(index.latest));
  for (const Acts::HeardTo& heard : index.heard) text += fmt::format("heard {} {} {}\n", heard.origin, heard.position, nanoseconds_text(heard.at));
  for (const std::uint64_t act : index.acts) text += fmt::format("act {}\n", act);
  return text + "sha256 " + ledger::to_base64(ledger::sha256(ledger::as_bytes(text))) + '\n';
}

Result<ActsIndex> parse_acts_index(std::string_view text, const ActsSetup& setup) {
  if (text.size() > ActsIndexLimits::bytes) return Error{ErrorCode::over_limit, fmt::format("an index of acts has at most {} bytes", ActsIndexLimits::bytes)};
  if (!text.starts_with(header)) return bad_input(fmt::format("line 1 of an index of acts is {}", header.substr(0, header.size() - 1)));
  const auto end = text.rfind("sha256 ");
  if (end == text.npos || text.substr(end) != "sha256 " + ledger::to_base64(ledger::sha256(ledger::as_bytes(text.substr(0, end)))) + '\n') {
    return bad_input("it is cut off or damaged: its last line is not the hash of the lines before");
  }
  const std::string whose = made_for(setup);
  if (!text.starts_with(whose)) return Error{ErrorCode::conflict, "it is of another record, of other parties or of other types of acts"};

  ActsIndex index;
  ledger::LineReader lines(text.substr(0, end));
  const auto first_line = static_cast<std::size_t>(std::count(whose.begin(), whose.end(), '\n'));
  for (std::size_t i = 0; i < first_line; ++i) lines.next();
  auto line = lines.next();
  // The rest of a line that begins so; the next one is at hand then.
  const auto take = [&](std::string_view lead) -> std::optional<std::string_view> {
    if (!line || !line->starts_with(lead)) return std::nullopt;
    return line->substr(lead.size());
  };
  const auto size_text = take("size ");
  const auto size = size_text ? ledger::parse_count(*size_text) : std::nullopt;
  if (!size) return lines.wrong("the number of entries is expected: size 812");
  index.size = *size;
  line = lines.next();
  const auto root_text = take("root ");
  const auto root = root_text ? ledger::hash_from_base64(*root_text) : std::nullopt;
  if (!root) return lines.wrong("the root of these entries is expected, in base 64");
  index.root = *root;
  line = lines.next();
  const auto latest_text = take("latest ");
  const auto latest = latest_text ? time_of_nanoseconds(*latest_text) : std::nullopt;
  if (!latest) return lines.wrong("the greatest time is expected, in nanoseconds since 1970");
  index.latest = *latest;
  line = lines.next();
  while (const auto rest = take("heard ")) {
    const auto second = rest->rfind(' ');
    const auto first = second == rest->npos ? second : rest->rfind(' ', second - 1);
    if (first == rest->npos || second == 0) return lines.wrong("heard, a record, a number of entries and a time are expected");
    const std::string_view origin = rest->substr(0, first);
    const auto position = ledger::parse_count(rest->substr(first + 1, second - first - 1));
    const auto at = time_of_nanoseconds(rest->substr(second + 1));
    const bool known = std::any_of(setup.members.begin(), setup.members.end(), [&](const pact::Member& m) { return m.origin == origin; });
    if (!position || !at || !known) return lines.wrong("heard, a party's record, a number of entries and a time are expected");
    if (!index.heard.empty() && index.heard.back().origin >= origin) return lines.wrong("the records stand in their order, each once");
    index.heard.push_back({std::string(origin), *position, *at});
    line = lines.next();
  }
  while (const auto rest = take("act ")) {
    const auto act = ledger::parse_count(*rest);
    if (!act || *act >= index.size) return lines.wrong("the number of an entry below size is expected");
    if (!index.acts.empty() && index.acts.back() >= *act) return lines.wrong("the acts stand in their order, each once");
    index.acts.push_back(*act);
    line = lines.next();
  }
  if (line || !lines.rest().empty()) return lines.wrong("only acts are expected here");
  return index;
}

Result<ActsIndex> extend(ActsIndex index, const ledger::ReadFile& files, std::uint64_t size, const EachEntry& each) {
  while (index.size < size) {
    const auto entries = ledger::read_entries(files, size, index.size, at_once);
    if (!entries) return entries.error();
    for (const std::string& entry : *entries) {
      if (const auto at = time_of(entry)) index.latest = std::max(index.latest, *at);
      if (is_act(entry)) index.acts.push_back(index.size);
      if (each) each(index.size, entry);
      ++index.size;
    }
  }
  const auto root = root_at(files, index.size, size);
  if (!root) return root.error();
  index.root = *root;
  return index;
}

Result<ReadActs> read_acts(const ActsSetup& setup, const ledger::ReadFile& files, std::uint64_t size, std::string_view index_text) {
  ReadActs read{Acts(setup), {}, 0, {}};
  const auto from_whole_record = [&](const Error& why) {
    read.acts = Acts(setup);
    read.index = {};
    read.made_anew = why.message;
  };
  if (auto index = serving(setup, files, size, index_text)) {
    read.index = std::move(*index);
    EntryReader entries(files, size);
    for (const std::uint64_t act : read.index.acts) {
      const auto entry = entries.at(act);
      if (!entry) return entry.error();
      if (!is_act(*entry)) {
        from_whole_record(bad_input(fmt::format("entry {} is no act", act)));
        break;
      }
      read.acts.apply(act, *entry);
    }
    read.acts.pass(read.index.size, read.index.latest);
    for (const Acts::HeardTo& heard : read.index.heard) read.acts.heard(heard);
  } else {
    from_whole_record(index.error());
  }
  read.from_index = read.index.size;
  auto extended = extend(std::move(read.index), files, size, [&](std::uint64_t index, std::string_view entry) { read.acts.apply(index, entry); });
  if (!extended) return std::move(extended).error();
  read.index = std::move(*extended);
  return read;
}

}  // namespace skypact::node
