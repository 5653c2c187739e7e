#include <algorithm>

#include <fmt/format.h>

#include "base/check.h"
#include "line/phrase_marks.h"
#include "line/phrasebook.h"
#include "line/plain_text.h"
#include "pact/clause_text.h"
#include "pact/terms.h"
#include "pact/units.h"

namespace skypact::line {
namespace {

// Number and unit stay on one line.
std::string unbroken(std::string text) {
  for (std::size_t space = text.find(' '); space != std::string::npos; space = text.find(' ', space)) text.replace(space, 1, "\u00A0");
  return text;
}

class Speaker {
 public:
  Speaker(const Phrasebook& book, Language language, const SayOptions& options)
      : book_(book), language_(static_cast<std::size_t>(language)), rtl_(language == Language::ar), options_(options) {}

  // What is not of the sentence's direction stands isolated.
  [[nodiscard]] std::string own(std::string text) const { return rtl_ || has_right_to_left(text) ? isolated(text) : text; }

  template <class Value>
  [[nodiscard]] std::string word(std::string_view list, std::string_view word, const Value& value) const {
    const PhraseWord* found = book_.find_word(list, word);
    SKYPACT_CHECK(found != nullptr);
    return filled(found->text[language_], value);
  }
  [[nodiscard]] std::string word(std::string_view list, std::string_view name) const {
    return word(list, name, [](std::string_view) { return std::string(); });
  }

  [[nodiscard]] std::string value(SlotKind kind, const SlotValue& value) const {
    switch (kind) {
      case SlotKind::position: return position(std::get<geo::Position>(value));
      case SlotKind::level: return level(std::get<VerticalLimit>(value));
      case SlotKind::time: return unbroken(pact::shown_time(std::get<Time>(value)));
      case SlotKind::frequency: return unbroken(pact::shown_quantity(pact::channel_text(std::get<Channel>(value).khz)));
      case SlotKind::distance: return unbroken(pact::shown_quantity(pact::length_text(std::get<Length>(value))));
      case SlotKind::bearing: {
        const std::string degrees = bearing_text(std::get<TrueBearing>(value));
        return word("bearing", "true", [&](std::string_view) { return own(degrees); });
      }
      case SlotKind::duration: return unbroken(pact::shown_quantity(pact::duration_text(std::get<Duration>(value))));
      case SlotKind::count: return std::to_string(std::get<std::int64_t>(value));
      case SlotKind::activity: return word("activity", std::get<std::string>(value));
      case SlotKind::party: return party(std::get<std::string>(value));
      case SlotKind::call_sign:
      case SlotKind::number:
      case SlotKind::place: return std::get<std::string>(value);
    }
    return {};
  }

 private:
  [[nodiscard]] std::string position(geo::Position position) const {
    switch (options_.position) {
      case PositionForm::dms: return unbroken(dms_text(position));
      case PositionForm::decimal: return unbroken(decimal_text(position));
      case PositionForm::mgrs: return unbroken(mgrs_text(position));
    }
    return {};
  }

  [[nodiscard]] std::string level(const VerticalLimit& limit) const {
    const auto above = [&](std::string_view datum) {
      return word("level", datum, [&](std::string_view) { return own(unbroken(pact::shown_quantity(pact::height_text(limit.height)))); });
    };
    using Reference = VerticalLimit::Reference;
    switch (limit.reference) {
      case Reference::surface: return word("level", "surface");
      case Reference::unlimited: return word("level", "unlimited");
      case Reference::pressure: {
        // Flight levels have three figures (ICAO Doc 4444, appendix 2, item 15).
        const std::string text = pact::limit_text(limit);
        return text.starts_with("FL") ? fmt::format("FL{:0>3}", text.substr(2)) : above("pressure");
      }
      case Reference::mean_sea_level: return above("mean_sea_level");
      case Reference::above_ground: return above("above_ground");
      case Reference::ellipsoid: return above("ellipsoid");
    }
    return {};
  }

  [[nodiscard]] std::string party(const std::string& text) const {
    if (options_.parties != nullptr) {
      for (const Party& party : *options_.parties) {
        if (party.id == text) return party.name;
      }
    }
    return text;
  }

  const Phrasebook& book_;
  std::size_t language_;
  bool rtl_;
  const SayOptions& options_;
};

}  // namespace

std::string say(const Phrasebook& book, const Phrase& phrase, const Slots& slots, Language language, const SayOptions& options) {
  SKYPACT_CHECK(slots.size() == phrase.slots.size());
  const Speaker speaker(book, language, options);
  return filled(phrase.text[static_cast<std::size_t>(language)], [&](std::string_view name) {
    const auto rule = std::find_if(phrase.slots.begin(), phrase.slots.end(), [&](const SlotRule& r) { return r.name == name; });
    SKYPACT_CHECK(rule != phrase.slots.end());
    return speaker.own(speaker.value(rule->kind, slots[static_cast<std::size_t>(rule - phrase.slots.begin())]));
  });
}

std::string say_near(const Phrasebook& book, const PlaceEcho& echo, Language language) {
  const SayOptions options;
  const Speaker speaker(book, language, options);
  if (!echo.near) return speaker.word("echo", "none");
  const NamedPlace& near = *echo.near;
  const std::string place = near.code.empty() ? near.name : fmt::format("{} ({})", near.name, near.code);
  // Closer than the list's own positions are known, a direction would be made up.
  const bool there = near.distance < metres(100);
  return speaker.word("echo", there ? "at" : "near", [&](std::string_view name) {
    return speaker.own(name == "place"      ? place
                       : name == "bearing"  ? bearing_text(near.bearing)
                       : name == "distance" ? unbroken(nautical_text(near.distance))
                                            : unbroken(metric_text(near.distance)));
  });
}

}  // namespace skypact::line
