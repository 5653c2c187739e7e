#pragma once
// For tests and benchmarks: the line's past in a record, as long as one likes, within seconds.
//
//     PastMaker past("north");
//     const std::string id = past.say(past.message("north", {"south"}, Call{{{1, "{}"}}, {}}));
//     past.receipt(id, "south", true);
//     past.entries                                  // of north's record
//
// The entries are those that a node writes in every part but one: the signatures of the notes have the right form and are not
// computed. A start does not look at them (open_recorded): it believed them when it wrote them.

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/random.h"
#include "base/text.h"
#include "ledger/note.h"
#include "line/line_entries.h"
#include "line/notice.h"
#include "line/test_line.h"
#include "line/test_notice.h"
#include "pact/statement.h"

namespace skypact::line::tests {

class PastMaker {
 public:
  explicit PastMaker(std::string party) : party_(std::move(party)) {}

  Time now = start;
  std::vector<std::string> entries;

  // With the next number of its sender where it is a person's.
  Message message(const std::string& from, std::vector<std::string> to, MessageBody body, MessageClass of = MessageClass::inform, std::string reply_to = {}) {
    Message m;
    m.from = from;
    m.to = std::move(to);
    m.at = std::chrono::floor<milliseconds>(now);
    m.message_class = of;
    m.reply_to = std::move(reply_to);
    m.body = std::move(body);
    if (!std::holds_alternative<Receipt>(m.body)) {
      m.number = ++numbers_[from];
      m.by = {"duty-1", "duty"};
    }
    return m;
  }
  // Its id.
  std::string say(const Message& m) {
    const std::string text = to_text(m);
    last_note = ledger::to_text(ledger::Note{text, {{origin_of(m.from), 0x01020304, std::string(64, 's')}}});
    write(m.from, last_note);
    return pact::id_of(text);
  }
  // The same note another time.
  void write(const std::string& from, const std::string& note) {
    const bool own = from == party_;
    entries.push_back(line_entry({origin_of(party_), party_, now, own ? "message" : "message_received"}, [&](json::Writer& out) {
      out.field("note", note);
      if (!own) out.field("via", "link");
    }));
  }
  void receipt(const std::string& of, const std::string& from, bool recorded) { say(message(from, {from == party_ ? "south" : party_}, Receipt{std::chrono::floor<milliseconds>(now), recorded}, MessageClass::inform, of)); }
  void event(const std::string& of, const LineEvent& event) {
    entries.push_back(line_entry({origin_of(party_), party_, now, "line_event"}, [&](json::Writer& out) {
      if (!event.call.empty()) out.field("call", event.call);
      out.field("event", to_string(event.what));
      out.field("message", of);
      out.field("party", event.party);
    }));
  }
  std::string last_note;

 private:
  std::string party_;
  std::map<std::string, std::uint64_t> numbers_;
};

inline std::string notice_json(Time now, std::uint32_t count, std::uint32_t revision, NoticeState state, Duration begins) {
  Notice notice = test::example();
  notice.number = {count, 26};
  notice.revision = revision;
  notice.state = state;
  const Time from = std::chrono::floor<minutes>(now) + std::chrono::floor<minutes>(begins);
  notice.spans = {{from, from + std::chrono::hours(3)}};
  return canonical_json(notice);
}

// A month of a busy line with South, in North's record: messages, each with its receipt that it is recorded; every tenth a WARN, which is
// answered, some late. A line check every hour, a key of an officer twice a day, and among the messages some notices that are changed or
// cancelled; the last are still ahead.
inline std::vector<std::string> busy_past(std::size_t messages) {
  PastMaker past("north");
  const auto key = ledger::SigningKey::generate(officer_key_name(origin_of("north"), "duty-1"), ledger::KeyType::ed25519).verifier();
  std::uint32_t notices = 0;
  const auto own = [&](MessageBody body, MessageClass of = MessageClass::inform) {
    const std::string id = past.say(past.message("north", {"south"}, std::move(body), of));
    past.receipt(id, "south", true);
    return id;
  };
  const auto answer = [&](const std::string& id, AnswerWord word) { past.say(past.message("south", {"north"}, Answer{word}, MessageClass::inform, id)); };
  for (std::size_t i = 0; i < messages; ++i) {
    past.now += seconds(25);
    if (i % 144 == 0) {
      answer(own(LineCheck{}), AnswerWord::loud_and_clear);
    } else if (i % 1728 == 1) {
      own(Officer{ledger::to_string(key), std::chrono::floor<milliseconds>(past.now) + longest_shift});
    } else if (i % 200 == 2) {
      ++notices;
      answer(own(NoticeMessage{notice_json(past.now, notices, 1, NoticeState::planned, std::chrono::hours(24))}), AnswerWord::seen);
      if (notices % 3 == 0) answer(own(NoticeMessage{notice_json(past.now, notices, 2, NoticeState::changed, std::chrono::hours(48))}), AnswerWord::passed_on);
      if (notices % 5 == 0) own(NoticeMessage{notice_json(past.now, notices, 3, NoticeState::cancelled, std::chrono::hours(48))});
    } else {
      const bool warn = i % 10 == 0;
      const std::string id = own(Call{{{1, R"({"position":{"lat_deg":35.1,"lon_deg":33.75}})"}}, {}}, warn ? MessageClass::warn : MessageClass::inform);
      if (i % 100 == 0) past.event(id, {LineEvent::What::not_answered, "south", {}, past.now});
      if (warn) answer(id, AnswerWord::seen);
    }
  }
  return past.entries;
}

}  // namespace skypact::line::tests
