#pragma once
// A world of one DSS and several USSs that speak by JSON alone, for the planner's tests. What goes wrong on the way is the tests' to
// say.

#include <functional>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/text.h"
#include "plan/f3548_client.h"
#include "plan/planner.h"
#include "plan/test_dss.h"

namespace skypact::plan::test {

inline const std::string dss_url = "https://dss.test";
inline std::string base_url_of(const std::string& manager) { return "https://" + manager + ".test"; }

inline Volume volume_of(const Box& box) { return read_extent(json::parse(volume_json(box))->root(), FlightLimits::vertices)->volume; }
inline Details details_of(const std::vector<Box>& boxes, std::int64_t priority = 0) {
  Details details;
  for (const Box& box : boxes) details.volumes.push_back(volume_of(box));
  details.priority = priority;
  return details;
}
inline Wanted wanted_of(unsigned n, const std::vector<Box>& boxes, std::int64_t priority = 0, IntentState state = IntentState::accepted) {
  return {entity(n), {details_of(boxes, priority), state}};
}

// What happens to a request.
enum class Fate { answered, lost, answer_lost, error_500, garbage };

class UtmWorld {
 public:
  World dss;
  // What each USS discloses, as its DSS's answers made it.
  std::map<std::string, std::map<EntityId, Disclosed>> disclosed;
  std::function<Fate(const std::string& from, const Ask& ask)> fate = [](const std::string&, const Ask&) { return Fate::answered; };
  // Before each request is carried out.
  std::function<void(const std::string& from)> meanwhile = [](const std::string&) {};
  std::function<void(Result<Told>& told, const Ask& ask)> lie = [](Result<Told>&, const Ask&) {};
  std::size_t asked = 0, wrong = 0;

  Result<Told> carry(const std::string& from, const Ask& ask) {
    ++asked;
    meanwhile(from);
    const Fate f = fate(from, ask);
    if (f == Fate::lost) return Error{ErrorCode::unreachable, "no answer"};
    if (f == Fate::error_500) return Told{503, R"({"message":"busy"})"};
    Result<Told> told = ask.url.starts_with(dss_url) ? of_dss(from, ask) : of_peer(ask);
    if (f == Fate::answer_lost) return Error{ErrorCode::unreachable, "no answer in time"};
    if (f == Fate::garbage) return Told{200, R"({"operational_intent":[1,2)"};
    lie(told, ask);
    return told;
  }

 private:
  static Caller caller_of(const std::string& manager, const Ask& ask) {
    Caller caller;
    caller.manager = manager;
    const auto has = [&](std::string_view scope) { return ask.scopes.find(scope) != std::string_view::npos; };
    caller.strategic_coordination = has("utm.strategic_coordination");
    caller.constraint_management = has("utm.constraint_management");
    caller.constraint_processing = has("utm.constraint_processing");
    caller.conformance_monitoring = has("utm.conformance_monitoring_sa");
    return caller;
  }

  Result<Told> of_dss(const std::string& from, const Ask& ask) {
    const Caller caller = caller_of(from, ask);
    std::vector<std::string> parts;
    for (std::string_view rest = std::string_view(ask.url).substr(dss_url.size() + std::string_view("/dss/v1/").size()); auto part = next_field(rest, '/');) parts.emplace_back(*part);
    const Kind kind = parts[0] == "constraint_references" ? Kind::constraint : Kind::operational_intent;
    const auto version = parts.size() > 2 ? std::optional<std::string_view>(parts[2]) : std::nullopt;
    Answer answer;
    if (ask.method == "POST") answer = dss.ask(read_query(kind, ask.body), caller);
    else if (ask.method == "GET") answer = dss.get_by_id(kind, parts[1], caller);
    else if (ask.method == "DELETE") answer = dss.ask(Request(Delete{kind, *read_id(parts[1]), parts[2]}), caller);
    else if (kind == Kind::constraint) answer = dss.ask(read_put_constraint(parts[1], version, ask.body), caller);
    else answer = dss.ask(read_put_intent(parts[1], version, ask.body), caller);
    if (answer.status >= 400 && !answer.body.starts_with('{')) answer.body = R"({"message":")" + answer.body + "\"}";
    return Told{answer.status, answer.body};
  }

  Result<Told> of_peer(const Ask& ask) {
    for (const auto& [manager, entities] : disclosed) {
      if (!ask.url.starts_with(base_url_of(manager) + "/uss/v1/")) continue;
      const auto found = entities.find(*read_id(ask.url.substr(ask.url.rfind('/') + 1)));
      return found == entities.end() ? Told{404, R"({"message":"none"})"} : Told{200, disclosed_json(found->second)};
    }
    return Error{ErrorCode::unreachable, ask.url + ": there is no such host"};
  }
};

// One USS's view of it.
class Side : public PlanningWorld {
 public:
  Side(UtmWorld& world, std::string manager) : world_(world) {
    setup.manager = std::move(manager);
    setup.base_url = base_url_of(setup.manager);
    setup.dss_url = dss_url;
  }

  std::vector<Result<Told>> ask(const std::vector<Ask>& asks) override {
    std::vector<Result<Told>> told;
    for (const Ask& one : asks) told.push_back(world_.carry(setup.manager, one));
    return told;
  }
  void pause(Duration) override {}
  std::optional<Disclosed> known(Kind, EntityId id) override {
    for (const auto* entities : {&world_.disclosed[setup.manager], &cache}) {
      if (const auto found = entities->find(id); found != entities->end()) return found->second;
    }
    return std::nullopt;
  }
  void learned(const Disclosed& entity) override { cache.insert_or_assign(entity.reference.id, entity); }
  void went_wrong(const Ask&, const Result<Told>&, const std::string&) override { ++world_.wrong; }

  [[nodiscard]] const Disclosed* own(EntityId id) {
    const auto& mine = world_.disclosed[setup.manager];
    const auto found = mine.find(id);
    return found == mine.end() ? nullptr : &found->second;
  }
  Result<Submitted> submit(const Wanted& wanted) {
    const Disclosed* before = own(wanted.id);
    const auto copy = before ? std::optional(*before) : std::nullopt;
    auto done = plan::submit(*this, setup, wanted, copy ? &*copy : nullptr);
    if (done && done->changed) world_.disclosed[setup.manager].insert_or_assign(wanted.id, Disclosed{done->changed->reference, wanted.intention.details});
    return done;
  }

  UssSetup setup;
  std::map<EntityId, Disclosed> cache;

 private:
  UtmWorld& world_;
};

}  // namespace skypact::plan::test
