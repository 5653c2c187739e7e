#include "node/line_use.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "json/writer.h"
#include "ledger/mirror.h"
#include "line/line_use_json.h"
#include "node/entry_type.h"

namespace skypact::node {
namespace {

using Limits = LineUseReadLimits;

constexpr std::size_t at_once = 4096;

// Entries [from, to) of a record, and what others' cosignatures say of what stands outside.
struct Stretch {
  std::uint64_t from = 0, to = 0;
  std::optional<ledger::TimeBracket::End> earlier;   // what stands before was written before this
  std::optional<ledger::TimeBracket::End> later;     // what stands behind, and what is still to be written, after this
  std::optional<ledger::TimeBracket::End> head;      // the checkpoint that was cosigned first and holds all of it
  [[nodiscard]] bool covers(Interval<Time> span) const { return (from == 0 || (earlier && earlier->at <= span.from)) && later && later->at >= span.to; }
};

// The first entry that says that it was written at this time or later; they are nearly in order.
Result<std::uint64_t> first_from(const ledger::LogFiles& log, Time time) {
  std::uint64_t low = 0, high = log.checkpoint.size;
  while (low < high) {
    const std::uint64_t middle = low + (high - low) / 2;
    const auto entry = ledger::entry_at(log, middle);
    if (!entry) return entry.error();
    const auto at = entry_time(*entry);
    if (!at) return bad_input(fmt::format("entry {} does not say when it was written", middle));
    if (*at < time) low = middle + 1;
    else high = middle;
  }
  return low;
}

Result<Stretch> find_stretch(const UseRecord& record, Interval<Time> span) {
  const ledger::LogFiles& log = record.log;
  if (const auto sound = ledger::accept(log.head, record.policy); !sound) return sound.error();
  Stretch stretch;
  const auto from = first_from(log, span.from - Limits::around);
  if (!from) return from.error();
  const auto to = first_from(log, span.to + Limits::around);
  if (!to) return to.error();
  stretch.from = *from;
  stretch.to = std::max(*from, *to);
  if (stretch.to - stretch.from > Limits::entries) {
    return Error{ErrorCode::over_limit, fmt::format("the record has {} entries from a day before that time to a day after, and at most {} are read for one answer; ask for a shorter time",
                                                    stretch.to - stretch.from, Limits::entries)};
  }
  if (stretch.from > 0) {
    const auto bracket = ledger::time_bracket(stretch.from - 1, log.checkpoint.size, log.files, record.policy);
    if (!bracket) return bracket.error();
    stretch.earlier = bracket->before;
  }
  if (stretch.to > 0) {
    const auto bracket = ledger::time_bracket(stretch.to - 1, log.checkpoint.size, log.files, record.policy);
    if (!bracket) return bracket.error();
    stretch.later = bracket->after;
    stretch.head = bracket->before;
  }
  return stretch;
}

Result<void> read_stretch(const UseRecord& record, std::size_t number, const Stretch& stretch, line::LineUse& use) {
  for (std::uint64_t i = stretch.from; i < stretch.to;) {
    const auto entries = ledger::read_entries(record.log.files, record.log.checkpoint.size, i, std::min<std::uint64_t>(at_once, stretch.to - i));
    if (!entries) return entries.error();
    for (const std::string& entry : *entries) {
      const std::uint64_t index = i++;
      if (!is_line_entry(entry)) continue;
      if (auto added = use.add(number, index, entry); !added) return added;
    }
  }
  return {};
}

// Proofs of one record's entries; those between two cosigned checkpoints share their times.
class Prover {
 public:
  explicit Prover(const UseRecord& record) : record_(record) {}
  Result<ledger::Proved> prove(std::uint64_t index) {
    auto known = brackets_.upper_bound(index);
    const bool is_known = known != brackets_.begin() && index < std::prev(known)->second.same_until;
    if (!is_known) {
      auto made = ledger::time_bracket(index, record_.log.checkpoint.size, record_.log.files, record_.policy);
      if (!made) return std::move(made).error();
      known = std::next(brackets_.insert_or_assign(index, std::move(*made)).first);
    }
    const ledger::TimeBracket& bracket = std::prev(known)->second;
    auto proof = ledger::prove_entry(record_.log, index, bracket);
    if (!proof) return std::move(proof).error();
    return ledger::Proved{std::move(*proof), bracket};
  }

 private:
  const UseRecord& record_;
  std::map<std::uint64_t, ledger::TimeBracket> brackets_;   // by the first entry that was asked for
};

void append_end(json::Writer& out, std::string_view name, const std::optional<ledger::TimeBracket::End>& end, const ledger::Policy& policy) {
  if (!end) return;
  out.key(name);
  out.begin_object();
  out.field("at", to_rfc3339(end->at));
  out.field("by", policy.witnesses[end->witness].name);
  out.field("size", end->size);
  out.field("checkpoint", ledger::to_text(end->checkpoint));
  out.end_object();
}

void append_record(json::Writer& out, const UseRecord& record, const Result<Stretch>& stretch, Interval<Time> span) {
  out.begin_object();
  out.field("party", record.party);
  out.field("origin", record.log.checkpoint.origin);
  out.field("size", record.log.checkpoint.size);
  if (stretch) {
    out.field("from_index", stretch->from);
    out.field("to_index", stretch->to);
    append_end(out, "earlier_written_before", stretch->earlier, record.policy);
    append_end(out, "later_written_after", stretch->later, record.policy);
    append_end(out, "under", stretch->head, record.policy);
    out.field("complete", stretch->covers(span));
  } else {
    out.field("complete", false);
    out.field("message", stretch.error().message);
  }
  out.end_object();
}

}  // namespace

bool is_line_entry(std::string_view entry) {
  return std::any_of(line::line_entry_types.begin(), line::line_entry_types.end(), [&](std::string_view type) { return has_entry_type(entry, type); });
}

Result<std::string> line_use_json(const line::UseQuestion& question, std::string_view party, std::span<const UseRecord> records, const LineUseOptions& options) {
  if (question.span.empty()) return bad_input("from: the time asked about begins before it ends");
  std::vector<std::string> parties;
  for (const UseRecord& record : records) parties.push_back(record.party);
  line::LineUse use(std::string(party), std::move(parties), question);
  std::vector<Result<Stretch>> stretches;
  for (std::size_t i = 0; i < records.size(); ++i) {
    auto stretch = find_stretch(records[i], question.span);
    if (const auto read = stretch ? read_stretch(records[i], i, *stretch, use) : Result<void>(stretch.error()); !read) {
      if (i == 0 || read.error().code == ErrorCode::over_limit) return read.error();
      stretch = read.error();
    }
    stretches.push_back(std::move(stretch));
  }
  const line::UseReport report = use.report();
  if (report.messages.size() > Limits::messages) {
    return Error{ErrorCode::over_limit, fmt::format("{} messages are of that time, and at most {} are listed; ask for a shorter time, one party, class or type", report.messages.size(), Limits::messages)};
  }

  std::string text;
  json::Writer out(text);
  out.begin_object();
  out.field("from", to_rfc3339(question.span.from));
  out.field("to", to_rfc3339(question.span.to));
  out.field("complete", !stretches.empty() && stretches.front() && stretches.front()->covers(question.span));
  out.key("records");
  out.begin_array();
  for (std::size_t i = 0; i < records.size(); ++i) append_record(out, records[i], stretches[i], question.span);
  out.end_array();
  std::vector<Prover> provers(records.begin(), records.end());
  std::size_t proofs = 0;
  std::optional<Error> wrong;
  const auto place = [&](json::Writer& to, const line::EntryPlace& entry) {
    const UseRecord& record = records[entry.record];
    to.begin_object();
    to.field("origin", record.log.checkpoint.origin);
    to.field("index", entry.index);
    to.field("at", to_rfc3339(entry.at));
    if (options.proofs && !wrong) {
      if (++proofs > Limits::proofs || text.size() > Limits::bytes) {
        wrong = Error{ErrorCode::over_limit, fmt::format("the proofs are more than {}, or more than {} MiB; ask for a shorter time, one party, class or type", Limits::proofs, Limits::bytes >> 20)};
      } else if (const auto proved = provers[entry.record].prove(entry.index); !proved) {
        wrong = Error(proved.error()).within(fmt::format("entry {} of {}", entry.index, record.log.checkpoint.origin));
      } else {
        if (proved->written.after) to.field("written_after", to_rfc3339(proved->written.after->at));
        if (proved->written.before) to.field("written_before", to_rfc3339(proved->written.before->at));
        to.field("proof", ledger::to_text(proved->proof));
      }
    }
    to.end_object();
  };
  line::append_members(out, report, place);
  out.end_object();
  if (wrong) return *wrong;
  return text;
}

}  // namespace skypact::node
