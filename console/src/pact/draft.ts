// Terms being drafted: which fields a clause has and of what kind, what is wrong with one while it is typed, and adding and
// removing clauses. The node checks everything again and more; what is caught here is what a person can mend at the field.

import type { Key } from '../i18n/i18n.svelte';
import { clausesOf, durationS, heightFt, lengthNm, type LatLon, type Terms } from './terms';

export type FieldKind = 'word' | 'name' | 'text' | 'length' | 'height' | 'duration' | 'limit' | 'channel' | 'time' | 'choice' | 'words' | 'parties' | 'party' | 'pair_party' | 'pair_class' | 'ring' | 'rings' | 'position' | 'prose';
export interface Field {
  name: string;
  kind: FieldKind;
  need?: boolean;
  choices?: readonly string[];
  most?: number; // of the unit that the kind has
}

export const CLASSES = ['unknown', 'civil', 'state', 'unmanned', 'humanitarian', 'ground_vehicle'] as const;
export const ZONE_RULES = ['keep_clear', 'caution', 'protected_site', 'corridor', 'altitude_block', 'contact', 'no_entry_without_contact'] as const;
export const USES = ['working', 'guard', 'distress'] as const;
export const SHARE_WHEN = ['always', 'near_conflict', 'never'] as const;
export const CONTENT = ['coarse', 'exact'] as const;
export const SHARED = ['position', 'altitude', 'velocity', 'vertical_rate', 'address', 'callsign', 'registration', 'type', 'party', 'aircraft_class', 'squawk', 'accuracy', 'source'] as const;

const separation: Field[] = [
  { name: 'horizontal', kind: 'length', need: true, most: 100 },
  { name: 'vertical', kind: 'height', need: true, most: 20_000 },
  { name: 'level_tolerance', kind: 'height', most: 1000 },
];

// By kind of clause. Kinds that are not here (pact, party, identification) are edited as JSON.
export const FIELDS: Record<string, Field[]> = {
  validity: [{ name: 'valid.from', kind: 'time', need: true }, { name: 'valid.to', kind: 'time', need: true }, { name: 'termination_notice', kind: 'duration', need: true, most: 366 * 24 * 3600 }],
  area: [{ name: 'floor', kind: 'limit' }, { name: 'ceiling', kind: 'limit' }, { name: 'outlines', kind: 'rings', need: true }],
  minima: [{ name: 'id', kind: 'word', need: true }, { name: 'parties', kind: 'pair_party' }, { name: 'classes', kind: 'pair_class' }, ...separation, { name: 'area', kind: 'ring' }],
  'minima.default': separation,
  zone: [
    { name: 'id', kind: 'word', need: true }, { name: 'name', kind: 'name', need: true }, { name: 'rule', kind: 'choice', need: true, choices: ZONE_RULES }, { name: 'floor', kind: 'limit' }, { name: 'ceiling', kind: 'limit' },
    { name: 'centre', kind: 'position' }, { name: 'radius', kind: 'length', most: 500 }, { name: 'buffer', kind: 'length', most: 100 }, { name: 'parties', kind: 'parties' }, { name: 'call_frequency', kind: 'word' }, { name: 'call_desk', kind: 'text' }, { name: 'outline', kind: 'ring' },
  ],
  frequency: [{ name: 'id', kind: 'word', need: true }, { name: 'use', kind: 'choice', need: true, choices: USES }, { name: 'channel', kind: 'channel', need: true }, { name: 'call_sign', kind: 'name', need: true }, { name: 'parties', kind: 'parties' }, { name: 'remark', kind: 'text' }, { name: 'area', kind: 'ring' }],
  notice: [{ name: 'activity', kind: 'word', need: true }, { name: 'at_least', kind: 'duration', need: true, most: 366 * 24 * 3600 }, { name: 'remark', kind: 'text' }],
  escalation: [{ name: 'received_within', kind: 'duration', most: 3600 }, { name: 'answered_within', kind: 'duration', most: 3600 }, { name: 'escalated_within', kind: 'duration', most: 3600 }, { name: 'stop_climbs_from', kind: 'duration', most: 3600 }],
  outside: [{ name: 'id', kind: 'word', need: true }, { name: 'whom', kind: 'text', need: true }, { name: 'party', kind: 'party', need: true }, { name: 'desk', kind: 'word', need: true }],
  sharing: [
    { name: 'id', kind: 'word', need: true }, { name: 'from', kind: 'party', need: true }, { name: 'to', kind: 'party', need: true }, { name: 'when', kind: 'choice', need: true, choices: SHARE_WHEN }, { name: 'fields', kind: 'words', choices: SHARED },
    { name: 'position_step', kind: 'length', most: 60 }, { name: 'altitude_step', kind: 'height', most: 10_000 }, { name: 'delay', kind: 'duration', most: 24 * 3600 }, { name: 'near', kind: 'length', most: 500 },
  ],
  distress: [{ name: 'id', kind: 'word', need: true }, { name: 'of', kind: 'party', need: true }, { name: 'to', kind: 'parties' }, { name: 'rescue_centres', kind: 'choice', need: true, choices: CONTENT }],
  safety_floor: [{ name: 'safety_floor', kind: 'words' }],
};

export const fieldsOf = (clause: string): Field[] | undefined => FIELDS[clause] ?? FIELDS[clause.split('.')[0]!];

// Kinds of which there are many: where they lie, and what names one.
export const LISTS: Record<string, { name: string; fresh: (id: string, t: Terms) => Record<string, unknown> }> = {
  minima: { name: 'id', fresh: (id) => ({ id, parties: ['any', 'any'], classes: ['any', 'any'], horizontal: '5nm', vertical: '1000ft' }) },
  zone: { name: 'id', fresh: (id, t) => ({ id, name: id, rule: 'keep_clear', centre: t.area.outlines[0]?.[0] ?? [0, 0], radius: '5nm', floor: 'surface', ceiling: 'unlimited' }) },
  frequency: { name: 'id', fresh: (id) => ({ id, use: 'working', channel: '118.025MHz', call_sign: id }) },
  notice: { name: 'activity', fresh: (id) => ({ activity: id, at_least: '24h' }) },
  outside: { name: 'id', fresh: (id, t) => ({ id, whom: id, party: t.party[0]?.id ?? '', desk: t.party[0]?.desk?.[0]?.id ?? '' }) },
  sharing: { name: 'id', fresh: (id, t) => ({ id, from: t.party[0]?.id ?? '', to: t.party[1]?.id ?? '', when: 'never' }) },
  distress: { name: 'id', fresh: (id, t) => ({ id, of: t.party[0]?.id ?? '', rescue_centres: 'exact' }) },
};

type Json = Record<string, unknown>;

export function listOf(t: Terms, kind: string): Json[] {
  const holder = (kind === 'minima' ? t.minima : t) as unknown as Json;
  const name = kind === 'minima' ? 'clause' : kind;
  return ((holder[name] ??= []) as Json[]);
}

// The object that a clause's fields lie in.
export function objectOf(t: Terms, clause: string): Json | undefined {
  const all = t as unknown as Json;
  if (clause === 'minima.default') return all['minima'] as Json;
  if (clause === 'area') return all['area'] as Json;
  if (clause === 'escalation') return ((all['escalation'] ??= {}) as Json);
  const [kind = '', id = ''] = clause.split('.');
  const list = LISTS[kind];
  if (list) return listOf(t, kind).find((o) => o[list.name] === id);
  return all;
}

export const fieldValue = (o: Json, name: string): unknown => name.split('.').reduce<unknown>((v, part) => (v as Json | undefined)?.[part], o);
export function setField(o: Json, name: string, value: unknown): void {
  const parts = name.split('.');
  const last = parts.pop()!;
  const holder = parts.reduce<Json>((v, part) => ((v[part] ??= {}) as Json), o);
  if (value === undefined || value === '' || (Array.isArray(value) && !value.length)) delete holder[last];
  else holder[last] = value;
}

export function freshId(t: Terms, kind: string): string {
  const taken = new Set(listOf(t, kind).map((o) => o[LISTS[kind]!.name]));
  for (let n = 1; ; n++) if (!taken.has(`new-${n}`)) return `new-${n}`;
}

// ---- what is wrong

export interface Defect { clause: string; field: string; key: Key; values?: Record<string, string> }

const isWord = (s: string) => /^[a-z][a-z0-9_-]{0,23}$/.test(s);
const LIMIT = /^(surface|unlimited|fl\d{1,3}|\d+(\.\d+)?\s*(ft|m)\s*(amsl|agl|pressure|ellipsoid))$/i;

function channelKhz(text: string): number {
  const m = /^(\d+(?:\.\d+)?)\s*(MHz|kHz)$/.exec(text.trim());
  return m ? Math.round(Number(m[1]) * (m[2] === 'MHz' ? 1000 : 1)) : NaN;
}
// Channels that exist: HF; VHF aeronautical in steps of 25 kHz and by the names of 8.33 kHz channels (ICAO Annex 10 Vol. V);
// VHF maritime and UHF in steps of 25 kHz.
export function isChannel(text: string): boolean {
  const khz = channelKhz(text);
  if (khz >= 2000 && khz <= 30_000) return true;
  if (khz >= 118_000 && khz <= 136_990) return khz % 25 === 0 || [5, 10, 15, 30, 35, 40, 55, 60, 65, 80, 85, 90].includes(khz % 100);
  return ((khz >= 156_000 && khz <= 162_025) || (khz >= 225_000 && khz <= 399_975)) && khz % 25 === 0;
}

// Whether the closed ring crosses or touches itself, on the plane of latitude and longitude; good for what a person draws.
export function crossesItself(ring: LatLon[]): boolean {
  const n = ring.length;
  const side = (a: LatLon, b: LatLon, c: LatLon) => Math.sign((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]));
  for (let i = 0; i < n; i++)
    for (let j = i + 2; j < n; j++) {
      if (i === 0 && j === n - 1) continue; // neighbours
      const [a, b, c, d] = [ring[i]!, ring[(i + 1) % n]!, ring[j]!, ring[(j + 1) % n]!];
      if (side(a, b, c) !== side(a, b, d) && side(c, d, a) !== side(c, d, b)) return true;
    }
  return false;
}
const MOST_CHECKED = 300; // corners; the node checks larger rings

function ringDefect(ring: unknown): Key | null {
  if (!Array.isArray(ring)) return 'draft.bad_ring';
  if (ring.length < 3) return 'zones.outline_short';
  if (ring.some((p) => !Array.isArray(p) || p.length !== 2 || !(Math.abs(p[0] as number) <= 90) || !(Math.abs(p[1] as number) <= 180))) return 'draft.bad_ring';
  return ring.length <= MOST_CHECKED && crossesItself(ring as LatLon[]) ? 'draft.crosses' : null;
}

export function fieldDefect(field: Field, value: unknown, t: Terms): Key | null {
  const empty = value === undefined || value === '' || (Array.isArray(value) && !value.length);
  if (empty) return field.need ? 'draft.needed' : null;
  const text = String(value);
  const parties = t.party.map((p) => p.id);
  switch (field.kind) {
    case 'word': return isWord(text) ? null : 'draft.bad_word';
    case 'name': return text.length <= 120 ? null : 'draft.too_long';
    case 'text': return text.length <= 400 ? null : 'draft.too_long';
    case 'length': return lengthNm(text) > 0 ? (lengthNm(text) <= (field.most ?? Infinity) ? null : 'draft.too_large') : 'draft.bad_length';
    case 'height': return heightFt(text) >= 0 && !/\.\d+\s*ft$/.test(text) ? (heightFt(text) <= (field.most ?? Infinity) + 1e-6 ? null : 'draft.too_large') : 'draft.bad_height';
    case 'duration': return durationS(text) >= 0 ? (durationS(text) <= (field.most ?? Infinity) ? null : 'draft.too_large') : 'draft.bad_duration';
    case 'limit': return LIMIT.test(text) ? null : 'draft.bad_limit';
    case 'channel': return isChannel(text) ? null : 'draft.bad_channel';
    case 'time': return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(text) && !Number.isNaN(Date.parse(text)) ? null : 'draft.bad_time';
    case 'choice': return (field.choices ?? []).includes(text) ? null : 'draft.bad_choice';
    case 'words': return (value as string[]).every((w) => (field.choices ? field.choices.includes(w) : clausesOf(t).some((c) => c.id === w))) ? null : 'draft.bad_words';
    case 'parties': return (value as string[]).every((w) => parties.includes(w)) ? null : 'draft.bad_party';
    case 'party': return parties.includes(text) ? null : 'draft.bad_party';
    case 'pair_party': return (value as string[]).length === 2 && (value as string[]).every((w) => w === 'any' || w === 'none' || parties.includes(w)) ? null : 'draft.bad_party';
    case 'pair_class': return (value as string[]).length === 2 && (value as string[]).every((w) => w === 'any' || (CLASSES as readonly string[]).includes(w)) ? null : 'draft.bad_choice';
    case 'ring': return ringDefect(value);
    case 'rings': return (value as unknown[]).map(ringDefect).find((d) => d) ?? null;
    case 'position': return Array.isArray(value) && value.length === 2 && Math.abs(Number(value[0])) <= 90 && Math.abs(Number(value[1])) <= 180 ? null : 'draft.bad_position';
    default: return null;
  }
}

// Every defect of the draft that can be told here, by clause and field.
export function defectsOf(t: Terms): Defect[] {
  const out: Defect[] = [];
  const seen = new Set<string>();
  for (const c of clausesOf(t)) {
    if (seen.has(c.id)) out.push({ clause: c.id, field: LISTS[c.kind]?.name ?? 'id', key: 'draft.twice' });
    seen.add(c.id);
    const fields = fieldsOf(c.id);
    const o = objectOf(t, c.id);
    if (!fields || !o) continue;
    for (const f of fields) {
      const key = fieldDefect(f, fieldValue(o, f.name), t);
      if (key) out.push({ clause: c.id, field: f.name, key });
    }
    if (c.kind === 'minima') {
      const tolerance = heightFt((o['level_tolerance'] ?? t.minima.level_tolerance ?? '200ft') as string);
      if (tolerance >= heightFt(o['vertical'] as string)) out.push({ clause: c.id, field: 'level_tolerance', key: 'draft.tolerance' });
    }
    if (c.kind === 'zone') {
      if ((o['outline'] === undefined) === (o['centre'] === undefined)) out.push({ clause: c.id, field: 'centre', key: 'draft.shape' });
      else if ((o['centre'] === undefined) !== (o['radius'] === undefined)) out.push({ clause: c.id, field: 'radius', key: 'draft.needed' });
      if (['contact', 'no_entry_without_contact'].includes(String(o['rule'])) && !o['call_frequency'] && !o['call_desk']) out.push({ clause: c.id, field: 'call_frequency', key: 'draft.call' });
    }
    if (c.kind === 'distress') {
      const to = (o['to'] ?? []) as string[];
      if (to.includes(String(o['of']))) out.push({ clause: c.id, field: 'to', key: 'draft.same_party' });
      else if (!to.length && o['rescue_centres'] !== 'exact') out.push({ clause: c.id, field: 'to', key: 'draft.tells_nobody' });
    }
    if (c.kind === 'sharing') {
      if (o['from'] === o['to']) out.push({ clause: c.id, field: 'to', key: 'draft.same_party' });
      if ((o['when'] === 'never') !== !(o['fields'] as string[] | undefined)?.length) out.push({ clause: c.id, field: 'fields', key: 'draft.shared' });
    }
  }
  if (Date.parse(t.valid?.from) >= Date.parse(t.valid?.to)) out.push({ clause: 'validity', field: 'valid.to', key: 'draft.order' });
  const e = { received_within: '30s', answered_within: '60s', escalated_within: '120s', ...t.escalation };
  if (!(durationS(e.received_within) < durationS(e.answered_within) && durationS(e.answered_within) < durationS(e.escalated_within))) out.push({ clause: 'escalation', field: 'answered_within', key: 'draft.timers' });
  return out;
}

// ---- the canonical form (docs/formats/pact-terms.md): one value has one text, whose hash is what is proposed and signed

function canonicalLength(text: string): string {
  const m = /^(\d+(?:\.\d+)?)\s*(nm|km|m|ft)$/.exec(text.trim());
  if (!m) return text;
  if (m[2] === 'nm' && String(Number(m[1])).length <= 6) return `${Number(m[1])}nm`;
  const metres = Number((Number(m[1]) * { nm: 1852, km: 1000, m: 1, ft: 0.3048 }[m[2]!]!).toFixed(6));
  // In nautical miles where a short number is exactly it.
  for (let decimals = 0; decimals <= 4; decimals++) {
    const nm = (metres / 1852).toFixed(decimals);
    if (nm.length <= 6 && Math.abs(Number(nm) * 1852 - metres) < 1e-9) return `${Number(nm)}nm`;
  }
  return `${metres}m`;
}
function canonicalHeight(text: string): string {
  const ft = heightFt(text);
  if (Number.isNaN(ft)) return text;
  return Math.abs(ft - Math.round(ft)) < 1e-9 ? `${Math.round(ft)}ft` : text.replace(/\s+/g, '');
}
function canonicalDuration(text: string): string {
  const s = durationS(text);
  if (Number.isNaN(s) || !Number.isInteger(s)) return text;
  return s <= 120 ? `${s}s` : s % 3600 === 0 ? `${s / 3600}h` : s % 60 === 0 ? `${s / 60}min` : `${s}s`;
}
function canonicalChannel(text: string): string {
  const khz = channelKhz(text);
  return Number.isNaN(khz) ? text : khz <= 30_000 ? `${khz}kHz` : `${(khz / 1000).toFixed(3)}MHz`;
}
function canonicalLimit(text: string): string {
  const s = text.trim().toLowerCase().replace(/\s+/g, ' ');
  const m = /^(\d+(?:\.\d+)?) ?(ft|m) ?(amsl|agl|pressure|ellipsoid)$/.exec(s);
  if (s.startsWith('fl')) return `FL${Number(s.slice(2))}`;
  if (!m) return s;
  // A pressure altitude of whole hundreds of feet is a flight level.
  const height = canonicalHeight(`${m[1]}${m[2]}`);
  return m[3] === 'pressure' && /00ft$/.test(height) ? `FL${Number(height.slice(0, -4))}` : `${height} ${m[3]}`;
}
const canonicalTime = (text: string): string => (Number.isNaN(Date.parse(text)) ? text : new Date(text).toISOString());

const CANONICAL: Partial<Record<FieldKind, (text: string) => string>> = { length: canonicalLength, height: canonicalHeight, duration: canonicalDuration, channel: canonicalChannel, limit: canonicalLimit, time: canonicalTime };

// Defaults are written, empty lists are not, and every quantity has its one text.
export function canonicalTerms(draft: Terms): Terms {
  const t = structuredClone(draft);
  const tolerance = (t.minima.level_tolerance ??= '200ft');
  for (const m of t.minima.clause ?? []) {
    m.parties ??= ['any', 'any'];
    m.classes ??= ['any', 'any'];
    m.level_tolerance ??= tolerance;
  }
  for (const place of [t.area, ...(t.zone ?? [])]) {
    place.floor ??= 'surface';
    place.ceiling ??= 'unlimited';
  }
  for (const p of t.party) {
    p.badge ??= p.id.slice(0, 4).toUpperCase();
    for (const f of p.fleet ?? []) f.addresses?.sort();
  }
  t.escalation = { received_within: '30s', answered_within: '60s', escalated_within: '120s', stop_climbs_from: '15s', ...t.escalation };
  for (const s of t.sharing ?? []) s.fields?.sort((a, b) => (SHARED as readonly string[]).indexOf(a) - (SHARED as readonly string[]).indexOf(b));
  for (const x of t.text ?? []) x.status ??= 'unreviewed';
  for (const c of clausesOf(t)) {
    const o = objectOf(t, c.id);
    if (!o) continue;
    for (const f of fieldsOf(c.id) ?? []) {
      const value = fieldValue(o, f.name);
      const form = CANONICAL[f.kind];
      if (form && typeof value === 'string') setField(o, f.name, form(value));
      else if (Array.isArray(value) && !value.length) setField(o, f.name, undefined);
    }
  }
  t.review = t.review?.map(canonicalTime);
  for (const name of ['review', 'zone', 'frequency', 'notice', 'outside', 'sharing', 'distress', 'safety_floor', 'text'] as const) if (!t[name]?.length) delete t[name];
  if (!t.minima.clause?.length) delete t.minima.clause;
  return t;
}

// A draft from terms: the next version, which names the one it replaces.
export function nextVersion(t: Terms, hash: string): Terms {
  return { ...structuredClone(t), version: t.version + 1, supersedes: hash };
}
