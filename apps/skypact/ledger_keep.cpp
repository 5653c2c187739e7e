// skypact ledger init, status, witness, export, import: what writes a ledger, watches one for others, or carries a stretch of
// it by e-mail or courier.

#include <CLI/CLI.hpp>

#include <fmt/format.h>

#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/input_file.h"
#include "base/text.h"
#include "commands.h"
#include "json/document.h"
#include "json/writer.h"
#include "ledger/audit.h"
#include "ledger/entries_file.h"
#include "ledger/key_file.h"
#include "ledger/mirror.h"
#include "ledger/prune.h"
#include "ledger/tree.h"
#include "ledger/witness.h"
#include "ledger_commands.h"
#include "node/config.h"
#include "node_request.h"
#include "server/http_client.h"
#include "server/http_server.h"

namespace skypact::app {
namespace {

struct Options {
  std::string folder, key, out, listen = "127.0.0.1:8490", certificate, certificate_key, node, token_file, cosigner;
  std::vector<std::string> logs, files;
  std::uint64_t from = 0, to = UINT64_MAX;
  bool json = false;
};

int init(const Options& options) {
  const auto key = ledger::read_key_file(options.key);
  if (!key) return fail("ledger init", key.error());
  if (key->verifier().type != ledger::KeyType::ed25519) return fail("ledger init", Error{ErrorCode::usage, "--key: this is a cosigner's key; a log's is of type 1"});
  ledger::FileStorage storage(options.folder);
  if (auto locked = storage.lock(); !locked) return fail("ledger init", locked.error());
  for (const char* file : {"checkpoint", "signed"}) {
    if (storage.read(file)) return fail("ledger init", Error{ErrorCode::conflict, options.folder + " is a ledger already; a log begins once"});
  }
  auto tree = ledger::Tree::open(storage, *key);
  if (!tree) return fail("ledger init", tree.error());
  if (const auto head = tree->publish(); !head) return fail("ledger init", head.error());
  if (!options.json) {
    fmt::print("{}\n", ledger::to_string(key->verifier()));
    return Exit::done;
  }
  std::string line;
  json::Writer out(line);
  out.begin_object();
  out.field("origin", key->verifier().name);
  out.field("size", 0);
  out.field("verifier_key", ledger::to_string(key->verifier()));
  out.end_object();
  fmt::print("{}\n", line);
  return Exit::done;
}

int status_of_node(const Options& options) {
  const auto request = node_request(options.node, options.token_file, "/api/v1/record");
  if (!request) return fail("ledger status", request.error());
  const auto answer = server::fetch(*request);
  if (!answer) return fail("ledger status", answer.error());
  if (answer->status != 200) return fail("ledger status", Error{ErrorCode::unreachable, fmt::format("the node answers with status {}", answer->status)});
  if (options.json) {
    fmt::print("{}\n", answer->body);
    return Exit::done;
  }
  const auto document = json::parse(answer->body, {.bytes = std::size_t{16} << 20});
  if (!document) return fail("ledger status", document.error());
  const auto text = [](json::Value v) { return std::string(v.as_string().value_or("-")); };
  const json::Value own = document->root()["own"];
  fmt::print("own record  {}, {}, {} entries, {} signed\n", text(own["origin"]), text(own["state"]), own["entries"].as_integer().value_or(0), own["published"].as_integer().value_or(0));
  if (own["message"].exists()) fmt::print("            {}\n", text(own["message"]));
  for (const json::Value c : own["cosigned"].elements()) {
    fmt::print("cosigned    by {} up to {} at {}{}\n", text(c["by"]), c["size"].as_integer().value_or(0), text(c["at"]), c["message"].exists() ? "; " + text(c["message"]) : "");
  }
  bool forked = false;
  for (const json::Value m : document->root()["mirrors"].elements()) {
    const bool fork = m["forked"].as_boolean().value_or(false);
    forked |= fork;
    fmt::print("mirror      {} with {} entries, last followed {}{}{}\n", text(m["origin"]), m["size"].as_integer().value_or(0), text(m["answered_at"]),
               m["message"].exists() ? "; " + text(m["message"]) : "", fork ? "; FORKED" : "");
  }
  return forked ? Exit::negative_verdict : Exit::done;
}

int status_of(const Options& options) {
  if (options.folder.empty() == options.node.empty()) return fail("ledger status", Error{ErrorCode::usage, "name a ledger's FOLDER, or a running node with --node"});
  if (!options.node.empty()) return status_of_node(options);
  const auto text = ledger::files_in(options.folder)("checkpoint");
  if (!text) return fail("ledger status", Error{text.error().code, text.error().message + "; a log's folder holds a file checkpoint"});
  const auto note = ledger::parse_note(*text);
  if (!note) return fail("ledger status", Error(note.error()).within(options.folder + "/checkpoint"));
  const auto head = ledger::parse_checkpoint(note->text);
  if (!head) return fail("ledger status", Error(head.error()).within(options.folder + "/checkpoint"));
  const auto pruned = ledger::read_pruned(ledger::files_in(options.folder));
  if (!pruned) return fail("ledger status", Error(pruned.error()).within(options.folder));
  const bool forked = ledger::files_in(options.folder)(ledger::equivocation_file).has_value();
  if (options.json) {
    std::string line;
    json::Writer out(line);
    out.begin_object();
    out.field("origin", head->origin);
    out.field("size", head->size);
    out.field("root", ledger::to_base64(head->root));
    out.field("minimum_index", pruned->minimum);
    out.key("signed_by");
    out.begin_array();
    for (const auto& s : note->signatures) out.value(s.name);
    out.end_array();
    out.field("forked", forked);
    out.end_object();
    fmt::print("{}\n", line);
  } else {
    fmt::print("{}: {} entries, root {}\n", head->origin, head->size, ledger::to_base64(head->root));
    if (pruned->minimum > 0) fmt::print("  entries below {} were pruned; their hashes are left\n", pruned->minimum);
    for (const auto& s : note->signatures) fmt::print("  a signature by {}, not verified here\n", s.name);
    if (forked) fmt::print("  FORKED: the file {} in this folder proves it; skypact ledger verify\n", ledger::equivocation_file);
  }
  return forked ? Exit::negative_verdict : Exit::done;
}

int witness(const Options& options) {
  auto key = ledger::read_key_file(options.key);
  if (!key) return fail("ledger witness", key.error());
  if (key->verifier().type != ledger::KeyType::cosignature) {
    return fail("ledger witness", Error{ErrorCode::usage, "--key: this is a log's key; skypact key generate --type cosigner makes one for a witness"});
  }
  std::vector<ledger::VerifierKey> logs;
  for (const std::string& text : options.logs) {
    auto log = ledger::parse_verifier_key(text);
    if (!log) return fail("ledger witness", Error{ErrorCode::usage, "--log: " + log.error().message});
    if (log->type != ledger::KeyType::ed25519) return fail("ledger witness", Error{ErrorCode::usage, "--log: this is a cosigner's key; a log's is of type 1"});
    logs.push_back(std::move(*log));
  }
  if (logs.size() > ledger::Witness::most_logs) return fail("ledger witness", Error{ErrorCode::usage, fmt::format("--log: at most {} logs", ledger::Witness::most_logs)});
  const auto address = node::parse_host_port(options.listen);
  if (!address) return fail("ledger witness", Error(address.error()).within("--listen"));
  if (options.certificate.empty() != options.certificate_key.empty()) return fail("ledger witness", Error{ErrorCode::usage, "--certificate and --certificate-key belong together"});

  // Every thread inherits the mask; sigwait below is where the signals arrive.
  sigset_t signals;
  sigemptyset(&signals);
  for (const int s : {SIGINT, SIGTERM}) sigaddset(&signals, s);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  signal(SIGPIPE, SIG_IGN);

  ledger::FileStorage storage(options.folder);
  if (auto locked = storage.lock(); !locked) return fail("ledger witness", locked.error());
  const std::string verifier = ledger::to_string(key->verifier());
  const auto cosigner = ledger::Witness::open(storage, std::move(*key), std::move(logs));
  if (!cosigner) return fail("ledger witness", cosigner.error());
  const auto answer = [&cosigner](const server::Request& request) -> server::Reply {
    if (request.path != "/add-checkpoint") return server::error_response(404, "not_found", "A witness answers POST /add-checkpoint only (c2sp.org/tlog-witness).");
    if (request.method != "POST") return server::error_response(405, "method", "This path answers POST.");
    const ledger::WitnessAnswer said = (*cosigner)->add_checkpoint(request.body, system_now());
    server::Response response = server::text_response(said.body, static_cast<int>(said.status));
    response.headers[0].value = said.content_type;
    return response;
  };
  server::HttpServerOptions http;
  http.host = address->host;
  http.port = address->port;
  http.certificate = options.certificate;
  http.key = options.certificate_key;
  const auto listening = server::HttpServer::start(http, answer);
  if (!listening) return fail("ledger witness", listening.error());
  fmt::print("{}://{} cosigns as {}\n", options.certificate.empty() ? "http" : "https", node::to_string(node::HostPort{address->host, (*listening)->port()}), verifier);
  std::fflush(stdout);
  int number = 0;
  sigwait(&signals, &number);
  (*listening)->stop();
  return Exit::done;
}

int export_range(const Options& options) {
  const ledger::ReadFile files = ledger::files_in(options.folder);
  const auto text = files("checkpoint");
  if (!text) return fail("ledger export", Error{text.error().code, text.error().message + "; a log's folder holds a file checkpoint"});
  const auto note = ledger::parse_note(*text);
  if (!note) return fail("ledger export", Error(note.error()).within(options.folder + "/checkpoint"));
  const auto head = ledger::parse_checkpoint(note->text);
  if (!head) return fail("ledger export", head.error());
  const auto file = ledger::export_entries(files, *note, options.from, std::min(options.to, head->size));
  if (!file) return fail("ledger export", file.error());
  std::error_code error;
  if (std::filesystem::exists(options.out, error)) return fail("ledger export", Error{ErrorCode::conflict, options.out + " is there already; nothing is overwritten"});
  std::ofstream out(options.out, std::ios::binary);
  out << ledger::to_text(*file);
  out.close();
  if (!out) return fail("ledger export", Error{ErrorCode::unreachable, options.out + " cannot be written; is the disk full?"});
  if (options.json) fmt::print("{{\"from\":{},\"entries\":{},\"size\":{}}}\n", file->from, file->entries.size(), head->size);
  else fmt::print("{}: entries {} to {} of {}, under its checkpoint of {}\n", options.out, file->from, file->from + file->entries.size() - 1, head->origin, head->size);
  return Exit::done;
}

int import_files(const Options& options) {
  const auto log = ledger::parse_verifier_key(options.key);
  if (!log) return fail("ledger import", Error{ErrorCode::usage, "--key: " + log.error().message});
  if (log->type != ledger::KeyType::ed25519) return fail("ledger import", Error{ErrorCode::usage, "--key: this is a cosigner's key; a log's is of type 1"});
  std::optional<ledger::SigningKey> cosigner;
  if (!options.cosigner.empty()) {
    auto read = ledger::read_key_file(options.cosigner);
    if (!read) return fail("ledger import", read.error());
    if (read->verifier().type != ledger::KeyType::cosignature) return fail("ledger import", Error{ErrorCode::usage, "--cosigner: this is no cosigner's key"});
    cosigner = std::move(*read);
  }
  ledger::FileStorage storage(options.folder);
  if (auto locked = storage.lock(); !locked) return fail("ledger import", locked.error());
  const auto mirror = ledger::Mirror::open(storage, *log, cosigner ? &*cosigner : nullptr);
  if (!mirror) return fail("ledger import", mirror.error());
  const std::uint64_t before = (*mirror)->size();
  for (const std::string& name : options.files) {
    const auto text = read_bytes(name, ledger::EntriesFileLimits::bytes);
    if (!text) return fail("ledger import", text.error());
    const auto file = ledger::parse_entries_file(*text);
    if (!file) return fail("ledger import", Error(file.error()).within(name));
    if (const auto taken = (*mirror)->take(*file, system_now()); !taken) return fail("ledger import", Error(taken.error()).within(name));
  }
  const auto head = (*mirror)->checkpoint();
  const std::uint64_t size = (*mirror)->size();
  if (options.json) fmt::print("{{\"size\":{},\"taken\":{},\"checkpoint_size\":{}}}\n", size, size - before, head ? head->size : 0);
  else fmt::print("{}: {} entries taken, {} held{}\n", options.folder, size - before, size,
                  head && head->size == size ? "" : "; the checkpoint comes with the entries that are missing up to it");
  return Exit::done;
}

}  // namespace

void add_ledger_keeping(CLI::App& ledger, int& status) {
  auto options = std::make_shared<Options>();
  const auto run = [&status, options](CLI::App* command, int (*function)(const Options&)) {
    command->add_flag("--json", options->json, "Print one JSON object");
    command->callback([&status, function, options] { status = function(*options); });
  };

  CLI::App* i = ledger.add_subcommand("init", "Begin a log: an empty one, signed");
  i->add_option("FOLDER", options->folder, "Where it is to lie")->required()->type_name("FOLDER");
  i->add_option("--key", options->key, "File of its private key; the key's name is the log's for all time")->required()->type_name("FILE");
  run(i, init);

  CLI::App* s = ledger.add_subcommand("status", "Say how far a log is and who signed its head, or where a node's records stand");
  s->add_option("FOLDER", options->folder, "A log's folder")->type_name("FOLDER");
  s->add_option("--node", options->node, "Address of a running node, in place of a folder");
  s->add_option("--token-file", options->token_file, "File with the node's token")->type_name("FILE");
  run(s, status_of);

  CLI::App* w = ledger.add_subcommand("witness", "Cosign others' checkpoints over HTTP, each only if it continues the last one (C2SP tlog-witness)");
  w->add_option("FOLDER", options->folder, "What was cosigned last; the key's memory, never to be taken away")->required()->type_name("FOLDER");
  w->add_option("--listen", options->listen, "HOST:PORT; port 0 is any free one")->capture_default_str();
  w->add_option("--key", options->key, "File of the witness's private key, of type cosigner")->required()->type_name("FILE");
  w->add_option("--log", options->logs, "Verifier key of a log that is cosigned; once for each")->required();
  w->add_option("--certificate", options->certificate, "PEM file; with it TLS is spoken")->type_name("FILE");
  w->add_option("--certificate-key", options->certificate_key, "PEM file of its private key")->type_name("FILE");
  run(w, witness);

  CLI::App* e = ledger.add_subcommand("export", "Write a stretch of entries as one file that proves itself, to go by e-mail or courier");
  e->add_option("FOLDER", options->folder, "The log's folder")->required()->type_name("FOLDER");
  e->add_option("OUT", options->out, "The file to be written")->required()->type_name("FILE");
  e->add_option("--from", options->from, "The first entry's index")->capture_default_str()->check(CLI::NonNegativeNumber);
  e->add_option("--to", options->to, "The index behind the last entry; otherwise all")->check(CLI::NonNegativeNumber);
  run(e, export_range);

  CLI::App* m = ledger.add_subcommand("import", "Take such files into a mirror of the log, in their order");
  m->add_option("FOLDER", options->folder, "The mirror's folder; made where there is none")->required()->type_name("FOLDER");
  m->add_option("FILE", options->files, "Files of entries")->required()->type_name("FILE");
  m->add_option("--key", options->key, "The log's verifier key")->required();
  m->add_option("--cosigner", options->cosigner, "File of a cosigner's private key: what is held whole is cosigned")->type_name("FILE");
  run(m, import_files);
}

}  // namespace skypact::app
