#include "line/message.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/check.h"
#include "base/text.h"
#include "json/canonical.h"
#include "json/fields.h"
#include "json/writer.h"
#include "line/message_fields.h"
#include "pact/statement.h"

namespace skypact::line {
namespace {

constexpr std::string_view classes[] = {"stop", "distress", "warn", "inform"};
constexpr std::string_view types[] = {"line.call", "line.receipt", "line.answer", "line.check", "line.notice", "line.case", "line.handover", "line.presence", "line.officer", "line.signal", "line.minutes"};
static_assert(std::size(types) == std::variant_size_v<MessageBody>);

constexpr std::uint64_t greatest_number = std::uint64_t{1} << 53;

Result<void> refuse_contradictions_of_calls(const Message& message) {
  const auto* officer = std::get_if<Officer>(&message.body);
  const bool signal = std::holds_alternative<Signal>(message.body), minutes = std::holds_alternative<Minutes>(message.body);
  if (officer == nullptr && !signal && !minutes) return {};
  if (message.by.account.empty()) return bad_input("by: is missing; it says which officer this is of");
  if (officer != nullptr) {
    const auto key = ledger::parse_verifier_key(officer->key);
    if (!key) return Error(key.error()).within("body: key");
    if (key->type != ledger::KeyType::ed25519 || !key->name.ends_with("/officer/" + message.by.account)) {
      return bad_input("body: key: must be of type ed25519 and be called …/officer/" + message.by.account);
    }
    if (officer->until < message.at || officer->until > message.at + longest_shift) return bad_input("body: until: must be within twelve and a half hours after at");
    return {};
  }
  if (message.to.size() != 1) return bad_input("to: a call is with one party");
  return {};
}

void write_author(json::Writer& out, const Author& by) {
  out.key("by");
  out.begin_object();
  out.field("account", by.account);
  out.field("desk", by.desk);
  out.end_object();
}

// JSON in the one form that is signed: canonical, in a line of its own.
std::string as_signed(std::string_view text) {
  const auto document = json::parse(text, {.bytes = text.size(), .depth = 16});
  SKYPACT_CHECK(document.has_value());
  auto canonical = json::canonical(document->root());
  SKYPACT_CHECK(canonical.has_value());
  return *canonical + '\n';
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
  return refuse_contradictions_of_calls(message);
}

}  // namespace

std::string_view type_of(const MessageBody& body) { return types[body.index()]; }
std::span<const std::string_view> message_types() { return types; }

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
  write_body(out, message.body);
  out.end_object();
  if (message.by != Author{}) write_author(out, message.by);
  out.field("class", to_string(message.message_class));
  if (message.exercise) out.field("exercise", true);
  out.field("from", message.from);
  out.field("number", message.number);
  if (!message.reply_to.empty()) out.field("reply_to", message.reply_to);
  write_words(out, "to", message.to);
  out.field("type", type_of(message.body));
  out.field("v", Message::version);
  out.end_object();
  return as_signed(text);
}

std::string officer_statement(const Message& message) {
  MessageBody body = message.body;
  if (auto* signal = std::get_if<Signal>(&body)) signal->signature.clear();
  if (auto* minutes = std::get_if<Minutes>(&body)) minutes->signature.clear();
  std::string text;
  json::Writer out(text);
  out.begin_object();
  out.key("body");
  out.begin_object();
  write_body(out, body);
  out.end_object();
  write_author(out, message.by);
  out.field("from", message.from);
  if (!message.reply_to.empty()) out.field("reply_to", message.reply_to);
  write_words(out, "to", message.to);
  out.field("type", type_of(message.body));
  out.field("v", Message::version);
  out.end_object();
  return as_signed(text);
}

std::string officer_key_name(std::string_view origin, std::string_view account) {
  return fmt::format("{}/officer/{}", origin.substr(0, origin.rfind('/')), account);
}

bool is_signed_by_officer(const Message& message, const ledger::VerifierKey& key) {
  const auto* signal = std::get_if<Signal>(&message.body);
  const auto* minutes = std::get_if<Minutes>(&message.body);
  if (signal == nullptr && minutes == nullptr) return false;
  auto signatures = ledger::parse_signatures((signal != nullptr ? signal->signature : minutes->signature) + '\n');
  if (!signatures || signatures->size() != 1) return false;
  const ledger::VerifierKey one[] = {key};
  return ledger::verify({officer_statement(message), std::move(*signatures)}, one).has_value();
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
  const auto type = fields.word("type", {types[0], types[1], types[2], types[3], types[4], types[5], types[6], types[7], types[8], types[9], types[10]}, json::required);
  fields.refuse_unknown();
  if (fields.error()) return *fields.error();

  json::Fields inner(body);
  message.body = read_body(inner, *type);
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
