// The map's plane: stereographic on the WGS-84 ellipsoid, centred where the user says (Snyder, Map
// Projections: A Working Manual, USGS PP 1395, eq. 21-24 to 21-27), in metres. Conformal, so a range ring
// around the centre is a circle. proj4 does the same for OpenLayers; this one does it without an object per
// point. Also great-circle distance and bearing for the tools (sphere of the local mean radius, within 0.4 %).

export const A = 6378137;
export const E2 = 0.0066943799901413165;
const E = Math.sqrt(E2);
const RAD = Math.PI / 180;
export const METRES_PER_NM = 1852;
export const FEET_PER_METRE = 1 / 0.3048;

// Beyond this angle from the centre nothing is drawn: the far side grows without bound.
const COS_HORIZON = Math.cos(125 * RAD);

function conformal(lat: number): number {
  const s = E * Math.sin(lat);
  return 2 * Math.atan(Math.tan(Math.PI / 4 + lat / 2) * Math.pow((1 - s) / (1 + s), E / 2)) - Math.PI / 2;
}

export class Stereographic {
  private readonly sinX1: number;
  private readonly cosX1: number;
  private readonly scale: number;

  constructor(
    readonly lat0: number,
    readonly lon0: number,
  ) {
    // At a pole the conformal latitude's factor would be 0/0; a metre beside it is near enough.
    const lat = Math.max(-89.9999, Math.min(89.9999, lat0)) * RAD;
    const x1 = conformal(lat);
    const m1 = Math.cos(lat) / Math.sqrt(1 - E2 * Math.sin(lat) ** 2);
    this.sinX1 = Math.sin(x1);
    this.cosX1 = Math.cos(x1);
    this.scale = (2 * A * m1) / this.cosX1;
  }

  get proj4(): string {
    return `+proj=stere +lat_0=${this.lat0} +lon_0=${this.lon0} +k=1 +x_0=0 +y_0=0 +ellps=WGS84 +units=m +no_defs`;
  }

  // Fills x[i], y[i] for i in [0, count); NaN beyond the horizon.
  forward(count: number, lat: ArrayLike<number>, lon: ArrayLike<number>, x: Float64Array, y: Float64Array): void {
    for (let i = 0; i < count; i++) {
      const latRad = lat[i]! * RAD;
      const s = E * Math.sin(latRad);
      const t = Math.tan(Math.PI / 4 + latRad / 2) * Math.pow((1 - s) / (1 + s), E / 2);
      const t2 = t * t; // sin and cos of the conformal latitude 2·atan(t) − π/2
      const sinX = Number.isFinite(t2) ? (t2 - 1) / (t2 + 1) : 1;
      const cosX = Number.isFinite(t2) ? (2 * t) / (t2 + 1) : 0;
      const d = (lon[i]! - this.lon0) * RAD;
      const cosD = Math.cos(d);
      const cosC = this.sinX1 * sinX + this.cosX1 * cosX * cosD;
      if (!(cosC > COS_HORIZON)) {
        x[i] = y[i] = NaN;
        continue;
      }
      const k = this.scale / (1 + cosC);
      x[i] = k * cosX * Math.sin(d);
      y[i] = k * (this.cosX1 * sinX - this.sinX1 * cosX * cosD);
    }
  }

  private static readonly one = { lat: new Float64Array(1), lon: new Float64Array(1), x: new Float64Array(1), y: new Float64Array(1) };
  xy(lat: number, lon: number): [number, number] {
    const o = Stereographic.one;
    o.lat[0] = lat;
    o.lon[0] = lon;
    this.forward(1, o.lat, o.lon, o.x, o.y);
    return [o.x[0]!, o.y[0]!];
  }

  // By how much true north lies to the left of the plane's north at a point, radians.
  convergence(lat: number, lon: number): number {
    const x = conformal(lat * RAD);
    const d = (lon - this.lon0) * RAD;
    const sinX = Math.sin(x);
    return Math.atan2(
      Math.sin(d) * (sinX + this.sinX1),
      Math.cos(x) * this.cosX1 + (1 + sinX * this.sinX1) * Math.cos(d),
    );
  }

  // Metres on the plane per metre on the ground at a point of the plane.
  scaleAt(x: number, y: number): number {
    return 1 + (x * x + y * y) / (4 * A * A);
  }
}

function localRadius(lat: number): number {
  const w = Math.sqrt(1 - E2 * Math.sin(lat) ** 2);
  return A * Math.sqrt(1 - E2) / (w * w);
}

export interface Leg {
  distance_m: number;
  bearing_deg: number; // true, at the first point
}

export function leg(lat1: number, lon1: number, lat2: number, lon2: number): Leg {
  const a = lat1 * RAD;
  const b = lat2 * RAD;
  const d = (lon2 - lon1) * RAD;
  const h = Math.sin((b - a) / 2) ** 2 + Math.cos(a) * Math.cos(b) * Math.sin(d / 2) ** 2;
  const distance_m = 2 * localRadius((a + b) / 2) * Math.asin(Math.min(1, Math.sqrt(h)));
  const y = Math.sin(d) * Math.cos(b);
  const x = Math.cos(a) * Math.sin(b) - Math.sin(a) * Math.cos(b) * Math.cos(d);
  return { distance_m, bearing_deg: ((Math.atan2(y, x) / RAD) % 360 + 360) % 360 };
}

export function destination(lat: number, lon: number, bearing_deg: number, distance_m: number): [number, number] {
  const a = lat * RAD;
  const b = bearing_deg * RAD;
  const c = distance_m / localRadius(a);
  const lat2 = Math.asin(Math.sin(a) * Math.cos(c) + Math.cos(a) * Math.sin(c) * Math.cos(b));
  const lon2 = lon * RAD + Math.atan2(Math.sin(b) * Math.sin(c) * Math.cos(a), Math.cos(c) - Math.sin(a) * Math.sin(lat2));
  return [lat2 / RAD, (((lon2 / RAD + 180) % 360) + 360) % 360 - 180];
}

// Closest approach of two aircraft that fly on straight, on a plane around the first (good to 1 % at 100 NM).
export interface Mover {
  lat: number;
  lon: number;
  speed_kt: number;
  track_deg: number;
  altitude_ft: number;
  climb_fpm: number;
}
export interface Approach {
  t_s: number;
  horizontal_nm: number;
  vertical_ft: number; // NaN where an altitude is unknown
  a: [number, number];
  b: [number, number];
}
export function closestApproach(a: Mover, b: Mover): Approach {
  const l = leg(a.lat, a.lon, b.lat, b.lon);
  const rx = (l.distance_m * Math.sin(l.bearing_deg * RAD)) / METRES_PER_NM;
  const ry = (l.distance_m * Math.cos(l.bearing_deg * RAD)) / METRES_PER_NM;
  const v = (m: Mover, f: (r: number) => number) => ((m.speed_kt || 0) * f(m.track_deg * RAD)) / 3600;
  const vx = v(b, Math.sin) - v(a, Math.sin);
  const vy = v(b, Math.cos) - v(a, Math.cos);
  const vv = vx * vx + vy * vy;
  const t_s = vv < 1e-12 ? 0 : Math.max(0, Math.min(3600, -(rx * vx + ry * vy) / vv));
  const at = (m: Mover) => destination(m.lat, m.lon, m.track_deg || 0, ((m.speed_kt || 0) * METRES_PER_NM * t_s) / 3600);
  const height = (m: Mover) => m.altitude_ft + ((m.climb_fpm || 0) * t_s) / 60;
  return {
    t_s,
    horizontal_nm: Math.hypot(rx + vx * t_s, ry + vy * t_s),
    vertical_ft: Math.abs(height(a) - height(b)),
    a: at(a),
    b: at(b),
  };
}
