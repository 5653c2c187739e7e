#pragma once
// Sharing: what another party may know of our tracks and alerts.
//
//     for (SharedTrack& t : shared_tracks(policy, candidates, secret, now)) send(t);
//
// Pure. Coarsened data carries the error that sharing added: a rounded position's accuracy grows by the farthest that
// rounding moves it, a rounded altitude's likewise, and delayed data keeps the time at which it was true. Any thread.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "airspace/sharing.h"
#include "link/message.h"

namespace skypact::link {

enum class ShareWhen : std::uint8_t { never, near_conflict, always };
[[nodiscard]] std::string_view to_string(ShareWhen when);
[[nodiscard]] std::optional<ShareWhen> share_when_of(std::string_view word);

// What goes to one party. The default is what separation needs and no more: alerts of our aircraft with theirs, and the
// aircraft in them, as measured and at once.
struct SharingPolicy {
  TracksShared tracks{.always = {}, .near_conflict = ShareDetail{}, .near = {}};
  ShareWhen alerts = ShareWhen::near_conflict;   // near_conflict: those of our aircraft with theirs; always: all of theirs with anybody's
  friend bool operator==(const SharingPolicy&, const SharingPolicy&) = default;
};

// Of an alert: the parties of its aircraft. `ours` and `theirs` are party ids.
[[nodiscard]] bool may_know(const SharingPolicy& policy, const SharedAlert& alert, std::string_view ours, std::string_view theirs);

// An alert that they may know says how near the aircraft come only where the policy tells them exactly, near a conflict, where
// the aircraft are, and how high.
[[nodiscard]] SharedAlert as_allowed(const SharingPolicy& policy, SharedAlert alert);

// How a track is told; nullptr: not at all.
[[nodiscard]] const ShareDetail* detail_of(const TracksShared& tracks, bool near_conflict);

// The accuracy of a source that does not say it, 95 %; also what is told in the place of one that may not be told.
inline constexpr Length unstated_accuracy = metres(500);

// An aircraft as we know it. `delayed` is where it was at least the detail's delay ago; nullopt where that is not known.
struct ShareCandidate {
  SharedTrack now;
  std::optional<SharedTrack> delayed;
  bool near_conflict = false;                    // an alert that they may know names it, or it is as near as the policy says
};

// The name by which an aircraft is told whose address may not be: the same one for as long as `secret` stays, which is
// nobody else's. "report:hidden-0a1b2c3d4e"
[[nodiscard]] Address hidden_name(const Address& address, std::uint64_t secret);

[[nodiscard]] std::vector<SharedTrack> shared_tracks(const SharingPolicy& policy, const std::vector<ShareCandidate>& candidates, std::uint64_t secret, Time now);

// The position rounded to a grid of that step, and the farthest that this may have moved any position.
struct Rounded {
  geo::Position position;
  Length moved;
};
[[nodiscard]] Rounded round_position(geo::Position position, Length step);

}  // namespace skypact::link
