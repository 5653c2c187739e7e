// Signed notes (C2SP signed-note), their keys, and checkpoints (C2SP tlog-checkpoint, tlog-cosignature).
// The same rules as src/ledger/note.h, key.h and checkpoint.h; docs/formats/ledger.md has the grammar.
//
//     const note = parseNote(text);
//     const seen = checkSignatures(note, keys);          // a verdict for every signature line
//     const head = parseCheckpoint(note.text);           // counts only once its log's signature is good
//
// Ed25519 by @noble/curves, not WebCrypto: a page that comes over plain HTTP from another machine has no
// crypto.subtle, and a verifier must work there too.

import { ed25519 } from '@noble/curves/ed25519.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { concat, fromBase64, fromHex, LedgerError, textOf, toBase64, toHex, utf8 } from './bytes';
import { HASH_BYTES, MOST_ENTRIES, type Hash } from './merkle';

export const NOTE_BYTES = 1_000_000;
export const NOTE_SIGNATURES = 64;

export const KeyType = { ed25519: 1, cosignature: 4, mlDsa44: 6 } as const;

export interface VerifierKey {
  name: string;
  type: number; // ed25519 or cosignature
  publicKey: Uint8Array;
  id: Uint8Array; // 4 bytes
}

// Signers' names: not empty, no white space of Unicode, no plus sign. U+0085 is white space and not in \s, U+FEFF the
// other way round.
const isKeyName = (name: string): boolean => name !== '' && !/[\u0009-\u000d\u0020\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000+]/.test(name);

export function keyId(name: string, type: number, publicKey: Uint8Array): Uint8Array {
  return sha256(concat(utf8(`${name}\n`), Uint8Array.of(type), publicKey)).slice(0, 4);
}

export function makeKey(name: string, type: number, publicKey: Uint8Array): VerifierKey {
  return { name, type, publicKey, id: keyId(name, type, publicKey) };
}

export const keyText = (key: VerifierKey): string => `${key.name}+${toHex(key.id)}+${toBase64(concat(Uint8Array.of(key.type), key.publicKey))}`;

function parseTail(text: string): { name: string; type: number; id: Uint8Array; bytes: Uint8Array } {
  const [, name = '', hex = '', rest = ''] = /^([^+]*)\+([^+]*)\+(.*)$/s.exec(text) ?? [];
  const id = fromHex(hex);
  const bytes = fromBase64(rest);
  if (!isKeyName(name) || !id || id.length !== 4 || !bytes || bytes.length === 0) throw new LedgerError('a key is NAME+8 hexadecimal digits+base 64');
  const type = bytes[0]!;
  if (type === KeyType.mlDsa44) throw new LedgerError('keys of type 6 (ML-DSA-44) are not supported yet');
  if (type !== KeyType.ed25519 && type !== KeyType.cosignature) throw new LedgerError(`keys of type ${type} are not known`);
  if (bytes.length !== 33) throw new LedgerError('an Ed25519 key has 32 bytes');
  return { name, type, id, bytes: bytes.slice(1) };
}

// A verifier key, as `skypact key show` prints it.
export function parseKey(text: string): VerifierKey {
  const { name, type, id, bytes } = parseTail(text);
  const key = makeKey(name, type, bytes);
  if (toHex(key.id) !== toHex(id)) throw new LedgerError('the key does not have the id that is written beside it: a character was changed');
  return key;
}

// A signing key of type ed25519: PRIVATE+KEY+NAME+ID+base 64 of type and seed. The caller wipes `seed`.
export function parseSigningKey(text: string): { key: VerifierKey; seed: Uint8Array } {
  const lead = 'PRIVATE+KEY+';
  if (!text.startsWith(lead)) throw new LedgerError('a private key begins with PRIVATE+KEY+');
  const { name, type, id, bytes: seed } = parseTail(text.slice(lead.length));
  const key = makeKey(name, type, ed25519.getPublicKey(seed));
  if (toHex(key.id) !== toHex(id)) throw new LedgerError('the private key does not have the id that is written beside it: a character was changed');
  return { key, seed };
}

export interface NoteSignature {
  name: string;
  keyId: Uint8Array;
  bytes: Uint8Array; // behind the key id
}

export interface Note {
  text: string; // ends with a newline, which is signed too
  signatures: NoteSignature[];
}

export function parseNote(source: string | Uint8Array): Note {
  const text = typeof source === 'string' ? source : textOf(source);
  if ((typeof source === 'string' ? utf8(source).length : source.length) > NOTE_BYTES) throw new LedgerError(`a note has at most ${NOTE_BYTES} bytes`);
  // Lone surrogates are no UTF-8, so no note either.
  if (/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/.test(text)) throw new LedgerError('a note is UTF-8, and this is not');
  const control = /[\u0000-\u0009\u000b-\u001f]/.exec(text);
  if (control) throw new LedgerError(`line ${text.slice(0, control.index).split('\n').length}: control character ${control[0].charCodeAt(0)}`);
  const blank = text.lastIndexOf('\n\n');
  if (blank < 0) throw new LedgerError('no blank line separates text and signatures');
  const lines = text.slice(blank + 2).split('\n');
  if (lines.pop() !== '') throw new LedgerError(`signature ${lines.length + 1}: the line does not end with a newline`);
  if (!lines.length) throw new LedgerError('the note is not signed');
  if (lines.length > NOTE_SIGNATURES) throw new LedgerError(`a note has at most ${NOTE_SIGNATURES} signatures`);
  const signatures = lines.map((line, i) => {
    const [, name = '', rest = ''] = /^\u2014 ([^ ]*) (.*)$/s.exec(line) ?? [];
    const bytes = fromBase64(rest);
    if (!isKeyName(name) || !bytes || bytes.length <= 4) throw new LedgerError(`signature ${i + 1}: a signature line is an em dash, a name and the base 64 of key id and signature`);
    return { name, keyId: bytes.slice(0, 4), bytes: bytes.slice(4) };
  });
  return { text: text.slice(0, blank + 1), signatures };
}

export const signatureText = (s: NoteSignature): string => `\u2014 ${s.name} ${toBase64(concat(s.keyId, s.bytes))}\n`;
export const noteText = (note: Note): string => `${note.text}\n${note.signatures.map(signatureText).join('')}`;

// The key is of type ed25519; `seed` is its.
export function signNote(text: string, key: VerifierKey, seed: Uint8Array): NoteSignature {
  if (!text.endsWith('\n')) throw new LedgerError('what is signed ends with a newline');
  return { name: key.name, keyId: key.id, bytes: ed25519.sign(utf8(text), seed) };
}

export type Verdict = 'good' | 'wrong' | 'unknown'; // unknown: no key for this name and id is at hand

export interface CheckedSignature {
  signature: NoteSignature;
  verdict: Verdict;
  key?: VerifierKey;
  cosigned_ms?: number; // of a good cosignature
}

const isSignedBy = (key: VerifierKey, message: Uint8Array, signature: Uint8Array): boolean => {
  if (signature.length !== 64) return false;
  try {
    // RFC 8032 as libsodium has it: no other encoding of a point or scalar counts.
    return ed25519.verify(signature, message, key.publicKey, { zip215: false });
  } catch {
    return false; // the key or signature is no point of the curve
  }
};

function check(text: string, signature: NoteSignature, key: VerifierKey): CheckedSignature {
  if (key.type === KeyType.ed25519) return { signature, key, verdict: isSignedBy(key, utf8(text), signature.bytes) ? 'good' : 'wrong' };
  if (signature.bytes.length !== 72) return { signature, key, verdict: 'wrong' };
  const seconds = new DataView(signature.bytes.buffer, signature.bytes.byteOffset, 8).getBigUint64(0);
  const good = isSignedBy(key, utf8(`cosignature/v1\ntime ${seconds}\n${text}`), signature.bytes.subarray(8));
  // Times that no clock can show; nobody signs them in good faith.
  if (!good || seconds > 9_223_372_036n) return { signature, key, verdict: 'wrong' };
  return { signature, key, verdict: 'good', cosigned_ms: Number(seconds) * 1000 };
}

// One verdict for each signature line, in the note's order. Where any is `wrong` nothing of the note is to be believed.
export function checkSignatures(note: Note, keys: VerifierKey[]): CheckedSignature[] {
  return note.signatures.map((signature) => {
    const key = keys.find((k) => k.name === signature.name && toHex(k.id) === toHex(signature.keyId));
    return key ? check(note.text, signature, key) : { signature, verdict: 'unknown' };
  });
}

// The time that a cosignature line of 72 bytes claims; nothing vouches for it before its signature is checked.
export function claimedTime(signature: NoteSignature): number | null {
  if (signature.bytes.length !== 72) return null;
  const seconds = new DataView(signature.bytes.buffer, signature.bytes.byteOffset, 8).getBigUint64(0);
  return seconds > 9_223_372_036n ? null : Number(seconds) * 1000;
}

// ---- checkpoints

export interface Checkpoint {
  origin: string;
  size: number;
  root: Hash;
  extensions: string[];
}

// A number as these formats write it; what a browser cannot hold exactly is refused.
export function parseCount(text: string): number | null {
  if (!/^(0|[1-9][0-9]{0,18})$/.test(text)) return null;
  const value = Number(text);
  return value <= MOST_ENTRIES ? value : null;
}

export function parseHash(text: string): Hash | null {
  const bytes = fromBase64(text);
  return bytes?.length === HASH_BYTES ? bytes : null;
}

export function parseCheckpoint(text: string): Checkpoint {
  if (!text.endsWith('\n')) throw new LedgerError('a checkpoint ends with a newline');
  const lines = text.slice(0, -1).split('\n');
  const empty = lines.indexOf('');
  if (empty >= 0) throw new LedgerError(`line ${empty + 1} of the checkpoint is empty`);
  if (lines.length < 3) throw new LedgerError('a checkpoint has three lines: origin, size and root');
  const size = parseCount(lines[1]!);
  if (size === null) throw new LedgerError('line 2 of the checkpoint is not a number of entries');
  const root = parseHash(lines[2]!);
  if (!root) throw new LedgerError('line 3 of the checkpoint is not the base 64 of a hash of 32 bytes');
  return { origin: lines[0]!, size, root, extensions: lines.slice(3) };
}

export const checkpointText = (c: Checkpoint): string => [c.origin, c.size, toBase64(c.root), ...c.extensions].join('\n') + '\n';
