#include "pact/statement.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pact/test_pact.h"

namespace skypact::pact {
namespace {

using test::noon;
using testing::HasSubstr;

const std::string terms(64, 'a');
const std::string other(64, 'b');

std::vector<Statement> one_of_each() {
  const std::string old_key = ledger::to_string(test::keys_of("north").signatories[0].verifier());
  const std::string new_key = ledger::to_string(test::keys_of("north").signatories[1].verifier());
  std::vector<StatementBody> bodies{
      Proposal{terms, noon + std::chrono::hours(2), "Five miles for \"state\" aircraft — пять миль"},
      Response{terms, {{"minima.state", {Answer::counter, "3 NM"}}, {"zone.hospital", {Answer::reject, "twice\\there"}}}, ClauseAnswer{Answer::accept, {}}},
      Response{terms, {{"minima.state", {Answer::accept, {}}}}, {}},
      Withdrawal{terms, "a mistake"},
      Signing{terms},
      Suspension{terms, {{"minima.state", "zone.hospital"}}, "an exercise", noon},
      Suspension{terms, {}, "without a day", {}},
      Resumption{other, {}},
      Termination{terms, "it is over", noon + std::chrono::hours(48)},
      KeyRotation{KeyRole::signatory, old_key, new_key, noon},
      KeyRotation{KeyRole::tls, {}, ledger::to_base64(ledger::sha256(ledger::as_bytes("a key"))), {}},
      KeyRevocation{KeyRole::signatory, old_key, "lost", noon},
  };
  std::vector<Statement> all;
  for (auto& body : bodies) {
    all.push_back({noon, "corridor", "north", {{"south.example/record", 812, ledger::empty_root()}, {"un.example/record", 7, ledger::empty_root()}}, std::move(body)});
  }
  return all;
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  EXPECT_NE(at, text.npos) << text << " has no " << from;
  return text.replace(at, from.size(), to);
}

TEST(Statement, OfEveryTypeIsReadAsItIsWritten) {
  for (const Statement& statement : one_of_each()) {
    const std::string text = to_text(statement);
    const auto read = parse_statement(text);
    ASSERT_TRUE(read) << text << read.error().message;
    EXPECT_EQ(*read, statement) << text;
  }
}

TEST(Statement, HasTheTextAndIdOfTheDocument) {
  const Statement statement{noon, "corridor", "north", {{"south.example/record", 812, ledger::empty_root()}}, Signing{terms}};
  EXPECT_EQ(to_text(statement),
            "{\"at\":\"2026-11-26T12:00:00.000Z\",\"body\":{\"terms\":\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"},\"pact\":\"corridor\","
            "\"party\":\"north\",\"seen\":{\"south.example/record\":{\"root\":\"47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\",\"size\":812}},"
            "\"type\":\"pact.signature\",\"v\":1}\n");
  EXPECT_EQ(id_of(to_text(statement)), "cac21669d27cb1b475a46e6773c1582aec6bb57d89d6b9ab15beb82038ccf1d2");
}

TEST(Statement, HasOneTextOnly) {
  const std::string text = to_text(one_of_each()[4]);
  ASSERT_TRUE(parse_statement(text));
  for (const std::string& changed : {text.substr(0, text.size() - 1), text + "\n", " " + text, replaced(text, "\"body\":", "\"body\": "),
                                     replaced(text, "12:00:00.000Z", "12:00:00Z"), replaced(text, "12:00:00.000Z", "13:00:00.000+01:00"),
                                     replaced(text, "12:00:00.000Z", "12:00:00.0001Z"), replaced(text, "corridor", "corri\\u0064or"),
                                     replaced(text, "\"size\":812", "\"size\":812.0"),
                                     replaced(text, "\"pact\":\"corridor\",\"party\":\"north\"", "\"party\":\"north\",\"pact\":\"corridor\"")}) {
    EXPECT_FALSE(parse_statement(changed)) << changed;
  }
}

TEST(Statement, RefusesWhatItDoesNotKnow) {
  const std::string text = to_text(one_of_each()[4]);
  const auto says = [](const std::string& changed) {
    const auto read = parse_statement(changed);
    return read ? "nothing" : read.error().message;
  };
  EXPECT_THAT(says(replaced(text, "\"v\":1", "\"v\":1,\"w\":2")), HasSubstr("w"));
  EXPECT_THAT(says(replaced(text, "\"v\":1", "\"v\":2")), HasSubstr("a newer skypact"));
  EXPECT_THAT(says(replaced(text, "pact.signature", "pact.attack")), HasSubstr("type"));
  EXPECT_THAT(says(replaced(text, "{\"terms\"", "{\"targets\":[],\"terms\"")), HasSubstr("targets"));
  EXPECT_THAT(says(replaced(text, terms, std::string(64, 'A'))), HasSubstr("lower case"));
  EXPECT_THAT(says(replaced(text, "\"party\":\"north\"", "\"party\":\"North\"")), HasSubstr("party"));
  EXPECT_THAT(says(replaced(text, "\"size\":812", "\"size\":-1")), HasSubstr("size"));
  EXPECT_THAT(says("[]"), HasSubstr("object"));
}

TEST(Statement, RefusesBodiesThatContradictThemselves) {
  const auto good = [](StatementBody body) { return parse_statement(test::text_of("north", noon, std::move(body))).has_value(); };
  const std::string key = ledger::to_string(test::keys_of("north").signatories[0].verifier());
  const std::string cosigner = ledger::to_string(test::new_key("north.example/cosigner", ledger::KeyType::cosignature).verifier());
  EXPECT_FALSE(good(Response{terms, {}, {}}));
  EXPECT_FALSE(good(Response{terms, {}, ClauseAnswer{Answer::reject, ""}})) << "a reason is needed";
  EXPECT_FALSE(good(Response{terms, {}, ClauseAnswer{Answer::accept, "yes"}}));
  EXPECT_FALSE(good(Response{terms, {{"b", {}}, {"a", {}}}, {}})) << "not in order";
  EXPECT_FALSE(good(Response{terms, {{"a", {}}, {"a", {}}}, {}})) << "twice";
  EXPECT_FALSE(good(Suspension{terms, std::vector<std::string>{}, "why", {}}));
  EXPECT_FALSE(good(Suspension{terms, {{"a", "a"}}, "why", {}}));
  EXPECT_FALSE(good(Suspension{terms, {}, "", {}}));
  EXPECT_FALSE(good(KeyRotation{KeyRole::signatory, key, key, {}}));
  EXPECT_FALSE(good(KeyRotation{KeyRole::root, {}, key, {}})) << "a root key changes with new terms only";
  EXPECT_FALSE(good(KeyRotation{KeyRole::cosigner, {}, key, {}}));
  EXPECT_TRUE(good(KeyRotation{KeyRole::cosigner, {}, cosigner, {}}));
  EXPECT_FALSE(good(KeyRotation{KeyRole::record, {}, cosigner, {}}));
  EXPECT_FALSE(good(KeyRotation{KeyRole::tls, {}, key, {}}));
}

TEST(Statement, KeepsItsBounds) {
  const auto with = [](std::size_t bytes) { return parse_statement(test::text_of("north", noon, Withdrawal{terms, std::string(bytes, 'x')})).has_value(); };
  EXPECT_TRUE(with(StatementLimits::reason_bytes));
  EXPECT_FALSE(with(StatementLimits::reason_bytes + 1));
  const auto named = [](std::size_t clauses) {
    std::vector<std::string> ids;
    for (std::size_t i = 0; i < clauses; ++i) ids.push_back(fmt::format("a{:04}", i));
    return parse_statement(test::text_of("north", noon, Suspension{terms, ids, "why", {}})).has_value();
  };
  EXPECT_TRUE(named(StatementLimits::clauses));
  EXPECT_FALSE(named(StatementLimits::clauses + 1));
  const auto long_text = [](std::size_t wanted) {
    Statement statement{noon, "corridor", "north", {}, Suspension{terms, std::vector<std::string>{}, "why", {}}};
    auto& clauses = *std::get<Suspension>(statement.body).clauses;
    for (int i = 0; i < 250; ++i) clauses.push_back(fmt::format("a{:063}", i));
    const std::size_t more = to_text(statement).size() - wanted;
    for (std::size_t i = 0; i < more; ++i) clauses[249 - i / 60].erase(1, 1);
    std::sort(clauses.begin(), clauses.end());
    const std::string text = to_text(statement);
    EXPECT_EQ(text.size(), wanted);
    return parse_statement(text);
  };
  EXPECT_TRUE(long_text(StatementLimits::text_bytes)) << long_text(StatementLimits::text_bytes).error().message;
  const auto longer = long_text(StatementLimits::text_bytes + 1);
  ASSERT_FALSE(longer);
  EXPECT_EQ(longer.error().code, ErrorCode::over_limit);
}

TEST(StatementNote, IsSignedBySeveralInOneNoteOrInSeveral) {
  const auto& north = test::keys_of("north");
  const std::string text = test::text_of("north", noon, Signing{terms});
  const auto one = ledger::parse_note(test::note_by(text, {&north.signatories[0]}));
  const auto two = ledger::parse_note(test::note_by(text, {&north.signatories[0], &north.signatories[1]}));
  const auto merged = merge_notes(*one, *two);
  ASSERT_TRUE(merged);
  EXPECT_EQ(merged->signatures.size(), 2u) << "a line that both have is there once";
  const std::vector<ledger::VerifierKey> keys{north.signatories[1].verifier(), north.signatories[2].verifier(), north.signatories[0].verifier()};
  EXPECT_EQ(signers_of(*merged, keys), (std::vector<std::size_t>{0, 2}));
  const auto apart = merge_notes(*one, *ledger::parse_note(test::note_of("north", noon, Signing{other})));
  ASSERT_FALSE(apart);
  EXPECT_EQ(apart.error().code, ErrorCode::conflict);
}

TEST(StatementNote, IsNotSpoiltByALineThatSomebodyAdded) {
  const auto& north = test::keys_of("north");
  ledger::Note note = *ledger::parse_note(test::note_of("north", noon, Signing{terms}, {0}));
  ledger::NoteSignature forged = ledger::sign("another text\n", north.signatories[1]);
  note.signatures.insert(note.signatures.begin(), forged);
  const std::vector<ledger::VerifierKey> keys{north.signatories[0].verifier(), north.signatories[1].verifier()};
  EXPECT_EQ(signers_of(note, keys), (std::vector<std::size_t>{0}));
}

TEST(StatementNote, OfMoreBytesThanAnEntryHoldsIsRefused) {
  ledger::Note note = *ledger::parse_note(test::note_of("north", noon, Signing{terms}, {0}));
  for (int i = 0; i < 60; ++i) {
    auto more = note.signatures[0];
    more.name = std::string(480, 'n') + std::to_string(i);
    note.signatures.push_back(more);
  }
  const auto read = parse_statement_note(ledger::to_text(note));
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, ErrorCode::over_limit);
  EXPECT_FALSE(merge_notes(note, note));
}

}  // namespace
}  // namespace skypact::pact
