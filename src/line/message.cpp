#include "line/message.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/check.h"
#include "base/text.h"
#include "base/utf8.h"
#include "json/canonical.h"
#include "json/fields.h"
#include "json/writer.h"
#include "pact/statement.h"

namespace skypact::line {
namespace {

constexpr std::string_view classes[] = {"stop", "distress", "warn", "inform"};
constexpr std::string_view answer_words[] = {"seen", "passed_on", "stopped", "cannot", "where_exactly", "loud_and_clear"};
constexpr std::string_view depths[] = {"desk", "unit", "crew"};
constexpr std::string_view types[] = {"line.call", "line.receipt", "line.answer", "line.check", "line.notice", "line.case", "line.handover", "line.presence"};
static_assert(std::size(types) == std::variant_size_v<MessageBody>);

constexpr std::uint32_t greatest_phrase = 999'999;
constexpr unsigned most_officers = 1'000;
constexpr std::uint64_t greatest_number = std::uint64_t{1} << 53;

template <class Enum, std::size_t N>
std::optional<Enum> find_word(const std::string_view (&words)[N], std::string_view word) {
  const auto at = std::find(std::begin(words), std::end(words), word);
  if (at == std::end(words)) return std::nullopt;
  return static_cast<Enum>(at - std::begin(words));
}

// A party, a desk, an account: what no text direction and no look-alike can change.
bool is_word(std::string_view text) {
  return !text.empty() && text.size() <= MessageLimits::word && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.' || c == ':' || c == '/';
  });
}

// No control characters: free text is one paragraph or several.
bool is_free_text(std::string_view text) {
  return is_utf8(text) && std::none_of(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) < 0x20 && c != '\n') || c == 0x7f; });
}

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

void write_words(json::Writer& out, std::string_view name, const std::vector<std::string>& words) {
  out.key(name);
  out.begin_array();
  for (const std::string& word : words) out.value(word);
  out.end_array();
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

// --- reading ---

std::string text_of(const std::optional<std::string_view>& text) { return std::string(text.value_or("")); }

std::string read_word(json::Fields& fields, std::string_view name, json::Presence presence) {
  const auto word = fields.text(name, 1, MessageLimits::word, presence);
  if (word && !is_word(*word)) fields.refuse(name, "must be of lower-case letters, digits and . - _ : /");
  return text_of(word);
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

MessageBody read_body(std::size_t type, json::Fields& fields) {
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
    case 2: {
      Answer answer;
      answer.word = static_cast<AnswerWord>(fields.word("answer", {answer_words[0], answer_words[1], answer_words[2], answer_words[3], answer_words[4], answer_words[5]},
                                                        json::required).value_or(0));
      if (const auto depth = fields.word("depth", {depths[0], depths[1], depths[2]})) answer.depth = static_cast<Depth>(*depth);
      answer.phrases = read_phrases(fields, json::optional);
      answer.shown = read_shown(fields);
      answer.text = read_text(fields);
      return answer;
    }
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

// What the members say together.
Result<void> refuse_contradictions(const Message& message) {
  const bool answers = std::holds_alternative<Receipt>(message.body) || std::holds_alternative<Answer>(message.body);
  if (answers && message.reply_to.empty()) return bad_input("reply_to: is missing; it says what is answered");
  const bool by_nobody = message.by.account.empty() && message.by.desk.empty();
  const bool by_machine = std::holds_alternative<Receipt>(message.body) || std::holds_alternative<Presence>(message.body);
  if (by_machine && (!by_nobody || message.number != 0)) return bad_input("by: a receipt and a presence are the node's, without author and number");
  if (!by_machine && message.number == 0) return bad_input("number: counts from 1");
  const bool to_nobody = std::holds_alternative<Handover>(message.body);
  // An answer to a handover is to nobody too.
  if (message.to.empty() && !to_nobody && !std::holds_alternative<Answer>(message.body)) return bad_input("to: names no party");
  if (!message.to.empty() && to_nobody) return bad_input("to: a handover is to nobody outside");
  for (std::size_t i = 0; i < message.to.size(); ++i) {
    if (message.to[i] == message.from) return bad_input("to: names the sender's own party");
    if (i > 0 && message.to[i - 1] >= message.to[i]) return bad_input("to: each party stands once, in the order of their ids");
  }
  return {};
}

}  // namespace

std::string_view to_string(MessageClass of) { return classes[static_cast<std::size_t>(of)]; }
std::optional<MessageClass> class_of(std::string_view word) { return find_word<MessageClass>(classes, word); }
std::string_view to_string(AnswerWord word) { return answer_words[static_cast<std::size_t>(word)]; }
std::optional<AnswerWord> answer_word_of(std::string_view word) { return find_word<AnswerWord>(answer_words, word); }
std::string_view to_string(Depth depth) { return depths[static_cast<std::size_t>(depth)]; }
std::optional<Depth> depth_of(std::string_view word) { return find_word<Depth>(depths, word); }
std::string_view type_of(const MessageBody& body) { return types[body.index()]; }

bool wants_answer(const Message& message) {
  if (std::holds_alternative<LineCheck>(message.body) || std::holds_alternative<NoticeMessage>(message.body) || std::holds_alternative<CaseMessage>(message.body)) return true;
  return std::holds_alternative<Call>(message.body) && message.message_class != MessageClass::inform;
}

std::string to_text(const Message& message) {
  std::string text;
  json::Writer out(text);
  out.begin_object();
  out.field("at", to_rfc3339(message.at));
  out.key("body");
  out.begin_object();
  std::visit(WriteBody{out}, message.body);
  out.end_object();
  if (message.by != Author{}) {
    out.key("by");
    out.begin_object();
    out.field("account", message.by.account);
    out.field("desk", message.by.desk);
    out.end_object();
  }
  out.field("class", to_string(message.message_class));
  if (message.exercise) out.field("exercise", true);
  out.field("from", message.from);
  out.field("number", message.number);
  if (!message.reply_to.empty()) out.field("reply_to", message.reply_to);
  write_words(out, "to", message.to);
  out.field("type", type_of(message.body));
  out.field("v", Message::version);
  out.end_object();
  const auto document = json::parse(text, {.bytes = text.size(), .depth = 16});
  SKYPACT_CHECK(document.has_value());
  auto canonical = json::canonical(document->root());
  SKYPACT_CHECK(canonical.has_value());
  return *canonical + '\n';
}

Result<void> check(const Message& message) {
  // Slots are pieces of JSON: they must be that before a text is made of them.
  const auto object = [](std::string_view text, std::size_t longest) { 
    const auto document = json::parse(text, {.bytes = longest, .depth = 8});
    return document && document->root().kind() == json::Kind::object;
  };
  const auto* call = std::get_if<Call>(&message.body);
  const auto* answer = std::get_if<Answer>(&message.body);
  for (const auto& phrase : call != nullptr ? call->phrases : answer != nullptr ? answer->phrases : std::vector<SaidPhrase>()) {
    if (!object(phrase.slots, MessageLimits::slots_bytes)) return bad_input(fmt::format("phrase {}: its slots are no JSON object of at most {} bytes", phrase.number, MessageLimits::slots_bytes));
  }
  const auto* notice = std::get_if<NoticeMessage>(&message.body);
  if (notice != nullptr && !object(notice->notice, MessageLimits::body_bytes)) return bad_input("notice: is no JSON object within its bounds");
  const auto* c = std::get_if<CaseMessage>(&message.body);
  if (c != nullptr && !object(c->summary, MessageLimits::body_bytes)) return bad_input("case: is no JSON object within its bounds");
  const auto read = parse_message(to_text(message));
  if (!read) return read.error();
  return {};
}

namespace {

Result<Message> read_message(std::string_view text) {
  if (text.size() > MessageLimits::text_bytes) {
    return Error{ErrorCode::over_limit, fmt::format("a message has at most {} bytes, this one has {}", MessageLimits::text_bytes, text.size())};
  }
  const auto document = json::parse(text, {.bytes = MessageLimits::text_bytes, .depth = 12});
  if (!document) return document.error();
  json::Fields fields(document->root());
  if (const auto v = fields.integer("v", 0, 1'000'000, json::required); v && *v != Message::version) {
    return bad_input(fmt::format("v: this program reads version {} of messages, this one is of version {}; a newer skypact reads it", Message::version, *v));
  }
  Message message;
  message.at = fields.time("at", json::required).value_or(Time());
  const json::Value body = fields.object("body", json::required);
  if (const json::Value by = fields.object("by"); by.exists()) {
    json::Fields author(by);
    message.by.account = read_word(author, "account", json::required);
    message.by.desk = read_word(author, "desk", json::required);
    author.refuse_unknown();
    if (author.error()) return Error(*author.error()).within("by");
  }
  message.message_class = static_cast<MessageClass>(fields.word("class", {classes[0], classes[1], classes[2], classes[3]}, json::required).value_or(3));
  message.exercise = fields.boolean("exercise").value_or(false);
  message.from = read_word(fields, "from", json::required);
  message.number = static_cast<std::uint64_t>(fields.integer("number", 0, static_cast<std::int64_t>(greatest_number), json::required).value_or(0));
  if (const auto reply = fields.text("reply_to", 64, 64)) {
    if (!pact::is_id(*reply)) fields.refuse("reply_to", "must be 64 hexadecimal digits in lower case, the id of a message");
    message.reply_to = *reply;
  }
  message.to = read_words(fields, "to", MessageLimits::parties);
  const auto type = fields.word("type", {types[0], types[1], types[2], types[3], types[4], types[5], types[6], types[7]}, json::required);
  fields.refuse_unknown();
  if (fields.error()) return *fields.error();

  json::Fields inner(body);
  message.body = read_body(*type, inner);
  inner.refuse_unknown();
  if (inner.error()) return Error(*inner.error()).within("body");
  if (const auto sound = refuse_contradictions(message); !sound) return sound.error();
  return message;
}

Result<ledger::Note> parse_bounded(std::string_view note) {
  if (note.size() > MessageLimits::note_bytes) {
    return Error{ErrorCode::over_limit, fmt::format("a message's note has at most {} bytes, this one has {}", MessageLimits::note_bytes, note.size())};
  }
  return ledger::parse_note(note);
}

}  // namespace

Result<Message> parse_message(std::string_view text) {
  auto message = read_message(text);
  if (message && to_text(*message) != text) {
    return bad_input("the text is not in canonical form (RFC 8785, one newline at the end, times with three decimals and Z), so it would have two names");
  }
  return message;
}

Result<OpenMessage> open_message(std::string_view text, std::span<const PartyKey> keys) {
  const auto note = parse_bounded(text);
  if (!note) return note.error();
  auto message = parse_message(note->text);
  if (!message) return std::move(message).error();
  const auto key = std::find_if(keys.begin(), keys.end(), [&](const PartyKey& k) { return k.party == message->from; });
  if (key == keys.end()) return Error{ErrorCode::refused, "the message says that it is from " + quoted(message->from) + ", whose record's key this node does not know"};
  const ledger::VerifierKey one[] = {key->key};
  if (const auto signers = ledger::verify(*note, one); !signers) return Error(signers.error()).within("a message from " + quoted(message->from));
  return OpenMessage{std::move(*message), pact::id_of(note->text)};
}

Result<OpenMessage> open_recorded(std::string_view text) {
  const auto note = parse_bounded(text);
  if (!note) return note.error();
  auto message = read_message(note->text);
  if (!message) return std::move(message).error();
  return OpenMessage{std::move(*message), pact::id_of(note->text)};
}

}  // namespace skypact::line
