// A request, and the conditions of an approval, as a person types them: what is missing or cannot be read is said here, by the field; the node has the
// last word, and its words go to the field that they are about. Pure.

import { readFrequency, readLength, readLimitText, readSpan, typedTime } from '../notices/draft';
import { parsePosition, type PositionError } from '../lib/position';
import { parseUtc } from '../lib/utc';
import type { LatLon } from '../notices/shape';
import type { Asked, Conditions, Part, Request } from './requests';

export interface TypedPoint { name: string; position: string; at: string }
export interface TypedPart { party: string; entry: TypedPoint; exit: TypedPoint; via: string; floor: string; ceiling: string; landing: string } // via: a position a line
export type Said = '' | 'yes' | 'no';
export interface Typed {
  aircraftType: string;
  aircraft: string;
  callSigns: string;
  registrations: string;
  addresses: string;
  operator: string;
  purpose: Request['purpose'] | '';
  cargo: Request['cargo'] | '';
  persons: string;
  sensors: Said;
  armed: Said;
  route: TypedPart[];
  halfWidth: string;
  tolerance: string;
  validFrom: string;
  validTo: string;
  answerBy: string;
  contact: string;
  remarks: string;
  exercise: boolean;
}

const emptyPoint = (): TypedPoint => ({ name: '', position: '', at: '' });
export const emptyPart = (party = ''): TypedPart => ({ party, entry: emptyPoint(), exit: emptyPoint(), via: '', floor: '', ceiling: '', landing: '' });
export const empty = (party = ''): Typed => ({
  aircraftType: '', aircraft: '1', callSigns: '', registrations: '', addresses: '', operator: '', purpose: '', cargo: '', persons: '', sensors: '', armed: '', route: [emptyPart(party)],
  halfWidth: '', tolerance: '', validFrom: '', validTo: '', answerBy: '', contact: '', remarks: '', exercise: false,
});

const typedPosition = (p: readonly number[]): string => `${p[0]}, ${p[1]}`;
const said = (yes: boolean): Said => (yes ? 'yes' : 'no');

// An own request that is to be amended, as if it had just been typed. Until when answers are waited for begins anew.
export function typedOf(r: Request): Typed {
  const point = (p: Part['entry']): TypedPoint => ({ name: p.name, position: typedPosition(p.position), at: typedTime(p.at) });
  return {
    aircraftType: r.aircraft_type, aircraft: String(r.aircraft), callSigns: r.call_signs.join(', '), registrations: r.registrations.join(', '), addresses: (r.addresses ?? []).join(', '),
    operator: r.operator, purpose: r.purpose, cargo: r.cargo, persons: String(r.persons), sensors: said(r.sensors), armed: said(r.armed),
    route: r.route.map((p) => ({ party: p.party, entry: point(p.entry), exit: point(p.exit), via: (p.via ?? []).map(typedPosition).join('\n'), floor: p.floor, ceiling: p.ceiling, landing: p.landing ?? '' })),
    halfWidth: r.half_width ?? '', tolerance: r.tolerance ?? '', validFrom: typedTime(r.valid.from), validTo: typedTime(r.valid.to), answerBy: '', contact: r.contact, remarks: r.remarks ?? '',
    exercise: r.exercise ?? false,
  };
}

export type FieldError = 'missing' | 'time' | 'whole' | `position.${PositionError}`;
export type Errors = ReadonlyMap<string, { error: FieldError; line?: number }>; // by field, named as the node names it: "route[0].entry.at"
export interface Read { request: Request | null; errors: Errors; lines: LatLon[][] } // lines: of the route, as far as it is filled in: they are drawn

export const names = (text: string): string[] => text.split(/[,;\n]/).map((one) => one.trim().toUpperCase()).filter(Boolean);
// "90", "90 min", "2 h": a bare number is minutes, as the form says.
export function readTolerance(text: string): string {
  const s = text.trim().toLowerCase().replace(/\s+/g, '');
  return /^\d+$/.test(s) ? `${s}min` : s;
}
const iso = (ms: number): string => new Date(ms).toISOString();

export function readRequest(t: Typed, now_ms: number): Read {
  const errors = new Map<string, { error: FieldError; line?: number }>();
  const needed = (field: string, text: string): string => {
    if (!text.trim()) errors.set(field, { error: 'missing' });
    return text.trim();
  };
  const whole = (field: string, text: string): number => {
    const s = needed(field, text);
    if (s && !/^\d{1,6}$/.test(s)) errors.set(field, { error: 'whole' });
    return Number(s);
  };
  const time = (field: string, text: string, ms: number): string => {
    if (!text.trim()) errors.set(field, { error: 'missing' });
    else if (Number.isNaN(ms)) errors.set(field, { error: 'time' });
    return Number.isNaN(ms) ? '' : iso(ms);
  };
  const position = (field: string, text: string, line?: number): LatLon | null => {
    const read = parsePosition(text);
    if (read.ok) return [read.lat, read.lon];
    errors.set(field, { error: read.error === 'empty' ? 'missing' : `position.${read.error}`, ...(line === undefined ? {} : { line }) });
    return null;
  };
  const list = (field: string, text: string): string[] => {
    const all = names(text);
    if (!all.length) errors.set(field, { error: 'missing' });
    return all;
  };
  const yes = (field: string, value: Said): boolean => {
    if (!value) errors.set(field, { error: 'missing' });
    return value === 'yes';
  };

  const lines: LatLon[][] = [];
  let before_ms = now_ms;
  const route = t.route.map((p, i): Part => {
    const at = `route[${i}]`;
    const party = needed(`${at}.party`, p.party);
    // A time without a day is on the day of what was typed before it, in the order in which it is flown.
    const { from_ms, to_ms } = readSpan(p.entry.at, p.exit.at, before_ms);
    before_ms = Number.isNaN(to_ms) ? before_ms : to_ms;
    const entry = { name: needed(`${at}.entry.name`, p.entry.name).toUpperCase(), position: position(`${at}.entry.position`, p.entry.position), at: time(`${at}.entry.at`, p.entry.at, from_ms) };
    const exit = { name: needed(`${at}.exit.name`, p.exit.name).toUpperCase(), position: position(`${at}.exit.position`, p.exit.position), at: time(`${at}.exit.at`, p.exit.at, to_ms) };
    const via = p.via.split('\n').flatMap((one, k) => (one.trim() ? [position(`${at}.via`, one, k + 1)] : [])).filter((x) => x !== null);
    lines.push([entry.position, ...via, exit.position].filter((x) => x !== null));
    const out: Part = {
      party, entry: { ...entry, position: entry.position ?? [0, 0] }, exit: { ...exit, position: exit.position ?? [0, 0] },
      floor: readLimitText(needed(`${at}.floor`, p.floor)), ceiling: readLimitText(needed(`${at}.ceiling`, p.ceiling)),
    };
    if (via.length) out.via = via;
    if (p.landing.trim()) out.landing = p.landing.trim().toUpperCase();
    return out;
  });

  const valid = readSpan(t.validFrom, t.validTo, now_ms);
  const request: Request = {
    aircraft_type: needed('aircraft_type', t.aircraftType).toUpperCase(), aircraft: whole('aircraft', t.aircraft), call_signs: list('call_signs', t.callSigns), registrations: list('registrations', t.registrations),
    operator: needed('operator', t.operator), purpose: needed('purpose', t.purpose) as Request['purpose'], cargo: needed('cargo', t.cargo) as Request['cargo'], persons: whole('persons', t.persons),
    sensors: yes('sensors', t.sensors), armed: yes('armed', t.armed), route, valid: { from: time('valid.from', t.validFrom, valid.from_ms), to: time('valid.to', t.validTo, valid.to_ms) },
    contact: needed('contact', t.contact), exercise: t.exercise,
  };
  const addresses = names(t.addresses);
  if (addresses.length) request.addresses = addresses;
  if (t.halfWidth.trim()) request.half_width = readLength(t.halfWidth);
  if (t.tolerance.trim()) request.tolerance = readTolerance(t.tolerance);
  if (t.answerBy.trim()) request.answer_by = time('answer_by', t.answerBy, parseUtc(t.answerBy, now_ms));
  if (t.remarks.trim()) request.remarks = t.remarks.trim();
  return { request: errors.size ? null : request, errors, lines };
}

// ---- conditions

export interface TypedConditions { from: string; to: string; floor: string; ceiling: string; halfWidth: string; squawk: string; frequency: string; reports: string; text: string }
export const CONDITION_FIELDS: readonly string[] = ['levels.floor', 'levels.ceiling', 'times.from', 'times.to', 'half_width', 'squawk', 'frequency', 'reports', 'text'];
export const noConditions = (): TypedConditions => ({ from: '', to: '', floor: '', ceiling: '', halfWidth: '', squawk: '', frequency: '', reports: '', text: '' });

// What is left empty stays as asked. Of a pair of which one is typed, the other is taken from what was asked.
export function readConditions(t: TypedConditions, asked: Pick<Asked, 'times'>, way: Pick<Part, 'floor' | 'ceiling'>): { conditions: Conditions | null; errors: Errors } {
  const errors = new Map<string, { error: FieldError }>();
  const conditions: Conditions = {};
  if (t.from.trim() || t.to.trim()) {
    const day_ms = Date.parse(asked.times.from);
    const from_ms = t.from.trim() ? parseUtc(t.from, day_ms) : day_ms;
    const to_ms = t.to.trim() ? readSpan(iso(Number.isNaN(from_ms) ? day_ms : from_ms).slice(0, 19), t.to, day_ms).to_ms : Date.parse(asked.times.to);
    if (Number.isNaN(from_ms)) errors.set('times.from', { error: 'time' });
    if (Number.isNaN(to_ms)) errors.set('times.to', { error: 'time' });
    if (!errors.size) conditions.times = { from: iso(from_ms), to: iso(to_ms) };
  }
  if (t.floor.trim() || t.ceiling.trim()) conditions.levels = { floor: t.floor.trim() ? readLimitText(t.floor) : way.floor, ceiling: t.ceiling.trim() ? readLimitText(t.ceiling) : way.ceiling };
  if (t.halfWidth.trim()) conditions.half_width = readLength(t.halfWidth);
  if (t.squawk.trim()) conditions.squawk = t.squawk.trim();
  if (t.frequency.trim()) conditions.frequency = readFrequency(t.frequency);
  if (names(t.reports).length) conditions.reports = names(t.reports);
  if (t.text.trim()) conditions.text = t.text.trim();
  return { conditions: errors.size ? null : conditions, errors };
}

// ---- what the node said of it

// "request: route[0]: entry: at: must be …" and "request: route[0].entry.at: must be …" speak of the same field: "route[0].entry.at", and the words that are
// left. '' where it is about none.
export function refusalOf(message: string): { path: string; text: string } {
  let rest = message;
  const path: string[] = [];
  for (;;) {
    const m = /^([a-z_]+(?:\[\d+\])?(?:\.[a-z_]+(?:\[\d+\])?)*): ([\s\S]+)$/.exec(rest);
    if (!m) break;
    if (m[1] !== 'request' && m[1] !== 'conditions') path.push(m[1]!);
    rest = m[2]!;
  }
  return { path: path.join('.'), text: rest };
}

// Which of these fields is to carry it: the one that is meant, else the one whose entry or part is meant ("call_signs[1]", "valid"); '' where none is.
export function fieldAt(path: string, fields: readonly string[]): string {
  if (!path) return '';
  const inside = (whole: string, part: string) => part === whole || part.startsWith(`${whole}.`) || part.startsWith(`${whole}[`);
  return fields.find((f) => f === path) ?? [...fields].sort((a, b) => b.length - a.length).find((f) => inside(f, path)) ?? fields.find((f) => inside(path, f)) ?? '';
}
