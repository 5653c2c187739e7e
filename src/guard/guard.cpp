#include "guard/guard.h"

#include <algorithm>

#include "guard/alert_book.h"
#include "guard/conflict.h"
#include "guard/contradiction_alerts.h"
#include "guard/distress_alerts.h"
#include "guard/minima.h"
#include "guard/pair_alerts.h"
#include "guard/sharing_alerts.h"
#include "guard/source_alerts.h"
#include "guard/traffic.h"
#include "guard/zone_alerts.h"

namespace skypact::guard {
namespace {

constexpr Duration sweep_period = seconds(5);  // of the search for advisories; warnings are searched every step

// Is what the record stands on still seen, though this step found nothing of it?
bool observed(const AlertRecord& r, const Traffic& traffic) {
  switch (r.alert.kind) {
    case AlertKind::conflict: return traffic.observed(r.sides[0]) && traffic.observed(r.sides[1]);
    case AlertKind::zone: return traffic.observed(r.sides[0]);
    case AlertKind::distress:
    case AlertKind::contradiction: {
      const Track* t = traffic.find(r.sides[0].aircraft);
      return t && (t->life == Life::live || t->life == Life::coasting);
    }
    case AlertKind::interference:
    case AlertKind::feed:
    case AlertKind::sharing: break;
  }
  return true;
}

// Records that no finding touched in this step: gone, or only not observed?
void look_at_unseen(const Traffic& traffic, AlertBook& book) {
  for (auto& [key, r] : book.records()) {
    if (r.seen_this_step) continue;
    r.encounter.reset();
    r.zone_encounter.reset();
    r.sight = {.observed = observed(r, traffic), .look_ahead = traffic.rules->advisory_look_ahead};
  }
}

void write(AlertRecord& r, const Step& step) {
  if (r.sight.observed) r.alert.judged_at = step.judge.now;
  switch (r.alert.kind) {
    case AlertKind::conflict: return write_conflict(r, step);
    case AlertKind::zone: return write_zone(r, step);
    case AlertKind::distress: return write_distress(r, step);
    case AlertKind::feed: return write_feed(r);
    case AlertKind::sharing: return write_sharing(r, *step.traffic.rules);
    case AlertKind::contradiction: return write_contradiction(r, step);
    case AlertKind::interference: return;
  }
}

}  // namespace

struct Guard::State {
  Time now;
  std::shared_ptr<const Rules> rules;
  std::optional<MinimaTable> minima;
  std::optional<ZoneTable> zones;
  AlertBook book;
  DistressWatch distress;
  SharingWatch sharing;
  std::optional<Time> last_sweep;
  GuardCounts counts;

  void take_rules(const std::shared_ptr<const Rules>& given) {
    if (rules == given) return;
    rules = given;
    minima.emplace(*rules);
    zones.emplace(*rules);
    counts.errors = zones->errors();
    renumber_zones(book, *rules);
  }
};

Guard::Guard() : state_(std::make_unique<State>()) {}
Guard::~Guard() = default;
Guard::Guard(Guard&&) noexcept = default;
Guard& Guard::operator=(Guard&&) noexcept = default;

std::vector<Alert> Guard::step(const GuardInput& input, const ParallelFor& parallel_for) {
  SKYPACT_CHECK(input.rules != nullptr);
  State& s = *state_;
  s.now = std::max(s.now, input.now);
  s.take_rules(input.rules);
  const bool sweep = !s.last_sweep || s.now - *s.last_sweep >= sweep_period;
  if (sweep) s.last_sweep = s.now;

  s.minima->look_from(s.now, std::min(std::max(s.rules->warning_look_ahead, s.rules->advisory_look_ahead), longest_look_ahead));
  const JudgeContext context{*s.rules, *s.minima, {input.gnss_baro, s.rules->qnh, s.rules->geoid_undulation}, s.now};
  const Traffic traffic = traffic_of(input.tracks, *s.rules, context.vertical, s.now, parallel_for);
  const Step step{context, traffic, sweep, parallel_for};
  const PairCounts pairs = judge_pairs(step, s.book);
  judge_zones(step, *s.zones, s.book);
  judge_distress(step, s.distress, s.book);
  judge_feeds(input.feeds, s.now, s.book);
  judge_sharing(step, input.shared, s.sharing, s.book);
  judge_contradictions(step, input.contradicted, s.book);
  judge_interference(input.interference, s.now, s.book);
  look_at_unseen(traffic, s.book);
  auto changed = s.book.conclude(s.now, [&](AlertRecord& r) { write(r, step); });

  s.counts.judged = static_cast<std::size_t>(std::count_if(traffic.bodies.begin(), traffic.bodies.end(), [](const auto& b) { return b.has_value(); }));
  s.counts.candidates = pairs.candidates;
  s.counts.inhibited = pairs.inhibited;
  s.counts.inhibitions_active = pairs.inhibitions_active;
  s.counts.groups_active = traffic.units.groups_active;
  s.counts.alerts_left_out = s.book.left_out();
  return changed;
}

Result<Alert> Guard::acknowledge(AlertId id, const Acknowledgement& acknowledgement) { return state_->book.acknowledge(id, acknowledgement); }
const std::vector<Alert>& Guard::open() const { return state_->book.open(); }
const std::vector<Alert>& Guard::ended() const { return state_->book.ended(); }
const GuardCounts& Guard::counts() const { return state_->counts; }
const Alert* Guard::find(AlertId id) const { return state_->book.find(id); }
const Alert* Guard::find(std::string_view key) const { return state_->book.find(key); }

}  // namespace skypact::guard
