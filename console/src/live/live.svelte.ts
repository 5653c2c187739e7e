// What the node says now: connection, node, alerts, zones, feeds. The picture itself is in `sky`, outside of
// Svelte's care. Nothing here decides; it shows what the node decided and how old that is.

import { SvelteMap } from 'svelte/reactivity';
import { get, request, RequestError, socketAddress, type Schemas } from '../api/client';
import { Socket } from '../api/socket';
import { Stereographic } from '../lib/geo';
import { staysInRail, urgency, type Alert, type Intention } from '../lib/alerts';
import { Sky } from './sky';

export type Node = Schemas['Node'];
export type Feed = Schemas['Feed'];
export type Zone = Schemas['Zone'];
export type Inhibition = Schemas['Inhibition'];
export type Group = Schemas['Group'];
export type Event = Schemas['Event'];
export type Track = Schemas['Track'];
export type Link = Schemas['Link'];

// A picture older than this is not live: five ticks of the usual second.
export const LIVE_WITHIN_MS = 5000;
const SILENCE_MS = 8000;

class Live {
  node = $state.raw<Node | null>(null);
  nodeError = $state('');
  eventsOpen = $state(false);
  pictureOpen = $state(false);
  alerts = new SvelteMap<number, Alert>();
  zones = new SvelteMap<string, Zone>();
  feeds = new SvelteMap<number, Feed>();
  links = $state.raw<Link[]>([]);
  inhibitions = new SvelteMap<string, Inhibition>();
  groups = new SvelteMap<string, Group>();
  tick = $state.raw<Record<string, unknown>>({});
  heartbeat = $state(0); // counts up four times a second: ages and countdowns follow it
  pictureVersion = $state(0);
  frameRefused = $state('');
  projection = $state.raw(new Stereographic(0, 0));
  readonly sky = new Sky(this.projection);

  lastSequence = $state<number | undefined>(undefined);
  private clockOffset_ms = 0;
  private clockKnown = false;
  private started = false;
  private feedsAt_ms = performance.now();
  private linksAt_ms = performance.now();
  private listeners = new Set<(e: Event) => void>();

  // The node's clock, not this computer's: a wrong PC clock must not move a countdown.
  now_ms(): number {
    return Date.now() + this.clockOffset_ms;
  }

  private learnClock(node_ms: number): void {
    if (!Number.isFinite(node_ms)) return;
    const offset = node_ms - Date.now();
    // Arrivals are late, never early; follow the earliest, forget it slowly.
    this.clockOffset_ms = !this.clockKnown || offset > this.clockOffset_ms || Math.abs(offset - this.clockOffset_ms) > 3000
      ? offset
      : this.clockOffset_ms * 0.98 + offset * 0.02;
    this.clockKnown = true;
  }

  clockOffsetSeconds(): number {
    return this.clockOffset_ms / 1000;
  }

  // Age of the picture on screen, seconds; Infinity before the first.
  pictureAge(): number {
    void this.heartbeat;
    return (performance.now() - this.sky.received_ms) / 1000;
  }

  isLive(): boolean {
    return this.pictureOpen && this.eventsOpen && this.pictureAge() * 1000 < LIVE_WITHIN_MS && this.frameRefused === '';
  }

  feedAge(feed: Feed): number | undefined {
    void this.heartbeat;
    return feed.last_message_age_s === undefined ? undefined : feed.last_message_age_s + (performance.now() - this.feedsAt_ms) / 1000;
  }

  // Since both ways of the link worked; undefined where one never did.
  linkAge(link: Link): number | undefined {
    void this.heartbeat;
    return link.age_s === undefined ? undefined : link.age_s + (performance.now() - this.linksAt_ms) / 1000;
  }

  rail(): Alert[] {
    const now = this.now_ms();
    return [...this.alerts.values()].filter(staysInRail).sort((a, b) => urgency(a, b, now));
  }

  partyBadge(id: string | undefined): string {
    return this.node?.parties.find((p) => p.id === id)?.badge ?? '?';
  }

  partyName(id: string | undefined): string {
    return this.node?.parties.find((p) => p.id === id)?.name ?? id ?? '?';
  }

  onEvent(listener: (e: Event) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  start(): void {
    if (this.started) return;
    this.started = true;
    window.setInterval(() => this.heartbeat++, 250);
    window.setInterval(() => void this.pollFeeds(), 2000);
    window.setInterval(() => void this.pollLinks(), 2000);
    // Events bring every change at once; asking again now and then heals whatever was missed all the same.
    window.setInterval(() => void this.pollAlerts(), 5000);
    // A disk that fails shows in what the node says of itself, and in no event.
    window.setInterval(() => void this.pollNode(), 5000);
    void this.loadNode();
    new Socket({
      address: () => socketAddress('api/v1/events', { since: this.lastEvent() }),
      silence_ms: SILENCE_MS,
      onState: (open) => {
        this.eventsOpen = open;
        if (open) void this.loadAll();
      },
      onMessage: (data) => {
        if (typeof data === 'string') this.take(JSON.parse(data) as Event);
      },
    });
    new Socket({
      address: () => socketAddress('api/v1/picture'),
      silence_ms: SILENCE_MS,
      onState: (open) => (this.pictureOpen = open),
      onMessage: (data) => {
        if (typeof data === 'string') return;
        this.sky.apply(data);
        this.frameRefused = this.sky.refused;
        if (!this.sky.refused) this.learnClock(this.sky.at_ms);
        this.pictureVersion++;
      },
    });
  }

  // With the run it belongs to: the same number of another run is another event.
  private lastEvent(): string | undefined {
    if (this.lastSequence === undefined) return undefined;
    return this.node ? `${Date.parse(this.node.started_at)}:${this.lastSequence}` : String(this.lastSequence);
  }

  private async pollNode(): Promise<void> {
    if (!this.node) return; // loadNode is still at it
    try {
      this.setNode(await get<Node>('api/v1/node'));
    } catch {
      // The socket's own state says that the node is away.
    }
  }

  private async loadNode(): Promise<void> {
    try {
      this.setNode(await get<Node>('api/v1/node'));
      this.nodeError = '';
    } catch (e) {
      this.nodeError = e instanceof Error ? e.message : String(e);
      // Nobody is logged in: asked again when the streams come back, after the login.
      if (e instanceof RequestError && e.status === 401) return;
      window.setTimeout(() => void this.loadNode(), 2000);
    }
  }

  private setNode(node: Node): void {
    // A node that started anew counts its events from one again.
    if (this.node && this.node.started_at !== node.started_at) this.lastSequence = undefined;
    const first = this.node === null;
    this.node = node;
    this.learnClock(Date.parse(node.now));
    if (first && node.site) this.recentre(node.site[0]!, node.site[1]!);
  }

  recentre(lat: number, lon: number): void {
    this.projection = new Stereographic(lat, lon);
    this.sky.setProjection(this.projection);
  }

  // After every (re)connection everything is asked for again: what was missed must not linger as if current.
  private async loadAll(): Promise<void> {
    const load = async <T, K>(path: string, key: string, map: SvelteMap<K, T>, id: (v: T) => K) => {
      try {
        const answer = await get<Record<string, T[]>>(path);
        replace(map, answer[key] ?? [], id);
      } catch {
        // The socket's own state already says that the node is away; what is shown stays, marked as not live.
      }
    };
    await Promise.all([
      this.loadNode(),
      this.pollAlerts(),
      load<Zone, string>('api/v1/zones', 'zones', this.zones, (z) => z.id),
      load<Inhibition, string>('api/v1/inhibitions', 'inhibitions', this.inhibitions, (i) => i.id ?? ''),
      load<Group, string>('api/v1/groups', 'groups', this.groups, (g) => g.id ?? ''),
      this.pollFeeds(),
      this.pollLinks(),
    ]);
  }

  private async pollAlerts(): Promise<void> {
    if (!this.eventsOpen) return;
    try {
      const answer = await get<{ alerts: Alert[] }>('api/v1/alerts');
      // An event may have overtaken the answer: of two readings the later stands.
      const later = (a: Alert): Alert => {
        const held = this.alerts.get(a.id);
        return held && held.key === a.key && Date.parse(held.judged_at) > Date.parse(a.judged_at) ? held : a;
      };
      replace(this.alerts, answer.alerts.map(later), (a) => a.id);
    } catch {
      // As above.
    }
  }

  private async pollLinks(): Promise<void> {
    if (!this.eventsOpen) return;
    try {
      const answer = await get<{ links: Link[] }>('api/v1/links');
      this.linksAt_ms = performance.now();
      this.links = answer.links;
    } catch {
      // As above; the age of what is shown grows.
    }
  }

  private async pollFeeds(): Promise<void> {
    if (!this.eventsOpen) return;
    try {
      const answer = await get<{ feeds: Feed[] }>('api/v1/feeds');
      this.feedsAt_ms = performance.now();
      replace(this.feeds, answer.feeds, (f) => f.id);
    } catch {
      // As above.
    }
  }

  take(e: Event): void {
    if (typeof e.seq === 'number') this.lastSequence = e.seq;
    if (e.at) this.learnClock(Date.parse(e.at));
    switch (e.type) {
      case 'hello':
        if (e.node) this.setNode(e.node);
        break;
      case 'snapshot':
        if (e.alerts) replace(this.alerts, e.alerts, (a) => a.id);
        if (e.zones) replace(this.zones, e.zones, (z) => z.id);
        if (e.feeds) replace(this.feeds, e.feeds, (f) => f.id);
        break;
      case 'alert':
        if (e.alert) this.setAlert(e.alert);
        break;
      case 'zone':
        if (e.zone) this.zones.set(e.zone.id, e.zone);
        break;
      case 'zone_removed':
        if (e.id !== undefined) this.zones.delete(e.id);
        break;
      case 'inhibition':
        if (e.inhibition?.id) this.inhibitions.set(e.inhibition.id, e.inhibition);
        break;
      case 'inhibition_removed':
        if (e.id !== undefined) this.inhibitions.delete(e.id);
        break;
      case 'group':
        if (e.group?.id) this.groups.set(e.group.id, e.group);
        break;
      case 'group_removed':
        if (e.id !== undefined) this.groups.delete(e.id);
        break;
      case 'feed':
        if (e.feed) this.feeds.set(e.feed.id, e.feed);
        break;
      case 'tick':
        this.tick = e.tick ?? {};
        break;
    }
    for (const l of this.listeners) l(e);
  }

  setAlert(alert: Alert): void {
    if (alert.state === 'ended' && !alert.latched) this.alerts.delete(alert.id);
    else this.alerts.set(alert.id, alert);
  }

  async acknowledge(id: number, intention: Intention, how: string, by: string): Promise<void> {
    const body: Record<string, string> = { intention };
    if (how) body['how'] = how;
    if (by) body['by'] = by;
    this.setAlert(await request<Alert>('POST', `api/v1/alerts/${id}/acknowledge`, body));
  }
}

function replace<K, T>(map: SvelteMap<K, T>, values: T[], id: (v: T) => K): void {
  const keep = new Set(values.map(id));
  for (const key of [...map.keys()]) if (!keep.has(key)) map.delete(key);
  for (const v of values) map.set(id(v), v);
}

export const live = new Live();

// Details that the picture frame does not carry (type, registration, names of reports and manual tracks),
// asked for one by one when someone looks, and again when old.
class Details {
  private readonly known = new SvelteMap<number, { track: Track; at: number }>();
  private readonly asked = new Set<number>();
  private static readonly MAX = 500;
  private static readonly MAX_AT_ONCE = 4;

  of(id: number): Track | undefined {
    return this.known.get(id)?.track;
  }

  want(id: number, maxAge_s = 5): void {
    const have = this.known.get(id);
    if (have && performance.now() - have.at < maxAge_s * 1000) return;
    if (this.asked.has(id) || this.asked.size >= Details.MAX_AT_ONCE || !live.eventsOpen) return;
    this.asked.add(id);
    get<Track>(`api/v1/tracks/${id}`)
      .then((track) => {
        if (this.known.size >= Details.MAX) this.known.delete(this.known.keys().next().value!);
        this.known.set(id, { track, at: performance.now() });
      })
      .catch(() => this.known.delete(id))
      .finally(() => this.asked.delete(id));
  }
}

export const details = new Details();
