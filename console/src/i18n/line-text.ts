// What a message of the duty line says, in the reader's language.

import { phraseOf, saidText } from '../line/line';
import type { Message } from '../line/view';
import { line } from '../live/line.svelte';
import { live } from '../live/live.svelte';
import { settings } from '../live/settings.svelte';
import { bearingText } from '../lib/format';
import { t } from './i18n.svelte';
import type { Place } from '../line/view';

export function lineText(m: Message): string {
  switch (m.type) {
    case 'check':
      return t('line.is_check');
    case 'handover':
      return t('line.is_handover', { desk: m.body.desk ?? '?', who: m.body.to ?? '?' });
    case 'notice':
      return t(m.body.notice?.state === 'changed' ? 'line.is_notice_changed' : m.body.notice?.state === 'cancelled' ? 'line.is_notice_cancelled' : 'line.is_notice', { number: m.body.notice?.number ?? '?', activity: m.body.notice?.activity ?? '?' });
    case 'case':
      return t('line.is_case');
    case 'call':
      return saidText(m, settings.language);
  }
}

// A call that answers nothing but asks or says something; of the phrases, their first one's group.
export const groupTitle = (number: number): string => {
  const group = line.book?.groups.find((g) => g.phrases.some((p) => p.number === number));
  return group && phraseOf(line.book, number) ? (group.title[settings.language] ?? group.id) : '';
};

export const partyText = (id: string): string => live.partyName(id);

// "045° true, 12.3 NM (22.8 km) from Larnaca (LCLK)": both units, because the two desks may count in different ones.
export function nearText(p: Place): string {
  const near = p.near;
  if (!near) return t('line.near_none');
  const place = near.code ? `${near.name} (${near.code})` : near.name;
  if (near.distance_nm * 1852 < 100) return t('line.near_at', { place });
  return t('line.near', { bearing: bearingText(near.bearing_deg), distance: `${near.distance_nm.toFixed(1)} NM`, distance_km: `${(near.distance_nm * 1.852).toFixed(1)} km`, place });
}
