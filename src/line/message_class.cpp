#include "line/message_class.h"

#include <algorithm>
#include <iterator>

namespace skypact::line {
namespace {

constexpr std::string_view classes[] = {"stop", "distress", "warn", "inform"};
constexpr std::string_view answers[] = {"seen", "passed_on", "stopped", "cannot", "where_exactly", "loud_and_clear"};

template <class Enum, std::size_t N>
std::optional<Enum> find_word(const std::string_view (&words)[N], std::string_view word) {
  const auto at = std::find(std::begin(words), std::end(words), word);
  if (at == std::end(words)) return std::nullopt;
  return static_cast<Enum>(at - std::begin(words));
}

}  // namespace

std::string_view to_string(MessageClass of) { return classes[static_cast<std::size_t>(of)]; }
std::optional<MessageClass> class_of(std::string_view word) { return find_word<MessageClass>(classes, word); }
std::string_view to_string(AnswerWord word) { return answers[static_cast<std::size_t>(word)]; }
std::optional<AnswerWord> answer_word_of(std::string_view word) { return find_word<AnswerWord>(answers, word); }

}  // namespace skypact::line
