// The message that is being written: it stays while one looks for its place on the map.

import { get, request, RequestError } from '../api/client';
import { fits, phraseOf, placesOf, readSlot, type SlotRead } from '../line/line';
import type { Message, MessageClass, Phrase, Place, Said, SaidPhrase } from '../line/view';
import { settings } from './settings.svelte';
import { SvelteMap } from 'svelte/reactivity';
import { details, live } from './live.svelte';
import { focus } from './focus.svelte';
import { line } from './line.svelte';
import { router } from './route.svelte';

export const MOST_PHRASES = 8;
export const FREE_TEXT_BYTES = 1000;
const MOST_ECHOES = 100;
const ECHO_AFTER_MS = 150;
// What a STOP says when it is opened: everything within five miles; both can be changed before it is sent.
const FIRST_STOP = 101;
const FIRST_ACTIVITY = 'all_activity';
const FIRST_DISTANCE = '5nm';

export interface DraftPhrase {
  number: number;
  typed: Record<string, string>; // by slot
}
type Echo = { state: 'asked' } | { state: 'known'; place: Place } | { state: 'refused'; error: unknown };

class Composer {
  open = $state(false);
  of = $state<MessageClass>('inform');
  to = $state<string[]>([]);
  phrases = $state<DraftPhrase[]>([]);
  freeText = $state('');
  exercise = $state(false);
  replyTo = $state('');
  origin = $state<'' | 'track' | 'picked' | 'pointer'>(''); // where the place was taken from
  said = $state.raw<Said[] | null>(null); // what the node reads in it
  refused = $state.raw<unknown>(null);
  pick = $state.raw<{ phrase: number; slot: string } | null>(null); // the slot that waits for a point of the map
  private readonly echoes = new SvelteMap<string, Echo>();
  private previewed = '';
  private asking = 0;

  begin(of: MessageClass, to: string[] = [], more: { replyTo?: string; number?: number; typed?: Record<string, string> } = {}): void {
    this.open = true;
    this.of = of;
    const all = line.view?.peers.map((p) => p.party) ?? [];
    this.to = to.length ? to : of === 'stop' || of === 'distress' || all.length === 1 ? all : [];
    this.phrases = more.number ? [{ number: more.number, typed: more.typed ?? {} }] : [];
    this.freeText = '';
    this.exercise = false; // never kept from one message to the next
    this.replyTo = more.replyTo ?? '';
    this.origin = '';
    this.said = null;
    this.refused = null;
    this.pick = null;
    this.previewed = '';
  }

  // With the place of the selected track, else of the point picked, else of what the pointer is at on the map.
  beginStop(to: string[] = []): void {
    const row = focus.selected === null ? -1 : live.sky.row(focus.selected);
    const c = live.sky.columns;
    const track = row >= 0 && Number.isFinite(c.lat[row]!) ? ([c.lat[row]!, c.lon[row]!] as const) : null;
    const at = track ?? focus.picked ?? (router.current.view === 'picture' ? focus.pointed : null);
    const position = at ? `${at[0].toFixed(5)}, ${at[1].toFixed(5)}` : '';
    this.begin('stop', to, { number: FIRST_STOP, typed: { activity: FIRST_ACTIVITY, distance: FIRST_DISTANCE, position } });
    this.origin = track ? 'track' : focus.picked ? 'picked' : at ? 'pointer' : '';
    router.go('line', 'new');
  }

  // A correction of an own STOP that somebody could not place, or its release.
  beginAfter(m: Message, number: number): void {
    const place = placesOf(m)[0];
    const typed: Record<string, string> = {};
    const before = m.body.phrases?.[0]?.slots ?? {};
    for (const slot of phraseOf(line.book, number)?.slots ?? []) {
      const v = before[slot.name];
      if (slot.kind === 'position') typed[slot.name] = place?.decimal ?? '';
      else if (slot.kind === 'time') typed[slot.name] = this.clock(number === 111 ? live.now_ms() : Date.parse(m.at));
      else if (typeof v === 'string' || typeof v === 'number') typed[slot.name] = String(v);
    }
    this.begin(m.class, m.own ? m.to.map((a) => a.party) : [m.from], { replyTo: m.id, number, typed });
    router.go('line', 'new');
  }

  clock(ms: number): string {
    return new Date(ms).toISOString().slice(0, 19).replace('T', ' ');
  }

  close(): void {
    this.open = false;
    this.pick = null;
    this.said = null;
  }

  add(p: Phrase): void {
    if (this.phrases.length >= MOST_PHRASES) return;
    const typed: Record<string, string> = {};
    for (const s of p.slots) typed[s.name] = s.kind === 'time' ? this.clock(live.now_ms()) : '';
    this.phrases.push({ number: p.number, typed });
  }

  setClass(of: MessageClass): void {
    this.of = of;
    this.phrases = this.phrases.filter((p) => {
      const phrase = phraseOf(line.book, p.number);
      return phrase && fits(phrase, of);
    });
  }

  // ---- slots

  echo(typed: string): Echo | undefined {
    return this.echoes.get(typed.trim());
  }
  place(typed: string): Place | null {
    const echo = this.echo(typed);
    return echo?.state === 'known' ? echo.place : null;
  }
  // Asks the node how it reads a position, in every form, once it has stood there for a moment.
  want(typed: string): void {
    const text = typed.trim();
    if (!text || this.echoes.has(text)) return;
    window.setTimeout(() => {
      const used = this.phrases.some((p) => Object.values(p.typed).some((v) => v.trim() === text));
      if (!used || this.echoes.has(text)) return;
      if (this.echoes.size >= MOST_ECHOES) this.echoes.clear();
      this.echoes.set(text, { state: 'asked' });
      get<Place>(`api/v1/line/echo?position=${encodeURIComponent(text)}`)
        .then((place) => this.echoes.set(text, { state: 'known', place }))
        .catch((error: unknown) => {
          if (error instanceof RequestError && error.status === 0) this.echoes.delete(text); // the node is away: asked again
          else this.echoes.set(text, { state: 'refused', error });
        });
    }, ECHO_AFTER_MS);
  }
  read(p: DraftPhrase, slot: { name: string; kind: Parameters<typeof readSlot>[0] }): SlotRead {
    const typed = p.typed[slot.name] ?? '';
    return readSlot(slot.kind, typed, live.now_ms(), slot.kind === 'position' ? this.place(typed) : null);
  }

  // The phrases as they travel; null while a slot is not filled rightly.
  said_phrases(): SaidPhrase[] | null {
    const all: SaidPhrase[] = [];
    for (const p of this.phrases) {
      const phrase = phraseOf(line.book, p.number);
      if (!phrase) return null;
      const slots: Record<string, unknown> = {};
      for (const s of phrase.slots) {
        const read = this.read(p, s);
        if (!read.ok) return null;
        slots[s.name] = read.value;
      }
      all.push({ phrase: p.number, slots });
    }
    return all.length ? all : null;
  }

  // What the node would say of it, in each language; asked for whenever it has changed.
  preview(phrases: SaidPhrase[] | null): void {
    const text = phrases ? JSON.stringify({ class: this.of, phrases }) : '';
    if (text === this.previewed) return;
    this.previewed = text;
    this.said = null;
    this.refused = null;
    if (!text) return;
    const mine = ++this.asking;
    request<{ said: Said[] }>('POST', 'api/v1/line/preview', text)
      .then((answer) => {
        if (mine === this.asking && text === this.previewed) this.said = answer.said;
      })
      .catch((e: unknown) => {
        if (mine !== this.asking || text !== this.previewed) return;
        this.refused = e;
        this.previewed = ''; // asked again at the next change
      });
  }

  freeTextBytes(): number {
    return new TextEncoder().encode(this.freeText.trim()).length;
  }

  // Nothing that has not been read back may go.
  get ready(): boolean {
    return this.said !== null && this.to.length > 0 && this.freeTextBytes() <= FREE_TEXT_BYTES;
  }

  async send(): Promise<Message> {
    const text = this.freeText.trim();
    return line.send({
      type: 'call', to: [...this.to].sort(), class: this.of, phrases: this.said_phrases(),
      ...(this.exercise ? { exercise: true } : {}),
      ...(this.replyTo ? { reply_to: this.replyTo } : {}),
      ...(text ? { text: { language: settings.language, text } } : {}),
    });
  }

  pickOnMap(phrase: number, slot: string): void {
    this.pick = { phrase, slot };
    focus.picked = null;
    router.go('picture');
    focus.tool = 'pick';
  }
  // A point was picked, or the selected track taken.
  takePlace(lat: number, lon: number): void {
    const p = this.pick && this.phrases[this.pick.phrase];
    if (p) p.typed[this.pick!.slot] = `${lat.toFixed(5)}, ${lon.toFixed(5)}`;
    this.pick = null;
    router.go('line', 'new');
  }
  trackName(): string {
    if (focus.selected === null) return '';
    const row = live.sky.row(focus.selected);
    return (row >= 0 && live.sky.columns.callsign[row]) || details.of(focus.selected)?.address || `#${focus.selected}`;
  }
}

export const composer = new Composer();
