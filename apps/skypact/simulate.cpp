// skypact simulate: a random sky, the same for the same seed on every machine: as a list, or as what a receiver hears of it.

#include <CLI/CLI.hpp>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/text.h"
#include "commands.h"
#include "guard/conflict.h"
#include "sim/random_sky.h"
#include "sim/scenario.h"
#include "sim/transmitter.h"

namespace skypact::app {
namespace {

struct Arguments {
  std::size_t aircraft = 1000;
  std::uint64_t seed = 1;
  std::string format = "csv", region, mix = "jets";
  std::size_t hotspots = 0;
  double minutes = 1;
};

Result<sim::Region> parse_region(const std::string& text) {
  const Error wrong{ErrorCode::usage, "--region: " + skypact::quoted(text) +
                                          " is not SOUTH,WEST,NORTH,EAST in degrees with south < north, for example 35,-10,60,30"};
  std::array<double, 4> values{};
  std::string_view rest = text;
  for (double& value : values) {
    const auto field = next_field(rest, ',');
    const auto number = field ? parse_number(trim(*field)) : std::nullopt;
    if (!number) return wrong;
    value = *number;
  }
  const auto [south, west, north, east] = values;
  if (rest.data() != nullptr || south < -90 || north > 90 || !(south < north) || west < -180 || west > 180 || east < -180 ||
      east > 180) {
    return wrong;
  }
  return sim::Region{south, west, north, east};
}

int write_csv(const Arguments& arguments, const sim::Region& region) {
  sim::SkyOptions options{.aircraft = arguments.aircraft, .seed = arguments.seed, .region = region, .hotspots = arguments.hotspots};
  options.mix = arguments.mix == "drones" ? sim::Mix::drones : arguments.mix == "mixed" ? sim::Mix::mixed : sim::Mix::jets;
  const std::string text = sim::to_csv(sim::random_sky(options));
  std::fwrite(text.data(), 1, text.size(), stdout);
  return Exit::done;
}

// A second at a time, so that it takes no more memory for a day than for a minute.
int write_beast(const Arguments& arguments, const sim::Region& region) {
  if (arguments.mix != "jets" || arguments.hotspots != 0) return fail("simulate", Error{ErrorCode::usage, "--mix and --hotspots are for --format csv"});
  if (isatty(STDOUT_FILENO) != 0) return fail("simulate", Error{ErrorCode::usage, "Beast bytes are not for a terminal; send them to a file or a pipe"});
  const Time start{};
  sim::World world(sim::random_flights(arguments.aircraft, arguments.seed, region), start);
  sim::Transmitter transmitter(world, arguments.seed);
  const Time end = start + from_seconds(arguments.minutes * 60);
  std::vector<std::uint8_t> bytes;
  const bool terminal = isatty(STDERR_FILENO) == 1;
  Duration shown = monotonic_now();
  for (Time at = start; at < end;) {
    if (terminal && monotonic_now() - shown > milliseconds(500)) {
      shown = monotonic_now();
      std::fprintf(stderr, "\r%.1f of %.1f minutes", to_seconds(at - start) / 60, arguments.minutes);
    }
    at = std::min(at + seconds(1), end);
    bytes.clear();
    sim::append_beast(transmitter.advance_to(at).frames, start, bytes);
    if (std::fwrite(bytes.data(), 1, bytes.size(), stdout) != bytes.size()) return fail("simulate", output_failed());
  }
  if (terminal) std::fprintf(stderr, "\r\033[K");
  return Exit::done;
}

int run(const Arguments& arguments) {
  sim::Region region = sim::globe;
  if (!arguments.region.empty()) {
    const auto given = parse_region(arguments.region);
    if (!given) return fail("simulate", given.error());
    region = *given;
  }
  return arguments.format == "beast" ? write_beast(arguments, region) : write_csv(arguments, region);
}

}  // namespace

void add_simulate(CLI::App& app, int& status) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* command = app.add_subcommand("simulate", "Print a random sky, the same for the same seed on every machine");
  command->add_option("--aircraft", arguments->aircraft, "How many")
      ->check(CLI::Range(std::size_t{0}, guard::most_aircraft))
      ->capture_default_str();
  command->add_option("--seed", arguments->seed, "Any number")->capture_default_str();
  command->add_option("--format", arguments->format, "csv: one moment, the input of `skypact detect`; beast: what a receiver hears of it")
      ->check(CLI::IsMember({"csv", "beast"}))
      ->capture_default_str();
  command->add_option("--minutes", arguments->minutes, "How long, for beast")->check(CLI::Range(0.01, 100'000.0))->capture_default_str();
  command->add_option("--region", arguments->region,
                      "SOUTH,WEST,NORTH,EAST in degrees; WEST > EAST spans the antimeridian; the whole globe if left out");
  command->add_option("--mix", arguments->mix, "jets, drones or mixed; for csv")
      ->check(CLI::IsMember({"jets", "drones", "mixed"}))
      ->capture_default_str();
  command->add_option("--hotspots", arguments->hotspots, "Crowd most aircraft around so many points; for csv")
      ->check(CLI::Range(0, 100'000))
      ->capture_default_str();
  command->footer("Beast goes to standard output as a receiver sends it, its 12 MHz count from 0, as fast as it is read:\n"
                  "  skypact simulate --format beast --aircraft 200 --minutes 10 --region=35,-10,60,30 > sky.beast\n"
                  "  skypact replay sky.beast");
  command->callback([arguments, &status] { status = run(*arguments); });
}

}  // namespace skypact::app
