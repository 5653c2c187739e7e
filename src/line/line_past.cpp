#include "line/line_past.h"

#include <fmt/format.h>

#include <algorithm>

#include "ledger/checkpoint.h"
#include "line/calls.h"
#include "line/notice_book.h"

namespace skypact::line {
namespace {

using Entries = std::vector<std::uint64_t>;

void append_line(std::string& text, std::string_view word, const Entries& entries) {
  text += word;
  for (const std::uint64_t entry : entries) fmt::format_to(std::back_inserter(text), " {}", entry);
  text += '\n';
}

// The lines in their order; `line` is the one at hand.
class Reader {
 public:
  Reader(ledger::LineReader& lines, const PastBounds& bounds) : lines_(lines), bounds_(bounds) { next(); }

  // The words behind the lead, and the next line is at hand; nullopt where it is another line.
  std::optional<std::string_view> take(std::string_view lead) {
    if (failed_ || !line_ || !line_->starts_with(lead)) return std::nullopt;
    const std::string_view rest = line_->substr(lead.size());
    number_ = lines_.number();
    next();
    return rest;
  }
  // Numbers of entries, one at least.
  Entries entries(std::string_view words) {
    Entries read;
    for (bool more = true; more;) {
      const auto space = words.find(' ');
      more = space != words.npos;
      const auto entry = ledger::parse_count(words.substr(0, space));
      if (!entry || *entry >= bounds_.size) {
        fail("numbers of entries below size are expected");
        return {};
      }
      read.push_back(*entry);
      if (more) words.remove_prefix(space + 1);
    }
    return read;
  }
  std::uint64_t entry(std::string_view words) {
    const Entries read = entries(words);
    if (read.size() != 1) fail("the number of one entry is expected");
    return failed_ ? 0 : read.front();
  }
  void fail(std::string_view what) {
    if (!failed_) failed_ = bad_input(fmt::format("line {}: {}", number_, what));
  }
  [[nodiscard]] const std::optional<Error>& failed() const { return failed_; }
  [[nodiscard]] const std::optional<std::string_view>& at_hand() const { return line_; }
  void expect_end() {
    number_ = lines_.number();
    if (line_ || !lines_.rest().empty()) fail("nothing more is expected here, or not in this order");
  }

 private:
  void next() { line_ = lines_.next(); }

  ledger::LineReader& lines_;
  const PastBounds& bounds_;
  std::optional<std::string_view> line_;
  std::size_t number_ = 0;
  std::optional<Error> failed_;
};

void read_checks(Reader& reader, std::string_view lead, std::map<std::string, std::uint64_t, std::less<>>& of_peers) {
  while (const auto words = reader.take(lead)) {
    const auto space = words->find(' ');
    const std::string_view party = words->substr(0, space);
    if (space == words->npos || party.empty()) return reader.fail("a party and the number of an entry are expected");
    if (!of_peers.empty() && of_peers.rbegin()->first >= party) return reader.fail("the parties stand in their order, each once");
    of_peers[std::string(party)] = reader.entry(words->substr(space + 1));
  }
}

LinePast::Kept read_kept(Reader& reader, std::string_view words) {
  LinePast::Kept kept;
  constexpr std::string_view by = " by ";
  if (const auto at = words.find(by); at != words.npos) {
    kept.entry = reader.entry(words.substr(0, at));
    Entries rest = reader.entries(words.substr(at + by.size()));
    if (rest.empty()) return kept;
    kept.officer = rest.front();
    kept.changed_by.assign(rest.begin() + 1, rest.end());
    return kept;
  }
  const Entries all = reader.entries(words);
  if (all.empty()) return kept;
  kept.entry = all.front();
  kept.changed_by.assign(all.begin() + 1, all.end());
  return kept;
}

}  // namespace

std::vector<std::uint64_t> entries_of(const LinePast& line, const NoticesPast& notices) {
  Entries all = line.officers;
  const auto add = [&](const Entries& more) { all.insert(all.end(), more.begin(), more.end()); };
  if (line.number) all.push_back(*line.number);
  for (const auto* checks : {&line.checked, &line.missed}) {
    for (const auto& [party, entry] : *checks) all.push_back(entry);
  }
  for (const Entries& call : line.calls) add(call);
  for (const LinePast::Kept& kept : line.messages) {
    all.push_back(kept.entry);
    if (kept.officer) all.push_back(*kept.officer);
    add(kept.changed_by);
  }
  add(notices.highest);
  for (const Entries& notice : notices.notices) add(notice);
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
}

std::string to_text(const LinePast& line, const NoticesPast& notices) {
  std::string text;
  if (line.number) append_line(text, "number", {*line.number});
  for (const auto& [party, entry] : line.checked) append_line(text, "checked " + party, {entry});
  for (const auto& [party, entry] : line.missed) append_line(text, "missed " + party, {entry});
  for (const std::uint64_t officer : line.officers) append_line(text, "officer", {officer});
  for (const Entries& call : line.calls) append_line(text, "call", call);
  for (const LinePast::Kept& kept : line.messages) {
    append_line(text, kept.officer ? fmt::format("message {} by {}", kept.entry, *kept.officer) : fmt::format("message {}", kept.entry), kept.changed_by);
  }
  text += fmt::format("dropped {}\n", notices.dropped);
  for (const std::uint64_t highest : notices.highest) append_line(text, "highest", {highest});
  for (const Entries& notice : notices.notices) append_line(text, "notice", notice);
  text += "ids\n";
  for (const ledger::Hash& id : line.ids) text += ledger::to_base64(id) + '\n';
  return text;
}

Result<Pasts> read_pasts(ledger::LineReader& lines, const PastBounds& bounds) {
  Pasts read;
  LinePast& line = read.line;
  NoticesPast& notices = read.notices;
  Reader reader(lines, bounds);
  if (const auto words = reader.take("number ")) line.number = reader.entry(*words);
  read_checks(reader, "checked ", line.checked);
  read_checks(reader, "missed ", line.missed);
  while (const auto words = reader.take("officer ")) line.officers.push_back(reader.entry(*words));
  while (const auto words = reader.take("call ")) line.calls.push_back(reader.entries(*words));
  while (const auto words = reader.take("message ")) {
    line.messages.push_back(read_kept(reader, *words));
    if (line.messages.size() > 1 && line.messages.back().entry <= line.messages[line.messages.size() - 2].entry) reader.fail("the messages stand in their order, each once");
  }
  const auto dropped = reader.take("dropped ");
  const auto count = dropped ? ledger::parse_count(*dropped) : std::nullopt;
  if (!count) reader.fail("how many notices were dropped is expected: dropped 12");
  notices.dropped = count.value_or(0);
  while (const auto words = reader.take("highest ")) notices.highest.push_back(reader.entry(*words));
  while (const auto words = reader.take("notice ")) notices.notices.push_back(reader.entries(*words));
  if (const auto words = reader.take("ids"); !words || !words->empty()) reader.fail("the ids are expected: a line ids, and each in base 64");
  while (!reader.failed() && reader.at_hand()) {
    const auto id = ledger::hash_from_base64(*reader.take(""));
    if (!id) {
      reader.fail("an id is expected, in base 64");
      break;
    }
    line.ids.push_back(*id);
  }
  if (line.messages.size() > bounds.messages || line.ids.size() > bounds.ids) reader.fail("there are more messages or ids than a line keeps");
  if (line.calls.size() > CallLimits::calls || line.officers.size() > CallLimits::officers) reader.fail("there are more calls or officers than a line keeps");
  if (notices.notices.size() > NoticeBookLimits::parties * NoticeBookLimits::notices) reader.fail("there are more notices than a book keeps");
  reader.expect_end();
  if (reader.failed()) return *reader.failed();
  return read;
}

}  // namespace skypact::line
