// /api/v1/pact: what this node's record makes of its pacts, and what a person of its party states.

#include "json/fields.h"
#include "pact/record_entries.h"
#include "pact/statement.h"
#include "server/endpoints/endpoints.h"

namespace skypact::server::endpoints {
namespace {

Response no_pacts() {
  return error_response(404, "not_found", "This node takes no part in a pact: [record] in its configuration, with root_key, lets it.");
}

// Whose signature counts is the note's to say; who may bring it is the account's. What is no statement is refused later.
std::optional<Response> refuse_person(const Caller& caller, std::string_view note) {
  const auto said = pact::parse_statement_note(note);
  if (!said) return std::nullopt;
  const bool negotiates = std::holds_alternative<pact::Proposal>(said->statement.body) || std::holds_alternative<pact::Response>(said->statement.body) ||
                          std::holds_alternative<pact::Withdrawal>(said->statement.body);
  const auto needed = negotiates ? accounts::Permission::negotiate : accounts::Permission::sign;
  if (!caller.permissions.has(needed)) {
    return error_response(403, "permission", "This needs the permission " + std::string(accounts::to_string(needed)) + ", which none of your roles gives now.");
  }
  if (accounts::needs_step_up(needed) && !caller.confirmed) {
    return error_response(403, "step_up", "Confirm with password and code first: POST /api/v1/session/step-up.");
  }
  return std::nullopt;
}

}  // namespace

Reply get_pact(NodeContext& node, const Call& call) {
  if (node.acts == nullptr) return no_pacts();
  Result<std::string> body = std::string();
  const std::vector<pact::SeenHead> seen = node.seen();
  const auto looked = node.acts->look([&](const node::Acts& acts) { body = acts.view_json(call.request.query("pact").value_or(""), seen, node.clock.now()); });
  if (!looked) return error_response(looked.error());
  if (!body) return error_response(body.error());
  return json_response(std::move(*body));
}

Reply get_terms(NodeContext& node, const Call& call) {
  if (node.acts == nullptr) return no_pacts();
  std::string text;
  const auto looked = node.acts->look([&](const node::Acts& acts) {
    if (const std::string* found = acts.terms_text(call.parameters[0])) text = *found;
  });
  if (!looked) return error_response(looked.error());
  if (text.empty()) return no_such("text of terms with that hash");
  return json_response(std::move(text));
}

Reply get_statement(NodeContext& node, const Call& call) {
  if (node.acts == nullptr) return no_pacts();
  std::string text;
  const auto looked = node.acts->look([&](const node::Acts& acts) {
    if (const auto note = acts.note(call.parameters[0])) text = ledger::to_text(*note);
  });
  if (!looked) return error_response(looked.error());
  if (text.empty()) return no_such("statement with that id");
  return text_response(std::move(text));
}

Reply post_statement(NodeContext& node, const Call& call) {
  if (node.acts == nullptr) return no_pacts();
  const auto document = json::parse(call.request.body, {.bytes = HttpLimits::body_bytes});
  if (!document) return error_response(document.error());
  json::Fields fields(document->root());
  const auto note = fields.text("note", 1, pact::StatementLimits::note_bytes, json::required);
  const auto terms = fields.text("terms", 1, pact::TermsPartLimits::text_bytes);
  fields.refuse_unknown();
  if (fields.error()) return error_response(*fields.error());
  if (auto refusal = refuse_person(call.caller, *note)) return *refusal;
  // Waits for the record's disk, on a thread that nothing else waits for.
  return LaterReply{[&node, note = std::string(*note), terms = std::string(terms.value_or(""))]() -> Response {
    const auto stated = node.acts->state(note, terms);
    if (!stated) return error_response(stated.error());
    std::string body;
    json::Writer out(body);
    out.begin_object();
    out.field("id", stated->id);
    out.field("pact", stated->pact);
    out.field("index", stated->index);
    out.field("state", stated->state);
    if (!stated->waits.empty()) out.field("waits", stated->waits);
    out.end_object();
    return json_response(std::move(body), 201);
  }};
}

}  // namespace skypact::server::endpoints
