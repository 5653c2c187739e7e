#pragma once
// ClockOffset: how far another node's clock is ahead of ours, and within which bound, from the four times of each
// exchange.
//
//     ClockOffset clock;
//     clock.add({sent, received, answered, back});          // sent and back by our clock, the other two by theirs
//     if (const auto now = clock.at(time)) show(now->ahead, now->bound);
//
// The offset is ((received − sent) + (answered − back)) / 2 and the round trip (back − sent) − (answered − received)
// (RFC 5905 §8). Whatever the way there and back took, the truth lies within half the round trip of that, so of a window
// of exchanges the one with the least bound is believed (the clock filter of RFC 5905 §10); a bound grows with its age by
// what two crystals may drift apart. An exchange that cannot be true together with the ones before says that a clock was
// set, and the window begins anew. For one thread.

#include <array>
#include <cstddef>
#include <optional>

#include "base/time.h"

namespace skypact::link {

struct Exchange {
  Time sent, received, answered, back;
};

class ClockOffset {
 public:
  struct Estimate {
    Duration ahead{};        // theirs minus ours
    Duration bound{};        // the truth is within it
    Duration round_trip{};
  };
  static constexpr std::size_t window = 32;
  static constexpr Duration oldest = minutes(10);
  static constexpr double drift = 50e-6;                       // of both clocks together; RFC 5905 takes 15 ppm for one
  static constexpr Duration longest_round_trip = seconds(30);  // what took longer says nothing useful

  // False for times that no exchange has: an answer before its question, or a round trip below zero or too long.
  bool add(const Exchange& exchange);
  // nullopt where there was no exchange in the last ten minutes.
  [[nodiscard]] std::optional<Estimate> at(Time now) const;
  // How often a clock was set, as far as it showed.
  [[nodiscard]] unsigned steps() const { return steps_; }

 private:
  struct Sample {
    Time at;
    Estimate estimate;
  };
  [[nodiscard]] static Duration bound_of(const Sample& sample, Time now);

  std::array<Sample, window> samples_{};
  std::size_t count_ = 0, next_ = 0;
  unsigned steps_ = 0;
};

}  // namespace skypact::link
