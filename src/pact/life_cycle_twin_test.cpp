// Three nodes with clocks that differ, records that reach the others late, in any order between each other and more than once.
// Once each has heard all, all have one state and the same terms at every instant; before that no two nodes are certain of terms
// that contradict. An independent evaluator over all facts, written the slow way, says which terms those are.

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <array>

#include "pact/pact_view.h"
#include "pact/test_pact.h"

namespace skypact::pact {
namespace {

using std::chrono::hours;
using test::noon;
using test::TestTerms;

const std::vector<std::string> parties{"north", "south", "un"};

// --- the twin ---

struct Fact {
  std::uint64_t index;
  Time at;
  Statement statement;
  std::set<unsigned> signers;   // positions of the party's signatories
};
using AllFacts = std::map<std::string, std::vector<Fact>>;

struct Twin {
  const AllFacts& facts;
  std::map<std::string, TestTerms> terms;   // by id

  template <class Body>
  static const Body* about(const Fact& fact, const std::string& id) {
    const auto* body = std::get_if<Body>(&fact.statement.body);
    return body != nullptr && body->terms == id ? body : nullptr;
  }
  static bool all_accepted(const Response& r) { return r.rest->answer == Answer::accept; }

  bool proposes(const Fact& fact, const std::string& id) const {
    const auto* proposal = about<Proposal>(fact, id);
    return proposal != nullptr && fact.at < proposal->respond_by && proposal->respond_by <= terms.at(id).from;
  }
  bool is_proposer(const std::string& party, const std::string& id) const {
    for (const Fact& fact : facts.at(party)) {
      if (about<Response>(fact, id) != nullptr) return false;
      if (proposes(fact, id)) return true;
    }
    return false;
  }
  // Of the first `count` facts of a party, the persons whose signatures make its consent; nullopt: it has not accepted by then.
  std::optional<std::set<unsigned>> persons(const std::string& party, const std::string& id, std::size_t count) const {
    const bool proposer = is_proposer(party, id);
    const auto& record = facts.at(party);
    std::optional<std::set<unsigned>> pool;
    for (std::size_t i = 0; i < count; ++i) {
      const bool consented_before = pool && pool->size() >= 2;
      if (consented_before) break;
      if (proposer && proposes(record[i], id) && !pool) pool.emplace();
      if (const auto* response = about<Response>(record[i], id); response != nullptr && !proposer && record[i].at < respond_by(id)) {
        if (!all_accepted(*response)) {
          pool.reset();
        } else if (!pool) {
          pool.emplace();
        }
      }
      if (about<Withdrawal>(record[i], id) != nullptr && proposer && pool) return std::nullopt;
      if (about<Signing>(record[i], id) != nullptr && pool && record[i].at < terms.at(id).from) pool->insert(record[i].signers.begin(), record[i].signers.end());
    }
    return pool;
  }
  Time respond_by(const std::string& id) const {
    Time latest = Time::min();
    for (const std::string& party : parties) {
      bool withdrawn = false, proposed = false;
      if (!is_proposer(party, id)) continue;
      for (const Fact& fact : facts.at(party)) {
        if (about<Withdrawal>(fact, id) != nullptr && proposed) withdrawn = true;
        if (!proposes(fact, id) || withdrawn) continue;
        proposed = true;
        latest = std::max(latest, std::get<Proposal>(fact.statement.body).respond_by);
      }
    }
    return latest;
  }
  // How many facts of the party it takes until it has consented.
  std::optional<std::size_t> consent(const std::string& party, const std::string& id) const {
    for (std::size_t count = 1; count <= facts.at(party).size(); ++count) {
      const auto pool = persons(party, id, count);
      if (pool && pool->size() >= 2) return count;
    }
    return std::nullopt;
  }
  bool proposed(const std::string& id) const { return respond_by(id) != Time::min(); }

  Time end_by_termination(const std::string& id) const {
    Time end = Time::max();
    for (const std::string& party : parties) {
      const auto from = consent(party, id);
      if (!from) continue;
      for (std::size_t i = *from; i < facts.at(party).size(); ++i) {
        const Fact& fact = facts.at(party)[i];
        const auto* termination = std::get_if<Termination>(&fact.statement.body);
        if (termination == nullptr || fact.signers.size() < 2) continue;
        const auto named = consent(party, termination->terms);
        const bool in_time = terms.contains(termination->terms) && named && *named <= i && termination->from >= fact.at + terms.at(termination->terms).notice;
        if (in_time && termination->from >= fact.at + terms.at(id).notice) end = std::min(end, termination->from);
      }
    }
    return end;
  }
  // Terms with the instants from and to which they hold.
  std::map<std::string, Interval<Time>> spans() const {
    std::vector<std::pair<Time, std::string>> order;
    for (const auto& [id, t] : terms) order.emplace_back(t.from, id);
    std::sort(order.begin(), order.end());
    std::map<std::string, Interval<Time>> result;
    std::string newest;
    for (const auto& [from, id] : order) {
      bool all = proposed(id);
      for (const std::string& party : parties) all = all && consent(party, id).has_value();
      if (!all || terms.at(id).replaces != newest) continue;
      const Interval<Time> span{from, std::min(terms.at(id).to, end_by_termination(id))};
      if (span.empty()) continue;
      if (!newest.empty()) result[newest].to = std::min(result[newest].to, from);
      result[id] = span;
      newest = id;
    }
    return result;
  }
};

// --- the run ---

struct Step {
  unsigned party = 0, kind = 0, pick = 0, who = 0, minutes_on = 0;
  bool careless = false;   // a node that records what it should refuse
};
std::ostream& operator<<(std::ostream& out, const Step& s) {
  return out << '{' << s.party << ',' << s.kind << ',' << s.pick << ',' << s.who << ',' << s.minutes_on << ',' << s.careless << '}';
}

struct Seen {
  unsigned in_force = 0, replaced = 0, terminated = 0, suspended = 0, unsettled = 0, claims = 0;
};

class Negotiation {
 public:
  explicit Negotiation(Seen& seen) : seen_(seen) {
    for (const std::string& party : parties) nodes_.emplace_back(test::setup_of(party));
  }

  void take(const Step& step) {
    time_ += minutes(step.minutes_on);
    const unsigned p = step.party;
    switch (step.kind) {
      case 0: case 1: propose(step); break;
      case 2: case 3: case 4: answer(step, Answer::accept); break;
      case 5: answer(step, step.pick % 2 == 0 ? Answer::reject : Answer::counter); break;
      case 6: case 7: case 8: case 9: with_terms(step, [&](const std::string& id) { say(p, Signing{id}, step); }); break;
      case 10: with_terms(step, [&](const std::string& id) { say(p, Withdrawal{id, "why"}, step); }); break;
      case 11:
        with_terms(step, [&](const std::string& id) {
          auto clauses = step.pick % 3 == 0 ? std::nullopt : std::optional(std::vector<std::string>{step.pick % 3 == 1 ? "minima.state" : "escalation"});
          say(p, Suspension{id, clauses, "why", step.who % 2 == 0 ? std::nullopt : std::optional(now(p) + minutes(step.who * 7))}, step);
        });
        break;
      case 12: resume(step); break;
      case 13:
        with_terms(step, [&](const std::string& id) { say(p, Termination{id, "why", now(p) + hours(1 + step.who % 4)}, step); });
        break;
      case 14: case 15: case 16: everybody(step); break;
      default: hear(p, (p + 1 + step.pick % 2) % 3, 1 + step.who, step.kind == 17); break;
    }
    check_claims();
  }

  void finish() {
    for (unsigned hearer = 0; hearer < 3; ++hearer) {
      for (unsigned speaker = 0; speaker < 3; ++speaker) {
        if (hearer != speaker) hear(hearer, speaker, 100'000, false);
      }
    }
    time_ += hours(48);
    for (unsigned hearer = 0; hearer < 3; ++hearer) {
      for (unsigned speaker = 0; speaker < 3; ++speaker) {
        if (hearer != speaker) hear(hearer, speaker, 1, false);
      }
    }
    check_claims();
    const std::string one = view(0);
    RC_ASSERT(one == view(1));
    RC_ASSERT(one == view(2));

    const Twin twin{facts_, terms_};
    const auto spans = twin.spans();
    for (Time t = noon; t < time_; t += minutes(10)) {
      std::string expected;
      for (const auto& [id, span] : spans) {
        if (span.contains(t)) expected = id;
      }
      for (const PactState& node : nodes_) {
        const Version* version = node.terms_in_force(t);
        RC_ASSERT((version == nullptr ? "" : version->terms) == expected);
      }
      const auto claim = claims_.find(t);
      if (claim != claims_.end()) RC_ASSERT(claim->second == expected);
    }
    // Replaying what a node recorded gives its state.
    for (unsigned p = 0; p < 3; ++p) {
      PactState again(test::setup_of(parties[p]));
      for (const PactEvent& event : heard_events_[p]) again.apply(event);
      RC_ASSERT(view_of(again) == view(p));
    }
    for (const Version& version : nodes_[0].versions()) {
      if (version.in_force) ++seen_.in_force;
      if (version.end == End::superseded) ++seen_.replaced;
      if (version.end == End::terminated) ++seen_.terminated;
      if (version.in_force && !version.suspensions.empty()) ++seen_.suspended;
    }
    seen_.claims += static_cast<unsigned>(claims_.size());
  }

 private:
  // Clocks differ by minutes, more than any of ours may.
  Time now(unsigned p) const { return time_ + std::array{Duration(0), Duration(minutes(3)), Duration(-minutes(2))}[p]; }

  std::string view_of(const PactState& state) const {
    // The own party's name stands in its view; the rest is the same everywhere.
    std::string text = to_json(state, {}, {}, time_);
    const std::string own = "\"own_party\":\"" + state.setup().own_party + "\"";
    const auto at = text.find(own);
    RC_ASSERT(at != text.npos);
    text.replace(at, own.size(), "");
    const auto doubt = text.find("\"unsettled\"");
    RC_ASSERT(doubt != text.npos);
    return text.substr(0, doubt);
  }
  std::string view(unsigned p) const { return view_of(nodes_[p]); }

  template <class Do>
  void with_terms(const Step& step, Do act) {
    const auto& versions = nodes_[step.party].versions();
    if (versions.empty()) return;
    // Mostly the newest.
    act(versions[step.pick % 4 == 0 ? step.pick / 4 % versions.size() : versions.size() - 1].terms);
  }

  void propose(const Step& step) {
    const unsigned p = step.party;
    const Version* newest = nodes_[p].newest();
    TestTerms terms;
    terms.replaces = newest == nullptr ? "" : newest->terms;
    if (step.careless && !terms_.empty()) terms.replaces = std::next(terms_.begin(), step.pick % static_cast<long>(terms_.size()))->first;
    terms.from = Time(std::chrono::floor<minutes>(now(p))) + minutes(30 + 30 * (step.pick % 5));
    if (step.pick % 5 == 4) terms.to = terms.from + hours(3);
    terms.notice = hours(1 + step.who % 2);
    terms.remark = std::to_string(terms_.size());
    const std::string id = terms.id();
    const std::string note = test::note_of(parties[p], now(p), Proposal{id, terms.from - minutes(5 * (step.who % 3)), ""}, {step.who % 3});
    const auto ready = decide(nodes_[p], note, terms.text(), now(p));
    if (!ready && !step.careless) return;
    terms_[id] = terms;
    record(p, TermsPart{id, 0, 1, terms.text()});
    record(p, note);
  }

  void answer(const Step& step, Answer how) {
    with_terms(step, [&](const std::string& id) { say(step.party, Response{id, {}, ClauseAnswer{how, how == Answer::accept ? "" : "why"}}, step); });
  }

  void resume(const Step& step) {
    std::vector<std::string> suspensions;
    for (const Judgement& judgement : nodes_[step.party].judgements()) {
      if (std::holds_alternative<Suspension>(nodes_[step.party].said(judgement.id)->statement.body)) suspensions.push_back(judgement.id);
    }
    if (!suspensions.empty()) say(step.party, Resumption{suspensions[step.pick % suspensions.size()], {}}, step);
  }

  // All parties hear each other, accept the newest terms and sign them; now and then one of them does not.
  void everybody(const Step& step) {
    for (const bool signs : {false, true}) {
      for (unsigned p = 0; p < 3; ++p) {
        for (unsigned other = 1; other < 3; ++other) hear(p, (p + other) % 3, 100, false);
        if (signs && step.who == p) continue;
        const Step own{p, 0, 1, 0, 0, false};
        with_terms(own, [&](const std::string& id) {
          if (signs) {
            say(p, Signing{id}, own);
          } else {
            say(p, Response{id, {}, ClauseAnswer{Answer::accept, {}}}, own);
          }
        });
      }
    }
  }

  void say(unsigned p, StatementBody body, const Step& step) {
    std::vector<unsigned> who{step.who % 3};
    if (step.who % 4 != 3) who.push_back((step.who + 1) % 3);
    const std::string note = test::note_of(parties[p], now(p), std::move(body), who);
    if (!step.careless && !decide(nodes_[p], note, "", now(p))) return;
    record(p, note);
  }

  void record(unsigned p, std::variant<std::string, TermsPart> what) {
    const PactEvent event{test::keys_of(parties[p]).origin(), events_[p].size(), now(p), std::move(what)};
    if (const auto* note = std::get_if<std::string>(&event.what)) {
      const auto read = parse_statement_note(*note).value();
      Fact fact{event.index, event.at, read.statement, {}};
      for (unsigned i = 0; i < 3; ++i) {
        const ledger::VerifierKey key = test::keys_of(parties[p]).signatories[i].verifier();
        if (!signers_of(read.note, {&key, 1}).empty()) fact.signers.insert(i);
      }
      facts_[parties[p]].push_back(std::move(fact));
    }
    events_[p].push_back(event);
    nodes_[p].apply(event);
    heard_events_[p].push_back(event);
  }

  void hear(unsigned hearer, unsigned speaker, std::size_t count, bool again) {
    if (hearer == speaker) return;
    std::size_t& next = next_[hearer][speaker];
    if (again && next > 0) {   // an entry that came before comes once more
      nodes_[hearer].apply(events_[speaker][next / 2]);
      heard_events_[hearer].push_back(events_[speaker][next / 2]);
    }
    for (; count > 0 && next < events_[speaker].size(); --count, ++next) {
      nodes_[hearer].apply(events_[speaker][next]);
      heard_events_[hearer].push_back(events_[speaker][next]);
      heard_[hearer][parties[speaker]] = events_[speaker][next].at;
    }
    if (next == events_[speaker].size()) heard_[hearer][parties[speaker]] = now(speaker);   // a checkpoint says: no more by now
  }

  // What a node is certain of is the same at every node and for ever.
  void check_claims() {
    for (unsigned p = 0; p < 3; ++p) {
      for (Time t = std::max(noon, Time(std::chrono::floor<hours>(now(p))) - hours(6)); t <= now(p); t += minutes(30)) {
        const Unsettled doubt = nodes_[p].unsettled(heard_[p], t);
        if (!doubt.certain()) {
          ++seen_.unsettled;
          continue;
        }
        const auto [claim, first] = claims_.try_emplace(t, doubt.alternatives.front());
        if (claim->second != doubt.alternatives.front()) {
          RC_FAIL(fmt::format("{} is certain of {} at {}, where {} was certain before", parties[p], doubt.alternatives.front(), to_rfc3339(t), claim->second));
        }
      }
    }
  }

  Seen& seen_;
  Time time_ = noon;
  std::vector<PactState> nodes_;
  std::array<std::vector<PactEvent>, 3> events_, heard_events_;
  std::array<std::array<std::size_t, 3>, 3> next_{};
  std::array<Heard, 3> heard_;
  AllFacts facts_{{"north", {}}, {"south", {}}, {"un", {}}};
  std::map<std::string, TestTerms> terms_;
  std::map<Time, std::string> claims_;
};

TEST(LifeCycleTwin, ThreeNodesEndInOneStateAndAreNeverCertainOfTermsThatContradict) {
  Seen seen;
  const auto step = rc::gen::build<Step>(rc::gen::set(&Step::party, rc::gen::inRange(0u, 3u)), rc::gen::set(&Step::kind, rc::gen::inRange(0u, 23u)),
                                         rc::gen::set(&Step::pick, rc::gen::inRange(0u, 24u)), rc::gen::set(&Step::who, rc::gen::inRange(0u, 8u)),
                                         rc::gen::set(&Step::minutes_on, rc::gen::inRange(0u, 12u)),
                                         rc::gen::set(&Step::careless, rc::gen::map(rc::gen::inRange(0, 5), [](int i) { return i == 0; })));
  EXPECT_TRUE(rc::check([&] {
    const auto steps = *rc::gen::scale(1.5, rc::gen::container<std::vector<Step>>(step));
    Negotiation run(seen);
    for (const Step& s : steps) run.take(s);
    run.finish();
  }));
  // A run in which nothing comes about proves nothing.
  EXPECT_GT(seen.in_force, 20u);
  EXPECT_GT(seen.replaced, 0u);
  EXPECT_GT(seen.terminated, 0u);
  EXPECT_GT(seen.suspended, 0u);
  EXPECT_GT(seen.unsettled, 100u);
  EXPECT_GT(seen.claims, 100u);
  std::printf("%u in force, %u replaced, %u terminated, %u suspended; %u times unsettled, %u claims\n", seen.in_force, seen.replaced, seen.terminated, seen.suspended,
              seen.unsettled, seen.claims);
}

}  // namespace
}  // namespace skypact::pact
