#include "pact/card.h"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"
#include "base/utf8.h"
#include "pact/clause_text.h"
#include "pact/terms_rules.h"

namespace skypact::pact {
namespace {

struct Block {
  std::string heading;
  std::vector<std::string> clauses;
};

// What somebody needs who has a radio, a telephone and this sheet.
std::vector<Block> blocks_of(const Terms& terms) {
  std::vector<Block> blocks{{"MINIMA", {}}, {"ZONES", {}}, {"FREQUENCIES", {}}, {"DESKS", {}}, {"LINE", {}}};
  for (const std::string& id : clause_ids(terms)) {
    if (id.starts_with("minima.")) blocks[0].clauses.push_back(id);
    if (id.starts_with("zone.")) blocks[1].clauses.push_back(id);
    if (id.starts_with("frequency.")) blocks[2].clauses.push_back(id);
    if (id.starts_with("party.")) blocks[3].clauses.push_back(id);
    if (id == "escalation" || id.starts_with("outside.") || id.starts_with("distress.")) blocks[4].clauses.push_back(id);
  }
  std::erase_if(blocks, [](const Block& block) { return block.clauses.empty(); });
  return blocks;
}

Result<void> check_languages(const Terms& terms, std::span<const std::string> languages) {
  const auto usage = [](std::string message) { return Error{ErrorCode::usage, std::move(message)}; };
  if (languages.empty() || languages.size() > card_languages) return usage("a card is in one language or in two");
  for (const std::string& language : languages) {
    if (is_generated(language) || std::any_of(terms.texts.begin(), terms.texts.end(), [&](const ClauseText& t) { return t.language == language; })) continue;
    return usage(quoted(language) + fmt::format(" is not a language of these terms, and texts are generated in {} only", fmt::join(generated_languages, ", ")));
  }
  return {};
}

// Characters that take a column; the isolating and combining ones take none. Wide characters are in no generated text.
std::size_t columns_of(std::string_view text) {
  std::size_t columns = 0;
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t length = std::max<std::size_t>(utf8_length(text.substr(i)), 1);
    const std::string_view c = text.substr(i, length);
    const bool isolating = length == 3 && c.starts_with("\xE2\x81") && static_cast<unsigned char>(c[2]) >= 0xA6 && static_cast<unsigned char>(c[2]) <= 0xA9;
    const bool combining = length == 2 && c[0] == '\xD9' && static_cast<unsigned char>(c[1]) >= 0x8B && static_cast<unsigned char>(c[1]) <= 0x9F;   // U+064B …
    columns += isolating || combining ? 0 : 1;
    i += length;
  }
  return columns;
}

// Lines of at most `width` columns, broken at spaces; a longer word is broken where the line ends.
void wrap(std::string& out, std::string_view text, std::string_view indent) {
  const std::size_t width = card_columns - indent.size();
  std::string line;
  const auto flush = [&] {
    if (!line.empty()) out += fmt::format("{}{}\n", indent, line);
    line.clear();
  };
  std::string flat(text);
  std::replace(flat.begin(), flat.end(), '\n', ' ');
  for (std::string_view rest = flat; const auto word = next_field(rest, ' ');) {
    if (word->empty()) continue;
    if (!line.empty() && columns_of(line) + 1 + columns_of(*word) > width) flush();
    if (!line.empty()) line += ' ';
    for (std::size_t i = 0; i < word->size();) {
      const std::size_t length = std::max<std::size_t>(utf8_length(word->substr(i)), 1);
      if (columns_of(line) >= width) flush();
      line += word->substr(i, length);
      i += length;
    }
  }
  flush();
}

std::string said(const Terms& terms, const std::string& clause, const std::string& language) {
  const ShownText shown = shown_text(terms, clause, language);
  if (shown.text.empty()) return {};
  return shown.text + (shown.status == TextStatus::unreviewed ? " *" : "");
}

std::string head_of(const Terms& terms) { return fmt::format("{} | {}", terms.title, version_text(terms)); }

std::string validity_of(const Terms& terms) { return fmt::format("{} - {}", shown_time(terms.validity.valid.from), shown_time(terms.validity.valid.to)); }

constexpr std::string_view footnote = "* machine-made text, unreviewed; what counts is the machine clause.";

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      default: out += c;
    }
  }
  return out;
}

std::string_view direction(std::string_view language) { return language == "ar" || language == "fa" || language == "he" || language == "ur" ? "rtl" : "ltr"; }

}  // namespace

Result<std::string> card_text(const Terms& terms, std::span<const std::string> languages) {
  if (auto sound = check_languages(terms, languages); !sound) return sound.error();
  std::string out;
  wrap(out, head_of(terms), "");
  wrap(out, validity_of(terms), "");
  for (const Block& block : blocks_of(terms)) {
    out += fmt::format("\n{0}\n{1}\n", block.heading, std::string(block.heading.size(), '-'));
    for (const std::string& clause : block.clauses) {
      out += clause + "\n";
      for (const std::string& language : languages) wrap(out, said(terms, clause, language), "  ");
    }
  }
  out += "\n";
  wrap(out, footnote, "");
  wrap(out, "id " + terms_id(terms), "");
  return out;
}

Result<std::string> card_html(const Terms& terms, std::span<const std::string> languages) {
  if (auto sound = check_languages(terms, languages); !sound) return sound.error();
  // The more there is to say the smaller it is set, so that it stays one sheet of A4 for a pact of usual size.
  std::size_t letters = 0;
  for (const Block& block : blocks_of(terms)) {
    for (const std::string& clause : block.clauses) {
      for (const std::string& language : languages) letters += columns_of(said(terms, clause, language));
    }
  }
  const double size = letters < 4'000 ? 9 : letters < 8'000 ? 7 : 5.5;
  std::string out = fmt::format(
      "<!doctype html>\n<html lang=\"{}\">\n<meta charset=\"utf-8\">\n<title>{}</title>\n<style>\n"
      "@page {{ size: A4; margin: 10mm }}\nbody {{ font: {}pt/1.2 sans-serif; margin: 0; color: #000; background: #fff }}\n"
      "h1 {{ font-size: 1.3em; margin: 0 }}\nh2 {{ font-size: 1em; margin: .5em 0 .1em; border-bottom: 1px solid }}\np {{ margin: 0 }}\n"
      "table {{ border-collapse: collapse; width: 100% }}\ntd {{ vertical-align: top; padding: 0 .6em .2em 0 }}\n"
      ".id {{ font-family: monospace; white-space: nowrap; width: 1% }}\n</style>\n",
      escaped(languages[0]), escaped(head_of(terms)), size);
  out += fmt::format("<h1>{}</h1>\n<p>{}</p>\n", escaped(head_of(terms)), escaped(validity_of(terms)));
  for (const Block& block : blocks_of(terms)) {
    out += fmt::format("<h2>{}</h2>\n<table>\n", block.heading);
    for (const std::string& clause : block.clauses) {
      out += fmt::format("<tr><td class=\"id\">{}</td>", escaped(clause));
      for (const std::string& language : languages) {
        out += fmt::format("<td lang=\"{0}\" dir=\"{1}\">{2}</td>", escaped(language), direction(language), escaped(said(terms, clause, language)));
      }
      out += "</tr>\n";
    }
    out += "</table>\n";
  }
  out += fmt::format("<p>{}</p>\n<p class=\"id\">id {}</p>\n</html>\n", footnote, terms_id(terms));
  return out;
}

}  // namespace skypact::pact
