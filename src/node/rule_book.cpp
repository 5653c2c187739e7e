#include "node/rule_book.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "node/api_names.h"
#include "node/engine.h"

namespace skypact::node {
namespace {

template <class T>
auto find_id(const std::vector<T>& items, const std::string& id) {
  return std::find_if(items.begin(), items.end(), [&](const T& item) { return item.id == id; });
}

template <class T>
bool has_id(const std::vector<T>& items, const std::string& id) {
  return find_id(items, id) != items.end();
}

template <class T>
std::vector<std::string> ids_of(const std::vector<T>& items) {
  std::vector<std::string> ids;
  ids.reserve(items.size());
  for (const T& item : items) ids.push_back(item.id);
  return ids;
}

Error taken(const char* kind, const std::string& id) {
  return {ErrorCode::conflict, std::string("a ") + kind + " with the id " + skypact::quoted(id) + " exists; remove it first or choose another id"};
}
Error missing(const char* kind, const std::string& id) { return {ErrorCode::not_found, std::string("there is no ") + kind + " " + skypact::quoted(id)}; }
Error full(const char* kind, std::size_t bound) {
  return {ErrorCode::over_limit, "there are already " + std::to_string(bound) + " " + kind + "; remove some first"};
}

template <class T>
bool erase_id(std::vector<T>& items, const std::string& id) {
  const auto at = find_id(items, id);
  if (at == items.end()) return false;
  items.erase(at);
  return true;
}

template <class T>
std::vector<std::string> erase_ended(std::vector<T>& items, Time now) {
  std::vector<std::string> ended;
  std::erase_if(items, [&](const T& item) { return item.valid.to <= now && (ended.push_back(item.id), true); });
  return ended;
}

// `now` first, then those of `before` that came by command.
template <class T>
std::vector<T> merged(const std::vector<T>& now, const std::vector<T>& before, const std::vector<std::string>& configured_before,
                      std::vector<std::string>& removed) {
  std::vector<T> all = now;
  for (const T& item : before) {
    if (has_id(now, item.id)) continue;
    if (std::find(configured_before.begin(), configured_before.end(), item.id) != configured_before.end()) {
      removed.push_back(item.id);
    } else {
      all.push_back(item);
    }
  }
  return all;
}

}  // namespace

RuleBook::RuleBook(Rules rules)
    : rules_(std::make_shared<const Rules>(std::move(rules))),
      configured_zones_(ids_of(rules_->zones)),
      configured_inhibitions_(ids_of(rules_->inhibitions)),
      configured_groups_(ids_of(rules_->groups)),
      configured_parties_(rules_->parties.size()) {}

std::string RuleBook::fresh_id(std::string_view kind) {
  while (true) {
    std::string id = std::string(kind) + "-" + std::to_string(next_id_++);
    if (!has_id(rules_->zones, id) && !has_id(rules_->inhibitions, id) && !has_id(rules_->groups, id)) return id;
  }
}

Result<std::vector<Zone>> RuleBook::add(std::vector<Zone> zones) {
  if (drawn_zones() + zones.size() > EngineLimits::zones) return full("zones", EngineLimits::zones);
  auto next = std::make_shared<Rules>(*rules_);
  for (Zone& zone : zones) {
    if (zone.id.empty()) zone.id = fresh_id("zone");
    if (zone.id.starts_with(plan_zone_prefix) || zone.id.starts_with(constraint_zone_prefix)) {
      return Error{ErrorCode::conflict, "the id " + skypact::quoted(zone.id) + " is that of a planned flight or a constraint; give the zone another one"};
    }
    if (zone.id.starts_with(notice_zone_prefix)) {
      return Error{ErrorCode::conflict, "the id " + skypact::quoted(zone.id) + " is that of an activity notice; give the zone another one, or send a notice"};
    }
    if (has_id(next->zones, zone.id)) return taken("zone", zone.id);
    next->zones.push_back(zone);
  }
  rules_ = std::move(next);
  return zones;
}

Result<Inhibition> RuleBook::add(Inhibition inhibition) {
  if (rules_->inhibitions.size() >= EngineLimits::inhibitions) return full("inhibitions", EngineLimits::inhibitions);
  if (inhibition.id.empty()) inhibition.id = fresh_id("inhibition");
  if (has_id(rules_->inhibitions, inhibition.id)) return taken("inhibition", inhibition.id);
  auto next = std::make_shared<Rules>(*rules_);
  next->inhibitions.push_back(inhibition);
  rules_ = std::move(next);
  return inhibition;
}

Result<Group> RuleBook::add(Group group) {
  if (rules_->groups.size() >= EngineLimits::groups) return full("groups", EngineLimits::groups);
  if (group.id.empty()) group.id = fresh_id("group");
  if (has_id(rules_->groups, group.id)) return taken("group", group.id);
  auto next = std::make_shared<Rules>(*rules_);
  next->groups.push_back(group);
  rules_ = std::move(next);
  return group;
}

Result<void> RuleBook::remove_zone(const std::string& id) {
  const auto is_one_of = [&](const std::vector<std::string>& ids) { return std::find(ids.begin(), ids.end(), id) != ids.end(); };
  if (is_one_of(agreed_zones_)) {
    return Error{ErrorCode::conflict, "the zone " + skypact::quoted(id) + " is agreed with other parties; it ends with the terms it stands in"};
  }
  if (is_one_of(notices_.ids)) {
    return Error{ErrorCode::conflict, "the zone " + skypact::quoted(id) + " is an activity notice; its party cancels or changes the notice"};
  }
  if (is_one_of(plans_.ids)) {
    return Error{ErrorCode::conflict, "the zone " + skypact::quoted(id) + " is that of a planned flight or a constraint; its manager changes or ends it"};
  }
  auto next = std::make_shared<Rules>(*rules_);
  if (!erase_id(next->zones, id)) return missing("zone", id);
  rules_ = std::move(next);
  return {};
}

Result<void> RuleBook::remove_inhibition(const std::string& id) {
  auto next = std::make_shared<Rules>(*rules_);
  if (!erase_id(next->inhibitions, id)) return missing("inhibition", id);
  rules_ = std::move(next);
  return {};
}

Result<void> RuleBook::remove_group(const std::string& id) {
  auto next = std::make_shared<Rules>(*rules_);
  if (!erase_id(next->groups, id)) return missing("group", id);
  rules_ = std::move(next);
  return {};
}

RuleBook::Expired RuleBook::expire(Time now) {
  const auto ended = [&](const auto& item) { return item.valid.to <= now; };
  if (std::none_of(rules_->inhibitions.begin(), rules_->inhibitions.end(), ended) &&
      std::none_of(rules_->groups.begin(), rules_->groups.end(), ended)) {
    return {};
  }
  auto next = std::make_shared<Rules>(*rules_);
  Expired expired{erase_ended(next->inhibitions, now), erase_ended(next->groups, now)};
  rules_ = std::move(next);
  return expired;
}

RuleBook::Change RuleBook::replace_configured(const Rules& rules) {
  Change change{{}, {}, {}, rules.zones, rules.inhibitions, rules.groups};
  auto next = std::make_shared<Rules>(rules);
  next->assisting = rules_->assisting;
  next->clearances = rules_->clearances;
  configured_parties_ = rules.parties.size();
  Rules before = *rules_;
  const std::vector<std::string> ids_before = take_out(before.zones);
  next->zones = merged(rules.zones, before.zones, configured_zones_, change.zones_removed);
  next->inhibitions = merged(rules.inhibitions, rules_->inhibitions, configured_inhibitions_, change.inhibitions_removed);
  next->groups = merged(rules.groups, rules_->groups, configured_groups_, change.groups_removed);
  for (Zone& zone : carry_out(*next)) change.zones.push_back(std::move(zone));
  for (const std::string& id : ids_before) {
    if (!has_id(next->zones, id)) change.zones_removed.push_back(id);
  }
  rules_ = std::move(next);
  configured_zones_ = ids_of(rules.zones);
  configured_inhibitions_ = ids_of(rules.inhibitions);
  configured_groups_ = ids_of(rules.groups);
  return change;
}

PartyId RuleBook::party_of(PartyId agreed) const {
  return agreed.value < party_of_agreed_.size() ? party_of_agreed_[agreed.value] : unknown_party;
}

namespace {

// As long as its version holds, seen by clocks that may be apart; not before 1970, so that no difference overflows.
// Nullopt: never.
std::optional<std::vector<Interval<Time>>> within(const std::vector<Interval<Time>>& active, const Interval<Time>& valid, Duration clock_offset) {
  const auto widened = [&](const Interval<Time>& span) {
    return Interval<Time>{span.from < Time{} + clock_offset ? Time{} : span.from - clock_offset,
                          span.to > Time::max() - clock_offset ? Time::max() : span.to + clock_offset};
  };
  if (active.empty()) return valid == always ? std::vector<Interval<Time>>{} : std::vector<Interval<Time>>{widened(valid)};
  std::vector<Interval<Time>> spans;
  for (const Interval<Time>& span : active) {
    const Interval<Time> both{std::max(span.from, valid.from), std::min(span.to, valid.to)};
    if (!both.empty()) spans.push_back(widened(both));
  }
  if (spans.empty()) return std::nullopt;
  return spans;
}

bool same_but_for_time(const Zone& a, Zone b) {
  b.active = a.active;
  b.source = a.source;
  return a == b;
}

}  // namespace

std::vector<Zone> RuleBook::carry_out_agreed(Rules& rules) {
  party_of_agreed_.assign(1, unknown_party);
  for (std::size_t i = 1; i < agreed_.parties.size(); ++i) {
    auto party = party_of_name(agreed_.parties[i].id, rules.parties);
    if (!party) {
      party = PartyId{static_cast<std::uint16_t>(rules.parties.size())};
      rules.parties.push_back(agreed_.parties[i]);
    }
    party_of_agreed_.push_back(*party);
  }
  rules.agreed.clear();
  rules.clock_offset = agreed_.clock_offset;
  std::vector<Zone> zones;
  for (const AgreedVersion& version : agreed_.versions) {
    AgreedMinima table = version.minima;
    for (MinimaClause& clause : table.clauses) {
      for (SideSelector* side : {&clause.one, &clause.other}) {
        if (side->party) side->party = party_of(*side->party);
        for (PartyId& party : side->none_of) party = party_of(party);
      }
    }
    rules.agreed.push_back(std::move(table));
    for (Zone zone : version.zones) {
      for (PartyId& party : zone.exempt) party = party_of(party);
      auto active = within(zone.active, version.minima.valid, agreed_.clock_offset);
      if (!active) continue;
      zone.active = std::move(*active);
      if (zone.source.empty()) zone.source = version.minima.version;
      // One that a later version keeps as it is stays one zone, so that its alerts go on.
      const auto kept = std::find_if(zones.begin(), zones.end(), [&](const Zone& z) { return same_but_for_time(z, zone); });
      if (kept != zones.end()) {
        if (kept->active.empty() || zone.active.empty()) {
          kept->active.clear();
        } else {
          kept->active.insert(kept->active.end(), zone.active.begin(), zone.active.end());
        }
        continue;
      }
      const std::string id = zone.id;
      for (int n = 1; has_id(rules.zones, zone.id) || has_id(zones, zone.id); ++n) {
        zone.id = id + "@" + version.minima.version + (n == 1 ? "" : "#" + std::to_string(n));
      }
      zones.push_back(std::move(zone));
    }
  }
  rules.zones.insert(rules.zones.end(), zones.begin(), zones.end());
  agreed_zones_ = ids_of(zones);
  return zones;
}

// Issuers that the node does not know exempt nobody.
std::vector<Zone> RuleBook::carry_out(Given& given, Rules& rules) {
  std::vector<Zone> zones = given.zones;
  for (Zone& zone : zones) {
    std::vector<PartyId> exempt;
    for (const PartyId party : zone.exempt) {
      if (const auto known = party_of_name(given.parties[party.value].id, rules.parties)) exempt.push_back(*known);
    }
    zone.exempt = std::move(exempt);
    // The configuration may have drawn one of that id.
    const std::string id = zone.id;
    for (int n = 2; has_id(rules.zones, zone.id); ++n) zone.id = id + "#" + std::to_string(n);
    rules.zones.push_back(zone);
  }
  given.ids = ids_of(zones);
  return zones;
}

std::vector<Zone> RuleBook::carry_out(Rules& rules) {
  std::vector<Zone> zones = carry_out_agreed(rules);
  for (Given* given : {&notices_, &plans_}) {
    for (Zone& zone : carry_out(*given, rules)) zones.push_back(std::move(zone));
  }
  return zones;
}

std::vector<std::string> RuleBook::take_out(std::vector<Zone>& zones) {
  std::vector<std::string> ids = std::exchange(agreed_zones_, {});
  for (Given* given : {&notices_, &plans_}) {
    ids.insert(ids.end(), given->ids.begin(), given->ids.end());
    given->ids.clear();
  }
  std::erase_if(zones, [&](const Zone& z) { return std::find(ids.begin(), ids.end(), z.id) != ids.end(); });
  return ids;
}

RuleBook::Change RuleBook::changed(const std::vector<Zone>& before, const std::vector<std::string>& ids_before, const std::vector<Zone>& now, const Rules& rules) {
  Change change;
  for (const std::string& id : ids_before) {
    if (!has_id(rules.zones, id)) change.zones_removed.push_back(id);
  }
  for (const Zone& zone : now) {
    const auto old = find_id(before, zone.id);
    if (old == before.end() || !(*old == zone)) change.zones.push_back(zone);
  }
  return change;
}

Result<RuleBook::Change> RuleBook::set_agreed(const Agreed& agreed) {
  std::size_t zones = drawn_zones() - agreed_zones_.size();
  for (const AgreedVersion& version : agreed.versions) zones += version.zones.size();
  if (zones > EngineLimits::zones) return full("zones", EngineLimits::zones);
  auto next = std::make_shared<Rules>(*rules_);
  const std::vector<std::string> ids_before = take_out(next->zones);
  agreed_ = agreed;
  next->parties.resize(configured_parties_);
  const std::vector<Zone> now = carry_out(*next);
  Change change = changed(rules_->zones, ids_before, now, *next);
  rules_ = std::move(next);
  return change;
}

RuleBook::Change RuleBook::replace(Given& given, Given by) {
  auto next = std::make_shared<Rules>(*rules_);
  const std::vector<std::string> ids_before = std::move(given.ids);
  std::erase_if(next->zones, [&](const Zone& z) { return std::find(ids_before.begin(), ids_before.end(), z.id) != ids_before.end(); });
  given = std::move(by);
  const std::vector<Zone> now = carry_out(given, *next);
  Change change = changed(rules_->zones, ids_before, now, *next);
  rules_ = std::move(next);
  return change;
}

Result<RuleBook::Change> RuleBook::set_notices(const Parties& parties, std::vector<Zone> zones) {
  if (zones.size() > most_notice_zones) return full("zones of notices", most_notice_zones);
  return replace(notices_, {parties, std::move(zones)});
}

Result<RuleBook::Change> RuleBook::set_plans(std::vector<Zone> zones) {
  if (zones.size() > most_plan_zones) return full("zones of planned flights and constraints", most_plan_zones);
  return replace(plans_, {{}, std::move(zones)});
}

void RuleBook::set_assisting(std::vector<AssistingFlight> flights) {
  auto next = std::make_shared<Rules>(*rules_);
  next->assisting = std::move(flights);
  rules_ = std::move(next);
}

void RuleBook::set_clearances(std::vector<StandingClearance> clearances) {
  auto next = std::make_shared<Rules>(*rules_);
  next->clearances = std::move(clearances);
  rules_ = std::move(next);
}

}  // namespace skypact::node
