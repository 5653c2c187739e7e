#include "plan/uss.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "airspace/parse_address.h"
#include "base/text.h"

namespace skypact::plan {
namespace {

std::string named(Kind kind, EntityId id) { return fmt::format("the {} {}", kind == Kind::constraint ? "constraint" : "operational intent", to_string(id)); }

std::optional<Error> fault_of_particulars(const Particulars& particulars) {
  const auto too_long = [](std::string_view member, const std::string& text, std::size_t longest) {
    return text.size() > longest ? std::optional(bad_input(fmt::format("{}: has {} bytes; at most {} are taken", member, text.size(), longest))) : std::nullopt;
  };
  if (auto fault = too_long("name", particulars.name, UssLimits::name_bytes)) return fault;
  if (auto fault = too_long("operator_id", particulars.operator_id, UssLimits::operator_bytes)) return fault;
  if (auto fault = too_long("aircraft", particulars.aircraft, UssLimits::name_bytes)) return fault;
  if (!particulars.address.empty()) {
    if (auto address = parse_address(particulars.address); !address) return std::move(address).error().within("address");
  }
  return too_long("remarks", particulars.remarks, UssLimits::remarks_bytes);
}

// Before the DSS would say so less clearly.
std::optional<Error> fault_of_step(const OwnEntity* own, const Uss::Asks& asks) {
  if (asks.kind == Kind::constraint) return std::nullopt;
  const IntentState to = asks.intention.state;
  const bool is_new = own == nullptr || !own->held;
  if (is_new && to != IntentState::accepted) return bad_input(fmt::format("state: a flight that is new is planned as Accepted first, not as {}", to_string(to)));
  if (is_new) return std::nullopt;
  const IntentState from = own->held->reference.state;
  if (from == IntentState::contingent && to != IntentState::contingent) return bad_input("state: a flight that is Contingent can only be ended");
  if (to == IntentState::accepted && from != IntentState::accepted) return bad_input(fmt::format("state: a flight that is {} does not go back to Accepted; end it", to_string(from)));
  if (from == IntentState::accepted && is_off_plan(to)) return bad_input("state: a flight that is not Activated cannot be off its plan");
  return std::nullopt;
}

}  // namespace

EntityNotice notice_of(const Outgoing& outgoing) {
  EntityNotice notice{outgoing.kind, outgoing.id, std::nullopt, outgoing.to.subscriptions};
  if (outgoing.entity) notice.entity = *outgoing.entity;
  return notice;
}

Result<UssChange> Uss::begin(const Asks& asks, Time now) const {
  const auto found = entities_.find(asks.id);
  const OwnEntity* own = found == entities_.end() ? nullptr : &found->second;
  if (own && own->ended) return Error{ErrorCode::conflict, named(own->kind, own->id) + " has ended; plan a new one"};
  if (own && own->kind != asks.kind) return Error{ErrorCode::conflict, to_string(asks.id) + " is " + named(own->kind, own->id) + " already"};
  if (own && own->asked) return Error{ErrorCode::conflict, named(own->kind, own->id) + " is being changed; wait for the answer of that"};
  if (!own && entities_.size() >= UssLimits::entities) return Error{ErrorCode::over_limit, fmt::format("{} plans are held already", entities_.size())};
  if (asks.particulars) {
    if (auto fault = fault_of_particulars(*asks.particulars)) return *std::move(fault);
  }
  if (auto fault = fault_of(asks.intention.details, asks.kind, asks.intention.state)) return *std::move(fault);
  if (auto fault = fault_of_step(own, asks)) return *std::move(fault);
  OwnEntity next = own ? *own : OwnEntity{};
  next.kind = asks.kind;
  next.id = asks.id;
  if (asks.particulars) next.particulars = *asks.particulars;
  next.asked = OwnEntity::Asked{false, asks.intention};
  next.changed_at = now;
  UssChange change;
  change.put.push_back(std::move(next));
  return change;
}

Result<UssChange> Uss::begin_withdrawal(EntityId id, Time now) const {
  const OwnEntity* own = find(id);
  if (!own) return Error{ErrorCode::not_found, fmt::format("there is no plan {}", to_string(id))};
  if (own->asked) return Error{ErrorCode::conflict, named(own->kind, own->id) + " is being changed; wait for the answer of that"};
  OwnEntity next = *own;
  next.asked = OwnEntity::Asked{true, {}};
  next.changed_at = now;
  UssChange change;
  change.put.push_back(std::move(next));
  return change;
}

UssChange Uss::taken(EntityId id, const ReferenceChanged& changed, Time now) const {
  const auto found = entities_.find(id);
  SKYPACT_CHECK(found != entities_.end() && found->second.asked);
  OwnEntity next = found->second;
  const OwnEntity::Asked asked = *std::exchange(next.asked, std::nullopt);
  next.changed_at = now;
  UssChange::Round round{next.kind, id, nullptr, now, next_number_, changed.subscribers};
  if (asked.withdraw) {
    next.ended = now;
  } else {
    next.held = Disclosed{changed.reference, asked.intention.details};
    round.entity = std::make_shared<const Disclosed>(*next.held);
  }
  UssChange change;
  change.put.push_back(std::move(next));
  if (!round.to.empty()) change.queued.push_back(std::move(round));
  return change;
}

UssChange Uss::not_taken(EntityId id, Time now) const {
  const auto found = entities_.find(id);
  SKYPACT_CHECK(found != entities_.end());
  UssChange change;
  if (!found->second.held) {
    change.forgotten.push_back(id);
    return change;
  }
  OwnEntity next = found->second;
  next.asked.reset();
  next.changed_at = now;
  change.put.push_back(std::move(next));
  return change;
}

UssChange Uss::time_passes(Time now) const {
  UssChange change;
  for (const auto& [id, own] : entities_) {
    if (own.asked) continue;
    if (own.ended && *own.ended + UssLimits::kept_after_end <= now) {
      change.forgotten.push_back(id);
    } else if (!own.ended && own.held && own.held->reference.time.to <= now) {
      change.put.push_back(own);
      change.put.back().ended = own.held->reference.time.to;
    }
  }
  return change;
}

UssChange Uss::given_up(std::uint64_t number, Time now, std::string why) const {
  UssChange change;
  change.given_up.push_back({number, now, std::move(why)});
  std::size_t dead = 0;
  for (const auto& [other, outgoing] : outgoing_) dead += outgoing.given_up ? 1 : 0;
  for (const auto& [other, outgoing] : outgoing_) {
    if (dead < UssLimits::dead) break;
    if (!outgoing.given_up) continue;
    change.settled.push_back(other);
    --dead;
  }
  return change;
}

void Uss::apply(const UssChange& change) {
  for (const OwnEntity& own : change.put) entities_.insert_or_assign(own.id, own);
  for (const EntityId id : change.forgotten) entities_.erase(id);
  for (const UssChange::Round& round : change.queued) {
    std::uint64_t number = round.first;
    for (const Subscriber& to : round.to) {
      outgoing_.insert_or_assign(number, Outgoing{number, to, round.kind, round.id, round.entity, round.queued_at, {}, {}});
      ++number;
    }
    next_number_ = std::max(next_number_, number);
  }
  for (const UssChange::GivenUp& one : change.given_up) {
    const auto found = outgoing_.find(one.number);
    if (found == outgoing_.end()) continue;
    found->second.given_up = one.at;
    found->second.why = one.why;
  }
  for (const std::uint64_t number : change.settled) {
    outgoing_.erase(number);
    next_number_ = std::max(next_number_, number + 1);
  }
}

void Uss::whole(const std::function<void(const UssChange&)>& piece) const {
  for (const auto& [id, own] : entities_) {
    UssChange change;
    change.put.push_back(own);
    piece(change);
  }
  for (const auto& [number, outgoing] : outgoing_) {
    UssChange change;
    change.queued.push_back({outgoing.kind, outgoing.id, outgoing.entity, outgoing.queued_at, number, {outgoing.to}});
    if (outgoing.given_up) change.given_up.push_back({number, *outgoing.given_up, outgoing.why});
    piece(change);
  }
  // Numbers are not given twice.
  UssChange last;
  last.settled.push_back(next_number_ - 1);
  if (!outgoing_.contains(next_number_ - 1)) piece(last);
}

const OwnEntity* Uss::find(EntityId id) const {
  const auto found = entities_.find(id);
  return found == entities_.end() || found->second.ended ? nullptr : &found->second;
}

const Disclosed* Uss::disclosed(Kind kind, EntityId id) const {
  const OwnEntity* own = find(id);
  return own && own->kind == kind && own->held ? &*own->held : nullptr;
}

std::vector<EntityId> Uss::met_by(const Disclosed& entity) const {
  const std::vector<Volume> theirs = whole_of(entity.details);
  std::vector<EntityId> met;
  for (const auto& [id, own] : entities_) {
    if (own.kind != Kind::operational_intent || own.ended || !own.held || id == entity.reference.id) continue;
    const Interval<Time>& mine = own.held->reference.time;
    if (mine.from >= entity.reference.time.to || mine.to <= entity.reference.time.from) continue;
    if (intersects(whole_of(own.held->details), theirs)) met.push_back(id);
  }
  return met;
}

}  // namespace skypact::plan
