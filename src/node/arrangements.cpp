#include "node/arrangements.h"

#include <algorithm>

#include "pact/terms_rules.h"

namespace skypact::node {

void add(Arrangements& to, const pact::Terms& terms, const std::vector<std::string>& suspended) {
  const std::string version = pact::version_text(terms);
  const auto put = [&](auto& list, const auto& clause, const std::string& id) {
    const bool in_floor = pact::in_safety_floor(terms, id);
    if (!in_floor && std::find(suspended.begin(), suspended.end(), id) != suspended.end()) return;
    const auto same = std::find_if(list.begin(), list.end(), [&](const auto& known) { return known.clause == clause; });
    if (same == list.end()) {
      list.push_back({clause, version, in_floor});
    } else {
      same->in_floor = same->in_floor || in_floor;
    }
  };
  for (const pact::TermsNotice& notice : terms.notices) put(to.notices, notice, "notice." + notice.activity);
  for (const pact::TermsFrequency& frequency : terms.frequencies) put(to.frequencies, frequency, "frequency." + frequency.id);
  for (const pact::Outsider& outsider : terms.outsiders) put(to.outsiders, outsider, "outside." + outsider.id);
  for (const pact::TermsParty& party : terms.parties) {
    if (!party.desks.empty()) put(to.desks, PartyDesks{party.id, party.desks}, "party." + party.id);
  }
}

}  // namespace skypact::node
