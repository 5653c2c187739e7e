#pragma once
// Traffic: the aircraft of one step, as everything in the guard looks at them.
//
//     const Traffic traffic = traffic_of(tracks, rules, reference, now, parallel_for);
//     if (const Track* t = traffic.find(key)) …
//
// It points at the caller's tracks and holds for one step. Pure after it is made; any thread.

#include <compare>
#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "airspace/rules.h"
#include "base/parallel.h"
#include "guard/alert.h"
#include "guard/body.h"
#include "guard/encounter.h"
#include "guard/groups.h"

namespace skypact::guard {

// One side of a pair: an aircraft by its key, or a group by its id.
struct SideKey {
  TrackKey aircraft;
  std::string group;  // empty: an aircraft
  friend auto operator<=>(const SideKey&, const SideKey&) = default;
  [[nodiscard]] std::string text() const { return group.empty() ? to_string(aircraft) : "group:" + group; }
};

struct Traffic {
  const Rules* rules = nullptr;
  Time now;
  std::span<const Track* const> tracks;                 // by id
  std::vector<std::optional<Body>> bodies;              // one per track
  std::unordered_map<TrackKey, std::size_t> by_key;     // looked up, never gone through
  Units units;

  [[nodiscard]] const Track* find(const TrackKey& key) const;
  // All that use the address, by ordinal: none, one or two.
  [[nodiscard]] std::vector<const Track*> of_address(const Address& address) const;
  // nullptr where it takes no part.
  [[nodiscard]] const Body* body(const TrackKey& key) const;
  // An aircraft is observed while reports of it arrive, on the ground too. A group in force is while it has its
  // envelope, and when it has dissolved while every declared member is. One not in force any more always is: its members stand
  // for themselves.
  [[nodiscard]] bool observed(const SideKey& side) const;
  [[nodiscard]] std::optional<std::size_t> unit_of(const SideKey& side) const;
  [[nodiscard]] SideKey side_of(std::size_t unit) const;
};

[[nodiscard]] Traffic traffic_of(std::span<const Track* const> tracks, const Rules& rules, const track::VerticalReference& reference,
                                 Time now, const ParallelFor& parallel_for);

// What every part of a step is judged by.
struct Step {
  const JudgeContext& judge;
  const Traffic& traffic;
  bool sweep = false;              // advisories are sought in this step
  const ParallelFor& parallel_for;
};

// What an alert says of an aircraft.
[[nodiscard]] AlertSubject subject_of(const Track& track, const track::MotionState& state, Time now);
// Sets the alert's subject `i`.
void put_subject(Alert& alert, std::size_t i, const AlertSubject& subject);

// Runs body(0 … count - 1), a chunk of them at a time on one thread.
void in_chunks(std::size_t count, const ParallelFor& parallel_for, const std::function<void(std::size_t)>& body);

}  // namespace skypact::guard
