#pragma once
// The members of a message's body, as they are signed and as the API has them. For this module.

#include <algorithm>
#include <iterator>

#include "json/fields.h"
#include "json/writer.h"
#include "line/message.h"

namespace skypact::line {

template <class Enum, std::size_t N>
std::optional<Enum> find_word(const std::string_view (&words)[N], std::string_view word) {
  const auto at = std::find(std::begin(words), std::end(words), word);
  if (at == std::end(words)) return std::nullopt;
  return static_cast<Enum>(at - std::begin(words));
}

// A party, a desk, an account: what no text direction and no look-alike can change.
[[nodiscard]] bool is_word(std::string_view text);
// No control characters: one paragraph or several.
[[nodiscard]] bool is_free_text(std::string_view text);

void write_words(json::Writer& out, std::string_view name, const std::vector<std::string>& words);
// Members of an object that is open.
void write_body(json::Writer& out, const MessageBody& body);

// What is wrong is noted in `fields`.
std::string read_word(json::Fields& fields, std::string_view name, json::Presence presence);
std::vector<std::string> read_words(json::Fields& fields, std::string_view name, std::size_t most);
std::vector<SaidPhrase> read_phrases(json::Fields& fields, json::Presence presence);
std::optional<FreeText> read_text(json::Fields& fields);
Answer read_answer(json::Fields& fields);
Signal read_signal(json::Fields& fields);
Minutes read_minutes(json::Fields& fields);
// `type`: the body's place in MessageBody.
MessageBody read_body(json::Fields& fields, std::size_t type);

}  // namespace skypact::line
