// A person's locked key file (docs/formats/locked-key.md): Argon2id makes a key of the passphrase, XChaCha20-Poly1305 opens the
// private key with it. Everything happens in this browser, in the worker that signs: Argon2id is WebAssembly, which the node's
// policy allows there alone (docs/decisions/0025-webassembly-in-the-signing-worker.md).

import { xchacha20poly1305 } from '@noble/ciphers/chacha.js';
import { argon2id } from 'hash-wasm';
import { fromBase64, LedgerError, textOf, utf8 } from '../ledger/bytes';
import { KeyType, keyText, parseKey, parseSigningKey, type VerifierKey } from '../ledger/note';

export const KEY_FILE_BYTES = 4000;
const MOST_OPERATIONS = 10;
const LEAST_MEMORY = 8192;
const MOST_MEMORY = 1 << 30;

export interface LockedKey {
  key: VerifierKey;
  keyText: string;
  operations: number;
  memory_bytes: number;
  salt: Uint8Array;
  nonce: Uint8Array;
  text: Uint8Array;
}

function object(value: unknown, names: string[], what: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new LedgerError(`${what} is not an object`);
  const unknown = Object.keys(value).find((k) => !names.includes(k));
  if (unknown !== undefined) throw new LedgerError(`${what} has a member that is not known`);
  return value as Record<string, unknown>;
}
function bytes(value: unknown, length: number | null, what: string): Uint8Array {
  const b = typeof value === 'string' ? fromBase64(value) : null;
  if (!b || (length !== null && b.length !== length)) throw new LedgerError(`${what} is not the base 64 of ${length ?? 'some'} bytes`);
  return b;
}
function whole(value: unknown, least: number, most: number, what: string): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < least || value > most) throw new LedgerError(`${what} is not from ${least} to ${most}: the file asks for more or less than is allowed`);
  return value;
}

// Nothing of the file is quoted in an error.
export function parseLockedKey(text: string): LockedKey {
  if (text.startsWith('PRIVATE+KEY+')) throw new LedgerError('this key is not locked by a passphrase: skypact key lock locks it');
  if (utf8(text).length > KEY_FILE_BYTES) throw new LedgerError(`a locked key has at most ${KEY_FILE_BYTES} bytes`);
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw new LedgerError('this is no locked key: it is not JSON');
  }
  const file = object(parsed, ['format', 'v', 'verifier_key', 'kdf', 'cipher'], 'the file');
  if (file['format'] !== 'skypact-locked-key') throw new LedgerError('this is no locked key of skypact');
  if (file['v'] !== 1) throw new LedgerError('this console reads version 1 of locked keys, and the file has another');
  const kdf = object(file['kdf'], ['name', 'operations', 'memory_bytes', 'salt'], 'kdf');
  const cipher = object(file['cipher'], ['name', 'nonce', 'text'], 'cipher');
  if (kdf['name'] !== 'argon2id' || cipher['name'] !== 'xchacha20-poly1305') throw new LedgerError('the key is locked by a method that this console does not know');
  const stated = typeof file['verifier_key'] === 'string' ? file['verifier_key'] : '';
  const key = parseKey(stated);
  if (key.type !== KeyType.ed25519) throw new LedgerError('a person signs with a key of type 1');
  return {
    key, keyText: stated, operations: whole(kdf['operations'], 1, MOST_OPERATIONS, 'kdf.operations'), memory_bytes: whole(kdf['memory_bytes'], LEAST_MEMORY, MOST_MEMORY, 'kdf.memory_bytes'),
    salt: bytes(kdf['salt'], 16, 'kdf.salt'), nonce: bytes(cipher['nonce'], 24, 'cipher.nonce'), text: bytes(cipher['text'], null, 'cipher.text'),
  };
}

// The private key's seed; the caller wipes it. Throws LedgerError for a wrong passphrase or a damaged file, which cannot be told
// apart. The passphrase itself is a string, which JavaScript cannot wipe: it goes when nothing holds it any more.
export async function unlock(locked: LockedKey, passphrase: string): Promise<Uint8Array> {
  const secret = utf8(passphrase);
  // Memory in whole KiB, as libsodium takes it.
  const wrapping = await argon2id({
    password: secret, salt: locked.salt, iterations: locked.operations, memorySize: Math.floor(locked.memory_bytes / 1024), parallelism: 1, hashLength: 32, outputType: 'binary',
  }).finally(() => secret.fill(0));
  let opened: Uint8Array;
  try {
    opened = xchacha20poly1305(wrapping, locked.nonce, utf8(locked.keyText)).decrypt(locked.text);
  } catch {
    throw new LedgerError('wrong passphrase, or the file is damaged');
  } finally {
    wrapping.fill(0);
  }
  try {
    const { key, seed } = parseSigningKey(textOf(opened));
    if (keyText(key) !== locked.keyText) throw new LedgerError('the file holds another key than it says');
    return seed;
  } finally {
    opened.fill(0);
  }
}
