// One line that says what an entry of the record is about, in the reader's language and units.

import { clockText, distanceText, heightText } from '../lib/format';
import { SUMMARY_LENGTH, type Entry } from '../ledger/entry';
import { live } from '../live/live.svelte';
import { settings } from '../live/settings.svelte';
import { isolated, t, word } from './i18n.svelte';

type Json = Record<string, unknown>;
const text = (v: unknown): string => (typeof v === 'string' ? v : typeof v === 'number' ? String(v) : '');
const list = (v: unknown): Json[] => (Array.isArray(v) ? (v as Json[]) : []);
const short = (s: string): string => (s.length > SUMMARY_LENGTH ? `${s.slice(0, SUMMARY_LENGTH)}…` : s);
const join = (...parts: string[]): string => parts.filter(Boolean).map((p) => isolated(short(p))).join(' · ');

export const isFormal = (type: string): boolean => type === 'statement' || type === 'received' || type === 'terms';

export function entrySummary(e: Entry): string {
  const b = (e.body ?? {}) as Json;
  switch (e.type) {
    case 'alert': {
      const names = list(b['subjects']).map((s) => text(s['callsign']) || text(s['address'])).join(' ↔ ');
      return join(word('severity', text(b['severity'])), text(b['kind']) && word('kind', text(b['kind'])), word('state', text(b['state'])), names, text(b['zone_name']) || text(b['zone']), text(b['feed']));
    }
    case 'started': {
      const m = (b['minima_default'] ?? {}) as Json;
      return join(text(b['version']), m['horizontal_nm'] === undefined ? '' : `${distanceText(Number(m['horizontal_nm']), settings.units)} / ${heightText(Number(m['vertical_ft']), settings.units)}`);
    }
    case 'traffic': {
      const messages = list(b['sources']).reduce((n, s) => n + Number(s['messages'] ?? 0), 0);
      return join(`${clockText(Date.parse(text(b['since'])))}–${clockText(Date.parse(text(b['until'])))}`, t('record.traffic', { sources: String(list(b['sources']).length), messages: String(messages) }));
    }
    case 'verdict':
      return join(`${clockText(Date.parse(text(b['from'])))}–${clockText(Date.parse(text(b['to'])))}`, word('finding', text(b['finding'])), list(b['doubts']).map((d) => word('doubt', text(d))).join(', '), text(b['evidence']).slice(0, 16));
    case 'verdict_compared': {
      const key = b['same_evidence'] === true ? 'alert.verdict_same' : b['agrees'] === true ? 'alert.verdict_agrees' : 'alert.verdict_differs';
      return join(clockText(Date.parse(text(b['from']))), word('finding', text(b['finding'])), t(key, { party: live.partyName(text(b['party'])), finding: word('finding', text(b['their_finding'])) }));
    }
    case 'zone':
      return join(text(b['name']) || text(b['id']), text(b['rule']) && word('rule', text(b['rule'])));
    case 'feed':
      return join(text(b['name']), text(b['state']) && word('feed', text(b['state'])));
    case 'statement':
    case 'received': {
      if (b['terms'] !== undefined) return join(text(b['terms']).slice(0, 16), t('record.part', { part: text(b['part']), of: text(b['of']) }), text(b['origin']) && t('record.received_from', { origin: text(b['origin']) }));
      let stated: Json = {};
      try {
        stated = JSON.parse(text(b['note']).split('\n')[0] ?? '') as Json;
      } catch {
        // A note that cannot be read says so on its own page.
      }
      return join(word('stated', text(stated['type'])), live.partyName(text(stated['party'])), text(b['origin']) && t('record.received_from', { origin: text(b['origin']) }));
    }
    case 'terms':
      return join(text(b['terms']).slice(0, 16), t('record.part', { part: text(b['part']), of: text(b['of']) }));
    default:
      return join(text(b['name']), text(b['id']), text(b['reason']));
  }
}
