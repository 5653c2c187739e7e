// The order of the rail, and what its cards are made of.

import type { components } from '../api/schema';

export type Alert = components['schemas']['Alert'];
export type Reason = components['schemas']['Reason'];
export type Subject = components['schemas']['Subject'];
export type Intention = components['schemas']['Intention'];

export const RANK: Record<Alert['severity'], number> = { advisory: 1, caution: 2, warning: 3, conflict: 4, distress: 5 };

// Seconds until the event the alert warns of: closest approach, and for a zone the entry. Infinity where the
// alert has no such moment.
export function secondsToEvent(alert: Alert, now_ms: number): number {
  const p = alert.prediction;
  // What clears has no such moment any more, nor has who is inside a zone; the last prediction must not count on.
  if (!p || alert.state === 'clearing' || alert.state === 'ended' || (alert.kind === 'zone' && alert.state === 'infringed')) return Infinity;
  // Nor has a loss in which the two come no nearer, side by side.
  const nearer = p.horizontal_at_closest_nm < p.horizontal_now_nm - 0.05 || (p.vertical_at_closest_ft ?? 0) < (p.vertical_now_ft ?? 0) - 50;
  if (isLost(alert) && !nearer) return Infinity;
  const at = Date.parse(alert.kind === 'zone' ? p.infringed_from : p.closest_at);
  return (at - now_ms) / 1000;
}

export function isDistress(alert: Alert): boolean {
  return alert.kind === 'distress' || alert.severity === 'distress';
}

// Separation lost, or inside a zone, now. A silent feed is in this state too, but nobody is near anybody for it.
export function isLost(alert: Alert): boolean {
  return alert.state === 'infringed' && (alert.kind === 'conflict' || alert.kind === 'zone');
}

// How much of the minima is left of what is lost: 0 a collision, 1 just lost, more where only the uncertainty of a
// position makes it count as lost. Who is inside a zone stands between the two. In quarters, so that cards keep their
// places while the numbers tremble.
function left(alert: Alert): number {
  const p = alert.prediction;
  if (alert.kind !== 'conflict' || !p) return 1;
  const horizontal = p.horizontal_now_nm / p.minima.horizontal_nm;
  const vertical = p.vertical_now_ft === undefined ? 0 : p.vertical_now_ft / p.minima.vertical_ft;
  return Math.floor(4 * Math.max(horizontal, vertical)) / 4;
}

// Distress first (oldest first, it has waited longest), then minima lost now, the nearest first, then what comes soonest,
// then the rest by severity and age. The id makes the order total, so cards never swap on equal keys.
export function urgency(a: Alert, b: Alert, now_ms: number): number {
  const d = Number(isDistress(b)) - Number(isDistress(a));
  if (d) return d;
  if (isDistress(a)) return Date.parse(a.raised_at) - Date.parse(b.raised_at) || a.id - b.id;
  const lost = Number(isLost(b)) - Number(isLost(a));
  if (lost) return lost;
  if (isLost(a) && left(a) !== left(b)) return left(a) - left(b);
  const ta = secondsToEvent(a, now_ms);
  const tb = secondsToEvent(b, now_ms);
  // What has passed is no longer urgent, unless its minima are still lost (above).
  const ka = ta < 0 ? 1e9 - ta : ta;
  const kb = tb < 0 ? 1e9 - tb : tb;
  if (ka !== kb) return ka < kb ? -1 : 1;
  return RANK[b.severity] - RANK[a.severity] || Date.parse(a.raised_at) - Date.parse(b.raised_at) || a.id - b.id;
}

// Which clause of which version asks for the distances, in no language's words: "minima.default", "minima.state · corridor v3 5f2a91c0b3d4".
export function clauseText(p: NonNullable<Alert['prediction']>): string {
  if (!p.minima_origin) return p.minima_source;
  const one = (o: { clause: string; version: string }) => (o.version === 'config' ? o.clause : `${o.clause} · ${o.version}`);
  const horizontal = one(p.minima_origin.horizontal), vertical = one(p.minima_origin.vertical);
  return horizontal === vertical ? horizontal : `${horizontal} / ${vertical}`;
}

export type AwaitedAnswer = components['schemas']['AwaitedAnswer'];

// What should have come and has not.
export function overdueAnswers(alert: Alert): AwaitedAnswer[] {
  return alert.state === 'ended' ? [] : (alert.awaited ?? []).filter((a) => a.stage !== 'waiting');
}

// Parties with an aircraft in it that have said nothing, here or by their own node, and of whom no agreement says how long to wait.
export function silentParties(alert: Alert): string[] {
  const parties = [...new Set(alert.subjects.map((s) => s.party))].filter((id) => id && id !== 'unknown');
  const spoke = (id: string) => acknowledgedBy(alert, id) || (alert.peer_alerts ?? []).some((p) => p.party === id && p.acknowledgements.some((a) => a.party === id));
  return parties.filter((id) => !spoke(id) && !(alert.awaited ?? []).some((a) => a.party === id));
}

export function acknowledgedBy(alert: Alert, party: string): boolean {
  return alert.acknowledgements.some((a) => a.party === party);
}

// Ended alerts leave the rail, but never one that waits for an acknowledgement, and never distress.
export function staysInRail(alert: Alert): boolean {
  return alert.state !== 'ended' || alert.latched;
}

export function subjectName(s: Subject): string {
  // Of two aircraft under one address the second's key ends in ~2; a callsign is taken for both.
  return s.callsign ? s.callsign + (/~2$/.exec(s.key)?.[0] ?? '') : s.key;
}
