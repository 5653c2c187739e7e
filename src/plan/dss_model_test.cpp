// Random requests of several managers, each answered by the DSS and by a model of it that is as simple as can be: maps, and loops over
// everything. Every answer is compared, and so is what the recorded changes make of nothing.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "base/random.h"
#include "plan/cells.h"
#include "plan/dss.h"
#include "plan/test_areas.h"
#include "plan/test_dss.h"

namespace skypact::plan::test {
namespace {

constexpr Kind intent = Kind::operational_intent, constraint = Kind::constraint, subscription = Kind::subscription;

// What an area touches, remembered with it: the tests use few areas many times.
struct Place {
  Area area;
  std::set<std::uint64_t> cells;
};

struct Reach {
  std::set<std::uint64_t> cells;
  Interval<Time> time{Time::max(), Time::min()};
  double lower = std::numeric_limits<double>::infinity(), upper = -std::numeric_limits<double>::infinity();

  void add(const Reach& other) {
    cells.insert(other.cells.begin(), other.cells.end());
    time = {std::min(time.from, other.time.from), std::max(time.to, other.time.to)};
    lower = std::min(lower, other.lower), upper = std::max(upper, other.upper);
  }
  [[nodiscard]] bool meets(const Reach& other) const {
    return time.from <= other.time.to && other.time.from <= time.to && lower <= other.upper && other.lower <= upper &&
           std::any_of(cells.begin(), cells.end(), [&](std::uint64_t cell) { return other.cells.count(cell) > 0; });
  }
  [[nodiscard]] bool covers(const Reach& other) const {
    return time.from <= other.time.from && other.time.to <= time.to && lower <= other.lower && other.upper <= upper &&
           std::includes(cells.begin(), cells.end(), other.cells.begin(), other.cells.end());
  }
};

struct ModelEntity {
  std::string manager, ovn;
  int version = 0;
  IntentState state = IntentState::accepted;
  std::optional<EntityId> subscription;
  std::vector<Volume> volumes;
  Reach reach;
};
struct ModelSubscription {
  std::string manager, version, url;
  int index = 0;
  bool intents = false, constraints = false, implicit = false;
  Reach reach;
};

std::string shown(const Reference& r) {
  return fmt::format("{} {} {} v{} {} {} {} {} {}\n", to_string(r.id), r.manager, to_string(r.availability), r.version, to_string(r.state), r.ovn,
                     r.subscription ? to_string(*r.subscription) : "-", exact_time(r.time.from), exact_time(r.time.to));
}
std::string shown(const std::vector<Reference>& references) {
  std::string text;
  for (const Reference& r : references) text += shown(r);
  return text;
}
std::string shown(const SubscriptionView& s) {
  std::string text = fmt::format("{} {} {} {} {} {} {}{}{}", to_string(s.id), s.version, s.notification_index, exact_time(s.time.from), exact_time(s.time.to), s.uss_base_url,
                                 s.notify_for_intents, s.notify_for_constraints, s.implicit);
  for (const EntityId d : s.dependents) text += ' ' + to_string(d);
  return text + '\n';
}
struct Shown {
  std::string operator()(const ReferencesFound& r) const { return "found " + shown(r.references); }
  std::string operator()(const ReferenceGot& r) const { return "got " + shown(r.reference); }
  std::string operator()(const ReferenceChanged& r) const {
    std::string text = fmt::format("changed {} ", static_cast<int>(r.outcome)) + shown(r.reference);
    for (const Subscriber& s : r.subscribers) {
      text += s.uss_base_url;
      for (const std::string& manager : s.managers) text += ' ' + manager;
      for (const SubscriptionState& state : s.subscriptions) text += fmt::format(" {}:{}", to_string(state.id), state.notification_index);
      text += '\n';
    }
    return text;
  }
  std::string operator()(const SubscriptionsFound& r) const {
    std::string text = "found ";
    for (const SubscriptionView& s : r.subscriptions) text += shown(s);
    return text;
  }
  std::string operator()(const SubscriptionGot& r) const { return "got " + shown(r.subscription); }
  std::string operator()(const SubscriptionPut& r) const { return "put " + shown(r.subscription) + shown(r.intents) + shown(r.constraints); }
  std::string operator()(const AirspaceConflict& r) const { return "missing " + shown(r.missing_intents) + shown(r.missing_constraints); }
  std::string operator()(const AvailabilityGot& r) const { return fmt::format("{} {} {}", r.uss, to_string(r.availability), r.version); }
};
std::string shown(const Result<Decision>& decision) {
  if (!decision) return fmt::format("error {}", status_of(decision.error().code));
  return std::visit(Shown{}, decision->response);
}

class Model {
 public:
  Model(ConflictRule rule, const std::vector<Place>& places) : rule_(rule), places_(places) {}

  // What must be answered. Names that the DSS is free to choose are taken from its answer.
  std::string answer(const Request& request, const Caller& caller, Time now, const Result<Decision>& actual) {
    now_ = now;
    caller_ = caller;
    actual_ = actual ? &actual->response : nullptr;
    return std::visit([&](const auto& r) { return on(r); }, request);
  }

  [[nodiscard]] Reach reach_of(const std::vector<Volume>& volumes) const {
    Reach reach;
    for (const Volume& v : volumes) {
      Reach one{cells_of_area(v.area), v.time, v.lower_m.value_or(-std::numeric_limits<double>::infinity()), v.upper_m.value_or(std::numeric_limits<double>::infinity())};
      reach.add(one);
    }
    return reach;
  }

  std::map<EntityId, ModelEntity> intents, constraints;
  std::map<EntityId, ModelSubscription> subscriptions;
  std::map<std::string, std::pair<Availability, std::string>> availabilities;

  [[nodiscard]] bool conflict(const ModelEntity& e, const std::vector<Volume>& volumes, const Reach& reach) const {
    return rule_ == ConflictRule::by_cells ? e.reach.meets(reach) : intersects(e.volumes, volumes);
  }

 private:
  struct Written {
    std::string key, answer;
    Kind kind;
    EntityId id;
    std::string uss, version;   // "": deleted
  };

  static std::string error(int status) { return fmt::format("error {}", status); }
  template <class Table>
  auto* alive(Table& table, EntityId id) const {
    const auto found = table.find(id);
    return found != table.end() && found->second.reach.time.to > now_ ? &found->second : nullptr;
  }
  std::map<EntityId, ModelEntity>& table(Kind kind) { return kind == constraint ? constraints : intents; }
  [[nodiscard]] std::set<std::uint64_t> cells_of_area(const Area& area) const {
    for (const Place& place : places_) {
      const auto a = place.area.outline(), b = area.outline();
      const bool same = place.area.radius_m() == area.radius_m() && a.size() == b.size() &&
                        std::equal(a.begin(), a.end(), b.begin(), [](LatLng x, LatLng y) { return x.lat_deg == y.lat_deg && x.lon_deg == y.lon_deg; });
      if (same) return place.cells;
    }
    ADD_FAILURE() << "an area of which nothing is known";
    return {};
  }
  Availability availability(const std::string& uss) const {
    const auto found = availabilities.find(uss);
    return found == availabilities.end() ? Availability::unknown : found->second.first;
  }
  Reference reference(Kind kind, EntityId id, const ModelEntity& e, const std::string& viewer) const {
    return {kind, id, e.manager, availability(e.manager), e.version, viewer == e.manager ? e.ovn : "", e.state, e.subscription, e.reach.time, ""};
  }
  SubscriptionView view(EntityId id, const ModelSubscription& s) const {
    SubscriptionView v{id, s.version, s.index, s.reach.time, s.url, s.intents, s.constraints, s.implicit, {}};
    for (const auto& [other, e] : intents) {
      if (e.subscription == id && e.reach.time.to > now_) v.dependents.push_back(other);
    }
    return v;
  }

  std::string on(const Query& query) {
    if (query.area.time.to <= now_) return error(400);
    const std::vector<Volume> area{query.area};
    const Reach reach = reach_of(area);
    if (query.kind == subscription) {
      SubscriptionsFound found;
      for (const auto& [id, s] : subscriptions) {
        if (s.manager == caller_.manager && s.reach.time.to > now_ && s.reach.meets(reach)) found.subscriptions.push_back(view(id, s));
      }
      return Shown{}(found);
    }
    ReferencesFound found;
    for (const auto& [id, e] : table(query.kind)) {
      if (e.reach.time.to > now_ && conflict(e, area, reach)) found.references.push_back(reference(query.kind, id, e, caller_.manager));
    }
    return Shown{}(found);
  }

  std::string on(const Get& get) {
    if (get.kind == subscription) {
      const auto* s = alive(subscriptions, get.id);
      if (!s) return error(404);
      return s->manager == caller_.manager ? Shown{}(SubscriptionGot{view(get.id, *s)}) : error(403);
    }
    const auto* e = alive(table(get.kind), get.id);
    return e ? Shown{}(ReferenceGot{reference(get.kind, get.id, *e, caller_.manager)}) : error(404);
  }

  std::string on(const GetAvailability& get) {
    const auto found = availabilities.find(get.uss);
    return found == availabilities.end() ? get.uss + " Unknown " : fmt::format("{} {} {}", get.uss, to_string(found->second.first), found->second.second);
  }

  // A request that was answered before, as long as nothing has happened since to what it wrote.
  std::optional<std::string> repeated(const std::string& key) {
    const auto found = std::find_if(written_.rbegin(), written_.rend(), [&](const Written& w) { return w.key == key; });
    if (found == written_.rend()) return std::nullopt;
    std::string current;
    if (!found->uss.empty()) {
      current = availabilities[found->uss].second;
    } else if (found->kind == subscription) {
      if (const auto* s = alive(subscriptions, found->id)) current = s->version;
    } else if (const auto* e = alive(table(found->kind), found->id)) {
      current = e->ovn;
    }
    return current == found->version ? std::optional(found->answer) : std::nullopt;
  }
  std::string key(std::string_view what, EntityId id, const std::optional<std::string>& version, const ledger::Hash& content) const {
    return fmt::format("{} {} {} {} {}", caller_.manager, what, to_string(id), version ? *version : "", ledger::to_base64(content));
  }

  template <class Record>
  int fault(const Record* old, const std::string& current, const std::optional<std::string>& given) const {
    if (!old) return given ? 404 : 0;
    if (!given) return 409;
    if (old->manager != caller_.manager) return 403;
    return current == *given ? 0 : 409;
  }

  // Those told of a change, with the index that they have then.
  std::vector<Subscriber> told(Kind kind, const std::vector<const Reach*>& reaches, std::optional<EntityId> always_told, std::optional<EntityId> gone) {
    std::map<std::string, std::pair<std::set<std::string>, std::vector<SubscriptionState>>> by_url;
    for (auto& [id, s] : subscriptions) {
      const bool asks = kind == constraint ? s.constraints : s.intents;
      bool near = id == always_told;
      for (const Reach* reach : reaches) near = near || (asks && s.reach.time.to > now_ && s.reach.meets(*reach));
      if (!near || id == gone) continue;
      auto& entry = by_url[s.url];
      entry.first.insert(s.manager);
      entry.second.push_back({id, ++s.index});
    }
    std::vector<Subscriber> subscribers;
    for (const auto& [url, entry] : by_url) subscribers.push_back({url, {entry.first.begin(), entry.first.end()}, entry.second});
    return subscribers;
  }

  // With every write: what has ended goes, and implicit subscriptions are what their intents need.
  void settle() {
    const auto drop = [&](auto& from) { std::erase_if(from, [&](const auto& one) { return one.second.reach.time.to <= now_; }); };
    drop(intents), drop(constraints);
    for (auto& [id, s] : subscriptions) {
      if (!s.implicit) continue;
      Reach reach;
      for (const auto& [other, e] : intents) {
        if (e.subscription == id) reach.add(e.reach);
      }
      s.reach = reach;
    }
    drop(subscriptions);
  }

  bool only_for(EntityId sub, EntityId id) const {
    const auto found = subscriptions.find(sub);
    return found != subscriptions.end() && found->second.implicit && std::all_of(intents.begin(), intents.end(), [&](const auto& one) {
      return one.first == id || one.second.subscription != sub || one.second.reach.time.to <= now_;
    });
  }

  std::string on(const PutIntent& put) {
    const bool off_plan = put.state == IntentState::nonconforming || put.state == IntentState::contingent;
    if (off_plan && !caller_.conformance_monitoring) return error(403);
    if (put.subscription && put.new_subscription) return error(400);
    if (put.state != IntentState::accepted && !put.subscription && !put.new_subscription) return error(400);
    const std::string k = key("intent", put.id, put.ovn, put.content);
    if (const auto again = repeated(k)) return *again;
    ModelEntity* old = alive(intents, put.id);
    if (const int status = fault(old, old ? old->ovn : "", put.ovn)) return error(status);
    if (!old && put.state != IntentState::accepted) return error(400);
    if (old && old->state == IntentState::contingent && put.state != IntentState::contingent) return error(400);
    if (old && old->state == IntentState::nonconforming && put.state == IntentState::accepted) return error(400);
    if (!off_plan && availability(caller_.manager) == Availability::down) return error(412);
    const Reach reach = reach_of(put.extents);
    if (reach.time.to <= now_ || reach.time.to > now_ + hours(24 * 30)) return error(400);
    bool for_constraints = put.new_subscription && put.new_subscription->notify_for_constraints;
    if (put.subscription) {
      const ModelSubscription* s = alive(subscriptions, *put.subscription);
      if (!s) return error(400);
      if (s->manager != caller_.manager) return error(403);
      if (!s->intents || (!s->implicit && !s->reach.covers(reach))) return error(400);
      for_constraints = s->constraints;
    }
    if (!off_plan) {
      const AirspaceConflict missing = missing_of(put, reach, for_constraints);
      if (!missing.missing_intents.empty() || !missing.missing_constraints.empty()) return Shown{}(missing);
    }
    const auto* changed = actual_ ? std::get_if<ReferenceChanged>(actual_) : nullptr;
    if (!changed) return "an intent that is put";
    const std::optional<EntityId> sub = put.new_subscription ? changed->reference.subscription : put.subscription;
    if (put.new_subscription && !put_implicit(put, old, sub)) return "a subscription of its own";
    std::optional<EntityId> gone;
    if (old && old->subscription && old->subscription != sub && only_for(*old->subscription, put.id)) gone = old->subscription;

    const std::vector<const Reach*> reaches = old ? std::vector<const Reach*>{&old->reach, &reach} : std::vector<const Reach*>{&reach};
    ModelEntity now{caller_.manager, changed->reference.ovn, old ? old->version + 1 : 1, put.state, sub, put.extents, reach};
    if (now.ovn.empty() || (old && now.ovn == old->ovn)) return "an OVN that is new";
    auto subscribers = told(intent, reaches, sub, gone);
    const std::string text = Shown{}(ReferenceChanged{reference(intent, put.id, now, caller_.manager), subscribers, old ? Outcome::updated : Outcome::created});
    written_.push_back({k, text, intent, put.id, "", now.ovn});
    intents[put.id] = std::move(now);
    if (gone) subscriptions.erase(*gone);
    settle();
    return text;
  }

  AirspaceConflict missing_of(const PutIntent& put, const Reach& reach, bool for_constraints) const {
    AirspaceConflict missing;
    const auto known = [&](const ModelEntity& e) { return std::find(put.key.begin(), put.key.end(), e.ovn) != put.key.end(); };
    for (const auto& [id, e] : intents) {
      const bool exempt = e.state == IntentState::accepted && availability(e.manager) == Availability::down;
      if (id == put.id || e.reach.time.to <= now_ || exempt || known(e) || !conflict(e, put.extents, reach)) continue;
      missing.missing_intents.push_back(reference(intent, id, e, caller_.manager));
    }
    for (const auto& [id, e] : constraints) {
      if (!for_constraints || e.reach.time.to <= now_ || known(e) || !conflict(e, put.extents, reach)) continue;
      missing.missing_constraints.push_back(reference(constraint, id, e, caller_.manager));
    }
    return missing;
  }

  // The implicit subscription that the intent has after this: its own before, or one that is new. It reaches nothing yet.
  bool put_implicit(const PutIntent& put, const ModelEntity* old, const std::optional<EntityId>& sub) {
    if (!sub) return false;
    const bool own = old && old->subscription && alive(subscriptions, *old->subscription) && only_for(*old->subscription, put.id);
    if (own != (old && old->subscription == sub)) return false;
    if (!own && subscriptions.count(*sub)) return false;
    ModelSubscription& s = subscriptions[*sub];
    const bool changes = !own || s.url != put.new_subscription->uss_base_url || s.constraints != put.new_subscription->notify_for_constraints;
    s.manager = caller_.manager, s.url = put.new_subscription->uss_base_url;
    s.intents = true, s.constraints = put.new_subscription->notify_for_constraints, s.implicit = true;
    if (changes) s.version = "?";   // learnt when it is seen
    return true;
  }

  std::string on(const PutConstraint& put) {
    const std::string k = key("constraint", put.id, put.ovn, put.content);
    if (const auto again = repeated(k)) return *again;
    ModelEntity* old = alive(constraints, put.id);
    if (const int status = fault(old, old ? old->ovn : "", put.ovn)) return error(status);
    const Reach reach = reach_of(put.extents);
    if (reach.time.to <= now_ || reach.time.to > now_ + hours(24 * 56) || reach.time.to - reach.time.from > hours(24)) return error(400);
    const auto* changed = actual_ ? std::get_if<ReferenceChanged>(actual_) : nullptr;
    if (!changed) return "a constraint that is put";
    const std::vector<const Reach*> reaches = old ? std::vector<const Reach*>{&old->reach, &reach} : std::vector<const Reach*>{&reach};
    ModelEntity now{caller_.manager, changed->reference.ovn, old ? old->version + 1 : 1, {}, {}, put.extents, reach};
    auto subscribers = told(constraint, reaches, {}, {});
    const std::string text = Shown{}(ReferenceChanged{reference(constraint, put.id, now, caller_.manager), subscribers, old ? Outcome::updated : Outcome::created});
    written_.push_back({k, text, constraint, put.id, "", now.ovn});
    constraints[put.id] = std::move(now);
    settle();
    return text;
  }

  std::string on(const PutSubscription& put) {
    if (!put.notify_for_intents && !put.notify_for_constraints) return error(400);
    const std::string k = key("subscription", put.id, put.version, put.content);
    if (const auto again = repeated(k)) return *again;
    ModelSubscription* old = alive(subscriptions, put.id);
    if (const int status = fault(old, old ? old->version : "", put.version)) return error(status);
    const Time from = put.starts ? *put.starts : old ? old->reach.time.from : now_;
    if (!(old && old->reach.time.from == from) && from < now_ - minutes(5)) return error(400);
    const Time to = put.ends ? *put.ends : old && !put.starts ? old->reach.time.to : from + hours(24);
    if (to <= now_ || to <= from || to - from > hours(24)) return error(400);
    Reach reach = reach_of({put.extents});
    reach.time = {from, to};
    for (const auto& [id, e] : intents) {
      if (old && e.subscription == put.id && e.reach.time.to > now_ && !(put.notify_for_intents && reach.covers(e.reach))) return error(400);
    }
    const auto* answered = actual_ ? std::get_if<SubscriptionPut>(actual_) : nullptr;
    if (!answered) return "a subscription that is put";
    ModelSubscription now{caller_.manager, answered->subscription.version, put.uss_base_url, old ? old->index : 0, put.notify_for_intents, put.notify_for_constraints, false, reach};
    SubscriptionPut answer{view(put.id, now), {}, {}};
    for (const auto& [id, e] : intents) {
      if (now.intents && e.reach.time.to > now_ && e.reach.meets(reach)) answer.intents.push_back(reference(intent, id, e, caller_.manager));
    }
    for (const auto& [id, e] : constraints) {
      if (now.constraints && e.reach.time.to > now_ && e.reach.meets(reach)) answer.constraints.push_back(reference(constraint, id, e, caller_.manager));
    }
    const std::string text = Shown{}(answer);
    written_.push_back({k, text, subscription, put.id, "", now.version});
    subscriptions[put.id] = std::move(now);
    settle();
    return text;
  }

  std::string on(const Delete& removal) {
    if (removal.kind == intent && availability(caller_.manager) == Availability::down) return error(412);
    const std::string k = key(fmt::format("delete {}", static_cast<int>(removal.kind)), removal.id, removal.version, {});
    if (const auto again = repeated(k)) return *again;
    if (removal.kind == subscription) return delete_subscription(removal, k);
    ModelEntity* old = alive(table(removal.kind), removal.id);
    if (const int status = fault(old, old ? old->ovn : "", removal.version)) return error(status);
    std::optional<EntityId> gone;
    if (old->subscription && only_for(*old->subscription, removal.id)) gone = old->subscription;
    auto subscribers = told(removal.kind, {&old->reach}, {}, gone);
    const std::string text = Shown{}(ReferenceChanged{reference(removal.kind, removal.id, *old, caller_.manager), subscribers, Outcome::deleted});
    written_.push_back({k, text, removal.kind, removal.id, "", ""});
    table(removal.kind).erase(removal.id);
    if (gone) subscriptions.erase(*gone);
    settle();
    return text;
  }

  std::string delete_subscription(const Delete& removal, const std::string& k) {
    ModelSubscription* old = alive(subscriptions, removal.id);
    if (const int status = fault(old, old ? old->version : "", removal.version)) return error(status);
    if (!view(removal.id, *old).dependents.empty()) return error(400);
    const std::string text = Shown{}(SubscriptionGot{view(removal.id, *old)});
    written_.push_back({k, text, subscription, removal.id, "", ""});
    subscriptions.erase(removal.id);
    settle();
    return text;
  }

  std::string on(const PutAvailability& put) {
    const std::string k = fmt::format("{} availability {} {} {}", caller_.manager, put.uss, to_string(put.availability), put.old_version);
    if (const auto again = repeated(k)) return *again;
    if (availabilities[put.uss].second != put.old_version) return error(409);
    const auto* answered = actual_ ? std::get_if<AvailabilityGot>(actual_) : nullptr;
    if (!answered) return "an availability that is put";
    availabilities[put.uss] = {put.availability, answered->version};
    const std::string text = Shown{}(AvailabilityGot{put.uss, put.availability, answered->version});
    written_.push_back({k, text, intent, {}, put.uss, answered->version});
    settle();
    return text;
  }

  ConflictRule rule_;
  const std::vector<Place>& places_;
  std::vector<Written> written_;
  Time now_;
  Caller caller_;
  const Response* actual_ = nullptr;
};

struct Kinds {
  std::uint64_t seed = 1;
  ConflictRule rule = ConflictRule::exact;
  int steps = 1'000;
  unsigned ids = 12;
  double spread_m = 1'000;
  std::size_t places = 20;
  Duration span = hours(3);   // over which they plan
  Duration pace = minutes(3); // between requests, at most
};

class Play {
 public:
  explicit Play(const Kinds& kinds)
      : kinds_(kinds), random_(kinds.seed), places_(random_places()), dss_({.salt = "salt", .conflicts = kinds.rule}), model_(kinds.rule, places_) {}

  void run() {
    for (int n = 0; n < kinds_.steps; ++n) {
      now_ += Duration(static_cast<std::int64_t>(random_.below(static_cast<std::uint64_t>(kinds_.pace.count()))));
      if (random_.chance(0.3)) now_ = std::chrono::ceil<minutes>(now_);   // so that ends are met to the nanosecond
      if (random_.chance(0.08) && last_) {
        ASSERT_NO_FATAL_FAILURE(ask(last_->first, last_->second, n));
      } else {
        const Caller caller = uss(fmt::format("uss{}", random_.below(3)));
        const Request request = random_request(caller);
        ASSERT_NO_FATAL_FAILURE(ask(request, caller, n));
        if (random_.chance(0.5)) last_.emplace(request, caller);
      }
      if (n % (kinds_.steps / 3) == 1) {
        ASSERT_NO_FATAL_FAILURE(replay());
      }
    }
    ASSERT_NO_FATAL_FAILURE(replay());
    for (const std::string_view needed : {"changed 0", "changed 1", "changed 2", "missing", "put", "found", "got", "error 400", "error 403", "error 404", "error 409"}) {
      EXPECT_GT(seen_[std::string(needed)], 0) << "nothing was " << needed;
    }
  }

 private:
  std::vector<Place> random_places() {
    std::vector<Place> places;
    const LatLng middle{46.5, 7.5};
    while (places.size() < kinds_.places) {
      const LatLng at = away(middle, random_.uniform(0, 360), random_.uniform(0, kinds_.spread_m));
      Area area = random_.chance(0.3) ? circle(at, random_.uniform(50, 800)) : polygon(star(random_, at, 3 + random_.below(8), 200, 1'200));
      const auto cells = *cells_of(area);
      places.push_back({std::move(area), {cells.begin(), cells.end()}});
    }
    return places;
  }

  // Grids, so that bounds often meet exactly.
  Volume random_volume() {
    const double lower = 50 * static_cast<double>(random_.below(5));
    const Time from = std::chrono::floor<minutes>(now_) + minutes(10) * (static_cast<int>(random_.below(static_cast<std::uint64_t>(kinds_.span / minutes(10)))) - 2);
    return {places_[random_.below(places_.size())].area, lower, lower + 50 * static_cast<double>(1 + random_.below(2)),
            {from, from + minutes(10) * static_cast<int>(1 + random_.below(6))}};
  }
  std::vector<Volume> random_volumes() {
    std::vector<Volume> volumes{random_volume()};
    while (random_.chance(0.25)) volumes.push_back(random_volume());
    return volumes;
  }
  ledger::Hash new_content() { return ledger::sha256(ledger::as_bytes(std::to_string(++contents_))); }
  EntityId random_id() { return entity(static_cast<unsigned>(random_.below(kinds_.ids))); }

  template <class Table>
  std::optional<std::string> version_of(const Table& table, EntityId id) {
    const auto found = table.find(id);
    if (random_.chance(0.05)) return random_.chance(0.5) ? std::optional<std::string>("stale") : std::nullopt;
    if (found == table.end()) return std::nullopt;
    if constexpr (requires { found->second.ovn; }) return found->second.ovn;
    else return found->second.version;
  }
  // Somebody's who mostly is its manager: requests of the others are refused at once.
  template <class Table>
  EntityId own_id(const Table& table, const Caller& caller) {
    EntityId some = random_id();
    for (int k = 0; k < 4; ++k, some = random_id()) {
      const auto found = table.find(some);
      if (found == table.end() || found->second.manager == caller.manager) break;
    }
    return some;
  }

  Request random_request(const Caller& caller) {
    const auto kind = static_cast<Kind>(random_.below(3));
    switch (random_.below(12)) {
      case 0: return Query{kind, random_query()};
      case 1: return Get{kind, kind == subscription && random_.chance(0.5) ? random_subscription() : random_id()};
      case 2: return random_delete(kind, caller);
      case 3: return random_constraint(caller);
      case 4: return random_put_subscription(caller);
      case 5: return random_availability();
      default: return random_intent(caller);
    }
  }
  Volume random_query() {
    Volume volume = random_volume();
    if (random_.chance(0.3)) volume.lower_m.reset();
    if (random_.chance(0.3)) volume.upper_m.reset();
    if (random_.chance(0.3)) volume.time = always;
    return volume;
  }
  EntityId random_subscription() {
    if (model_.subscriptions.empty()) return random_id();
    return std::next(model_.subscriptions.begin(), static_cast<std::ptrdiff_t>(random_.below(model_.subscriptions.size())))->first;
  }
  // Versions of implicit subscriptions are told only where they are asked for.
  void learn(EntityId id) {
    const auto found = model_.subscriptions.find(id);
    if (found == model_.subscriptions.end() || found->second.version != "?") return;
    const auto got = dss_.decide(Get{subscription, id}, uss(found->second.manager), now_);
    if (got) found->second.version = std::get<SubscriptionGot>(got->response).subscription.version;
  }
  Request random_delete(Kind kind, const Caller& caller) {
    if (kind == subscription) {
      const EntityId id = random_subscription();
      return Delete{kind, id, version_of(model_.subscriptions, id).value_or("none")};
    }
    const auto& table = kind == constraint ? model_.constraints : model_.intents;
    const EntityId id = own_id(table, caller);
    return Delete{kind, id, version_of(table, id).value_or("none")};
  }
  Request random_constraint(const Caller& caller) {
    const EntityId id = own_id(model_.constraints, caller);
    return PutConstraint{id, version_of(model_.constraints, id), random_volumes(), "https://c.example", new_content()};
  }
  Request random_put_subscription(const Caller& caller) {
    const EntityId id = random_.chance(0.1) ? random_subscription() : own_id(model_.subscriptions, caller);
    PutSubscription put{id, version_of(model_.subscriptions, id), random_query(), {}, {}, fmt::format("https://s{}.example", random_.below(3)), random_.chance(0.8),
                        random_.chance(0.5), new_content()};
    if (random_.chance(0.7)) put.starts = std::chrono::floor<minutes>(now_) - minutes(random_.chance(0.9) ? 0 : 9);
    if (random_.chance(0.7)) put.ends = std::chrono::floor<minutes>(now_) + hours(1 + static_cast<int>(random_.below(25)));
    put.extents.time = {put.starts.value_or(Time::min()), put.ends.value_or(Time::max())};
    if (random_.chance(0.6)) put.extents.lower_m.reset(), put.extents.upper_m.reset();
    return put;
  }
  Request random_availability() {
    const std::string name = fmt::format("uss{}", random_.below(3));
    if (random_.chance(0.3)) return GetAvailability{name};
    const auto found = model_.availabilities.find(name);
    const auto state = random_.chance(0.25) ? Availability::down : Availability::normal;
    return PutAvailability{name, state, found == model_.availabilities.end() ? "" : found->second.second};
  }
  Request random_intent(const Caller& caller) {
    const EntityId id = own_id(model_.intents, caller);
    PutIntent put;
    put.id = id, put.ovn = version_of(model_.intents, id), put.extents = random_volumes();
    put.state = put.ovn && random_.chance(0.5) ? static_cast<IntentState>(random_.below(4)) : IntentState::accepted;
    put.uss_base_url = "https://i.example";
    put.content = new_content();
    if (random_.chance(0.5)) put.new_subscription = NewSubscription{fmt::format("https://n{}.example", random_.below(2)), random_.chance(0.5)};
    if (!put.new_subscription && random_.chance(0.6)) put.subscription = random_subscription();
    const Reach reach = model_.reach_of(put.extents);
    const double knows = random_.chance(0.7) ? 1 : random_.uniform(0, 1);
    for (const auto* table : {&model_.intents, &model_.constraints}) {
      for (const auto& [other, e] : *table) {
        if (random_.chance(knows) && model_.conflict(e, put.extents, reach)) put.key.push_back(e.ovn);
      }
    }
    return put;
  }

  void ask(const Request& request, Caller caller, int step) {
    for (const auto& [id, s] : std::map(model_.subscriptions)) learn(id);
    if (random_.chance(0.05)) caller.conformance_monitoring = false;
    const auto actual = dss_.decide(request, caller, now_);
    const std::string expected = model_.answer(request, caller, now_, actual);
    ASSERT_EQ(shown(actual), expected) << "seed " << kinds_.seed << ", step " << step;
    const bool two_words = expected.starts_with("error") || expected.starts_with("changed");
    ++seen_[expected.substr(0, expected.find(' ', two_words ? expected.find(' ') + 1 : 0))];
    if (actual && actual->change) {
      journal_.push_back(to_json(*actual->change));
      dss_.apply(*actual->change);
    }
  }

  void replay() {
    Dss again({.salt = "another"});
    for (const std::string& line : journal_) {
      const auto change = read_change(line);
      ASSERT_TRUE(change) << change.error().message;
      ASSERT_EQ(to_json(*change), line);
      again.apply(*change);
    }
    ASSERT_EQ(whole_of(again), whole_of(dss_)) << "seed " << kinds_.seed;
    if (journal_.empty()) return;
    Dss whole;
    apply_lines(whole, whole_of(dss_));
    ASSERT_EQ(whole_of(whole), whole_of(dss_));
    if (!last_) return;
    const auto one = dss_.decide(last_->first, last_->second, now_), other = again.decide(last_->first, last_->second, now_);
    if (one && !one->change) {
      ASSERT_EQ(shown(other), shown(one)) << "what is asked again is known again";
    }
  }

  Kinds kinds_;
  Random random_;
  std::vector<Place> places_;
  Dss dss_;
  Model model_;
  Time now_ = noon;
  std::uint64_t contents_ = 0;
  std::optional<std::pair<Request, Caller>> last_;
  std::vector<std::string> journal_;
  std::map<std::string, int> seen_;
};

TEST(DssModel, AnswersAlikeInABusyPlace) {
  for (std::uint64_t seed = 1; seed <= 12; ++seed) Play({.seed = seed}).run();
}

TEST(DssModel, AnswersAlikeByCells) {
  for (std::uint64_t seed = 21; seed <= 26; ++seed) Play({.seed = seed, .rule = ConflictRule::by_cells}).run();
}

TEST(DssModel, AnswersAlikeOverACountry) {
  for (std::uint64_t seed = 31; seed <= 34; ++seed) Play({.seed = seed, .ids = 60, .spread_m = 20'000, .places = 80, .pace = minutes(1)}).run();
}

TEST(DssModel, AnswersAlikeWhereHundredsMeet) {
  for (std::uint64_t seed = 41; seed <= 42; ++seed) {
    Play({.seed = seed, .steps = 2'500, .ids = 400, .spread_m = 1'500, .places = 30, .span = hours(12), .pace = seconds(10)}).run();
  }
}

}  // namespace
}  // namespace skypact::plan::test
