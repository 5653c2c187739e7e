#include "node/notice_judgement.h"

#include <string>
#include <vector>

#include "track/prediction.h"

namespace skypact::node {
namespace {

line::NoticeTraffic traffic_of(const PictureTrack& p, Time now) {
  const Track& t = p.track;
  const track::MotionState state = track::motion_at(t, now);
  line::NoticeTraffic traffic;
  traffic.call_sign = t.callsign ? std::string(t.callsign->value.view()) : std::string();
  traffic.name = traffic.call_sign.empty() ? to_string(t.address) : traffic.call_sign;
  traffic.party = t.party;
  traffic.position = state.position;
  traffic.uncertainty = state.uncertainty;
  traffic.pressure = state.pressure_altitude;
  traffic.ellipsoid = state.ellipsoid_altitude;
  traffic.sea_level = state.sea_level_altitude;
  traffic.altitude_uncertainty = state.altitude_uncertainty;
  if (state.velocity_known) traffic.velocity = state.velocity;
  if (state.vertical_rate_known) traffic.vertical_rate = state.vertical_rate;
  return traffic;
}

}  // namespace

line::NoticeJudgement judge(const JudgedNotice& of, std::span<const line::PartyNotice> standing, std::span<const pact::TermsNotice> minimum, const Picture& picture, Time now) {
  line::NoticeJudgement judged;
  judged.minimum = line::minimum_notice(minimum, of.notice.activity);
  if (of.notice.state == line::NoticeState::cancelled) return judged;
  if (judged.minimum) judged.late_by = line::late_by(of.notice, *judged.minimum, of.submitted_at);
  std::vector<line::NoticeTraffic> traffic;
  if (of.notice.spans.back().to > now) {
    for (const PictureTrack& p : *picture.tracks) {
      const bool heard = p.track.life == Life::live || p.track.life == Life::coasting;
      if (heard && p.position) traffic.push_back(traffic_of(p, picture.now));
    }
  }
  const Rules& rules = *picture.rules;
  judged.findings = line::check(of.notice,
                                {.party = of.party,
                                 .notices = standing,
                                 .zones = rules.zones,
                                 .traffic = traffic,
                                 .parties = &rules.parties,
                                 .minimum = minimum,
                                 .submitted_at = of.submitted_at,
                                 .qnh = rules.qnh,
                                 .geoid_undulation = rules.geoid_undulation},
                                now);
  return judged;
}

}  // namespace skypact::node
