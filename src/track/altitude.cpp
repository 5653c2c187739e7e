#include "track/altitude.h"

#include <algorithm>
#include <cmath>

#include "geo/ellipsoid.h"

namespace skypact::track {
namespace {

// --- the bounds, and what they stand on

// The thickness of a layer of air goes with its temperature. It is seldom more than 30 K from standard: 30 / 250 =
// 12 %. Cold air lies on the ground: at -30 °C 190 ft in 1000 ft (ICAO Doc 8168 vol. I part III, temperature corrections).
constexpr std::int64_t layer_percent = 12, cold_layer_percent = 20;
const Height cold_layer_top = feet_of_height(5000);
// By how much the thickness between two heights may differ from the standard one.
Height thickness_error(Height from, Height to) {
  const std::int64_t low = std::min(from, to).in_tenth_mm(), high = std::max(from, to).in_tenth_mm(), top = cold_layer_top.in_tenth_mm();
  const std::int64_t cold = std::min(high, top) - std::min(low, top), other = std::max(high, top) - std::max(low, top);
  return Height::of_tenth_mm((cold * cold_layer_percent + other * layer_percent) / 100);
}

// Of an aircraft's own broadcast difference (25 ft steps, DO-260B §2.2.3.2.6.1.15): a step, and some avionics
// send height above mean sea level in its place, which it cannot be told from: the undulation reaches 100 m.
// It may have climbed through so much since it was said.
const Height own_climb = feet_of_height(500);
const Height own_bound = feet_of_height(25) + metres_of_height(105) + thickness_error(Height(), own_climb);
// Around a local estimate: the aircraft that made it may all be off by their altimeters (±245 ft is what RVSM
// allows, ICAO Doc 9574) and by GNSS height (45 m, 95 %); three of them agreeing leave half of that.
const Height lone_bound = feet_of_height(300), shared_bound = feet_of_height(150);
// A pressure level slopes by f v / g in geostrophic wind: 190 ft over the 100 km of a cell at 100 kt and 50°, as
// strong as it usually is aloft; half of that below 10,000 ft. Twice as far to a neighbouring cell.
const Height slope_low = feet_of_height(95), slope_high = feet_of_height(190), slope_low_top = feet_of_height(10'000);
// One undulation for a region: the geoid rises by up to 30 m over a few hundred kilometres.
const Height geoid_bound = metres_of_height(30);
// One QNH for a region: 3 hPa at 30 ft/hPa (27 ft at sea level, more above).
const Height qnh_bound = feet_of_height(90);
// --- cells of the field

constexpr double cell_side = 100'000;  // metres
constexpr std::int64_t band_tenth_mm = 2500 * 3048;
constexpr Duration window_length = minutes(5);

std::uint64_t cell_key(geo::Vec3 place, std::int64_t dx, std::int64_t dy, std::int64_t dz, std::int64_t band) {
  const auto part = [](double x, std::int64_t d) { return static_cast<std::uint64_t>(static_cast<std::int64_t>(std::floor(x / cell_side)) + d + 128) & 0xFF; };
  return part(place.x, dx) << 24 | part(place.y, dy) << 16 | part(place.z, dz) << 8 | (static_cast<std::uint64_t>(band + 16) & 0xFF);
}
std::int64_t band_of(PressureAltitude altitude) {
  const std::int64_t h = altitude.above_datum().in_tenth_mm();
  return h >= 0 ? h / band_tenth_mm : -((-h + band_tenth_mm - 1) / band_tenth_mm);
}

// ln and exp near 1 and 0 by their series; arguments here are within 0.8 … 1.2 and ±0.05.
double ln_near_one(double x) {
  const double y = (x - 1) / (x + 1), y2 = y * y;
  double sum = 0;
  for (int k = 25; k >= 1; k -= 2) sum = sum * y2 + 1.0 / k;
  return 2 * y * sum;
}
double exp_near_zero(double x) {
  double sum = 1;
  for (int k = 15; k >= 1; --k) sum = 1 + sum * x / k;
  return sum;
}

}  // namespace

std::string_view to_string(VerticalMethod method) {
  switch (method) {
    case VerticalMethod::same_datum: return "same_datum";
    case VerticalMethod::own_gnss_baro: return "own_gnss_baro";
    case VerticalMethod::local_gnss_baro: return "local_gnss_baro";
    case VerticalMethod::geoid: return "geoid";
    case VerticalMethod::qnh: return "qnh";
    case VerticalMethod::qnh_and_geoid: return "qnh_and_geoid";
  }
  return "unknown";
}

const GnssBaroField::Cell* GnssBaroField::find(std::uint64_t key) const {
  const auto at = std::lower_bound(cells_.begin(), cells_.end(), key, [](const Cell& c, std::uint64_t k) { return c.key < k; });
  return at != cells_.end() && at->key == key ? &*at : nullptr;
}

void GnssBaroField::add(TrackId track, geo::Position position, PressureAltitude at, Height gnss_minus_pressure, Time measured_at) {
  const std::uint64_t key = cell_key(geo::place_of(position), 0, 0, 0, band_of(at));
  auto cell = std::lower_bound(cells_.begin(), cells_.end(), key, [](const Cell& c, std::uint64_t k) { return c.key < k; });
  if (cell == cells_.end() || cell->key != key) {
    if (cells_.size() >= max_cells) return;
    cell = cells_.insert(cell, Cell{key, {}, {}});
    cell->current.from = measured_at;
  }
  Window& w = cell->current;
  if (measured_at - w.from >= window_length) {
    cell->previous = w;
    w = {};
    w.from = measured_at;
  }
  const std::int32_t value = gnss_minus_pressure.in_tenth_mm();
  w.least = w.count == 0 ? value : std::min(w.least, value);
  w.greatest = w.count == 0 ? value : std::max(w.greatest, value);
  const std::int32_t level = at.above_datum().in_tenth_mm();
  w.lowest = w.count == 0 ? level : std::min(w.lowest, level);
  w.highest = w.count == 0 ? level : std::max(w.highest, level);
  if (w.count < UINT32_MAX) ++w.count;
  TrackId* const end = w.seen + w.aircraft;
  if (w.aircraft < 3 && std::find(w.seen + 0, end, track) == end) w.seen[w.aircraft++] = track;
}

void GnssBaroField::advance(Time now) {
  std::erase_if(cells_, [&](const Cell& c) { return now - c.current.from > 2 * window_length; });
}

void GnssBaroField::shift(Duration step) {
  for (auto& c : cells_) {
    c.current.from += step;
    c.previous.from += step;
  }
}

std::optional<GnssBaroField::Estimate> GnssBaroField::near(geo::Position position, PressureAltitude at) const {
  if (cells_.empty()) return std::nullopt;
  const geo::Vec3 place = geo::place_of(position);
  const std::int64_t band = band_of(at);
  // The nearest level of detail that has an answer: own cell and band, then the cells around, then the bands
  // above and below. Within one, everything that was said: the estimate is the middle of it.
  for (const std::int64_t band_reach : {0, 1}) {
    for (const std::int64_t reach : {0, 1}) {
      std::int64_t least = INT64_MAX, greatest = INT64_MIN, lowest = INT64_MAX, highest = INT64_MIN;
      std::vector<TrackId> aircraft;
      for (std::int64_t b = band - band_reach; b <= band + band_reach; ++b) {
        for (std::int64_t dx = -reach; dx <= reach; ++dx) {
          for (std::int64_t dy = -reach; dy <= reach; ++dy) {
            for (std::int64_t dz = -reach; dz <= reach; ++dz) {
              const Cell* cell = find(cell_key(place, dx, dy, dz, b));
              if (!cell) continue;
              for (const Window* w : {&cell->current, &cell->previous}) {
                if (w->count == 0) continue;
                least = std::min<std::int64_t>(least, w->least);
                greatest = std::max<std::int64_t>(greatest, w->greatest);
                lowest = std::min<std::int64_t>(lowest, w->lowest);
                highest = std::max<std::int64_t>(highest, w->highest);
                for (std::size_t i = 0; i < w->aircraft; ++i) {
                  if (std::find(aircraft.begin(), aircraft.end(), w->seen[i]) == aircraft.end()) aircraft.push_back(w->seen[i]);
                }
              }
            }
          }
        }
      }
      if (aircraft.empty()) continue;
      Height bound = aircraft.size() >= 3 ? shared_bound : lone_bound;
      const Height slope = at.above_datum() < slope_low_top ? slope_low : slope_high;
      bound = bound + slope;
      if (reach > 0) bound = bound + slope;
      const Height level = at.above_datum();
      bound = bound + std::max(thickness_error(level, Height::of_tenth_mm(lowest)), thickness_error(level, Height::of_tenth_mm(highest)));
      return Estimate{Height::of_tenth_mm((least + greatest) / 2), bound + Height::of_tenth_mm((greatest - least + 1) / 2)};
    }
  }
  return std::nullopt;
}

Height sea_level_minus_pressure(Pressure qnh) {
  // The standard atmosphere's height of a pressure p is 44 330.77 m (1 − (p / 1013.25)^0.190263); the level of
  // the QNH lies at mean sea level, so sea level altitude is pressure altitude less the QNH's own pressure altitude.
  const double ratio = std::clamp(qnh.in(hectopascal), 850.0, 1100.0) / 1013.25;
  return metres_of_height(-44330.77 * (1 - exp_near_zero(0.190263 * ln_near_one(ratio))));
}

VerticalPosition vertical_position(const Track& track, const MotionState& state) {
  VerticalPosition v{state.pressure_altitude, state.ellipsoid_altitude, state.sea_level_altitude, std::nullopt, state.position};
  // Slow to change in level flight, and with height in a climb: what was said half a minute ago, or 500 ft, still holds.
  if (track.gnss_minus_pressure && state.pressure_altitude) {
    const Duration between = std::chrono::abs(track.pressure_altitude->measured_at - track.gnss_minus_pressure->measured_at);
    const double climbed = std::abs(state.vertical_rate.in_feet_per_minute()) / 60 * to_seconds(between + state.altitude_age);
    if (between <= seconds(30) && climbed <= own_climb.in_feet()) v.own_gnss_minus_pressure = track.gnss_minus_pressure->value;
  }
  return v;
}

namespace {

// Ellipsoid altitude of an aircraft that has a pressure altitude only.
struct Converted {
  Height value;
  Height bound;
  VerticalMethod method;
};

std::optional<Converted> pressure_to_ellipsoid(const VerticalPosition& a, const VerticalReference& reference) {
  if (!a.pressure) return std::nullopt;
  const Height h = a.pressure->above_datum();
  if (a.own_gnss_minus_pressure) return Converted{h + *a.own_gnss_minus_pressure, own_bound, VerticalMethod::own_gnss_baro};
  if (reference.field) {
    if (const auto e = reference.field->near(a.place, *a.pressure)) return Converted{h + e->value, e->error_bound, VerticalMethod::local_gnss_baro};
  }
  return std::nullopt;
}

std::optional<Converted> pressure_to_sea_level(const VerticalPosition& a, const VerticalReference& reference) {
  if (!a.pressure || !reference.qnh) return std::nullopt;
  const Height h = a.pressure->above_datum() + sea_level_minus_pressure(*reference.qnh);
  return Converted{h, qnh_bound + thickness_error(Height(), h), VerticalMethod::qnh};
}

// `a` has pressure only; `b` a geometric altitude. a − b.
std::optional<VerticalDifference> mixed(const VerticalPosition& a, const VerticalPosition& b, const VerticalReference& reference) {
  std::optional<VerticalDifference> best;
  const auto offer = [&](Height value, Height bound, VerticalMethod method) {
    if (!best || bound < best->error_bound) best = VerticalDifference{value, bound, method};
  };
  const auto& geoid = reference.geoid_undulation;
  if (const auto e = pressure_to_ellipsoid(a, reference)) {
    if (b.ellipsoid) offer(e->value - b.ellipsoid->above_datum(), e->bound, e->method);
    if (b.sea_level && geoid) offer(e->value - *geoid - b.sea_level->above_datum(), e->bound + geoid_bound, e->method);
  }
  if (const auto m = pressure_to_sea_level(a, reference)) {
    if (b.sea_level) offer(m->value - b.sea_level->above_datum(), m->bound, VerticalMethod::qnh);
    if (b.ellipsoid && geoid) {
      offer(m->value + *geoid - b.ellipsoid->above_datum(), m->bound + geoid_bound, VerticalMethod::qnh_and_geoid);
    }
  }
  return best;
}

}  // namespace

std::optional<VerticalDifference> vertical_difference(const VerticalPosition& a, const VerticalPosition& b, const VerticalReference& reference) {
  if (a.pressure && b.pressure) return VerticalDifference{*a.pressure - *b.pressure, {}, VerticalMethod::same_datum};
  if (a.ellipsoid && b.ellipsoid) return VerticalDifference{*a.ellipsoid - *b.ellipsoid, {}, VerticalMethod::same_datum};
  if (a.sea_level && b.sea_level) return VerticalDifference{*a.sea_level - *b.sea_level, {}, VerticalMethod::same_datum};
  if (reference.geoid_undulation) {
    if (a.ellipsoid && b.sea_level) {
      return VerticalDifference{a.ellipsoid->above_datum() - *reference.geoid_undulation - b.sea_level->above_datum(), geoid_bound, VerticalMethod::geoid};
    }
    if (a.sea_level && b.ellipsoid) {
      return VerticalDifference{a.sea_level->above_datum() + *reference.geoid_undulation - b.ellipsoid->above_datum(), geoid_bound, VerticalMethod::geoid};
    }
  }
  if (const auto d = mixed(a, b, reference)) return d;
  if (const auto d = mixed(b, a, reference)) return VerticalDifference{-d->value, d->error_bound, d->method};
  return std::nullopt;
}

std::optional<VerticalDifference> vertical_difference(const VerticalPosition& aircraft, const VerticalLimit& limit, Height ground_elevation,
                                                      const VerticalReference& reference) {
  VerticalPosition level;
  level.place = aircraft.place;
  switch (limit.reference) {
    case VerticalLimit::Reference::unlimited: return std::nullopt;
    case VerticalLimit::Reference::surface: level.sea_level = MeanSeaLevelAltitude(ground_elevation); break;
    case VerticalLimit::Reference::above_ground: level.sea_level = MeanSeaLevelAltitude(ground_elevation + limit.height); break;
    case VerticalLimit::Reference::mean_sea_level: level.sea_level = MeanSeaLevelAltitude(limit.height); break;
    case VerticalLimit::Reference::ellipsoid: level.ellipsoid = EllipsoidAltitude(limit.height); break;
    case VerticalLimit::Reference::pressure: level.pressure = PressureAltitude(limit.height); break;
  }
  return vertical_difference(aircraft, level, reference);
}

}  // namespace skypact::track
