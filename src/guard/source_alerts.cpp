#include "guard/source_alerts.h"

#include <algorithm>

#include <fmt/format.h>

#include "guard/alert_text.h"

namespace skypact::guard {
namespace {

constexpr Duration interference_over = seconds(60);
constexpr Sight here_now{.observed = true, .found = true, .lost = true, .certain = true, .grave = true};

}  // namespace

void judge_feeds(std::span<const FeedHealth> feeds, Time now, AlertBook& book) {
  for (const FeedHealth& feed : feeds) {
    if (!feed.expected) continue;
    const Time since = feed.last_message ? std::max(*feed.last_message, feed.expected_since) : feed.expected_since;
    if (now - since < feed.silent_after) continue;
    AlertRecord* r = book.record(fmt::format("feed:{}:{}", feed.source.value, feed.name), AlertKind::feed);
    if (!r) continue;
    r->alert.feed = feed.name;
    r->alert.reasons = {{.code = feed.last_message ? ReasonCode::feed_silent : ReasonCode::feed_never_heard, .since = feed.last_message.value_or(feed.expected_since)}};
    r->alert.text = fmt::format("Feed {} has been silent for {}: aircraft that only it sees are not shown where they are.", feed.name, spoken(now - since));
    r->found(here_now, Severity::warning);
  }
}

void write_feed(AlertRecord& r) {
  if (r.sight.found) return;
  r.alert.text = fmt::format("Feed {} speaks again.", r.alert.feed);
  r.alert.reasons.clear();
}

void judge_interference(std::span<const track::InterferenceFinding> findings, Time now, AlertBook& book) {
  for (const track::InterferenceFinding& finding : findings) {
    if (now - finding.last > interference_over) continue;
    AlertRecord* r = book.record(fmt::format("interference:{}", finding.episode), AlertKind::interference);
    if (!r) continue;
    r->alert.area = finding.area;
    if (finding.area.size() < 3) r->alert.area.assign(1, finding.centre);
    r->alert.text = fmt::format("GNSS interference around {:.2f}, {:.2f}: {} aircraft within {:.0f} NM lost their positions together.",
                                finding.centre.lat_degrees(), finding.centre.lon_degrees(), finding.tracks.size(),
                                std::max(1.0, finding.radius.in(nautical_miles)));
    r->alert.reasons = {{.code = ReasonCode::interference,
                         .radius = std::max(nautical_miles(1), finding.radius),
                         .since = finding.since,
                         .aircraft = static_cast<std::uint32_t>(finding.tracks.size()),
                         .jumped = static_cast<std::uint32_t>(finding.jumped),
                         .lost_integrity = static_cast<std::uint32_t>(finding.collapsed)}};
    r->found(here_now, Severity::warning);
  }
}

}  // namespace skypact::guard
