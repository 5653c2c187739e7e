#include "server/uss_desk.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <set>
#include <thread>
#include <utility>

#include <fmt/format.h>

#include "base/clock.h"
#include "base/text.h"
#include "plan/exchange_report.h"
#include "plan/f3548_client.h"
#include "plan/peer_book.h"
#include "plan/uss_log_item.h"
#include "plan/volume_json.h"
#include "server/log.h"
#include "server/thread_name.h"
#include "server/uss_reports.h"

namespace skypact::server {
namespace {

using plan::EntityId;
using plan::IntentState;
using plan::Kind;

constexpr Duration look_every = seconds(1);

Error disk_error(const std::string& why) { return {ErrorCode::unreachable, "this node cannot write its plans now: " + why}; }

std::string_view scope_of(Kind kind) { return kind == Kind::constraint ? "utm.constraint_management" : "utm.strategic_coordination"; }
// Of the standard's inputs by a person, as far as their names tell (docs/f3548.md).
std::string_view requirement_of(IntentState wanted) { return wanted == IntentState::nonconforming ? "CMSA0100" : wanted == IntentState::contingent ? "CMSA0200" : "OPIN0040"; }

// What a person or program put in.
std::string input_of(const UssDesk::Ask& ask) {
  if (ask.what == UssDesk::Ask::What::withdraw) return "end";
  const plan::Details& details = ask.intention.details;
  std::string text = fmt::format("{}: {} volumes, {} off the plan, priority {}", to_string(ask.intention.state), details.volumes.size(), details.off_nominal.size(), details.priority);
  if (ask.particulars) text += fmt::format("; name {}, operator {}, aircraft {}", ask.particulars->name, ask.particulars->operator_id, ask.particulars->aircraft);
  return text;
}

UssLogOptions log_options(const UssDeskOptions& desk) { return {.folder = desk.folder / "log", .now = desk.now, .files = desk.log}; }

std::string path_of(Kind kind) { return kind == Kind::constraint ? "/uss/v1/constraints" : "/uss/v1/operational_intents"; }

}  // namespace

struct UssDesk::Shared : std::enable_shared_from_this<UssDesk::Shared> {
  explicit Shared(UssDeskOptions o)
      : options(std::move(o)), files(options.folder, ledger::Readers::owner), tokens(options.tokens), client(tokens, options.now, options.urls), book(log_options(options)),
        reports({options.setup.dss_url, options.setup.base_url}) {
    if (options.through) between = options.through(files);
  }

  // One plan's surroundings. What is asked in one go is noted in the log when it is known what was wrong with the answers.
  class World final : public plan::PlanningWorld {
   public:
    World(Shared& desk, EntityId plan) : desk_(desk), plan_(plan) {}
    ~World() override { note_exchanges(); }
    World(const World&) = delete;
    World& operator=(const World&) = delete;

    std::vector<Result<plan::Told>> ask(const std::vector<plan::Ask>& asks) override {
      note_exchanges();
      const bool of_dss = !asks.empty() && asks.front().url.starts_with(desk_.options.setup.dss_url);
      std::vector<Result<plan::Told>> told;
      for (UssClient::Asked& asked : desk_.client.ask_all(asks, of_dss ? UssDeskLimits::dss_time : UssDeskLimits::peer_time)) {
        const plan::Ask& question = asks[told.size()];
        if (asked.exchange) exchanges_.push_back({question.body, *std::move(asked.exchange)});
        const bool is_plan = question.method == "PUT" && question.url.find("/operational_intent_references/") != std::string::npos;
        if (is_plan && asked.told && asked.told->status == 409) note_refusal(*asked.told);
        const bool fails = of_dss && (!asked.told || asked.told->status >= 500);
        told.push_back(std::move(asked.told));
        if (fails) report(question, told.back(), told.back() ? "it fails" : "it does not answer");
      }
      return told;
    }
    void pause(Duration time) override {
      note_exchanges();
      std::unique_lock lock(desk_.mutex);
      desk_.changed.wait_for(lock, time, [&] { return desk_.stopping; });
    }
    std::optional<plan::Disclosed> known(Kind kind, EntityId id) override {
      const std::lock_guard lock(desk_.mutex);
      const plan::Disclosed* entity = desk_.uss.disclosed(kind, id);
      if (!entity) entity = desk_.peers.find(kind, id);
      if (entity) ovns_[{kind, id}] = entity->reference.ovn;
      return entity ? std::optional(*entity) : std::nullopt;
    }
    void learned(const plan::Disclosed& entity) override {
      ovns_[{entity.reference.kind, entity.reference.id}] = entity.reference.ovn;
      const std::lock_guard lock(desk_.mutex);
      desk_.peers.learned(entity, desk_.options.now());
      ++desk_.changes;
    }
    void went_wrong(const plan::Ask& ask, const Result<plan::Told>& told, const std::string& problem) override {
      log::warn("a UTM exchange went wrong", {{"url", ask.url}, {"status", told ? std::to_string(told->status) : "none"}, {"why", problem}});
      report(ask, told, problem);
    }

    // An attempt to plan that came to nothing, in the log.
    void note_attempt(std::string problem, const plan::AirspaceConflict& conflict = {}) {
      plan::PlanningAttempt attempt{desk_.options.now(), plan_, {}, {}, {}, std::move(problem)};
      for (const auto& [entity, ovn] : ovns_) attempt.ovns.push_back(ovn);
      for (const plan::Reference& missing : conflict.missing_intents) attempt.missing_intents.push_back(missing.id);
      for (const plan::Reference& missing : conflict.missing_constraints) attempt.missing_constraints.push_back(missing.id);
      desk_.book.note(planning_item(attempt));
    }

   private:
    struct Exchanged {
      std::string body;                // of the request
      plan::ExchangeReport exchange;
    };
    void note_exchanges() {
      for (const Exchanged& one : exchanges_) desk_.book.note(exchange_item(one.exchange));
      exchanges_.clear();
    }
    void note_refusal(const plan::Told& told) {
      const auto conflict = plan::read_airspace_conflict(told.body);
      if (conflict) note_attempt("the DSS refused it: " + conflict->message, *conflict);
    }
    void report(const plan::Ask& ask, const Result<plan::Told>& told, const std::string& problem) {
      const auto asked = std::find_if(exchanges_.begin(), exchanges_.end(), [&](const Exchanged& one) { return one.exchange.method == ask.method && one.exchange.url == ask.url && one.body == ask.body; });
      if (asked == exchanges_.end()) return;
      if (told) plan::add_problem(asked->exchange, problem);   // else it is said
      desk_.report(asked->exchange, mistake_of(told));
    }

    Shared& desk_;
    const EntityId plan_;
    std::vector<Exchanged> exchanges_;                         // of the last asks; not noted yet
    std::map<std::pair<Kind, EntityId>, std::string> ovns_;    // that the planner knew
  };

  struct Job {
    Ask ask;
    Answer answer;
    bool is_recovery = false;
    std::string why{};               // the desk itself asks, because of what a flight does
    bool is_own = false;             // likewise
  };
  struct Peer {
    bool is_asked = false;
    Duration retry_at{};             // monotonic
    unsigned failures = 0;
  };

  void spawn(void (Shared::*work)(), const char* name);
  void plan_loop();
  void courier_loop();
  void keeper_loop();
  void report_loop();

  // Makes a change durable, and then it counts.
  Result<void> change(const std::function<Result<plan::UssChange>(const plan::Uss&)>& decide);
  Result<void> open();
  void fail(const std::string& why);

  Result<Done> perform(const Ask& ask);
  Result<Done> look(const Ask& ask);
  [[nodiscard]] std::vector<plan::Suggestion> suggestions_for(const plan::Details& details, const std::vector<plan::Disclosed>& around) const;
  Result<Done> put(const Ask& ask);
  Result<Done> put_once(const Ask& ask, IntentState state);
  Result<Done> withdraw(EntityId id);
  Result<plan::Submitted> submit(const Ask& ask, IntentState state, const plan::Disclosed* before, plan::Bars bars);
  Result<Done> settle(EntityId id, Result<plan::ReferenceChanged> changed);
  void recover(EntityId id);
  void follow_flights();
  void tell_of_own_change(const Job& job, const Result<Done>& done);
  void recover_put(const plan::OwnEntity& own);

  [[nodiscard]] std::optional<plan::OwnEntity> entity(EntityId id) const;
  [[nodiscard]] std::optional<plan::Outgoing> next_notice();
  void deliver(const plan::Outgoing& notice);
  void report(const plan::ExchangeReport& exchange, Mistake mistake);
  void note_who_is_responsible(const plan::OwnEntity& own);
  void note(EntityId flight, std::string requirement, std::string text);

  const UssDeskOptions options;
  ledger::FileStorage files;
  std::unique_ptr<ledger::Storage> between;
  TokenSource tokens;
  UssClient client;
  UssLog book;                                   // what is logged of all this

  std::mutex writing;                            // before `mutex` where both are held; with it the store, and changes of `uss`
  std::optional<plan::UssStore> store;
  bool locked = false;

  mutable std::mutex mutex;                      // never held while a disk or the network is waited for
  std::condition_variable changed;
  bool stopping = false;
  std::size_t running = 0;                       // threads
  plan::Uss uss;                                 // changed with both
  bool is_read = false;                          // it was, once
  plan::PeerBook peers;
  plan::FlightWatch flights;
  std::deque<Job> jobs;
  std::uint64_t changes = 0;                     // of `uss` and `peers`
  std::set<EntityId> busy;                       // whose job waits or is being done
  std::map<std::string, Peer> peer_states;       // by base URL
  std::map<EntityId, Duration> recovered_at;     // monotonic
  UssReports reports;
  std::deque<UserNote> notes;
  std::uint64_t next_note = 1;
  UssStatus status;
};

// The disk.

Result<void> UssDesk::Shared::open() {
  if (!locked) {
    if (auto done = files.lock(); !done) return done;
    locked = true;
  }
  auto opened = plan::UssStore::open(between ? *between : static_cast<ledger::Storage&>(files), options.store);
  if (!opened) return std::move(opened).error();
  const std::lock_guard lock(mutex);
  store = std::move(opened->store);
  is_read = true;
  uss = std::move(opened->uss);
  ++changes;
  if (status.state == UssStatus::State::failing) log::info("the USS goes on", {{"folder", options.folder.string()}});
  status.state = UssStatus::State::on;
  status.message.clear();
  changed.notify_all();
  return {};
}

void UssDesk::Shared::fail(const std::string& why) {
  store.reset();
  const std::lock_guard lock(mutex);
  if (status.state != UssStatus::State::failing || status.message != why) log::error("the USS cannot write", {{"folder", options.folder.string()}, {"why", why}});
  status.state = UssStatus::State::failing;
  status.message = why;
}

Result<void> UssDesk::Shared::change(const std::function<Result<plan::UssChange>(const plan::Uss&)>& decide) {
  const std::lock_guard writer(writing);
  if (!store) {
    const std::lock_guard lock(mutex);
    return disk_error(status.message.empty() ? "it has not read them yet" : status.message);
  }
  auto decided = decide(uss);
  if (!decided) return std::move(decided).error();
  if (decided->empty()) return {};
  if (auto done = store->write(*decided); !done) {
    if (done.error().code == ErrorCode::over_limit) return done;
    fail(done.error().message);
    return disk_error(done.error().message);
  }
  {
    const std::lock_guard lock(mutex);
    uss.apply(*decided);
    ++changes;
    for (const plan::OwnEntity& own : decided->put) {
      if (own.ended) flights.forget(own.id);
      else if (own.held && !own.asked) flights.took(*own.held, options.now());
    }
    changed.notify_all();
  }
  if (!store->is_long(uss)) return {};
  if (auto folded = store->fold(uss); !folded) log::warn("the USS's log is not folded; it is tried again later", {{"folder", options.folder.string()}, {"why", folded.error().message}});
  return {};
}

// Planning.

std::optional<plan::OwnEntity> UssDesk::Shared::entity(EntityId id) const {
  const std::lock_guard lock(mutex);
  const auto found = uss.entities().find(id);
  return found == uss.entities().end() ? std::nullopt : std::optional(found->second);
}

Result<UssDesk::Done> UssDesk::Shared::perform(const Ask& ask) {
  switch (ask.what) {
    case Ask::What::look: return look(ask);
    case Ask::What::put: return put(ask);
    case Ask::What::withdraw: return withdraw(ask.id);
  }
  return Error{};
}

Result<UssDesk::Done> UssDesk::Shared::look(const Ask& ask) {
  if (auto fault = plan::fault_of(ask.intention.details, ask.kind, ask.intention.state)) return *std::move(fault);
  const auto own = entity(ask.id);
  const plan::Disclosed* before = own && own->held && !own->ended ? &*own->held : nullptr;
  World world(*this, ask.id);
  auto looked = plan::look(world, options.setup, {ask.id, ask.intention}, before);
  if (!looked) return std::move(looked).error();
  Done done{false, own, std::move(looked->findings), {}};
  if (!plan::may_be_planned(done.findings)) done.suggestions = suggestions_for(ask.intention.details, looked->around);
  return done;
}

// Nothing lower: how high the ground is nobody here knows.
std::vector<plan::Suggestion> UssDesk::Shared::suggestions_for(const plan::Details& details, const std::vector<plan::Disclosed>& around) const {
  std::vector<plan::Occupied> occupied;
  for (const plan::Disclosed& entity : around) {
    if (entity.reference.kind != Kind::operational_intent) continue;
    for (const plan::Volume& volume : plan::whole_of(entity.details)) occupied.push_back({volume, entity.details.priority});
  }
  auto found = plan::suggestions(details.volumes, details.priority, occupied, {.earliest = options.now() + UssDeskLimits::soonest});
  return found ? *std::move(found) : std::vector<plan::Suggestion>();   // too much to compare
}

// One that is new and flies already is planned first; what cannot fly then is not left behind as a plan.
Result<UssDesk::Done> UssDesk::Shared::put(const Ask& ask) {
  const auto own = entity(ask.id);
  if ((own && own->held) || ask.kind == Kind::constraint || ask.intention.state != IntentState::activated) return put_once(ask, ask.intention.state);
  auto planned = put_once(ask, IntentState::accepted);
  if (!planned || !planned->taken) return planned;
  auto flies = put_once(ask, IntentState::activated);
  if (flies && flies->taken) return flies;
  if (!flies && flies.error().code == ErrorCode::unreachable) return flies;
  if (auto gone = withdraw(ask.id); !gone) log::warn("a plan that cannot be flown is left", {{"id", to_string(ask.id)}, {"why", gone.error().message}});
  if (flies) flies->entity = entity(ask.id);
  return flies;
}

Result<plan::Submitted> UssDesk::Shared::submit(const Ask& ask, IntentState state, const plan::Disclosed* before, plan::Bars bars) {
  World world(*this, ask.id);
  if (ask.kind == Kind::operational_intent) {
    auto submitted = plan::submit(world, options.setup, {ask.id, {ask.intention.details, state}}, before, bars);
    if (submitted && !submitted->changed) {
      std::string problem;
      for (const plan::Finding& finding : submitted->findings) {
        if (plan::bars(finding.reason)) problem += (problem.empty() ? "" : "; ") + sentence_of(finding);
      }
      world.note_attempt(std::move(problem));
    }
    return submitted;
  }
  auto published = plan::publish(world, options.setup, ask.id, ask.intention.details, before);
  if (!published) return std::move(published).error();
  return plan::Submitted{*std::move(published), {}};
}

Result<UssDesk::Done> UssDesk::Shared::put_once(const Ask& ask, IntentState state) {
  const auto own = entity(ask.id);
  const std::optional<plan::Disclosed> before = own ? own->held : std::nullopt;
  const plan::Uss::Asks asks{ask.kind, ask.id, ask.particulars, {ask.intention.details, state}};
  if (auto begun = change([&](const plan::Uss& u) { return u.begin(asks, options.now()); }); !begun) return std::move(begun).error();
  auto submitted = submit(ask, state, before ? &*before : nullptr, plan::Bars::refuse);
  if (!submitted) return settle(ask.id, std::move(submitted).error());
  std::vector<plan::Finding> findings = std::move(submitted->findings);
  if (!submitted->changed) {
    if (auto dropped = change([&](const plan::Uss& u) { return Result(u.not_taken(ask.id, options.now())); }); !dropped) return std::move(dropped).error();
    return Done{false, entity(ask.id), std::move(findings), {}};
  }
  auto done = settle(ask.id, *std::move(submitted->changed));
  if (done) done->findings = std::move(findings);
  return done;
}

Result<UssDesk::Done> UssDesk::Shared::withdraw(EntityId id) {
  if (auto begun = change([&](const plan::Uss& u) { return u.begin_withdrawal(id, options.now()); }); !begun) return std::move(begun).error();
  const auto own = entity(id);
  if (!own || !own->held) return Error{ErrorCode::not_found, "there is no plan " + to_string(id)};
  World world(*this, id);
  return settle(id, plan::withdraw(world, options.setup, own->held->reference));
}

// What the DSS said of what was asked. Unreachable leaves it open.
Result<UssDesk::Done> UssDesk::Shared::settle(EntityId id, Result<plan::ReferenceChanged> answer) {
  if (!answer) {
    if (answer.error().code != ErrorCode::unreachable) {
      const auto dropped = change([&](const plan::Uss& u) {
        const auto found = u.entities().find(id);
        return found == u.entities().end() || !found->second.asked ? Result(plan::UssChange{}) : Result(u.not_taken(id, options.now()));
      });
      if (!dropped) return dropped.error();
    }
    return std::move(answer).error();
  }
  // We know already.
  std::erase_if(answer->subscribers, [&](const plan::Subscriber& subscriber) { return subscriber.uss_base_url == options.setup.base_url; });
  const auto taken = change([&](const plan::Uss& u) {
    const auto found = u.entities().find(id);
    return found == u.entities().end() || !found->second.asked ? Result(plan::UssChange{}) : Result(u.taken(id, *answer, options.now()));
  });
  if (!taken) return Error{ErrorCode::unreachable, "the DSS took it, and this node could not write it down; it finds out again when it can. " + taken.error().message};
  Done done{true, entity(id), {}, {}};
  if (done.entity && answer->outcome != plan::Outcome::deleted) note_who_is_responsible(*done.entity);
  return done;
}

// Once the DSS has it.
void UssDesk::Shared::note_who_is_responsible(const plan::OwnEntity& own) {
  const std::string& who = own.particulars.operator_id;
  if (own.kind == Kind::constraint) book.note(plan::constraint_provider_item(own.id, who.empty() ? options.setup.manager : who));
  else if (own.held && own.held->reference.state == IntentState::accepted) book.note(plan::operator_item(own.id, who));
}

// After a start, or where the DSS did not answer.
void UssDesk::Shared::recover(EntityId id) {
  const auto own = entity(id);
  if (!own || !own->asked) return;
  if (!own->asked->withdraw) return recover_put(*own);
  World world(*this, id);
  const auto done = settle(id, plan::withdraw(world, options.setup, own->held->reference));
  if (!done) log::warn("a plan is not known to be withdrawn", {{"id", to_string(id)}, {"why", done.error().message}});
}

void UssDesk::Shared::recover_put(const plan::OwnEntity& own) {
  World world(*this, own.id);
  const auto there = plan::recover(world, options.setup, own.kind, own.id);
  if (!there) {
    log::warn("it is not known whether the DSS took a plan", {{"id", to_string(own.id)}, {"why", there.error().message}});
    return;
  }
  const std::int32_t held = own.held ? own.held->reference.version : 0;
  if (!*there || (*there)->version <= held) {
    const auto dropped = change([&](const plan::Uss& u) { return Result(u.not_taken(own.id, options.now())); });
    log::info("the DSS had not taken a plan", {{"id", to_string(own.id)}});
    if (!dropped) log::warn("that is not written down", {{"why", dropped.error().message}});
    return;
  }
  // It has it: put once more, for the answer names whom to tell.
  const plan::Disclosed now{**there, own.asked->intention.details};
  auto submitted = submit({Ask::What::put, own.kind, own.id, {}, own.asked->intention}, own.asked->intention.state, &now, plan::Bars::put_anyway);
  if (submitted && !submitted->changed) return;
  const auto done = settle(own.id, submitted ? Result(*std::move(submitted->changed)) : Result<plan::ReferenceChanged>(submitted.error()));
  if (done) log::info("the DSS had taken a plan", {{"id", to_string(own.id)}});
  else log::warn("a plan is not known to be taken", {{"id", to_string(own.id)}, {"why", done.error().message}});
}

void UssDesk::Shared::plan_loop() {
  std::unique_lock lock(mutex);
  while (true) {
    changed.wait(lock, [&] { return stopping || !jobs.empty(); });
    if (stopping) return;
    Job job = std::move(jobs.front());
    jobs.pop_front();
    lock.unlock();
    std::optional<Result<Done>> done;
    if (job.is_recovery) recover(job.ask.id);
    else done = perform(job.ask);
    if (job.is_own) tell_of_own_change(job, *done);
    lock.lock();
    if (job.ask.what != Ask::What::look) busy.erase(job.ask.id);   // who is answered may ask again at once
    lock.unlock();
    if (done && job.answer) job.answer(*std::move(done));
    lock.lock();
  }
}

// Flights that send telemetry.

// With `mutex`: what the DSS must be asked for because of what flights do.
void UssDesk::Shared::follow_flights() {
  const Time now = options.now();
  for (plan::FlightWatch::Step& step : flights.steps(now)) {
    if (jobs.size() >= UssDeskLimits::waiting || !busy.insert(step.id).second) continue;   // a second later
    jobs.push_front({{Ask::What::put, Kind::operational_intent, step.id, {}, std::move(step.intention)}, nullptr, false, std::move(step.why), true});
    changed.notify_all();
  }
}

void UssDesk::Shared::tell_of_own_change(const Job& job, const Result<Done>& done) {
  const IntentState state = job.ask.intention.state;
  const std::string_view requirement = state == IntentState::contingent ? "CMSA0300" : "ACM0010";
  if (!done) return log::warn("a flight's state could not be told to the DSS", {{"flight", to_string(job.ask.id)}, {"state", std::string(to_string(state))}, {"why", done.error().message}});
  if (!job.why.empty()) note(job.ask.id, std::string(requirement), fmt::format("{}: {}", to_string(state), job.why));
}

// Notices.

// The first that waits for a peer that nobody asks now, with `mutex`; the peer is taken.
std::optional<plan::Outgoing> UssDesk::Shared::next_notice() {
  const Duration now = monotonic_now();
  std::set<std::string_view> seen;
  for (const auto& [number, outgoing] : uss.outgoing()) {
    if (outgoing.given_up || !seen.insert(outgoing.to.uss_base_url).second) continue;   // to each in the order of what happened
    Peer& peer = peer_states[outgoing.to.uss_base_url];
    if (peer.is_asked || peer.retry_at > now) continue;
    peer.is_asked = true;
    return outgoing;
  }
  return std::nullopt;
}

void UssDesk::Shared::deliver(const plan::Outgoing& notice) {
  const plan::Ask ask{"POST", notice.to.uss_base_url + path_of(notice.kind), notice_json(plan::notice_of(notice)), scope_of(notice.kind)};
  UssClient::Asked asked = client.ask(ask, UssDeskLimits::peer_time);
  const Result<plan::Told>& told = asked.told;
  const Time now = options.now();
  const bool arrived = told && told->status >= 200 && told->status < 300;
  const bool newer_there = told && told->status == 409;   // it has a later version already
  const bool refused = told && told->status >= 400 && told->status < 500 && told->status != 401 && told->status != 408 && told->status != 429 && !newer_there;
  const bool too_late = now - notice.queued_at >= options.given_up_after;
  const std::string why = told ? fmt::format("answered {}", told->status) : told.error().message;
  if (asked.exchange) {
    const bool is_wrong = !told || told->status >= 500;
    if (is_wrong && told) plan::add_problem(*asked.exchange, "a notice must be confirmed or refused");
    book.note(exchange_item(*asked.exchange));
    if (is_wrong) report(*asked.exchange, mistake_of(told));
  }
  bool is_settled = false;
  if (arrived || newer_there || refused || too_late) {
    const auto settled = change([&](const plan::Uss& u) -> Result<plan::UssChange> {
      if (!u.outgoing().contains(notice.number)) return plan::UssChange{};
      return arrived || newer_there ? u.confirmed(notice.number) : u.given_up(notice.number, now, why.substr(0, 500));
    });
    is_settled = settled.has_value();
    if (!settled) log::warn("a delivered notice is not written down, and is sent again", {{"why", settled.error().message}});
    if (refused || too_late) log::error("a notice of a plan was given up", {{"to", notice.to.uss_base_url}, {"entity", to_string(notice.id)}, {"why", why}});
  }
  const std::lock_guard lock(mutex);
  if (arrived) ++status.notices_sent;
  if (is_settled && !too_late) {
    peer_states.erase(notice.to.uss_base_url);
  } else {
    Peer& peer = peer_states[notice.to.uss_base_url];
    peer.is_asked = false;
    const Duration pause = std::min<Duration>(UssDeskLimits::first_retry * (1u << std::min(peer.failures, 10u)), UssDeskLimits::last_retry);
    ++peer.failures;
    peer.retry_at = monotonic_now() + pause;
  }
  changed.notify_all();
}

void UssDesk::Shared::courier_loop() {
  std::unique_lock lock(mutex);
  while (!stopping) {
    auto notice = next_notice();
    if (!notice) {
      changed.wait_for(lock, std::chrono::milliseconds(250));
      continue;
    }
    lock.unlock();
    deliver(*notice);
    lock.lock();
  }
}

// Time.

void UssDesk::Shared::keeper_loop() {
  std::unique_lock lock(mutex);
  while (!stopping) {
    lock.unlock();
    {
      const std::lock_guard writer(writing);
      if (!store) {
        if (auto opened = open(); !opened) fail(opened.error().message);
      }
    }
    (void)change([&](const plan::Uss& u) { return Result(u.time_passes(options.now())); });   // else a second later
    lock.lock();
    follow_flights();
    const std::vector<EntityId> lost = flights.newly_lost(options.now());
    if (!lost.empty()) {
      lock.unlock();
      for (const EntityId id : lost) note(id, "CMSA0115", "the flight is not heard any more; whether it is on its plan nobody knows. Declare it Contingent if it is lost");
      lock.lock();
    }
    const Duration now = monotonic_now();
    for (const auto& [id, own] : uss.entities()) {
      if (!own.asked || busy.contains(id) || jobs.size() >= UssDeskLimits::waiting) continue;
      Duration& last = recovered_at[id];
      if (last != Duration{} && now - last < UssDeskLimits::recovery_every) continue;
      last = now;
      busy.insert(id);
      jobs.push_back({{Ask::What::put, own.kind, id, {}, {}}, nullptr, true});
      changed.notify_all();
    }
    std::erase_if(recovered_at, [&](const auto& one) { return now - one.second > 2 * UssDeskLimits::recovery_every; });
    changed.wait_for(lock, look_every, [&] { return stopping; });
  }
}

// Others' mistakes.

void UssDesk::Shared::report(const plan::ExchangeReport& exchange, Mistake mistake) {
  const std::lock_guard lock(mutex);
  reports.offer(exchange, mistake, monotonic_now());
  changed.notify_all();
}

void UssDesk::Shared::report_loop() {
  std::unique_lock lock(mutex);
  while (true) {
    changed.wait(lock, [&] { return stopping || !reports.empty(); });
    if (stopping) return;
    const plan::Ask ask = *reports.next();
    lock.unlock();
    const UssClient::Asked asked = client.ask(ask, UssDeskLimits::peer_time);
    if (asked.exchange) book.note(exchange_item(*asked.exchange));
    const bool taken = asked.told && asked.told->status / 100 == 2;
    if (!taken) log::warn("a report of another's mistake was not taken", {{"url", ask.url}, {"why", asked.told ? std::to_string(asked.told->status) : asked.told.error().message}});
    lock.lock();
    if (taken) ++status.log.reports_sent;
  }
}

void UssDesk::Shared::note(EntityId flight, std::string requirement, std::string text) {
  UserNote told{0, options.now(), flight, std::move(requirement), std::move(text)};
  {
    const std::lock_guard lock(mutex);
    told.number = next_note++;
    notes.push_back(told);
    if (notes.size() > UssDeskLimits::notes) notes.pop_front();
  }
  if (auto item = plan::notification_item(told.at, told.requirement, fmt::format("{}: {}", to_string(told.flight), told.text))) book.note(*std::move(item));
  log::info("plan", {{"flight", to_string(told.flight)}, {"requirement", told.requirement}, {"what", told.text}});
  if (options.tell) options.tell(told);
}

void UssDesk::Shared::spawn(void (Shared::*work)(), const char* name) {
  {
    const std::lock_guard lock(mutex);
    ++running;
  }
  std::thread([self = shared_from_this(), work, name] {
    name_thread(name);
    ((*self).*work)();
    const std::lock_guard lock(self->mutex);
    --self->running;
    self->changed.notify_all();
  }).detach();
}

UssDesk::UssDesk(UssDeskOptions options) : state_(std::make_shared<Shared>(std::move(options))) {
  state_->spawn(&Shared::keeper_loop, "uss");
  state_->spawn(&Shared::report_loop, "uss-report");
  for (std::size_t i = 0; i < UssDeskLimits::planners; ++i) state_->spawn(&Shared::plan_loop, "uss-plan");
  for (std::size_t i = 0; i < UssDeskLimits::couriers; ++i) state_->spawn(&Shared::courier_loop, "uss-notice");
}

UssDesk::~UssDesk() {
  std::deque<Shared::Job> left;
  {
    const std::lock_guard lock(state_->mutex);
    state_->stopping = true;
    left = std::exchange(state_->jobs, {});
    state_->changed.notify_all();
  }
  state_->client.stop();
  for (const Shared::Job& job : left) {
    if (job.answer) job.answer(Error{ErrorCode::unreachable, "the node is stopping"});
  }
  std::unique_lock lock(state_->mutex);
  state_->changed.wait_for(lock, seconds(2), [&] { return state_->running == 0; });
  lock.unlock();
  state_->book.stop();
}

Result<void> UssDesk::ask(Ask ask, Answer answer) {
  const std::lock_guard lock(state_->mutex);
  if (state_->stopping) return Error{ErrorCode::unreachable, "the node is stopping"};
  if (ask.what != Ask::What::look && state_->status.state != UssStatus::State::on) return disk_error(state_->status.message.empty() ? "it has not read them yet" : state_->status.message);
  if (state_->jobs.size() >= UssDeskLimits::waiting) return Error{ErrorCode::over_limit, "too many plans wait already; try again in a second"};
  if (ask.what != Ask::What::look && !state_->busy.insert(ask.id).second) {
    return Error{ErrorCode::conflict, to_string(ask.id) + " is being changed; wait for the answer of that"};
  }
  if (ask.what != Ask::What::look && ask.kind == Kind::operational_intent) {
    const bool ends = ask.what == Ask::What::withdraw;
    if (!ends || state_->uss.disclosed(Kind::operational_intent, ask.id)) state_->book.note(plan::input_item(state_->options.now(), ask.id, ends ? "OPIN0040" : requirement_of(ask.intention.state), input_of(ask)));
  }
  state_->jobs.push_back({std::move(ask), std::move(answer), false});
  state_->changed.notify_all();
  return {};
}

bool UssDesk::is_read() const {
  const std::lock_guard lock(state_->mutex);
  return state_->is_read;
}

std::optional<plan::Disclosed> UssDesk::disclosed(Kind kind, EntityId id) const {
  const std::lock_guard lock(state_->mutex);
  const plan::Disclosed* entity = state_->uss.disclosed(kind, id);
  return entity ? std::optional(*entity) : std::nullopt;
}

Result<void> UssDesk::notified(const plan::EntityNotice& notice, const std::string& sender) {
  std::vector<EntityId> met;
  {
    const std::lock_guard lock(state_->mutex);
    if (auto taken = state_->peers.notified(notice, sender, state_->options.now()); !taken) return taken;
    ++state_->status.notices_heard;
    ++state_->changes;
    if (notice.entity) met = state_->uss.met_by(*notice.entity);
  }
  for (const EntityId id : met) {
    const plan::Reference& theirs = notice.entity->reference;
    const bool intent = notice.kind == Kind::operational_intent;
    state_->note(id, intent ? "SCD0090" : "CSTP0010",
                 fmt::format("the {} {} of {} meets this flight: {}{} to {}", intent ? "operational intent" : "constraint", to_string(theirs.id), theirs.manager,
                             intent ? fmt::format("{}, priority {}, ", to_string(theirs.state), notice.entity->details.priority) : "", plan::exact_time(theirs.time.from),
                             plan::exact_time(theirs.time.to)));
  }
  return {};
}

Result<void> UssDesk::take(EntityId flight, const plan::Telemetry& telemetry) {
  const std::lock_guard lock(state_->mutex);
  const plan::Disclosed* held = state_->uss.disclosed(Kind::operational_intent, flight);
  if (!held) return Error{ErrorCode::not_found, "there is no flight " + to_string(flight)};
  const Time now = state_->options.now();
  auto taken = state_->flights.take(*held, telemetry, now);
  if (taken) state_->book.note(plan::position_item(now, flight, telemetry));
  return taken;
}

std::optional<plan::FlightWatch::View> UssDesk::followed(EntityId flight) const {
  const std::lock_guard lock(state_->mutex);
  return state_->flights.view(flight, state_->options.now());
}

std::vector<std::pair<EntityId, plan::Telemetry>> UssDesk::last_heard() const {
  const std::lock_guard lock(state_->mutex);
  return state_->flights.last_heard();
}

std::uint64_t UssDesk::changes() const {
  const std::lock_guard lock(state_->mutex);
  return state_->changes;
}

std::vector<plan::OwnEntity> UssDesk::entities() const {
  const std::lock_guard lock(state_->mutex);
  std::vector<plan::OwnEntity> all;
  for (const auto& [id, own] : state_->uss.entities()) all.push_back(own);
  return all;
}

std::optional<plan::OwnEntity> UssDesk::entity(EntityId id) const { return state_->entity(id); }

std::vector<plan::Disclosed> UssDesk::others() const {
  const std::lock_guard lock(state_->mutex);
  return state_->peers.standing(state_->options.now());
}

std::vector<plan::Outgoing> UssDesk::outgoing() const {
  const std::lock_guard lock(state_->mutex);
  std::vector<plan::Outgoing> all;
  for (const auto& [number, outgoing] : state_->uss.outgoing()) all.push_back(outgoing);
  return all;
}

Result<void> UssDesk::dismiss(std::uint64_t number) {
  return state_->change([&](const plan::Uss& u) -> Result<plan::UssChange> {
    if (!u.outgoing().contains(number)) return Error{ErrorCode::not_found, fmt::format("there is no notice {}", number)};
    return u.confirmed(number);
  });
}

std::vector<UserNote> UssDesk::notes() const {
  const std::lock_guard lock(state_->mutex);
  return {state_->notes.begin(), state_->notes.end()};
}

UssStatus UssDesk::status() const {
  const std::lock_guard lock(state_->mutex);
  UssStatus status = state_->status;
  for (const auto& [id, own] : state_->uss.entities()) {
    if (own.asked) ++status.unsure;
    if (own.ended || !own.held) continue;
    ++(own.kind == Kind::constraint ? status.constraints : status.flights);
  }
  for (const auto& [number, outgoing] : state_->uss.outgoing()) ++(outgoing.given_up ? status.notices_given_up : status.notices_waiting);
  status.peers_entities = state_->peers.size();
  const std::uint64_t reports_sent = status.log.reports_sent;
  status.log = state_->book.status();
  status.log.reports_sent = reports_sent;
  return status;
}

const plan::UssSetup& UssDesk::setup() const { return state_->options.setup; }
UssLog& UssDesk::log() { return state_->book; }

}  // namespace skypact::server
