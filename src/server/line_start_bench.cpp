// A node's start, as far as its line goes: from the files on disk to LineDesk::is_read(), which is when the console shows the line's past.
// A hundred thousand messages of 28 days, or none, among so many other entries; the index of the line is as old as a node lets it become.
// Beside it the same without the index, from every entry.
//
// SKYPACT_BENCH_FOLDER names the folder; else the system's temporary one. The largest record takes 0.8 GB there.

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>
#include <map>
#include <memory>
#include <thread>

#include "base/check.h"
#include "base/input_file.h"
#include "ledger/audit.h"
#include "ledger/key_file.h"
#include "ledger/tree.h"
#include "ledger/wal.h"
#include "line/test_past.h"
#include "node/line_index.h"
#include "server/line_desk.h"

namespace skypact::server {
namespace {

using namespace line::tests;

Keys& keys() {
  static Keys made;
  return made;
}
line::LineSetup setup() { return setup_of(keys(), "north", {"south"}); }

// The record of so many messages with what belongs to them, evenly among so many entries of a machine.
class LargeRecord {
 public:
  static LargeRecord& of(std::size_t messages, std::size_t others) {
    static std::map<std::pair<std::size_t, std::size_t>, std::unique_ptr<LargeRecord>> all;
    auto& one = all[{messages, others}];
    if (!one) one.reset(new LargeRecord(messages, others));
    return *one;
  }
  ~LargeRecord() { std::filesystem::remove_all(path); }

  std::filesystem::path path;
  std::string index;                     // of all but the last 10,000 entries
  std::uint64_t entries = 0;

 private:
  LargeRecord(std::size_t messages, std::size_t others) {
    const char* const named = std::getenv("SKYPACT_BENCH_FOLDER");
    path = (named != nullptr ? std::filesystem::path(named) : std::filesystem::temp_directory_path()) / fmt::format("skypact_line_start_{}_{}", messages, others);
    std::filesystem::remove_all(path);
    std::filesystem::create_directories(path);
    ledger::FileStorage disk(path / "record");
    SKYPACT_CHECK(disk.lock().has_value());
    SKYPACT_CHECK(ledger::write_key_file(path / "record.key", keys().of("north")).has_value());
    ledger::Tree tree = ledger::Tree::open(disk, keys().of("north")).value();
    const std::vector<std::string> of_line = messages > 0 ? busy_past(messages) : std::vector<std::string>();
    const std::string machine = line::line_entry({origin_of("north"), "north", start, "alert"}, [](json::Writer& out) { out.field("filler", std::string(280, 'x')); });
    const auto add = [&](const std::string& entry) {
      tree.add(entry);
      if (tree.waiting_bytes() > (std::size_t{64} << 20)) SKYPACT_CHECK(tree.publish().has_value());
    };
    const std::size_t turns = std::max<std::size_t>(of_line.size(), 1);
    for (std::size_t i = 0; i < turns; ++i) {
      if (!of_line.empty()) add(of_line[i]);
      for (std::size_t k = others * i / turns; k < others * (i + 1) / turns; ++k) add(machine);
    }
    SKYPACT_CHECK(tree.publish().has_value());
    entries = tree.size();
    const std::uint64_t size = entries - std::min<std::uint64_t>(entries, LineIndexThreadLimits::index_every);
    index = node::to_text(node::index_of(node::read_line(setup(), ledger::files_in(path / "record"), entries, size, {}).value()), setup());
  }
};

void line_start(benchmark::State& state, bool with_index) {
  const auto messages = static_cast<std::size_t>(state.range(0)), others = static_cast<std::size_t>(state.range(1));
  const LargeRecord& large = LargeRecord::of(messages, others);
  for (auto _ : state) {
    state.PauseTiming();
    {
      ledger::FileStorage disk(large.path / "record");
      SKYPACT_CHECK(disk.lock().has_value());
      SKYPACT_CHECK((with_index ? ledger::replace(disk, node::line_index_file, large.index) : disk.remove(node::line_index_file)).has_value());
    }
    state.ResumeTiming();
    auto record = std::make_shared<LedgerWriter>(LedgerWriterOptions{.folder = large.path / "record", .key_file = large.path / "record.key", .origin = origin_of("north")});
    LineDeskOptions options;
    options.setup = setup();
    options.key_file = large.path / "record.key";
    options.gazetteer = &line::bundled_gazetteer();
    options.send = [](const std::string&, link::LineNote, link::Lane, std::string) { return true; };
    options.up = [] { return std::set<std::string, std::less<>>(); };
    options.tell = [](std::string) {};
    options.timers = [](const std::string&) { return line::LineTimers(); };
    options.presence = [] { return std::vector<line::Presence::Desk>(); };
    options.journal = [](const std::string&, const std::string&) {};
    options.zones = [](const line::NoticeZones&) { return true; };
    options.notice = [](const NoticeSeen&) { return std::string("{}"); };
    auto desk = LineDesk::start(std::move(options), record, std::make_shared<NodeClock>()).value();
    while (!desk->is_read()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    state.PauseTiming();
    desk->look([&](const line::Line& line, Time) { SKYPACT_CHECK(line.order().size() == (messages > 0 ? line::LineLimits::messages : 0)); });
    desk.reset();
    record.reset();
    state.ResumeTiming();
  }
  state.counters["entries"] = static_cast<double>(large.entries);
}
BENCHMARK_CAPTURE(line_start, with_index, true)->Args({0, 1'000'000})->Args({100'000, 0})->Args({100'000, 1'000'000})->Iterations(1)->Repetitions(7)->Unit(benchmark::kMillisecond)->MeasureProcessCPUTime()->UseRealTime();
BENCHMARK_CAPTURE(line_start, whole_record, false)->Args({100'000, 0})->Args({100'000, 1'000'000})->Iterations(1)->Repetitions(3)->Unit(benchmark::kMillisecond)->MeasureProcessCPUTime()->UseRealTime();

}  // namespace
}  // namespace skypact::server
