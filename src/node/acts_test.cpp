// Three parties' acts machines with their records in memory, that hear each other late, twice and in pieces.

#include "node/acts.h"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "base/random.h"
#include "ledger/hash.h"
#include "pact/record_entries.h"
#include "pact/test_pact.h"

namespace skypact::node {
namespace {

using namespace pact;
using namespace pact::test;

ActsSetup setup_of_node(const std::string& party) {
  ActsSetup setup{.party = party, .origin = keys_of(party).origin(), .members = {}, .read_terms = read_test_terms};
  for (const char* name : {"north", "south", "un"}) setup.members.push_back({name, keys_of(name).origin(), keys_of(name).root.verifier()});
  return setup;
}

// A node as far as acts go: its record, and what others' mirrors here have brought.
struct Node {
  explicit Node(const std::string& name) : party(name), acts(setup_of_node(name)) {}

  std::uint64_t record_entry(const std::string& entry) {
    record.push_back(entry);
    acts.apply(record.size() - 1, entry);
    return record.size() - 1;
  }
  Result<Acts::Decision> state(const std::string& note, const std::string& terms, Time now) {
    auto decided = acts.decide(note, terms, now);
    if (decided) {
      for (const std::string& entry : decided->entries) record_entry(entry);
    }
    return decided;
  }
  // Entries [from, to) of another's record.
  Acts::Received hear(const Node& other, std::uint64_t from, std::uint64_t to, Time now) {
    const std::vector<std::string> piece(other.record.begin() + static_cast<std::ptrdiff_t>(from), other.record.begin() + static_cast<std::ptrdiff_t>(to));
    auto received = acts.receive(keys_of(other.party).origin(), from, piece, now);
    for (const std::string& entry : received.entries) record_entry(entry);
    return received;
  }
  void hear_all(const Node& other, Time now) { hear(other, 0, other.record.size(), now); }
  // Made anew from the record.
  [[nodiscard]] Acts replayed() const {
    Acts fresh(setup_of_node(party));
    for (std::uint64_t i = 0; i < record.size(); ++i) fresh.apply(i, record[i]);
    return fresh;
  }

  std::string party;
  Acts acts;
  std::vector<std::string> record;
};

// All that the life cycle makes of it, as text.
std::string digest(const Acts& acts, Time now) {
  std::string text;
  for (const auto& [name, state] : acts.pacts()) {
    text += name + ":";
    for (const Version& v : state.versions()) {
      text += " " + v.terms.substr(0, 8) + "=" + std::string(to_string(state.stage(v, now)));
      for (const Consent& c : v.consents) text += "," + c.party + (c.complete_at ? "+" : c.accepted_at ? "a" : "-");
      if (v.in_force) text += " from " + to_rfc3339(v.in_force->from);
    }
    for (const Judgement& j : state.judgements()) text += "\n " + j.id.substr(0, 8) + " " + j.party + " " + j.no_effect;
  }
  return text;
}

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
    Random random(seed);
    std::map<std::string, Node> nodes;
    for (const char* party : {"north", "south", "un"}) nodes.emplace(party, Node(party));
    std::map<std::pair<std::string, std::string>, std::uint64_t> heard;   // (who, whose) → how far
    std::vector<TestTerms> drafts;
    Time now = noon;
    const auto pick = [&]() -> Node& { return std::next(nodes.begin(), static_cast<std::ptrdiff_t>(random.below(3)))->second; };
    const auto hear = [&](Node& a, Node& b, bool everything) {
      std::uint64_t& at = heard[{a.party, b.party}];
      const std::uint64_t all = b.record.size();
      const std::uint64_t to = everything ? all : at + random.below(all - at + 1);
      const std::uint64_t again = std::min<std::uint64_t>(at, random.below(3));   // some of it a second time
      a.hear(b, at - again, to, now);
      at = std::max(at, to);
    };
    for (int step = 0; step < 120; ++step) {
      now += seconds(static_cast<std::int64_t>(random.below(90)));
      Node& node = pick();
      if (random.chance(0.5)) {
        Node& other = pick();
        if (&other != &node) hear(node, other, false);
        continue;
      }
      if (drafts.empty() || random.chance(0.1)) {
        TestTerms draft;
        draft.from = now + minutes(static_cast<std::int64_t>(20 + random.below(60)));
        draft.remark = "draft" + std::to_string(step);
        for (const auto& [name, n] : nodes) {
          const auto at = n.acts.pacts().find("corridor");
          if (at != n.acts.pacts().end() && at->second.newest() != nullptr && random.chance(0.7)) draft.replaces = at->second.newest()->terms;
        }
        drafts.push_back(draft);
        (void)node.state(note_of(node.party, now, Proposal{draft.id(), now + minutes(15), {}}), draft.text(), now);
        continue;
      }
      const TestTerms& about = drafts[random.below(drafts.size())];
      StatementBody body;
      std::vector<unsigned> who{static_cast<unsigned>(random.below(3))};
      switch (random.below(5)) {
        case 0: case 1: body = accept_all(about.id()); break;
        case 2: case 3: body = Signing{about.id()}; who = {0, 1}; break;
        default: body = Suspension{about.id(), std::nullopt, "a reason", std::nullopt}; who = {1, 2}; break;
      }
      (void)node.state(note_of(node.party, now, body, who), "", now);
    }
    for (auto& [a, node] : nodes) {
      for (auto& [b, other] : nodes) {
        if (a != b) hear(node, other, true);
      }
    }
    const std::string wanted = digest(nodes.at("north").acts, now);
    for (const auto& [party, node] : nodes) {
      EXPECT_EQ(digest(node.acts, now), wanted) << party;
      EXPECT_EQ(digest(node.replayed(), now), wanted) << party << " from its record";
    }
  }
}

}  // namespace
}  // namespace skypact::node
