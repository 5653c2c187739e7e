#pragma once
// How urgent a message of the duty line is, and what a person answers to it: the words of the pact, of phrases and of the API.
// Pure; any thread.

#include <cstdint>
#include <optional>
#include <string_view>

namespace skypact::line {

// In falling order of urgency.
enum class MessageClass : std::uint8_t { stop, distress, warn, inform };
[[nodiscard]] std::string_view to_string(MessageClass of);
[[nodiscard]] std::optional<MessageClass> class_of(std::string_view word);
// Sent and shown before it is recorded, on a connection of its own.
[[nodiscard]] constexpr bool is_urgent(MessageClass of) { return of <= MessageClass::distress; }

enum class AnswerWord : std::uint8_t { seen, passed_on, stopped, cannot, where_exactly, loud_and_clear };
[[nodiscard]] std::string_view to_string(AnswerWord word);
[[nodiscard]] std::optional<AnswerWord> answer_word_of(std::string_view word);

}  // namespace skypact::line
