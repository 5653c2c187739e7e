#include "server/planned_watch.h"

#include <string>

#include "node/zone_constraints.h"
#include "server/log.h"
#include "server/thread_name.h"

namespace skypact::server {

PlannedWatch::PlannedWatch(PlannedWatchOptions options) : options_(options), thread_([this] { run(); }) {}

PlannedWatch::~PlannedWatch() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    changed_.notify_all();
  }
  thread_.join();
}

void PlannedWatch::run() {
  name_thread("planned");
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    lock.unlock();
    tell_clearances();
    tell_plans();
    if (options_.publishes_zones) publish_zones();
    lock.lock();
    changed_.wait_for(lock, options_.every, [&] { return stopping_; });
  }
}

void PlannedWatch::tell_clearances() {
  if (!options_.acts) return;
  const Time now = options_.watch.picture()->now;
  std::vector<StandingClearance> standing;
  if (!options_.acts->look([&](const node::Acts& acts) { standing = acts.clearances().standing(now); })) return;
  if (clearances_told_ && standing == told_clearances_) return;
  if (const auto done = options_.watch.apply(node::SetClearances{standing}); !done) {
    return log::error("the watch does not know which clearances stand", {{"why", done.error().message}});
  }
  told_clearances_ = std::move(standing);
  clearances_told_ = true;
}

// Made anew when the desk has changed, and now and then, because time ends volumes.
const std::vector<Zone>& PlannedWatch::zones(Time now) {
  constexpr Duration stay = seconds(10);
  const std::uint64_t changes = options_.uss->changes();
  if (planned_ && planned_->changes == changes && now - planned_->at < stay) return planned_->made.zones;
  const std::size_t left_out = planned_ ? planned_->made.left_out : 0;
  planned_ = {changes, now, node::planned_zones(options_.uss->entities(), options_.uss->others(), now)};
  if (planned_->made.left_out != left_out && planned_->made.left_out > 0) {
    log::error("the watch does not have all volumes of planned flights", {{"left_out", std::to_string(planned_->made.left_out)}});
  }
  return planned_->made.zones;
}

void PlannedWatch::tell_plans() {
  if (!options_.uss || !options_.uss->is_read()) return;
  const auto picture = options_.watch.picture();
  std::vector<node::FollowedFlight> followed;
  for (const auto& [id, telemetry] : options_.uss->last_heard()) {
    if (const auto entity = options_.uss->entity(id)) followed.push_back({node::flight_name(entity->particulars), entity->particulars.name, telemetry.position});
  }
  const std::vector<Zone>& now_flown = zones(picture->now);
  std::vector<guard::Contradicted> contradicted = contradictions_.look(followed, *picture);
  if (plans_told_ && now_flown == told_zones_ && contradicted == told_contradicted_) return;
  if (const auto done = options_.watch.apply(node::SetPlans{now_flown, contradicted}); !done) {
    return log::error("the watch does not have the planned flights", {{"why", done.error().message}});
  }
  told_zones_ = now_flown;
  told_contradicted_ = std::move(contradicted);
  plans_told_ = true;
}

// What the desk refuses for now is asked for again.
void PlannedWatch::publish_zones() {
  constexpr Duration every = seconds(10);
  if (!options_.uss || !options_.uss->is_read()) return;
  const auto picture = options_.watch.picture();
  const Time now = picture->now;
  if (published_at_ && now - *published_at_ < every) return;
  published_at_ = now;
  const node::ZoneConstraints made = node::zone_constraints(*picture->rules, options_.uss->setup().manager, now);
  std::map<std::string, std::string> not_published(made.left_out.begin(), made.left_out.end());
  for (const auto& [zone, why] : not_published) {
    if (!not_published_.contains(zone)) log::warn("a zone is no constraint", {{"zone", zone}, {"why", why}});
  }
  not_published_ = std::move(not_published);
  const auto ask = [&](UssDesk::Ask asked) {
    const std::string id = to_string(asked.id);
    const auto done = options_.uss->ask(std::move(asked), [id](const Result<UssDesk::Done>& answer) {
      if (!answer) log::warn("the DSS did not take the constraint of a zone", {{"id", id}, {"why", answer.error().message}});
    });
    if (!done && done.error().code != ErrorCode::conflict) log::warn("the constraint of a zone waits", {{"id", id}, {"why", done.error().message}});
  };
  std::map<plan::EntityId, plan::OwnEntity> published;
  for (plan::OwnEntity& own : options_.uss->entities()) {
    const bool is_of_zone = own.kind == plan::Kind::constraint && own.held && !own.ended && own.held->details.type == node::zone_constraint_type;
    if (is_of_zone) published.emplace(own.id, std::move(own));
  }
  for (const node::ZoneConstraint& wanted : made.wanted) {
    const auto there = published.find(wanted.id);
    const bool is_new = there == published.end();
    if (is_new || node::is_outdated(there->second.held->details, wanted, now)) {
      ask({.what = UssDesk::Ask::What::put, .kind = plan::Kind::constraint, .id = wanted.id, .particulars = wanted.particulars, .intention = {wanted.details, plan::IntentState::accepted}});
    }
    if (!is_new) published.erase(there);
  }
  for (const auto& [id, own] : published) ask({.what = UssDesk::Ask::What::withdraw, .kind = plan::Kind::constraint, .id = id});
}

}  // namespace skypact::server
