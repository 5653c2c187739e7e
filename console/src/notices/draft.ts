// A notice as a person types it: what can be told here is told here, by the field; the node has the last word, and its words go to the field
// that they are about. Pure.

import type { Schemas } from '../api/client';
import { parsePosition, type PositionError } from '../lib/position';
import { parseUtc } from '../lib/utc';
import { parseLimit } from '../lib/zones';
import { readLimit, type Kind, type Notice } from './notices';
import type { LatLon } from './shape';

export type Draft = Schemas['NoticeDraft'];
export type Shape = Schemas['NoticeGeometry']['shape'];
export const SHAPES: readonly Shape[] = ['circle', 'box', 'corridor', 'polygon', 'block'];

export interface Typed {
  activity: string;
  kind: Kind | '';
  exercise: boolean;
  shape: Shape;
  centre: string;
  radius: string;
  southWest: string;
  northEast: string;
  line: string; // a position a line
  halfWidth: string;
  outline: string; // a position a line
  floor: string;
  ceiling: string;
  ground: string;
  spans: { from: string; to: string }[];
  aircraft: string;
  callSigns: string;
  frequency: string;
  remarks: string;
}

export const empty = (): Typed => ({
  activity: '', kind: '', exercise: false, shape: 'circle', centre: '', radius: '', southWest: '', northEast: '', line: '', halfWidth: '', outline: '', floor: 'SFC', ceiling: '', ground: '',
  spans: [{ from: '', to: '' }], aircraft: '', callSigns: '', frequency: '', remarks: '',
});

const typedPosition = (p: readonly number[]): string => `${Number(p[0]!.toFixed(6))}, ${Number(p[1]!.toFixed(6))}`;
const typedPositions = (all: readonly (readonly number[])[] | undefined): string => (all ?? []).map(typedPosition).join('\n');
export const typedTime = (iso: string): string => iso.slice(0, 16).replace('T', ' ');

// An own notice that is to be changed, as if it had just been typed.
export function typedOf(n: Notice['notice']): Typed {
  const g = n.geometry;
  return {
    ...empty(), activity: n.activity, kind: n.kind, exercise: n.exercise, shape: g.shape,
    centre: g.centre ? typedPosition(g.centre) : '', radius: g.radius ?? '', southWest: g.south_west ? typedPosition(g.south_west) : '', northEast: g.north_east ? typedPosition(g.north_east) : '',
    line: typedPositions(g.line), halfWidth: g.half_width ?? '', outline: typedPositions(g.outline), floor: n.floor, ceiling: n.ceiling, ground: n.highest_ground ?? '',
    spans: n.spans.map((s) => ({ from: typedTime(s.from), to: typedTime(s.to) })), aircraft: n.aircraft === undefined ? '' : String(n.aircraft),
    callSigns: (n.call_signs ?? []).join(', '), frequency: n.frequency ?? '', remarks: n.remarks ?? '',
  };
}

// ---- reading

export type FieldError = 'missing' | 'time' | 'whole' | `position.${PositionError}` | 'corners' | 'line';
export interface Read {
  draft: Draft | null;
  errors: ReadonlyMap<string, { error: FieldError; line?: number }>; // by field
  geometry: Schemas['NoticeGeometry'] | null; // also where the rest is not filled in yet: it is drawn
  spans: ({ from_ms: number; to_ms: number } | null)[];
}

// "5", "5 NM": a bare number is nautical miles, as the form says.
export function readLength(text: string): string {
  const s = text.trim().toLowerCase().replace(',', '.').replace(/\s+/g, '');
  return /^\d+(\.\d+)?$/.test(s) ? `${s}nm` : s;
}
// What the node reads as it stands, else as people write limits; what neither understands is the node's to refuse.
export function readLimitText(text: string): string {
  const s = text.trim();
  const limit = parseLimit(s);
  if (!limit || readLimit(s)) return s;
  if (limit.reference === 'surface' || limit.reference === 'unlimited') return limit.reference;
  return limit.reference === 'pressure' ? `FL${limit.height_ft! / 100}` : `${limit.height_ft}ft ${limit.reference === 'above_ground' ? 'agl' : 'amsl'}`;
}
export const readHeight = (text: string): string => {
  const s = text.trim().toLowerCase().replace(/\s+/g, '');
  return /^\d+$/.test(s) ? `${s}ft` : s;
};
export const readFrequency = (text: string): string => {
  const m = /^(\d+(?:[.,]\d+)?)\s*(mhz|khz)?$/i.exec(text.trim());
  return m ? `${m[1]!.replace(',', '.')}${m[2]?.toLowerCase() === 'khz' ? 'kHz' : 'MHz'}` : text.trim();
};
// The time of an end without a day is on the day of its beginning, or on the next where it would be before it.
export function readSpan(from: string, to: string, now_ms: number): { from_ms: number; to_ms: number } {
  const from_ms = parseUtc(from, now_ms);
  let to_ms = parseUtc(to, Number.isNaN(from_ms) ? now_ms : from_ms);
  if (!Number.isNaN(from_ms) && to_ms <= from_ms && /^\d\d:\d\d(:\d\d)?Z?$/i.test(to.trim())) to_ms += 86_400_000;
  return { from_ms, to_ms };
}

export function readDraft(t: Typed, now_ms: number): Read {
  const errors = new Map<string, { error: FieldError; line?: number }>();
  const needed = (field: string, text: string): string => {
    if (!text.trim()) errors.set(field, { error: 'missing' });
    return text.trim();
  };
  const position = (field: string, text: string): LatLon | null => {
    const read = parsePosition(text);
    if (read.ok) return [read.lat, read.lon];
    errors.set(field, { error: read.error === 'empty' ? 'missing' : `position.${read.error}` });
    return null;
  };
  const positions = (field: string, text: string, least: number): LatLon[] | null => {
    const out: LatLon[] = [];
    let wrong = false;
    text.split('\n').forEach((one, i) => {
      if (!one.trim() || wrong) return;
      const read = parsePosition(one);
      if (read.ok) out.push([read.lat, read.lon]);
      else {
        wrong = true;
        errors.set(field, { error: `position.${read.error}`, line: i + 1 });
      }
    });
    if (wrong) return null;
    if (!out.length) errors.set(field, { error: 'missing' });
    else if (out.length < least) errors.set(field, { error: least === 2 ? 'line' : 'corners' });
    return out.length >= least ? out : null;
  };

  let geometry: Read['geometry'] = null;
  switch (t.shape) {
    case 'circle': {
      const centre = position('centre', t.centre);
      const radius = readLength(needed('radius', t.radius));
      if (centre && radius) geometry = { shape: 'circle', centre, radius };
      break;
    }
    case 'box': {
      const south_west = position('south_west', t.southWest);
      const north_east = position('north_east', t.northEast);
      if (south_west && north_east) geometry = { shape: 'box', south_west, north_east };
      break;
    }
    case 'corridor': {
      const line = positions('line', t.line, 2);
      const half_width = readLength(needed('half_width', t.halfWidth));
      if (line && half_width) geometry = { shape: 'corridor', line, half_width };
      break;
    }
    case 'polygon':
    case 'block': {
      const outline = positions('outline', t.outline, 3);
      if (outline) geometry = { shape: t.shape, outline };
      break;
    }
  }

  const spans: Read['spans'] = t.spans.map((s, i) => {
    const { from_ms, to_ms } = readSpan(s.from, s.to, now_ms);
    const fault = (text: string, at: number, field: string) => {
      if (!text.trim()) errors.set(field, { error: 'missing' });
      else if (Number.isNaN(at)) errors.set(field, { error: 'time' });
    };
    fault(s.from, from_ms, `spans[${i}].from`);
    fault(s.to, to_ms, `spans[${i}].to`);
    return Number.isNaN(from_ms) || Number.isNaN(to_ms) ? null : { from_ms, to_ms };
  });

  const activity = needed('activity', t.activity);
  const kind = needed('kind', t.kind);
  const floor = readLimitText(needed('floor', t.floor));
  const ceiling = readLimitText(needed('ceiling', t.ceiling));
  const aircraft = t.aircraft.trim();
  if (aircraft && !/^\d{1,6}$/.test(aircraft)) errors.set('aircraft', { error: 'whole' });
  if (errors.size || !geometry) return { draft: null, errors, geometry, spans };

  const draft: Draft = {
    activity, kind: kind as Kind, geometry, floor, ceiling, exercise: t.exercise,
    spans: spans.map((s) => ({ from: new Date(s!.from_ms).toISOString(), to: new Date(s!.to_ms).toISOString() })),
  };
  const callSigns = t.callSigns.split(/[,;\n]/).map((c) => c.trim().toUpperCase()).filter(Boolean);
  if (/ agl$/.test(ceiling) && t.ground.trim()) draft.highest_ground = readHeight(t.ground);
  if (aircraft) draft.aircraft = Number(aircraft);
  if (callSigns.length) draft.call_signs = callSigns;
  if (t.frequency.trim()) draft.frequency = readFrequency(t.frequency);
  if (t.remarks.trim()) draft.remarks = t.remarks.trim();
  return { draft, errors, geometry, spans };
}

// ---- what the node said of it

const FIELDS = new Set(['activity', 'kind', 'geometry', 'centre', 'radius', 'south_west', 'north_east', 'line', 'half_width', 'outline', 'floor', 'ceiling', 'highest_ground', 'spans', 'aircraft', 'call_signs', 'frequency', 'remarks', 'exercise', 'to']);

// "notice: geometry: radius: must be at least 50m": of which field, and the words that are left. A message of the area as a whole belongs to the
// field that draws it. '' where it is about none.
export function fieldOf(message: string, shape: Shape): { field: string; text: string } {
  let rest = message;
  let field = '';
  for (;;) {
    const m = /^([a-z_]+)(\[\d+\])?((?:\.[a-z_]+(?:\[\d+\])?)*): ([\s\S]+)$/.exec(rest);
    if (!m || (m[1] !== 'notice' && !FIELDS.has(m[1]!))) break;
    const last = m[3] ? m[3].split('.').pop()!.replace(/\[\d+\]$/, '') : m[1]!;
    // Of a span its number stays: each has a field of its own.
    if (m[1] === 'spans') field = `spans${m[2] ?? '[0]'}`;
    else if (m[1] !== 'notice') field = FIELDS.has(last) ? last : m[1]!;
    rest = m[4]!;
  }
  if (field === 'geometry') field = { circle: 'centre', box: 'south_west', corridor: 'line', polygon: 'outline', block: 'outline' }[shape];
  return { field, text: rest };
}
