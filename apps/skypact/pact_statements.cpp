// skypact pact propose, respond, sign, withdraw, suspend, resume, terminate, post, status, verify: what a party states about a pact.

#include <CLI/CLI.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/input_file.h"
#include "base/text.h"
#include "commands.h"
#include "json/document.h"
#include "json/writer.h"
#include "pact/clause_text.h"
#include "pact/pact_view.h"
#include "pact/terms.h"
#include "pact/terms_facts.h"
#include "node_request.h"
#include "pact_commands.h"
#include "person_key.h"
#include "server/http_client.h"
#include "statement_file.h"

namespace skypact::app {
namespace {

struct Options {
  std::string command;          // "pact sign": for messages
  std::string terms;            // a file, or the hash of terms that the node has
  std::string pact, party;
  std::string key_file, passphrase_file;
  std::string out, add;
  std::string node, token_file;
  std::string language = "en";
  bool yes = false, json = false;
  // of single commands
  std::string respond_by, remark, reason, from, suspension, rest, at;
  bool accept = false;
  std::vector<std::string> counters, rejects, clauses, files, roots;
};

Error usage(std::string message) { return {ErrorCode::usage, std::move(message)}; }
std::string text_of(json::Value value) { return std::string(value.as_string().value_or("")); }

// --- a node ---

constexpr json::Limits view_limits{.bytes = std::size_t{64} << 20};

Result<std::string> ask_node(const Options& options, const std::string& path, const std::string& body = {}) {
  auto request = node_request(options.node, options.token_file, path);
  if (!request) return std::move(request).error();
  if (!body.empty()) {
    request->method = "POST";
    request->body = body;
  }
  return ask(*request);
}

// --- the terms that are spoken of ---

struct Spoken {
  std::string id;
  std::optional<pact::Terms> terms;   // where their text is at hand
};

Result<Spoken> find_terms(const Options& options) {
  if (pact::is_id(options.terms)) {
    if (options.node.empty()) return Spoken{options.terms, {}};
    const auto text = ask_node(options, "/api/v1/pact/terms/" + options.terms);
    if (!text) return text.error();
    auto terms = pact::read_terms_json(*text, "the node's terms");
    if (!terms) return terms.error();
    if (pact::terms_id(*terms) != options.terms) return bad_input("the node answers with terms of another hash; believe it nothing");
    return Spoken{options.terms, std::move(*terms)};
  }
  const auto text = read_whole(options.terms, pact::TermsLimits::bytes);
  if (!text) return text.error();
  auto terms = pact::read_terms(*text, options.terms == "-" ? "standard input" : options.terms);
  if (!terms) return terms.error();
  std::string id = pact::terms_id(*terms);
  return Spoken{std::move(id), std::move(*terms)};
}

// --- what is about to be signed ---

void show(const pact::Statement& statement, const std::string& id, const std::optional<pact::Terms>& terms, const std::string& language) {
  std::fprintf(stderr, "Statement %s\n  %s of %s about the pact %s, written at %s\n", id.c_str(), std::string(pact::type_of(statement.body)).c_str(),
               statement.party.c_str(), statement.pact.c_str(), to_rfc3339(statement.at).c_str());
  std::fprintf(stderr, "  the text that is signed: %s", pact::to_text(statement).c_str());
  if (!terms) return;
  std::fprintf(stderr, "Terms %s\n  %s, version %u: %s\n", pact::terms_id(*terms).c_str(), terms->id.c_str(), terms->version, terms->title.c_str());
  for (const std::string& clause : pact::clause_ids(*terms)) {
    const pact::ShownText shown = pact::shown_text(*terms, clause, language);
    std::fprintf(stderr, "  %s%s: %s\n", clause.c_str(), pact::in_safety_floor(*terms, clause) ? " (safety floor)" : "",
                 (shown.text.empty() ? *pact::clause_json(*terms, clause) : shown.text).c_str());
  }
}

// Consent is given to what one has read.
bool needs_text(const pact::StatementBody& body) { return !std::holds_alternative<pact::Withdrawal>(body) && !std::holds_alternative<pact::Resumption>(body); }

Result<std::vector<pact::SeenHead>> read_seen(json::Value seen) {
  std::vector<pact::SeenHead> heads;
  for (const json::Member& member : seen.members()) {
    const auto size = member.value["size"].as_integer();
    const auto root = ledger::hash_from_base64(text_of(member.value["root"]));
    if (!size || *size < 0 || !root) return bad_input("the node's answer names no heads of records");
    heads.push_back({std::string(member.name), static_cast<std::uint64_t>(*size), *root});
  }
  std::sort(heads.begin(), heads.end(), [](const auto& a, const auto& b) { return a.origin < b.origin; });
  return heads;
}

Result<pact::Statement> new_statement(const Options& options, const Spoken& spoken, pact::StatementBody body) {
  pact::Statement statement{std::chrono::floor<milliseconds>(system_now()), options.pact, options.party, {}, std::move(body)};
  if (!options.node.empty()) {
    const auto view = ask_node(options, "/api/v1/pact");
    if (!view) return view.error();
    const auto document = json::parse(*view, view_limits);
    if (!document) return Error(document.error()).within("the node's answer");
    if (statement.pact.empty()) statement.pact = text_of(document->root()["pact"]);
    if (statement.party.empty()) statement.party = text_of(document->root()["own_party"]);
    auto seen = read_seen(document->root()["seen"]);
    if (!seen) return seen.error();
    statement.seen = std::move(*seen);
  }
  if (statement.pact.empty() && spoken.terms) statement.pact = spoken.terms->id;
  if (statement.pact.empty()) return usage("--pact: the pact's id");
  if (statement.party.empty()) return usage("--party: for which party; with --node it is the node's own");
  // Read again, so that what is signed is what a node will take.
  const auto good = pact::parse_statement(pact::to_text(statement));
  if (!good) return usage(good.error().message);
  return statement;
}

Result<void> keys_are_listed(const pact::Terms& terms, const std::string& party, const ledger::VerifierKey& key) {
  const pact::TermsParty* listed = pact::find_party(terms, party);
  if (listed == nullptr) return {};   // a party that leaves; the node knows its keys
  const bool known = std::any_of(listed->signatories.begin(), listed->signatories.end(), [&](const pact::Signatory& s) { return s.key == key; });
  if (!known) std::fprintf(stderr, "note: these terms do not list %s as a signatory of %s\n", key.name.c_str(), party.c_str());
  return {};
}

int say(const Options& options, std::string_view member, const std::string& file, const std::string& id) {
  if (options.json) {
    std::string line;
    json::Writer out(line);
    out.begin_object();
    out.field("id", id);
    out.field(member, file);
    out.end_object();
    fmt::print("{}\n", line);
  } else {
    fmt::print("{}: statement {}\n", file, id);
  }
  return Exit::done;
}

int post_note(const Options& options, const std::string& note, const std::string& terms) {
  std::string body;
  json::Writer out(body);
  out.begin_object();
  out.field("note", note);
  if (!terms.empty()) out.field("terms", terms);
  out.end_object();
  const auto answer = ask_node(options, "/api/v1/pact/statements", body);
  if (!answer) return fail(options.command, answer.error());
  if (options.json) {
    fmt::print("{}\n", *answer);
    return Exit::done;
  }
  const auto document = json::parse(*answer);
  if (!document) return fail(options.command, document.error());
  const json::Value root = document->root();
  fmt::print("recorded as entry {}: statement {}; the pact is {}\n", root["index"].as_integer().value_or(-1), text_of(root["id"]), text_of(root["state"]));
  if (const auto waits = root["waits"].as_string()) fmt::print("it waits: {}\n", *waits);
  return Exit::done;
}

// Makes the statement, or takes it from --add; shows it, asks, signs, and writes or posts it.
int state(const Options& options, std::string_view type, const std::optional<Spoken>& spoken, Result<pact::StatementBody> body) {
  if (options.out.empty() == options.node.empty()) return fail(options.command, usage("--out FILE or --node URL: where the signed statement goes"));
  if (options.key_file.empty()) return fail(options.command, usage("--key FILE: the signatory's key"));
  ledger::Note note;
  std::optional<pact::Statement> statement;
  if (!options.add.empty()) {
    auto read = read_statement_file(options.add);
    if (!read) return fail(options.command, read.error());
    if (pact::type_of(read->statement.body) != type) {
      return fail(options.command, usage(fmt::format("{} is a {}", options.add, pact::type_of(read->statement.body))));
    }
    if (spoken && pact::terms_of(read->statement.body) != spoken->id) return fail(options.command, usage(options.add + " speaks of other terms than those named"));
    statement = read->statement;
    note = read->note;
  } else {
    if (!body) return fail(options.command, body.error());
    auto fresh = new_statement(options, spoken.value_or(Spoken{}), std::move(*body));
    if (!fresh) return fail(options.command, fresh.error());
    statement = std::move(*fresh);
    note.text = pact::to_text(*statement);
  }
  const std::optional<pact::Terms> no_terms;
  const auto& terms = spoken ? spoken->terms : no_terms;
  if (needs_text(statement->body) && !terms) {
    return fail(options.command, usage("TERMS: the file of the terms, so that they can be shown; their hash alone is enough with --node only"));
  }
  show(*statement, pact::id_of(note.text), terms, options.language);
  const auto key = open_person_key(options.key_file, options.passphrase_file);
  if (!key) return fail(options.command, key.error());
  if (key->verifier().type != ledger::KeyType::ed25519) return fail(options.command, usage("--key: a cosigner's key signs no statements"));
  if (terms) {
    if (auto listed = keys_are_listed(*terms, statement->party, key->verifier()); !listed) return fail(options.command, listed.error());
  }
  if (!options.yes) {
    if (auto sure = confirm("Sign this as " + key->verifier().name + "?"); !sure) return fail(options.command, sure.error());
  }
  const auto merged = pact::merge_notes({note.text, {ledger::sign(note.text, *key)}}, note);
  if (!merged) return fail(options.command, merged.error());
  const std::string text = ledger::to_text(*merged);
  if (!options.out.empty()) {
    const auto written = write_new_file(options.out, text);
    return written ? say(options, "file", options.out, pact::id_of(note.text)) : fail(options.command, written.error());
  }
  return post_note(options, text, type == "pact.proposal" && terms ? pact::canonical_json(*terms) : "");
}

Result<std::optional<Time>> time_option(const std::string& text, const char* option) {
  if (text.empty()) return std::optional<Time>();
  const auto time = parse_rfc3339(text);
  if (!time) return usage(std::string(option) + ": " + time.error().message);
  return std::optional(std::chrono::time_point_cast<Duration>(std::chrono::floor<milliseconds>(*time)));
}

// "minima.state=3 NM would do"
Result<std::vector<pact::NamedAnswer>> named_answers(const Options& options) {
  std::vector<pact::NamedAnswer> named;
  for (const auto& [list, answer] : {std::pair{&options.counters, pact::Answer::counter}, {&options.rejects, pact::Answer::reject}}) {
    for (const std::string& text : *list) {
      const auto equal = text.find('=');
      if (equal == text.npos || equal == 0 || equal + 1 == text.size()) return usage(skypact::quoted(text) + ": write CLAUSE=REASON, for example \"minima.state=3 NM would do\"");
      named.push_back({text.substr(0, equal), {answer, text.substr(equal + 1)}});
    }
  }
  std::sort(named.begin(), named.end(), [](const auto& a, const auto& b) { return a.clause < b.clause; });
  return named;
}

Result<pact::StatementBody> proposal_of(const Options& options, const Spoken& spoken) {
  const auto respond_by = time_option(options.respond_by, "--respond-by");
  if (!respond_by) return respond_by.error();
  if (!*respond_by) return usage("--respond-by: until when the others may answer");
  return pact::StatementBody(pact::Proposal{spoken.id, **respond_by, options.remark});
}

Result<pact::StatementBody> response_of(const Options& options, const Spoken& spoken) {
  auto named = named_answers(options);
  if (!named) return named.error();
  if (options.accept && !options.rest.empty()) return usage("--accept and --reject-all contradict each other");
  if (!options.accept && named->empty() && options.rest.empty()) return usage("--accept, --counter, --reject or --reject-all: what the answer is");
  pact::ClauseAnswer rest;
  if (!options.rest.empty()) rest = {pact::Answer::reject, options.rest};
  return pact::StatementBody(pact::Response{spoken.id, std::move(*named), rest});
}

Result<pact::StatementBody> suspension_of(const Options& options, const Spoken& spoken) {
  const auto from = time_option(options.from, "--from");
  if (!from) return from.error();
  pact::Suspension suspension{spoken.id, {}, options.reason, *from};
  if (!options.clauses.empty()) {
    suspension.clauses = options.clauses;
    std::sort(suspension.clauses->begin(), suspension.clauses->end());
  }
  return pact::StatementBody(std::move(suspension));
}

Result<pact::StatementBody> termination_of(const Options& options, const Spoken& spoken) {
  const auto from = time_option(options.from, "--from");
  if (!from) return from.error();
  if (!*from) return usage("--from: when it is to end; the terms ask for notice");
  return pact::StatementBody(pact::Termination{spoken.id, options.reason, **from});
}

template <class Make>
int about_terms(const Options& options, std::string_view type, Make make) {
  const auto spoken = find_terms(options);
  if (!spoken) return fail(options.command, spoken.error());
  return state(options, type, *spoken, options.add.empty() ? make(options, *spoken) : Result<pact::StatementBody>(bad_input("")));
}

int resume(const Options& options) {
  const auto from = time_option(options.from, "--from");
  if (!from) return fail(options.command, from.error());
  return state(options, "pact.resumption", {}, pact::StatementBody(pact::Resumption{options.suspension, *from}));
}

int post(const Options& options) {
  const auto note = read_statement_file(options.files.front());
  if (!note) return fail(options.command, note.error());
  std::string terms;
  if (!options.terms.empty()) {
    const auto spoken = find_terms(options);
    if (!spoken) return fail(options.command, spoken.error());
    if (spoken->terms) terms = pact::canonical_json(*spoken->terms);
  }
  if (terms.empty() && std::holds_alternative<pact::Proposal>(note->statement.body)) return fail(options.command, usage("--terms FILE: a proposal brings the text of the terms"));
  return post_note(options, ledger::to_text(note->note), terms);
}

// --- what is the case ---

std::string or_dash(json::Value value) { return value.has_value() ? text_of(value) : "-"; }

std::string days_and_hours(Duration time) {
  const auto hours = std::chrono::floor<std::chrono::hours>(time).count();
  return hours >= 48 ? fmt::format("{} days", hours / 24) : hours >= 1 ? fmt::format("{} h", hours) : "less than an hour";
}

// By the node's clock. What lies further ahead than people are reminded of is a line without a warning.
void print_reminders(json::Value root) {
  const auto now = parse_rfc3339(text_of(root["at"]));
  if (!now) return;
  const auto line = [&](const char* what, json::Value at, const char* past) {
    const auto time = at.has_value() ? parse_rfc3339(text_of(at)) : Result<Time>(bad_input("none"));
    if (!time) return;
    const Duration left = *time - *now;
    const std::string when = left < Duration(0) ? fmt::format("{}, since {}", past, days_and_hours(-left)) : fmt::format("in {}", days_and_hours(left));
    fmt::print("{:<11} {}: {}{}\n", what, text_of(at), left < pact::PactLimits::remind_before ? "ATTENTION, " : "", when);
  };
  line("review due", root["review_due"], "overdue");
  for (const json::Value version : root["versions"].elements()) {
    if (text_of(version["terms"]) != or_dash(root["in_force"])) continue;
    // Where a version that follows is signed, nothing ends that people must be reminded of.
    if (or_dash(version["ends"]) != "superseded") line("ends", version["in_force_until"], "over");
  }
}

void print_view(json::Value root) {
  fmt::print("pact {} at {}\n", text_of(root["pact"]), text_of(root["at"]));
  fmt::print("in force    {}\nlast agreed {}\n", or_dash(root["in_force"]), or_dash(root["last_agreed"]));
  print_reminders(root);
  const json::Value doubt = root["unsettled"];
  if (!doubt["certain"].as_boolean().value_or(true)) {
    std::string waits;
    for (const json::Value party : doubt["waits_for"].elements()) waits += ' ' + text_of(party);
    fmt::print("unsettled: it cannot be known before the records of{} are heard; the stricter terms hold\n", waits);
  }
  for (const json::Value version : root["versions"].elements()) {
    fmt::print("\nterms {}\n  {}{}\n  proposed by {}, answers by {}; valid {} to {}\n", text_of(version["terms"]), text_of(version["state"]),
               version["reason"].has_value() ? ": " + text_of(version["reason"]) : "", text_of(version["proposer"]), text_of(version["respond_by"]),
               text_of(version["valid_from"]), or_dash(version["valid_until"]));
    for (const json::Value party : version["parties"].elements()) {
      std::string missing;
      for (const json::Value key : party["missing"].elements()) missing += (missing.empty() ? "; any of " : ", ") + text_of(key);
      fmt::print("  {:<12} {:<9} {} of {} signatures{}\n", text_of(party["party"]), party["proposer"].as_boolean().value_or(false) ? "proposer" : or_dash(party["answer"]),
                 party["present"].size(), party["needed"].as_integer().value_or(0), party["signed_at"].has_value() ? "" : missing);
      for (const json::Value clause : party["clauses"].elements()) {
        if (clause["reason"].has_value()) fmt::print("    {} {}: {}\n", text_of(clause["clause"]), text_of(clause["answer"]), text_of(clause["reason"]));
      }
      if (party["rest"]["reason"].has_value()) fmt::print("    all else {}: {}\n", text_of(party["rest"]["answer"]), text_of(party["rest"]["reason"]));
    }
    for (const json::Value suspension : version["suspensions"].elements()) {
      fmt::print("  suspended by {} from {} until {}: {} ({} clauses; suspension {})\n", text_of(suspension["party"]), text_of(suspension["from"]),
                 or_dash(suspension["until"]), text_of(suspension["reason"]), suspension["clauses"].size(), text_of(suspension["suspension"]));
    }
  }
  bool first = true;
  for (const json::Value statement : root["statements"].elements()) {
    if (!statement["no_effect"].has_value()) continue;
    if (std::exchange(first, false)) fmt::print("\nwithout effect:\n");
    fmt::print("  {} of {}, {}: {}\n", text_of(statement["type"]), text_of(statement["party"]), text_of(statement["id"]), text_of(statement["no_effect"]));
  }
}

int print_status(const Options& options, const std::string& view) {
  if (options.json) {
    fmt::print("{}\n", view);
    return Exit::done;
  }
  const auto document = json::parse(view, view_limits);
  if (!document) return fail(options.command, document.error());
  print_view(document->root());
  return Exit::done;
}

int show_status(const Options& options) {
  const auto view = ask_node(options, "/api/v1/pact");
  return view ? print_status(options, *view) : fail(options.command, view.error());
}

// --- offline ---

struct Files {
  std::vector<pact::Terms> terms;
  std::vector<pact::StatementNote> notes;
};

Result<Files> read_files(const Options& options) {
  Files files;
  for (const std::string& file : options.files) {
    const auto text = read_bytes(file, pact::TermsLimits::bytes);
    if (!text) return text.error();
    if (text->find("\n\n\xE2\x80\x94 ") != text->npos) {
      auto note = pact::parse_statement_note(*text);
      if (!note) return std::move(note).error().within(file);
      files.notes.push_back(std::move(*note));
    } else {
      auto terms = pact::read_terms(*text, file);
      if (!terms) return terms.error();
      files.terms.push_back(std::move(*terms));
    }
  }
  if (files.terms.empty()) return usage("none of the files holds terms; without them nobody's keys are known");
  return files;
}

// The root keys by hand, or else those of the oldest terms, which proves nothing by itself and is said.
Result<std::vector<pact::Member>> members_of(const Options& options, const Files& files) {
  std::map<std::string, pact::Member> members;
  for (const pact::Terms& terms : files.terms) {
    for (const pact::TermsParty& party : terms.parties) {
      if (party.signs() && party.root_key && party.record_key) members.try_emplace(party.id, pact::Member{party.id, party.record_key->name, *party.root_key});
    }
  }
  for (const std::string& text : options.roots) {
    const auto equal = text.find('=');
    const auto key = equal == text.npos ? Result<ledger::VerifierKey>(bad_input("write PARTY=KEY")) : ledger::parse_verifier_key(text.substr(equal + 1));
    if (!key) return usage("--root " + skypact::quoted(text, 100) + ": " + key.error().message);
    const auto member = members.find(text.substr(0, equal));
    if (member == members.end()) return usage("--root: " + skypact::quoted(text.substr(0, equal)) + " is no party of these terms");
    if (member->second.root != *key) return Error{ErrorCode::refused, "the terms name another root key of " + member->first + " than --root: do not trust them"};
  }
  std::vector<pact::Member> list;
  for (auto& [party, member] : members) list.push_back(member);
  return list;
}

int verify(const Options& options) {
  const auto files = read_files(options);
  if (!files) return fail(options.command, files.error());
  const auto members = members_of(options, *files);
  if (!members) return members.error().code == ErrorCode::refused ? (fail(options.command, members.error()), static_cast<int>(Exit::negative_verdict)) : fail(options.command, members.error());
  const auto now = time_option(options.at, "--at");
  if (!now) return fail(options.command, now.error());

  pact::PactState made(pact::PactSetup{files->terms.front().id, members->front().party, *members, pact::read_terms_facts});
  std::map<std::string, std::uint64_t> index;
  const auto apply = [&](const std::string& origin, Time at, std::variant<std::string, pact::TermsPart> what) -> Result<void> {
    const pact::PactEvent event{origin, index[origin]++, at, std::move(what)};
    if (auto fits = made.check(event); !fits) return fits;
    made.apply(event);
    return {};
  };
  for (const pact::Terms& terms : files->terms) {
    const auto parts = pact::parts_of(pact::canonical_json(terms));
    if (!parts) return fail(options.command, parts.error());
    for (const pact::TermsPart& part : *parts) {
      if (const auto done = apply(members->front().origin, Time::min(), part); !done) return fail(options.command, done.error());
    }
  }
  // Without records the time of a statement is the one it was written at.
  std::vector<const pact::StatementNote*> notes;
  for (const pact::StatementNote& note : files->notes) notes.push_back(&note);
  std::stable_sort(notes.begin(), notes.end(), [](const auto* a, const auto* b) { return a->statement.at < b->statement.at; });
  std::map<std::string, Time> heard;
  for (const pact::StatementNote* note : notes) {
    const auto member = std::find_if(members->begin(), members->end(), [&](const pact::Member& m) { return m.party == note->statement.party; });
    if (member == members->end()) return fail(options.command, bad_input("statement " + note->id + " is of " + note->statement.party + ", who is no party of these terms"));
    if (const auto done = apply(member->origin, note->statement.at, ledger::to_text(note->note)); !done) return fail(options.command, Error(done.error()).within("statement " + note->id));
  }
  const Time at = now->value_or(std::chrono::floor<milliseconds>(system_now()));
  pact::Heard all;
  for (const pact::Member& member : *members) all[member.party] = at;
  const std::string view = pact::to_json(made, {}, all, at);
  if (!options.json && options.roots.size() < members->size()) {
    std::fprintf(stderr, "note: the root keys are those that the terms themselves name; give what you have by hand as --root PARTY=KEY\n");
  }
  bool all_count = true;
  for (const pact::Judgement& judgement : made.judgements()) {
    std::string names;
    for (const pact::Present& p : judgement.present) {
      const auto key = ledger::parse_verifier_key(p.key);
      names += (names.empty() ? "" : ", ") + (key ? key->name : p.key);
    }
    all_count = all_count && judgement.no_effect.empty() && (!judgement.present.empty() || judgement.effective_at);
    if (options.json) continue;
    fmt::print("{} {} of {}: {} of {} signatures{}{}\n", judgement.id.substr(0, 16), pact::type_of(made.said(judgement.id)->statement.body), judgement.party,
               judgement.present.size(), judgement.needed, names.empty() ? "" : " by " + names, judgement.no_effect.empty() ? "" : "; without effect: " + judgement.no_effect);
  }
  if (!options.json) fmt::print("\n");
  print_status(options, view);
  return all_count ? Exit::done : Exit::negative_verdict;
}

}  // namespace

void add_pact_statements(CLI::App& pact, int& status) {
  const auto command = [&](const char* name, const char* what, auto run) {
    auto options = std::make_shared<Options>();
    options->command = std::string("pact ") + name;
    CLI::App* sub = pact.add_subcommand(name, what);
    sub->add_flag("--json", options->json, "Print one JSON object");
    sub->callback([options, run, &status] { status = run(*options); });
    return std::pair(sub, options);
  };
  const auto reach = [](CLI::App* sub, Options& options) {
    sub->add_option("--node", options.node, "The node's address, http://127.0.0.1:8480");
    sub->add_option("--token-file", options.token_file, "File whose first line is the token")->type_name("FILE");
  };
  const auto signing = [&](CLI::App* sub, Options& options, bool terms) {
    if (terms) sub->add_option("TERMS", options.terms, "File of the terms; with --node their hash is enough")->required()->type_name("FILE");
    sub->add_option("--key", options.key_file, "The signatory's key")->type_name("FILE");
    sub->add_option("--passphrase-file", options.passphrase_file, "File of mode 600 whose first line is the passphrase; asked at the terminal otherwise")->type_name("FILE");
    sub->add_option("--out", options.out, "Write the signed statement into this file, to be posted or carried; never overwritten")->type_name("FILE");
    sub->add_option("--add", options.add, "Add a signature to the statement in this file, instead of making one")->type_name("FILE");
    sub->add_option("--pact", options.pact, "The pact's id; with --node or a file of terms it is known");
    sub->add_option("--party", options.party, "For which party; with --node the node's own");
    sub->add_option("--language", options.language, "Language in which the terms are shown")->capture_default_str();
    sub->add_flag("--yes", options.yes, "Do not ask");
    reach(sub, options);
  };

  const auto [propose, p] = command("propose", "Propose terms to the other parties", [](const Options& o) { return about_terms(o, "pact.proposal", proposal_of); });
  signing(propose, *p, true);
  propose->add_option("--respond-by", p->respond_by, "Until when the others may answer; then silence means lapsed");
  propose->add_option("--remark", p->remark, "A word to the others");

  const auto [respond, r] = command("respond", "Answer proposed terms clause by clause", [](const Options& o) { return about_terms(o, "pact.response", response_of); });
  signing(respond, *r, true);
  respond->add_flag("--accept", r->accept, "Accept all that is not named otherwise");
  respond->add_option("--counter", r->counters, "CLAUSE=REASON: not so; the reason says what would be accepted. May be repeated");
  respond->add_option("--reject", r->rejects, "CLAUSE=REASON: not at all. May be repeated");
  respond->add_option("--reject-all", r->rest, "REASON: reject all that is not named otherwise");

  const auto [sign, s] = command("sign", "Sign terms that all parties have accepted", [](const Options& o) {
    return about_terms(o, "pact.signature", [](const Options&, const Spoken& spoken) { return Result<pact::StatementBody>(pact::Signing{spoken.id}); });
  });
  signing(sign, *s, true);

  const auto [withdraw, w] = command("withdraw", "Withdraw one's own proposal", [](const Options& o) {
    return about_terms(o, "pact.withdrawal", [](const Options& options, const Spoken& spoken) { return Result<pact::StatementBody>(pact::Withdrawal{spoken.id, options.reason}); });
  });
  signing(withdraw, *w, true);
  withdraw->add_option("--reason", w->reason, "Why");

  const auto [suspend, u] = command("suspend", "Suspend clauses, all but the safety floor where none is named", [](const Options& o) { return about_terms(o, "pact.suspension", suspension_of); });
  signing(suspend, *u, true);
  suspend->add_option("--clause", u->clauses, "A clause's id; may be repeated");
  suspend->add_option("--reason", u->reason, "Why");
  suspend->add_option("--from", u->from, "From when, 2026-11-26T12:00:00Z; at once otherwise");

  const auto [res, e] = command("resume", "Resume what one's own party suspended", resume);
  res->add_option("SUSPENSION", e->suspension, "The suspension's id, as pact status prints it")->required();
  signing(res, *e, false);
  res->add_option("--from", e->from, "From when; at once otherwise");

  const auto [terminate, t] = command("terminate", "End the pact, with the notice that its terms ask for", [](const Options& o) { return about_terms(o, "pact.termination", termination_of); });
  signing(terminate, *t, true);
  terminate->add_option("--reason", t->reason, "Why");
  terminate->add_option("--from", t->from, "When it is to end");

  const auto [send, n] = command("post", "Bring a signed statement, of a pact or of a key, to the party's node", post);
  send->add_option("FILE", n->files, "The statement's note")->required()->expected(1);
  send->add_option("--terms", n->terms, "File of the terms, with a proposal")->type_name("FILE");
  reach(send, *n);
  send->get_option("--node")->required();

  const auto [stat, a] = command("status", "What a node knows of the pact: versions, signatures, suspensions", show_status);
  reach(stat, *a);
  a->node = "http://127.0.0.1:8480";

  const auto [check, v] = command("verify", "Say offline who signed what, and what terms and statements in files make of the pact", verify);
  check->add_option("FILE", v->files, "Terms and notes of statements")->required();
  check->add_option("--root", v->roots, "PARTY=KEY: a root key that was got by hand; may be repeated");
  check->add_option("--at", v->at, "At which instant; now otherwise");
}

}  // namespace skypact::app
