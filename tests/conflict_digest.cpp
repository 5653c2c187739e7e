// Prints, for a few random skies, how many conflicts there are and a hash of every byte of them. It is built twice, with
// optimisation and without, and same_output_test.py compares what the two print.

#include <cstdio>
#include <cstring>

#include "guard/conflict.h"
#include "sim/random_sky.h"

namespace skypact {
namespace {

// FNV-1a, 64 bits.
class Hash {
 public:
  template <class T>
  void add(T value) {
    unsigned char bytes[sizeof value];
    std::memcpy(bytes, &value, sizeof value);
    for (const unsigned char byte : bytes) state_ = (state_ ^ byte) * 0x100000001b3u;
  }
  [[nodiscard]] unsigned long long value() const { return state_; }

 private:
  std::uint64_t state_ = 0xcbf29ce484222325u;
};

void print_digest(const char* name, const sim::SkyOptions& options, Duration look_ahead) {
  std::vector<guard::Motion> sky;
  for (const sim::SkyAircraft& a : sim::random_sky(options)) {
    sky.push_back(guard::make_motion(a.position, {knots(a.ground_speed_tenth_kt / 10.0), TrueBearing::degrees(a.track_tenth_degree / 10.0)},
                                     feet_of_height(a.altitude_ft), feet_per_minute(a.vertical_rate_fpm)));
  }
  const auto conflicts =
      guard::detect(sky, {.minima = {nautical_miles(5), feet_of_height(1000)}, .look_ahead = look_ahead}, serial).value();
  Hash hash;
  for (const guard::Conflict& c : conflicts) {
    hash.add(c.a), hash.add(c.b), hash.add(c.t_in.count()), hash.add(c.t_out.count()), hash.add(c.t_cpa.count());
    hash.add(c.horizontal_at_cpa.in(metres)), hash.add(c.vertical_at_cpa.in_tenth_mm());
  }
  std::printf("%s: %zu conflicts, %016llx\n", name, conflicts.size(), hash.value());
}

}  // namespace
}  // namespace skypact

int main() {
  using namespace skypact;
  print_digest("Europe", {.aircraft = 10'000, .region = sim::europe}, seconds(300));
  print_digest("North Pole", {.aircraft = 2000, .region = {86, -180, 90, 180}}, seconds(300));
  print_digest("antimeridian", {.aircraft = 2000, .region = {-10, 175, 10, -175}}, seconds(300));
  print_digest("drones and jets", {.aircraft = 3000, .region = {45, 0, 50, 10}, .mix = sim::Mix::mixed}, seconds(300));
  print_digest("hotspots, twenty minutes", {.aircraft = 3000, .region = sim::europe, .hotspots = 20}, minutes(20));
}
