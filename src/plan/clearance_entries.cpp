#include "plan/clearance_entries.h"

#include <fmt/format.h>

#include "base/check.h"
#include "json/canonical.h"
#include "json/fields.h"
#include "ledger/key.h"
#include "ledger/tile.h"
#include "pact/statement.h"

namespace skypact::plan {
namespace {

constexpr std::size_t longest_name = 200;   // bytes of a record's name

std::string text_of(const std::optional<std::string_view>& text) { return std::string(text.value_or("")); }

std::string read_origin(json::Fields& fields) {
  std::string origin = text_of(fields.text("origin", 1, longest_name, json::required));
  if (!fields.error() && !ledger::is_key_name(origin)) fields.refuse("origin", "is not a record's name");
  return origin;
}

Result<void> read_body(json::Value body, bool received, ClearanceEntry& entry) {
  json::Fields fields(body);
  const json::Value act = fields.object("act", json::required);
  if (received) {
    ClearanceEntry::Source source;
    source.at = fields.time("at", json::required).value_or(Time());
    // Canonical JSON has integers to 2^53.
    source.index = static_cast<std::uint64_t>(fields.integer("index", 0, std::int64_t{1} << 53, json::required).value_or(0));
    source.origin = read_origin(fields);
    entry.received = std::move(source);
  }
  fields.refuse_unknown();
  if (fields.error()) return *fields.error();
  auto read = read_clearance_act(act);
  if (!read) return std::move(read).error().within("act");
  entry.act = std::move(*read);
  return {};
}

}  // namespace

std::string to_entry(const ClearanceEntry& entry) {
  std::string text;
  json::Writer out(text);
  out.begin_object();
  out.field("at", to_rfc3339(entry.at));
  out.key("body");
  out.begin_object();
  out.key("act");
  out.raw(canonical_json(entry.act));
  if (entry.received) {
    out.field("at", to_rfc3339(entry.received->at));
    out.field("index", entry.received->index);
    out.field("origin", entry.received->origin);
  }
  out.end_object();
  out.field("origin", entry.origin);
  out.field("party", entry.party);
  out.field("type", clearance_entry_types[entry.received ? 1 : 0]);
  out.field("v", ClearanceEntry::version);
  out.end_object();
  const auto document = json::parse(text, {.bytes = text.size(), .depth = 12});
  SKYPACT_CHECK(document.has_value());
  auto canonical = json::canonical(document->root());
  SKYPACT_CHECK(canonical.has_value());
  std::string line = *canonical + '\n';
  SKYPACT_CHECK(line.size() <= ledger::longest_entry);
  return line;
}

Result<ClearanceEntry> parse_clearance_entry(std::string_view text) {
  if (text.size() > ledger::longest_entry) {
    return Error{ErrorCode::over_limit, fmt::format("an entry has at most {} bytes, this one has {}", ledger::longest_entry, text.size())};
  }
  const auto document = json::parse(text, {.bytes = ledger::longest_entry, .depth = 12});
  if (!document) return document.error();
  json::Fields fields(document->root());
  if (const auto v = fields.integer("v", 0, 1'000'000, json::required); v && *v != ClearanceEntry::version) {
    return bad_input(fmt::format("v: this program reads version {} of entries, this one is of version {}; a newer skypact reads it", ClearanceEntry::version, *v));
  }
  ClearanceEntry entry;
  entry.at = fields.time("at", json::required).value_or(Time());
  const json::Value body = fields.object("body", json::required);
  entry.origin = read_origin(fields);
  entry.party = text_of(fields.text("party", 1, longest_name, json::required));
  if (!fields.error() && !pact::is_word_id(entry.party)) fields.refuse("party", "is not a party's id");
  const auto type = fields.word("type", {clearance_entry_types[0], clearance_entry_types[1]}, json::required);
  fields.refuse_unknown();
  if (fields.error()) return *fields.error();
  if (auto read = read_body(body, *type == 1, entry); !read) return std::move(read).error().within("body");
  if (to_entry(entry) != text) return bad_input("the entry is not in canonical form (RFC 8785 and one newline)");
  return entry;
}

}  // namespace skypact::plan
