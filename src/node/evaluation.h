#pragma once
// Evaluation: how good the alerts of a replay were, measured by what the recording itself shows later.
//
//     Evaluation evaluation;
//     // after every tick:
//     evaluation.step(*engine.picture(), events);
//     const EvaluationReport report = evaluation.finish();
//
// The truth is made apart from the watch: the measured positions of every track, drawn between the one before and
// the one after each whole second, and every pair of them compared. docs/evaluate.md says what counts as what.
// Deterministic; memory is bounded by the tracks of the picture and by EvaluationLimits. One thread.

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "airspace/identity.h"
#include "base/time.h"
#include "guard/alert.h"
#include "node/engine.h"
#include "node/picture.h"

namespace skypact::node {

struct EvaluationLimits {
  static constexpr std::size_t aircraft = 20'000;   // compared in one second; those after them by id are left out
  static constexpr std::size_t pairs = 100'000;     // that lost minima or were alerted, ever
  static constexpr std::size_t episodes = 1'000;    // losses, and alerts, of one pair
};

struct EvaluationOptions {
  Duration fresh = seconds(10);     // a position counts so long, before and after it was measured
  Duration settle = seconds(2);     // how late a report may come in
  Duration join = seconds(30);      // losses of a pair that are no farther apart are one
  Duration sudden = seconds(10);    // a loss so soon after the aircraft were first both seen could not be foreseen
};

// What was found of one pair at one time.
enum class Verdict : std::uint8_t { warned, missed, averted, nuisance, undecided };
[[nodiscard]] std::string_view to_string(Verdict verdict);

struct EvaluationCase {
  Verdict verdict = Verdict::missed;
  TrackKey one, other;
  Time at;                               // of the loss; without one, of the warning
  std::optional<Duration> warned_for{};  // from the first alert to the loss
};

struct EvaluationReport {
  double flight_hours = 0;
  std::uint64_t seconds_compared = 0;    // with at least one aircraft
  struct Alerts {
    std::uint64_t alerts = 0, infringed = 0;
  };
  std::map<AlertKind, Alerts> alerts;

  std::uint64_t losses = 0;              // minima really lost, episodes of a pair
  std::uint64_t warned = 0;              // … with an alert open when they were
  std::uint64_t missed = 0;              // … without
  std::uint64_t missed_sudden = 0;       // of the missed: seen first when (nearly) lost already
  std::uint64_t missed_alerted_late = 0; // of the missed: alerted while lost
  std::vector<Duration> warning_times;   // of the warned, ascending

  std::uint64_t warnings = 0;            // conflict alerts that reached warning or more; the sum of these four
  std::uint64_t warnings_true = 0;       // minima were lost
  std::uint64_t warnings_averted = 0;    // were not, but would have been on the courses really flown meanwhile
  std::uint64_t nuisance = 0;            // were not and would not have been
  std::uint64_t undecided = 0;           // never both seen, or near without altitudes that compare, while it was open

  std::uint64_t left_out = 0;            // by EvaluationLimits: aircraft-seconds, pairs and episodes
  std::vector<EvaluationCase> cases;     // every loss and every warning, by time

  // The smallest warning time with at least this share of them at or below it; nullopt without any.
  [[nodiscard]] std::optional<Duration> warning_time(double share) const;
};

class Evaluation {
 public:
  explicit Evaluation(EvaluationOptions options = {});
  ~Evaluation();
  Evaluation(const Evaluation&) = delete;
  Evaluation& operator=(const Evaluation&) = delete;

  // The picture after a tick or a command, and the events that brought it.
  void step(const Picture& picture, std::span<const Event> events);
  // What is left, and the report. Nothing may be stepped after it.
  [[nodiscard]] EvaluationReport finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace skypact::node
