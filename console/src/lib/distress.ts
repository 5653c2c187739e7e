// Distress cases as the node tells them (openapi.yaml: CaseBoard, CaseWhole; docs/formats/distress.md), in which order they stand, and
// how a place, its doubt and what was told of it are said. Nothing here decides: officers and the node do.

import { groupDigits, type Units } from './format';
import { METRES_PER_NM } from './geo';

export const PHASES = ['DETRESFA', 'ALERFA', 'INCERFA', 'none'] as const;
export type Phase = (typeof PHASES)[number];
export const EMERGENCIES = ['general', 'unlawful_interference', 'radio_failure', 'downed', 'medical', 'minimum_fuel', 'lost_link', 'overdue', 'vanished', 'beacon'] as const;
export const TRIGGERS = ['squawk', 'emergency_state', 'beacon', 'sit185', 'guard_report', 'remote_id', 'lost_link', 'overdue', 'vanished', 'peer', 'manual'] as const;
export const CLOSE_REASONS = ['safe', 'rescued', 'false_alarm', 'duplicate', 'handed_over', 'search_ended', 'exercise_ended', 'other'] as const;
export const DEPTHS = ['desk', 'unit', 'crew'] as const;
export type Depth = (typeof DEPTHS)[number];

export interface Place {
  lat_deg: number;
  lon_deg: number;
  uncertainty_m: number;
  coarse?: boolean;
  altitude_ft?: number;
  altitude_datum?: 'pressure' | 'ellipsoid' | 'mean_sea_level';
  ground_speed_kt?: number;
  track_deg?: number;
  airborne?: boolean;
}
export interface Lead {
  party: string;
  desk: string;
  officer: string;
  since?: string;
}
export interface CaseShort {
  id: number;
  number: string;
  status: 'open' | 'closed';
  exercise: boolean;
  title: string;
  emergency: string;
  phase: Phase;
  proposed: Phase;
  declared?: Phase;
  opened_at: string;
  newest_at: string;
  closed_at?: string;
  place?: Place & { coarse: boolean; age_s: number };
  lead?: Lead;
  owner?: string;
  mark?: 'false_alarm' | 'duplicate';
  may_be_spoken: boolean;
  protected: boolean;
  released?: boolean;
  told: { due: number; told: number; delivered: number; answered: number };
  keep_clear_asked?: number;
  contradictions: number;
  members: number[];
  peers?: { party: string; case: string }[];
}
export interface Trigger {
  kind: string;
  heard_at: string;
  received_at: string;
  source: string;
  emergency: string;
  mark?: string;
  callsign?: string;
  registration?: string;
  address?: string;
  beacon?: string;
  mmsi?: string;
  place?: Place;
  cancellation?: boolean;
  corrected_bits?: number;
  words?: string;
  language?: string;
  khz?: number;
  bearing_deg?: number;
  declared?: Phase;
  remark?: string;
}
export interface Heard {
  why: string;
  trigger: Trigger;
}
export interface Board {
  now: string;
  complete: boolean;
  cases: CaseShort[];
  merge_proposals: { one: number; other: number; why: string; at: string }[];
  heard: Heard[];
  heard_ever: number;
  no_room: Heard[];
  no_room_ever: number;
}
export interface Officer {
  party: string;
  account: string; // empty: the node by itself
  desk: string;
}
export type AddresseeKind = 'rescue_centre' | 'party' | 'outsider';
export interface Addressee {
  kind: AddresseeKind;
  id: string;
}
export interface Answer {
  depth: Depth;
  text: string;
  by: Officer;
  at: string;
}
export interface Told extends Addressee {
  desk: string;
  exact: boolean;
  first_at: string;
  last_at: string;
  times: number;
  delivered_at?: string;
  answers: Answer[];
}
export interface TellingLine extends Addressee {
  name: string;
  desk: string;
  content: 'exact' | 'coarse';
  ground: string;
  agreed_by?: string; // pre_authorised: a clause with its version, or the configuration
  due: boolean;
}
export interface PlaceNow {
  kind: string;
  source: string;
  heard_at: string;
  age_s: number;
  heard: Place;
  now: { lat_deg: number; lon_deg: number; uncertainty_m: number; movement: string };
}
export interface KnownItem {
  item: string;
  text: string;
  kind: string;
  source: string;
  heard_at: string;
  age_s: number;
}
export interface KeepClear {
  number: number;
  lat_deg: number;
  lon_deg: number;
  radius_m: number;
  from: string;
  to: string;
  by: Officer;
  at: string;
  answers: { accepted: boolean; by: Officer; at: string }[];
}
export interface Case {
  id: number;
  number: string;
  status: 'open' | 'closed';
  exercise: boolean;
  opened_at: string;
  opened_by: string;
  opened_source: string;
  follows?: number;
  proposed: { phase: Phase; reasons: string[] };
  declared?: { phase: Phase; reason: string; by: Officer; at: string };
  lead?: Lead;
  identified?: { party: string; class: string; reason: string; by: Officer; at: string };
  released?: { by: Officer; at: string };
  mark?: { kind: 'false_alarm' | 'duplicate'; of?: number; reason: string; by: Officer; at: string };
  merged?: { into: number; by_system: boolean; reason: string; by: Officer; at: string };
  closed?: { reason: string; text: string; by: Officer; at: string };
  emergencies: string[];
  may_be_spoken: boolean;
  may_relay: boolean;
  subject: { addresses: string[]; beacons: string[]; callsigns: string[]; registrations: string[]; mmsis: string[]; party: string; class: string; party_is_certain: boolean; protected: boolean };
  evidence: { count: number; first_heard: string; age_s: number; newest: Trigger; cancellation?: Trigger }[];
  beacons: { beacon: string; bursts: number; confirmed: boolean }[];
  known: KnownItem[];
  places: PlaceNow[];
  contradictions: string[];
  coarse_area?: { lat_deg: number; lon_deg: number; radius_m: number };
  assignments: { number: number; who: string; task: string; by: Officer; at: string; done_at?: string }[];
  keep_clear: KeepClear[];
  told: Told[];
  log: { text: string; by: Officer; at: string }[];
  peers: { party: string; case: string }[];
  left_out: number;
  heard_after_closing: number;
}
export interface Channel {
  id: string;
  use: 'distress' | 'guard' | 'working';
  khz: number;
  text: string;
  call_sign: string;
  parties: string[];
  remark: string;
  agreed: boolean;
  voice: boolean;
  place_unknown: boolean;
}
export interface RadioInstruction {
  use: string;
  khz: number;
  text: string;
  call_sign: string; // empty: any station
  agreed: boolean;
  call_at: string;
  listen_for_s: number;
  repeat_every_s: number;
}
export interface Whole {
  now: string;
  short: CaseShort;
  may_be_spoken: boolean;
  channels: Channel[];
  radio: RadioInstruction[];
  spoken: { phrase: number; slots: unknown; text: Record<string, string> }[];
  rescue_centres: { id: string; name: string; contact: string; region?: string }[];
  rescue_centres_note: string;
  case: Case;
  telling: { may_relay: boolean; may_be_spoken: boolean; reasons: string[]; lines: TellingLine[] };
  release: { protected: boolean; owner: string; owner_is_certain: boolean; released: boolean; ours_to_release: boolean };
  messages: { message: string; at: string; to: string[]; content: 'exact' | 'coarse' }[];
  helpers: { name: string; callsign: string; party: string; class: string; lat_deg: number; lon_deg: number; distance_nm: number; bearing_deg: number; time_s: number; assists: boolean }[];
  airfields: { id: string; name: string; lat_deg: number; lon_deg: number; longest_runway_m: number; distance_nm: number; bearing_deg: number }[];
  keep_clear_circle?: { lat_deg: number; lon_deg: number; radius_m: number; coarse: boolean };
  members: Case[];
  merge_proposals: { other: number; number: string; why: string }[];
}
export interface Taken {
  taken: number;
  events: { kind: string; case?: string; other?: string; text: string }[];
  cases: CaseShort[];
  errors: { line: number; message: string }[];
}
export interface Sent {
  sent: { message: string; at: string; to: string[]; content: string }[];
  not_sent: { kind: string; id: string; why: string }[];
}

// ---------------------------------------------------------------------------------------------------------------- order

// What counts: the graver of what an officer declared and the node proposes, so that no low declaration sinks a case that got worse.
const rank = (phase: Phase | undefined): number => 3 - PHASES.indexOf(phase ?? 'none');
export const graver = (a: Phase | undefined, b: Phase | undefined): Phase => (rank(a) >= rank(b) ? (a ?? 'none') : (b ?? 'none'));
export const worst = (c: CaseShort): Phase => graver(c.declared, c.proposed);
// The node sees it worse than the officer said.
export const rose = (c: CaseShort): boolean => c.declared !== undefined && rank(c.proposed) > rank(c.declared);

// The gravest first; what was marked as a false alarm or a duplicate behind all that was not, exercises behind everything real; then who has waited
// longest. The id makes the order total.
export function byGravity(a: CaseShort, b: CaseShort): number {
  return (
    Number(a.exercise) - Number(b.exercise) ||
    Number(a.mark !== undefined) - Number(b.mark !== undefined) ||
    rank(worst(b)) - rank(worst(a)) ||
    Date.parse(a.opened_at) - Date.parse(b.opened_at) ||
    a.id - b.id
  );
}

// Nobody has taken it up: it sounds and flashes here until somebody does.
export const isUntouched = (c: CaseShort): boolean => c.status === 'open' && !c.exercise && c.mark === undefined && c.lead === undefined && c.declared === undefined;

export function countByPhase(cases: readonly CaseShort[]): { phase: Phase; count: number }[] {
  return PHASES.map((phase) => ({ phase, count: cases.filter((c) => worst(c) === phase).length })).filter((p) => p.count > 0);
}

// Who should have been told and was not, and who was told and says nothing.
export const notTold = (c: CaseShort): number => c.told.due;
export const silent = (c: CaseShort): number => Math.max(0, c.told.told - c.told.answered);

// "D-0007/26" as it stands in an address.
export const inAddress = (number: string): string => number.replace('/', '-');

// ------------------------------------------------------------------------------------------------------------ who is told

export interface AddresseeRow {
  to: Addressee;
  name: string;
  line: TellingLine | null; // of the plan
  told: Told | null;
}

// The plan's lines in its order, then who was told and stands in it no more.
export function addressees(whole: Whole): AddresseeRow[] {
  const same = (a: Addressee, b: Addressee) => a.kind === b.kind && a.id === b.id;
  const rows: AddresseeRow[] = whole.telling.lines.map((line) => ({ to: { kind: line.kind, id: line.id }, name: line.name || line.id, line, told: whole.case.told.find((t) => same(t, line)) ?? null }));
  for (const told of whole.case.told) if (!rows.some((r) => same(r.to, told))) rows.push({ to: { kind: told.kind, id: told.id }, name: told.id, line: null, told });
  return rows;
}

export function answerOf(told: Told | null): Answer | null {
  return told?.answers[told.answers.length - 1] ?? null;
}

// ---------------------------------------------------------------------------------------------------------------- places

// Places that no aircraft could have been at one after the other stand beside each other: each is drawn, none is averaged. The newest of them is
// where the search begins; those that are too far from it for the time between, at 1500 kt with both uncertainties and 2 km, contradict it.
const FASTEST_MPS = 1500 * (METRES_PER_NM / 3600);
const SLACK_M = 2000;
export function contradicts(a: PlaceNow, b: PlaceNow, distance_m: number): boolean {
  const between_s = Math.abs(Date.parse(a.heard_at) - Date.parse(b.heard_at)) / 1000;
  return distance_m > FASTEST_MPS * between_s + a.heard.uncertainty_m + b.heard.uncertainty_m + SLACK_M;
}

export function newestPlace(c: Case): PlaceNow | null {
  return c.places.reduce<PlaceNow | null>((best, p) => (!best || Date.parse(p.heard_at) > Date.parse(best.heard_at) ? p : best), null);
}

// How far off it may be: "±0.8 NM", "±600 m", "±120 km".
export function radiusText(m: number | undefined, units: Units): string {
  return m === undefined || Number.isNaN(m) ? '—' : `±${lengthText(m, units)}`;
}
export function lengthText(m: number, units: Units): string {
  if (m < 1000) return `${groupDigits(Math.ceil(m / 10) * 10)} m`;
  const value = units === 'metric' ? m / 1000 : m / METRES_PER_NM;
  return `${value < 10 ? value.toFixed(1) : groupDigits(value)} ${units === 'metric' ? 'km' : 'NM'}`;
}
export const runwayText = (m: number, units: Units): string => (m <= 0 ? '—' : units === 'metric' ? `${groupDigits(m)} m` : `${groupDigits(m / 0.3048)} ft`);
export const nmOf = (m: number): number => m / METRES_PER_NM;
export const metresOf = (value: number, units: Units): number => (units === 'metric' ? value * 1000 : value * METRES_PER_NM);

// ---------------------------------------------------------------------------------------------------------------- forms

export const FORMS = ['guard_report', 'beacon', 'lost_link', 'overdue', 'manual'] as const;
export type Form = (typeof FORMS)[number];

// "121.5", "121,500", "121.500 MHz", "2182 kHz", "406.028": in kHz, undefined where empty, NaN where it is no frequency.
export function parseFrequency(text: string): number | undefined {
  const s = text.trim().replace(',', '.');
  if (!s) return undefined;
  const m = /^(\d+(?:\.\d+)?)\s*(khz|mhz)?$/i.exec(s);
  if (!m) return NaN;
  const value = Number(m[1]);
  const unit = m[2]?.toLowerCase() ?? (value < 1000 ? 'mhz' : 'khz');
  const khz = Math.round(unit === 'mhz' ? value * 1000 : value);
  return khz >= 10 && khz <= 3_000_000 ? khz : NaN;
}

// A bearing in whole or tenths of degrees, 0 to 360.
export function parseBearing(text: string): number | undefined {
  const s = text.trim().replace(',', '.').replace(/°$/, '');
  if (!s) return undefined;
  const value = /^\d{1,3}(\.\d)?$/.test(s) ? Number(s) : NaN;
  return value >= 0 && value <= 360 ? value % 360 : NaN;
}

// What a pasted text is: a message of a mission control centre has words and numbered paragraphs; bursts are hexadecimal, one a line.
export const looksLikeSit185 = (text: string): boolean => /SIT\s*185|COSPAS|SARSAT|^\s*\d{1,2}\.\s*[A-Z]/im.test(text);
