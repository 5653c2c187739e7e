// A node's start, as far as its acts go: the record opened, its acts applied, and what the watch has to carry out told. Beside it the
// same without the index of acts, from every entry.
//
// SKYPACT_BENCH_FOLDER names the folder; else the system's temporary one. 10 M entries take 4 GB there.

#include <benchmark/benchmark.h>

#include <cstdlib>
#include <filesystem>
#include <map>
#include <memory>

#include "base/check.h"
#include "base/input_file.h"
#include "ledger/audit.h"
#include "ledger/tree.h"
#include "ledger/wal.h"
#include "node/acts_index.h"
#include "node/test_acts.h"

namespace skypact::node {
namespace {

using namespace test;

const ledger::SigningKey& record_key() { return keys_of("north").record; }

// A record of so many entries, made once: those of a machine, and evenly among them some 2,000 acts, of versions that were proposed,
// answered and signed by three parties. The index is `tail` entries old, as old as a node lets it become.
class LargeRecord {
 public:
  static constexpr std::uint64_t tail = 10'000;

  static LargeRecord& of(std::uint64_t entries) {
    static std::map<std::uint64_t, std::unique_ptr<LargeRecord>> all;
    auto& one = all[entries];
    if (!one) one.reset(new LargeRecord(entries));
    return *one;
  }
  ~LargeRecord() { std::filesystem::remove_all(path); }

  std::filesystem::path path;
  std::size_t acts = 0;

 private:
  static std::filesystem::path folder() {
    const char* const named = std::getenv("SKYPACT_BENCH_FOLDER");
    return named != nullptr ? std::filesystem::path(named) : std::filesystem::temp_directory_path();
  }
  // What stands in the record of north about a negotiation.
  static std::vector<std::string> negotiation() {
    World world(1);
    Node& north = world.nodes.at("north");
    std::string replaces;
    for (int version = 0; north.record.size() < 2000; ++version) {
      world.now += std::chrono::hours(2);
      const TestTerms terms{.replaces = replaces, .from = world.now + minutes(90), .remark = "v" + std::to_string(version)};
      Node& proposer = world.pick();
      SKYPACT_CHECK(proposer.state(note_of(proposer.party, world.now, Proposal{terms.id(), world.now + minutes(60), {}}), terms.text(), world.now).has_value());
      world.hear_all();
      for (auto& [party, node] : world.nodes) {
        if (party != proposer.party) SKYPACT_CHECK(node.state(note_of(party, world.now, accept_all(terms.id())), "", world.now).has_value());
      }
      world.hear_all();
      for (auto& [party, node] : world.nodes) {
        for (const unsigned who : {0u, 1u}) SKYPACT_CHECK(node.state(note_of(party, world.now, Signing{terms.id()}, {who}), "", world.now).has_value());
      }
      world.hear_all();
      replaces = terms.id();
    }
    return north.record;
  }

  explicit LargeRecord(std::uint64_t entries) : path(folder() / ("skypact_acts_start_" + std::to_string(entries))) {
    std::filesystem::remove_all(path);
    ledger::FileStorage disk(path);
    SKYPACT_CHECK(disk.lock().has_value());
    ledger::Tree tree = ledger::Tree::open(disk, record_key()).value();
    const std::vector<std::string> said = negotiation();
    const std::uint64_t every = entries / said.size();
    std::string machine = traffic("north", noon);
    machine.insert(machine.find("\"body\":{") + 8, "\"filler\":\"" + std::string(180, 'x') + "\"");   // as long as an alert's
    const auto publish = [&] { SKYPACT_CHECK(tree.publish().has_value()); };
    for (std::uint64_t i = 0; i < entries; ++i) {
      const bool act = i % every == 0 && acts < said.size();
      tree.add(act ? said[acts++] : machine);
      if (tree.waiting_bytes() > (std::size_t{64} << 20)) publish();
      if (i + 1 != entries - tail) continue;
      publish();
      const ActsIndex index = extend({}, ledger::files_in(path), tree.size()).value();
      SKYPACT_CHECK(ledger::replace(disk, acts_index_file, to_text(index, setup_of_node("north"))).has_value());
    }
    publish();
  }
};

void acts_start(benchmark::State& state, bool with_index) {
  const auto entries = static_cast<std::uint64_t>(state.range(0));
  const LargeRecord& large = LargeRecord::of(entries);
  for (auto _ : state) {
    ledger::FileStorage disk(large.path);
    const ledger::Tree tree = ledger::Tree::open(disk, record_key()).value();
    const auto text = read_bytes((large.path / acts_index_file).string(), ActsIndexLimits::bytes);
    const auto ready = read_acts(setup_of_node("north"), ledger::files_in(large.path), tree.size(), with_index ? *text : std::string());
    SKYPACT_CHECK(ready.has_value() && ready->acts.pacts().size() == 1 && ready->index.acts.size() == large.acts);
    SKYPACT_CHECK(ready->made_anew.empty() == with_index);
    benchmark::DoNotOptimize(ready->acts.agreed(noon));
  }
  state.counters["acts"] = static_cast<double>(large.acts);
}
BENCHMARK_CAPTURE(acts_start, with_index, true)->Arg(1'000'000)->Arg(10'000'000)->Iterations(1)->Repetitions(7)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK_CAPTURE(acts_start, whole_record, false)->Arg(1'000'000)->Arg(10'000'000)->Iterations(1)->Repetitions(3)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
}  // namespace skypact::node
