// The line's use, read out of records with others' cosignatures: complete exactly where these say so, with proofs that hold.

#include "node/line_use.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "json/document.h"
#include "ledger/test_log.h"
#include "line/test_line.h"
#include "node/record.h"

namespace skypact::node {
namespace {

using line::tests::Keys;
using line::tests::origin_of;

const Time noon = *parse_rfc3339("2026-01-10T12:00:00Z");
const ledger::SigningKey cosigner = ledger::SigningKey::generate("south.example/cosigner", ledger::KeyType::cosignature);

// A record of one party over hours: an entry every ten minutes, and a cosigned checkpoint of all before every half an hour.
struct Record {
  Keys& keys;
  std::string party;
  bool is_cosigned = true;
  std::vector<std::string> entries{};
  ledger::test::Files files{};

  void add(Time at, std::string_view type, const std::function<void(json::Writer&)>& body = [](json::Writer&) {}) { entries.push_back(line::line_entry({origin_of(party), party, at, type}, body)); }
  void cosign(Time at) {
    ledger::Note note = *ledger::parse_note(ledger::test::log_of(entries, keys.of(party)).at("checkpoint"));
    note.signatures.push_back(ledger::cosign(note.text, cosigner, at));
    add(at + seconds(1), "cosigned", [&](json::Writer& out) { out.field("checkpoint", ledger::to_text(note)); });
  }
  void pass(Time from, Time to) {
    for (Time at = from; at < to; at += minutes(10)) {
      add(at, "traffic");
      if (is_cosigned && (at.time_since_epoch() / minutes(10)) % 3 == 0) cosign(at + minutes(1));
    }
  }
  UseRecord open() {
    files = ledger::test::log_of(entries, keys.of(party));
    UseRecord record{party, *ledger::open_log_files(ledger::test::reader_of(files)), ledger::policy_of(keys.of(party).verifier())};
    record.policy.witnesses = {{"south", cosigner.verifier(), {}}};
    return record;
  }
};

json::Value first(json::Value list) { return *list.elements().begin(); }

struct LineUseTest : testing::Test {
  Keys keys;
  Record north{keys, "north"};
  line::Line sender{line::tests::setup_of(keys, "north", {"south"}), keys.copy("north")};
  line::Line receiver{line::tests::setup_of(keys, "south", {"north"}), keys.copy("south")};

  // North says it, South answers, and both stand in North's record.
  std::string say(Time at) {
    auto sent = sender.send(line::tests::call_to({"south"}, line::MessageClass::stop), at);
    EXPECT_TRUE(sent);
    for (const auto& entry : sent->step.entries) north.entries.push_back(entry.text);
    auto taken = receiver.take({sent->step.sends.at(0).note, "link", "north", {}}, at + seconds(1));
    auto answered = receiver.answer(sent->id, {line::AnswerWord::stopped}, {"duty-1", "duty"}, at + seconds(5));
    taken->add(std::move(answered->step));
    for (const auto& send : taken->sends) {
      auto back = sender.take({send.note, "link", "south", {}}, at + seconds(6));
      if (!back) continue;
      for (const auto& entry : back->entries) north.entries.push_back(entry.text);
    }
    return sent->id;
  }
  json::Document ask(const UseRecord& record, Interval<Time> span, bool proofs = false) {
    const auto text = line_use_json({.span = span}, "north", std::span(&record, 1), {.proofs = proofs});
    EXPECT_TRUE(text) << text.error().message;
    return *json::parse(text ? *text : std::string("{}"), {.bytes = std::size_t{8} << 20});
  }
};

TEST_F(LineUseTest, IsCompleteWhereCosignaturesLieAroundTheTimeAndTheStretchBetweenIsReadWhole) {
  const Time begin = noon - std::chrono::hours(60), end = noon + std::chrono::hours(60);
  north.pass(begin, noon);
  const std::string id = say(noon);
  north.pass(noon + minutes(10), end);
  const UseRecord record = north.open();

  const auto used = ask(record, {noon - minutes(30), noon + minutes(30)});
  EXPECT_EQ(used.root()["complete"].as_boolean(), true);
  ASSERT_EQ(used.root()["messages"].size(), 1u);
  const json::Value message = first(used.root()["messages"]);
  EXPECT_EQ(message["id"].as_string(), id);
  EXPECT_EQ(first(message["to"])["answer_s"].as_number(), 6.0);
  EXPECT_EQ(first(message["answers"])["speaker"].as_string(), "person");
  const json::Value stretch = first(used.root()["records"]);
  const auto from = static_cast<std::size_t>(*stretch["from_index"].as_integer()), to = static_cast<std::size_t>(*stretch["to_index"].as_integer());
  EXPECT_GT(from, 0u);
  EXPECT_LT(to, north.entries.size());
  // Whatever lies outside was written before and after: by the times that the entries themselves say here, since nobody lies in this test.
  const Time earlier = *parse_rfc3339(*stretch["earlier_written_before"]["at"].as_string()), later = *parse_rfc3339(*stretch["later_written_after"]["at"].as_string());
  EXPECT_LE(earlier, noon - minutes(30));
  EXPECT_GE(later, noon + minutes(30));
  for (std::size_t i = 0; i < north.entries.size(); ++i) {
    const Time at = *parse_rfc3339(*json::parse(north.entries[i])->root()["at"].as_string());
    if (i < from) { EXPECT_LT(at, earlier); }
    if (i >= to) { EXPECT_GT(at, later); }
  }
  // That the line was not used is complete in the same way.
  const auto unused = ask(record, {noon - minutes(90), noon - minutes(60)});
  EXPECT_EQ(unused.root()["complete"].as_boolean(), true);
  EXPECT_EQ(unused.root()["messages"].size(), 0u);
}

TEST_F(LineUseTest, IsNotCompleteBeyondTheLastCosignatureNorWhereNobodyCosigned) {
  north.pass(noon - std::chrono::hours(2), noon);
  const UseRecord record = north.open();
  EXPECT_EQ(ask(record, {noon - minutes(90), noon - minutes(60)}).root()["complete"].as_boolean(), true) << "the record's beginning is its own proof";
  EXPECT_EQ(ask(record, {noon - minutes(90), noon}).root()["complete"].as_boolean(), false) << "what was written since the last cosignature is still to come";
  Record alone{keys, "north", false};
  alone.pass(noon - std::chrono::hours(2), noon);
  const auto answer = ask(alone.open(), {noon - minutes(90), noon - minutes(60)});
  EXPECT_EQ(answer.root()["complete"].as_boolean(), false);
  EXPECT_FALSE(first(answer.root()["records"])["later_written_after"].has_value());
}

TEST_F(LineUseTest, ProvesEveryEntryAndAProofWithAnotherEntryIsRefused) {
  north.pass(noon - minutes(40), noon);
  say(noon);
  north.pass(noon + minutes(10), noon + minutes(80));
  const UseRecord record = north.open();
  const auto used = ask(record, {noon - minutes(5), noon + minutes(5)}, true);
  std::size_t proofs = 0;
  const auto each = [&](json::Value of) {
    for (const json::Value entry : of["entries"].elements()) {
      ++proofs;
      auto proof = ledger::parse_proof(*entry["proof"].as_string());
      ASSERT_TRUE(proof) << proof.error().message;
      EXPECT_EQ(proof->index, static_cast<std::uint64_t>(*entry["index"].as_integer()));
      EXPECT_EQ(*proof->extra, north.entries[proof->index]);
      ledger::Policy policy = record.policy;
      policy.quorum = 0;   // South's cosignature is asked for
      EXPECT_TRUE(ledger::verify(*proof, ledger::leaf_hash(ledger::as_bytes(*proof->extra)), policy));
      EXPECT_LT(*parse_rfc3339(*entry["written_after"].as_string()), *parse_rfc3339(*entry["at"].as_string()));
      EXPECT_GT(*parse_rfc3339(*entry["written_before"].as_string()), *parse_rfc3339(*entry["at"].as_string()));
      proof->extra->at(20) ^= 1;
      EXPECT_FALSE(ledger::verify(*proof, ledger::leaf_hash(ledger::as_bytes(*proof->extra)), policy));
    }
  };
  const json::Value message = first(used.root()["messages"]);
  each(message);
  for (const char* list : {"to", "answers", "events"}) {
    for (const json::Value part : message[list].elements()) each(part);
  }
  EXPECT_GE(proofs, 3u);   // the message, the receipt, the answer
}

TEST_F(LineUseTest, NamesARecordThatCannotBeReadAndRefusesWhereItIsTheOwnOne) {
  north.pass(noon - minutes(40), noon);
  Record south{keys, "south"};
  south.pass(noon - minutes(40), noon);
  std::vector<UseRecord> records{north.open(), south.open()};
  records[1].log.files = [](const std::string&) -> Result<std::string> { return Error{ErrorCode::unreachable, "the disk is gone"}; };
  const auto text = line_use_json({.span = {noon - minutes(20), noon}}, "north", records, {});
  ASSERT_TRUE(text) << text.error().message;
  const auto answer = json::parse(*text);
  EXPECT_EQ((*++answer->root()["records"].elements().begin())["message"].as_string(), "the disk is gone");
  std::swap(records[0], records[1]);
  EXPECT_FALSE(line_use_json({.span = {noon - minutes(20), noon}}, "north", records, {}));
  EXPECT_FALSE(line_use_json({.span = {noon, noon}}, "north", records, {}));
  // Whoever signed it is not who should have.
  std::vector<UseRecord> exchanged{north.open()};
  exchanged[0].policy.logs = ledger::policy_of(keys.of("relief").verifier()).logs;
  EXPECT_FALSE(line_use_json({.span = {noon - minutes(20), noon}}, "north", exchanged, {}));
}

TEST_F(LineUseTest, IsRefusedWithItsReasonBeyondItsLimit) {
  for (std::size_t i = 0; i <= LineUseReadLimits::messages; ++i) {
    if (i == LineUseReadLimits::messages) { EXPECT_EQ(ask(north.open(), {noon, noon + minutes(1)}).root()["messages"].size(), LineUseReadLimits::messages); }
    auto sent = sender.send(line::tests::call_to({"south"}, line::MessageClass::inform), noon + milliseconds(static_cast<std::int64_t>(i)));
    ASSERT_TRUE(sent);
    for (const auto& entry : sent->step.entries) north.entries.push_back(entry.text);
  }
  const UseRecord record = north.open();
  const auto text = line_use_json({.span = {noon, noon + minutes(1)}}, "north", std::span(&record, 1), {});
  ASSERT_FALSE(text);
  EXPECT_EQ(text.error().code, ErrorCode::over_limit);
  EXPECT_NE(text.error().message.find("1001"), std::string::npos) << text.error().message;
}

}  // namespace
}  // namespace skypact::node
