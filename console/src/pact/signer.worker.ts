// Unlocks a person's key and signs with it, off the page's thread: the picture goes on while the passphrase is worked on, and
// the key itself is never in the page. Ending the worker ends the key.

import { signatureText, signNote, type VerifierKey } from '../ledger/note';
import { parseLockedKey, unlock } from './key-file';
import { keyText } from '../ledger/note';

export type Ask = { do: 'unlock'; file: string; passphrase: string } | { do: 'sign'; text: string };
export type Tell = { tell: 'unlocked'; key: string; name: string } | { tell: 'signed'; line: string } | { tell: 'failed'; why: string };

const scope = self as unknown as { onmessage: ((e: MessageEvent<Ask>) => void) | null; postMessage: (m: Tell) => void };
let held: { key: VerifierKey; seed: Uint8Array } | null = null;

scope.onmessage = async ({ data }) => {
  try {
    if (data.do === 'unlock') {
      const locked = parseLockedKey(data.file);
      held = { key: locked.key, seed: await unlock(locked, data.passphrase) };
      scope.postMessage({ tell: 'unlocked', key: keyText(locked.key), name: locked.key.name });
    } else {
      if (!held) throw new Error('no key is unlocked');
      const line = signatureText(signNote(data.text, held.key, held.seed));
      held.seed.fill(0);
      held = null;
      scope.postMessage({ tell: 'signed', line });
    }
  } catch (e) {
    scope.postMessage({ tell: 'failed', why: e instanceof Error ? e.message : String(e) });
  }
};
