// Terms: from the value to its one text, whole and by clause.

#include <algorithm>

#include <fmt/format.h>

#include "base/base64.h"
#include "base/check.h"
#include "json/canonical.h"
#include "json/writer.h"
#include "pact/terms.h"
#include "pact/terms_words.h"
#include "pact/units.h"

namespace skypact::pact {
namespace {

using json::Writer;

// Optional fields and empty lists are left out; everything else is written, defaults too, so that what was agreed does not
// change with the program that reads it.

void write_texts(Writer& out, std::string_view name, const std::vector<std::string>& texts) {
  if (texts.empty()) return;
  out.key(name);
  out.begin_array();
  for (const std::string& text : texts) out.value(text);
  out.end_array();
}

void write_time(Writer& out, std::string_view name, Time time) { out.field(name, to_rfc3339(time)); }

void write_position(Writer& out, geo::Position p) {
  out.begin_array();
  out.shortest(p.lat_degrees());
  out.shortest(p.lon_degrees());
  out.end_array();
}

void write_positions(Writer& out, const Ring& ring) {
  out.begin_array();
  for (const geo::Position p : ring) write_position(out, p);
  out.end_array();
}

void write_ring(Writer& out, std::string_view name, const Ring& ring) {
  if (ring.empty()) return;
  out.key(name);
  write_positions(out, ring);
}

void write_schedule(Writer& out, const Schedule& when) {
  if (!when.spans.empty()) {
    out.key("active");
    out.begin_array();
    for (const auto& span : when.spans) {
      out.begin_object();
      write_time(out, "from", span.from);
      write_time(out, "to", span.to);
      out.end_object();
    }
    out.end_array();
  }
  if (when.weekly.empty()) return;
  out.key("weekly");
  out.begin_array();
  for (const WeeklyHours& hours : when.weekly) {
    out.begin_object();
    out.key("days");
    out.begin_array();
    for (std::size_t day = 0; day < day_words.size(); ++day) {
      if ((hours.days >> day & 1) != 0) out.value(day_words[day]);
    }
    out.end_array();
    out.field("from", clock_text(hours.from));
    out.field("to", clock_text(hours.to));
    out.end_object();
  }
  out.end_array();
}

// Each writes the members of a clause into the object that is open.

void write_head(Writer& out, const Terms& t) {
  out.field("format", 1);
  out.field("pact", t.id);
  out.field("version", t.version);
  if (t.supersedes) out.field("supersedes", to_hex(*t.supersedes));
  out.field("title", t.title);
}

void write_validity(Writer& out, const Validity& v) {
  out.key("valid");
  out.begin_object();
  write_time(out, "from", v.valid.from);
  write_time(out, "to", v.valid.to);
  out.end_object();
  if (!v.review.empty()) {
    out.key("review");
    out.begin_array();
    for (const Time at : v.review) out.value(to_rfc3339(at));
    out.end_array();
  }
  out.field("termination_notice", duration_text(v.termination_notice));
}

void write_area(Writer& out, const TermsArea& area) {
  out.key("outlines");
  out.begin_array();
  for (const Ring& ring : area.outlines) write_positions(out, ring);
  out.end_array();
  out.field("floor", limit_text(area.floor));
  out.field("ceiling", limit_text(area.ceiling));
}

void write_party(Writer& out, const TermsParty& party) {
  out.field("id", party.id);
  out.field("name", party.name);
  out.field("badge", party.badge);
  write_texts(out, "languages", party.languages);
  if (!party.lead.empty()) out.field("lead", party.lead);
  if (party.root_key) out.field("root_key", ledger::to_string(*party.root_key));
  if (party.record_key) out.field("record_key", ledger::to_string(*party.record_key));
  if (party.cosigner_key) out.field("cosigner_key", ledger::to_string(*party.cosigner_key));
  if (!party.tls_pins.empty()) {
    out.key("tls_pins");
    out.begin_array();
    for (const ledger::Hash& pin : party.tls_pins) out.value(ledger::to_base64(pin));
    out.end_array();
  }
  if (!party.signatories.empty()) {
    out.key("signatory");
    out.begin_array();
    for (const Signatory& one : party.signatories) {
      out.begin_object();
      out.field("id", one.id);
      out.field("name", one.name);
      out.field("key", ledger::to_string(one.key));
      out.end_object();
    }
    out.end_array();
  }
  if (party.quorum != 0) out.field("quorum", party.quorum);
  if (party.desks.empty()) return;
  out.key("desk");
  out.begin_array();
  for (const Desk& desk : party.desks) {
    out.begin_object();
    out.field("id", desk.id);
    out.field("name", desk.name);
    write_texts(out, "languages", desk.languages);
    out.field("contact", desk.contact);
    out.end_object();
  }
  out.end_array();
}

void write_fleets(Writer& out, const TermsParty& party) {
  if (party.fleets.empty()) return;
  out.key("fleet");
  out.begin_array();
  for (const Fleet& fleet : party.fleets) {
    out.begin_object();
    out.field("class", word_of(class_words, fleet.aircraft_class));
    if (!fleet.addresses.empty()) {
      out.key("addresses");
      out.begin_array();
      for (const IcaoRange& r : fleet.addresses) out.value(r.first == r.last ? fmt::format("{:06X}", r.first) : fmt::format("{:06X}-{:06X}", r.first, r.last));
      out.end_array();
    }
    write_texts(out, "registrations", fleet.registrations);
    write_texts(out, "callsigns", fleet.callsigns);
    out.end_object();
  }
  out.end_array();
}

void write_separation(Writer& out, const Minima& minima, Height tolerance) {
  out.field("horizontal", length_text(minima.horizontal));
  out.field("vertical", height_text(minima.vertical));
  out.field("level_tolerance", height_text(tolerance));
}

void write_minimum(Writer& out, const TermsMinimum& m) {
  const auto who = [](const PairSide& side) {
    return side.who == PairSide::Who::any ? any_word : side.who == PairSide::Who::none ? none_word : std::string_view(side.party);
  };
  const auto kind = [](const PairSide& side) { return side.aircraft_class ? word_of(class_words, *side.aircraft_class) : any_word; };
  out.field("id", m.id);
  for (const auto& [name, one, other] : {std::tuple("parties", who(m.one), who(m.other)), std::tuple("classes", kind(m.one), kind(m.other))}) {
    out.key(name);
    out.begin_array();
    out.value(one);
    out.value(other);
    out.end_array();
  }
  write_ring(out, "area", m.area);
  write_schedule(out, m.when);
  write_separation(out, m.minima, m.level_tolerance);
}

void write_zone(Writer& out, const TermsZone& z) {
  out.field("id", z.id);
  out.field("name", z.name);
  out.field("rule", word_of(zone_rule_words, z.rule));
  write_ring(out, "outline", z.outline);
  if (z.centre) {
    out.key("centre");
    write_position(out, *z.centre);
    out.field("radius", length_text(z.radius));
  }
  if (z.buffer > Length()) out.field("buffer", length_text(z.buffer));
  out.field("floor", limit_text(z.floor));
  out.field("ceiling", limit_text(z.ceiling));
  if (z.ground_elevation != Height()) out.field("ground_elevation", height_text(z.ground_elevation));
  write_texts(out, "parties", z.parties);
  write_schedule(out, z.when);
  if (z.moves_with) out.field("moves_with", to_string(*z.moves_with));
  if (z.anchor) {
    out.key("anchor");
    write_position(out, *z.anchor);
  }
  if (!z.itinerary.empty()) {
    out.key("itinerary");
    out.begin_array();
    for (const Waypoint& point : z.itinerary) {
      out.begin_object();
      write_time(out, "at", point.at);
      out.key("position");
      write_position(out, point.position);
      out.end_object();
    }
    out.end_array();
  }
  if (!z.call_frequency.empty()) out.field("call_frequency", z.call_frequency);
  if (!z.call_desk.empty()) out.field("call_desk", z.call_desk);
}

void write_frequency(Writer& out, const TermsFrequency& f) {
  out.field("id", f.id);
  out.field("use", word_of(frequency_use_words, f.use));
  out.field("channel", channel_text(f.khz));
  out.field("call_sign", f.call_sign);
  write_texts(out, "parties", f.parties);
  write_ring(out, "area", f.area);
  if (!f.remark.empty()) out.field("remark", f.remark);
}

void write_notice(Writer& out, const TermsNotice& n) {
  out.field("activity", n.activity);
  out.field("at_least", duration_text(n.at_least));
  if (!n.remark.empty()) out.field("remark", n.remark);
}

void write_escalation(Writer& out, const Escalation& e) {
  out.field("received_within", duration_text(e.received_within));
  out.field("answered_within", duration_text(e.answered_within));
  out.field("escalated_within", duration_text(e.escalated_within));
  out.field("stop_climbs_from", duration_text(e.stop_climbs_from));
  if (e.steps.empty()) return;
  out.key("step");
  out.begin_array();
  for (const LadderStep& step : e.steps) {
    out.begin_object();
    out.field("after", duration_text(step.after));
    out.field("call", step.call);
    out.end_object();
  }
  out.end_array();
}

void write_outsider(Writer& out, const Outsider& o) {
  out.field("id", o.id);
  out.field("whom", o.whom);
  out.field("party", o.party);
  out.field("desk", o.desk);
}

void write_sharing(Writer& out, const Sharing& s) {
  out.field("id", s.id);
  out.field("from", s.from);
  out.field("to", s.to);
  out.field("when", word_of(share_when_words, s.when));
  if (!s.fields.empty()) {
    out.key("fields");
    out.begin_array();
    for (const SharedField field : s.fields) out.value(word_of(shared_field_words, field));
    out.end_array();
  }
  if (s.position_step > Length()) out.field("position_step", length_text(s.position_step));
  if (s.altitude_step > Height()) out.field("altitude_step", height_text(s.altitude_step));
  if (s.delay > Duration()) out.field("delay", duration_text(s.delay));
  if (s.near > Length()) out.field("near", length_text(s.near));
}

void write_release(Writer& out, const DistressRelease& r) {
  out.field("id", r.id);
  out.field("of", r.of);
  write_texts(out, "to", r.to);
  out.field("rescue_centres", content_words[r.rescue_centres ? 1 : 0]);
}

void write_safety_floor(Writer& out, const Terms& t) { write_texts(out, "safety_floor", t.safety_floor); }

void write_text(Writer& out, const ClauseText& text) {
  out.field("language", text.language);
  out.field("status", word_of(text_status_words, text.status));
  out.field("text", text.text);
}

template <class T, class Write>
void write_all(Writer& out, std::string_view name, const std::vector<T>& list, Write write) {
  if (list.empty()) return;
  out.key(name);
  out.begin_array();
  for (const T& one : list) {
    out.begin_object();
    write(out, one);
    out.end_object();
  }
  out.end_array();
}

std::string canonical_of(std::string_view text) {
  const auto document = json::parse(text, {.bytes = std::size_t{1} << 30});
  SKYPACT_CHECK(document.has_value());
  auto canonical = json::canonical(document->root());
  SKYPACT_CHECK(canonical.has_value());
  return std::move(*canonical);
}

// Calls `each(id, write)` for every clause; write(out) adds the members of the clause to an open object.
template <class Each>
void for_each_clause(const Terms& t, const Each& each) {
  each("pact", [&](Writer& out) { write_head(out, t); });
  each("validity", [&](Writer& out) { write_validity(out, t.validity); });
  each("area", [&](Writer& out) { write_area(out, t.area); });
  for (const TermsParty& party : t.parties) {
    each("party." + party.id, [&](Writer& out) { write_party(out, party); });
    if (!party.fleets.empty()) each("identification." + party.id, [&](Writer& out) { write_fleets(out, party); });
  }
  for (const TermsMinimum& m : t.minima) each("minima." + m.id, [&](Writer& out) { write_minimum(out, m); });
  each("minima.default", [&](Writer& out) { write_separation(out, t.default_minima, t.default_level_tolerance); });
  for (const TermsZone& z : t.zones) each("zone." + z.id, [&](Writer& out) { write_zone(out, z); });
  for (const TermsFrequency& f : t.frequencies) each("frequency." + f.id, [&](Writer& out) { write_frequency(out, f); });
  for (const TermsNotice& n : t.notices) each("notice." + n.activity, [&](Writer& out) { write_notice(out, n); });
  each("escalation", [&](Writer& out) { write_escalation(out, t.escalation); });
  for (const Outsider& o : t.outsiders) each("outside." + o.id, [&](Writer& out) { write_outsider(out, o); });
  for (const Sharing& s : t.sharing) each("sharing." + s.id, [&](Writer& out) { write_sharing(out, s); });
  for (const DistressRelease& r : t.releases) each("distress." + r.id, [&](Writer& out) { write_release(out, r); });
  each("safety_floor", [&](Writer& out) { write_safety_floor(out, t); });
}

}  // namespace

std::string canonical_json(const Terms& t) {
  std::string text;
  Writer out(text);
  out.begin_object();
  write_head(out, t);
  write_validity(out, t.validity);
  out.key("area");
  out.begin_object();
  write_area(out, t.area);
  out.end_object();
  write_all(out, "party", t.parties, [](Writer& o, const TermsParty& party) {
    write_party(o, party);
    write_fleets(o, party);
  });
  out.key("minima");
  out.begin_object();
  write_separation(out, t.default_minima, t.default_level_tolerance);
  write_all(out, "clause", t.minima, write_minimum);
  out.end_object();
  write_all(out, "zone", t.zones, write_zone);
  write_all(out, "frequency", t.frequencies, write_frequency);
  write_all(out, "notice", t.notices, write_notice);
  out.key("escalation");
  out.begin_object();
  write_escalation(out, t.escalation);
  out.end_object();
  write_all(out, "outside", t.outsiders, write_outsider);
  write_all(out, "sharing", t.sharing, write_sharing);
  write_all(out, "distress", t.releases, write_release);
  write_safety_floor(out, t);
  write_all(out, "text", t.texts, [](Writer& o, const ClauseText& one) {
    o.field("clause", one.clause);
    write_text(o, one);
  });
  out.end_object();
  return canonical_of(text);
}

ledger::Hash terms_hash(const Terms& terms) { return ledger::sha256(ledger::as_bytes(canonical_json(terms))); }

std::string terms_id(const Terms& terms) { return to_hex(terms_hash(terms)); }

std::vector<std::string> clause_ids(const Terms& terms) {
  std::vector<std::string> ids;
  for_each_clause(terms, [&](std::string id, const auto&) { ids.push_back(std::move(id)); });
  return ids;
}

std::optional<std::string> clause_json(const Terms& terms, std::string_view clause) {
  std::optional<std::string> found;
  for_each_clause(terms, [&](const std::string& id, const auto& write) {
    if (id != clause) return;
    std::string text;
    Writer out(text);
    out.begin_object();
    write(out);
    std::vector<ClauseText> texts;
    std::copy_if(terms.texts.begin(), terms.texts.end(), std::back_inserter(texts), [&](const ClauseText& one) { return one.clause == id; });
    write_all(out, "text", texts, write_text);
    out.end_object();
    found = canonical_of(text);
  });
  return found;
}

bool in_safety_floor(const Terms& terms, std::string_view clause) {
  if (clause == "pact" || clause == "validity" || clause == "escalation" || clause == "safety_floor" || clause.starts_with("party.")) return true;
  for (const TermsFrequency& f : terms.frequencies) {
    if (f.use != FrequencyUse::working && clause == "frequency." + f.id) return true;
  }
  return std::find(terms.safety_floor.begin(), terms.safety_floor.end(), clause) != terms.safety_floor.end();
}

std::vector<std::string> safety_floor_ids(const Terms& terms) {
  std::vector<std::string> ids = clause_ids(terms);
  std::erase_if(ids, [&](const std::string& id) { return !in_safety_floor(terms, id); });
  return ids;
}

const TermsParty* find_party(const Terms& terms, std::string_view id) {
  const auto found = std::find_if(terms.parties.begin(), terms.parties.end(), [&](const TermsParty& party) { return party.id == id; });
  return found == terms.parties.end() ? nullptr : &*found;
}

}  // namespace skypact::pact
