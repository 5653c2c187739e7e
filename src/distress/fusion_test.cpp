// Which triggers are together: against a twin that knows nothing of cases, in every order; and that a record of calls replays.

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "distress/intake.h"
#include "distress/test_cases.h"

namespace skypact::distress {
namespace {

using rc::gen::inRange;
using tests::noon;

// A trigger out of so few identities that they often meet.
Trigger any_trigger(int index) {
  Trigger t = tests::trigger(static_cast<TriggerKind>(*inRange(0, static_cast<int>(trigger_kinds))), static_cast<EmergencyWord>(*inRange(0, static_cast<int>(emergency_words))),
                             noon + seconds(*inRange(0, 1'200)), *rc::gen::element<std::string>("site-1", "site-2"));
  const auto sometimes = [](int of) { return *inRange(0, of) == 0; };
  if (sometimes(2)) t.subject.address = icao_address(static_cast<std::uint32_t>(*inRange(0, 6)));
  if (sometimes(3)) t.subject.beacon = *rc::gen::element<std::string>("3EF1B4C2A5FFBF0", "3EF1B4C2A5FFBF1", "3EF1B4C2A5FFBF2", "000000000000000");
  if (sometimes(5)) t.subject.registration = *rc::gen::element<std::string>("D-ABCD", "F-GHIJ");
  if (sometimes(2)) t.subject.callsign = *rc::gen::element<std::string>("NORTH21", "SOUTH7");
  if (sometimes(6)) t.subject.mmsi = *rc::gen::element<std::string>("211000001", "000000000");
  if (sometimes(4)) t.reference = *rc::gen::element<std::string>("1", "2");
  if (sometimes(5)) t.mark = TriggerMark::exercise;
  if (sometimes(3)) t.place = tests::place_at(*inRange(-60, 60), *inRange(-180, 180));
  t.remark = std::to_string(index);   // tells them apart
  return t;
}

std::vector<Trigger> any_triggers(int most) {
  std::vector<Trigger> triggers;
  const int count = *inRange(1, most);
  for (int i = 0; i < count; ++i) triggers.push_back(any_trigger(i));
  return triggers;
}

// As the header says it, pair by pair: the same address and so on; all-zero numbers are nobody's.
bool share_an_identity(const Trigger& a, const Trigger& b) {
  if ((a.mark == TriggerMark::exercise) != (b.mark == TriggerMark::exercise)) return false;
  const Subject &s = a.subject, &o = b.subject;
  if (s.address && s.address == o.address && s.address->number != 0) return true;
  if (!s.beacon.empty() && s.beacon == o.beacon && s.beacon != "000000000000000") return true;
  if (!s.registration.empty() && s.registration == o.registration) return true;
  if (!s.mmsi.empty() && s.mmsi == o.mmsi && s.mmsi != "000000000") return true;
  const bool same_source = a.kind == b.kind && a.source == b.source;
  if (same_source && !a.reference.empty() && a.reference == b.reference) return true;
  const auto nameless = [](const Trigger& t) {
    const Subject& x = t.subject;
    return (!x.address || x.address->number == 0) && (x.beacon.empty() || x.beacon == "000000000000000") && x.registration.empty() && (x.mmsi.empty() || x.mmsi == "000000000") && t.reference.empty();
  };
  return same_source && nameless(a) && nameless(b) && !s.callsign.empty() && s.callsign == o.callsign;
}

using Groups = std::set<std::set<std::string>>;   // of remarks

Groups twin(const std::vector<Trigger>& triggers) {
  std::vector<std::size_t> group(triggers.size());
  for (std::size_t i = 0; i < group.size(); ++i) group[i] = i;
  for (bool changed = true; changed;) {
    changed = false;
    for (std::size_t i = 0; i < triggers.size(); ++i) {
      for (std::size_t k = 0; k < triggers.size(); ++k) {
        if (!share_an_identity(triggers[i], triggers[k]) || group[i] == group[k]) continue;
        group[i] = group[k] = std::min(group[i], group[k]);
        changed = true;
      }
    }
  }
  std::map<std::size_t, std::set<std::string>> by_group;
  for (std::size_t i = 0; i < triggers.size(); ++i) by_group[group[i]].insert(triggers[i].remark);
  Groups groups;
  for (const auto& [root, members] : by_group) groups.insert(members);
  return groups;
}

struct Outcome {
  Groups groups;
  // By the group: what does not depend on the order in which its triggers came.
  std::map<std::set<std::string>, std::pair<std::uint32_t, Phase>> facts;
};

Outcome outcome_of(const std::vector<Trigger>& triggers) {
  CaseBook book({.open = 10'000, .untouched = 10'000, .untouched_of_source = 10'000, .merged = 10'000});
  std::vector<CaseId> went_to;
  for (const Trigger& t : triggers) {
    const auto events = book.take(t, noon);
    went_to.push_back(*events.front().id);
  }
  std::map<CaseId, std::set<std::string>> by_root;
  for (std::size_t i = 0; i < triggers.size(); ++i) by_root[book.root_of(went_to[i])].insert(triggers[i].remark);
  Outcome outcome;
  for (const auto& [root, members] : by_root) {
    outcome.groups.insert(members);
    const Case view = book.view(root, noon);
    std::uint32_t count = 0;
    for (const Evidence& e : view.evidence) count += e.count;
    outcome.facts[members] = {count, view.proposed};
  }
  return outcome;
}

RC_GTEST_PROP(Fusion, IsThatOfTheTwinInEveryOrder, ()) {
  std::vector<Trigger> triggers = any_triggers(40);
  const Groups expected = twin(triggers);
  const Outcome first = outcome_of(triggers);
  RC_ASSERT(first.groups == expected);
  for (int round = 0; round < 5; ++round) {
    for (std::size_t i = triggers.size(); i > 1; --i) std::swap(triggers[i - 1], triggers[static_cast<std::size_t>(*inRange(0, static_cast<int>(i)))]);
    const Outcome again = outcome_of(triggers);
    RC_ASSERT(again.groups == expected);
    for (const auto& [members, facts] : again.facts) {
      RC_ASSERT(facts.second == first.facts.at(members).second);
    }
  }
}

RC_GTEST_PROP(Fusion, LosesNoTrigger, ()) {
  const std::vector<Trigger> triggers = any_triggers(60);
  CaseBook book({.open = 12, .untouched = 8, .untouched_of_source = 4});
  for (const Trigger& t : triggers) book.take(t, noon);
  std::uint64_t found = book.beyond().count + book.heard().count + book.refused();
  for (std::uint32_t id = 1; book.find(CaseId{id}) != nullptr; ++id) {
    const Case& c = *book.find(CaseId{id});
    for (const Evidence& e : c.evidence) found += e.count;
    found += c.beyond.evidence;
  }
  RC_ASSERT(found == triggers.size());
}

TEST(Fusion, OfAllOrdersOfFiveTriggersIsOne) {
  std::vector<Trigger> five{tests::squawk(1, noon), tests::burst(noon), tests::burst(noon, 0, tests::other_beacon_id), tests::burst(noon), tests::squawk(2, noon)};
  five[3].subject.address = icao_address(1);
  five[2].subject.registration = five[0].subject.registration = "D-ABCD";
  for (std::size_t i = 0; i < five.size(); ++i) five[i].remark = std::to_string(i);
  const Groups expected{{"0", "1", "2", "3"}, {"4"}};
  std::sort(five.begin(), five.end(), [](const Trigger& a, const Trigger& b) { return a.remark < b.remark; });
  do {
    ASSERT_EQ(outcome_of(five).groups, expected);
  } while (std::next_permutation(five.begin(), five.end(), [](const Trigger& a, const Trigger& b) { return a.remark < b.remark; }));
}

TEST(Fusion, KnowsNoIdentityInNumbersOfNobody) {
  Trigger zero = tests::squawk(0, noon), all = tests::squawk(0xFFFFFF, noon);
  EXPECT_TRUE(fusion_keys(zero).empty());
  EXPECT_TRUE(fusion_keys(all).empty());
  EXPECT_TRUE(fusion_keys(tests::burst(noon, 0, "FFFFFFFFFFFFFFF")).empty());
}

// ---- Replay -----------------------------------------------------------------------------------------------------

ActBody any_body(std::uint32_t cases) {
  const auto id = [&] { return CaseId{static_cast<std::uint32_t>(*inRange(1, static_cast<int>(cases) + 2))}; };
  const Addressee to{static_cast<AddresseeKind>(*inRange(0, 3)), *rc::gen::element<std::string>("a", "b")};
  switch (*inRange(0, 20)) {
    case 0: return DeclarePhase{static_cast<Phase>(*inRange(0, 4)), "r"};
    case 1: return TakeLead{"south", "duty", "x"};
    case 2: return Assign{"who", "task"};
    case 3: return FinishAssignment{static_cast<std::uint32_t>(*inRange(0, 5))};
    case 4: return AddRemark{"r"};
    case 5: return Identify{*rc::gen::element<std::string>("", "north", "south"), static_cast<AircraftClass>(*inRange(0, 6)), "r"};
    case 6: return ReleaseExact{};
    case 7: return MarkFalseAlarm{"r"};
    case 8: return MarkDuplicate{id(), "r"};
    case 9: return UndoMark{};
    case 10: return Merge{id(), "r"};
    case 11: return Unmerge{"r"};
    case 12: return KeepApart{id(), "r"};
    case 13: return Tell{to, "duty", *rc::gen::arbitrary<bool>()};
    case 14: return Delivered{to};
    case 15: return Answered{to, static_cast<Depth>(*inRange(0, 3)), "r"};
    case 16: return ProposeKeepClear{tests::at(34, 36), nautical_miles(10), {noon, noon + std::chrono::hours(1)}};
    case 17: return AnswerKeepClear{static_cast<std::uint32_t>(*inRange(0, 5)), *rc::gen::arbitrary<bool>()};
    case 18: return Close{static_cast<CloseReason>(*inRange(0, 8)), "r"};
    default: return Reopen{"r"};
  }
}

struct Call {
  std::optional<Trigger> trigger;
  std::optional<Act> act;
  Time now;
};

std::vector<Event> carry_out(CaseBook& book, const Call& call) {
  if (call.trigger) return book.take(*call.trigger, call.now);
  if (!call.act) return book.advance(call.now);
  auto done = book.apply(*call.act, call.now);
  return done ? *done : std::vector<Event>{{EventKind::refused, {}, {}, done.error().message}};
}

// Whatever officers do in whatever order: the same calls make the same book and events, trees of merges stay trees, and what an act that fails found is left.
RC_GTEST_PROP(CaseBook, ReplaysToAnEqualState, ()) {
  const CaseBookLimits tight{.open = 10, .untouched = 6, .untouched_of_source = 3, .closed = 2, .heard = 3, .proposals = 3, .merged = 4};
  CaseBook book(tight);
  std::vector<Call> calls;
  std::vector<std::vector<Event>> events;
  const int count = *inRange(1, 120);
  for (int i = 0; i < count; ++i) {
    Call call;
    call.now = noon + seconds(30 * i);
    const int what = *inRange(0, 10);
    if (what < 5) {
      call.trigger = any_trigger(i);
      if (*inRange(0, 8) == 0) call.trigger->cancellation = true;
      if (*inRange(0, 20) == 0) call.trigger->source.clear();
    } else if (what < 9) {
      const Officer by = *rc::gen::arbitrary<bool>() ? tests::south_officer : tests::north_officer;
      call.act = Act{by, call.now, CaseId{static_cast<std::uint32_t>(*inRange(1, 14))}, any_body(12)};
    }
    const CaseBook before = book;
    events.push_back(carry_out(book, call));
    if (call.act && !events.back().empty() && events.back().front().kind == EventKind::refused) RC_ASSERT(book == before);
    calls.push_back(std::move(call));
    for (const CaseId id : book.board(calls.back().now)) {
      RC_ASSERT(book.root_of(id) == id);
      RC_ASSERT(book.members_of(id).size() <= tight.merged);
    }
    RC_ASSERT(book.closed().size() <= tight.closed);
    RC_ASSERT(book.merge_proposals().size() <= tight.proposals);
  }
  CaseBook again(tight);
  for (std::size_t i = 0; i < calls.size(); ++i) RC_ASSERT(carry_out(again, calls[i]) == events[i]);
  RC_ASSERT(again == book);
}

}  // namespace
}  // namespace skypact::distress
