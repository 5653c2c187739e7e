#pragma once
// FeedBoard: what the engine knows of its feeds: state, counts, rates, and whether one fell silent.
// Deterministic; one thread.

#include <array>
#include <cstddef>
#include <string>
#include <vector>

#include "guard/guard.h"
#include "node/config.h"
#include "node/engine.h"

namespace skypact::node {

class FeedBoard {
 public:
  // The configured feeds, then the one of posted reports and the one of manual tracks.
  explicit FeedBoard(const std::vector<FeedConfig>& feeds);

  [[nodiscard]] std::size_t size() const { return feeds_.size(); }
  [[nodiscard]] SourceId report_feed() const { return SourceId{static_cast<std::uint16_t>(feeds_.size() - 2)}; }
  [[nodiscard]] SourceId manual_feed() const { return SourceId{static_cast<std::uint16_t>(feeds_.size() - 1)}; }

  void count(const FeedBatch& batch, std::uint64_t positions);
  void change(const FeedChange& change);
  // Rates and silence at `now`; returns the feeds whose state differs from what the last call returned.
  std::vector<SourceId> advance(Time now);
  void set_aircraft(SourceId feed, std::size_t aircraft) { feeds_[feed.value].status.aircraft = aircraft; }

  [[nodiscard]] const FeedStatus& status(SourceId feed) const { return feeds_[feed.value].status; }
  [[nodiscard]] std::vector<FeedStatus> statuses() const;
  [[nodiscard]] std::vector<guard::FeedHealth> health() const;

 private:
  static constexpr std::size_t rate_ticks = 10;  // the rate is that over so many ticks
  struct Tick {
    Time at;
    std::uint64_t messages = 0;
  };
  struct Feed {
    FeedStatus status;
    FeedState shown = FeedState::connecting;
    std::string shown_message;
    bool expected = true;
    Duration silent_after = seconds(30);
    std::array<Tick, rate_ticks> ticks{};
    std::size_t tick_count = 0;
  };
  std::vector<Feed> feeds_;
  std::optional<Time> began_;
};

}  // namespace skypact::node
