import { expect, test } from 'vitest';
import { addressText, Columns, Flag, FrameError, HEADER_BYTES, parseFrame, TRACK_BYTES } from '../src/api/picture';

function frame(count: number, stride = TRACK_BYTES): DataView {
  const v = new DataView(new ArrayBuffer(HEADER_BYTES + count * stride));
  'SKYP'.split('').forEach((c, i) => v.setUint8(i, c.charCodeAt(0)));
  v.setUint16(4, 1, true);
  v.setUint16(6, stride, true);
  v.setBigInt64(8, 1_700_000_000_123_456n, true);
  v.setUint32(16, count, true);
  v.setUint32(20, 77, true);
  return v;
}

function put(v: DataView, o: number): void {
  v.setUint32(o, 4_000_000_000, true);
  v.setInt32(o + 4, -338_765_432, true);
  v.setInt32(o + 8, 1_512_345_678, true);
  v.setInt32(o + 12, -8, true);
  v.setUint16(o + 16, 3601, true);
  v.setUint16(o + 18, 16384, true);
  v.setInt16(o + 20, -100, true);
  v.setUint16(o + 22, 123, true);
  v.setUint16(o + 24, 7700, true);
  v.setUint16(o + 26, 93, true);
  v.setUint8(o + 28, 2);
  v.setUint8(o + 29, 4);
  v.setUint8(o + 30, 3);
  v.setUint8(o + 31, 6);
  v.setUint8(o + 32, Flag.located | Flag.suspect);
  v.setUint8(o + 33, 5);
  v.setInt16(o + 34, 920, true);
  v.setInt16(o + 36, -150, true);
  'RFR1    '.split('').forEach((c, i) => v.setUint8(o + 40 + i, c.charCodeAt(0)));
  v.setUint32(o + 48, 0x4d2023, true);
  v.setUint8(o + 52, 1);
}

test('every field of a track is read from its place with its sign and scale', () => {
  const v = frame(2);
  put(v, HEADER_BYTES + TRACK_BYTES);
  const f = parseFrame(v.buffer as ArrayBuffer);
  const c = f.tracks;
  expect(f.at_ms).toBe(1_700_000_000_123);
  expect(f.lastEvent).toBe(77);
  expect(c.count).toBe(2);
  expect(c.id[1]).toBe(4_000_000_000);
  expect(c.lat[1]).toBeCloseTo(-33.8765432, 9);
  expect(c.lon[1]).toBeCloseTo(151.2345678, 9);
  expect(c.altitude_ft[1]).toBe(-1);
  expect(c.speed_kt[1]).toBe(450.125);
  expect(c.track_deg[1]).toBe(90);
  expect(c.climb_fpm[1]).toBe(-800);
  expect(c.age_s[1]).toBeCloseTo(12.3, 5);
  expect(c.squawk[1]).toBe(7700);
  expect(c.uncertainty_m[1]).toBe(93);
  expect([c.life[1], c.kind[1], c.party[1], c.source[1], c.severity[1]]).toEqual([2, 4, 3, 6, 5]);
  expect(c.flags[1]).toBe(5);
  expect(c.selected_ft[1]).toBe(23000);
  expect(c.turn_deg_s[1]).toBe(-1.5);
  expect(c.callsign[1]).toBe('RFR1');
  expect(addressText(c.addressKind[1]!, c.address[1]!)).toBe('~4D2023');
});

test('what is not known becomes NaN or -1, never zero', () => {
  const v = frame(1);
  v.setInt32(HEADER_BYTES + 12, -2147483648, true);
  v.setUint16(HEADER_BYTES + 16, 65535, true);
  v.setInt16(HEADER_BYTES + 20, -32768, true);
  v.setUint16(HEADER_BYTES + 24, 65535, true);
  v.setInt16(HEADER_BYTES + 34, -32768, true);
  v.setInt16(HEADER_BYTES + 36, -32768, true);
  const c = parseFrame(v.buffer as ArrayBuffer).tracks;
  for (const column of [c.altitude_ft, c.speed_kt, c.climb_fpm, c.selected_ft, c.turn_deg_s]) expect(column[0]).toBeNaN();
  expect(c.squawk[0]).toBe(-1);
});

test('a later format with longer tracks is read by its stated stride', () => {
  const v = frame(2, 64);
  put(v, HEADER_BYTES + 64);
  expect(parseFrame(v.buffer as ArrayBuffer).tracks.callsign[1]).toBe('RFR1');
});

test('a frame that is cut, foreign, of another version or too large is refused with a reason', () => {
  const refused = (v: DataView, why: RegExp) => expect(() => parseFrame(v.buffer as ArrayBuffer)).toThrow(why);
  expect(() => parseFrame(new ArrayBuffer(23))).toThrow(FrameError);
  let v = frame(1);
  v.setUint8(0, 88);
  refused(v, /SKYP/);
  v = frame(1);
  v.setUint16(4, 2, true);
  refused(v, /version 2/);
  v = frame(1);
  v.setUint16(6, 55, true);
  refused(v, /too few/);
  v = frame(1);
  v.setUint32(16, 2, true);
  refused(v, /do not hold/);
  v = frame(1);
  v.setUint32(16, 200_001, true);
  refused(v, /bound/);
});

test('columns are used again when they are large enough', () => {
  const columns = new Columns(8);
  expect(parseFrame(frame(8).buffer as ArrayBuffer, columns).tracks).toBe(columns);
  expect(parseFrame(frame(9).buffer as ArrayBuffer, columns).tracks).not.toBe(columns);
});
