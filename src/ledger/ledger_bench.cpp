// What a ledger costs: durable entries a second, how long an acknowledgement takes, proofs, start and audit. Beside it
// the device's own fdatasync, without which the durable figures say nothing.
//
// SKYPACT_BENCH_FOLDER names the folder, on the disk to be measured; else the system's temporary one.

#include <benchmark/benchmark.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <mutex>
#include <thread>

#include "base/clock.h"
#include "ledger/audit.h"
#include "ledger/log.h"
#include "ledger/proof_file.h"
#include "ledger/tree.h"
#include "ledger/wal.h"

namespace skypact::ledger {
namespace {

std::filesystem::path bench_folder() {
  const char* const named = std::getenv("SKYPACT_BENCH_FOLDER");
  return (named != nullptr ? std::filesystem::path(named) : std::filesystem::temp_directory_path()) / "skypact_ledger_bench";
}

// A folder of its own, empty, removed at the end.
class Folder {
 public:
  Folder() : path(bench_folder()) {
    std::filesystem::remove_all(path);
    std::filesystem::create_directories(path);
  }
  ~Folder() { std::filesystem::remove_all(path); }
  std::filesystem::path path;
};

std::string entry_of(std::uint64_t i) {
  std::string entry = std::to_string(i);
  entry.resize(256, '.');
  return entry;
}

struct Percentiles {
  std::vector<double> values;
  void count(benchmark::State& state, const char* name, double unit) {
    std::sort(values.begin(), values.end());
    const auto at = [&](double share) { return values.empty() ? 0 : values[static_cast<std::size_t>(share * static_cast<double>(values.size() - 1))] / unit; };
    state.counters[std::string(name) + "_p50"] = at(0.5);
    state.counters[std::string(name) + "_p99"] = at(0.99);
    state.counters[std::string(name) + "_max"] = at(1);
  }
};

// The device: 4 KiB appended and made durable, again and again.
void device_fdatasync(benchmark::State& state) {
  const Folder folder;
  FileStorage disk(folder.path);
  const std::string bytes(4096, 'x');
  if (!disk.write("file", "")) return state.SkipWithError("cannot write");
  Percentiles ms;
  for (auto _ : state) {
    const Duration began = monotonic_now();
    if (!disk.append("file", bytes) || !disk.sync("file")) return state.SkipWithError("cannot write");
    ms.values.push_back(to_seconds(monotonic_now() - began));
  }
  ms.count(state, "ms", 1e-3);
}
BENCHMARK(device_fdatasync)->Iterations(2000)->Unit(benchmark::kMillisecond);

// Entries of 256 bytes through the whole log, many waiting at once; all durable and published at the end.
void durable_entries(benchmark::State& state, bool each_signed) {
  constexpr std::uint64_t entries = 100'000;
  constexpr std::size_t at_once = 4096;
  const SigningKey statement = SigningKey::generate("north.example/statements", KeyType::ed25519);
  double best = 0;
  for (auto _ : state) {
    const Folder folder;
    FileStorage disk(folder.path);
    if (!disk.lock()) return state.SkipWithError("cannot lock");
    auto log = Log::open(disk, SigningKey::generate("north.example/record", KeyType::ed25519), {});
    if (!log) return state.SkipWithError(log.error().message.c_str());
    std::mutex mutex;
    std::condition_variable room;
    std::size_t waiting = 0;
    const Duration began = monotonic_now();
    for (std::uint64_t i = 0; i < entries; ++i) {
      std::string entry = entry_of(i);
      if (each_signed) {
        entry.resize(100);
        entry += '\n';
        entry = to_text(Note{entry, {sign(entry, statement)}});  // some 256 bytes
      }
      {
        std::unique_lock lock(mutex);
        room.wait(lock, [&] { return waiting < at_once; });
        ++waiting;
      }
      auto taken = (*log)->append(std::move(entry), [&](const Result<std::uint64_t>&) {
        const std::lock_guard lock(mutex);
        --waiting;
        room.notify_one();
      });
      if (!taken) return state.SkipWithError(taken.error().message.c_str());
    }
    if (!(*log)->publish()) return state.SkipWithError("cannot publish");
    const double took = to_seconds(monotonic_now() - began);
    state.SetIterationTime(took);
    best = std::max(best, static_cast<double>(entries) / took);
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations() * entries));
  state.counters["best_per_second"] = best;
}
BENCHMARK_CAPTURE(durable_entries, unsigned, false)->UseManualTime()->Iterations(3)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(durable_entries, signed, true)->UseManualTime()->Iterations(3)->Unit(benchmark::kMillisecond);

// From append to done at 5,000 entries a second, evenly.
void acknowledgement(benchmark::State& state) {
  constexpr std::uint64_t per_second = 5'000, entries = 25'000;
  for (auto _ : state) {
    const Folder folder;
    FileStorage disk(folder.path);
    if (!disk.lock()) return state.SkipWithError("cannot lock");
    std::vector<std::atomic<std::int64_t>> took(entries);
    {
      auto log = Log::open(disk, SigningKey::generate("north.example/record", KeyType::ed25519), {});
      if (!log) return state.SkipWithError(log.error().message.c_str());
      const Duration began = monotonic_now();
      for (std::uint64_t i = 0; i < entries; ++i) {
        const Duration due = began + Duration(static_cast<std::int64_t>(i * (1'000'000'000 / per_second)));
        if (const Duration early = due - monotonic_now(); early > Duration(0)) std::this_thread::sleep_for(early);
        const Duration asked = monotonic_now();
        if (!(*log)->append(entry_of(i), [&took, i, asked](const Result<std::uint64_t>&) { took[i] = (monotonic_now() - asked).count(); })) {
          return state.SkipWithError("refused");
        }
      }
    }
    Percentiles ms;
    for (const auto& t : took) ms.values.push_back(static_cast<double>(t) * 1e-9);
    ms.count(state, "ms", 1e-3);
  }
}
BENCHMARK(acknowledgement)->Iterations(1)->Unit(benchmark::kMillisecond);

// A ledger of this many entries, published, and 100,000 more in the write-ahead log only. Made once.
class Large {
 public:
  static constexpr std::uint64_t tail = 100'000;

  static Large& of(std::uint64_t entries) {
    static std::map<std::uint64_t, std::unique_ptr<Large>> all;
    auto& one = all[entries];
    if (!one) one.reset(new Large(entries));
    return *one;
  }
  ~Large() { std::filesystem::remove_all(path); }

  std::filesystem::path path;
  SigningKey key = SigningKey::generate("north.example/record", KeyType::ed25519);

 private:
  explicit Large(std::uint64_t entries) : path(bench_folder().string() + "_" + std::to_string(entries)) {
    std::filesystem::remove_all(path);
    FileStorage disk(path);
    SKYPACT_CHECK(disk.lock().has_value());
    Tree tree = Tree::open(disk, key).value();
    for (std::uint64_t i = 0; i < entries; ++i) {
      tree.add(entry_of(i));
      if (tree.waiting_bytes() > (std::size_t{64} << 20)) SKYPACT_CHECK(tree.publish().has_value());
    }
    SKYPACT_CHECK(tree.publish().has_value());
    Wal wal = Wal::open(disk, entries).value();
    for (std::uint64_t i = 0; i < tail; ++i) wal.add(entry_of(entries + i));
    SKYPACT_CHECK(wal.commit().has_value());
  }
};

void start(benchmark::State& state) {
  const auto entries = static_cast<std::uint64_t>(state.range(0));
  const Large& large = Large::of(entries);
  for (auto _ : state) {
    FileStorage disk(large.path);
    Tree tree = Tree::open(disk, large.key).value();
    Wal wal = Wal::open(disk, tree.size()).value();
    for (const std::string& entry : wal.take_recovered()) tree.add(entry);
    SKYPACT_CHECK(tree.size() == entries + Large::tail);
  }
}
BENCHMARK(start)->Arg(1'000'000)->Arg(10'000'000)->Iterations(5)->Unit(benchmark::kMillisecond)->UseRealTime();

void full_audit(benchmark::State& state) {
  const auto entries = static_cast<std::uint64_t>(state.range(0));
  const Large& large = Large::of(entries);
  for (auto _ : state) SKYPACT_CHECK(audit(files_in(large.path), policy_of(large.key.verifier())).has_value());
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations() * entries));
}
BENCHMARK(full_audit)->Arg(1'000'000)->Iterations(3)->Unit(benchmark::kMillisecond);

ProofFile proof_of(const Large& large, std::uint64_t index, std::uint64_t size) {
  const ReadFile files = files_in(large.path);
  auto path = inclusion_proof(index, size, tile_nodes(files, size)).value();
  return {{}, index, std::move(path), parse_note(files("checkpoint").value()).value()};
}

// From the files, none kept.
void proof_made(benchmark::State& state) {
  const auto entries = static_cast<std::uint64_t>(state.range(0));
  const Large& large = Large::of(entries);
  std::uint64_t i = 0;
  for (auto _ : state) benchmark::DoNotOptimize(proof_of(large, i++ * 7919 % entries, entries));
}
BENCHMARK(proof_made)->Arg(1'000'000)->Arg(10'000'000)->Unit(benchmark::kMicrosecond);

// Parsed and verified, with the log's signature and three cosignatures.
void proof_verified(benchmark::State& state) {
  const auto entries = static_cast<std::uint64_t>(state.range(0));
  const Large& large = Large::of(entries);
  ProofFile proof = proof_of(large, entries / 3, entries);
  std::string policy = "log " + to_string(large.key.verifier()) + "\n";
  for (const char* const name : {"a", "b", "c"}) {
    const SigningKey witness = SigningKey::generate(name, KeyType::cosignature);
    proof.checkpoint.signatures.push_back(cosign(proof.checkpoint.text, witness, Time(seconds(1'800'000'000))));
    policy += "witness " + std::string(name) + " " + to_string(witness.verifier()) + "\n";
  }
  const Policy trusted = parse_policy(policy + "group g all a b c\nquorum g\n").value();
  const std::string text = to_text(proof);
  const std::string entry = entry_of(entries / 3);
  for (auto _ : state) SKYPACT_CHECK(verify(parse_proof(text).value(), leaf_hash(as_bytes(entry)), trusted).has_value());
}
BENCHMARK(proof_verified)->Arg(1'000'000)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace skypact::ledger
