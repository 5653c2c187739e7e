#include "line/call_json.h"

#include "json/fields.h"
#include "line/message_fields.h"

namespace skypact::line {
namespace {

void append_author(json::Writer& out, std::string_view name, const std::string& party, const Author& by) {
  out.key(name);
  out.begin_object();
  out.field("party", party);
  out.field("account", by.account);
  out.field("desk", by.desk);
  out.end_object();
}

void append_head(json::Writer& out, const MessageState& state) {
  out.field("id", state.id);
  out.field("from", state.message.from);
  out.key("by");
  out.begin_object();
  out.field("account", state.message.by.account);
  out.field("desk", state.message.by.desk);
  out.end_object();
  out.field("at", to_rfc3339(state.message.at));
  out.field("taken_at", to_rfc3339(state.taken_at));
  out.field("officer", to_string(state.officer));
  out.field("note", state.note);
  if (state.index) out.field("index", *state.index);
}

void append_signal(json::Writer& out, const MessageState& state) {
  const auto& signal = std::get<Signal>(state.message.body);
  out.begin_object();
  append_head(out, state);
  out.field("kind", to_string(signal.kind));
  if (!signal.fingerprint.empty()) out.field("fingerprint", signal.fingerprint);
  if (!signal.outcome.empty()) out.field("outcome", signal.outcome);
  if (!signal.remark.empty()) out.field("remark", signal.remark);
  out.field("has_sdp", !state.sealed.empty());
  out.end_object();
}

void append_minutes(json::Writer& out, const MessageState& state, const CallState::Written& written, const Line& line) {
  out.begin_object();
  append_head(out, state);
  out.field("text", std::get<Minutes>(state.message.body).text);
  if (const MessageState* const agreed = written.agreed_by.empty() ? nullptr : line.find(written.agreed_by)) {
    out.key("agreed");
    out.begin_object();
    append_head(out, *agreed);
    out.end_object();
  }
  out.end_object();
}

}  // namespace

void append(json::Writer& out, const CallState& call, const Line& line, Time now) {
  const std::string& own_party = line.setup().party;
  out.begin_object();
  out.field("call", call.id);
  out.field("party", call.party);
  out.field("own", call.own);
  out.field("exercise", call.exercise);
  out.field("stage", to_string(line.stage(call, now)));
  out.field("desk", call.desk);
  append_author(out, "caller", call.own ? own_party : call.party, call.caller);
  if (call.callee) append_author(out, "callee", call.own ? call.party : own_party, *call.callee);
  out.field("at", to_rfc3339(call.at));
  out.field("taken_at", to_rfc3339(call.taken_at));
  out.field("answer_by", to_rfc3339(call.taken_at + line.timers(call.party).answered_within));
  if (call.responded_at) out.field("responded_at", to_rfc3339(*call.responded_at));
  if (call.ended_at) out.field("ended_at", to_rfc3339(*call.ended_at));
  if (!call.outcome.empty()) out.field("outcome", call.outcome);
  out.key("signals");
  out.begin_array();
  for (const std::string& id : call.signals) {
    if (const MessageState* const state = line.find(id)) append_signal(out, *state);
  }
  out.end_array();
  out.key("minutes");
  out.begin_array();
  for (const CallState::Written& written : call.minutes) {
    if (const MessageState* const state = line.find(written.id)) append_minutes(out, *state, written, line);
  }
  out.end_array();
  out.end_object();
}

void append_officers(json::Writer& out, const Line& line) {
  out.begin_object();
  out.field("party", line.setup().party);
  out.key("officers");
  out.begin_array();
  for (const auto& [whose, officer] : line.calls().officers()) {
    out.begin_object();
    out.field("party", officer.party);
    out.field("account", officer.by.account);
    out.field("desk", officer.by.desk);
    out.field("key", ledger::to_string(officer.key));
    out.field("at", to_rfc3339(officer.at));
    out.field("until", to_rfc3339(officer.until));
    out.field("id", officer.id);
    out.field("note", officer.note);
    out.end_object();
  }
  out.end_array();
  out.key("records");
  out.begin_array();
  for (const LinePeer& peer : line.setup().peers) {
    out.begin_object();
    out.field("party", peer.party);
    out.field("key", ledger::to_string(peer.key));
    out.end_object();
  }
  out.end_array();
  out.end_object();
}

Result<std::array<std::uint8_t, 32>> read_public_key(json::Value body) {
  json::Fields fields(body);
  std::array<std::uint8_t, 32> key{};
  if (const auto text = fields.text("public_key", 1, 64, json::required)) {
    const auto bytes = ledger::hash_from_base64(*text);
    if (!bytes) fields.refuse("public_key", "is not the base 64 of 32 bytes");
    else key = bytes->bytes;
  }
  fields.refuse_unknown();
  if (fields.error()) return *fields.error();
  return key;
}

Result<Draft> read_signal_draft(json::Value body, Author by) {
  json::Fields fields(body);
  Draft draft;
  draft.by = std::move(by);
  draft.to = {read_word(fields, "to", json::required)};
  draft.exercise = fields.boolean("exercise").value_or(false);
  draft.sealed = std::string(fields.text("sdp", 1, MessageLimits::sealed_bytes).value_or(""));
  const json::Value inner = fields.object("signal", json::required);
  fields.refuse_unknown();
  if (fields.error()) return *fields.error();
  json::Fields signal(inner);
  draft.body = read_signal(signal);
  signal.refuse_unknown();
  if (signal.error()) return Error(*signal.error()).within("signal");
  return draft;
}

Result<Draft> read_minutes_draft(json::Value body, Author by) {
  json::Fields fields(body);
  Draft draft;
  draft.by = std::move(by);
  draft.to = {read_word(fields, "to", json::required)};
  draft.exercise = fields.boolean("exercise").value_or(false);
  draft.reply_to = std::string(fields.text("reply_to", 64, 64).value_or(""));
  const json::Value inner = fields.object("minutes", json::required);
  fields.refuse_unknown();
  if (fields.error()) return *fields.error();
  json::Fields minutes(inner);
  draft.body = read_minutes(minutes);
  minutes.refuse_unknown();
  if (minutes.error()) return Error(*minutes.error()).within("minutes");
  return draft;
}

}  // namespace skypact::line
