#pragma once
// Transmitter: what the aircraft of a world send, as their transponders would: true Mode S frames in the
// order they go on the air, and position reports for those without a transponder.
//
//     Transmitter transmitter(world, seed);
//     auto sent = transmitter.advance_to(start + seconds(10));   // also advances the world
//     append_beast(sent.frames, start, bytes);
//
// Rates are those of DO-260B §2.2.3.3: position and velocity twice a second, identification every five
// seconds, each with jitter; altimeters and receivers have noise, fixed by the seed. One thread.

#include <array>
#include <cstdint>
#include <queue>
#include <span>
#include <string>
#include <vector>

#include "base/random.h"
#include "base/time.h"
#include "sim/world.h"

namespace skypact::sim {

struct Transmission {
  Time at;
  std::size_t flight = 0;                       // index into World::flights()
  std::array<std::uint8_t, 14> bytes{};
  std::size_t size = 14;                        // 7 or 14
};

struct Report {
  Time at;
  std::size_t flight = 0;
  std::string line;                             // docs/formats/reports.md, with its line end
};

struct Sent {
  std::vector<Transmission> frames;
  std::vector<Report> reports;
};

class Transmitter {
 public:
  Transmitter(World& world, std::uint64_t seed);

  // Everything sent in [the last call's time, time), in order of time.
  Sent advance_to(Time time);

 private:
  enum class Kind : std::uint8_t { position, velocity, identification, status, target_state, emergency, all_call, identity_reply, report };
  struct Due {
    Time at;
    std::size_t flight = 0;
    Kind kind = Kind::position;
    friend auto operator<=>(const Due&, const Due&) = default;
  };
  // What differs between two transponders of one type.
  struct Installation {
    double altimeter_error_ft = 0;              // constant, within what RVSM allows
    double east_error_m = 0, north_error_m = 0;  // of its GNSS receiver, constant over minutes
    bool odd = false;                           // format of the next position
  };

  void send(const Due& due, Sent& sent);
  Duration next_interval(Kind kind);
  [[nodiscard]] double reported_altitude_ft(std::size_t flight);

  World& world_;
  Random random_;
  std::vector<Installation> installations_;
  std::priority_queue<Due, std::vector<Due>, std::greater<>> due_;
};

// As a receiver would forward them: Beast frames whose 12 MHz time stamps count from `epoch`.
void append_beast(std::span<const Transmission> frames, Time epoch, std::vector<std::uint8_t>& out);

}  // namespace skypact::sim
