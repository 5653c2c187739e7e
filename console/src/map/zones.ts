// Zones as OpenLayers features. The line says the rule: solid keep clear, dashed caution, double protected
// site, dotted corridor. Colour changes only when an alert speaks of the zone.

import Feature from 'ol/Feature';
import Point from 'ol/geom/Point';
import Polygon from 'ol/geom/Polygon';
import VectorLayer from 'ol/layer/Vector';
import VectorSource from 'ol/source/Vector';
import { Fill, Stroke, Style, Text } from 'ol/style';
import { destination, METRES_PER_NM, type Stereographic } from '../lib/geo';
import type { Zone } from '../live/live.svelte';
import type { Box, View } from './painter';
import type { Palette } from './palette';

type Plane = [number, number];

function circle(projection: Stereographic, lat: number, lon: number, radius_m: number): Plane[] {
  const ring: Plane[] = [];
  for (let k = 0; k < 90; k++) ring.push(projection.xy(...destination(lat, lon, k * 4, radius_m)));
  return ring;
}

function outline(projection: Stereographic, z: Zone, centre?: [number, number]): Plane[] {
  if (z.centre && z.radius_nm !== undefined) {
    const [lat, lon] = centre ?? [z.centre[0]!, z.centre[1]!];
    return circle(projection, lat, lon, (z.radius_nm + (z.buffer_nm ?? 0)) * METRES_PER_NM);
  }
  return (z.outline ?? []).map((p) => projection.xy(p[0]!, p[1]!));
}

const DASH: Record<Zone['rule'], number[] | undefined> = {
  keep_clear: undefined,
  caution: [10, 6],
  protected_site: undefined,
  corridor: [2, 5],
  clearance: [14, 4, 2, 4],
  flight_plan: [6, 3],
};

// Of the label's font, px.
const CHARACTER = 6.6;
const LINE = 14;
const GAP = 5; // between edge and name

// #rrggbb as rgba().
function translucent(hex: string, alpha: number): string {
  const n = parseInt(hex.slice(1, 7), 16);
  return `rgba(${n >> 16}, ${(n >> 8) & 255}, ${n & 255}, ${alpha})`;
}

export class ZoneLayer {
  private readonly source = new VectorSource();
  readonly layer = new VectorLayer({ source: this.source, declutter: true });
  private labels: { at: Plane; columns: number; lines: number }[] = [];

  // Where the names of the zones stand on the screen: above their northern edge, off what flies inside.
  labelBoxes(view: View): Box[] {
    return this.labels.map(({ at, columns, lines }) => {
      const w = columns * CHARACTER + 6;
      const h = lines * LINE;
      return { x: view.width / 2 + (at[0] - view.x) / view.resolution - w / 2, y: view.height / 2 - (at[1] - view.y) / view.resolution - GAP - h, w, h };
    });
  }

  update(zones: Iterable<Zone>, projection: Stereographic, palette: Palette, alerted: ReadonlyMap<string, string>, title: (z: Zone) => string): void {
    this.source.clear(true);
    this.labels = [];
    for (const z of zones) {
      const ring = outline(projection, z);
      if (ring.length < 3 || ring.some((p) => Number.isNaN(p[0]))) continue;
      const alert = alerted.get(z.id);
      const colour = alert ?? palette.zone;
      const f = new Feature(new Polygon([[...ring, ring[0]!]]));
      const text = title(z);
      const top = ring.reduce((a, b) => (b[1] > a[1] ? b : a));
      const lines = text.split('\n');
      this.labels.push({ at: top, columns: Math.max(...lines.map((l) => l.length)), lines: lines.length });
      const stroke = (width: number, c: string) => new Stroke({ color: c, width, ...(DASH[z.rule] ? { lineDash: DASH[z.rule]! } : {}) });
      const styles = [
        new Style({
          stroke: stroke(z.rule === 'protected_site' ? 5 : alert ? 2.5 : 1.5, colour),
          fill: new Fill({ color: translucent(colour, alert ? 0.16 : 0.06) }),
        }),
        new Style({
          geometry: new Point(top),
          text: new Text({
            text,
            font: '11px "JetBrains Mono", monospace',
            fill: new Fill({ color: colour }),
            stroke: new Stroke({ color: palette.ground, width: 3 }),
            textBaseline: 'bottom',
            offsetY: -GAP,
            overflow: true,
          }),
        }),
      ];
      if (z.rule === 'protected_site') styles.push(new Style({ stroke: new Stroke({ color: palette.ground, width: 2 }) }));
      f.setStyle(styles);
      f.setId(z.id);
      this.source.addFeature(f);
    }
  }
}
