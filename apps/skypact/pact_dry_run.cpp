// skypact pact dry-run: what a draft of terms would have alerted of, on a recording.

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <memory>
#include <string>

#include "commands.h"
#include "json/writer.h"
#include "node/dry_run.h"
#include "pact_commands.h"
#include "replay_input.h"
#include "terms_input.h"

namespace skypact::app {
namespace {

struct Options {
  ReplayInput input;
  std::string terms, current;
  bool json = false;
};

constexpr Duration around = std::chrono::hours(1);   // of the recording, in which the terms hold

struct Run {
  ReplayRun replay;
  std::vector<node::DryAlert> alerts;
  std::uint64_t left_out = 0;
};

Result<Run> run_once(const Options& options, std::string_view what, const Agreed* agreed) {
  node::AlertLog log;
  const bool terminal = isatty(STDERR_FILENO) != 0;
  std::uint64_t steps = 0;
  auto replayed = run_replay(options.input, [&](const node::Engine& engine, const std::vector<node::Event>& events) {
    log.step(events);
    if (terminal && steps++ % 600 == 0) std::fprintf(stderr, "\r%.*s: %s ", static_cast<int>(what.size()), what.data(), to_rfc3339(engine.picture()->now).c_str());
    return true;
  }, agreed);
  if (terminal) std::fprintf(stderr, "\r\033[K");
  if (!replayed) return replayed.error();
  return Run{std::move(*replayed), log.alerts(), log.left_out()};
}

std::optional<double> seconds_of(const std::optional<Duration>& time) { return time ? std::optional(to_seconds(*time)) : std::nullopt; }

void append(json::Writer& out, const node::DryAlert& a) {
  out.begin_object();
  out.field("kind", to_string(a.kind));
  out.field("subjects", a.subjects);
  out.field("raised_at", to_rfc3339(a.raised));
  out.field("infringed_at", a.infringed ? std::optional(to_rfc3339(*a.infringed)) : std::nullopt);
  out.field("lead_s", seconds_of(a.lead()), 1);
  out.field("severity", to_string(a.worst));
  out.field("clause", a.clause);
  out.field("text", a.text);
  out.end_object();
}

std::string json_of(const node::DryRunReport& r, const Run& run, const std::string& draft, const std::string& now) {
  std::string text;
  json::Writer out(text);
  const auto list = [&](std::string_view name, const std::vector<node::DryAlert>& alerts) {
    out.key(name);
    out.begin_array();
    for (const node::DryAlert& a : alerts) append(out, a);
    out.end_array();
  };
  out.begin_object();
  out.field("from", run.replay.totals.from ? std::optional(to_rfc3339(*run.replay.totals.from)) : std::nullopt);
  out.field("to", run.replay.totals.to ? std::optional(to_rfc3339(*run.replay.totals.to)) : std::nullopt);
  out.field("current", now);
  out.field("draft", draft);
  out.field("alerts_now", r.now);
  out.field("alerts_by_draft", r.then);
  out.field("same", r.same);
  out.field("severity_raised", r.severity_raised);
  out.field("severity_lowered", r.severity_lowered);
  out.field("lead_longer", r.lead_longer);
  out.field("lead_shorter", r.lead_shorter);
  out.field("left_out", run.left_out);
  list("added", r.added);
  list("removed", r.removed);
  out.key("changed");
  out.begin_array();
  for (const auto& change : r.changed) {
    out.begin_object();
    out.key("now");
    append(out, change.now);
    out.key("by_draft");
    append(out, change.then);
    out.end_object();
  }
  out.end_array();
  out.end_object();
  return text + '\n';
}

std::string line_of(const node::DryAlert& a) {
  const auto lead = a.lead();
  return fmt::format("  {}  {:<8} {:<22} {:<9} {:<16} {}\n", to_rfc3339(a.raised), to_string(a.kind), a.subjects, to_string(a.worst),
                     lead ? fmt::format("lost after {:.0f} s", to_seconds(*lead)) : "not lost", a.clause);
}

std::string text_of(const node::DryRunReport& r, const Run& run, const std::string& draft, const std::string& now) {
  std::string text;
  const auto& totals = run.replay.totals;
  if (totals.from && totals.to) text += fmt::format("recording  {} to {}\n", to_rfc3339(*totals.from), to_rfc3339(*totals.to));
  text += fmt::format("now        {}: {} alerts\ndraft      {}: {} alerts\n", now, r.now, draft, r.then);
  text += fmt::format("difference {} added, {} removed, {} changed, {} the same\n", r.added.size(), r.removed.size(), r.changed.size(), r.same);
  if (!r.changed.empty()) {
    text += fmt::format("           severity raised {}, lowered {}; alerted earlier {}, later {}\n", r.severity_raised, r.severity_lowered, r.lead_longer, r.lead_shorter);
  }
  if (run.left_out > 0) text += fmt::format("left out   {} alerts, more than fits\n", run.left_out);
  const auto list = [&](std::string_view name, const std::vector<node::DryAlert>& alerts) {
    if (!alerts.empty()) text += fmt::format("\n{}\n", name);
    for (const node::DryAlert& a : alerts) text += line_of(a);
  };
  list("added by the draft", r.added);
  list("removed by the draft", r.removed);
  if (!r.changed.empty()) text += "\nchanged: as it is, and by the draft\n";
  for (const auto& change : r.changed) text += line_of(change.now) + line_of(change.then);
  return text;
}

int run(const Options& options) {
  const auto draft = read_terms_of(options.terms);
  if (!draft) return fail("pact dry-run", draft.error());
  std::optional<pact::Terms> current;
  if (!options.current.empty()) {
    auto read = read_terms_of(options.current);
    if (!read) return fail("pact dry-run", read.error());
    current = std::move(*read);
  }
  if (options.input.path == "-") return fail("pact dry-run", Error{ErrorCode::usage, "--recording: standard input cannot be read twice"});

  // By what the recording itself says was agreed; its times say when the terms must hold.
  auto now = run_once(options, "as recorded", nullptr);
  if (!now) return fail("pact dry-run", now.error());
  const auto& totals = now->replay.totals;
  const Interval<Time> span{totals.from.value_or(Time{}) - around, totals.to.value_or(Time{}) + around};
  std::string name_of_now = "what the recording says was agreed, and the node's own minima";
  if (current) {
    const Agreed agreed = held_throughout(*current, span);
    now = run_once(options, "current terms", &agreed);
    if (!now) return fail("pact dry-run", now.error());
    name_of_now = pact::version_text(*current);
  }
  const Agreed agreed = held_throughout(*draft, span);
  auto then = run_once(options, "draft", &agreed);
  if (!then) return fail("pact dry-run", then.error());
  then->left_out += now->left_out;

  const node::DryRunReport report = node::compare(now->alerts, then->alerts);
  const std::string name_of_draft = pact::version_text(*draft);
  const std::string text = options.json ? json_of(report, *then, name_of_draft, name_of_now) : text_of(report, *then, name_of_draft, name_of_now);
  std::fwrite(text.data(), 1, text.size(), stdout);
  return then->replay.damaged ? fail("pact dry-run", *then->replay.damaged) : Exit::done;
}

}  // namespace

void add_pact_dry_run(CLI::App& pact, int& status) {
  auto options = std::make_shared<Options>();
  CLI::App* command = pact.add_subcommand("dry-run", "What a draft would have alerted of, on a recording");
  command->add_option("--terms", options->terms, "The draft")->required()->type_name("FILE");
  command->add_option("--current", options->current, "Terms to hold it against; default: what the recording says was agreed")->type_name("FILE");
  options->input.add_options(*command, "--recording");
  command->add_flag("--json", options->json, "One JSON object, with every alert that differs");
  command->footer(
      "The recording goes through the whole watch by the terms as they are and by the draft, each with the node's own minima (--config)\n"
      "beside it. The draft holds throughout, whatever its validity says: weekly hours are those of the recording's days, what it\n"
      "says of single dates is not moved. An alert is the same in both where it has the same kind and subjects and was open at the\n"
      "same time; it has changed where its worst severity or its lead, from the first moment to the loss, has.");
  command->callback([options, &status] { status = run(*options); });
}

}  // namespace skypact::app
