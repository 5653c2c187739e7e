// Any bytes as the slots of any phrase: an error, or slots that are said in every language and read back equal.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/check.h"
#include "line/phrasebook.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace skypact;
  if (size < 2) return 0;
  // The first two bytes choose the phrase.
  const line::Phrasebook& book = line::phrasebook();
  const line::Phrase& phrase = book.phrases[(data[0] * 256u + data[1]) % book.phrases.size()];
  const auto document = json::parse({reinterpret_cast<const char*>(data) + 2, size - 2});
  if (!document) return 0;
  const auto slots = line::read_slots(book, phrase, document->root());
  if (!slots) {
    SKYPACT_CHECK(slots.error().message.starts_with("phrase "));
    return 0;
  }
  SKYPACT_CHECK(line::check_slots(book, phrase, *slots).has_value());
  std::string text;
  json::Writer out(text);
  line::append(out, phrase, *slots);
  const auto again = json::parse(text);
  SKYPACT_CHECK(again.has_value());
  const auto back = line::read_slots(book, phrase, again->root());
  SKYPACT_CHECK(back.has_value() && *back == *slots);
  for (const line::Language language : line::languages) SKYPACT_CHECK(!line::say(book, phrase, *slots, language).empty());
  return 0;
}
