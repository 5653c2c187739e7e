#pragma once
// RuleBook: the rules as they are now: what the configuration says, and what was added or removed by command
// since. Hands out one immutable Rules value that is replaced when something changes. One thread.

#include <memory>
#include <string>
#include <vector>

#include "airspace/agreed.h"
#include "airspace/rules.h"
#include "base/result.h"
#include "base/time.h"

namespace skypact::node {

class RuleBook {
 public:
  explicit RuleBook(Rules rules);

  [[nodiscard]] const std::shared_ptr<const Rules>& rules() const { return rules_; }

  // Errors: conflict where an id exists, over_limit at EngineLimits. Empty ids are given one; what is added comes
  // back as it was added.
  Result<std::vector<Zone>> add(std::vector<Zone> zones);
  Result<Inhibition> add(Inhibition inhibition);
  Result<Group> add(Group group);
  // Error: not_found.
  Result<void> remove_zone(const std::string& id);
  Result<void> remove_inhibition(const std::string& id);
  Result<void> remove_group(const std::string& id);

  // Drops inhibitions and groups that have ended; returns their ids.
  struct Expired {
    std::vector<std::string> inhibitions, groups;
  };
  Expired expire(Time now);

  // Takes parties, minima, altimetry and the configuration's own zones, groups and inhibitions from `rules`; what
  // came by command stays, unless the configuration now has its id.
  struct Change {
    std::vector<std::string> zones_removed, inhibitions_removed, groups_removed;
    std::vector<Zone> zones;
    std::vector<Inhibition> inhibitions;
    std::vector<Group> groups;
  };
  Change replace_configured(const Rules& rules);

  // Carries out what parties have agreed, in the place of what they had before; nothing where it is empty. Tables and
  // zones each hold in their version's time, which the guard keeps; parties that the configuration does not have come
  // after its own. Its zones come and go by agreement only. Error: over_limit; nothing has changed then.
  Result<Change> set_agreed(const Agreed& agreed);
  [[nodiscard]] const Agreed& agreed() const { return agreed_; }
  // The zones of activity notices, in the place of those before; `parties` numbers theirs. They hold beside the drawn and the agreed ones and
  // beyond their bound. Error: over_limit.
  Result<Change> set_notices(const Parties& parties, std::vector<Zone> zones);

  // Those of planned flights and constraints, likewise.
  Result<Change> set_plans(std::vector<Zone> zones);

  // In the place of those before.
  void set_assisting(std::vector<AssistingFlight> flights);
  void set_clearances(std::vector<StandingClearance> clearances);

  // The node's number of a party of agreed().
  [[nodiscard]] PartyId party_of(PartyId agreed) const;

 private:
  [[nodiscard]] std::string fresh_id(std::string_view kind);
  // Zones that neither a hand nor an agreement gives.
  struct Given {
    Parties parties;                           // number the zones'
    std::vector<Zone> zones;
    std::vector<std::string> ids{};            // that they have in the rules
  };
  // Puts what is agreed and given into rules that hold none of it; returns the zones.
  std::vector<Zone> carry_out(Rules& rules);
  std::vector<Zone> carry_out_agreed(Rules& rules);
  static std::vector<Zone> carry_out(Given& given, Rules& rules);
  Change replace(Given& given, Given by);
  [[nodiscard]] std::size_t drawn_zones() const { return rules_->zones.size() - notices_.ids.size() - plans_.ids.size(); }   // and agreed
  // The ids that these zones of agreements, notices and plans had, taken out of `zones`.
  std::vector<std::string> take_out(std::vector<Zone>& zones);
  [[nodiscard]] static Change changed(const std::vector<Zone>& before, const std::vector<std::string>& ids_before, const std::vector<Zone>& now, const Rules& rules);

  std::shared_ptr<const Rules> rules_;
  std::vector<std::string> configured_zones_, configured_inhibitions_, configured_groups_;
  std::size_t configured_parties_;
  Agreed agreed_;
  std::vector<PartyId> party_of_agreed_;
  std::vector<std::string> agreed_zones_;
  Given notices_, plans_;
  std::uint64_t next_id_ = 1;
};

}  // namespace skypact::node
