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

void subject_reasons(std::vector<Reason>& reasons, const AlertSubject& s) {
  reasons.push_back({.code = ReasonCode::position, .track = s.track, .uncertainty = s.uncertainty, .age = s.position_age, .source = s.position_source});
  if (s.party == unknown_party) {
    reasons.push_back({.code = ReasonCode::party_unknown, .track = s.track});
  } else if (s.party_basis == PartyBasis::callsign) {
    reasons.push_back({.code = ReasonCode::party_by_callsign, .track = s.track});
  }
  if (s.suspect != 0) reasons.push_back({.code = ReasonCode::suspect, .track = s.track});
  if (!s.altitude) reasons.push_back({.code = ReasonCode::altitude_unknown, .track = s.track});
}

// "RCH123 (NRTH)" of the subject with this track.
std::string subject_name(const std::optional<TrackId>& track, const Alert& alert, const Rules& rules) {
  const auto at = std::find_if(alert.subjects.begin(), alert.subjects.end(), [&](const AlertSubject& s) { return s.track == track; });
  return at == alert.subjects.end() ? std::string("an aircraft") : name_of(*at, rules);
}

std::string_view words(ZoneRule rule) {
  switch (rule) {
    case ZoneRule::keep_clear: return "keep clear";
    case ZoneRule::caution: return "caution";
    case ZoneRule::protected_site: return "protected site";
    case ZoneRule::corridor: return "corridor, not to be left";
    case ZoneRule::clearance: return "a clearance is needed";
    case ZoneRule::flight_plan: return "volume of a planned flight";
  }
  return {};
}

std::string_view words(ClearanceBreach breach) {
  switch (breach) {
    case ClearanceBreach::none: return "as cleared";
    case ClearanceBreach::outside_time: return "outside the times of its clearance";
    case ClearanceBreach::outside_levels: return "outside the levels of its clearance";
    case ClearanceBreach::outside_corridor: return "outside the corridor of its clearance";
    case ClearanceBreach::other_address: return "under a call sign that was cleared for another aircraft";
    case ClearanceBreach::after_end: return "after the end of its clearance";
    case ClearanceBreach::without: return "without a clearance";
  }
  return {};
}

std::string selected_text(const Reason& r) {
  return fmt::format("has selected {} pressure altitude ({:.0f} s ago)", feet_text(r.selected_altitude.value_or(Height{})), to_seconds(r.age.value_or(Duration{})));
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

std::string zone_text(const Alert& alert, const Rules& rules, std::string_view zone_name, bool leaving, ClearanceBreach breach) {
  const std::string against = breach == ClearanceBreach::none ? "" : fmt::format(" {}", words(breach));
  const std::string a = name_of(alert.subjects.at(0), rules);
  const Prediction& p = *alert.prediction;
  const std::string when = spoken(p.infringed_from - alert.judged_at);
  switch (alert.state) {
    case AlertState::predicted:
      return leaving ? fmt::format("{} will leave {} in {}.", a, zone_name, when) : fmt::format("{} will enter {} in {}{}.", a, zone_name, when, against);
    case AlertState::infringed:
      return leaving ? fmt::format("{} has left {}, {} away.", a, zone_name, miles(p.horizontal_now)) : fmt::format("{} is inside {}{}.", a, zone_name, against);
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

std::vector<Reason> present_reasons(const Alert& alert) {
  std::vector<Reason> reasons;
  for (const AlertSubject& s : alert.subjects) subject_reasons(reasons, s);
  return reasons;
}

void say_who_assists(Alert& alert, const Rules& rules) {
  std::vector<Reason> assisting;
  for (const AlertSubject& s : alert.subjects) {
    for (const AssistingFlight& flight : rules.assisting) {
      if (flight.aircraft == s.address) assisting.push_back({.code = ReasonCode::assists, .track = s.track, .name = flight.rescue});
    }
  }
  alert.reasons.insert(alert.reasons.begin(), assisting.begin(), assisting.end());
}

std::vector<Reason> conflict_reasons(const Alert& alert, const Encounter& e) {
  std::vector<Reason> reasons;
  if (e.strictest_minima) reasons.push_back({.code = ReasonCode::strictest_minima});
  if (!e.vertical_now) reasons.push_back({.code = ReasonCode::vertical_unknown});
  if (e.by_turn) reasons.push_back({.code = ReasonCode::turn});
  if (e.tolerance > Height{}) reasons.push_back({.code = ReasonCode::level_tolerance, .tolerance = e.tolerance});
  reasons.push_back({.code = ReasonCode::position_uncertainty, .uncertainty = e.uncertainty});
  if (e.vertical_error > Height{}) reasons.push_back({.code = ReasonCode::altitude_error, .altitude_error = e.vertical_error});
  if (e.method != track::VerticalMethod::same_datum && e.vertical_now) reasons.push_back({.code = ReasonCode::datum_conversion, .method = e.method});
  if (e.intent != LevelIntent::none && e.selected) {
    reasons.push_back({.code = e.intent == LevelIntent::levels_off ? ReasonCode::levels_off : ReasonCode::busts_level,
                       .track = alert.subjects.at(e.intent_of_a ? 0 : 1).track,
                       .selected_altitude = e.selected->level.above_datum(),
                       .age = e.selected->age});
  }
  for (const AlertSubject& s : alert.subjects) subject_reasons(reasons, s);
  return reasons;
}

std::vector<Reason> zone_reasons(const Alert& alert, const ZoneEncounter& e, const Zone& zone) {
  std::vector<Reason> reasons;
  reasons.push_back({.code = ReasonCode::zone_rule, .rule = zone.rule});
  if (e.breach != ClearanceBreach::none) reasons.push_back({.code = ReasonCode::clearance, .breach = e.breach, .name = e.clearance});
  if (!zone.source.empty()) reasons.push_back({.code = ReasonCode::zone_source, .name = zone.source});
  if (zone.buffer > metres(0)) reasons.push_back({.code = ReasonCode::zone_buffer, .buffer = zone.buffer});
  if (e.vertical_unknown) reasons.push_back({.code = ReasonCode::zone_altitude_unknown});
  if (e.vertical_error > Height{}) reasons.push_back({.code = ReasonCode::altitude_error, .altitude_error = e.vertical_error});
  for (const AlertSubject& s : alert.subjects) subject_reasons(reasons, s);
  return reasons;
}

std::string reason_text(const Reason& r, const Alert& alert, const Rules& rules) {
  const auto who = [&] { return subject_name(r.track, alert, rules); };
  const auto time = [&] { return to_rfc3339(r.since.value_or(Time{})); };
  switch (r.code) {
    case ReasonCode::strictest_minima: return "Strictest minima: an aircraft's party, altitude or position is not certain";
    case ReasonCode::vertical_unknown: return "Judged horizontally: the vertical separation is unknown";
    case ReasonCode::turn: return "Raised by the observed turn rate, not by the straight line";
    case ReasonCode::level_tolerance: return fmt::format("Both level: {} of level tolerance applied", feet_text(r.tolerance.value_or(Height{})));
    case ReasonCode::position_uncertainty:
      return fmt::format("Added to the horizontal minimum: {:.0f} m of position uncertainty", r.uncertainty.value_or(Length{}).in(metres));
    case ReasonCode::altitude_error: return fmt::format("Counted against the separation: {} of altitude error", feet_text(r.altitude_error.value_or(Height{})));
    case ReasonCode::datum_conversion:
      return fmt::format("Altitudes of different datums, compared by {}", track::to_string(r.method.value_or(track::VerticalMethod::same_datum)));
    case ReasonCode::levels_off: return fmt::format("{} {}: levelling off there keeps the minima, severity lowered", who(), selected_text(r));
    case ReasonCode::busts_level: return fmt::format("{} {}: it has left that level and goes on, severity raised", who(), selected_text(r));
    case ReasonCode::group: return fmt::format("Group {} counts as one aircraft, enlarged by its envelope", r.name);
    case ReasonCode::position:
      return fmt::format("{}: position by {}, {:.1f} s old, within {:.0f} m", who(), to_string(r.source.value_or(SourceKind::adsb)),
                         to_seconds(r.age.value_or(Duration{})), r.uncertainty.value_or(Length{}).in(metres));
    case ReasonCode::party_unknown: return fmt::format("{}: party unknown", who());
    case ReasonCode::party_by_callsign: return fmt::format("{}: party known by its callsign only", who());
    case ReasonCode::suspect: return fmt::format("{}: its reports are suspect", who());
    case ReasonCode::altitude_unknown: return fmt::format("{}: altitude unknown", who());
    case ReasonCode::zone_rule: return fmt::format("Rule of the zone: {}", words(r.rule.value_or(ZoneRule::keep_clear)));
    case ReasonCode::zone_source: return fmt::format("Zone from {}", r.name);
    case ReasonCode::zone_buffer: return fmt::format("With a buffer of {}", miles(r.buffer.value_or(Length{})));
    case ReasonCode::zone_altitude_unknown: return "Judged horizontally: the altitude cannot be compared with the zone's limits";
    case ReasonCode::signals:
    case ReasonCode::signalled:
      return fmt::format("{} {}", r.code == ReasonCode::signals ? "Signals" : "Signalled", describe({alert.emergency, r.squawk.value_or(std::uint16_t{}), r.emergency.value_or(Emergency::none)}));
    case ReasonCode::feed_silent: return fmt::format("Its last message came at {}", time());
    case ReasonCode::feed_never_heard: return fmt::format("It has sent nothing since {}", time());
    case ReasonCode::interference:
      return fmt::format("{} aircraft within {:.0f} NM: {} jumped, {} lost their integrity, since {}", r.aircraft.value_or(0u),
                         r.radius.value_or(Length{}).in(nautical_miles), r.jumped.value_or(0u), r.lost_integrity.value_or(0u), time());
    case ReasonCode::left_out: return fmt::format("Left out: more than {} alerts are open, all of them more urgent or newer", r.limit.value_or(0u));
    case ReasonCode::as_of: return fmt::format("As it was at {}", time());
    case ReasonCode::ended_acknowledged: return fmt::format("Ended unobserved: acknowledged, and not observed for {}", spoken(r.age.value_or(Duration{})));
    case ReasonCode::ended_in_time:
      return fmt::format("Ended unobserved: never nearer than an advisory while it was observed, and the time it was judged for ended at {}", time());
    case ReasonCode::sharing_missing: return fmt::format("{} aircraft that only this party told of, the last track at {}", r.aircraft.value_or(0u), time());
    case ReasonCode::sharing_link_down: return fmt::format("Its node is not heard since {}", time());
    case ReasonCode::sharing_suspended: return fmt::format("Suspended since {}: {}", time(), r.name);
    case ReasonCode::sharing_not_agreed: return fmt::format("Since {} no clause lets it share its tracks: {}", time(), r.name);
    case ReasonCode::sharing_over: return fmt::format("Since {} not in force any more: {}", time(), r.name);
    case ReasonCode::clearance: {
      const std::string_view how = words(r.breach.value_or(ClearanceBreach::without));
      return r.name.empty() ? fmt::format("It flies {}", how) : fmt::format("It flies {}, {}", how, r.name);
    }
    case ReasonCode::contradicted:
      return fmt::format("Its broadcast and the telemetry of {} are {:.0f} m apart; {:.0f} m are explained by accuracy and motion", r.name, r.distance.value_or(Length{}).in(metres),
                         r.uncertainty.value_or(Length{}).in(metres));
    case ReasonCode::assists: return fmt::format("{} assists in distress case {}: it has priority", who(), r.name);
  }
  return {};
}

}  // namespace skypact::guard
