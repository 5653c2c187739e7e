#include "guard/alert_text.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace skypact::guard {
namespace {

std::string miles(Length length) {
  const double nm = length.in(nautical_miles);
  return nm < 0.1 ? fmt::format("{:.0f} m", length.in(metres)) : fmt::format("{:.1f} NM", nm);
}
std::string feet_text(Height height) { return fmt::format("{:.0f} ft", height.in_feet()); }

// A stated minimum without needless decimals: "5 NM", "0.5 NM".
std::string agreed(const Prediction& p) {
  return fmt::format("agreed {:g} NM or {} ({})", std::round(p.minima.horizontal.in(nautical_miles) * 1000) / 1000,
                     feet_text(p.minima.vertical), p.minima_source);
}

std::string apart(Length horizontal, const std::optional<Height>& vertical) {
  return vertical ? fmt::format("{} and {} apart", miles(horizontal), feet_text(*vertical))
                  : fmt::format("{} apart, vertical separation unknown,", miles(horizontal));
}

std::string_view source_name(SourceKind kind) { return to_string(kind); }

void subject_reasons(std::vector<std::string>& reasons, const AlertSubject& s, const Rules& rules) {
  const std::string name = name_of(s, rules);
  reasons.push_back(fmt::format("{}: position by {}, {:.1f} s old, within {:.0f} m", name, source_name(s.position_source),
                                to_seconds(s.position_age), s.uncertainty.in(metres)));
  if (s.party == unknown_party) {
    reasons.push_back(fmt::format("{}: party unknown", name));
  } else if (s.party_basis == PartyBasis::callsign) {
    reasons.push_back(fmt::format("{}: party known by its callsign only", name));
  }
  if (s.suspect != 0) reasons.push_back(fmt::format("{}: its reports are suspect", name));
  if (!s.altitude) reasons.push_back(fmt::format("{}: altitude unknown", name));
}

}  // namespace

std::string spoken(Duration duration) {
  const auto total = std::max<long long>(0, std::llround(to_seconds(duration)));
  const long long m = total / 60, s = total % 60;
  if (m == 0) return fmt::format("{} s", s);
  if (s == 0 || m >= 10) return fmt::format("{} min", m);
  return fmt::format("{} min {} s", m, s);
}

std::string name_of(const AlertSubject& subject, const Rules& rules) {
  std::string name = subject.callsign.empty() ? to_string(subject.address) : std::string(subject.callsign.view());
  if (subject.ordinal != 1) name += fmt::format("~{}", subject.ordinal);  // names are taken for both
  const std::size_t party = subject.party.value;
  return party < rules.parties.size() ? fmt::format("{} ({})", name, rules.parties[party].badge) : name;
}

std::string conflict_text(const Alert& alert, const Rules& rules, std::string_view group) {
  std::string a = name_of(alert.subjects.at(0), rules);
  const std::string b = name_of(alert.subjects.at(1), rules);
  if (!group.empty()) a = fmt::format("Group {} with {}", group, a);
  const Prediction& p = *alert.prediction;
  switch (alert.state) {
    case AlertState::predicted:
      return fmt::format("{} and {} will pass {} in {}; {}.", a, b, apart(p.horizontal_at_closest, p.vertical_at_closest),
                         spoken(p.closest_at - alert.judged_at), agreed(p));
    case AlertState::infringed:
      return fmt::format("{} and {} are {} now; {}.", a, b, apart(p.horizontal_now, p.vertical_now), agreed(p));
    case AlertState::clearing:
      return fmt::format("{} and {} are no longer predicted to lose their separation, {} now; {}.", a, b, apart(p.horizontal_now, p.vertical_now), agreed(p));
    case AlertState::unobserved:
      return fmt::format("{} and {} are not observed since {}; they were {} then; {}.", a, b, to_rfc3339(alert.judged_at),
                         apart(p.horizontal_now, p.vertical_now), agreed(p));
    case AlertState::ended: return fmt::format("{} and {}: ended, {} at the last.", a, b, apart(p.horizontal_now, p.vertical_now));
  }
  return {};
}

std::string zone_text(const Alert& alert, const Rules& rules, std::string_view zone_name, bool leaving) {
  const std::string a = name_of(alert.subjects.at(0), rules);
  const Prediction& p = *alert.prediction;
  const std::string when = spoken(p.infringed_from - alert.judged_at);
  switch (alert.state) {
    case AlertState::predicted:
      return leaving ? fmt::format("{} will leave {} in {}.", a, zone_name, when) : fmt::format("{} will enter {} in {}.", a, zone_name, when);
    case AlertState::infringed:
      return leaving ? fmt::format("{} has left {}, {} away.", a, zone_name, miles(p.horizontal_now)) : fmt::format("{} is inside {}.", a, zone_name);
    case AlertState::clearing: return fmt::format("{} is clear of {}.", a, zone_name);
    case AlertState::unobserved: return fmt::format("{} and {}: not observed since {}.", a, zone_name, to_rfc3339(alert.judged_at));
    case AlertState::ended: return fmt::format("{} and {}: ended.", a, zone_name);
  }
  return {};
}

std::string distress_text(const Alert& alert, const Rules& rules, const DistressSignal& signal) {
  const std::string a = name_of(alert.subjects.at(0), rules);
  switch (alert.state) {
    case AlertState::unobserved:
      return fmt::format("{} signalled {}; not observed since {}.", a, describe(signal), to_rfc3339(alert.judged_at));
    case AlertState::clearing:
    case AlertState::ended: return fmt::format("{} signalled {}, and does not any more.", a, describe(signal));
    case AlertState::predicted:
    case AlertState::infringed: return fmt::format("{} signals {}.", a, describe(signal));
  }
  return {};
}

std::vector<std::string> present_reasons(const Alert& alert, const Rules& rules) {
  std::vector<std::string> reasons;
  for (const AlertSubject& s : alert.subjects) subject_reasons(reasons, s, rules);
  return reasons;
}

std::vector<std::string> conflict_reasons(const Alert& alert, const Encounter& e, const Rules& rules) {
  std::vector<std::string> reasons;
  if (e.strictest_minima) reasons.emplace_back("Strictest minima: an aircraft's party, altitude or position is not certain");
  if (!e.vertical_now) reasons.emplace_back("Judged horizontally: the vertical separation is unknown");
  if (e.by_turn) reasons.emplace_back("Raised by the observed turn rate, not by the straight line");
  if (e.tolerance > Height{}) reasons.push_back(fmt::format("Both level: {} of level tolerance applied", feet_text(e.tolerance)));
  reasons.push_back(fmt::format("Added to the minima: {:.0f} m of position uncertainty{}", e.uncertainty.in(metres),
                                e.vertical_error > Height{} ? fmt::format(", {} of altitude error", feet_text(e.vertical_error)) : ""));
  if (e.method != track::VerticalMethod::same_datum && e.vertical_now) {
    reasons.push_back(fmt::format("Altitudes of different datums, compared by {}", track::to_string(e.method)));
  }
  if (e.intent != LevelIntent::none && e.selected) {
    const AlertSubject& who = alert.subjects.at(e.intent_of_a ? 0 : 1);
    reasons.push_back(fmt::format("{} has selected {:.0f} ft pressure altitude ({:.0f} s ago): {}", name_of(who, rules),
                                  e.selected->level.in_feet(), to_seconds(e.selected->age),
                                  e.intent == LevelIntent::levels_off ? "levelling off there keeps the minima, severity lowered"
                                                                      : "it has left that level and goes on, severity raised"));
  }
  for (const AlertSubject& s : alert.subjects) subject_reasons(reasons, s, rules);
  return reasons;
}

std::vector<std::string> zone_reasons(const Alert& alert, const ZoneEncounter& e, const Zone& zone, const Rules& rules) {
  std::vector<std::string> reasons;
  if (!zone.source.empty()) reasons.push_back("Zone from " + zone.source);
  if (zone.buffer > metres(0)) reasons.push_back(fmt::format("With a buffer of {}", miles(zone.buffer)));
  if (e.vertical_unknown) reasons.emplace_back("Judged horizontally: the altitude cannot be compared with the zone's limits");
  if (e.vertical_error > Height{}) reasons.push_back(fmt::format("{} of altitude error counted as inside", feet_text(e.vertical_error)));
  for (const AlertSubject& s : alert.subjects) subject_reasons(reasons, s, rules);
  return reasons;
}

}  // namespace skypact::guard
