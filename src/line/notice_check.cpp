#include "line/notice_check.h"

#include <algorithm>
#include <array>
#include <tuple>

#include <fmt/format.h>

#include "base/check.h"
#include "guard/alert_text.h"
#include "guard/encounter.h"
#include "guard/minima.h"
#include "guard/zones.h"
#include "line/notice_area.h"
#include "line/overlap.h"

namespace skypact::line {
namespace {

constexpr std::array<std::string_view, notice_finding_codes> code_words{"notice_overlap", "zone_overlap", "traffic_inside", "traffic_predicted", "late",
                                                                        "no_minimum",     "all_over",     "zone_moves",     "zone_unreadable",   "left_out"};

class Checker {
 public:
  Checker(const Notice& notice, const NoticeContext& context, Time now)
      : n_(notice),
        c_(context),
        now_(now),
        dangerous_(is_dangerous(notice.kind)),
        own_(volume_of(notice, context.party, unknown_party)),
        reference_{nullptr, context.qnh, context.geoid_undulation} {
    if (c_.parties != nullptr) {
      for (std::size_t i = 1; i < c_.parties->size(); ++i) {
        if ((*c_.parties)[i].id == c_.party) party_ = PartyId{static_cast<std::uint16_t>(i)};
      }
    }
  }

  std::vector<NoticeFinding> check() {
    if (n_.spans.back().to <= now_) {
      tell({.code = NoticeFindingCode::all_over});
    } else {
      const auto own = volume(own_);
      SKYPACT_CHECK(own.has_value());
      for (const PartyNotice& other : c_.notices) check_notice_of(other, *own);
      for (const Zone& zone : c_.zones) check_zone(zone, *own);
      check_traffic();
      check_minimum();
    }
    return ordered();
  }

 private:
  void tell(NoticeFinding finding) { findings_.push_back(std::move(finding)); }

  std::string id_of(PartyId party) const {
    if (party == unknown_party || c_.parties == nullptr || party.value >= c_.parties->size()) return {};
    return (*c_.parties)[party.value].id;
  }

  void check_notice_of(const PartyNotice& other, const Volume& own) {
    const Notice& o = other.notice;
    if (other.party == c_.party || o.state == NoticeState::cancelled || (o.exercise && !n_.exercise)) return;
    if (!common_time(own_.active, o.spans, now_)) return;   // before the area is drawn
    const Zone zone = volume_of(o, other.party, unknown_party);
    const auto theirs = volume(zone);
    SKYPACT_CHECK(theirs.has_value());
    const auto found = overlap(own, *theirs, now_, reference_);
    if (!found) return;
    tell({.code = NoticeFindingCode::notice_overlap,
          .severity = dangerous_ || is_dangerous(o.kind) ? Severity::warning : Severity::caution,
          .party = other.party,
          .id = to_string(o.number),
          .kind = o.kind,
          .when = found->common,
          .vertical_unknown = found->vertical_unknown});
  }

  Severity zone_severity(ZoneRule rule) const {
    switch (rule) {
      case ZoneRule::keep_clear:
      case ZoneRule::protected_site: return Severity::warning;
      case ZoneRule::clearance:
      case ZoneRule::flight_plan: return dangerous_ ? Severity::warning : Severity::caution;
      case ZoneRule::corridor: return dangerous_ ? Severity::warning : Severity::advisory;
      case ZoneRule::caution: return dangerous_ ? Severity::caution : Severity::advisory;
    }
    return Severity::warning;
  }

  void check_zone(const Zone& zone, const Volume& own) {
    if (zone.id.starts_with("notice:")) return;
    // Who may be inside announces nothing against the zone by flying there. What is fired into it may still hit who else is.
    const bool named = party_ != unknown_party && std::find(zone.exempt.begin(), zone.exempt.end(), party_) != zone.exempt.end();
    if (named && !dangerous_ && zone.rule != ZoneRule::corridor) return;
    if (!common_time(own_.active, zone.active, now_)) return;
    if (zone.moves_with) return tell({.code = NoticeFindingCode::zone_moves, .id = zone.id, .name = zone.name});
    const auto theirs = volume(zone);
    if (!theirs) return tell({.code = NoticeFindingCode::zone_unreadable, .id = zone.id, .name = zone.name});
    const auto found = overlap(own, *theirs, now_, reference_);
    if (!found) return;
    tell({.code = NoticeFindingCode::zone_overlap,
          .severity = zone_severity(zone.rule),
          .id = zone.id,
          .name = zone.name,
          .rule = zone.rule,
          .when = found->common,
          .vertical_unknown = found->vertical_unknown});
  }

  static guard::Body body_of(const NoticeTraffic& t) {
    guard::Body body;
    body.state.located = true;
    body.state.position = t.position;
    body.state.uncertainty = std::max(t.uncertainty, metres(0));
    body.state.altitude_uncertainty = abs(t.altitude_uncertainty);
    body.state.vertical_rate = t.vertical_rate.value_or(VerticalRate{});
    const GroundVelocity velocity = t.velocity.value_or(GroundVelocity{});
    body.ground = geo::ground_motion(t.position, std::clamp(velocity.speed, knots(0), geo::max_ground_speed), velocity.track);
    body.vertical = {t.pressure, t.ellipsoid, t.sea_level, std::nullopt, t.position};
    return body;
  }

  void check_traffic() {
    if (c_.traffic.empty()) return;
    // To the watch's judgement of a zone nobody may be in; who takes part was asked before.
    const Duration ahead = std::clamp(c_.look_ahead, Duration{}, NoticeCheckLimits::look_ahead);
    Rules rules;
    rules.zones.push_back(own_);
    rules.zones.front().rule = ZoneRule::keep_clear;
    rules.advisory_look_ahead = ahead;
    const guard::ZoneTable table(rules);
    const guard::MinimaTable minima(rules);
    const guard::Carriers nothing_moves = table.carriers({}, ahead);
    const guard::JudgeContext judge_context{rules, minima, reference_, now_};
    for (const NoticeTraffic& t : c_.traffic) {
      const bool own = party_ != unknown_party && t.party == party_;
      const bool takes_part = !t.call_sign.empty() && std::find(n_.call_signs.begin(), n_.call_signs.end(), t.call_sign) != n_.call_signs.end();
      if (own && (takes_part || !dangerous_)) continue;
      const guard::Body body = body_of(t);
      if (table.near(body, nothing_moves, ahead).empty()) continue;
      const auto found = table.judge(0, body, nothing_moves, judge_context, {.look_ahead = ahead});
      if (!found) continue;
      NoticeFinding f{.code = found->lost_now ? NoticeFindingCode::traffic_inside : NoticeFindingCode::traffic_predicted, .party = id_of(t.party), .name = t.name};
      f.severity = dangerous_        ? guard::severity_by_time(found->lost_now, found->t_in, rules.warning_look_ahead)
                   : found->lost_now ? Severity::caution
                                     : Severity::advisory;
      if (!found->lost_now) f.when = Interval<Time>{now_ + found->t_in, now_ + found->t_out}, f.after = found->t_in;
      f.vertical_unknown = found->vertical_unknown;
      tell(std::move(f));
    }
  }

  void check_minimum() {
    const auto wanted = minimum_notice(c_.minimum, n_.activity);
    if (!wanted) return tell({.code = NoticeFindingCode::no_minimum, .name = n_.activity});
    if (!late_by(n_, *wanted, c_.submitted_at)) return;
    const Duration given = n_.spans.front().from - c_.submitted_at;
    tell({.code = NoticeFindingCode::late, .severity = given <= Duration{} ? Severity::warning : Severity::caution, .given = given, .wanted = *wanted});
  }

  std::vector<NoticeFinding> ordered() {
    const auto key = [](const NoticeFinding& f) {
      return std::tuple(-static_cast<int>(f.severity), f.code, std::string_view(f.party), std::string_view(f.id), std::string_view(f.name),
                        f.when ? f.when->from : Time::min());
    };
    std::stable_sort(findings_.begin(), findings_.end(), [&](const NoticeFinding& a, const NoticeFinding& b) { return key(a) < key(b); });
    if (findings_.size() > NoticeCheckLimits::findings) {
      const std::size_t left_out = findings_.size() - (NoticeCheckLimits::findings - 1);
      findings_.resize(NoticeCheckLimits::findings - 1);
      tell({.code = NoticeFindingCode::left_out, .severity = findings_.back().severity, .count = left_out});
    }
    return std::move(findings_);
  }

  const Notice& n_;
  const NoticeContext& c_;
  Time now_;
  bool dangerous_;
  Zone own_;
  track::VerticalReference reference_;
  PartyId party_ = unknown_party;
  std::vector<NoticeFinding> findings_;
};

// "72 h", "1 h 30 min", "20 min", "45 s".
std::string long_duration(Duration duration) {
  const auto all = std::chrono::duration_cast<minutes>(std::chrono::abs(duration));
  if (all < minutes(60)) return guard::spoken(std::chrono::abs(duration));
  const auto h = all.count() / 60, m = all.count() % 60;
  return m == 0 ? fmt::format("{} h", h) : fmt::format("{} h {} min", h, m);
}

// "from 2026-11-28 06:00 UTC to 2026-11-28 09:00 UTC"; what is open at an end says nothing of it.
std::string span_text(const Interval<Time>& span) {
  const auto minute = [](Time t) {
    std::string text = to_rfc3339(t).substr(0, 16);
    text[10] = ' ';
    return text + " UTC";
  };
  return (span.from == Time::min() ? std::string() : " from " + minute(span.from)) + (span.to == Time::max() ? std::string() : " to " + minute(span.to));
}

std::string spaced(std::string_view word) {
  std::string out(word);
  std::replace(out.begin(), out.end(), '_', ' ');
  return out;
}

std::string_view words(ZoneRule rule) {
  switch (rule) {
    case ZoneRule::keep_clear: return "keep clear";
    case ZoneRule::caution: return "caution";
    case ZoneRule::protected_site: return "protected site";
    case ZoneRule::corridor: return "corridor";
    case ZoneRule::clearance: return "clearance needed";
    case ZoneRule::flight_plan: return "planned flight";
  }
  return {};
}

std::string aircraft(const NoticeFinding& f) { return fmt::format("{} ({})", f.name, f.party.empty() ? "party unknown" : f.party); }

}  // namespace

std::string_view to_string(NoticeFindingCode code) { return code_words[static_cast<std::size_t>(code)]; }

std::optional<Duration> minimum_notice(std::span<const pact::TermsNotice> minimum, std::string_view activity) {
  std::optional<Duration> wanted;
  for (const pact::TermsNotice& m : minimum) {
    if (m.activity == activity && (!wanted || m.at_least > *wanted)) wanted = m.at_least;
  }
  return wanted;
}

std::optional<Duration> late_by(const Notice& notice, Duration minimum, Time submitted_at) {
  const Duration given = notice.spans.front().from - submitted_at;
  if (given >= minimum) return std::nullopt;
  return minimum - given;
}

std::vector<NoticeFinding> check(const Notice& notice, const NoticeContext& context, Time now) {
  if (notice.state == NoticeState::cancelled) return {};
  return Checker(notice, context, now).check();
}

std::string finding_text(const NoticeFinding& f) {
  const std::string_view heights = f.vertical_unknown ? "; the heights cannot be compared" : "";
  const Interval<Time> when = f.when.value_or(Interval<Time>{});
  switch (f.code) {
    case NoticeFindingCode::notice_overlap:
      return fmt::format("Overlaps notice {} of {} ({}){}{}.", f.id, f.party, spaced(to_string(f.kind.value_or(NoticeKind::other))), span_text(when), heights);
    case NoticeFindingCode::zone_overlap:
      return fmt::format("Overlaps zone {} ({}){}{}.", f.name.empty() ? f.id : f.name, words(f.rule.value_or(ZoneRule::keep_clear)), span_text(when), heights);
    case NoticeFindingCode::traffic_inside: return fmt::format("{} is inside now{}.", aircraft(f), heights);
    case NoticeFindingCode::traffic_predicted: return fmt::format("{} will be inside in {}{}.", aircraft(f), guard::spoken(f.after.value_or(Duration{})), heights);
    case NoticeFindingCode::late: {
      const Duration given = f.given.value_or(Duration{}), wanted = f.wanted.value_or(Duration{});
      return fmt::format("Late by {}: given {} {}; agreed are at least {} before.", long_duration(wanted - given), long_duration(given),
                         given < Duration{} ? "after it began" : "before it begins", long_duration(wanted));
    }
    case NoticeFindingCode::no_minimum: return fmt::format("No minimum notice is agreed for {}.", f.name);
    case NoticeFindingCode::all_over: return "All of its times are over; nothing was compared with it.";
    case NoticeFindingCode::zone_moves: return fmt::format("Zone {} moves with an aircraft: not compared.", f.name.empty() ? f.id : f.name);
    case NoticeFindingCode::zone_unreadable: return fmt::format("The outline of zone {} is no area: not compared.", f.name.empty() ? f.id : f.name);
    case NoticeFindingCode::left_out: return fmt::format("{} further findings, none more severe, are left out.", f.count.value_or(0u));
  }
  return {};
}

}  // namespace skypact::line
