// Paints one sky on a canvas: history dots, speed vectors, symbols, data blocks. Runs once a tick and while
// the map moves; 20,000 tracks without a GPU, so: typed arrays, sprites, lines in batches, no object a track.
//
// Under load detail goes in this order, and `Painted.reduced` says so on the screen: dots, vectors and
// minimal blocks of traffic that is not concerned. Symbols, and everything of concerned traffic, never go.

import { Flag } from '../api/picture';
import { levelText, pad, trendText, type Units } from '../lib/format';
import type { Sky } from '../live/sky';
import { DOTS } from '../live/sky';
import { LabelField, Weight } from './labels';
import { Tone, toneColour, type Palette } from './palette';

export interface View {
  x: number; // centre on the plane, metres
  y: number;
  resolution: number; // metres of the plane per CSS pixel
  width: number; // CSS pixels
  height: number;
  ratio: number; // device pixels per CSS pixel
}

export interface PaintOptions {
  palette: Palette;
  units: Units;
  transition_ft: number;
  vectorMinutes: number;
  dots: boolean;
  labels: 'concerned' | 'all' | 'none';
  ownParty: number; // index, -1 if none
  badges: readonly string[];
  selected: number | null;
  floor_ft: number | null;
  ceiling_ft: number | null;
  warnings: ReadonlyMap<number, string>; // by track id: line 0
  names: (id: number) => string | undefined; // of reports and manual tracks, and aircraft types
  types: (id: number) => string | undefined;
  obstacles: readonly Box[]; // labels of others, which data blocks keep off
}

export interface Box {
  x: number; // CSS pixels, top left
  y: number;
  w: number;
  h: number;
}

export interface Painted {
  visible: number;
  filtered: number; // hidden by the level filter
  unlocated: number; // heard, without a position
  reduced: boolean;
}

const MAX_DOTTED = 2500;
const MAX_VECTORED = 6000;
const MAX_MINIMAL = 500;
const MOST_COVERED = 24; // cost of a place (map/labels.ts) beyond which it hides something
const MAX_FULL = 400; // blocks of concerned traffic, the gravest first
const SYMBOL = 15; // CSS pixels, sprite edge
const HALF = (SYMBOL - 1) / 2;
export const LINE_HEIGHT = 14;
export const FONT_SIZE = 12;
const FONT = `${FONT_SIZE}px "JetBrains Mono", monospace`;
const FONT_STRONG = `700 ${FONT_SIZE}px "JetBrains Mono", monospace`;

export class Painter {
  // What is on the screen, for hit tests: rows and their pixels.
  visible = 0;
  rows = new Int32Array(1024);
  px = new Float32Array(1024);
  py = new Float32Array(1024);
  tone = new Uint8Array(1024);

  readonly field = new LabelField(); // what the last painting covered
  private readonly placedBefore = new Map<number, number>();
  private readonly blocked = new Set<number>(); // tracks whose full block the last painting shows
  private readonly sprites = new Map<number, HTMLCanvasElement>();
  private spritePalette: Palette | null = null;
  private spriteRatio = 0;
  private charWidth = 7.2;
  private readonly vectorOut: [number, number] = [0, 0];

  paint(canvas: HTMLCanvasElement, sky: Sky, view: View, o: PaintOptions): Painted {
    const ctx = canvas.getContext('2d', { alpha: true })!;
    ctx.setTransform(1, 0, 0, 1, 0, 0);
    ctx.clearRect(0, 0, canvas.width, canvas.height);
    ctx.setTransform(view.ratio, 0, 0, view.ratio, 0, 0);
    if (this.spritePalette !== o.palette || this.spriteRatio !== view.ratio) {
      this.sprites.clear();
      this.spritePalette = o.palette;
      this.spriteRatio = view.ratio;
    }
    const { filtered, unlocated } = this.gather(sky, view, o);
    const n = this.visible;
    if (o.dots) this.paintDots(ctx, sky, view, o, n > MAX_DOTTED);
    if (o.vectorMinutes > 0) this.paintVectors(ctx, sky, view, o, n > MAX_VECTORED);
    this.paintSymbols(ctx, sky, o, view);
    this.blocked.clear();
    let reduced = (o.dots && n > MAX_DOTTED) || (o.vectorMinutes > 0 && n > MAX_VECTORED);
    if (o.labels !== 'none') {
      if (!this.paintLabels(ctx, sky, view, o)) reduced = true;
    }
    return { visible: n, filtered, unlocated, reduced };
  }

  private gather(sky: Sky, view: View, o: PaintOptions): { filtered: number; unlocated: number } {
    const c = sky.columns;
    if (this.rows.length < c.count) {
      this.rows = new Int32Array(c.capacity);
      this.px = new Float32Array(c.capacity);
      this.py = new Float32Array(c.capacity);
      this.tone = new Uint8Array(c.capacity);
    }
    const margin = 20;
    const { width, height } = view;
    const k = 1 / view.resolution;
    const x0 = width / 2 - view.x * k;
    const y0 = height / 2 + view.y * k;
    let n = 0;
    let filtered = 0;
    let unlocated = 0;
    for (let i = 0; i < c.count; i++) {
      if (!(c.flags[i]! & Flag.located)) {
        unlocated++;
        continue;
      }
      const px = x0 + sky.x[i]! * k;
      const py = y0 - sky.y[i]! * k;
      if (!(px > -margin && px < width + margin && py > -margin && py < height + margin)) continue;
      const severity = c.severity[i]!;
      const tone =
        severity === 5 || c.flags[i]! & Flag.emergency
          ? Tone.distress
          : severity === 4
            ? Tone.conflict
            : severity > 0
              ? Tone.predicted
              : c.id[i] === o.selected || (o.ownParty > 0 && c.party[i] === o.ownParty)
                ? Tone.own
                : Tone.other;
      // The level filter never hides what an alert concerns, nor what is selected.
      if (tone < Tone.predicted && c.id[i] !== o.selected) {
        const alt = c.altitude_ft[i]!;
        if ((o.floor_ft !== null && alt < o.floor_ft) || (o.ceiling_ft !== null && alt > o.ceiling_ft)) {
          filtered++;
          continue;
        }
      }
      this.rows[n] = i;
      this.px[n] = px;
      this.py[n] = py;
      this.tone[n] = tone;
      n++;
    }
    this.visible = n;
    return { filtered, unlocated };
  }

  private paintDots(ctx: CanvasRenderingContext2D, sky: Sky, view: View, o: PaintOptions, concernedOnly: boolean): void {
    const k = 1 / view.resolution;
    const x0 = view.width / 2 - view.x * k;
    const y0 = view.height / 2 + view.y * k;
    for (let tone = Tone.other as number; tone <= Tone.distress; tone++) {
      if (concernedOnly && tone === Tone.other) continue;
      ctx.fillStyle = toneColour(o.palette, tone);
      for (let age = 0; age < DOTS; age++) {
        ctx.globalAlpha = 0.7 - age * 0.13;
        for (let j = 0; j < this.visible; j++) {
          if (this.tone[j] !== tone) continue;
          const slot = sky.slotOfRow[this.rows[j]!]!;
          const d = sky.dotCount[slot]! - 1 - age;
          if (d < 0) continue;
          const dx = x0 + sky.dotX[slot * DOTS + d]! * k;
          const dy = y0 - sky.dotY[slot * DOTS + d]! * k;
          ctx.fillRect(Math.round(dx) - 1, Math.round(dy) - 1, 2, 2);
        }
      }
    }
    ctx.globalAlpha = 1;
  }

  // The speed vector of a row in pixels, right and down; null where none is shown: standing, on the ground, stale.
  // Straight on the plane: over eight minutes the geodesic differs by less than a pixel. True north is up
  // only on the centre's meridian, so its convergence at the aircraft is taken off.
  private vector(sky: Sky, i: number, view: View, o: PaintOptions): [number, number] | null {
    const c = sky.columns;
    const speed = c.speed_kt[i]!;
    if (!(speed > 1) || c.life[i]! > 1 || c.flags[i]! & Flag.onGround) return null;
    const direction = (c.track_deg[i]! * Math.PI) / 180 - sky.projection.convergence(c.lat[i]!, c.lon[i]!);
    const length = (speed * o.vectorMinutes * 60 * 1852) / 3600 / view.resolution;
    this.vectorOut[0] = length * Math.sin(direction);
    this.vectorOut[1] = -length * Math.cos(direction);
    return this.vectorOut;
  }

  private paintVectors(ctx: CanvasRenderingContext2D, sky: Sky, view: View, o: PaintOptions, concernedOnly: boolean): void {
    ctx.lineWidth = 1;
    for (let tone = Tone.other as number; tone <= Tone.distress; tone++) {
      if (concernedOnly && tone === Tone.other) continue;
      ctx.strokeStyle = toneColour(o.palette, tone);
      ctx.beginPath();
      let batch = 0;
      for (let j = 0; j < this.visible; j++) {
        if (this.tone[j] !== tone) continue;
        const v = this.vector(sky, this.rows[j]!, view, o);
        if (!v) continue;
        const px = this.px[j]!;
        const py = this.py[j]!;
        ctx.moveTo(px, py);
        ctx.lineTo(px + v[0], py + v[1]);
        if (++batch === 128) {
          ctx.stroke();
          ctx.beginPath();
          batch = 0;
        }
      }
      ctx.stroke();
    }
  }

  private paintSymbols(ctx: CanvasRenderingContext2D, sky: Sky, o: PaintOptions, view: View): void {
    const c = sky.columns;
    // The quiet first, so that what matters lies on top.
    for (let tone = Tone.other as number; tone <= Tone.distress; tone++)
      for (let j = 0; j < this.visible; j++) {
        if (this.tone[j] !== tone) continue;
        const i = this.rows[j]!;
        const sprite = this.sprite(c.kind[i]!, tone, c.life[i]!, (c.flags[i]! & Flag.suspect) !== 0, o, view.ratio);
        ctx.drawImage(sprite, Math.round(this.px[j]!) - HALF, Math.round(this.py[j]!) - HALF, SYMBOL, SYMBOL);
      }
  }

  private sprite(kind: number, tone: Tone, life: number, suspect: boolean, o: PaintOptions, ratio: number): HTMLCanvasElement {
    const key = kind * 64 + tone * 8 + Math.min(life, 3) * 2 + Number(suspect);
    let sprite = this.sprites.get(key);
    if (sprite) return sprite;
    sprite = document.createElement('canvas');
    sprite.width = sprite.height = Math.ceil(SYMBOL * ratio);
    const ctx = sprite.getContext('2d')!;
    ctx.scale(ratio, ratio);
    ctx.translate(SYMBOL / 2, SYMBOL / 2);
    ctx.globalAlpha = life >= 3 ? 0.45 : life === 2 ? 0.6 : 1;
    paintSymbol(ctx, kind, toneColour(o.palette, tone), o.palette.ground, tone !== Tone.other, suspect, life >= 2);
    this.sprites.set(key, sprite);
    return sprite;
  }

  // The lines of a track's full block.
  block(sky: Sky, i: number, o: PaintOptions): string[] {
    const c = sky.columns;
    const id = c.id[i]!;
    const flags = c.flags[i]!;
    const squawk = c.squawk[i]!;
    const line0: string[] = [];
    if (squawk === 7500) line0.push('HIJ');
    else if (squawk === 7600) line0.push('RCF');
    else if (squawk === 7700 || flags & Flag.emergency) line0.push('EMG');
    const warning = o.warnings.get(id);
    if (warning) line0.push(...warning.split(' ').filter((w) => !line0.includes(w)));
    else if (c.severity[i]! > 0 && c.severity[i]! < 5) line0.push(['', 'ADV', 'CAU', 'WRN', 'CNF'][c.severity[i]!]!);
    if (flags & Flag.suspect) line0.push('SUSPECT');
    if (flags & Flag.possiblySame) line0.push('≈SAME');
    const lines: string[] = [];
    if (line0.length) lines.push(line0.join(' '));

    const age = c.life[i]! >= 2 ? ` ${Math.round(c.age_s[i]!)}s` : '';
    const badge = o.badges[c.party[i]!] ?? '?';
    lines.push(`${this.name(sky, i, o)} ${badge}${age}`);

    const datum = flags & Flag.aboveEllipsoid ? 'ellipsoid' : flags & Flag.aboveSeaLevel ? 'mean_sea_level' : 'pressure';
    const speed = c.speed_kt[i]!;
    const tens = Number.isNaN(speed) ? '--' : pad(Math.round((o.units === 'metric' ? speed * 1.852 : speed) / 10), 2);
    const level = flags & Flag.onGround ? 'GND' : levelText(c.altitude_ft[i]!, datum, o.transition_ft, o.units);
    lines.push(`${level}${trendText(c.climb_fpm[i]!) || ' '}${tens}${o.types(id) ? ' ' + o.types(id) : ''}`);

    const selected = c.selected_ft[i]!;
    if (!Number.isNaN(selected) && Math.abs(selected - c.altitude_ft[i]!) > 250)
      lines.push('→' + levelText(selected, 'pressure', o.transition_ft, o.units));
    return lines;
  }

  name(sky: Sky, i: number, o: PaintOptions): string {
    const c = sky.columns;
    return c.callsign[i] || o.names(c.id[i]!) || (c.addressKind[i]! < 6 ? c.address[i]!.toString(16).toUpperCase().padStart(6, '0') : '…');
  }

  // False where blocks of traffic not concerned are left out.
  private paintLabels(ctx: CanvasRenderingContext2D, sky: Sky, view: View, o: PaintOptions): boolean {
    const c = sky.columns;
    ctx.font = FONT;
    ctx.direction = 'ltr';
    ctx.textBaseline = 'top';
    this.charWidth = ctx.measureText('0000000000').width / 10;
    this.field.reset(view.width, view.height);
    // The tools above and the legend below cover the map.
    this.field.mark(0, 0, view.width, 44, Weight.text);
    this.field.mark(0, view.height - 26, 380, 26, Weight.text);
    for (const b of o.obstacles) this.field.mark(b.x, b.y, b.w, b.h, Weight.text);
    for (let j = 0; j < this.visible; j++) this.field.mark(this.px[j]! - 6, this.py[j]! - 6, 12, 12, this.tone[j]! ? Weight.symbol : Weight.quiet);

    let minimal = this.visible <= MAX_MINIMAL;
    const full: number[] = [];
    for (let j = 0; j < this.visible; j++)
      if (this.tone[j] !== Tone.other || (o.labels === 'all' && minimal)) full.push(j);
    // The gravest first: they get the best place. At the same gravity the order is by track, so it is stable.
    full.sort((a, b) => this.tone[b]! - this.tone[a]! || c.id[this.rows[a]!]! - c.id[this.rows[b]!]!);
    full.length = Math.min(full.length, MAX_FULL);
    if (o.vectorMinutes > 0)
      for (const j of full) {
        const v = this.vector(sky, this.rows[j]!, view, o);
        if (v) this.field.markLine(this.px[j]!, this.py[j]!, this.px[j]! + v[0], this.py[j]! + v[1]);
      }
    let allFit = true;
    for (const j of full) if (!this.paintBlock(ctx, sky, j, view, o)) allFit = false;

    if (!minimal || o.labels === 'all') return allFit && minimal;
    ctx.font = FONT;
    ctx.globalAlpha = 0.9;
    ctx.fillStyle = o.palette.other;
    for (let j = 0; j < this.visible; j++) {
      if (this.tone[j] !== Tone.other) continue;
      const i = this.rows[j]!;
      const flags = c.flags[i]!;
      let text = this.name(sky, i, o);
      if (flags & Flag.possiblySame) text = '≈' + text;
      if (c.life[i]! >= 2) text += ` ${Math.round(c.age_s[i]!)}s`;
      const w = text.length * this.charWidth;
      const x = this.px[j]! + 10;
      const y = this.py[j]! - 7;
      const at = this.field.take(x, y, w, 13) ? x : this.field.take(this.px[j]! - 10 - w, y, w, 13) ? this.px[j]! - 10 - w : NaN;
      if (!Number.isNaN(at)) ctx.fillText(text, Math.round(at), Math.round(y));
    }
    ctx.globalAlpha = 1;
    return true;
  }

  // Traffic not concerned has a block only where it covers no other; what is concerned always has its own.
  private paintBlock(ctx: CanvasRenderingContext2D, sky: Sky, j: number, view: View, o: PaintOptions): boolean {
    const c = sky.columns;
    const i = this.rows[j]!;
    const id = c.id[i]!;
    const tone = this.tone[j]! as Tone;
    const lines = this.block(sky, i, o);
    let chars = 0;
    for (const l of lines) chars = Math.max(chars, l.length);
    const w = chars * this.charWidth + 6;
    const h = lines.length * LINE_HEIGHT + 3;
    const trackDir = c.speed_kt[i]! > 1 ? c.track_deg[i]! : NaN;
    const place = this.field.place(this.px[j]!, this.py[j]!, w, h, trackDir, this.placedBefore.get(id) ?? -1, tone === Tone.other ? MOST_COVERED : Infinity);
    if (!place) return false;
    this.placedBefore.set(id, place.candidate);
    this.blocked.add(id);
    if (this.placedBefore.size > 5000) this.placedBefore.clear();
    const faded = c.life[i]! >= 2;
    this.drawBlock(ctx, lines, this.px[j]!, this.py[j]!, place, w, h, toneColour(o.palette, tone), faded, o, view);
    return true;
  }

  private drawBlock(
    ctx: CanvasRenderingContext2D,
    lines: string[],
    px: number,
    py: number,
    place: { x: number; y: number; anchorX: number; anchorY: number },
    w: number,
    h: number,
    colour: string,
    faded: boolean,
    o: PaintOptions,
    view: View,
  ): void {
    const x = Math.round(Math.max(2, Math.min(view.width - w - 2, place.x)));
    const y = Math.round(Math.max(2, Math.min(view.height - h - 2, place.y)));
    ctx.globalAlpha = faded ? 0.7 : 1;
    // Leader from the symbol's edge to the block's.
    const dx = place.anchorX - px;
    const dy = place.anchorY - py;
    const length = Math.hypot(dx, dy) || 1;
    ctx.strokeStyle = colour;
    ctx.lineWidth = 1;
    ctx.beginPath();
    ctx.moveTo(px + (dx / length) * 8, py + (dy / length) * 8);
    ctx.lineTo(place.anchorX, place.anchorY);
    ctx.stroke();
    const solid = ctx.globalAlpha;
    ctx.globalAlpha = 0.72;
    ctx.fillStyle = o.palette.ground;
    ctx.fillRect(x, y, w, h);
    ctx.globalAlpha = solid;
    ctx.fillStyle = colour;
    for (let l = 0; l < lines.length; l++) {
      ctx.font = lines.length > 2 && l === 0 ? FONT_STRONG : FONT;
      ctx.fillText(lines[l]!, x + 3, y + 2 + l * LINE_HEIGHT);
    }
    ctx.globalAlpha = 1;
  }

  // The full block of a track under the pointer, on the overlay, unless it stands there already.
  paintHover(ctx: CanvasRenderingContext2D, sky: Sky, id: number, view: View, o: PaintOptions): void {
    const j = this.find(sky, id);
    if (j < 0) return;
    const px = this.px[j]!;
    const py = this.py[j]!;
    if (!this.blocked.has(id)) {
      const lines = this.block(sky, this.rows[j]!, o);
      ctx.font = FONT;
      ctx.textBaseline = 'top';
      const w = Math.max(...lines.map((l) => l.length)) * this.charWidth + 6;
      const h = lines.length * LINE_HEIGHT + 3;
      const right = px + 30 + w < view.width;
      const ax = right ? px + 18 : px - 18;
      const ay = py - 18;
      this.drawBlock(ctx, lines, px, py, { x: right ? ax : ax - w, y: ay - h / 2, anchorX: ax, anchorY: ay }, w, h, o.palette.own, false, o, view);
    }
    ctx.strokeStyle = o.palette.own;
    ctx.strokeRect(Math.round(px) - 9.5, Math.round(py) - 9.5, 19, 19);
  }

  // Index among the visible, -1 if not on the screen.
  find(sky: Sky, id: number): number {
    for (let j = 0; j < this.visible; j++) if (sky.columns.id[this.rows[j]!] === id) return j;
    return -1;
  }

  // The track nearest to a pixel within `reach`; concerned traffic wins over what lies a little nearer.
  hit(sky: Sky, x: number, y: number, reach = 14): number | null {
    let best = -1;
    let bestCost = reach * reach;
    for (let j = 0; j < this.visible; j++) {
      const d = (this.px[j]! - x) ** 2 + (this.py[j]! - y) ** 2;
      const cost = this.tone[j] ? d * 0.5 : d;
      if (d <= reach * reach && cost < bestCost) {
        bestCost = cost;
        best = j;
      }
    }
    return best < 0 ? null : sky.columns.id[this.rows[best]!]!;
  }
}

// Around the origin; 15 px square. Shape says the class, never colour alone.
export function paintSymbol(
  ctx: CanvasRenderingContext2D,
  kind: number,
  colour: string,
  ground: string,
  strong: boolean,
  suspect: boolean,
  faded: boolean,
): void {
  ctx.strokeStyle = colour;
  ctx.fillStyle = ground;
  ctx.lineWidth = strong ? 2 : 1.4;
  if (faded) ctx.setLineDash([2, 2]);
  ctx.beginPath();
  switch (kind) {
    case 2: // state: diamond
      ctx.moveTo(0, -5.5);
      ctx.lineTo(5.5, 0);
      ctx.lineTo(0, 5.5);
      ctx.lineTo(-5.5, 0);
      ctx.closePath();
      break;
    case 3: // unmanned: triangle
      ctx.moveTo(0, -5);
      ctx.lineTo(5, 4);
      ctx.lineTo(-5, 4);
      ctx.closePath();
      break;
    case 4: // humanitarian or medical: circle with a dot
      ctx.arc(0, 0, 5, 0, 2 * Math.PI);
      break;
    case 5: // ground vehicle: a low bar
      ctx.rect(-5, -2, 10, 4);
      break;
    default: // a surveillance track: square
      ctx.rect(-4, -4, 8, 8);
  }
  ctx.fill();
  ctx.stroke();
  ctx.setLineDash([]);
  ctx.fillStyle = colour;
  if (kind === 4) {
    ctx.beginPath();
    ctx.arc(0, 0, 1.8, 0, 2 * Math.PI);
    ctx.fill();
  }
  if (suspect) {
    // Crossed out: its position is not to be relied on.
    ctx.lineWidth = 1.4;
    ctx.beginPath();
    ctx.moveTo(-7, 7);
    ctx.lineTo(7, -7);
    ctx.stroke();
  }
}
