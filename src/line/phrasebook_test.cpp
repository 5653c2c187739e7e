// The phrasebook: the book itself, the slots that travel, and the sentences.

#include "line/phrasebook.h"

#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "json/canonical.h"
#include "line/embedded.h"
#include "line/phrase_marks.h"
#include "line/plain_text.h"
#include "tests/paths.h"

namespace skypact::line {
namespace {

using testing::HasSubstr;

geo::Position at(double lat, double lon) { return *geo::Position::from_degrees(lat, lon); }

std::string json_of(const Phrase& phrase, const Slots& slots) {
  std::string text;
  json::Writer out(text);
  append(out, phrase, slots);
  return text;
}

Result<Slots> read(unsigned number, std::string_view text) {
  const auto document = json::parse(text);
  EXPECT_TRUE(document) << text;
  return read_slots(phrasebook(), **phrase_of(phrasebook(), number), document->root());
}

std::string said(unsigned number, std::string_view text, Language language, const SayOptions& options = {}) {
  const auto slots = read(number, text);
  EXPECT_TRUE(slots) << (slots ? "" : slots.error().message);
  return slots ? say(phrasebook(), **phrase_of(phrasebook(), number), *slots, language, options) : "";
}

// One value of each kind, as a sender writes it.
const std::map<SlotKind, std::string>& examples() {
  static const std::map<SlotKind, std::string> all{
      {SlotKind::position, R"({"lat_deg":35.17,"lon_deg":33.75})"}, {SlotKind::level, R"("FL95")"}, {SlotKind::time, R"("2026-12-01T00:00:00.000Z")"},
      {SlotKind::call_sign, R"("RESCUE 1")"}, {SlotKind::frequency, R"("121.500MHz")"}, {SlotKind::number, R"("0012/26")"},
      {SlotKind::distance, R"("5nm")"}, {SlotKind::bearing, "45"}, {SlotKind::duration, R"("10min")"}, {SlotKind::activity, R"("firing")"},
      {SlotKind::party, R"("north")"}, {SlotKind::place, R"("Larnaca")"}, {SlotKind::count, "3"}};
  return all;
}

std::string example_of(const Phrase& phrase) {
  std::map<std::string, std::string> members;
  for (const SlotRule& rule : phrase.slots) members[rule.name] = examples().at(rule.kind);
  std::string text = "{";
  for (const auto& [name, value] : members) text += fmt::format("{}\"{}\":{}", text.size() > 1 ? "," : "", name, value);
  return text + "}";
}

// --------------------------------------------------------------------------------------------------------- the book

TEST(Phrasebook, SaysEveryPhraseInFourLanguagesWithTheSameSlots) {
  const Phrasebook& book = phrasebook();
  EXPECT_GE(book.phrases.size(), 80u);
  EXPECT_EQ(book.status[0], PhraseStatus::source);
  for (std::size_t i = 1; i < book.status.size(); ++i) EXPECT_EQ(book.status[i], PhraseStatus::unreviewed) << language_words[i];
  for (const Phrase& phrase : book.phrases) {
    std::set<std::string> names;
    for (const SlotRule& rule : phrase.slots) names.insert(rule.name);
    std::set<std::string> texts;
    for (const std::string& text : phrase.text) {
      const auto marks = marks_of(text);
      ASSERT_TRUE(marks);
      EXPECT_EQ(marks->size(), names.size()) << phrase.number << ' ' << text;
      EXPECT_EQ(std::set<std::string>(marks->begin(), marks->end()), names) << phrase.number << ' ' << text;
      texts.insert(text);
    }
    EXPECT_EQ(texts.size(), 4u) << phrase.number << " reads the same in two languages";
  }
}

TEST(Phrasebook, StandsInTheBinaryAsItStandsInTheTree) {
  for (const auto& [name, embedded] : {std::pair("phrasebook.json", phrasebook_json()), std::pair("airfields.csv", airfields_csv())}) {
    std::ifstream file(tests::source_dir() / "src/line" / name, std::ios::binary);
    std::stringstream text;
    text << file.rdbuf();
    EXPECT_TRUE(text.str() == embedded) << name;
  }
}

TEST(Phrasebook, GivesNoTextToTwoNumbers) {
  for (std::size_t i = 0; i < 4; ++i) {
    std::set<std::string> texts;
    for (const Phrase& phrase : phrasebook().phrases) EXPECT_TRUE(texts.insert(phrase.text[i]).second) << phrase.number << ' ' << phrase.text[i];
  }
}

// A record of years ago must say what it said.
TEST(Phrasebook, KeepsTheMeaningOfEveryNumberForEver) {
  std::ifstream file(tests::source_dir() / "src/line/golden/phrase_numbers.txt");
  std::set<std::string> golden;
  for (std::string line; std::getline(file, line);) golden.insert(line);
  std::set<std::string> now;
  for (const Phrase& phrase : phrasebook().phrases) {
    std::string line = fmt::format("{} {}", phrase.number, phrase.answer ? to_string(*phrase.answer) : "-");
    for (const SlotRule& rule : phrase.slots) line += fmt::format(" {}:{}", rule.name, slot_kind_words[static_cast<std::size_t>(rule.kind)]);
    now.insert(line);
    EXPECT_TRUE(golden.count(line)) << "new or changed: " << line << "; a new number goes into the golden file, an old one never changes";
  }
  for (const std::string& line : golden) EXPECT_TRUE(now.count(line)) << "gone or changed: " << line;
}

TEST(Phrasebook, HasAWordForEachAnswerToAStop) {
  std::set<AnswerWord> answers;
  for (const Phrase& phrase : phrasebook().phrases) {
    if (!phrase.answer) continue;
    EXPECT_TRUE(phrase.fits(MessageClass::stop)) << phrase.number;
    answers.insert(*phrase.answer);
  }
  EXPECT_EQ(answers, (std::set<AnswerWord>{AnswerWord::passed_on, AnswerWord::stopped, AnswerWord::cannot, AnswerWord::where_exactly}));
}

TEST(Phrasebook, NamesAnUnknownNumberAndTheVersion) {
  for (const std::int64_t number : {std::int64_t{999}, std::int64_t{0}, std::int64_t{-1}, std::int64_t{10'000}, std::numeric_limits<std::int64_t>::max()}) {
    const auto phrase = phrase_of(phrasebook(), number);
    ASSERT_FALSE(phrase);
    EXPECT_EQ(phrase.error().code, ErrorCode::not_found);
    EXPECT_THAT(phrase.error().message, HasSubstr(fmt::format("there is no phrase {} in version 1 of the phrasebook", number)));
  }
  EXPECT_TRUE(phrase_of(phrasebook(), 101));
}

TEST(Phrasebook, SignsTheTextsOfOneLanguageAndNothingElse) {
  const Phrasebook book = phrasebook();
  std::set<std::string> hashes;
  for (const Language language : languages) {
    const std::string text = phrase_set_text(book, language);
    const auto document = json::parse(text);
    ASSERT_TRUE(document);
    EXPECT_EQ(*json::canonical(document->root()), text);
    EXPECT_EQ(document->root()["language"].as_string(), language_words[static_cast<std::size_t>(language)]);
    EXPECT_EQ(document->root()["phrases"].size(), book.phrases.size());
    EXPECT_EQ(document->root()["phrases"]["101"].as_string(), book.find(101)->text[static_cast<std::size_t>(language)]);
    EXPECT_EQ(phrase_set_hash(book, language), ledger::sha256(ledger::as_bytes(text)));
    hashes.insert(ledger::to_base64(phrase_set_hash(book, language)));
  }
  EXPECT_EQ(hashes.size(), 4u);
  Phrasebook other = book;
  other.phrases[0].text[2] += "!";
  EXPECT_NE(phrase_set_hash(other, Language::ru), phrase_set_hash(book, Language::ru));
  EXPECT_EQ(phrase_set_hash(other, Language::fr), phrase_set_hash(book, Language::fr));
  other = book;
  other.words[0].text[3] += "!";
  EXPECT_NE(phrase_set_hash(other, Language::ar), phrase_set_hash(book, Language::ar));
  other = book;
  other.version = 2;
  EXPECT_EQ(phrase_set_hash(other, Language::ar), phrase_set_hash(book, Language::ar));
}

TEST(Phrasebook, IsRefusedWhereItIsWrongWithThePlaceNamed) {
  const std::string good(phrasebook_json());
  const std::string stop = "ARRÊTEZ immédiatement\u00A0: {activity}. Zone\u00A0: {distance} autour de {position}.";
  const std::tuple<std::string, std::string, const char*> all[] = {
      {"\"version\": 1", "\"version\": 0", "version: must be a whole number from 1"},
      {"\"id\": \"fr\"", "\"id\": \"de\"", "languages: there must be en, fr, ru and ar"},
      {"\"status\": \"source\"", "\"status\": \"good\"", "languages: en: status"},
      {stop, "ARRÊTEZ\u00A0: {activity}, {position}.", "group \"stop\": phrase 101: text: fr: the slot {distance} stands 0 times"},
      {stop, stop + " {distance}", "phrase 101: text: fr: the slot {distance} stands 2 times"},
      {stop, stop + " {level}", "phrase 101: text: fr: {\"level\"} is no slot of this text"},
      {stop, stop + " {", "phrase 101: text: fr: a brace without its partner"},
      {stop, stop + " }", "phrase 101: text: fr: a brace without its partner"},
      {stop, stop + "\u202E", "phrase 101: text: fr: has U+202E"},
      {stop, std::string(401, 'x'), "phrase 101: text: fr"},
      {stop, "", "phrase 101: text: fr"},
      {"\"number\": 102", "\"number\": 101", "phrase 101: numbers rise from phrase to phrase; this one follows 101"},
      {"\"number\": 102", "\"number\": 10000", "phrase 10000: number: must be a whole number from 1 to 9999"},
      {"\"classes\": [\"stop\"], \"slots\"", "\"classes\": [], \"slots\"", "phrase 101: classes: at least one"},
      {"\"classes\": [\"stop\"], \"slots\"", "\"classes\": [\"HALT\"], \"slots\"", "phrase 101: classes: each is stop"},
      {"\"answer\": \"passed_on\"", "\"answer\": \"maybe\"", "phrase 201: answer: must be passed_on"},
      {"\"kind\": \"distance\"", "\"kind\": \"target\"", "phrase 101: slots: distance: its kind is none of position"},
      {"\"name\": \"distance\", \"kind\": \"distance\"", "\"name\": \"activity\", \"kind\": \"distance\"", "phrase 101: slots: activity stands twice"},
      {"\"true\": {\"en\"", "\"truth\": {\"en\"", "words: bearing: truth: en: {\"bearing\"} is no slot"},
      {"\"unlimited\": {\"en\"", "\"boundless\": {\"en\"", "words: level: unlimited is missing"},
      {"\"firing\": {\"en\"", "\"Firing\": {\"en\"", "words: activity: \"Firing\" is no word"},
      {"\"id\": \"answer\"", "\"id\": \"stop\"", "group \"stop\": stands twice"},
  };
  ASSERT_TRUE(read_phrasebook(good));
  for (const auto& [from, to, why] : all) {
    std::string text = good;
    const std::size_t place = text.find(from);
    ASSERT_NE(place, std::string::npos) << from;
    text.replace(place, from.size(), to);
    const auto book = read_phrasebook(text);
    ASSERT_FALSE(book) << to;
    EXPECT_THAT(book.error().message, HasSubstr(why)) << to;
  }
}

// ------------------------------------------------------------------------------------------------------------ slots

TEST(PhraseSlots, OfEveryPhraseAreReadWrittenAndSaid) {
  for (const Phrase& phrase : phrasebook().phrases) {
    const std::string text = example_of(phrase);
    const auto slots = read(phrase.number, text);
    ASSERT_TRUE(slots) << phrase.number << ' ' << slots.error().message;
    EXPECT_EQ(json_of(phrase, *slots), text);
    EXPECT_TRUE(check_slots(phrasebook(), phrase, *slots));
    for (const Language language : languages) {
      const std::string sentence = say(phrasebook(), phrase, *slots, language);
      EXPECT_EQ(sentence.find_first_of("{}"), std::string::npos) << sentence;
      for (const std::string_view digits : {"٠", "١", "۰", "۱"}) EXPECT_EQ(sentence.find(digits), std::string::npos) << sentence;
    }
  }
}

TEST(PhraseSlots, AreCanonicalHoweverTheyWereWritten) {
  const auto canonical = [](unsigned number, std::string_view text) { return json_of(**phrase_of(phrasebook(), number), *read(number, text)); };
  EXPECT_EQ(canonical(101, R"({ "position": {"lon_deg": 33.750, "lat_deg": 3.517e1}, "distance": "9.26km", "activity": "firing" })"),
            R"({"activity":"firing","distance":"5nm","position":{"lat_deg":35.17,"lon_deg":33.75}})");
  EXPECT_EQ(canonical(201, R"({"time":"2026-12-01T02:00:00+02:00"})"), R"({"time":"2026-12-01T00:00:00.000Z"})");
  EXPECT_EQ(canonical(211, R"({"duration":"1.5h"})"), R"({"duration":"90min"})");
  EXPECT_EQ(canonical(704, R"({"frequency":"121.5MHz"})"), R"({"frequency":"121.500MHz"})");
  EXPECT_EQ(canonical(406, R"({"call_sign":"A","bearing":360})"), R"({"bearing":0,"call_sign":"A"})");
  EXPECT_EQ(canonical(216, R"({"position":{"lat_deg":-0.0,"lon_deg":180}})"), R"({"position":{"lat_deg":0,"lon_deg":-180}})");
}

TEST(PhraseSlots, AreRefusedWithTheSlotNamed) {
  const std::string stop = R"("distance":"5nm","position":{"lat_deg":35,"lon_deg":33}})";
  const std::tuple<unsigned, std::string, const char*> all[] = {
      {101, R"({"activity":"firing","distance":"5nm"})", "phrase 101: position: is missing"},
      {101, R"({"activity":"firing",)" + stop.substr(0, stop.size() - 1) + R"(,"target":"x"})", "phrase 101: \"target\" is not a known field"},
      {101, R"({"activity":"shelling",)" + stop, "phrase 101: activity: \"shelling\" is no activity of the phrasebook; known are firing, small_arms"},
      {101, R"({"activity":null,)" + stop, "phrase 101: activity: is missing"},
      {101, R"({"activity":1,)" + stop, "phrase 101: activity: must be a text, is a number"},
      {101, R"({"activity":"firing","distance":"5","position":{"lat_deg":35,"lon_deg":33}})", "phrase 101: distance: \"5\" is not a distance"},
      {101, R"({"activity":"firing","distance":"0nm","position":{"lat_deg":35,"lon_deg":33}})", "phrase 101: distance: must be from 1 m to 5000 NM"},
      {101, R"({"activity":"firing","distance":"5001nm","position":{"lat_deg":35,"lon_deg":33}})", "phrase 101: distance: must be from 1 m to 5000 NM"},
      {101, R"({"activity":"firing","distance":"5nm","position":{"lat_deg":95,"lon_deg":33}})", "phrase 101: position: lat_deg: must be a number from -90 to 90"},
      {101, R"({"activity":"firing","distance":"5nm","position":{"lat_deg":35}})", "phrase 101: position: lon_deg: is missing"},
      {101, R"({"activity":"firing","distance":"5nm","position":{"lat_deg":35,"lon_deg":33,"target":1}})", "phrase 101: position: \"target\" is not a known field"},
      {101, R"({"activity":"firing","distance":"5nm","position":"35N033E"})", "phrase 101: position: must be an object"},
      {101, "[]", "phrase 101: must be an object"},
      {110, R"({"time":"x"})", "phrase 110: \"time\" is not a known field"},
      {201, R"({"time":"2026-12-01"})", "phrase 201: time: \"2026-12-01\" is not a time"},
      {201, R"({"time":"2026-12-01T00:00:00.5Z"})", "phrase 201: time: must be of whole seconds"},
      {201, R"({"time":")" + std::string(100, '9') + "\"}", "phrase 201: time: has more than"},
      {211, R"({"duration":"31d"})", "phrase 211: duration: must be of whole seconds, from 1 s to 30 d"},
      {211, R"({"duration":"0s"})", "phrase 211: duration: must be of whole seconds"},
      {211, R"({"duration":"10ms"})", "phrase 211: duration: must be of whole seconds"},
      {704, R"({"frequency":"90.0MHz"})", "phrase 704: frequency:"},
      {704, R"({"frequency":121.5})", "phrase 704: frequency: must be a text"},
      {403, R"({"call_sign":"A","level":"high"})", "phrase 403: level: \"high\" is not a limit"},
      {406, R"({"call_sign":"A","bearing":361})", "phrase 406: bearing: must be whole degrees true, from 0 to 360"},
      {406, R"({"call_sign":"A","bearing":45.5})", "phrase 406: bearing: must be whole degrees true"},
      {416, R"({"call_sign":"A","number":"77 00"})", "phrase 416: number: must be 1 to 16 characters out of A-Z, 0-9, - and /"},
      {709, R"({"count":-1})", "phrase 709: count: must be from 0 to 1000000"},
      {709, R"({"count":1.5})", "phrase 709: count: must be a whole number"},
      {411, R"({"call_sign":""})", "phrase 411: call_sign: is empty"},
      {411, R"({"call_sign":"A\u202EB"})", "phrase 411: call_sign: has U+202E, which turns the direction of writing"},
      {411, R"({"call_sign":"A\u200F"})", "phrase 411: call_sign: has U+200F, which turns the direction of writing"},
      {411, R"({"call_sign":"A\u0007"})", "phrase 411: call_sign: has U+0007, a control character"},
      {411, R"({"call_sign":"A\u0000"})", "phrase 411: call_sign: has U+0000, a control character"},
      {411, R"({"call_sign":"A\n"})", "phrase 411: call_sign: has U+000A, a control character"},
      {411, R"({"call_sign":"A\u200B"})", "phrase 411: call_sign: has U+200B, which nobody sees"},
      {411, R"({"call_sign":" A"})", "phrase 411: call_sign: has a blank at an end"},
      {411, R"({"call_sign":"A  B"})", "phrase 411: call_sign: has a blank at an end, or two in a row"},
      {411, R"({"call_sign":")" + std::string(33, 'A') + "\"}", "phrase 411: call_sign: has 33 bytes; at most 32"},
      {523, R"({"party":")" + std::string(121, 'A') + "\"}", "phrase 523: party: has 121 bytes; at most 120"},
      {102, R"({"activity":"firing","distance":"5nm","place":"a\u2067b"})", "phrase 102: place: has U+2067"},
  };
  for (const auto& [number, text, why] : all) {
    const auto slots = read(number, text);
    ASSERT_FALSE(slots) << text;
    EXPECT_THAT(slots.error().message, HasSubstr(why)) << text;
  }
  EXPECT_TRUE(read(411, R"({"call_sign":")" + std::string(32, 'A') + "\"}"));
}

TEST(PhraseSlots, OfOurOwnMakingAreCheckedToo) {
  const Phrase& phrase = **phrase_of(phrasebook(), 101);
  const Slots good{std::string("firing"), nautical_miles(5), at(35, 33)};
  EXPECT_TRUE(check_slots(phrasebook(), phrase, good));
  const auto why = [&](const Slots& slots) {
    const auto checked = check_slots(phrasebook(), phrase, slots);
    return checked ? std::string() : checked.error().message;
  };
  EXPECT_EQ(why({std::string("firing"), nautical_miles(5)}), "phrase 101 has 3 slots, 2 are given");
  EXPECT_EQ(why({nautical_miles(5), nautical_miles(5), at(35, 33)}), "phrase 101: activity: is no activity");
  EXPECT_EQ(why({std::string("firing"), nautical_miles(5), geo::Position{900'000'001, 0}}), "phrase 101: position: is no position");
  EXPECT_EQ(why({std::string("firing"), nautical_miles(std::nan("")), at(35, 33)}), "phrase 101: distance: must be from 1 m to 5000 NM");
}

SlotValue any_value(SlotKind kind) {
  using rc::gen::inRange;
  switch (kind) {
    case SlotKind::position: return geo::Position{*inRange(-900'000'000, 900'000'001), *inRange(-1'800'000'000, 1'800'000'000)};
    case SlotKind::level: {
      const auto reference = static_cast<VerticalLimit::Reference>(*inRange(0, 6));
      const bool bare = reference == VerticalLimit::Reference::surface || reference == VerticalLimit::Reference::unlimited;
      return VerticalLimit{reference, bare ? Height() : Height::of_tenth_mm(*rc::gen::oneOf(inRange(0, 609'600'000), rc::gen::map(inRange(0, 2'000), [](int h) { return h * 304'800; })))};
    }
    case SlotKind::time: return Time(seconds(*inRange<std::int64_t>(0, 7'000'000'000)));
    case SlotKind::frequency: return Channel{*rc::gen::element(121'500u, 243'000u, 118'005u, 5'680u, 2'182u, 156'800u)};
    case SlotKind::distance: return *rc::gen::arbitrary<bool>() ? nautical_miles(*inRange(1, 5'000'000) / 1000.0) : metres(*inRange(1, 9'000'000));
    case SlotKind::bearing: return TrueBearing::degrees(*inRange(0, 360));
    case SlotKind::duration: return Duration(seconds(*inRange(1, 2'592'001)));
    case SlotKind::count: return std::int64_t{*inRange(0, 1'000'001)};
    case SlotKind::activity: return std::string(*rc::gen::element("firing", "jamming", "rescue"));
    case SlotKind::number: return std::string(*rc::gen::element("0012/26", "7700", "D-0007/26"));
    case SlotKind::call_sign: return std::string(*rc::gen::element("RESCUE 1", "Гроза-1", "نسر 12", "\"\\"));
    default: return std::string(*rc::gen::element("Larnaca", "Île d'Oléron", "حلب", "Псков"));
  }
}

RC_GTEST_PROP(PhraseSlots, ComeBackEqualFromTheirCanonicalText, ()) {
  const Phrase& phrase = *rc::gen::elementOf(phrasebook().phrases);
  Slots slots;
  for (const SlotRule& rule : phrase.slots) slots.push_back(any_value(rule.kind));
  RC_ASSERT(check_slots(phrasebook(), phrase, slots).has_value() || std::any_of(slots.begin(), slots.end(), [](const SlotValue& v) {
              const auto* length = std::get_if<Length>(&v);
              return length != nullptr && *length < metres(1);
            }));
  RC_PRE(check_slots(phrasebook(), phrase, slots).has_value());
  const std::string text = json_of(phrase, slots);
  const auto document = json::parse(text);
  RC_ASSERT(document.has_value());
  RC_ASSERT(*json::canonical(document->root()) == text);
  const auto back = read_slots(phrasebook(), phrase, document->root());
  RC_ASSERT(back.has_value());
  RC_ASSERT(*back == slots);
  for (const Language language : languages) RC_ASSERT(say(phrasebook(), phrase, slots, language) == say(phrasebook(), phrase, *back, language));
}

// -------------------------------------------------------------------------------------------------------- sentences

const char* const stop_json = R"({"activity":"firing","distance":"5nm","position":{"lat_deg":35.17,"lon_deg":33.75}})";

TEST(Say, IsWrittenLikeThis) {
  EXPECT_EQ(said(101, stop_json, Language::en), "STOP firing within 5\u00A0NM of 35°10′12.0″N\u00A0033°45′00.0″E. Effective immediately.");
  EXPECT_EQ(said(101, stop_json, Language::fr), "ARRÊTEZ immédiatement\u00A0: tir. Zone\u00A0: 5\u00A0NM autour de 35°10′12.0″N\u00A0033°45′00.0″E.");
  EXPECT_EQ(said(101, stop_json, Language::ru), "НЕМЕДЛЕННО ПРЕКРАТИТЕ: стрельба. Район: 5\u00A0NM вокруг точки 35°10′12.0″N\u00A0033°45′00.0″E.");
  EXPECT_EQ(said(101, stop_json, Language::ar), "أوقفوا فوراً: \u2068رماية\u2069. المنطقة: \u20685\u00A0NM\u2069 حول \u206835°10′12.0″N\u00A0033°45′00.0″E\u2069.");
  EXPECT_EQ(said(705, R"({"call_sign":"GUARD","frequency":"121.5MHz"})", Language::en), "If the line is down, call GUARD on 121.500\u00A0MHz.");
  EXPECT_EQ(said(705, R"({"call_sign":"GUARD","frequency":"121.5MHz"})", Language::ar), "إذا انقطع الخط، نادوا \u2068GUARD\u2069 على \u2068121.500\u00A0MHz\u2069.");
  EXPECT_EQ(said(212, R"({"time":"2026-12-01T06:30:00Z"})", Language::en), "Will comply at 2026-12-01\u00A006:30\u00A0UTC.");
}

TEST(Say, PutsValuesInTheUnitsOfAviation) {
  const auto level = [](const char* text) { return said(403, fmt::format(R"({{"call_sign":"A1","level":"{}"}})", text), Language::en); };
  EXPECT_EQ(level("FL95"), "Request A1 climb to FL095.");
  EXPECT_EQ(level("FL330"), "Request A1 climb to FL330.");
  EXPECT_EQ(level("9550ft pressure"), "Request A1 climb to 9550\u00A0ft pressure altitude.");
  EXPECT_EQ(level("3000ft amsl"), "Request A1 climb to 3000\u00A0ft above mean sea level.");
  EXPECT_EQ(level("300m agl"), "Request A1 climb to 300\u00A0m above ground.");
  EXPECT_EQ(level("surface"), "Request A1 climb to the surface.");
  EXPECT_EQ(said(406, R"({"call_sign":"A1","bearing":5})", Language::en), "Request A1 turn left, track 005° true.");
  EXPECT_EQ(said(406, R"({"call_sign":"A1","bearing":0})", Language::fr), "Demandons que A1 vire à gauche, route 360° vrai.");
  EXPECT_EQ(said(211, R"({"duration":"600s"})", Language::en), "Stand by. Answer within 10\u00A0min.");
  EXPECT_EQ(said(403, R"({"call_sign":"A1","level":"3000ft amsl"})", Language::ar), "نطلب من \u2068A1\u2069 الصعود إلى \u2068\u20683000\u00A0ft\u2069 فوق متوسط مستوى سطح البحر\u2069.");
}

TEST(Say, IsolatesWhatIsWrittenTheOtherWay) {
  EXPECT_EQ(said(411, R"({"call_sign":"نسر 12"})", Language::en), "That aircraft is ours, call sign \u2068نسر 12\u2069.");
  EXPECT_EQ(said(411, R"({"call_sign":"Гроза"})", Language::en), "That aircraft is ours, call sign Гроза.");
  for (const Phrase& phrase : phrasebook().phrases) {
    const std::string sentence = said(phrase.number, example_of(phrase), Language::ar);
    // Each mark that opens is closed, and there is one for each slot at least.
    int open = 0, opened = 0;
    for (std::size_t i = 0; i + 3 <= sentence.size(); ++i) {
      if (sentence.compare(i, 3, "\u2068") == 0) ++open, ++opened;
      if (sentence.compare(i, 3, "\u2069") == 0) --open;
      EXPECT_GE(open, 0);
    }
    EXPECT_EQ(open, 0) << sentence;
    EXPECT_GE(opened, static_cast<int>(phrase.slots.size())) << sentence;
  }
}

TEST(Say, TakesThePositionsFormAndThePartysName) {
  EXPECT_EQ(said(216, R"({"position":{"lat_deg":33.3,"lon_deg":44.4}})", Language::en, {.position = PositionForm::mgrs}), "Position 38S\u00A0MB\u00A044140\u00A084706 is confirmed.");
  EXPECT_EQ(said(216, R"({"position":{"lat_deg":33.3,"lon_deg":44.4}})", Language::en, {.position = PositionForm::decimal}), "Position 33.300000,\u00A044.400000 is confirmed.");
  const Parties parties{{"unknown", "Unknown", "?"}, {"north", "North Air Force", "NRTH"}};
  SayOptions options;
  options.parties = &parties;
  EXPECT_THAT(said(707, R"({"party":"north"})", Language::en, options), HasSubstr("through North Air Force."));
  EXPECT_THAT(said(707, R"({"party":"east"})", Language::en, options), HasSubstr("through east."));
}

TEST(Say, NamesThePlaceThatIsNear) {
  PlaceEcho shown;
  EXPECT_EQ(say_near(phrasebook(), shown, Language::en), "no named place near");
  shown.near = NamedPlace{"Larnaca International Airport", "LCLK", TrueBearing::degrees(45), nautical_miles(12.3)};
  EXPECT_EQ(say_near(phrasebook(), shown, Language::en), "045° true, 12.3\u00A0NM (22.8\u00A0km) from Larnaca International Airport (LCLK)");
  EXPECT_EQ(say_near(phrasebook(), shown, Language::ar), "اتجاه \u2068045°\u2069 حقيقي، على بعد \u206812.3\u00A0NM\u2069 (\u206822.8\u00A0km\u2069) من: \u2068Larnaca International Airport (LCLK)\u2069");
  shown.near->distance = metres(99);
  EXPECT_EQ(say_near(phrasebook(), shown, Language::en), "at Larnaca International Airport (LCLK)");
}

}  // namespace
}  // namespace skypact::line
