// skypact demo: a simulated sky, sent as a receiver sends it.

#include <CLI/CLI.hpp>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>

#include "alert_lines.h"
#include "base/clock.h"
#include "commands.h"
#include "demo_parties.h"
#include "demo_sky.h"
#include "loopback.h"
#include "node/feed_decoder.h"
#include "server/log.h"

namespace skypact::app {
namespace {

struct Options {
  std::uint64_t seed = 1;
  double minutes = 0;
  bool headless = false;
  double speed = 0;
  std::uint16_t port = 8480;
};

// A folder for the recording of one demo, gone with it.
class TemporaryFolder {
 public:
  // Without a place to make it, path() is empty.
  TemporaryFolder() {
    std::error_code failed;
    std::string pattern = (std::filesystem::temp_directory_path(failed) / "skypact-demo-XXXXXX").string();
    if (!failed && ::mkdtemp(pattern.data()) != nullptr) path_ = pattern;
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder() {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
  }
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

constexpr double headless_minutes = 2.5;
constexpr Duration slice = milliseconds(100);

// Simulated time begins at a fixed moment, so that two runs print the same bytes.
Time headless_start() { return *parse_rfc3339("2026-01-01T12:00:00Z"); }

// The world's time is the node's clock. Every slice of it goes through a real TCP connection before the engine may
// tick, so the result does not depend on the machine.
int run_headless(const Options& options) {
  const sim::Scenario scenario = sim::demo_scenario(options.seed);
  auto config = demo_config(scenario);
  if (!config) return fail("demo", config.error());
  auto beast_line = TcpLoop::open();
  auto report_line = TcpLoop::open();
  if (!beast_line) return fail("demo", beast_line.error());
  if (!report_line) return fail("demo", report_line.error());

  const Time start = headless_start();
  DemoSky sky(scenario, options.seed, start);
  DemoScript script(start);
  AlertLines lines;
  node::Engine engine(*config);
  std::vector<node::FeedDecoder> decoders;
  for (std::uint16_t i = 0; i < 2; ++i) {
    decoders.emplace_back(SourceId{i}, config->feeds[i], config->rules);
    engine.feed_changed({SourceId{i}, node::FeedState::connected, {}}, start);
  }

  const double minutes_to_run = options.minutes > 0 ? options.minutes : headless_minutes;
  const Time end = start + from_seconds(minutes_to_run * 60);
  const Duration began = monotonic_now();
  for (Time now = start + slice; now <= end; now += slice) {
    if (now == start + slice || now == start + DemoPact::signed_after) {
      const auto agreed = engine.apply(node::SetAgreed{demo_agreed(*config, start, now)}, now);
      if (!agreed) return fail("demo", agreed.error());
    }
    const DemoSky::Bytes bytes = sky.advance_to(now);
    const auto beast = beast_line->carry(bytes.beast);
    const auto reports = report_line->carry(bytes.reports);
    if (!beast) return fail("demo", beast.error());
    if (!reports) return fail("demo", reports.error());
    decoders[0].push(*beast, now);
    decoders[1].push(*reports, now);
    for (node::FeedDecoder& decoder : decoders) engine.observe(decoder.take());
    if ((now - start) % seconds(1) != Duration()) continue;
    const auto events = engine.tick(now);
    script.see(events);
    const std::string text = lines.of(events, engine);
    std::fwrite(text.data(), 1, text.size(), stdout);
    if (options.speed > 0) {
      std::fflush(stdout);
      const Duration due = began + from_seconds(to_seconds(now - start) / options.speed);
      std::this_thread::sleep_for(std::max(Duration(), due - monotonic_now()));
    }
  }
  std::fflush(stdout);

  const auto picture = engine.picture();
  std::fprintf(stderr, "simulated %.1f minutes in %.1f s, seed %llu: %zu aircraft, %zu located\n", minutes_to_run,
               to_seconds(monotonic_now() - began), static_cast<unsigned long long>(options.seed), picture->live, picture->located);
  for (const std::string& line : script.seen()) std::fprintf(stderr, "%s\n", line.c_str());
  const auto missing = script.missing();
  for (const std::string& line : missing) std::fprintf(stderr, "not as scripted: %s\n", line.c_str());
  return missing.empty() ? Exit::done : Exit::negative_verdict;
}

// Three whole nodes on this machine, on its own clock, that connect to two ports as to receivers, and make a pact.
int run_live(const Options& options) {
  const sim::Scenario scenario = sim::demo_scenario(options.seed);
  auto receiver = Broadcaster::open();
  auto trackers = Broadcaster::open();
  if (!receiver) return fail("demo", receiver.error());
  if (!trackers) return fail("demo", trackers.error());
  const TemporaryFolder folder;
  if (folder.path().empty()) return fail("demo", Error{ErrorCode::unreachable, "there is no folder for temporary files; TMPDIR names one"});

  // Before any thread begins, so that all of them leave these to the loop below.
  sigset_t ends;
  sigemptyset(&ends);
  sigaddset(&ends, SIGINT);
  sigaddset(&ends, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &ends, nullptr);
  server::log::set_level("error");   // what the parties do is told in words of its own
  auto parties = DemoParties::start(scenario, {.folder = folder.path(),
                                               .port = options.port,
                                               .receiver = receiver->port(),
                                               .trackers = trackers->port(),
                                               .say = [](const std::string& line) {
                                                 std::printf("%s\n", line.c_str());
                                                 std::fflush(stdout);
                                               }});
  if (!parties) return fail("demo", parties.error());
  const auto consoles = (*parties)->consoles();
  const std::string& url = consoles[0].url;
  std::printf("The console of North: %s   (end with Ctrl-C)\n", url.c_str());
  for (std::size_t i = 1; i < consoles.size(); ++i) std::printf("%s: %s\n", consoles[i].party.c_str(), consoles[i].url.c_str());
  std::fflush(stdout);
  const bool has_display = std::getenv("DISPLAY") != nullptr || std::getenv("WAYLAND_DISPLAY") != nullptr;
  if (has_display && std::system(("xdg-open '" + url + "' >/dev/null 2>&1 &").c_str()) != 0) std::fprintf(stderr, "Open it in a browser.\n");

  const Time start = system_now();
  const Duration began = monotonic_now();
  DemoSky sky(scenario, options.seed, start);
  for (Duration passed{}; options.minutes <= 0 || passed < from_seconds(options.minutes * 60); passed = monotonic_now() - began) {
    const DemoSky::Bytes bytes = sky.advance_to(start + passed);
    receiver->send(bytes.beast);
    trackers->send(bytes.reports);
    const timespec wait{0, Duration(slice).count()};
    if (sigtimedwait(&ends, nullptr, &wait) > 0) break;
  }
  (*parties)->stop();
  return Exit::done;
}

}  // namespace

void add_demo(CLI::App& app, int& status) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("demo", "Watch a simulated sky: three parties and their pact, sixty aircraft, a conflict, a zone, an emergency");
  command->add_option("--seed", options->seed, "The same seed gives the same sky")->capture_default_str();
  command->add_option("--minutes", options->minutes, "End after so many simulated minutes; default: 2.5 headless, else never")->check(CLI::Range(0.1, 1440.0));
  command->add_flag("--headless", options->headless, "No console: print the alerts as JSON lines as fast as it goes; exit 0 when all that is scripted was seen");
  command->add_option("--speed", options->speed, "Headless: 1 is real time; default: as fast as it goes")->check(CLI::Range(0.1, 1000.0));
  command->add_option("--port", options->port, "Of North's console, on 127.0.0.1; South and Relief have the next two. 0: any that are free")->capture_default_str();
  command->callback([options, &status] { status = options->headless ? run_headless(*options) : run_live(*options); });
}

}  // namespace skypact::app
