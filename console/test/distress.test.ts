import { expect, test } from 'vitest';
import { addressees, byGravity, contradicts, countByPhase, graver, inAddress, isUntouched, lengthText, looksLikeSit185, newestPlace, notTold, parseBearing, parseFrequency, radiusText, rose, runwayText, silent, worst, CLOSE_REASONS, DEPTHS, EMERGENCIES, FORMS, PHASES, TRIGGERS, type Case, type CaseShort, type PlaceNow, type Whole } from '../src/lib/distress';
import ar from '../src/i18n/ar.json';
import en from '../src/i18n/en.json';
import fr from '../src/i18n/fr.json';
import ru from '../src/i18n/ru.json';
import deskAr from '../src/i18n/distress/ar.json';
import deskEn from '../src/i18n/distress/en.json';
import deskFr from '../src/i18n/distress/fr.json';
import deskRu from '../src/i18n/distress/ru.json';
import formalEn from '../src/i18n/formal/en.json';

const short = (id: number, more: Partial<CaseShort> = {}): CaseShort => ({
  id, number: `D-${String(id).padStart(4, '0')}/26`, status: 'open', exercise: false, title: `NAF${id}`, emergency: 'general', phase: 'ALERFA', proposed: 'ALERFA', opened_at: '2026-11-27T01:00:00Z', newest_at: '2026-11-27T01:00:00Z',
  may_be_spoken: true, protected: false, told: { due: 0, told: 0, delivered: 0, answered: 0 }, contradictions: 0, members: [], ...more,
});

test('the gravest case stands first, exercises behind everything real, and the order is total', () => {
  const cases = [
    short(1, { proposed: 'INCERFA' }), short(2, { exercise: true, proposed: 'DETRESFA' }), short(3, { proposed: 'DETRESFA', mark: 'false_alarm' }), short(4, { proposed: 'DETRESFA', opened_at: '2026-11-27T01:05:00Z' }),
    short(5, { proposed: 'DETRESFA', opened_at: '2026-11-27T00:05:00Z' }), short(6), short(7, { proposed: 'none' }),
  ];
  expect([...cases].sort(byGravity).map((c) => c.id)).toEqual([5, 4, 6, 1, 7, 3, 2]);
  expect([...cases].reverse().sort(byGravity).map((c) => c.id)).toEqual([5, 4, 6, 1, 7, 3, 2]);
});

test('a low declaration does not sink a case that the node sees worse', () => {
  const c = short(1, { declared: 'INCERFA', proposed: 'DETRESFA' });
  expect(worst(c)).toBe('DETRESFA');
  expect(rose(c)).toBe(true);
  expect(rose(short(2))).toBe(false);
  expect(rose(short(3, { declared: 'DETRESFA', proposed: 'INCERFA' }))).toBe(false);
  expect(graver(undefined, 'INCERFA')).toBe('INCERFA');
  expect([c, short(4, { proposed: 'ALERFA' })].sort(byGravity)[0]).toBe(c);
});

test('a case rings until somebody leads it or declares a phase, and no exercise rings on', () => {
  expect(isUntouched(short(1))).toBe(true);
  expect(isUntouched(short(1, { lead: { party: 'north', desk: 'duty', officer: '' } }))).toBe(false);
  expect(isUntouched(short(1, { declared: 'none' }))).toBe(false);
  expect(isUntouched(short(1, { exercise: true }))).toBe(false);
  expect(isUntouched(short(1, { mark: 'duplicate' }))).toBe(false);
});

test('cases are counted by phase, and so are those not told and those silent', () => {
  expect(countByPhase([short(1), short(2), short(3, { proposed: 'DETRESFA' })])).toEqual([{ phase: 'DETRESFA', count: 1 }, { phase: 'ALERFA', count: 2 }]);
  const c = short(1, { told: { due: 2, told: 3, delivered: 3, answered: 1 } });
  expect([notTold(c), silent(c)]).toEqual([2, 2]);
  expect(inAddress('D-0007/26')).toBe('D-0007-26');
});

test('who was told stands beside the plan, also who is no longer in it', () => {
  const told = (id: string) => ({ kind: 'party' as const, id, desk: 'duty', exact: true, first_at: '', last_at: '', times: 1, answers: [] });
  const line = { kind: 'party' as const, id: 'south', name: 'South', desk: 'duty', content: 'exact' as const, ground: 'not_protected', due: false };
  const rows = addressees({ telling: { lines: [line] }, case: { told: [told('relief'), told('south')] } } as unknown as Whole);
  expect(rows.map((r) => [r.to.id, r.line !== null, r.told !== null])).toEqual([['south', true, true], ['relief', false, true]]);
});

test('places contradict each other where no aircraft could have been at both', () => {
  const place = (at: string, uncertainty_m = 100) => ({ heard_at: at, heard: { lat_deg: 0, lon_deg: 0, uncertainty_m } }) as PlaceNow;
  expect(contradicts(place('2026-11-27T01:00:00Z'), place('2026-11-27T01:01:00Z'), 40_000)).toBe(false);
  expect(contradicts(place('2026-11-27T01:00:00Z'), place('2026-11-27T01:01:00Z'), 60_000)).toBe(true);
  expect(contradicts(place('2026-11-27T01:00:00Z', 20_000), place('2026-11-27T01:01:00Z'), 60_000)).toBe(false);
  expect(newestPlace({ places: [place('2026-11-27T01:00:00Z'), place('2026-11-27T01:01:00Z')] } as Case)?.heard_at).toBe('2026-11-27T01:01:00Z');
  expect(newestPlace({ places: [] as PlaceNow[] } as Case)).toBeNull();
});

test('a radius is said in the unit of its size, and never rounded down to nothing', () => {
  expect(radiusText(4, 'aviation')).toBe('±10 m');
  expect(radiusText(181, 'metric')).toBe('±190 m');
  expect(radiusText(2650, 'aviation')).toBe('±1.4 NM');
  expect(radiusText(2650, 'metric')).toBe('±2.6 km'.replace('2.6', (2.65).toFixed(1)));
  expect(lengthText(39_300, 'aviation')).toBe('21 NM');
  expect(radiusText(undefined, 'metric')).toBe('—');
  expect(runwayText(0, 'metric')).toBe('—');
  expect(runwayText(1066, 'aviation')).toBe('3\u202f497 ft');
});

test('frequencies and bearings as people write them; what is none is told, not guessed', () => {
  expect(['121.5', '121,500', '121.500 MHz', '2182', '2182 kHz', '406.028', ''].map(parseFrequency)).toEqual([121_500, 121_500, 121_500, 2182, 2182, 406_028, undefined]);
  for (const bad of ['abc', '-5', '121.5.5', '0', '99999999', '121.5 GHz']) expect(parseFrequency(bad)).toBeNaN();
  expect(['', '0', '090', '359.9', '360', '45°'].map(parseBearing)).toEqual([undefined, 0, 90, 359.9, 0, 45]);
  for (const bad of ['361', '-1', 'N', '12.34']) expect(parseBearing(bad)).toBeNaN();
});

test('a message of a mission control centre is told from lines of hexadecimal', () => {
  expect(looksLikeSit185('1. DISTRESS COSPAS-SARSAT INITIAL ALERT\n2. MSG NO 00741')).toBe(true);
  expect(looksLikeSit185('/00001 00000/3660/94 123 0812\n/185/316S\nSIT 185')).toBe(true);
  expect(looksLikeSit185('FFFE2F8DB345B146202DDF3C71F59BAB7072\nrx2: 56E6804002202009655250')).toBe(false);
  expect(looksLikeSit185('2026-11-27T00:15:02.250Z rx-north fffe2f 8db345b146 202ddf3c71 f59bab7072')).toBe(false);
});

const names = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((m) => m[1]).sort();
test.each([['fr', deskFr], ['ru', deskRu], ['ar', deskAr]] as [string, Record<string, string>][])('%s says everything of the distress desk that English says, with the same values, and not in English', (_language, messages) => {
  expect(Object.keys(messages).sort()).toEqual(Object.keys(deskEn).sort());
  let same = 0;
  for (const [key, text] of Object.entries(deskEn)) {
    expect([key, names(messages[key] ?? '')]).toEqual([key, names(text)]);
    same += Number(messages[key] === text);
  }
  // Words that French shares with English.
  expect(same).toBeLessThan(25);
  expect(Object.keys(deskEn).filter((k) => k in en || k in formalEn)).toEqual([]);
});

test('every word of a case has a message in every language', () => {
  const words: [string, readonly string[]][] = [
    ['emergency', EMERGENCIES], ['dxkind', TRIGGERS], ['dxclose', CLOSE_REASONS], ['dxdepth', DEPTHS], ['dxform', FORMS], ['dxphase', PHASES], ['dxuse', ['distress', 'guard', 'working']], ['dxto', ['rescue_centre', 'party', 'outsider']],
    ['dxground', ['not_protected', 'owner', 'released', 'pre_authorised', 'state_aircraft', 'owner_uncertain']], ['dxmove', ['flying', 'roaming', 'coming_down', 'on_surface']], ['dxmark', ['false_alarm', 'duplicate']],
    ['dxitem', ['address', 'beacon', 'callsign', 'registration', 'mmsi', 'party', 'emergency', 'class', 'place', 'altitude', 'velocity', 'words', 'language', 'frequency', 'bearing', 'remark']],
    ['dxact', ['declare_phase', 'take_lead', 'remark', 'identify', 'mark_false_alarm', 'mark_duplicate', 'undo_mark', 'merge', 'unmerge', 'keep_apart', 'close', 'reopen', 'release_exact', 'assign', 'propose_keep_clear']],
  ];
  for (const messages of [{ ...en, ...deskEn }, { ...fr, ...deskFr }, { ...ru, ...deskRu }, { ...ar, ...deskAr }] as Record<string, string>[])
    for (const [prefix, all] of words) for (const w of all) expect([`${prefix}.${w}`, messages[`${prefix}.${w}`]]).toEqual([`${prefix}.${w}`, expect.stringMatching(/./)]);
});
