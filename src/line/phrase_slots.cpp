#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

#include "base/check.h"
#include "base/text.h"
#include "json/canonical.h"
#include "json/fields.h"
#include "line/phrasebook.h"
#include "line/plain_text.h"
#include "pact/terms.h"
#include "pact/units.h"

namespace skypact::line {
namespace {

constexpr std::size_t longest_quantity = 24;         // bytes of "12.5nm", "FL95", a time

Result<SlotValue> position_of(json::Value value) {
  json::Fields fields(value);
  const auto lat = fields.number("lat_deg", -90, 90, json::required), lon = fields.number("lon_deg", -180, 180, json::required);
  fields.refuse_unknown();
  if (fields.error()) return *fields.error();
  return SlotValue(*geo::Position::from_degrees(*lat, *lon));
}

Result<SlotValue> value_of(SlotKind kind, json::Value value) {
  if (kind == SlotKind::position) return position_of(value);
  if (kind == SlotKind::count) {
    const auto number = value.as_integer();
    if (!number) return bad_input("must be a whole number");
    return SlotValue(*number);
  }
  if (kind == SlotKind::bearing) {
    const auto number = value.as_integer();
    if (!number || *number < 0 || *number > 360) return bad_input("must be whole degrees true, from 0 to 360");
    return SlotValue(TrueBearing::degrees(static_cast<double>(*number)));
  }
  const auto text = value.as_string();
  if (!text) return bad_input(fmt::format("must be a text, is {}", to_string(value.kind())));
  const bool quantity = kind == SlotKind::level || kind == SlotKind::time || kind == SlotKind::frequency || kind == SlotKind::distance || kind == SlotKind::duration;
  if (quantity && text->size() > longest_quantity + 11) return bad_input(fmt::format("has more than {} bytes", longest_quantity + 11));
  const auto put = [](auto&& read) -> Result<SlotValue> {
    if (!read) return read.error();
    return SlotValue(*read);
  };
  switch (kind) {
    case SlotKind::level: return put(pact::parse_limit(*text));
    case SlotKind::time: return put(parse_rfc3339(*text));
    case SlotKind::distance: return put(parse_length(*text));
    case SlotKind::duration: return put(parse_duration(*text));
    case SlotKind::frequency: {
      auto khz = pact::parse_channel(*text);
      if (!khz) return khz.error();
      return SlotValue(Channel{*khz});
    }
    default: return SlotValue(std::string(*text));
  }
}

Result<void> check_text(const std::string& text, std::size_t longest) {
  if (text.empty()) return bad_input("is empty");
  if (text.size() > longest) return Error{ErrorCode::over_limit, fmt::format("has {} bytes; at most {}", text.size(), longest)};
  if (const auto hidden = not_plain(text)) return bad_input(fmt::format("has {}; write it in plain text", *hidden));
  if (text.front() == ' ' || text.back() == ' ' || text.find("  ") != std::string::npos) {
    return bad_input("has a blank at an end, or two in a row; two names that look alike must be alike");
  }
  return {};
}

Result<void> check_value(const Phrasebook& book, SlotKind kind, const SlotValue& value) {
  switch (kind) {
    case SlotKind::position:
      if (const auto* p = std::get_if<geo::Position>(&value)) {
        if (std::abs(std::int64_t{p->lat_e7}) > 900'000'000 || p->lon_e7 < -1'800'000'000 || p->lon_e7 >= 1'800'000'000) return bad_input("is no position");
        return {};
      }
      break;
    case SlotKind::level:
      if (const auto* level = std::get_if<VerticalLimit>(&value)) {
        const auto back = pact::parse_limit(pact::limit_text(*level));
        if (!back || !(*back == *level)) return bad_input("is no level; levels go from 0 to 200000 ft");
        return {};
      }
      break;
    case SlotKind::time:
      if (const auto* time = std::get_if<Time>(&value)) {
        if (time->time_since_epoch() % seconds(1) != Duration()) return bad_input("must be of whole seconds");
        const auto back = parse_rfc3339(to_rfc3339(*time));
        if (!back || *back != *time) return bad_input("is no time that can be written");
        return {};
      }
      break;
    case SlotKind::frequency:
      if (const auto* channel = std::get_if<Channel>(&value)) {
        const auto back = pact::parse_channel(pact::channel_text(channel->khz));
        if (!back) return back.error();
        return *back == channel->khz ? Result<void>() : bad_input("is no channel");
      }
      break;
    case SlotKind::distance:
      if (const auto* length = std::get_if<Length>(&value)) {
        if (*length >= metres(1) && *length <= PhraseLimits::distance) return {};
        return bad_input(fmt::format("must be from 1 m to {:.0f} NM", PhraseLimits::distance.in(nautical_miles)));
      }
      break;
    case SlotKind::bearing:
      if (const auto* bearing = std::get_if<TrueBearing>(&value)) {
        if (bearing->in_degrees() == std::floor(bearing->in_degrees())) return {};
        return bad_input("must be whole degrees true");
      }
      break;
    case SlotKind::duration:
      if (const auto* duration = std::get_if<Duration>(&value)) {
        if (*duration % seconds(1) == Duration() && *duration >= seconds(1) && *duration <= PhraseLimits::duration) return {};
        return bad_input("must be of whole seconds, from 1 s to 30 d");
      }
      break;
    case SlotKind::count:
      if (const auto* count = std::get_if<std::int64_t>(&value)) {
        if (*count >= 0 && *count <= PhraseLimits::count) return {};
        return bad_input(fmt::format("must be from 0 to {}", PhraseLimits::count));
      }
      break;
    case SlotKind::call_sign:
      if (const auto* text = std::get_if<std::string>(&value)) return check_text(*text, PhraseLimits::call_sign);
      break;
    case SlotKind::party:
    case SlotKind::place:
      if (const auto* text = std::get_if<std::string>(&value)) return check_text(*text, PhraseLimits::name);
      break;
    case SlotKind::number:
      if (const auto* text = std::get_if<std::string>(&value)) {
        const bool sound = std::all_of(text->begin(), text->end(), [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '/'; });
        if (sound && !text->empty() && text->size() <= PhraseLimits::reference) return {};
        return bad_input(fmt::format("must be 1 to {} characters out of A-Z, 0-9, - and /", PhraseLimits::reference));
      }
      break;
    case SlotKind::activity:
      if (const auto* text = std::get_if<std::string>(&value)) {
        if (book.find_word("activity", *text) != nullptr) return {};
        std::string known;
        for (const PhraseWord& word : book.words) {
          if (word.list == "activity") known += (known.empty() ? "" : ", ") + word.word;
        }
        return bad_input(fmt::format("{} is no activity of the phrasebook; known are {}", quoted(*text), known));
      }
      break;
  }
  return bad_input(fmt::format("is no {}", slot_kind_words[static_cast<std::size_t>(kind)]));
}

Error within_phrase(Error error, const Phrase& phrase, std::string_view slot) {
  return std::move(error).within(slot).within(fmt::format("phrase {}", phrase.number));
}

}  // namespace

Result<Slots> read_slots(const Phrasebook& book, const Phrase& phrase, json::Value value) {
  json::Fields fields(value);
  Slots slots;
  for (const SlotRule& rule : phrase.slots) {
    const json::Value given = fields.any(rule.name);
    if (fields.error()) break;
    if (!given.has_value()) return within_phrase(bad_input("is missing"), phrase, rule.name);
    auto read = value_of(rule.kind, given);
    if (!read) return within_phrase(std::move(read).error(), phrase, rule.name);
    if (auto ok = check_value(book, rule.kind, *read); !ok) return within_phrase(ok.error(), phrase, rule.name);
    slots.push_back(std::move(*read));
  }
  fields.refuse_unknown();
  if (fields.error()) return Error(*fields.error()).within(fmt::format("phrase {}", phrase.number));
  return slots;
}

Result<void> check_slots(const Phrasebook& book, const Phrase& phrase, const Slots& slots) {
  if (slots.size() != phrase.slots.size()) return bad_input(fmt::format("phrase {} has {} slots, {} are given", phrase.number, phrase.slots.size(), slots.size()));
  for (std::size_t i = 0; i < slots.size(); ++i) {
    if (auto ok = check_value(book, phrase.slots[i].kind, slots[i]); !ok) return within_phrase(ok.error(), phrase, phrase.slots[i].name);
  }
  return {};
}

void append(json::Writer& out, const Phrase& phrase, const Slots& slots) {
  SKYPACT_CHECK(slots.size() == phrase.slots.size());
  std::vector<std::size_t> order(slots.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return phrase.slots[a].name < phrase.slots[b].name; });
  out.begin_object();
  for (const std::size_t i : order) {
    const SlotValue& value = slots[i];
    out.key(phrase.slots[i].name);
    switch (phrase.slots[i].kind) {
      case SlotKind::position: {
        const auto& position = std::get<geo::Position>(value);
        out.begin_object();
        out.key("lat_deg");
        out.raw(json::canonical_number(position.lat_degrees()));
        out.key("lon_deg");
        out.raw(json::canonical_number(position.lon_degrees()));
        out.end_object();
        break;
      }
      case SlotKind::level: out.value(pact::limit_text(std::get<VerticalLimit>(value))); break;
      case SlotKind::time: out.value(to_rfc3339(std::get<Time>(value))); break;
      case SlotKind::frequency: out.value(pact::channel_text(std::get<Channel>(value).khz)); break;
      case SlotKind::distance: out.value(pact::length_text(std::get<Length>(value))); break;
      case SlotKind::bearing: out.value(static_cast<int>(std::get<TrueBearing>(value).in_degrees())); break;
      case SlotKind::duration: out.value(pact::duration_text(std::get<Duration>(value))); break;
      case SlotKind::count: out.value(std::get<std::int64_t>(value)); break;
      case SlotKind::call_sign:
      case SlotKind::number:
      case SlotKind::activity:
      case SlotKind::party:
      case SlotKind::place: out.value(std::get<std::string>(value)); break;
    }
  }
  out.end_object();
}

}  // namespace skypact::line
