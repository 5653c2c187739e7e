// Tiles (C2SP tlog-tiles): a log as files. Paths, files, and a reader that makes nodes of the tree out of them.
// The same rules as src/ledger/tile.h.

import { LedgerError, MissingFile } from './bytes';
import { HASH_BYTES, nodeHash, type Hash, type NodeReader } from './merkle';

export const TILE_WIDTH = 256;
const TILE_HEIGHT = 8;
export const LONGEST_ENTRY = 65_535;

// 1234067 as x001/x234/067.
function indexPath(index: number, width: number): string {
  let path = String(index % 1000).padStart(3, '0');
  for (let rest = Math.floor(index / 1000); rest > 0; rest = Math.floor(rest / 1000)) path = `x${String(rest % 1000).padStart(3, '0')}/${path}`;
  return width === TILE_WIDTH ? path : `${path}.p/${width}`;
}

export const tilePath = (level: number, index: number, width = TILE_WIDTH): string => `tile/${level}/${indexPath(index, width)}`;
export const bundlePath = (index: number, width = TILE_WIDTH): string => `tile/entries/${indexPath(index, width)}`;

// How many hashes tile `index` of `level` has in the tree of `size` entries; 0 where it has none.
export function tileWidth(level: number, index: number, size: number): number {
  const hashes = Math.floor(size / TILE_WIDTH ** level);
  return Math.max(0, Math.min(TILE_WIDTH, hashes - index * TILE_WIDTH));
}

export function parseTile(bytes: Uint8Array, width: number): Hash[] {
  if (bytes.length !== width * HASH_BYTES) throw new LedgerError(`${bytes.length} bytes, ${width * HASH_BYTES} are expected of a tile of ${width} hashes`);
  return Array.from({ length: width }, (_, i) => bytes.subarray(i * HASH_BYTES, (i + 1) * HASH_BYTES));
}

export function parseBundle(bytes: Uint8Array, width: number): Uint8Array[] {
  const entries: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; ) {
    if (entries.length === width) throw new LedgerError(`more than ${width} entries`);
    const length = at + 2 <= bytes.length ? bytes[at]! * 256 + bytes[at + 1]! : Infinity;
    if (at + 2 + length > bytes.length) throw new LedgerError(`entry ${entries.length} of the bundle is cut off`);
    entries.push(bytes.subarray(at + 2, at + 2 + length));
    at += 2 + length;
  }
  if (entries.length !== width) throw new LedgerError(`${entries.length} entries, ${width} are expected`);
  return entries;
}

// The first `width` entries of a bundle that has more.
function beginning(bundle: Uint8Array, width: number): Uint8Array {
  let at = 0;
  for (let i = 0; i < width && at + 2 <= bundle.length; i++) at += 2 + bundle[at]! * 256 + bundle[at + 1]!;
  return bundle.subarray(0, at);
}

// A file of the log by its path below the log's address; null where there is none. Throws where it cannot be read.
export type ReadFile = (path: string) => Promise<Uint8Array | null>;

const MOST_KEPT = 256; // files: 2 MB of tiles and some of bundles

// Reads tiles and bundles of one log. Only whole ones are kept, for only they never change.
export class TileReader {
  private readonly kept = new Map<string, Promise<Uint8Array>>();
  constructor(private readonly read: ReadFile) {}

  private async fetch(path: string): Promise<Uint8Array> {
    const bytes = await this.read(path);
    if (!bytes) throw new MissingFile(`the log has no ${path}`);
    return bytes;
  }

  private whole(path: string): Promise<Uint8Array> {
    const known = this.kept.get(path);
    if (known) return known;
    const file = this.fetch(path);
    if (this.kept.size >= MOST_KEPT) this.kept.delete(this.kept.keys().next().value!);
    this.kept.set(path, file);
    file.catch(() => this.kept.delete(path));
    return file;
  }

  // From its own file or, where the log has grown since and keeps no partial one, from the full one.
  private async file(path: (width: number) => string, width: number, cut: (whole: Uint8Array) => Uint8Array): Promise<Uint8Array> {
    if (width === TILE_WIDTH) return this.whole(path(TILE_WIDTH));
    return (await this.read(path(width))) ?? cut(await this.whole(path(TILE_WIDTH)));
  }

  async tile(level: number, index: number, size: number): Promise<Hash[]> {
    const width = tileWidth(level, index, size);
    if (!width) throw new LedgerError(`a tree of ${size} entries has no tile ${index} of level ${level}`);
    const bytes = await this.file((w) => tilePath(level, index, w), width, (whole) => whole.subarray(0, width * HASH_BYTES));
    return parseTile(bytes, width);
  }

  async bundle(index: number, size: number): Promise<Uint8Array[]> {
    const width = tileWidth(0, index, size);
    if (!width) throw new LedgerError(`a log of ${size} entries has no bundle ${index}`);
    return parseBundle(await this.file((w) => bundlePath(index, w), width, (whole) => beginning(whole, width)), width);
  }

  async entry(index: number, size: number): Promise<Uint8Array> {
    if (!(index >= 0 && index < size)) throw new LedgerError(`entry ${index} is not in a log of ${size} entries`);
    return (await this.bundle(Math.floor(index / TILE_WIDTH), size))[index % TILE_WIDTH]!;
  }

  // Nodes of the tree of `size` entries. Partial tiles are kept as long as the reader of this size is.
  nodes(size: number): NodeReader {
    const tiles = new Map<string, Promise<Hash[]>>();
    return async (level, index) => {
      const tileLevel = Math.floor(level / TILE_HEIGHT);
      const spread = 2 ** (level % TILE_HEIGHT); // hashes of the tile below this node
      const tileIndex = Math.floor((index * spread) / TILE_WIDTH);
      const name = `${tileLevel}/${tileIndex}`;
      let tile = tiles.get(name);
      if (!tile) tiles.set(name, (tile = this.tile(tileLevel, tileIndex, size)));
      const first = (index * spread) % TILE_WIDTH;
      let hashes = (await tile).slice(first, first + spread);
      if (hashes.length !== spread) throw new LedgerError(`tile ${name} does not hold the node ${index} of level ${level}`);
      while (hashes.length > 1) hashes = Array.from({ length: hashes.length / 2 }, (_, i) => nodeHash(hashes[2 * i]!, hashes[2 * i + 1]!));
      return hashes[0]!;
    };
  }
}
