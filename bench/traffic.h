#pragma once
// What a busy receiver forwards, made before it is sent so that the sender costs next to nothing: true Beast bytes of a
// simulated sky in the order and at the times at which they go on the air.

#include <cstdint>
#include <string>
#include <vector>

#include "base/time.h"

namespace skypact::bench {

struct TrafficOptions {
  std::size_t aircraft = 10'000;       // the encounters' among them
  std::size_t encounters = 0;
  Duration before{};                   // until the first encounter
  Duration length{};                   // of everything
  double speed_kt = 0;                 // 0: 200 to 500, over Europe, as flights are
  std::uint64_t seed = 1;
};

// A stretch of the bytes, to be sent at once.
struct Piece {
  Duration at{};                       // since the beginning
  std::size_t begin = 0, end = 0;
  int encounter = -1;                  // the piece is one frame, the one that makes this encounter a conflict
};

struct Traffic {
  std::string bytes;
  std::vector<Piece> pieces;           // in order of time, at most 5 ms each
  std::uint64_t messages = 0;
  std::vector<std::string> addresses;  // of the higher aircraft of each encounter: "A00000"
};

// Encounters: two fly side by side, 3000 ft apart, alone over the South Atlantic. At a random moment the higher one begins
// to descend at 6000 ft/min. Its first velocity message that says so leaves 20 s to the loss of separation, less than
// the 45 s below which an alert waits for no confirmation: this one frame decides. Three seconds later it climbs back.
[[nodiscard]] Traffic make_traffic(const TrafficOptions& options);

}  // namespace skypact::bench
