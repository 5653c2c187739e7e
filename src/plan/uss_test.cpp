#include "plan/uss.h"

#include <gtest/gtest.h>

#include "base/random.h"
#include "ledger/test_storage.h"
#include "plan/peer_book.h"
#include "plan/snapshot.h"
#include "plan/test_uss.h"
#include "plan/uss_store.h"

namespace skypact::plan::test {
namespace {

using ledger::test::Disk;

std::string whole_of(const Uss& uss) {
  std::string lines;
  uss.whole([&](const UssChange& piece) { lines += to_json(piece) + '\n'; });
  return lines;
}

Reference reference_of(unsigned n, std::int32_t version, IntentState state = IntentState::accepted, Interval<Time> time = {noon, noon + hours(1)}) {
  Reference reference;
  reference.id = entity(n);
  reference.manager = "north";
  reference.version = version;
  reference.ovn = "ovn " + std::to_string(n) + " " + std::to_string(version);
  reference.state = state;
  reference.time = time;
  reference.uss_base_url = base_url_of("north");
  return reference;
}
ReferenceChanged changed_of(unsigned n, std::int32_t version, IntentState state = IntentState::accepted, std::size_t subscribers = 2) {
  ReferenceChanged changed{reference_of(n, version, state), {}, Outcome::updated};
  for (std::size_t i = 0; i < subscribers; ++i) changed.subscribers.push_back({"https://peer" + std::to_string(i) + ".test", {"peer"}, {{entity(900 + static_cast<unsigned>(i)), version}}});
  return changed;
}
Uss::Asks asks_of(unsigned n, const std::vector<Box>& boxes = {Box{}}, IntentState state = IntentState::accepted) {
  return {Kind::operational_intent, entity(n), Particulars{"RELIEF1", "op-7", "4X-ABC", ""}, {details_of(boxes), state}};
}
// Also by way of the journal.
void apply(Uss& uss, const UssChange& change) {
  const std::string text = to_json(change);
  const auto again = read_uss_change(text);
  ASSERT_TRUE(again) << again.error().message << " in " << text;
  EXPECT_EQ(to_json(*again), text);
  uss.apply(*again);
}

TEST(Uss, PeersAreShownWhatTheDssTookAndNotWhatItIsAskedFor) {
  Uss uss;
  apply(uss, *uss.begin(asks_of(1), noon));
  EXPECT_EQ(uss.disclosed(Kind::operational_intent, entity(1)), nullptr) << "the DSS has not taken it";
  apply(uss, uss.taken(entity(1), changed_of(1, 1), noon));
  ASSERT_NE(uss.disclosed(Kind::operational_intent, entity(1)), nullptr);
  EXPECT_EQ(uss.disclosed(Kind::constraint, entity(1)), nullptr);
  apply(uss, *uss.begin(asks_of(1, {Box{.lat = 47}}), noon));
  EXPECT_EQ(uss.disclosed(Kind::operational_intent, entity(1))->details.volumes[0].area.outline()[0].lat_deg, 46 - 0.005);
  apply(uss, uss.taken(entity(1), changed_of(1, 2), noon));
  EXPECT_EQ(uss.disclosed(Kind::operational_intent, entity(1))->details.volumes[0].area.outline()[0].lat_deg, 47 - 0.005);
  EXPECT_EQ(uss.find(entity(1))->particulars.name, "RELIEF1");
  apply(uss, *uss.begin_withdrawal(entity(1), noon));
  EXPECT_NE(uss.disclosed(Kind::operational_intent, entity(1)), nullptr) << "it is there until the DSS says otherwise";
  apply(uss, uss.taken(entity(1), changed_of(1, 2), noon));
  EXPECT_EQ(uss.disclosed(Kind::operational_intent, entity(1)), nullptr);
}

TEST(Uss, OneThingIsAskedAtATime) {
  Uss uss;
  apply(uss, *uss.begin(asks_of(1), noon));
  EXPECT_EQ(uss.begin(asks_of(1), noon).error().code, ErrorCode::conflict);
  EXPECT_EQ(uss.begin_withdrawal(entity(1), noon).error().code, ErrorCode::conflict);
  apply(uss, uss.not_taken(entity(1), noon));
  EXPECT_TRUE(uss.entities().empty()) << "it never was";
  EXPECT_EQ(uss.begin_withdrawal(entity(1), noon).error().code, ErrorCode::not_found);
}

TEST(Uss, StatesFollowEachOther) {
  using enum IntentState;
  const auto may = [](std::optional<IntentState> from, IntentState to) {
    Uss uss;
    if (from) {
      uss.apply(*uss.begin(asks_of(1), noon));
      uss.apply(uss.taken(entity(1), changed_of(1, 1, *from), noon));
    }
    Uss::Asks asks = asks_of(1, {Box{}}, to);
    if (to >= nonconforming) asks.intention.details.off_nominal = asks.intention.details.volumes;
    if (to == contingent) asks.intention.details.volumes.clear();
    return uss.begin(asks, noon).has_value();
  };
  EXPECT_TRUE(may({}, accepted));
  for (const IntentState to : {activated, nonconforming, contingent}) EXPECT_FALSE(may({}, to));
  const bool table[4][4] = {{true, true, false, false}, {false, true, true, true}, {false, true, true, true}, {false, false, false, true}};
  for (int from = 0; from < 4; ++from) {
    for (int to = 0; to < 4; ++to) EXPECT_EQ(may(static_cast<IntentState>(from), static_cast<IntentState>(to)), table[from][to]) << from << " to " << to;
  }
}

TEST(Uss, NoticesWaitUntilTheyAreConfirmedOrGivenUp) {
  Uss uss;
  apply(uss, *uss.begin(asks_of(1), noon));
  apply(uss, uss.taken(entity(1), changed_of(1, 1), noon));
  ASSERT_EQ(uss.outgoing().size(), 2u);
  const Outgoing first = uss.outgoing().begin()->second;
  EXPECT_EQ(notice_of(first).entity->reference.ovn, "ovn 1 1");
  EXPECT_EQ(notice_of(first).subscriptions[0].id, entity(900));
  apply(uss, uss.confirmed(first.number));
  const std::uint64_t second = uss.outgoing().begin()->first;
  apply(uss, uss.given_up(second, noon + seconds(5), "no answer"));
  EXPECT_EQ(uss.outgoing().at(second).why, "no answer");
  apply(uss, *uss.begin_withdrawal(entity(1), noon));
  apply(uss, uss.taken(entity(1), changed_of(1, 1), noon));
  EXPECT_FALSE(notice_of(uss.outgoing().rbegin()->second).entity) << "it is no more";
  EXPECT_GT(uss.outgoing().rbegin()->first, second) << "numbers are not given twice";
}

TEST(Uss, OfNoticesThatWereGivenUpTheLastThousandAreKept) {
  Uss uss;
  apply(uss, *uss.begin(asks_of(1), noon));
  uss.apply(uss.taken(entity(1), changed_of(1, 1, IntentState::accepted, UssLimits::dead + 30), noon));
  for (std::uint64_t number = 1; number <= UssLimits::dead + 30; ++number) uss.apply(uss.given_up(number, noon, "x"));
  EXPECT_EQ(uss.outgoing().size(), UssLimits::dead);
  EXPECT_EQ(uss.outgoing().begin()->first, 31u);
}

TEST(Uss, WhatTimeHasEndedEndsAndIsForgottenADayLater) {
  Uss uss;
  apply(uss, *uss.begin(asks_of(1), noon));
  apply(uss, uss.taken(entity(1), changed_of(1, 1), noon));
  EXPECT_TRUE(uss.time_passes(noon + hours(1) - seconds(1)).empty());
  apply(uss, uss.time_passes(noon + hours(1)));
  EXPECT_EQ(uss.find(entity(1)), nullptr);
  EXPECT_EQ(uss.begin(asks_of(1), noon + hours(1)).error().code, ErrorCode::conflict);
  EXPECT_TRUE(uss.time_passes(noon + hours(24)).empty());
  apply(uss, uss.time_passes(noon + hours(25)));
  EXPECT_TRUE(uss.entities().empty());
}

TEST(Uss, KnowsWhichOfItsFlightsAPeersEntityMeets) {
  Uss uss;
  for (unsigned n = 1; n <= 3; ++n) {
    apply(uss, *uss.begin(asks_of(n, {Box{.lat = 46 + 0.1 * n}}), noon));
    apply(uss, uss.taken(entity(n), changed_of(n, 1), noon));
  }
  Disclosed other{reference_of(50, 1), details_of({Box{.lat = 46.2}})};
  EXPECT_EQ(uss.met_by(other), std::vector{entity(2)});
  other.details.off_nominal = details_of({Box{.lat = 46.3}}).volumes;
  EXPECT_EQ(uss.met_by(other), (std::vector{entity(2), entity(3)}));
  other.reference.time = {noon + hours(1), noon + hours(2)};
  EXPECT_TRUE(uss.met_by(other).empty());
}

TEST(PeerBook, TakesWhatIsNewerAndItsManagers) {
  PeerBook peers;
  const auto notice = [](std::int32_t version, const std::string& ovn, double lat = 46) {
    EntityNotice n{Kind::operational_intent, entity(1), Disclosed{reference_of(1, version), details_of({Box{.lat = lat}})}, {{entity(9), 1}}};
    n.entity->reference.ovn = ovn;
    return n;
  };
  EXPECT_EQ(peers.notified(notice(3, "a"), "south", noon).error().code, ErrorCode::refused) << "north's intent, told by south";
  EXPECT_TRUE(peers.notified(notice(3, "a"), "north", noon));
  EXPECT_TRUE(peers.notified(notice(3, "a"), "north", noon)) << "the same again";
  EXPECT_EQ(peers.notified(notice(3, "b"), "north", noon).error().code, ErrorCode::conflict);
  EXPECT_EQ(peers.notified(notice(3, "a", 47), "north", noon).error().code, ErrorCode::conflict);
  EXPECT_EQ(peers.notified(notice(2, "z"), "north", noon).error().code, ErrorCode::conflict);
  EXPECT_EQ(peers.find(Kind::operational_intent, entity(1))->reference.ovn, "a");
  EXPECT_TRUE(peers.notified(notice(4, "c"), "north", noon));
  const EntityNotice gone{Kind::operational_intent, entity(1), {}, {{entity(9), 2}}};
  EXPECT_EQ(peers.notified(gone, "south", noon).error().code, ErrorCode::refused);
  EXPECT_TRUE(peers.notified(gone, "north", noon));
  EXPECT_EQ(peers.find(Kind::operational_intent, entity(1)), nullptr);
  EXPECT_TRUE(peers.notified(gone, "south", noon)) << "of what is not known anybody may say that it is no more";
}

TEST(PeerBook, IsBoundedAndLetsTheEndedGoFirst) {
  PeerBook peers;
  Disclosed entity_of{reference_of(1, 1), {}};
  for (unsigned n = 0; n < PeerLimits::entities; ++n) {
    entity_of.reference.id = entity(n);
    entity_of.reference.time.to = n < 100 ? noon : noon + hours(1);
    peers.learned(entity_of, noon - hours(1));
  }
  entity_of.reference.id = entity(1'000'000);
  peers.learned(entity_of, noon);
  EXPECT_EQ(peers.size(), PeerLimits::entities - 99);
  EXPECT_NE(peers.find(Kind::operational_intent, entity(100)), nullptr);
}

// What an operator does, the same each time.
class Operator {
 public:
  Result<UssChange> next(const Uss& uss) {
    const Time now = noon + seconds(++count_);
    const unsigned n = static_cast<unsigned>(random_.below(8));
    const auto found = uss.entities().find(entity(n));
    const bool there = found != uss.entities().end();
    if (there && found->second.asked) {
      if (random_.chance(0.2)) return uss.not_taken(entity(n), now);
      return uss.taken(entity(n), changed_of(n, ++version_, IntentState::accepted, random_.below(3)), now);
    }
    if (!uss.outgoing().empty() && random_.chance(0.4)) {
      const std::uint64_t number = uss.outgoing().begin()->first;
      return random_.chance(0.7) ? uss.confirmed(number) : uss.given_up(number, now, "no \"answer\"");
    }
    if (there && found->second.ended) return uss.time_passes(now + hours(24));
    if (there && random_.chance(0.3)) return uss.begin_withdrawal(entity(n), now);
    return uss.begin(asks_of(n, {Box{.lat = random_.uniform(-80, 80)}}), now);
  }

 private:
  Random random_{5};
  int count_ = 0;
  std::int32_t version_ = 0;
};

const UssStoreOptions small{.wal_file_bytes = 4'000, .fold_after = 10};

// Until `steps` are done or the power is off; returns the states that were durable one after the other.
std::vector<std::string> work(Disk& disk, int steps) {
  auto opened = UssStore::open(disk, small);
  if (!opened) return {};
  auto& [store, uss] = *opened;
  std::vector<std::string> states{whole_of(uss)};
  Operator person;
  for (int i = 0; i < steps; ++i) {
    const auto change = person.next(uss);
    EXPECT_TRUE(change) << change.error().message;
    if (change->empty()) continue;
    if (!store.write(*change)) return states;
    uss.apply(*change);
    states.push_back(whole_of(uss));
    if (store.is_long(uss) && !store.fold(uss)) return states;
  }
  return states;
}

TEST(UssStore, LosesNothingThatWasWrittenWhereverThePowerIsCut) {
  constexpr int steps = 90;
  Disk whole;
  const std::vector<std::string> states = work(whole, steps);
  ASSERT_GT(states.size(), 60u);
  const std::uint64_t calls = whole.calls();
  int from_snapshot = 0;
  Random outcomes(11);
  for (std::uint64_t cut = 1; cut <= calls; ++cut) {
    SCOPED_TRACE(cut);
    Disk disk;
    disk.cut_at = cut;
    const std::size_t written = work(disk, steps).size();
    for (int outcome = 0; outcome < 3; ++outcome) {
      Disk found = outcome == 0 ? disk.after_kill() : disk.after_power_cut(outcomes);
      auto opened = UssStore::open(found, small);
      ASSERT_TRUE(opened) << opened.error().message;
      from_snapshot += newest_snapshot(found)->has_value();
      const std::string now = whole_of(opened->uss);
      const bool last = written > 0 && now == states[written - 1], next = written < states.size() && now == states[written];
      ASSERT_TRUE(last || next) << "neither what was written last nor what was being written";
    }
  }
  EXPECT_GT(from_snapshot, 100);
}

}  // namespace
}  // namespace skypact::plan::test
