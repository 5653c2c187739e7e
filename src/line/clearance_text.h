#pragma once
// Clearance text: what is asked, answered, revoked and withdrawn, as a NOTAM is written and as states write to each other (a note verbale). Made
// from the acts alone, never typed beside them.
//
//     clearance_notam(record, now)                          // for who reads telegrams: what was asked, and what holds of it
//     Result<std::string> note = note_verbale(record, ClearanceNote::answer, "south", names);
//
//     South presents its compliments to North and has the honour to refer to the request of the latter No. 0007/26, revision 1, …
//
// The NOTAM-like text has nothing that a person wrote freely, so that no second number of feet can stand beside the one that counts. The note
// quotes what was written, in quotation marks. Pure; any thread.

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "plan/clearance_book.h"

namespace skypact::line {

// Of the revision that was cleared last, or, where none was, of the latest. Lines of at most notam_line characters, each ends with a line feed.
[[nodiscard]] std::string clearance_notam(const plan::ClearanceRecord& record, Time now);

enum class ClearanceNote : std::uint8_t { request, answer, revocation, withdrawal };
inline constexpr std::array<std::string_view, 4> clearance_notes{"request", "answer", "revocation", "withdrawal"};
[[nodiscard]] std::optional<ClearanceNote> clearance_note_of(std::string_view word);

// How a party is called in a note: "North" of "north" where nothing else is given.
using PartyName = std::function<std::string(std::string_view party)>;
[[nodiscard]] std::string plain_party_name(std::string_view party);

// Between who asks and `party`: the request as it stands towards that party, its answer, its revocation, or the withdrawal. Paragraphs, each ends
// with a line feed. Errors: not_found where that was not said.
Result<std::string> note_verbale(const plan::ClearanceRecord& record, ClearanceNote kind, std::string_view party, const PartyName& name = plain_party_name);

}  // namespace skypact::line
