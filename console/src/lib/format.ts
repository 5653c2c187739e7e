// Numbers as a duty officer reads them. Metric changes the unit, never the meaning; the unit always stands
// beside the number outside of data blocks.

import { FEET_PER_METRE } from './geo';

export const FEET = FEET_PER_METRE;
export const KM_PER_NM = 1.852;

export type Units = 'aviation' | 'metric';

export const pad = (n: number, width: number): string => String(Math.trunc(n)).padStart(width, '0');

// Level of a data block, three digits in hundreds of feet: F flight level, A altitude at or below the
// transition altitude, H height above the ellipsoid. Metric: tens of metres, S standard (pressure), M
// altitude, as ICAO Doc 4444 writes them; H as before.
export function levelText(
  altitude_ft: number,
  datum: 'pressure' | 'ellipsoid' | 'mean_sea_level',
  transition_ft: number,
  units: Units,
): string {
  if (Number.isNaN(altitude_ft)) return '---';
  const minus = altitude_ft < 0 ? '-' : '';
  const ft = Math.abs(altitude_ft);
  const high = datum === 'pressure' && altitude_ft > transition_ft;
  if (units === 'metric')
    return (datum === 'ellipsoid' ? 'H' : high ? 'S' : 'M') + minus + pad(Math.round(ft / FEET_PER_METRE / 10), 4);
  return (datum === 'ellipsoid' ? 'H' : high ? 'F' : 'A') + minus + pad(Math.round(ft / 100), 3);
}

// Trend of a data block; within 150 ft/min an aircraft is level.
export function trendText(climb_fpm: number): string {
  return climb_fpm > 150 ? '↑' : climb_fpm < -150 ? '↓' : '';
}

export function groupDigits(n: number): string {
  const s = String(Math.round(Math.abs(n)));
  let out = '';
  for (let i = 0; i < s.length; i++) out += (i > 0 && (s.length - i) % 3 === 0 ? '\u202f' : '') + s[i];
  return (n < 0 && Math.round(n) !== 0 ? '−' : '') + out;
}

export function distanceText(nm: number | undefined, units: Units): string {
  if (nm === undefined || Number.isNaN(nm)) return '—';
  const v = units === 'metric' ? nm * 1.852 : nm;
  return `${v < 100 ? v.toFixed(1) : groupDigits(v)} ${units === 'metric' ? 'km' : 'NM'}`;
}

export function heightText(ft: number | undefined, units: Units): string {
  if (ft === undefined || Number.isNaN(ft)) return '—';
  return units === 'metric' ? `${groupDigits(ft / FEET_PER_METRE)} m` : `${groupDigits(ft)} ft`;
}

export function speedText(kt: number | undefined, units: Units): string {
  if (kt === undefined || Number.isNaN(kt)) return '—';
  return units === 'metric' ? `${groupDigits(kt * 1.852)} km/h` : `${groupDigits(kt)} kt`;
}

export function climbText(fpm: number | undefined, units: Units): string {
  if (fpm === undefined || Number.isNaN(fpm)) return '—';
  return units === 'metric' ? `${(fpm / FEET_PER_METRE / 60).toFixed(1)} m/s` : `${groupDigits(fpm)} ft/min`;
}

// Always three digits, 360 for north as aviation says it.
export function bearingText(deg: number | undefined): string {
  if (deg === undefined || Number.isNaN(deg)) return '—';
  const r = ((Math.round(deg) % 360) + 360) % 360;
  return pad(r === 0 ? 360 : r, 3) + '°';
}

export function squawkText(squawk: number): string {
  return squawk < 0 ? '' : pad(squawk, 4);
}

// Time of day, always UTC and always with its Z.
export function clockText(ms: number): string {
  if (!Number.isFinite(ms)) return '--:--:--Z';
  const d = new Date(ms);
  return `${pad(d.getUTCHours(), 2)}:${pad(d.getUTCMinutes(), 2)}:${pad(d.getUTCSeconds(), 2)}Z`;
}

export function dateText(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

// A time to go: 0:42, 12:05; past times carry a minus.
export function countdownText(seconds: number): string {
  if (!Number.isFinite(seconds)) return '—';
  const s = Math.round(Math.abs(seconds));
  return `${seconds < 0 && s > 0 ? '−' : ''}${Math.floor(s / 60)}:${pad(s % 60, 2)}`;
}

// A longer time to go: 12 d 4 h, 5 h 03 min; below an hour as a countdown.
export function timeToGoText(seconds: number): string {
  if (!Number.isFinite(seconds)) return '—';
  const minutes = Math.floor(Math.abs(seconds) / 60);
  const minus = seconds < 0 ? '−' : '';
  if (minutes >= 48 * 60) return `${minus}${Math.floor(minutes / 1440)} d ${Math.floor((minutes % 1440) / 60)} h`;
  if (minutes >= 60) return `${minus}${Math.floor(minutes / 60)} h ${pad(minutes % 60, 2)} min`;
  return countdownText(seconds);
}

export function ageText(seconds: number | undefined): string {
  if (seconds === undefined || Number.isNaN(seconds)) return '—';
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 120) return `${Math.round(seconds)} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  return `${Math.round(seconds / 3600)} h`;
}

// How far another clock is ahead, and the bound: "+3 ms ±20 ms". The offset stays away where it is within the bound.
export function offsetText(ahead_s: number, bound_s: number): string {
  const ms = (s: number) => (Math.abs(s) >= 9.9995 ? `${s.toFixed(0)} s` : Math.abs(s) >= 0.9995 ? `${s.toFixed(1)} s` : `${Math.round(s * 1000)} ms`);
  const bound = `±${bound_s < 0.001 ? '1 ms' : ms(bound_s)}`;
  return Math.abs(ahead_s) <= bound_s ? bound : `${ahead_s > 0 ? '+' : '−'}${ms(Math.abs(ahead_s))} ${bound}`;
}

export function bytesText(n: number | undefined): string {
  if (n === undefined) return '—';
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let i = 0;
  while (n >= 1000 && i < units.length - 1) {
    n /= 1000;
    i++;
  }
  return `${i === 0 || n >= 100 ? Math.round(n) : n.toFixed(1)} ${units[i]}`;
}
