// Three parties' acts machines with their records in memory, that hear each other late, twice and in pieces.

#include "node/acts.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <vector>

#include "ledger/hash.h"
#include "node/command.h"
#include "node/test_acts.h"
#include "pact/record_entries.h"
#include "pact/terms_facts.h"
#include "pact/terms_rules.h"
#include "pact/test_terms.h"

namespace skypact::node {
namespace {

using namespace pact;
using namespace pact::test;
using namespace test;

constexpr auto minute = minutes(1);

TEST(Acts, CarryANegotiationThroughThreeRecords) {
  Node north("north"), south("south"), un("un");
  const TestTerms terms;
  Time now = noon;
  ASSERT_TRUE(north.state(note_of("north", now, Proposal{terms.id(), noon + minutes(30), "a corridor"}), terms.text(), now));
  for (Node* other : {&south, &un}) {
    other->hear_all(north, now + minute);
    ASSERT_EQ(other->acts.pacts().count("corridor"), 1u) << "a pact begins with what was heard";
    ASSERT_TRUE(other->state(note_of(other->party, now + 2 * minute, accept_all(terms.id())), "", now + 2 * minute));
  }
  for (Node* a : {&north, &south, &un}) {
    for (const Node* b : {&north, &south, &un}) {
      if (a != b) a->hear_all(*b, now + 3 * minute);
    }
  }
  for (Node* node : {&north, &south, &un}) {
    const auto first = node->state(note_of(node->party, now + 4 * minute, Signing{terms.id()}, {0}), "", now + 4 * minute);
    ASSERT_TRUE(first) << first.error().message;
    EXPECT_FALSE(first->complete);
    EXPECT_NE(first->waits.find("1 of 2"), std::string::npos) << first->waits;
    const auto second = node->state(note_of(node->party, now + 4 * minute, Signing{terms.id()}, {1}), "", now + 5 * minute);
    ASSERT_TRUE(second) << second.error().message;
    EXPECT_TRUE(second->complete);
    EXPECT_EQ(first->id, second->id) << "two persons sign one text";
  }
  for (Node* a : {&north, &south, &un}) {
    for (const Node* b : {&north, &south, &un}) {
      if (a != b) a->hear_all(*b, now + 6 * minute);
    }
  }
  for (const Node* node : {&north, &south, &un}) {
    const pact::PactState& state = node->acts.pacts().at("corridor");
    EXPECT_EQ(state.terms_in_force(terms.from - seconds(1)), nullptr);
    ASSERT_NE(state.terms_in_force(terms.from), nullptr);
    EXPECT_EQ(state.terms_in_force(terms.from)->terms, terms.id());
    EXPECT_EQ(digest(node->acts, terms.from), digest(north.acts, terms.from));
    EXPECT_EQ(digest(node->replayed(), terms.from), digest(node->acts, terms.from));
    ASSERT_NE(node->acts.terms_text(terms.id()), nullptr);
    EXPECT_EQ(*node->acts.terms_text(terms.id()), terms.text());
  }
}

// Test terms whose remark names the TLS keys of all parties.
Result<TermsFacts> read_with_pins(std::string_view text) {
  auto facts = read_test_terms(text);
  if (!facts) return facts;
  const std::string_view remark = text.substr(text.rfind(' ') + 1);
  for (PartyInTerms& party : facts->parties) {
    party.keys.push_back({KeyRole::tls, ledger::to_base64(ledger::sha256(ledger::as_bytes(party.party + std::string(remark))))});
  }
  return facts;
}
std::vector<ledger::Hash> pins_of(const Acts& acts, const std::string& party, Time at, Duration clock_offset = milliseconds(250)) {
  for (const PartyKeys& keys : acts.keys(at, clock_offset)) {
    if (keys.party == party) return keys.pins;
  }
  return {};
}

TEST(Acts, KnowAPartyByTheKeysOfTheTermsThatHoldAndByNoOthers) {
  ActsSetup setup = setup_of_node("north");
  setup.read_terms = read_with_pins;
  Acts acts(setup);
  std::map<std::string, std::uint64_t> next;
  std::uint64_t own = 0;
  const auto record = [&](const std::string& party, Time now, std::variant<StatementEntry, TermsPart> what) {
    const auto as_entry = [](const auto& one) -> decltype(RecordEntry::what) { return one; };
    const std::uint64_t index = next[party]++;
    if (party == "north") {
      acts.apply(own++, to_entry({keys_of("north").origin(), "north", now, std::visit(as_entry, what)}));
    } else {
      acts.apply(own++, to_entry({keys_of("north").origin(), "north", now, ReceivedEntry{keys_of(party).origin(), index, now, std::move(what)}}));
    }
  };
  const auto agree = [&](const TestTerms& terms, Time now) {
    record("north", now, TermsPart{terms.id(), 0, 1, terms.text()});
    record("north", now, StatementEntry{note_of("north", now, Proposal{terms.id(), terms.from - 10 * minute, "r"})});
    for (const char* other : {"south", "un"}) record(other, now, StatementEntry{note_of(other, now, accept_all(terms.id()))});
    for (const char* party : {"north", "south", "un"}) record(party, now, StatementEntry{note_of(party, now, Signing{terms.id()}, {0, 1})});
  };
  const auto pin = [](const std::string& text) { return ledger::sha256(ledger::as_bytes(text)); };
  const TestTerms first{.to = noon + std::chrono::hours(10), .remark = "one"};
  agree(first, noon);
  EXPECT_TRUE(pins_of(acts, "south", first.from - minute).empty());
  EXPECT_EQ(pins_of(acts, "south", first.from), std::vector{pin("southone")});
  EXPECT_EQ(pins_of(acts, "un", first.from), std::vector{pin("unone")});
  EXPECT_TRUE(pins_of(acts, "north", first.from).empty()) << "the own party's are its own matter";

  const TestTerms second{.replaces = first.id(), .from = noon + std::chrono::hours(5), .to = noon + std::chrono::hours(10), .remark = "two"};
  agree(second, noon + std::chrono::hours(2));
  EXPECT_EQ(pins_of(acts, "south", second.from - minute), std::vector{pin("southone")});
  EXPECT_EQ(pins_of(acts, "south", second.from).size(), 2u) << "by a clock that is behind the first still holds";
  EXPECT_EQ(pins_of(acts, "south", second.from + minute), std::vector{pin("southtwo")}) << "at its instant, by itself";
  EXPECT_EQ(pins_of(acts, "south", second.to + minute), std::vector{pin("southtwo")}) << "the end of a pact cuts no link";
}

TEST(Acts, TakeOverEachEntryOnceWhateverIsBroughtAgain) {
  Node north("north"), south("south");
  const TestTerms terms;
  north.record_entry("{\"at\":\"2026-11-26T12:00:00.000Z\",\"body\":{},\"origin\":\"north.example/record\",\"party\":\"north\",\"type\":\"traffic\",\"v\":1}\n");
  ASSERT_TRUE(north.state(note_of("north", noon, Proposal{terms.id(), noon + minutes(30), {}}), terms.text(), noon));
  ASSERT_EQ(north.record.size(), 3u) << "traffic, the text of the terms, the proposal";
  EXPECT_EQ(south.acts.position(keys_of("north").origin()), 0u);
  south.hear(north, 0, 2, noon);
  EXPECT_EQ(south.acts.position(keys_of("north").origin()), 2u);
  EXPECT_TRUE(south.acts.pacts().empty()) << "a text alone is no pact";
  south.hear(north, 0, 3, noon);
  EXPECT_EQ(south.acts.position(keys_of("north").origin()), 3u);
  const std::size_t entries = south.record.size();
  EXPECT_EQ(entries, 2u);
  south.hear(north, 0, 3, noon);
  south.hear(north, 2, 3, noon);
  EXPECT_EQ(south.record.size(), entries);
  EXPECT_EQ(south.replayed().position(keys_of("north").origin()), 3u);
}

TEST(Acts, TakeNothingFromStrangersNorOneRecordsWordForAnothers) {
  Node north("north"), south("south");
  const TestTerms terms;
  ASSERT_TRUE(north.state(note_of("north", noon, Proposal{terms.id(), noon + minutes(30), {}}), terms.text(), noon));
  const auto stranger = south.acts.receive("nobody.example/record", 0, north.record, noon);
  EXPECT_TRUE(stranger.entries.empty());
  EXPECT_FALSE(stranger.passed_over.empty());
  const auto as_un = south.acts.receive(keys_of("un").origin(), 0, north.record, noon);
  EXPECT_TRUE(as_un.entries.empty()) << "the entries name another record";
  EXPECT_EQ(as_un.passed_over.size(), 2u);
  const auto own = south.acts.receive(keys_of("south").origin(), 0, north.record, noon);
  EXPECT_TRUE(own.entries.empty());
  // What north wrote of un's, which un never said in its own record.
  const std::string forged = to_entry({keys_of("north").origin(), "north", noon, StatementEntry{note_of("un", noon, Proposal{terms.id(), noon + minutes(30), {}})}});
  const auto heard = south.acts.receive(keys_of("north").origin(), 5, std::vector{forged}, noon);
  EXPECT_TRUE(heard.entries.empty());
  EXPECT_EQ(heard.passed_over.size(), 1u);
}

TEST(Acts, RefuseWithAReasonAndRecordNothing) {
  Node north("north");
  const TestTerms terms;
  const auto unknown = north.state(note_of("north", noon, accept_all(terms.id())), "", noon);
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().code, ErrorCode::not_found);
  EXPECT_NE(unknown.error().message.find("begins with a proposal"), std::string::npos) << unknown.error().message;
  const auto no_text = north.state(note_of("north", noon, Proposal{terms.id(), noon + minutes(30), {}}), "", noon);
  EXPECT_FALSE(no_text);
  const auto others = north.state(note_of("south", noon, Proposal{terms.id(), noon + minutes(30), {}}), terms.text(), noon);
  EXPECT_FALSE(others);
  const auto unsigned_note = north.state(note_of("north", noon, Proposal{terms.id(), noon + minutes(30), {}}, {}), terms.text(), noon);
  EXPECT_FALSE(unsigned_note);
  EXPECT_TRUE(north.record.empty());
  EXPECT_TRUE(north.acts.pacts().empty());
}

TEST(Acts, JudgeAPartysActsByTheGreatestTimeItsRecordHadComeTo) {
  Node north("north"), south("south");
  const TestTerms terms;
  // North's clock was an hour ahead and was set right: what it recorded then is not younger than what came before.
  north.record_entry("{\"at\":\"2026-11-26T13:00:00.000Z\",\"body\":{},\"origin\":\"north.example/record\",\"party\":\"north\",\"type\":\"traffic\",\"v\":1}\n");
  const std::string note = note_of("north", noon, Proposal{terms.id(), noon + minutes(30), {}});
  const auto parts = parts_of(terms.text());
  for (const TermsPart& part : *parts) north.record.push_back(to_entry({keys_of("north").origin(), "north", noon, part}));
  north.record.push_back(to_entry({keys_of("north").origin(), "north", noon, StatementEntry{note}}));
  south.hear_all(north, noon);
  ASSERT_EQ(south.record.size(), 2u);
  for (const std::string& entry : south.record) {
    EXPECT_EQ(std::get<ReceivedEntry>(parse_record_entry(entry)->what).at, noon + minutes(60));
  }
  // And its own acts are not recorded before what its record says already.
  Node again("north");
  again.record_entry(north.record[0]);
  ASSERT_TRUE(again.state(note_of("north", noon, Proposal{TestTerms{.from = noon + minutes(240)}.id(), noon + minutes(200), {}}), TestTerms{.from = noon + minutes(240)}.text(), noon));
  EXPECT_EQ(parse_record_entry(again.record.back())->at, noon + minutes(60));
}

TEST(Acts, StopAtTheirBoundOfPacts) {
  Node north("north");
  const auto propose = [&](const std::string& pact) {
    std::string text = TestTerms{}.text();
    text.replace(text.find("corridor"), 8, pact);
    const Statement said{.at = noon, .pact = pact, .party = "north", .body = Proposal{id_of(text), noon + minutes(30), {}}};
    const ledger::Note note{to_text(said), {ledger::sign(to_text(said), keys_of("north").signatories[0])}};
    return north.state(ledger::to_text(note), text, noon);
  };
  for (std::size_t i = 0; i < ActsLimits::pacts; ++i) {
    const auto done = propose("pact-" + std::to_string(i));
    ASSERT_TRUE(done) << done.error().message;
  }
  const auto one_more = propose("one-more");
  ASSERT_FALSE(one_more);
  EXPECT_EQ(one_more.error().code, ErrorCode::over_limit);
  EXPECT_EQ(north.acts.pacts().size(), ActsLimits::pacts);
}

// Whatever is stated where, and however late, in pieces and twice it is heard: in the end all know the same, and each node's
// record alone makes its state.
TEST(Acts, AgreeInTheEndHoweverTheyHearEachOther) {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    SCOPED_TRACE(seed);
    World world(seed);
    for (int step = 0; step < 120; ++step) world.step();
    world.hear_all();
    const std::string wanted = digest(world.nodes.at("north").acts, world.now);
    for (const auto& [party, node] : world.nodes) {
      EXPECT_EQ(digest(node.acts, world.now), wanted) << party;
      EXPECT_EQ(digest(node.replayed(), world.now), wanted) << party << " from its record";
    }
  }
}

// All that time alone changes in a pact.
std::string seen_at(const PactState& state, const Heard& heard, Time at) {
  std::string text;
  for (const Version& v : state.versions()) {
    text += v.terms.substr(0, 8) + std::string(to_string(state.stage(v, at)));
    for (const std::string& clause : state.suspended(v, at)) text += "," + clause;
  }
  const Version* in_force = state.terms_in_force(at);
  text += " in force " + (in_force == nullptr ? "" : in_force->terms);
  for (const std::string& one : state.unsettled(heard, at).alternatives) text += " or " + one.substr(0, 8);
  return text;
}

TEST(Acts, SayTheNextInstantAtWhichTimeAloneChangesAPact) {
  unsigned changes = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    SCOPED_TRACE(seed);
    World world(seed);
    for (int step = 0; step < 150; ++step) world.step();
    const Acts& acts = world.nodes.at("north").acts;
    if (!acts.pacts().contains("corridor")) continue;
    const PactState& state = acts.pacts().at("corridor");
    for (Time at = noon - minutes(10); at < world.now + std::chrono::hours(40);) {
      const Time next = state.next_change(acts.heard(), at);
      ASSERT_GT(next, at);
      const std::string now = seen_at(state, acts.heard(), at);
      const Time end = std::min(next, world.now + std::chrono::hours(80));
      for (int i = 0; i < 5; ++i) {
        const Time between = at + Duration(static_cast<Duration::rep>(world.random.below(static_cast<std::uint64_t>((end - at).count()))));
        ASSERT_EQ(seen_at(state, acts.heard(), between), now) << to_rfc3339(at) << " to " << to_rfc3339(next);
      }
      ASSERT_EQ(seen_at(state, acts.heard(), end - Duration(1)), now);
      if (next != Time::max()) changes += seen_at(state, acts.heard(), next) != now ? 1 : 0;
      at = next;
    }
  }
  EXPECT_GT(changes, 50u) << "and it does change then";
}

// The example, signed by keys of these tests.
Terms signable_terms(std::vector<std::string>& parties) {
  Terms terms = example_terms();
  for (TermsParty& party : terms.parties) {
    if (!party.signs()) continue;
    const auto& keys = keys_of(party.id);
    parties.push_back(party.id);
    party.root_key = keys.root.verifier();
    party.record_key = keys.record.verifier();
    for (std::size_t i = 0; i < party.signatories.size(); ++i) party.signatories[i].key = keys.signatories.at(i).verifier();
  }
  return terms;
}

TEST(Acts, NumberThePartiesOfAllVersionsAlikeWhateverTheirOrderInTheTerms) {
  std::vector<std::string> parties;
  const Terms first = signable_terms(parties);
  Terms second = first;
  second.version = 2;
  second.supersedes = terms_hash(first);
  second.validity.valid.from += std::chrono::hours(1);
  second.validity.review.clear();
  std::reverse(second.parties.begin(), second.parties.end());

  const std::string own = parties.front();
  ActsSetup setup{.party = own, .origin = keys_of(own).origin(), .members = {}, .read_terms = read_terms_facts};
  for (const std::string& party : parties) setup.members.push_back({party, keys_of(party).origin(), keys_of(party).root.verifier()});
  Acts acts(setup);
  std::map<std::string, std::uint64_t> next;
  std::uint64_t index = 0;
  const auto record = [&](const std::string& party, Time at, const auto& what) {
    const std::uint64_t there = next[party]++;
    if (party == own) acts.apply(index++, to_entry({setup.origin, own, at, what}));
    else acts.apply(index++, to_entry({setup.origin, own, at, ReceivedEntry{keys_of(party).origin(), there, at, what}}));
  };
  const auto agree = [&](const Terms& terms, Time at) {
    const std::string text = canonical_json(terms), id = id_of(text);
    constexpr std::size_t piece = 16'000;
    const auto parts = static_cast<std::uint32_t>((text.size() + piece - 1) / piece);
    for (std::uint32_t i = 0; i < parts; ++i) record(own, at, TermsPart{id, i, parts, text.substr(i * piece, piece)});
    record(own, at, StatementEntry{note_of(own, at, Proposal{id, terms.validity.valid.from - minutes(1), "r"})});
    for (const std::string& party : parties) {
      if (party != own) record(party, at, StatementEntry{note_of(party, at, accept_all(id))});
    }
    for (const std::string& party : parties) record(party, at, StatementEntry{note_of(party, at, Signing{id}, {0, 1})});
  };
  agree(first, first.validity.valid.from - minutes(30));
  agree(second, first.validity.valid.from + minutes(10));
  const Agreed agreed = acts.agreed(second.validity.valid.from);
  ASSERT_EQ(agreed.versions.size(), 2u);
  for (std::size_t v = 0; v < 2; ++v) {
    const Terms& terms = v == 0 ? first : second;
    const auto& sides = agreed.versions[v].answers.sides;
    ASSERT_EQ(sides.size(), terms.parties.size());
    for (std::size_t i = 0; i < sides.size(); ++i) {
      EXPECT_EQ(agreed.parties.at(sides[i].party.value).id, terms.parties[i].id);
      EXPECT_EQ(agreed.parties.at(sides[i].answered_by.value).id, terms.parties[i].signs() ? terms.parties[i].id : terms.parties[i].lead);
    }
  }
}

// What the watch carries out is asked for anew at those instants only.
TEST(Acts, SayHowLongWhatIsAgreedStays) {
  std::vector<std::string> parties;
  const Terms terms = signable_terms(parties);
  const Time begin = terms.validity.valid.from - minutes(60);
  const std::string text = canonical_json(terms);
  const std::string id = id_of(text);
  std::map<std::string, Node> nodes;
  ActsSetup setup{.party = {}, .origin = {}, .members = {}, .read_terms = read_terms_facts};
  for (const std::string& party : parties) setup.members.push_back({party, keys_of(party).origin(), keys_of(party).root.verifier()});
  for (const std::string& party : parties) {
    setup.party = party, setup.origin = keys_of(party).origin();
    nodes.emplace(party, Node(party, setup));
  }
  const auto state = [&](const std::string& party, Time at, StatementBody body, const std::vector<unsigned>& who) {
    const auto done = nodes.at(party).state(note_of(party, at, std::move(body), who), text, at);
    ASSERT_TRUE(done) << done.error().message;
  };
  const auto hear = [&](Time at) {
    for (auto& [a, node] : nodes) {
      for (auto& [b, other] : nodes) {
        if (a == b) continue;
        const auto heard = node.hear(other, 0, other.record.size(), at);
        ASSERT_EQ(heard.passed_over, std::vector<std::string>());
      }
    }
  };
  const auto check = [&](Time from, Time to) {
    unsigned spans = 0;
    for (const auto& [party, node] : nodes) {
      const auto told = [&acts = node.acts](Time at) { return to_json(SetAgreed{acts.agreed(at)}, {}); };
      Random random(7);
      for (Time at = from; at < to; ++spans) {
        const Acts::Stays stays = node.acts.agreed_stays(at);
        ASSERT_GT(stays.until, at);
        const std::string now = told(at);
        for (int i = 0; i < 5; ++i) ASSERT_EQ(told(at + Duration(static_cast<Duration::rep>(random.below(static_cast<std::uint64_t>((stays.until - at).count()))))), now);
        ASSERT_EQ(told(stays.until - Duration(1)), now) << to_rfc3339(at) << " to " << to_rfc3339(stays.until);
        // More that is heard changes nothing where it is certain.
        if (stays.certain) {
          Acts more = node.acts;
          for (Acts::HeardTo heard : more.heard_to()) {
            heard.at = stays.until + std::chrono::hours(1);
            more.heard(heard);
          }
          ASSERT_EQ(to_json(SetAgreed{more.agreed(at)}, {}), now);
        }
        at = stays.until;
      }
    }
    EXPECT_GT(spans, 2 * nodes.size());
  };
  const std::string& first = parties.front();
  state(first, begin, Proposal{id, begin + minutes(30), {}}, {0});
  hear(begin + minutes(1));
  for (const std::string& party : parties) {
    if (party != first) state(party, begin + minutes(2), accept_all(id), {0});
  }
  hear(begin + minutes(3));
  for (const std::string& party : parties) {
    state(party, begin + minutes(4), Signing{id}, {0, 1});
    if (party == first) hear(begin + minutes(5));
  }
  check(begin, begin + std::chrono::days(3));   // what others signed was not heard
  hear(begin + minutes(6));
  // What people go by: nothing before it begins; all of it once it does, and after its end still, because nothing else was agreed; the
  // safety floor's clauses alone while it is suspended.
  const auto arranged = [&](Time at) {
    const Arrangements a = nodes.at(first).acts.arrangements(at);
    return std::array<std::size_t, 4>{a.notices.size(), a.frequencies.size(), a.outsiders.size(), a.desks.size()};
  };
  const auto count = [](const auto& list, auto&& which) { return static_cast<std::size_t>(std::count_if(list.begin(), list.end(), which)); };
  const auto whatever = [](const auto&) { return true; };
  const std::size_t desks = count(terms.parties, [](const TermsParty& p) { return !p.desks.empty(); });
  const std::array<std::size_t, 4> everything{count(terms.notices, whatever), count(terms.frequencies, whatever), count(terms.outsiders, whatever), desks};
  const std::array<std::size_t, 4> floor{count(terms.notices, [&](const TermsNotice& n) { return in_safety_floor(terms, "notice." + n.activity); }),
                                         count(terms.frequencies, [&](const TermsFrequency& f) { return in_safety_floor(terms, "frequency." + f.id); }),
                                         count(terms.outsiders, [&](const Outsider& o) { return in_safety_floor(terms, "outside." + o.id); }), desks};
  ASSERT_GT(everything[0], floor[0]);
  ASSERT_GT(everything[1], floor[1]);
  EXPECT_EQ(arranged(terms.validity.valid.from - minutes(1)), (std::array<std::size_t, 4>{}));
  EXPECT_EQ(arranged(terms.validity.valid.from), everything);
  EXPECT_EQ(nodes.at(first).acts.arrangements(terms.validity.valid.from).notices.front().version, version_text(terms));
  EXPECT_EQ(arranged(terms.validity.valid.to + minutes(1)), everything);
  state(first, begin + minutes(7), Suspension{id, std::nullopt, "a reason", begin + std::chrono::hours(5)}, {0, 1});
  hear(begin + minutes(8));
  check(begin, begin + std::chrono::days(20));
  EXPECT_EQ(arranged(begin + std::chrono::hours(5) - minutes(1)), everything);
  EXPECT_EQ(arranged(begin + std::chrono::hours(5)), floor) << "suspended from then on";
}

}  // namespace
}  // namespace skypact::node
