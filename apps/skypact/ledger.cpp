// skypact ledger: what anybody can do with a ledger's files, offline: audit all of it, prove one entry, verify a proof,
// read entries. Ours, or any log of the same standard formats.

#include <CLI/CLI.hpp>

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "base/base64.h"
#include "base/clock.h"
#include "base/input_file.h"
#include "base/text.h"
#include "base/utf8.h"
#include "commands.h"
#include "json/writer.h"
#include "ledger/audit.h"
#include "ledger/entries_file.h"
#include "ledger/equivocation.h"
#include "ledger/proof_file.h"
#include "ledger/time_bracket.h"
#include "ledger_commands.h"

namespace skypact::app {
namespace {

struct Options {
  std::string folder;   // audit, prove, entries
  std::string file;     // verify
  std::string key, policy;
  std::string entry;    // verify: file
  std::uint64_t index = 0, from = 0, count = UINT64_MAX;
  bool json = false;
};

constexpr std::size_t largest_proof = ledger::EntriesFileLimits::bytes;  // a file of entries is the largest

// What --key or --policy says.
Result<ledger::Policy> read_policy(const Options& options) {
  if (!options.key.empty()) {
    const auto key = ledger::parse_verifier_key(options.key);
    if (!key) return Error{ErrorCode::usage, "--key: " + key.error().message};
    if (key->type != ledger::KeyType::ed25519) return Error{ErrorCode::usage, "--key: this is a cosigner's key; a log's is of type 1"};
    return ledger::policy_of(*key);
  }
  if (options.policy.empty()) return Error{ErrorCode::usage, "--key or --policy says whose signatures count; one of them is needed"};
  const auto text = read_bytes(options.policy, ledger::PolicyLimits::bytes);
  if (!text) return text.error();
  auto policy = ledger::parse_policy(*text);
  if (!policy) return std::move(policy).error().within(options.policy);
  return policy;
}

// The log's own checkpoint must be there: without it there is nothing to judge.
Result<ledger::Note> read_head(const std::string& folder) {
  const auto text = ledger::files_in(folder)("checkpoint");
  if (!text) return Error{text.error().code, text.error().message + "; a log's folder holds a file checkpoint"};
  auto note = ledger::parse_note(*text);
  if (!note) return std::move(note).error().within(folder + "/checkpoint");
  return note;
}

void write_head(json::Writer& out, const ledger::Accepted& head, const ledger::Policy& policy) {
  out.field("origin", head.checkpoint.origin);
  out.field("size", head.checkpoint.size);
  out.field("root", ledger::to_base64(head.checkpoint.root));
  out.key("cosigned");
  out.begin_array();
  for (const auto& c : head.cosigned) {
    out.begin_object();
    out.field("witness", policy.witnesses[c.witness].name);
    out.field("at", to_rfc3339(c.at));
    out.end_object();
  }
  out.end_array();
}

void write_entry(json::Writer& out, std::string_view entry) {
  is_utf8(entry) ? out.field("entry", entry) : out.field("entry_base64", to_base64(ledger::as_bytes(entry)));
}

std::string cosigners(const ledger::Accepted& head, const ledger::Policy& policy) {
  std::string text;
  for (const auto& c : head.cosigned) text += fmt::format("  cosigned by {} at {}\n", policy.witnesses[c.witness].name, to_rfc3339(c.at));
  return text;
}

int audit(const Options& options) {
  const auto policy = read_policy(options);
  if (!policy) return fail("ledger audit", policy.error());
  if (const auto head = read_head(options.folder); !head) return fail("ledger audit", head.error());

  const bool shown = isatty(STDERR_FILENO) == 1;
  Duration last = monotonic_now();
  const auto progress = [&](std::uint64_t checked, std::uint64_t all) {
    if (!shown || monotonic_now() - last < milliseconds(500)) return;
    last = monotonic_now();
    std::fprintf(stderr, "\r%llu of %llu entries", static_cast<unsigned long long>(checked), static_cast<unsigned long long>(all));
  };
  const auto report = ledger::audit(ledger::files_in(options.folder), *policy, progress);
  if (shown) std::fprintf(stderr, "\r\033[K");

  std::string line;
  json::Writer out(line);
  out.begin_object();
  out.field("verdict", report ? "good" : "bad");
  if (report) {
    write_head(out, report->head, *policy);
    out.field("entries", report->entries);
    out.field("entry_bytes", report->bytes);
    out.field("minimum_index", report->pruned);
  } else {
    out.field("reason", report.error().message);
  }
  out.end_object();
  if (options.json) {
    fmt::print("{}\n", line);
  } else if (report) {
    fmt::print("good: all {} entries of {} are those of the signed checkpoint\n{}", report->entries, report->head.checkpoint.origin, cosigners(report->head, *policy));
    if (report->pruned > 0) fmt::print("  entries below {} were pruned: of these the hashes are, and fit\n", report->pruned);
  } else {
    fmt::print("bad: {}\n", report.error().message);
  }
  return report ? Exit::done : Exit::negative_verdict;
}

int prove(const Options& options) {
  const auto head = read_head(options.folder);
  if (!head) return fail("ledger prove", head.error());
  const auto checkpoint = ledger::parse_checkpoint(head->text);
  if (!checkpoint) return fail("ledger prove", checkpoint.error());
  const ledger::ReadFile files = ledger::files_in(options.folder);
  if (options.index >= checkpoint->size) return fail("ledger prove", bad_input(fmt::format("entry {} is not in a log of {} entries", options.index, checkpoint->size)));
  std::uint64_t size = checkpoint->size;
  ledger::Hash root = checkpoint->root;
  const ledger::TileId tile = ledger::tile_at(0, options.index, checkpoint->size);
  const auto bundle = ledger::read_bundle(files, tile.index, tile.width);
  if (!bundle) return fail("ledger prove", bundle.error());
  const auto entries = ledger::parse_bundle(*bundle, tile.width);
  if (!entries) return fail("ledger prove", entries.error());
  const std::string_view entry = (*entries)[options.index % ledger::tile_width];
  // With a policy: under the checkpoint that was cosigned first, and when that was.
  ledger::Note note = *head;
  if (!options.key.empty() || !options.policy.empty()) {
    const auto policy = read_policy(options);
    if (!policy) return fail("ledger prove", policy.error());
    const auto bracket = ledger::time_bracket(options.index, checkpoint->size, files, *policy);
    if (!bracket) return fail("ledger prove", bracket.error());
    const auto said = [&](const char* word, const std::optional<ledger::TimeBracket::End>& end) {
      fmt::print(stderr, "{} {}\n", word, end ? fmt::format("{}, by {}, who cosigned {} entries", to_rfc3339(end->at), policy->witnesses[end->witness].name, end->size) : "?");
    };
    said("after", bracket->after);
    said("before", bracket->before);
    if (bracket->before) {
      note = bracket->before->checkpoint;
      size = bracket->before->size;
      root = ledger::parse_checkpoint(note.text)->root;
    }
  }
  auto path = ledger::inclusion_proof(options.index, size, ledger::tile_nodes(files, checkpoint->size));
  if (!path) return fail("ledger prove", path.error());
  // A proof that does not hold helps nobody: better said here than by whoever gets it.
  if (auto holds = ledger::verify_inclusion(options.index, size, ledger::leaf_hash(ledger::as_bytes(entry)), *path, root); !holds) {
    fmt::print(stderr, "skypact ledger prove: the log's files contradict its checkpoint: {}; skypact ledger audit tells where\n", holds.error().message);
    return Exit::negative_verdict;
  }
  fmt::print("{}", ledger::to_text(ledger::ProofFile{std::string(entry), options.index, std::move(*path), std::move(note)}));
  return Exit::done;
}

// The verdict is on the proof: good means that the log is forked.
int verify_fork(const Options& options, const ledger::Policy& policy, const std::string& text) {
  const auto proof = ledger::parse_equivocation(text);
  if (!proof) return fail("ledger verify", Error(proof.error()).within(options.file));
  std::vector<ledger::VerifierKey> logs;
  for (const auto& log : policy.logs) logs.push_back(log.key);
  const auto sides = ledger::verify(*proof, logs);
  std::string line;
  json::Writer out(line);
  out.begin_object();
  out.field("verdict", sides ? "good" : "bad");
  out.field("kind", "equivocation");
  if (sides) {
    out.field("origin", sides->at(0).origin);
    out.field("differ_at_size", proof->size);
    out.key("checkpoints");
    out.begin_array();
    for (const ledger::Checkpoint& side : *sides) {
      out.begin_object();
      out.field("size", side.size);
      out.field("root", ledger::to_base64(side.root));
      out.end_object();
    }
    out.end_array();
  } else {
    out.field("reason", sides.error().message);
  }
  out.end_object();
  if (options.json) {
    fmt::print("{}\n", line);
  } else if (sides) {
    fmt::print("good: {} is FORKED: its key signed {} and {} entries, and the first {} of them are not the same\n", sides->at(0).origin, sides->at(0).size, sides->at(1).size, proof->size);
  } else {
    fmt::print("bad: {}\n", sides.error().message);
  }
  return sides ? Exit::done : Exit::negative_verdict;
}

int verify_entries(const Options& options, const ledger::Policy& policy, const std::string& text) {
  const auto file = ledger::parse_entries_file(text);
  if (!file) return fail("ledger verify", Error(file.error()).within(options.file));
  const auto accepted = ledger::verify(*file, policy);
  std::string line;
  json::Writer out(line);
  out.begin_object();
  out.field("verdict", accepted ? "good" : "bad");
  out.field("kind", "entries");
  out.field("from", file->from);
  out.field("entries", file->entries.size());
  if (accepted) write_head(out, *accepted, policy);
  else out.field("reason", accepted.error().message);
  out.end_object();
  if (options.json) {
    fmt::print("{}\n", line);
  } else if (accepted) {
    fmt::print("good: entries {} to {} of {}, of {} when signed\n{}", file->from, file->from + file->entries.size() - 1, accepted->checkpoint.origin, accepted->checkpoint.size,
               cosigners(*accepted, policy));
  } else {
    fmt::print("bad: {}\n", accepted.error().message);
  }
  return accepted ? Exit::done : Exit::negative_verdict;
}

int verify(const Options& options) {
  const auto policy = read_policy(options);
  if (!policy) return fail("ledger verify", policy.error());
  const auto text = read_bytes(options.file, largest_proof);
  if (!text) return fail("ledger verify", text.error());
  if (ledger::is_equivocation(*text)) return verify_fork(options, *policy, *text);
  if (text->starts_with("skypact/entries@v1\n")) return verify_entries(options, *policy, *text);
  const auto proof = ledger::parse_proof(*text);
  if (!proof) return fail("ledger verify", Error(proof.error()).within(options.file));
  std::optional<std::string> entry = proof->extra;
  if (!options.entry.empty()) {
    const auto given = read_bytes(options.entry, ledger::longest_entry);
    if (!given) return fail("ledger verify", given.error());
    entry = *given;
  }
  if (!entry) return fail("ledger verify", Error{ErrorCode::usage, options.file + " does not carry the entry; name its file with --entry"});

  const auto accepted = ledger::verify(*proof, ledger::leaf_hash(ledger::as_bytes(*entry)), *policy);
  std::string line;
  json::Writer out(line);
  out.begin_object();
  out.field("verdict", accepted ? "good" : "bad");
  out.field("index", proof->index);
  if (accepted) {
    write_head(out, *accepted, *policy);
    write_entry(out, *entry);
  } else {
    out.field("reason", accepted.error().message);
  }
  out.end_object();
  if (options.json) {
    fmt::print("{}\n", line);
  } else if (accepted) {
    fmt::print("good: entry {} of {}, of {} when signed\n{}{}", proof->index, accepted->checkpoint.origin, accepted->checkpoint.size,
               cosigners(*accepted, *policy), is_utf8(*entry) ? *entry + (entry->ends_with('\n') ? "" : "\n") : "");
  } else {
    fmt::print("bad: {}\n", accepted.error().message);
  }
  return accepted ? Exit::done : Exit::negative_verdict;
}

int entries(const Options& options) {
  const auto head = read_head(options.folder);
  if (!head) return fail("ledger entries", head.error());
  const auto checkpoint = ledger::parse_checkpoint(head->text);
  if (!checkpoint) return fail("ledger entries", checkpoint.error());
  const ledger::ReadFile files = ledger::files_in(options.folder);
  const std::uint64_t end = checkpoint->size - std::min(checkpoint->size, options.from) > options.count ? options.from + options.count : checkpoint->size;
  for (std::uint64_t i = options.from; i < end;) {
    const ledger::TileId tile = ledger::tile_at(0, i, checkpoint->size);
    const auto bundle = ledger::read_bundle(files, tile.index, tile.width);
    if (!bundle) return fail("ledger entries", bundle.error());
    const auto in_bundle = ledger::parse_bundle(*bundle, tile.width);
    if (!in_bundle) return fail("ledger entries", Error(in_bundle.error()).within(ledger::bundle_path(tile.index, tile.width)));
    std::string lines;
    for (; i < end && i / ledger::tile_width == tile.index; ++i) {
      const std::string_view entry = (*in_bundle)[i % ledger::tile_width];
      json::Writer out(lines);
      out.begin_object();
      out.field("index", i);
      write_entry(out, entry);
      out.end_object();
      lines += '\n';
    }
    if (std::fwrite(lines.data(), 1, lines.size(), stdout) != lines.size()) return Exit::done;  // nobody reads on
  }
  return Exit::done;
}

}  // namespace

void add_ledger(CLI::App& app, int& status) {
  CLI::App* ledger = app.add_subcommand("ledger", "Audit a ledger, prove an entry of it, verify a proof; keep, witness, export and import ledgers");
  ledger->require_subcommand(1);
  auto options = std::make_shared<Options>();

  const auto trust = [&](CLI::App* command) {
    auto* key = command->add_option("--key", options->key, "The log's verifier key, name+id+base64: no cosigner is asked for");
    auto* policy = command->add_option("--policy", options->policy, "A file of logs, witnesses and the quorum (C2SP tlog-policy)");
    key->excludes(policy);
    command->add_flag("--json", options->json, "Print one JSON object");
  };
  const auto run = [&status](CLI::App* command, auto function, std::shared_ptr<Options> o) {
    command->callback([&status, function, o] { status = function(*o); });
  };

  CLI::App* a = ledger->add_subcommand("audit", "Check every entry and every tile of a log against its signed checkpoint");
  a->add_option("FOLDER", options->folder, "The log's folder: checkpoint and tile/")->required();
  trust(a);
  run(a, audit, options);

  CLI::App* p = ledger->add_subcommand("prove", "Write a proof that one entry is in the log, for somebody without it (C2SP tlog-proof)");
  p->add_option("FOLDER", options->folder, "The log's folder")->required();
  p->add_option("INDEX", options->index, "Of the entry, from 0")->required()->check(CLI::NonNegativeNumber);
  auto* prove_key = p->add_option("--key", options->key, "The log's verifier key");
  auto* prove_policy = p->add_option("--policy", options->policy, "Whose cosignatures count: the proof is made under the checkpoint that was cosigned first, and the times are told");
  prove_key->excludes(prove_policy);
  run(p, prove, options);

  CLI::App* v = ledger->add_subcommand("verify", "Check such a proof, a file of entries, or a proof that a log is forked; offline");
  v->add_option("FILE", options->file, "The proof; \"-\": standard input")->required();
  v->add_option("--entry", options->entry, "The entry's file, where the proof does not carry it");
  trust(v);
  run(v, verify, options);

  CLI::App* e = ledger->add_subcommand("entries", "Print entries, one JSON object a line");
  e->add_option("FOLDER", options->folder, "The log's folder")->required();
  e->add_option("--from", options->from, "The first entry's index")->capture_default_str()->check(CLI::NonNegativeNumber);
  e->add_option("--count", options->count, "At most so many")->check(CLI::NonNegativeNumber);
  run(e, entries, options);
  add_ledger_keeping(*ledger, status);
  ledger->footer("audit and verify: exit status 0 good, 1 bad.");
}

}  // namespace skypact::app
