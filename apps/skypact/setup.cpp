// skypact setup: from a few questions a folder with what a node needs: keys, certificate, token, configuration and the
// first administrator. Nothing that is there is overwritten.

#include <CLI/CLI.hpp>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "account_local.h"
#include "base/clock.h"
#include "base/text.h"
#include "commands.h"
#include "json/writer.h"
#include "ledger/key_file.h"
#include "ledger/random_bytes.h"
#include "node/config.h"
#include "secret_input.h"
#include "server/accounts_store.h"
#include "tls_key.h"

namespace skypact::app {
namespace {

namespace fs = std::filesystem;

constexpr unsigned certificate_days = 825;

struct Options {
  std::string folder, answers, password_file;
  std::string name, party, party_name, domain, listen, hosts, administrator, administrator_name;
  bool json = false;
};

struct Question {
  std::string name, text, preset;
  std::string* answer;
};

// "name = value" lines; '#' begins a comment. Only what no option said is taken.
Result<void> read_answers(const std::string& file, const std::vector<Question>& questions) {
  std::ifstream in(file);
  if (!in) return Error{ErrorCode::not_found, file + ": cannot be read"};
  std::string line;
  for (unsigned number = 1; std::getline(in, line); ++number) {
    const std::string_view text = trim(std::string_view(line).substr(0, line.find('#')));
    if (text.empty()) continue;
    const std::size_t equals = text.find('=');
    const std::string_view key = trim(text.substr(0, equals));
    const auto found = std::find_if(questions.begin(), questions.end(), [&](const Question& q) { return q.name == key; });
    if (equals == std::string_view::npos || found == questions.end()) return bad_input(fmt::format("{}:{}: {} is no question of setup", file, number, skypact::quoted(key)));
    if (found->answer->empty()) *found->answer = std::string(trim(text.substr(equals + 1)));
  }
  return {};
}

Result<void> write_new(const fs::path& path, const std::string& text, mode_t mode) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
  const bool written = file >= 0 && ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size()) && ::fsync(file) == 0;
  const int error = errno;
  if (file >= 0) ::close(file);
  if (written) return {};
  return Error{error == EEXIST ? ErrorCode::conflict : ErrorCode::unreachable, path.string() + ": " + std::strerror(error)};
}

std::string toml(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

std::string config_text(const Options& o, bool with_tls) {
  std::string text = fmt::format(
      "# Made by skypact setup. config/skypact.example.toml shows every key; skypact config check says what this node would do.\n\n"
      "[node]\nname = {}\nparty = {}\ndata_dir = \"data\"\n\n[server]\nlisten = {}\ntoken_file = \"token\"\n",
      toml(o.name), toml(o.party), toml(o.listen));
  if (with_tls) text += "tls_certificate = \"tls/node.pem\"\ntls_key = \"tls/node.key\"\n";
  text += fmt::format("\n[[party]]\nid = {}\nname = {}\n\n[minima]\nhorizontal = \"5nm\"\nvertical = \"1000ft\"\n\n", toml(o.party), toml(o.party_name));
  text += fmt::format("[record]\nenabled = true\nname = {}\nkey_file = \"keys/record.key\"\ncosigner_key_file = \"keys/cosigner.key\"\n\n# Receivers: [[feed]], see the example.\n", toml(o.domain + "/record"));
  return text;
}

int run(Options o) {
  const auto stop = [](const Error& error) { return fail("setup", error); };
  std::vector<Question> questions{
      {"name", "Name of the node, as the console shows it", "skypact", &o.name},
      {"party", "Whose node is it: the party's id, lower-case letters, digits and hyphens", "", &o.party},
      {"party-name", "The party's name", "", &o.party_name},
      {"domain", "A name that nobody else has; keys and the record are called after it, for all time", "", &o.domain},
      {"listen", "Address for console and API; 127.0.0.1:8480 is this machine only", "127.0.0.1:8480", &o.listen},
      {"hosts", "Names and addresses by which browsers reach it, with commas", "", &o.hosts},
      {"administrator", "Account of the first administrator", "", &o.administrator},
      {"administrator-name", "That person's name", "", &o.administrator_name},
  };
  if (!o.answers.empty()) {
    if (auto read = read_answers(o.answers, questions); !read) return stop(read.error());
  }
  for (Question& q : questions) {
    if (q.name == "party-name") q.preset = o.party;
    if (q.name == "domain") q.preset = o.party + ".example";
    if (q.name == "administrator-name") q.preset = o.administrator;
    const auto address = node::parse_host_port(o.listen);
    if (q.name == "hosts" && (!address || node::is_loopback(address->host))) continue;
    if (q.name == "hosts" && q.preset.empty()) q.preset = o.domain;
    if (!q.answer->empty()) continue;
    if (!has_terminal() || !o.answers.empty()) {
      if (q.preset.empty()) return stop({ErrorCode::usage, "--" + q.name + ": " + q.text});
      *q.answer = q.preset;
      continue;
    }
    auto given = ask(q.text, q.preset);
    if (!given) return stop(given.error());
    *q.answer = std::move(*given);
  }
  const auto address = node::parse_host_port(o.listen);
  if (!address) return stop(address.error());
  const bool with_tls = !node::is_loopback(address->host);
  if (!ledger::is_key_name(o.domain)) return stop({ErrorCode::usage, "--domain: no spaces and no plus sign"});

  const fs::path folder = o.folder;
  std::vector<std::string> files{"skypact.toml", "token", "keys/record.key", "keys/cosigner.key", "data/secrets/accounts.json"};
  if (with_tls) files.insert(files.end(), {"tls/node.pem", "tls/node.key"});
  for (const std::string& file : files) {
    if (fs::exists(folder / file)) return stop({ErrorCode::conflict, (folder / file).string() + " is there already; setup overwrites nothing. Name another folder."});
  }
  // All that can be wrong is found before the first file is made.
  if (auto checked = node::parse_config(fmt::format("[node]\nname = {}\nparty = {}\n[[party]]\nid = {}\nname = {}\n", toml(o.name), toml(o.party), toml(o.party), toml(o.party_name)), folder / "skypact.toml"); !checked) {
    return stop(checked.error());
  }
  auto password = read_new_secret("Password of " + o.administrator + ", at least 12 characters", o.password_file);
  if (!password) return stop(password.error());
  accounts::Accounts people;
  auto made = add_account(people, {o.administrator, o.administrator_name, {}, {accounts::Role::administrator}}, *password, false, system_now());
  accounts::wipe(*password);
  if (!made) return stop(made.error());
  auto told = set_account_totp(people, o.administrator, o.name);
  if (!told) return stop(told.error());
  std::vector<std::string> hosts;
  for (std::string_view rest = o.hosts; const auto host = next_field(rest, ',');) {
    if (!trim(*host).empty()) hosts.emplace_back(trim(*host));
  }
  std::string pin;
  TlsKey tls;
  if (with_tls) {
    auto key = make_tls_key("p256", hosts, certificate_days);
    if (!key) return stop(key.error());
    tls = std::move(*key);
    pin = tls.pin;
  }

  std::error_code error;
  fs::create_directories(folder, error);
  for (const char* part : {"keys", "tls", "data"}) {
    if (part == std::string_view("tls") && !with_tls) continue;
    if (!error && ::mkdir((folder / part).c_str(), 0700) != 0 && errno != EEXIST) error = std::error_code(errno, std::generic_category());
  }
  if (error) return stop({ErrorCode::unreachable, folder.string() + ": " + error.message()});
  std::vector<std::pair<std::string, std::string>> keys;   // what others may know
  for (const auto& [what, type] : {std::pair{"record", ledger::KeyType::ed25519}, std::pair{"cosigner", ledger::KeyType::cosignature}}) {
    const auto key = ledger::SigningKey::generate(o.domain + "/" + what, type);
    if (auto written = ledger::write_key_file(folder / "keys" / (std::string(what) + ".key"), key); !written) return stop(written.error());
    keys.emplace_back(what, ledger::to_string(key.verifier()));
  }
  if (auto done = write_new(folder / "token", accounts::to_hex(ledger::random_bytes<32>()) + "\n", 0600); !done) return stop(done.error());
  if (with_tls) {
    if (auto done = write_new(folder / "tls/node.key", tls.private_key_pem, 0600); !done) return stop(done.error());
    if (auto done = write_new(folder / "tls/node.pem", tls.certificate_pem, 0644); !done) return stop(done.error());
    accounts::wipe(tls.private_key_pem);
  }
  auto store = server::AccountsStore::open(folder / "data");
  if (!store) return stop(store.error());
  if (auto saved = store->save(people); !saved) return stop(saved.error());
  if (auto done = write_new(folder / "skypact.toml", config_text(o, with_tls), 0644); !done) return stop(done.error());

  if (o.json) {
    std::string body;
    json::Writer out(body);
    out.begin_object();
    out.field("config", (folder / "skypact.toml").string());
    for (const auto& [what, verifier] : keys) out.field(what + "_key", verifier);
    if (!pin.empty()) out.field("tls_pin", pin);
    out.field("totp_uri", told->totp_uri);
    out.key("recovery_codes");
    out.begin_array();
    for (const std::string& code : told->recovery_codes) out.value(code);
    out.end_array();
    out.end_object();
    fmt::print("{}\n", body);
    return Exit::done;
  }
  fmt::print("Made in {}: configuration, keys, {}token, the account {}.\n\n", folder.string(), with_tls ? "certificate, " : "", o.administrator);
  fmt::print("Tell the other parties, by a way that you trust:\n");
  for (const auto& [what, verifier] : keys) {
    fmt::print("  {:<9} {}\n", what, verifier);
  }
  if (!pin.empty()) fmt::print("  {:<9} {}\n", "TLS pin", pin);
  fmt::print("\nThe administrator's second factor, for an authenticator program; shown this once:\n  {}\nRecovery codes, each counts once:\n", told->totp_uri);
  for (const std::string& code : told->recovery_codes) fmt::print("  {}\n", code);
  const std::string config = (folder / "skypact.toml").string();
  fmt::print("\nNext:\n  add receivers to {0}, then: skypact config check {0}\n  skypact account add ID --name NAME --role watch_officer --config {0}\n  skypact serve --config {0}\n", config);
  if (with_tls) fmt::print("  browsers warn of the self-signed certificate: compare the pin, or put one of your own authority into tls/\n");
  return Exit::done;
}

}  // namespace

void add_setup(CLI::App& app, int& status) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("setup", "Make a node's folder: keys, configuration, certificate, the first administrator");
  command->add_option("FOLDER", options->folder, "Where; nothing that is there is overwritten")->required()->type_name("FOLDER");
  command->add_option("--answers", options->answers, "File of lines \"name = …\" with the names of the options below, instead of questions")->type_name("FILE");
  command->add_option("--name", options->name, "Of the node");
  command->add_option("--party", options->party, "Id of the party whose node it is");
  command->add_option("--party-name", options->party_name, "Name of the party");
  command->add_option("--domain", options->domain, "Keys and record are called after it, for example north.example");
  command->add_option("--listen", options->listen, "HOST:PORT of console and API");
  command->add_option("--hosts", options->hosts, "Names of the certificate, with commas");
  command->add_option("--administrator", options->administrator, "Account of the first administrator");
  command->add_option("--administrator-name", options->administrator_name, "That person's name");
  command->add_option("--password-file", options->password_file, "Its first line is that account's password; - is standard input")->type_name("FILE");
  command->add_flag("--json", options->json, "Print one JSON object");
  command->callback([options, &status] { status = run(*options); });
}

}  // namespace skypact::app
