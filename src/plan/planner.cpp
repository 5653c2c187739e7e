#include "plan/planner.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "base/percent.h"
#include "plan/f3548_client.h"
#include "plan/volume_json.h"

namespace skypact::plan {
namespace {

constexpr std::string_view coordination = "utm.strategic_coordination", processing = "utm.constraint_processing", management = "utm.constraint_management",
                           monitoring = "utm.conformance_monitoring_sa",
                           coordination_with_constraints = "utm.strategic_coordination utm.constraint_processing";

std::string references_url(const UssSetup& setup, Kind kind) {
  return setup.dss_url + (kind == Kind::constraint ? "/dss/v1/constraint_references" : "/dss/v1/operational_intent_references");
}

// What a server says of itself for people, whatever it is.
std::string message_of(const Told& told) {
  const auto document = json::parse(told.body);
  const auto message = document ? document->root()["message"].as_string() : std::nullopt;
  return message ? std::string(message->substr(0, 500)) : std::string();
}

std::string status_sentence(const Told& told) {
  const std::string message = message_of(told);
  return message.empty() ? fmt::format("answered {}", told.status) : fmt::format("answered {}: {}", told.status, message);
}

// A server that may answer another time.
bool may_answer_later(const Result<Told>& told) { return !told || told->status == 429 || told->status >= 500; }

Error fault_of_dss(const Result<Told>& told) {
  if (!told) return {ErrorCode::unreachable, "the DSS: " + told.error().message};
  const std::string said = "the DSS " + status_sentence(*told);
  switch (told->status) {
    case 400: case 413: return bad_input(said);
    case 401: return {ErrorCode::refused, said + ". See how this node gets its access tokens, [uss]"};
    case 403: return {ErrorCode::refused, said};
    case 404: return {ErrorCode::not_found, said};
    case 409: return {ErrorCode::conflict, said};
    case 412: return {ErrorCode::refused, said + ". This USS is marked as down; whoever arbitrates availability must say that it is back"};
    default: return {ErrorCode::unreachable, said};
  }
}

// One plan's way into the airspace.
class Attempt {
 public:
  Attempt(PlanningWorld& world, const UssSetup& setup, const Wanted& wanted, const Disclosed* before) : world_(world), setup_(setup), wanted_(wanted), before_(before) {
    if (before) reference_ = before->reference;
  }

  Result<Looked> look();
  Result<Submitted> submit(Bars bars);

 private:
  using Key = std::pair<Kind, EntityId>;

  Result<void> discover(Kind kind, std::map<Key, Reference>& found);
  Result<std::map<Key, Reference>> discover_all();
  Result<std::vector<Disclosed>> disclose(const std::map<Key, Reference>& found, std::vector<Finding>& findings);
  [[nodiscard]] std::optional<Disclosed> known(const Reference& reference);
  Result<Told> put(const std::vector<Disclosed>& around);
  // Whether it is worth another try.
  [[nodiscard]] Result<void> learn_from(const Told& conflict);
  Result<void> learn_own_reference();
  [[nodiscard]] std::vector<Finding> judge_all(const std::vector<Disclosed>& around) const;

  PlanningWorld& world_;
  const UssSetup& setup_;
  const Wanted& wanted_;
  const Disclosed* before_;
  std::optional<Reference> reference_;     // as the DSS has it
  bool was_taken_ = false;                 // by the DSS, in an answer that was lost
  std::map<Key, Reference> demanded_;      // that the DSS said were missing
  std::set<Key> stale_;                    // whose details must be asked for once more
};

// The DSS's exact answer for each volume; what it demands beyond it, as one that compares cells would, comes with its refusal.
Result<void> Attempt::discover(Kind kind, std::map<Key, Reference>& found) {
  const std::vector<Volume> volumes = whole_of(wanted_.intention.details);
  for (std::size_t first = 0; first < volumes.size(); first += PlannerLimits::asked_at_once) {
    std::vector<Ask> asks;
    for (std::size_t i = first; i < std::min(volumes.size(), first + PlannerLimits::asked_at_once); ++i) {
      asks.push_back({"POST", references_url(setup_, kind) + "/query", body_of(Query{kind, volumes[i]}), kind == Kind::constraint ? processing : coordination});
    }
    const auto told = world_.ask(asks);
    for (std::size_t i = 0; i < told.size(); ++i) {
      if (!told[i] || told[i]->status != 200) return fault_of_dss(told[i]);
      auto references = read_references(kind, told[i]->body);
      if (!references) {
        world_.went_wrong(asks[i], told[i], references.error().message);
        return Error{ErrorCode::internal, "the DSS's answer cannot be read: " + references.error().message};
      }
      for (Reference& reference : *references) found.insert_or_assign({kind, reference.id}, std::move(reference));
    }
  }
  return {};
}

Result<std::map<Attempt::Key, Reference>> Attempt::discover_all() {
  std::map<Key, Reference> found = demanded_;
  if (auto done = discover(Kind::operational_intent, found); !done) return std::move(done).error();
  if (setup_.constraints) {
    if (auto done = discover(Kind::constraint, found); !done) return std::move(done).error();
  }
  found.erase({Kind::operational_intent, wanted_.id});
  return found;
}

std::optional<Disclosed> Attempt::known(const Reference& reference) {
  if (stale_.contains({reference.kind, reference.id})) return std::nullopt;
  auto entity = world_.known(reference.kind, reference.id);
  const bool same = entity && entity->reference.version == reference.version && !entity->reference.ovn.empty() && entity->reference.manager == reference.manager;
  return same ? entity : std::nullopt;
}

// Of all that was found, what is known or is told now. Without the details of one nobody can say that the plan is good.
Result<std::vector<Disclosed>> Attempt::disclose(const std::map<Key, Reference>& found, std::vector<Finding>& findings) {
  std::vector<Disclosed> around;
  std::vector<Reference> unknown;
  for (const auto& [key, reference] : found) {
    auto entity = known(reference);
    if (entity) around.push_back(*std::move(entity));
    else unknown.push_back(reference);
  }
  std::vector<Error> errors;
  for (int attempt = 0; attempt < PlannerLimits::detail_attempts && !unknown.empty(); ++attempt) {
    if (attempt > 0) world_.pause(PlannerLimits::first_pause * (1 << attempt));
    errors.clear();
    std::vector<Reference> left;
    for (std::size_t first = 0; first < unknown.size(); first += PlannerLimits::asked_at_once) {
      std::vector<Ask> asks;
      const std::size_t end = std::min(unknown.size(), first + PlannerLimits::asked_at_once);
      for (std::size_t i = first; i < end; ++i) {
        const bool constraint = unknown[i].kind == Kind::constraint;
        asks.push_back({"GET", unknown[i].uss_base_url + (constraint ? "/uss/v1/constraints/" : "/uss/v1/operational_intents/") + to_string(unknown[i].id), "",
                        constraint ? processing : coordination});
      }
      const auto told = world_.ask(asks);
      for (std::size_t i = 0; i < told.size(); ++i) {
        const Reference& reference = unknown[first + i];
        auto entity = !told[i] ? Result<Disclosed>(told[i].error())
                               : told[i]->status != 200 ? Result<Disclosed>(bad_input(status_sentence(*told[i]))) : read_disclosed(reference.kind, told[i]->body);
        const auto fault = entity ? fault_of(*entity, reference) : std::optional<Error>(entity.error());
        if (!fault) {
          stale_.erase({reference.kind, reference.id});
          world_.learned(*entity);
          around.push_back(*std::move(entity));
          continue;
        }
        errors.push_back(*fault);
        left.push_back(reference);
        if (attempt + 1 == PlannerLimits::detail_attempts) world_.went_wrong(asks[i], told[i], fault->message);
      }
    }
    unknown = std::move(left);
  }
  for (std::size_t i = 0; i < unknown.size(); ++i) {
    const Reference& silent = unknown[i];
    if (silent.kind == Kind::operational_intent && silent.availability == Availability::down) {
      findings.push_back(finding_of_silent(silent));
      continue;
    }
    return Error{ErrorCode::unreachable, fmt::format("the USS of {} ({}) does not disclose its {} {}, which is in the way: {}. Without it nobody can say whether the plan is free of conflicts; "
                                                     "try again, or keep clear of {} to {}", silent.manager, silent.uss_base_url, silent.kind == Kind::constraint ? "constraint" : "operational intent",
                                                     to_string(silent.id), errors[i].message, exact_time(silent.time.from), exact_time(silent.time.to))};
  }
  return around;
}

std::vector<Finding> Attempt::judge_all(const std::vector<Disclosed>& around) const {
  const auto before = before_ ? std::optional(Intention{before_->details, before_->reference.state}) : std::nullopt;
  return judge(wanted_.intention, before ? &*before : nullptr, around, setup_.rules);
}

Result<Looked> Attempt::look() {
  auto found = discover_all();
  if (!found) return std::move(found).error();
  Looked looked;
  auto around = disclose(*found, looked.findings);
  if (!around) return std::move(around).error();
  looked.around = *std::move(around);
  std::vector<Finding> judged = judge_all(looked.around);
  looked.findings.insert(looked.findings.end(), judged.begin(), judged.end());
  return looked;
}

Result<Told> Attempt::put(const std::vector<Disclosed>& around) {
  const IntentState state = wanted_.intention.state;
  PutIntent put;
  put.id = wanted_.id;
  put.extents = whole_of(wanted_.intention.details);
  put.state = state;
  put.uss_base_url = setup_.base_url;
  for (const Disclosed& entity : around) put.key.push_back(entity.reference.ovn);
  // One that the DSS makes for this intent, and ends with it. Whose subscription there is already keeps it.
  if (reference_ && reference_->subscription) put.subscription = reference_->subscription;
  else put.new_subscription = NewSubscription{setup_.base_url, setup_.constraints};
  std::string url = references_url(setup_, Kind::operational_intent) + '/' + to_string(wanted_.id);
  if (reference_) url += '/' + percent_encode(reference_->ovn);
  auto told = world_.ask({{"PUT", std::move(url), body_of(put), is_off_plan(state) ? monitoring : setup_.constraints ? coordination_with_constraints : coordination}});
  return std::move(told.front());
}

Result<void> Attempt::learn_own_reference() {
  auto own = recover(world_, setup_, Kind::operational_intent, wanted_.id);
  if (!own) return std::move(own).error();
  reference_ = *std::move(own);
  was_taken_ = reference_ && reference_->version > (before_ ? before_->reference.version : 0);
  return {};
}

Result<void> Attempt::learn_from(const Told& conflict) {
  const auto missing = read_airspace_conflict(conflict.body);
  if (!missing) return Error{ErrorCode::internal, "the DSS's answer cannot be read: " + missing.error().message};
  if (missing->missing_intents.empty() && missing->missing_constraints.empty()) return learn_own_reference();   // our version was not the last
  for (const auto* list : {&missing->missing_intents, &missing->missing_constraints}) {
    for (const Reference& reference : *list) {
      demanded_.insert_or_assign({reference.kind, reference.id}, reference);
      stale_.insert({reference.kind, reference.id});
    }
  }
  return {};
}

Result<Submitted> Attempt::submit(Bars bars) {
  const bool must_know = !is_off_plan(wanted_.intention.state);
  Error last{ErrorCode::conflict, "others plan there all the time; try again"};
  for (int attempt = 0; attempt < PlannerLimits::attempts; ++attempt) {
    if (attempt > 1) world_.pause(PlannerLimits::first_pause * (1 << (attempt - 2)));
    Looked looked;
    if (must_know) {
      auto now = look();
      if (!now) return std::move(now).error();
      looked = *std::move(now);
      if (bars == Bars::refuse && !was_taken_ && !may_be_planned(looked.findings)) return Submitted{std::nullopt, std::move(looked.findings)};
    }
    const auto told = put(looked.around);
    if (told && (told->status == 200 || told->status == 201)) {
      auto changed = read_reference_changed(Kind::operational_intent, told->body);
      if (!changed) return Error{ErrorCode::unreachable, "the DSS took it, but its answer cannot be read: " + changed.error().message};
      changed->outcome = told->status == 201 ? Outcome::created : Outcome::updated;
      return Submitted{*std::move(changed), std::move(looked.findings)};
    }
    if (may_answer_later(told)) {
      last = fault_of_dss(told);
      // It may have been taken: then what is there is put once more whatever has come meanwhile, for the answer names whom to tell.
      if (auto learned = learn_own_reference(); !learned) return Error{ErrorCode::unreachable, last.message};
      continue;
    }
    if (told->status != 409) return fault_of_dss(told);
    last = fault_of_dss(told);
    if (auto learned = learn_from(*told); !learned) return std::move(learned).error();
  }
  return last;
}

}  // namespace

Result<Looked> look(PlanningWorld& world, const UssSetup& setup, const Wanted& wanted, const Disclosed* before) {
  return Attempt(world, setup, wanted, before).look();
}

Result<Submitted> submit(PlanningWorld& world, const UssSetup& setup, const Wanted& wanted, const Disclosed* before, Bars bars) {
  return Attempt(world, setup, wanted, before).submit(bars);
}

Result<ReferenceChanged> withdraw(PlanningWorld& world, const UssSetup& setup, const Reference& own) {
  Reference reference = own;
  const std::string_view scope = own.kind == Kind::constraint ? management : is_off_plan(own.state) ? monitoring : coordination;
  Error last;
  for (int attempt = 0; attempt < PlannerLimits::attempts; ++attempt) {
    if (attempt > 0) world.pause(PlannerLimits::first_pause * (1 << (attempt - 1)));
    const auto told = world.ask({{"DELETE", references_url(setup, own.kind) + '/' + to_string(own.id) + '/' + percent_encode(reference.ovn), "", scope}});
    if (told[0] && told[0]->status == 200) {
      auto changed = read_reference_changed(own.kind, told[0]->body);
      if (!changed) return Error{ErrorCode::unreachable, "the DSS took it out, but its answer cannot be read: " + changed.error().message};
      changed->outcome = Outcome::deleted;
      return changed;
    }
    if (told[0] && told[0]->status == 404) return ReferenceChanged{reference, {}, Outcome::deleted};
    last = fault_of_dss(told[0]);
    if (told[0] && told[0]->status == 409) {
      auto now = recover(world, setup, own.kind, own.id);
      if (!now) return std::move(now).error();
      if (!*now) return ReferenceChanged{reference, {}, Outcome::deleted};
      reference = **std::move(now);
      continue;
    }
    // The same request again: a DSS that has done it says so once more, or that there is nothing.
    if (!may_answer_later(told[0])) return last;
  }
  return last;
}

Result<ReferenceChanged> publish(PlanningWorld& world, const UssSetup& setup, EntityId id, const Details& details, const Disclosed* before) {
  PutConstraint put;
  put.id = id;
  put.extents = details.volumes;
  put.uss_base_url = setup.base_url;
  std::optional<Reference> reference = before ? std::optional(before->reference) : std::nullopt;
  Error last;
  for (int attempt = 0; attempt < PlannerLimits::attempts; ++attempt) {
    if (attempt > 0) world.pause(PlannerLimits::first_pause * (1 << (attempt - 1)));
    std::string url = references_url(setup, Kind::constraint) + '/' + to_string(id);
    if (reference) url += '/' + percent_encode(reference->ovn);
    const auto told = world.ask({{"PUT", std::move(url), body_of(put), management}});
    if (told[0] && (told[0]->status == 200 || told[0]->status == 201)) {
      auto changed = read_reference_changed(Kind::constraint, told[0]->body);
      if (!changed) return Error{ErrorCode::unreachable, "the DSS took it, but its answer cannot be read: " + changed.error().message};
      changed->outcome = told[0]->status == 201 ? Outcome::created : Outcome::updated;
      return changed;
    }
    last = fault_of_dss(told[0]);
    if (!may_answer_later(told[0]) && told[0]->status != 409) return last;
    auto now = recover(world, setup, Kind::constraint, id);
    if (!now) return Error{ErrorCode::unreachable, last.message};
    reference = *std::move(now);
  }
  return last;
}

Result<std::optional<Reference>> recover(PlanningWorld& world, const UssSetup& setup, Kind kind, EntityId id) {
  const auto told = world.ask({{"GET", references_url(setup, kind) + '/' + to_string(id), "", kind == Kind::constraint ? management : coordination}});
  if (told[0] && told[0]->status == 404) return std::optional<Reference>();
  if (!told[0] || told[0]->status != 200) return fault_of_dss(told[0]);
  auto reference = read_reference_got(kind, told[0]->body);
  if (!reference) return Error{ErrorCode::internal, "the DSS's answer cannot be read: " + reference.error().message};
  if (reference->manager != setup.manager) return Error{ErrorCode::refused, fmt::format("{} is an entity of {}, not ours", to_string(id), reference->manager)};
  if (reference->ovn.empty()) return Error{ErrorCode::internal, "the DSS does not show our own OVN"};
  return std::optional(*std::move(reference));
}

}  // namespace skypact::plan
