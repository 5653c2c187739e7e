// A line made from the index and the tail is the line that the whole record makes: over random histories longer than every bound, at every
// size, after power cuts, and whatever happened to the index.

#include "node/line_index.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "ledger/test_log.h"
#include "ledger/test_storage.h"
#include "line/call_json.h"
#include "line/line_json.h"
#include "line/test_past.h"
#include "node/line_use.h"
#include "node/test_index_cuts.h"

namespace skypact::node {
namespace {

using namespace line;
using namespace line::tests;
using ledger::test::Disk;
using ledger::test::reader_of;
using std::chrono::hours;

Keys& keys() {
  static Keys made;
  return made;
}
const ledger::SigningKey& record_key() { return keys().of("north"); }

// Bounds that a short history exceeds.
LineSetup small_setup() {
  LineSetup setup = setup_of(keys(), "north", {"relief", "south"});
  setup.messages = 150;
  setup.ids = 500;
  return setup;
}

// What the line, the calls and the notices of a record are made of, by whoever writes to it: sense, repetition and nonsense.
class RandomPast {
 public:
  // `lists`: of notices and calls more than a line keeps of them, and of the rest little.
  RandomPast(std::uint64_t seed, std::size_t most_steps, bool lists = false) : random_(seed), past_("north"), lists_(lists) {
    key_ = std::make_unique<ledger::SigningKey>(ledger::SigningKey::generate(officer_key_name(origin_of("north"), "duty-1"), ledger::KeyType::ed25519));
    for (std::size_t i = 0; i < most_steps; ++i) step();
  }
  [[nodiscard]] const std::vector<std::string>& entries() const { return past_.entries; }
  [[nodiscard]] Time now() const { return past_.now; }

 private:
  struct Said {
    std::string id, from, note;
    bool notice = false, check = false;
    std::string call{};
  };
  const std::string& party() { return parties_[random_.below(parties_.size())]; }
  const std::string& other() { return parties_[1 + random_.below(2)]; }
  const Said& one() { return said_[said_.size() - 1 - (random_.chance(0.8) ? random_.below(std::min<std::size_t>(said_.size(), 20)) : random_.below(said_.size()))]; }
  std::vector<std::string> to_of(const std::string& from) {
    if (from != "north") return {"north"};
    if (random_.chance(0.3)) return {"relief", "south"};
    return {other()};
  }
  void say(const std::string& from, MessageBody body, MessageClass of = MessageClass::inform, std::string reply_to = {}, std::vector<std::string> to = {}, std::string call = {}) {
    const bool notice = std::holds_alternative<NoticeMessage>(body), check = std::holds_alternative<LineCheck>(body);
    if (to.empty() && !std::holds_alternative<Handover>(body)) to = to_of(from);
    Message message = past_.message(from, std::move(to), std::move(body), of, std::move(reply_to));
    if (random_.chance(0.1)) message.at += minutes(random_.below(20));
    sign(message);
    const std::string id = past_.say(message);
    said_.push_back({id, from, past_.last_note, notice, check, std::move(call)});
  }
  // By the officer's key, mostly.
  void sign(Message& message) {
    std::string* const signature = std::holds_alternative<Signal>(message.body) ? &std::get<Signal>(message.body).signature : std::holds_alternative<Minutes>(message.body) ? &std::get<Minutes>(message.body).signature : nullptr;
    if (signature == nullptr) return;
    *signature = ledger::to_text(ledger::sign(random_.chance(0.1) ? std::string("another\n") : officer_statement(message), *key_));
    signature->pop_back();
  }
  void say_notice() {
    const std::string& from = lists_ ? parties_.back() : party();
    std::string& last = last_notice_[from];
    if (!last.empty() && random_.chance(0.15)) return say(from, NoticeMessage{last});   // to somebody else, who answers too
    std::uint32_t& highest = notices_[from];
    const bool is_new = highest == 0 || random_.chance(0.6);
    if (is_new && highest < 9'000) ++highest;
    const auto number = is_new ? highest : highest - static_cast<std::uint32_t>(random_.below(std::min<std::uint32_t>(highest, 8)));
    const auto revision = is_new ? 1 : 1 + static_cast<std::uint32_t>(random_.below(4));
    const NoticeState state = revision == 1 ? NoticeState::planned : random_.chance(0.2) ? NoticeState::cancelled : NoticeState::changed;
    last = notice_json(past_.now, number, revision, state, random_.chance(0.05) ? hours(2000) : hours(random_.below(50)));
    say(from, NoticeMessage{last});
  }
  void say_of_call() {
    Signal signal;
    const bool offer = calls_.empty() || random_.chance(lists_ ? 0.7 : 0.4);
    if (offer) calls_.push_back(fmt::format("{:016x}", random_.below(std::uint64_t{1} << 60)));
    signal.call = calls_[calls_.size() - 1 - random_.below(std::min<std::size_t>(calls_.size(), 3))];
    signal.kind = offer ? SignalKind::offer : static_cast<SignalKind>(1 + random_.below(4));
    if (offer) signal.desk = "duty"; else signal.account = "duty-1";
    const std::string print = std::string(64, 'a');
    if (signal.kind == SignalKind::offer || signal.kind == SignalKind::answer) signal.fingerprint = print, signal.sdp = ledger::sha256(ledger::as_bytes("sdp"));
    if (signal.kind == SignalKind::checked) signal.fingerprint = print, signal.outcome = "verified";
    if (signal.kind == SignalKind::decline) signal.outcome = "busy";
    if (signal.kind == SignalKind::end) signal.outcome = "hung_up";
    const std::string& from = party();
    const std::vector<std::string> to{from == "north" ? "south" : "north"};
    if (!offer && random_.chance(0.3)) {
      const std::string reply = random_.chance(0.5) ? one().id : std::string();
      return say(from, Minutes{signal.call, "said", {}}, MessageClass::inform, reply, to);
    }
    say(from, signal, MessageClass::inform, {}, to, signal.call);
  }
  void step() {
    past_.now += milliseconds(random_.chance(0.02) ? 3'600'000 * (1 + random_.below(30)) : random_.below(90'000));
    if (said_.size() < 5) return say(party(), Call{{{1, "{}"}}, {}}, MessageClass::warn);
    const std::uint64_t which = !lists_ || random_.chance(0.1) ? random_.below(100) : 76 + random_.below(15);
    const Said of = one();
    if (which < 22) return say(party(), Call{{{1, R"({"position":{"lat_deg":35.1,"lon_deg":33.75}})"}}, {}}, static_cast<MessageClass>(random_.below(4)));
    if (which < 40) return past_.receipt(of.id, other(), random_.chance(0.7));
    if (which < 58) {
      Answer answer{static_cast<AnswerWord>(random_.below(4))};
      if (random_.chance(0.5)) answer.word = AnswerWord::where_exactly;
      if (random_.chance(0.3)) answer.depth = static_cast<Depth>(random_.below(3));
      if (random_.chance(0.3)) answer.shown = geo::Position::from_degrees(35.1, 33.75);
      return say(random_.chance(0.7) ? (of.from == "north" ? other() : "north") : party(), answer, MessageClass::inform, of.id);
    }
    if (which < 66) return say(random_.chance(0.7) ? "north" : party(), Call{{{1, "{}"}}, {}}, MessageClass::inform, of.id);
    if (which < 71) {
      constexpr LineEvent::What whats[] = {LineEvent::What::not_received, LineEvent::What::not_answered, LineEvent::What::escalated, LineEvent::What::check_missed, LineEvent::What::carried};
      const auto offer = std::find_if(said_.rbegin(), said_.rend(), [](const Said& said) { return !said.call.empty(); });
      if (offer != said_.rend() && random_.chance(0.2)) return past_.event(offer->id, {LineEvent::What::not_answered, other(), {}, past_.now});
      return past_.event(of.id, {whats[random_.below(5)], other(), random_.chance(0.5) ? "relief" : "", past_.now});
    }
    if (which < 76) return say(party(), LineCheck{});
    if (which < 85) return say_notice();
    if (which < 91) return say_of_call();
    if (which < 93) return say(party(), Officer{ledger::to_string(key_->verifier()), std::chrono::floor<milliseconds>(past_.now) + minutes(random_.chance(0.2) ? 1 : 20 + random_.below(720))});
    if (which < 94) return say("north", Handover{"duty", "duty-2", {}, {}});
    // The same note again, what is no entry of the line, and what cannot be read.
    if (which < 96) return past_.write(of.from, of.note);
    past_.entries.push_back(which < 99 ? line_entry({"north.example/record", "north", past_.now, "alert"}, [](json::Writer& out) { out.field("n", 1); })
                                       : line_entry({"north.example/record", "north", past_.now, "message"}, [](json::Writer& out) { out.field("note", "none"); }));
  }

  Random random_;
  PastMaker past_;
  bool lists_;
  std::unique_ptr<ledger::SigningKey> key_;
  std::vector<std::string> parties_{"north", "relief", "south"};
  std::vector<Said> said_;
  std::map<std::string, std::uint32_t> notices_;
  std::map<std::string, std::string> last_notice_;
  std::vector<std::string> calls_;
};

struct Machine {
  Line line;
  NoticeDesk notices;
};

// The brute-force twin: every entry, one after the other.
Machine replayed(const std::vector<std::string>& entries, const LineSetup& setup, std::size_t count) {
  Machine machine{Line(setup), NoticeDesk(setup.party)};
  for (std::size_t i = 0; i < count; ++i) {
    for (const std::string& id : machine.line.replay(i, entries[i]).changed) {
      if (const MessageState* const state = machine.line.find(id)) (void)machine.notices.take_past(*state);
    }
  }
  return machine;
}

// Everything that can be asked, and that would be sent.
std::string all_of(Machine machine, const LineSetup& setup, Time now) {
  std::string text = line::to_text(machine.line.past(), machine.notices.past());
  Line line(setup, keys().copy("north"));
  (void)line.take_past(std::move(machine.line), now);
  NoticeDesk notices(setup.party);
  notices.take_past(std::move(machine.notices));
  notices.past_is_read(line);
  const Step resumed = line.resume(now);
  for (const Step::Send& send : resumed.sends) text += send.to + ' ' + send.note;
  for (const std::string& id : line.order()) {
    const MessageState& state = *line.find(id);
    json::Writer out(text);
    append(out, state, line, bundled_gazetteer(), now);
    text += fmt::format("\n{} {} {} {} {} {} {}\n", state.note, to_rfc3339(state.taken_at), state.via, state.clock_doubt, state.asked_back, line.is_open(state, now), to_string(state.officer));
    for (const Addressee& to : state.to) {
      text += fmt::format("{} {} {} {} {}\n", to.party, to.recorded, to.times_sent, to.answered_at ? to_rfc3339(*to.answered_at) : "", to.carried_by.size());
    }
    for (const GivenAnswer& answer : state.answers) text += fmt::format("{} {} {} {}\n", answer.id, *answer.index, to_rfc3339(answer.taken_at), answer.same_place ? 1 + *answer.same_place : 0);
    for (const LineEvent& event : state.events) text += fmt::format("{} {} {} {}\n", to_string(event.what), event.party, event.call, to_rfc3339(event.at));
  }
  json::Writer out(text);
  append_desks(out, line, {}, now);
  for (const auto& [party, peer] : line.peers()) text += fmt::format("{} {} {}\n", party, peer.checked_at ? to_rfc3339(*peer.checked_at) : "", peer.check_missed_at ? to_rfc3339(*peer.check_missed_at) : "");
  for (const std::string& call : line.calls().order()) {
    json::Writer of_call(text);
    append(of_call, *line.calls().find(call), line, now);
    text += line.calls().find(call)->rang_out ? " rang out\n" : "\n";
  }
  json::Writer of_officers(text);
  append_officers(of_officers, line);
  for (const auto& [key, record] : notices.book().all()) text += key.first + to_string(key.second) + canonical_json(record.notice) + '\n';
  const auto next = line.send(call_to({"south"}, MessageClass::inform), now);
  text += fmt::format("next {} {}\n", line.find(next->id)->message.number, to_string(*notices.next_number(now)));
  return text;
}

NoticeBook book_of(Machine machine, const LineSetup& setup) {
  NoticeDesk notices(setup.party);
  notices.take_past(std::move(machine.notices));
  notices.past_is_read(machine.line);
  return notices.book();
}
Machine machine_of(ReadLine read) { return {std::move(read.line), std::move(read.notices)}; }

TEST(LineIndex, AndTheTailMakeTheLineThatTheWholeRecordMakesAtEverySize) {
  const LineSetup setup = small_setup();
  bool is_any_signed = false;   // and the key held
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    RandomPast made(seed, 1500);
    const Time now = made.now();
    const std::vector<std::string> entries = made.entries();
    const auto files = ledger::test::log_of(entries, record_key());
    const auto read = reader_of(files);
    const std::string wanted = all_of(replayed(entries, setup, entries.size()), setup, now);
    const NoticeBook book = book_of(replayed(entries, setup, entries.size()), setup);
    // The history has what could go wrong.
    const LinePast past = replayed(entries, setup, entries.size()).line.past();
    ASSERT_EQ(past.messages.size(), setup.messages);
    ASSERT_EQ(past.ids.size(), setup.ids);
    ASSERT_FALSE(past.checked.empty());
    ASSERT_FALSE(past.officers.empty());
    ASSERT_FALSE(past.calls.empty());
    ASSERT_FALSE(book.all().empty());
    const Machine whole = replayed(entries, setup, entries.size());
    const auto is_signed = [&](const std::string& id) { return whole.line.find(id)->officer == OfficerSign::good; };
    is_any_signed = is_any_signed || std::any_of(whole.line.order().begin(), whole.line.order().end(), is_signed);
    ASSERT_TRUE(std::any_of(book.all().begin(), book.all().end(), [](const auto& of) { return of.second.contradiction_count > 0; }));
    ASSERT_TRUE(std::any_of(book.all().begin(), book.all().end(), [](const auto& of) { return !of.second.acknowledgements.empty(); }));
    // Each index is made with the one before.
    std::string text;
    for (std::size_t cut = 0; cut <= entries.size(); cut += 97 + cut % 61) {
      auto part = read_line(setup, read, entries.size(), cut, text);
      ASSERT_TRUE(part) << part.error().message;
      ASSERT_EQ(part->made_anew.empty(), !text.empty()) << part->made_anew;
      text = to_text(index_of(*part), setup);
      const Machine twin = replayed(entries, setup, cut);
      ASSERT_EQ(index_of(*part).line, twin.line.past()) << cut;
      ASSERT_EQ(index_of(*part).notices, twin.notices.past()) << cut;
      auto ready = read_line(setup, read, entries.size(), entries.size(), text);
      ASSERT_TRUE(ready) << ready.error().message;
      ASSERT_EQ(ready->made_anew, "") << cut;
      ASSERT_EQ(ready->from_index, cut);
      auto again = read_line(setup, read, entries.size(), entries.size(), text);
      ASSERT_EQ(all_of(machine_of(std::move(*ready)), setup, now), wanted) << cut;
      ASSERT_EQ(book_of(machine_of(std::move(*again)), setup), book) << cut;
    }
  }
  EXPECT_TRUE(is_any_signed);
}

TEST(LineIndex, HoldsWithMoreNoticesAndCallsThanAreKept) {
  const LineSetup setup = small_setup();
  RandomPast made(11, 7000, true);
  const Time now = made.now();
  const std::vector<std::string> entries = made.entries();
  const auto files = ledger::test::log_of(entries, record_key());
  const auto read = reader_of(files);
  const std::string wanted = all_of(replayed(entries, setup, entries.size()), setup, now);
  const NoticeBook book = book_of(replayed(entries, setup, entries.size()), setup);
  EXPECT_GT(book.dropped(), 100u);
  EXPECT_EQ(replayed(entries, setup, entries.size()).line.past().calls.size(), CallLimits::calls);
  std::string text;
  for (const std::size_t cut : {entries.size() / 3, entries.size() / 2, entries.size() - 500, entries.size()}) {
    auto part = read_line(setup, read, entries.size(), cut, text);
    ASSERT_TRUE(part) << part.error().message;
    text = to_text(index_of(*part), setup);
    auto ready = read_line(setup, read, entries.size(), entries.size(), text);
    ASSERT_TRUE(ready) << ready.error().message;
    ASSERT_EQ(ready->made_anew, "");
    auto again = read_line(setup, read, entries.size(), entries.size(), text);
    ASSERT_EQ(all_of(machine_of(std::move(*ready)), setup, now), wanted) << cut;
    ASSERT_EQ(book_of(machine_of(std::move(*again)), setup), book) << cut;
  }
}

TEST(LineIndex, ANoteThatWasSeenLongAgoCountsNoSecondTime) {
  LineSetup setup = setup_of(keys(), "north", {"south"});
  setup.messages = 10;
  Line south(setup_of(keys(), "south", {"north"}), keys().copy("south"));
  Line north(setup, keys().copy("north"));
  std::vector<std::string> entries;
  std::string first;
  for (int i = 0; i < 40; ++i) {
    const auto sent = south.send(call_to({"north"}, MessageClass::inform), start + minutes(i));
    if (first.empty()) first = sent->step.sends[0].note;
    const auto taken = north.take({sent->step.sends[0].note, "link", "south", {}}, start + minutes(i));
    ASSERT_TRUE(taken);
    for (const Step::Entry& entry : taken->entries) {
      entries.push_back(entry.text);
      (void)north.recorded(entry.id, entries.size() - 1, start + minutes(i));
    }
    (void)north.tick(start + minutes(i), {});
  }
  const auto files = ledger::test::log_of(entries, record_key());
  const auto part = read_line(setup, reader_of(files), entries.size(), entries.size(), {});
  ASSERT_TRUE(part);
  auto ready = read_line(setup, reader_of(files), entries.size(), entries.size(), to_text(index_of(*part), setup));
  ASSERT_TRUE(ready);
  ASSERT_EQ(ready->made_anew, "");
  Line again(setup, keys().copy("north"));
  (void)again.take_past(std::move(ready->line), start + hours(1));
  ASSERT_EQ(again.order().size(), 10u);
  const auto taken = again.take({first, "link", "south", {}}, start + hours(1));
  ASSERT_TRUE(taken);
  EXPECT_TRUE(taken->arrived.empty());
  EXPECT_EQ(taken->sends.size(), 1u) << "the receipt, again";
}

// With a good hash at its end, so that it is read to where it is wrong.
std::string with_hash(std::string text) {
  text.resize(text.rfind("sha256 "));
  return ledger::closed(std::move(text));
}

TEST(LineIndex, ThatIsMissingDamagedOrOfSomethingElseIsMadeAnew) {
  const LineSetup setup = small_setup();
  const std::vector<std::string> entries = RandomPast(3, 800).entries();
  const auto files = ledger::test::log_of(entries, record_key());
  const auto read = reader_of(files);
  const LineIndex index = index_of(read_line(setup, read, entries.size(), entries.size(), {}).value());
  const std::string good = to_text(index, setup);
  ASSERT_EQ(parse_line_index(good, setup).value(), index);
  ASSERT_EQ(read_line(setup, read, entries.size(), entries.size(), good)->made_anew, "");

  std::vector<std::pair<std::string, std::string>> bad{{"", "there is none"}, {good.substr(0, good.size() - 1), "cut off"}, {good + "ids\n", "cut off"}, {"x" + good, "line 1"}};
  for (std::size_t i = 0; i < good.size(); i += 1 + good.size() / 20) {
    std::string flipped = good;
    flipped[i] = static_cast<char>(flipped[i] ^ 1);
    bad.emplace_back(std::move(flipped), "");
  }
  LineSetup others = setup;
  others.peers.pop_back();
  bad.emplace_back(to_text(index, others), "of other parties");
  // An entry that is nothing but a message.
  const auto is_call = [](const std::string& entry) { return entry.find("line.call") != entry.npos && entry.find("reply_to") == entry.npos; };
  const auto call = static_cast<std::uint64_t>(std::find_if(entries.begin(), entries.end(), is_call) - entries.begin());
  LineIndex wrong = index;
  wrong.to.size = entries.size() + 1;   // of a record that a backup has put back
  bad.emplace_back(to_text(wrong, setup), "the record has");
  wrong = index;
  wrong.to.root = ledger::leaf_hash({});
  bad.emplace_back(to_text(wrong, setup), "are others");
  wrong = index;
  wrong.line.officers.push_back(call);
  bad.emplace_back(to_text(wrong, setup), "is not an officer's key");
  wrong = index;
  wrong.line.messages.back().changed_by.push_back(call);
  bad.emplace_back(to_text(wrong, setup), "is not a reply");
  wrong = index;
  wrong.notices.notices.push_back({call});
  bad.emplace_back(to_text(wrong, setup), "is not a notice");
  wrong = index;
  wrong.line.calls.push_back({call});
  bad.emplace_back(to_text(wrong, setup), "is not of a call");
  for (const auto& [text, why] : bad) {
    const auto ready = read_line(setup, read, entries.size(), entries.size(), text);
    ASSERT_TRUE(ready) << ready.error().message;
    EXPECT_NE(ready->made_anew, "") << text.substr(0, 100);
    EXPECT_NE(ready->made_anew.find(why), std::string::npos) << ready->made_anew;
    EXPECT_EQ(index_of(*ready), index);
    EXPECT_EQ(ready->from_index, 0u);
  }
  for (const auto& [from, to] : std::vector<std::pair<std::string, std::string>>{{"size ", "size 0"}, {"number ", "number 0"}, {"dropped ", "dropped x"}, {"ids\n", "ids \n"}, {"message ", "message 99999999 "}, {"message ", "massage "}}) {
    std::string text = good;
    text.replace(text.find("\n" + from) + 1, from.size(), to);
    const auto parsed = parse_line_index(with_hash(text), setup);
    ASSERT_FALSE(parsed) << to;
    EXPECT_NE(parsed.error().message.find("line "), std::string::npos) << parsed.error().message;
  }
}

TEST(LineIndex, StartsNothingFromAnEntryThatIsDamagedInTheRecord) {
  const LineSetup setup = small_setup();
  const std::vector<std::string> entries = RandomPast(4, 400).entries();
  auto files = ledger::test::log_of(entries, record_key());
  const std::string index = to_text(index_of(read_line(setup, reader_of(files), entries.size(), entries.size(), {}).value()), setup);
  for (auto& [path, bytes] : files) {
    if (path.starts_with("tile/entries/")) {
      for (auto at = bytes.find("\"party\":\"north\""); at != bytes.npos; at = bytes.find("\"party\":\"north\"", at + 1)) bytes[at + 10] = 'N';
    }
  }
  for (const std::string& text : {index, std::string()}) {
    const auto ready = read_line(setup, reader_of(files), entries.size(), entries.size(), text);
    ASSERT_FALSE(ready);
    EXPECT_NE(ready.error().message.find("does not have the hash"), std::string::npos) << ready.error().message;
  }
}

// ---- The power is cut at every call to the disk.

TEST(LineIndex, IsOfTheRecordOrMadeAnewWheneverThePowerIsCut) {
  const std::vector<std::string> entries = RandomPast(5, 160).entries();
  const LineSetup setup = small_setup();
  const test::IndexBesideRecord::Make make = [&](Disk& disk, std::uint64_t published, std::string& text) {
    const auto before = disk.read(line_index_file);
    const auto read = read_line(setup, ledger::files_of(disk), published, published, before ? *before : std::string());
    ASSERT_TRUE(read) << read.error().message;
    text = to_text(index_of(*read), setup);
  };
  const auto check = [&](Disk& found, std::uint64_t size, std::string_view text, bool& made_anew) {
    const auto ready = read_line(setup, ledger::files_of(found), size, size, text);
    ASSERT_TRUE(ready) << ready.error().message;
    made_anew = !ready->made_anew.empty();
    const Machine twin = replayed(entries, setup, size);
    ASSERT_EQ(index_of(*ready).line, twin.line.past());
    ASSERT_EQ(index_of(*ready).notices, twin.notices.past());
  };
  test::expect_right_wherever_the_power_is_cut({line_index_file, record_key(), [&] { return make; }, check}, entries);
}

}  // namespace
}  // namespace skypact::node
