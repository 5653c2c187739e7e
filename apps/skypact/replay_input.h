#pragma once
// What `replay` and `evaluate` read: a file of one format, a node's recording (a folder or one segment), with
// or without a configuration.

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "node/replay.h"

namespace CLI {
class App;
}

namespace skypact::app {

struct ReplayInput {
  std::string path, format, config, from, to, last, start, timestamps = "12mhz";
  double frame_interval_s = 0.01;
  // Ticked on so long after the end, for what is known only then.
  Duration settle{};

  // `file` is how the recording is named: a positional, or an option.
  void add_options(CLI::App& command, const std::string& file = "FILE");
};

// What --from and --to say. Error: usage.
Result<Interval<Time>> span_of(const ReplayInput& input);

// Reads what the options name and runs it through an engine of its own. `each` gets the engine and what a tick or
// command brought; false ends it.
using ReplayStep = std::function<bool(const node::Engine& engine, const std::vector<node::Event>& events)>;
struct ReplayRun {
  node::ReplayTotals totals;
  std::uint64_t aircraft = 0;
  std::optional<Error> damaged;   // the file ended in damage; what came before it was replayed
};
// `agreed` in the place of what the recording says was agreed then; null: that.
Result<ReplayRun> run_replay(const ReplayInput& input, const ReplayStep& each, const Agreed* agreed = nullptr);

}  // namespace skypact::app
