// What was found of a notice, in the reader's language, from its values.

import type { Finding, Notice } from '../notices/notices';
import { live } from '../live/live.svelte';
import { clockText, dateText, pad } from '../lib/format';
import { t, word, type Key } from './i18n.svelte';

export const whenText = (iso: string): string => `${dateText(Date.parse(iso))} ${clockText(Date.parse(iso)).slice(0, 5)}Z`;
// Of a span: the day of its end only where it is another.
export function spanText(from_ms: number, to_ms: number): string {
  const from = `${dateText(from_ms)} ${clockText(from_ms).slice(0, 5)}Z`;
  const to = `${clockText(to_ms).slice(0, 5)}Z`;
  return dateText(from_ms) === dateText(to_ms) ? `${from} – ${to}` : `${from} – ${dateText(to_ms)} ${to}`;
}
// As a pact writes times: 20 min, 71 h 05 min, 72 h.
export function longText(seconds: number): string {
  const minutes = Math.round(Math.abs(seconds) / 60);
  if (minutes < 60) return minutes ? `${minutes} min` : `${Math.round(Math.abs(seconds))} s`;
  const [h, m] = [Math.floor(minutes / 60), minutes % 60];
  return m && h < 100 ? `${h} h ${pad(m, 2)} min` : `${h} h`;
}

// How much notice was given against what is agreed; '' where it is not late.
export function lateText(n: Pick<Notice, 'late_by_s' | 'minimum_s'>): string {
  if (n.late_by_s === undefined || n.minimum_s === undefined) return '';
  const given = n.minimum_s - n.late_by_s;
  return t(given < 0 ? 'nt.late_begun' : 'nt.late_given', { given: longText(given), wanted: longText(n.minimum_s) });
}

export function findingText(f: Finding): string {
  const key = f.code === 'late' && (f.given_s ?? 0) < 0 ? 'nfind.late_begun' : (`nfind.${f.code}` as Key);
  const said = t(key, {
    id: f.id ?? '', name: f.name || f.id || '', party: f.party ? live.partyName(f.party) : '?', kind: f.kind ? word('nkind', f.kind) : '', rule: f.rule ? word('rule', f.rule) : '', count: f.count ?? 0,
    after: longText(f.after_s ?? 0), given: longText(f.given_s ?? 0), wanted: longText(f.wanted_s ?? 0),
  });
  if (said === key) return f.text; // a code of a newer node
  const parts = [said];
  if (f.from && f.to && f.code.endsWith('overlap')) parts.push(t('nfind.common', { from: whenText(f.from), to: whenText(f.to) }));
  if (f.vertical_unknown) parts.push(t('nfind.vertical_unknown'));
  return parts.join('; ');
}
