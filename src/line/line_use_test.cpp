// What the line was used for, out of entries alone: the same as a walk through all of them finds, in whatever order they are read.

#include "line/line_use.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "json/document.h"
#include "line/line_use_json.h"
#include "line/test_line.h"
#include "pact/statement.h"

namespace skypact::line {
namespace {

using tests::call_to;
using tests::Keys;
using tests::setup_of;
using tests::start;

// Parties whose lines are joined by hands that lose some notes, each with its record.
struct Parties {
  struct Party {
    std::string name;
    Line line;
    std::vector<std::string> record{};
  };
  explicit Parties(std::uint64_t seed) : random(seed) {
    for (const auto& [name, others] : std::vector<std::pair<std::string, std::vector<std::string>>>{{"north", {"south", "relief"}}, {"south", {"north", "relief"}}, {"relief", {"north", "south"}}}) {
      all.push_back({name, Line(setup_of(keys, name, others), keys.copy(name))});
      LineTimers timers;
      timers.steps = {{seconds(20), "duty officer"}, {seconds(40), "watch commander"}};
      for (const std::string& other : others) all.back().line.set_timers(other, timers);
    }
  }
  Party& of(std::string_view name) {
    return *std::find_if(all.begin(), all.end(), [&](const Party& p) { return p.name == name; });
  }
  // Records what is to be recorded, at once, and brings what is sent to whom it is to, or loses it.
  void carry_out(Party& party, Step step, Time now) {
    for (const Step::Entry& entry : step.entries) {
      party.record.push_back(entry.text);
      if (!entry.id.empty()) carry_out(party, party.line.recorded(entry.id, party.record.size() - 1, now), now);
    }
    for (const Step::Send& send : step.sends) {
      if (random.below(100) < lost) continue;
      Party& to = of(send.to);
      auto taken = to.line.take({send.note, "link", party.name, send.sealed}, now + milliseconds(1));
      if (taken) carry_out(to, std::move(*taken), now + milliseconds(1));
    }
  }
  void run(int steps) {
    Time now = start;
    for (int i = 0; i < steps; ++i, now += milliseconds(static_cast<std::int64_t>(random.below(4000)))) {
      Party& party = all[random.below(all.size())];
      const auto what = random.below(10);
      if (what < 3) {
        Draft draft = call_to({}, static_cast<MessageClass>(random.below(4)));
        for (const Party& other : all) {
          if (&other != &party && (random.below(2) == 0 || draft.to.empty())) draft.to.push_back(other.name);
        }
        draft.exercise = random.below(4) == 0;
        if (random.below(5) == 0) draft.body = LineCheck{};
        if (auto sent = party.line.send(std::move(draft), now)) carry_out(party, std::move(sent->step), now);
      } else if (what < 6 && !party.line.order().empty()) {
        const std::string id = party.line.order()[random.below(party.line.order().size())];
        const Author by{random.below(2) == 0 ? "duty-1" : "open", "duty"};
        Answer answer{random.below(8) == 0 ? AnswerWord::cannot : AnswerWord::passed_on, static_cast<Depth>(random.below(3)), {}, {}, {}};
        if (auto sent = party.line.answer(id, answer, by, now)) carry_out(party, std::move(sent->step), now);
      } else {
        for (Party& each : all) carry_out(each, each.line.tick(now, {"north", "south", "relief"}), now);
      }
    }
  }

  Keys keys;
  Random random;
  unsigned lost = 20;   // of a hundred notes
  std::vector<Party> all;
};

LineUse use_of(const Parties& parties, const std::string& party, UseQuestion question, bool backwards = false) {
  std::vector<std::string> names;
  for (const auto& p : parties.all) names.push_back(p.name);
  LineUse use(party, names, std::move(question));
  for (std::size_t r = 0; r < parties.all.size(); ++r) {
    const std::size_t record = backwards ? parties.all.size() - 1 - r : r;
    const auto& entries = parties.all[record].record;
    for (std::size_t i = 0; i < entries.size(); ++i) {
      const std::size_t index = backwards ? entries.size() - 1 - i : i;
      EXPECT_TRUE(use.add(record, index, entries[index]));
    }
  }
  return use;
}

std::string text_of(const UseReport& report) {
  std::string text;
  json::Writer out(text);
  out.begin_object();
  append_members(out, report, [](json::Writer& to, const EntryPlace& place) {
    to.begin_array();
    to.value(place.record);
    to.value(place.index);
    to.value(to_rfc3339(place.at));
    to.end_array();
  });
  out.end_object();
  return text;
}

// A walk through every entry of every record for each question, by the documents' words alone.
struct Walk {
  struct Read {
    std::size_t record, index;
    std::string at, type, id;            // of the note, where there is one
    std::shared_ptr<json::Document> note, entry;
    [[nodiscard]] json::Value said() const { return note->root(); }
  };
  explicit Walk(const Parties& parties) {
    for (std::size_t r = 0; r < parties.all.size(); ++r) {
      names.push_back(parties.all[r].name);
      for (std::size_t i = 0; i < parties.all[r].record.size(); ++i) {
        auto document = json::parse(parties.all[r].record[i]);
        Read one{r, i, std::string(*document->root()["at"].as_string()), std::string(*document->root()["type"].as_string()), {}, {}, std::make_shared<json::Document>(std::move(*document))};
        if (const auto note = one.entry->root()["body"]["note"].as_string()) {
          const std::string text(note->substr(0, note->find("\n\n") + 1));
          one.id = pact::id_of(text);
          one.note = std::make_shared<json::Document>(std::move(*json::parse(text)));
        }
        all.push_back(std::move(one));
      }
    }
  }
  // The earliest of a time, over notes of a type that answer this id and are from that party.
  template <class TimeOf>
  std::string earliest(std::string_view id, std::string_view type, std::string_view from, TimeOf time_of) const {
    std::string best;
    for (const Read& one : all) {
      if (!one.note || one.said()["type"].as_string() != type || one.said()["reply_to"].as_string() != id || one.said()["from"].as_string() != from) continue;
      const std::string time = time_of(one);
      if (!time.empty() && (best.empty() || time < best)) best = time;
    }
    return best;
  }
  [[nodiscard]] std::size_t events(std::string_view id, std::string_view sender, std::string_view party, std::string_view event) const {
    return static_cast<std::size_t>(std::count_if(all.begin(), all.end(), [&](const Read& one) {
      const json::Value body = one.entry->root()["body"];
      return one.type == "line_event" && names[one.record] == sender && body["message"].as_string() == id && body["party"].as_string() == party && body["event"].as_string() == event;
    }));
  }
  std::vector<std::string> names;
  std::vector<Read> all;
};

std::string in_text(const std::optional<Time>& time) { return time ? to_rfc3339(*time) : ""; }

TEST(LineUse, FindsWhatAWalkThroughEveryEntryFinds) {
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    SCOPED_TRACE(seed);
    Parties parties(seed);
    parties.run(160);
    const Walk walk(parties);
    for (const std::string party : {"north", "south"}) {
      const UseReport report = use_of(parties, party, {.span = {Time::min(), Time::max()}}).report();
      std::set<std::string> expected;
      for (const auto& one : walk.all) {
        if (!one.note) continue;
        const auto type = *one.said()["type"].as_string();
        if (type == "line.receipt" || type == "line.answer") continue;
        bool concerns = one.said()["from"].as_string() == party;
        for (const json::Value to : one.said()["to"].elements()) concerns = concerns || to.as_string() == party;
        if (concerns) expected.insert(one.id);
      }
      std::set<std::string> found;
      for (const UsedMessage& used : report.messages) found.insert(used.id);
      ASSERT_EQ(found, expected);
      ASSERT_FALSE(found.empty());
      for (const UsedMessage& used : report.messages) {
        SCOPED_TRACE(used.id);
        std::size_t places = 0;
        for (const auto& one : walk.all) places += one.id == used.id;
        EXPECT_EQ(used.entries.size(), places);
        for (const Delivery& to : used.to) {
          const auto own_clock = [&](const Walk::Read& one) { return std::string(*one.said()["at"].as_string()); };
          const auto at_sender = [&](const Walk::Read& one) { return walk.names[one.record] == used.message.from ? one.at : std::string(); };
          std::string received = walk.earliest(used.id, "line.receipt", to.party, [&](const Walk::Read& one) { return std::string(*one.said()["body"]["received_at"].as_string()); });
          for (const auto& one : walk.all) {
            if (one.id == used.id && walk.names[one.record] == to.party && (received.empty() || one.at < received)) received = one.at;
          }
          EXPECT_EQ(in_text(to.received_at), received);
          EXPECT_EQ(in_text(to.durable_at), walk.earliest(used.id, "line.receipt", to.party, [&](const Walk::Read& one) { return one.said()["body"]["recorded"].as_boolean() == true ? own_clock(one) : std::string(); }));
          EXPECT_EQ(in_text(to.receipt_at), walk.earliest(used.id, "line.receipt", to.party, at_sender));
          EXPECT_EQ(in_text(to.answered_at), walk.earliest(used.id, "line.answer", to.party, own_clock));
          EXPECT_EQ(in_text(to.answer_at), walk.earliest(used.id, "line.answer", to.party, at_sender));
          EXPECT_EQ(to.escalated, walk.events(used.id, used.message.from, to.party, "escalated"));
          EXPECT_EQ(to.not_received, walk.events(used.id, used.message.from, to.party, "not_received") > 0);
          EXPECT_EQ(to.rang_out, walk.events(used.id, used.message.from, to.party, "not_answered") + walk.events(used.id, used.message.from, to.party, "check_missed") > 0);
          EXPECT_EQ(to.receipt_after.has_value(), to.received_at.has_value());
          if (to.receipt_at) { EXPECT_EQ(*to.receipt_after, *to.receipt_at - used.message.at); }
        }
      }
    }
  }
}

TEST(LineUse, IsTheSameInWhateverOrderEntriesAreRead) {
  Parties parties(77);
  parties.run(200);
  const UseQuestion all{.span = {Time::min(), Time::max()}};
  EXPECT_EQ(text_of(use_of(parties, "north", all).report()), text_of(use_of(parties, "north", all, true).report()));
}

TEST(LineUse, ListsWhatWasSentRecordedOrAnsweredInTheSpanAndNothingElse) {
  Parties parties(5);
  parties.run(200);
  const UseReport whole = use_of(parties, "north", {.span = {Time::min(), Time::max()}}).report();
  for (const Interval<Time> span : {Interval<Time>{start + seconds(50), start + seconds(90)}, Interval<Time>{start, start}, Interval<Time>{start + std::chrono::hours(2), Time::max()}}) {
    std::set<std::string> expected, found;
    for (const UsedMessage& used : whole.messages) {
      bool in = span.contains(used.message.at);
      for (const EntryPlace& place : used.entries) in = in || span.contains(place.at);
      for (const UsedAnswer& given : used.answers) {
        in = in || span.contains(given.at);
        for (const EntryPlace& place : given.entries) in = in || span.contains(place.at);
      }
      if (in) expected.insert(used.id);
    }
    for (const UsedMessage& used : use_of(parties, "north", {.span = span}).report().messages) found.insert(used.id);
    EXPECT_EQ(found, expected);
  }
}

TEST(LineUse, IsAskedByPartyClassAndType) {
  Parties parties(9);
  parties.run(250);
  const Interval<Time> span{Time::min(), Time::max()};
  std::size_t of_class = 0;
  for (const MessageClass of : {MessageClass::stop, MessageClass::distress, MessageClass::warn, MessageClass::inform}) {
    for (const UsedMessage& used : use_of(parties, "north", {.span = span, .of = of}).report().messages) of_class += used.message.message_class == of;
  }
  EXPECT_EQ(of_class, use_of(parties, "north", {.span = span}).report().messages.size());
  for (const UsedMessage& used : use_of(parties, "north", {.span = span, .party = "relief"}).report().messages) {
    EXPECT_TRUE(used.message.from == "relief" || std::find(used.message.to.begin(), used.message.to.end(), "relief") != used.message.to.end());
  }
  const UseReport checks = use_of(parties, "north", {.span = span, .type = "check"}).report();
  ASSERT_FALSE(checks.messages.empty());
  for (const UsedMessage& used : checks.messages) EXPECT_EQ(type_of(used.message.body), "line.check");
}

TEST(LineUse, KeepsDrillsApartInItsCountsAndTimes) {
  Parties parties(0);
  parties.lost = 0;
  auto& north = parties.of("north");
  auto& south = parties.of("south");
  for (int i = 0; i < 4; ++i) {
    Draft draft = call_to({"south"}, MessageClass::stop);
    draft.exercise = i == 3;
    auto sent = north.line.send(std::move(draft), start + minutes(i));
    ASSERT_TRUE(sent);
    const std::string id = sent->id;
    parties.carry_out(north, std::move(sent->step), start + minutes(i));
    if (i == 2) continue;   // nobody answers this one
    const Time answered = start + minutes(i) + seconds(10 * (i + 1));
    auto answer = south.line.answer(id, {AnswerWord::stopped}, {"duty-9", "duty"}, answered);
    ASSERT_TRUE(answer);
    parties.carry_out(south, std::move(answer->step), answered);
  }
  parties.carry_out(north, north.line.tick(start + minutes(4), {"south"}), start + minutes(4));
  const UseReport report = use_of(parties, "north", {.span = {start, start + minutes(10)}}).report();
  EXPECT_EQ(report.real.messages, 3u);
  EXPECT_EQ(report.exercise.messages, 1u);
  EXPECT_EQ(report.real.of_class, (std::array<std::size_t, 4>{3, 0, 0, 0}));
  EXPECT_EQ(report.real.received, 3u);
  EXPECT_EQ(report.real.wanted, 3u);
  EXPECT_EQ(report.real.answered, 2u);
  EXPECT_EQ(report.real.rang_out, 1u);
  EXPECT_EQ(report.real.escalated, 1u);
  EXPECT_EQ(report.real.answer.median, seconds(10) + milliseconds(1));
  EXPECT_EQ(report.real.answer.worst, seconds(20) + milliseconds(1));
  EXPECT_EQ(report.real.answer.two_clocks, 0u);
  EXPECT_EQ(report.exercise.answer.worst, seconds(40) + milliseconds(1));
  EXPECT_EQ(speaker_of(report.messages[0].answers[0].by), Speaker::person);
  // Out of South's record alone the times are between two clocks, and said to be.
  LineUse alone("south", {"south"}, {.span = {start, start + minutes(10)}});
  for (std::size_t i = 0; i < south.record.size(); ++i) ASSERT_TRUE(alone.add(0, i, south.record[i]));
  const UseReport there = alone.report();
  EXPECT_EQ(there.real.answered, 2u);
  EXPECT_EQ(there.real.answer.two_clocks, 2u);
  EXPECT_TRUE(there.messages[0].to[0].two_clocks);
  EXPECT_EQ(there.real.rang_out, 0u);   // North's timers are in North's record
}

TEST(LineUse, SaysWhoSpokeAsFarAsTheNodeKnows) {
  EXPECT_EQ(to_string(speaker_of({})), "node");
  EXPECT_EQ(to_string(speaker_of({"token", "duty"})), "token");
  EXPECT_EQ(to_string(speaker_of({"open", "duty"})), "open");
  EXPECT_EQ(to_string(speaker_of({"duty-1", "duty"})), "person");
}

}  // namespace
}  // namespace skypact::line
