// skypact simulate: a random sky, the same for the same seed on every machine.

#include <CLI/CLI.hpp>

#include <array>
#include <cstdio>
#include <memory>
#include <string>

#include "base/text.h"
#include "commands.h"
#include "guard/conflict.h"
#include "sim/random_sky.h"

namespace skypact::app {
namespace {

struct Arguments {
  std::size_t aircraft = 1000;
  std::uint64_t seed = 1;
  std::string format = "csv", region, mix = "jets";
  std::size_t hotspots = 0;
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

int run(const Arguments& arguments) {
  sim::SkyOptions options{.aircraft = arguments.aircraft, .seed = arguments.seed};
  options.hotspots = arguments.hotspots;
  if (!arguments.region.empty()) {
    const auto region = parse_region(arguments.region);
    if (!region) return fail("simulate", region.error());
    options.region = *region;
  }
  options.mix = arguments.mix == "drones" ? sim::Mix::drones : arguments.mix == "mixed" ? sim::Mix::mixed : sim::Mix::jets;
  const std::string text = sim::to_csv(sim::random_sky(options));
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size() || std::fflush(stdout) != 0) {
    return fail("simulate", Error{ErrorCode::internal, "the output cannot be written"});
  }
  return Exit::done;
}

}  // namespace

void add_simulate(CLI::App& app, int& status) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* command = app.add_subcommand("simulate", "Print a random sky, the same for the same seed on every machine");
  command->add_option("--aircraft", arguments->aircraft, "How many")
      ->check(CLI::Range(std::size_t{0}, guard::most_aircraft))
      ->capture_default_str();
  command->add_option("--seed", arguments->seed, "Any number")->capture_default_str();
  command->add_option("--format", arguments->format, "csv: the input of `skypact detect`")
      ->check(CLI::IsMember({"csv"}))
      ->capture_default_str();
  command->add_option("--region", arguments->region,
                      "SOUTH,WEST,NORTH,EAST in degrees; WEST > EAST spans the antimeridian; the whole globe if left out");
  command->add_option("--mix", arguments->mix, "jets, drones or mixed")
      ->check(CLI::IsMember({"jets", "drones", "mixed"}))
      ->capture_default_str();
  command->add_option("--hotspots", arguments->hotspots, "Crowd most aircraft around so many points")
      ->check(CLI::Range(0, 100'000))
      ->capture_default_str();
  command->callback([arguments, &status] { status = run(*arguments); });
}

}  // namespace skypact::app
