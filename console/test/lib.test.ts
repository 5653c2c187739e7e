import proj4 from 'proj4';
import { expect, test } from 'vitest';
import { backOff } from '../src/api/socket';
import { Columns, Flag } from '../src/api/picture';
import { clauseText, overdueAnswers, secondsToEvent, silentParties, staysInRail, urgency, type Alert } from '../src/lib/alerts';
import { ageText, bearingText, clockText, countdownText, distanceText, groupDigits, heightText, levelText } from '../src/lib/format';
import { closestApproach, destination, leg, Stereographic } from '../src/lib/geo';
import { formatPosition, parsePosition } from '../src/lib/position';
import { filterAndSort } from '../src/lib/rows';
import { limitText, parseLimit, zoneFileType } from '../src/lib/zones';

test.each([
  ['33.5083, 36.3033', 33.5083, 36.3033],
  ['33.5083 36.3033', 33.5083, 36.3033],
  ['-33.5 -70.25', -33.5, -70.25],
  ['33.5N 036.3E', 33.5, 36.3],
  ['N33.5 W036.3', 33.5, -36.3],
  ['33°30.5N 036°18.2E', 33 + 30.5 / 60, 36 + 18.2 / 60],
  ['33 30.5 N 36 18.2 E', 33 + 30.5 / 60, 36 + 18.2 / 60],
  ['33°30\'15"N 036°18\'10"W', 33 + 30 / 60 + 15 / 3600, -(36 + 18 / 60 + 10 / 3600)],
  ['3330N03618E', 33.5, 36.3],
  ['333015N0361810E', 33 + 30 / 60 + 15 / 3600, 36 + 18 / 60 + 10 / 3600],
  ['3330.5S 03618.2E', -(33 + 30.5 / 60), 36 + 18.2 / 60],
  ['33 30 15 36 18 10', 33 + 30 / 60 + 15 / 3600, 36 + 18 / 60 + 10 / 3600],
  ['90 180', 90, 180],
])('the position %s is read', (text, lat, lon) => {
  const p = parsePosition(text);
  expect(p.ok).toBe(true);
  if (!p.ok) return;
  expect(p.lat).toBeCloseTo(lat, 9);
  expect(p.lon).toBeCloseTo(lon, 9);
});

test.each([
  ['', 'empty'],
  ['91 0', 'latitude_range'],
  ['0 181', 'longitude_range'],
  ['33 61 N 36 18 E', 'minutes_range'],
  ['36E 33N', 'hemisphere'],
  ['-33S 36E', 'hemisphere'],
  ['33N 36', 'hemisphere'],
  ['33 30 36', 'format'],
  ['NaN 3', 'format'],
  ['33.5.1 36', 'format'],
  ['33,5 36,3 1', 'format'],
  ['33.5 30 N 36 E', 'format'],
])('the position %s is refused as %s', (text, error) => {
  expect(parsePosition(text)).toEqual({ ok: false, error });
});

test('a written position reads back to the same place within a tenth of a minute', () => {
  for (let lat = -89.97; lat < 90; lat += 13.37)
    for (let lon = -179.98; lon < 180; lon += 29.73) {
      const p = parsePosition(formatPosition(lat, lon));
      expect(p.ok).toBe(true);
      if (!p.ok) continue;
      expect(Math.abs(p.lat - lat)).toBeLessThan(0.1 / 60);
      expect(Math.abs(p.lon - lon)).toBeLessThan(0.1 / 60);
    }
  expect(formatPosition(33.99999, -0.00001)).toBe('34°00.0′N 000°00.0′W');
});

test('the plane is the one proj4 makes, to a millimetre, from pole to equator', () => {
  for (const [lat0, lon0] of [[33.5, 36.3], [-54, -69], [0, 179.9], [78, 15]] as const) {
    const s = new Stereographic(lat0, lon0);
    for (const [dlat, dlon] of [[0, 0], [3, -4], [-9, 11], [10, 30]] as const) {
      const [lat, lon] = [lat0 + dlat, lon0 + dlon];
      const [x, y] = proj4('WGS84', s.proj4, [lon > 180 ? lon - 360 : lon, lat]) as [number, number];
      const [mx, my] = s.xy(lat, lon);
      expect(Math.hypot(mx - x, my - y)).toBeLessThan(1e-3);
    }
  }
});

test('north on the plane is turned by the convergence', () => {
  const s = new Stereographic(49, 8);
  for (const [lat, lon] of [[50, 8], [52, 15], [45, -3], [49, 40], [-10, 20]] as const) {
    const [x0, y0] = s.xy(lat, lon);
    const [x1, y1] = s.xy(lat + 1e-4, lon);
    expect(Math.atan2(x1 - x0, y1 - y0)).toBeCloseTo(-s.convergence(lat, lon), 4);
  }
});

test('a destination lies at the distance and bearing it was asked for', () => {
  for (const bearing of [0, 37, 90, 181, 300]) {
    const [lat, lon] = destination(48, 11, bearing, 50_000);
    const l = leg(48, 11, lat, lon);
    expect(Math.abs(l.distance_m - 50_000)).toBeLessThan(250);
    expect(Math.abs(((l.bearing_deg - bearing + 540) % 360) - 180)).toBeLessThan(0.01);
  }
});

test('two aircraft head on meet halfway, and what is past has its closest approach now', () => {
  const a = { lat: 0, lon: 0, speed_kt: 360, track_deg: 90, altitude_ft: 10000, climb_fpm: 600 };
  const b = { lat: 0, lon: 20 / 60, speed_kt: 360, track_deg: 270, altitude_ft: 11000, climb_fpm: 0 };
  const c = closestApproach(a, b);
  expect(c.t_s).toBeCloseTo(100, 0);
  expect(c.horizontal_nm).toBeLessThan(0.01);
  expect(c.vertical_ft).toBeLessThan(5); // half a second of climb, by the sphere
  expect(closestApproach(a, { ...b, track_deg: 90, speed_kt: 500 }).t_s).toBe(0);
});

test('levels say their datum and round to hundreds of feet', () => {
  expect(levelText(35000, 'pressure', 10000, 'aviation')).toBe('F350');
  expect(levelText(4549, 'pressure', 10000, 'aviation')).toBe('A045');
  expect(levelText(1200, 'ellipsoid', 10000, 'aviation')).toBe('H012');
  expect(levelText(-80, 'pressure', 10000, 'aviation')).toBe('A-001');
  expect(levelText(NaN, 'pressure', 10000, 'aviation')).toBe('---');
  expect(levelText(37073, 'pressure', 10000, 'metric')).toBe('S1130');
  expect(levelText(2756, 'mean_sea_level', 10000, 'metric')).toBe('M0084');
});

test('numbers carry their unit, times their Z, and nothing unknown looks like a number', () => {
  expect(heightText(1000, 'aviation')).toBe('1\u202f000 ft');
  expect(heightText(1000, 'metric')).toBe('305 m');
  expect(heightText(undefined, 'metric')).toBe('—');
  expect(distanceText(5, 'metric')).toBe('9.3 km');
  expect(distanceText(NaN, 'aviation')).toBe('—');
  expect(clockText(Date.UTC(2026, 0, 2, 3, 4, 5))).toBe('03:04:05Z');
  expect(clockText(NaN)).toBe('--:--:--Z');
  expect(bearingText(0)).toBe('360°');
  expect(bearingText(359.6)).toBe('360°');
  expect(bearingText(7.2)).toBe('007°');
  expect(countdownText(65)).toBe('1:05');
  expect(countdownText(-5)).toBe('−0:05');
  expect(countdownText(59.7)).toBe('1:00');
  expect(groupDigits(-1234567)).toBe('−1\u202f234\u202f567');
  expect(groupDigits(-0.3)).toBe('0');
  expect(ageText(9.94)).toBe('9.9 s');
  expect(ageText(600)).toBe('10 min');
});

const NOW = Date.parse('2026-01-01T00:00:00Z');
const iso = (s: number) => new Date(NOW + s * 1000).toISOString();
function alert(id: number, more: Partial<Alert> & { closest?: number }): Alert {
  const { closest, ...rest } = more;
  return {
    id, key: String(id), kind: 'conflict', state: 'predicted', severity: 'warning', raised_at: iso(-10), changed_at: iso(0), judged_at: iso(0),
    subjects: [], text: '', reasons: [], acknowledgements: [], latched: false,
    ...(closest === undefined ? {} : { prediction: { minima: { horizontal_nm: 5, vertical_ft: 1000 }, minima_source: 'minima.default', infringed_from: iso(closest - 20), infringed_to: iso(closest + 20), closest_at: iso(closest), horizontal_at_closest_nm: 1, horizontal_now_nm: 9 } }),
    ...rest,
  };
}

test('a party that spoke anywhere is not called silent, and one that is awaited is said once', () => {
  const subject = (party: string) => ({ party, key: party, track: 1 }) as Alert['subjects'][number];
  const said = (party: string) => ({ party, by: 'duty', intention: 'seen' as const, at: iso(0) });
  const two = { subjects: [subject('north'), subject('south'), subject('unknown')] };
  expect(silentParties(alert(1, two))).toEqual(['north', 'south']);
  expect(silentParties(alert(1, { ...two, acknowledgements: [said('north')] }))).toEqual(['south']);
  const peer = { party: 'south', id: 3, state: 'predicted' as const, severity: 'warning' as const, raised_at: iso(0), changed_at: iso(0), heard_at: iso(0) };
  expect(silentParties(alert(1, { ...two, peer_alerts: [{ ...peer, acknowledgements: [said('south')] }] }))).toEqual(['north']);
  expect(silentParties(alert(1, { ...two, peer_alerts: [{ ...peer, acknowledgements: [said('north')] }] }))).toEqual(['north', 'south']);
  const awaited = (party: string, stage: 'waiting' | 'late') => ({ party, since: iso(-70), received: true, stage, desks: [] });
  const waits = alert(1, { ...two, awaited: [awaited('north', 'waiting'), awaited('south', 'late')] });
  expect(silentParties(waits)).toEqual([]);
  expect(overdueAnswers(waits).map((a) => a.party)).toEqual(['south']);
  expect(overdueAnswers({ ...waits, state: 'ended' })).toEqual([]);
});

test('an alert names the clause and version of each distance', () => {
  const p = alert(1, { closest: 10 }).prediction!;
  expect(clauseText(p)).toBe('minima.default');
  const origin = (clause: string, version: string) => ({ clause, version });
  expect(clauseText({ ...p, minima_origin: { horizontal: origin('minima.state', 'corridor v3'), vertical: origin('minima.state', 'corridor v3') } })).toBe('minima.state · corridor v3');
  expect(clauseText({ ...p, minima_origin: { horizontal: origin('minima.state', 'corridor v3'), vertical: origin('minima.default', 'config') } })).toBe('minima.state · corridor v3 / minima.default');
});

test('the rail is ordered: distress, minima lost, then by time to closest approach, then the rest', () => {
  const list = [
    alert(1, { closest: 300, severity: 'advisory' }), alert(2, { closest: 40 }), alert(3, { kind: 'feed', state: 'infringed', severity: 'warning', raised_at: iso(-20) }),
    alert(4, { closest: -30, state: 'clearing' }), alert(5, { kind: 'distress', severity: 'distress', raised_at: iso(-5) }),
    alert(6, { closest: 12, state: 'infringed', severity: 'conflict' }), alert(7, { kind: 'distress', severity: 'distress', raised_at: iso(-50) }),
  ];
  const order = [...list].sort((a, b) => urgency(a, b, NOW)).map((a) => a.id);
  // A silent feed is infringed too, but no pair waits behind it; what clears has no time left to count.
  expect(order).toEqual([7, 5, 6, 2, 1, 3, 4]);
  for (const a of list) for (const b of list) if (a !== b) expect(Math.sign(urgency(a, b, NOW))).toBe(-Math.sign(urgency(b, a, NOW)));
});

test('of what is lost the nearest stands first, however long ago its closest approach was; what only uncertainty loses stands last', () => {
  const lost = (id: number, horizontal_now_nm: number, vertical_now_ft: number | undefined, closest: number): Alert => {
    const a = alert(id, { state: 'infringed', severity: 'conflict', closest });
    return { ...a, prediction: { ...a.prediction!, horizontal_now_nm, ...(vertical_now_ft === undefined ? {} : { vertical_now_ft }) } };
  };
  const inside = alert(4, { kind: 'zone', state: 'infringed', severity: 'conflict', closest: -60 });
  const list = [lost(1, 16.5, undefined, 150), inside, lost(2, 4.9, 100, 8), lost(3, 1.1, 100, -3)];
  for (const order of [list, [...list].reverse()]) expect([...order].sort((a, b) => urgency(a, b, NOW)).map((a) => a.id)).toEqual([3, 2, 4, 1]);
});

test('a zone counts down to its entry, and only what is latched stays after its end', () => {
  expect(secondsToEvent(alert(1, { kind: 'zone', closest: 60 }), NOW)).toBe(40);
  const abreast = alert(1, { closest: 1200, state: 'infringed' });
  const at = (horizontal_at_closest_nm: number) => secondsToEvent({ ...abreast, prediction: { ...abreast.prediction!, horizontal_now_nm: 4, horizontal_at_closest_nm } }, NOW);
  expect(at(4)).toBe(Infinity);   // side by side for as long as one looks ahead
  expect(at(3.5)).toBe(1200);
  expect(staysInRail(alert(1, { state: 'ended' }))).toBe(false);
  expect(staysInRail(alert(1, { state: 'ended', latched: true }))).toBe(true);
});

test('the table filters by what a person types, sorts both ways, and keeps the unknown last', () => {
  const c = new Columns(5);
  c.count = 4;
  ['BBB1', 'AAA2', '', 'CCC3'].forEach((n, i) => (c.callsign[i] = n));
  [1, 2, 3, 4].forEach((n, i) => (c.id[i] = n));
  [100, NaN, 300, 200].forEach((n, i) => (c.altitude_ft[i] = n));
  [0, 0, 0x4d2023, 0].forEach((n, i) => (c.address[i] = n));
  c.squawk.fill(-1);
  c.squawk[3] = 7000;
  c.flags.fill(Flag.located);
  c.flags[1] = 0;
  const base = { text: '', heardOnly: false, alertsOnly: false, key: 'altitude' as const, descending: false };
  const run = (q: Partial<Parameters<typeof filterAndSort>[1]>) => [...filterAndSort(c, { ...base, ...q }, ['NRTH'], (i) => c.callsign[i]!)];
  expect(run({})).toEqual([0, 3, 2, 1]);
  expect(run({ descending: true })).toEqual([2, 3, 0, 1]);
  expect(run({ key: 'callsign' })).toEqual([1, 0, 3, 2]);
  expect(run({ key: 'squawk', descending: true })[0]).toBe(3);
  expect(run({ text: '4d20' })).toEqual([2]);
  expect(run({ text: '7000' })).toEqual([3]);
  expect(run({ heardOnly: true })).toEqual([1]);
});

test('vertical limits are read as they are written, and files go to the door of their kind', () => {
  expect(parseLimit('sfc')).toEqual({ reference: 'surface' });
  expect(parseLimit('FL095')).toEqual({ reference: 'pressure', height_ft: 9500 });
  expect(parseLimit('5000 ft')).toEqual({ reference: 'mean_sea_level', height_ft: 5000 });
  expect(parseLimit('1500m')).toEqual({ reference: 'mean_sea_level', height_ft: 4921.3 });
  expect(parseLimit('2000 ft agl')).toEqual({ reference: 'above_ground', height_ft: 2000 });
  expect(parseLimit('five')).toBeNull();
  expect(limitText({ reference: 'pressure', height_ft: 9500 }, 'aviation', 'SFC')).toBe('FL095');
  expect(zoneFileType('a.kml', '')).toContain('kml');
  expect(zoneFileType('a.dat', '{"type":"FeatureCollection"}')).toContain('geo+json');
  expect(zoneFileType('a.dat', 'AC R\nAN X')).toBe('text/plain');
  expect(zoneFileType('a.png', 'xyz')).toBeNull();
});

test('reconnecting waits longer each time, never past ten seconds and a quarter', () => {
  const waits = Array.from({ length: 9 }, (_, k) => backOff(k, 0.5));
  expect(waits.slice(0, 5)).toEqual([500, 1000, 2000, 4000, 8000]);
  expect(waits[8]).toBe(10_000);
  expect(backOff(20, 1)).toBe(12_500);
});
