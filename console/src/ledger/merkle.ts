// The Merkle tree of RFC 6962, section 2.1: leaf and node hashes, its root as it grows, proofs made out of nodes
// and proofs verified (RFC 9162, sections 2.1.3.2 and 2.1.4.2). The same rules as src/ledger/merkle.h.
//
//     const path = await inclusionProof(7, size, node);
//     verifyInclusion(7, size, leafHash(entry), path, root);      // throws LedgerError with what does not fit
//
// Indices count from 0; sizes are numbers of leaves. Both are exact up to MOST_ENTRIES, and larger ones are refused
// where they are read: so plain numbers do. No bit operators: they cut at 32 bits.

import { sha256 } from '@noble/hashes/sha2.js';
import { equal, LedgerError, toBase64 } from './bytes';

export type Hash = Uint8Array; // 32 bytes
export const HASH_BYTES = 32;
export const MOST_ENTRIES = Number.MAX_SAFE_INTEGER;
// A proof for a tree of 2^53 leaves has fewer; of longer ones nothing is read.
export const LONGEST_PROOF = 63;

export const emptyRoot = (): Hash => sha256(new Uint8Array());

export function leafHash(entry: Uint8Array): Hash {
  return sha256.create().update(Uint8Array.of(0)).update(entry).digest();
}

const pair = new Uint8Array(1 + 2 * HASH_BYTES);
export function nodeHash(left: Hash, right: Hash): Hash {
  pair[0] = 1;
  pair.set(left, 1);
  pair.set(right, 1 + HASH_BYTES);
  return sha256(pair);
}

const half = (n: number): number => Math.floor(n / 2);
const isOdd = (n: number): boolean => n % 2 === 1;
const isPowerOfTwo = (n: number): boolean => {
  while (n > 1 && !isOdd(n)) n /= 2;
  return n === 1;
};

// The largest power of two smaller than `size`; `size` above 1.
export function splitOf(size: number): number {
  let split = 1;
  while (split * 2 < size) split *= 2;
  return split;
}

// The root of the leaves [index · 2^level, (index + 1) · 2^level); asked only for what lies wholly inside the tree.
export type NodeReader = (level: number, index: number) => Promise<Hash>;

// The right edge of a growing tree: the roots of its largest perfect subtrees, from the left.
export class Frontier {
  size = 0;
  private readonly subtrees: Hash[] = [];

  append(leaf: Hash): void {
    // As in adding one to a binary number: each trailing one-bit is a subtree that the new one completes.
    let root = leaf;
    for (let rest = this.size; isOdd(rest); rest = half(rest)) root = nodeHash(this.subtrees.pop()!, root);
    this.subtrees.push(root);
    this.size++;
  }

  root(): Hash {
    return this.subtrees.reduceRight<Hash | null>((right, left) => (right ? nodeHash(left, right) : left), null) ?? emptyRoot();
  }
}

// The root of the leaves [from, to); `from` is a multiple of the smallest power of two not below to − from.
async function subtreeRoot(from: number, to: number, node: NodeReader): Promise<Hash> {
  const size = to - from;
  if (isPowerOfTwo(size)) return node(Math.round(Math.log2(size)), from / size);
  const middle = from + splitOf(size);
  return nodeHash(await subtreeRoot(from, middle, node), await subtreeRoot(middle, to, node));
}

export async function inclusionProof(index: number, size: number, node: NodeReader): Promise<Hash[]> {
  if (index < 0 || index >= size) throw new LedgerError(`entry ${index} is not in a tree of ${size} entries`);
  const path: Hash[] = [];
  const walk = async (from: number, to: number): Promise<void> => {
    if (to - from === 1) return;
    const middle = from + splitOf(to - from);
    const left = index < middle;
    await (left ? walk(from, middle) : walk(middle, to));
    path.push(await (left ? subtreeRoot(middle, to, node) : subtreeRoot(from, middle, node)));
  };
  await walk(0, size);
  return path;
}

export async function consistencyProof(older: number, newer: number, node: NodeReader): Promise<Hash[]> {
  if (older === 0 || older > newer) throw new LedgerError(`there is no proof from a tree of ${older} entries to one of ${newer}`);
  const path: Hash[] = [];
  // `known` while the older tree is one whole subtree whose root the verifier has (SUBPROOF of RFC 6962).
  const walk = async (from: number, to: number, known: boolean): Promise<void> => {
    if (older === to) {
      if (!known) path.push(await subtreeRoot(from, to, node));
      return;
    }
    const middle = from + splitOf(to - from);
    const left = older <= middle;
    await (left ? walk(from, middle, known) : walk(middle, to, false));
    path.push(await (left ? subtreeRoot(middle, to, node) : subtreeRoot(from, middle, node)));
  };
  await walk(0, newer, true);
  return path;
}

// Returns when the leaf is at `index` of the tree of `size` leaves with this root; else throws what does not fit.
export function verifyInclusion(index: number, size: number, leaf: Hash, proof: Hash[], root: Hash): void {
  if (!(index >= 0 && index < size)) throw new LedgerError(`entry ${index} is not in a tree of ${size} entries`);
  let node = index;
  let last = size - 1; // of one level, which rises
  let hash = leaf;
  for (const sibling of proof) {
    if (last === 0) throw new LedgerError(`the inclusion proof has ${proof.length} hashes, more than a tree of ${size} entries is high`);
    if (isOdd(node) || node === last) {
      hash = nodeHash(sibling, hash);
      // The last node of a level with an odd number of nodes goes up as it is.
      while (!isOdd(node) && node !== 0) [node, last] = [half(node), half(last)];
    } else hash = nodeHash(hash, sibling);
    [node, last] = [half(node), half(last)];
  }
  if (last !== 0) throw new LedgerError(`the inclusion proof has ${proof.length} hashes, too few for a tree of ${size} entries`);
  if (!equal(hash, root)) throw new LedgerError(`the inclusion proof leads to the root ${toBase64(hash)}, not to ${toBase64(root)}`);
}

// Returns when the older tree is the beginning of the newer. An older size of 0 is refused: a proof of it proves nothing.
export function verifyConsistency(older: number, newer: number, proof: Hash[], olderRoot: Hash, newerRoot: Hash): void {
  if (older > newer) throw new LedgerError(`a tree of ${older} entries is not the beginning of one of ${newer}`);
  if (older === 0) throw new LedgerError('a consistency proof from an empty tree proves nothing');
  if (older === newer) {
    if (proof.length) throw new LedgerError('two trees of one size need no consistency proof, and one is given');
    if (!equal(olderRoot, newerRoot)) throw new LedgerError(`two roots for one size of ${older} entries`);
    return;
  }
  if (!proof.length) throw new LedgerError('the consistency proof is empty');
  let node = older - 1;
  let last = newer - 1;
  while (isOdd(node)) [node, last] = [half(node), half(last)];
  // Where the older tree is one perfect subtree its root begins the proof, and is not repeated in it.
  const whole = isPowerOfTwo(older);
  let fromOld = whole ? olderRoot : proof[0]!;
  let fromNew = fromOld;
  for (const sibling of whole ? proof : proof.slice(1)) {
    if (last === 0) throw new LedgerError(`the consistency proof has ${proof.length} hashes, too many from ${older} to ${newer} entries`);
    if (isOdd(node) || node === last) {
      fromOld = nodeHash(sibling, fromOld);
      fromNew = nodeHash(sibling, fromNew);
      while (!isOdd(node) && node !== 0) [node, last] = [half(node), half(last)];
    } else fromNew = nodeHash(fromNew, sibling);
    [node, last] = [half(node), half(last)];
  }
  if (last !== 0) throw new LedgerError(`the consistency proof has ${proof.length} hashes, too few from ${older} to ${newer} entries`);
  if (!equal(fromOld, olderRoot)) throw new LedgerError(`the consistency proof does not lead to the older root ${toBase64(olderRoot)}`);
  if (!equal(fromNew, newerRoot)) throw new LedgerError(`the consistency proof does not lead to the newer root ${toBase64(newerRoot)}`);
}
