#include "pact/clause_text.h"

#include <algorithm>
#include <cmath>

#include <fmt/args.h>
#include <fmt/format.h>

#include "base/text.h"
#include "pact/clause_phrases.h"
#include "pact/terms_words.h"
#include "pact/units.h"

namespace skypact::pact {
namespace {

constexpr std::string_view isolate = "\u2068", isolated = "\u2069";   // FIRST STRONG ISOLATE, POP DIRECTIONAL ISOLATE

// How many corners of an outline a text lists; the machine clause has them all.
constexpr std::size_t places_said = 12;

// Builds one text and keeps the quantities that it names.
class Composer {
 public:
  Composer(const Terms& terms, std::size_t language) : t_(terms), language_(language), rtl_(generated_languages[language] == "ar") {}

  std::string text() { return std::move(text_); }
  std::vector<std::string> quantities() { return std::move(quantities_); }

  void compose(std::string_view clause) {
    const auto rest = [&](std::string_view kind) { return clause.starts_with(kind) ? clause.substr(kind.size()) : std::string_view(); };
    const auto by_id = [](const auto& list, std::string_view id) -> decltype(&list.front()) {
      const auto at = std::find_if(list.begin(), list.end(), [&](const auto& one) { return one.id == id; });
      return at == list.end() ? nullptr : &*at;
    };
    if (clause == "pact") return pact();
    if (clause == "validity") return validity();
    if (clause == "area") return area();
    if (clause == "escalation") return escalation();
    if (clause == "safety_floor") return say(Phrase::safety_floor, {list(safety_floor_ids(t_))});
    if (clause == "minima.default") return say(Phrase::minima_default, separation(t_.default_minima, t_.default_level_tolerance));
    if (const auto id = rest("minima."); !id.empty()) {
      if (const auto* m = by_id(t_.minima, id)) return minimum(*m);
    } else if (const auto party_id = rest("party."); !party_id.empty()) {
      if (const auto* party = by_id(t_.parties, party_id)) return this->party(*party);
    } else if (const auto of = rest("identification."); !of.empty()) {
      if (const auto* party = by_id(t_.parties, of)) return identification(*party);
    } else if (const auto zone_id = rest("zone."); !zone_id.empty()) {
      if (const auto* z = by_id(t_.zones, zone_id)) return zone(*z);
    } else if (const auto frequency_id = rest("frequency."); !frequency_id.empty()) {
      if (const auto* f = by_id(t_.frequencies, frequency_id)) return frequency(*f);
    } else if (const auto activity = rest("notice."); !activity.empty()) {
      for (const TermsNotice& n : t_.notices) {
        if (n.activity == activity) return say(Phrase::notice, {own(n.activity), quantity(duration_text(n.at_least))});
      }
    } else if (const auto outsider = rest("outside."); !outsider.empty()) {
      if (const auto* o = by_id(t_.outsiders, outsider)) return say(Phrase::outsider, {own(o->whom), party_name(o->party), desk_name(o->party, o->desk)});
    } else if (const auto sharing_id = rest("sharing."); !sharing_id.empty()) {
      if (const auto* s = by_id(t_.sharing, sharing_id)) return sharing(*s);
    } else if (const auto release_id = rest("distress."); !release_id.empty()) {
      if (const auto* r = by_id(t_.releases, release_id)) return release(*r);
    }
  }

 private:
  // What is not of the text's language stands isolated, so that the direction of writing does not turn it.
  std::string own(std::string_view text) const { return rtl_ ? std::string(isolate) + std::string(text) + std::string(isolated) : std::string(text); }

  std::string kept(std::string shown) {
    if (std::find(quantities_.begin(), quantities_.end(), shown) == quantities_.end()) quantities_.push_back(shown);
    // Number and unit stay on one line.
    for (std::size_t space = shown.find(' '); space != std::string::npos; space = shown.find(' ', space)) shown.replace(space, 1, "\u00A0");
    return own(shown);
  }
  std::string quantity(std::string_view text) { return kept(shown_quantity(text)); }
  std::string time(Time at) { return kept(shown_time(at)); }

  std::string phrase(Phrase p) const { return std::string(words_of(p, language_)); }

  std::string limit(const VerticalLimit& l) {
    using Reference = VerticalLimit::Reference;
    switch (l.reference) {
      case Reference::surface: return phrase(Phrase::surface);
      case Reference::unlimited: return phrase(Phrase::unlimited);
      case Reference::pressure: {
        const std::string text = limit_text(l);
        if (text.starts_with("FL")) return kept(text);
        return filled(Phrase::pressure, {quantity(height_text(l.height))});
      }
      case Reference::mean_sea_level: return filled(Phrase::mean_sea_level, {quantity(height_text(l.height))});
      case Reference::above_ground: return filled(Phrase::above_ground, {quantity(height_text(l.height))});
      case Reference::ellipsoid: return filled(Phrase::ellipsoid, {quantity(height_text(l.height))});
    }
    return {};
  }

  std::string filled(Phrase p, const std::vector<std::string>& arguments) const {
    fmt::dynamic_format_arg_store<fmt::format_context> store;
    for (const std::string& one : arguments) store.push_back(one);
    const std::string_view words = words_of(p, language_);
    return fmt::vformat(fmt::string_view(words.data(), words.size()), store);
  }

  void say(Phrase p, const std::vector<std::string>& arguments = {}) {
    if (!text_.empty()) text_ += ' ';
    text_ += filled(p, arguments);
  }

  std::string list(const std::vector<std::string>& items) const {
    std::string out;
    for (const std::string& one : items) out += (out.empty() ? "" : rtl_ ? "، " : ", ") + own(one);
    return out;
  }

  std::string party_name(const std::string& id) const {
    const TermsParty* party = find_party(t_, id);
    return own(party == nullptr ? id : party->name);
  }
  std::string desk_name(const std::string& party_id, const std::string& id) const {
    if (const TermsParty* party = find_party(t_, party_id)) {
      for (const Desk& desk : party->desks) {
        if (desk.id == id) return own(desk.name);
      }
    }
    return own(id);
  }
  std::string party_names(const std::vector<std::string>& ids) const {
    std::string out;
    for (const std::string& id : ids) out += (out.empty() ? "" : rtl_ ? "، " : ", ") + party_name(id);
    return out;
  }

  std::vector<std::string> separation(const Minima& m, Height tolerance) {
    // In this order, which is that of the quantities.
    std::string horizontal = quantity(length_text(m.horizontal)), vertical = quantity(height_text(m.vertical)), level = quantity(height_text(tolerance));
    return {std::move(horizontal), std::move(vertical), std::move(level)};
  }

  void pact() {
    say(Phrase::pact, {own(t_.title), own(t_.id), std::to_string(t_.version)});
    if (t_.supersedes) say(Phrase::supersedes, {own(to_hex(*t_.supersedes))});
  }

  void area() {
    const std::string floor = limit(t_.area.floor), ceiling = limit(t_.area.ceiling);
    say(Phrase::area, {floor, ceiling});
    for (const Ring& ring : t_.area.outlines) say(Phrase::in_ring, {std::to_string(ring.size()), places(ring)});
  }

  static std::string place(geo::Position p) { return fmt::format("{}\u00A0{}", p.lat_degrees(), p.lon_degrees()); }
  std::string places(const Ring& ring) const {
    std::string out;
    for (std::size_t i = 0; i < ring.size() && i < places_said; ++i) out += (i == 0 ? "" : "; ") + place(ring[i]);
    return own(ring.size() > places_said ? out + "; …" : out);
  }

  void validity() {
    const std::string from = time(t_.validity.valid.from), to = time(t_.validity.valid.to);
    say(Phrase::validity, {from, to});
    for (const Time at : t_.validity.review) say(Phrase::review, {time(at)});
    if (t_.validity.termination_notice > Duration()) say(Phrase::termination, {quantity(duration_text(t_.validity.termination_notice))});
  }

  std::string side(const PairSide& s) const {
    const std::string kind = phrase(!s.aircraft_class ? Phrase::class_any : class_phrase(*s.aircraft_class));
    if (s.who == PairSide::Who::any) return filled(Phrase::side_any, {kind});
    if (s.who == PairSide::Who::none) return filled(Phrase::side_none, {kind});
    return filled(Phrase::side_party, {party_name(s.party), kind});
  }

  void when(const Schedule& schedule) {
    for (const auto& span : schedule.spans) {
      const std::string from = time(span.from), to = time(span.to);
      say(Phrase::span, {from, to});
    }
    for (const WeeklyHours& hours : schedule.weekly) {
      std::string days;
      for (std::size_t day = 0; day < day_words.size(); ++day) {
        if ((hours.days >> day & 1) != 0) days += (days.empty() ? "" : rtl_ ? "، " : ", ") + phrase(static_cast<Phrase>(static_cast<std::size_t>(Phrase::monday) + day));
      }
      const std::string from = kept(clock_text(hours.from)), to = kept(clock_text(hours.to));
      say(Phrase::weekly, {days, from, to});
    }
  }

  void minimum(const TermsMinimum& m) {
    std::vector<std::string> arguments{side(m.one), side(m.other)};
    for (std::string& one : separation(m.minima, m.level_tolerance)) arguments.push_back(std::move(one));
    say(Phrase::minima, arguments);
    if (!m.area.empty()) say(Phrase::in_ring, {std::to_string(m.area.size()), places(m.area)});
    when(m.when);
  }

  void party(const TermsParty& p) {
    if (p.signs()) {
      say(Phrase::party, {own(p.name), own(p.id), std::to_string(p.quorum), std::to_string(p.signatories.size())});
    } else {
      say(Phrase::member, {own(p.name), own(p.id), party_name(p.lead)});
    }
    for (const Desk& desk : p.desks) say(Phrase::desk, {own(desk.name), list(desk.languages), own(desk.contact)});
  }

  void identification(const TermsParty& p) {
    for (const Fleet& fleet : p.fleets) {
      std::vector<std::string> addresses;
      for (const IcaoRange& r : fleet.addresses) addresses.push_back(r.first == r.last ? fmt::format("{:06X}", r.first) : fmt::format("{:06X}-{:06X}", r.first, r.last));
      say(Phrase::fleet, {own(p.name), phrase(class_phrase(fleet.aircraft_class))});
      if (!addresses.empty()) say(Phrase::addresses, {list(addresses)});
      if (!fleet.registrations.empty()) say(Phrase::registrations, {list(fleet.registrations)});
      if (!fleet.callsigns.empty()) say(Phrase::callsigns, {list(fleet.callsigns)});
    }
  }

  void zone(const TermsZone& z) {
    const std::string parties = z.parties.empty() ? phrase(Phrase::nobody) : party_names(z.parties);
    say(static_cast<Phrase>(static_cast<std::size_t>(Phrase::zone_keep_clear) + static_cast<std::size_t>(z.rule)), {own(z.name), parties});
    if (z.centre) say(Phrase::circle, {own(place(*z.centre)), quantity(length_text(z.radius))});
    if (!z.outline.empty()) say(Phrase::ring, {std::to_string(z.outline.size()), places(z.outline)});
    if (z.buffer > Length()) say(Phrase::buffer, {quantity(length_text(z.buffer))});
    const std::string floor = limit(z.floor), ceiling = limit(z.ceiling);
    say(Phrase::band, {floor, ceiling});
    if (z.moves_with) say(Phrase::moves_with, {own(to_string(*z.moves_with))});
    if (!z.itinerary.empty()) {
      const std::string from = time(z.itinerary.front().at), to = time(z.itinerary.back().at);
      Ring way;
      for (const Waypoint& point : z.itinerary) way.push_back(point.position);
      say(Phrase::itinerary, {std::to_string(way.size()), from, to, places(way)});
    }
    when(z.when);
    if (!z.call_frequency.empty()) {
      for (const TermsFrequency& f : t_.frequencies) {
        if (f.id == z.call_frequency) say(Phrase::call_frequency, {own(f.call_sign), quantity(channel_text(f.khz))});
      }
    }
    if (const std::size_t slash = z.call_desk.find('/'); slash != std::string::npos) {
      say(Phrase::call_desk, {desk_name(z.call_desk.substr(0, slash), z.call_desk.substr(slash + 1))});
    }
  }

  void frequency(const TermsFrequency& f) {
    say(static_cast<Phrase>(static_cast<std::size_t>(Phrase::frequency_working) + static_cast<std::size_t>(f.use)), {quantity(channel_text(f.khz)), own(f.call_sign)});
    if (!f.parties.empty()) say(Phrase::watched_by, {party_names(f.parties)});
    if (!f.area.empty()) say(Phrase::in_ring, {std::to_string(f.area.size()), places(f.area)});
  }

  void escalation() {
    const Escalation& e = t_.escalation;
    std::vector<std::string> timers;
    for (const Duration d : {e.received_within, e.answered_within, e.escalated_within, e.stop_climbs_from}) timers.push_back(quantity(duration_text(d)));
    say(Phrase::escalation, timers);
    for (const LadderStep& step : e.steps) say(Phrase::step, {quantity(duration_text(step.after)), own(step.call)});
  }

  void sharing(const Sharing& s) {
    const std::string from = party_name(s.from), to = party_name(s.to);
    if (s.when == ShareWhen::never) return say(Phrase::share_never, {from, to});
    std::vector<std::string> fields;
    for (const SharedField field : s.fields) fields.emplace_back(word_of(shared_field_words, field));
    if (s.when == ShareWhen::always) {
      say(Phrase::share_always, {from, to, list(fields)});
    } else if (s.near > Length()) {
      say(Phrase::share_near, {from, to, list(fields), quantity(length_text(s.near))});
    } else {
      say(Phrase::share_alert, {from, to, list(fields)});
    }
    if (s.position_step > Length()) say(Phrase::position_step, {quantity(length_text(s.position_step))});
    if (s.altitude_step > Height()) say(Phrase::altitude_step, {quantity(height_text(s.altitude_step))});
    if (s.delay > Duration()) say(Phrase::delay, {quantity(duration_text(s.delay))});
  }

  void release(const DistressRelease& r) {
    std::string told = party_names(r.to);
    if (r.rescue_centres) told += (told.empty() ? "" : rtl_ ? "، " : ", ") + phrase(Phrase::rescue_centres);
    say(Phrase::release, {party_name(r.of), told});
  }

  const Terms& t_;
  std::size_t language_;
  bool rtl_;
  std::string text_;
  std::vector<std::string> quantities_;
};

std::size_t language_index(std::string_view language) {
  return static_cast<std::size_t>(std::find(generated_languages.begin(), generated_languages.end(), language) - generated_languages.begin());
}

// ------------------------------------------------------------------------------- what a text of people says

// Digits of other scripts become ASCII, a decimal comma a point; spaces of any width one space; isolates go.
std::string plain(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    const std::string_view at = text.substr(i);
    const auto c = static_cast<unsigned char>(at[0]);
    const auto next = static_cast<unsigned char>(at.size() > 1 ? at[1] : 0);
    if (c == 0xD9 && next >= 0xA0 && next <= 0xA9) {          // U+0660 … Arabic-Indic digits
      out += static_cast<char>('0' + (next - 0xA0)), i += 2;
    } else if (c == 0xDB && next >= 0xB0 && next <= 0xB9) {   // U+06F0 … the extended ones
      out += static_cast<char>('0' + (next - 0xB0)), i += 2;
    } else if (at.starts_with("\u066B")) {                    // ARABIC DECIMAL SEPARATOR
      out += '.', i += 2;
    } else if (at.starts_with("\u00A0")) {
      out += ' ', i += 2;
    } else if (at.starts_with("\u202F") || at.starts_with("\u2009")) {
      out += ' ', i += 3;
    } else if (at.starts_with("\u2066") || at.starts_with("\u2067") || at.starts_with("\u2068") || at.starts_with("\u2069")) {
      i += 3;
    } else if (at[0] == '\n') {
      out += ' ', i += 1;
    } else {
      out += at[0], i += 1;
    }
  }
  return out;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }
// A letter of any script, as far as the end of a unit needs it: what continues a word.
bool continues_word(std::string_view rest) {
  if (rest.empty()) return false;
  const auto c = static_cast<unsigned char>(rest[0]);
  // The Arabic comma and full stops, and dashes and quotes of other scripts, end a word; other characters beyond ASCII continue it.
  if (c >= 0x80) return !rest.starts_with("\u060C") && !rest.starts_with("\u061B") && !rest.starts_with("\u00BB") && !rest.starts_with("\u2014") && !rest.starts_with("\u2013") && !rest.starts_with("\u2019");
  return is_digit(rest[0]) || (rest[0] >= 'a' && rest[0] <= 'z') || (rest[0] >= 'A' && rest[0] <= 'Z');
}

// Whether `token` stands in the text as a word of its own.
bool says_word(std::string_view text, std::string_view token) {
  for (std::size_t at = text.find(token); at != std::string_view::npos; at = text.find(token, at + 1)) {
    const bool begins = at == 0 || (!is_digit(text[at - 1]) && text[at - 1] != '.' && !(text[at - 1] >= 'A' && text[at - 1] <= 'Z'));
    const std::string_view rest = text.substr(at + token.size());
    if (begins && !continues_word(rest) && !(rest.size() > 1 && (rest[0] == '.' || rest[0] == ':') && is_digit(rest[1]))) return true;
  }
  return false;
}

// The unit at the front of the text; nullptr where none is there.
const Unit* unit_at(std::string_view text) {
  for (const Unit& unit : text_units()) {
    for (const std::string_view word : unit.words) {
      if (!word.empty() && text.starts_with(word) && !continues_word(text.substr(word.size()))) return &unit;
    }
  }
  return nullptr;
}

// Whether a number with a unit, which amount to this, stands in the text.
bool says_amount(std::string_view text, double amount, Unit::Kind kind) {
  for (std::size_t i = 0; i < text.size();) {
    if (!is_digit(text[i])) {
      ++i;
      continue;
    }
    const std::size_t begin = i;
    while (i < text.size() && (is_digit(text[i]) || ((text[i] == '.' || text[i] == ',') && i + 1 < text.size() && is_digit(text[i + 1])))) ++i;
    std::string number(text.substr(begin, i - begin));
    // A digit and a space in front of it: thousands apart, as in "10 000 ft", which is another number.
    const bool continues = begin >= 2 && text[begin - 1] == ' ' && is_digit(text[begin - 2]);
    if (continues || (begin > 0 && (text[begin - 1] == '-' || text[begin - 1] == '.' || text[begin - 1] == ','))) continue;
    std::replace(number.begin(), number.end(), ',', '.');
    const auto parsed = parse_number(number);   // with two separators it is none
    std::string_view rest = text.substr(i);
    if (rest.starts_with(' ') || rest.starts_with('-')) rest.remove_prefix(1);
    const Unit* unit = parsed ? unit_at(rest) : nullptr;
    if (unit != nullptr && unit->kind == kind && *parsed * unit->factor == amount) return true;
  }
  return false;
}

bool says(std::string_view text, std::string_view quantity) {
  const std::size_t space = quantity.find(' ');
  if (space == std::string_view::npos) return says_word(text, quantity);                  // FL95, 06:30
  if (quantity.ends_with(" UTC")) {
    return says_word(text, quantity.substr(0, space)) && says_word(text, quantity.substr(space + 1, quantity.size() - space - 5));
  }
  const auto value = parse_number(quantity.substr(0, space));
  const Unit* unit = unit_at(quantity.substr(space + 1));
  return value && unit != nullptr && says_amount(text, *value * unit->factor, unit->kind);
}

}  // namespace

bool is_generated(std::string_view language) { return language_index(language) < generated_languages.size(); }

std::string shown_quantity(std::string_view text) {
  const std::size_t unit = std::min(text.find_first_not_of("-0123456789."), text.size());
  const std::string_view name = text.substr(unit);
  return std::string(text.substr(0, unit)) + ' ' + std::string(name == "nm" ? "NM" : name);
}

std::string shown_time(Time time) {
  const std::string text = to_rfc3339(time);   // "2026-12-01T00:00:00.000Z"
  const std::string_view clock = std::string_view(text).substr(11, text.substr(17, 2) == "00" ? 5 : 8);
  return text.substr(0, 10) + ' ' + std::string(clock) + " UTC";
}

std::string clause_text(const Terms& terms, std::string_view clause, std::string_view language) {
  if (!is_generated(language)) return {};
  Composer composer(terms, language_index(language));
  composer.compose(clause);
  return composer.text();
}

std::vector<std::string> clause_quantities(const Terms& terms, std::string_view clause) {
  Composer composer(terms, 0);
  composer.compose(clause);
  return composer.quantities();
}

std::vector<std::string> missing_quantities(const Terms& terms, std::string_view clause, std::string_view text) {
  std::vector<std::string> missing = clause_quantities(terms, clause);
  const std::string said = plain(text);
  std::erase_if(missing, [&](const std::string& quantity) { return says(said, quantity); });
  return missing;
}

ShownText shown_text(const Terms& terms, std::string_view clause, std::string_view language) {
  for (const ClauseText& text : terms.texts) {
    if (text.clause == clause && text.language == language) return {text.text, text.status};
  }
  return {clause_text(terms, clause, language), TextStatus::unreviewed};
}

}  // namespace skypact::pact
