#pragma once
// The line's entries in a record (docs/formats/line.md): notes of the own party and of others, notes that were carried for
// others, and what the timers found.
//
//     std::string text = line_entry({origin, party, now, "message"}, [&](json::Writer& out) { out.field("note", note); });
//     auto read = read_line_entry(text);          // nullopt: no entry of the line, or one that tells it nothing
//
// Pure; any thread.

#include <array>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "json/writer.h"
#include "line/line.h"

namespace skypact::line {

inline constexpr std::array<std::string_view, 4> line_entry_types{"message", "message_received", "message_carried", "line_event"};

struct EntryHead {
  std::string_view origin, party;
  Time at;
  std::string_view type;
};
// With its newline, canonical.
[[nodiscard]] std::string line_entry(const EntryHead& head, const std::function<void(json::Writer&)>& write_body);

struct NoteEntry {
  OpenMessage opened;
  std::string note;
  std::string via;                       // empty: of the own party
};
struct EventEntry {
  std::string message;
  LineEvent event;
};
struct LineEntry {
  Time at;
  std::variant<NoteEntry, EventEntry> what;
};
[[nodiscard]] std::optional<LineEntry> read_line_entry(std::string_view entry);

[[nodiscard]] std::optional<LineEvent::What> line_event_of(std::string_view word);

// {"id":…,"sealed":…}: what came, or went, beside a note; for the journal.
[[nodiscard]] std::string sealed_json(std::string_view id, std::string_view sealed);

}  // namespace skypact::line
