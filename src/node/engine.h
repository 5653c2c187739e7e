#pragma once
// Engine: the watch. Observations and commands in; tracks, alerts and events out, at each tick.
//
//     Engine engine(config);
//     engine.observe(batch);                        // what a feed's thread decoded
//     auto events = engine.apply(command, now);     // what a person asked; refused with a sentence, or done
//     for (const Event& e : engine.tick(now)) broadcast(e);
//     publish(engine.picture());                    // immutable, for any thread
//
// Deterministic: it reads no clock, file or socket; the same calls in the same order give the same events.
// All of its state is bounded. For one thread; only the pictures it hands out may be read from others.
// Nothing here waits: a tick takes what the detection takes.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "airspace/observation.h"
#include "base/parallel.h"
#include "base/result.h"
#include "base/time.h"
#include "guard/alert.h"
#include "node/command.h"
#include "node/config.h"
#include "node/picture.h"
#include "wire/error_counts.h"

namespace skypact::node {

struct EngineLimits {
  static constexpr std::size_t zones = 10'000;
  static constexpr std::size_t groups = 1'000;
  static constexpr std::size_t inhibitions = 1'000;
  static constexpr std::size_t ended_alerts = 500;      // remembered for the API
};

struct EngineOptions {
  Duration tick_period = seconds(1);          // what ticks are expected at; tick(now) may come at any time
  Duration history_interval = seconds(5);     // between points of one track's history
  std::uint64_t first_sequence = 1;           // of events; a restarted node goes on above the last run's
  ParallelFor parallel_for = serial;
};

// What one feed's thread hands over at once: decoded, with the counts of what it saw on the way.
struct FeedBatch {
  SourceId feed;
  Time received_at;                           // of the last byte in it
  std::vector<Observation> observations;      // their `source` is `feed`
  std::uint64_t bytes = 0, messages = 0;      // since the batch before
  wire::ErrorCounts errors;                   // since the batch before
  std::uint64_t dropped = 0;                  // reports thrown away since the batch before
};

struct FeedChange {
  SourceId feed;
  FeedState state = FeedState::connecting;
  std::string message;
};

// What changed. `seq` counts every event by one; `type` is the name in the API.
struct ZoneRemoved { std::string id; };
struct InhibitionRemoved { std::string id; };
struct GroupRemoved { std::string id; };
struct Event {
  std::uint64_t seq = 0;
  Time at;
  std::variant<Alert, Zone, ZoneRemoved, Inhibition, InhibitionRemoved, Group, GroupRemoved, FeedStatus, PairVerdict, VerdictComparison> what;
};

class Engine {
 public:
  explicit Engine(Config config, EngineOptions options = {});
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  // The sources behind the configured feeds: reports posted to the API, and manual tracks.
  [[nodiscard]] SourceId report_feed() const;
  [[nodiscard]] SourceId manual_feed() const;

  void observe(const FeedBatch& batch);
  // Shown with the feed from the next tick on.
  void feed_changed(const FeedChange& change, Time at);

  // Errors: not_found (no such alert, zone, …), conflict (an id that exists), over_limit, bad_input. Nothing
  // has changed then. The events are also in effect in picture() at once.
  Result<std::vector<Event>> apply(const Command& command, Time at);

  // For a dry run: this is agreed from the beginning on, and SetAgreed is refused from now on. Errors as of SetAgreed.
  Result<void> fix_agreed(const Agreed& agreed, Time at);

  // Detects and ages everything to `now`, with what is agreed for that time (SetAgreed). A `now` before the last one counts as the last one: whoever reads the
  // clock keeps it from going back, so that nothing grows younger.
  std::vector<Event> tick(Time now);

  // Replaces what the configuration file says about parties, minima, zones, groups and altimetry (SIGHUP).
  // Zones, groups and inhibitions that came by command stay, and what is agreed.
  std::vector<Event> reload(const Config& config, Time at);

  [[nodiscard]] std::shared_ptr<const Picture> picture() const;
  [[nodiscard]] const Config& config() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace skypact::node
