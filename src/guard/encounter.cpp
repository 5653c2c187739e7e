#include "guard/encounter.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "guard/conflict.h"

namespace skypact::guard {
namespace {

// The vertical side of a pair: what adds to the minimum, and the difference now.
struct Vertical {
  Height difference;            // a minus b
  VerticalRate rate;            // of the difference
  Height error;                 // counts against the separation
  bool both_level = false;
};

VerticalRate difference(VerticalRate a, VerticalRate b) {
  return VerticalRate::of_tenth_mm_per_minute(a.in_tenth_mm_per_minute() - b.in_tenth_mm_per_minute());
}

struct Loss {
  Duration from{}, to{};
  Required required;
};

class Judge {
 public:
  Judge(const Body& a, const Body& b, const JudgeContext& context, const JudgeOptions& options)
      : a_(a), b_(b), context_(context), options_(options), uncertainty_(a.uncertainty() + b.uncertainty()),
        pair_(context.minima.of(a.side, b.side)) {
    if (const auto d = track::vertical_difference(a.vertical, b.vertical, context.vertical)) {
      vertical_ = Vertical{d->value, difference(a.rate(), b.rate()),
                           d->error_bound + a.state.altitude_uncertainty + b.state.altitude_uncertainty + a.vertical_extent + b.vertical_extent,
                           a.level && b.level};
      method_ = d->method;
    }
  }

  std::optional<Encounter> verdict() {
    // The same vertical motion serves both hypotheses.
    if (vertical_ && !vertical_forecast(vertical_->difference, vertical_->rate, threshold(pair_.greatest.vertical, pair_.least_tolerance), options_.look_ahead)) {
      return std::nullopt;
    }
    std::optional<Loss> straight = straight_loss();
    std::optional<Loss> turning = turning_loss(straight);
    if (!straight && !turning) return std::nullopt;
    const bool by_turn = turning && (!straight || turning->from < straight->from);
    const Loss loss = by_turn ? *turning : *straight;

    Encounter e;
    e.required = loss.required;
    e.strictest_minima = pair_.strictest;
    e.lost_now = loss.from == Duration{};
    e.t_in = loss.from;
    e.t_out = loss.to;
    e.by_turn = by_turn;
    e.uncertainty = uncertainty_;
    e.horizontal_now = horizontal_distance(a_.ground, b_.ground, Duration{});
    if (by_turn) {
      e.t_closest = closest_in_turn_;
      e.horizontal_at_closest = least_in_turn_;
    } else {
      const auto whole = horizontal_forecast(a_.ground, b_.ground, horizontal(loss.required.minima), options_.look_ahead);
      e.t_closest = std::clamp(whole.t_cpa, loss.from, loss.to);
      e.horizontal_at_closest = horizontal_distance(a_.ground, b_.ground, e.t_closest);
    }
    if (vertical_) {
      e.vertical_now = abs(vertical_->difference);
      e.vertical_at_closest = abs(vertical_difference(vertical_->difference, vertical_->rate, e.t_closest));
      e.vertical_error = vertical_->error;
      if (vertical_->both_level) e.tolerance = level_tolerance(loss.required.minima.vertical, loss.required.level_tolerance);
    }
    e.method = method_;
    e.severity = severity_by_time(e.lost_now, e.t_in, context_.rules.warning_look_ahead);
    apply_intent(e);
    return e;
  }

 private:
  [[nodiscard]] Length horizontal(const Minima& minima) const {
    return std::min(minima.horizontal * (options_.hold ? hold_horizontal : 1.0) + uncertainty_, greatest_horizontal_minimum);
  }
  [[nodiscard]] Height threshold(Height minimum, Height tolerance, bool tolerant) const {
    Height height = minimum;
    if (tolerant) height = height - level_tolerance(minimum, tolerance);
    if (options_.hold) height = height + hold_vertical;
    return height + vertical_->error;
  }
  [[nodiscard]] Height threshold(Height minimum, Height tolerance) const { return threshold(minimum, tolerance, vertical_->both_level); }
  [[nodiscard]] Height threshold(const Required& required) const { return threshold(required.minima.vertical, required.level_tolerance); }

  // The first moment in [from, to) at which both are lost; both ends are from now.
  [[nodiscard]] std::optional<Loss> loss_in(const Required& required, const std::vector<Interval<Duration>>& closer,
                                            Duration from, Duration to) const {
    Interval<Duration> low{from, to};
    if (vertical_) {
      const auto v = vertical_forecast(vertical_difference(vertical_->difference, vertical_->rate, from), vertical_->rate,
                                       threshold(required), to - from);
      if (!v) return std::nullopt;
      low = {from + v->from, from + v->to};
    }
    for (const auto& c : closer) {
      const Duration begin = std::max(low.from, c.from), end = std::min(low.to, c.to);
      if (begin < end) return Loss{begin, end, required};
    }
    return std::nullopt;
  }

  [[nodiscard]] std::optional<Loss> straight_loss() const {
    const auto reach = horizontal_forecast(a_.ground, b_.ground, horizontal(pair_.greatest), options_.look_ahead);
    if (reach.closer.empty()) return std::nullopt;
    if (!pair_.varies) return loss_in(pair_.everywhere, reach.closer, Duration{}, options_.look_ahead);
    std::optional<Loss> first;
    for (const auto& piece : context_.minima.pieces(pair_, path_of(a_.ground, options_.look_ahead), path_of(b_.ground, options_.look_ahead), options_.look_ahead)) {
      const auto from = from_seconds(piece.time.from), to = from_seconds(piece.time.to);
      const auto near = horizontal_forecast(a_.ground, b_.ground, horizontal(piece.required.minima), options_.look_ahead);
      const auto loss = loss_in(piece.required, near.closer, from, to);
      if (loss && !first) first = loss;
      if (loss && first && loss->from <= first->to) first->to = std::max(first->to, loss->to);
    }
    return first;
  }

  [[nodiscard]] static double turn_of(const Body& body) {
    if (!body.state.turn_rate) return 0;
    const double rate = body.state.turn_rate->in(degrees_per_second);
    if (std::abs(rate) < least_turn.in(degrees_per_second)) return 0;
    const double most = greatest_turn.in(degrees_per_second);
    return std::clamp(rate, -most, most);
  }

  // In steps of five seconds, each flown straight in its middle direction: at 3°/s that is 20 m beside the arc. A step
  // ends where other minima begin to hold.
  [[nodiscard]] std::optional<Loss> turning_loss(const std::optional<Loss>& straight) {
    const double turn_a = turn_of(a_), turn_b = turn_of(b_);
    if (turn_a == 0 && turn_b == 0) return std::nullopt;
    constexpr auto step = seconds(5);
    const Duration end = std::min<Duration>(turn_look_ahead, options_.look_ahead);
    geo::GroundMotion a = a_.ground, b = b_.ground;
    std::optional<Loss> loss;
    bool seen = false;
    Duration length = step;
    for (Duration t{}; t < end; t += length) {
      if (!loss && straight && straight->from <= t) return std::nullopt;  // the straight line is sooner
      length = std::min<Duration>(step, end - t);
      if (const auto change = MinimaTable::next_change(pair_, t)) length = std::min(length, *change - t);
      const double half = to_seconds(length) / 2;
      a = geo::turned(a, turn_a * half);
      b = geo::turned(b, turn_b * half);
      const Required required = context_.minima.at(pair_, a.place, b.place, t);
      const auto near = horizontal_forecast(a, b, horizontal(required.minima), length);
      std::optional<Interval<Duration>> low = Interval<Duration>{Duration{}, length};
      if (vertical_) {
        low = vertical_forecast(vertical_difference(vertical_->difference, vertical_->rate, t), vertical_->rate,
                                threshold(required), length);
      }
      bool lost = false;
      if (low) {
        for (const auto& c : near.closer) {
          const Duration from = std::max(low->from, c.from), to = std::min(low->to, c.to);
          if (!(from < to)) continue;
          lost = true;
          if (!loss) loss = Loss{t + from, t + to, required};
          loss->to = t + to;
          if (!seen || near.least < least_in_turn_) least_in_turn_ = near.least, closest_in_turn_ = t + near.t_cpa, seen = true;
        }
      }
      if (loss && !lost) break;
      a = geo::turned(geo::after(a, length), turn_a * half);
      b = geo::turned(geo::after(b, length), turn_b * half);
    }
    if (loss) closest_in_turn_ = std::clamp(closest_in_turn_, loss->from, loss->to);
    return loss;
  }

  // When it reaches its selected level; nullopt: it does not go there.
  struct LevelOff {
    double after = 0;      // seconds from now
    SelectedLevel selected;
  };
  [[nodiscard]] std::optional<LevelOff> level_off(const Body& body) const {
    if (body.level || !body.state.vertical_rate_known || !body.state.pressure_altitude) return std::nullopt;
    const auto selected = selected_level(*body.track, context_.now);
    if (!selected) return std::nullopt;
    const double to_go = (selected->level - *body.state.pressure_altitude).in_feet();
    const double rate = body.state.vertical_rate.in_feet_per_minute() / 60;
    if (to_go * rate <= 0) return std::nullopt;
    return LevelOff{to_go / rate, *selected};
  }
  [[nodiscard]] std::optional<SelectedLevel> busted(const Body& body) const {
    if (body.level || !body.state.vertical_rate_known || !body.state.pressure_altitude) return std::nullopt;
    const auto selected = selected_level(*body.track, context_.now);
    if (!selected) return std::nullopt;
    const Height beyond = *body.state.pressure_altitude - selected->level;
    const bool away = (beyond > Height{}) == (body.state.vertical_rate > VerticalRate{});
    if (!away || abs(beyond) <= pair_.least_tolerance) return std::nullopt;
    return selected;
  }

  // Would the pair keep its minima if whoever goes to a selected level stops there?
  [[nodiscard]] bool keeps_minima(const std::optional<LevelOff>& off_a, const std::optional<LevelOff>& off_b) const {
    const double end = to_seconds(options_.look_ahead);
    std::vector<double> cuts{0, end};
    for (const auto* off : {&off_a, &off_b}) {
      if (*off && (*off)->after < end) cuts.push_back((*off)->after);
    }
    std::sort(cuts.begin(), cuts.end());
    const bool tolerant = (a_.level || off_a) && (b_.level || off_b);
    const auto near = horizontal_forecast(a_.ground, b_.ground, horizontal(pair_.greatest), options_.look_ahead);
    Height d = vertical_->difference;
    for (std::size_t i = 0; i + 1 < cuts.size(); ++i) {
      const auto from = from_seconds(cuts[i]), to = from_seconds(cuts[i + 1]);
      if (!(from < to)) continue;
      const auto rate_of = [&](const Body& body, const std::optional<LevelOff>& off) {
        return off && off->after <= cuts[i] ? VerticalRate{} : body.rate();
      };
      const VerticalRate rate = difference(rate_of(a_, off_a), rate_of(b_, off_b));
      if (const auto low = vertical_forecast(d, rate, threshold(pair_.greatest.vertical, pair_.least_tolerance, tolerant), to - from)) {
        for (const auto& c : near.closer) {
          if (std::max(from + low->from, c.from) < std::min(from + low->to, c.to)) return false;
        }
      }
      d = vertical_difference(d, rate, to - from);
    }
    return true;
  }

  void apply_intent(Encounter& e) const {
    if (!vertical_ || e.lost_now || e.t_in <= warning_time) return;
    for (const Body* body : {&a_, &b_}) {
      if (const auto selected = busted(*body)) {
        e.intent = LevelIntent::busts;
        e.intent_of_a = body == &a_;
        e.selected = selected;
        if (e.severity < Severity::warning) e.severity = static_cast<Severity>(static_cast<int>(e.severity) + 1);
        return;
      }
    }
    if (e.by_turn) return;
    const auto off_a = level_off(a_), off_b = level_off(b_);
    if ((!off_a && !off_b) || !keeps_minima(off_a, off_b)) return;
    e.intent = LevelIntent::levels_off;
    e.intent_of_a = off_a.has_value();
    e.selected = off_a ? off_a->selected : off_b->selected;
    if (e.severity > Severity::advisory) e.severity = static_cast<Severity>(static_cast<int>(e.severity) - 1);
  }

  const Body& a_;
  const Body& b_;
  const JudgeContext& context_;
  const JudgeOptions& options_;
  Length uncertainty_;
  PairMinima pair_;
  std::optional<Vertical> vertical_;
  track::VerticalMethod method_ = track::VerticalMethod::same_datum;
  Length least_in_turn_;
  Duration closest_in_turn_{};
};

}  // namespace

Severity severity_by_time(bool lost_now, Duration to_infringement, Duration warning_look_ahead) {
  if (lost_now) return Severity::conflict;
  if (to_infringement <= warning_time) return Severity::warning;
  if (to_infringement <= warning_look_ahead) return Severity::caution;
  return Severity::advisory;
}

Height level_tolerance(Height vertical_minimum, Height tolerance) {
  return std::min(tolerance, Height::of_tenth_mm(vertical_minimum.in_tenth_mm() / 5));
}

std::optional<Encounter> judge(const Body& a, const Body& b, const JudgeContext& context, const JudgeOptions& options) {
  return Judge(a, b, context, options).verdict();
}

}  // namespace skypact::guard
