#include "line/message_fields.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/utf8.h"
#include "json/canonical.h"

namespace skypact::line {

bool is_word(std::string_view text) {
  return !text.empty() && text.size() <= MessageLimits::word && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.' || c == ':' || c == '/';
  });
}

bool is_free_text(std::string_view text) {
  return is_utf8(text) && std::none_of(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) < 0x20 && c != '\n') || c == 0x7f; });
}

void write_words(json::Writer& out, std::string_view name, const std::vector<std::string>& words) {
  out.key(name);
  out.begin_array();
  for (const std::string& word : words) out.value(word);
  out.end_array();
}

namespace {

constexpr std::string_view depths[] = {"desk", "unit", "crew"};
constexpr std::uint32_t greatest_phrase = 999'999;
constexpr unsigned most_officers = 1'000;

// --- writing ---

void write_phrases(json::Writer& out, const std::vector<SaidPhrase>& phrases) {
  out.key("phrases");
  out.begin_array();
  for (const SaidPhrase& phrase : phrases) {
    out.begin_object();
    out.field("phrase", phrase.number);
    out.key("slots");
    out.raw(phrase.slots);
    out.end_object();
  }
  out.end_array();
}

void write_text(json::Writer& out, const std::optional<FreeText>& text) {
  if (!text) return;
  out.key("text");
  out.begin_object();
  out.field("language", text->language);
  out.field("text", text->text);
  out.end_object();
}

struct WriteBody {
  json::Writer& out;

  void operator()(const Call& call) const {
    write_phrases(out, call.phrases);
    write_text(out, call.text);
  }
  void operator()(const Receipt& receipt) const {
    out.field("received_at", to_rfc3339(receipt.received_at));
    out.field("recorded", receipt.recorded);
  }
  void operator()(const Answer& answer) const {
    out.field("answer", to_string(answer.word));
    if (answer.depth) out.field("depth", to_string(*answer.depth));
    if (!answer.phrases.empty()) write_phrases(out, answer.phrases);
    if (answer.shown) {
      out.key("shown");
      out.begin_object();
      out.key("lat_deg");
      out.shortest(answer.shown->lat_degrees());
      out.key("lon_deg");
      out.shortest(answer.shown->lon_degrees());
      out.end_object();
    }
    write_text(out, answer.text);
  }
  void operator()(const LineCheck&) const {}
  void operator()(const NoticeMessage& notice) const {
    out.key("notice");
    out.raw(notice.notice);
  }
  void operator()(const CaseMessage& c) const {
    out.key("case");
    out.raw(c.summary);
    if (c.sealed) out.field("sealed", ledger::to_base64(*c.sealed));
  }
  void operator()(const Handover& handover) const {
    out.field("desk", handover.desk);
    write_words(out, "open", handover.open);
    out.field("remark", handover.remark);
    out.field("to", handover.to);
  }
  void operator()(const Presence& presence) const {
    out.key("desks");
    out.begin_array();
    for (const Presence::Desk& desk : presence.desks) {
      out.begin_object();
      out.field("id", desk.id);
      write_words(out, "languages", desk.languages);
      out.field("name", desk.name);
      out.field("officers", desk.officers);
      out.end_object();
    }
    out.end_array();
  }
};

}  // namespace

void write_body(json::Writer& out, const MessageBody& body) { std::visit(WriteBody{out}, body); }

// --- reading ---

std::string read_word(json::Fields& fields, std::string_view name, json::Presence presence) {
  const auto word = fields.text(name, 1, MessageLimits::word, presence);
  if (word && !is_word(*word)) fields.refuse(name, "must be of lower-case letters, digits and . - _ : /");
  return std::string(word.value_or(""));
}

std::vector<std::string> read_words(json::Fields& fields, std::string_view name, std::size_t most) {
  std::vector<std::string> words;
  const json::Value list = fields.array(name, json::required);
  if (list.size() > most) fields.refuse(name, fmt::format("has at most {}", most));
  if (fields.error()) return words;
  for (const json::Value element : list.elements()) {
    const auto word = element.as_string();
    if (!word || !is_word(*word)) {
      fields.refuse(name, "are words of lower-case letters, digits and . - _ : /");
      return words;
    }
    words.emplace_back(*word);
  }
  return words;
}

namespace {

std::string text_of(const std::optional<std::string_view>& text) { return std::string(text.value_or("")); }

// What another module reads, as it is signed.
std::string read_object(json::Fields& fields, std::string_view name, std::size_t longest) {
  const json::Value object = fields.object(name, json::required);
  if (!object.exists()) return "{}";
  auto text = json::canonical(object);
  if (!text) {
    fields.refuse(name, text.error().message);
    return "{}";
  }
  if (text->size() > longest) fields.refuse(name, fmt::format("has at most {} bytes", longest));
  return std::move(*text);
}

std::optional<geo::Position> read_shown(json::Fields& fields) {
  const json::Value value = fields.object("shown");
  if (!value.exists()) return std::nullopt;
  json::Fields inner(value);
  const auto lat = inner.number("lat_deg", -90, 90, json::required), lon = inner.number("lon_deg", -180, 180, json::required);
  inner.refuse_unknown();
  if (inner.error()) {
    fields.refuse("shown", inner.error()->message);
    return std::nullopt;
  }
  return geo::Position::from_degrees(*lat, *lon);
}

}  // namespace

std::vector<SaidPhrase> read_phrases(json::Fields& fields, json::Presence presence) {
  std::vector<SaidPhrase> phrases;
  const json::Value list = fields.array("phrases", presence);
  if (!list.exists()) return phrases;
  if (list.size() == 0 || list.size() > MessageLimits::phrases) fields.refuse("phrases", fmt::format("are 1 to {}", MessageLimits::phrases));
  if (fields.error()) return phrases;
  for (const json::Value element : list.elements()) {
    json::Fields one(element);
    SaidPhrase phrase;
    phrase.number = static_cast<std::uint32_t>(one.integer("phrase", 1, greatest_phrase, json::required).value_or(0));
    phrase.slots = read_object(one, "slots", MessageLimits::slots_bytes);
    one.refuse_unknown();
    if (one.error()) {
      fields.refuse(fmt::format("phrases[{}]", phrases.size()), one.error()->message);
      return phrases;
    }
    phrases.push_back(std::move(phrase));
  }
  return phrases;
}

std::optional<FreeText> read_text(json::Fields& fields) {
  const json::Value value = fields.object("text");
  if (!value.exists()) return std::nullopt;
  json::Fields inner(value);
  FreeText text{read_word(inner, "language", json::required), text_of(inner.text("text", 1, MessageLimits::free_text, json::required))};
  if (!is_free_text(text.text)) inner.refuse("text", "has a control character; only line breaks are let through");
  inner.refuse_unknown();
  if (inner.error()) fields.refuse("text", inner.error()->message);
  return text;
}

Answer read_answer(json::Fields& fields) {
  Answer answer;
  if (const auto word = fields.text("answer", 1, MessageLimits::word, json::required)) {
    const auto known = answer_word_of(*word);
    if (!known) fields.refuse("answer", "must be one of seen, passed_on, stopped, cannot, where_exactly, loud_and_clear");
    answer.word = known.value_or(AnswerWord::seen);
  }
  if (const auto depth = fields.word("depth", {depths[0], depths[1], depths[2]})) answer.depth = static_cast<Depth>(*depth);
  answer.phrases = read_phrases(fields, json::optional);
  answer.shown = read_shown(fields);
  answer.text = read_text(fields);
  return answer;
}

namespace {

Presence read_presence(json::Fields& fields) {
  Presence presence;
  const json::Value list = fields.array("desks", json::required);
  if (list.size() > MessageLimits::desks) fields.refuse("desks", fmt::format("are at most {}", MessageLimits::desks));
  if (fields.error()) return presence;
  for (const json::Value element : list.elements()) {
    json::Fields one(element);
    Presence::Desk desk;
    desk.id = read_word(one, "id", json::required);
    desk.name = text_of(one.text("name", 1, 120, json::required));
    if (!is_free_text(desk.name)) one.refuse("name", "has a control character");
    desk.languages = read_words(one, "languages", MessageLimits::languages);
    desk.officers = static_cast<unsigned>(one.integer("officers", 0, most_officers, json::required).value_or(0));
    one.refuse_unknown();
    if (one.error()) {
      fields.refuse(fmt::format("desks[{}]", presence.desks.size()), one.error()->message);
      return presence;
    }
    presence.desks.push_back(std::move(desk));
  }
  return presence;
}

}  // namespace

MessageBody read_body(json::Fields& fields, std::size_t type) {
  switch (type) {
    case 0: {
      Call call;
      call.phrases = read_phrases(fields, json::required);
      call.text = read_text(fields);
      return call;
    }
    case 1: {
      Receipt receipt;
      receipt.received_at = fields.time("received_at", json::required).value_or(Time());
      receipt.recorded = fields.boolean("recorded", json::required).value_or(false);
      return receipt;
    }
    case 2: return read_answer(fields);
    case 3: return LineCheck{};
    case 4: return NoticeMessage{read_object(fields, "notice", MessageLimits::body_bytes)};
    case 5: {
      CaseMessage c{read_object(fields, "case", MessageLimits::body_bytes), {}};
      if (const auto sealed = fields.text("sealed", 1, 64)) {
        c.sealed = ledger::hash_from_base64(*sealed);
        if (!c.sealed) fields.refuse("sealed", "is not the base 64 of 32 bytes");
      }
      return c;
    }
    case 6: {
      Handover handover;
      handover.desk = read_word(fields, "desk", json::required);
      handover.open = read_words(fields, "open", MessageLimits::open);
      handover.remark = text_of(fields.text("remark", 0, MessageLimits::remark, json::required));
      if (!is_free_text(handover.remark)) fields.refuse("remark", "has a control character");
      handover.to = read_word(fields, "to", json::required);
      return handover;
    }
    default: return read_presence(fields);
  }
}

std::string_view to_string(Depth depth) { return depths[static_cast<std::size_t>(depth)]; }
std::optional<Depth> depth_of(std::string_view word) { return find_word<Depth>(depths, word); }

}  // namespace skypact::line
