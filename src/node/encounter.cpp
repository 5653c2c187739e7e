// The encounter of two aircraft before and ahead, for the plan, the vertical profile and the separation plot.

#include <algorithm>
#include <cmath>
#include <vector>

#include "geo/ellipsoid.h"
#include "geo/motion.h"
#include "node/api_json.h"
#include "node/api_names.h"

namespace skypact::node {
namespace {

constexpr int step_s = 5, before_s = 300, least_ahead_s = 120, most_ahead_s = 1200, beyond_closest_s = 60;

struct Moment {
  int t_s = 0;
  geo::Vec3 place;
  std::optional<Height> altitude;
};

Moment between(const HistoryPoint& a, const HistoryPoint& b, int t_s, Time at) {
  const double share = to_seconds(at - a.at) / to_seconds(b.at - a.at);
  const geo::Vec3 from = geo::place_of(a.position), to = geo::place_of(b.position);
  Moment m{t_s, from + (to - from) * share, std::nullopt};
  if (a.altitude && b.altitude && a.datum == b.datum) {
    const double tenth_mm = a.altitude->in_tenth_mm() + share * (*b.altitude - *a.altitude).in_tenth_mm();
    m.altitude = Height::of_tenth_mm(std::llround(tenth_mm));
  }
  return m;
}

// Where the history says, then along the present motion; oldest first.
std::vector<Moment> path_of(const PictureTrack& t, Time now, int ahead_s) {
  std::vector<Moment> path;
  const auto points = t.history ? t.history->points() : std::vector<HistoryPoint>();
  std::size_t next = 1;
  for (int t_s = -before_s; t_s < 0; t_s += step_s) {
    const Time at = now + seconds(t_s);
    while (next < points.size() && points[next].at <= at) ++next;
    if (next < points.size() && points[next - 1].at <= at) path.push_back(between(points[next - 1], points[next], t_s, at));
  }
  const GroundVelocity velocity = t.track.velocity ? t.track.velocity->value : GroundVelocity{};
  const Speed speed = std::min(velocity.speed, geo::max_ground_speed);
  const geo::GroundMotion motion = geo::ground_motion(*t.position, speed, velocity.track);
  const VerticalRate rate = t.track.vertical_rate ? t.track.vertical_rate->value : VerticalRate();
  for (int t_s = 0; t_s <= ahead_s; t_s += step_s) {
    Moment m{t_s, geo::after(motion, static_cast<double>(t_s)).place, t.altitude};
    if (m.altitude) *m.altitude = *m.altitude + Height::of_tenth_mm(std::int64_t{rate.in_tenth_mm_per_minute()} * t_s / 60);
    path.push_back(m);
  }
  return path;
}

void aircraft_value(json::Writer& out, const PictureTrack& t, const std::vector<Moment>& path) {
  out.begin_object();
  out.field("track", t.track.id.value);
  out.key("path");
  out.begin_array();
  for (const Moment& m : path) {
    const geo::Position p = geo::position_of(m.place);
    out.begin_object();
    out.field("t_s", m.t_s);
    out.key("position");
    out.begin_array();
    out.value(p.lat_degrees(), 7);
    out.value(p.lon_degrees(), 7);
    out.end_array();
    if (m.altitude) out.field("altitude_ft", m.altitude->in_feet(), 1);
    out.end_object();
  }
  out.end_array();
  out.end_object();
}

void separation_field(json::Writer& out, const std::vector<Moment>& a, const std::vector<Moment>& b, bool same_datum) {
  out.key("separation");
  out.begin_array();
  for (std::size_t i = 0, j = 0; i < a.size() && j < b.size();) {
    if (a[i].t_s != b[j].t_s) {
      a[i].t_s < b[j].t_s ? ++i : ++j;
      continue;
    }
    out.begin_object();
    out.field("t_s", a[i].t_s);
    out.field("horizontal_nm", metres(geo::surface_length_of_chord(norm(a[i].place - b[j].place))).in(nautical_miles), 3);
    if (same_datum && a[i].altitude && b[j].altitude) out.field("vertical_ft", abs(*a[i].altitude - *b[j].altitude).in_feet(), 1);
    out.end_object();
    ++i, ++j;
  }
  out.end_array();
}

}  // namespace

std::optional<std::string> encounter_json(const Alert& alert, const Picture& picture) {
  if (alert.subjects.size() != 2 || !alert.prediction) return std::nullopt;
  const PictureTrack* one = find_track(picture, alert.subjects[0].track);
  const PictureTrack* other = find_track(picture, alert.subjects[1].track);
  if (one == nullptr || other == nullptr || !one->position || !other->position) return std::nullopt;

  const double to_closest_s = to_seconds(alert.prediction->closest_at - picture.now);
  const int ahead_s = static_cast<int>(std::clamp(to_closest_s + beyond_closest_s, double{least_ahead_s}, double{most_ahead_s}));
  const auto first = path_of(*one, picture.now, ahead_s), second = path_of(*other, picture.now, ahead_s);
  std::string text;
  json::Writer out(text);
  out.begin_object();
  out.key("alert");
  append_alert(out, alert, picture);
  out.field("now", to_rfc3339(picture.now));
  out.key("minima");
  out.begin_object();
  out.field("horizontal_nm", alert.prediction->minima.horizontal.in(nautical_miles), 3);
  out.field("vertical_ft", alert.prediction->minima.vertical.in_feet(), 1);
  out.end_object();
  out.key("aircraft");
  out.begin_array();
  aircraft_value(out, *one, first);
  aircraft_value(out, *other, second);
  out.end_array();
  separation_field(out, first, second, one->altitude_datum == other->altitude_datum);
  out.end_object();
  return text;
}

}  // namespace skypact::node
