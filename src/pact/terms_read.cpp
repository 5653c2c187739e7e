// Terms: from a document's tables to the checked value.

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include <fmt/format.h>

#include "airspace/parse_address.h"
#include "base/base64.h"
#include "base/text.h"
#include "pact/section.h"
#include "pact/terms.h"
#include "pact/terms_check.h"
#include "pact/terms_fields.h"
#include "pact/terms_words.h"
#include "pact/units.h"

namespace skypact::pact {
namespace {

const Length widest_minimum = nautical_miles(100);
const Height tallest_minimum = feet_of_height(20'000);
constexpr Duration shortest_timer = seconds(1), longest_timer = std::chrono::hours(1);
constexpr Duration longest_notice = std::chrono::hours(24 * 366);

bool is_language(std::string_view text) {
  return (text.size() == 2 || text.size() == 3) && std::all_of(text.begin(), text.end(), [](char c) { return c >= 'a' && c <= 'z'; });
}

bool is_plain(std::string_view text, std::string_view more) {
  return std::all_of(text.begin(), text.end(), [&](char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || more.find(c) != std::string_view::npos; });
}

class Reader {
 public:
  Reader(const json::TomlValue& root, Notes& notes) : notes_(notes), root_(root, "", notes) {}

  Terms read() {
    const auto format = root_.integer("format", 1, 1, Need::required);
    (void)format;
    read_head();
    root_.table("area", [this](Section& s) { read_area(s); }, Need::required);
    root_.tables("party", TermsLimits::parties, [this](Section& s) { read_party(s); }, Need::required);
    root_.table("minima", [this](Section& s) { read_minima(s); }, Need::required);
    root_.tables("zone", TermsLimits::zones, [this](Section& s) { read_zone(s); });
    root_.tables("frequency", TermsLimits::frequencies, [this](Section& s) { read_frequency(s); });
    root_.tables("notice", TermsLimits::notices, [this](Section& s) { read_notice(s); });
    root_.table("escalation", [this](Section& s) { read_escalation(s); });
    root_.tables("outside", TermsLimits::outsiders, [this](Section& s) { read_outsider(s); });
    root_.tables("sharing", TermsLimits::sharing, [this](Section& s) { read_sharing(s); });
    root_.tables("distress", TermsLimits::releases, [this](Section& s) { read_release(s); });
    root_.texts("safety_floor", TermsLimits::floor, [this](const std::string& id, const std::string&, unsigned) { terms_.safety_floor.push_back(id); });
    place("safety_floor", root_, "safety_floor");
    root_.tables("text", TermsLimits::texts, [this](Section& s) { read_text(s); });
    root_.finish();
    // What relates fields is judged only where the fields are sound, or it would say everything twice.
    if (notes_.defects.empty()) {
      check_terms(terms_, [this](std::string_view clause, std::string message) {
        const auto found = places_.find(std::string(clause));
        if (found == places_.end()) {
          root_.refuse_at(root_.line(), std::string(clause) + ": " + message);
        } else {
          root_.refuse_at(found->second.line, found->second.path + " (" + std::string(clause) + "): " + message);
        }
      });
    }
    return std::move(terms_);
  }

 private:
  struct Place {
    unsigned line = 0;
    std::string path;
  };

  void place(const std::string& clause, const Section& s, std::string_view path = {}) {
    places_.insert({clause, {s.line(), path.empty() ? s.path() : std::string(path)}});
  }

  void read_head() {
    terms_.id = root_.word("pact", Need::required).value_or("");
    terms_.version = static_cast<std::uint32_t>(root_.integer("version", 1, 1'000'000, Need::required).value_or(1));
    if (const auto text = root_.text("supersedes", 64, 64)) {
      terms_.supersedes = ledger::hash_from_hex(*text);
      if (!terms_.supersedes) root_.refuse("supersedes", "must be the id of the terms that are replaced: 64 hexadecimal digits in lower case, as skypact pact check prints");
    }
    terms_.title = root_.text("title", 1, TermsLimits::name, Need::required).value_or("");
    root_.table("valid", [this](Section& s) {
      const auto from = s.time("from", Need::required), to = s.time("to", Need::required);
      terms_.validity.valid = {from.value_or(Time()), to.value_or(Time())};
      place("validity", s);
      s.finish();
    }, Need::required);
    root_.times("review", TermsLimits::reviews, [this](Time at, const std::string&, unsigned) { terms_.validity.review.push_back(at); });
    terms_.validity.termination_notice = root_.duration("termination_notice", Duration(), longest_notice, Need::required).value_or(Duration());
  }

  void read_area(Section& s) {
    place("area", s);
    terms_.area.outlines = s.rings("outlines", TermsLimits::outlines);
    terms_.area.floor = s.limit("floor").value_or(terms_.area.floor);
    terms_.area.ceiling = s.limit("ceiling").value_or(terms_.area.ceiling);
    s.finish();
  }

  std::vector<std::string> languages(Section& s) {
    std::vector<std::string> out;
    s.texts("languages", TermsLimits::languages, [&](const std::string& text, const std::string& where, unsigned line) {
      if (!is_language(text)) return s.refuse_at(line, where + ": " + quoted(text) + " is no language; write its code of two or three letters (ISO 639): \"en\"");
      if (std::find(out.begin(), out.end(), text) != out.end()) return s.refuse_at(line, where + ": " + quoted(text) + " is named twice");
      out.push_back(text);
    }, Need::required);
    return out;
  }

  void read_party(Section& s) {
    TermsParty party;
    party.id = s.word("id", Need::required).value_or("");
    place("party." + party.id, s), place("identification." + party.id, s);
    party.name = s.text("name", 1, TermsLimits::name, Need::required).value_or("");
    party.badge = s.text("badge", 1, 4).value_or(to_upper(party.id.substr(0, 4)));
    if (!is_plain(party.badge, "-")) s.refuse("badge", quoted(party.badge) + " must be of capital letters, digits and \"-\"");
    party.languages = languages(s);
    party.lead = s.word("lead", Need::optional).value_or("");
    const Need keys = s.has("lead") ? Need::optional : Need::required;
    party.root_key = s.key("root_key", ledger::KeyType::ed25519, keys);
    party.record_key = s.key("record_key", ledger::KeyType::ed25519, keys);
    party.cosigner_key = s.key("cosigner_key", ledger::KeyType::cosignature, keys);
    s.texts("tls_pins", TermsLimits::pins, [&](const std::string& text, const std::string& where, unsigned line) {
      const auto pin = ledger::hash_from_base64(text);
      if (!pin) return s.refuse_at(line, where + ": " + quoted(text) + " is not the base 64 of a SHA-256 of a public key");
      party.tls_pins.push_back(*pin);
    }, keys);
    s.tables("signatory", TermsLimits::signatories, [&](Section& one) {
      Signatory signatory;
      signatory.id = one.word("id", Need::required).value_or("");
      signatory.name = one.text("name", 1, TermsLimits::name, Need::required).value_or("");
      if (const auto key = one.key("key", ledger::KeyType::ed25519, Need::required)) signatory.key = *key;
      one.finish();
      party.signatories.push_back(std::move(signatory));
    }, keys);
    party.quorum = static_cast<unsigned>(s.integer("quorum", 2, static_cast<std::int64_t>(TermsLimits::signatories), keys).value_or(0));
    if (s.has("lead")) {
      for (const char* field : {"root_key", "record_key", "cosigner_key", "tls_pins", "signatory", "quorum"}) {
        if (s.has(field)) s.refuse(field, "a member under a lead has no keys and signs nothing; its lead does");
      }
    }
    s.tables("desk", TermsLimits::desks, [&](Section& one) {
      Desk desk;
      desk.id = one.word("id", Need::required).value_or("");
      desk.name = one.text("name", 1, TermsLimits::name, Need::required).value_or("");
      desk.languages = languages(one);
      desk.contact = one.text("contact", 1, TermsLimits::text, Need::required).value_or("");
      one.finish();
      party.desks.push_back(std::move(desk));
    });
    s.tables("fleet", TermsLimits::fleets, [&](Section& one) { party.fleets.push_back(read_fleet(one)); });
    s.finish();
    terms_.parties.push_back(std::move(party));
  }

  static std::optional<std::uint32_t> six_hex(std::string_view text) { return text.size() == 6 ? parse_hex(text) : std::nullopt; }

  Fleet read_fleet(Section& s) {
    Fleet fleet;
    if (const auto found = s.one_of("class", class_words, Need::required)) fleet.aircraft_class = static_cast<AircraftClass>(*found);
    s.texts("addresses", TermsLimits::addresses, [&](const std::string& text, const std::string& where, unsigned line) {
      const std::size_t dash = text.find('-');
      const auto first = six_hex(text.substr(0, dash)), last = dash == std::string::npos ? first : six_hex(text.substr(dash + 1));
      if (!first || !last || *first == 0 || *first > *last || *last == 0xFFFFFF) {
        return s.refuse_at(line, where + ": " + quoted(text) + " is not an ICAO address such as \"4D2023\" or a range such as \"3B0000-3BFFFF\"");
      }
      fleet.addresses.push_back({*first, *last});
    });
    std::sort(fleet.addresses.begin(), fleet.addresses.end(), [](const IcaoRange& a, const IcaoRange& b) { return std::tie(a.first, a.last) < std::tie(b.first, b.last); });
    s.texts("registrations", TermsLimits::registrations, [&](const std::string& text, const std::string& where, unsigned line) {
      if (text.size() < 2 || text.size() > 8 || !is_plain(text, "-")) {
        return s.refuse_at(line, where + ": " + quoted(text) + " is not a registration; two to eight capital letters, digits and \"-\"");
      }
      fleet.registrations.push_back(text);
    });
    s.texts("callsigns", TermsLimits::callsigns, [&](const std::string& text, const std::string& where, unsigned line) {
      if (text.size() < 2 || text.size() > 8 || !is_plain(text, "")) {
        return s.refuse_at(line, where + ": " + quoted(text) + " is not a callsign's beginning; two to eight capital letters and digits");
      }
      fleet.callsigns.push_back(text);
    });
    if (fleet.addresses.empty() && fleet.registrations.empty() && fleet.callsigns.empty()) s.refuse_at(s.line(), s.path() + ": names no aircraft; give addresses, registrations or callsigns");
    s.finish();
    return fleet;
  }

  Schedule schedule(Section& s) {
    Schedule when;
    s.tables("active", TermsLimits::spans, [&](Section& span) {
      const auto from = span.time("from", Need::required), to = span.time("to", Need::required);
      if (from && to && !(*from < *to)) span.refuse("to", "must be after from");
      if (from && to) {
        if (!when.spans.empty() && *from < when.spans.back().to) span.refuse("from", "begins before the one above ends; write the spans in order and apart");
        when.spans.push_back({*from, *to});
      }
      span.finish();
    });
    s.tables("weekly", TermsLimits::spans, [&](Section& hours) { when.weekly.push_back(weekly(hours)); });
    return when;
  }

  static WeeklyHours weekly(Section& s) {
    WeeklyHours out;
    s.texts("days", day_words.size(), [&](const std::string& text, const std::string& where, unsigned line) {
      const auto found = std::find(day_words.begin(), day_words.end(), text);
      if (found == day_words.end()) return s.refuse_at(line, where + ": " + quoted(text) + " is no day; one of mon, tue, wed, thu, fri, sat, sun");
      out.days = static_cast<std::uint8_t>(out.days | 1U << (found - day_words.begin()));
    }, Need::required);
    const auto clock = [&](std::string_view field) {
      const auto text = s.text(field, 5, 5, Need::required);
      const auto parsed = text ? parse_clock(*text) : std::nullopt;
      if (text && !parsed) s.refuse(field, quoted(*text) + " is no time of day; write \"06:30\", UTC, at most \"24:00\"");
      return parsed.value_or(std::chrono::minutes());
    };
    out.from = clock("from");
    out.to = clock("to");
    if (out.from >= out.to) s.refuse("to", "must be after from on the same day; over midnight write two entries");
    s.finish();
    return out;
  }

  Minima separation(Section& s) {
    Minima minima;
    minima.horizontal = s.length("horizontal", widest_minimum, Need::required).value_or(minima.horizontal);
    minima.vertical = s.height("vertical", tallest_minimum, Need::required).value_or(minima.vertical);
    return minima;
  }

  void read_minima(Section& s) {
    place("minima.default", s);
    terms_.default_minima = separation(s);
    terms_.default_level_tolerance = s.height("level_tolerance", feet_of_height(1000)).value_or(terms_.default_level_tolerance);
    if (terms_.default_level_tolerance >= terms_.default_minima.vertical) s.refuse("level_tolerance", "must be below the vertical minimum, or two level aircraft would never alert");
    s.tables("clause", TermsLimits::minima, [this](Section& clause) { read_clause(clause); });
    s.finish();
  }

  void read_clause(Section& s) {
    TermsMinimum clause;
    clause.id = s.word("id", Need::required).value_or("");
    if (clause.id == "default") s.refuse("id", "\"default\" is the id of what holds where no clause matches");
    place("minima." + clause.id, s);
    std::size_t side = 0;
    s.texts("parties", 2, [&](const std::string& text, const std::string&, unsigned) {
      PairSide& one = side++ == 0 ? clause.one : clause.other;
      one.who = text == any_word ? PairSide::Who::any : text == none_word ? PairSide::Who::none : PairSide::Who::party;
      if (one.who == PairSide::Who::party) one.party = text;
    });
    if (s.has("parties") && side != 2) s.refuse("parties", "must name two sides: party ids, \"any\", or \"none\" for aircraft of no party of this pact");
    side = 0;
    s.texts("classes", 2, [&](const std::string& text, const std::string& where, unsigned line) {
      const auto found = std::find(class_words.begin(), class_words.end(), text);
      if (text != any_word && found == class_words.end()) return s.refuse_at(line, where + ": " + quoted(text) + fmt::format(" is not a class; one of any, {}", fmt::join(class_words, ", ")));
      if (text != any_word) (side == 0 ? clause.one : clause.other).aircraft_class = static_cast<AircraftClass>(found - class_words.begin());
      ++side;
    });
    if (s.has("classes") && side != 2) s.refuse("classes", fmt::format("must name two sides: any, {}", fmt::join(class_words, ", ")));
    clause.area = s.ring("area");
    clause.when = schedule(s);
    clause.minima = separation(s);
    clause.level_tolerance = s.height("level_tolerance", feet_of_height(1000)).value_or(terms_.default_level_tolerance);
    if (clause.level_tolerance >= clause.minima.vertical) s.refuse("level_tolerance", "is " + height_text(clause.level_tolerance) + "; it must be below the vertical minimum, or two level aircraft would never alert");
    s.finish();
    terms_.minima.push_back(std::move(clause));
  }

  std::vector<std::string> words(Section& s, std::string_view field, std::size_t most) {
    std::vector<std::string> out;
    s.texts(field, most, [&](const std::string& text, const std::string& where, unsigned line) {
      if (std::find(out.begin(), out.end(), text) != out.end()) return s.refuse_at(line, where + ": " + quoted(text) + " is named twice");
      out.push_back(text);
    });
    return out;
  }

  void read_zone(Section& s) {
    TermsZone zone;
    zone.id = s.word("id", Need::required).value_or("");
    place("zone." + zone.id, s);
    zone.name = s.text("name", 1, TermsLimits::name, Need::required).value_or("");
    if (const auto rule = s.one_of("rule", zone_rule_words, Need::required)) zone.rule = static_cast<TermsZoneRule>(*rule);
    zone.outline = s.ring("outline");
    zone.centre = s.position("centre");
    zone.radius = s.length("radius", nautical_miles(500)).value_or(Length());
    zone.buffer = s.length("buffer", nautical_miles(100)).value_or(Length());
    if (s.has("outline") == s.has("centre")) s.refuse_at(s.line(), s.path() + ": needs either outline, or centre and radius");
    if (s.has("centre") != s.has("radius")) s.refuse_at(s.line(), s.path() + ": centre and radius belong together");
    zone.floor = s.limit("floor").value_or(zone.floor);
    zone.ceiling = s.limit("ceiling").value_or(zone.ceiling);
    zone.ground_elevation = read_elevation(s);
    zone.parties = words(s, "parties", TermsLimits::parties);
    zone.when = schedule(s);
    if (const auto text = s.text("moves_with", 1, 64)) {
      const auto address = parse_address(*text);
      if (!address) s.refuse("moves_with", address.error().message);
      if (address) zone.moves_with = *address;
    }
    zone.anchor = s.position("anchor");
    if (s.has("moves_with") != s.has("anchor")) s.refuse_at(s.line(), s.path() + ": moves_with and anchor belong together");
    s.tables("itinerary", TermsLimits::waypoints, [&](Section& point) {
      const auto at = point.time("at", Need::required);
      const auto position = point.position("position", Need::required);
      if (at && !zone.itinerary.empty() && *at <= zone.itinerary.back().at) point.refuse("at", "must be after the one above");
      if (at && position) zone.itinerary.push_back({*at, *position});
      point.finish();
    });
    if (s.has("itinerary") && zone.itinerary.size() < 2) s.refuse("itinerary", "needs at least two places with their times");
    if (s.has("itinerary") && s.has("moves_with")) s.refuse("itinerary", "a zone moves with a track or along an itinerary, not both");
    zone.call_frequency = s.text("call_frequency", 1, TermsLimits::word).value_or("");
    zone.call_desk = s.text("call_desk", 1, 2 * TermsLimits::word + 1).value_or("");
    s.finish();
    terms_.zones.push_back(std::move(zone));
  }

  // Above mean sea level; a negative one has a leading minus.
  static Height read_elevation(Section& s) {
    const auto text = s.text("ground_elevation", 2, 20);
    if (!text) return {};
    const bool below = text->starts_with('-');
    const auto parsed = parse_height(std::string_view(*text).substr(below ? 1 : 0));
    if (parsed && *parsed <= feet_of_height(30'000) && (!below || *parsed <= feet_of_height(1'500))) return below ? -*parsed : *parsed;
    s.refuse("ground_elevation", "must be a height above mean sea level from -1500ft to 30000ft");
    return {};
  }

  void read_frequency(Section& s) {
    TermsFrequency frequency;
    frequency.id = s.word("id", Need::required).value_or("");
    place("frequency." + frequency.id, s);
    if (const auto use = s.one_of("use", frequency_use_words, Need::required)) frequency.use = static_cast<FrequencyUse>(*use);
    if (const auto text = s.text("channel", 1, 40, Need::required)) {
      const auto khz = parse_channel(*text);
      if (!khz) s.refuse("channel", khz.error().message);
      frequency.khz = khz ? *khz : 121'500;
    }
    frequency.call_sign = s.text("call_sign", 1, TermsLimits::name, Need::required).value_or("");
    frequency.parties = words(s, "parties", TermsLimits::parties);
    frequency.area = s.ring("area");
    frequency.remark = s.text("remark", 1, TermsLimits::text).value_or("");
    s.finish();
    terms_.frequencies.push_back(std::move(frequency));
  }

  void read_notice(Section& s) {
    TermsNotice notice;
    notice.activity = s.word("activity", Need::required).value_or("");
    place("notice." + notice.activity, s);
    notice.at_least = s.duration("at_least", seconds(60), longest_notice, Need::required).value_or(seconds(60));
    notice.remark = s.text("remark", 1, TermsLimits::text).value_or("");
    s.finish();
    terms_.notices.push_back(std::move(notice));
  }

  void read_escalation(Section& s) {
    Escalation& e = terms_.escalation;
    place("escalation", s);
    e.received_within = s.duration("received_within", shortest_timer, longest_timer).value_or(e.received_within);
    e.answered_within = s.duration("answered_within", shortest_timer, longest_timer).value_or(e.answered_within);
    e.escalated_within = s.duration("escalated_within", shortest_timer, longest_timer).value_or(e.escalated_within);
    e.stop_climbs_from = s.duration("stop_climbs_from", shortest_timer, longest_timer).value_or(e.stop_climbs_from);
    s.tables("step", TermsLimits::steps, [&](Section& step) {
      LadderStep out;
      out.after = step.duration("after", shortest_timer, longest_timer, Need::required).value_or(seconds(1));
      out.call = step.text("call", 1, TermsLimits::name, Need::required).value_or("");
      step.finish();
      e.steps.push_back(std::move(out));
    });
    s.finish();
  }

  void read_outsider(Section& s) {
    Outsider out;
    out.id = s.word("id", Need::required).value_or("");
    place("outside." + out.id, s);
    out.whom = s.text("whom", 1, TermsLimits::text, Need::required).value_or("");
    out.party = s.word("party", Need::required).value_or("");
    out.desk = s.word("desk", Need::required).value_or("");
    s.finish();
    terms_.outsiders.push_back(std::move(out));
  }

  void read_release(Section& s) {
    DistressRelease out;
    out.id = s.word("id", Need::required).value_or("");
    place("distress." + out.id, s);
    out.of = s.word("of", Need::required).value_or("");
    out.to = words(s, "to", TermsLimits::parties);
    out.rescue_centres = s.one_of("rescue_centres", content_words, Need::required) == 1;
    s.finish();
    terms_.releases.push_back(std::move(out));
  }

  void read_sharing(Section& s) {
    Sharing out;
    out.id = s.word("id", Need::required).value_or("");
    place("sharing." + out.id, s);
    out.from = s.word("from", Need::required).value_or("");
    out.to = s.word("to", Need::required).value_or("");
    if (const auto when = s.one_of("when", share_when_words, Need::required)) out.when = static_cast<ShareWhen>(*when);
    s.texts("fields", shared_field_words.size(), [&](const std::string& text, const std::string& where, unsigned line) {
      const auto found = std::find(shared_field_words.begin(), shared_field_words.end(), text);
      if (found == shared_field_words.end()) return s.refuse_at(line, where + ": " + quoted(text) + fmt::format(" is no field that can be shared; one of {}", fmt::join(shared_field_words, ", ")));
      const auto field = static_cast<SharedField>(found - shared_field_words.begin());
      if (std::find(out.fields.begin(), out.fields.end(), field) != out.fields.end()) return s.refuse_at(line, where + ": " + quoted(text) + " is named twice");
      out.fields.push_back(field);
    });
    std::sort(out.fields.begin(), out.fields.end());
    out.position_step = s.length("position_step", nautical_miles(60)).value_or(Length());
    out.altitude_step = s.height("altitude_step", feet_of_height(10'000)).value_or(Height());
    out.delay = s.duration("delay", seconds(1), std::chrono::hours(24)).value_or(Duration());
    out.near = s.length("near", nautical_miles(500)).value_or(Length());
    if ((out.when == ShareWhen::never) != out.fields.empty()) s.refuse("fields", "what is shared must be listed, and nothing where it is never");
    if (out.when == ShareWhen::never && (s.has("position_step") || s.has("altitude_step") || s.has("delay"))) s.refuse("when", "what is never shared has no precision and no delay");
    if (s.has("near") && out.when != ShareWhen::near_conflict) s.refuse("near", "belongs to when = \"near_conflict\"");
    s.finish();
    terms_.sharing.push_back(std::move(out));
  }

  void read_text(Section& s) {
    ClauseText out;
    out.clause = s.text("clause", 1, 2 * TermsLimits::word + 1, Need::required).value_or("");
    out.language = s.text("language", 2, 3, Need::required).value_or("");
    if (s.has("language") && !out.language.empty() && !is_language(out.language)) s.refuse("language", quoted(out.language) + " is no language; write its code (ISO 639): \"en\"");
    place("text." + out.clause + "." + out.language, s);
    out.status = static_cast<TextStatus>(s.one_of("status", text_status_words).value_or(0));
    out.text = s.prose("text", TermsLimits::clause_text, Need::required).value_or("");
    s.finish();
    terms_.texts.push_back(std::move(out));
  }

  Notes& notes_;
  Section root_;
  Terms terms_;
  std::map<std::string, Place> places_;
};

Error all_defects(std::vector<Defect> defects, std::string_view file) {
  std::stable_sort(defects.begin(), defects.end(), [](const Defect& a, const Defect& b) { return a.line < b.line; });
  std::string text;
  for (std::size_t i = 0; i < defects.size() && i < TermsLimits::errors_shown; ++i) {
    const std::string line = defects[i].line == 0 ? "" : fmt::format("{}:", defects[i].line);
    text += fmt::format("{}{}:{} {}", i == 0 ? "" : "\n", file, line, defects[i].message);
  }
  if (defects.size() > TermsLimits::errors_shown) text += fmt::format("\n{}: and {} more errors", file, defects.size() - TermsLimits::errors_shown);
  return bad_input(std::move(text));
}

Result<Terms> read_tree(const json::TomlValue& root, Notes& notes, std::string_view file) {
  Terms terms = Reader(root, notes).read();
  if (!notes.defects.empty()) return all_defects(std::move(notes.defects), file);
  if (const std::size_t size = canonical_json(terms).size(); size > TermsLimits::bytes) {
    return Error{ErrorCode::over_limit, fmt::format("{}: the terms take {} bytes in canonical form; at most {} can travel", file, size, TermsLimits::bytes)};
  }
  return terms;
}

Result<void> check_size(std::string_view text, std::string_view file) {
  if (text.size() <= TermsLimits::bytes) return {};
  return Error{ErrorCode::over_limit, fmt::format("{}: is {} bytes long; at most {} are read", file, text.size(), TermsLimits::bytes)};
}

}  // namespace

std::set<std::string> terms_fields(const Terms& terms) {
  Notes notes;
  const auto document = json::parse(canonical_json(terms), {.bytes = TermsLimits::bytes});
  SKYPACT_CHECK(document.has_value());
  (void)Reader(tree_of(document->root(), notes), notes).read();
  return notes.fields;
}

Result<Terms> read_terms_toml(std::string_view text, std::string_view file) {
  if (auto size = check_size(text, file); !size) return size.error();
  const auto toml = json::parse_toml(text);
  if (!toml) return bad_input(std::string(file) + ':' + toml.error().message);
  Notes notes;
  return read_tree(*toml, notes, file);
}

Result<Terms> read_terms_json(std::string_view text, std::string_view file) {
  if (auto size = check_size(text, file); !size) return size.error();
  const auto document = json::parse(text, {.bytes = TermsLimits::bytes});
  if (!document) return Error(document.error()).within(file);
  Notes notes;
  return read_tree(tree_of(document->root(), notes), notes, file);
}

Result<Terms> read_terms(std::string_view text, std::string_view file) {
  return trim(text).starts_with('{') ? read_terms_json(text, file) : read_terms_toml(text, file);
}

}  // namespace skypact::pact
