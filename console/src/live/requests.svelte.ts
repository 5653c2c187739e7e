// Requests for clearances as the node tells them, on every page, so that the navigation says how many wait for an answer. An event says that something is
// new; asking again now and then heals what was missed. What was known stays on the screen when the node is away.

import { untrack } from 'svelte';
import { get, getFile, request, RequestError } from '../api/client';
import { empty, typedOf, type Typed } from '../requests/draft';
import { keyOf, type Act, type Clearance, type Flight, type Request, type TextForm } from '../requests/requests';
import { line } from './line.svelte';
import { live } from './live.svelte';

const RELOAD_AFTER_MS = 250; // after clearances_changed: an answer and what follows from it come together

class Requests {
  absent = $state(false); // this node asks for none and gives none
  loaded = $state(false);
  problem = $state.raw<unknown>(null);
  list = $state.raw<readonly Clearance[]>([]);
  private all = false; // what is over was asked for too
  private timer = 0;
  private turn = 0;
  private started = false;

  start(): void {
    if (this.started) return;
    this.started = true;
    live.onEvent((e) => {
      if ((e as unknown as { type: string }).type !== 'clearances_changed') return;
      this.timer ||= window.setTimeout(() => {
        this.timer = 0;
        void this.load();
      }, RELOAD_AFTER_MS);
    });
  }

  async load(all = this.all): Promise<void> {
    this.all = all;
    const mine = ++this.turn;
    try {
      const answer = await get<{ clearances: Clearance[] }>(`api/v1/clearances${all ? '?all=true' : ''}`);
      if (mine !== this.turn) return; // a later question has the later answer
      this.list = answer.clearances;
      this.absent = false;
      this.loaded = true;
      this.problem = null;
    } catch (e) {
      if (mine !== this.turn) return;
      if (e instanceof RequestError && e.status === 404) this.absent = true;
      else this.problem = e;
    }
  }

  find(party: string, number: string): Clearance | undefined {
    return this.list.find((c) => c.party === party && c.number === number);
  }
  private path(c: Pick<Clearance, 'party' | 'number'>): string {
    return `api/v1/clearances/${encodeURIComponent(c.party)}/${c.number.replace('/', '-')}`;
  }
  private take(c: Clearance): Clearance {
    this.turn++; // an answer that is under way does not know of it
    this.list = [...this.list.filter((x) => keyOf(x) !== keyOf(c)), c];
    this.timer ||= window.setTimeout(() => {
      this.timer = 0;
      void this.load();
    }, RELOAD_AFTER_MS);
    return c;
  }
  // Also one that is over; null where the node has none.
  async fetch(named: Pick<Clearance, 'party' | 'number'>): Promise<Clearance | null> {
    try {
      const c = await get<Clearance>(this.path(named));
      this.list = [...this.list.filter((x) => keyOf(x) !== keyOf(c)), c];
      return c;
    } catch (e) {
      if (e instanceof RequestError && e.status === 404) return null;
      throw e;
    }
  }

  get there(): boolean {
    return this.loaded && !this.absent;
  }
  get waiting(): number {
    return this.list.filter((c) => c.awaited.length).length;
  }

  // ---- acts; whoever may speak for the desk may do them
  get mayAct(): boolean {
    return line.maySpeak;
  }
  async say(c: Clearance, act: Act): Promise<Clearance> {
    return this.take(await request<Clearance>('POST', `${this.path(c)}/acts`, act));
  }
  async ask(asked: Request): Promise<Clearance> {
    return this.take(await request<Clearance>('POST', 'api/v1/clearances', { request: asked }));
  }
  async amend(number: string, asked: Request): Promise<Clearance> {
    return this.take(await request<Clearance>('PUT', `api/v1/clearances/${number.replace('/', '-')}`, { request: asked }));
  }

  async text(c: Clearance, { form, of }: TextForm): Promise<string> {
    const bytes = await getFile(`${this.path(c)}/text?form=${form}${of ? `&of=${encodeURIComponent(of)}` : ''}`);
    return bytes ? new TextDecoder().decode(bytes) : '';
  }
  flights(zone: string, party: string): Promise<{ now: string; flights: Flight[] }> {
    return get(`api/v1/clearances/flights?zone=${encodeURIComponent(zone)}${party ? `&party=${encodeURIComponent(party)}` : ''}`);
  }
}

export const requests = new Requests();

export function watchRequests(): void {
  requests.start();
  $effect(() => {
    if (live.eventsOpen) untrack(() => void requests.load());
  });
}

// The request that is being written: it stays while one looks elsewhere.
class RequestForm {
  open = $state(false);
  amends = $state.raw<Clearance | null>(null); // the own request, as it was when the form was opened
  typed = $state<Typed>(empty());

  begin(): void {
    const { peers } = line.view ?? { peers: [] };
    this.open = true;
    this.amends = null;
    this.typed = empty(peers.length === 1 ? peers[0]!.party : '');
  }
  beginAmend(c: Clearance): void {
    this.open = true;
    this.amends = c;
    this.typed = typedOf(c.latest.request);
  }
  close(): void {
    this.open = false;
    this.amends = null;
  }
}

export const requestForm = new RequestForm();
