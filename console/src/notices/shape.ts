// The area of a notice as the map's zones, drawn from what was said; the zone of the watch, which the node makes, holds all of it. Pure.

import type { Schemas } from '../api/client';
import { destination, leg, METRES_PER_NM } from '../lib/geo';
import type { Zone } from '../live/live.svelte';
import { lengthNm } from '../pact/terms';
import { isDangerous, type Kind } from './notices';

export type LatLon = [number, number];
export type Geometry = Schemas['NoticeGeometry'];

const turn = (deg: number): number => ((((deg + 180) % 360) + 360) % 360) - 180;
const BEND = 15; // degrees between the points of a bend
const SHARPEST = 0.34; // of cos(half the turn): where a bend is sharper its inner corner stays as near as this

// Along one side of the line, and around its end.
function side(line: LatLon[], half_m: number): LatLon[] {
  const out: LatLon[] = [];
  const put = (p: LatLon, bearing: number, distance = half_m) => out.push(destination(p[0], p[1], bearing, distance));
  const arc = (p: LatLon, from: number, by: number) => {
    const steps = Math.max(1, Math.ceil(Math.abs(by) / BEND));
    for (let i = 0; i <= steps; i++) put(p, from + (by * i) / steps);
  };
  for (let i = 0; i < line.length; i++) {
    const here = line[i]!;
    const before = line[i - 1];
    const after = line[i + 1];
    const into = before ? leg(here[0], here[1], before[0], before[1]).bearing_deg + 180 : NaN;
    const outOf = after ? leg(here[0], here[1], after[0], after[1]).bearing_deg : NaN;
    if (!before) put(here, outOf - 90);
    else if (!after) arc(here, into - 90, 180);
    else {
      const by = turn(outOf - into);
      if (by > 0) arc(here, into - 90, by);
      else put(here, into + by / 2 - 90, half_m / Math.max(SHARPEST, Math.cos((by / 2) * (Math.PI / 180))));
    }
  }
  return out;
}

// All that is within half the width of the line. A line that turns back sharply has a ring that crosses itself: good enough to look at.
export function corridorRing(line: LatLon[], half_m: number): LatLon[] {
  const there = line.filter((p, i) => i === 0 || p[0] !== line[i - 1]![0] || p[1] !== line[i - 1]![1]);
  if (there.length < 2 || !(half_m > 0)) return [];
  return [...side(there, half_m), ...side([...there].reverse(), half_m)];
}

// Between two parallels, which bend on the map, and eastward from the first meridian to the second.
export function boxRing(southWest: LatLon, northEast: LatLon): LatLon[] {
  const width = (((northEast[1] - southWest[1]) % 360) + 360) % 360;
  if (!(northEast[0] > southWest[0]) || width === 0) return [];
  const steps = Math.max(1, Math.ceil(width));
  const along = (lat: number): LatLon[] => Array.from({ length: steps + 1 }, (_, i) => [lat, turn(southWest[1] + (width * i) / steps)]);
  return [...along(southWest[0]), ...along(northEast[0]).reverse()];
}

export interface Named {
  id: string;
  name: string;
  kind: Kind;
  geometry: Geometry;
}
// null: nothing that could be drawn.
export function shapeOf({ id, name, kind, geometry: g }: Named): Zone | null {
  const zone: Zone = { id, name, rule: isDangerous(kind) ? 'keep_clear' : 'caution' };
  switch (g.shape) {
    case 'circle': {
      const radius = lengthNm(g.radius);
      return g.centre && radius > 0 ? { ...zone, centre: g.centre, radius_nm: radius } : null;
    }
    case 'box': {
      const ring = g.south_west && g.north_east ? boxRing(g.south_west as LatLon, g.north_east as LatLon) : [];
      return ring.length ? { ...zone, outline: ring } : null;
    }
    case 'corridor': {
      const ring = corridorRing((g.line ?? []) as LatLon[], lengthNm(g.half_width) * METRES_PER_NM);
      return ring.length ? { ...zone, outline: ring } : null;
    }
    case 'polygon':
    case 'block':
      return (g.outline?.length ?? 0) >= 3 ? { ...zone, outline: g.outline! } : null;
  }
}

// In the middle of what was drawn, and how far it reaches: to show it in the picture.
export function middleOf(z: Zone): { lat: number; lon: number; span_nm: number } | null {
  if (z.centre) return { lat: z.centre[0]!, lon: z.centre[1]!, span_nm: Math.max(10, 3 * (z.radius_nm ?? 0)) };
  const points = (z.outline ?? []) as LatLon[];
  const first = points[0];
  if (!first) return null;
  const lat = (Math.min(...points.map((p) => p[0])) + Math.max(...points.map((p) => p[0]))) / 2;
  const east = points.map((p) => turn(p[1] - first[1]));
  const lon = turn(first[1] + (Math.min(...east) + Math.max(...east)) / 2);
  const reach = Math.max(...points.map((p) => leg(lat, lon, p[0], p[1]).distance_m)) / METRES_PER_NM;
  return { lat, lon, span_nm: Math.max(10, 3 * reach) };
}
