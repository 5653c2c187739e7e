// Statements: what a person signs (docs/formats/pact-statements.md). One line of canonical JSON (RFC 8785) and a newline.
//
//     const text = statementText({ at_ms, pact: 'corridor', party: 'north', seen: {}, type: 'pact.signature', body: { terms } });
//
// Names of an object go in the order of their UTF-16 units, and JSON.stringify writes strings and numbers as RFC 8785
// asks for; absent fields are left out.

import { sha256 } from '@noble/hashes/sha2.js';
import { toHex, utf8 } from '../ledger/bytes';
import type { ClauseAnswer } from './view';

export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).filter(([, v]) => v !== undefined);
    members.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
    return `{${members.map(([k, v]) => `${JSON.stringify(k)}:${canonical(v)}`).join(',')}}`;
  }
  if (typeof value === 'number' && !Number.isFinite(value)) throw new Error('a number that JSON cannot write');
  return JSON.stringify(value);
}

export const idOf = (text: string): string => toHex(sha256(utf8(text)));

export interface StatementDraft {
  at_ms: number;
  pact: string;
  party: string;
  seen: Record<string, { size: number; root: string }>;
  type: string;
  body: Record<string, unknown>;
}

export function statementText(s: StatementDraft): string {
  return `${canonical({ at: new Date(s.at_ms).toISOString(), body: s.body, pact: s.pact, party: s.party, seen: s.seen, type: s.type, v: 1 })}\n`;
}

// The body of a response: what is not just accepted by name, and `rest` for all others.
export function responseBody(terms: string, answers: ReadonlyMap<string, ClauseAnswer>): Record<string, unknown> {
  const named = [...answers].filter(([, a]) => a.answer !== 'accept').sort(([a], [b]) => (a < b ? -1 : 1));
  return { terms, clauses: named.map(([clause, a]) => ({ clause, answer: a.answer, reason: (a.reason ?? '').trim() })), rest: { answer: 'accept' } };
}
