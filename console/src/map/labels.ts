// Where a data block goes: eight directions at three distances, the first that covers least. A block keeps
// its place from frame to frame unless that has become clearly worse, so that blocks do not jump about.
//
// Covered ground is kept in cells of 8 px; asking for a block of 90 × 42 px looks at about 70 of them.

const CELL = 8;
const COST_OF_CHANGE = 15;
const PADDING = 3; // of a block, px: as far two that keep their places may reach into each other
// What covering one cell costs: text on text cannot be read, a symbol under text can still be guessed.
export const enum Weight {
  line = 1,
  quiet = 2, // symbol of traffic not concerned
  symbol = 6,
  text = 16,
}

// Direction of the leader line, by preference; x right, y down.
const DIRECTIONS: readonly (readonly [number, number])[] = [
  [0.7, -0.7], [0.7, 0.7], [-0.7, -0.7], [-0.7, 0.7], [1, 0], [-1, 0], [0, -1], [0, 1],
];
const LEADER_COST = 16; // of a cell of text that a leader line runs through
const LENGTHS = [20, 44, 72];
const LENGTH_COST = [0, 8, 20];
export const CANDIDATES = DIRECTIONS.length * LENGTHS.length;

export interface Placed {
  candidate: number;
  x: number; // top left of the block
  y: number;
  anchorX: number; // end of the leader line
  anchorY: number;
  cost: number;
}

export class LabelField {
  private columns = 0;
  private rows = 0;
  private cells = new Uint8Array(0);

  reset(width: number, height: number): void {
    this.columns = Math.ceil(width / CELL);
    this.rows = Math.ceil(height / CELL);
    const n = this.columns * this.rows;
    if (this.cells.length < n) this.cells = new Uint8Array(n);
    else this.cells.fill(0, 0, n);
  }

  private sum(x: number, y: number, w: number, h: number): number {
    const x0 = Math.floor(x / CELL);
    const y0 = Math.floor(y / CELL);
    const x1 = Math.floor((x + w) / CELL);
    const y1 = Math.floor((y + h) / CELL);
    // Off the screen is as bad as covered.
    if (x0 < 0 || y0 < 0 || x1 >= this.columns || y1 >= this.rows) return 1000;
    let s = 0;
    for (let r = y0; r <= y1; r++) for (let c = x0; c <= x1; c++) s += this.cells[r * this.columns + c]!;
    return s;
  }

  // What a leader line from the symbol over (dx, dy) crosses, behind the symbol itself.
  private leader(x: number, y: number, dx: number, dy: number): number {
    const steps = Math.ceil(Math.hypot(dx, dy) / CELL);
    let s = 0;
    for (let n = 2; n < steps; n++) {
      const c = Math.floor((x + (dx * n) / steps) / CELL);
      const r = Math.floor((y + (dy * n) / steps) / CELL);
      if (c >= 0 && r >= 0 && c < this.columns && r < this.rows) s += this.cells[r * this.columns + c]! >= Weight.text ? LEADER_COST : 0;
    }
    return s;
  }

  mark(x: number, y: number, w: number, h: number, weight: number): void {
    const x0 = Math.max(0, Math.floor(x / CELL));
    const y0 = Math.max(0, Math.floor(y / CELL));
    const x1 = Math.min(this.columns - 1, Math.floor((x + w) / CELL));
    const y1 = Math.min(this.rows - 1, Math.floor((y + h) / CELL));
    for (let r = y0; r <= y1; r++)
      for (let c = x0; c <= x1; c++) {
        const i = r * this.columns + c;
        this.cells[i] = Math.min(255, this.cells[i]! + weight);
      }
  }

  // A line as the cells it runs through, up to `reach` px of it.
  markLine(x: number, y: number, toX: number, toY: number, reach = 160): void {
    const length = Math.min(reach, Math.hypot(toX - x, toY - y));
    const steps = Math.ceil(length / CELL);
    const k = length / (Math.hypot(toX - x, toY - y) || 1) / (steps || 1);
    for (let n = 2; n <= steps; n++) this.mark(x + (toX - x) * k * n, y + (toY - y) * k * n, 0, 0, Weight.line);
  }

  // Places a block of w × h beside the symbol at (x, y). trackDir: direction of flight in screen degrees
  // clockwise from up, NaN if unknown: the block keeps off the speed vector. before: the candidate it had, -1 if none.
  // Null, and nothing marked, where every place costs more than `limit`.
  place(x: number, y: number, w: number, h: number, trackDir: number, before: number, limit = Infinity): Placed | null {
    let best: Placed | null = null;
    for (let k = 0; k < CANDIDATES; k++) {
      const [dx, dy] = DIRECTIONS[k % DIRECTIONS.length]!;
      const ring = Math.floor(k / DIRECTIONS.length);
      const length = LENGTHS[ring]!;
      // Nothing further out can be better than what was found free.
      if (best && best.cost <= LENGTH_COST[ring]!) break;
      const ax = x + dx * length;
      const ay = y + dy * length;
      const left = dx > 0.1 ? ax : dx < -0.1 ? ax - w : ax - w / 2;
      const top = dy > 0.9 ? ay : dy < -0.9 ? ay - h : ay - h / 2;
      const inset = k === before ? PADDING : 0;
      let cost = this.sum(left + inset, top + inset, w - 2 * inset, h - 2 * inset) + LENGTH_COST[ring]! + (k % DIRECTIONS.length) * 0.25 + this.leader(x, y, dx * length, dy * length);
      if (!Number.isNaN(trackDir)) {
        const direction = (Math.atan2(dx, -dy) * 180) / Math.PI;
        const off = Math.abs(((direction - trackDir + 540) % 360) - 180);
        if (off < 40) cost += 6;
      }
      if (before >= 0 && k !== before) cost += COST_OF_CHANGE;
      if (!best || cost < best.cost) best = { candidate: k, x: left, y: top, anchorX: ax, anchorY: ay, cost };
    }
    if (!best || best.cost > limit) return null;
    this.mark(best.x, best.y, w, h, Weight.text);
    return best;
  }

  covered(x: number, y: number, w: number, h: number): boolean {
    return this.sum(x, y, w, h) > 0;
  }

  // True, and taken, if nothing lies there.
  take(x: number, y: number, w: number, h: number): boolean {
    if (this.sum(x, y, w, h) > 0) return false;
    this.mark(x, y, w, h, Weight.text);
    return true;
  }
}
