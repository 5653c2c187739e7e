#pragma once
// Sharing: what another party may know of our tracks and alerts.
//
//     for (SharedTrack& t : shared_tracks(policy, candidates, now)) send(t);
//
// Pure. Coarsened data carries the error that sharing added: a rounded position's accuracy grows by the farthest that
// rounding moves it, a rounded altitude's likewise, and delayed data keeps the time at which it was true. Any thread.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "link/message.h"

namespace skypact::link {

enum class ShareWhen : std::uint8_t { never, near_conflict, always };
[[nodiscard]] std::string_view to_string(ShareWhen when);
[[nodiscard]] std::optional<ShareWhen> share_when_of(std::string_view word);

// What goes to one party. The default is what separation needs and no more: alerts of our aircraft with theirs, and the
// aircraft in them.
struct SharingPolicy {
  ShareWhen tracks = ShareWhen::near_conflict;   // near a conflict: while an alert that they are told of names it
  ShareWhen alerts = ShareWhen::near_conflict;   // near_conflict: those of our aircraft with theirs; always: all of theirs with anybody's
  bool altitude = true, velocity = true, identity = true;   // identity: callsign, squawk, class
  Length position_precision{};                   // 0 is as measured
  Height altitude_precision{};                   // likewise
  Duration delay{};                              // nothing younger goes out
  // Near a conflict everything of the two aircraft goes out as measured and at once.
  bool full_near_conflict = true;
  friend bool operator==(const SharingPolicy&, const SharingPolicy&) = default;
};

// Of an alert: the parties of its aircraft. `ours` and `theirs` are party ids.
[[nodiscard]] bool may_know(const SharingPolicy& policy, const SharedAlert& alert, std::string_view ours, std::string_view theirs);

// An aircraft as we know it. `delayed` is where it was at least policy.delay ago; nullopt where that is not known.
struct ShareCandidate {
  SharedTrack now;
  std::optional<SharedTrack> delayed;
  bool near_conflict = false;                    // an alert that they may know names it
};
[[nodiscard]] std::vector<SharedTrack> shared_tracks(const SharingPolicy& policy, const std::vector<ShareCandidate>& candidates, Time now);

// The position rounded to a grid of that step, and the farthest that this may have moved any position.
struct Rounded {
  geo::Position position;
  Length moved;
};
[[nodiscard]] Rounded round_position(geo::Position position, Length step);

}  // namespace skypact::link
