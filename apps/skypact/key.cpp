// skypact key: the keys of a party. What is printed is the public half, for others to trust.

#include <CLI/CLI.hpp>

#include <fmt/format.h>
#include <sodium.h>

#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/input_file.h"
#include "commands.h"
#include "json/writer.h"
#include "ledger/key_file.h"
#include "ledger/locked_key_file.h"
#include "pact/statement.h"
#include "person_key.h"
#include "statement_file.h"
#include "tls_key.h"

namespace skypact::app {
namespace {

struct Options {
  std::string file;
  std::string name;
  std::string type = "record";
  std::string passphrase_file, old_passphrase_file;
  std::string algorithm = "ed25519", certificate;
  std::vector<std::string> hosts;
  unsigned days = 825;
  // of rotations and revocations
  std::string pact, party, role = "signatory", old_key, new_key, root_file, old_file, from, reason, out;
  bool json = false;
};

int print(std::string_view name, std::string_view type, std::string_view field, std::string_view text, const Options& options) {
  if (!options.json) {
    fmt::print("{}\n", text);
    return Exit::done;
  }
  std::string line;
  json::Writer out(line);
  out.begin_object();
  out.field("name", name);
  out.field("type", type);
  out.field(field, text);
  out.end_object();
  fmt::print("{}\n", line);
  return Exit::done;
}

bool is_persons(const std::string& type) { return type == "signatory" || type == "root"; }

Result<void> write_locked(const Options& options, const ledger::SigningKey& key) {
  auto passphrase = ask_passphrase("Passphrase for the new key of " + options.name, options.passphrase_file, true);
  if (!passphrase) return passphrase.error();
  if (auto good = ledger::check_passphrase(*passphrase); !good) return good;
  const auto text = ledger::lock_key(key, *passphrase);
  sodium_memzero(passphrase->data(), passphrase->size());
  if (!text) return text.error();
  return ledger::write_secret_file(options.file, *text);
}

int generate_tls(const Options& options) {
  if (options.hosts.empty()) return fail("key generate", Error{ErrorCode::usage, "--host: the name or address that others reach this node by"});
  auto key = make_tls_key(options.algorithm, options.hosts, options.days);
  if (!key) return fail("key generate", key.error());
  const std::string certificate = options.certificate.empty() ? options.file + ".crt" : options.certificate;
  auto written = write_new_file(certificate, key->certificate_pem);
  if (written) written = ledger::write_secret_file(options.file, key->private_key_pem);
  sodium_memzero(key->private_key_pem.data(), key->private_key_pem.size());
  if (!written) return fail("key generate", written.error());
  return print(options.hosts.front(), "tls", "pin", key->pin, options);
}

int generate(const Options& options) {
  if (options.type == "tls") return generate_tls(options);
  if (!ledger::is_key_name(options.name)) {
    return fail("key generate", Error{ErrorCode::usage, "--name: a key's name has no spaces and no plus sign; write for example north.example/record"});
  }
  const auto type = options.type == "cosigner" ? ledger::KeyType::cosignature : ledger::KeyType::ed25519;
  const auto key = ledger::SigningKey::generate(options.name, type);
  const auto written = is_persons(options.type) ? write_locked(options, key) : ledger::write_key_file(options.file, key);
  if (!written) return fail("key generate", written.error());
  return print(options.name, options.type, "verifier_key", ledger::to_string(key.verifier()), options);
}

int show(const Options& options) {
  // A certificate is for everybody to read; a key's file is not.
  if (const auto text = read_bytes(options.file, ledger::longest_secret); text && text->starts_with("-----BEGIN CERTIFICATE")) {
    const auto pin = pin_of_certificate(*text);
    return pin ? print("", "tls", "pin", *pin, options) : fail("key show", Error(pin.error()).within(options.file));
  }
  const auto text = ledger::read_secret_file(options.file);
  if (!text) return fail("key show", text.error());
  if (text->starts_with("-----BEGIN")) {
    return fail("key show", bad_input(options.file + " is a TLS key; its pin is shown of the certificate beside it, " + options.file + ".crt"));
  }
  Result<ledger::VerifierKey> key = bad_input("");
  if (ledger::is_locked_key(*text)) {
    key = ledger::locked_key_of(*text);
  } else if (auto plain = ledger::read_key_file(options.file)) {
    key = plain->verifier();
  } else {
    return fail("key show", plain.error());
  }
  if (!key) return fail("key show", Error(key.error()).within(options.file));
  return print(key->name, key->type == ledger::KeyType::cosignature ? "cosigner" : ledger::is_locked_key(*text) ? "locked" : "record", "verifier_key",
               ledger::to_string(*key), options);
}

Result<pact::KeyRole> role_of(const Options& options) {
  for (const auto role : {pact::KeyRole::record, pact::KeyRole::cosigner, pact::KeyRole::signatory, pact::KeyRole::tls}) {
    if (pact::to_string(role) == options.role) return role;
  }
  return Error{ErrorCode::usage, "--role: a root key changes with new terms and new pins only"};
}

// Signs the statement and writes its note, ready to be posted or carried.
int write_statement(const char* command, const Options& options, pact::StatementBody body, const std::vector<const ledger::SigningKey*>& keys) {
  const pact::Statement statement{std::chrono::floor<milliseconds>(system_now()), options.pact, options.party, {}, std::move(body)};
  const std::string text = pact::to_text(statement);
  if (const auto good = pact::parse_statement(text); !good) return fail(command, Error{ErrorCode::usage, good.error().message});
  ledger::Note note{text, {}};
  for (const auto* key : keys) note.signatures.push_back(ledger::sign(text, *key));
  if (const auto written = write_new_file(options.out, ledger::to_text(note)); !written) return fail(command, written.error());
  if (options.json) {
    std::string line;
    json::Writer out(line);
    out.begin_object();
    out.field("id", pact::id_of(text));
    out.field("file", options.out);
    out.end_object();
    fmt::print("{}\n", line);
  } else {
    fmt::print("{}: statement {}; post it with: skypact pact post {}\n", options.out, pact::id_of(text), options.out);
  }
  return Exit::done;
}

int rotate(const Options& options) {
  const auto role = role_of(options);
  if (!role) return fail("key rotate", role.error());
  pact::KeyRotation rotation{*role, {}, options.new_key, {}};
  if (!options.old_key.empty()) rotation.old_key = options.old_key;
  if (!options.from.empty()) {
    const auto from = parse_rfc3339(options.from);
    if (!from) return fail("key rotate", Error{ErrorCode::usage, "--from: " + from.error().message});
    rotation.from = *from;
  }
  const auto root = open_person_key(options.root_file, options.passphrase_file);
  if (!root) return fail("key rotate", root.error());
  const bool old_signs = !options.old_key.empty() && *role != pact::KeyRole::tls && *role != pact::KeyRole::cosigner;
  if (old_signs && options.old_file.empty()) {
    return fail("key rotate", Error{ErrorCode::usage, "--old-file: the old key signs too; where it is lost, key revoke it and rotate without --old"});
  }
  if (!old_signs) return write_statement("key rotate", options, std::move(rotation), {&*root});
  const auto old_key = open_person_key(options.old_file, options.old_passphrase_file);
  if (!old_key) return fail("key rotate", old_key.error());
  if (ledger::to_string(old_key->verifier()) != options.old_key) return fail("key rotate", Error{ErrorCode::usage, "--old-file holds another key than --old names"});
  return write_statement("key rotate", options, std::move(rotation), {&*root, &*old_key});
}

int revoke(const Options& options) {
  const auto role = role_of(options);
  if (!role) return fail("key revoke", role.error());
  pact::KeyRevocation revocation{*role, options.old_key, options.reason, {}};
  if (!options.from.empty()) {
    const auto from = parse_rfc3339(options.from);
    if (!from) return fail("key revoke", Error{ErrorCode::usage, "--not-after: " + from.error().message});
    revocation.not_after = *from;
  }
  const auto root = open_person_key(options.root_file, options.passphrase_file);
  if (!root) return fail("key revoke", root.error());
  return write_statement("key revoke", options, std::move(revocation), {&*root});
}

}  // namespace

void add_key(CLI::App& app, int& status) {
  CLI::App* key = app.add_subcommand("key", "Make the keys of a party, show their public half, change them");
  key->require_subcommand(1);
  auto options = std::make_shared<Options>();

  CLI::App* g = key->add_subcommand("generate", "Make a key, write it into FILE for its owner only, and print the public half");
  g->add_option("FILE", options->file, "Where the private key is to lie; never overwritten")->required();
  g->add_option("--name", options->name, "What the key is called for all time, for example north.example/record; not of tls");
  g->add_option("--type", options->type,
                "record, journal: sign a node's own logs; cosigner: others' checkpoints; signatory, root: a person's, locked by a passphrase; tls: the node's, with a certificate")
      ->check(CLI::IsMember({"root", "record", "journal", "cosigner", "signatory", "tls"}))
      ->capture_default_str();
  g->add_option("--passphrase-file", options->passphrase_file, "File of mode 600 whose first line is the passphrase; asked at the terminal otherwise")->type_name("FILE");
  g->add_option("--host", options->hosts, "tls: a name or address that others reach the node by; may be repeated");
  g->add_option("--algorithm", options->algorithm, "tls: ed25519, or p256 where browsers come too")->check(CLI::IsMember({"ed25519", "p256"}))->capture_default_str();
  g->add_option("--certificate", options->certificate, "tls: where the certificate is to lie; FILE.crt otherwise")->type_name("FILE");
  g->add_option("--days", options->days, "tls: how long the certificate is valid")->check(CLI::Range(1, 3650))->capture_default_str();
  g->add_flag("--json", options->json, "Print one JSON object");
  g->callback([options, &status] { status = generate(*options); });

  CLI::App* s = key->add_subcommand("show", "Print the public half of the key in FILE, or the pin of a certificate");
  s->add_option("FILE", options->file, "A private key's file, or a certificate")->required();
  s->add_flag("--json", options->json, "Print one JSON object");
  s->callback([options, &status] { status = show(*options); });

  const auto change = [&](const char* name, const char* what) {
    CLI::App* sub = key->add_subcommand(name, what);
    sub->add_option("--pact", options->pact, "The pact's id")->required();
    sub->add_option("--party", options->party, "The party's id")->required();
    sub->add_option("--role", options->role, "What the key is for")->check(CLI::IsMember({"record", "cosigner", "signatory", "tls"}))->capture_default_str();
    sub->add_option("--root", options->root_file, "The party's root key, which signs")->type_name("FILE")->required();
    sub->add_option("--passphrase-file", options->passphrase_file, "The root key's passphrase; asked at the terminal otherwise")->type_name("FILE");
    sub->add_option("--out", options->out, "Where the signed statement is to lie; never overwritten")->type_name("FILE")->required();
    sub->add_flag("--json", options->json, "Print one JSON object");
    return sub;
  };
  CLI::App* r = change("rotate", "Sign that a new key takes an old one's place; both count for seven days");
  r->add_option("--new", options->new_key, "The new key's public half, as key generate prints it")->required();
  r->add_option("--old", options->old_key, "The old key's public half; left out, there is one more key");
  r->add_option("--old-file", options->old_file, "The old key, which signs too, but for cosigner and tls")->type_name("FILE");
  r->add_option("--old-passphrase-file", options->old_passphrase_file, "The old key's passphrase")->type_name("FILE");
  r->add_option("--from", options->from, "From when, 2026-11-26T12:00:00Z; at once otherwise");
  r->callback([options, &status] { status = rotate(*options); });

  CLI::App* v = change("revoke", "Sign that a key counts no longer");
  v->add_option("--key", options->old_key, "The key's public half")->required();
  v->add_option("--reason", options->reason, "Why")->required();
  v->add_option("--not-after", options->from, "What it signs after this does not count; at once otherwise. What was recorded before stays");
  v->callback([options, &status] { status = revoke(*options); });
}

}  // namespace skypact::app
