#include "line/line_use_json.h"

#include "line/line_json.h"
#include "line/message_fields.h"
#include "line/notice.h"

namespace skypact::line {
namespace {

void append_spread(json::Writer& out, std::string_view name, const Spread& spread) {
  out.key(name);
  out.begin_object();
  out.field("count", spread.count);
  out.field("two_clocks", spread.two_clocks);
  if (spread.count > 0) {
    out.field("median_s", to_seconds(spread.median), 3);
    out.field("worst_s", to_seconds(spread.worst), 3);
  }
  out.end_object();
}

void append_summary(json::Writer& out, std::string_view name, const UseSummary& sum) {
  out.key(name);
  out.begin_object();
  out.field("messages", sum.messages);
  for (const MessageClass of : {MessageClass::stop, MessageClass::distress, MessageClass::warn, MessageClass::inform}) out.field(to_string(of), sum.of_class[static_cast<std::size_t>(of)]);
  out.field("deliveries", sum.deliveries);
  out.field("received", sum.received);
  out.field("not_received", sum.not_received);
  out.field("wanted", sum.wanted);
  out.field("answered", sum.answered);
  out.field("rang_out", sum.rang_out);
  out.field("escalated", sum.escalated);
  append_spread(out, "receipt", sum.receipt);
  append_spread(out, "answer", sum.answer);
  out.end_object();
}

void append_places(json::Writer& out, const std::vector<EntryPlace>& places, const WritePlace& write) {
  out.key("entries");
  out.begin_array();
  for (const EntryPlace& place : places) write(out, place);
  out.end_array();
}

void append_speaker(json::Writer& out, const Author& by) {
  out.field("speaker", to_string(speaker_of(by)));
  append_author(out, by);
}

void append_delivery(json::Writer& out, const Delivery& to, const WritePlace& place) {
  out.begin_object();
  out.field("party", to.party);
  append_time(out, "received_at", to.received_at);
  append_time(out, "durable_at", to.durable_at);
  append_time(out, "receipt_at", to.receipt_at);
  append_time(out, "answered_at", to.answered_at);
  append_time(out, "answer_at", to.answer_at);
  if (to.receipt_after) out.field("receipt_s", to_seconds(*to.receipt_after), 3);
  if (to.answer_after) out.field("answer_s", to_seconds(*to.answer_after), 3);
  out.field("two_clocks", to.two_clocks);
  out.field("not_received", to.not_received);
  out.field("rang_out", to.rang_out);
  out.field("escalated", to.escalated);
  if (to.depth) out.field("depth", to_string(*to.depth));
  out.field("cannot", to.cannot);
  append_places(out, to.entries, place);
  out.end_object();
}

void append_message(json::Writer& out, const UsedMessage& used, const WritePlace& place) {
  const Message& message = used.message;
  out.begin_object();
  out.field("id", used.id);
  out.field("type", type_of(message.body).substr(std::string_view("line.").size()));
  out.field("class", to_string(message.message_class));
  out.field("exercise", message.exercise);
  out.field("from", message.from);
  out.field("number", message.number);
  append_speaker(out, message.by);
  out.field("sent_at", to_rfc3339(message.at));
  if (!message.reply_to.empty()) out.field("reply_to", message.reply_to);
  out.field("wants_answer", wants_answer(message));
  if (const auto* of = std::get_if<NoticeMessage>(&message.body)) {
    if (const auto notice = parse_notice(of->notice)) {
      out.key("notice");
      out.begin_object();
      out.field("number", to_string(notice->number));
      out.field("revision", notice->revision);
      out.field("state", to_string(notice->state));
      out.field("activity", notice->activity);
      out.field("kind", to_string(notice->kind));
      out.end_object();
    }
  }
  append_places(out, used.entries, place);
  out.key("to");
  out.begin_array();
  for (const Delivery& to : used.to) append_delivery(out, to, place);
  out.end_array();
  out.key("answers");
  out.begin_array();
  for (const UsedAnswer& given : used.answers) {
    out.begin_object();
    out.field("id", given.id);
    out.field("party", given.party);
    append_speaker(out, given.by);
    out.field("at", to_rfc3339(given.at));
    append_time(out, "taken_at", given.taken_at);
    write_body(out, given.answer);
    append_places(out, given.entries, place);
    out.end_object();
  }
  out.end_array();
  out.key("events");
  out.begin_array();
  for (const UsedEvent& found : used.events) {
    out.begin_object();
    out.field("event", to_string(found.event.what));
    out.field("party", found.event.party);
    if (!found.event.call.empty()) out.field("call", found.event.call);
    out.field("at", to_rfc3339(found.event.at));
    append_places(out, {found.entry}, place);
    out.end_object();
  }
  out.end_array();
  out.end_object();
}

}  // namespace

void append_members(json::Writer& out, const UseReport& report, const WritePlace& place) {
  append_summary(out, "real", report.real);
  append_summary(out, "exercise", report.exercise);
  out.key("messages");
  out.begin_array();
  for (const UsedMessage& used : report.messages) append_message(out, used, place);
  out.end_array();
}

}  // namespace skypact::line
