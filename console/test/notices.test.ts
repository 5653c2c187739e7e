import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { leg, METRES_PER_NM } from '../src/lib/geo';
import { empty, fieldOf, readDraft, readFrequency, readLength, readLimitText, readSpan, typedOf, type Typed } from '../src/notices/draft';
import {
  ANSWERS, DEPTHS, fits, inAddress, isLate, isMissing, KINDS, limitWords, nextChange, phaseOf, readAddress, sections, spanNow, toldOf, waitsForUs, worst, type Finding, type Notice,
} from '../src/notices/notices';
import { boxRing, corridorRing, middleOf, shapeOf, type LatLon } from '../src/notices/shape';
import { addMessages } from '../src/i18n/i18n.svelte';
import { findingText, lateText, longText, spanText } from '../src/i18n/notice-text';
import { settings } from '../src/live/settings.svelte';
import ar from '../src/i18n/ar.json';
import en from '../src/i18n/en.json';
import fr from '../src/i18n/fr.json';
import ru from '../src/i18n/ru.json';
import formalEn from '../src/i18n/formal/en.json';
import lineEn from '../src/i18n/line/en.json';
import deskEn from '../src/i18n/distress/en.json';
import noticesAr from '../src/i18n/notices/ar.json';
import noticesEn from '../src/i18n/notices/en.json';
import noticesFr from '../src/i18n/notices/fr.json';
import noticesRu from '../src/i18n/notices/ru.json';

const NOW = Date.parse('2026-11-28T06:30:00Z');
const document = (more: Partial<Notice['notice']> = {}): Notice['notice'] => ({
  v: 1, number: '0012/26', revision: 1, state: 'planned', activity: 'live-firing', kind: 'firing', geometry: { shape: 'circle', centre: [52.31, 4.75], radius: '5nm' }, floor: 'surface', ceiling: 'FL200',
  spans: [{ from: '2026-11-28T06:00:00.000Z', to: '2026-11-28T09:00:00.000Z' }, { from: '2026-11-29T06:00:00.000Z', to: '2026-11-29T09:00:00.000Z' }], exercise: false, ...more,
});
const notice = (more: Partial<Notice> = {}, of: Partial<Notice['notice']> = {}): Notice => ({
  party: 'north', number: '0012/26', revision: 1, own: false, state: 'active', notice: document(of), notam: '', message: 'ab', revisions: [], to: ['relief', 'south'], submitted_at: '2026-11-27T06:00:00.000Z', taken_at: '2026-11-27T06:00:00.000Z',
  missing_revisions: 0, findings: [], acknowledgements: [], awaited: ['relief', 'south'], contradictions: { count: 0, kept: [] }, ...more,
});

test('a notice stands in an address by its party, which may have hyphens, and its number', () => {
  expect(inAddress(notice())).toBe('north-0012-26');
  expect(readAddress('north-0012-26')).toEqual({ party: 'north', number: '0012/26' });
  expect(readAddress('air-force-2-0001-26')).toEqual({ party: 'air-force-2', number: '0001/26' });
  for (const bad of ['', 'new', '0012-26', 'north-12-26', 'north-0012/26']) expect(readAddress(bad)).toBeNull();
});

test('it is active inside a span, coming between two of them, over after the last, and half open', () => {
  const n = notice();
  const at = (iso: string) => Date.parse(iso);
  expect([phaseOf(n, NOW), nextChange(n, NOW)]).toEqual(['active', at('2026-11-28T09:00:00Z')]);
  expect([phaseOf(n, at('2026-11-28T09:00:00Z')), nextChange(n, at('2026-11-28T09:00:00Z'))]).toEqual(['upcoming', at('2026-11-29T06:00:00Z')]);
  expect(phaseOf(n, at('2026-11-28T05:59:59Z'))).toBe('upcoming');
  expect([phaseOf(n, at('2026-11-29T09:00:00Z')), nextChange(n, at('2026-11-29T09:00:00Z'))]).toEqual(['over', Infinity]);
  expect(spanNow(n, at('2026-11-30T00:00:00Z')).to_ms).toBe(at('2026-11-29T09:00:00Z'));
  expect(phaseOf(notice({}, { state: 'cancelled' }), NOW)).toBe('cancelled');
});

test('what is active stands first, then what comes first; a cancelled one is shown while its time is not past', () => {
  const span = (from: string, to: string) => ({ spans: [{ from: `2026-11-${from}:00:00Z`, to: `2026-11-${to}:00:00Z` }] });
  const make = (number: string, of: Partial<Notice['notice']>) => notice({ number }, of);
  const all = [
    make('0001/26', span('29T06', '29T07')), make('0002/26', span('28T06', '28T09')), make('0003/26', span('28T06', '28T08')), make('0004/26', span('28T12', '28T13')), make('0005/26', span('27T06', '27T07')),
    make('0006/26', { ...span('28T12', '28T13'), state: 'cancelled' }), make('0007/26', { ...span('27T12', '27T13'), state: 'cancelled' }),
  ];
  const shown = (list: Notice[]) => sections(list, NOW).map((s) => [s.phase, s.notices.map((n) => n.number.slice(0, 4))]);
  const expected = [['active', ['0003', '0002']], ['upcoming', ['0004', '0001']], ['cancelled', ['0006']], ['over', ['0007', '0005']]];
  expect(shown(all)).toEqual(expected);
  expect(shown([...all].reverse())).toEqual(expected);
  expect(sections([], NOW)).toEqual([]);
});

test('each filter shows what it says', () => {
  const late = notice({ late_by_s: 60, minimum_s: 600 });
  expect(isLate(late)).toBe(true);
  expect([fits(late, 'late', NOW), fits(notice(), 'late', NOW), fits(notice({ late_by_s: 60 }, { state: 'cancelled' }), 'late', NOW)]).toEqual([true, false, false]);
  expect([fits(notice({}, { state: 'changed' }), 'changed', NOW), fits(notice(), 'changed', NOW)]).toEqual([true, false]);
  expect([fits(notice(), 'unacknowledged', NOW), fits(notice({ awaited: [] , acknowledgements: [ack('south', 'desk'), ack('relief', 'desk')] }), 'unacknowledged', NOW)]).toEqual([true, false]);
  expect([fits(notice(), 'active', NOW), fits(notice(), 'upcoming', NOW), fits(notice(), 'all', NOW)]).toEqual([true, false, true]);
});

type Acknowledgement = Notice['acknowledgements'][number];
const ack = (party: string, depth: 'desk' | 'unit' | 'crew', more: Partial<Acknowledgement> = {}): Acknowledgement => ({ party, revision: 1, depth, confirmed: [], ...more });

test('who was told is shown with how far down it got; that somebody cannot is never passed over, and an earlier revision counts for nothing', () => {
  const said = { answer: 'cannot' as const, depth: 'crew' as const, by: { account: '', desk: 'duty' }, at: '', after_s: 1 };
  const states = (n: Notice) => toldOf(n).map((x) => [x.party, x.state]);
  expect(states(notice({ awaited: ['relief'], acknowledgements: [ack('south', 'unit')] }))).toEqual([['relief', 'missing'], ['south', 'unit']]);
  const cannot = notice({ awaited: ['relief'], acknowledgements: [ack('south', 'crew', { cannot: said })] });
  expect(states(cannot)[1]).toEqual(['south', 'cannot']);
  const again = notice({ revision: 2, awaited: ['south'], acknowledgements: [ack('south', 'crew')] });
  expect(toldOf(again)).toEqual([
    { party: 'relief', state: 'not_told', depth: null, before: null }, { party: 'south', state: 'missing', depth: null, before: { revision: 1, depth: 'crew' } },
  ]);
  expect([isMissing(cannot), isMissing(notice({ awaited: [], acknowledgements: [ack('south', 'desk'), ack('relief', 'crew')] }))]).toEqual([true, false]);
  expect([waitsForUs(notice(), 'south'), waitsForUs(notice({ own: true }), 'south'), waitsForUs(notice({ awaited: [] }), 'south')]).toEqual([true, false, false]);
});

test('of the findings the most severe is counted, what the marks say already apart', () => {
  const finding = (code: Finding['code'], severity: Finding['severity']): Finding => ({ code, severity, text: '' });
  expect(worst([finding('late', 'warning'), finding('zone_overlap', 'caution'), finding('traffic_predicted', 'caution'), finding('zone_moves', 'advisory')])).toEqual({ severity: 'caution', count: 2 });
  expect(worst([finding('late', 'warning'), finding('no_minimum', 'advisory')])).toBeNull();
});

test('limits are shown as people write them, and what would lose its words keeps them', () => {
  expect(['surface', 'unlimited', 'FL95', '3000ft amsl', '500ft agl', '9550ft pressure', '1000m ellipsoid'].map((l) => limitWords(l, 'aviation'))).toEqual([
    'SFC', 'UNL', 'FL095', '3\u202f000 ft AMSL', '500 ft AGL', '9550ft pressure', '3\u202f281 ft WGS-84']);
  expect(limitWords('3000ft amsl', 'metric')).toBe('914 m AMSL');
  expect(limitWords('above the moon', 'aviation')).toBe('above the moon');
});

// ---- shapes

test('no place of a corridor’s ring is nearer to its line than half the width, whichever way it bends', () => {
  const half = 5 * METRES_PER_NM;
  for (const line of [[[52, 4], [52, 5]], [[52, 4], [52.5, 4.5], [52.5, 6]], [[52, 4], [51.5, 4.5], [52.5, 5]], [[-33, 179.5], [-33.5, -179.5]], [[68, 20], [69, 20], [69, 22], [70, 22]]] as LatLon[][]) {
    const ring = corridorRing(line, half);
    expect(ring.length).toBeGreaterThan(20);
    for (const p of ring) for (const v of line) expect(leg(p[0], p[1], v[0], v[1]).distance_m).toBeGreaterThan(half * 0.99);
    // And it is a ring around both ends.
    for (const end of [line[0]!, line[line.length - 1]!]) expect(Math.min(...ring.map((p) => leg(p[0], p[1], end[0], end[1]).distance_m))).toBeLessThan(half * 1.01);
  }
  expect(corridorRing([[52, 4], [52, 4]], half)).toEqual([]);
  expect(corridorRing([[52, 4], [52, 5]], NaN)).toEqual([]);
});

test('a box runs along its parallels, eastward, across the antimeridian too', () => {
  const ring = boxRing([50, 170], [52, -170]);
  expect(ring.length).toBe(42);
  expect(ring[0]).toEqual([50, 170]);
  expect(ring[20]).toEqual([50, -170]);
  expect(new Set(ring.map((p) => p[0]))).toEqual(new Set([50, 52]));
  expect(boxRing([52, 4], [50, 5])).toEqual([]);
});

test('a shape is drawn with the rule of its kind, and half of one is not drawn', () => {
  const named = { id: 'x', name: 'x' };
  expect(shapeOf({ ...named, kind: 'firing', geometry: { shape: 'circle', centre: [52, 4], radius: '10km' } })).toMatchObject({ rule: 'keep_clear', radius_nm: 10 / 1.852 });
  expect(shapeOf({ ...named, kind: 'flight', geometry: { shape: 'polygon', outline: [[52, 4], [52, 5], [53, 5]] } })).toMatchObject({ rule: 'caution' });
  expect(shapeOf({ ...named, kind: 'flight', geometry: { shape: 'circle', centre: [52, 4], radius: 'wide' } })).toBeNull();
  expect(shapeOf({ ...named, kind: 'flight', geometry: { shape: 'polygon', outline: [[52, 4], [52, 5]] } })).toBeNull();
  const middle = middleOf({ id: 'x', rule: 'caution', outline: boxRing([50, 170], [52, -170]) })!;
  expect([middle.lat, Math.abs(middle.lon)]).toEqual([51, 180]);
});

// ---- the form

const typed = (more: Partial<Typed> = {}): Typed => ({
  ...empty(), activity: 'live-firing', kind: 'firing', centre: '5218.6N 00445.0E', radius: '5', ceiling: 'fl200', spans: [{ from: '2026-11-28 06:00', to: '09:00' }], ...more,
});

test('what people type becomes what the node reads', () => {
  const { draft, errors } = readDraft(typed({ callSigns: 'naf21; NAF 22', aircraft: '4', frequency: '132.055', remarks: ' Ends at once on STOP. ' }), NOW);
  expect([...errors]).toEqual([]);
  expect(draft).toEqual({
    activity: 'live-firing', kind: 'firing', geometry: { shape: 'circle', centre: [52.31, 4.75], radius: '5nm' }, floor: 'surface', ceiling: 'FL200', exercise: false,
    spans: [{ from: '2026-11-28T06:00:00.000Z', to: '2026-11-28T09:00:00.000Z' }], aircraft: 4, call_signs: ['NAF21', 'NAF 22'], frequency: '132.055MHz', remarks: 'Ends at once on STOP.',
  });
  expect(['5', '5 NM', '10 km', '500m', '2,5', 'far'].map(readLength)).toEqual(['5nm', '5nm', '10km', '500m', '2.5nm', 'far']);
  expect(['SFC', 'unl', 'FL 95', '5000', '3000 ft', '2000 AGL', '9550ft pressure', '1500m amsl', 'high'].map(readLimitText)).toEqual(['surface', 'unlimited', 'FL95', '5000ft amsl', '3000ft amsl', '2000ft agl', '9550ft pressure', '1500m amsl', 'high']);
  expect(['121.5', '5680 kHz', '132,055 MHz', 'guard'].map(readFrequency)).toEqual(['121.5MHz', '5680kHz', '132.055MHz', 'guard']);
});

test('an end without a day is on the day of its beginning, or on the next', () => {
  const span = (from: string, to: string) => { const s = readSpan(from, to, NOW); return [new Date(s.from_ms).toISOString().slice(0, 16), new Date(s.to_ms).toISOString().slice(0, 16)]; };
  expect(span('2026-12-01 22:00', '23:30')).toEqual(['2026-12-01T22:00', '2026-12-01T23:30']);
  expect(span('2026-12-01 22:00', '02:00')).toEqual(['2026-12-01T22:00', '2026-12-02T02:00']);
  // With a day it is as typed, and the node says what is wrong with it.
  expect(span('2026-12-01 22:00', '2026-12-01 21:00')).toEqual(['2026-12-01T22:00', '2026-12-01T21:00']);
});

test('what is missing or cannot be read is said by its field', () => {
  const at = (t: Partial<Typed>) => Object.fromEntries(readDraft(typed(t), NOW).errors);
  expect(at({ centre: '', radius: '' })).toEqual({ centre: { error: 'missing' }, radius: { error: 'missing' } });
  expect(at({ centre: '-33 S 18 E' })).toEqual({ centre: { error: 'position.hemisphere' } });
  expect(at({ shape: 'polygon', outline: '52 4\n\n52 5\nnowhere' })).toEqual({ outline: { error: 'position.format', line: 4 } });
  expect(at({ shape: 'polygon', outline: '52 4\n52 5' })).toEqual({ outline: { error: 'corners' } });
  expect(at({ shape: 'corridor', line: '52 4', halfWidth: '2' })).toEqual({ line: { error: 'line' } });
  expect(at({ spans: [{ from: '25:00', to: '' }] })).toEqual({ 'spans[0].from': { error: 'time' }, 'spans[0].to': { error: 'missing' } });
  expect(at({ kind: '', activity: ' ', ceiling: '', aircraft: 'two' })).toEqual({ kind: { error: 'missing' }, activity: { error: 'missing' }, ceiling: { error: 'missing' }, aircraft: { error: 'whole' } });
  // The place is drawn before the rest is filled in.
  expect(readDraft(typed({ kind: '' }), NOW)).toMatchObject({ draft: null, geometry: { shape: 'circle' } });
});

test('a notice that is changed comes back as it was', () => {
  for (const of of [
    {}, { geometry: { shape: 'box' as const, south_west: [52, 4], north_east: [52.5, -4.75] }, ceiling: '2000ft agl', highest_ground: '850ft', call_signs: ['NAF21'], frequency: '132.055MHz', remarks: 'a\nb', aircraft: 3, exercise: true },
    { geometry: { shape: 'corridor' as const, line: [[52, 4], [52.123456, 5]], half_width: '500m' }, floor: '1500m amsl', ceiling: 'unlimited' },
    { geometry: { shape: 'block' as const, outline: [[52, 4], [52, 5], [53, 5]] }, floor: 'FL95', ceiling: '9950ft pressure' },
  ]) {
    const before = document(of);
    const { v: _v, number: _n, revision: _r, state: _s, ...said } = before;
    expect(readDraft(typedOf(before), NOW).draft).toEqual(said);
  }
});

test('what the node refuses goes to the field that it is about', () => {
  expect(fieldOf('notice: geometry: radius: must be at least 50m', 'circle')).toEqual({ field: 'radius', text: 'must be at least 50m' });
  expect(fieldOf('notice: geometry: outline: its edges 0 and 2 cross', 'polygon')).toEqual({ field: 'outline', text: 'its edges 0 and 2 cross' });
  expect(fieldOf('notice: geometry: reaches 950 NM from its middle; at most 900 NM are taken', 'corridor')).toEqual({ field: 'line', text: 'reaches 950 NM from its middle; at most 900 NM are taken' });
  expect(fieldOf('notice: geometry: line[2]: is less than 50m from the place before it', 'corridor')).toEqual({ field: 'line', text: 'is less than 50m from the place before it' });
  expect(fieldOf('notice: spans[1]: ends (x) before it begins (y)', 'circle')).toEqual({ field: 'spans[1]', text: 'ends (x) before it begins (y)' });
  expect(fieldOf('notice: call_signs[0]: "a" must be 1 to 20 capital letters', 'circle').field).toBe('call_signs');
  expect(fieldOf('notice: floor: FL300 is not below the ceiling, FL100', 'circle').field).toBe('floor');
  expect(fieldOf('the record is still being read: try again', 'circle')).toEqual({ field: '', text: 'the record is still being read: try again' });
});

// ---- words

addMessages({ en: noticesEn, fr: noticesFr, ru: noticesRu, ar: noticesAr });

test.each([['fr', noticesFr], ['ru', noticesRu], ['ar', noticesAr]] as [string, Record<string, string>][])('%s says everything of notices that English says, with the same values, and not in English', (_language, messages) => {
  const names = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((m) => m[1]).sort();
  expect(Object.keys(messages)).toEqual(Object.keys(noticesEn));
  let same = 0;
  for (const [key, text] of Object.entries(noticesEn)) {
    expect([key, names(messages[key] ?? '')]).toEqual([key, names(text)]);
    same += Number(messages[key] === text);
  }
  expect(same).toBeLessThan(8);
  // A word must not be in two files: the later would hide the earlier.
  expect(Object.keys(noticesEn).filter((k) => k in en || k in formalEn || k in lineEn || k in deskEn)).toEqual([]);
});

const description = readFileSync(new URL('../../openapi.yaml', import.meta.url), 'utf8');
const enumerated = (pattern: RegExp) => pattern.exec(description)![1]!.split(',').map((w) => w.trim());

test('every word of a notice that the node may send has a message', () => {
  const codes = enumerated(/enum: \[(notice_overlap[^\]]+)\]/);
  expect(enumerated(/NoticeKind: \{type: string, enum: \[([^\]]+)\]/)).toEqual([...KINDS]);
  expect(enumerated(/NoticeDepth: \{type: string, enum: \[([^\]]+)\]/)).toEqual([...DEPTHS]);
  expect(enumerated(/NoticeAnswer: \{type: string, enum: \[([^\]]+)\]/)).toEqual([...ANSWERS]);
  const keys = [...KINDS.map((k) => `nkind.${k}`), ...codes.map((c) => `nfind.${c}`), ...DEPTHS.map((d) => `ntold.${d}`), ...ANSWERS.map((a) => `lanswer.${a}`), ...['upcoming', 'active', 'over', 'cancelled'].map((s) => `nstate.${s}`)];
  for (const messages of [{ ...en, ...noticesEn }, { ...fr, ...noticesFr }, { ...ru, ...noticesRu }, { ...ar, ...noticesAr }] as Record<string, string>[])
    for (const key of keys) expect([key, messages[key]]).toEqual([key, expect.stringMatching(/./)]);
});

test('what was found is phrased from its values in every language', () => {
  const finding = (code: string): Finding => ({
    code: code as Finding['code'], severity: 'caution', text: 'In English.', party: 'south', id: '0003/26', name: 'Range', kind: 'firing', rule: 'keep_clear', from: '2026-11-28T06:00:00Z', to: '2026-11-28T09:00:00Z', after_s: 95, given_s: 3600,
    wanted_s: 72 * 3600, count: 12, vertical_unknown: true,
  });
  for (const id of ['en', 'fr', 'ru', 'ar'] as const) {
    settings.language = id;
    for (const code of enumerated(/enum: \[(notice_overlap[^\]]+)\]/)) {
      const text = findingText(finding(code));
      expect(text, `${id} ${code}`).not.toMatch(/[{}]|undefined|NaN|In English/);
    }
    expect(findingText({ ...finding('late'), given_s: -60 }), id).not.toMatch(/[{}]/);
  }
  settings.language = 'en';
  expect(findingText({ code: 'of_next_year' as Finding['code'], severity: 'advisory', text: 'In English.' })).toBe('In English.');
  const bare = (text: string) => text.replace(/[\u2068\u2069]/g, '');
  expect(bare(lateText({ late_by_s: 71 * 3600, minimum_s: 72 * 3600 }))).toBe('1 h given, 72 h agreed');
  expect(bare(lateText({ late_by_s: 72 * 3600 + 300, minimum_s: 72 * 3600 }))).toBe('given 5 min after it began, 72 h agreed');
  expect(lateText({ minimum_s: 5 })).toBe('');
  expect([20, 45 * 60, 3600, 71.5 * 3600, 200.5 * 3600].map(longText)).toEqual(['20 s', '45 min', '1 h', '71 h 30 min', '200 h']);
  expect(spanText(NOW, NOW + 3_600_000)).toBe('2026-11-28 06:30Z – 07:30Z');
  expect(spanText(NOW, NOW + 86_400_000)).toBe('2026-11-28 06:30Z – 2026-11-29 06:30Z');
});
