// skypact evaluate RECORDING: how good its alerts were, by what the recording itself shows later.

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <memory>
#include <string>

#include "commands.h"
#include "json/writer.h"
#include "node/evaluation.h"
#include "replay_input.h"

namespace skypact::app {
namespace {

struct Options {
  ReplayInput input;
  bool json = false, list = false;
};

std::optional<double> per_hour(std::uint64_t count, const node::EvaluationReport& report) {
  if (!(report.flight_hours > 0)) return std::nullopt;
  return static_cast<double>(count) / report.flight_hours;
}

std::optional<double> seconds_of(const std::optional<Duration>& time) {
  return time ? std::optional(to_seconds(*time)) : std::nullopt;
}

std::string json_of(const node::EvaluationReport& r, const ReplayRun& run, bool list) {
  std::string text;
  json::Writer out(text);
  out.begin_object();
  out.field("from", run.totals.from ? std::optional(to_rfc3339(*run.totals.from)) : std::nullopt);
  out.field("to", run.totals.to ? std::optional(to_rfc3339(*run.totals.to)) : std::nullopt);
  out.field("aircraft", run.aircraft);
  out.field("flight_hours", r.flight_hours, 3);
  out.field("seconds_compared", r.seconds_compared);
  out.key("alerts");
  out.begin_object();
  for (const auto& [kind, counts] : r.alerts) {
    out.key(to_string(kind));
    out.begin_object();
    out.field("alerts", counts.alerts);
    out.field("per_flight_hour", per_hour(counts.alerts, r), 3);
    out.field("infringed", counts.infringed);
    out.end_object();
  }
  out.end_object();
  out.key("losses");
  out.begin_object();
  out.field("total", r.losses);
  out.field("warned", r.warned);
  out.field("missed", r.missed);
  out.field("missed_sudden", r.missed_sudden);
  out.field("missed_alerted_late", r.missed_alerted_late);
  out.end_object();
  out.key("warning_time_s");
  out.begin_object();
  out.field("count", r.warning_times.size());
  out.field("p10", seconds_of(r.warning_time(0.1)), 1);
  out.field("median", seconds_of(r.warning_time(0.5)), 1);
  out.field("p90", seconds_of(r.warning_time(0.9)), 1);
  out.end_object();
  out.key("warnings");
  out.begin_object();
  out.field("total", r.warnings);
  out.field("true", r.warnings_true);
  out.field("averted", r.warnings_averted);
  out.field("nuisance", r.nuisance);
  out.field("undecided", r.undecided);
  out.end_object();
  out.field("left_out", r.left_out);
  if (list) {
    out.key("cases");
    out.begin_array();
    for (const node::EvaluationCase& c : r.cases) {
      out.begin_object();
      out.field("verdict", node::to_string(c.verdict));
      out.field("one", to_string(c.one));
      out.field("other", to_string(c.other));
      out.field("at", to_rfc3339(c.at));
      out.field("warned_for_s", seconds_of(c.warned_for), 1);
      out.end_object();
    }
    out.end_array();
  }
  out.end_object();
  return text + '\n';
}

std::string text_of(const node::EvaluationReport& r, const ReplayRun& run, bool list) {
  std::string text;
  const auto line = [&](std::string_view name, const std::string& value) { text += fmt::format("{:<22}{}\n", name, value); };
  if (run.totals.from && run.totals.to) line("recording", to_rfc3339(*run.totals.from) + " to " + to_rfc3339(*run.totals.to));
  line("aircraft", fmt::format("{}, {:.2f} flight hours", run.aircraft, r.flight_hours));
  for (const auto& [kind, counts] : r.alerts) {
    const auto rate = per_hour(counts.alerts, r);
    line(fmt::format("alerts: {}", to_string(kind)), fmt::format("{}, infringed {}{}", counts.alerts, counts.infringed, rate ? fmt::format(", {:.2f} per flight hour", *rate) : ""));
  }
  if (r.alerts.empty()) line("alerts", "none");
  line("losses of minima", fmt::format("{}: warned {}, missed {}", r.losses, r.warned, r.missed));
  if (r.missed > 0) line("  of the missed", fmt::format("{} sudden, {} alerted late", r.missed_sudden, r.missed_alerted_late));
  if (!r.warning_times.empty()) {
    line("warning time", fmt::format("median {:.0f} s, 10 % {:.0f} s, 90 % {:.0f} s ({})", to_seconds(*r.warning_time(0.5)), to_seconds(*r.warning_time(0.1)),
                                     to_seconds(*r.warning_time(0.9)), r.warning_times.size()));
  }
  line("conflict warnings", fmt::format("{}: true {}, averted {}, nuisance {}, undecided {}", r.warnings, r.warnings_true, r.warnings_averted, r.nuisance, r.undecided));
  if (r.left_out > 0) line("left out", fmt::format("{}, more than fits", r.left_out));
  for (std::size_t i = 0; list && i < r.cases.size(); ++i) {
    const node::EvaluationCase& c = r.cases[i];
    text += fmt::format("{} {:<10}{} {}{}\n", to_rfc3339(c.at), node::to_string(c.verdict), to_string(c.one), to_string(c.other),
                        c.warned_for ? fmt::format("  {:.0f} s", to_seconds(*c.warned_for)) : "");
  }
  return text;
}

int run(const Options& options) {
  node::Evaluation evaluation;
  const bool terminal = isatty(STDERR_FILENO) != 0;
  std::uint64_t steps = 0;
  auto replayed = run_replay(options.input, [&](const node::Engine& engine, const std::vector<node::Event>& events) {
    const auto picture = engine.picture();
    evaluation.step(*picture, events);
    if (terminal && steps++ % 600 == 0) std::fprintf(stderr, "\r%s  %zu aircraft ", to_rfc3339(picture->now).c_str(), picture->live);
    return true;
  });
  if (terminal) std::fprintf(stderr, "\r\033[K");
  if (!replayed) return fail("evaluate", replayed.error());
  const node::EvaluationReport report = evaluation.finish();
  const std::string text = options.json ? json_of(report, *replayed, options.list) : text_of(report, *replayed, options.list);
  std::fwrite(text.data(), 1, text.size(), stdout);
  return replayed->damaged ? fail("evaluate", *replayed->damaged) : Exit::done;
}

}  // namespace

void add_evaluate(CLI::App& app, int& status) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("evaluate", "Replay a recording and judge its alerts by what it shows later");
  options->input.add_options(*command);
  command->add_flag("--json", options->json, "One JSON object");
  command->add_flag("--list", options->list, "Every loss and every warning too, with the aircraft and the time");
  command->footer(
      "Truth: at each whole second every airborne aircraft is drawn between its measured positions before and after, each\n"
      "within 10 s, and every pair that the rules keep apart is compared.\n"
      "  loss       both minima were lost, under the pair's own minima and level tolerance; within 30 s it is one loss\n"
      "  warned     an alert was open when the loss began; the warning time is from its first moment to the loss\n"
      "  missed     none was; sudden: within 10 s of both being first seen; alerted late: raised while lost\n"
      "  true       a conflict alert of severity warning or more whose pair then lost minima\n"
      "  averted    it did not, but straight on from where both really were it would have, within the warning look-ahead\n"
      "  nuisance   it did not, and would not have\n"
      "  undecided  while it was open the two were never both seen, or were near with altitudes that do not compare");
  command->callback([options, &status] { status = run(*options); });
}

}  // namespace skypact::app
