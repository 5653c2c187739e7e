#pragma once
// PeerBook: what peers have disclosed of their entities, as far as it is remembered. What is not can be asked for again.
//
//     PeerBook peers;
//     if (auto taken = peers.notified(notice, sender); !taken) return refused(taken.error());
//     const Disclosed* entity = peers.find(Kind::operational_intent, id);
//
// For one thread.

#include <cstddef>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "plan/f3548_details.h"

namespace skypact::plan {

struct PeerLimits {
  static constexpr std::size_t entities = 50'000;
};

class PeerBook {
 public:
  // The answer to a request for details.
  void learned(const Disclosed& entity, Time now);
  // `sender` is whose token came with it. Errors: refused where the entity is another's, conflict where a later version is known, or the
  // same one and it says something else.
  Result<void> notified(const EntityNotice& notice, const std::string& sender, Time now);

  // Null where nothing is known of it.
  [[nodiscard]] const Disclosed* find(Kind kind, EntityId id) const;
  // What has not ended.
  [[nodiscard]] std::vector<Disclosed> standing(Time now) const;
  [[nodiscard]] std::size_t size() const { return entities_.size(); }

 private:
  using Key = std::pair<Kind, EntityId>;
  void make_room(Time now);

  std::map<Key, Disclosed> entities_;
};

}  // namespace skypact::plan
