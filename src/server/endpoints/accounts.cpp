// /api/v1/accounts: for administrators. There is no removal: a name in the journal stays one person's.

#include "base/text.h"
#include "json/fields.h"
#include "server/endpoints/account_json.h"
#include "server/endpoints/endpoints.h"

namespace skypact::server::endpoints {

void write_permissions(json::Writer& out, accounts::Permissions permissions) {
  out.begin_array();
  for (std::size_t i = 0; i < accounts::permission_count; ++i) {
    const auto p = static_cast<accounts::Permission>(i);
    if (permissions.has(p)) out.value(to_string(p));
  }
  out.end_array();
}

void write_account(json::Writer& out, const accounts::Account& a) {
  out.begin_object();
  out.field("id", a.id);
  out.field("name", a.name);
  out.key("desks");
  out.begin_array();
  for (const std::string& desk : a.desks) out.value(desk);
  out.end_array();
  out.key("roles");
  out.begin_array();
  for (std::size_t i = 0; i < accounts::role_count; ++i) {
    const auto role = static_cast<accounts::Role>(i);
    if (a.roles.has(role)) out.value(to_string(role));
  }
  out.end_array();
  out.field("disabled", a.disabled);
  out.field("password_is_initial", a.password_is_initial);
  out.field("totp", a.totp.has_value());
  out.field("recovery_codes_left", a.recovery.size());
  out.field("created_at", to_rfc3339(a.created_at));
  out.end_object();
}

namespace {

std::vector<std::string> texts(json::Fields& fields, std::string_view name, json::Presence presence) {
  std::vector<std::string> out;
  for (const json::Value value : fields.array(name, presence).elements()) {
    if (!value.as_string()) fields.refuse(name, "must be texts");
    out.emplace_back(value.as_string().value_or(""));
  }
  return out;
}

accounts::Roles roles(json::Fields& fields, json::Presence presence) {
  accounts::Roles out;
  for (const std::string& word : texts(fields, "roles", presence)) {
    const auto role = accounts::role_of(word);
    if (!role) fields.refuse("roles", "is no role: " + skypact::quoted(std::string_view(word)));
    if (role) out.add(*role);
  }
  return out;
}

std::string account_body(const NodeContext& node, const std::string& id, const std::string& first_password) {
  std::string body;
  json::Writer out(body);
  out.begin_object();
  out.key("account");
  if (const auto account = node.people.account(id)) {
    write_account(out, *account);
  } else {
    out.null();
  }
  if (!first_password.empty()) out.field("first_password", first_password);
  out.end_object();
  return body;
}

}  // namespace

Reply list_accounts(NodeContext& node, const Call&) {
  std::string body;
  json::Writer out(body);
  out.begin_object();
  out.key("accounts");
  out.begin_array();
  for (const accounts::Account& account : node.people.all()) write_account(out, account);
  out.end_array();
  out.end_object();
  return json_response(std::move(body));
}

Reply create_account(NodeContext& node, const Call& call) {
  const auto document = json::parse(call.request.body, {.bytes = 64 * 1024, .depth = 3});
  if (!document) return error_response(400, "bad_input", "The body is no JSON object.");
  json::Fields fields(document->root());
  accounts::NewAccount account;
  account.id = fields.text("id", 1, accounts::AccountLimits::id_bytes, json::required).value_or("");
  account.name = fields.text("name", 1, accounts::AccountLimits::name_bytes, json::required).value_or("");
  account.desks = texts(fields, "desks", json::optional);
  account.roles = roles(fields, json::required);
  const std::string password(fields.text("password", 1, 1000).value_or(""));
  fields.refuse_unknown();
  if (fields.error()) return error_response(*fields.error());
  return SlowReply{[&node, account, password, by = std::string(name_of(call.caller))] {
    const std::string id = account.id;
    auto done = node.people.create(account, password, by);
    if (!done) return error_response(done.error());
    return json_response(account_body(node, id, password.empty() ? *done : ""), 201);
  }};
}

Reply change_account(NodeContext& node, const Call& call) {
  const auto document = json::parse(call.request.body, {.bytes = 64 * 1024, .depth = 3});
  if (!document) return error_response(document.error());
  json::Fields fields(document->root());
  accounts::AccountChange change;
  if (const auto name = fields.text("name", 1, accounts::AccountLimits::name_bytes)) change.name = std::string(*name);
  if (document->root()["desks"].has_value()) change.desks = texts(fields, "desks", json::required);
  if (document->root()["roles"].has_value()) change.roles = roles(fields, json::required);
  change.disabled = fields.boolean("disabled");
  fields.array("desks");
  fields.array("roles");
  fields.refuse_unknown();
  if (fields.error()) return error_response(*fields.error());
  return SlowReply{[&node, change, id = call.parameters[0], by = std::string(name_of(call.caller))] {
    if (auto done = node.people.change(id, change, by); !done) return error_response(done.error());
    return json_response(account_body(node, id, ""));
  }};
}

Reply reset_account(NodeContext& node, const Call& call) {
  const auto document = json::parse(call.request.body, {.bytes = 1024, .depth = 2});
  if (!document) return error_response(document.error());
  json::Fields fields(document->root());
  const auto what = fields.word("what", {"password", "totp"}, json::required);
  fields.refuse_unknown();
  if (fields.error()) return error_response(*fields.error());
  return SlowReply{[&node, of_password = what == 0, id = call.parameters[0], by = std::string(name_of(call.caller))] {
    if (of_password) {
      auto done = node.people.reset_password(id, by);
      return done ? json_response(account_body(node, id, *done)) : error_response(done.error());
    }
    auto done = node.people.remove_totp(id, by);
    return done ? json_response(account_body(node, id, "")) : error_response(done.error());
  }};
}

}  // namespace skypact::server::endpoints
