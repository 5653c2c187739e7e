#include "pact/release_rules.h"

#include <algorithm>

#include "pact/terms_rules.h"

namespace skypact::pact {
namespace {

std::vector<Release> releases_in(const PactState& state, const Version& version, const Terms& terms, Time now) {
  const std::vector<std::string> suspended = state.suspended(version, now);
  std::vector<Release> releases;
  for (const DistressRelease& clause : terms.releases) {
    const std::string id = "distress." + clause.id;
    if (!in_safety_floor(terms, id) && std::find(suspended.begin(), suspended.end(), id) != suspended.end()) continue;
    releases.push_back({clause.of, clause.to, clause.rescue_centres, id + ", " + version_text(terms)});
    std::sort(releases.back().to.begin(), releases.back().to.end());
  }
  return releases;
}

// Terms say at most one thing of a party.
void keep_common(std::vector<Release>& releases, const std::vector<Release>& others) {
  for (Release& release : releases) {
    const auto other = std::find_if(others.begin(), others.end(), [&](const Release& o) { return o.of == release.of; });
    const auto is_told = [&](const std::string& party) { return other != others.end() && std::binary_search(other->to.begin(), other->to.end(), party); };
    std::erase_if(release.to, [&](const std::string& party) { return !is_told(party); });
    release.rescue_centres &= other != others.end() && other->rescue_centres;
  }
  std::erase_if(releases, [](const Release& release) { return release.to.empty() && !release.rescue_centres; });
}

}  // namespace

std::vector<Release> releases_of(const PactState& state, const TermsByHash& terms, const Heard& heard, Time now) {
  const Version* const in_force = state.terms_in_force(now);
  const Terms* const said = in_force == nullptr ? nullptr : terms(in_force->terms);
  if (said == nullptr) return {};
  std::vector<Release> releases = releases_in(state, *in_force, *said, now);
  if (releases.empty()) return releases;   // most pacts have none, and what is unsettled costs more to find
  for (const std::string& hash : state.unsettled(heard, now).alternatives) {
    const Version* const may_hold = hash.empty() ? nullptr : state.find(hash);
    const Terms* const read = may_hold == nullptr ? nullptr : terms(hash);
    if (read == nullptr) return {};
    keep_common(releases, releases_in(state, *may_hold, *read, now));
  }
  return releases;
}

}  // namespace skypact::pact
