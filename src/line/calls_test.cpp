#include "line/calls.h"

#include <gtest/gtest.h>

#include "json/document.h"
#include "line/call_json.h"
#include "line/test_line.h"

namespace skypact::line {
namespace {

using tests::start;

const std::string number = "00112233445566aa";
const std::string print(64, 'f');
const std::string description = "v=0\r\na=fingerprint:sha-256 FF\r\n";

// Two parties' lines over a link that loses nothing, and an officer of each with a key.
struct TwoDesks {
  tests::Keys keys;
  Line north{tests::setup_of(keys, "north", {"south"}), keys.copy("north")};
  Line south{tests::setup_of(keys, "south", {"north"}), keys.copy("south")};
  ledger::SigningKey north_officer = ledger::SigningKey::generate("north.example/officer/duty-1", ledger::KeyType::ed25519);
  ledger::SigningKey south_officer = ledger::SigningKey::generate("south.example/officer/duty-2", ledger::KeyType::ed25519);
  std::vector<std::string> north_entries, south_entries;
  Time now = start;

  explicit TwoDesks(bool announced = true) {
    (void)north.tick(now, {"south"});
    (void)south.tick(now, {"north"});
    if (!announced) return;
    carry(north, north.announce({"duty-1", "duty"}, north_officer.verifier().public_key, now)->step);
    carry(south, south.announce({"duty-2", "duty"}, south_officer.verifier().public_key, now)->step);
  }

  // What `from` says is recorded there, and taken and recorded by the other one.
  void carry(Line& from, Step step) {
    Line& to = &from == &north ? south : north;
    for (const Step::Entry& e : step.entries) {
      auto& entries = &from == &north ? north_entries : south_entries;
      entries.push_back(e.text);
      if (!e.id.empty()) carry(from, from.recorded(e.id, entries.size() - 1, now));
    }
    for (const Step::Send& s : step.sends) {
      if (auto taken = to.take({s.note, "link", from.setup().party, s.sealed}, now)) carry(to, std::move(*taken));
    }
  }

  static Signal signal_of(SignalKind kind, std::string account = "duty-1") {
    Signal s;
    s.call = number;
    s.kind = kind;
    if (kind == SignalKind::offer) s.desk = "duty";
    else s.account = std::move(account);
    if (kind == SignalKind::offer || kind == SignalKind::answer) {
      s.fingerprint = print;
      s.sdp = ledger::sha256(ledger::as_bytes(description));
    }
    if (kind == SignalKind::checked) s.outcome = "verified";
    if (kind == SignalKind::decline) s.outcome = "declined";
    if (kind == SignalKind::end) s.outcome = "hung_up";
    return s;
  }

  template <class Body>
  Draft draft_of(Line& from, Body body, const ledger::SigningKey* signer = nullptr, std::string reply_to = {}) {
    const bool is_north = &from == &north;
    Draft draft;
    draft.to = {is_north ? "south" : "north"};
    draft.by = is_north ? Author{"duty-1", "duty"} : Author{"duty-2", "duty"};
    draft.reply_to = std::move(reply_to);
    Message message;
    message.from = is_north ? "north" : "south";
    message.to = draft.to;
    message.by = draft.by;
    message.reply_to = draft.reply_to;
    message.body = body;
    const std::string line = ledger::to_text(ledger::sign(officer_statement(message), signer != nullptr ? *signer : is_north ? north_officer : south_officer));
    body.signature = line.substr(0, line.size() - 1);
    draft.body = std::move(body);
    return draft;
  }

  Result<std::string> say(Line& from, SignalKind kind) {
    Draft draft = draft_of(from, signal_of(kind, &from == &north ? "duty-2" : "duty-1"));
    if (std::get<Signal>(draft.body).sdp) draft.sealed = description;
    return say(from, std::move(draft));
  }
  Result<std::string> say(Line& from, Draft draft) {
    auto sent = from.send(std::move(draft), now);
    if (!sent) return std::move(sent).error();
    carry(from, std::move(sent->step));
    return std::move(sent->id);
  }
  CallStage stage(const Line& at) const { return at.stage(*at.calls().find(number), now); }
};

TEST(Calls, AreOfferedAnsweredCheckedAndEndedOnBothSides) {
  TwoDesks desks;
  const auto offer = desks.say(desks.north, SignalKind::offer);
  ASSERT_TRUE(offer) << offer.error().message;
  EXPECT_EQ(desks.stage(desks.north), CallStage::ringing);
  EXPECT_EQ(desks.stage(desks.south), CallStage::ringing);
  EXPECT_EQ(desks.south.find(*offer)->sealed, description);
  EXPECT_EQ(desks.south.find(*offer)->officer, OfficerSign::good);
  ASSERT_TRUE(desks.say(desks.south, SignalKind::answer));
  EXPECT_EQ(desks.stage(desks.north), CallStage::talking);
  ASSERT_TRUE(desks.say(desks.north, SignalKind::checked));
  ASSERT_TRUE(desks.say(desks.south, SignalKind::checked));
  desks.now += minutes(3);
  ASSERT_TRUE(desks.say(desks.south, SignalKind::end));
  for (const Line* line : {&desks.north, &desks.south}) {
    const CallState& call = *line->calls().find(number);
    EXPECT_EQ(desks.stage(*line), CallStage::ended);
    EXPECT_EQ(call.signals.size(), 5U);
    EXPECT_EQ(call.callee, (Author{"duty-2", "duty"}));
    EXPECT_EQ(*call.ended_at - *call.responded_at, minutes(3));
    // What named addresses is gone with the call.
    for (const std::string& id : call.signals) EXPECT_TRUE(line->find(id)->sealed.empty());
  }
}

TEST(Calls, KeepTheirDescriptionOutOfRecordAndJournal) {
  TwoDesks desks;
  Draft draft = desks.draft_of(desks.north, TwoDesks::signal_of(SignalKind::offer));
  draft.sealed = description;
  auto sent = desks.north.send(std::move(draft), desks.now);
  ASSERT_TRUE(sent);
  EXPECT_TRUE(sent->step.sealed.empty());
  desks.carry(desks.north, std::move(sent->step));
  for (const auto* entries : {&desks.north_entries, &desks.south_entries}) {
    for (const std::string& e : *entries) EXPECT_EQ(e.find("v=0"), e.npos);
  }
}

TEST(Calls, ThatFitNothingAreRefusedWithTheReason) {
  TwoDesks desks;
  const auto refused = [&](Line& from, Draft draft, std::string_view why) {
    const auto said = desks.say(from, std::move(draft));
    ASSERT_FALSE(said) << why;
    EXPECT_NE(said.error().message.find(why), std::string::npos) << said.error().message;
  };
  const auto offered = [&] {
    Draft draft = desks.draft_of(desks.north, TwoDesks::signal_of(SignalKind::offer));
    draft.sealed = description;
    return draft;
  };
  Draft draft = offered();
  draft.sealed = "v=0\r\na=fingerprint:sha-256 EE\r\n";
  refused(desks.north, draft, "sdp:");
  // Signed by another key, or signed and changed after.
  draft = desks.draft_of(desks.north, TwoDesks::signal_of(SignalKind::offer), &desks.south_officer);
  draft.sealed = description;
  refused(desks.north, draft, "signature:");
  draft = offered();
  std::get<Signal>(draft.body).fingerprint = std::string(64, 'e');
  refused(desks.north, draft, "signature:");
  draft = offered();
  draft.by.account = "duty-9";
  refused(desks.north, draft, "announces one");
  refused(desks.north, desks.draft_of(desks.north, TwoDesks::signal_of(SignalKind::end, "duty-2")), "no such call");
  ASSERT_TRUE(desks.say(desks.north, offered()));
  refused(desks.north, offered(), "there is a call of that number");
  draft = desks.draft_of(desks.north, TwoDesks::signal_of(SignalKind::answer, "duty-2"));
  draft.sealed = description;
  refused(desks.north, draft, "this party called");
  ASSERT_TRUE(desks.say(desks.south, SignalKind::decline));
  EXPECT_EQ(desks.stage(desks.north), CallStage::declined);
  EXPECT_EQ(desks.stage(desks.south), CallStage::declined);
  draft = desks.draft_of(desks.south, TwoDesks::signal_of(SignalKind::answer));
  draft.sealed = description;
  refused(desks.south, draft, "has ended");
}

TEST(Calls, WithASignatureThatIsNotTheOfficersAreTakenAndMarked) {
  TwoDesks desks;
  // South's node lies: it vouches for a signal that its officer did not sign.
  Message message;
  message.from = "south";
  message.to = {"north"};
  message.number = 100;
  message.at = desks.now;
  message.by = {"duty-2", "duty"};
  Signal signal = TwoDesks::signal_of(SignalKind::offer);
  const auto by = [&](const ledger::SigningKey& key) {
    signal.signature.clear();
    message.body = signal;
    const std::string line = ledger::to_text(ledger::sign(officer_statement(message), key));
    signal.signature = line.substr(0, line.size() - 1);
    message.body = signal;
    ledger::Note note{to_text(message), {}};
    note.signatures.push_back(ledger::sign(note.text, desks.keys.of("south")));
    return ledger::to_text(note);
  };
  auto taken = desks.north.take({by(ledger::SigningKey::generate("south.example/officer/duty-2", ledger::KeyType::ed25519)), "link", "south", description}, desks.now);
  ASSERT_TRUE(taken);
  ASSERT_EQ(taken->arrived.size(), 1U);
  // Another key has another id: it is not the officer's.
  EXPECT_EQ(desks.north.find(taken->arrived[0])->officer, OfficerSign::wrong);
  signal.call = "00112233445566ab";
  message.by.account = "duty-7";
  taken = desks.north.take({by(desks.south_officer), "link", "south", description}, desks.now);
  ASSERT_TRUE(taken);
  EXPECT_EQ(desks.north.find(taken->arrived[0])->officer, OfficerSign::unknown);
  // What came beside it and is not what was signed is not kept.
  signal.call = "00112233445566ac";
  message.by.account = "duty-2";
  taken = desks.north.take({by(desks.south_officer), "link", "south", "v=1"}, desks.now);
  ASSERT_TRUE(taken);
  EXPECT_EQ(desks.north.find(taken->arrived[0])->officer, OfficerSign::good);
  EXPECT_TRUE(desks.north.find(taken->arrived[0])->sealed.empty());
}

TEST(Calls, ThatRingOutAreAnEntryOnceAndNoMore) {
  TwoDesks desks;
  const auto offer = desks.say(desks.north, SignalKind::offer);
  const auto events = [&] {
    return std::count_if(desks.north_entries.begin(), desks.north_entries.end(), [](const std::string& e) { return e.find("not_answered") != e.npos; });
  };
  desks.now += seconds(59);
  desks.carry(desks.north, desks.north.tick(desks.now, {"south"}));
  EXPECT_EQ(events(), 0);
  desks.now += seconds(2);
  for (int i = 0; i < 3; ++i) desks.carry(desks.north, desks.north.tick(desks.now, {"south"}));
  EXPECT_EQ(events(), 1);
  EXPECT_EQ(desks.stage(desks.north), CallStage::not_answered);
  EXPECT_EQ(desks.stage(desks.south), CallStage::not_answered);
  EXPECT_FALSE(desks.north.is_open(*desks.north.find(*offer), desks.now));
}

TEST(Calls, ComeBackFromTheRecord) {
  TwoDesks desks;
  ASSERT_TRUE(desks.say(desks.north, SignalKind::offer));
  ASSERT_TRUE(desks.say(desks.south, SignalKind::answer));
  ASSERT_TRUE(desks.say(desks.north, SignalKind::end));
  Line again(tests::setup_of(desks.keys, "south", {"north"}), desks.keys.copy("south"));
  for (std::size_t i = 0; i < desks.south_entries.size(); ++i) again.replay(i, desks.south_entries[i]);
  const CallState* const call = again.calls().find(number);
  ASSERT_NE(call, nullptr);
  EXPECT_EQ(call->signals, desks.south.calls().find(number)->signals);
  EXPECT_EQ(again.stage(*call, desks.now), CallStage::ended);
  EXPECT_EQ(again.find(call->signals[0])->officer, OfficerSign::good);
  ASSERT_NE(again.calls().officer("north", "duty-1"), nullptr);
}

TEST(Calls, HaveMinutesThatBothSign) {
  TwoDesks desks;
  ASSERT_TRUE(desks.say(desks.north, SignalKind::offer));
  EXPECT_FALSE(desks.say(desks.north, desks.draft_of(desks.north, Minutes{number, "Nothing flies before noon."})));
  ASSERT_TRUE(desks.say(desks.south, SignalKind::answer));
  ASSERT_TRUE(desks.say(desks.south, SignalKind::end));
  const auto first = desks.say(desks.north, desks.draft_of(desks.north, Minutes{number, "Nothing flies before noon."}));
  ASSERT_TRUE(first) << first.error().message;
  EXPECT_FALSE(desks.say(desks.south, desks.draft_of(desks.south, Minutes{number, "Nothing flies before ten."}, nullptr, *first)));
  EXPECT_TRUE(desks.south.calls().find(number)->minutes[0].agreed_by.empty());
  const auto agreed = desks.say(desks.south, desks.draft_of(desks.south, Minutes{number, "Nothing flies before noon."}, nullptr, *first));
  ASSERT_TRUE(agreed) << agreed.error().message;
  for (const Line* line : {&desks.north, &desks.south}) {
    ASSERT_EQ(line->calls().find(number)->minutes.size(), 1U);
    EXPECT_EQ(line->calls().find(number)->minutes[0].agreed_by, *agreed);
    EXPECT_EQ(line->find(*agreed)->officer, OfficerSign::good);
  }
  // Nobody agrees with himself.
  EXPECT_FALSE(desks.say(desks.north, desks.draft_of(desks.north, Minutes{number, "Nothing flies before noon."}, nullptr, *first)));
}

TEST(Officers, HoldForOneShiftAndUntilTheyGo) {
  TwoDesks desks;
  const auto* known = desks.south.calls().officer("north", "duty-1");
  ASSERT_NE(known, nullptr);
  EXPECT_EQ(known->until - known->at, longest_shift);
  // The same key again is no new message.
  EXPECT_TRUE(desks.north.announce({"duty-1", "duty"}, desks.north_officer.verifier().public_key, desks.now)->step.sends.empty());
  desks.now += minutes(1);
  desks.carry(desks.north, desks.north.withdraw("duty-1", desks.now)->step);
  EXPECT_EQ(desks.south.calls().officer("north", "duty-1")->until, desks.now);
  EXPECT_FALSE(desks.north.withdraw("duty-1", desks.now));
  EXPECT_FALSE(desks.say(desks.north, SignalKind::offer));
  desks.carry(desks.north, desks.north.announce({"duty-1", "duty"}, desks.north_officer.verifier().public_key, desks.now += seconds(1))->step);
  EXPECT_TRUE(desks.say(desks.north, SignalKind::offer));
  desks.now += longest_shift;
  EXPECT_FALSE(desks.say(desks.north, SignalKind::end));
}

TEST(Officers, AreNamedAsTheirRecordIs) {
  EXPECT_EQ(officer_key_name("north.example/record", "duty-1"), "north.example/officer/duty-1");
  TwoDesks desks(false);
  Draft draft;
  draft.to = {"south"};
  draft.by = {"duty-1", "duty"};
  draft.body = Officer{ledger::to_string(ledger::SigningKey::generate("south.example/officer/duty-1", ledger::KeyType::ed25519).verifier()), desks.now + minutes(1)};
  const auto sent = desks.north.send(draft, desks.now);
  ASSERT_FALSE(sent);
  EXPECT_NE(sent.error().message.find("north.example/officer/duty-1"), std::string::npos);
}

TEST(Calls, AreShownWithAllThatAConsoleChecks) {
  TwoDesks desks;
  ASSERT_TRUE(desks.say(desks.north, SignalKind::offer));
  std::string text;
  json::Writer out(text);
  append(out, *desks.south.calls().find(number), desks.south, desks.now);
  const auto call = json::parse(text, {.bytes = text.size(), .depth = 12});
  ASSERT_TRUE(call) << text;
  EXPECT_EQ(call->root()["stage"].as_string(), "ringing");
  EXPECT_EQ(call->root()["caller"]["account"].as_string(), "duty-1");
  EXPECT_EQ(text.find("v=0"), text.npos);
  std::string people;
  json::Writer officers(people);
  append_officers(officers, desks.south);
  EXPECT_NE(people.find("north.example/officer/duty-1"), people.npos);
  EXPECT_NE(people.find("north.example/record"), people.npos);
}

TEST(Calls, AreReadStrictly) {
  const auto read = [](std::string_view text) {
    const auto document = json::parse(text);
    return read_signal_draft(document->root(), {"duty-1", "duty"});
  };
  const auto refused = [&](std::string_view text, std::string_view member) {
    const auto draft = read(text);
    ASSERT_FALSE(draft) << text;
    EXPECT_NE(draft.error().message.find(member), std::string::npos) << draft.error().message;
  };
  refused(R"({"to":"south"})", "signal");
  refused(R"({"to":"south","signal":{"call":"1","kind":"end","outcome":"hung_up","signature":"x"}})", "call");
  refused(R"({"to":"south","signal":{"call":"00112233445566aa","kind":"wink","signature":"x"}})", "kind");
  refused(R"({"to":"south","signal":{"call":"00112233445566aa","kind":"end","outcome":"declined","signature":"x"}})", "outcome");
  refused(R"({"to":"south","signal":{"call":"00112233445566aa","kind":"end","outcome":"hung_up","signature":"x"}})", "signature");
  refused(R"({"to":"south","signal":{"call":"00112233445566aa","kind":"offer","desk":"duty","fingerprint":"AB","sdp":"x","signature":"x"}})", "fingerprint");
}

}  // namespace
}  // namespace skypact::line
