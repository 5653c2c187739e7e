#include "node/rule_book.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
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
      configured_groups_(ids_of(rules_->groups)) {}

std::string RuleBook::fresh_id(std::string_view kind) {
  while (true) {
    std::string id = std::string(kind) + "-" + std::to_string(next_id_++);
    if (!has_id(rules_->zones, id) && !has_id(rules_->inhibitions, id) && !has_id(rules_->groups, id)) return id;
  }
}

Result<std::vector<Zone>> RuleBook::add(std::vector<Zone> zones) {
  if (rules_->zones.size() + zones.size() > EngineLimits::zones) return full("zones", EngineLimits::zones);
  auto next = std::make_shared<Rules>(*rules_);
  for (Zone& zone : zones) {
    if (zone.id.empty()) zone.id = fresh_id("zone");
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
  next->zones = merged(rules.zones, rules_->zones, configured_zones_, change.zones_removed);
  next->inhibitions = merged(rules.inhibitions, rules_->inhibitions, configured_inhibitions_, change.inhibitions_removed);
  next->groups = merged(rules.groups, rules_->groups, configured_groups_, change.groups_removed);
  rules_ = std::move(next);
  configured_zones_ = ids_of(rules.zones);
  configured_inhibitions_ = ids_of(rules.inhibitions);
  configured_groups_ = ids_of(rules.groups);
  return change;
}

}  // namespace skypact::node
