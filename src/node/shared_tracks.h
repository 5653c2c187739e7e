#pragma once
// Our tracks as another party may know them, and another party's as reports that a feed reads.
//
//     const SharingBothWays sharing = sharing_with(*picture, config, peer, now, acts_are_known);
//     auto shared = tracks_for(*picture, config, peer.party, sharing.to_peer.policy, secret, now);
//     feed.push(report_lines(message.tracks, …));
//
// Only what this node's own sources measured is shared; what a peer told is that peer's to tell. Pure; any thread.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "link/clock_offset.h"
#include "link/message.h"
#include "link/sharing.h"
#include "node/config.h"
#include "node/picture.h"

namespace skypact::node {

// What decides of a direction. Until the node's own record was read, what its recording says was carried out last is not certain
// any more; unknown: the recording says nothing either.
enum class SharingBy : std::uint8_t { configuration, pact, pact_and_configuration, unknown };
[[nodiscard]] std::string_view to_string(SharingBy by);

struct SharingView {
  SharingBy by = SharingBy::configuration;
  std::vector<AgreedSharing> agreed;       // the pieces of terms that decide
  link::SharingPolicy policy;              // of what they share the tracks, as far as a pact says it
};
// What a clause names is shared while its pact is in force; the configuration then adds nothing and withholds nothing. Where it
// is not certain that a pact is in force, and after its end, only what both let out. Alerts of both parties' aircraft are told
// under any pact. `now` is by our clock.
struct SharingBothWays {
  SharingView to_peer, from_peer;
};
[[nodiscard]] SharingBothWays sharing_with(const Picture& picture, const Config& config, const PeerConfig& peer, Time now, bool acts_are_known);

// `secret` as for link::hidden_name.
[[nodiscard]] std::vector<link::SharedTrack> tracks_for(const Picture& picture, const Config& config, PartyId peer, const link::SharingPolicy& policy, std::uint64_t secret,
                                                        Time now);

// One line for each track, in the form of docs/formats/reports.md. Times are brought to our clock; what its offset may be
// off by, an aircraft flies, and that is added to the accuracy.
[[nodiscard]] std::string report_lines(std::span<const link::SharedTrack> tracks, const Config& config, PartyId peer,
                                       const std::optional<link::ClockOffset::Estimate>& clock);

}  // namespace skypact::node
