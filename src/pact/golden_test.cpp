// A whole negotiation as it stands in three records, kept for ever: what this release made of it every later one makes of it too.
// SKYPACT_WRITE_GOLDEN=1 writes the records anew; that is right only for a new folder of a new release, never for an old one.

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "base/input_file.h"
#include "pact/pact_view.h"
#include "pact/terms_facts.h"
#include "pact/test_pact.h"
#include "tests/paths.h"

namespace skypact::pact {
namespace {

using std::chrono::hours;
using test::accept_all;
using test::noon;
using test::TestTerms;

const std::vector<std::string> parties{"north", "south", "un"};

std::filesystem::path folder() { return tests::source_dir() / "src" / "pact" / "golden" / "0.1.0"; }

// Everybody's entries in the order in which they were made, with their records; north's own record also says what it received.
class Records {
 public:
  void state(const std::string& party, Time at, StatementBody body, const std::vector<unsigned>& who, const std::vector<const ledger::SigningKey*>& also = {}) {
    ledger::Note note{test::text_of(party, at, std::move(body)), {}};
    for (const unsigned i : who) note.signatures.push_back(ledger::sign(note.text, test::keys_of(party).signatories[i]));
    for (const auto* key : also) note.signatures.push_back(ledger::sign(note.text, *key));
    last_ = id_of(note.text);
    add(party, at, StatementEntry{ledger::to_text(note)});
  }
  void terms(const std::string& party, Time at, const std::string& text) {
    const auto parts = parts_of(text);
    for (const TermsPart& part : *parts) add(party, at, part);
  }
  const std::string& last() const { return last_; }
  const std::map<std::string, std::string>& files() const { return files_; }

 private:
  void add(const std::string& party, Time at, std::variant<StatementEntry, TermsPart> what) {
    RecordEntry entry{test::keys_of(party).origin(), party, at, StatementEntry{}};
    std::visit([&](auto& w) { entry.what = w; }, what);
    files_[party] += to_entry(entry);
    const std::uint64_t index = size_[party]++;
    if (party == "north") return;
    files_["north"] += to_entry({test::keys_of("north").origin(), "north", at + seconds(2), ReceivedEntry{entry.origin, index, at, what}});
    ++size_["north"];
  }
  std::map<std::string, std::string> files_;
  std::map<std::string, std::uint64_t> size_;
  std::string last_;
};

// The terms of the first test's form stand in for whole ones: a proposal, a counter, a new proposal, signatures, a suspension and its
// resumption, a key that changes, a second version, a termination.
void negotiate(Records& records) {
  const TestTerms first{.replaces = {}, .remark = "first"}, again{.replaces = {}, .remark = "again"};
  records.terms("north", noon, first.text());
  records.state("north", noon, Proposal{first.id(), noon + minutes(30), "five miles"}, {0});
  records.state("south", noon + minutes(1), Response{first.id(), {{"minima.state", {Answer::counter, "three miles"}}}, ClauseAnswer{}}, {1});
  records.state("un", noon + minutes(2), accept_all(first.id()), {0});
  records.state("north", noon + minutes(3), Withdrawal{first.id(), "three miles will do"}, {0});
  records.terms("north", noon + minutes(4), again.text());
  records.state("north", noon + minutes(4), Proposal{again.id(), noon + minutes(30), "three miles"}, {0});
  records.state("south", noon + minutes(5), accept_all(again.id()), {1});
  records.state("un", noon + minutes(6), accept_all(again.id()), {2});
  records.state("north", noon + minutes(7), Signing{again.id()}, {0});
  records.state("north", noon + minutes(8), Signing{again.id()}, {1});
  records.state("south", noon + minutes(9), Signing{again.id()}, {0, 2});
  records.state("un", noon + minutes(10), Signing{again.id()}, {1, 2});
  records.state("south", noon + hours(2), Suspension{again.id(), {{"minima.state", "zone.hospital"}}, "an exercise", noon + hours(3)}, {0, 1});
  const std::string suspension = records.last();
  records.state("south", noon + hours(4), Resumption{suspension, noon + hours(5)}, {0, 1});
  const auto fresh = test::new_key("un.example/ada2");
  const auto& un = test::keys_of("un");
  records.state("un", noon + hours(5), KeyRotation{KeyRole::signatory, ledger::to_string(un.signatories[0].verifier()), ledger::to_string(fresh.verifier()), {}}, {0}, {&un.root});
  const TestTerms second{.replaces = again.id(), .from = noon + hours(8), .remark = "second"};
  records.terms("south", noon + hours(6), second.text());
  records.state("south", noon + hours(6), Proposal{second.id(), noon + hours(7), ""}, {0});
  records.state("north", noon + hours(6) + minutes(1), accept_all(second.id()), {0});
  records.state("un", noon + hours(6) + minutes(1), accept_all(second.id()), {}, {&fresh});
  for (const char* party : {"north", "south"}) records.state(party, noon + hours(7), Signing{second.id()}, {1, 2});
  records.state("un", noon + hours(7), Signing{second.id()}, {1}, {&fresh});
  records.state("un", noon + hours(9), KeyRevocation{KeyRole::signatory, ledger::to_string(un.signatories[1].verifier()), "leaves", {}}, {}, {&un.root});
  records.state("un", noon + hours(10), Termination{second.id(), "the mission is over", noon + hours(48)}, {2}, {&fresh});
}

void write_golden() {
  Records records;
  negotiate(records);
  std::filesystem::create_directories(folder());
  for (const auto& [party, text] : records.files()) std::ofstream(folder() / (party + ".jsonl"), std::ios::binary) << text;
  std::ofstream keys(folder() / "keys.txt", std::ios::binary);
  for (const std::string& party : parties) {
    const auto& all = test::keys_of(party);
    keys << party << ' ' << all.origin() << " root " << ledger::to_string(all.root.verifier()) << '\n';
    for (const auto& key : all.signatories) keys << party << ' ' << all.origin() << " signatory " << ledger::to_string(key.verifier()) << '\n';
  }
}

struct Keys {
  std::vector<Member> members;
  std::map<std::string, std::vector<ListedKey>> listed;
};
Keys golden_keys() {
  Keys keys;
  std::ifstream in(folder() / "keys.txt");
  for (std::string party, origin, role, key; in >> party >> origin >> role >> key;) {
    if (role == "root") keys.members.push_back({party, origin, ledger::parse_verifier_key(key).value()});
    keys.listed[party].push_back({role == "root" ? KeyRole::root : KeyRole::signatory, key});
  }
  return keys;
}

Result<TermsFacts> read_golden_terms(std::string_view text) {
  auto facts = test::read_test_terms(text);
  if (!facts) return facts;
  static const Keys keys = golden_keys();
  for (PartyInTerms& party : facts->parties) party.keys = keys.listed.at(party.party);
  return facts;
}

std::vector<std::string> lines_of(const std::string& party) {
  const std::string text = read_bytes((folder() / (party + ".jsonl")).string(), 10'000'000).value();
  std::vector<std::string> lines;
  for (std::size_t from = 0; from < text.size();) {
    const std::size_t to = text.find('\n', from) + 1;
    lines.push_back(text.substr(from, to - from));
    from = to;
  }
  return lines;
}

std::string digest(const PactState& state) {
  std::string views;
  for (const Time at : {noon + minutes(2), noon + minutes(20), noon + hours(2), noon + hours(4), noon + hours(9), noon + hours(48)}) {
    std::string view = to_json(state, {}, {}, at);
    views += view.substr(0, view.find("\"unsettled\"")) + '\n';
  }
  return id_of(views);
}

TEST(GoldenRecord, ComesToTheSameStateForEver) {
  if (std::getenv("SKYPACT_WRITE_GOLDEN") != nullptr) write_golden();
  const Keys keys = golden_keys();
  // From the three records, as an auditor has them.
  PactState audited(PactSetup{"corridor", "north", keys.members, read_golden_terms});
  std::size_t statements = 0;
  for (const std::string& party : parties) {
    std::uint64_t index = 0;
    for (const std::string& line : lines_of(party)) {
      const auto entry = parse_record_entry(line);
      ASSERT_TRUE(entry) << line << entry.error().message;
      EXPECT_EQ(to_entry(*entry), line);
      PactEvent event{entry->origin, index++, entry->at, {}};
      if (const auto* statement = std::get_if<StatementEntry>(&entry->what)) {
        event.what = statement->note;
        ++statements;
      } else if (const auto* part = std::get_if<TermsPart>(&entry->what)) {
        event.what = *part;
      } else {
        continue;
      }
      ASSERT_TRUE(audited.check(event)) << audited.check(event).error().message;
      audited.apply(event);
    }
  }
  EXPECT_EQ(statements, 22u);
  if (std::getenv("SKYPACT_WRITE_GOLDEN") != nullptr) std::ofstream(folder() / "state.sha256", std::ios::binary) << digest(audited);
  const std::string expected = read_bytes((folder() / "state.sha256").string(), 64).value();
  EXPECT_EQ(digest(audited), expected);
  // From north's own record alone.
  PactState replayed(PactSetup{"corridor", "north", keys.members, read_golden_terms});
  std::uint64_t index = 0;
  for (const std::string& line : lines_of("north")) {
    const auto event = event_of(parse_record_entry(line).value(), index++);
    ASSERT_TRUE(event);
    replayed.apply(*event);
  }
  EXPECT_EQ(digest(replayed), expected);
  ASSERT_EQ(audited.versions().size(), 3u);
  EXPECT_EQ(audited.terms_in_force(noon + hours(2))->facts.replaces, "");
  EXPECT_EQ(audited.suspended(*audited.terms_in_force(noon + hours(4)), noon + hours(4)).size(), 2u);
  EXPECT_EQ(audited.terms_in_force(noon + hours(9)), audited.newest());
  EXPECT_EQ(audited.terms_in_force(noon + hours(48)), nullptr);
}

}  // namespace
}  // namespace skypact::pact
