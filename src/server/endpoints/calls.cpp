// /api/v1/line: calls by voice and video.

#include <algorithm>
#include <fstream>

#include "base/text.h"
#include "json/fields.h"
#include "line/call_json.h"
#include "server/endpoints/endpoints.h"

namespace skypact::server::endpoints {
namespace {

constexpr std::size_t longest_credential = 400;

// What the relay is asked with; nullopt where its file cannot be read, so that the console says that it is missing.
std::optional<std::string> credential(const std::filesystem::path& file) {
  std::ifstream in(file);
  std::string line;
  if (!std::getline(in, line)) return std::nullopt;
  const std::string_view text = trim(line);
  if (text.empty() || text.size() > longest_credential) return std::nullopt;
  return std::string(text);
}

void append_relay(json::Writer& out, const NodeContext& node) {
  const auto config = node.config();
  const auto& turn = config->line.turn;
  if (!turn) return;
  out.key("relay");
  out.begin_object();
  out.field("url", turn->url);
  if (const auto secret = credential(turn->credential_file)) {
    out.field("user", turn->user);
    out.field("credential", *secret);
  } else {
    out.field("missing", "the node cannot read the credential of its TURN server");
  }
  out.end_object();
}

Response call_response(NodeContext& node, const std::string& call) {
  std::string body;
  node.line->look([&](const line::Line& l, Time now) {
    const line::CallState* const state = l.calls().find(call);
    if (state == nullptr) return;
    json::Writer out(body);
    append(out, *state, l, now);
  });
  return body.empty() ? no_such("call with that number") : json_response(std::move(body), 201);
}

// `call_of`: the number of the call that the draft is of.
Response sent(NodeContext& node, const Call& call, Result<line::Draft> (*read)(json::Value, line::Author), const std::string& (*call_of)(const line::Draft&)) {
  const auto document = json::parse(call.request.body);
  if (!document) return error_response(document.error());
  auto by = author(node, call);
  if (!by) return error_response(by.error());
  auto draft = read(document->root(), std::move(*by));
  if (!draft) return error_response(draft.error());
  const std::string number = call_of(*draft);
  if (const auto id = node.line->send(std::move(*draft)); !id) return error_response(id.error());
  return call_response(node, number);
}

}  // namespace

Reply list_officers(NodeContext& node, const Call&) {
  if (node.line == nullptr) return no_line();
  std::string body;
  node.line->look([&](const line::Line& l, Time) {
    json::Writer out(body);
    append_officers(out, l);
  });
  return json_response(std::move(body));
}

// Of who asks, for this shift. The answer says who he is, as he signs it, and by which relay his calls may go.
Reply post_officer(NodeContext& node, const Call& call) {
  if (node.line == nullptr) return no_line();
  const auto document = json::parse(call.request.body);
  if (!document) return error_response(document.error());
  const auto key = line::read_public_key(document->root());
  if (!key) return error_response(key.error());
  auto by = author(node, call);
  if (!by) return error_response(by.error());
  const std::string account = by->account;
  const auto id = node.line->announce(std::move(*by), *key);
  if (!id) return error_response(id.error());
  std::string body;
  json::Writer out(body);
  node.line->look([&](const line::Line& l, Time) {
    const line::KnownOfficer* const officer = l.calls().officer(l.setup().party, account);
    if (officer == nullptr) return;
    out.begin_object();
    out.field("id", officer->id);
    out.field("party", officer->party);
    out.field("account", officer->by.account);
    out.field("desk", officer->by.desk);
    out.field("key", ledger::to_string(officer->key));
    out.field("until", to_rfc3339(officer->until));
    append_relay(out, node);
    out.end_object();
  });
  return body.empty() ? no_such("officer of that account") : json_response(std::move(body), 201);
}

Reply remove_officer(NodeContext& node, const Call& call) {
  if (node.line == nullptr) return no_line();
  auto by = author(node, call);
  if (!by) return error_response(by.error());
  node.line->withdraw(by->account);
  return Response{204, {}, nullptr};
}

// The newest first, ?limit=
Reply list_calls(NodeContext& node, const Call& call) {
  if (node.line == nullptr) return no_line();
  const auto limit = parse_integer(call.request.query("limit").value_or("50"));
  if (!limit || *limit < 1 || *limit > 200) return error_response(400, "bad_request", "limit is a number from 1 to 200.");
  const bool past_is_read = node.line->is_read();
  std::string body;
  node.line->look([&](const line::Line& l, Time now) {
    std::vector<const line::CallState*> all;
    for (const std::string& id : l.calls().order()) all.push_back(l.calls().find(id));
    std::stable_sort(all.begin(), all.end(), [](const auto* a, const auto* b) { return a->taken_at > b->taken_at; });
    if (all.size() > static_cast<std::size_t>(*limit)) all.resize(static_cast<std::size_t>(*limit));
    json::Writer out(body);
    out.begin_object();
    out.field("complete", past_is_read);
    out.key("calls");
    out.begin_array();
    for (const line::CallState* state : all) append(out, *state, l, now);
    out.end_array();
    out.end_object();
  });
  return json_response(std::move(body));
}

Reply post_signal(NodeContext& node, const Call& call) {
  if (node.line == nullptr) return no_line();
  return sent(node, call, line::read_signal_draft, [](const line::Draft& draft) -> const std::string& { return std::get<line::Signal>(draft.body).call; });
}

Reply post_minutes(NodeContext& node, const Call& call) {
  if (node.line == nullptr) return no_line();
  return sent(node, call, line::read_minutes_draft, [](const line::Draft& draft) -> const std::string& { return std::get<line::Minutes>(draft.body).call; });
}

// The description of the other end, while the call is set up and goes on.
Reply get_signal_sdp(NodeContext& node, const Call& call) {
  if (node.line == nullptr) return no_line();
  std::string sdp;
  node.line->look([&](const line::Line& l, Time) {
    const line::MessageState* const state = l.find(call.parameters[0]);
    if (state != nullptr && std::holds_alternative<line::Signal>(state->message.body)) sdp = state->sealed;
  });
  return sdp.empty() ? no_such("description beside a signal with that id: the call has ended, or the note came another way than over the link") : text_response(std::move(sdp));
}

}  // namespace skypact::server::endpoints
