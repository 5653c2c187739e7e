// Activity notices as the node tells them, on every page: events bring each change, and asking again heals what was missed. What was known stays
// on the screen when the node is away.

import { untrack } from 'svelte';
import { get, request, RequestError } from '../api/client';
import type { Draft } from '../notices/draft';
import { keyOf, waitsForUs, phaseOf, type AnswerWord, type Check, type Depth, type Notice } from '../notices/notices';
import { line } from './line.svelte';
import { live } from './live.svelte';
import { settings } from './settings.svelte';

const FLUSH_MS = 250; // a flood of notices is shown four times a second
const RELOAD_AFTER_MS = 500; // after notices_changed: a flood says it again and again

class Notices {
  absent = $state(false); // this node has no duty line, and so no notices
  problem = $state.raw<unknown>(null);
  complete = $state(true); // false: the node still reads its past
  loaded = $state(false);
  all = $state(false); // what is over was asked for too
  list = $state.raw<readonly Notice[]>([]);
  private readonly byKey = new Map<string, Notice>();
  private readonly touchedAt = new Map<string, number>(); // performance.now() of the last event, for answers that an event overtook
  private flushTimer = 0;
  private reloadTimer = 0;
  private started = false;

  start(): void {
    if (this.started) return;
    this.started = true;
    live.onEvent((e) => {
      const event = e as unknown as { type: string; notice?: Notice };
      if (event.type === 'notice' && event.notice) this.take(event.notice);
      else if (event.type === 'notices_changed')
        this.reloadTimer ||= window.setTimeout(() => {
          this.reloadTimer = 0;
          void this.load();
        }, RELOAD_AFTER_MS);
    });
  }

  private take(n: Notice): void {
    this.touchedAt.set(keyOf(n), performance.now());
    this.byKey.set(keyOf(n), n);
    this.flushTimer ||= window.setTimeout(() => this.flush(), FLUSH_MS);
  }

  private flush(): void {
    clearTimeout(this.flushTimer);
    this.flushTimer = 0;
    this.list = [...this.byKey.values()];
  }

  // What is not over, and what is where somebody looked for that once.
  async load(all = this.all): Promise<void> {
    const asked = performance.now();
    try {
      const answer = await get<{ complete: boolean; notices: Notice[] }>(`api/v1/notices${all ? '?all=true' : ''}`);
      for (const n of answer.notices) if ((this.touchedAt.get(keyOf(n)) ?? -Infinity) < asked) this.byKey.set(keyOf(n), n);
      this.complete = answer.complete;
      this.absent = false;
      this.problem = null;
      this.loaded = true;
      this.all ||= all;
      this.flush();
    } catch (e) {
      if (e instanceof RequestError && e.status === 404) this.absent = true;
      else this.problem = e;
    }
  }

  find(party: string, number: string): Notice | undefined {
    return this.list.find((n) => n.party === party && n.number === number);
  }

  // Anew, with what speaks against it now; null where the node has none.
  async fetch(party: string, number: string): Promise<Notice | null> {
    try {
      const n = await get<Notice>(`api/v1/notices/${encodeURIComponent(party)}/${number.replace('/', '-')}`);
      this.byKey.set(keyOf(n), n);
      this.flush();
      return n;
    } catch (e) {
      if (e instanceof RequestError && e.status === 404) return null;
      throw e;
    }
  }

  // Others' that this party should say something about.
  waiting(): Notice[] {
    const now = live.now_ms();
    return this.list.filter((n) => waitsForUs(n, live.node?.party ?? '') && phaseOf(n, now) !== 'over');
  }

  // ---- acts; whoever may speak on the line may do them
  get mayAct(): boolean {
    return line.maySpeak;
  }

  private async act(method: string, path: string, body?: unknown): Promise<Notice> {
    const n = await request<Notice>(method, path, body);
    this.take(n);
    this.flush();
    return n;
  }
  check(notice: Draft): Promise<Check> {
    return request<Check>('POST', 'api/v1/notices/check', { notice });
  }
  give(notice: Draft, to: readonly string[]): Promise<Notice> {
    return this.act('POST', 'api/v1/notices', { notice, to });
  }
  change(number: string, notice: Draft, to: readonly string[]): Promise<Notice> {
    return this.act('PUT', `api/v1/notices/${number.replace('/', '-')}`, { notice, ...(to.length ? { to } : {}) });
  }
  cancel(number: string, reason: string): Promise<Notice> {
    return this.act('DELETE', `api/v1/notices/${number.replace('/', '-')}${reason ? `?reason=${encodeURIComponent(reason)}` : ''}`);
  }
  acknowledge(n: Notice, depth: Depth, answer: AnswerWord, text: string): Promise<Notice> {
    const path = `api/v1/notices/${encodeURIComponent(n.party)}/${n.number.replace('/', '-')}/acknowledgements`;
    return this.act('POST', path, { depth, answer, ...(text ? { text: { language: settings.language, text } } : {}) });
  }
}

export const notices = new Notices();

export function watchNotices(): void {
  notices.start();
  $effect(() => {
    if (live.eventsOpen) untrack(() => void notices.load());
  });
}
