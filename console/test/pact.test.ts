// The pact's page without a page: statements to the byte, locked keys, clauses, differences, and what is wrong with a draft.
import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { toHex } from '../src/ledger/bytes';
import { parseSigningKey } from '../src/ledger/note';
import { canonicalTerms, CLASSES, crossesItself, defectsOf, freshId, isChannel, LISTS, listOf, nextVersion, SHARE_WHEN, SHARED, USES, ZONE_RULES } from '../src/pact/draft';
import { readDryRun } from '../src/pact/dry-run';
import { parseLockedKey, unlock } from '../src/pact/key-file';
import { canonical, idOf, responseBody, statementText } from '../src/pact/statement';
import { clausesOf, difference, inSafetyFloor, lengthNm, shapesOf, textIn, type Terms } from '../src/pact/terms';
import { isOpen, remindersOf, type PactView, type StatementView, type VersionView } from '../src/pact/view';
import { parseUtc } from '../src/lib/utc';
// @ts-expect-error plain JavaScript, shared with the browser's checks
import { ada, lockedKey, makeTerms, PASSPHRASE } from './pact-fixture.mjs';

const { first, second } = makeTerms() as { first: Terms; second: Terms };

// docs/formats/locked-key.md
const vector =
  '{"cipher":{"name":"xchacha20-poly1305","nonce":"QNZclyW1bO8uN007Je7IePZ66eHHIrq2","text":"OI4hT6urniB5TIKLOWDTS0QTDlZu+coNdVbeNGHkHRt1mNdunVXYC7SDXFFYR9TpEa9cFVE4JWGUeIpkSQbXeZFxiaZPO22sFbaSs5oqj/IDof35IimA+MyY0FmWKh/z+t05"},"format":"skypact-locked-key","kdf":{"memory_bytes":8192,"name":"argon2id","operations":1,"salt":"UM/sb/W8HkgflpvN5oYzIw=="},"v":1,"verifier_key":"north.example/ada+b21bb578+AXdwsCa25iF58yTDgHNl+cdLGYVAeVfFGv1bS9lPRXcM"}\n';

test('the published locked key opens with its passphrase, and with no other', async () => {
  const seed = await unlock(parseLockedKey(vector), 'correct horse battery');
  expect(toHex(seed)).toBe(toHex(parseSigningKey('PRIVATE+KEY+north.example/ada+b21bb578+AfE8wP4zaClAAT5Xn/0TPKg0XrtaMLnAUbC39zPK8mU2').seed));
  await expect(unlock(parseLockedKey(vector), 'correct horse batterY')).rejects.toThrow(/wrong passphrase/);
  expect(toHex(await unlock(parseLockedKey(lockedKey(ada)), PASSPHRASE))).toBe(toHex(ada.seed));
});

test('a locked key that is changed, of another kind, or asks for too much is refused before any work, and nothing of it is quoted', async () => {
  const bend = (change: (file: Record<string, Record<string, unknown>>) => void) => {
    const file = JSON.parse(vector) as Record<string, Record<string, unknown>>;
    change(file);
    return JSON.stringify(file);
  };
  const refused: [string, RegExp][] = [
    ['PRIVATE+KEY+north', /not locked/], ['{', /not JSON/], ['[]', /not an object/], [bend((f) => ((f as Record<string, unknown>)['v'] = 2)), /version 1/], [bend((f) => ((f as Record<string, unknown>)['extra'] = 1)), /not known/], [bend((f) => (f['kdf']!['name'] = 'scrypt')), /method/],
    [bend((f) => (f['kdf']!['operations'] = 11)), /operations/], [bend((f) => (f['kdf']!['memory_bytes'] = 2 ** 31)), /memory_bytes/], [bend((f) => (f['kdf']!['salt'] = 'AA==')), /salt/], [bend((f) => ((f as Record<string, unknown>)['verifier_key'] = 'x')), /a key is/], [' '.repeat(4001), /4000/],
  ];
  for (const [text, why] of refused) expect(() => parseLockedKey(text), text.slice(0, 60)).toThrow(why);
  // Another public half beside the same locked text.
  await expect(unlock(parseLockedKey(bend((f) => ((f as Record<string, unknown>)['verifier_key'] = ada.text))), 'correct horse battery')).rejects.toThrow(/wrong passphrase/);
});

test('a statement is one line of canonical JSON, its names in order and its times with milliseconds', () => {
  const text = statementText({ at_ms: Date.parse('2026-11-26T12:00:00Z'), pact: 'corridor', party: 'north', seen: { 'south.example/record': { size: 812, root: 'AAAA' } }, type: 'pact.signature', body: { terms: 'ab' } });
  expect(text).toBe('{"at":"2026-11-26T12:00:00.000Z","body":{"terms":"ab"},"pact":"corridor","party":"north","seen":{"south.example/record":{"root":"AAAA","size":812}},"type":"pact.signature","v":1}\n');
  // docs/formats/pact-statements.md
  const published = statementText({ at_ms: Date.parse('2026-11-26T12:00:00Z'), pact: 'corridor', party: 'north', seen: { 'south.example/record': { root: '47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=', size: 812 } }, type: 'pact.signature', body: { terms: 'a'.repeat(64) } });
  expect(idOf(published)).toBe('cac21669d27cb1b475a46e6773c1582aec6bb57d89d6b9ab15beb82038ccf1d2');
  expect(canonical({ b: [1.5, 'é\u0007"', null], a: undefined, A: true })).toBe('{"A":true,"b":[1.5,"é\\u0007\\"",null]}');
  expect(idOf('')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
});

test('a response names what it does not accept, in order and with its reason, and accepts the rest', () => {
  const answers = new Map([['zone.gap', { answer: 'reject' as const, reason: ' no ' }], ['area', { answer: 'accept' as const }], ['minima.state', { answer: 'counter' as const, reason: '4 NM' }]]);
  expect(responseBody('t', answers)).toEqual({ terms: 't', clauses: [{ clause: 'minima.state', answer: 'counter', reason: '4 NM' }, { clause: 'zone.gap', answer: 'reject', reason: 'no' }], rest: { answer: 'accept' } });
});

test('a statement waits for signatures only while it can still have them', () => {
  const s = { id: '', party: 'north', type: 'pact.signature', terms: null, written_at: '', recorded_at: '', effective_at: null, no_effect: null, needed: 2, present: [{ key: 'a', at: '' }], missing: ['b'] } as StatementView;
  expect(isOpen(s)).toBe(true);
  expect(isOpen({ ...s, no_effect: 'too late' })).toBe(false);
  expect(isOpen({ ...s, effective_at: '2026-11-26T12:00:00Z' })).toBe(false);
});

test('clauses come in the order of the document, and the safety floor holds what nothing suspends', () => {
  const ids = clausesOf(first).map((c) => c.id);
  expect(ids.slice(0, 5)).toEqual(['pact', 'validity', 'area', 'party.north', 'identification.north']);
  expect(ids.slice(-3)).toEqual(['escalation', 'sharing.south', 'safety_floor']);
  expect(ids.filter((id) => inSafetyFloor(first, id))).toEqual(['pact', 'validity', 'party.north', 'party.south', 'frequency.guard', 'escalation', 'safety_floor']);
  const minimum = clausesOf(first).find((c) => c.id === 'minima.state')!;
  expect(textIn(minimum, 'ar')?.status).toBe('unreviewed');
  expect(textIn(minimum, 'ru')?.language).toBe('en');
  expect(clausesOf({ ...first, distress: [{ id: 'crews', of: 'north', rescue_centres: 'exact' }] }).map((c) => c.id).slice(-3)).toEqual(['sharing.south', 'distress.crews', 'safety_floor']);
  expect(shapesOf(second).map((z) => z.id)).toEqual(['area', 'zone.hospital', 'zone.gap', 'zone.dam']);
});

test('the difference of two versions names every changed field, and nothing else', () => {
  const changes = difference(first, second);
  expect(changes.map((c) => `${c.how} ${c.clause}`).sort()).toEqual(['added zone.dam', 'changed minima.state', 'changed pact', 'changed validity']);
  expect(changes.find((c) => c.clause === 'minima.state')!.fields).toContainEqual({ path: 'horizontal', before: '3nm', after: '5nm' });
  expect(difference(first, structuredClone(first))).toEqual([]);
});

test('a draft without defects has none, and each defect is told at its field', () => {
  expect(defectsOf(first)).toEqual([]);
  const wrong = (change: (t: Terms) => void) => {
    const t = structuredClone(first);
    change(t);
    return defectsOf(t).map((d) => `${d.clause} ${d.field} ${d.key}`);
  };
  expect(wrong((t) => (t.minima.horizontal = '5 miles'))).toEqual(['minima.default horizontal draft.bad_length']);
  expect(wrong((t) => (t.minima.horizontal = '101nm'))).toEqual(['minima.default horizontal draft.too_large']);
  expect(wrong((t) => (t.minima.level_tolerance = '1000ft'))).toEqual(['minima.default level_tolerance draft.tolerance']);
  expect(wrong((t) => (t.zone![0]!.radius = undefined as unknown as string))).toEqual(['zone.hospital radius draft.needed']);
  expect(wrong((t) => (t.zone![1]!.outline = [[0, 0], [1, 1], [0, 1], [1, 0]]))).toEqual(['zone.gap outline draft.crosses']);
  expect(wrong((t) => (t.zone![1]!.parties = ['west']))).toEqual(['zone.gap parties draft.bad_party']);
  expect(wrong((t) => (t.frequency![1]!.channel = '118.013MHz'))).toEqual(['frequency.working channel draft.bad_channel']);
  expect(wrong((t) => (t.sharing![0]!.to = 'north'))).toEqual(['sharing.south to draft.same_party']);
  const release = (change: object) => wrong((t) => (t.distress = [{ id: 'crews', of: 'north', to: ['south'], rescue_centres: 'coarse', ...change }]));
  expect(release({})).toEqual([]);
  expect(release({ to: ['west'] })).toEqual(['distress.crews to draft.bad_party']);
  expect(release({ to: ['north', 'south'] })).toEqual(['distress.crews to draft.same_party']);
  expect(release({ to: undefined })).toEqual(['distress.crews to draft.tells_nobody']);
  expect(release({ to: undefined, rescue_centres: 'exact' })).toEqual([]);
  expect(release({ rescue_centres: 'somewhat' })).toEqual(['distress.crews rescue_centres draft.bad_choice']);
  expect(wrong((t) => (t.valid.to = t.valid.from))).toEqual(['validity valid.to draft.order']);
  expect(wrong((t) => (t.escalation = { answered_within: '20s' }))).toEqual(['escalation answered_within draft.timers']);
  expect(wrong((t) => t.zone!.push({ ...t.zone![0]! }))).toEqual(['zone.hospital id draft.twice']);
  for (const kind of Object.keys(LISTS)) {
    const added = wrong((t) => {
      const id = freshId(t, kind);
      listOf(t, kind).push(LISTS[kind]!.fresh(id, t));
    });
    expect(added, kind).toEqual([]);
  }
  expect(nextVersion(first, 'ab'.repeat(32))).toMatchObject({ version: 2, supersedes: 'ab'.repeat(32) });
});

test('a draft becomes the canonical form: quantities in their one text, defaults written, empty lists left out', () => {
  const t = structuredClone(first);
  t.minima.horizontal = '9.26km';
  t.minima.vertical = '304.8m';
  delete t.minima.level_tolerance;
  t.minima.clause![0]!.horizontal = '185.25 m';
  delete t.minima.clause![0]!.level_tolerance;
  delete t.minima.clause![0]!.parties;
  t.zone![0]!.radius = '1852m';
  t.zone![0]!.ceiling = '9500ft pressure';
  t.zone![1]!.floor = 'fl95';
  delete t.zone![1]!.ceiling;
  t.frequency![0]!.channel = '121.5MHz';
  t.notice![0]!.at_least = '1440min';
  t.termination_notice = '90min';
  t.escalation = { answered_within: '1min' };
  t.sharing![0]!.fields = ['altitude', 'position'];
  t.valid.from = '2026-12-01T06:00:00Z';
  t.outside = [];
  t.distress = [];
  const c = canonicalTerms(t);
  expect([c.minima.horizontal, c.minima.vertical, c.minima.level_tolerance]).toEqual(['5nm', '1000ft', '200ft']);
  expect(c.minima.clause![0]).toMatchObject({ horizontal: '185.25m', level_tolerance: '200ft', parties: ['any', 'any'] });
  expect([c.zone![0]!.radius, c.zone![0]!.ceiling, c.zone![1]!.floor, c.zone![1]!.ceiling]).toEqual(['1nm', 'FL95', 'FL95', 'unlimited']);
  expect([c.frequency![0]!.channel, c.notice![0]!.at_least, c.termination_notice]).toEqual(['121.500MHz', '24h', '90min']);
  expect(c.escalation).toEqual({ received_within: '30s', answered_within: '60s', escalated_within: '120s', stop_climbs_from: '15s' });
  expect([c.sharing![0]!.fields, c.valid.from, c.outside, c.distress]).toEqual([['position', 'altitude'], '2026-12-01T06:00:00.000Z', undefined, undefined]);
  expect(canonicalTerms(c)).toEqual(c);
});

test('channels are those that exist, outlines cross where they cross, lengths have units', () => {
  for (const good of ['121.500MHz', '118.005MHz', '243.000MHz', '5680kHz', '156.800MHz']) expect(isChannel(good), good).toBe(true);
  for (const bad of ['118.013MHz', '140MHz', '121.5', '243.01MHz', '1kHz']) expect(isChannel(bad), bad).toBe(false);
  expect(crossesItself([[0, 0], [0, 1], [1, 1], [1, 0]])).toBe(false);
  expect(crossesItself([[0, 0], [1, 1], [0, 1], [1, 0]])).toBe(true);
  expect([lengthNm('5nm'), lengthNm('1852m'), lengthNm('5'), lengthNm('5 miles')]).toEqual([5, 1, NaN, NaN]);
});

test('times typed by hand are UTC, and what is no time is none', () => {
  const now = Date.parse('2026-11-26T18:00:00Z');
  expect(parseUtc('2026-11-26 12:05', now)).toBe(Date.parse('2026-11-26T12:05:00Z'));
  expect(parseUtc('12:05', now)).toBe(Date.parse('2026-11-26T12:05:00Z'));
  expect(parseUtc('2026-11-26T12:05:30Z', now)).toBe(Date.parse('2026-11-26T12:05:30Z'));
  for (const bad of ['', '25:00', '2026-02-31 10:00', 'noon', '12:5', '2026-11-26 12:60']) expect(parseUtc(bad, now), bad).toBeNaN();
});

test('a dry run’s report is read, and anything else is refused', () => {
  const alert = { kind: 'conflict', subjects: '3C6444:4D2023', raised_at: '2026-11-26T12:00:00.000Z', infringed_at: null, lead_s: null, severity: 'warning', clause: 'minima.state', text: '' };
  expect(readDryRun(JSON.stringify({ alerts_now: 1, alerts_by_draft: 2, same: 1, added: [alert], removed: [], changed: [{ now: alert, by_draft: alert }] }))?.added.length).toBe(1);
  for (const bad of ['', '{}', 'null', '[]', JSON.stringify({ alerts_now: 1, alerts_by_draft: 2, same: 1, added: [{}], removed: [], changed: [] })]) expect(readDryRun(bad), bad).toBeNull();
});

// The published schema of terms, where the tree has it. Of JSON Schema only what it uses.
type Schema = { [k: string]: unknown; properties?: Record<string, Schema>; $defs?: Record<string, Schema>; items?: Schema; required?: string[] };
const schemaFile = new URL('../../docs/schemas/pact-terms.schema.json', import.meta.url);
function violations(value: unknown, s: Schema, root: Schema, path: string): string[] {
  if (typeof s['$ref'] === 'string') return violations(value, root.$defs![s['$ref'].split('/').pop()!]!, root, path);
  const out: string[] = [];
  const bad = (what: string) => out.push(`${path}: ${what}`);
  const kind = Array.isArray(value) ? 'array' : value === null ? 'null' : typeof value === 'number' && s['type'] === 'integer' ? (Number.isInteger(value) ? 'integer' : 'number') : typeof value;
  if (s['type'] !== undefined && s['type'] !== kind) return [`${path}: ${kind}, not ${String(s['type'])}`];
  if (Array.isArray(s['enum']) && !s['enum'].includes(value)) bad('not of the enumeration');
  if ('const' in s && s['const'] !== value) bad('not the constant');
  if (typeof value === 'string' && typeof s['pattern'] === 'string' && !new RegExp(s['pattern'], 'u').test(value)) bad(`"${value}" does not match ${s['pattern']}`);
  if (Array.isArray(value)) {
    if (value.length < Number(s['minItems'] ?? 0) || value.length > Number(s['maxItems'] ?? Infinity)) bad(`${value.length} items`);
    if (s.items) value.forEach((v, i) => out.push(...violations(v, s.items!, root, `${path}[${i}]`)));
  } else if (typeof value === 'object' && value !== null) {
    for (const name of s.required ?? []) if (!(name in value)) bad(`${name} is missing`);
    for (const [name, v] of Object.entries(value)) {
      const member = s.properties?.[name];
      if (member) out.push(...violations(v, member, root, `${path}.${name}`));
      else if (s['additionalProperties'] === false && v !== undefined) bad(`${name} is not known`);
    }
  }
  return out;
}
test.skipIf(!existsSync(schemaFile))('what the forms make keeps to the published schema, fresh clauses too', () => {
  const schema = JSON.parse(readFileSync(schemaFile, 'utf8')) as Schema;
  expect(violations({ ...first, format: 2 }, schema, schema, 'terms')).not.toEqual([]);
  const t = nextVersion(first, 'ab'.repeat(32));
  for (const kind of Object.keys(LISTS)) listOf(t, kind).push(LISTS[kind]!.fresh(freshId(t, kind), t));
  expect(violations(JSON.parse(canonical(canonicalTerms(t))), schema, schema, 'terms')).toEqual([]);
  const text = JSON.stringify(schema);
  for (const words of [CLASSES, ZONE_RULES, USES, SHARE_WHEN, SHARED]) for (const w of words) expect(text, w).toContain(`"${w}"`);
});

test('people are reminded of a review and of the end from two weeks before, and not where other terms follow', () => {
  const day = 86_400_000;
  const noon = Date.parse('2026-11-26T12:00:00Z');
  const at = (days: number) => new Date(noon + days * day).toISOString();
  const view = (review: number | null, end: number | null, more: Partial<VersionView> = {}, over = false) =>
    ({ in_force: over ? null : 'one', last_agreed: 'one', review_due: review === null ? null : at(review), versions: [{ terms: 'one', in_force_until: end === null ? null : at(end), ends: end === null ? null : 'expired', ...more }] }) as unknown as PactView;
  const told = (v: PactView) => remindersOf(v, noon).map((r) => `${r.what}${r.urgent ? '!' : ''}`);
  expect(told(view(null, null))).toEqual([]);
  expect(told(view(15, 15))).toEqual([]);
  expect(told(view(14, 14))).toEqual(['review', 'ends']);
  expect(told(view(1, 1))).toEqual(['review!', 'ends!']);
  expect(told(view(-400, null))).toEqual(['review_overdue!']);
  expect(told(view(null, 3, { ends: 'superseded' }))).toEqual([]);
  expect(told(view(null, 3, { ends: 'terminated' }))).toEqual(['ends']);
  expect(told(view(null, -2, {}, true))).toEqual(['ended!']);
});
