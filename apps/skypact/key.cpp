// skypact key: the keys a node signs with. What is printed is the public half, for others to trust.

#include <CLI/CLI.hpp>

#include <fmt/format.h>

#include <memory>
#include <string>

#include "commands.h"
#include "json/writer.h"
#include "ledger/key_file.h"

namespace skypact::app {
namespace {

struct Options {
  std::string file;
  std::string name;
  std::string type = "record";
  bool json = false;
};

int print(const ledger::VerifierKey& key, const Options& options) {
  if (!options.json) {
    fmt::print("{}\n", ledger::to_string(key));
    return Exit::done;
  }
  std::string line;
  json::Writer out(line);
  out.begin_object();
  out.field("name", key.name);
  out.field("type", key.type == ledger::KeyType::ed25519 ? "record" : "cosigner");
  out.field("verifier_key", ledger::to_string(key));
  out.end_object();
  fmt::print("{}\n", line);
  return Exit::done;
}

int generate(const Options& options) {
  if (!ledger::is_key_name(options.name)) {
    return fail("key generate", Error{ErrorCode::usage, "--name: a key's name has no spaces and no plus sign; write for example north.example/record"});
  }
  const auto type = options.type == "record" ? ledger::KeyType::ed25519 : ledger::KeyType::cosignature;
  const auto key = ledger::SigningKey::generate(options.name, type);
  if (auto written = ledger::write_key_file(options.file, key); !written) return fail("key generate", written.error());
  return print(key.verifier(), options);
}

int show(const Options& options) {
  const auto key = ledger::read_key_file(options.file);
  if (!key) return fail("key show", key.error());
  return print(key->verifier(), options);
}

}  // namespace

void add_key(CLI::App& app, int& status) {
  CLI::App* key = app.add_subcommand("key", "Make the keys a node signs with, and show their public half");
  key->require_subcommand(1);
  auto options = std::make_shared<Options>();

  CLI::App* g = key->add_subcommand("generate", "Make a key, write it into FILE for its owner only, and print the public half");
  g->add_option("FILE", options->file, "Where the private key is to lie; never overwritten")->required();
  g->add_option("--name", options->name, "What the key is called for all time, for example north.example/record")->required();
  g->add_option("--type", options->type, "record: signs a node's own record; cosigner: others' checkpoints")
      ->check(CLI::IsMember({"record", "cosigner"}))
      ->capture_default_str();
  g->add_flag("--json", options->json, "Print one JSON object");
  g->callback([options, &status] { status = generate(*options); });

  CLI::App* s = key->add_subcommand("show", "Print the public half of the key in FILE");
  s->add_option("FILE", options->file, "A private key's file")->required();
  s->add_flag("--json", options->json, "Print one JSON object");
  s->callback([options, &status] { status = show(*options); });
}

}  // namespace skypact::app
