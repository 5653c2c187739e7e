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
#include "ledger_folder.h"
#include "node/disclosure.h"
#include "node/record.h"

namespace skypact::app {
namespace {

struct Options {
  std::string folder;   // audit, prove, entries
  std::string file;     // verify
  Trust trust;
  std::string journal;  // disclose
  std::string entry;    // verify: file
  std::uint64_t index = 0, from = 0, count = UINT64_MAX;
  bool json = false;
};

constexpr std::size_t largest_proof = ledger::EntriesFileLimits::bytes;  // a file of entries is the largest

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
  const auto policy = read_policy(options.trust);
  if (!policy) return fail("ledger audit", policy.error());
  if (const auto folder = open_ledger_folder(options.folder); !folder) return fail("ledger audit", folder.error());

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

// Of --key or --policy where one is given.
Result<std::optional<ledger::Policy>> optional_policy(const Options& options) {
  if (!options.trust.given()) return std::optional<ledger::Policy>();
  auto policy = read_policy(options.trust);
  if (!policy) return std::move(policy).error();
  return std::optional(std::move(*policy));
}

int not_proved(const char* command, const Error& error) {
  if (error.code != ErrorCode::refused) return fail(command, error);
  (void)fail(command, error);
  return Exit::negative_verdict;
}

// When an entry was written, where a policy says whose word counts.
void tell_times(const ledger::TimeBracket& written, const std::optional<ledger::Policy>& policy) {
  if (!policy) return;
  const auto said = [&](const char* word, const std::optional<ledger::TimeBracket::End>& end) {
    fmt::print(stderr, "{} {}\n", word, end ? fmt::format("{}, by {}, who cosigned {} entries", to_rfc3339(end->at), policy->witnesses[end->witness].name, end->size) : "?");
  };
  said("after", written.after);
  said("before", written.before);
}

int prove(const Options& options) {
  const auto folder = open_ledger_folder(options.folder);
  if (!folder) return fail("ledger prove", folder.error());
  const auto policy = optional_policy(options);
  if (!policy) return fail("ledger prove", policy.error());
  const auto proved = prove_entry(*folder, options.index, *policy ? &**policy : nullptr);
  if (!proved) return not_proved("ledger prove", proved.error());
  tell_times(proved->written, *policy);
  fmt::print("{}", ledger::to_text(proved->proof));
  return Exit::done;
}

// The entry of the journal, and the proof of the record's that commits to it.
int disclose(const Options& options) {
  const auto journal = open_ledger_folder(options.journal), record = open_ledger_folder(options.folder);
  if (!journal) return fail("ledger disclose", journal.error());
  if (!record) return fail("ledger disclose", record.error());
  const auto policy = optional_policy(options);
  if (!policy) return fail("ledger disclose", policy.error());
  auto entry = entry_at(*journal, options.index);
  if (!entry) return fail("ledger disclose", Error(entry.error()).within("the journal"));
  const auto opened = node::open_entry(*entry);
  if (!opened) return fail("ledger disclose", Error(opened.error()).within(fmt::format("entry {} of the journal", options.index)));
  std::optional<std::uint64_t> at;
  const std::string commitment = ledger::to_base64(opened->commitment);
  const auto read = each_entry(*record, 0, [&](std::uint64_t index, std::string_view text) {
    if (text.find(commitment) != text.npos && node::commitment_in(text) == opened->commitment) at = index;
    return !at;
  });
  if (!read) return fail("ledger disclose", read.error());
  if (!at) return fail("ledger disclose", Error{ErrorCode::not_found, "the record commits to no such entry; is it this journal's record, and signed up to there?"});
  auto proved = prove_entry(*record, *at, *policy ? &**policy : nullptr);
  if (!proved) return not_proved("ledger disclose", proved.error());
  tell_times(proved->written, *policy);
  fmt::print("{}", node::to_text(node::Disclosure{std::move(*entry), std::move(proved->proof)}));
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

int verify_disclosure(const Options& options, const ledger::Policy& policy, const std::string& text) {
  const auto disclosure = node::parse_disclosure(text);
  if (!disclosure) return fail("ledger verify", Error(disclosure.error()).within(options.file));
  const auto disclosed = node::verify(*disclosure, policy);
  std::string line;
  json::Writer out(line);
  out.begin_object();
  out.field("verdict", disclosed ? "good" : "bad");
  out.field("kind", "disclosure");
  out.field("index", disclosure->proof.index);
  if (disclosed) {
    write_head(out, disclosed->head, policy);
    write_entry(out, disclosed->record_entry);
    out.field("type", disclosed->type);
    out.key("disclosed");
    out.raw(disclosed->what);
  } else {
    out.field("reason", disclosed.error().message);
  }
  out.end_object();
  if (options.json) {
    fmt::print("{}\n", line);
  } else if (disclosed) {
    fmt::print("good: entry {} of {}, of {} when signed, commits to this {}\n{}{}{}\n", disclosure->proof.index, disclosed->head.checkpoint.origin, disclosed->head.checkpoint.size,
               disclosed->type, cosigners(disclosed->head, policy), disclosed->record_entry, disclosed->what);
  } else {
    fmt::print("bad: {}\n", disclosed.error().message);
  }
  return disclosed ? Exit::done : Exit::negative_verdict;
}

int verify(const Options& options) {
  const auto policy = read_policy(options.trust);
  if (!policy) return fail("ledger verify", policy.error());
  const auto text = read_bytes(options.file, largest_proof);
  if (!text) return fail("ledger verify", text.error());
  if (ledger::is_equivocation(*text)) return verify_fork(options, *policy, *text);
  if (text->starts_with(node::Disclosure::header)) return verify_disclosure(options, *policy, *text);
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
  const auto folder = open_ledger_folder(options.folder);
  if (!folder) return fail("ledger entries", folder.error());
  std::uint64_t left = options.count;
  bool read_on = true;
  const auto read = each_entry(*folder, options.from, [&](std::uint64_t index, std::string_view entry) {
    if (left == 0) return false;
    --left;
    std::string line;
    json::Writer out(line);
    out.begin_object();
    out.field("index", index);
    write_entry(out, entry);
    out.end_object();
    line += '\n';
    read_on = std::fwrite(line.data(), 1, line.size(), stdout) == line.size();
    return read_on;   // nobody may read on
  });
  return read ? Exit::done : fail("ledger entries", read.error());
}

}  // namespace

void add_ledger(CLI::App& app, int& status) {
  CLI::App* ledger = app.add_subcommand("ledger", "Audit a ledger, prove an entry of it, verify a proof; keep, witness, export and import ledgers");
  ledger->require_subcommand(1);
  auto options = std::make_shared<Options>();

  const auto trust = [&](CLI::App* command) {
    options->trust.add_options(*command);
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
  options->trust.add_options(*p);
  p->footer("With --policy the proof is made under the checkpoint that was cosigned first, and the times are told.");
  run(p, prove, options);

  CLI::App* d = ledger->add_subcommand("disclose", "Write a file that proves what the record committed to: an alert or a verdict of the journal, and nothing else of it");
  d->add_option("JOURNAL", options->journal, "The journal's folder")->required();
  d->add_option("INDEX", options->index, "Of the journal's entry, from 0")->required()->check(CLI::NonNegativeNumber);
  d->add_option("--record", options->folder, "The record's folder")->required()->type_name("FOLDER");
  options->trust.add_options(*d);
  d->footer("skypact ledger entries JOURNAL lists the entries. Whoever gets the file checks it with skypact ledger verify.");
  run(d, disclose, options);

  CLI::App* v = ledger->add_subcommand("verify", "Check such a proof, a disclosure, a file of entries, or a proof that a log is forked; offline");
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
