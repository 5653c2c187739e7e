#pragma once
// The phrasebook: numbered sentences with slots, equal in English, French, Russian and Arabic. The number and the slots travel;
// each side reads its own language.
//
//     auto phrase = phrase_of(phrasebook(), 101);           // "there is no phrase 999 in version 1 of the phrasebook; …"
//     auto slots = read_slots(phrasebook(), **phrase, json);      // {"activity": "firing", "distance": "5nm", "position": {…}}
//     say(phrasebook(), **phrase, *slots, Language::ru);
//     // "НЕМЕДЛЕННО ПРЕКРАТИТЕ: стрельба. Район: 5 NM вокруг точки 35°10′12.0″N 033°45′00.0″E."
//
// A number is given once and never again to another meaning. Every phrase has the same slots in every language, each once; what
// is sent can be said in each. Values have the same form in every language: Latin digits, NM, ft, MHz, UTC. In Arabic each value
// stands isolated (U+2068 … U+2069); elsewhere the ones that have letters written from right to left do. There is no slot for a
// target or for intelligence (R7). The texts are in src/line/phrasebook.json; the format is docs/formats/phrasebook.md. English
// is the source; every other language is unreviewed until a party has signed its texts, whose hash is phrase_set_hash().
// Plain values; pure functions; any thread.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "airspace/identity.h"
#include "airspace/rules.h"
#include "base/quantity.h"
#include "base/result.h"
#include "base/time.h"
#include "geo/position.h"
#include "json/document.h"
#include "json/writer.h"
#include "ledger/hash.h"
#include "line/message_class.h"
#include "line/place.h"

namespace skypact::line {

struct PhraseLimits {
  static constexpr std::size_t bytes = std::size_t{1} << 20;   // of the book
  static constexpr std::size_t phrases = 1'000;
  static constexpr std::size_t groups = 50;
  static constexpr std::size_t words = 500;                    // of one list
  static constexpr unsigned number = 9'999;
  static constexpr std::size_t slots = 8;                      // of one phrase
  static constexpr std::size_t text = 400;                     // bytes of a sentence
  static constexpr std::size_t word = 24;                      // of an id
  static constexpr std::size_t call_sign = 32;
  static constexpr std::size_t name = 120;                     // of a party, a place
  static constexpr std::size_t reference = 16;                 // of a number such as "0012/26"
  static constexpr std::int64_t count = 1'000'000;
  static constexpr Length distance = nautical_miles(5'000);
  static constexpr Duration duration = std::chrono::hours(24 * 30);
};

enum class Language : std::uint8_t { en, fr, ru, ar };
inline constexpr std::array<std::string_view, 4> language_words{"en", "fr", "ru", "ar"};
inline constexpr std::array languages{Language::en, Language::fr, Language::ru, Language::ar};
[[nodiscard]] std::optional<Language> language_of(std::string_view word);

enum class SlotKind : std::uint8_t { position, level, time, call_sign, frequency, number, distance, bearing, duration, activity, party, place, count };
inline constexpr std::array<std::string_view, 13> slot_kind_words{"position", "level", "time", "call_sign", "frequency", "number", "distance",
                                                                  "bearing", "duration", "activity", "party", "place", "count"};

struct SlotRule {
  std::string name;
  SlotKind kind = SlotKind::position;
};

using Texts = std::array<std::string, 4>;                      // index: Language

struct Phrase {
  unsigned number = 0;
  std::string group;
  std::vector<MessageClass> classes;                           // with which it may be sent; at least one
  std::optional<AnswerWord> answer;                            // what it means as an answer to a STOP, for timers and for the record
  std::vector<SlotRule> slots;
  Texts text;                                                  // with {slot} marks
  [[nodiscard]] bool fits(MessageClass message_class) const;
};

struct PhraseGroup {
  std::string id;
  Texts title;
};

struct PhraseWord {
  std::string list, word;                                      // "activity", "firing"
  Texts text;
};

enum class PhraseStatus : std::uint8_t { source, unreviewed };

struct Phrasebook {
  unsigned version = 0;
  std::array<PhraseStatus, 4> status{};
  std::vector<PhraseGroup> groups;
  std::vector<Phrase> phrases;                                 // by rising number
  std::vector<PhraseWord> words;                               // by list, then as the book has them
  [[nodiscard]] const Phrase* find(unsigned number) const;
  [[nodiscard]] const PhraseWord* find_word(std::string_view list, std::string_view word) const;
};

// The book that is built into the binary. Read once; a defect of it is our own bug.
[[nodiscard]] const Phrasebook& phrasebook();

// Errors name the phrase, the language and the slot.
Result<Phrasebook> read_phrasebook(std::string_view text);

// Errors: not_found, naming the number and the book's version.
Result<const Phrase*> phrase_of(const Phrasebook& book, std::int64_t number);

// A radio channel by its name in kilohertz: 118.005 MHz, an 8.33 kHz channel, is 118005.
struct Channel {
  std::uint32_t khz = 0;
  friend bool operator==(Channel, Channel) = default;
};

// By kind: position geo::Position · level VerticalLimit · time Time · frequency Channel · distance Length · bearing TrueBearing ·
// duration Duration · count std::int64_t · call_sign, number, activity, party and place std::string.
using SlotValue = std::variant<geo::Position, VerticalLimit, Time, Channel, Length, TrueBearing, Duration, std::int64_t, std::string>;
// In the order of Phrase::slots.
using Slots = std::vector<SlotValue>;

// An object with a member for each slot; none may be missing and none may be more. Errors name phrase and slot.
Result<Slots> read_slots(const Phrasebook& book, const Phrase& phrase, json::Value value);
// The same rules for values that were made, not read.
Result<void> check_slots(const Phrasebook& book, const Phrase& phrase, const Slots& slots);
// One canonical object (RFC 8785): what read_slots reads back is equal. The slots have passed check_slots.
void append(json::Writer& out, const Phrase& phrase, const Slots& slots);

enum class PositionForm : std::uint8_t { dms, decimal, mgrs };

struct SayOptions {
  PositionForm position = PositionForm::dms;
  const Parties* parties = nullptr;                            // a party slot that holds an id of them is said by its name
};

// The sentence. The slots have passed check_slots.
[[nodiscard]] std::string say(const Phrasebook& book, const Phrase& phrase, const Slots& slots, Language language, const SayOptions& options = {});

// "045° true, 12.3 NM (22.8 km) from Larnaca International Airport (LCLK)"
[[nodiscard]] std::string say_near(const Phrasebook& book, const PlaceEcho& echo, Language language);

// The texts of one language as canonical JSON, and its SHA-256: what a party signs when its people have read them.
[[nodiscard]] std::string phrase_set_text(const Phrasebook& book, Language language);
[[nodiscard]] ledger::Hash phrase_set_hash(const Phrasebook& book, Language language);

}  // namespace skypact::line
