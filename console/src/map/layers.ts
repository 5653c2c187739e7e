// The two canvases of our own: where no data comes from (hatched), and the picture with its overlay. Each is
// an OpenLayers layer that paints itself, and paints only when something it shows has changed.

import type { FrameState } from 'ol/Map';
import Layer from 'ol/layer/Layer';
import { COVERAGE_CELL_DEG, type Sky } from '../live/sky';
import type { Stereographic } from '../lib/geo';
import type { View } from './painter';

function canvasOf(className: string): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  canvas.className = className;
  return canvas;
}

export function fit(canvas: HTMLCanvasElement, view: View): void {
  const w = Math.round(view.width * view.ratio);
  const h = Math.round(view.height * view.ratio);
  if (canvas.width !== w || canvas.height !== h) {
    canvas.width = w;
    canvas.height = h;
    canvas.style.width = `${view.width}px`;
    canvas.style.height = `${view.height}px`;
  }
}

export function viewOf(f: FrameState): View {
  const { center, resolution } = f.viewState;
  return { x: center[0]!, y: center[1]!, resolution, width: f.size[0]!, height: f.size[1]!, ratio: f.pixelRatio };
}

const keyOf = (v: View) => `${v.x},${v.y},${v.resolution},${v.width},${v.height},${v.ratio}`;

// The picture: `paint` draws tracks (costly), `overlay` what moves with the pointer or flashes (cheap).
// While the map is dragged and painting is slow, the last painting is moved along instead and painted anew
// at most a fifth of the time, so that the map follows the hand.
export class PictureLayer extends Layer {
  private readonly box = document.createElement('div');
  private readonly base = canvasOf('picture-canvas');
  private readonly top = canvasOf('picture-canvas');
  private paintedKey = '';
  private paintedVersion = -1;
  private paintedView: View | null = null;
  private paintedAt = 0;
  private cost_ms = 0;
  version = 0; // of what `paint` shows; whoever changes it calls changed()

  constructor(
    private readonly paint: (canvas: HTMLCanvasElement, view: View) => void,
    private readonly overlay: (canvas: HTMLCanvasElement, view: View) => void,
  ) {
    super({});
    this.box.className = 'ol-layer picture-box';
    this.box.append(this.base, this.top);
  }

  override render(f: FrameState | null): HTMLElement {
    if (!f) return this.box;
    const view = viewOf(f);
    const key = keyOf(view);
    const moving = f.viewHints[0]! > 0 || f.viewHints[1]! > 0;
    const now = performance.now();
    if (key !== this.paintedKey || this.version !== this.paintedVersion) {
      const wait = moving && this.paintedView && this.version === this.paintedVersion && now - this.paintedAt < this.cost_ms * 4;
      if (wait && this.cost_ms > 8) {
        const p = this.paintedView!;
        const s = p.resolution / view.resolution;
        const dx = (p.x - view.x) / view.resolution + (view.width - p.width * s) / 2;
        const dy = -(p.y - view.y) / view.resolution + (view.height - p.height * s) / 2;
        this.base.style.transform = `matrix(${s},0,0,${s},${dx},${dy})`;
        f.animate = true;
      } else {
        fit(this.base, view);
        this.base.style.transform = '';
        this.paint(this.base, view);
        this.paintedKey = key;
        this.paintedVersion = this.version;
        this.paintedView = view;
        this.cost_ms = performance.now() - now;
        this.paintedAt = performance.now();
      }
    }
    fit(this.top, view);
    this.overlay(this.top, view);
    return this.box;
  }

  get lastCost_ms(): number {
    return this.cost_ms;
  }
}

// Hatches everything from where no position has come lately: no data is not no traffic. The mask is a small
// picture on the plane, scaled under the hatching, so that its cost does not depend on the number of cells.
const MASK = 512;
const REACH_M = 28_000; // a cell with data clears this much around it

export class CoverageLayer extends Layer {
  // In a box: into a bare canvas of the right size OpenLayers would paint the next layer, and never clear it.
  private readonly box = document.createElement('div');
  private readonly canvas = canvasOf('coverage-canvas');
  private readonly mask = document.createElement('canvas');
  private readonly tile = document.createElement('canvas');
  private maskVersion = -1;
  private maskProjection: Stereographic | null = null;
  private extent = { x0: 0, y0: 0, size: 1 };
  private paintedKey = '';
  colour = '#34414f';
  ground = '#0b0f14';
  colourVersion = 0;

  constructor(public sky: Sky) {
    super({});
    this.mask.width = this.mask.height = MASK;
    this.box.className = 'ol-layer picture-box';
    this.box.append(this.canvas);
  }

  private drawMask(): void {
    const { coverage, projection } = this.sky;
    const points: [number, number][] = [];
    let x0 = Infinity, y0 = Infinity, x1 = -Infinity, y1 = -Infinity;
    for (const key of coverage.keys()) {
      const lat = (Math.floor(key / 4096) + 0.5) * COVERAGE_CELL_DEG - 90;
      const lon = ((key % 4096) + 0.5) * COVERAGE_CELL_DEG - 180;
      const p = projection.xy(lat, lon);
      if (Number.isNaN(p[0])) continue;
      points.push(p);
      x0 = Math.min(x0, p[0]);
      x1 = Math.max(x1, p[0]);
      y0 = Math.min(y0, p[1]);
      y1 = Math.max(y1, p[1]);
    }
    const ctx = this.mask.getContext('2d')!;
    ctx.clearRect(0, 0, MASK, MASK);
    if (points.length === 0) {
      this.extent = { x0: 0, y0: 0, size: 0 };
      return;
    }
    const size = Math.max(x1 - x0, y1 - y0) + 4 * REACH_M;
    this.extent = { x0: (x0 + x1 - size) / 2, y0: (y0 + y1 - size) / 2, size };
    const k = MASK / size;
    const r = Math.max(1, REACH_M * k);
    ctx.fillStyle = '#000';
    for (const [x, y] of points) {
      ctx.beginPath();
      ctx.arc((x - this.extent.x0) * k, MASK - (y - this.extent.y0) * k, r, 0, 2 * Math.PI);
      ctx.fill();
    }
  }

  private pattern(ctx: CanvasRenderingContext2D, ratio: number): CanvasPattern | null {
    const edge = Math.round(14 * ratio);
    const t = this.tile;
    t.width = t.height = edge;
    const c = t.getContext('2d')!;
    c.strokeStyle = this.colour;
    c.lineWidth = ratio;
    c.beginPath();
    for (const d of [-edge, 0, edge]) {
      c.moveTo(d - 1, edge + 1);
      c.lineTo(d + edge + 1, -1);
    }
    c.stroke();
    return ctx.createPattern(t, 'repeat');
  }

  override render(f: FrameState | null): HTMLElement {
    if (!f) return this.box;
    const view = viewOf(f);
    const key = `${keyOf(view)},${this.sky.coverageVersion},${this.colourVersion}`;
    if (key === this.paintedKey && this.maskProjection === this.sky.projection) return this.box;
    this.paintedKey = key;
    if (this.maskVersion !== this.sky.coverageVersion || this.maskProjection !== this.sky.projection) {
      this.maskVersion = this.sky.coverageVersion;
      this.maskProjection = this.sky.projection;
      this.drawMask();
    }
    fit(this.canvas, view);
    const ctx = this.canvas.getContext('2d')!;
    ctx.setTransform(1, 0, 0, 1, 0, 0);
    ctx.globalCompositeOperation = 'source-over';
    ctx.clearRect(0, 0, this.canvas.width, this.canvas.height);
    const pattern = this.pattern(ctx, view.ratio);
    if (!pattern) return this.box;
    ctx.fillStyle = pattern;
    ctx.fillRect(0, 0, this.canvas.width, this.canvas.height);
    if (this.extent.size > 0) {
      ctx.globalCompositeOperation = 'destination-out';
      const k = view.ratio / view.resolution;
      const x = this.canvas.width / 2 + (this.extent.x0 - view.x) * k;
      const y = this.canvas.height / 2 - (this.extent.y0 + this.extent.size - view.y) * k;
      ctx.drawImage(this.mask, x, y, this.extent.size * k, this.extent.size * k);
      ctx.globalCompositeOperation = 'source-over';
    }
    return this.box;
  }
}
