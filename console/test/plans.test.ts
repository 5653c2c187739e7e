import { expect, test } from 'vitest';
import { readInput, shapesOf, spanOf, type Drawn, type Volume } from '../src/plans/plans';
import { LANGUAGES } from '../src/i18n/i18n.svelte';
import ar from '../src/i18n/plans/ar.json';
import en from '../src/i18n/plans/en.json';
import fr from '../src/i18n/plans/fr.json';
import ru from '../src/i18n/plans/ru.json';
import base from '../src/i18n/en.json';
import formal from '../src/i18n/formal/en.json';

const metres = (value: number) => ({ value, reference: 'W84', units: 'M' });
const at = (value: string) => ({ value, format: 'RFC3339' });
const circle: Volume = {
  volume: { outline_circle: { center: { lat: 46, lng: 7 }, radius: { value: 1852, units: 'M' } }, altitude_lower: metres(100), altitude_upper: metres(200) },
  time_start: at('2026-12-01T12:00:00Z'), time_end: at('2026-12-01T13:00:00Z'),
};

test('an ICAO flight plan is handed on as it is', () => {
  const text = '(FPL-RLF12-IG -C208/L-SDFGRY/S -ZZZZ0900)';
  expect(readInput(` ${text}\n`)).toEqual({ icao_flight_plan: text });
  expect(readInput('fpl-abc')).toEqual({ icao_flight_plan: 'fpl-abc' });
});

test('volumes are found wherever they stand in a message of F3548-21', () => {
  for (const message of [circle, [circle], { volumes: [circle] }, { extents: [circle], state: 'Accepted' }, { details: { volumes: [circle] } }, { operational_intent: { reference: {}, details: { volumes: [circle] } } }])
    expect(readInput(JSON.stringify(message))).toEqual({ volumes: [circle] });
});

test('GeoJSON polygons have their altitudes and times in their properties', () => {
  const feature = { type: 'Feature', properties: { lower_m: 100, upper_m: 200, time_start: '2026-12-01T12:00:00Z', time_end: '2026-12-01T13:00:00Z' }, geometry: { type: 'Polygon', coordinates: [[[7, 46], [8, 46], [8, 47], [7, 46]]] } };
  const volume = { volume: { outline_polygon: { vertices: [{ lat: 46, lng: 7 }, { lat: 46, lng: 8 }, { lat: 47, lng: 8 }] }, altitude_lower: metres(100), altitude_upper: metres(200) }, time_start: at('2026-12-01T12:00:00Z'), time_end: at('2026-12-01T13:00:00Z') };
  expect(readInput(JSON.stringify(feature))).toEqual({ volumes: [volume] });
  expect(readInput(JSON.stringify({ type: 'FeatureCollection', features: [feature, feature] }))).toEqual({ volumes: [volume, volume] });
  // A hole would be flown through, or a point be nothing: neither is guessed.
  expect(readInput(JSON.stringify({ ...feature, geometry: { type: 'Polygon', coordinates: [[[7, 46], [8, 46], [8, 47], [7, 46]], [[7, 46], [8, 46], [8, 47], [7, 46]]] } }))).toBeNull();
  expect(readInput(JSON.stringify({ ...feature, geometry: { type: 'Point', coordinates: [7, 46] } }))).toBeNull();
  expect(readInput(JSON.stringify({ type: 'FeatureCollection', features: [feature, 3] }))).toBeNull();
});

test('what is none of these is none', () => {
  for (const text of ['', 'fly', '{', '3', 'null', '[]', '{"volumes":[]}', '{"volumes":3}']) expect([text, readInput(text)]).toEqual([text, null]);
});

test('shapes are of one time, or of all', () => {
  const drawn: Drawn[] = [{ id: 'a', name: 'A', kind: 'own', volumes: [circle, { ...circle, time_start: at('2026-12-01T13:00:00Z'), time_end: at('2026-12-01T14:00:00Z') }] }];
  expect(shapesOf(drawn)).toHaveLength(2);
  expect(shapesOf(drawn, Date.parse('2026-12-01T13:00:00Z')).map((z) => z.id)).toEqual(['a 1']);
  expect(shapesOf(drawn)[0]).toMatchObject({ centre: [46, 7], radius_nm: 1 });
  expect(spanOf(drawn)).toEqual({ from: Date.parse('2026-12-01T12:00:00Z'), to: Date.parse('2026-12-01T14:00:00Z'), lower: 100, upper: 200 });
  expect(spanOf([])).toBeNull();
});

test('the page’s words are there in all languages, with the same values', () => {
  const names = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((m) => m[1]).sort();
  const all = { en, fr, ru, ar } as Record<string, Record<string, string>>;
  expect(Object.keys(all).sort()).toEqual(LANGUAGES.map((l) => l.id).sort());
  for (const [key, text] of Object.entries(en)) for (const words of Object.values(all)) expect([key, names(words[key] ?? '')]).toEqual([key, names(text)]);
  for (const words of Object.values(all)) expect(Object.keys(words).sort()).toEqual(Object.keys(en).sort());
  expect(Object.keys(en).filter((k) => k in base || k in formal)).toEqual([]);
});
