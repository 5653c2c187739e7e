// Plans of flights and constraints as values: what a person puts in becomes what the node is asked, and volumes become shapes of a map.

import type { Schemas } from '../api/client';
import { METRES_PER_NM } from '../lib/geo';
import type { Zone } from '../live/live.svelte';

export type Plan = Schemas['Plan'];
export type OthersPlan = Schemas['OthersPlan'];
export type PlanAnswer = Schemas['PlanAnswer'];
export type PlanFinding = Schemas['PlanFinding'];
export type PlanNotice = Schemas['PlanNotice'];
export type PlanNote = Schemas['PlanNote'];
export type PlanRequest = Partial<Schemas['PlanRequest']>; // what has a default may be left out

interface Altitude { value: number; reference: string; units: string }
interface Stamp { value: string; format: string }
export interface Volume {
  volume: { outline_polygon?: { vertices: { lat: number; lng: number }[] }; outline_circle?: { center: { lat: number; lng: number }; radius: { value: number; units: string } }; altitude_lower?: Altitude; altitude_upper?: Altitude };
  time_start?: Stamp;
  time_end?: Stamp;
}

// What is drawn together: one plan's volumes.
export interface Drawn { id: string; name: string; kind: 'own' | 'other' | 'constraint'; volumes: Volume[] }

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

export const fromMs = (v: Volume): number => (v.time_start ? Date.parse(v.time_start.value) : Number.NEGATIVE_INFINITY);
export const toMs = (v: Volume): number => (v.time_end ? Date.parse(v.time_end.value) : Number.POSITIVE_INFINITY);

// A polygon of GeoJSON, whose altitudes and times stand in its properties.
function volumesOfGeoJson(value: Record<string, unknown>): Volume[] | null {
  if (value['type'] === 'FeatureCollection' && Array.isArray(value['features'])) {
    const all = value['features'].map((f) => (isObject(f) ? volumesOfGeoJson(f) : null));
    return all.some((v) => v === null) ? null : all.flatMap((v) => v ?? []);
  }
  if (value['type'] !== 'Feature' || !isObject(value['geometry'])) return null;
  const { type, coordinates } = value['geometry'] as { type?: unknown; coordinates?: unknown };
  const rings = coordinates as [number, number][][];
  if (type !== 'Polygon' || !Array.isArray(coordinates) || coordinates.length !== 1 || !Array.isArray(rings[0])) return null;
  const properties = isObject(value['properties']) ? value['properties'] : {};
  const altitude = (name: string) => (typeof properties[name] === 'number' ? { value: properties[name], reference: 'W84', units: 'M' } : undefined);
  const time = (name: string) => (typeof properties[name] === 'string' ? { value: properties[name], format: 'RFC3339' } : undefined);
  const vertices = rings[0].slice(0, -1).map(([lng, lat]) => ({ lat, lng }));
  const whole: Volume = { volume: { outline_polygon: { vertices } } };
  const lower = altitude('lower_m');
  const upper = altitude('upper_m');
  const start = time('time_start');
  const end = time('time_end');
  if (lower) whole.volume.altitude_lower = lower;
  if (upper) whole.volume.altitude_upper = upper;
  if (start) whole.time_start = start;
  if (end) whole.time_end = end;
  return [whole];
}

// The text of an ICAO flight plan, volumes of F3548-21 wherever they stand in a message, or GeoJSON. null: none of these.
export function readInput(text: string): Pick<PlanRequest, 'volumes' | 'icao_flight_plan'> | null {
  const trimmed = text.trim();
  if (/^\(?\s*FPL\s*-/i.test(trimmed)) return { icao_flight_plan: trimmed };
  let value: unknown;
  try {
    value = JSON.parse(trimmed);
  } catch {
    return null;
  }
  if (isObject(value) && isObject(value['operational_intent'])) value = value['operational_intent'];
  if (isObject(value) && isObject(value['details'])) value = value['details'];
  const list = Array.isArray(value) ? value : isObject(value) ? (value['volumes'] ?? value['extents'] ?? (value['volume'] ? [value] : volumesOfGeoJson(value))) : null;
  return Array.isArray(list) && list.length ? { volumes: list as Record<string, never>[] } : null;
}

const RULES: Record<Drawn['kind'], Zone['rule']> = { own: 'corridor', other: 'keep_clear', constraint: 'caution' };

// What is there at that time; all where none is given.
export function shapesOf(drawn: readonly Drawn[], at?: number): Zone[] {
  return drawn.flatMap((d) =>
    d.volumes.flatMap((v, i): Zone[] => {
      if (at !== undefined && !(fromMs(v) <= at && at < toMs(v))) return [];
      const zone: Zone = { id: `${d.id} ${i}`, rule: RULES[d.kind], name: d.name };
      const circle = v.volume.outline_circle;
      const polygon = v.volume.outline_polygon;
      if (circle) return [{ ...zone, centre: [circle.center.lat, circle.center.lng], radius_nm: circle.radius.value / METRES_PER_NM }];
      return polygon ? [{ ...zone, outline: polygon.vertices.map((p) => [p.lat, p.lng]) }] : [];
    }),
  );
}

export interface Span { from: number; to: number; lower: number; upper: number }
const finite = (values: number[]): number[] => values.filter(Number.isFinite);

// All times and altitudes of what is drawn; null where it has none.
export function spanOf(drawn: readonly Drawn[]): Span | null {
  const all = drawn.flatMap((d) => d.volumes);
  const times = finite(all.flatMap((v) => [fromMs(v), toMs(v)]));
  const heights = finite(all.flatMap((v) => [v.volume.altitude_lower?.value ?? NaN, v.volume.altitude_upper?.value ?? NaN]));
  if (!times.length) return null;
  return { from: Math.min(...times), to: Math.max(...times), lower: heights.length ? Math.min(...heights) : 0, upper: heights.length ? Math.max(...heights) : 1 };
}
