#include "node/acts_index.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "ledger/checkpoint.h"
#include "ledger/line_reader.h"
#include "ledger/mirror.h"
#include "ledger/record_index.h"

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

// The index that serves for this record at this size, or why none does.
Result<ActsIndex> serving(const ActsSetup& setup, const ledger::ReadFile& files, std::uint64_t size, std::string_view text) {
  if (text.empty()) return Error{ErrorCode::not_found, "there is none"};
  auto index = parse_acts_index(text, setup);
  if (!index) return index;
  if (const auto fits = ledger::is_of(files, size, size, {index->size, index->root}); !fits) return fits.error();
  return index;
}

}  // namespace

std::string to_text(const ActsIndex& index, const ActsSetup& setup) {
  std::string text = made_for(setup);
  text += ledger::to_text(ledger::IndexedTo{index.size, index.root});
  text += fmt::format("latest {}\n", nanoseconds_text(index.latest));
  for (const Acts::HeardTo& heard : index.heard) text += fmt::format("heard {} {} {}\n", heard.origin, heard.position, nanoseconds_text(heard.at));
  for (const std::uint64_t act : index.acts) text += fmt::format("act {}\n", act);
  return ledger::closed(std::move(text));
}

Result<ActsIndex> parse_acts_index(std::string_view text, const ActsSetup& setup) {
  const std::string whose = made_for(setup);
  auto opened = ledger::open_index(text, {"an index of acts", whose, "it is of another record, of other parties or of other types of acts", ActsIndexLimits::bytes});
  if (!opened) return std::move(opened).error();
  ledger::LineReader& lines = *opened;
  const auto to = ledger::read_indexed_to(lines);
  if (!to) return to.error();
  ActsIndex index;
  index.size = to->size;
  index.root = to->root;
  auto line = lines.next();
  // The rest of a line that begins so; the next one is at hand then.
  const auto take = [&](std::string_view lead) -> std::optional<std::string_view> {
    if (!line || !line->starts_with(lead)) return std::nullopt;
    return line->substr(lead.size());
  };
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
  const auto root = ledger::root_at(files, size, index.size);
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
    ledger::EntryReader entries(files, size);
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
