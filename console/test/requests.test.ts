import { expect, test } from 'vitest';
import { LANGUAGES } from '../src/i18n/i18n.svelte';
import ar from '../src/i18n/requests/ar.json';
import en from '../src/i18n/requests/en.json';
import fr from '../src/i18n/requests/fr.json';
import ru from '../src/i18n/requests/ru.json';
import base from '../src/i18n/en.json';
import formal from '../src/i18n/formal/en.json';
import { miniMap } from '../src/map/mini';
import { empty, fieldAt, noConditions, readConditions, readRequest, refusalOf, typedOf, type Typed } from '../src/requests/draft';
import { actsOf, boxesOf, CARGOES, corridorsOf, deeperThan, DEPTHS, differences, dueOf, inAddress, isClosed, ordered, PURPOSES, readAddress, textForms, waitOf, zonesOf, type Asked, type Clearance, type Part, type Request } from '../src/requests/requests';

const NOW = Date.parse('2026-12-01T04:00:00Z');
const part = (party: string, more: Partial<Part> = {}): Part => ({
  party, entry: { name: 'ARTIP', position: [52.5, 5.5], at: '2026-12-01T06:00:00.000Z' }, exit: { name: 'RKN', position: [52.1, 6.7], at: '2026-12-01T06:20:00.000Z' }, floor: 'FL240', ceiling: 'FL280', ...more,
});
const asking = (more: Partial<Request> = {}): Request => ({
  aircraft_type: 'C130', aircraft: 2, call_signs: ['NAF21', 'NAF22'], registrations: ['N-130A'], operator: 'North Air Transport', purpose: 'cargo', cargo: 'general', persons: 14, sensors: false, armed: false,
  route: [part('south')], half_width: '5nm', tolerance: '30min', valid: { from: '2026-12-01T05:00:00.000Z', to: '2026-12-02T05:00:00.000Z' }, answer_by: '2026-12-01T06:00:00Z', contact: 'Air desk of North', exercise: false, ...more,
});
const waiting = (party: string, more: Partial<Asked> = {}): Asked => ({ party, stage: 'waiting', due: '2026-12-01T06:00:00Z', times: { from: '2026-12-01T05:30:00Z', to: '2026-12-01T06:50:00Z' }, ...more });
const clearance = (number: string, more: Partial<Clearance> = {}, asked: Partial<Asked> = {}, request: Partial<Request> = {}): Clearance => {
  const r = asking(request);
  return { party: 'north', number, own: false, state: 'asked', priority: false, awaited: [], revoked: [], talk: [], latest: { revision: 1, at: '2026-12-01T03:00:00Z', request: r, parts: r.route.map((p) => waiting(p.party, asked)) }, ...more };
};
const numbers = (all: Clearance[]) => all.map((c) => c.number);

test('an awaited answer stands first, then priority, then what is due first', () => {
  const all = [
    clearance('0001/26', {}, { stage: 'approved' }),
    clearance('0002/26', { awaited: ['answer'] }, { due: '2026-12-01T08:00:00Z' }),
    clearance('0003/26', { awaited: ['answer'] }, { due: '2026-12-01T07:00:00Z' }),
    clearance('0004/26', { awaited: ['answer'], priority: true }, { due: '2026-12-01T09:00:00Z' }),
    clearance('0005/26', { priority: true }, { stage: 'approved' }),
  ];
  const expected = ['0004/26', '0003/26', '0002/26', '0005/26', '0001/26'];
  expect(numbers(ordered(all, 'south'))).toEqual(expected);
  expect(numbers(ordered([...all].reverse(), 'south'))).toEqual(expected);
  // The same in all: the number decides, so that cards do not jump.
  expect(numbers(ordered([clearance('0009/26'), clearance('0008/26')], 'south'))).toEqual(['0008/26', '0009/26']);
  // Without any time to answer by it stands last, and the order is one all the same.
  expect(numbers(ordered([clearance('0006/26', {}, { stage: 'approved' }, { answer_by: '' }), clearance('0007/26')], 'south'))).toEqual(['0007/26', '0006/26']);
});

test('who asks looks at who is waited for first; who is asked at its own time alone', () => {
  const c = clearance('0001/26', {}, {}, { route: [part('south'), part('relief')] });
  c.latest.parts = [waiting('south', { due: '2026-12-01T09:00:00Z' }), waiting('relief', { due: '2026-12-01T08:00:00Z' })];
  expect(dueOf(c, 'south')).toBe(Date.parse('2026-12-01T09:00:00Z'));
  expect(dueOf({ ...c, own: true }, 'north')).toBe(Date.parse('2026-12-01T08:00:00Z'));
});

test('a request is closed when nothing can come of it and nobody owes a word', () => {
  const withdrawn = { at: '2026-12-01T03:30:00Z', reason: 'Not needed.', acknowledged: [] as { party: string; depth: 'desk'; at: string }[], overdue: [] };
  expect(isClosed(clearance('0001/26'))).toBe(false);
  expect(isClosed(clearance('0001/26', { state: 'revoked' }))).toBe(false);
  expect(isClosed(clearance('0001/26', { state: 'expired' }))).toBe(true);
  expect(isClosed(clearance('0001/26', { state: 'withdrawn', withdrawn }))).toBe(false);
  expect(isClosed(clearance('0001/26', { state: 'withdrawn', withdrawn: { ...withdrawn, acknowledged: [{ party: 'south', depth: 'desk', at: '2026-12-01T03:31:00Z' }] } }))).toBe(true);
  const boxes = boxesOf([clearance('0001/26'), clearance('0002/26', { own: true }), clearance('0003/26', { own: true, state: 'expired' })], 'south');
  expect(Object.fromEntries(Object.entries(boxes).map(([b, all]) => [b, numbers(all)]))).toEqual({ inbox: ['0001/26'], outbox: ['0002/26'], closed: ['0003/26'] });
});

test('a countdown says due, late and escalated, by the node’s word and until it has come by the clock', () => {
  expect(waitOf(waiting('south'), NOW)).toEqual({ how: 'due', seconds: 7200 });
  expect(waitOf(waiting('south'), Date.parse('2026-12-01T05:59:59.500Z'))).toEqual({ how: 'due', seconds: 0.5 });
  expect(waitOf(waiting('south'), Date.parse('2026-12-01T06:00:00Z'))).toMatchObject({ how: 'late' });
  expect(waitOf(waiting('south', { overdue: 'late' }), NOW)).toMatchObject({ how: 'late' });
  expect(waitOf(waiting('south', { overdue: 'escalated' }), Date.parse('2026-12-01T06:10:00Z'))).toEqual({ how: 'escalated', seconds: -600 });
  for (const stage of ['asked_back', 'approved', 'unable'] as const) expect(waitOf(waiting('south', { stage }), NOW)).toBeNull();
});

test('what can be said is what the book takes', () => {
  const said = (c: Clearance, own: string) => actsOf(c, own).join(' ');
  expect(said(clearance('0001/26'), 'south')).toBe('approve unable ask');
  expect(said(clearance('0001/26', {}, { stage: 'asked_back' }), 'south')).toBe('approve unable ask');
  expect(said(clearance('0001/26', {}, { stage: 'unable' }), 'south')).toBe('approve unable ask');
  expect(said(clearance('0001/26', { state: 'cleared' }, { stage: 'approved' }), 'south')).toBe('revoke');
  expect(said(clearance('0001/26'), 'relief')).toBe('');
  expect(said(clearance('0001/26', { state: 'expired' }), 'south')).toBe('');
  // While an amendment waits, what holds can be revoked.
  const amending = clearance('0001/26', { state: 'amending' });
  amending.held = { ...clearance('0001/26', {}, { stage: 'approved' }).latest };
  expect(said(amending, 'south')).toBe('approve unable ask revoke');
  const revoked = [{ party: 'south', at: '2026-12-01T03:00:00Z', from: '2026-12-01T03:00:00Z', reason: 'Firing.' }];
  expect(said(clearance('0001/26', { state: 'revoked', revoked }, { stage: 'approved' }), 'south')).toBe('');
  const own = { own: true };
  expect(said(clearance('0001/26', own), 'north')).toBe('amend withdraw');
  expect(said(clearance('0001/26', own, { stage: 'asked_back' }), 'north')).toBe('reply amend withdraw');
  expect(said(clearance('0001/26', { ...own, state: 'revoked', revoked }, { stage: 'approved' }), 'north')).toBe('acknowledge amend withdraw');
  const deep = [{ ...revoked[0]!, acknowledged: { depth: 'crew' as const, at: '2026-12-01T03:01:00Z' } }];
  expect(said(clearance('0001/26', { ...own, state: 'revoked', revoked: deep }, { stage: 'approved' }), 'north')).toBe('amend withdraw');
  const withdrawn = { at: '2026-12-01T03:30:00Z', reason: 'Not needed.', acknowledged: [{ party: 'south', depth: 'desk' as const, at: '2026-12-01T03:31:00Z' }], overdue: [] };
  expect(said(clearance('0001/26', { ...own, state: 'withdrawn', withdrawn }), 'north')).toBe('');
  expect(said(clearance('0001/26', { state: 'withdrawn', withdrawn }), 'south')).toBe('acknowledge');
  expect([deeperThan(undefined), deeperThan('desk'), deeperThan('crew')]).toEqual([['desk', 'unit', 'crew'], ['unit', 'crew'], []]);
});

test('differences name what an amendment changes, adds and leaves out, and nothing else', () => {
  const before = asking();
  expect(differences(before, asking({ answer_by: '2026-12-01T12:00:00Z' }))).toEqual([]);
  const later = part('south', { entry: { ...part('south').entry, at: '2026-12-01T08:00:00.000Z' }, ceiling: 'FL300' });
  expect(differences(before, asking({ aircraft: 1, remarks: 'By day.', route: [later, part('relief')] }))).toEqual([
    { field: 'aircraft', party: '', before: '2', after: '1' }, { field: 'remarks', party: '', before: null, after: 'By day.' }, { field: 'route', party: '', before: 'south', after: 'south → relief' },
    { field: 'entry.at', party: 'south', before: '2026-12-01T06:00:00.000Z', after: '2026-12-01T08:00:00.000Z' }, { field: 'ceiling', party: 'south', before: 'FL280', after: 'FL300' },
    ...[['entry.name', 'ARTIP'], ['entry.position', '52.5,5.5'], ['entry.at', '2026-12-01T06:00:00.000Z'], ['exit.name', 'RKN'], ['exit.position', '52.1,6.7'], ['exit.at', '2026-12-01T06:20:00.000Z'], ['floor', 'FL240'], ['ceiling', 'FL280']].map(([field, after]) => ({ field, party: 'relief', before: null, after })),
  ]);
  expect(differences(asking({ remarks: 'x' }), before)).toEqual([{ field: 'remarks', party: '', before: 'x', after: null }]);
});

test('a request has an address, and an address a request', () => {
  expect(inAddress({ party: 'north-east', number: '0007/26' })).toBe('north-east-0007-26');
  expect(readAddress('north-east-0007-26')).toEqual({ party: 'north-east', number: '0007/26' });
  for (const id of ['', 'new', 'north-7-26', '0007-26']) expect([id, readAddress(id)]).toEqual([id, null]);
});

test('texts are offered that the node can make', () => {
  const c = clearance('0001/26', { revoked: [{ party: 'south', at: '', from: '', reason: '' }, { party: 'west', at: '', from: '', reason: '' }] }, { stage: 'approved' }, { route: [part('south'), part('relief')] });
  c.latest.parts[1]!.stage = 'waiting';
  expect(textForms(c).map((f) => `${f.form} ${f.of}`.trim())).toEqual(['notam', 'request south', 'request relief', 'answer south', 'revocation south']);
});

test('a corridor is as wide as its approval leaves it, and is drawn around its line', () => {
  const c = clearance('0001/26');
  const width = (of: Clearance) => Math.max(...corridorsOf(of.latest)[0]!.ring.map((p) => p[0])) - Math.max(...corridorsOf(of.latest)[0]!.line.map((p) => p[0]));
  const narrow = clearance('0001/26', {}, { stage: 'approved', conditions: { half_width: '2nm' } });
  expect(width(c) * 60).toBeGreaterThan(4);
  expect(width(narrow) * 60).toBeLessThan(2.1);
  expect(zonesOf(c.latest, 'x', () => 'STH 0001/26')).toMatchObject([{ id: 'x south', rule: 'corridor', name: 'STH 0001/26' }]);
});

test('a card’s map holds the whole way, with north above', () => {
  expect(miniMap([], 210, 132)).toBeNull();
  for (const lon of [5.5, 179.8]) {
    const p = part('south', { entry: { ...part('south').entry, position: [52.5, lon] }, exit: { ...part('south').exit, position: [51.5, lon > 179 ? -179.4 : lon + 0.8] } });
    const map = miniMap(corridorsOf({ ...clearance('0001/26').latest, request: asking({ route: [p] }) }), 210, 132)!;
    const [entry, exit] = map.points;
    for (const at of map.points) expect(at.x > 0 && at.x < 210 && at.y > 0 && at.y < 132).toBe(true);
    expect(entry!.y).toBeLessThan(exit!.y);
    expect(entry!.x).toBeLessThan(exit!.x);
    // A coast far away is not drawn, one beside it is.
    expect(map.coast([[[lon - 60, -40], [lon - 61, -40]]])).toBe('');
    expect(map.coast([[[lon, 52], [lon + 0.1, 52]]])).toMatch(/^M[\d. -]+L[\d. -]+$/);
  }
});

// ---- the form

const filled = (more: Partial<Typed> = {}): Typed => ({
  ...empty('south'), aircraftType: 'c130', aircraft: '2', callSigns: 'naf21, NAF22', registrations: 'N-130A', addresses: '48c1a2', operator: 'North Air Transport', purpose: 'humanitarian', cargo: 'relief', persons: '14', sensors: 'no', armed: 'no',
  route: [{ party: 'south', entry: { name: 'artip', position: '52.5, 5.5', at: '2026-12-01 06:00' }, exit: { name: 'RKN', position: '5206N00642E', at: '06:20' }, via: '', floor: 'fl 240', ceiling: 'FL280', landing: '' }],
  validFrom: '2026-12-01 05:00', validTo: '2026-12-02 05:00', contact: 'Air desk', halfWidth: '3', tolerance: '90', ...more,
});

test('a filled form is the request that the node reads', () => {
  const { request, errors, lines } = readRequest(filled(), NOW);
  expect([...errors]).toEqual([]);
  expect(request).toEqual({
    aircraft_type: 'C130', aircraft: 2, call_signs: ['NAF21', 'NAF22'], registrations: ['N-130A'], addresses: ['48C1A2'], operator: 'North Air Transport', purpose: 'humanitarian', cargo: 'relief', persons: 14, sensors: false, armed: false,
    route: [{ party: 'south', entry: { name: 'ARTIP', position: [52.5, 5.5], at: '2026-12-01T06:00:00.000Z' }, exit: { name: 'RKN', position: [52.1, 6.7], at: '2026-12-01T06:20:00.000Z' }, floor: 'FL240', ceiling: 'FL280' }],
    half_width: '3nm', tolerance: '90min', valid: { from: '2026-12-01T05:00:00.000Z', to: '2026-12-02T05:00:00.000Z' }, contact: 'Air desk', exercise: false,
  });
  expect(lines).toEqual([[[52.5, 5.5], [52.1, 6.7]]]);
});

test('an amendment starts as the request was, and says the same where nothing is changed', () => {
  const was = asking({ addresses: ['48C1A2'], remarks: 'By day.', route: [part('south', { via: [[52.3, 6.0]], landing: 'EHAM' })] });
  const typed = typedOf(was);
  expect(typed.answerBy).toBe('');
  const { request, errors } = readRequest(typed, NOW);
  expect([...errors]).toEqual([]);
  expect(differences(was, request!)).toEqual([]);
});

test('what is missing or cannot be read is said by its field, and nothing is guessed', () => {
  const { request, errors } = readRequest(empty(), NOW);
  expect(request).toBeNull();
  for (const field of ['aircraft_type', 'call_signs', 'sensors', 'armed', 'purpose', 'route[0].party', 'route[0].entry.position', 'route[0].exit.at', 'route[0].floor', 'valid.from', 'contact']) expect([field, errors.get(field)?.error]).toEqual([field, 'missing']);
  const bad = filled({ persons: 'many', validTo: 'tomorrow' });
  bad.route[0]!.entry.position = '5261N 00530E';
  bad.route[0]!.via = '52.3, 6.0\n91, 6';
  const faults = readRequest(bad, NOW).errors;
  expect(Object.fromEntries(faults)).toEqual({ persons: { error: 'whole' }, 'valid.to': { error: 'time' }, 'route[0].entry.position': { error: 'position.minutes_range' }, 'route[0].via': { error: 'position.latitude_range', line: 2 } });
});

test('conditions are what was typed; the other of a pair stays as asked', () => {
  const read = (more: Partial<ReturnType<typeof noConditions>>) => readConditions({ ...noConditions(), ...more }, waiting('south'), part('south'));
  expect(read({}).conditions).toEqual({});
  expect(read({ ceiling: 'fl260', squawk: ' 4521', frequency: '132.055', reports: 'artip; rkn', text: 'By day.' }).conditions).toEqual({ levels: { floor: 'FL240', ceiling: 'FL260' }, squawk: '4521', frequency: '132.055MHz', reports: ['ARTIP', 'RKN'], text: 'By day.' });
  expect(read({ from: '06:00' }).conditions).toEqual({ times: { from: '2026-12-01T06:00:00.000Z', to: '2026-12-01T06:50:00.000Z' } });
  expect(read({ to: '06:40' }).conditions).toEqual({ times: { from: '2026-12-01T05:30:00.000Z', to: '2026-12-01T06:40:00.000Z' } });
  expect(read({ to: 'noon' })).toEqual({ conditions: null, errors: new Map([['times.to', { error: 'time' }]]) });
});

test('the node’s words go to the field that they are about', () => {
  expect(refusalOf('request: route[0]: entry: at: must be a whole minute')).toEqual({ path: 'route[0].entry.at', text: 'must be a whole minute' });
  expect(refusalOf('request: route[0].entry.at: is before the exit of route[1] (x); parts stand')).toEqual({ path: 'route[0].entry.at', text: 'is before the exit of route[1] (x); parts stand' });
  expect(refusalOf('conditions: levels: leave nothing of what was asked, FL240 to FL280')).toEqual({ path: 'levels', text: 'leave nothing of what was asked, FL240 to FL280' });
  expect(refusalOf('request 0001/26 of north was withdrawn, which is final')).toEqual({ path: '', text: 'request 0001/26 of north was withdrawn, which is final' });
  const fields = ['call_signs', 'route[0].party', 'route[0].entry.at', 'route[10].party', 'valid.from', 'valid.to'];
  expect(['call_signs[1]', 'route[0].entry.at', 'route[0]', 'route[10]', 'valid', 'contact', ''].map((path) => fieldAt(path, fields))).toEqual(['call_signs', 'route[0].entry.at', 'route[0].party', 'route[10].party', 'valid.from', '', '']);
});

// ---- words

test('the page’s words are there in all languages, with the same values', () => {
  const names = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((m) => m[1]).sort();
  const all = { en, fr, ru, ar } as Record<string, Record<string, string>>;
  expect(Object.keys(all).sort()).toEqual(LANGUAGES.map((l) => l.id).sort());
  for (const [key, text] of Object.entries(en)) for (const words of Object.values(all)) expect([key, names(words[key] ?? '')]).toEqual([key, names(text)]);
  for (const words of Object.values(all)) expect(Object.keys(words).sort()).toEqual(Object.keys(en).sort());
  expect(Object.keys(en).filter((k) => k in base || k in formal)).toEqual([]);
  const has = (prefix: string, words: readonly string[]) => words.map((w) => `${prefix}.${w}`).filter((k) => !(k in en));
  expect([...has('rqpurpose', PURPOSES), ...has('rqcargo', CARGOES), ...DEPTHS.filter((d) => !(`ldepth.${d}` in base))]).toEqual([]);
  const fields = differences(asking(), asking({ route: [part('relief', { via: [[1, 2]], landing: 'EHAM' })], remarks: 'x', addresses: ['48C1A2'] })).map((d) => d.field);
  expect(fields.length).toBeGreaterThan(10);
  expect(has('rqf', fields)).toEqual([]);
});
