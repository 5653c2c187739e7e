// Values of a request in the reader's language and units.

import { KM_PER_NM } from '../lib/format';
import { formatPosition } from '../lib/position';
import { limitWords } from '../notices/notices';
import { settings } from '../live/settings.svelte';
import { live } from '../live/live.svelte';
import { durationS, lengthNm } from '../pact/terms';
import { longText, whenText } from './notice-text';
import { t, word } from './i18n.svelte';

export const levelsText = (floor: string, ceiling: string): string => t('rq.levels', { floor: limitWords(floor, settings.units), ceiling: limitWords(ceiling, settings.units) });

// "5nm" as the reader reads it; a width in metres keeps them.
export function widthText(width: string | undefined): string {
  if (!width?.endsWith('nm')) return (width ?? '').replace(/^([\d.]+)\s*/, '$1 ');
  const nm = lengthNm(width);
  return settings.units === 'metric' ? `${Number((nm * KM_PER_NM).toFixed(1))} km` : `${nm} NM`;
}
export const toleranceText = (tolerance: string | undefined): string => (tolerance ? longText(durationS(tolerance)) : '');

// Of a field of a request, as differences name it.
export function valueText(field: string, value: string): string {
  switch (field) {
    case 'purpose':
      return word('rqpurpose', value);
    case 'cargo':
      return word('rqcargo', value);
    case 'sensors':
    case 'armed':
      return t(value === 'true' ? 'rq.yes' : 'rq.no');
    case 'valid.from':
    case 'valid.to':
    case 'entry.at':
    case 'exit.at':
      return whenText(value);
    case 'floor':
    case 'ceiling':
      return limitWords(value, settings.units);
    case 'entry.position':
    case 'exit.position':
    case 'via':
      return value.split(' ').map((p) => formatPosition(...(p.split(',').map(Number) as [number, number]))).join(' · ');
    case 'half_width':
      return widthText(value);
    case 'tolerance':
      return toleranceText(value);
    case 'route':
      return value.split(' → ').map((p) => live.partyName(p)).join(' → ');
    default:
      return value;
  }
}
