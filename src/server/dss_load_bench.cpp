// The DSS over HTTP on the loopback, each write durable: where many meet in one place, and with very many over a country; its start, and
// what it takes on the disk. Beside each figure stands the device's own sync time.
//
// SKYPACT_BENCH_FOLDER names the folder; else the system's temporary one. A million intents take 2 GB there, and as much memory.

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "accounts/access_token.h"
#include "accounts/test_rsa_key.h"
#include "base/check.h"
#include "base/clock.h"
#include "base/random.h"
#include "json/document.h"
#include "plan/f3548_json.h"
#include "plan/test_areas.h"
#include "server/test_socket.h"
#include "server/utm_services.h"

namespace skypact::server {
namespace {

using namespace plan;
using namespace plan::test;

constexpr LatLng middle{46.95, 7.45};
constexpr double country_m = 300'000;   // half its side

std::filesystem::path bench_folder() {
  const char* const named = std::getenv("SKYPACT_BENCH_FOLDER");
  return (named != nullptr ? std::filesystem::path(named) : std::filesystem::temp_directory_path()) / "skypact_dss_load";
}

Time begin() {
  static const Time now = system_now() + std::chrono::hours(1);
  return now;
}
EntityId id_of(std::uint64_t n) { return {0x1234'5678'0000'4000u | (n & 0xFFF), 0x8000'0000'0000'0000u | (n * 0x9E37'79B9u)}; }

// A flight of an hour, of eight vertices and 2.3 km across.
Volume flight_at(Random& random, LatLng place, Time from) {
  const double lower = 30.0 * static_cast<double>(random.below(4));
  return {polygon(star(random, place, 8, 1'000, 1'300)), lower, lower + 60, {from, from + std::chrono::hours(1)}};
}
Volume somewhere(Random& random) {
  const LatLng place{middle.lat_deg + random.uniform(-1, 1) * country_m / 111'000, middle.lon_deg + random.uniform(-1, 1) * country_m / 76'000};
  return flight_at(random, place, begin() + minutes(random.below(28 * 24 * 60)));
}

std::string volume_json(const Volume& volume) {
  std::string text = R"({"volume":{"outline_polygon":{"vertices":[)";
  for (std::size_t i = 0; i < volume.area.outline().size(); ++i) {
    const LatLng place = volume.area.outline()[i];
    text += fmt::format(R"({}{{"lat":{:.7f},"lng":{:.7f}}})", i ? "," : "", place.lat_deg, place.lon_deg);
  }
  text += fmt::format(R"(]}},"altitude_lower":{{"value":{},"reference":"W84","units":"M"}},"altitude_upper":{{"value":{},"reference":"W84","units":"M"}}}},)", *volume.lower_m, *volume.upper_m);
  return text + fmt::format(R"("time_start":{{"value":"{}","format":"RFC3339"}},"time_end":{{"value":"{}","format":"RFC3339"}}}})", exact_time(volume.time.from), exact_time(volume.time.to));
}
std::string intent_json(const Volume& volume, const std::string& key) {
  return R"({"state":"Accepted","uss_base_url":"https://uss1.example/utm","extents":[)" + volume_json(volume) + "],\"key\":[" + key + "]}";
}

// One connection of a client, kept from request to request.
class Client {
 public:
  Client(std::uint16_t port, std::string token) : socket_(port), token_(std::move(token)) {}

  struct Answer {
    int status = 0;
    std::string body;
  };
  Answer ask(std::string_view method, const std::string& target, const std::string& body) {
    const std::string head = fmt::format("{} {} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n", method, target, token_, body.size());
    SKYPACT_CHECK(socket_.send(head + body));
    const std::string answer = socket_.read_until("\r\n\r\n");
    const std::size_t at = answer.find("Content-Length: ");
    SKYPACT_CHECK(answer.size() > 12 && at != std::string::npos);
    return {std::atoi(answer.c_str() + 9), socket_.read_exactly(static_cast<std::size_t>(std::atol(answer.c_str() + at + 16)))};
  }

 private:
  TestSocket socket_;
  std::string token_;
};

// The node's services for USSs on a free port, over a folder that may hold something.
class Running {
 public:
  explicit Running(const std::filesystem::path& folder) {
    static const accounts::test::RsaKey keys = accounts::test::make_rsa_key();
    std::filesystem::create_directories(folder);
    std::ofstream(folder / "auth.pem") << keys.public_pem;
    node::Config config;
    node::UtmConfig& utm = config.utm.emplace();
    utm.listen = {"127.0.0.1", 0};
    utm.audiences = {"bench"};
    utm.token_keys = {folder / "auth.pem"};
    utm.folder = folder;
    services_ = UtmServices::start(config, system_now, [](const UserNote&) {}).value();
    const Time now = system_now();
    token = accounts::sign_token({.subject = "uss1", .audiences = {"bench"}, .scopes = {"utm.strategic_coordination"}, .issuer = "", .kid = "", .issued_at = now, .expires_at = now + std::chrono::hours(12)}, keys.private_pem).value();
    while (services_->status().dss.state != DssStatus::State::on) std::this_thread::sleep_for(milliseconds(1));
  }
  [[nodiscard]] Client client() const { return Client(services_->port(), token); }
  [[nodiscard]] UtmStatus status() const { return services_->status(); }
  std::string token;

 private:
  std::unique_ptr<UtmServices> services_;
};

// What clients waited for each answer.
class Waits {
 public:
  void add(Duration wait) {
    const std::lock_guard lock(mutex_);
    waits_.push_back(to_seconds(wait) * 1e3);
  }
  void report(benchmark::State& state) {
    std::sort(waits_.begin(), waits_.end());
    if (waits_.empty()) return;
    state.counters["p50_ms"] = waits_[waits_.size() / 2];
    state.counters["p99_ms"] = waits_[waits_.size() * 99 / 100];
    state.counters["most_ms"] = waits_.back();
  }

 private:
  std::mutex mutex_;
  std::vector<double> waits_;
};

// The 99th of a hundred syncs of a small append, in the same folder.
double sync_p99_ms(const std::filesystem::path& folder) {
  ledger::FileStorage disk(folder);
  SKYPACT_CHECK(disk.write("sync-probe", "").has_value());
  std::vector<double> times;
  for (int i = 0; i < 200; ++i) {
    SKYPACT_CHECK(disk.append("sync-probe", std::string(700, 'x')).has_value());
    const Duration before = monotonic_now();
    SKYPACT_CHECK(disk.sync("sync-probe").has_value());
    times.push_back(to_seconds(monotonic_now() - before) * 1e3);
  }
  SKYPACT_CHECK(disk.remove("sync-probe").has_value());
  std::sort(times.begin(), times.end());
  return times[times.size() * 99 / 100];
}

template <class Work>
void with_clients(std::size_t clients, const Work& work) {
  std::vector<std::thread> threads;
  for (std::size_t c = 0; c < clients; ++c) threads.emplace_back([&, c] { work(c); });
  for (std::thread& thread : threads) thread.join();
}

// K intents that all meet, each updated in place with the key of all others: range(0) is K, range(1) the clients.
void busy_cell(benchmark::State& state) {
  const auto count = static_cast<std::size_t>(state.range(0)), clients = static_cast<std::size_t>(state.range(1));
  std::filesystem::remove_all(bench_folder());
  Running node(bench_folder());
  Random random(1);
  std::vector<Volume> volumes;
  std::vector<std::string> ovns;
  std::mutex mutex;
  const auto key = [&] {
    const std::lock_guard lock(mutex);
    return fmt::format("{}", fmt::join(ovns, ","));
  };
  const auto ovn_in = [](const std::string& body) {
    return std::string(json::parse(body, {.bytes = std::size_t{16} << 20})->root()["operational_intent_reference"]["ovn"].as_string().value());
  };
  Client first = node.client();
  for (std::size_t n = 0; n < count; ++n) {
    Volume volume = flight_at(random, away(middle, random.uniform(0, 360), 50), begin());
    volume.lower_m = 0, volume.upper_m = 120;
    const auto made = first.ask("PUT", "/dss/v1/operational_intent_references/" + to_string(id_of(n)), intent_json(volume, key()));
    SKYPACT_CHECK(made.status == 201);
    volumes.push_back(volume);
    ovns.push_back('"' + ovn_in(made.body) + '"');
  }
  Waits waits;
  std::atomic<std::uint64_t> done{0}, refused{0};
  const std::uint64_t commits = node.status().dss.commits;
  for (auto _ : state) {
    const std::uint64_t until = done + 2'000;
    with_clients(clients, [&](std::size_t c) {
      Client client = node.client();
      for (std::size_t n = c % count; done < until; n = (n + clients) % count) {
        if (n % clients != c % clients && count >= clients) n = c;   // each client has intents of its own
        Volume volume = volumes[n];
        volume.time.to += milliseconds(1);
        std::string own;
        {
          const std::lock_guard lock(mutex);
          own = ovns[n].substr(1, ovns[n].size() - 2);
        }
        const std::string body = intent_json(volume, key());
        const Duration before = monotonic_now();
        const auto answer = client.ask("PUT", "/dss/v1/operational_intent_references/" + to_string(id_of(n)) + "/" + own, body);
        waits.add(monotonic_now() - before);
        if (answer.status != 200) {
          SKYPACT_CHECK(answer.status == 409);   // somebody was quicker: the client looks again
          ++refused;
          continue;
        }
        volumes[n] = volume;
        ++done;
        std::string ovn = '"' + ovn_in(answer.body) + '"';
        const std::lock_guard lock(mutex);
        ovns[n] = std::move(ovn);
      }
    });
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(done));
  state.counters["refused"] = static_cast<double>(refused) / static_cast<double>(done);
  state.counters["a_sync"] = static_cast<double>(done) / static_cast<double>(node.status().dss.commits - commits);
  state.counters["sync_p99_ms"] = sync_p99_ms(bench_folder());
  waits.report(state);
}
BENCHMARK(busy_cell)->ArgNames({"K", "clients"})->Args({10, 4})->Args({100, 1})->Args({100, 4})->Args({1'000, 4})->Iterations(1)->Repetitions(3)->Unit(benchmark::kMillisecond)->UseRealTime();

// A country with so many intents, on the disk; made once.
const std::filesystem::path& country(std::size_t count) {
  static std::map<std::size_t, std::filesystem::path> made;
  auto& folder = made[count];
  if (!folder.empty()) return folder;
  folder = bench_folder() / std::to_string(count);
  std::filesystem::remove_all(folder);
  ledger::FileStorage disk(folder, ledger::Readers::owner);
  SKYPACT_CHECK(disk.lock().has_value());
  auto store = DssStore::open(disk, {}).value();
  Random random(2);
  std::map<EntityId, std::string> ovns;
  const plan::Caller caller{"uss1", true, true, true, true, true};
  for (std::size_t n = 0; n < count; ++n) {
    PutIntent put;
    put.id = id_of(n);
    put.extents = {somewhere(random)};
    put.uss_base_url = "https://uss1.example/utm";
    auto answer = store.take(PlanAsked{put, caller}, system_now());
    if (const auto* conflict = answer ? std::get_if<AirspaceConflict>(&std::get<plan::Response>(*answer)) : nullptr) {
      for (const Reference& reference : conflict->missing_intents) put.key.push_back(reference.ovn);
      answer = store.take(PlanAsked{put, caller}, system_now());
    }
    SKYPACT_CHECK(answer.has_value());
    if (n % 1'000 == 0) SKYPACT_CHECK(store.commit().has_value());
  }
  SKYPACT_CHECK(store.commit().has_value());
  SKYPACT_CHECK(DssStore::fold(disk, {}, store.changes()).has_value());
  return folder;
}

// range(0): stored; range(1): clients; range(2): writes in a hundred requests, the rest queries.
void over_a_country(benchmark::State& state) {
  const std::filesystem::path& folder = country(static_cast<std::size_t>(state.range(0)));
  const auto clients = static_cast<std::size_t>(state.range(1));
  const auto writes = static_cast<std::uint64_t>(state.range(2));
  Running node(folder);
  Waits waits;
  std::atomic<std::uint64_t> done{0};
  static std::atomic<std::uint64_t> seed{100};
  const std::uint64_t commits = node.status().dss.commits;
  for (auto _ : state) {
    const std::uint64_t until = done + 10'000;
    with_clients(clients, [&](std::size_t) {
      Client client = node.client();
      Random random(++seed);
      while (done < until) {
        const Volume volume = somewhere(random);
        Client::Answer answer;
        if (random.below(100) < writes) {
          // A new flight; where it meets another it is planned again with the key.
          const std::string target = "/dss/v1/operational_intent_references/" + to_string(EntityId{0x4000 | random.bits() << 16, 0x8000'0000'0000'0000u | random.bits() >> 2});
          const std::string free = intent_json(volume, "");
          const Duration before = monotonic_now();
          answer = client.ask("PUT", target, free);
          waits.add(monotonic_now() - before);
          if (answer.status == 409) {
            std::string key;
            const auto document = json::parse(answer.body);
            for (const json::Value missing : document->root()["missing_operational_intents"].elements()) {
              key += (key.empty() ? "\"" : ",\"") + std::string(missing["ovn"].as_string().value()) + '"';
            }
            answer = client.ask("PUT", target, intent_json(volume, key));
          }
          SKYPACT_CHECK(answer.status == 201 || answer.status == 409);
        } else {
          const std::string body = "{\"area_of_interest\":" + volume_json(volume) + "}";
          const Duration before = monotonic_now();
          answer = client.ask("POST", "/dss/v1/operational_intent_references/query", body);
          waits.add(monotonic_now() - before);
          SKYPACT_CHECK(answer.status == 200);
        }
        ++done;
      }
    });
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(done));
  const std::uint64_t synced = node.status().dss.commits - commits;
  if (synced > 0) state.counters["a_sync"] = static_cast<double>(done) / static_cast<double>(synced);
  state.counters["sync_p99_ms"] = sync_p99_ms(folder);
  waits.report(state);
}
BENCHMARK(over_a_country)->ArgNames({"stored", "clients", "writes"})->Args({100'000, 1, 100})->Args({100'000, 16, 100})->Args({100'000, 16, 0})->Args({100'000, 16, 20})->Args({1'000'000, 16, 100})->Args({1'000'000, 16, 0})->Iterations(1)->Repetitions(3)->Unit(benchmark::kMillisecond)->UseRealTime();

// From the files to a DSS that answers: a snapshot, and what a fold leaves in the log.
void start(benchmark::State& state) {
  const std::filesystem::path& folder = country(static_cast<std::size_t>(state.range(0)));
  std::uintmax_t bytes = 0;
  for (const auto& file : std::filesystem::recursive_directory_iterator(folder)) bytes += file.is_regular_file() ? file.file_size() : 0;
  for (auto _ : state) {
    ledger::FileStorage disk(folder, ledger::Readers::owner);
    auto store = DssStore::open(disk, {});
    SKYPACT_CHECK(store.has_value());
    state.PauseTiming();
    store = Error{ErrorCode::internal, ""};
    state.ResumeTiming();
  }
  state.counters["disk_bytes_each"] = static_cast<double>(bytes) / static_cast<double>(state.range(0));
}
BENCHMARK(start)->ArgName("stored")->Arg(100'000)->Arg(1'000'000)->Iterations(1)->Repetitions(3)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
}  // namespace skypact::server
