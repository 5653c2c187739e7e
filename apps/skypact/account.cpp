// skypact account: people at a node, on the data folder of a node that is stopped or through one that runs.

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "account_local.h"
#include "base/clock.h"
#include "base/text.h"
#include "commands.h"
#include "json/document.h"
#include "json/writer.h"
#include "node/config.h"
#include "node_request.h"
#include "secret_input.h"
#include "server/accounts_store.h"
#include "server/http_client.h"

namespace skypact::app {
namespace {

struct Options {
  std::string config = "skypact.toml", node, token_file;   // `node` empty: the data folder
  std::string id, name, password_file;
  std::vector<std::string> roles, desks;
  bool remove = false, json = false, ask_password = false;
};

// ---- Through a node that runs ---------------------------------------------------------------------------

Result<std::string> call(const Options& options, const std::string& method, const std::string& path, const std::string& body) {
  auto request = node_request(options.node, {}, path);
  if (!request) return std::move(request).error();
  request->method = method;
  request->body = body;
  request->time = seconds(60);
  if (!options.token_file.empty()) {
    auto token = read_secret("token", options.token_file);
    if (!token) return token;
    request->token = std::string(trim(*token));
  }
  return ask(*request);
}

void write_texts(json::Writer& out, std::string_view key, const std::vector<std::string>& texts) {
  out.key(key);
  out.begin_array();
  for (const std::string& t : texts) out.value(t);
  out.end_array();
}

void print_account(json::Value a) {
  const auto joined = [](json::Value list) {
    std::string out;
    for (const json::Value v : list.elements()) out += (out.empty() ? "" : ",") + std::string(v.as_string().value_or(""));
    return out;
  };
  std::string notes;
  if (a["disabled"].as_boolean().value_or(false)) notes += "  disabled";
  if (a["password_is_initial"].as_boolean().value_or(false)) notes += "  first password";
  if (!a["totp"].as_boolean().value_or(true)) notes += "  no second factor";
  const std::string desks = joined(a["desks"]);
  fmt::print("{:<20}  {:<30}  {}{}{}\n", a["id"].as_string().value_or(""), a["name"].as_string().value_or(""), joined(a["roles"]), desks.empty() ? "" : "  at " + desks, notes);
}

int print_answer(const Options& options, const std::string& body) {
  if (options.json) {
    fmt::print("{}\n", body.empty() ? "{}" : body);
    return Exit::done;
  }
  const auto document = json::parse(body, {.bytes = std::size_t{1} << 24});
  if (!document) return Exit::done;
  const json::Value root = document->root();
  for (const json::Value a : root["accounts"].elements()) print_account(a);
  if (root["account"].has_value()) print_account(root["account"]);
  if (const auto first = root["first_password"].as_string()) fmt::print("first password, to be changed at the first login: {}\n", *first);
  if (const auto uri = root["totp_uri"].as_string()) fmt::print("second factor: {}\n", *uri);
  for (const json::Value code : root["recovery_codes"].elements()) fmt::print("recovery code: {}\n", code.as_string().value_or(""));
  return Exit::done;
}

// ---- On the data folder ---------------------------------------------------------------------------------

Result<server::AccountsStore> open_store(const Options& options) {
  const auto config = node::read_config(options.config);
  if (!config) return Error(config.error());
  auto store = server::AccountsStore::open(config->data_dir);
  if (!store && store.error().code == ErrorCode::conflict) {
    return Error{ErrorCode::conflict, store.error().message + ": the node runs. Stop it, or name it with --node and --token-file."};
  }
  return store;
}

// Changes the accounts in the folder; `told` is what a person must be told of it besides the account.
Result<std::string> change_local(const Options& options, const std::function<Result<AccountSecrets>(accounts::Accounts&)>& what) {
  auto store = open_store(options);
  if (!store) return Error(store.error());
  accounts::Accounts people = store->take_accounts();
  auto told = what(people);
  if (!told) return Error(told.error());
  if (auto saved = store->save(people); !saved) return Error(saved.error());
  // Whoever was logged in is so no longer: a session is of what the account was.
  accounts::Sessions sessions = store->take_sessions();
  if (!sessions.end_all_of(options.id).empty()) {
    if (auto saved = store->save_sessions(sessions.to_json()); !saved) return Error(saved.error());
  }
  return account_json(*people.find(options.id), *told);
}

Result<accounts::Roles> roles_of(const std::vector<std::string>& words) {
  accounts::Roles roles;
  for (const std::string& list : words) {
    for (std::string_view rest = list; const auto word = next_field(rest, ',');) {
      const auto role = accounts::role_of(trim(*word));
      if (!role) return Error{ErrorCode::usage, "--role: " + skypact::quoted(*word) + " is no role; write administrator, negotiator, signatory, watch_officer, planner or observer"};
      roles.add(*role);
    }
  }
  return roles;
}

std::vector<std::string> words_of(const accounts::Roles& roles) {
  std::vector<std::string> out;
  for (std::size_t i = 0; i < accounts::role_count; ++i) {
    if (roles.has(static_cast<accounts::Role>(i))) out.emplace_back(to_string(static_cast<accounts::Role>(i)));
  }
  return out;
}

int finish(const std::string& command, const Options& options, const Result<std::string>& body) {
  return body ? print_answer(options, *body) : fail("account " + command, body.error());
}

int add(const Options& options) {
  const auto roles = roles_of(options.roles);
  if (!roles) return fail("account add", roles.error());
  std::string password;
  if (options.ask_password || !options.password_file.empty()) {
    auto given = read_new_secret("First password of " + options.id, options.password_file);
    if (!given) return fail("account add", given.error());
    password = std::move(*given);
  }
  if (options.node.empty()) {
    return finish("add", options, change_local(options, [&](accounts::Accounts& people) {
                    return add_account(people, {options.id, options.name, options.desks, *roles}, password, true, system_now());
                  }));
  }
  std::string body;
  json::Writer out(body);
  out.begin_object();
  out.field("id", options.id);
  out.field("name", options.name);
  write_texts(out, "roles", words_of(*roles));
  write_texts(out, "desks", options.desks);
  if (!password.empty()) out.field("password", password);
  out.end_object();
  return finish("add", options, call(options, "POST", "/api/v1/accounts", body));
}

int list(const Options& options) {
  if (!options.node.empty()) return finish("list", options, call(options, "GET", "/api/v1/accounts", ""));
  auto store = open_store(options);
  if (!store) return fail("account list", store.error());
  return print_answer(options, accounts_json(store->take_accounts()));
}

int change(const std::string& command, const Options& options, const accounts::AccountChange& change) {
  if (options.node.empty()) {
    return finish(command, options, change_local(options, [&](accounts::Accounts& people) -> Result<AccountSecrets> {
                    if (auto done = people.change(options.id, change); !done) return Error(done.error());
                    return AccountSecrets{};
                  }));
  }
  std::string body;
  json::Writer out(body);
  out.begin_object();
  if (change.disabled) out.field("disabled", *change.disabled);
  if (change.roles) write_texts(out, "roles", words_of(*change.roles));
  if (change.desks) write_texts(out, "desks", *change.desks);
  if (change.name) out.field("name", *change.name);
  out.end_object();
  return finish(command, options, call(options, "PATCH", "/api/v1/accounts/" + options.id, body));
}

int set_roles(const Options& options) {
  const auto roles = roles_of(options.roles);
  if (!roles) return fail("account roles", roles.error());
  accounts::AccountChange c;
  c.roles = *roles;
  if (!options.desks.empty()) c.desks = options.desks;
  return change("roles", options, c);
}

int set_disabled(const Options& options, bool disabled) {
  accounts::AccountChange c;
  c.disabled = disabled;
  return change(disabled ? "disable" : "enable", options, c);
}

int reset_password(const Options& options) {
  if (options.node.empty()) return finish("reset-password", options, change_local(options, [&](accounts::Accounts& people) { return reset_account_password(people, options.id); }));
  return finish("reset-password", options, call(options, "POST", "/api/v1/accounts/" + options.id + "/reset", R"({"what":"password"})"));
}

int totp(const Options& options) {
  if (!options.node.empty()) {
    if (!options.remove) return fail("account totp", Error{ErrorCode::usage, "a running node sets up a second factor only for who is logged in; --remove takes one off"});
    return finish("totp", options, call(options, "POST", "/api/v1/accounts/" + options.id + "/reset", R"({"what":"totp"})"));
  }
  const auto config = node::read_config(options.config);
  if (!config) return fail("account totp", config.error());
  return finish("totp", options, change_local(options, [&](accounts::Accounts& people) -> Result<AccountSecrets> {
                  if (!options.remove) return set_account_totp(people, options.id, config->name);
                  if (auto done = people.remove_totp(options.id); !done) return Error(done.error());
                  return AccountSecrets{};
                }));
}

}  // namespace

void add_account(CLI::App& app, int& status) {
  CLI::App* command = app.add_subcommand("account", "People at a node: who may do what");
  command->require_subcommand(1);
  auto options = std::make_shared<Options>();
  const auto sub = [&](const char* name, const char* what, bool with_id, std::function<int(const Options&)> run) {
    CLI::App* s = command->add_subcommand(name, what);
    if (with_id) s->add_option("ID", options->id, "The account's name: lower-case letters, digits, '.', '-', '_'")->required();
    s->add_option("--config", options->config, "Configuration of the node, which must be stopped")->type_name("FILE")->capture_default_str();
    s->add_option("--node", options->node, "Instead: the address of a node that runs, for a token with the role administrator");
    s->add_option("--token-file", options->token_file, "File whose first line is the token")->type_name("FILE");
    s->add_flag("--json", options->json, "Print one JSON object");
    s->callback([options, &status, run = std::move(run)] { status = run(*options); });
    return s;
  };
  CLI::App* a = sub("add", "Make an account; its first password is made up, or asked for with --ask", true, add);
  a->add_option("--name", options->name, "The person's name")->required();
  a->add_option("--role", options->roles, "What the person may do; more than one: again, or with commas")->required();
  a->add_option("--desk", options->desks, "Where the person works; may be given again");
  a->add_flag("--ask", options->ask_password, "Ask for the first password");
  a->add_option("--password-file", options->password_file, "Its first line is the first password; - is standard input")->type_name("FILE");

  sub("list", "All accounts", false, list);
  sub("disable", "Refuse the account from now on; its sessions end", true, [](const Options& o) { return set_disabled(o, true); });
  sub("enable", "Let a disabled account in again", true, [](const Options& o) { return set_disabled(o, false); });
  sub("reset-password", "Make up a new first password and print it", true, reset_password);
  CLI::App* t = sub("totp", "Set up a second factor anew, or take it off", true, totp);
  t->add_flag("--remove", options->remove, "Take it off: the person sets one up when logged in");
  CLI::App* r = sub("roles", "Give the account these roles instead of those it has", true, set_roles);
  r->add_option("--role", options->roles, "As for add")->required();
  r->add_option("--desk", options->desks, "These desks instead of those it has");
}

}  // namespace skypact::app
