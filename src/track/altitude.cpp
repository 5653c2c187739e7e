#include "track/altitude.h"

#include <algorithm>
#include <cmath>

#include "geo/ellipsoid.h"

namespace skypact::track {
namespace {

// --- the bounds, and what they stand on

// Of an aircraft's own broadcast difference (25 ft steps, DO-260B §2.2.3.2.6.1.15): a step, and some avionics
// send height above mean sea level in its place, which it cannot be told from: the undulation reaches 100 m.
const Height own_bound = feet_of_height(25) + metres_of_height(105);
// Around a local estimate: the aircraft that made it may all be off by their altimeters (±245 ft is what RVSM
// allows, ICAO Doc 9574) and by GNSS height (45 m, 95 %); three of them agreeing leave half of that.
const Height lone_bound = feet_of_height(300), shared_bound = feet_of_height(150);
// The level of 1013.25 hPa tilts with the pressure gradient (6 hPa, 160 ft, over the reach of a
// neighbouring cell in a storm) and the layer between bands expands with temperature (12 % of 2500 ft).
const Height neighbour_cell_bound = feet_of_height(160), neighbour_band_bound = feet_of_height(300);
// One undulation for a region: the geoid rises by up to 30 m over a few hundred kilometres.
const Height geoid_bound = metres_of_height(30);
// One QNH for a region: 3 hPa at 30 ft/hPa (27 ft at sea level, more above).
const Height qnh_bound = feet_of_height(90);
// The atmosphere is seldom more than 30 K from standard; the thickness of a layer goes with temperature:
// 30 / 250 = 12 % of the height above the level where the QNH holds.
constexpr std::int64_t temperature_percent = 12;

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
      std::int64_t least = INT64_MAX, greatest = INT64_MIN;
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
      if (reach > 0) bound = bound + neighbour_cell_bound;
      if (band_reach > 0) bound = bound + neighbour_band_bound;
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
  // Slow to change in level flight, and with height in a climb: what was said half a minute ago still holds.
  if (track.gnss_minus_pressure && track.pressure_altitude &&
      std::chrono::abs(track.pressure_altitude->measured_at - track.gnss_minus_pressure->measured_at) <= seconds(30)) {
    v.own_gnss_minus_pressure = track.gnss_minus_pressure->value;
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
  const Height warm = Height::of_tenth_mm(std::int64_t{abs(h).in_tenth_mm()} * temperature_percent / 100);
  return Converted{h, qnh_bound + warm, VerticalMethod::qnh};
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
