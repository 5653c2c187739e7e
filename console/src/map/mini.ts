// A map the size of a card as paths of SVG: the corridors of a request with the coasts and borders around them. It is looked at, not moved. Pure.

import { METRES_PER_NM, Stereographic } from '../lib/geo';
import type { LatLon } from '../notices/shape';
import type { Corridor } from '../requests/requests';

export interface Mini {
  projection: Stereographic;
  radius_nm: number;
  coast: (lines: readonly (readonly [number, number])[][]) => string;
  corridors: { party: string; area: string; way: string }[];
  points: { name: string; x: number; y: number }[];
}

const LEAST_NM = 15;
const MARGIN = 1.3; // of what is shown around the corridors
const turn = (deg: number): number => ((((deg + 180) % 360) + 360) % 360) - 180;
const place = (v: number): string => v.toFixed(1);

// width, height: of the drawing. null: nothing to draw.
export function miniMap(corridors: readonly Corridor[], width: number, height: number): Mini | null {
  const all = corridors.flatMap((c) => [...c.ring, ...c.line]);
  const first = all[0];
  if (!first) return null;
  const lats = all.map((p) => p[0]);
  const east = all.map((p) => turn(p[1] - first[1])); // across the antimeridian too
  const lat = (Math.min(...lats) + Math.max(...lats)) / 2;
  const projection = new Stereographic(lat, turn(first[1] + (Math.min(...east) + Math.max(...east)) / 2));
  const plane = all.map((p) => projection.xy(p[0], p[1]));
  const reach = (k: 0 | 1) => Math.max(...plane.map((p) => Math.abs(p[k])).filter(Number.isFinite), 0);
  const metres = Math.max(Math.max(reach(0) / width, reach(1) / height) * 2 * MARGIN, (2 * LEAST_NM * METRES_PER_NM) / Math.min(width, height)); // of one unit of the drawing
  const at = ([la, lo]: LatLon): [number, number] => {
    const [x, y] = projection.xy(la, lo);
    return [width / 2 + x / metres, height / 2 - y / metres];
  };
  const path = (line: readonly LatLon[], closed: boolean): string => line.map((p, i) => `${i ? 'L' : 'M'}${at(p).map(place).join(' ')}`).join('') + (closed ? 'Z' : '');
  const seen = (p: [number, number]) => p[0] > -width && p[0] < 2 * width && p[1] > -height && p[1] < 2 * height;
  const radius_nm = (Math.hypot(width, height) * metres) / 2 / METRES_PER_NM;
  const degrees = (3 * radius_nm) / 60;

  const points: Mini['points'] = [];
  for (const c of corridors)
    for (const [name, p] of [[c.entry, c.line[0]!], [c.exit, c.line.at(-1)!]] as const) {
      const [x, y] = at(p);
      if (!points.some((q) => q.name === name && Math.hypot(q.x - x, q.y - y) < 2)) points.push({ name, x, y });
    }
  return {
    projection, radius_nm, points,
    corridors: corridors.map((c) => ({ party: c.party, area: c.ring.length >= 3 ? path(c.ring, true) : '', way: path(c.line, false) })),
    coast: (lines) => {
      let out = '';
      for (const line of lines) {
        let pen = false;
        for (const [lo, la] of line) {
          const near = Math.abs(la - lat) < degrees && (Math.abs(lat) > 75 || Math.abs(turn(lo - projection.lon0)) < degrees / Math.cos((lat * Math.PI) / 180));
          const p = near ? at([la, lo]) : null;
          if (!p || !seen(p)) {
            pen = false;
            continue;
          }
          out += `${pen ? 'L' : 'M'}${place(p[0])} ${place(p[1])}`;
          pen = true;
        }
      }
      return out;
    },
  };
}
