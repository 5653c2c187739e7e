#include "line/line_json.h"

#include <fmt/format.h>

#include <algorithm>

#include "json/fields.h"
#include "line/message_fields.h"
#include "line/phrasebook.h"
#include "line/place.h"

namespace skypact::line {
namespace {

// How it stands with one addressee, in one word.
std::string_view stage_of(const MessageState& state, const Addressee& to) {
  const auto has = [&](LineEvent::What what) {
    return std::any_of(state.events.begin(), state.events.end(), [&](const LineEvent& e) { return e.what == what && e.party == to.party; });
  };
  if (to.answered_at) return "answered";
  if (has(LineEvent::What::escalated)) return "escalated";
  if (has(LineEvent::What::not_answered) || has(LineEvent::What::check_missed)) return "not_answered";
  if (to.receipt_at) return "received";
  return has(LineEvent::What::not_received) ? "not_received" : "sent";
}

void append_addressee(json::Writer& out, const MessageState& state, const Addressee& to, const Line& line, Time now) {
  out.begin_object();
  out.field("party", to.party);
  out.field("stage", stage_of(state, to));
  out.field("sent_at", to_rfc3339(to.sent_at));
  append_time(out, "received_at", to.received_at);
  append_time(out, "receipt_at", to.receipt_at);
  out.field("recorded", to.recorded);
  append_time(out, "answered_at", to.answered_at);
  write_words(out, "carried_by", to.carried_by);
  if (wants_answer(state.message) && !to.answered_at) {
    const LineTimers& timers = line.timers(to.party);
    out.field("answer_by", to_rfc3339(state.taken_at + timers.answered_within));
    if (const std::string call = line.ladder(state, to.party, now); !call.empty()) out.field("call", call);
  }
  out.end_object();
}

void append_answer(json::Writer& out, const GivenAnswer& given, const Gazetteer& gazetteer) {
  out.begin_object();
  out.field("id", given.id);
  out.field("party", given.party);
  append_author(out, given.by);
  out.field("at", to_rfc3339(given.at));
  out.field("taken_at", to_rfc3339(given.taken_at));
  write_body(out, given.answer);
  if (given.same_place) out.field("same_place", *given.same_place);
  if (!given.answer.phrases.empty()) {
    out.key("said");
    append_said(out, given.answer.phrases, gazetteer);
  }
  if (given.index) out.field("index", *given.index);
  out.end_object();
}

void append_desk_list(json::Writer& out, const std::vector<Presence::Desk>& desks) {
  out.begin_array();
  for (const Presence::Desk& desk : desks) {
    out.begin_object();
    out.field("id", desk.id);
    out.field("name", desk.name);
    write_words(out, "languages", desk.languages);
    out.field("officers", desk.officers);
    out.end_object();
  }
  out.end_array();
}

}  // namespace

void append_time(json::Writer& out, std::string_view name, const std::optional<Time>& time) {
  if (time) out.field(name, to_rfc3339(*time));
}

void append_author(json::Writer& out, const Author& by) {
  if (by == Author{}) return;
  out.key("by");
  out.begin_object();
  out.field("account", by.account);
  out.field("desk", by.desk);
  out.end_object();
}

void append_said(json::Writer& out, const std::vector<SaidPhrase>& phrases, const Gazetteer& gazetteer) {
  out.begin_array();
  for (const SaidPhrase& said : phrases) {
    out.begin_object();
    out.field("phrase", said.number);
    const auto phrase = phrase_of(phrasebook(), said.number);
    const auto document = json::parse(said.slots, {.bytes = MessageLimits::slots_bytes, .depth = 8});
    const auto slots = !phrase ? Result<Slots>(phrase.error()) : !document ? Result<Slots>(document.error()) : read_slots(phrasebook(), **phrase, document->root());
    if (slots) {
      out.key("text");
      out.begin_object();
      for (const Language language : languages) out.field(language_words[static_cast<std::size_t>(language)], say(phrasebook(), **phrase, *slots, language));
      out.end_object();
    } else {
      out.field("unknown", slots.error().message);
    }
    out.key("places");
    out.begin_array();
    for (std::size_t i = 0; slots && i < slots->size(); ++i) {
      const auto* position = std::get_if<geo::Position>(&(*slots)[i]);
      if (position == nullptr) continue;
      out.begin_object();
      out.field("slot", (*phrase)->slots[i].name);
      append_members(out, echo(*position, gazetteer));
      out.end_object();
    }
    out.end_array();
    out.end_object();
  }
  out.end_array();
}

Result<void> check_phrases(const std::vector<SaidPhrase>& phrases, std::optional<MessageClass> of) {
  for (const SaidPhrase& said : phrases) {
    const auto phrase = phrase_of(phrasebook(), said.number);
    if (!phrase) return phrase.error();
    if (of && !(*phrase)->fits(*of)) return bad_input(fmt::format("phrase {} is not one that a message of class {} may say", said.number, to_string(*of)));
    const auto document = json::parse(said.slots, {.bytes = MessageLimits::slots_bytes, .depth = 8});
    if (!document) return document.error();
    if (const auto slots = read_slots(phrasebook(), **phrase, document->root()); !slots) return slots.error();
  }
  return {};
}

void append(json::Writer& out, const MessageState& state, const Line& line, const Gazetteer& gazetteer, Time now) {
  const Message& message = state.message;
  out.begin_object();
  out.field("id", state.id);
  out.field("type", type_of(message.body).substr(std::string_view("line.").size()));
  out.field("class", to_string(message.message_class));
  out.field("exercise", message.exercise);
  out.field("own", state.own);
  out.field("from", message.from);
  out.field("number", message.number);
  append_author(out, message.by);
  out.field("at", to_rfc3339(message.at));
  out.field("taken_at", to_rfc3339(state.taken_at));
  if (!state.via.empty()) out.field("via", state.via);
  if (state.clock_doubt) out.field("clock_doubt", true);
  if (!message.reply_to.empty()) out.field("reply_to", message.reply_to);
  out.key("body");
  out.begin_object();
  write_body(out, message.body);
  out.end_object();
  if (const auto* call = std::get_if<Call>(&message.body)) {
    out.key("said");
    append_said(out, call->phrases, gazetteer);
  }
  out.key("to");
  out.begin_array();
  if (state.own) {
    for (const Addressee& to : state.to) append_addressee(out, state, to, line, now);
  } else {
    for (const std::string& party : message.to) {
      out.begin_object();
      out.field("party", party);
      out.end_object();
    }
  }
  out.end_array();
  out.key("answers");
  out.begin_array();
  for (const GivenAnswer& given : state.answers) append_answer(out, given, gazetteer);
  out.end_array();
  out.key("events");
  out.begin_array();
  for (const LineEvent& event : state.events) {
    out.begin_object();
    out.field("event", to_string(event.what));
    out.field("party", event.party);
    if (!event.call.empty()) out.field("call", event.call);
    out.field("at", to_rfc3339(event.at));
    out.end_object();
  }
  out.end_array();
  out.field("wants_answer", wants_answer(message));
  if (!state.own && wants_answer(message)) out.field("answer_by", to_rfc3339(state.taken_at + line.timers(message.from).answered_within));
  out.field("open", line.is_open(state, now));
  out.field("recorded", state.index.has_value());
  if (state.index) out.field("index", *state.index);
  out.end_object();
}

void append_desks(json::Writer& out, const Line& line, const std::set<std::string, std::less<>>& up, Time now) {
  out.begin_object();
  out.field("party", line.setup().party);
  out.key("desks");
  append_desk_list(out, line.desks());
  out.key("peers");
  out.begin_array();
  for (const auto& [party, peer] : line.peers()) {
    out.begin_object();
    out.field("party", party);
    out.field("link_up", up.find(party) != up.end());
    out.field("present", peer.present_at && now < *peer.present_at + LineLimits::presence_holds);
    append_time(out, "present_at", peer.present_at);
    out.key("desks");
    append_desk_list(out, peer.desks);
    append_time(out, "checked_at", peer.checked_at);
    append_time(out, "check_missed_at", peer.check_missed_at);
    if (peer.next_check != Time::max()) out.field("next_check_at", to_rfc3339(peer.next_check));
    const LineTimers& timers = line.timers(party);
    out.field("received_within_s", to_seconds(timers.received_within), 0);
    out.field("answered_within_s", to_seconds(timers.answered_within), 0);
    out.end_object();
  }
  out.end_array();
  out.field("not_recorded", line.not_recorded());
  out.field("refused", line.refused());
  out.end_object();
}

Result<Draft> read_draft(json::Value body, Author by) {
  json::Fields fields(body);
  Draft draft;
  draft.by = std::move(by);
  const auto type = fields.word("type", {"call", "check"});
  draft.to = read_words(fields, "to", MessageLimits::parties);
  if (draft.to.empty()) fields.refuse("to", "names the parties that are called");
  const bool check = type == std::size_t{1};
  if (const auto of = fields.word("class", {"stop", "distress", "warn", "inform"}, check ? json::optional : json::required)) draft.message_class = static_cast<MessageClass>(*of);
  draft.exercise = fields.boolean("exercise").value_or(false);
  draft.reply_to = std::string(fields.text("reply_to", 64, 64).value_or(""));
  if (check) {
    draft.body = LineCheck{};
  } else {
    Call call;
    call.phrases = read_phrases(fields, json::required);
    call.text = read_text(fields);
    draft.body = std::move(call);
  }
  fields.refuse_unknown();
  if (fields.error()) return *fields.error();
  if (const auto* call = std::get_if<Call>(&draft.body)) {
    if (const auto sound = check_phrases(call->phrases, draft.message_class); !sound) return sound.error();
  }
  return draft;
}

Result<std::vector<SaidPhrase>> read_preview(json::Value body) {
  json::Fields fields(body);
  const auto of = fields.word("class", {"stop", "distress", "warn", "inform"});
  auto phrases = read_phrases(fields, json::required);
  fields.refuse_unknown();
  if (fields.error()) return *fields.error();
  if (const auto sound = check_phrases(phrases, of ? std::optional(static_cast<MessageClass>(*of)) : std::nullopt); !sound) return sound.error();
  return phrases;
}

Result<Answer> read_answer(json::Value body) {
  json::Fields fields(body);
  Answer answer = read_answer(fields);
  fields.refuse_unknown();
  if (fields.error()) return *fields.error();
  if (const auto sound = check_phrases(answer.phrases, {}); !sound) return sound.error();
  return answer;
}

Result<Draft> read_handover(json::Value body, Author by) {
  json::Fields fields(body);
  Draft draft;
  Handover handover;
  handover.desk = by.desk;
  draft.by = std::move(by);
  handover.to = std::string(fields.text("to", 1, MessageLimits::word, json::required).value_or(""));
  handover.open = read_words(fields, "open", MessageLimits::open);
  handover.remark = std::string(fields.text("remark", 0, MessageLimits::remark).value_or(""));
  fields.refuse_unknown();
  if (fields.error()) return *fields.error();
  draft.body = std::move(handover);
  return draft;
}

}  // namespace skypact::line
