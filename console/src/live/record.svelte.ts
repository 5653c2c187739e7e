// The node's record as this browser reads it: its head, which it checks itself, and the files behind it. What a person
// decided to trust (pins) and what was seen before is kept in this browser and never sent.

import { get, getFile, RequestError } from '../api/client';
import { Browser } from '../ledger/browse';
import { textOf, toBase64 } from '../ledger/bytes';
import { readStatement } from '../ledger/entry';
import { parseCheckpoint, parseKey, parseNote, type VerifierKey } from '../ledger/note';
import { parsePolicy, type Policy } from '../ledger/policy';
import type { RecordView } from '../ledger/record-view';
import { TileReader } from '../ledger/tiles';
import { checkGrowth, checkHead, type CheckedHead, type Cosigner, type SeenHead, type Step, type Trust } from '../ledger/verify';
import { idOf } from '../pact/statement';
import { live } from './live.svelte';
import { pact } from './pact.svelte';

interface Pin {
  key: string; // verifier key
  at: string;
}
interface Kept {
  pins: Record<string, Pin>; // by origin
  seen: Record<string, SeenHead>; // by origin and verifier key: another key is another log
  policy: string; // tlog-policy: cosigners that the person trusts
}

const KEY = 'skypact.record';
const CHECKPOINT_BYTES = 100_000;
const CLOCK_STEP_MS = 60_000; // by which a node's clock may have been set while it recorded
const STATEMENT_WITHIN_MS = 15_000;
const MOST_LOGS = 16; // whose heads are remembered

function stored(): Kept {
  try {
    const raw = JSON.parse(localStorage.getItem(KEY) ?? '{}') as Partial<Kept>;
    return { pins: raw.pins ?? {}, seen: raw.seen ?? {}, policy: typeof raw.policy === 'string' ? raw.policy : '' };
  } catch {
    return { pins: {}, seen: {}, policy: '' };
  }
}

class NodeRecord {
  head = $state.raw<CheckedHead | null>(null);
  growth = $state.raw<Step | null>(null);
  view = $state.raw<RecordView | null>(null); // what the node says of its mirrors and witnesses
  problem = $state.raw<unknown>(null);
  absent = $state(false); // the node keeps no record, or has not signed a head yet
  kept = $state<Kept>(stored());
  readonly reader = new TileReader((path) => getFile(`ledger/${path}`));
  private loading = false;

  private keep(): void {
    try {
      localStorage.setItem(KEY, JSON.stringify(this.kept));
    } catch {
      // Without storage nothing is pinned beyond this visit; the page shows it as not kept the next time.
    }
  }

  policy(): { policy: Policy | null; error: string } {
    if (!this.kept.policy.trim()) return { policy: null, error: '' };
    try {
      return { policy: parsePolicy(this.kept.policy), error: '' };
    } catch (e) {
      return { policy: null, error: e instanceof Error ? e.message : String(e) };
    }
  }

  setPolicy(text: string): void {
    this.kept.policy = text;
    this.keep();
    void this.load();
  }

  nodeKey(): VerifierKey | null {
    const text = live.node?.record?.verifier_key ?? this.view?.own.verifier_key;
    if (!text) return null;
    try {
      return parseKey(text);
    } catch {
      return null;
    }
  }

  // Cosigners whose keys are at hand: the person's own first, then then those of the pact.
  cosigners(): Cosigner[] {
    const all: Cosigner[] = (this.policy().policy?.witnesses ?? []).map((w) => ({ key: w.key, name: w.name }));
    const said = (pact.view?.keys ?? []).filter((k) => k.party !== live.node?.party).flatMap((k) => k.cosigner.map((c) => ({ key: c.key, name: live.partyName(k.party) })));
    for (const c of said) {
      try {
        const key = parseKey(c.key);
        if (!all.some((a) => toBase64(a.key.publicKey) === toBase64(key.publicKey))) all.push({ key, name: c.name });
      } catch {
        // A key of a type that this console does not know: its signature stays "not checked".
      }
    }
    return all;
  }

  pin(origin: string): Pin | null {
    return this.kept.pins[origin] ?? null;
  }
  setPin(origin: string, key: string | null): void {
    if (key === null) delete this.kept.pins[origin];
    else this.kept.pins[origin] = { key, at: new Date(live.now_ms()).toISOString() };
    this.keep();
    void this.load();
  }

  trust(origin: string): Trust {
    const key = this.nodeKey();
    return { nodeKey: key, pinned: this.pin(origin)?.key ?? null, cosigners: this.cosigners(), seen: null };
  }

  async load(): Promise<void> {
    if (this.loading) return;
    this.loading = true;
    try {
      await Promise.all([this.loadView(), pact.view ? undefined : pact.load()]);
      const bytes = await getFile('ledger/checkpoint', CHECKPOINT_BYTES);
      this.absent = bytes === null;
      if (!bytes) {
        this.head = this.growth = null;
        this.problem = null;
        return;
      }
      const note = parseNote(textOf(bytes));
      const { origin } = parseCheckpoint(note.text);
      const head = checkHead(note, this.trust(origin));
      const name = `${origin} ${live.node?.record?.verifier_key ?? ''}`;
      const seen = this.kept.seen[name] ?? null;
      const same = seen !== null && seen.size === head.checkpoint.size && seen.root === toBase64(head.checkpoint.root);
      const growth: Step = same ? { id: 'growth', state: 'good', values: { size: String(seen.size), at: seen.at } } : await checkGrowth(this.reader, head.checkpoint, seen);
      this.head = head;
      this.growth = growth;
      this.problem = null;
      // What alarms stays what it is compared with: a fork must not become the new truth by being looked at twice.
      if (head.believed && growth.state !== 'wrong' && (growth.state === 'good' || !seen) && !same) {
        const names = Object.keys(this.kept.seen);
        if (!(name in this.kept.seen) && names.length >= MOST_LOGS) delete this.kept.seen[names[0]!];
        this.kept.seen[name] = { size: head.checkpoint.size, root: toBase64(head.checkpoint.root), at: new Date(live.now_ms()).toISOString() };
        this.keep();
      }
    } catch (e) {
      this.problem = e;
    } finally {
      this.loading = false;
    }
  }

  // The text of a statement that stands in this record; null where it does not. What was recorded a moment ago stands under the
  // next checkpoint only, a second or so later: that is waited for.
  async statementText(id: string, recorded_at: string): Promise<string | null> {
    const end = performance.now() + STATEMENT_WITHIN_MS;
    for (let looked = -1; ; ) {
      await this.load();
      const size = this.head?.checkpoint.size ?? 0;
      if (size > looked) {
        const text = await this.findStatement(id, Date.parse(recorded_at));
        if (text !== null) return text;
        looked = size;
      }
      if (performance.now() > end) return null;
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  }

  // Looked for around the time at which the node says it was recorded, and known by its hash.
  private async findStatement(id: string, at: number): Promise<string | null> {
    if (!this.head) return null;
    const search = new Browser(this.reader, this.head.checkpoint.size, { type: 'statement', from_ms: at - CLOCK_STEP_MS, to_ms: at + CLOCK_STEP_MS });
    await search.jump();
    while (!search.done) {
      for (const entry of await search.older(50)) {
        const { note } = readStatement(entry);
        if (idOf(note.text) === id) return note.text;
      }
    }
    return null;
  }

  private async loadView(): Promise<void> {
    try {
      this.view = await get<RecordView>('api/v1/record');
    } catch (e) {
      // A node without mirrors does not have it; the checkpoint's own signatures say the rest.
      if (e instanceof RequestError && e.status === 404) this.view = null;
    }
  }
}

export const record = new NodeRecord();
