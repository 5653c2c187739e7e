// Words and files around zones.

import type { components } from '../api/schema';
import { heightText, pad, type Units } from './format';

type Limit = components['schemas']['VerticalLimit'];

export function limitText(limit: Limit | undefined, units: Units, absent: string): string {
  if (!limit) return absent;
  const h = limit.height_ft ?? 0;
  switch (limit.reference) {
    case 'surface':
      return 'SFC';
    case 'unlimited':
      return 'UNL';
    case 'pressure':
      return `FL${pad(Math.round(h / 100), 3)}`;
    case 'mean_sea_level':
      return `${heightText(h, units)} AMSL`;
    case 'above_ground':
      return `${heightText(h, units)} AGL`;
    case 'ellipsoid':
      return `${heightText(h, units)} WGS-84`;
  }
}

// FL100, 5000, 5000ft, 1500m, SFC, UNL, "2000 AGL". Null: not understood. A bare number is feet above mean
// sea level, which the form says.
export function parseLimit(text: string): Limit | null {
  const s = text.trim().toUpperCase().replace(/\s+/g, ' ');
  if (/^(SFC|GND|SURFACE)$/.test(s)) return { reference: 'surface' };
  if (/^(UNL|UNLIM|UNLIMITED)$/.test(s)) return { reference: 'unlimited' };
  const level = /^FL ?(\d{1,3})$/.exec(s);
  if (level) return { reference: 'pressure', height_ft: Number(level[1]) * 100 };
  const height = /^(\d{1,6}(?:\.\d+)?) ?(FT|M)? ?(AMSL|MSL|AGL)?$/.exec(s);
  if (!height) return null;
  const ft = Number(height[1]) * (height[2] === 'M' ? 1 / 0.3048 : 1);
  return { reference: height[3] === 'AGL' ? 'above_ground' : 'mean_sea_level', height_ft: Math.round(ft * 10) / 10 };
}

// Which door of the API a file goes through, by its name and, failing that, by how it begins.
export function zoneFileType(name: string, text: string): string | null {
  const ending = name.toLowerCase().split('.').pop() ?? '';
  const start = text.trimStart().slice(0, 400);
  if (ending === 'kml' || start.includes('<kml')) return 'application/vnd.google-earth.kml+xml';
  if (ending === 'geojson' || ending === 'json' || start.startsWith('{')) return 'application/geo+json';
  if (ending === 'txt' || ending === 'air' || ending === 'openair' || /^(\*|AC )/m.test(start)) return 'text/plain';
  return null;
}
