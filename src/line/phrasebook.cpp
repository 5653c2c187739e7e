#include "line/phrasebook.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "base/check.h"
#include "base/text.h"
#include "json/canonical.h"
#include "json/fields.h"
#include "line/embedded.h"
#include "line/phrase_marks.h"
#include "line/plain_text.h"

namespace skypact::line {
namespace {

// What say() and say_near() look up; every other list is the book's own.
struct NeededWord {
  std::string_view list, word;
  std::vector<std::string_view> marks;
};
const std::vector<NeededWord>& needed_words() {
  static const std::vector<NeededWord> needed{{"level", "surface", {}},
                                              {"level", "unlimited", {}},
                                              {"level", "pressure", {"height"}},
                                              {"level", "mean_sea_level", {"height"}},
                                              {"level", "above_ground", {"height"}},
                                              {"level", "ellipsoid", {"height"}},
                                              {"bearing", "true", {"bearing"}},
                                              {"echo", "near", {"bearing", "distance", "distance_km", "place"}},
                                              {"echo", "at", {"place"}},
                                              {"echo", "none", {}}};
  return needed;
}

bool is_word(std::string_view text) {
  return !text.empty() && text.size() <= PhraseLimits::word && text.front() >= 'a' && text.front() <= 'z' &&
         std::all_of(text.begin(), text.end(), [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; });
}

template <std::size_t N>
std::optional<std::size_t> index_in(const std::array<std::string_view, N>& words, std::optional<std::string_view> word) {
  const auto at = std::find(words.begin(), words.end(), word.value_or(""));
  return at == words.end() ? std::nullopt : std::optional(static_cast<std::size_t>(at - words.begin()));
}

// A text in every language, each with exactly these marks, each once.
Result<Texts> texts_of(json::Value value, std::vector<std::string_view> marks) {
  json::Fields fields(value);
  Texts texts;
  std::sort(marks.begin(), marks.end());
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const auto text = fields.text(language_words[i], 1, PhraseLimits::text, json::required);
    if (fields.error()) return *fields.error();
    const auto wrong = [&](std::string_view why) { return bad_input(fmt::format("{}: {}", language_words[i], why)); };
    if (const auto hidden = not_plain(*text)) return wrong("has " + *hidden);
    auto found = marks_of(*text);
    if (!found) return wrong("a brace without its partner; a slot is written {name}");
    std::sort(found->begin(), found->end());
    for (const std::string_view mark : marks) {
      const auto count = std::count(found->begin(), found->end(), mark);
      if (count != 1) return wrong(fmt::format("the slot {{{}}} stands {} times; each stands once in every language", mark, count));
    }
    for (const std::string_view mark : *found) {
      if (!std::binary_search(marks.begin(), marks.end(), mark)) return wrong(fmt::format("{{{}}} is no slot of this text", quoted(mark)));
    }
    texts[i] = *text;
  }
  fields.refuse_unknown();
  if (fields.error()) return *fields.error();
  return texts;
}

Result<Phrase> phrase_of_json(json::Value value, std::string_view group) {
  json::Fields fields(value);
  Phrase phrase;
  phrase.group = group;
  phrase.number = static_cast<unsigned>(fields.integer("number", 1, PhraseLimits::number, json::required).value_or(0));
  const json::Value classes = fields.array("classes", json::required), slots = fields.array("slots", json::required), text = fields.object("text", json::required);
  const auto answer = fields.text("answer", 1, PhraseLimits::word);
  fields.refuse_unknown();
  if (fields.error()) return *fields.error();
  for (json::Value word : classes.elements()) {
    const auto message_class = class_of(word.as_string().value_or(""));
    if (!message_class) return bad_input("classes: each is stop, distress, warn or inform");
    if (phrase.fits(*message_class)) return bad_input("classes: one stands twice");
    phrase.classes.push_back(*message_class);
  }
  if (phrase.classes.empty()) return bad_input("classes: at least one is needed");
  if (answer) {
    phrase.answer = answer_word_of(*answer);
    if (!phrase.answer || *phrase.answer == AnswerWord::seen || *phrase.answer == AnswerWord::loud_and_clear) {
      return bad_input("answer: must be passed_on, stopped, cannot or where_exactly");
    }
  }
  if (slots.size() > PhraseLimits::slots) return Error{ErrorCode::over_limit, fmt::format("slots: more than {}", PhraseLimits::slots)};
  std::vector<std::string_view> names;
  for (json::Value slot : slots.elements()) {
    const auto name = slot["name"].as_string();
    const auto kind = index_in(slot_kind_words, slot["kind"].as_string());
    if (!name || !is_word(*name)) return bad_input("slots: a name is lower-case letters, digits and _");
    if (!kind) return bad_input(fmt::format("slots: {}: its kind is none of {}", *name, fmt::join(slot_kind_words, ", ")));
    if (std::find(names.begin(), names.end(), *name) != names.end()) return bad_input(fmt::format("slots: {} stands twice", *name));
    names.push_back(*name);
    phrase.slots.push_back({std::string(*name), static_cast<SlotKind>(*kind)});
  }
  auto texts = texts_of(text, names);
  if (!texts) return std::move(texts).error().within("text");
  phrase.text = std::move(*texts);
  return phrase;
}

Result<void> read_languages(json::Value list, Phrasebook& book) {
  if (list.size() != languages.size()) return bad_input("languages: there must be en, fr, ru and ar, in this order");
  std::size_t i = 0;
  for (json::Value one : list.elements()) {
    json::Fields fields(one);
    const auto id = fields.text("id", 2, 2, json::required);
    fields.text("name", 1, PhraseLimits::word, json::required);
    fields.word("direction", {"ltr", "rtl"}, json::required);
    const auto status = fields.word("status", {"source", "unreviewed"}, json::required);
    fields.refuse_unknown();
    if (fields.error()) return Error(*fields.error()).within(fmt::format("languages: {}", language_words[i]));
    if (*id != language_words[i]) return bad_input("languages: there must be en, fr, ru and ar, in this order");
    book.status[i] = static_cast<PhraseStatus>(*status);
    ++i;
  }
  return {};
}

Result<void> read_words(json::Value lists, Phrasebook& book) {
  for (const json::Member list : lists.members()) {
    if (!is_word(list.name)) return bad_input(fmt::format("words: {} is no name of a list", quoted(list.name)));
    if (list.value.size() > PhraseLimits::words) return Error{ErrorCode::over_limit, fmt::format("words: {}: more than {}", list.name, PhraseLimits::words)};
    for (const json::Member word : list.value.members()) {
      if (!is_word(word.name)) return bad_input(fmt::format("words: {}: {} is no word; it has lower-case letters, digits and _", list.name, quoted(word.name)));
      std::vector<std::string_view> marks;
      for (const NeededWord& needed : needed_words()) {
        if (needed.list == list.name && needed.word == word.name) marks = needed.marks;
      }
      auto texts = texts_of(word.value, marks);
      if (!texts) return std::move(texts).error().within(fmt::format("words: {}: {}", list.name, word.name));
      book.words.push_back({std::string(list.name), std::string(word.name), std::move(*texts)});
    }
  }
  for (const NeededWord& needed : needed_words()) {
    if (book.find_word(needed.list, needed.word) == nullptr) return bad_input(fmt::format("words: {}: {} is missing", needed.list, needed.word));
  }
  return {};
}

Result<void> read_groups(json::Value groups, Phrasebook& book) {
  if (groups.size() > PhraseLimits::groups) return Error{ErrorCode::over_limit, fmt::format("groups: more than {}", PhraseLimits::groups)};
  for (json::Value value : groups.elements()) {
    json::Fields fields(value);
    const auto id = fields.text("id", 1, PhraseLimits::word, json::required);
    const json::Value title = fields.object("title", json::required), phrases = fields.array("phrases", json::required);
    fields.refuse_unknown();
    if (fields.error()) return Error(*fields.error()).within("groups");
    const std::string place = fmt::format("group {}", quoted(*id));
    if (!is_word(*id)) return bad_input(place + ": its id is lower-case letters, digits and _");
    for (const PhraseGroup& other : book.groups) {
      if (other.id == *id) return bad_input(place + ": stands twice");
    }
    auto texts = texts_of(title, {});
    if (!texts) return std::move(texts).error().within(place + ": title");
    book.groups.push_back({std::string(*id), std::move(*texts)});
    for (json::Value one : phrases.elements()) {
      const std::string where = fmt::format("{}: phrase {}", place, one["number"].as_integer().value_or(0));
      auto phrase = phrase_of_json(one, *id);
      if (!phrase) return std::move(phrase).error().within(where);
      if (!book.phrases.empty() && book.phrases.back().number >= phrase->number) {
        return bad_input(fmt::format("{}: numbers rise from phrase to phrase; this one follows {}", where, book.phrases.back().number));
      }
      if (book.phrases.size() == PhraseLimits::phrases) return Error{ErrorCode::over_limit, fmt::format("more than {} phrases", PhraseLimits::phrases)};
      book.phrases.push_back(std::move(*phrase));
    }
  }
  return {};
}

}  // namespace

std::optional<Language> language_of(std::string_view word) {
  const auto index = index_in(language_words, word);
  return index ? std::optional(static_cast<Language>(*index)) : std::nullopt;
}

bool Phrase::fits(MessageClass message_class) const { return std::find(classes.begin(), classes.end(), message_class) != classes.end(); }

const Phrase* Phrasebook::find(unsigned number) const {
  const auto at = std::lower_bound(phrases.begin(), phrases.end(), number, [](const Phrase& p, unsigned n) { return p.number < n; });
  return at == phrases.end() || at->number != number ? nullptr : &*at;
}

const PhraseWord* Phrasebook::find_word(std::string_view list, std::string_view word) const {
  const auto at = std::find_if(words.begin(), words.end(), [&](const PhraseWord& w) { return w.list == list && w.word == word; });
  return at == words.end() ? nullptr : &*at;
}

Result<Phrasebook> read_phrasebook(std::string_view text) {
  auto document = json::parse(text, {.bytes = PhraseLimits::bytes});
  if (!document) return document.error();
  json::Fields fields(document->root());
  Phrasebook book;
  book.version = static_cast<unsigned>(fields.integer("version", 1, 1'000'000, json::required).value_or(0));
  const json::Value language_list = fields.array("languages", json::required), words = fields.object("words", json::required),
                    groups = fields.array("groups", json::required);
  fields.refuse_unknown();
  if (fields.error()) return *fields.error();
  if (auto ok = read_languages(language_list, book); !ok) return ok.error();
  if (auto ok = read_words(words, book); !ok) return ok.error();
  if (auto ok = read_groups(groups, book); !ok) return ok.error();
  return book;
}

const Phrasebook& phrasebook() {
  static const Phrasebook book = [] {
    auto read = read_phrasebook(phrasebook_json());
    SKYPACT_CHECK(read.has_value());
    return std::move(*read);
  }();
  return book;
}

Result<const Phrase*> phrase_of(const Phrasebook& book, std::int64_t number) {
  const Phrase* phrase = number < 1 || number > PhraseLimits::number ? nullptr : book.find(static_cast<unsigned>(number));
  if (phrase == nullptr) {
    return Error{ErrorCode::not_found,
                 fmt::format("there is no phrase {} in version {} of the phrasebook; the sender's may be newer: ask him for other words", number, book.version)};
  }
  return phrase;
}

std::string phrase_set_text(const Phrasebook& book, Language language) {
  const auto index = static_cast<std::size_t>(language);
  std::string text;
  json::Writer out(text);
  out.begin_object();
  out.field("language", language_words[index]);
  out.key("phrases");
  out.begin_object();
  for (const Phrase& phrase : book.phrases) out.field(std::to_string(phrase.number), phrase.text[index]);
  out.end_object();
  out.key("titles");
  out.begin_object();
  for (const PhraseGroup& group : book.groups) out.field(group.id, group.title[index]);
  out.end_object();
  out.key("words");
  out.begin_object();
  for (std::size_t i = 0; i < book.words.size();) {
    const std::string& list = book.words[i].list;
    out.key(list);
    out.begin_object();
    for (; i < book.words.size() && book.words[i].list == list; ++i) out.field(book.words[i].word, book.words[i].text[index]);
    out.end_object();
  }
  out.end_object();
  out.end_object();
  const auto document = json::parse(text, {.bytes = 2 * PhraseLimits::bytes});
  SKYPACT_CHECK(document.has_value());
  auto canonical = json::canonical(document->root());
  SKYPACT_CHECK(canonical.has_value());
  return std::move(*canonical);
}

ledger::Hash phrase_set_hash(const Phrasebook& book, Language language) { return ledger::sha256(ledger::as_bytes(phrase_set_text(book, language))); }

}  // namespace skypact::line
