// What this browser can say of a head and of an entry, step by step, and what it cannot. It takes nothing on the
// node's word: entry, tiles and checkpoint are read, and everything else is computed here.
//
//     const seen = checkHead(note, trust);                          // who signed it
//     const checked = await verifyEntry(reader, note, 812, trust);  // entry → leaf → root → signatures
//
// A step is `good`, `wrong`, or `open`: it could not be checked, and the reader is told why.

import { equal, LedgerError, MissingFile, toBase64 } from './bytes';
import { consistencyProof, emptyRoot, Frontier, inclusionProof, leafHash, nodeHash, verifyConsistency, verifyInclusion, type Hash } from './merkle';
import { checkSignatures, KeyType, keyText, parseCheckpoint, parseNote, type CheckedSignature, type Checkpoint, type Note, type VerifierKey } from './note';
import type { ProofFile } from './proof-file';
import { TILE_WIDTH, tileWidth, type TileReader } from './tiles';

export interface Cosigner {
  key: VerifierKey;
  name: string; // whose: a party, or a name in the reader's policy
}

// A head that this browser believed before.
export interface SeenHead {
  size: number;
  root: string; // base 64
  at: string;
}

export interface Trust {
  nodeKey: VerifierKey | null; // what the node says that its key is
  pinned: string | null; // the verifier key that the person compared and keeps
  cosigners: Cosigner[];
  seen: SeenHead | null;
}

export type StepState = 'good' | 'wrong' | 'open';
export type StepId = 'entry' | 'leaf' | 'path' | 'signature' | 'key_pinned' | 'key_not_pinned' | 'key_changed' | 'cosigned' | 'cosigner_unknown' | 'cosigner_missing' | 'no_cosigners' | 'growth' | 'growth_first' | 'unread';

export interface Step {
  id: StepId;
  state: StepState;
  values: Record<string, string>;
  detail?: string; // in English: what did not fit
}

export interface CheckedHead {
  note: Note;
  checkpoint: Checkpoint;
  signatures: CheckedSignature[];
  steps: Step[];
  // Whether the log's own key signed this head, and no known key's signature is wrong.
  believed: boolean;
  keyChanged: boolean;
}

const message = (e: unknown): string => (e instanceof Error ? e.message : String(e));

// Throws LedgerError where the note is no checkpoint.
export function checkHead(source: string | Note, trust: Trust): CheckedHead {
  const note = typeof source === 'string' ? parseNote(source) : source;
  const checkpoint = parseCheckpoint(note.text);
  const steps: Step[] = [];
  const own = trust.nodeKey;
  const keyChanged = trust.pinned !== null && own !== null && keyText(own) !== trust.pinned;
  const signatures = checkSignatures(note, [...(own ? [own] : []), ...trust.cosigners.map((c) => c.key)]);
  const byLog = signatures.filter((s) => s.key?.type === KeyType.ed25519 && s.key.name === checkpoint.origin);
  const signed = byLog.length > 0 && byLog.every((s) => s.verdict === 'good');
  const anyWrong = signatures.some((s) => s.verdict === 'wrong');
  steps.push({
    id: 'signature', state: signed ? 'good' : own ? 'wrong' : 'open', values: { origin: checkpoint.origin, size: String(checkpoint.size) },
    ...(signed ? {} : { detail: !own ? 'the node names no key' : byLog.length ? 'the signature does not fit the text and the key' : `${own.name} did not sign this checkpoint of ${checkpoint.origin}` }),
  });
  if (own) {
    if (keyChanged) steps.push({ id: 'key_changed', state: 'wrong', values: { key: keyText(own), pinned: trust.pinned ?? '' } });
    else if (trust.pinned !== null) steps.push({ id: 'key_pinned', state: 'good', values: { key: keyText(own) } });
    else steps.push({ id: 'key_not_pinned', state: 'open', values: { key: keyText(own) } });
  }
  for (const s of signatures) {
    if (byLog.includes(s)) continue;
    const name = trust.cosigners.find((c) => c.key === s.key)?.name ?? s.signature.name;
    if (s.verdict === 'good') steps.push({ id: 'cosigned', state: 'good', values: { name, at: s.cosigned_ms === undefined ? '' : new Date(s.cosigned_ms).toISOString() } });
    else if (s.verdict === 'wrong') steps.push({ id: 'cosigned', state: 'wrong', values: { name, at: '' }, detail: `the signature by ${s.signature.name} is wrong: the text was changed, or somebody else signed it` });
    else steps.push({ id: 'cosigner_unknown', state: 'open', values: { name: s.signature.name } });
  }
  for (const c of trust.cosigners) if (!signatures.some((s) => s.key === c.key)) steps.push({ id: 'cosigner_missing', state: 'open', values: { name: c.name } });
  if (!trust.cosigners.length && signatures.length === byLog.length) steps.push({ id: 'no_cosigners', state: 'open', values: {} });
  return { note, checkpoint, signatures, steps, believed: signed && !anyWrong && !keyChanged, keyChanged };
}

// That the log still begins with what this browser saw before; a fork or a log that was cut back is `wrong`.
export async function checkGrowth(reader: TileReader, head: Checkpoint, seen: SeenHead | null): Promise<Step> {
  if (!seen || seen.size === 0) return { id: 'growth_first', state: 'open', values: {} };
  const values = { size: String(seen.size), at: seen.at };
  try {
    const root = Uint8Array.from(atob(seen.root), (c) => c.charCodeAt(0));
    if (seen.size > head.size) throw new LedgerError(`this browser saw ${seen.size} entries, and now there are ${head.size}: the log was cut back`);
    const proof = await consistencyProof(seen.size, head.size, reader.nodes(head.size));
    verifyConsistency(seen.size, head.size, proof, root, head.root);
    return { id: 'growth', state: 'good', values };
  } catch (e) {
    // What could not be read is no fork.
    return { id: 'growth', state: e instanceof LedgerError && !(e instanceof MissingFile) ? 'wrong' : 'open', values, detail: message(e) };
  }
}

export interface CheckedEntry {
  entry: Uint8Array | null;
  steps: Step[];
  proof: ProofFile | null; // complete only where every step up to the root is good
  // When a foreign cosigner had seen a head that holds the entry; the earliest of them.
  cosignedBy_ms: number | null;
}

export async function verifyEntry(reader: TileReader, source: string | Note, index: number, trust: Trust): Promise<CheckedEntry> {
  const head = checkHead(source, trust);
  const { checkpoint } = head;
  const steps: Step[] = [];
  let entry: Uint8Array | null = null;
  let proof: ProofFile | null = null;
  try {
    entry = await reader.entry(index, checkpoint.size);
    steps.push({ id: 'entry', state: 'good', values: { index: String(index), bytes: String(entry.length) } });
    const leaf = leafHash(entry);
    steps.push({ id: 'leaf', state: 'good', values: { hash: toBase64(leaf) } });
    const path = await inclusionProof(index, checkpoint.size, reader.nodes(checkpoint.size));
    const values = { count: String(path.length), root: toBase64(checkpoint.root), size: String(checkpoint.size) };
    try {
      verifyInclusion(index, checkpoint.size, leaf, path, checkpoint.root);
      steps.push({ id: 'path', state: 'good', values });
      proof = { extra: entry, index, path, checkpoint: head.note };
    } catch (e) {
      steps.push({ id: 'path', state: 'wrong', values, detail: message(e) });
    }
  } catch (e) {
    steps.push({ id: 'unread', state: 'wrong', values: { index: String(index) }, detail: message(e) });
  }
  steps.push(...head.steps);
  const times = head.signatures.flatMap((s) => (s.cosigned_ms === undefined ? [] : [s.cosigned_ms]));
  return { entry, steps, proof, cosignedBy_ms: proof && head.believed && times.length ? Math.min(...times) : null };
}

// ---- every entry

export interface Wrong {
  index: number; // of the entry; of a tile of a higher level, the first entry below it
  what: 'entry' | 'tile' | 'unread' | 'root';
  detail: string;
}

export interface Audit {
  checked: number;
  size: number;
  wrong: Wrong[];
  stopped: boolean;
}

const AHEAD = 4; // bundles asked for at a time
const MOST_WRONG = 100;

// Reads every entry and every tile: each entry must hash to its leaf, each full tile to its place in the level above, and
// all leaves together to the root of the checkpoint. A look at samples would miss one flipped byte. `pause` lets the page
// breathe between bundles.
export async function verifyAll(
  reader: TileReader,
  head: Checkpoint,
  options: { onProgress?: (checked: number, wrong: Wrong[]) => void; signal?: AbortSignal; pause?: () => Promise<void> } = {},
): Promise<Audit> {
  const audit: Audit = { checked: 0, size: head.size, wrong: [], stopped: false };
  const bundles = Math.ceil(head.size / TILE_WIDTH);
  const byEntries = new Frontier();
  const byTiles = new Frontier();
  const put = (wrong: Wrong) => {
    if (audit.wrong.length < MOST_WRONG) audit.wrong.push(wrong);
  };
  const ask = (i: number) => {
    const both = Promise.allSettled([reader.bundle(i, head.size), reader.tile(0, i, head.size)]);
    return both;
  };
  const coming = new Map<number, ReturnType<typeof ask>>();
  // Roots of full tiles, waiting to be found in the tile of the level above.
  const above: Hash[][] = [];
  const raise = async (level: number, tileIndex: number, root: Hash, firstEntry: number): Promise<void> => {
    const row = (above[level] ??= []);
    row.push(root);
    const parent = Math.floor(tileIndex / TILE_WIDTH);
    if (row.length !== tileWidth(level + 1, parent, head.size)) return;
    above[level] = [];
    const start = firstEntry - (row.length - 1) * TILE_WIDTH ** (level + 1);
    try {
      const tile = await reader.tile(level + 1, parent, head.size);
      const bad = row.findIndex((h, i) => !equal(h, tile[i]!));
      if (bad >= 0) put({ index: start + bad * TILE_WIDTH ** (level + 1), what: 'tile', detail: `tile ${parent} of level ${level + 1} does not fit the tiles below it` });
    } catch (e) {
      put({ index: start, what: 'unread', detail: message(e) });
    }
    if (row.length === TILE_WIDTH) await raise(level + 1, parent, perfectRoot(row), start);
  };
  let whole = true; // whether all leaves so far are known
  for (let i = 0; i < bundles; i++) {
    if (options.signal?.aborted) {
      audit.stopped = true;
      return audit;
    }
    for (let next = i; next < Math.min(bundles, i + AHEAD); next++) if (!coming.has(next)) coming.set(next, ask(next));
    const [bundle, tile] = await coming.get(i)!;
    coming.delete(i);
    const first = i * TILE_WIDTH;
    const width = tileWidth(0, i, head.size);
    const leaves = bundle.status === 'fulfilled' ? bundle.value.map(leafHash) : null;
    if (bundle.status === 'rejected') put({ index: first, what: 'unread', detail: message(bundle.reason) });
    if (tile.status === 'rejected') put({ index: first, what: 'unread', detail: message(tile.reason) });
    if (leaves && tile.status === 'fulfilled')
      leaves.forEach((leaf, j) => {
        if (!equal(leaf, tile.value[j]!)) put({ index: first + j, what: 'entry', detail: `entry ${first + j} has the leaf ${toBase64(leaf)}, and the tile has ${toBase64(tile.value[j]!)}` });
      });
    if (leaves && whole) for (const leaf of leaves) byEntries.append(leaf);
    if (tile.status === 'fulfilled') {
      for (const leaf of tile.value) byTiles.append(leaf);
      if (width === TILE_WIDTH) await raise(0, i, perfectRoot(tile.value), first);
    }
    whole &&= leaves !== null;
    audit.checked += leaves?.length ?? 0;
    options.onProgress?.(audit.checked, audit.wrong);
    await options.pause?.();
  }
  const entriesFit = byEntries.size === head.size && equal(head.size ? byEntries.root() : emptyRoot(), head.root);
  // Where the tiles lead to the signed root and the entries do not, the entries named above were changed, and no more.
  const tilesFit = byTiles.size === head.size && equal(byTiles.root(), head.root);
  if (!entriesFit && !tilesFit) put({ index: 0, what: 'root', detail: `neither entries nor tiles lead to the signed root ${toBase64(head.root)}` });
  else if (!tilesFit) put({ index: 0, what: 'tile', detail: 'the entries lead to the signed root, the tiles do not' });
  else if (!entriesFit && !audit.wrong.length) put({ index: 0, what: 'root', detail: `the entries do not lead to the signed root ${toBase64(head.root)}` });
  return audit;
}

// The root of 2^n hashes.
function perfectRoot(hashes: Hash[]): Hash {
  let row = hashes;
  while (row.length > 1) row = Array.from({ length: row.length / 2 }, (_, i) => nodeHash(row[2 * i]!, row[2 * i + 1]!));
  return row[0]!;
}
