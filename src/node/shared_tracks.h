#pragma once
// Our tracks as another party may know them, and another party's as reports that a feed reads.
//
//     auto shared = tracks_for(picture, peer, config.party, has_come_by_link);
//     feed.push(report_lines(message.tracks, …));
//
// Only what this node's own sources measured is shared; what a peer told is that peer's to tell. Pure; any thread.

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "link/clock_offset.h"
#include "link/message.h"
#include "link/sharing.h"
#include "node/config.h"
#include "node/picture.h"

namespace skypact::node {

[[nodiscard]] std::vector<link::SharedTrack> tracks_for(const Picture& picture, const Config& config, const PeerConfig& peer);

// One line for each track, in the form of docs/formats/reports.md. Times are brought to our clock; what its offset may be
// off by, an aircraft flies, and that is added to the accuracy.
[[nodiscard]] std::string report_lines(std::span<const link::SharedTrack> tracks, const Config& config, PartyId peer,
                                       const std::optional<link::ClockOffset::Estimate>& clock);

}  // namespace skypact::node
