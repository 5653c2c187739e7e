import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { letterOf } from '../src/lib/keys';
import {
  answerKey, answersFor, askedBack, byUrgency, disagrees, due, exerciseWords, fits, floods, historyRows, languageOf, phraseOf, readSlot, saidText, searchBook, shownPosition, tellsLess, visibleText, waitsHere, waitsThere,
} from '../src/line/line';
import { SLOT_KINDS, type Message, type Peer, type Phrasebook, type Place } from '../src/line/view';

const book = JSON.parse(readFileSync(new URL('../../src/line/phrasebook.json', import.meta.url), 'utf8')) as Phrasebook;
let made = 0;
const message = (more: Partial<Message> = {}): Message => ({
  id: String(++made).padStart(64, '0'), type: 'call', class: 'inform', exercise: false, own: false, from: 'south', number: made, at: '2026-11-27T02:00:00.000Z', taken_at: '2026-11-27T02:00:00.000Z', body: { phrases: [{ phrase: 412, slots: {} }] },
  to: [{ party: 'north' }], answers: [], events: [], wants_answer: false, open: false, recorded: true, ...more,
});
const now = Date.parse('2026-11-27T02:00:30Z');

test('a STOP stands before all else, what is real before every exercise, and what is due first before what is due later', () => {
  const stop = message({ class: 'stop', answer_by: '2026-11-27T02:01:00.000Z' });
  const sooner = message({ class: 'stop', answer_by: '2026-11-27T02:00:40.000Z' });
  const distress = message({ class: 'distress' });
  const warn = message({ class: 'warn' });
  const practice = message({ class: 'stop', exercise: true });
  expect([practice, warn, message(), distress, stop, sooner].sort(byUrgency).slice(0, 4)).toEqual([sooner, stop, distress, warn]);
  expect([practice, message()].sort(byUrgency)[1]).toBe(practice);
});

test('the time by which an own message should be answered is that of the first who has not', () => {
  const m = message({ own: true, to: [{ party: 'a', answer_by: '2026-11-27T02:00:10.000Z', answered_at: '2026-11-27T02:00:05.000Z' }, { party: 'b', answer_by: '2026-11-27T02:00:20.000Z' }] });
  expect(due(m)).toBe(Date.parse('2026-11-27T02:00:20Z'));
  expect(due(message())).toBe(Infinity);
});

test('what was on its way when a message was answered tells of less; an answer that opens it again tells of more', () => {
  const asked = message({ class: 'stop', open: true, to: [{ party: 'north', received_at: '2026-11-27T02:00:01.000Z' }] });
  const passedOn = { ...asked, open: false, answers: [{ id: 'x', party: 'north', at: '', taken_at: '', answer: 'passed_on' as const }] };
  const where = { ...asked, answers: [...passedOn.answers, { id: 'y', party: 'south', at: '', taken_at: '', answer: 'where_exactly' as const }] };
  expect([tellsLess(asked, passedOn), tellsLess(passedOn, asked), tellsLess(where, passedOn), tellsLess(passedOn, where)]).toEqual([true, false, false, true]);
  expect([tellsLess(asked, asked), tellsLess({ ...asked, to: [{ party: 'north' }] }, asked)]).toEqual([false, true]);
  expect([tellsLess(asked, { ...asked, open: false }), tellsLess({ ...asked, open: false }, asked)]).toEqual([true, false]); // a correction closes it
});

test('what waits for this desk and what waits for others are told apart', () => {
  expect(waitsHere(message({ open: true }))).toBe(true);
  expect(waitsHere(message({ open: true, own: true }))).toBe(false);
  expect(waitsThere(message({ open: true, own: true, class: 'stop' }))).toBe(true);
  expect(waitsThere(message({ open: true, own: true, type: 'handover', class: 'stop' }))).toBe(false);
  const asked = message({ open: true, own: true, class: 'stop', answers: [{ id: 'x', party: 'south', at: '', taken_at: '', answer: 'where_exactly' }] });
  expect(askedBack(asked)).toBe(true);
});

test('a place that is shown otherwise stays with its sender until something is said about it', () => {
  const other = { id: 'x', party: 'south', at: '', taken_at: '', answer: 'passed_on' as const, same_place: false };
  const m = message({ own: true, class: 'stop', answers: [other] });
  expect(disagrees(m, [m], now)).toBe(true);
  expect(disagrees(m, [m, message({ own: true, reply_to: m.id })], now)).toBe(false);
  expect(disagrees(m, [m], now + 2 * 3_600_000)).toBe(false);
  expect(disagrees({ ...m, answers: [{ ...other, same_place: true }] }, [m], now)).toBe(false);
});

test('each answer has one key, and no two that are offered together share one', () => {
  const kinds = [message({ class: 'stop' }), message({ class: 'warn' }), message({ class: 'distress' }), message({ type: 'check' }), message({ type: 'handover' }), message({ type: 'notice' })];
  for (const m of kinds) {
    const keys = answersFor(m).map(answerKey);
    expect(new Set(keys).size).toBe(keys.length);
    expect(keys.length).toBeGreaterThan(0);
  }
  expect(answersFor(kinds[0]!)).toEqual(['passed_on', 'stopped', 'cannot', 'where_exactly']);
  // Nobody says "stopped" by the key of anything else.
  expect(answersFor(kinds[1]!)).not.toContain('stopped');
});

test('what goes back as the place shown is read from the text that stands on the screen', () => {
  expect(shownPosition('35.100000, 33.750000')).toEqual({ lat_deg: 35.1, lon_deg: 33.75 });
  expect(shownPosition('-0.000001, -179.999999')).toEqual({ lat_deg: -0.000001, lon_deg: -179.999999 });
  expect(shownPosition('somewhere')).toBeUndefined();
});

test('marks that turn the direction of writing are named where they stand', () => {
  expect(visibleText('NAF\u202e101')).toBe('NAF⟨U+202E⟩101');
  expect(visibleText('a\u200bb')).toBe('a⟨U+200B⟩b');
  expect(visibleText('снова 35°10′ «да»')).toBe('снова 35°10′ «да»');
});

test('a message is read in the reader’s language, and by its number where the book does not have it', () => {
  const m = message({ body: { phrases: [{ phrase: 999, slots: { call_sign: 'A\u202eB' } }] }, said: [{ phrase: 999, unknown: 'there is no phrase 999', places: [] }] });
  expect(saidText(m, 'ru')).toBe('999 (call_sign: A⟨U+202E⟩B)');
  expect(saidText(message({ said: [{ phrase: 412, text: { en: 'Not ours.', ru: 'Не наш.' }, places: [] }] }), 'ru')).toBe('Не наш.');
});

test('an exercise is named in two languages, the reader’s and the sender’s', () => {
  expect(exerciseWords('en', 'ru').map((w) => w.text)).toEqual(['EXERCISE', 'УЧЕНИЕ']);
  expect(exerciseWords('ar', 'fr').map((w) => w.text)).toEqual(['تمرين', 'EXERCICE']);
  for (const reader of ['en', 'fr', 'ru', 'ar']) for (const sender of [reader, undefined, 'xx']) expect(new Set(exerciseWords(reader, sender).map((w) => w.text)).size).toBe(2);
  const peer = { desks: [{ id: 'duty', name: '', languages: ['fr'], officers: 1 }, { id: 'night', name: '', languages: ['ru', 'en'], officers: 0 }] } as unknown as Peer;
  expect(languageOf(peer, 'night')).toBe('ru');
  expect(languageOf(peer, 'gone')).toBe('fr');
  expect(languageOf(undefined, 'duty')).toBeUndefined();
});

test('a flood of INFORM is a count of each party, and only of what nobody has looked at', () => {
  const many = Array.from({ length: 240 }, () => message());
  const old = message({ taken_at: '2026-11-27T01:00:00.000Z' });
  const own = message({ own: true, from: 'north' });
  const relief = message({ from: 'relief' });
  expect(floods([...many, old, own, relief, message({ class: 'warn' })], now, 0)).toEqual([{ party: 'south', count: 240, unread: 241 }, { party: 'relief', count: 1, unread: 1 }]);
  expect(floods(many, now, now)).toEqual([]);
});

test('the history has what is open first, and a run of INFORM as one row', () => {
  const run = Array.from({ length: 40 }, () => message());
  const open = message({ class: 'warn', open: true, taken_at: '2026-11-27T01:00:00.000Z' });
  const stop = message({ class: 'stop', open: true, taken_at: '2026-11-27T00:00:00.000Z' });
  const rows = historyRows([...run.slice(0, 20), message({ class: 'warn' }), ...run.slice(20), message({ exercise: true }), open, stop]);
  expect(rows.map((r) => [r.message.class, r.more.length])).toEqual([['stop', 0], ['warn', 0], ['inform', 19], ['warn', 0], ['inform', 19], ['inform', 0]]);
  expect(new Set(rows.map((r) => r.key)).size).toBe(rows.length);
});

test('phrases are found by number and by words of any language, of the class that is sent', () => {
  const numbers = (of: 'stop' | 'inform', search: string) => searchBook(book, of, search).flatMap((g) => g.phrases.map((p) => p.number));
  expect(numbers('stop', '101')).toEqual([101]);
  expect(numbers('inform', '101')).toEqual([]);
  expect(numbers('stop', '10')).toContain(109);
  expect(numbers('inform', 'ours call sign')).toContain(411);
  expect(numbers('inform', 'позывной')).toContain(411);
  for (const n of numbers('stop', '')) expect(fits(phraseOf(book, n)!, 'stop')).toBe(true);
});

test('every slot kind of the book is known, and what is typed becomes what travels', () => {
  for (const g of book.groups) for (const p of g.phrases) for (const s of p.slots) expect(SLOT_KINDS).toContain(s.kind);
  const place = { lat_deg: 35.1, lon_deg: 33.75 } as Place;
  const value = (kind: (typeof SLOT_KINDS)[number], typed: string) => {
    const read = readSlot(kind, typed, now, kind === 'position' && typed ? place : null);
    return read.ok ? read.value : read.error;
  };
  expect(value('position', '35 06N 033 45E')).toEqual({ lat_deg: 35.1, lon_deg: 33.75 });
  expect(readSlot('position', 'nowhere', now, null)).toEqual({ ok: false, error: 'position' });
  expect(value('time', '06:30')).toBe('2026-11-27T06:30:00.000Z');
  expect(value('time', '25:00')).toBe('time');
  expect(value('level', 'fl 95')).toBe('FL95');
  expect(value('level', '3000 ft AMSL')).toBe('3000ft amsl');
  expect(value('level', '3000')).toBe('level');
  expect(value('distance', '5 NM')).toBe('5nm');
  expect(value('distance', '0nm')).toBe('distance');
  expect(value('distance', '2,5 km')).toBe('2.5km');
  expect(value('duration', '10 min')).toBe('10min');
  expect(value('bearing', '360°')).toBe(0);
  expect(value('bearing', '361')).toBe('bearing');
  expect(value('frequency', '121.5 mhz')).toBe('121.5MHz');
  expect(value('number', '0012/26')).toBe('0012/26');
  expect(value('number', 'a b')).toBe('reference');
  expect(value('call_sign', 'NAF\u202e101')).toBe('text');
  expect(value('call_sign', 'x'.repeat(33))).toBe('long');
  expect(value('count', '3')).toBe(3);
  expect(value('count', '-1')).toBe('number');
  for (const kind of SLOT_KINDS) expect(value(kind, '  ')).toBe('empty');
});

test('a key is the letter that stands on it, and where that is of another script its place', () => {
  const press = (key: string, code: string) => letterOf({ key, code } as KeyboardEvent);
  expect(press('Y', 'KeyY')).toBe('y');
  expect(press('z', 'KeyY')).toBe('z'); // QWERTZ says z, and means it
  expect(press('н', 'KeyY')).toBe('y');
  expect(press('غ', 'KeyY')).toBe('y');
  expect(press('Escape', 'Escape')).toBe('Escape');
});
