#include "line/message.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "line/test_line.h"

namespace skypact::line {
namespace {

using tests::start;

Message a_call() {
  Message message;
  message.from = "north";
  message.to = {"relief", "south"};
  message.number = 17;
  message.at = start;
  message.message_class = MessageClass::stop;
  message.by = {"duty-1", "duty"};
  message.body = Call{{{101, R"({"activity":"firing","position":{"lat_deg":35.1,"lon_deg":33.75}})"}}, FreeText{"en", "Now."}};
  return message;
}

Message a_receipt() {
  Message message;
  message.from = "south";
  message.to = {"north"};
  message.at = start;
  message.reply_to = std::string(64, 'a');
  message.body = Receipt{start, true};
  return message;
}

// A signature line, of whatever text.
std::string a_signature() {
  const std::string line = ledger::to_text(ledger::sign("x\n", ledger::SigningKey::generate("north.example/officer/duty-1", ledger::KeyType::ed25519)));
  return line.substr(0, line.size() - 1);
}

std::vector<Message> one_of_each() {
  std::vector<Message> all{a_call(), a_receipt()};
  Message m = a_receipt();
  m.number = 3;
  m.by = {"duty-2", "duty"};
  m.body = Answer{AnswerWord::where_exactly, Depth::unit, geo::Position::from_degrees(35.1234567, -179.9999999), {{5, "{}"}}, FreeText{"ar", "أين بالضبط؟"}};
  all.push_back(m);
  m = a_call();
  m.body = LineCheck{};
  m.by = {};
  all.push_back(m);
  m.body = NoticeMessage{R"({"number":"0012/26"})"};
  all.push_back(m);
  m.body = CaseMessage{R"({"case":"D-1"})", ledger::sha256(ledger::as_bytes("x"))};
  m.exercise = true;
  all.push_back(m);
  m = a_call();
  m.to = {};
  m.body = Handover{"duty", "duty-2", {std::string(64, 'b'), "case:d-0001/26"}, "quiet"};
  all.push_back(m);
  m = a_call();
  m.number = 0;
  m.by = {};
  m.body = Presence{{{"duty", "North duty desk", {"en", "fr"}, 2}}};
  all.push_back(m);
  m = a_call();
  m.by = {"duty-1", "duty"};
  m.to = {"south"};
  m.body = Officer{ledger::to_string(ledger::SigningKey::generate("north.example/officer/duty-1", ledger::KeyType::ed25519).verifier()), start + longest_shift};
  all.push_back(m);
  m.body = Signal{"00112233445566aa", SignalKind::checked, {}, "duty-2", std::string(64, 'a'), {}, "refuted", "another certificate", a_signature()};
  all.push_back(m);
  m.body = Minutes{"00112233445566aa", "Nothing flies\nbefore noon.", a_signature()};
  all.push_back(m);
  return all;
}

TEST(Message, OfEachTypeComesBackFromItsText) {
  const auto all = one_of_each();
  EXPECT_EQ(all.size(), std::variant_size_v<MessageBody>);
  for (const Message& message : all) {
    const std::string text = to_text(message);
    const auto read = parse_message(text);
    ASSERT_TRUE(read) << text << read.error().message;
    EXPECT_EQ(*read, message) << text;
    EXPECT_TRUE(check(message));
  }
}

// What was signed once must be read for ever: this text does not change.
TEST(Message, HasTheTextOfItsFirstRelease) {
  EXPECT_EQ(to_text(a_call()),
            R"({"at":"2026-01-10T02:00:00.000Z","body":{"phrases":[{"phrase":101,"slots":{"activity":"firing","position":{"lat_deg":35.1,"lon_deg":33.75}}}],)"
            R"("text":{"language":"en","text":"Now."}},"by":{"account":"duty-1","desk":"duty"},"class":"stop","from":"north","number":17,"to":["relief","south"],"type":"line.call","v":1})"
            "\n");
}

TEST(Message, IsReadInItsCanonicalFormOnly) {
  std::string text = to_text(a_call());
  EXPECT_FALSE(parse_message(text.substr(0, text.size() - 1)));
  EXPECT_FALSE(parse_message(" " + text));
  text.replace(text.find("35.1"), 4, "35.10");
  const auto read = parse_message(text);
  ASSERT_FALSE(read);
  EXPECT_NE(read.error().message.find("canonical"), std::string::npos);
}

TEST(Message, ThatContradictsItselfIsRefusedByName) {
  const auto refused = [](Message message, std::string_view member) {
    const auto checked = check(message);
    ASSERT_FALSE(checked) << member;
    EXPECT_NE(checked.error().message.find(member), std::string::npos) << checked.error().message;
  };
  Message m = a_call();
  m.to = {"south", "relief"};
  refused(m, "to:");
  m.to = {"north"};
  refused(m, "to:");
  m.to = {};
  refused(m, "to:");
  m = a_call();
  m.number = 0;
  refused(m, "number:");
  m = a_receipt();
  m.reply_to.clear();
  refused(m, "reply_to:");
  m = a_receipt();
  m.by = {"duty-1", "duty"};
  refused(m, "by:");
  m = a_call();
  std::get<Call>(m.body).phrases.clear();
  refused(m, "phrases");
  m = a_call();
  std::get<Call>(m.body).phrases[0].slots = "[]";
  refused(m, "phrase 101");
  m = a_call();
  std::get<Call>(m.body).phrases[0].slots = "{\"a\":1},{";
  refused(m, "phrase 101");
  m = a_call();
  std::get<Call>(m.body).text->text = std::string("a\x01b");
  refused(m, "control");
  m = a_call();
  std::get<Call>(m.body).text->text = std::string(MessageLimits::free_text, 'x');
  EXPECT_TRUE(check(m));
  std::get<Call>(m.body).text->text += 'x';
  refused(m, "text");
  m = a_call();
  m.from = "no\xe2\x80\xaerth";   // a right-to-left override
  refused(m, "from");
  m = a_call();
  m.by.account = "Duty";
  refused(m, "account");
  m = a_call();
  m.to = {"south"};
  const std::string key = ledger::to_string(ledger::SigningKey::generate("north.example/officer/duty-1", ledger::KeyType::ed25519).verifier());
  m.body = Officer{key, start + longest_shift + milliseconds(1)};
  refused(m, "until:");
  m.body = Officer{key, start - milliseconds(1)};
  refused(m, "until:");
  m.body = Officer{key, start + minutes(1)};
  m.by.account = "duty-2";
  refused(m, "key:");
  m.body = Officer{"north", start + minutes(1)};
  refused(m, "key");
  m.by = {};
  refused(m, "by:");
  m = a_call();
  m.body = Minutes{"00112233445566aa", "Noon.", a_signature()};
  refused(m, "to:");
  m.to = {"south"};
  EXPECT_TRUE(check(m));
  std::get<Minutes>(m.body).text = std::string(MessageLimits::minutes_text + 1, 'x');
  refused(m, "text");
  m.body = Signal{"00112233445566aa", SignalKind::end, {}, "duty-2", std::string(64, 'a'), {}, "hung_up", {}, a_signature()};
  refused(m, "fingerprint");
  m.body = Signal{"00112233445566aA", SignalKind::end, {}, "duty-2", {}, {}, "hung_up", {}, a_signature()};
  refused(m, "call");
  m.body = Signal{"00112233445566aa", SignalKind::end, {}, "duty-2", {}, {}, "hung_up", {}, a_signature() + "\n" + a_signature()};
  refused(m, "signature");
}

TEST(Message, IsBelievedOnlyWithTheSignatureOfTheRecordOfTheOneItIsFrom) {
  tests::Keys keys;
  const std::vector<PartyKey> known{{"north", keys.of("north").verifier()}, {"south", keys.of("south").verifier()}};
  const auto note = [&](const Message& message, const std::string& signer) {
    ledger::Note n{to_text(message), {}};
    n.signatures.push_back(ledger::sign(n.text, keys.of(signer)));
    return ledger::to_text(n);
  };
  EXPECT_TRUE(open_message(note(a_call(), "north"), known));
  EXPECT_FALSE(open_message(note(a_call(), "south"), known));
  EXPECT_FALSE(open_message(note(a_call(), "stranger"), known));
  Message stranger = a_call();
  stranger.from = "stranger";
  EXPECT_FALSE(open_message(note(stranger, "stranger"), known));
  std::string changed = note(a_call(), "north");
  changed.replace(changed.find("firing"), 6, "flight");
  EXPECT_FALSE(open_message(changed, known));
  // A checkpoint of the same key is no message, and a message no checkpoint: the first line tells.
  ledger::Note checkpoint{"north.example/record\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n", {}};
  checkpoint.signatures.push_back(ledger::sign(checkpoint.text, keys.of("north")));
  EXPECT_FALSE(open_message(ledger::to_text(checkpoint), known));
}

RC_GTEST_PROP(Message, WithAnyFreeTextAndSlotsComesBackOrIsRefused, ()) {
  Message message = a_call();
  auto& call = std::get<Call>(message.body);
  call.text = FreeText{"en", *rc::gen::string<std::string>()};
  call.phrases[0].slots = *rc::gen::string<std::string>();
  if (*rc::gen::arbitrary<bool>()) call.phrases[0].slots = "{\"n\":" + std::to_string(*rc::gen::inRange(-1000, 1000)) + "}";
  if (!check(message)) return;
  const auto read = parse_message(to_text(message));
  RC_ASSERT(read.has_value());
  RC_ASSERT(to_text(*read) == to_text(message));
}

}  // namespace
}  // namespace skypact::line
