// The file of accounts: docs/formats/accounts.md.

#include <algorithm>

#include "accounts/account.h"
#include "base/check.h"
#include "json/fields.h"
#include "json/writer.h"

namespace skypact::accounts {
namespace {

void write(json::Writer& out, const Account& a) {
  out.begin_object();
  out.field("created_at", to_rfc3339(a.created_at));
  out.key("desks");
  out.begin_array();
  for (const std::string& desk : a.desks) out.value(desk);
  out.end_array();
  out.field("disabled", a.disabled);
  out.field("id", a.id);
  out.field("name", a.name);
  out.field("password", a.password);
  out.field("password_is_initial", a.password_is_initial);
  out.key("recovery");
  out.begin_array();
  for (const Digest& d : a.recovery) out.value(to_hex(d));
  out.end_array();
  out.key("roles");
  out.begin_array();
  for (std::size_t i = 0; i < role_count; ++i) {
    if (a.roles.has(static_cast<Role>(i))) out.value(to_string(static_cast<Role>(i)));
  }
  out.end_array();
  if (a.totp) out.field("totp", to_base32(*a.totp));
  out.end_object();
}

Result<Account> read(json::Value value) {
  json::Fields fields(value);
  Account a;
  a.id = fields.text("id", 1, AccountLimits::id_bytes, json::required).value_or("");
  a.name = fields.text("name", 1, AccountLimits::name_bytes, json::required).value_or("");
  a.password = fields.text("password", 1, 128, json::required).value_or("");
  a.password_is_initial = fields.boolean("password_is_initial", json::required).value_or(false);
  a.disabled = fields.boolean("disabled", json::required).value_or(false);
  a.created_at = fields.time("created_at", json::required).value_or(Time());
  for (const json::Value desk : fields.array("desks", json::required).elements()) {
    if (!desk.as_string()) fields.refuse("desks", "must be texts");
    a.desks.emplace_back(desk.as_string().value_or(""));
  }
  for (const json::Value word : fields.array("roles", json::required).elements()) {
    const auto role = role_of(word.as_string().value_or(""));
    if (!role || a.roles.has(*role)) fields.refuse("roles", "holds a word that is no role, or one twice");
    if (role) a.roles.add(*role);
  }
  for (const json::Value code : fields.array("recovery", json::required).elements()) {
    const auto digest = digest_from_hex(code.as_string().value_or(""));
    if (!digest) fields.refuse("recovery", "must be SHA-256 digests in hexadecimal");
    if (digest) a.recovery.push_back(*digest);
  }
  if (const auto text = fields.text("totp", 32, 32)) {
    const auto seed = from_base32(*text);
    if (!seed || seed->size() != totp_seed_bytes) {
      fields.refuse("totp", "must be 20 bytes in base 32");
    } else {
      a.totp.emplace();
      std::copy(seed->begin(), seed->end(), a.totp->begin());
    }
  }
  fields.refuse_unknown();
  if (fields.error()) return *fields.error();
  return a;
}

}  // namespace

std::string to_json(const Accounts& accounts) {
  std::string text;
  json::Writer out(text);
  out.begin_object();
  out.key("accounts");
  out.begin_array();
  for (const auto& [id, account] : accounts.all()) write(out, account);
  out.end_array();
  out.field("v", 1);
  out.end_object();
  return text + '\n';
}

Result<Accounts> parse_accounts(std::string_view text) {
  const auto document = json::parse(text, {.bytes = AccountLimits::file_bytes, .depth = 4});
  if (!document) {
    // The parser's sentence may quote what it read; only its code goes on.
    return Error{document.error().code, "is no JSON that can be read, or larger than 1 MB"};
  }
  json::Fields fields(document->root());
  const auto version = fields.integer("v", 1, 1, json::required);
  const json::Value list = fields.array("accounts", json::required);
  fields.refuse_unknown();
  if (fields.error()) return *fields.error();
  SKYPACT_CHECK(version == 1);
  Accounts accounts;
  std::size_t number = 0;
  for (const json::Value value : list.elements()) {
    auto account = read(value);
    if (account) {
      if (auto added = accounts.add(std::move(*account)); !added) account = added.error();
    }
    if (!account) return std::move(account).error().within("accounts[" + std::to_string(number) + "]");
    ++number;
  }
  return accounts;
}

}  // namespace skypact::accounts
