#include "airspace/sharing.h"

#include <algorithm>
#include <map>

namespace skypact {
namespace {

std::optional<ShareDetail> least(const std::optional<ShareDetail>& a, const std::optional<ShareDetail>& b) {
  if (!a || !b) return std::nullopt;
  return ShareDetail{a->fields & b->fields, std::max(a->position_step, b->position_step), std::max(a->altitude_step, b->altitude_step), std::max(a->delay, b->delay)};
}

bool overlaps(const Interval<Time>& a, const Interval<Time>& b) { return a.from < b.to && b.from < a.to; }

// Whether something is in force at every moment of the window.
bool in_force_throughout(const std::vector<const AgreedSharing*>& agreed, const Interval<Time>& window) {
  Time known_to = window.from;
  for (bool more = true; more && known_to < window.to;) {
    more = false;
    for (const AgreedSharing* s : agreed) {
      if (s->basis != SharingBasis::in_force || !s->holds.contains(known_to)) continue;
      known_to = s->holds.to;
      more = true;
    }
  }
  return known_to >= window.to;
}

}  // namespace

TracksShared least(const TracksShared& a, const TracksShared& b) {
  return {least(a.always, b.always), least(a.near_conflict, b.near_conflict), std::min(a.near, b.near)};
}

SharingNow sharing_at(std::span<const AgreedSharing> agreed, PartyId from, PartyId to, const Interval<Time>& window) {
  SharingNow now;
  for (const AgreedSharing& s : agreed) {
    if (s.from == from && s.to == to && overlaps(s.holds, window)) now.by.push_back(&s);
  }
  if (now.by.empty()) return now;
  now.configuration = !in_force_throughout(now.by, window);
  if (!now.configuration) std::erase_if(now.by, [](const AgreedSharing* s) { return s->basis == SharingBasis::over; });

  struct OfPact {
    std::optional<TracksShared> tracks;
    bool speaks = false;
  };
  std::map<std::string_view, OfPact> pacts;
  for (const AgreedSharing* s : now.by) {
    OfPact& pact = pacts[s->pact];
    pact.tracks = pact.tracks ? least(*pact.tracks, s->tracks) : s->tracks;
    pact.speaks |= !s->clauses.empty();
  }
  const bool any_speaks = std::any_of(pacts.begin(), pacts.end(), [](const auto& p) { return p.second.speaks; });
  std::optional<TracksShared> tracks;
  for (const auto& [name, pact] : pacts) {
    if (any_speaks && !pact.speaks) continue;
    tracks = tracks ? least(*tracks, *pact.tracks) : *pact.tracks;
  }
  now.tracks = *tracks;
  return now;
}

}  // namespace skypact
