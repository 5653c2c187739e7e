// What an alert says, in the reader's language and units, made from the values that the node sends.

import { subjectName, type Alert, type AwaitedAnswer, type Reason } from '../lib/alerts';
import { ageText, clockText, countdownText, distanceText, heightText } from '../lib/format';
import { METRES_PER_NM } from '../lib/geo';
import { settings } from '../live/settings.svelte';
import { isolated, t, word, type Key } from './i18n.svelte';

// A horizontal length as a desk reads it: metres where it is short.
function lengthText(metres: number): string {
  return metres < 1852 ? `${Math.round(metres)} m` : distanceText(metres / METRES_PER_NM, settings.units);
}

function trackName(id: number | undefined, alert: Alert): string {
  const subject = alert.subjects.find((s) => s.track === id);
  return subject ? subjectName(subject) : `#${id}`;
}

export function signalText(r: { squawk?: string; emergency?: string }): string {
  const parts = [];
  if (r.squawk) parts.push(word('squawk', r.squawk));
  if (r.emergency) parts.push(word('emergency', r.emergency));
  return parts.join(', ');
}

export function reasonText(r: Reason, alert: Alert): string {
  const key = r.code === 'clearance' && r.name === undefined ? 'reason.clearance_none' : `reason.${r.code}`;
  const values: Record<string, string> = {};
  const put = (name: string, text: string) => (values[name] = text);
  if (r.track !== undefined) put('track', trackName(r.track, alert));
  if (r.tolerance_ft !== undefined) put('tolerance', heightText(r.tolerance_ft, settings.units));
  if (r.altitude_error_ft !== undefined) put('altitude_error', heightText(r.altitude_error_ft, settings.units));
  if (r.selected_altitude_ft !== undefined) put('selected_altitude', heightText(r.selected_altitude_ft, settings.units));
  if (r.uncertainty_m !== undefined) put('uncertainty', lengthText(r.uncertainty_m));
  if (r.buffer_nm !== undefined) put('buffer', lengthText(r.buffer_nm * METRES_PER_NM));
  if (r.radius_nm !== undefined) put('radius', distanceText(r.radius_nm, settings.units));
  if (r.age_s !== undefined) put('age', ageText(r.age_s));
  if (r.since !== undefined) put('since', clockText(Date.parse(r.since)));
  if (r.source !== undefined) put('source', word('source', r.source));
  if (r.method !== undefined) put('method', word('method', r.method));
  if (r.rule !== undefined) put('rule', word('rule', r.rule));
  if (r.breach !== undefined) put('breach', word('breach', r.breach));
  if (r.distance_m !== undefined) put('distance', lengthText(r.distance_m));
  if (r.name !== undefined) put('name', r.name);
  if (r.code === 'signals' || r.code === 'signalled') put('signal', signalText(r));
  for (const name of ['aircraft', 'jumped', 'lost_integrity', 'limit'] as const) if (r[name] !== undefined) put(name, String(r[name]));
  const text = t(key as Key, values);
  // A code of a newer node: its English is better than nothing.
  return text === key ? r.text : text;
}

// What the aircraft does about the zone, without a time: the card counts down beside it. Empty where the state says it.
export function zonePhrase(alert: Alert): string {
  const leaving = alert.reasons.some((r) => r.rule === 'corridor');
  switch (alert.state) {
    case 'predicted':
      return t(leaving ? 'alert.will_leave' : 'alert.will_enter');
    case 'infringed':
      return leaving ? t('alert.has_left', { distance: distanceText(alert.prediction?.horizontal_now_nm, settings.units) }) : t('alert.is_inside');
    case 'clearing':
      return leaving ? '' : t('alert.is_clear');
    default:
      return '';
  }
}

// The line below the heading of what is no pair and no zone. `party`: the name of the one that it is about.
export function alertLine(alert: Alert, now_ms: number, party = alert.party ?? ''): string {
  if (alert.kind === 'sharing' && (alert.state === 'clearing' || alert.state === 'ended')) return t('alert.sharing_back');
  const reason = alert.reasons[0];
  if (!reason) return '';
  if (alert.kind === 'feed') {
    if (alert.state === 'clearing' || alert.state === 'ended') return t('alert.feed_back');
    return t('alert.feed_silent', { age: ageText((now_ms - Date.parse(reason.since ?? '')) / 1000) });
  }
  if (alert.kind === 'sharing') {
    return t('alert.sharing_missing', { party, since: clockText(Date.parse(reason.since ?? '')), aircraft: String(reason.aircraft ?? 0) });
  }
  return reasonText(reason, alert);
}

// One sentence for a screen reader, spoken when an alert gets worse.
export function announcementOf(alert: Alert, now_ms: number): string {
  const names = alert.subjects.map((s) => isolated(subjectName(s))).join(', ') || (alert.feed ?? alert.party ?? word('kind', alert.kind));
  const severity = `${word('severity', alert.severity)}, ${word('kind', alert.kind)}`;
  const p = alert.prediction;
  if (alert.kind === 'conflict' && p)
    return t('alert.said_conflict', {
      severity, names,
      distance: distanceText(p.horizontal_at_closest_nm, settings.units),
      height: p.vertical_at_closest_ft === undefined ? t('alert.vertical_unknown') : heightText(p.vertical_at_closest_ft, settings.units),
      time: countdownText((Date.parse(p.closest_at) - now_ms) / 1000),
    });
  const more = alert.kind === 'zone' ? `${zonePhrase(alert)} ${isolated(alert.zone_name || alert.zone || '')}` : alert.kind === 'distress' ? signalText(alert) : alertLine(alert, now_ms);
  return `${t('alert.said', { severity, names })} ${more}`.trim();
}

// The same of an answer that should have come.
export function overdueText(awaited: AwaitedAnswer, party: string, now_ms: number): string {
  const time = countdownText((now_ms - Date.parse(awaited.since)) / 1000);
  return `${t('answer.said', { party: isolated(party), time })} ${awaited.call ? t('answer.call', { whom: awaited.call }) : ''}`.trim();
}
