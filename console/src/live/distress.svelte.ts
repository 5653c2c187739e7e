// The distress board as the node tells it, on every page: events bring each change, and asking again heals what was missed. What was known stays
// on the screen when the node is away, marked with its age; a case never leaves it because nobody answers.

import { get, request, RequestError } from '../api/client';
import { byGravity, isUntouched, type Board, type CaseShort, type Heard, type Sent, type Taken, type Whole } from '../lib/distress';
import { line } from './line.svelte';
import { live } from './live.svelte';
import { session } from './session.svelte';
import { settings } from './settings.svelte';

const HEAL_MS = 5000;
const FLUSH_MS = 250; // a flood of cases is shown four times a second
const SEEN_KEY = 'skypact.distress.seen';
const MOST_SEEN = 2000;

class Distress {
  absent = $state(false); // this node has no distress desk
  problem = $state.raw<unknown>(null);
  complete = $state(true); // false: the node still reads its past
  loaded = $state(false);
  open = $state.raw<readonly CaseShort[]>([]); // the gravest first
  closed = $state.raw<readonly CaseShort[]>([]); // asked for when somebody looks
  proposals = $state.raw<Board['merge_proposals']>([]);
  heard = $state.raw<Heard[]>([]);
  heardEver = $state(0);
  noRoom = $state.raw<Heard[]>([]);
  noRoomEver = $state(0);
  asOf_ms = $state(0); // by the node's clock
  private readonly byId = new Map<number, CaseShort>();
  private readonly touchedAt = new Map<number, number>(); // performance.now() of the last event, for answers that an event overtook
  private seen = $state.raw<ReadonlySet<number>>(storedSeen());
  private timer = 0;
  private started = false;
  private listeners = new Set<(c: CaseShort) => void>();

  start(): void {
    if (this.started) return;
    this.started = true;
    live.onEvent((e) => {
      const event = e as unknown as { type: string; case?: CaseShort };
      if (event.type === 'case' && event.case) this.take(event.case);
    });
    window.setInterval(() => live.eventsOpen && void this.load(), HEAL_MS);
  }

  async load(): Promise<void> {
    const asked = performance.now();
    try {
      const board = await get<Board>('api/v1/distress');
      const kept = board.cases.filter((c) => (this.touchedAt.get(c.id) ?? -Infinity) < asked);
      const overtaken = [...this.byId.values()].filter((c) => (this.touchedAt.get(c.id) ?? -Infinity) >= asked);
      this.byId.clear();
      for (const c of [...kept, ...overtaken]) this.byId.set(c.id, c);
      for (const [id, at] of this.touchedAt) if (at < asked) this.touchedAt.delete(id);
      this.complete = board.complete;
      this.proposals = board.merge_proposals;
      this.heard = board.heard;
      this.heardEver = board.heard_ever;
      this.noRoom = board.no_room;
      this.noRoomEver = board.no_room_ever;
      this.asOf_ms = Date.parse(board.now);
      this.absent = false;
      this.problem = null;
      this.loaded = true;
      this.flush();
    } catch (e) {
      if (e instanceof RequestError && e.status === 404) this.absent = true;
      else this.problem = e;
    }
  }

  async loadClosed(): Promise<void> {
    const board = await get<Board>('api/v1/distress?all=true');
    this.closed = board.cases.filter((c) => c.status === 'closed');
  }

  take(c: CaseShort): void {
    this.touchedAt.set(c.id, performance.now());
    if (c.status === 'open') this.byId.set(c.id, c);
    else this.byId.delete(c.id);
    for (const member of c.members) this.byId.delete(member);
    this.timer ||= window.setTimeout(() => this.flush(), FLUSH_MS);
    for (const l of this.listeners) l(c);
  }

  private flush(): void {
    clearTimeout(this.timer);
    this.timer = 0;
    this.open = [...this.byId.values()].filter((c) => c.status === 'open').sort(byGravity);
  }

  onCase(listener: (c: CaseShort) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  find(written: string): CaseShort | undefined {
    return this.open.find((c) => c.number.replace('/', '-') === written || String(c.id) === written);
  }

  // Cases that nobody has taken up and that were not looked at on this screen: their tone goes on.
  ringing(): CaseShort[] {
    return this.open.filter((c) => isUntouched(c) && !this.seen.has(c.id));
  }

  markSeen(ids: readonly number[]): void {
    if (ids.every((id) => this.seen.has(id))) return;
    this.seen = new Set([...this.seen, ...ids].slice(-MOST_SEEN));
    try {
      sessionStorage.setItem(SEEN_KEY, JSON.stringify([...this.seen]));
    } catch {
      // It rings again after a reload: no harm.
    }
  }

  // Whoever may speak on the line; the node refuses the others, so nothing of it is offered to them.
  get mayAct(): boolean {
    return line.maySpeak;
  }

  // At which desk: that of the settings where the person works there; a node without accounts takes any word.
  desk(): string {
    const account = session.info?.account;
    if (!account) return settings.desk.trim().slice(0, 60) || 'duty';
    return account.desks.includes(settings.desk) ? settings.desk : (account.desks[0] ?? '');
  }

  private at(path: string): string {
    const desk = this.desk();
    return desk ? `${path}?desk=${encodeURIComponent(desk)}` : path;
  }

  async act(id: number, act: Record<string, unknown>): Promise<Whole> {
    const whole = await request<Whole>('POST', this.at(`api/v1/distress/${id}/acts`), act);
    this.take(whole.short);
    return whole;
  }

  async tell(id: number, to?: { kind: string; id: string }[]): Promise<Sent> {
    return request<Sent>('POST', this.at(`api/v1/distress/${id}/tell`), to ? { to } : {});
  }

  async report(body: Record<string, unknown>): Promise<Taken> {
    return this.taken(await request<Taken>('POST', 'api/v1/distress/reports', body));
  }

  async beacons(text: string, query: Record<string, string>): Promise<Taken> {
    return this.taken(await request<Taken>('POST', `api/v1/distress/beacons?${new URLSearchParams(query).toString()}`, text, 'text/plain'));
  }

  private taken(answer: Taken): Taken {
    for (const c of answer.cases) this.take(c);
    this.markSeen(answer.cases.map((c) => c.id)); // who typed it in knows of it
    return answer;
  }
}

function storedSeen(): ReadonlySet<number> {
  try {
    const list = JSON.parse(sessionStorage.getItem(SEEN_KEY) ?? '[]') as unknown;
    return new Set(Array.isArray(list) ? list.filter((n): n is number => typeof n === 'number') : []);
  } catch {
    return new Set();
  }
}

export const distress = new Distress();
