import { ed25519 } from '@noble/curves/ed25519.js';
import { expect, test } from 'vitest';
import { toBase64, utf8 } from '../src/ledger/bytes';
import { KeyType, keyText, makeKey, noteText, signatureText, signNote, type VerifierKey } from '../src/ledger/note';
import { canonical, checkConnection, checkDescription, checkSignal, fingerprintsOf, sdpHash, spokenDigits, statementText, type Known, type SignalNote } from '../src/lib/call';
import ar from '../src/i18n/call/ar.json';
import en from '../src/i18n/call/en.json';
import fr from '../src/i18n/call/fr.json';
import ru from '../src/i18n/call/ru.json';
import main from '../src/i18n/en.json';

interface Pair { key: VerifierKey; seed: Uint8Array }
const pair = (name: string, byte: number): Pair => {
  const seed = new Uint8Array(32).fill(byte);
  return { seed, key: makeKey(name, KeyType.ed25519, ed25519.getPublicKey(seed)) };
};
const record = pair('south.example/record', 1);
const officer = pair('south.example/officer/duty-2', 2);
const stranger = pair('south.example/officer/duty-2', 3);

const PRINT = 'ab'.repeat(32);
const sdpOf = (print: string) => `v=0\r\na=fingerprint:sha-256 ${print.toUpperCase().match(/../g)!.join(':')}\r\nm=audio 9\r\n`;
const note = (message: unknown, signer: Pair) => {
  const text = `${canonical(message)}\n`;
  return noteText({ text, signatures: [signNote(text, signer.key, signer.seed)] });
};

interface Change { signer?: Pair; record?: Pair; print?: string; to?: string; kind?: string; at?: string; account?: string; after?: (body: Record<string, string>) => void }
function signalOf(change: Change = {}): SignalNote {
  const by = { account: change.account ?? 'duty-2', desk: 'duty' };
  const body: Record<string, string> = { call: '00112233445566aa', kind: change.kind ?? 'offer', desk: 'duty', fingerprint: change.print ?? PRINT, sdp: sdpHash(sdpOf(PRINT)) };
  const to = change.to ?? 'north';
  const signer = change.signer ?? officer;
  body['signature'] = signatureText(signNote(statementText({ type: 'line.signal', from: 'south', to, by, body }), signer.key, signer.seed)).trimEnd();
  change.after?.(body);
  const message = { at: change.at ?? '2026-01-10T02:00:00.000Z', body, by, class: 'inform', from: 'south', number: 3, to: [to], type: 'line.signal', v: 1 };
  return { id: 'x', from: 'south', note: note(message, change.record ?? record) };
}
const officerNote = (key = officer.key, signer = record) =>
  note({ at: '2026-01-10T01:00:00.000Z', body: { key: keyText(key), until: '2026-01-10T13:30:00.000Z' }, by: { account: 'duty-2', desk: 'duty' }, class: 'inform', from: 'south', number: 2, to: ['north'], type: 'line.officer', v: 1 }, signer);
const known = (source = officerNote()): Known => ({ officers: [{ party: 'south', account: 'duty-2', note: source }], records: [{ party: 'south', key: keyText(record.key) }] });
const problems = (change: Change = {}, of = known()) => checkSignal(signalOf(change), 'offer', '00112233445566aa', 'north', of).problems;

test('a signal that everything vouches for is believed', () => {
  const identity = checkSignal(signalOf(), 'offer', '00112233445566aa', 'north', known());
  expect(identity).toEqual({ party: 'south', account: 'duty-2', desk: 'duty', fingerprint: PRINT, sdp: sdpHash(sdpOf(PRINT)), problems: [] });
  expect(checkDescription(identity, sdpOf(PRINT))).toEqual([]);
  expect(checkConnection(identity.fingerprint, PRINT)).toEqual([]);
});

test('each link of the chain that does not hold is named', () => {
  expect(problems({}, { ...known(), records: [] })).toEqual(['record_key']);
  expect(problems({ record: stranger })).toEqual(['record_signature']);
  expect(problems({ to: 'relief' })).toEqual(['not_this_signal']);
  expect(problems({ kind: 'answer' })).toEqual(['not_this_signal']);
  expect(problems({}, { ...known(), officers: [] })).toEqual(['officer_unknown']);
  expect(problems({ account: 'duty-3' })).toEqual(['officer_unknown']);
  expect(problems({}, known(officerNote(officer.key, stranger)))).toEqual(['officer_note']);
  expect(problems({}, known(officerNote(pair('south.example/officer/duty-9', 2).key)))).toEqual(['officer_note']);
  expect(problems({ at: '2026-01-10T13:30:00.000Z' })).toEqual(['officer_ended']);
  expect(problems({ signer: stranger })).toEqual(['officer_signature']);
  expect(problems({ after: (b) => (b['fingerprint'] = 'cd'.repeat(32)) })).toEqual(['officer_signature']);
  expect(problems({ after: (b) => (b['signature'] = '') })).toEqual(['officer_signature']);
});

test('a description or a connection with another certificate is named', () => {
  const identity = checkSignal(signalOf(), 'offer', '00112233445566aa', 'north', known());
  expect(checkDescription(identity, null)).toEqual(['description_missing']);
  expect(checkDescription(identity, sdpOf('cd'.repeat(32)))).toEqual(['description_changed', 'description_fingerprint']);
  expect(checkDescription(identity, 'v=0\r\n')).toEqual(['description_changed', 'description_fingerprint']);
  const other = checkSignal(signalOf({ print: 'cd'.repeat(32) }), 'offer', '00112233445566aa', 'north', known());
  expect(checkDescription(other, sdpOf(PRINT))).toEqual(['description_fingerprint']);
  expect(checkConnection(PRINT, 'cd'.repeat(32))).toEqual(['connection_fingerprint']);
  expect(checkConnection(PRINT, null)).toEqual(['connection_unknown']);
  // A second one, for one medium alone, or of a weak hash.
  expect(fingerprintsOf(`${sdpOf(PRINT)}a=fingerprint:sha-1 AA:BB\r\n`)).toEqual([PRINT, 'sha-1:AA:BB']);
});

test('the statement is the text that the node makes of the same', () => {
  expect(statementText({ type: 'line.signal', from: 'south', to: 'north', by: { account: 'duty-2', desk: 'duty' }, body: { kind: 'end', call: '00112233445566aa', outcome: 'hung_up', account: undefined } }))
    .toBe('{"body":{"call":"00112233445566aa","kind":"end","outcome":"hung_up"},"by":{"account":"duty-2","desk":"duty"},"from":"south","to":["north"],"type":"line.signal","v":1}\n');
  expect(toBase64(utf8('x'))).toBe('eA==');
});

test('both ends read the same digits, and others with another end', () => {
  expect(spokenDigits('a', 'b')).toMatch(/^\d{3}( \d{3}){3}$/);
  expect(spokenDigits('a', 'b')).toBe(spokenDigits('b', 'a'));
  expect(spokenDigits('a', 'b')).not.toBe(spokenDigits('a', 'c'));
});

test.each([['fr', fr], ['ru', ru], ['ar', ar]] as [string, Record<string, string>][])('%s says everything of calls that English says, with the same values', (_language, messages) => {
  const names = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((m) => m[1]).sort();
  expect(Object.keys(messages)).toEqual(Object.keys(en));
  for (const [key, text] of Object.entries(en)) expect([key, names(messages[key] ?? '')]).toEqual([key, names(text)]);
  expect(Object.keys(en).filter((k) => k in main)).toEqual([]);
});
