// An officer's key for one shift. Where the browser can, it is WebCrypto's and cannot be taken out of it; it is kept for the tabs and
// reloads of this browser until the shift ends or the officer logs out. Elsewhere it is of this page alone.

import { ed25519 } from '@noble/curves/ed25519.js';
import { utf8 } from '../ledger/bytes';

export interface ShiftKey {
  publicKey: Uint8Array;
  sign(text: string): Promise<Uint8Array>;
}

const DATABASE = 'skypact-shift';
const STORE = 'keys';
const SHIFT_MS = 12 * 3600_000;

function database(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open(DATABASE, 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore(STORE);
    opening.onsuccess = () => resolve(opening.result);
    opening.onerror = () => reject(opening.error ?? new Error('the browser keeps no database'));
  });
}
async function inStore<T>(mode: IDBTransactionMode, act: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const db = await database();
  try {
    return await new Promise<T>((resolve, reject) => {
      const asked = act(db.transaction(STORE, mode).objectStore(STORE));
      asked.onsuccess = () => resolve(asked.result);
      asked.onerror = () => reject(asked.error ?? new Error('the browser kept nothing'));
    });
  } finally {
    db.close();
  }
}

interface Kept {
  pair: CryptoKeyPair;
  made_ms: number;
}

async function webCryptoKey(account: string): Promise<ShiftKey> {
  const kept = await inStore<Kept | undefined>('readonly', (s) => s.get(account) as IDBRequest<Kept | undefined>).catch(() => undefined);
  let pair = kept && Date.now() < kept.made_ms + SHIFT_MS ? kept.pair : undefined;
  if (!pair) {
    pair = (await crypto.subtle.generateKey({ name: 'Ed25519' }, false, ['sign', 'verify'])) as CryptoKeyPair;
    const made: Kept = { pair, made_ms: Date.now() };
    await inStore('readwrite', (s) => s.put(made, account)).catch(() => undefined);
  }
  const { privateKey, publicKey } = pair;
  return {
    publicKey: new Uint8Array(await crypto.subtle.exportKey('raw', publicKey)),
    sign: async (text) => new Uint8Array(await crypto.subtle.sign({ name: 'Ed25519' }, privateKey, utf8(text) as BufferSource)),
  };
}

function pageKey(): ShiftKey {
  const seed = crypto.getRandomValues(new Uint8Array(32));
  return { publicKey: ed25519.getPublicKey(seed), sign: (text) => Promise.resolve(ed25519.sign(utf8(text), seed)) };
}

export async function shiftKey(account: string): Promise<ShiftKey> {
  if (globalThis.crypto.subtle) {
    try {
      return await webCryptoKey(account);
    } catch {
      // A browser whose WebCrypto has no Ed25519.
    }
  }
  return pageKey();
}

export const forgetShiftKey = (account: string): Promise<unknown> => inStore('readwrite', (s) => s.delete(account)).catch(() => undefined);
