// The binary picture frame (docs/formats/picture.md), parsed into columns: one typed array a field, so that
// 20,000 tracks a second cost no object each. A frame is whole; a missed one needs no repair.

export const HEADER_BYTES = 24;
export const TRACK_BYTES = 56;
export const MAX_TRACKS = 200_000; // a frame that claims more is refused, not allocated

export const LIFE = ['live', 'coasting', 'stale', 'lost'] as const;
export const CLASSES = ['unknown', 'civil', 'state', 'unmanned', 'humanitarian', 'ground_vehicle'] as const;
export const SOURCES = ['adsb', 'adsr', 'mlat', 'tisb', 'report', 'mode_s', 'manual'] as const;
export const SEVERITIES = ['none', 'advisory', 'caution', 'warning', 'conflict', 'distress'] as const;

export const enum Flag {
  located = 1,
  onGround = 2,
  suspect = 4,
  aboveEllipsoid = 8,
  aboveSeaLevel = 16,
  possiblySame = 32,
  emergency = 64,
}

const UNKNOWN_I32 = -2147483648;
const UNKNOWN_I16 = -32768;
const UNKNOWN_U16 = 65535;

// NaN stands for "not known" in every float column; -1 in squawk.
export class Columns {
  count = 0;
  readonly id: Uint32Array;
  readonly lat: Float64Array;
  readonly lon: Float64Array;
  readonly altitude_ft: Float32Array;
  readonly speed_kt: Float32Array;
  readonly track_deg: Float32Array;
  readonly climb_fpm: Float32Array;
  readonly age_s: Float32Array;
  readonly squawk: Int32Array;
  readonly uncertainty_m: Uint16Array;
  readonly life: Uint8Array;
  readonly kind: Uint8Array; // class of aircraft
  readonly party: Uint8Array;
  readonly source: Uint8Array;
  readonly flags: Uint8Array;
  readonly severity: Uint8Array;
  readonly selected_ft: Float32Array;
  readonly turn_deg_s: Float32Array;
  readonly address: Uint32Array;
  readonly addressKind: Uint8Array;
  readonly callsign: string[];

  constructor(readonly capacity: number) {
    this.id = new Uint32Array(capacity);
    this.lat = new Float64Array(capacity);
    this.lon = new Float64Array(capacity);
    this.altitude_ft = new Float32Array(capacity);
    this.speed_kt = new Float32Array(capacity);
    this.track_deg = new Float32Array(capacity);
    this.climb_fpm = new Float32Array(capacity);
    this.age_s = new Float32Array(capacity);
    this.squawk = new Int32Array(capacity);
    this.uncertainty_m = new Uint16Array(capacity);
    this.life = new Uint8Array(capacity);
    this.kind = new Uint8Array(capacity);
    this.party = new Uint8Array(capacity);
    this.source = new Uint8Array(capacity);
    this.flags = new Uint8Array(capacity);
    this.severity = new Uint8Array(capacity);
    this.selected_ft = new Float32Array(capacity);
    this.turn_deg_s = new Float32Array(capacity);
    this.address = new Uint32Array(capacity);
    this.addressKind = new Uint8Array(capacity);
    this.callsign = new Array<string>(capacity).fill('');
  }
}

export interface Frame {
  at_ms: number; // time of the tick; every position is extrapolated to it
  lastEvent: number;
  tracks: Columns;
}

export class FrameError extends Error {}

// Callsigns change rarely: the eight bytes as two numbers lead to the string made before.
const names = new Map<number, Map<number, string>>();
let nameCount = 0;
function callsignAt(view: DataView, offset: number): string {
  const high = view.getUint32(offset, true);
  const low = view.getUint32(offset + 4, true);
  if (high === 0) return '';
  let byLow = names.get(high);
  if (!byLow) names.set(high, (byLow = new Map()));
  let text = byLow.get(low);
  if (text === undefined) {
    text = '';
    for (let i = 0; i < 8; i++) {
      const c = view.getUint8(offset + i);
      if (c === 0) break;
      text += c >= 32 && c < 127 ? String.fromCharCode(c) : '?';
    }
    text = text.trimEnd();
    if (++nameCount > 100_000) {
      names.clear();
      nameCount = 0;
    }
    byLow.set(low, text);
  }
  return text;
}

// Parses a frame, into `reuse` where that is large enough. Throws FrameError with what is wrong.
export function parseFrame(buffer: ArrayBuffer, reuse?: Columns): Frame {
  if (buffer.byteLength < HEADER_BYTES) throw new FrameError(`a frame of ${buffer.byteLength} bytes has no header`);
  const view = new DataView(buffer);
  if (view.getUint32(0, false) !== 0x534b5950) throw new FrameError('not a picture frame: it does not begin with SKYP');
  const version = view.getUint16(4, true);
  if (version !== 1) throw new FrameError(`picture frames of version ${version} are newer than this console`);
  const stride = view.getUint16(6, true);
  if (stride < TRACK_BYTES) throw new FrameError(`${stride} bytes per track are too few`);
  const count = view.getUint32(16, true);
  if (count > MAX_TRACKS) throw new FrameError(`${count} tracks are more than the console's bound of ${MAX_TRACKS}`);
  if (buffer.byteLength < HEADER_BYTES + count * stride)
    throw new FrameError(`${buffer.byteLength} bytes do not hold ${count} tracks of ${stride} bytes`);

  const c = reuse && reuse.capacity >= count ? reuse : new Columns(Math.max(256, Math.ceil(count * 1.25)));
  c.count = count;
  for (let i = 0, o = HEADER_BYTES; i < count; i++, o += stride) {
    c.id[i] = view.getUint32(o, true);
    c.lat[i] = view.getInt32(o + 4, true) * 1e-7;
    c.lon[i] = view.getInt32(o + 8, true) * 1e-7;
    const altitude = view.getInt32(o + 12, true);
    c.altitude_ft[i] = altitude === UNKNOWN_I32 ? NaN : altitude / 8;
    const speed = view.getUint16(o + 16, true);
    c.speed_kt[i] = speed === UNKNOWN_U16 ? NaN : speed / 8;
    c.track_deg[i] = (view.getUint16(o + 18, true) * 360) / 65536;
    const climb = view.getInt16(o + 20, true);
    c.climb_fpm[i] = climb === UNKNOWN_I16 ? NaN : climb * 8;
    c.age_s[i] = view.getUint16(o + 22, true) / 10;
    const squawk = view.getUint16(o + 24, true);
    c.squawk[i] = squawk === UNKNOWN_U16 ? -1 : squawk;
    c.uncertainty_m[i] = view.getUint16(o + 26, true);
    c.life[i] = view.getUint8(o + 28);
    c.kind[i] = view.getUint8(o + 29);
    c.party[i] = view.getUint8(o + 30);
    c.source[i] = view.getUint8(o + 31);
    c.flags[i] = view.getUint8(o + 32);
    c.severity[i] = view.getUint8(o + 33);
    const selected = view.getInt16(o + 34, true);
    c.selected_ft[i] = selected === UNKNOWN_I16 ? NaN : selected * 25;
    const turn = view.getInt16(o + 36, true);
    c.turn_deg_s[i] = turn === UNKNOWN_I16 ? NaN : turn / 100;
    c.callsign[i] = callsignAt(view, o + 40);
    c.address[i] = view.getUint32(o + 48, true);
    c.addressKind[i] = view.getUint8(o + 52);
  }
  const at_ms = Number(view.getBigInt64(8, true) / 1000n);
  return { at_ms, lastEvent: view.getUint32(20, true), tracks: c };
}

const ADDRESS_PREFIX = ['', '~', 'tisb:', 'tisb:~', 'adsr:', 'adsr:~'];

// The address as the node spells it; empty for reports and manual tracks, whose name only the API has.
export function addressText(kind: number, number: number): string {
  const prefix = ADDRESS_PREFIX[kind];
  return prefix === undefined ? '' : prefix + number.toString(16).toUpperCase().padStart(6, '0');
}
