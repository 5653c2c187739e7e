// One sky: the latest frame in columns, its positions on the map's plane, five dots of history a track, and
// where data has come from lately. Plain arrays on purpose: nothing here is reactive; who draws subscribes.

import { Columns, Flag, parseFrame } from '../api/picture';
import type { Stereographic } from '../lib/geo';

export const DOTS = 5;
export const DOT_SPACING_MS = 10_000;
export const COVERAGE_CELL_DEG = 0.25;
export const COVERAGE_MEMORY_MS = 15 * 60_000;
const FORGET_EVERY_FRAMES = 60;

export class Sky {
  at_ms = NaN;
  received_ms = -Infinity; // performance.now() of the last frame
  frames = 0;
  refused = ''; // why the last frame was not taken; empty when it was
  columns = new Columns(1024);
  x = new Float64Array(1024);
  y = new Float64Array(1024);
  slotOfRow = new Int32Array(1024);

  // By slot, which a track keeps while it is in the picture.
  private readonly slotOf = new Map<number, number>();
  private rowOf = new Int32Array(1024);
  private seen = new Int32Array(1024);
  private free: number[] = [];
  private slots = 0;
  dotCount = new Uint8Array(1024);
  private dotAt = new Float64Array(1024);
  private dotLat = new Float64Array(1024 * DOTS);
  private dotLon = new Float64Array(1024 * DOTS);
  dotX = new Float64Array(1024 * DOTS);
  dotY = new Float64Array(1024 * DOTS);

  // Cell of COVERAGE_CELL_DEG to the last time a live position fell into it.
  readonly coverage = new Map<number, number>();
  coverageVersion = 0;

  private readonly listeners = new Set<() => void>();

  constructor(public projection: Stereographic) {}

  onFrame(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  get count(): number {
    return this.columns.count;
  }

  row(id: number): number {
    const slot = this.slotOf.get(id);
    return slot === undefined || this.seen[slot] !== this.frames ? -1 : this.rowOf[slot]!;
  }

  setProjection(projection: Stereographic): void {
    this.projection = projection;
    this.project();
    projection.forward(this.slots * DOTS, this.dotLat, this.dotLon, this.dotX, this.dotY);
    this.announce();
  }

  private project(): void {
    this.projection.forward(this.count, this.columns.lat, this.columns.lon, this.x, this.y);
  }

  clear(): void {
    this.columns.count = 0;
    this.at_ms = NaN;
    this.frames++;
    this.slotOf.clear();
    this.free = [];
    this.slots = 0;
    this.coverage.clear();
    this.coverageVersion++;
    this.announce();
  }

  apply(buffer: ArrayBuffer): void {
    try {
      const frame = parseFrame(buffer, this.columns);
      this.columns = frame.tracks;
      this.at_ms = frame.at_ms;
    } catch (e) {
      this.refused = e instanceof Error ? e.message : String(e);
      this.announce();
      return;
    }
    this.refused = '';
    this.received_ms = performance.now();
    this.frames++;
    const capacity = this.columns.capacity;
    if (this.x.length < capacity) {
      this.x = new Float64Array(capacity);
      this.y = new Float64Array(capacity);
      this.slotOfRow = new Int32Array(capacity);
    }
    this.project();
    this.remember();
    if (this.frames % FORGET_EVERY_FRAMES === 0) this.forget();
    this.announce();
  }

  private announce(): void {
    for (const l of this.listeners) l();
  }

  private newSlot(): number {
    const slot = this.free.pop() ?? this.slots++;
    if (slot >= this.seen.length) {
      const n = this.seen.length * 2;
      const grow = <T extends Int32Array | Float64Array | Uint8Array>(a: T, size: number): T => {
        const b = new (a.constructor as new (n: number) => T)(size);
        b.set(a);
        return b;
      };
      this.rowOf = grow(this.rowOf, n);
      this.seen = grow(this.seen, n);
      this.dotCount = grow(this.dotCount, n);
      this.dotAt = grow(this.dotAt, n);
      this.dotLat = grow(this.dotLat, n * DOTS);
      this.dotLon = grow(this.dotLon, n * DOTS);
      this.dotX = grow(this.dotX, n * DOTS);
      this.dotY = grow(this.dotY, n * DOTS);
    }
    this.dotCount[slot] = 0;
    this.dotAt[slot] = -Infinity;
    return slot;
  }

  private remember(): void {
    const c = this.columns;
    const now = this.at_ms;
    const withCoverage = this.frames % 5 === 1;
    let newCells = false;
    for (let i = 0; i < c.count; i++) {
      const id = c.id[i]!;
      let slot = this.slotOf.get(id);
      if (slot === undefined) this.slotOf.set(id, (slot = this.newSlot()));
      this.rowOf[slot] = i;
      this.seen[slot] = this.frames;
      this.slotOfRow[i] = slot;
      if (!(c.flags[i]! & Flag.located) || c.life[i]! > 1) continue;
      if (withCoverage && c.age_s[i]! < 15) {
        const key = Math.floor((c.lat[i]! + 90) / COVERAGE_CELL_DEG) * 4096 + Math.floor((c.lon[i]! + 180) / COVERAGE_CELL_DEG);
        if (!this.coverage.has(key)) newCells = true;
        this.coverage.set(key, now);
      }
      if (now - this.dotAt[slot]! < DOT_SPACING_MS) continue;
      // Oldest first: the five move down by one when full.
      const base = slot * DOTS;
      let n = this.dotCount[slot]!;
      if (n === DOTS) {
        this.dotLat.copyWithin(base, base + 1, base + DOTS);
        this.dotLon.copyWithin(base, base + 1, base + DOTS);
        this.dotX.copyWithin(base, base + 1, base + DOTS);
        this.dotY.copyWithin(base, base + 1, base + DOTS);
        n--;
      }
      this.dotLat[base + n] = c.lat[i]!;
      this.dotLon[base + n] = c.lon[i]!;
      this.dotX[base + n] = this.x[i]!;
      this.dotY[base + n] = this.y[i]!;
      this.dotCount[slot] = n + 1;
      this.dotAt[slot] = now;
    }
    if (newCells) this.coverageVersion++;
  }

  private forget(): void {
    for (const [id, slot] of this.slotOf)
      if (this.seen[slot] !== this.frames) {
        this.slotOf.delete(id);
        this.free.push(slot);
      }
    let gone = false;
    for (const [cell, at] of this.coverage)
      if (this.at_ms - at > COVERAGE_MEMORY_MS) {
        this.coverage.delete(cell);
        gone = true;
      }
    if (gone) this.coverageVersion++;
  }
}
