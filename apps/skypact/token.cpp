// skypact token: access tokens of the UTM interfaces, made for development and checked as a node checks them.

#include <CLI/CLI.hpp>

#include <fmt/format.h>

#include <memory>
#include <string>
#include <vector>

#include "accounts/access_token.h"
#include "base/clock.h"
#include "base/input_file.h"
#include "base/text.h"
#include "commands.h"
#include "json/writer.h"
#include "ledger/key_file.h"

namespace skypact::app {
namespace {

constexpr Duration longest_life = std::chrono::days(366);

struct MakeOptions {
  std::string key, subject, issuer, kid, expires = "1h";
  std::vector<std::string> audiences, scopes;
  bool json = false;
};

struct VerifyOptions {
  std::vector<std::string> keys, audiences;
  std::string jwks, token = "-";
};

std::vector<std::string> words_of(const std::vector<std::string>& texts) {
  std::vector<std::string> words;
  for (const std::string& text : texts) {
    for (std::string_view rest = text; const auto word = next_field(rest, ' ');) {
      if (!word->empty()) words.emplace_back(*word);
    }
  }
  return words;
}

Result<Duration> life_of(const MakeOptions& options) {
  const auto life = parse_duration(options.expires);
  if (!life) return Error{ErrorCode::usage, "--expires: " + life.error().message};
  if (*life < seconds(1) || *life > longest_life) return Error{ErrorCode::usage, "--expires: from 1s to 366d"};
  return *life;
}

int make(const MakeOptions& options) {
  const auto life = life_of(options);
  if (!life) return fail("token make", life.error());
  const auto key = ledger::read_secret_file(options.key);
  if (!key) return fail("token make", key.error());
  const Time now = system_now();
  const accounts::NewToken claims{.subject = options.subject, .audiences = options.audiences, .scopes = words_of(options.scopes), .issuer = options.issuer, .kid = options.kid,
                                  .issued_at = now, .expires_at = now + *life};
  const auto token = accounts::sign_token(claims, *key);
  if (!token) return fail("token make", token.error());
  if (!options.json) {
    fmt::print("{}\n", *token);
    return Exit::done;
  }
  std::string line;
  json::Writer out(line);
  out.begin_object();
  out.field("token", *token);
  out.field("expires_at", to_rfc3339(std::chrono::floor<seconds>(claims.expires_at)));
  out.end_object();
  fmt::print("{}\n", line);
  return Exit::done;
}

Result<std::vector<accounts::TokenKey>> read_keys(const VerifyOptions& options) {
  if (options.keys.empty() && options.jwks.empty()) return Error{ErrorCode::usage, "--key or --jwks: whose tokens are accepted"};
  std::vector<accounts::TokenKey> keys;
  for (const std::string& file : options.keys) {
    const auto pem = read_bytes(file, accounts::TokenKeyLimits::pem_bytes);
    if (!pem) return pem.error();
    auto key = accounts::TokenKey::from_pem(*pem);
    if (!key) return Error(key.error()).within(file);
    keys.push_back(*std::move(key));
  }
  if (options.jwks.empty()) return keys;
  const auto text = read_bytes(options.jwks, accounts::TokenKeyLimits::jwks_bytes);
  if (!text) return text.error();
  const auto set = accounts::read_jwks(*text);
  if (!set) return Error(set.error()).within(options.jwks);
  for (const std::string& note : set->notes) fmt::print(stderr, "{}: {}\n", options.jwks, note);
  keys.insert(keys.end(), set->keys.begin(), set->keys.end());
  return keys;
}

std::string json_of(const accounts::AccessToken& token) {
  std::string line;
  json::Writer out(line);
  out.begin_object();
  out.field("subject", token.subject);
  out.field("audience", token.audience);
  out.key("scopes");
  out.begin_array();
  for (const std::string& scope : token.scopes) out.value(scope);
  out.end_array();
  out.field("expires_at", to_rfc3339(token.expires_at));
  out.end_object();
  return line;
}

int verify(const VerifyOptions& options) {
  const auto keys = read_keys(options);
  if (!keys) return fail("token verify", keys.error());
  const auto given = options.token == "-" ? read_whole("-", 2 * accounts::TokenLimits::token_bytes) : Result<std::string>(options.token);
  if (!given) return fail("token verify", given.error());
  const auto token = accounts::verify(trim(*given), *keys, {options.audiences, system_now(), accounts::default_leeway});
  if (!token) {
    fail("token verify", token.error());
    return Exit::negative_verdict;
  }
  fmt::print("{}\n", json_of(*token));
  return Exit::done;
}

}  // namespace

void add_token(CLI::App& app, int& status) {
  CLI::App* token = app.add_subcommand("token", "Make access tokens of the UTM interfaces for development, and check them as a node does");
  token->require_subcommand(1);

  auto making = std::make_shared<MakeOptions>();
  CLI::App* m = token->add_subcommand("make", "Print a token signed by a test key");
  m->add_option("--key", making->key, "The private RSA key, in PEM, mode 600")->type_name("FILE")->required();
  m->add_option("--subject", making->subject, "Who calls: the manager's or owner's name, for example uss1")->required();
  m->add_option("--audience", making->audiences, "The host that is called; may be repeated")->required();
  m->add_option("--scope", making->scopes, "Scopes with spaces between them; may be repeated");
  m->add_option("--expires", making->expires, "After how long, for example 15min")->capture_default_str();
  m->add_option("--issuer", making->issuer, "Who issues it; not checked by a node");
  m->add_option("--kid", making->kid, "The key's name in a key set");
  m->add_flag("--json", making->json, "Print one JSON object");
  m->footer("A test key: openssl genrsa -out test.key 2048; openssl rsa -in test.key -pubout -out test.pem\n"
            "Only for development: tokens that others rely on come of an authorization server.");
  m->callback([making, &status] { status = make(*making); });

  auto verifying = std::make_shared<VerifyOptions>();
  CLI::App* v = token->add_subcommand("verify", "Print what a token says as JSON, or what is wrong with it");
  v->add_option("TOKEN", verifying->token, "The token, or - for standard input, where no other user of the machine sees it")->capture_default_str();
  v->add_option("--key", verifying->keys, "A public key or certificate, in PEM; may be repeated")->type_name("FILE");
  v->add_option("--jwks", verifying->jwks, "A key set (RFC 7517)")->type_name("FILE");
  v->add_option("--audience", verifying->audiences, "The host that the token must be for; may be repeated")->required();
  v->footer("Exit status 1 where the token is not accepted.");
  v->callback([verifying, &status] { status = verify(*verifying); });
}

}  // namespace skypact::app
