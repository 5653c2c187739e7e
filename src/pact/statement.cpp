#include "pact/statement.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/base64.h"
#include "base/check.h"
#include "base/text.h"
#include "json/canonical.h"
#include "json/fields.h"
#include "json/writer.h"

namespace skypact::pact {
namespace {

constexpr std::string_view answers[] = {"accept", "counter", "reject"};
constexpr std::string_view roles[] = {"root", "record", "cosigner", "signatory", "tls"};
constexpr std::string_view types[] = {"pact.proposal",   "pact.response",    "pact.withdrawal", "pact.signature", "pact.suspension",
                                      "pact.resumption", "pact.termination", "key.rotation",    "key.revocation"};
static_assert(std::size(types) == std::variant_size_v<StatementBody>);

bool made_of(std::string_view text, std::string_view also) {
  return std::all_of(text.begin(), text.end(), [&](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || also.find(c) != also.npos; });
}

// --- writing ---

void write(json::Writer& out, const ClauseAnswer& answer) {
  out.field("answer", to_string(answer.answer));
  if (!answer.reason.empty()) out.field("reason", answer.reason);
}

void write_time(json::Writer& out, std::string_view name, const std::optional<Time>& time) {
  if (time) out.field(name, to_rfc3339(*time));
}

struct WriteBody {
  json::Writer& out;

  void operator()(const Proposal& p) const {
    out.field("remark", p.remark);
    out.field("respond_by", to_rfc3339(p.respond_by));
    out.field("terms", p.terms);
  }
  void operator()(const Response& r) const {
    out.key("clauses");
    out.begin_array();
    for (const NamedAnswer& named : r.clauses) {
      out.begin_object();
      out.field("clause", named.clause);
      write(out, named.answer);
      out.end_object();
    }
    out.end_array();
    if (r.rest) {
      out.key("rest");
      out.begin_object();
      write(out, *r.rest);
      out.end_object();
    }
    out.field("terms", r.terms);
  }
  void operator()(const Withdrawal& w) const {
    out.field("reason", w.reason);
    out.field("terms", w.terms);
  }
  void operator()(const Signing& s) const { out.field("terms", s.terms); }
  void operator()(const Suspension& s) const {
    if (s.clauses) {
      out.key("clauses");
      out.begin_array();
      for (const std::string& clause : *s.clauses) out.value(clause);
      out.end_array();
    }
    write_time(out, "from", s.from);
    out.field("reason", s.reason);
    out.field("terms", s.terms);
  }
  void operator()(const Resumption& r) const {
    write_time(out, "from", r.from);
    out.field("suspension", r.suspension);
  }
  void operator()(const Termination& t) const {
    write_time(out, "from", t.from);
    out.field("reason", t.reason);
    out.field("terms", t.terms);
  }
  void operator()(const KeyRotation& r) const {
    write_time(out, "from", r.from);
    out.field("new", r.new_key);
    if (r.old_key) out.field("old", *r.old_key);
    out.field("role", to_string(r.role));
  }
  void operator()(const KeyRevocation& r) const {
    out.field("key", r.key);
    write_time(out, "not_after", r.not_after);
    out.field("reason", r.reason);
    out.field("role", to_string(r.role));
  }
};

// --- reading ---

std::string text_of(const std::optional<std::string_view>& text) { return std::string(text.value_or("")); }

std::string read_id(json::Fields& fields, std::string_view name) {
  const auto id = fields.text(name, 64, 64, json::required);
  if (id && !is_id(*id)) fields.refuse(name, "must be 64 hexadecimal digits in lower case, the SHA-256 of the text");
  return text_of(id);
}

std::string read_reason(json::Fields& fields) { return text_of(fields.text("reason", 1, StatementLimits::reason_bytes, json::required)); }

KeyRole read_role(json::Fields& fields) {
  // The root is left out: it changes with new terms and new pins.
  const auto at = fields.word("role", {roles[1], roles[2], roles[3], roles[4]}, json::required);
  return static_cast<KeyRole>(at.value_or(0) + 1);
}

std::string read_key(json::Fields& fields, std::string_view name, KeyRole role, json::Presence presence) {
  const auto key = fields.text(name, 1, StatementLimits::key_bytes, presence);
  if (key) {
    if (const auto good = check_key_text(role, *key); !good) fields.refuse(name, good.error().message);
  }
  return text_of(key);
}

Result<ClauseAnswer> read_answer(json::Fields& fields) {
  ClauseAnswer answer;
  answer.answer = static_cast<Answer>(fields.word("answer", {answers[0], answers[1], answers[2]}, json::required).value_or(0));
  const auto presence = answer.answer == Answer::accept ? json::optional : json::required;
  answer.reason = text_of(fields.text("reason", 1, StatementLimits::reason_bytes, presence));
  if (answer.answer == Answer::accept && !answer.reason.empty()) fields.refuse("reason", "is given where something is not accepted");
  fields.refuse_unknown();
  if (fields.error()) return *fields.error();
  return answer;
}

Result<Response> read_response(json::Fields& fields) {
  Response response{read_id(fields, "terms"), {}, {}};
  const json::Value clauses = fields.array("clauses", json::required);
  if (clauses.size() > StatementLimits::clauses) fields.refuse("clauses", fmt::format("has at most {}", StatementLimits::clauses));
  if (fields.error()) return *fields.error();
  for (const json::Value element : clauses.elements()) {
    json::Fields one(element);
    NamedAnswer named{text_of(one.text("clause", 1, StatementLimits::clause_bytes, json::required)), {}};
    if (!is_clause_id(named.clause)) one.refuse("clause", "must be of lower-case letters, digits, \".\", \"-\" and \"_\"");
    auto answer = read_answer(one);
    if (!answer) return std::move(answer).error().within(fmt::format("clauses[{}]", response.clauses.size()));
    named.answer = std::move(*answer);
    if (!response.clauses.empty() && response.clauses.back().clause >= named.clause) {
      return bad_input(fmt::format("clauses[{}]: each clause stands once, in the order of their ids", response.clauses.size()));
    }
    response.clauses.push_back(std::move(named));
  }
  if (const json::Value rest = fields.object("rest"); rest.exists()) {
    json::Fields one(rest);
    auto answer = read_answer(one);
    if (!answer) return std::move(answer).error().within("rest");
    response.rest = std::move(*answer);
  }
  if (response.clauses.empty() && !response.rest) fields.refuse("clauses", "is empty and there is no rest: nothing is answered");
  return response;
}

Result<Suspension> read_suspension(json::Fields& fields) {
  Suspension suspension{read_id(fields, "terms"), {}, read_reason(fields), fields.time("from")};
  const json::Value clauses = fields.array("clauses");
  if (!clauses.exists()) return suspension;
  if (clauses.size() == 0 || clauses.size() > StatementLimits::clauses) {
    return bad_input(fmt::format("clauses: has 1 to {}; leave it out to suspend all that may be", StatementLimits::clauses));
  }
  suspension.clauses.emplace();
  for (const json::Value element : clauses.elements()) {
    const auto clause = element.as_string();
    if (!clause || !is_clause_id(*clause)) return bad_input("clauses: are ids of lower-case letters, digits, \".\", \"-\" and \"_\"");
    if (!suspension.clauses->empty() && suspension.clauses->back() >= *clause) return bad_input("clauses: each stands once, in the order of their ids");
    suspension.clauses->emplace_back(*clause);
  }
  return suspension;
}

Result<StatementBody> read_body(std::size_t type, json::Fields& fields) {
  switch (type) {
    case 0: {
      Proposal proposal{read_id(fields, "terms"), fields.time("respond_by", json::required).value_or(Time()), {}};
      proposal.remark = text_of(fields.text("remark", 0, StatementLimits::reason_bytes, json::required));
      return StatementBody(std::move(proposal));
    }
    case 1: {
      auto response = read_response(fields);
      if (!response) return response.error();
      return StatementBody(std::move(*response));
    }
    case 2: return StatementBody(Withdrawal{read_id(fields, "terms"), read_reason(fields)});
    case 3: return StatementBody(Signing{read_id(fields, "terms")});
    case 4: {
      auto suspension = read_suspension(fields);
      if (!suspension) return suspension.error();
      return StatementBody(std::move(*suspension));
    }
    case 5: return StatementBody(Resumption{read_id(fields, "suspension"), fields.time("from")});
    case 6: return StatementBody(Termination{read_id(fields, "terms"), read_reason(fields), fields.time("from", json::required).value_or(Time())});
    case 7: {
      KeyRotation rotation{read_role(fields), {}, {}, fields.time("from")};
      rotation.new_key = read_key(fields, "new", rotation.role, json::required);
      if (auto old = read_key(fields, "old", rotation.role, json::optional); !old.empty()) rotation.old_key = std::move(old);
      if (rotation.old_key == rotation.new_key) fields.refuse("new", "is the old key");
      return StatementBody(std::move(rotation));
    }
    default: {
      KeyRevocation revocation{read_role(fields), {}, read_reason(fields), fields.time("not_after")};
      revocation.key = read_key(fields, "key", revocation.role, json::required);
      return StatementBody(std::move(revocation));
    }
  }
}

Result<std::vector<SeenHead>> read_seen(json::Value seen) {
  std::vector<SeenHead> heads;
  if (seen.size() > StatementLimits::seen) return bad_input(fmt::format("seen: has at most {} records", StatementLimits::seen));
  for (const json::Member& member : seen.members()) {
    json::Fields fields(member.value);
    const auto size = fields.integer("size", 0, std::int64_t{1} << 53, json::required);
    const auto root = fields.text("root", 1, 64, json::required);
    const auto hash = root ? ledger::hash_from_base64(*root) : std::nullopt;
    if (root && !hash) fields.refuse("root", "is not the base 64 of 32 bytes");
    if (!ledger::is_key_name(member.name)) fields.refuse("origin", "is not a record's name");
    fields.refuse_unknown();
    if (fields.error()) return Error(*fields.error()).within("seen: " + quoted(member.name));
    heads.push_back({std::string(member.name), static_cast<std::uint64_t>(*size), *hash});
  }
  std::sort(heads.begin(), heads.end(), [](const SeenHead& a, const SeenHead& b) { return a.origin < b.origin; });
  return heads;
}

}  // namespace

std::string_view to_string(Answer answer) { return answers[static_cast<std::size_t>(answer)]; }
std::string_view to_string(KeyRole role) { return roles[static_cast<std::size_t>(role)]; }
std::string_view type_of(const StatementBody& body) { return types[body.index()]; }

std::string_view terms_of(const StatementBody& body) {
  return std::visit(
      [](const auto& b) -> std::string_view {
        if constexpr (requires { b.terms; }) return b.terms;
        return {};
      },
      body);
}

bool is_id(std::string_view text) {
  return text.size() == 64 && std::all_of(text.begin(), text.end(), [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

bool is_word_id(std::string_view text) {
  return !text.empty() && text.size() <= StatementLimits::words && made_of(text, "-_");
}

bool is_clause_id(std::string_view text) { return !text.empty() && text.size() <= StatementLimits::clause_bytes && made_of(text, ".-_"); }

Result<void> check_key_text(KeyRole role, std::string_view text) {
  if (text.size() > StatementLimits::key_bytes) return bad_input(fmt::format("has at most {} bytes", StatementLimits::key_bytes));
  if (role == KeyRole::tls) {
    if (!ledger::hash_from_base64(text)) return bad_input("a TLS pin is the base 64 of the SHA-256 of the public key, as skypact key show prints it");
    return {};
  }
  const auto key = ledger::parse_verifier_key(text);
  if (!key) return key.error();
  const auto type = role == KeyRole::cosigner ? ledger::KeyType::cosignature : ledger::KeyType::ed25519;
  if (key->type != type) return bad_input(fmt::format("a {} key is of type {}, this one is of type {}", to_string(role), static_cast<int>(type), static_cast<int>(key->type)));
  return {};
}

std::string id_of(std::string_view text) { return ledger::to_hex(ledger::sha256(ledger::as_bytes(text))); }

std::string to_text(const Statement& statement) {
  std::string text;
  json::Writer out(text);
  out.begin_object();
  out.field("at", to_rfc3339(statement.at));
  out.key("body");
  out.begin_object();
  std::visit(WriteBody{out}, statement.body);
  out.end_object();
  out.field("pact", statement.pact);
  out.field("party", statement.party);
  out.key("seen");
  out.begin_object();
  for (const SeenHead& head : statement.seen) {
    out.key(head.origin);
    out.begin_object();
    out.field("root", ledger::to_base64(head.root));
    out.field("size", head.size);
    out.end_object();
  }
  out.end_object();
  out.field("type", type_of(statement.body));
  out.field("v", Statement::version);
  out.end_object();
  const auto document = json::parse(text);
  SKYPACT_CHECK(document.has_value());
  auto canonical = json::canonical(document->root());
  SKYPACT_CHECK(canonical.has_value());
  return *canonical + '\n';
}

Result<Statement> parse_statement(std::string_view text) {
  if (text.size() > StatementLimits::text_bytes) {
    return Error{ErrorCode::over_limit, fmt::format("a statement has at most {} bytes, this one has {}", StatementLimits::text_bytes, text.size())};
  }
  const auto document = json::parse(text, {.bytes = StatementLimits::text_bytes, .depth = 8});
  if (!document) return document.error();
  json::Fields fields(document->root());
  if (const auto v = fields.integer("v", 0, 1'000'000, json::required); v && *v != Statement::version) {
    return bad_input(fmt::format("v: this program reads version {} of statements, this one is of version {}; a newer skypact reads it", Statement::version, *v));
  }
  Statement statement;
  statement.at = fields.time("at", json::required).value_or(Time());
  statement.pact = text_of(fields.text("pact", 1, StatementLimits::words, json::required));
  statement.party = text_of(fields.text("party", 1, StatementLimits::words, json::required));
  const auto type = fields.word("type", {types[0], types[1], types[2], types[3], types[4], types[5], types[6], types[7], types[8]}, json::required);
  const json::Value body = fields.object("body", json::required);
  const json::Value seen = fields.object("seen", json::required);
  for (const auto& [name, word] : {std::pair{"pact", &statement.pact}, {"party", &statement.party}}) {
    if (!is_word_id(*word)) fields.refuse(name, "must be of lower-case letters, digits, \"-\" and \"_\"");
  }
  fields.refuse_unknown();
  if (fields.error()) return *fields.error();

  json::Fields inner(body);
  auto read = read_body(*type, inner);
  if (!read) return std::move(read).error().within("body");
  inner.refuse_unknown();
  if (inner.error()) return Error(*inner.error()).within("body");
  statement.body = std::move(*read);

  auto heads = read_seen(seen);
  if (!heads) return std::move(heads).error();
  statement.seen = std::move(*heads);
  if (to_text(statement) != text) {
    return bad_input("the text is not in canonical form (RFC 8785, one newline at the end, times with three decimals and Z), so it would have two hashes");
  }
  return statement;
}

Result<StatementNote> parse_statement_note(std::string_view text) {
  if (text.size() > StatementLimits::note_bytes) {
    return Error{ErrorCode::over_limit, fmt::format("a statement's note has at most {} bytes, this one has {}", StatementLimits::note_bytes, text.size())};
  }
  auto note = ledger::parse_note(text);
  if (!note) return std::move(note).error();
  auto statement = parse_statement(note->text);
  if (!statement) return std::move(statement).error();
  return StatementNote{std::move(*statement), id_of(note->text), std::move(*note)};
}

Result<ledger::Note> merge_notes(const ledger::Note& one, const ledger::Note& other) {
  if (one.text != other.text) return Error{ErrorCode::conflict, "the two notes have different texts; only signatures of the same text go into one note"};
  ledger::Note merged = one;
  for (const ledger::NoteSignature& signature : other.signatures) {
    if (std::find(merged.signatures.begin(), merged.signatures.end(), signature) == merged.signatures.end()) merged.signatures.push_back(signature);
  }
  if (merged.signatures.size() > ledger::NoteLimits::signatures || ledger::to_text(merged).size() > StatementLimits::note_bytes) {
    return Error{ErrorCode::over_limit, fmt::format("a note has at most {} signatures and {} bytes", ledger::NoteLimits::signatures, StatementLimits::note_bytes)};
  }
  return merged;
}

std::vector<std::size_t> signers_of(const ledger::Note& note, std::span<const ledger::VerifierKey> keys) {
  std::vector<std::size_t> signers;
  for (const ledger::NoteSignature& signature : note.signatures) {
    const ledger::Note alone{note.text, {signature}};
    const auto verified = ledger::verify(alone, keys);
    if (verified && std::find(signers.begin(), signers.end(), verified->front().key) == signers.end()) signers.push_back(verified->front().key);
  }
  std::sort(signers.begin(), signers.end());
  return signers;
}

}  // namespace skypact::pact
