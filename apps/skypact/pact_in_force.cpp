// skypact pact in-force: which version of a pact held at a time, with the entries of the record that make it so and a proof of each.

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <string>

#include "base/clock.h"
#include "base/text.h"
#include "commands.h"
#include "json/writer.h"
#include "ledger_folder.h"
#include "node/acts.h"
#include "node/config.h"
#include "pact/record_entries.h"
#include "pact/statement.h"
#include "pact/terms.h"
#include "pact/terms_facts.h"
#include "pact/terms_rules.h"
#include "pact_commands.h"

namespace skypact::app {
namespace {

struct Options {
  std::string record, config, pact, at, out;
  Trust trust;
  bool json = false;
};

// An entry that speaks of terms: a part of their text, or a statement.
struct Mention {
  std::uint64_t index = 0;
  Time at;
  std::string party, what;
  std::string statement;   // its id; empty: text of terms
  std::string terms;       // hash; of a resumption the suspension's id
};

std::optional<Mention> mention_of(std::uint64_t index, std::string_view text) {
  const auto entry = pact::parse_record_entry(text);
  if (!entry) return std::nullopt;
  Mention m{index, entry->at, entry->party, {}, {}, {}};
  const auto part = [&](const pact::TermsPart& p) {
    m.what = fmt::format("text of the terms, part {} of {}", p.part + 1, p.of);
    m.terms = p.terms;
    return true;
  };
  const auto statement = [&](const pact::StatementEntry& s) {
    const auto note = pact::parse_statement_note(s.note);
    if (!note) return false;
    m.what = pact::type_of(note->statement.body);
    m.party = note->statement.party;
    m.statement = note->id;
    m.terms = pact::terms_of(note->statement.body);
    if (const auto* resumed = std::get_if<pact::Resumption>(&note->statement.body)) m.terms = resumed->suspension;
    return true;
  };
  bool speaks = false;
  if (const auto* p = std::get_if<pact::TermsPart>(&entry->what)) speaks = part(*p);
  if (const auto* s = std::get_if<pact::StatementEntry>(&entry->what)) speaks = statement(*s);
  if (const auto* r = std::get_if<pact::ReceivedEntry>(&entry->what)) {
    speaks = std::holds_alternative<pact::TermsPart>(r->what) ? part(std::get<pact::TermsPart>(r->what)) : statement(std::get<pact::StatementEntry>(r->what));
    m.what += fmt::format(", entry {} of {}", r->index, r->origin);
  }
  return speaks ? std::optional(std::move(m)) : std::nullopt;
}

// Whose record it is, and whose statements count: the parties whose root keys the configuration has.
Result<node::ActsSetup> setup_of(const node::Config& config, const std::string& origin) {
  node::ActsSetup setup;
  setup.read_terms = pact::read_terms_facts;
  const auto id_of = [&](PartyId party) { return config.rules.parties[party.value].id; };
  if (config.record.root_key) setup.members.push_back({id_of(config.party), config.record.name, *config.record.root_key});
  for (const node::PeerConfig& peer : config.peers) {
    if (peer.root_key && peer.record_key) setup.members.push_back({id_of(peer.party), peer.record_key->name, *peer.root_key});
  }
  setup.origin = origin;
  for (const pact::Member& member : setup.members) {
    if (member.origin == origin) setup.party = member.party;
  }
  if (setup.party.empty()) {
    return Error{ErrorCode::bad_input, "the record is " + skypact::quoted(origin) + ", and the configuration has no root key for it ([record] root_key, or root_key and record_key of a [[peer]])"};
  }
  return setup;
}

std::optional<std::string> time_of(const std::optional<ledger::TimeBracket::End>& end) { return end ? std::optional(to_rfc3339(end->at)) : std::nullopt; }

int in_force(const Options& options) {
  constexpr const char* command = "pact in-force";
  const auto at = options.at.empty() ? Result<Time>(system_now()) : parse_rfc3339(options.at);
  if (!at) return fail(command, Error{ErrorCode::usage, "--at: " + at.error().message});
  const auto config = node::read_config(options.config);
  if (!config) return fail(command, config.error());
  const auto folder = open_ledger_folder(options.record.empty() ? config->record.folder.string() : options.record);
  if (!folder) return fail(command, folder.error());
  std::optional<ledger::Policy> policy;
  if (options.trust.given()) {
    auto read = read_policy(options.trust);
    if (!read) return fail(command, read.error());
    if (const auto signed_ = signed_by_log(folder->head, *read); !signed_) return fail(command, signed_.error()), static_cast<int>(Exit::negative_verdict);
    policy = std::move(*read);
  }
  auto setup = setup_of(*config, folder->checkpoint.origin);
  if (!setup) return fail(command, setup.error());
  node::Acts acts(std::move(*setup));
  std::vector<Mention> mentions;
  const auto read = each_entry(*folder, 0, [&](std::uint64_t index, std::string_view entry) {
    acts.apply(index, entry);
    if (auto m = mention_of(index, entry)) mentions.push_back(std::move(*m));
    return true;
  });
  if (!read) return fail(command, read.error());
  const auto pact = options.pact.empty() ? acts.pacts().begin() : acts.pacts().find(options.pact);
  if (pact == acts.pacts().end()) return fail(command, Error{ErrorCode::not_found, "the record speaks of no pact" + (options.pact.empty() ? std::string() : " " + skypact::quoted(options.pact))});
  const pact::PactState& state = pact->second;

  const pact::Version* version = state.terms_in_force(*at);
  const pact::Unsettled unsettled = state.unsettled(acts.heard(), *at);
  std::string name;
  std::vector<const Mention*> because;
  std::vector<std::string> suspended;
  if (version != nullptr) {
    const std::string* text = acts.terms_text(version->terms);
    const auto terms = text == nullptr ? Result<pact::Terms>(bad_input("")) : pact::read_terms_json(*text, version->terms);
    name = terms ? pact::version_text(*terms) : version->terms.substr(0, 12);
    suspended = state.suspended(*version, *at);
    const auto speaks = [&](const Mention& m) {
      if (m.statement.empty()) return m.terms == version->terms;
      const pact::Judgement* judgement = state.judgement_of(m.statement);
      if (judgement == nullptr || !judgement->no_effect.empty()) return false;
      if (m.terms == version->terms) return true;
      // A resumption names its suspension; keys change who may sign.
      return m.terms.empty() || std::any_of(mentions.begin(), mentions.end(), [&](const Mention& s) { return s.statement == m.terms && s.terms == version->terms; });
    };
    for (const Mention& m : mentions) {
      if (speaks(m)) because.push_back(&m);
    }
  }

  std::string text;
  json::Writer out(text);
  const auto list = [&](std::string_view member, const std::vector<std::string>& words) {
    out.key(member);
    out.begin_array();
    for (const std::string& word : words) out.value(word);
    out.end_array();
  };
  out.begin_object();
  out.field("pact", pact->first);
  out.field("at", to_rfc3339(*at));
  out.field("record", folder->checkpoint.origin);
  out.field("entries_read", folder->checkpoint.size);
  out.field("version", version != nullptr ? std::optional(name) : std::nullopt);
  if (version != nullptr) {
    out.field("terms", version->terms);
    out.field("from", to_rfc3339(version->in_force->from));
    if (version->in_force->to != Time::max()) out.field("to", to_rfc3339(version->in_force->to));
    list("suspended", suspended);
  }
  out.field("certain", unsettled.certain());
  list("waits_for", unsettled.waits_for);
  std::string lines = version != nullptr ? fmt::format("{} was in force at {}: {}, from {}\n", pact->first, to_rfc3339(*at), name, to_rfc3339(version->in_force->from))
                                         : fmt::format("no version of {} was in force at {}\n", pact->first, to_rfc3339(*at));
  for (const std::string& clause : suspended) lines += fmt::format("  suspended then: {}\n", clause);
  if (!unsettled.certain()) {
    lines += "  not certain: these parties' records were not heard far enough:";
    for (const std::string& party : unsettled.waits_for) lines += " " + party;
    lines += '\n';
  }
  out.key("because");
  out.begin_array();
  for (const Mention* m : because) {
    const auto proved = prove_entry(*folder, m->index, policy ? &*policy : nullptr);
    if (!proved) return fail(command, proved.error());
    std::string file;
    if (!options.out.empty()) {
      file = fmt::format("entry-{:06}.proof", m->index);
      std::error_code ignored;
      std::filesystem::create_directories(options.out, ignored);
      std::ofstream to(std::filesystem::path(options.out) / file, std::ios::binary | std::ios::trunc);
      if (!(to << ledger::to_text(proved->proof) << std::flush)) return fail(command, bad_input(options.out + "/" + file + " cannot be written"));
    }
    out.begin_object();
    out.field("index", m->index);
    out.field("recorded_at", to_rfc3339(m->at));
    out.field("party", m->party);
    out.field("what", m->what);
    out.field("written_after", time_of(proved->written.after));
    out.field("written_before", time_of(proved->written.before));
    if (!file.empty()) out.field("proof", file);
    out.end_object();
    lines += fmt::format("  entry {:>6}  {}  {:<8} {}", m->index, to_rfc3339(m->at), m->party, m->what);
    if (policy && !policy->witnesses.empty()) lines += fmt::format("  written after {} and before {}", time_of(proved->written.after).value_or("?"), time_of(proved->written.before).value_or("?"));
    lines += file.empty() ? "\n" : "  " + file + '\n';
  }
  out.end_array();
  out.end_object();
  text += '\n';
  const std::string& answer = options.json ? text : lines;
  std::fwrite(answer.data(), 1, answer.size(), stdout);
  return version != nullptr && unsettled.certain() ? Exit::done : Exit::negative_verdict;
}

}  // namespace

void add_pact_in_force(CLI::App& pact, int& status) {
  auto options = std::make_shared<Options>();
  CLI::App* command = pact.add_subcommand("in-force", "Which version was in force at a time, and which entries of the record make it so");
  command->add_option("--at", options->at, "The time (RFC 3339); default: now");
  command->add_option("--config", options->config, "skypact.toml: whose root keys were got by hand")->required()->type_name("FILE");
  command->add_option("--record", options->record, "The record's folder, or a mirror's; default: the configuration's")->type_name("FOLDER");
  command->add_option("--pact", options->pact, "Its name; default: the first by name");
  options->trust.add_options(*command);
  command->add_option("--out", options->out, "Write a proof of each entry into this folder, for skypact ledger verify")->type_name("FOLDER");
  command->add_flag("--json", options->json, "One JSON object");
  command->footer("Read from the record alone, without a node. With --policy each entry has the times between which others' cosignatures say that it\n"
                  "was written. Exit status 1 where none was in force, or where it is not certain.");
  command->callback([options, &status] { status = in_force(*options); });
}

}  // namespace skypact::app
