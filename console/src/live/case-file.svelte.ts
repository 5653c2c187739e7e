// One case while somebody looks at it: asked for again when it changed, and now and then, because circles grow and ages tick.

import { get, RequestError } from '../api/client';
import type { Addressee, Sent, Whole } from '../lib/distress';
import { distress } from './distress.svelte';
import { live } from './live.svelte';
import { session } from './session.svelte';

const LOOK_MS = 5000;
const SOON_MS = 150; // of a storm of changes one answer is enough

export class CaseFile {
  whole = $state.raw<Whole | null>(null);
  problem = $state.raw<unknown>(null);
  absent = $state(false);
  busy = $state('');
  refused = $state.raw<{ what: string; error: unknown } | null>(null);
  sent = $state.raw<Sent | null>(null);
  acting = $state(''); // the one act whose form is open
  private timer = 0;

  constructor(private readonly written: string) {}

  // Ends with what it returns.
  start(): () => void {
    void this.load();
    const look = setInterval(() => void this.load(), LOOK_MS);
    const off = distress.onCase((c) => {
      if (this.whole && c.id !== this.whole.short.id && !c.members.includes(this.whole.short.id)) return;
      this.timer ||= window.setTimeout(() => {
        this.timer = 0;
        void this.load();
      }, SOON_MS);
    });
    return () => {
      clearInterval(look);
      clearTimeout(this.timer);
      off();
    };
  }

  async load(): Promise<void> {
    try {
      this.take(await get<Whole>(`api/v1/distress/${encodeURIComponent(this.written)}`));
    } catch (e) {
      if (e instanceof RequestError && e.status === 404) this.absent = true;
      this.problem = e;
    }
  }

  private take(whole: Whole): void {
    // Of two answers that overtook each other the later stands.
    if (this.whole && Date.parse(whole.now) < Date.parse(this.whole.now)) return;
    this.whole = whole;
    this.absent = false;
    this.problem = null;
    distress.markSeen([whole.short.id, ...whole.short.members]);
  }

  // Opens the form of an act, or closes it.
  begin(act: string): void {
    this.acting = this.acting === act ? '' : act;
    this.refused = null;
  }

  // Seconds since the answer, to be added to the ages in it.
  since(): number {
    void live.heartbeat;
    return this.whole ? Math.max(0, (live.now_ms() - Date.parse(this.whole.now)) / 1000) : 0;
  }

  // True where the node took it. `what` says where on the page the answer belongs. `on` is another case than this one: a member, to take it apart.
  async act(what: string, body: Record<string, unknown>, on?: number): Promise<boolean> {
    const id = on ?? this.whole?.short.id;
    if (id === undefined || this.busy) return false;
    return this.run(what, async () => {
      const whole = await session.confirmed(() => distress.act(id, body));
      if (on === undefined && whole.short.id === this.whole?.short.id) this.take(whole);
      else await this.load();
    });
  }

  async tell(what: string, to?: Addressee[]): Promise<boolean> {
    const id = this.whole?.short.id;
    if (id === undefined || this.busy) return false;
    return this.run(what, async () => {
      this.sent = await distress.tell(id, to);
      await this.load();
    });
  }

  private async run(what: string, doIt: () => Promise<void>): Promise<boolean> {
    this.busy = what;
    this.refused = null;
    try {
      await doIt();
      return true;
    } catch (error) {
      this.refused = { what, error };
      return false;
    } finally {
      this.busy = '';
    }
  }
}
