#pragma once
// The planner: brings one operational intent or constraint of this USS into the airspace that many USSs share, by the interfaces of
// ASTM F3548-21 alone. It asks the DSS who else is there, asks those for their details, judges, and puts the reference with the OVNs
// of all that it has seen; where somebody was faster it looks again.
//
//     Submitted done = …;
//     auto result = submit(world, setup, {id, {details, IntentState::accepted}}, nullptr);
//     if (!result) …                       // it is not known to be planned; the error says why
//     else if (!result->changed) …         // refused: result->findings says by what
//
// What is around it is a PlanningWorld. The error's code says what became of the plan: unreachable where the DSS may or may not have
// taken it (recover() finds out); with every other code it has not. For one thread at a time and one entity.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "plan/deconflict.h"
#include "plan/f3548_details.h"

namespace skypact::plan {

struct PlannerLimits {
  static constexpr int attempts = 8;                       // where others are faster, or the DSS does not answer
  static constexpr int detail_attempts = 3;                // to have a peer's details
  static constexpr Duration first_pause = std::chrono::milliseconds(50);   // doubled each time
  static constexpr std::size_t asked_at_once = 64;
};

// A request to the DSS or a peer; its token is for the URL's host, with these scopes, a blank between them.
struct Ask {
  std::string method, url, body;
  std::string_view scopes;
};
struct Told {
  int status = 0;
  std::string body;
};

class PlanningWorld {
 public:
  virtual ~PlanningWorld() = default;
  // All at once, each answer in its place. Errors: unreachable.
  virtual std::vector<Result<Told>> ask(const std::vector<Ask>& asks) = 0;
  virtual void pause(Duration time) = 0;
  // An own entity as the DSS took it last, a peer's as it was disclosed last; of whatever version.
  virtual std::optional<Disclosed> known(Kind kind, EntityId id) = 0;
  // A peer disclosed it.
  virtual void learned(const Disclosed& entity) = 0;
  // A server answered what it must not, or not at all.
  virtual void went_wrong(const Ask& ask, const Result<Told>& told, const std::string& problem) = 0;
};

struct UssSetup {
  std::string manager;                    // "sub" of our tokens
  std::string base_url;                   // of our /uss/v1
  std::string dss_url;                    // without /dss/v1
  PlanningRules rules;
  bool constraints = true;                // they are processed: asked for, and told of
};

struct Wanted {
  EntityId id;
  Intention intention;
};

struct Looked {
  std::vector<Disclosed> around;          // what the key must know
  std::vector<Finding> findings;
};
// What the plan would meet if it was put now. Errors: unreachable, refused, bad_input, with what to do; nothing is changed.
Result<Looked> look(PlanningWorld& world, const UssSetup& setup, const Wanted& wanted, const Disclosed* before);

struct Submitted {
  std::optional<ReferenceChanged> changed;   // none: the findings bar it
  std::vector<Finding> findings;
};
// put_anyway: of what the DSS has already, so that those who must know of it are named.
enum class Bars : std::uint8_t { refuse, put_anyway };
Result<Submitted> submit(PlanningWorld& world, const UssSetup& setup, const Wanted& wanted, const Disclosed* before, Bars bars = Bars::refuse);

// Takes an entity out of the DSS. One that is not there is taken for taken out, and nobody is named to be told.
Result<ReferenceChanged> withdraw(PlanningWorld& world, const UssSetup& setup, const Reference& own);

// A constraint: who is there already is not asked.
Result<ReferenceChanged> publish(PlanningWorld& world, const UssSetup& setup, EntityId id, const Details& details, const Disclosed* before);

// What the DSS has of an own entity; nullopt: nothing. Errors: unreachable, refused.
Result<std::optional<Reference>> recover(PlanningWorld& world, const UssSetup& setup, Kind kind, EntityId id);

}  // namespace skypact::plan
