// skypact pact new, check, show, diff, card: terms as a document, without a node.

#include <CLI/CLI.hpp>

#include <fcntl.h>
#include <unistd.h>

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "base/input_file.h"
#include "base/text.h"
#include "commands.h"
#include "json/writer.h"
#include "pact/card.h"
#include "pact/clause_text.h"
#include "pact/terms.h"
#include "pact/terms_diff.h"
#include "pact/terms_words.h"
#include "pact_commands.h"

extern const char skypact_pact_example[];

namespace skypact::app {
namespace {

struct Options {
  std::string file = "pact.toml";
  std::string other;
  std::string language = "en";
  std::vector<std::string> languages;
  bool canonical = false;
  bool html = false;
  bool json = false;
};

Result<pact::Terms> read(const std::string& file) {
  const auto text = read_whole(file, pact::TermsLimits::bytes);
  if (!text) return text.error();
  return pact::read_terms(*text, file == "-" ? "standard input" : file);
}

int write_new(const Options& options) {
  const int file = ::open(options.file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
  if (file < 0) {
    const std::string why = errno == EEXIST ? "it is there already, and is not overwritten" : std::string(std::strerror(errno));
    return fail("pact new", bad_input(options.file + ": " + why));
  }
  const std::string_view text = skypact_pact_example;
  std::size_t written = 0;
  while (written < text.size()) {
    const ssize_t n = ::write(file, text.data() + written, text.size() - written);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) break;
    written += static_cast<std::size_t>(n);
  }
  const bool complete = ::close(file) == 0 && written == text.size();
  if (!complete) {
    ::unlink(options.file.c_str());
    return fail("pact new", output_failed());
  }
  if (options.json) {
    std::string line;
    json::Writer out(line);
    out.begin_object();
    out.field("file", options.file);
    out.end_object();
    fmt::print("{}\n", line);
  } else {
    fmt::print("{}: an invented pact to be changed into yours; then: skypact pact check {}\n", options.file, options.file);
  }
  return Exit::done;
}

int check(const Options& options) {
  const auto terms = read(options.file);
  if (!options.json) {
    if (!terms) return fail("pact check", terms.error());
    fmt::print("id {}\npact {}, version {}: {}\nvalid {} to {}\n", pact::terms_id(*terms), terms->id, terms->version, terms->title,
               pact::shown_time(terms->validity.valid.from), pact::shown_time(terms->validity.valid.to));
    for (const std::string& clause : pact::clause_ids(*terms)) fmt::print("  {}{}\n", clause, pact::in_safety_floor(*terms, clause) ? " (safety floor)" : "");
    return Exit::done;
  }
  std::string line;
  json::Writer out(line);
  out.begin_object();
  out.field("valid", terms.has_value());
  if (terms) {
    out.field("id", pact::terms_id(*terms));
    out.field("pact", terms->id);
    out.field("version", terms->version);
    out.field("title", terms->title);
    out.field("from", to_rfc3339(terms->validity.valid.from));
    out.field("to", to_rfc3339(terms->validity.valid.to));
    out.key("clauses");
    out.begin_array();
    for (const std::string& clause : pact::clause_ids(*terms)) out.value(clause);
    out.end_array();
    out.key("safety_floor");
    out.begin_array();
    for (const std::string& clause : pact::safety_floor_ids(*terms)) out.value(clause);
    out.end_array();
  } else {
    out.key("errors");
    out.begin_array();
    for (std::string_view rest = terms.error().message; const auto one = next_field(rest, '\n');) out.value(*one);
    out.end_array();
  }
  out.end_object();
  fmt::print("{}\n", line);
  return terms ? static_cast<int>(Exit::done) : exit_status(terms.error().code);
}

int show(const Options& options) {
  const auto terms = read(options.file);
  if (!terms) return fail("pact show", terms.error());
  if (options.canonical) {
    // Exactly the bytes whose SHA-256 is the id: no line feed.
    const std::string text = pact::canonical_json(*terms);
    std::fwrite(text.data(), 1, text.size(), stdout);
    return Exit::done;
  }
  if (!options.json) {
    fmt::print("{}, version {}: {}\nid {}\n", terms->id, terms->version, terms->title, pact::terms_id(*terms));
    for (const std::string& clause : pact::clause_ids(*terms)) {
      const pact::ShownText shown = pact::shown_text(*terms, clause, options.language);
      fmt::print("\n{}{}\n  {}\n", clause, shown.status == pact::TextStatus::signed_text ? "" : " (text unreviewed)",
                 shown.text.empty() ? "no text in this language; the clause is " + *pact::clause_json(*terms, clause) : shown.text);
    }
    return Exit::done;
  }
  std::string line;
  json::Writer out(line);
  out.begin_object();
  out.field("id", pact::terms_id(*terms));
  out.field("pact", terms->id);
  out.field("version", terms->version);
  out.key("clauses");
  out.begin_array();
  for (const std::string& clause : pact::clause_ids(*terms)) {
    const pact::ShownText shown = pact::shown_text(*terms, clause, options.language);
    out.begin_object();
    out.field("id", clause);
    out.field("safety_floor", pact::in_safety_floor(*terms, clause));
    out.key("clause");
    out.raw(*pact::clause_json(*terms, clause));
    out.field("language", options.language);
    out.field("text", shown.text);
    out.field("status", pact::word_of(pact::text_status_words, shown.status));
    out.end_object();
  }
  out.end_array();
  out.end_object();
  fmt::print("{}\n", line);
  return Exit::done;
}

std::string in_words(const pact::Terms& terms, const pact::ClauseChange& change, const std::optional<std::string>& json, const std::string& language) {
  const std::string text = pact::shown_text(terms, change.clause, language).text;
  // Where two versions read alike, what differs is in no text: a key, a corner.
  return text.empty() ? *json : text;
}

int diff(const Options& options) {
  const auto before = read(options.file), after = read(options.other);
  if (!before) return fail("pact diff", before.error());
  if (!after) return fail("pact diff", after.error());
  const auto changes = pact::diff(*before, *after);
  if (!options.json) {
    if (changes.empty()) fmt::print("the terms are the same\n");
    for (const pact::ClauseChange& change : changes) {
      const bool both = change.before && change.after;
      fmt::print("{} {}\n", change.clause, both ? "changed" : change.after ? "added" : "removed");
      std::string old_text = change.before ? in_words(*before, change, change.before, options.language) : "";
      std::string new_text = change.after ? in_words(*after, change, change.after, options.language) : "";
      if (both && old_text == new_text) old_text = *change.before, new_text = *change.after;
      if (change.before) fmt::print("  - {}\n", old_text);
      if (change.after) fmt::print("  + {}\n", new_text);
    }
    return Exit::done;
  }
  std::string line;
  json::Writer out(line);
  out.begin_object();
  out.field("before", pact::terms_id(*before));
  out.field("after", pact::terms_id(*after));
  out.key("changes");
  out.begin_array();
  const auto side = [&](std::string_view name, const pact::Terms& terms, const pact::ClauseChange& change, const std::optional<std::string>& json) {
    out.key(name);
    if (!json) return out.null();
    out.begin_object();
    out.key("clause");
    out.raw(*json);
    out.field("text", pact::shown_text(terms, change.clause, options.language).text);
    out.end_object();
  };
  for (const pact::ClauseChange& change : changes) {
    out.begin_object();
    out.field("id", change.clause);
    out.field("change", change.before && change.after ? "changed" : change.after ? "added" : "removed");
    side("before", *before, change, change.before);
    side("after", *after, change, change.after);
    out.end_object();
  }
  out.end_array();
  out.end_object();
  fmt::print("{}\n", line);
  return Exit::done;
}

int card(const Options& options) {
  const auto terms = read(options.file);
  if (!terms) return fail("pact card", terms.error());
  std::vector<std::string> languages = options.languages;
  if (languages.empty()) {
    // Of the languages of the signing parties, the first two that texts are generated in.
    for (const pact::TermsParty& party : terms->parties) {
      for (const std::string& language : party.languages) {
        const bool taken = std::find(languages.begin(), languages.end(), language) != languages.end();
        if (party.signs() && !taken && pact::is_generated(language) && languages.size() < pact::card_languages) languages.push_back(language);
      }
    }
    if (languages.empty()) languages.emplace_back("en");
  }
  const auto text = options.html ? pact::card_html(*terms, languages) : pact::card_text(*terms, languages);
  if (!text) return fail("pact card", text.error());
  if (options.json) {
    std::string line;
    json::Writer out(line);
    out.begin_object();
    out.field("id", pact::terms_id(*terms));
    out.key("languages");
    out.begin_array();
    for (const std::string& language : languages) out.value(language);
    out.end_array();
    out.field(options.html ? "html" : "text", *text);
    out.end_object();
    fmt::print("{}\n", line);
  } else {
    fmt::print("{}", *text);
  }
  return Exit::done;
}

}  // namespace

void add_pact_terms(CLI::App& pact, int& status) {
  const auto command = [&](const char* name, const char* description, int (*run)(const Options&)) {
    auto options = std::make_shared<Options>();
    CLI::App* sub = pact.add_subcommand(name, description);
    sub->add_flag("--json", options->json, "Print one JSON object");
    sub->callback([options, run, &status] { status = run(*options); });
    return std::pair(sub, options);
  };
  const char* const document = "Terms in TOML or JSON, docs/formats/pact-terms.md; \"-\" is standard input";

  const auto [fresh, fresh_options] = command("new", "Write an invented, valid pact with explanations, to start from", write_new);
  fresh->add_option("FILE", fresh_options->file, "Where it is to lie; never overwritten")->capture_default_str();

  const auto [c, check_options] = command("check", "Say everything that is wrong with terms, or print their id and clauses", check);
  c->add_option("FILE", check_options->file, document)->required();

  const auto [s, show_options] = command("show", "Print terms clause by clause, in words or in their canonical form", show);
  s->add_option("FILE", show_options->file, document)->required();
  CLI::Option* canonical = s->add_flag("--canonical", show_options->canonical, "Print the canonical JSON, whose SHA-256 is the id, and no line feed");
  s->get_option("--json")->excludes(canonical);
  s->add_option("--language", show_options->language, "Language of the words; generated are en, fr, ru and ar")->capture_default_str();

  const auto [d, diff_options] = command("diff", "Print which clauses two versions of terms differ in, before and after", diff);
  d->add_option("FILE", diff_options->file, document)->required();
  d->add_option("OTHER", diff_options->other, "The terms to compare with")->required();
  d->add_option("--language", diff_options->language, "Language of the words")->capture_default_str();

  const auto [k, card_options] = command("card", "Print one page for when every screen is dark: minima, zones, frequencies, desks", card);
  k->add_option("FILE", card_options->file, document)->required();
  k->add_option("--languages", card_options->languages, "One or two languages, for example en,ru; left out: two of the parties'")->delimiter(',');
  k->add_flag("--html", card_options->html, "Print a page of HTML for a printer");
}

}  // namespace skypact::app
