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
constexpr std::string_view signals[] = {"offer", "answer", "checked", "decline", "end"};
// By the kind of the signal.
constexpr std::string_view check_outcomes[] = {"verified", "refuted", "insisted"};
constexpr std::string_view decline_outcomes[] = {"declined", "busy", "no_media"};
constexpr std::string_view end_outcomes[] = {"hung_up", "rang_out", "failed", "refuted"};
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
  void operator()(const Officer& officer) const {
    out.field("key", officer.key);
    out.field("until", to_rfc3339(officer.until));
  }
  void operator()(const Signal& signal) const {
    const auto optional = [&](std::string_view name, const std::string& text) {
      if (!text.empty()) out.field(name, text);
    };
    optional("account", signal.account);
    out.field("call", signal.call);
    optional("desk", signal.desk);
    optional("fingerprint", signal.fingerprint);
    out.field("kind", to_string(signal.kind));
    optional("outcome", signal.outcome);
    optional("remark", signal.remark);
    if (signal.sdp) out.field("sdp", ledger::to_base64(*signal.sdp));
    optional("signature", signal.signature);
  }
  void operator()(const Minutes& minutes) const {
    out.field("call", minutes.call);
    if (!minutes.signature.empty()) out.field("signature", minutes.signature);
    out.field("text", minutes.text);
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

std::string read_hex(json::Fields& fields, std::string_view name, std::size_t digits, json::Presence presence) {
  const auto text = fields.text(name, digits, digits, presence);
  if (text && text->find_first_not_of("0123456789abcdef") != text->npos) fields.refuse(name, fmt::format("must be {} hexadecimal digits in lower case", digits));
  return text_of(text);
}

// One line, as a note has it.
std::string read_signature(json::Fields& fields) {
  std::string line = text_of(fields.text("signature", 1, MessageLimits::key, json::required));
  if (fields.error()) return line;
  const auto lines = ledger::parse_signatures(line + '\n');
  if (!lines || lines->size() != 1) fields.refuse("signature", "must be the signature line of a note, without its line break");
  return line;
}

}  // namespace

std::string_view to_string(SignalKind kind) { return signals[static_cast<std::size_t>(kind)]; }

Signal read_signal(json::Fields& fields) {
  Signal signal;
  signal.call = read_hex(fields, "call", 16, json::required);
  signal.kind = static_cast<SignalKind>(fields.word("kind", {signals[0], signals[1], signals[2], signals[3], signals[4]}, json::required).value_or(0));
  const bool offer = signal.kind == SignalKind::offer, describes = offer || signal.kind == SignalKind::answer;
  // Members that another kind has are unknown to this one.
  if (offer) signal.desk = read_word(fields, "desk", json::required);
  else signal.account = read_word(fields, "account", signal.kind == SignalKind::answer || signal.kind == SignalKind::checked ? json::required : json::optional);
  if (describes || signal.kind == SignalKind::checked) signal.fingerprint = read_hex(fields, "fingerprint", 64, describes ? json::required : json::optional);
  if (describes) {
    if (const auto sdp = fields.text("sdp", 1, 64, json::required)) {
      signal.sdp = ledger::hash_from_base64(*sdp);
      if (!signal.sdp) fields.refuse("sdp", "is not the base 64 of 32 bytes");
    }
  } else {
    const auto outcome = signal.kind == SignalKind::checked ? fields.word("outcome", {check_outcomes[0], check_outcomes[1], check_outcomes[2]}, json::required)
                         : signal.kind == SignalKind::decline
                             ? fields.word("outcome", {decline_outcomes[0], decline_outcomes[1], decline_outcomes[2]}, json::required)
                             : fields.word("outcome", {end_outcomes[0], end_outcomes[1], end_outcomes[2], end_outcomes[3]}, json::required);
    const std::string_view* const words = signal.kind == SignalKind::checked ? check_outcomes : signal.kind == SignalKind::decline ? decline_outcomes : end_outcomes;
    if (outcome) signal.outcome = words[*outcome];
  }
  if (signal.kind == SignalKind::checked) {
    signal.remark = text_of(fields.text("remark", 1, MessageLimits::remark));
    if (!is_free_text(signal.remark)) fields.refuse("remark", "has a control character");
  }
  signal.signature = read_signature(fields);
  return signal;
}

Minutes read_minutes(json::Fields& fields) {
  Minutes minutes;
  minutes.call = read_hex(fields, "call", 16, json::required);
  minutes.text = text_of(fields.text("text", 1, MessageLimits::minutes_text, json::required));
  if (!is_free_text(minutes.text)) fields.refuse("text", "has a control character; only line breaks are let through");
  minutes.signature = read_signature(fields);
  return minutes;
}

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
    case 8: {
      Officer officer;
      officer.key = text_of(fields.text("key", 1, MessageLimits::key, json::required));
      officer.until = fields.time("until", json::required).value_or(Time());
      return officer;
    }
    case 9: return read_signal(fields);
    case 10: return read_minutes(fields);
    default: return read_presence(fields);
  }
}

std::string_view to_string(Depth depth) { return depths[static_cast<std::size_t>(depth)]; }
std::optional<Depth> depth_of(std::string_view word) { return find_word<Depth>(depths, word); }

}  // namespace skypact::line
