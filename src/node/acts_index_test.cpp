// A machine made from the index of acts and the tail is the machine made from the whole record: at every size, after power cuts,
// and whatever happened to the index.

#include "node/acts_index.h"

#include <gtest/gtest.h>

#include "ledger/test_log.h"
#include "ledger/test_storage.h"
#include "node/test_acts.h"
#include "node/test_index_cuts.h"

namespace skypact::node {
namespace {

using namespace test;
using ledger::test::Disk;
using ledger::test::reader_of;

const ledger::SigningKey& record_key() { return keys_of("north").record; }

// Everything that can be asked of a machine.
std::string all_of(const Acts& acts, Time now) {
  std::string text = digest(acts, now);
  text += "\nnext " + std::to_string(acts.next()) + acts.view_json("corridor", {}, now).value();
  for (const char* party : {"south", "un"}) text += " " + std::to_string(acts.position(keys_of(party).origin()));
  for (const auto& [party, at] : acts.heard()) text += " " + party + to_rfc3339(at);
  // The latest time shows in what would be recorded before it.
  const TestTerms terms{.from = now + std::chrono::hours(10), .remark = "probe"};
  const Time early = now - std::chrono::hours(1);
  const auto decided = acts.decide(note_of("north", early, Proposal{terms.id(), now + minutes(30), {}}), terms.text(), early);
  return text + (decided ? decided->entries.back() : decided.error().message);
}

Acts made_from(const std::vector<std::string>& entries) {
  Acts acts(setup_of_node("north"));
  for (std::uint64_t i = 0; i < entries.size(); ++i) acts.apply(i, entries[i]);
  return acts;
}

std::vector<std::string> first_of(const std::vector<std::string>& entries, std::size_t count) { return {entries.begin(), entries.begin() + static_cast<std::ptrdiff_t>(count)}; }

// A record of north's, with far more of a machine's entries than acts.
std::vector<std::string> some_record(std::uint64_t seed, Time& now) {
  World world(seed);
  std::vector<std::string> entries;
  Node& north = world.nodes.at("north");
  for (int step = 0; step < 120; ++step) {
    world.step();
    const std::size_t more = world.random.chance(0.1) ? 100 : world.random.below(4);
    for (std::size_t i = 0; i < more; ++i) north.record_entry(traffic("north", world.now));
  }
  world.hear_all();
  now = world.now;
  return north.record;
}

TEST(ActsIndex, AndTheTailMakeTheMachineThatTheWholeRecordMakesAtEverySize) {
  const ActsSetup setup = setup_of_node("north");
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    SCOPED_TRACE(seed);
    Time now;
    const std::vector<std::string> entries = some_record(seed, now);
    ASSERT_GT(entries.size(), 300u);
    const auto files = ledger::test::log_of(entries, record_key());
    const auto read = reader_of(files);
    const Acts whole = made_from(entries);
    ASSERT_FALSE(whole.pacts().empty());
    const std::string wanted = all_of(whole, now);
    ActsIndex index;
    for (std::size_t cut = 0; cut <= entries.size(); cut += 1 + cut % 37) {
      // The index as it was when the record had so many entries.
      const auto before = ledger::test::log_of(first_of(entries, cut), record_key());
      auto grown = extend(std::move(index), reader_of(before), cut);
      ASSERT_TRUE(grown) << grown.error().message;
      index = std::move(*grown);
      const auto ready = read_acts(setup, read, entries.size(), to_text(index, setup));
      ASSERT_TRUE(ready) << ready.error().message;
      ASSERT_EQ(ready->made_anew, "") << cut;
      ASSERT_EQ(ready->from_index, cut);
      ASSERT_EQ(all_of(ready->acts, now), wanted) << cut;
      ASSERT_EQ(ready->index.acts.size(), static_cast<std::size_t>(std::count_if(entries.begin(), entries.end(), is_act)));
    }
  }
}

TEST(ActsIndex, SaysHowFarOthersRecordsWereHeardSoThatTheyAreNotReadAgain) {
  const ActsSetup setup = setup_of_node("north");
  World world(3);
  for (int step = 0; step < 60; ++step) world.step();
  world.hear_all();
  Node& north = world.nodes.at("north");
  for (int i = 0; i < 500; ++i) world.nodes.at("south").record_entry(traffic("south", world.now + seconds(i)));
  world.hear_all();
  const auto files = ledger::test::log_of(north.record, record_key());
  auto index = extend({}, reader_of(files), north.record.size());
  ASSERT_TRUE(index);
  index->heard = north.acts.heard_to();
  const auto ready = read_acts(setup, reader_of(files), north.record.size(), to_text(*index, setup));
  ASSERT_TRUE(ready);
  EXPECT_EQ(ready->acts.heard_to(), north.acts.heard_to());
  EXPECT_EQ(ready->acts.position(keys_of("south").origin()), world.nodes.at("south").record.size());
  EXPECT_LT(north.replayed().position(keys_of("south").origin()), world.nodes.at("south").record.size() - 499) << "the record alone does not say it";
  EXPECT_EQ(ready->acts.heard(), north.acts.heard());
}

TEST(ActsIndex, SurvivesItsText) {
  const ActsSetup setup = setup_of_node("north");
  ActsIndex index{812, ledger::leaf_hash({}), noon + Duration(1), {0, 7, 811}, {}};
  index.heard = {{keys_of("south").origin(), 99, noon}, {keys_of("un").origin(), 0, Time::min()}};
  const auto read = parse_acts_index(to_text(index, setup), setup);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(*read, index);
  EXPECT_EQ(*parse_acts_index(to_text({}, setup), setup), ActsIndex{});
}

// With a good hash at its end, so that it is read to where it is wrong.
std::string with_hash(std::string text) {
  text.resize(text.rfind("sha256 "));
  return text + "sha256 " + ledger::to_base64(ledger::sha256(ledger::as_bytes(text))) + '\n';
}

TEST(ActsIndex, ThatIsMissingDamagedOrOfSomethingElseIsMadeAnew) {
  Time now;
  const std::vector<std::string> entries = some_record(2, now);
  const ActsSetup setup = setup_of_node("north");
  const auto files = ledger::test::log_of(entries, record_key());
  const auto read = reader_of(files);
  const std::string wanted = all_of(made_from(entries), now);
  const ActsIndex index = extend({}, read, entries.size()).value();
  const std::string good = to_text(index, setup);
  ASSERT_EQ(read_acts(setup, read, entries.size(), good)->made_anew, "");

  std::vector<std::pair<std::string, std::string>> bad{{"", "there is none"}, {good.substr(0, good.size() - 1), "cut off"}, {good + "act 1\n", "cut off"}, {"x" + good, "line 1"}};
  for (std::size_t i = 0; i < good.size(); i += 1 + good.size() / 40) {
    std::string flipped = good;
    flipped[i] = static_cast<char>(flipped[i] ^ 1);
    bad.emplace_back(std::move(flipped), "");
  }
  ActsSetup others = setup;
  others.members[1].root = new_key("south.example/root").verifier();
  bad.emplace_back(to_text(index, others), "other parties");
  ActsIndex wrong = index;
  wrong.size = entries.size() + 1;
  bad.emplace_back(to_text(wrong, setup), "the record has");
  wrong = index;
  wrong.root = ledger::leaf_hash({});
  bad.emplace_back(to_text(wrong, setup), "are others");
  wrong = index;
  for (std::uint64_t i = 0; i < entries.size(); ++i) {
    if (!is_act(entries[i])) {
      wrong.acts = {i};
      break;
    }
  }
  bad.emplace_back(to_text(wrong, setup), "is no act");
  for (const auto& [text, why] : bad) {
    const auto ready = read_acts(setup, read, entries.size(), text);
    ASSERT_TRUE(ready) << ready.error().message;
    EXPECT_NE(ready->made_anew, "") << text.substr(0, 100);
    EXPECT_NE(ready->made_anew.find(why), std::string::npos) << ready->made_anew;
    EXPECT_EQ(all_of(ready->acts, now), wanted);
    EXPECT_EQ(ready->index, index);
    EXPECT_EQ(ready->from_index, 0u);
  }
  for (const auto& [from, to] : std::vector<std::pair<std::string, std::string>>{
           {"size ", "size 0"}, {"root ", "root x"}, {"latest ", "latest +"}, {"act 0\n", "act 0\nact 0\n"}, {"act 0\n", "act 00\n"}, {"act 0\n", "act 0\nact 99999999\n"}, {"act 0\n", "act 0\nheard\n"}}) {
    std::string text = to_text({10, {}, noon, {0}, {}}, setup);
    text.replace(text.rfind(from), from.size(), to);
    const auto parsed = parse_acts_index(with_hash(text), setup);
    ASSERT_FALSE(parsed) << to;
    EXPECT_NE(parsed.error().message.find("line "), std::string::npos) << parsed.error().message;
  }
}

TEST(ActsIndex, StartsNothingFromAnActThatIsDamagedInTheRecord) {
  Time now;
  const std::vector<std::string> entries = some_record(4, now);
  const ActsSetup setup = setup_of_node("north");
  auto files = ledger::test::log_of(entries, record_key());
  const std::string index = to_text(extend({}, reader_of(files), entries.size()).value(), setup);
  for (auto& [path, bytes] : files) {
    if (const auto at = bytes.find("\"type\":\"statement\""); path.starts_with("tile/entries/") && at != bytes.npos) {
      bytes[at - 5] = static_cast<char>(bytes[at - 5] ^ 1);
      break;
    }
  }
  for (const std::string& text : {index, std::string()}) {
    const auto ready = read_acts(setup, reader_of(files), entries.size(), text);
    ASSERT_FALSE(ready);
    EXPECT_NE(ready.error().message.find("does not have the hash"), std::string::npos) << ready.error().message;
  }
}

// ---- The power is cut at every call to the disk.

TEST(ActsIndex, IsOfTheRecordOrMadeAnewWheneverThePowerIsCut) {
  Time now;
  const std::vector<std::string> entries = first_of(some_record(5, now), 320);
  const ActsSetup setup = setup_of_node("north");
  const auto begin = [&]() -> IndexBesideRecord::Make {
    return [&, index = ActsIndex{}](Disk& disk, std::uint64_t published, std::string& text) mutable {
      auto grown = extend(std::move(index), ledger::files_of(disk), published);
      ASSERT_TRUE(grown) << grown.error().message;
      text = to_text(*grown, setup);
      index = std::move(*grown);
    };
  };
  const auto check = [&](Disk& found, std::uint64_t size, std::string_view text, bool& made_anew) {
    const auto ready = read_acts(setup, ledger::files_of(found), size, text);
    ASSERT_TRUE(ready) << ready.error().message;
    made_anew = !ready->made_anew.empty();
    ASSERT_EQ(all_of(ready->acts, now), all_of(made_from(first_of(entries, size)), now));
  };
  expect_right_wherever_the_power_is_cut({acts_index_file, record_key(), begin, check}, entries);
}

}  // namespace
}  // namespace skypact::node
