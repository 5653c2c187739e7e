// /api/v1/session: who is logged in, and what that person does with the own account. What takes a password is slow and
// answers from the slow lane.

#include <chrono>

#include "base/text.h"
#include "json/fields.h"
#include "server/admission.h"
#include "server/endpoints/account_json.h"
#include "server/endpoints/endpoints.h"

namespace skypact::server::endpoints {
namespace {

constexpr std::size_t longest_field = 1000;   // bytes; a longer password is refused by its own rule, with its own words

Response response_of(const Refused& refused) {
  if (refused.wait == Duration(0)) {
    // A wrong password is no missing session: the console must not take one for the other.
    return refused.error.code == ErrorCode::refused ? error_response(403, "wrong", refused.error.message) : error_response(refused.error);
  }
  Response response = error_response(429, "wait", refused.error.message);
  response.headers.push_back({"Retry-After", std::to_string(std::chrono::ceil<seconds>(refused.wait).count())});
  return response;
}

// The texts of a JSON body, in the order asked for; those that begin with '?' may be absent.
struct Texts {
  std::vector<std::string> values;
  std::optional<Response> refusal;
};
Texts texts_of(const Request& request, std::initializer_list<std::string_view> names) {
  Texts out;
  const auto document = json::parse(request.body, {.bytes = 16 * 1024, .depth = 2});
  if (!document) {
    // The parser's sentence may quote a password.
    out.refusal = error_response(400, "bad_input", "The body is no JSON object.");
    return out;
  }
  json::Fields fields(document->root());
  for (std::string_view name : names) {
    const bool may_be_absent = name.starts_with('?');
    if (may_be_absent) name.remove_prefix(1);
    out.values.emplace_back(fields.text(name, 0, longest_field, may_be_absent ? json::optional : json::required).value_or(""));
  }
  fields.refuse_unknown();
  if (fields.error()) out.refusal = error_response(*fields.error());
  return out;
}

std::optional<Response> no_session(const Call& call) {
  if (call.caller.session) return std::nullopt;
  return error_response(409, "conflict", "This is for a person who is logged in.");
}

std::string session_json(const NodeContext& node, const Caller& caller) {
  const auto config = node.config();
  std::string body;
  json::Writer out(body);
  out.begin_object();
  constexpr std::string_view access[] = {"none", "open", "token", "session"};
  out.field("access", access[static_cast<std::size_t>(caller.by)]);
  out.field("accounts", node.people.has_accounts());
  out.field("node", config->name);
  const Parties& parties = config->rules.parties;
  if (config->party.value < parties.size()) {
    out.field("party", parties[config->party.value].id);
    out.field("party_name", parties[config->party.value].name);
  }
  out.field("now", to_rfc3339(node.clock.now()));
  out.key("permissions");
  write_permissions(out, caller.permissions);
  if (caller.session) {
    if (const auto account = node.people.account(caller.account)) {
      out.key("account");
      write_account(out, *account);
    }
    if (const auto session = node.people.session(*caller.session)) {
      out.field("ends_at", to_rfc3339(session->ends_at()));
      if (const auto idle = session->idle_ends_at()) out.field("idle_ends_at", to_rfc3339(*idle));
      if (session->is_confirmed(node.clock.now())) out.field("confirmed_until", to_rfc3339(*session->confirmed_at + accounts::SessionLimits::step_up));
    }
  }
  out.end_object();
  return body;
}

}  // namespace

Reply get_session(NodeContext& node, const Call& call) { return json_response(session_json(node, call.caller)); }

Reply log_in(NodeContext& node, const Call& call) {
  Texts texts = texts_of(call.request, {"account", "password", "?totp", "?recovery_code"});
  if (texts.refusal) return std::move(*texts.refusal);
  return SlowReply{[&node, request = call.request, old = call.caller.session, texts = std::move(texts.values)]() mutable {
    const auto done = node.people.login({texts[0], texts[1], texts[2], texts[3], request.peer, old});
    accounts::wipe(texts[1]);
    if (const Refused* no = std::get_if<Refused>(&done)) return response_of(*no);
    const std::string& id = std::get<std::string>(done);
    Response response = json_response(session_json(node, node.people.session_caller(id)), 201);
    response.headers.push_back(session_cookie(request, id));
    return response;
  }};
}

Reply log_out(NodeContext& node, const Call& call) {
  if (auto no = no_session(call)) return std::move(*no);
  node.people.end(*call.caller.session, "logged out");
  if (node.line != nullptr) node.line->withdraw(call.caller.account);
  return Response{204, {session_cookie(call.request, "")}, nullptr};
}

Reply step_up(NodeContext& node, const Call& call) {
  if (auto no = no_session(call)) return std::move(*no);
  Texts texts = texts_of(call.request, {"password", "totp"});
  if (texts.refusal) return std::move(*texts.refusal);
  return SlowReply{[&node, caller = call.caller, peer = call.request.peer, texts = std::move(texts.values)]() mutable {
    const auto no = node.people.step_up(caller, texts[0], texts[1], peer);
    accounts::wipe(texts[0]);
    return no ? response_of(*no) : json_response(session_json(node, caller));
  }};
}

Reply note_activity(NodeContext& node, const Call& call) {
  if (auto no = no_session(call)) return std::move(*no);
  node.people.active(call.caller);
  return Response{204, {}, nullptr};
}

Reply change_password(NodeContext& node, const Call& call) {
  if (auto no = no_session(call)) return std::move(*no);
  Texts texts = texts_of(call.request, {"password", "new_password"});
  if (texts.refusal) return std::move(*texts.refusal);
  return SlowReply{[&node, caller = call.caller, peer = call.request.peer, texts = std::move(texts.values)]() mutable {
    const auto no = node.people.change_password(caller, texts[0], texts[1], peer);
    for (std::string& t : texts) accounts::wipe(t);
    return no ? response_of(*no) : Response{204, {}, nullptr};
  }};
}

Reply begin_totp(NodeContext& node, const Call& call) {
  if (auto no = no_session(call)) return std::move(*no);
  Texts texts = texts_of(call.request, {"password"});
  if (texts.refusal) return std::move(*texts.refusal);
  return SlowReply{[&node, caller = call.caller, peer = call.request.peer, texts = std::move(texts.values)]() mutable {
    const auto done = node.people.begin_totp(caller, texts[0], peer);
    accounts::wipe(texts[0]);
    if (const Refused* no = std::get_if<Refused>(&done)) return response_of(*no);
    const auto& enrolment = std::get<People::Enrolment>(done);
    std::string body;
    json::Writer out(body);
    out.begin_object();
    out.field("secret", enrolment.secret);
    out.field("uri", enrolment.uri);
    out.end_object();
    return json_response(std::move(body));
  }};
}

Reply confirm_totp(NodeContext& node, const Call& call) {
  if (auto no = no_session(call)) return std::move(*no);
  Texts texts = texts_of(call.request, {"totp"});
  if (texts.refusal) return std::move(*texts.refusal);
  return SlowReply{[&node, caller = call.caller, code = texts.values[0]] {
    const auto done = node.people.confirm_totp(caller, code);
    if (const Refused* no = std::get_if<Refused>(&done)) return response_of(*no);
    std::string body;
    json::Writer out(body);
    out.begin_object();
    out.key("recovery_codes");
    out.begin_array();
    for (const std::string& c : std::get<std::vector<std::string>>(done)) out.value(c);
    out.end_array();
    out.end_object();
    return json_response(std::move(body));
  }};
}

}  // namespace skypact::server::endpoints
