// Proof files (C2SP tlog-proof): that one entry is in a log, for somebody without the log and without a network.
// Ours carry the entry itself as `extra`: it counts by hashing to the leaf, not by being there.
// `skypact ledger verify FILE` checks the same file.

import { fromBase64, LedgerError, toBase64 } from './bytes';
import { LONGEST_PROOF, type Hash } from './merkle';
import { noteText, parseCount, parseHash, parseNote, type Note } from './note';

const HEADER = 'c2sp.org/tlog-proof@v1';

export interface ProofFile {
  extra: Uint8Array | null;
  index: number;
  path: Hash[]; // from the leaf's sibling up
  checkpoint: Note;
}

export function proofText(proof: ProofFile): string {
  const extra = proof.extra ? `extra ${toBase64(proof.extra)}\n` : '';
  return `${HEADER}\n${extra}index ${proof.index}\n${proof.path.map((h) => toBase64(h) + '\n').join('')}\n${noteText(proof.checkpoint)}`;
}

export function parseProof(text: string): ProofFile {
  const lines = text.split('\n');
  let at = 0;
  if (lines[at++] !== HEADER) throw new LedgerError(`line 1 of a proof is ${HEADER}`);
  let extra: Uint8Array | null = null;
  if (lines[at]?.startsWith('extra ')) {
    extra = fromBase64(lines[at]!.slice(6));
    if (!extra) throw new LedgerError('line 2: extra is not base 64');
    at++;
  }
  if (!lines[at]?.startsWith('index ')) throw new LedgerError(`line ${at + 1}: the index of the entry is expected`);
  const index = parseCount(lines[at]!.slice(6));
  if (index === null) throw new LedgerError(`line ${at + 1}: the index is not a number`);
  at++;
  const path: Hash[] = [];
  for (; at < lines.length && lines[at] !== ''; at++) {
    const hash = parseHash(lines[at]!);
    if (!hash) throw new LedgerError(`line ${at + 1}: not the base 64 of a hash of 32 bytes`);
    if (path.length === LONGEST_PROOF) throw new LedgerError(`line ${at + 1}: more than ${LONGEST_PROOF} hashes`);
    path.push(hash);
  }
  if (at + 1 >= lines.length) throw new LedgerError('the proof is cut off: a blank line and a checkpoint are expected behind the hashes');
  return { extra, index, path, checkpoint: parseNote(lines.slice(at + 1).join('\n')) };
}
