import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Alert, Reason } from '../src/lib/alerts';
import { alertLine, reasonText } from '../src/i18n/phrases';
import { LANGUAGES } from '../src/i18n/i18n.svelte';
import { settings } from '../src/live/settings.svelte';
import ar from '../src/i18n/ar.json';
import en from '../src/i18n/en.json';
import fr from '../src/i18n/fr.json';
import ru from '../src/i18n/ru.json';
import callEn from '../src/i18n/call/en.json';
import formalAr from '../src/i18n/formal/ar.json';
import formalEn from '../src/i18n/formal/en.json';
import formalFr from '../src/i18n/formal/fr.json';
import formalRu from '../src/i18n/formal/ru.json';
import lineAr from '../src/i18n/line/ar.json';
import lineEn from '../src/i18n/line/en.json';
import lineFr from '../src/i18n/line/fr.json';
import lineRu from '../src/i18n/line/ru.json';
import { SLOT_KINDS } from '../src/line/view';
import { FIELDS, LISTS, SHARE_WHEN, USES, ZONE_RULES } from '../src/pact/draft';

const names = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((m) => m[1]).sort();

test.each([['fr', fr], ['ru', ru], ['ar', ar]] as [string, Record<string, string>][])('%s says everything that English says, with the same values', (_language, messages) => {
  expect(Object.keys(messages).sort()).toEqual(Object.keys(en).sort());
  for (const [key, text] of Object.entries(en)) expect([key, names(messages[key] ?? '')]).toEqual([key, names(text)]);
});

test.each([['fr', formalFr], ['ru', formalRu], ['ar', formalAr]] as [string, Record<string, string>][])('%s says everything of record and pact that English says, with the same values, and not in English', (_language, messages) => {
  expect(Object.keys(messages).sort()).toEqual(Object.keys(formalEn).sort());
  let same = 0;
  for (const [key, text] of Object.entries(formalEn)) {
    expect([key, names(messages[key] ?? '')]).toEqual([key, names(text)]);
    same += Number(messages[key] === text);
  }
  // Examples of what to type, and words that two languages share.
  expect(same).toBeLessThan(40);
  // A word must not be in both files: the later would hide the earlier.
  expect(Object.keys(formalEn).filter((k) => k in en)).toEqual([]);
});

test.each([['fr', lineFr], ['ru', lineRu], ['ar', lineAr]] as [string, Record<string, string>][])('%s says everything of the duty line that English says, with the same values, and not in English', (_language, messages) => {
  expect(Object.keys(messages).sort()).toEqual(Object.keys(lineEn).sort());
  let same = 0;
  for (const [key, text] of Object.entries(lineEn)) {
    expect([key, names(messages[key] ?? '')]).toEqual([key, names(text)]);
    same += Number(messages[key] === text);
  }
  expect(same).toBeLessThan(12);
  expect(Object.keys(lineEn).filter((k) => k in en || k in formalEn)).toEqual([]);
});

// A page brings its words when it is opened; what stands on every page cannot wait for that.
test('what is on every page says nothing with words that come with one page', () => {
  const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');
  const parts = new Map<string, string>();
  const visit = (path: string) => {
    if (parts.has(path)) return;
    const text = read(path);
    parts.set(path, text);
    // Not what is imported when a page is opened.
    for (const m of text.matchAll(/^\s*import \w+ from '(\.[^']+\.svelte)';/gm)) visit(new URL(m[1]!, `file://${path}`).pathname);
  };
  visit(new URL('../src/App.svelte', import.meta.url).pathname);
  expect(parts.size).toBeGreaterThan(20);
  const here = { ...en, ...callEn } as Record<string, string>;
  const missing = [...parts].flatMap(([path, text]) => [...text.matchAll(/\bt\('([\w.]+)'/g)].filter((m) => !(m[1]! in here)).map((m) => `${path.split('/').pop()}: ${m[1]}`));
  expect(missing).toEqual([]);
});

test('every word of the duty line that the node may send has a message, and every slot of a phrase', () => {
  const words: [string, string][] = [
    ...enumeration('LineClass').map((w): [string, string] => ['lclass', w]), ...enumeration('LineAnswerWord').map((w): [string, string] => ['lanswer', w]),
    ...enumeration('LineDepth').map((w): [string, string] => ['ldepth', w]), ...SLOT_KINDS.map((w): [string, string] => ['lslot', w]),
  ];
  expect(words.length).toBeGreaterThan(20);
  for (const messages of [{ ...en, ...lineEn }, { ...fr, ...lineFr }, { ...ru, ...lineRu }, { ...ar, ...lineAr }] as Record<string, string>[])
    for (const [prefix, w] of words) expect([`${prefix}.${w}`, messages[`${prefix}.${w}`]]).toEqual([`${prefix}.${w}`, expect.stringMatching(/./)]);
});

test('every word of a form has a message', () => {
  const has = (key: string) => expect([key, (formalEn as Record<string, string>)[key]]).toEqual([key, expect.stringMatching(/./)]);
  for (const fields of Object.values(FIELDS))
    for (const f of fields) {
      has(`term.${f.name}`);
      if (!['choice', 'party', 'pair_party', 'pair_class', 'ring', 'rings', 'text'].includes(f.kind)) has(`draft.like_${f.kind}`);
    }
  for (const kind of Object.keys(LISTS)) has(`clause.${kind}`);
  for (const [prefix, words] of [['zrule', ZONE_RULES], ['use', USES], ['share', SHARE_WHEN]] as const) for (const w of words) has(`${prefix}.${w}`);
});

// The enumerations that the console turns into words, as openapi.yaml lists them.
const description = readFileSync(new URL('../../openapi.yaml', import.meta.url), 'utf8');
function enumeration(name: string): string[] {
  const found = new RegExp(`^ +${name}:\\s*\\{?\\s*type: \\w+,?\\s*(?:\\{type: \\w+, )?enum: \\[([^\\]]+)\\]`, 'm').exec(description);
  return (found?.[1] ?? '').split(',').map((w) => w.trim().replaceAll('"', ''));
}

test.each([['ReasonCode', 'reason'], ['Intention', 'intention'], ['Datum', 'datum'], ['AircraftClass', 'class'], ['SourceKind', 'source'], ['method', 'method'], ['emergency', 'emergency'], ['ZoneRule', 'rule'], ['ClearanceBreach', 'breach'], ['life', 'life'], ['severity', 'severity'], ['party_basis', 'basis'], ['stage', 'answer'], ['finding', 'finding'], ['Doubt', 'doubt']])(
  'every word of %s has a message in every language',
  (name, prefix) => {
    const words = enumeration(name);
    expect(words.length).toBeGreaterThan(2);
    for (const messages of [en, fr, ru, ar] as Record<string, string>[]) for (const w of words) expect([w, messages[`${prefix}.${w}`]]).toEqual([w, expect.stringMatching(/./)]);
  },
);

test('every reason is phrased in every language from its values, and in the units the reader chose', () => {
  const alert = { subjects: [{ track: 7, address: '4D2023', callsign: 'NAF101' }] } as Alert;
  const reason = (code: string): Reason => ({
    code: code as Reason['code'], text: 'in English', track: 7, tolerance_ft: 200, altitude_error_ft: 150, selected_altitude_ft: 24000, uncertainty_m: 60, buffer_nm: 2,
    radius_nm: 30, age_s: 4, since: '2026-01-01T03:00:00Z', source: 'adsb', method: 'qnh', rule: 'caution', squawk: '7600', emergency: 'medical', aircraft: 9, jumped: 5, lost_integrity: 4, limit: 2000, breach: 'outside_time', distance_m: 1200, name: 'roof',
  });
  for (const { id } of LANGUAGES) {
    settings.language = id;
    for (const code of enumeration('ReasonCode')) {
      const text = reasonText(reason(code), alert);
      expect(text, `${id} ${code}`).not.toMatch(/[{}]|undefined|NaN/);
      if (id !== 'en') expect(text, `${id} ${code}`).not.toMatch(/in English/);
    }
  }
  settings.language = 'en';
  settings.units = 'metric';
  expect(reasonText(reason('level_tolerance'), alert)).toBe('Both level: a level tolerance of \u206861 m\u2069 applied');
  settings.units = 'aviation';
  expect(reasonText(reason('party_unknown'), alert)).toBe('\u2068NAF101\u2069: party not known');
  expect(reasonText({ code: 'clearance', breach: 'without', text: '' }, alert)).toBe('It flies \u2068without a clearance\u2069');
  expect(reasonText({ code: 'of_next_year' as Reason['code'], text: 'In English' }, alert)).toBe('In English');
});

test('what a party shared and is missing is told with its name, the time and the number, in every language', () => {
  const alert = { kind: 'sharing', state: 'infringed', party: 'south', subjects: [], reasons: [{ code: 'sharing_missing', text: '', since: '2026-01-01T12:34:00Z', aircraft: 3 }] } as unknown as Alert;
  for (const { id } of LANGUAGES) {
    settings.language = id;
    const text = alertLine(alert, 0, 'South');
    for (const part of ['South', '12:34', '3']) expect(text, id).toContain(part);
    expect(alertLine({ ...alert, state: 'clearing', reasons: [] }, 0, 'South'), id).not.toBe('');
  }
  settings.language = 'en';
});
