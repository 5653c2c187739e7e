// The duty line as the node tells it: desks, and the messages that are open or recent. Urgent changes are shown at once, the
// others four times a second: a flood of INFORM must not keep the screen from a STOP.

import { get, request, RequestError } from '../api/client';
import { byUrgency, disagrees, floods, shownPosition, tellsLess, waitsHere, waitsThere, isUrgent, type Flood } from '../line/line';
import type { AnswerWord, Depth, LineView, Message, Peer, Phrasebook } from '../line/view';
import { live } from './live.svelte';
import { session } from './session.svelte';

const MOST_KEPT = 2000; // messages; the oldest that nobody waits for go first, and stay in the record
const LISTED = 500;
const PAGE = 100;
const FLUSH_MS = 250;
const HEAL_MS = 15_000;
const RELOAD_AFTER_MS = 500; // after line_changed: a flood says it again and again
const READ_KEY = 'skypact.line.read';

class DutyLine {
  view = $state.raw<LineView | null>(null);
  absent = $state(false); // this node has no duty line
  problem = $state.raw<unknown>(null);
  list = $state.raw<readonly Message[]>([]); // the newest first
  complete = $state(true); // false: the node still reads its past
  more = $state(true); // there may be older ones at the node
  book = $state.raw<Phrasebook | null>(null);
  readUpTo_ms = $state(storedRead());
  private readonly byId = new Map<string, Message>();
  private readonly touchedAt = new Map<string, number>(); // performance.now() of the last event, for answers that an event overtook
  private flushTimer = 0;
  private reloadTimer = 0;
  private loading: Promise<void> | null = null;
  private started = false;

  start(): void {
    if (this.started) return;
    this.started = true;
    live.onEvent((e) => this.take(e as unknown as { type: string; message?: Message; line?: LineView }));
    window.setInterval(() => live.eventsOpen && !this.absent && void this.load(), HEAL_MS);
  }

  private take(e: { type: string; message?: Message; line?: LineView }): void {
    if (e.type === 'line_message' && e.message) {
      this.touchedAt.set(e.message.id, performance.now());
      this.learn(e.message);
      if (isUrgent(e.message) || e.message.class === 'warn') this.flush();
      else this.flushTimer ||= window.setTimeout(() => this.flush(), FLUSH_MS);
    } else if (e.type === 'line' && e.line) {
      this.view = e.line;
      this.absent = false;
    } else if (e.type === 'line_changed') {
      this.reloadTimer ||= window.setTimeout(() => {
        this.reloadTimer = 0;
        void this.load();
      }, RELOAD_AFTER_MS);
    }
  }

  // As its party calls it; '' is the own party.
  deskName(party: string, id: string): string {
    const desks = party ? this.view?.peers.find((p) => p.party === party)?.desks : this.view?.desks;
    return desks?.find((d) => d.id === id)?.name || id;
  }

  // As the node has it, whatever was here: of a load, which also finds what a node that began anew no longer knows.
  private put(m: Message): void {
    this.byId.set(m.id, m);
  }
  private learn(m: Message): void {
    const held = this.byId.get(m.id);
    if (!held || !tellsLess(m, held)) this.put(m);
  }

  private flush(): void {
    clearTimeout(this.flushTimer);
    this.flushTimer = 0;
    const all = [...this.byId.values()].sort((a, b) => Date.parse(b.taken_at) - Date.parse(a.taken_at) || (a.id < b.id ? -1 : 1));
    if (all.length > MOST_KEPT)
      for (let i = all.length - 1; i >= 0 && this.byId.size > MOST_KEPT; i--) {
        if (all[i]!.open) continue;
        this.byId.delete(all[i]!.id);
        this.touchedAt.delete(all[i]!.id);
        this.more = true;
      }
    this.list = all.filter((m) => this.byId.has(m.id));
  }

  load(): Promise<void> {
    return (this.loading ??= this.loadAll().finally(() => (this.loading = null)));
  }

  private async loadAll(): Promise<void> {
    const asked = performance.now();
    try {
      const [view, recent, open] = await Promise.all([
        get<LineView>('api/v1/line'),
        get<{ complete: boolean; messages: Message[] }>(`api/v1/line/messages?limit=${LISTED}`),
        get<{ messages: Message[] }>(`api/v1/line/messages?open=true&limit=${LISTED}`),
      ]);
      this.view = view;
      this.absent = false;
      this.problem = null;
      this.complete = recent.complete;
      if (recent.messages.length < LISTED) this.more = false;
      const told = new Map([...open.messages, ...recent.messages].map((m) => [m.id, m]));
      // What was open here and is not any more lies further back than what was listed.
      const closed = [...this.byId.values()].filter((m) => m.open && !told.has(m.id)).slice(0, 20);
      for (const m of told.values()) if ((this.touchedAt.get(m.id) ?? 0) <= asked) this.put(m);
      this.flush();
      await Promise.all(closed.map((m) => this.fetch(m.id)));
    } catch (e) {
      if (e instanceof RequestError && e.status === 404) this.absent = true;
      else this.problem = e; // what is shown stays; the top bar says that the node is away
    }
    if (!this.absent) await this.loadBook();
  }

  private async loadBook(): Promise<void> {
    if (this.book) return;
    try {
      this.book = await get<Phrasebook>('api/v1/line/phrasebook');
    } catch (e) {
      this.problem = e;
    }
  }

  // One that is not among those held; null where the node has none of that id.
  async fetch(id: string): Promise<Message | null> {
    try {
      const m = await get<Message>(`api/v1/line/messages/${encodeURIComponent(id)}`);
      this.learn(m);
      this.flush();
      return m;
    } catch (e) {
      if (e instanceof RequestError && e.status === 404) return null;
      throw e;
    }
  }

  async older(): Promise<void> {
    const oldest = this.list[this.list.length - 1];
    const answer = await get<{ messages: Message[] }>(`api/v1/line/messages?limit=${PAGE}${oldest ? `&before=${oldest.id}` : ''}`);
    for (const m of answer.messages) this.put(m);
    this.more = answer.messages.length === PAGE && this.byId.size < MOST_KEPT;
    this.flush();
  }

  find(id: string): Message | undefined {
    return this.list.find((m) => m.id === id);
  }

  peer(party: string): Peer | undefined {
    return this.view?.peers.find((p) => p.party === party);
  }

  // ---- what waits

  // For an answer of this desk, the most urgent first.
  waiting(): Message[] {
    const account = session.info?.account?.id;
    return this.list.filter((m) => waitsHere(m) || (m.open && m.type === 'handover' && account !== undefined && m.body.to === account)).sort(byUrgency);
  }
  // For an answer of others.
  awaited(): Message[] {
    const now = live.now_ms();
    return this.list.filter((m) => waitsThere(m) || disagrees(m, this.list, now)).sort(byUrgency);
  }
  informed(): Flood[] {
    return floods(this.list, live.now_ms(), this.readUpTo_ms);
  }
  markRead(): void {
    const newest = this.list.find((m) => !m.own && m.class === 'inform');
    const at = newest ? Date.parse(newest.taken_at) : 0;
    if (at <= this.readUpTo_ms) return;
    this.readUpTo_ms = at;
    try {
      localStorage.setItem(READ_KEY, String(at));
    } catch {
      // Without storage it is unread again at the next visit.
    }
  }

  // ---- acts

  get maySpeak(): boolean {
    return session.info === null || session.info.access === 'open' || (session.info.permissions as readonly string[]).includes('speak');
  }

  private async post(path: string, body: unknown, type?: string): Promise<Message> {
    const m = await request<Message>('POST', path, body, type);
    this.touchedAt.set(m.id, performance.now());
    this.learn(m);
    this.flush();
    return m;
  }
  send(draft: unknown): Promise<Message> {
    return this.post('api/v1/line/messages', draft);
  }
  // `shown`: the text of the place as it stands on this screen.
  answer(m: Message, word: AnswerWord, shown?: string, more: { depth?: Depth; text?: { language: string; text: string } } = {}): Promise<Message> {
    const position = shown === undefined ? undefined : shownPosition(shown);
    return this.post(`api/v1/line/messages/${m.id}/answers`, { answer: word, ...(position ? { shown: position } : {}), ...more });
  }
  handOver(to: string, open: string[], remark: string): Promise<Message> {
    return this.post('api/v1/line/handovers', { to, open, remark });
  }
  importFile(note: string): Promise<Message> {
    return this.post('api/v1/line/files', note, 'text/plain');
  }
}

function storedRead(): number {
  try {
    return Number(localStorage.getItem(READ_KEY)) || 0;
  } catch {
    return 0;
  }
}

export const line = new DutyLine();
