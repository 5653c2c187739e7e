// skypact verdict: whether agreed minima were kept, judged offline from a recording; and where two parties' evidence differs.

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <string>

#include "base/input_file.h"
#include "base/text.h"
#include "commands.h"
#include "json/writer.h"
#include "node/api_json.h"
#include "node/verdict_count.h"
#include "guard/alert_text.h"
#include "node/verdict_evidence.h"
#include "replay_input.h"
#include "terms_input.h"

namespace skypact::app {
namespace {

constexpr std::size_t largest_evidence = std::size_t{64} << 20;

struct JudgeOptions {
  ReplayInput input;
  std::string terms, evidence_out;
  std::vector<std::string> pair;
  bool json = false;
};

// By key, "4D2023~2", or by address.
bool names(const std::string& word, const TrackKey& key) { return word == to_string(key) || word == to_string(key.address); }

bool wanted(const std::vector<std::string>& pair, const node::PairVerdict& v) {
  if (pair.empty()) return true;
  return (names(pair[0], v.pair[0]) && names(pair[1], v.pair[1])) || (names(pair[0], v.pair[1]) && names(pair[1], v.pair[0]));
}

std::string clause_of(const node::PairVerdict& v) {
  return v.verdict.horizontal_from.clause.empty() ? std::string("nothing agreed") : guard::text_of(v.verdict.horizontal_from, v.verdict.vertical_from);
}

std::string json_of(const node::VerdictCount& count, const std::vector<node::PairVerdict>& verdicts, const ReplayRun& run, const std::string& by) {
  std::string text;
  json::Writer out(text);
  out.begin_object();
  out.field("from", run.totals.from ? std::optional(to_rfc3339(*run.totals.from)) : std::nullopt);
  out.field("to", run.totals.to ? std::optional(to_rfc3339(*run.totals.to)) : std::nullopt);
  out.field("by", by);
  node::append(out, count);
  out.key("verdicts");
  out.begin_array();
  for (const node::PairVerdict& v : verdicts) node::append_verdict(out, v, {});
  out.end_array();
  out.end_object();
  return text + '\n';
}

std::string text_of(const node::VerdictCount& count, const std::vector<node::PairVerdict>& verdicts, const ReplayRun& run, const std::string& by) {
  std::string text;
  if (run.totals.from && run.totals.to) text += fmt::format("recording  {} to {}\n", to_rfc3339(*run.totals.from), to_rfc3339(*run.totals.to));
  text += fmt::format("judged by  {}\n", by);
  text += fmt::format("losses     {}, of {} pairs\nminutes    {} lost, {} kept, {} that cannot be told\n", count.losses, count.pairs, count.minutes.lost, count.minutes.kept,
                      count.minutes.cannot_be_told);
  for (const auto& [clause, c] : count.by_clause) text += fmt::format("  {:<40} {} lost, {} kept, {} cannot be told\n", clause, c.lost, c.kept, c.cannot_be_told);
  if (!verdicts.empty()) text += '\n';
  for (const node::PairVerdict& v : verdicts) {
    std::string why;
    for (const guard::Doubt doubt : v.verdict.doubts) why += (why.empty() ? ": " : ", ") + std::string(to_string(doubt));
    text += fmt::format("{}  {} {}  {}{}", to_rfc3339(v.span.from), to_string(v.pair[0]), to_string(v.pair[1]), to_string(v.verdict.finding), why);
    if (v.verdict.horizontal) text += fmt::format("  {:.2f} NM", v.verdict.horizontal->in(nautical_miles));
    if (v.verdict.horizontal && v.verdict.vertical) text += fmt::format(" / {:.0f} ft", v.verdict.vertical->in_feet());
    text += fmt::format(" at {}  {}  {}\n", to_rfc3339(v.verdict.at), clause_of(v), v.evidence.substr(0, 16));
  }
  return text;
}

// One evidence into the file, or each into the folder by its hash.
Result<void> write_evidence(const std::string& to, const std::vector<node::PairVerdict>& verdicts) {
  std::error_code error;
  const bool folder = std::filesystem::is_directory(to, error);
  if (!folder && verdicts.size() != 1) {
    return Error{ErrorCode::usage, fmt::format("--evidence-out: {} verdicts were found; name a folder that exists, or one pair and one minute by --pair, --from and --to", verdicts.size())};
  }
  for (const node::PairVerdict& v : verdicts) {
    const std::filesystem::path path = folder ? std::filesystem::path(to) / (v.evidence + ".json") : std::filesystem::path(to);
    std::ofstream out(path, std::ios::binary | std::ios::trunc);
    if (!(out << *v.evidence_text << std::flush)) return Error{ErrorCode::bad_input, path.string() + " cannot be written"};
  }
  return {};
}

int judge(const JudgeOptions& options) {
  if (options.pair.size() == 1) return fail("verdict judge", Error{ErrorCode::usage, "--pair: names two aircraft"});
  ReplayInput input = options.input;
  input.settle = guard::judged_span + guard::judged_after;   // the last minute is judged too
  const auto span = span_of(input);
  if (!span) return fail("verdict judge", span.error());
  // Tracks are to be known when the first minute begins.
  constexpr Duration before = minutes(5);
  if (!input.from.empty()) input.from = to_rfc3339(span->from - before);
  if (!input.to.empty()) input.to = to_rfc3339(span->to + input.settle);
  std::optional<Agreed> agreed;
  std::string by = "what the recording says was agreed";
  if (!options.terms.empty()) {
    const auto terms = read_terms_of(options.terms);
    if (!terms) return fail("verdict judge", terms.error());
    if (input.path == "-") return fail("verdict judge", Error{ErrorCode::usage, "--recording: standard input cannot be read twice"});
    const auto first = run_replay(input, [](const auto&, const auto&) { return false; });
    if (!first) return fail("verdict judge", first.error());
    const Time begin = first->totals.from.value_or(Time{});
    agreed = held_throughout(*terms, {begin - std::chrono::days(1), begin + std::chrono::days(31)});   // longer than recordings are kept
    by = pact::version_text(*terms);
  }
  std::vector<node::PairVerdict> verdicts;
  const bool terminal = isatty(STDERR_FILENO) != 0;
  std::uint64_t steps = 0, left_out = 0;
  auto replayed = run_replay(input, [&](const node::Engine& engine, const std::vector<node::Event>& events) {
    for (const node::Event& event : events) {
      const auto* v = std::get_if<node::PairVerdict>(&event.what);
      if (v != nullptr && wanted(options.pair, *v) && v->span.from < span->to && span->from < v->span.to) verdicts.push_back(*v);
    }
    left_out = engine.picture()->verdicts_left_out;
    if (terminal && steps++ % 600 == 0) std::fprintf(stderr, "\r%s ", to_rfc3339(engine.picture()->now).c_str());
    return true;
  }, agreed ? &*agreed : nullptr);
  if (terminal) std::fprintf(stderr, "\r\033[K");
  if (!replayed) return fail("verdict judge", replayed.error());
  std::sort(verdicts.begin(), verdicts.end(), [](const auto& a, const auto& b) { return std::tie(a.span.from, a.pair) < std::tie(b.span.from, b.pair); });
  node::VerdictCount count = node::count(verdicts);
  count.left_out = left_out;
  if (!options.evidence_out.empty()) {
    if (const auto written = write_evidence(options.evidence_out, verdicts); !written) return fail("verdict judge", written.error());
  }
  const std::string text = options.json ? json_of(count, verdicts, *replayed, by) : text_of(count, verdicts, *replayed, by);
  std::fwrite(text.data(), 1, text.size(), stdout);
  if (replayed->damaged) return fail("verdict judge", *replayed->damaged);
  return count.losses > 0 ? Exit::negative_verdict : Exit::done;
}

struct CompareOptions {
  std::string one, other;
  bool json = false;
};

int compare(const CompareOptions& options) {
  std::array<std::string, 2> texts;
  for (std::size_t i = 0; i < 2; ++i) {
    const std::string& file = i == 0 ? options.one : options.other;
    auto text = read_whole(file, largest_evidence);
    if (!text) return fail("verdict compare", text.error());
    // Written by a person's editor it may end with a newline, which is no part of the evidence.
    while (text->ends_with('\n')) text->pop_back();
    texts[i] = std::move(*text);
  }
  const auto differences = node::compare(texts[0], texts[1]);
  if (!differences) return fail("verdict compare", differences.error());
  const bool same = texts[0] == texts[1];
  std::string text;
  if (options.json) {
    json::Writer out(text);
    out.begin_object();
    out.field("same", same);
    out.field("first", node::evidence_hash(texts[0]));
    out.field("second", node::evidence_hash(texts[1]));
    out.key("differences");
    out.begin_array();
    for (const std::string& line : *differences) out.value(line);
    out.end_array();
    out.end_object();
    text += '\n';
  } else if (same) {
    text = fmt::format("the same evidence: {}\n", node::evidence_hash(texts[0]));
  } else {
    text = fmt::format("first   {}\nsecond  {}\n", node::evidence_hash(texts[0]), node::evidence_hash(texts[1]));
    for (const std::string& line : *differences) text += "  " + line + '\n';
    if (differences->size() >= node::most_evidence_differences) text += "  and more\n";
  }
  std::fwrite(text.data(), 1, text.size(), stdout);
  return same ? Exit::done : Exit::negative_verdict;
}

}  // namespace

void add_verdict(CLI::App& app, int& status) {
  CLI::App* verdict = app.add_subcommand("verdict", "Whether agreed minima were kept: judged from a recording, and two parties' evidence compared");
  verdict->require_subcommand(1);

  auto judging = std::make_shared<JudgeOptions>();
  CLI::App* j = verdict->add_subcommand("judge", "Judge every pair that came near, minute by minute: lost, kept, or cannot be told");
  j->add_option("--terms", judging->terms, "The terms to judge by, whatever their validity says; default: what the recording says was agreed")->type_name("FILE");
  judging->input.add_options(*j, "--recording");
  j->add_option("--pair", judging->pair, "Only these two aircraft: 3C6444 4D2023")->expected(2)->type_name("AIRCRAFT");
  j->add_option("--evidence-out", judging->evidence_out, "Write the evidence: of the one verdict into a file, or of each into a folder that exists")->type_name("FILE");
  j->add_flag("--json", judging->json, "One JSON object");
  j->footer(
      "Judged is each whole minute of UTC by itself, from the reports alone, so that two parties with the same reports find the same\n"
      "verdict and the same hash of its evidence. What was kept is told of pairs that had an alert above an advisory. One loss of a\n"
      "pair is minutes that were lost one after the other. Exit status 1 where minima were lost.");
  j->callback([judging, &status] { status = judge(*judging); });

  auto comparing = std::make_shared<CompareOptions>();
  CLI::App* c = verdict->add_subcommand("compare", "Where two evidences of one verdict differ: reports, terms, times");
  c->add_option("FIRST", comparing->one, "An evidence")->required();
  c->add_option("SECOND", comparing->other, "Another party's")->required();
  c->add_flag("--json", comparing->json, "One JSON object");
  c->footer("Exit status 0 where they are the same, 1 where not.");
  c->callback([comparing, &status] { status = compare(*comparing); });
}

}  // namespace skypact::app
