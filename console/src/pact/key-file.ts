// A person's locked key file (docs/formats/keys.md): Argon2id makes a key of the passphrase, XChaCha20-Poly1305 opens the
// signing key with it. Everything happens in this browser.

import { xchacha20poly1305 } from '@noble/ciphers/chacha.js';
import { argon2id } from '@noble/hashes/argon2.js';
import { fromBase64, LedgerError, textOf, utf8 } from '../ledger/bytes';
import { keyText, parseKey, parseSigningKey, type VerifierKey } from '../ledger/note';

export const KEY_FILE_BYTES = 10_000;
// What a browser can be asked to do; files that skypact writes are far below.
const MOST_MEMORY_KIB = 1 << 20;
const MOST_PASSES = 16;

export interface LockedKey {
  key: VerifierKey;
  kdf: { memory_kib: number; passes: number; salt: Uint8Array };
  nonce: Uint8Array;
  sealed: Uint8Array;
}

const need = <T>(value: T | null | undefined, what: string): T => {
  if (value === null || value === undefined) throw new LedgerError(`the key file has no ${what}, or one that cannot be read`);
  return value;
};

export function parseLockedKey(text: string): LockedKey {
  if (text.startsWith('PRIVATE+KEY+')) throw new LedgerError('this key is not locked by a passphrase: lock it before you use it here');
  let file: Record<string, unknown>;
  try {
    file = JSON.parse(text) as Record<string, unknown>;
  } catch {
    throw new LedgerError('this is no key file: it is not JSON');
  }
  if (typeof file !== 'object' || file === null || file['format'] !== 'skypact-locked-key') throw new LedgerError('this is no locked key of skypact');
  if (file['v'] !== 1) throw new LedgerError(`key files of version ${String(file['v'])} are not known to this console`);
  const bytes = (value: unknown, length: number | null, what: string) => {
    const b = typeof value === 'string' ? fromBase64(value) : null;
    return need(b && (length === null || b.length === length) ? b : null, what);
  };
  const kdf = (file['kdf'] ?? {}) as Record<string, unknown>;
  const cipher = (file['cipher'] ?? {}) as Record<string, unknown>;
  if (kdf['name'] !== 'argon2id' || cipher['name'] !== 'xchacha20poly1305') throw new LedgerError('the key is locked by a method that this console does not know');
  const memory = Number(kdf['memory_kib']);
  const passes = Number(kdf['passes']);
  if (!(Number.isInteger(memory) && memory >= 8 && memory <= MOST_MEMORY_KIB && Number.isInteger(passes) && passes >= 1 && passes <= MOST_PASSES)) throw new LedgerError('the key file asks for more work than a browser does');
  return {
    key: parseKey(need(typeof file['key'] === 'string' ? file['key'] : null, 'key')),
    kdf: { memory_kib: memory, passes, salt: bytes(kdf['salt'], 16, 'salt') },
    nonce: bytes(cipher['nonce'], 24, 'nonce'),
    sealed: bytes(file['sealed'], null, 'sealed key'),
  };
}

// The signing key's seed; the caller wipes it. Throws LedgerError for a wrong passphrase or a damaged file, which cannot be
// told apart.
export function unlock(locked: LockedKey, passphrase: string, onProgress?: (part: number) => void): Uint8Array {
  const secret = utf8(passphrase);
  const options = { t: locked.kdf.passes, m: locked.kdf.memory_kib, p: 1, dkLen: 32, maxmem: 2 ** 31, ...(onProgress ? { onProgress } : {}) };
  const wrapping = argon2id(secret, locked.kdf.salt, options);
  secret.fill(0);
  let opened: Uint8Array;
  try {
    opened = xchacha20poly1305(wrapping, locked.nonce, utf8(keyText(locked.key))).decrypt(locked.sealed);
  } catch {
    throw new LedgerError('wrong passphrase, or the file is damaged');
  } finally {
    wrapping.fill(0);
  }
  try {
    const { key, seed } = parseSigningKey(textOf(opened));
    if (keyText(key) !== keyText(locked.key)) throw new LedgerError('the file holds another key than it says');
    return seed;
  } finally {
    opened.fill(0);
  }
}
