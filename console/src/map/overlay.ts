// What lies over the picture and changes with the pointer, the tools and the flashing of what nobody has
// acknowledged. Little is drawn here, so it may be drawn often.

import { closestApproach, destination, leg, METRES_PER_NM, type Mover, type Stereographic } from '../lib/geo';
import { bearingText, countdownText, distanceText, heightText, type Units } from '../lib/format';
import type { Sky } from '../live/sky';
import { FONT_SIZE, type View } from './painter';
import type { LabelField } from './labels';
import type { Palette } from './palette';

export interface PairLine {
  a: number; // track ids
  b: number;
  colour: string;
  label: string;
  flash: boolean;
}
export interface Ring {
  track: number;
  colour: string;
  flash: boolean;
}

export interface OverlayOptions {
  palette: Palette;
  units: Units;
  projection: Stereographic;
  rings_nm: number; // 0: none
  site: [number, number] | null;
  pairs: PairLine[];
  marks: Ring[];
  flashOn: boolean;
  measure: [number, number][];
  separation: number[];
  drawn: [number, number][];
  drawKind: 'circle' | 'polygon' | null;
  pointer: [number, number] | null; // lat, lon
  picked: [number, number] | null;
  selected: number | null;
}

const FONT = `${FONT_SIZE}px "JetBrains Mono", monospace`;

type Point = [number, number];

const RING_LABEL_ABOVE = 7; // px over its ring
const EARTH_RADIUS_M = 6371000;

// The range rings that can be seen, and where each is labelled: on its top, CSS pixels.
export function ringLabels(view: View, spacing: number, units: Units): { x: number; y: number; radius: number; text: string }[] {
  const centre: Point = [view.width / 2 - view.x / view.resolution, view.height / 2 + view.y / view.resolution];
  const far = Math.hypot(Math.abs(centre[0] - view.width / 2) + view.width / 2, Math.abs(centre[1] - view.height / 2) + view.height / 2);
  const spacing_m = spacing * (units === 'metric' ? 1000 : METRES_PER_NM);
  // From afar only every second, fifth … ring, so that they stay apart.
  const step = [1, 2, 5, 10, 20, 50].find((n) => (n * spacing_m) / view.resolution > 55) ?? 100;
  const rings = [];
  for (let k = step; k <= 40 * step; k += step) {
    const d = (k * spacing_m) / (2 * EARTH_RADIUS_M);
    if (d > 1) break;
    const radius = (2 * EARTH_RADIUS_M * Math.tan(d)) / view.resolution;
    if (radius > far) break;
    rings.push({ x: centre[0], y: centre[1] - radius - RING_LABEL_ABOVE, radius, text: `${k * spacing} ${units === 'metric' ? 'km' : 'NM'}` });
  }
  return rings;
}

export class Overlay {
  private ctx!: CanvasRenderingContext2D;
  private view!: View;
  private o!: OverlayOptions;

  begin(canvas: HTMLCanvasElement, view: View, o: OverlayOptions): CanvasRenderingContext2D {
    const ctx = canvas.getContext('2d')!;
    ctx.setTransform(1, 0, 0, 1, 0, 0);
    ctx.clearRect(0, 0, canvas.width, canvas.height);
    ctx.setTransform(view.ratio, 0, 0, view.ratio, 0, 0);
    ctx.font = FONT;
    ctx.direction = 'ltr';
    ctx.textBaseline = 'middle';
    this.ctx = ctx;
    this.view = view;
    this.o = o;
    return ctx;
  }

  pixel(lat: number, lon: number): Point {
    const [x, y] = this.o.projection.xy(lat, lon);
    return [this.view.width / 2 + (x - this.view.x) / this.view.resolution, this.view.height / 2 - (y - this.view.y) / this.view.resolution];
  }

  private text(text: string, x: number, y: number, colour: string, align: CanvasTextAlign = 'center'): void {
    const { ctx } = this;
    ctx.textAlign = align;
    const w = ctx.measureText(text).width + 8;
    const left = align === 'center' ? x - w / 2 : align === 'right' ? x - w : x;
    ctx.globalAlpha = 0.8;
    ctx.fillStyle = this.o.palette.ground;
    ctx.fillRect(left, y - 9, w, 18);
    ctx.globalAlpha = 1;
    ctx.fillStyle = colour;
    ctx.fillText(text, align === 'center' ? x : align === 'right' ? x - 4 : x + 4, y + 1);
    ctx.textAlign = 'start';
  }

  private line(points: Point[], colour: string, dash: number[], width = 1): void {
    const { ctx } = this;
    ctx.strokeStyle = colour;
    ctx.lineWidth = width;
    ctx.setLineDash(dash);
    ctx.beginPath();
    points.forEach(([x, y], i) => (i ? ctx.lineTo(x, y) : ctx.moveTo(x, y)));
    ctx.stroke();
    ctx.setLineDash([]);
  }

  // Around the plane's centre, where circles of distance are circles on the screen.
  rings(): void {
    const { ctx, o, view } = this;
    if (o.rings_nm <= 0) return;
    ctx.lineWidth = 1;
    let centre: Point = [0, 0];
    for (const ring of ringLabels(view, o.rings_nm, o.units)) {
      centre = [ring.x, ring.y + ring.radius + RING_LABEL_ABOVE];
      ctx.strokeStyle = o.palette.border;
      ctx.beginPath();
      ctx.arc(centre[0], centre[1], ring.radius, 0, 2 * Math.PI);
      ctx.stroke();
      ctx.fillStyle = o.palette.dim;
      ctx.textAlign = 'center';
      ctx.fillText(ring.text, ring.x, ring.y);
      ctx.textAlign = 'start';
    }
    ctx.beginPath();
    ctx.moveTo(centre[0] - 6, centre[1]);
    ctx.lineTo(centre[0] + 6, centre[1]);
    ctx.moveTo(centre[0], centre[1] - 6);
    ctx.lineTo(centre[0], centre[1] + 6);
    ctx.strokeStyle = o.palette.dim;
    ctx.stroke();
  }

  alerts(sky: Sky, field: LabelField): void {
    const { ctx, o } = this;
    const at = (id: number): Point | null => {
      const row = sky.row(id);
      return row < 0 || !(sky.columns.flags[row]! & 1) ? null : this.pixel(sky.columns.lat[row]!, sky.columns.lon[row]!);
    };
    for (const p of o.pairs) {
      const a = at(p.a);
      const b = at(p.b);
      if (!a || !b) continue;
      this.line([a, b], p.colour, [3, 3], 1);
      const ma = mover(sky, p.a);
      const mb = mover(sky, p.b);
      if (ma && mb) {
        const c = closestApproach(ma, mb);
        if (c.t_s > 5) {
          for (const [from, to] of [[a, c.a], [b, c.b]] as [Point, [number, number]][]) {
            const g = this.pixel(to[0], to[1]);
            this.line([from, g], p.colour, [1, 4]);
            this.ghost(g, p.colour);
          }
        }
      }
      if (Math.hypot(a[0] - b[0], a[1] - b[1]) > 90) this.pairLabel(p, a, b, field);
    }
    for (const m of o.marks) {
      const p = at(m.track);
      if (!p || (m.flash && !o.flashOn)) continue;
      ctx.strokeStyle = m.colour;
      ctx.lineWidth = 2;
      ctx.beginPath();
      ctx.arc(p[0], p[1], 13, 0, 2 * Math.PI);
      ctx.stroke();
    }
    if (o.selected !== null) {
      const p = at(o.selected);
      if (p) {
        ctx.strokeStyle = o.palette.own;
        ctx.lineWidth = 1.5;
        for (const [sx, sy] of [[-1, -1], [1, -1], [1, 1], [-1, 1]] as Point[]) {
          ctx.beginPath();
          ctx.moveTo(p[0] + sx * 16, p[1] + sy * 9);
          ctx.lineTo(p[0] + sx * 16, p[1] + sy * 16);
          ctx.lineTo(p[0] + sx * 9, p[1] + sy * 16);
          ctx.stroke();
        }
      }
    }
  }

  // On the line between the two, where it covers no data block; nowhere rather than over one, the card has it too.
  private pairLabel(p: PairLine, a: Point, b: Point, field: LabelField): void {
    const w = this.ctx.measureText(p.label).width + 8;
    for (const k of [0.5, 0.42, 0.58, 0.34, 0.66])
      for (const down of [0, 18, -18]) {
        const x = a[0] + (b[0] - a[0]) * k;
        const y = a[1] + (b[1] - a[1]) * k + down;
        if (!field.covered(x - w / 2, y - 9, w, 18)) return this.text(p.label, x, y, p.colour);
      }
  }

  private ghost([x, y]: Point, colour: string): void {
    this.ctx.strokeStyle = colour;
    this.ctx.lineWidth = 1;
    this.ctx.setLineDash([2, 2]);
    this.ctx.strokeRect(x - 5, y - 5, 10, 10);
    this.ctx.setLineDash([]);
  }

  tools(sky: Sky): void {
    const { o } = this;
    const colour = o.palette.own;
    const ends = o.measure.length === 1 && o.pointer ? [o.measure[0]!, o.pointer] : o.measure;
    if (ends.length >= 2) {
      const l = leg(ends[0]![0], ends[0]![1], ends[1]![0], ends[1]![1]);
      const a = this.pixel(...ends[0]!);
      const b = this.pixel(...ends[1]!);
      this.line([a, b], colour, []);
      this.text(`${bearingText(l.bearing_deg)} ${distanceText(l.distance_m / METRES_PER_NM, o.units)}`, (a[0] + b[0]) / 2, (a[1] + b[1]) / 2, colour);
    }
    if (o.separation.length === 2) {
      const ma = mover(sky, o.separation[0]!);
      const mb = mover(sky, o.separation[1]!);
      if (ma && mb) {
        const c = closestApproach(ma, mb);
        const l = leg(ma.lat, ma.lon, mb.lat, mb.lon);
        const a = this.pixel(ma.lat, ma.lon);
        const b = this.pixel(mb.lat, mb.lon);
        const ga = this.pixel(...c.a);
        const gb = this.pixel(...c.b);
        this.line([a, b], colour, [6, 4]);
        this.line([a, ga], colour, [1, 4]);
        this.line([b, gb], colour, [1, 4]);
        this.line([ga, gb], colour, []);
        this.ghost(ga, colour);
        this.ghost(gb, colour);
        this.text(`${bearingText(l.bearing_deg)} ${distanceText(l.distance_m / METRES_PER_NM, o.units)}`, (a[0] + b[0]) / 2, (a[1] + b[1]) / 2, colour);
        const vertical = Number.isNaN(c.vertical_ft) ? '' : ` / ${heightText(c.vertical_ft, o.units)}`;
        this.text(`↧ ${distanceText(c.horizontal_nm, o.units)}${vertical} ${countdownText(c.t_s)}`, (ga[0] + gb[0]) / 2, (ga[1] + gb[1]) / 2 + 18, colour);
      }
    } else if (o.separation.length === 1) {
      const m = mover(sky, o.separation[0]!);
      if (m && o.pointer) this.line([this.pixel(m.lat, m.lon), this.pixel(...o.pointer)], colour, [6, 4]);
    }
    if (o.drawKind === 'circle' && o.drawn.length >= 1) {
      const rim = o.drawn[1] ?? o.pointer;
      if (rim) {
        const l = leg(o.drawn[0]![0], o.drawn[0]![1], rim[0], rim[1]);
        const ring: Point[] = [];
        for (let k = 0; k <= 72; k++) ring.push(this.pixel(...destination(o.drawn[0]![0], o.drawn[0]![1], k * 5, l.distance_m)));
        this.line(ring, colour, []);
        const c = this.pixel(...o.drawn[0]!);
        this.text(distanceText(l.distance_m / METRES_PER_NM, o.units), c[0], c[1], colour);
      }
    }
    if (o.drawKind === 'polygon' && o.drawn.length >= 1) {
      const points = o.drawn.map((p) => this.pixel(...p));
      if (o.pointer) points.push(this.pixel(...o.pointer));
      points.push(points[0]!);
      this.line(points, colour, [4, 3]);
      for (const p of o.drawn) this.ghost(this.pixel(...p), colour);
    }
    if (o.picked) {
      const [x, y] = this.pixel(...o.picked);
      this.line([[x - 9, y], [x + 9, y]], colour, [], 2);
      this.line([[x, y - 9], [x, y + 9]], colour, [], 2);
    }
  }
}

export function mover(sky: Sky, id: number): Mover | null {
  const row = sky.row(id);
  if (row < 0 || !(sky.columns.flags[row]! & 1)) return null;
  const c = sky.columns;
  return {
    lat: c.lat[row]!,
    lon: c.lon[row]!,
    speed_kt: c.speed_kt[row]!,
    track_deg: c.track_deg[row]!,
    altitude_ft: c.altitude_ft[row]!,
    climb_fpm: c.climb_fpm[row]!,
  };
}
