#include "line/line_entries.h"

#include "base/check.h"
#include "json/canonical.h"
#include "json/document.h"
#include "ledger/tile.h"

namespace skypact::line {
namespace {

std::string canonical_of(const std::string& text) {
  const auto document = json::parse(text, {.bytes = text.size(), .depth = 16});
  SKYPACT_CHECK(document.has_value());
  auto canonical = json::canonical(document->root());
  SKYPACT_CHECK(canonical.has_value());
  return std::move(*canonical);
}

}  // namespace

std::string line_entry(const EntryHead& head, const std::function<void(json::Writer&)>& write_body) {
  std::string text;
  json::Writer out(text);
  out.begin_object();
  out.field("at", to_rfc3339(head.at));
  out.key("body");
  out.begin_object();
  write_body(out);
  out.end_object();
  out.field("origin", head.origin);
  out.field("party", head.party);
  out.field("type", head.type);
  out.field("v", 1);
  out.end_object();
  return canonical_of(text) + '\n';
}

std::optional<LineEntry> read_line_entry(std::string_view entry) {
  const auto document = json::parse(entry, {.bytes = ledger::longest_entry, .depth = 12});
  if (!document) return std::nullopt;
  const json::Value root = document->root(), body = root["body"];
  const auto type = root["type"].as_string();
  const auto at_text = root["at"].as_string();
  const auto at = at_text ? parse_rfc3339(*at_text) : Result<Time>(bad_input("missing"));
  if (!type || !at || root["v"].as_integer() != 1) return std::nullopt;
  if (*type == "message" || *type == "message_received") {
    const auto note = body["note"].as_string();
    auto opened = note ? open_recorded(*note) : Result<OpenMessage>(bad_input("missing"));
    if (!opened) return std::nullopt;
    return LineEntry{*at, NoteEntry{std::move(*opened), std::string(*note), std::string(body["via"].as_string().value_or(""))}};
  }
  if (*type != "line_event") return std::nullopt;
  const auto word = body["event"].as_string(), message = body["message"].as_string(), party = body["party"].as_string();
  const auto what = word ? line_event_of(*word) : std::nullopt;
  if (!what || !message || !party) return std::nullopt;
  return LineEntry{*at, EventEntry{std::string(*message), {*what, std::string(*party), std::string(body["call"].as_string().value_or("")), *at}}};
}

std::string sealed_json(std::string_view id, std::string_view sealed) {
  std::string text;
  json::Writer out(text);
  out.begin_object();
  out.field("id", id);
  out.field("sealed", sealed);
  out.end_object();
  return text;
}

}  // namespace skypact::line
