// skypact replay FILE: a recording through the very same pipeline; alerts as JSON lines.

#include <CLI/CLI.hpp>
#include <unistd.h>

#include <cstdio>
#include <memory>
#include <string>
#include <thread>

#include "alert_lines.h"
#include "base/clock.h"
#include "commands.h"
#include "json/writer.h"
#include "replay_input.h"

namespace skypact::app {
namespace {

struct Options {
  ReplayInput input;
  double speed = 0;
  bool json = false;
};

// Keeps to the pace of the data: speed 1 is as it was.
class Pace {
 public:
  explicit Pace(double speed) : speed_(speed) {}
  void wait_for(Time at) {
    if (speed_ <= 0) return;
    const Duration now = monotonic_now();
    if (!first_) first_ = {at, now};
    const Duration due = first_->second + from_seconds(to_seconds(at - first_->first) / speed_);
    if (due > now) std::this_thread::sleep_for(due - now);
  }

 private:
  double speed_;
  std::optional<std::pair<Time, Duration>> first_;
};

void write_line(const std::string& text) {
  if (!text.empty()) std::fwrite(text.data(), 1, text.size(), stdout);
}

void show_progress(const node::Engine& engine, std::uint64_t step) {
  if (step % 600 != 0 || isatty(STDERR_FILENO) == 0) return;
  const auto picture = engine.picture();
  std::fprintf(stderr, "\r%s  %zu aircraft, %zu open alerts ", to_rfc3339(picture->now).c_str(), picture->live, picture->alerts.size());
}

std::string summary_json(const ReplayRun& run, const AlertLines& lines, Duration took) {
  std::string text;
  json::Writer out(text);
  out.begin_object();
  out.field("from", run.totals.from ? std::optional(to_rfc3339(*run.totals.from)) : std::nullopt);
  out.field("to", run.totals.to ? std::optional(to_rfc3339(*run.totals.to)) : std::nullopt);
  out.field("bytes", run.totals.bytes);
  out.field("messages", run.totals.messages);
  out.field("observations", run.totals.observations);
  out.field("positions", run.totals.positions);
  out.field("aircraft", run.aircraft);
  out.field("ticks", run.totals.ticks);
  out.field("commands", run.totals.commands);
  out.field("damaged_stretches", run.totals.damaged_stretches);
  out.key("errors");
  out.begin_object();
  for (const wire::DecodeError error : run.totals.errors.seen()) out.field(wire::name(error), run.totals.errors[error]);
  out.end_object();
  out.key("alerts");
  out.begin_object();
  for (const auto& [kind, counts] : lines.counts()) {
    out.key(to_string(kind));
    out.begin_object();
    out.field("alerts", counts.alerts);
    out.field("infringed", counts.infringed);
    out.end_object();
  }
  out.end_object();
  out.field("took_s", to_seconds(took), 3);
  out.end_object();
  return text;
}

void print_summary(const ReplayRun& run, const AlertLines& lines, Duration took) {
  const node::ReplayTotals& t = run.totals;
  const auto number = [](std::uint64_t n) { return static_cast<unsigned long long>(n); };
  std::fprintf(stderr, "%llu messages, %llu observations, %llu positions, %llu aircraft", number(t.messages), number(t.observations),
               number(t.positions), number(run.aircraft));
  if (t.from && t.to) std::fprintf(stderr, "; %s to %s", to_rfc3339(*t.from).c_str(), to_rfc3339(*t.to).c_str());
  std::fprintf(stderr, "; %.2f s\n", to_seconds(took));
  for (const auto& [kind, counts] : lines.counts()) {
    std::fprintf(stderr, "alerts: %s %llu, infringed %llu\n", std::string(to_string(kind)).c_str(), number(counts.alerts), number(counts.infringed));
  }
  if (lines.counts().empty()) std::fprintf(stderr, "alerts: none\n");
  for (const wire::DecodeError error : t.errors.seen()) {
    std::fprintf(stderr, "refused: %s %llu (%s)\n", std::string(wire::name(error)).c_str(), number(t.errors[error]), std::string(wire::sentence(error)).c_str());
  }
  if (t.damaged_stretches > 0) std::fprintf(stderr, "damaged: %llu stretches, %llu bytes\n", number(t.damaged_stretches), number(t.skipped_bytes));
  if (t.commands_refused > 0) std::fprintf(stderr, "commands refused: %llu of %llu\n", number(t.commands_refused), number(t.commands));
}

int run(const Options& options) {
  AlertLines lines;
  Pace pace(options.speed);
  std::uint64_t steps = 0;
  const Duration began = monotonic_now();
  auto replayed = run_replay(options.input, [&](const node::Engine& engine, const std::vector<node::Event>& events) {
    pace.wait_for(engine.picture()->now);
    write_line(lines.of(events, engine));
    if (options.speed > 0) std::fflush(stdout);
    show_progress(engine, steps++);
    return std::ferror(stdout) == 0;
  });
  std::fflush(stdout);
  if (isatty(STDERR_FILENO) != 0) std::fprintf(stderr, "\r\033[K");
  if (!replayed) return fail("replay", replayed.error());
  const Duration took = monotonic_now() - began;
  if (options.json) {
    std::fprintf(stderr, "%s\n", summary_json(*replayed, lines, took).c_str());
  } else {
    print_summary(*replayed, lines, took);
  }
  return replayed->damaged ? fail("replay", *replayed->damaged) : Exit::done;
}

}  // namespace

void add_replay(CLI::App& app, int& status) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("replay", "Run a recording through the very same pipeline; print its alerts as JSON lines");
  options->input.add_options(*command);
  command->add_option("--speed", options->speed, "1 is as it was, 10 ten times as fast; default: as fast as it goes")->check(CLI::Range(0.01, 10'000.0));
  command->add_flag("--json", options->json, "The summary on stderr as one JSON object");
  command->footer("The time is that of the data, so two runs print the same bytes. A line is a new alert or a new state, severity or\n"
                  "acknowledgement of one, in the form of the API's Alert.");
  command->callback([options, &status] { status = run(*options); });
}

}  // namespace skypact::app
