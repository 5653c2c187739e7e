#pragma once
// Encounter: one pair judged. Will it lose both minima, when, how close, and how urgent is that?
//
//     if (auto e = judge(a, b, context, {.look_ahead = seconds(120)})) …   // nullopt: no conflict
//
// Two hypotheses, either raises: both fly straight on; or each goes on turning at its observed rate, for up
// to two minutes. What is not known exactly counts against the separation: the uncertainty of both
// positions, the error bound of a conversion between datums, how far each altitude may have moved since it
// was measured. Where the vertical separation is unknown, the horizontal one decides alone.
//
// Level tolerance: two level aircraft 1000 ft apart report 900 to 1000, because altitude comes in steps and
// with noise. When both are level the vertical minimum is lower by the smallest level tolerance of the tables that
// hold, at most by a fifth of itself, so that it stays a separation also where the minimum is small.
//
// Severity by time to the infringement:
//
//     minima lost now                     conflict
//     up to 60 s                          warning
//     up to the warning look-ahead        caution
//     later                               advisory
//
// A selected altitude (with its baro setting, fresh) moves it by one step: down, to advisory at the least,
// where the pair keeps its minima if the aircraft levels off there; up, to warning at the most, where an
// aircraft has left its selected level behind and goes on. Within 60 s of the infringement it does neither.
//
// Pure; any thread.

#include <optional>

#include "guard/alert.h"
#include "guard/body.h"
#include "guard/minima.h"

namespace skypact::guard {

inline constexpr Duration warning_time = seconds(60);           // a selected altitude changes nothing within it
inline constexpr Duration turn_look_ahead = seconds(120);
inline constexpr TurnRate least_turn = degrees_per_second(0.75);    // below: straight, with noise
inline constexpr TurnRate greatest_turn = degrees_per_second(6);    // beyond: not kept up for long
// An open alert is judged against minima enlarged by this, so that it does not come and go (hysteresis).
inline constexpr double hold_horizontal = 1.1;
inline constexpr Height hold_vertical = Height::of_tenth_mm(50 * 3048);

struct JudgeContext {
  const Rules& rules;
  const MinimaTable& minima;
  track::VerticalReference vertical;
  Time now;
};

struct JudgeOptions {
  Duration look_ahead = seconds(120);
  bool hold = false;               // the pair has an open alert
};

enum class LevelIntent : std::uint8_t { none, levels_off, busts };

struct Encounter {
  Required required;               // the minima that are lost first
  bool strictest_minima = false;   // because who or where a side is, is not certain
  bool lost_now = false;
  Duration t_in{}, t_out{};        // of the first simultaneous loss, from now
  Duration t_closest{};            // within [t_in, t_out]
  Length horizontal_at_closest, horizontal_now;
  std::optional<Height> vertical_at_closest, vertical_now;  // not negative; empty: vertical unknown
  bool by_turn = false;
  Height tolerance;                // applied level tolerance, else 0
  Length uncertainty;              // what was added to the horizontal minimum
  Height vertical_error;           // what was added to the vertical minimum
  track::VerticalMethod method = track::VerticalMethod::same_datum;
  LevelIntent intent = LevelIntent::none;
  bool intent_of_a = false;        // whose
  std::optional<SelectedLevel> selected;
  Severity severity = Severity::advisory;
};

[[nodiscard]] std::optional<Encounter> judge(const Body& a, const Body& b, const JudgeContext& context, const JudgeOptions& options);

[[nodiscard]] Severity severity_by_time(bool lost_now, Duration to_infringement, Duration warning_look_ahead);
// What of the vertical minimum two level aircraft may lack.
[[nodiscard]] Height level_tolerance(Height vertical_minimum, Height tolerance);

}  // namespace skypact::guard
