// What decides how the duty line is shown: order, counts, what may be answered, what a slot may hold. Pure; nothing of Svelte.

import { parsePosition } from '../lib/position';
import { parseUtc } from '../lib/utc';
import { CLASSES, type AnswerWord, type Message, type MessageClass, type Peer, type Phrase, type Phrasebook, type Place, type SlotKind } from './view';

// An exercise never stands before what is real.
export const urgency = (m: Pick<Message, 'class' | 'exercise'>): number => CLASSES.indexOf(m.class) + (m.exercise ? CLASSES.length : 0);

// The most urgent first; of equals the one whose answer is due first.
export function byUrgency(a: Message, b: Message): number {
  return urgency(a) - urgency(b) || due(a) - due(b) || (a.id < b.id ? -1 : 1);
}

// When the answer should be there, by the node's clock: of an own message the first of those still missing. Infinity: none is awaited.
export function due(m: Message): number {
  const at = m.own ? m.to.filter((a) => a.answer_by && !a.answered_at).map((a) => Date.parse(a.answer_by!)) : m.answer_by ? [Date.parse(m.answer_by)] : [];
  return at.length ? Math.min(...at) : Infinity;
}

// What this desk should answer, and what of its own nobody has answered.
export const waitsHere = (m: Message): boolean => m.open && !m.own;
export const waitsThere = (m: Message): boolean => m.open && m.own && m.type !== 'handover' && m.class !== 'inform';
export const isUrgent = (m: Pick<Message, 'class'>): boolean => m.class === 'stop' || m.class === 'distress';
// It asked where exactly, and nobody has said.
export const askedBack = (m: Message): boolean => m.own && m.open && m.answers.some((a) => a.answer === 'where_exactly');

// The screen of one that answered shows another place than was sent, and nothing has been said since: the sender must know on every page.
const DISAGREES_FOR_MS = 3_600_000;
export function disagrees(m: Message, all: readonly Message[], now_ms: number): boolean {
  if (!m.own || now_ms - Date.parse(m.taken_at) > DISAGREES_FOR_MS || !m.answers.some((a) => a.same_place === false)) return false;
  return !all.some((other) => other.own && other.reply_to === m.id);
}

// What is known of a message only grows: an event that was on its way when an answer to a request overtook it tells of less, and
// must not bring a message back that is answered.
export function tellsLess(m: Message, than: Message): boolean {
  const told = (of: Message) => of.to.reduce((n, a) => n + (a.received_at ? 1 : 0) + (a.receipt_at ? 1 : 0) + (a.answered_at ? 1 : 0), of.answers.length + of.events.length);
  return told(m) < told(than) || (told(m) === told(than) && m.open && !than.open);
}

// The answers that are offered, each with its key: the same key never means two things.
const ANSWER_KEYS: Record<AnswerWord, string> = { passed_on: 'y', stopped: 'u', cannot: 'i', where_exactly: 'o', seen: 'j', loud_and_clear: 'y' };
export const answerKey = (word: AnswerWord): string => ANSWER_KEYS[word];
export function answersFor(m: Message): AnswerWord[] {
  if (m.type === 'check') return ['loud_and_clear'];
  if (m.type === 'handover') return ['seen'];
  if (m.type === 'notice' || m.type === 'case') return ['seen', 'passed_on', 'cannot'];
  if (m.class === 'stop') return ['passed_on', 'stopped', 'cannot', 'where_exactly'];
  return ['passed_on', 'seen', 'cannot', ...(placesOf(m).length ? (['where_exactly'] as const) : [])];
}

export function placesOf(m: Pick<Message, 'said'>): Place[] {
  return (m.said ?? []).flatMap((s) => s.places);
}

// What goes back as the place that this screen shows: read from the very text that stands there, so that a text that is wrong
// on the way to the eye disagrees with what was sent.
export function shownPosition(text: string): { lat_deg: number; lon_deg: number } | undefined {
  const read = parsePosition(text);
  return read.ok ? { lat_deg: read.lat, lon_deg: read.lon } : undefined;
}

// Marks that turn the direction of writing, or that nobody sees, are named where they stand: a free text may have them.
export function visibleText(text: string): string {
  return text.replace(/[\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]/g, (c) => `⟨U+${c.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}⟩`);
}

// In the reader's language; where this node's book does not have the phrase, its number and slots as they came.
export function saidText(m: Pick<Message, 'said' | 'body'>, language: string): string {
  if (m.said?.length) return m.said.map((s, i) => s.text?.[language] ?? s.text?.['en'] ?? bareText(m.body.phrases?.[i] ?? { phrase: s.phrase, slots: {} })).join(' ');
  return (m.body.phrases ?? []).map(bareText).join(' ');
}
function bareText(p: { phrase: number; slots: Record<string, unknown> }): string {
  const values = Object.entries(p.slots).map(([name, v]) => `${name}: ${typeof v === 'object' && v !== null ? Object.values(v).join(', ') : String(v)}`);
  return `${p.phrase}${values.length ? ` (${visibleText(values.join('; '))})` : ''}`;
}

const EXERCISE: Record<string, string> = { en: 'EXERCISE', fr: 'EXERCICE', ru: 'УЧЕНИЕ', ar: 'تمرين' };
// In the reader's language and the sender's; never in one alone.
export function exerciseWords(reader: string, sender: string | undefined): { language: string; text: string }[] {
  const first = reader in EXERCISE ? reader : 'en';
  const second = sender && sender in EXERCISE && sender !== first ? sender : first === 'en' ? 'fr' : 'en';
  return [first, second].map((language) => ({ language, text: EXERCISE[language]! }));
}

// The first language of the desk that wrote it.
export function languageOf(peer: Peer | undefined, desk: string | undefined): string | undefined {
  return (peer?.desks.find((d) => d.id === desk) ?? peer?.desks[0])?.languages[0];
}

// ---- a flood of INFORM

export interface Flood {
  party: string;
  count: number; // in the last minute
  unread: number;
}
export const MINUTE_MS = 60_000;
export function floods(messages: readonly Message[], now_ms: number, readUpTo_ms: number): Flood[] {
  const found = new Map<string, Flood>();
  for (const m of messages) {
    if (m.own || m.class !== 'inform' || m.type !== 'call') continue;
    const at = Date.parse(m.taken_at);
    const unread = at > readUpTo_ms;
    if (!unread) continue;
    const f = found.get(m.from) ?? { party: m.from, count: 0, unread: 0 };
    f.unread += 1;
    if (at > now_ms - MINUTE_MS) f.count += 1;
    found.set(m.from, f);
  }
  return [...found.values()].sort((a, b) => b.count - a.count || b.unread - a.unread || (a.party < b.party ? -1 : 1));
}

export interface Row {
  key: string;
  message: Message;
  more: Message[]; // of the same party, class and minute: shown as a count
}
const GROUP_FROM = 5;
// The history, newest first: what is open before the rest, and runs of INFORM of one party within a minute as one row.
export function historyRows(messages: readonly Message[]): Row[] {
  const open = messages.filter((m) => m.open).sort(byUrgency);
  const rows: Row[] = open.map((message) => ({ key: message.id, message, more: [] }));
  const rest = messages.filter((m) => !m.open);
  for (let i = 0; i < rest.length; ) {
    const first = rest[i]!;
    let end = i + 1;
    if (first.class === 'inform' && first.type === 'call') {
      const minute = Math.floor(Date.parse(first.taken_at) / MINUTE_MS);
      while (end < rest.length && same(rest[end]!, first) && Math.floor(Date.parse(rest[end]!.taken_at) / MINUTE_MS) === minute) end++;
    }
    if (end - i >= GROUP_FROM) rows.push({ key: `run ${rest[end - 1]!.id}`, message: first, more: rest.slice(i + 1, end) });
    else for (const message of rest.slice(i, end)) rows.push({ key: message.id, message, more: [] });
    i = end;
  }
  return rows;
}
const same = (a: Message, b: Message) => a.from === b.from && a.class === b.class && a.type === b.type && a.exercise === b.exercise;

// ---- the book

export function phraseOf(book: Phrasebook | null, number: number): Phrase | undefined {
  for (const g of book?.groups ?? []) for (const p of g.phrases) if (p.number === number) return p;
  return undefined;
}

export const fits = (p: Phrase, of: MessageClass): boolean => p.classes.some((c) => c.toLowerCase() === of);

// Of a class, by number or by words in any language: every word of the search must be there.
export function searchBook(book: Phrasebook, of: MessageClass, search: string): { id: string; title: Record<string, string>; phrases: Phrase[] }[] {
  const needles = search.toLowerCase().split(/\s+/).filter(Boolean);
  const found = (p: Phrase, title: string) => {
    const hay = `${p.number} ${title} ${Object.values(p.text).join(' ')}`.toLowerCase();
    return needles.every((n) => (/^\d+$/.test(n) ? String(p.number).startsWith(n) : hay.includes(n)));
  };
  return book.groups
    .map((g) => ({ ...g, phrases: g.phrases.filter((p) => fits(p, of) && found(p, Object.values(g.title).join(' '))) }))
    .filter((g) => g.phrases.length > 0);
}

// ---- slots

export type SlotError = 'empty' | 'position' | 'time' | 'number' | 'bearing' | 'distance' | 'duration' | 'frequency' | 'level' | 'reference' | 'text' | 'long';
export type SlotRead = { ok: true; value: unknown } | { ok: false; error: SlotError };
const bytes = (text: string) => new TextEncoder().encode(text).length;

// What was typed as the value that travels. What can be told here is told at once; the node has the last word.
export function readSlot(kind: SlotKind, typed: string, now_ms: number, place?: Place | null): SlotRead {
  const text = typed.trim();
  const bad = (error: SlotError): SlotRead => ({ ok: false, error });
  if (!text) return bad('empty');
  switch (kind) {
    case 'position':
      return place ? { ok: true, value: { lat_deg: place.lat_deg, lon_deg: place.lon_deg } } : bad('position');
    case 'time': {
      const at = parseUtc(text, now_ms);
      return Number.isNaN(at) ? bad('time') : { ok: true, value: new Date(Math.floor(at / 1000) * 1000).toISOString() };
    }
    case 'count':
      return /^\d{1,7}$/.test(text) && Number(text) <= 1_000_000 ? { ok: true, value: Number(text) } : bad('number');
    case 'bearing': {
      const m = /^(\d{1,3})\s*°?$/.exec(text);
      return m && Number(m[1]) <= 360 ? { ok: true, value: Number(m[1]) % 360 } : bad('bearing');
    }
    case 'distance': {
      const m = /^(\d+(?:[.,]\d+)?)\s*(nm|km|m|ft)$/i.exec(text);
      return m && Number(m[1]!.replace(',', '.')) > 0 ? { ok: true, value: `${m[1]!.replace(',', '.')}${m[2]!.toLowerCase()}` } : bad('distance');
    }
    case 'duration': {
      const m = /^(\d+)\s*(s|min|h)$/i.exec(text);
      return m && Number(m[1]) > 0 ? { ok: true, value: `${m[1]}${m[2]!.toLowerCase()}` } : bad('duration');
    }
    case 'frequency': {
      const m = /^(\d+(?:[.,]\d+)?)\s*(mhz|khz)$/i.exec(text);
      return m ? { ok: true, value: `${m[1]!.replace(',', '.')}${m[2]!.toLowerCase() === 'mhz' ? 'MHz' : 'kHz'}` } : bad('frequency');
    }
    case 'level': {
      const m = /^(?:(surface|unlimited)|fl\s*(\d{1,3})|(\d+(?:\.\d+)?)\s*(ft|m)\s*(amsl|agl|pressure|ellipsoid))$/i.exec(text);
      if (!m) return bad('level');
      return { ok: true, value: m[1] ? m[1].toLowerCase() : m[2] ? `FL${Number(m[2])}` : `${m[3]}${m[4]!.toLowerCase()} ${m[5]!.toLowerCase()}` };
    }
    case 'number': {
      const upper = text.toUpperCase();
      return /^[A-Z0-9/-]{1,16}$/.test(upper) ? { ok: true, value: upper } : bad('reference');
    }
    case 'call_sign':
    case 'party':
    case 'place':
      if (visibleText(text) !== text || /\s{2}/.test(text)) return bad('text');
      return bytes(text) <= (kind === 'call_sign' ? 32 : 120) ? { ok: true, value: text } : bad('long');
    case 'activity':
      return { ok: true, value: text };
  }
}

// ---- files

export const fileName = (m: Pick<Message, 'from' | 'number' | 'class'>): string => `line-${m.from}-${m.number}-${m.class}.note`;
export const MESSAGE_FILE_BYTES = 64_000;
