// Requests for clearances as values: which stand first, what a person may say of them, until when is waited for whom, what an amendment changes, and
// where the flight goes. Pure; the node decides, this shows.

import type { Schemas } from '../api/client';
import { METRES_PER_NM } from '../lib/geo';
import type { Zone } from '../live/live.svelte';
import { corridorRing, type LatLon } from '../notices/shape';
import { lengthNm } from '../pact/terms';

export type Clearance = Schemas['Clearance'];
export type Revision = Schemas['ClearanceRevision'];
export type Request = Schemas['ClearanceRequest'];
export type Part = Schemas['ClearancePart'];
export type Asked = Revision['parts'][number];
export type Conditions = Schemas['ClearanceConditions'];
export type Act = Schemas['ClearanceDraft'];
export type Flight = Schemas['ClearanceFlight'];
export type Depth = 'desk' | 'unit' | 'crew';

export const PURPOSES: readonly Request['purpose'][] = ['medical', 'rescue', 'humanitarian', 'state', 'military', 'passengers', 'cargo', 'ferry', 'training', 'survey', 'other'];
export const CARGOES: readonly Request['cargo'][] = ['none', 'general', 'relief', 'dangerous_goods', 'munitions'];
export const DEPTHS: readonly Depth[] = ['desk', 'unit', 'crew'];

// ---- names

export const keyOf = (c: Pick<Clearance, 'party' | 'number'>): string => `${c.party} ${c.number}`;
// "north-0007-26", as the address of the page has it.
export const inAddress = (c: Pick<Clearance, 'party' | 'number'>): string => `${c.party}-${c.number.replace('/', '-')}`;
export function readAddress(id: string): { party: string; number: string } | null {
  const m = /^(.+)-(\d{4})-(\d\d)$/.exec(id);
  return m ? { party: m[1]!, number: `${m[2]}/${m[3]}` } : null;
}

// ---- order

const askedOf = (c: Clearance): string[] => [...new Set([...c.latest.parts, ...(c.held?.parts ?? [])].map((p) => p.party))];

// Nothing can come of it any more, and nobody owes a word about its end.
export function isClosed(c: Clearance): boolean {
  if (c.state === 'expired') return true;
  return c.withdrawn !== undefined && askedOf(c).every((party) => c.withdrawn!.acknowledged.some((a) => a.party === party));
}

// Until when is waited: for the own answer where others ask, else for the first of those that have not answered.
export function dueOf(c: Clearance, own: string): number {
  const waiting = c.latest.parts.filter((p) => p.stage === 'waiting' && p.due && (c.own || p.party === own)).map((p) => Date.parse(p.due!));
  return waiting.length ? Math.min(...waiting) : Date.parse(c.latest.request.answer_by ?? '');
}

// What waits for this party's people first, then what has priority, then what is to be answered first.
export function ordered(all: Iterable<Clearance>, own: string): Clearance[] {
  const late = Number.POSITIVE_INFINITY;
  const due = (c: Clearance) => (Number.isNaN(dueOf(c, own)) ? late : dueOf(c, own));
  const rank = (c: Clearance) => (c.awaited.length ? 0 : 2) + (c.priority ? 0 : 1);
  return [...all].sort((a, b) => rank(a) - rank(b) || (due(a) === due(b) ? 0 : due(a) - due(b)) || (keyOf(a) < keyOf(b) ? -1 : 1));
}

export const FILTERS = ['open', 'inbox', 'outbox', 'closed'] as const;
export type Filter = (typeof FILTERS)[number];
export interface Box { box: 'inbox' | 'outbox' | 'closed'; requests: Clearance[] }
export function boxesOf(all: readonly Clearance[], own: string): Record<Box['box'], Clearance[]> {
  const open = all.filter((c) => !isClosed(c));
  const newest = (a: Clearance, b: Clearance) => Date.parse(b.latest.at) - Date.parse(a.latest.at) || (keyOf(a) < keyOf(b) ? -1 : 1);
  return { inbox: ordered(open.filter((c) => !c.own), own), outbox: ordered(open.filter((c) => c.own), own), closed: all.filter(isClosed).sort(newest) };
}

// ---- waiting

export interface Wait { how: 'due' | 'late' | 'escalated'; seconds: number } // to go; below zero: since then
// null: it is not waited for.
export function waitOf(part: Pick<Asked, 'stage' | 'due' | 'overdue'>, now_ms: number): Wait | null {
  if (part.stage !== 'waiting' || !part.due) return null;
  const seconds = (Date.parse(part.due) - now_ms) / 1000;
  // The node that waits says it for both; until its word has come, the clock does.
  return { how: part.overdue ?? (seconds <= 0 ? 'late' : 'due'), seconds };
}

// ---- what a person of this party may say of it now

export type ActName = 'approve' | 'unable' | 'ask' | 'reply' | 'acknowledge' | 'amend' | 'revoke' | 'withdraw';

const depthLeft = (a: { depth: string } | undefined): boolean => a?.depth !== 'crew';
export const deeperThan = (depth: string | undefined): Depth[] => DEPTHS.filter((_, i) => i > DEPTHS.indexOf(depth as Depth));

export function actsOf(c: Clearance, own: string): ActName[] {
  if (c.state === 'expired') return [];
  const acts: ActName[] = [];
  if (c.own) {
    if (c.latest.parts.some((p) => p.stage === 'asked_back') && !c.withdrawn) acts.push('reply');
    if (c.revoked.some((r) => depthLeft(r.acknowledged)) && !c.withdrawn) acts.push('acknowledge');
    if (!c.withdrawn) acts.push('amend', 'withdraw');
    return acts;
  }
  if (!askedOf(c).includes(own)) return [];
  if (c.withdrawn) return depthLeft(c.withdrawn.acknowledged.find((a) => a.party === own)) ? ['acknowledge'] : [];
  if (c.revoked.some((r) => r.party === own)) return [];
  const part = partOf(c.latest, own);
  if (part && part.stage !== 'approved') acts.push('approve', 'unable', 'ask');
  if (part?.stage === 'approved' || (c.held && partOf(c.held, own)?.stage === 'approved')) acts.push('revoke');
  return acts;
}
// The one that a card or a page offers first for what is awaited.
export const actFor = (awaited: string): ActName => (awaited === 'answer' ? 'approve' : awaited === 'reply' ? 'reply' : 'acknowledge');

export const partOf = (revision: Revision, party: string): Asked | undefined => revision.parts.find((p) => p.party === party);
export const wayOf = (request: Request, party: string): Part | undefined => request.route.find((p) => p.party === party);

// ---- differences

export interface Difference { field: string; party: string; before: string | null; after: string | null } // party: of a part of the route

const placeText = (p: readonly number[]): string => `${p[0]},${p[1]}`;
function fieldsOf(r: Request): Map<string, { field: string; party: string; value: string }> {
  const out = new Map<string, { field: string; party: string; value: string }>();
  const put = (field: string, value: unknown, party = '') => {
    if (value !== undefined && value !== '') out.set(`${party}.${field}`, { field, party, value: String(value) });
  };
  put('aircraft_type', r.aircraft_type);
  put('aircraft', r.aircraft);
  put('call_signs', r.call_signs.join(' · '));
  put('registrations', r.registrations.join(' · '));
  put('addresses', (r.addresses ?? []).join(' · '));
  put('operator', r.operator);
  put('purpose', r.purpose);
  put('cargo', r.cargo);
  put('persons', r.persons);
  put('sensors', r.sensors);
  put('armed', r.armed);
  put('valid.from', r.valid.from);
  put('valid.to', r.valid.to);
  put('half_width', r.half_width);
  put('tolerance', r.tolerance);
  put('contact', r.contact);
  put('remarks', r.remarks);
  put('route', r.route.map((p) => p.party).join(' → '));
  for (const p of r.route) {
    for (const end of ['entry', 'exit'] as const) {
      put(`${end}.name`, p[end].name, p.party);
      put(`${end}.position`, placeText(p[end].position), p.party);
      put(`${end}.at`, p[end].at, p.party);
    }
    put('via', (p.via ?? []).map(placeText).join(' '), p.party);
    put('floor', p.floor, p.party);
    put('ceiling', p.ceiling, p.party);
    put('landing', p.landing, p.party);
  }
  return out;
}
// In the order in which a request is read. Until when answers are waited for is no part of what is asked: every amendment sets it anew.
export function differences(before: Request, after: Request): Difference[] {
  const [a, b] = [fieldsOf(before), fieldsOf(after)];
  return [...new Set([...b.keys(), ...a.keys()])].flatMap((key) => {
    const [x, y] = [a.get(key), b.get(key)];
    if (x?.value === y?.value) return [];
    return [{ field: (y ?? x)!.field, party: (y ?? x)!.party, before: x?.value ?? null, after: y?.value ?? null }];
  });
}

// ---- the way on a map

export const lineOf = (p: Part): LatLon[] => [p.entry.position, ...(p.via ?? []), p.exit.position] as LatLon[];
export interface Corridor { party: string; line: LatLon[]; ring: LatLon[]; entry: string; exit: string }
// An approval may narrow its part; what it leaves is what is drawn.
export function corridorsOf(revision: Revision): Corridor[] {
  const { request } = revision;
  return request.route.map((p) => {
    const half_nm = lengthNm(partOf(revision, p.party)?.conditions?.half_width ?? request.half_width);
    return { party: p.party, line: lineOf(p), ring: corridorRing(lineOf(p), half_nm * METRES_PER_NM), entry: p.entry.name, exit: p.exit.name };
  });
}
export function zonesOf(revision: Revision, id: string, nameOf: (party: string) => string, rule: Zone['rule'] = 'corridor'): Zone[] {
  return corridorsOf(revision).flatMap((c): Zone[] => (c.ring.length >= 3 ? [{ id: `${id} ${c.party}`, rule, name: nameOf(c.party), outline: c.ring }] : []));
}

// ---- texts that the node makes

export interface TextForm { form: 'notam' | 'request' | 'answer' | 'revocation' | 'withdrawal'; of: string } // of: the asked party; '': of none
// Those that exist already.
export function textForms(c: Clearance): TextForm[] {
  const notes = (form: TextForm['form'], parties: string[]): TextForm[] => parties.map((of) => ({ form, of }));
  const { parts } = c.latest;
  const asked = askedOf(c);
  return [
    { form: 'notam', of: '' }, ...notes('request', parts.map((p) => p.party)), ...notes('answer', parts.filter((p) => p.stage !== 'waiting').map((p) => p.party)),
    ...notes('revocation', c.revoked.map((r) => r.party).filter((p) => asked.includes(p))), ...(c.withdrawn ? notes('withdrawal', asked) : []),
  ];
}
