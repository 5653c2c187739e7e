#pragma once
// Links with other parties' nodes, as openapi.yaml's Link. Pure; any thread.

#include <string>
#include <vector>

#include "link/session.h"
#include "node/picture.h"
#include "node/shared_tracks.h"

namespace skypact::node {

struct LinkView {
  PartyId party;
  std::string url;
  link::LinkStatus status;
  SharingBothWays sharing;
};

// {"now":…,"links":[…]}; each with the peer's open alerts, and which of ours is about the same danger.
[[nodiscard]] std::string links_json(const std::vector<LinkView>& links, const Picture& picture, Time now);

}  // namespace skypact::node
