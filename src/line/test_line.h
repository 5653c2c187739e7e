#pragma once
// For tests: parties with keys, and lines of theirs that are joined by hands that lose, repeat, delay and exchange notes.

#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/random.h"
#include "line/line.h"
#include "line/line_entries.h"

namespace skypact::line::tests {

inline const Time start = *parse_rfc3339("2026-01-10T02:00:00Z");

inline std::string origin_of(std::string_view party) { return std::string(party) + ".example/record"; }

// The keys of these parties, made once.
class Keys {
 public:
  const ledger::SigningKey& of(const std::string& party) {
    auto at = keys_.find(party);
    if (at == keys_.end()) at = keys_.emplace(party, ledger::SigningKey::generate(origin_of(party), ledger::KeyType::ed25519)).first;
    return at->second;
  }
  ledger::SigningKey copy(const std::string& party) { return *ledger::SigningKey::parse(of(party).secret_text()); }

 private:
  std::map<std::string, ledger::SigningKey> keys_;
};

inline Draft call_to(std::vector<std::string> to, MessageClass of, std::string slots = "{}") {
  Draft draft;
  draft.to = std::move(to);
  draft.message_class = of;
  draft.by = {"duty-1", "duty"};
  draft.body = Call{{{1, std::move(slots)}}, {}};
  return draft;
}

inline LineSetup setup_of(Keys& keys, const std::string& party, const std::vector<std::string>& others, const std::string& neutral = {}) {
  LineSetup setup{party, origin_of(party), {}, {{"duty", party + " duty desk", {"en"}, 0}}};
  for (const std::string& other : others) setup.peers.push_back({other, keys.of(other).verifier(), other == neutral});
  return setup;
}

}  // namespace skypact::line::tests
