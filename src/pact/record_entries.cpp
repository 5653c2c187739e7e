#include "pact/record_entries.h"

#include <fmt/format.h>

#include "base/check.h"
#include "base/utf8.h"
#include "json/canonical.h"
#include "json/fields.h"
#include "json/writer.h"
#include "ledger/checkpoint.h"
#include "ledger/key.h"
#include "ledger/tile.h"
#include "pact/statement.h"

namespace skypact::pact {
namespace {

constexpr std::size_t longest_name = 200;  // bytes of a record's origin, an entry's party or type

void write(json::Writer& out, const TermsPart& part) {
  out.begin_object();
  out.field("of", part.of);
  out.field("part", part.part);
  out.field("terms", part.terms);
  out.field("text", part.text);
  out.end_object();
}

struct Write {
  json::Writer& out;
  void operator()(const StatementEntry& statement) const {
    out.begin_object();
    out.field("note", statement.note);
    out.end_object();
  }
  void operator()(const ReceivedEntry& received) const {
    out.begin_object();
    out.field("at", to_rfc3339(received.at));
    out.field("index", received.index);
    if (const auto* statement = std::get_if<StatementEntry>(&received.what)) out.field("note", statement->note);
    out.field("origin", received.origin);
    if (const auto* part = std::get_if<TermsPart>(&received.what)) {
      out.key("terms");
      write(out, *part);
    }
    out.end_object();
  }
  void operator()(const TermsPart& part) const { write(out, part); }
  void operator()(const OtherEntry&) const { SKYPACT_CHECK(false); }
};

std::string_view type_of(const RecordEntry& entry) {
  if (std::holds_alternative<StatementEntry>(entry.what)) return "statement";
  if (std::holds_alternative<ReceivedEntry>(entry.what)) return "received";
  if (std::holds_alternative<TermsPart>(entry.what)) return "terms";
  return std::get<OtherEntry>(entry.what).type;
}

// Bytes of the character inside a JSON string.
std::size_t escaped_size(std::string_view character) {
  const auto first = static_cast<unsigned char>(character[0]);
  if (first == '"' || first == '\\') return 2;
  return first < 0x20 ? 6 : character.size();
}

std::string text_of(const std::optional<std::string_view>& text) { return std::string(text.value_or("")); }

Result<TermsPart> read_part(json::Fields& fields) {
  TermsPart part;
  const auto of = fields.integer("of", 1, TermsPartLimits::parts, json::required);
  const auto index = fields.integer("part", 0, of.value_or(1) - 1, json::required);
  part.terms = text_of(fields.text("terms", 64, 64, json::required));
  if (!is_id(part.terms)) fields.refuse("terms", "must be 64 hexadecimal digits in lower case");
  part.text = text_of(fields.text("text", 1, TermsPartLimits::escaped_bytes, json::required));
  std::size_t escaped = 0;
  for (std::string_view rest = part.text; !rest.empty();) {
    const std::size_t length = utf8_length(rest);
    escaped += escaped_size(rest.substr(0, length));
    rest.remove_prefix(length);
  }
  if (escaped > TermsPartLimits::escaped_bytes) fields.refuse("text", fmt::format("takes more than {} bytes in an entry", TermsPartLimits::escaped_bytes));
  fields.refuse_unknown();
  if (fields.error()) return *fields.error();
  part.of = static_cast<unsigned>(*of);
  part.part = static_cast<unsigned>(*index);
  return part;
}

Result<ReceivedEntry> read_received(json::Fields& fields) {
  ReceivedEntry received;
  received.at = fields.time("at", json::required).value_or(Time());
  // Canonical JSON has integers to 2^53.
  received.index = static_cast<std::uint64_t>(fields.integer("index", 0, std::int64_t{1} << 53, json::required).value_or(0));
  received.origin = text_of(fields.text("origin", 1, longest_name, json::required));
  const auto note = fields.text("note", 1, StatementLimits::note_bytes);
  const json::Value terms = fields.object("terms");
  if (note.has_value() == terms.exists()) fields.refuse("note", "either a note or a part of terms was received");
  fields.refuse_unknown();
  if (fields.error()) return *fields.error();
  if (note) {
    received.what = StatementEntry{std::string(*note)};
    return received;
  }
  json::Fields inner(terms);
  auto part = read_part(inner);
  if (!part) return std::move(part).error().within("terms");
  received.what = std::move(*part);
  return received;
}

std::string canonical_entry(const RecordEntry& entry) {
  std::string text;
  json::Writer out(text);
  out.begin_object();
  out.field("at", to_rfc3339(entry.at));
  out.key("body");
  std::visit(Write{out}, entry.what);
  out.field("origin", entry.origin);
  out.field("party", entry.party);
  out.field("type", type_of(entry));
  out.field("v", RecordEntry::version);
  out.end_object();
  const auto document = json::parse(text);
  SKYPACT_CHECK(document.has_value());
  auto canonical = json::canonical(document->root());
  SKYPACT_CHECK(canonical.has_value());
  return *canonical + '\n';
}

}  // namespace

std::string to_entry(const RecordEntry& entry) {
  std::string text = canonical_entry(entry);
  SKYPACT_CHECK(text.size() <= ledger::longest_entry);
  return text;
}

Result<RecordEntry> parse_record_entry(std::string_view entry) {
  if (entry.size() > ledger::longest_entry) {
    return Error{ErrorCode::over_limit, fmt::format("an entry has at most {} bytes, this one has {}", ledger::longest_entry, entry.size())};
  }
  const auto document = json::parse(entry, {.bytes = ledger::longest_entry});
  if (!document) return document.error();
  json::Fields fields(document->root());
  const auto v = fields.integer("v", 0, 1'000'000, json::required);
  RecordEntry read;
  read.at = fields.time("at", json::required).value_or(Time());
  read.origin = text_of(fields.text("origin", 1, longest_name, json::required));
  read.party = text_of(fields.text("party", 0, longest_name, json::required));
  const std::string type = text_of(fields.text("type", 1, longest_name, json::required));
  const json::Value body = fields.any("body");
  if (fields.error()) return *fields.error();
  const bool ours = type == "statement" || type == "received" || type == "terms";
  if (!ours) {
    read.what = OtherEntry{type};
    return read;
  }
  if (*v != RecordEntry::version) {
    return bad_input(fmt::format("v: this program reads version {} of entries, this one is of version {}; a newer skypact reads it", RecordEntry::version, *v));
  }
  if (!ledger::is_key_name(read.origin)) fields.refuse("origin", "is not a record's name");
  if (!is_word_id(read.party)) fields.refuse("party", "is not a party's id");
  fields.refuse_unknown();
  if (fields.error()) return *fields.error();

  json::Fields inner(body);
  if (type == "statement") {
    read.what = StatementEntry{text_of(inner.text("note", 1, StatementLimits::note_bytes, json::required))};
    inner.refuse_unknown();
  } else if (type == "terms") {
    auto part = read_part(inner);
    if (!part) return std::move(part).error().within("body");
    read.what = std::move(*part);
  } else {
    auto received = read_received(inner);
    if (!received) return std::move(received).error().within("body");
    read.what = std::move(*received);
  }
  if (inner.error()) return Error(*inner.error()).within("body");
  if (canonical_entry(read) != entry) return bad_input("the entry is not in canonical form (RFC 8785 and one newline)");
  return read;
}

Result<std::vector<TermsPart>> parts_of(std::string_view terms_text) {
  if (terms_text.empty()) return bad_input("the text of the terms is empty");
  if (terms_text.size() > TermsPartLimits::text_bytes) {
    return Error{ErrorCode::over_limit, fmt::format("terms have at most {} bytes, these have {}", TermsPartLimits::text_bytes, terms_text.size())};
  }
  if (!is_utf8(terms_text)) return bad_input("the text of the terms is not UTF-8");
  std::vector<TermsPart> parts;
  const std::string id = id_of(terms_text);
  std::size_t escaped = 0, begin = 0;
  for (std::size_t at = 0; at < terms_text.size();) {
    const std::size_t length = utf8_length(terms_text.substr(at));
    const std::size_t more = escaped_size(terms_text.substr(at, length));
    if (escaped + more > TermsPartLimits::escaped_bytes) {
      parts.push_back({id, 0, 0, std::string(terms_text.substr(begin, at - begin))});
      begin = at;
      escaped = 0;
    }
    escaped += more;
    at += length;
  }
  parts.push_back({id, 0, 0, std::string(terms_text.substr(begin))});
  if (parts.size() > TermsPartLimits::parts) {
    return Error{ErrorCode::over_limit, fmt::format("the terms take {} entries, {} are allowed", parts.size(), TermsPartLimits::parts)};
  }
  for (unsigned i = 0; i < parts.size(); ++i) {
    parts[i].part = i;
    parts[i].of = static_cast<unsigned>(parts.size());
  }
  return parts;
}

}  // namespace skypact::pact
