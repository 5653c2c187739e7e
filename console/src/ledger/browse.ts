// The entries of a log from the newest back, filtered, read straight from its bundles.
//
//     const search = new Browser(reader, size, { type: 'traffic' });
//     const page = await search.older(50);       // again for the next page, until search.done

import { readEntry, type Entry } from './entry';
import { TILE_WIDTH, type TileReader } from './tiles';

export interface Filter {
  type: string; // '': all
  from_ms: number; // NaN: no bound
  to_ms: number;
}

// Bundles read for one page, so that a rare type does not read a whole log unasked.
export const BUNDLES_A_PAGE = 40;

export class Browser {
  next: number; // index of the entry to be looked at next, from which on older ones follow
  constructor(
    private readonly reader: TileReader,
    readonly size: number,
    private readonly filter: Filter,
  ) {
    this.next = size - 1;
  }

  get done(): boolean {
    return this.next < 0;
  }

  // Where a log is in order of time, as ours are but for a clock that was set back, the entries after `to` need not be
  // read: half of what is left is passed over at each step, down to the bundle.
  async jump(): Promise<void> {
    if (Number.isNaN(this.filter.to_ms)) return;
    let low = 0; // this bundle's first entry may be before `to`
    let high = Math.floor(this.next / TILE_WIDTH);
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      const first = readEntry(middle * TILE_WIDTH, (await this.reader.bundle(middle, this.size))[0]!);
      const at = Date.parse(first.at);
      if (Number.isNaN(at)) return; // no log of ours: everything is read
      if (at <= this.filter.to_ms) low = middle;
      else high = middle - 1;
    }
    this.next = Math.min(this.next, (high + 1) * TILE_WIDTH - 1);
  }

  async older(count: number): Promise<Entry[]> {
    const found: Entry[] = [];
    for (let bundles = 0; bundles < BUNDLES_A_PAGE && !this.done && found.length < count; bundles++) {
      const index = Math.floor(this.next / TILE_WIDTH);
      const entries = await this.reader.bundle(index, this.size);
      let newest = -Infinity;
      while (this.next >= index * TILE_WIDTH && found.length < count) {
        const entry = readEntry(this.next, entries[this.next % TILE_WIDTH]!);
        this.next--;
        const at = Date.parse(entry.at);
        newest = Math.max(newest, Number.isNaN(at) ? Infinity : at);
        if (this.filter.type && entry.type !== this.filter.type) continue;
        if (at < this.filter.from_ms || at > this.filter.to_ms) continue;
        found.push(entry);
      }
      if (newest < this.filter.from_ms) this.next = -1;
    }
    return found;
  }
}
