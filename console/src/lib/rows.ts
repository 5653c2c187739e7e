// The track table's order and filter, over the frame's columns: an array of row numbers, no object a track.

import type { Columns } from '../api/picture';
import { Flag, addressText, SOURCES, CLASSES } from '../api/picture';
import { squawkText } from './format';

export type SortKey = 'callsign' | 'address' | 'party' | 'class' | 'altitude' | 'speed' | 'track' | 'climb' | 'squawk' | 'age' | 'source' | 'life' | 'severity';

export interface TableQuery {
  text: string; // callsign, address, squawk or party badge
  heardOnly: boolean; // only what is heard but not located
  alertsOnly: boolean;
  key: SortKey;
  descending: boolean;
}

export function filterAndSort(c: Columns, q: TableQuery, badges: readonly string[], nameOf: (row: number) => string): Int32Array {
  const needle = q.text.trim().toUpperCase();
  const rows: number[] = [];
  for (let i = 0; i < c.count; i++) {
    if (q.heardOnly && c.flags[i]! & Flag.located) continue;
    if (q.alertsOnly && c.severity[i] === 0 && !(c.flags[i]! & Flag.emergency)) continue;
    if (needle) {
      const hay = `${nameOf(i)} ${addressText(c.addressKind[i]!, c.address[i]!)} ${squawkText(c.squawk[i]!)} ${badges[c.party[i]!] ?? ''}`.toUpperCase();
      if (!hay.includes(needle)) continue;
    }
    rows.push(i);
  }
  const number: Partial<Record<SortKey, ArrayLike<number>>> = {
    altitude: c.altitude_ft,
    speed: c.speed_kt,
    track: c.track_deg,
    climb: c.climb_fpm,
    squawk: c.squawk,
    age: c.age_s,
    life: c.life,
    severity: c.severity,
  };
  const text: Partial<Record<SortKey, (i: number) => string>> = {
    callsign: nameOf,
    address: (i) => addressText(c.addressKind[i]!, c.address[i]!),
    party: (i) => badges[c.party[i]!] ?? '',
    class: (i) => CLASSES[c.kind[i]!] ?? '',
    source: (i) => SOURCES[c.source[i]!] ?? '',
  };
  const sign = q.descending ? -1 : 1;
  const numbers = number[q.key];
  const texts = text[q.key];
  // What is not known goes last, whichever way; the id makes the order total.
  rows.sort((a, b) => {
    if (numbers) {
      const x = numbers[a]!;
      const y = numbers[b]!;
      const ux = Number.isNaN(x) || (q.key === 'squawk' && x < 0);
      const uy = Number.isNaN(y) || (q.key === 'squawk' && y < 0);
      if (ux !== uy) return ux ? 1 : -1;
      if (!ux && x !== y) return (x - y) * sign;
    } else if (texts) {
      const x = texts(a);
      const y = texts(b);
      if ((x === '') !== (y === '')) return x === '' ? 1 : -1;
      if (x !== y) return x < y ? -sign : sign;
    }
    return c.id[a]! - c.id[b]!;
  });
  return Int32Array.from(rows);
}
