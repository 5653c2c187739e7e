import { expect, test } from 'vitest';
import { LabelField, Weight, type Placed } from '../src/map/labels';

import { randomStream as stream } from './random.mjs';

const W = 90;
const H = 45;
interface Symbol { x: number; y: number; dx: number; dy: number }

function frame(field: LabelField, symbols: Symbol[], before: Map<number, number>): Placed[] {
  field.reset(900, 600);
  for (const s of symbols) field.mark(s.x - 6, s.y - 6, 12, 12, Weight.symbol);
  return symbols.map((s, i) => {
    const p = field.place(s.x, s.y, W, H, NaN, before.get(i) ?? -1)!;
    before.set(i, p.candidate);
    return p;
  });
}
const overlap = (a: Placed, b: Placed) => Math.max(0, Math.min(a.x, b.x) + W - Math.max(a.x, b.x)) * Math.max(0, Math.min(a.y, b.y) + H - Math.max(a.y, b.y));

test('data blocks of a crowd in a small place do not lie on each other', () => {
  for (let seed = 1; seed <= 20; seed++) {
    const random = stream(seed);
    const crowd = Array.from({ length: 6 }, () => ({ x: 400 + random() * 120, y: 270 + random() * 120, dx: 0, dy: 0 }));
    const placed = frame(new LabelField(), crowd, new Map());
    placed.forEach((a, i) => placed.slice(i + 1).forEach((b, k) => expect(overlap(a, b), `seed ${seed}: ${i} and ${i + 1 + k}`).toBe(0)));
  }
});

test('a block keeps its place while nothing comes in its way, and comes back near its symbol', () => {
  const field = new LabelField();
  const before = new Map<number, number>();
  const random = stream(5);
  const symbols = Array.from({ length: 40 }, () => ({ x: 60 + random() * 780, y: 60 + random() * 480, dx: random() - 0.5, dy: random() - 0.5 }));
  frame(field, symbols, before);
  let moves = 0;
  for (let n = 0; n < 60; n++) {
    const last = new Map(before);
    for (const s of symbols) {
      s.x += s.dx;
      s.y += s.dy;
    }
    frame(field, symbols, before);
    for (const [i, candidate] of before) moves += Number(last.get(i) !== candidate);
  }
  // Less than one jump a frame among forty that fly through each other.
  expect(moves).toBeLessThan(55);
  const alone = frame(field, [{ x: 450, y: 300, dx: 0, dy: 0 }], new Map([[0, 23]]));
  expect(alone[0]!.candidate).toBeLessThan(8);
});

test('a block keeps off marked ground and off the screen’s edge', () => {
  const field = new LabelField();
  field.reset(900, 600);
  field.mark(410, 250, 200, 120, Weight.text);
  const p = field.place(400, 300, W, H, NaN, -1)!;
  expect(p.x + W <= 408 || p.y + H <= 248 || p.y >= 370).toBe(true);
  const corner = field.place(890, 10, W, H, NaN, -1)!;
  expect(corner.x + W).toBeLessThanOrEqual(900);
  expect(corner.y).toBeGreaterThanOrEqual(0);
  field.mark(0, 0, 900, 600, Weight.text);
  expect(field.place(400, 300, W, H, NaN, -1, 24)).toBeNull();
});

test('a leader line does not run through another block or name', () => {
  const field = new LabelField();
  field.reset(900, 600);
  // A name right above the symbol, and text where the places beside it would be.
  field.mark(360, 262, 80, 24, Weight.text);
  field.mark(300, 290, 88, 80, Weight.text);
  field.mark(412, 290, 88, 80, Weight.text);
  const p = field.place(400, 310, W, H, NaN, -1)!;
  expect(p.y).toBeGreaterThanOrEqual(310);
});
