// What decides how activity notices are shown: how each stands now, what is late, how far down it got, and in which order. Pure.

import type { Schemas } from '../api/client';
import { limitText } from '../lib/zones';
import type { Units } from '../lib/format';

export type Notice = Schemas['Notice'];
export type Finding = Schemas['NoticeFinding'];
export type Check = Schemas['NoticeCheck'];
export type Depth = Schemas['NoticeDepth'];
export type AnswerWord = Schemas['NoticeAnswer'];
export type Kind = Schemas['NoticeKind'];
type Limit = Schemas['VerticalLimit'];

export const KINDS: readonly Kind[] = ['flight', 'refuelling', 'firing', 'air_defence', 'parachuting', 'unmanned', 'jamming', 'rescue', 'humanitarian', 'exercise', 'other'];
export const DEPTHS: readonly Depth[] = ['desk', 'unit', 'crew'];
export const ANSWERS: readonly AnswerWord[] = ['seen', 'passed_on', 'cannot'];
// Others keep clear of it (docs/formats/notice.md).
export const isDangerous = (kind: Kind): boolean => kind === 'firing' || kind === 'air_defence' || kind === 'parachuting' || kind === 'unmanned';

export const keyOf = (n: Pick<Notice, 'party' | 'number'>): string => `${n.party} ${n.number}`;
// north-0012-26: a party's word may have hyphens, a number has seven characters.
export const inAddress = (n: Pick<Notice, 'party' | 'number'>): string => `${n.party}-${n.number.replace('/', '-')}`;
export function readAddress(id: string): { party: string; number: string } | null {
  const m = /^(.+)-(\d{4})-(\d\d)$/.exec(id);
  return m ? { party: m[1]!, number: `${m[2]}/${m[3]}` } : null;
}

// ---- how it stands

export type Phase = 'active' | 'upcoming' | 'cancelled' | 'over';

// By the clock of the node, so that it turns with the countdown and not with the next answer.
export function phaseOf(n: Notice, now_ms: number): Phase {
  if (n.notice.state === 'cancelled') return 'cancelled';
  for (const s of n.notice.spans) {
    if (now_ms < Date.parse(s.from)) return 'upcoming';
    if (now_ms < Date.parse(s.to)) return 'active';
  }
  return 'over';
}

export interface Span {
  from_ms: number;
  to_ms: number;
}
export const spansOf = (n: Notice): Span[] => n.notice.spans.map((s) => ({ from_ms: Date.parse(s.from), to_ms: Date.parse(s.to) }));
export const endOf = (n: Notice): number => Math.max(...spansOf(n).map((s) => s.to_ms));

// The span that runs, else the next one, else the last.
export function spanNow(n: Notice, now_ms: number): Span {
  const all = spansOf(n);
  return all.find((s) => now_ms < s.to_ms) ?? all[all.length - 1]!;
}

// What the countdown runs to: an active one's end, a coming one's beginning. Infinity: nothing more comes.
export function nextChange(n: Notice, now_ms: number): number {
  const phase = phaseOf(n, now_ms);
  const s = spanNow(n, now_ms);
  return phase === 'active' ? s.to_ms : phase === 'upcoming' ? s.from_ms : Infinity;
}

export const isLate = (n: Pick<Notice, 'late_by_s'>): boolean => n.late_by_s !== undefined;
export const isChanged = (n: Notice): boolean => n.notice.state === 'changed';

// ---- acknowledgements

// What a party that was told has said of the newest revision. not_told: only an earlier one went to it.
export interface Told {
  party: string;
  state: 'missing' | 'not_told' | 'cannot' | Depth;
  depth: Depth | null;
  before: { revision: number; depth: Depth } | null; // said of an earlier revision only
}

export function toldOf(n: Notice): Told[] {
  return n.to.map((party) => {
    const a = n.acknowledgements.find((x) => x.party === party);
    if (a && a.revision === n.revision) return { party, state: a.cannot ? 'cannot' : a.depth, depth: a.depth, before: null };
    return { party, state: n.awaited.includes(party) ? 'missing' : 'not_told', depth: null, before: a ? { revision: a.revision, depth: a.depth } : null };
  });
}

// Another's, of which this party has not yet said how far down it got.
export const waitsForUs = (n: Notice, own: string): boolean => !n.own && n.awaited.includes(own);
// Whether somebody should still be asked: an own one that is not over, and not acknowledged by all.
export const isMissing = (n: Notice): boolean => toldOf(n).some((x) => x.state === 'missing' || x.state === 'cannot');

// ---- order and choice

export const FILTERS = ['all', 'active', 'upcoming', 'late', 'changed', 'unacknowledged', 'cancelled', 'over'] as const;
export type Filter = (typeof FILTERS)[number];

export function fits(n: Notice, filter: Filter, now_ms: number): boolean {
  const phase = phaseOf(n, now_ms);
  switch (filter) {
    case 'all':
      return true;
    case 'late':
      return isLate(n) && phase !== 'cancelled' && phase !== 'over';
    case 'changed':
      return isChanged(n) && phase !== 'over';
    case 'unacknowledged':
      return isMissing(n) && phase !== 'over';
    default:
      return phase === filter;
  }
}

// What is active stands first, the one that ends first before others; then what comes, by its beginning; a cancelled one while its time is not
// past, because somebody may still count on it; then what is over, the newest first.
export interface Section {
  phase: Phase;
  notices: Notice[];
}
export function sections(all: Iterable<Notice>, now_ms: number): Section[] {
  const of: Record<Phase, Notice[]> = { active: [], upcoming: [], cancelled: [], over: [] };
  for (const n of all) {
    const phase = phaseOf(n, now_ms);
    of[phase === 'cancelled' && endOf(n) <= now_ms ? 'over' : phase].push(n);
  }
  const byKey = (a: Notice, b: Notice) => (keyOf(a) < keyOf(b) ? -1 : 1);
  const next = (a: Notice, b: Notice) => nextChange(a, now_ms) - nextChange(b, now_ms) || byKey(a, b);
  of.active.sort(next);
  of.upcoming.sort(next);
  of.cancelled.sort((a, b) => Date.parse(b.taken_at) - Date.parse(a.taken_at) || byKey(a, b));
  of.over.sort((a, b) => endOf(b) - endOf(a) || byKey(a, b));
  return (['active', 'upcoming', 'cancelled', 'over'] as const).map((phase) => ({ phase, notices: of[phase] })).filter((s) => s.notices.length > 0);
}

// ---- findings

const SEVERITIES: Finding['severity'][] = ['distress', 'conflict', 'warning', 'caution', 'advisory'];
// The most severe with how many there are of it; what the marks beside them say already (late, no minimum) apart.
export function worst(findings: readonly Finding[]): { severity: Finding['severity']; count: number } | null {
  const against = findings.filter((f) => f.code !== 'late' && f.code !== 'no_minimum');
  for (const severity of SEVERITIES) {
    const count = against.filter((f) => f.severity === severity).length;
    if (count) return { severity, count };
  }
  return null;
}

// ---- limits

// As a notice writes them: "surface", "FL95", "3000ft amsl", "500ft agl", "9550ft pressure", "1000m ellipsoid", "unlimited".
export function readLimit(text: string): Limit | null {
  if (text === 'surface' || text === 'unlimited') return { reference: text };
  const level = /^FL(\d+)$/.exec(text);
  if (level) return { reference: 'pressure', height_ft: Number(level[1]) * 100 };
  const m = /^(\d+(?:\.\d+)?)(ft|m) (amsl|agl|pressure|ellipsoid)$/.exec(text);
  if (!m) return null;
  const references = { amsl: 'mean_sea_level', agl: 'above_ground', pressure: 'pressure', ellipsoid: 'ellipsoid' } as const;
  return { reference: references[m[3] as keyof typeof references], height_ft: Number(m[1]) * (m[2] === 'm' ? 1 / 0.3048 : 1) };
}
export function limitWords(text: string, units: Units): string {
  const limit = readLimit(text);
  // A flight level that is none in whole hundreds keeps the words it came with.
  if (!limit || (limit.reference === 'pressure' && (limit.height_ft ?? 0) % 100 !== 0)) return text;
  return limitText(limit, units, text);
}
