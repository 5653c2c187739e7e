// Calls by voice and video: what an officer's key signs, and whether who is at the other end is whom his node says
// (docs/formats/line.md). Nothing is taken on the node's word but the keys of the other parties' records.
//
//     const seen = checkSignal(signal, { officers, records });       // record key → officer's note → signature
//     const wrong = checkDescription(seen, sdp);                     // → what the description says
//     checkConnection(seen.fingerprint, await remoteFingerprint(pc)) // → what the connection really has
//
// A list of problems that is empty means that everything holds; each problem is a word for the message files.

import { sha256 } from '@noble/hashes/sha2.js';
import { LedgerError, toBase64, toHex, utf8 } from '../ledger/bytes';
import { checkSignatures, KeyType, parseKey, parseNote, type Note } from '../ledger/note';

export type Problem = 'record_key' | 'record_signature' | 'not_this_signal' | 'officer_unknown' | 'officer_note' | 'officer_ended' | 'officer_signature'
  | 'description_missing' | 'description_changed' | 'description_fingerprint' | 'connection_fingerprint' | 'connection_unknown';

export interface OfficerNote {
  party: string;
  account: string;
  note: string;
}
export interface Known {
  officers: OfficerNote[];
  records: { party: string; key: string }[];
}
export interface SignalNote {
  id: string;
  from: string;
  note: string;
}

export interface Identity {
  party: string;
  account: string;
  desk: string;
  fingerprint: string; // 64 hexadecimal digits
  sdp: string; // base 64 of SHA-256
  problems: Problem[];
}

// RFC 8785 of what these texts are made of: objects, lists, texts and whole numbers.
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).filter(([, v]) => v !== undefined).sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${members.map(([k, v]) => `${JSON.stringify(k)}:${canonical(v)}`).join(',')}}`;
  }
  return JSON.stringify(value);
}

export interface Statement {
  type: 'line.signal' | 'line.minutes';
  from: string;
  to: string;
  by: { account: string; desk: string };
  reply_to?: string | undefined;
  body: Record<string, string | undefined>; // without `signature`
}

// What the officer's key signs.
export const statementText = (s: Statement): string =>
  `${canonical({ body: s.body, by: s.by, from: s.from, reply_to: s.reply_to, to: [s.to], type: s.type, v: 1 })}\n`;

// Of every a=fingerprint line: lower case without colons; one of another hash makes the description worthless.
export function fingerprintsOf(sdp: string): string[] {
  return [...sdp.matchAll(/^a=fingerprint:(\S+) (\S+)\s*$/gim)].map(([, hash = '', value = '']) =>
    hash.toLowerCase() === 'sha-256' ? plainFingerprint(value) : `${hash}:${value}`);
}
export const plainFingerprint = (value: string): string => value.replaceAll(':', '').toLowerCase();
export const sdpHash = (sdp: string): string => toBase64(sha256(utf8(sdp)));

// Twelve digits that both officers can read to each other: the same where both connections have the same two ends.
export function spokenDigits(one: string, other: string): string {
  const hash = sha256(utf8([one, other].sort().join('\n')));
  return Array.from({ length: 4 }, (_, i) => String((hash[2 * i]! * 256 + hash[2 * i + 1]!) % 1000).padStart(3, '0')).join(' ');
}

interface Said {
  at: string;
  type: string;
  from: string;
  to: string[];
  by?: { account: string; desk: string };
  reply_to?: string;
  body: Record<string, string>;
}

// Believed only where the record's key of `party` signed it, and no known signature is wrong.
function open(source: string, party: string, known: Known): { note: Note; said: Said } | Problem {
  const record = known.records.find((r) => r.party === party);
  if (!record) return 'record_key';
  try {
    const key = parseKey(record.key);
    const note = parseNote(source);
    const checked = checkSignatures(note, [key]).filter((c) => c.verdict !== 'unknown');
    if (key.type !== KeyType.ed25519 || !checked.length || checked.some((c) => c.verdict !== 'good')) return 'record_signature';
    const said = JSON.parse(note.text) as Said;
    return said.from === party ? { note, said } : 'record_signature';
  } catch {
    return 'record_signature';
  }
}

const none = (party: string, problems: Problem[]): Identity => ({ party, account: '', desk: '', fingerprint: '', sdp: '', problems });

// Of the offer or answer of another party's officer, in the call of that number, to this party.
export function checkSignal(signal: SignalNote, kind: 'offer' | 'answer', call: string, ownParty: string, known: Known): Identity {
  const opened = open(signal.note, signal.from, known);
  if (typeof opened === 'string') return none(signal.from, [opened]);
  const { said } = opened;
  const { body } = said;
  if (said.type !== 'line.signal' || body['kind'] !== kind || body['call'] !== call || said.to.length !== 1 || said.to[0] !== ownParty || !said.by) return none(signal.from, ['not_this_signal']);
  const identity: Identity = { party: said.from, account: said.by.account, desk: said.by.desk, fingerprint: body['fingerprint'] ?? '', sdp: body['sdp'] ?? '', problems: [] };
  const problem = checkOfficer(said, known);
  if (problem) identity.problems.push(problem);
  return identity;
}

function checkOfficer(said: Said, known: Known): Problem | null {
  const mine = known.officers.find((o) => o.party === said.from && o.account === said.by?.account);
  if (!mine) return 'officer_unknown';
  const opened = open(mine.note, said.from, known);
  if (typeof opened === 'string') return 'officer_note';
  const { said: officer } = opened;
  try {
    const key = parseKey(officer.body['key'] ?? '');
    const account = officer.by?.account ?? '';
    if (officer.type !== 'line.officer' || account !== said.by?.account || key.type !== KeyType.ed25519 || !key.name.endsWith(`/officer/${account}`)) return 'officer_note';
    // Both by the clock of their node.
    if (!(Date.parse(said.at) < Date.parse(officer.body['until'] ?? ''))) return 'officer_ended';
    const { signature, ...body } = said.body;
    const text = statementText({ type: 'line.signal', from: said.from, to: said.to[0]!, by: said.by!, reply_to: said.reply_to, body });
    const checked = checkSignatures(parseNote(`${text}\n${signature ?? ''}\n`), [key]);
    return checked.length === 1 && checked[0]!.verdict === 'good' ? null : 'officer_signature';
  } catch (e) {
    if (!(e instanceof LedgerError)) throw e;
    return 'officer_signature';
  }
}

export function checkDescription(identity: Identity, sdp: string | null): Problem[] {
  if (sdp === null) return ['description_missing'];
  const found: Problem[] = [];
  if (sdpHash(sdp) !== identity.sdp) found.push('description_changed');
  const prints = fingerprintsOf(sdp);
  if (!prints.length || prints.some((p) => p !== identity.fingerprint)) found.push('description_fingerprint');
  return found;
}

// `real`: of the certificate with which the connection was really made.
export function checkConnection(signed: string, real: string | null): Problem[] {
  if (real === null) return ['connection_unknown'];
  return real === signed ? [] : ['connection_fingerprint'];
}

export async function remoteFingerprint(pc: RTCPeerConnection): Promise<string | null> {
  const found = new Map<string, Record<string, unknown>>();
  (await pc.getStats()).forEach((s: Record<string, unknown>) => found.set(String(s['id']), s));
  const prints = [...found.values()].filter((s) => s['type'] === 'transport' && s['remoteCertificateId']).map((s) => found.get(String(s['remoteCertificateId'])));
  if (!prints.length || prints.some((c) => String(c?.['fingerprintAlgorithm']).toLowerCase() !== 'sha-256')) return null;
  const all = prints.map((c) => plainFingerprint(String(c?.['fingerprint'])));
  return all.every((p) => p === all[0]) ? all[0]! : null;
}

export const newCallNumber = (): string => toHex(crypto.getRandomValues(new Uint8Array(8)));
