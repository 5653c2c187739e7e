// /api/v1/line: the duty line.

#include <algorithm>

#include "base/text.h"
#include "json/fields.h"
#include "line/embedded.h"
#include "line/line_json.h"
#include "line/place.h"
#include "server/endpoints/endpoints.h"

namespace skypact::server::endpoints {
namespace {

constexpr std::size_t most_listed = 500;

// Calls by voice and video are listed by themselves, each as one thing.
bool is_of_a_call(const line::Message& message) {
  return std::holds_alternative<line::Officer>(message.body) || std::holds_alternative<line::Signal>(message.body) || std::holds_alternative<line::Minutes>(message.body);
}

Response message_response(NodeContext& node, const std::string& id, int status) {
  std::string body;
  node.line->look([&](const line::Line& l, Time now) {
    const line::MessageState* const state = l.find(id);
    if (state == nullptr) return;
    json::Writer out(body);
    append(out, *state, l, line::bundled_gazetteer(), now);
  });
  return body.empty() ? no_such("message with that id") : json_response(std::move(body), status);
}

// Makes a draft of the body, sends it, and answers with the message.
Response sent(NodeContext& node, const Call& call, Result<line::Draft> (*read)(json::Value, line::Author)) {
  const auto document = json::parse(call.request.body);
  if (!document) return error_response(document.error());
  auto by = author(node, call);
  if (!by) return error_response(by.error());
  auto draft = read(document->root(), std::move(*by));
  if (!draft) return error_response(draft.error());
  const auto id = node.line->send(std::move(*draft));
  if (!id) return error_response(id.error());
  return message_response(node, *id, 201);
}

}  // namespace

Response no_line() {
  return error_response(404, "not_found", "This node has no duty line: it needs [record] with a key, and a [[peer]] with record_key, in its configuration.");
}

Result<line::Author> author(NodeContext& node, const Call& call) {
  line::Author by;
  node.line->look([&](const line::Line& l, Time) { by.desk = l.desks().empty() ? "duty" : l.desks().front().id; });
  if (const auto desk = call.request.query("desk")) by.desk = *desk;
  if (call.caller.by != Caller::By::session) {
    by.account = std::string(name_of(call.caller));
    return by;
  }
  by.account = call.caller.account;
  const auto account = node.people.account(by.account);
  if (!account || account->desks.empty()) return by;
  const bool works_there = std::find(account->desks.begin(), account->desks.end(), by.desk) != account->desks.end();
  if (call.request.query("desk") && !works_there) return Error{ErrorCode::refused, "your account does not work at the desk " + skypact::quoted(by.desk)};
  if (!works_there) by.desk = account->desks.front();
  return by;
}

Reply get_line(NodeContext& node, const Call&) {
  if (node.line == nullptr) return no_line();
  std::string body;
  const auto up = node.line->up();
  node.line->look([&](const line::Line& l, Time now) {
    json::Writer out(body);
    append_desks(out, l, up, now);
  });
  return json_response(std::move(body));
}

// The book that both sides read, with the languages that nobody has reviewed.
Reply get_phrasebook(NodeContext& node, const Call&) {
  return LaterReply{[&node] { return json_response(line::phrasebook_with_reviews(line::phrasebook_json(), node.reviews())); }};
}

// What phrases say, before they are sent.
Reply preview_message(NodeContext&, const Call& call) {
  const auto document = json::parse(call.request.body);
  if (!document) return error_response(document.error());
  const auto phrases = line::read_preview(document->root());
  if (!phrases) return error_response(phrases.error());
  std::string body;
  json::Writer out(body);
  out.begin_object();
  out.key("said");
  append_said(out, *phrases, line::bundled_gazetteer());
  out.end_object();
  return json_response(std::move(body));
}

// ?position=: in any form in which people write one.
Reply echo_position(NodeContext&, const Call& call) {
  const auto text = call.request.query("position");
  if (!text) return error_response(400, "bad_request", "position is missing: a latitude and longitude, or a grid reference.");
  const auto read = line::read_position(*text);
  if (!read) return error_response(read.error());
  std::string body;
  json::Writer out(body);
  append(out, line::echo(read->position, line::bundled_gazetteer()));
  return json_response(std::move(body));
}

// ?open=true; ?party=south; ?class=stop; ?before=ID for older ones; the newest first, ?limit=
Reply list_messages(NodeContext& node, const Call& call) {
  if (node.line == nullptr) return no_line();
  const bool open_only = call.request.query("open") == "true";
  const auto party = call.request.query("party"), word = call.request.query("class");
  const auto of = word ? line::class_of(*word) : std::nullopt;
  if (word && !of) return error_response(400, "bad_request", "class is stop, distress, warn or inform.");
  const auto limit = parse_integer(call.request.query("limit").value_or("100"));
  if (!limit || *limit < 1 || *limit > static_cast<std::int64_t>(most_listed)) return error_response(400, "bad_request", "limit is a number from 1 to " + std::to_string(most_listed) + ".");
  const auto before = call.request.query("before");
  const bool past_is_read = node.line->is_read();
  std::string body;
  bool found_before = !before;
  node.line->look([&](const line::Line& l, Time now) {
    std::vector<const line::MessageState*> all;
    for (const std::string& id : l.order()) all.push_back(l.find(id));
    std::stable_sort(all.begin(), all.end(), [](const auto* a, const auto* b) { return a->taken_at > b->taken_at; });
    json::Writer out(body);
    out.begin_object();
    out.field("complete", past_is_read);
    out.key("messages");
    out.begin_array();
    std::int64_t listed = 0;
    for (const line::MessageState* state : all) {
      if (!found_before) {
        found_before = state->id == *before;
        continue;
      }
      if (std::holds_alternative<line::Answer>(state->message.body)) continue;   // with what they answer
      if (is_of_a_call(state->message)) continue;
      if (open_only && !l.is_open(*state, now)) continue;
      if (of && state->message.message_class != *of) continue;
      const auto& to = state->message.to;
      if (party && state->message.from != *party && std::find(to.begin(), to.end(), *party) == to.end()) continue;
      append(out, *state, l, line::bundled_gazetteer(), now);
      if (++listed == *limit) break;
    }
    out.end_array();
    out.end_object();
  });
  if (!found_before) return no_such("message with the id that before names");
  return json_response(std::move(body));
}

Reply get_message(NodeContext& node, const Call& call) {
  if (node.line == nullptr) return no_line();
  return message_response(node, call.parameters[0], 200);
}

Reply post_message(NodeContext& node, const Call& call) {
  if (node.line == nullptr) return no_line();
  return sent(node, call, line::read_draft);
}

Reply post_handover(NodeContext& node, const Call& call) {
  if (node.line == nullptr) return no_line();
  return sent(node, call, line::read_handover);
}

Reply post_answer(NodeContext& node, const Call& call) {
  if (node.line == nullptr) return no_line();
  const auto document = json::parse(call.request.body);
  if (!document) return error_response(document.error());
  auto by = author(node, call);
  if (!by) return error_response(by.error());
  auto answer = line::read_answer(document->root());
  if (!answer) return error_response(answer.error());
  const auto id = node.line->answer(call.parameters[0], std::move(*answer), std::move(*by));
  if (!id) return error_response(id.error());
  return message_response(node, call.parameters[0], 201);
}

// The signed note, to be carried by hand; and one that was.
Reply get_message_file(NodeContext& node, const Call& call) {
  if (node.line == nullptr) return no_line();
  std::string note;
  node.line->look([&](const line::Line& l, Time) {
    if (const line::MessageState* const state = l.find(call.parameters[0])) note = state->note;
  });
  return note.empty() ? no_such("message with that id") : text_response(std::move(note));
}

Reply post_message_file(NodeContext& node, const Call& call) {
  if (node.line == nullptr) return no_line();
  const auto id = node.line->take_file(call.request.body);
  if (!id) return error_response(id.error());
  return message_response(node, *id, 201);
}

}  // namespace skypact::server::endpoints
