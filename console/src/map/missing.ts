// Where the picture is incomplete, hatched: the area in which aircraft may be that only another party told of, since its tracks
// ceased. Hatching is no colour of a zone: there is no rule here, only nothing to be seen.

import Feature from 'ol/Feature';
import Point from 'ol/geom/Point';
import Polygon from 'ol/geom/Polygon';
import VectorLayer from 'ol/layer/Vector';
import VectorSource from 'ol/source/Vector';
import { Fill, Stroke, Style, Text } from 'ol/style';
import type { Stereographic } from '../lib/geo';
import type { Palette } from './palette';

export interface MissingArea {
  outline: number[][]; // [lat_deg, lon_deg]
  label: string;
}

const STEP = 12; // px between two lines

function hatching(colour: string): CanvasPattern | string {
  const tile = document.createElement('canvas');
  tile.width = tile.height = STEP;
  const ctx = tile.getContext('2d');
  if (!ctx) return 'transparent';
  ctx.strokeStyle = colour;
  ctx.globalAlpha = 0.55;
  ctx.lineWidth = 1.5;
  ctx.beginPath();
  // The corners too, so that the lines of neighbouring tiles meet.
  for (const shift of [-STEP, 0, STEP]) {
    ctx.moveTo(shift - 1, STEP + 1);
    ctx.lineTo(shift + STEP + 1, -1);
  }
  ctx.stroke();
  return ctx.createPattern(tile, 'repeat') ?? 'transparent';
}

export class MissingLayer {
  private readonly source = new VectorSource();
  readonly layer = new VectorLayer({ source: this.source, declutter: true });

  update(areas: readonly MissingArea[], projection: Stereographic, palette: Palette): void {
    this.source.clear(true);
    if (!areas.length) return;
    const fill = new Fill({ color: hatching(palette.predicted) });
    for (const area of areas) {
      const ring = area.outline.map((p) => projection.xy(p[0]!, p[1]!));
      if (ring.length < 3 || ring.some((p) => Number.isNaN(p[0]))) continue;
      const top = ring.reduce((a, b) => (b[1] > a[1] ? b : a));
      const f = new Feature(new Polygon([[...ring, ring[0]!]]));
      f.setStyle([
        new Style({ fill, stroke: new Stroke({ color: palette.predicted, width: 1.5, lineDash: [6, 4] }) }),
        new Style({
          geometry: new Point(top),
          text: new Text({
            text: area.label,
            font: '11px "JetBrains Mono", monospace',
            fill: new Fill({ color: palette.predicted }),
            stroke: new Stroke({ color: palette.ground, width: 3 }),
            textBaseline: 'bottom',
            offsetY: -5,
            overflow: true,
          }),
        }),
      ]);
      this.source.addFeature(f);
    }
  }
}
