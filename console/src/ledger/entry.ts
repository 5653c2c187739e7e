// Entries of a record as people read them: one line of canonical JSON with a head that all have in common.

import { LedgerError, textOf } from './bytes';
import { parseNote, type Note } from './note';

export interface Entry {
  index: number;
  bytes: Uint8Array;
  // Of what is no entry of ours (a foreign log) only index and bytes are known.
  type: string;
  at: string;
  party: string;
  origin: string;
  body: unknown;
  whole: Record<string, unknown> | null;
}

const text = (v: unknown): string => (typeof v === 'string' ? v : '');

export function readEntry(index: number, bytes: Uint8Array): Entry {
  let whole: Record<string, unknown> | null = null;
  try {
    const value: unknown = JSON.parse(textOf(bytes));
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) whole = value as Record<string, unknown>;
  } catch {
    // Shown as it is.
  }
  return { index, bytes, whole, type: text(whole?.['type']), at: text(whole?.['at']), party: text(whole?.['party']), origin: text(whole?.['origin']), body: whole?.['body'] };
}

export const SUMMARY_LENGTH = 160;

// The note in a statement's entry, and what its text states; throws LedgerError where it is none.
export interface Statement {
  note: Note;
  type: string;
  party: string;
  at: string;
  pact: string;
  body: Record<string, unknown>;
  // Of an entry "received": from whose record.
  from: { origin: string; index: number; at: string } | null;
}

export function isStatement(entry: Entry): boolean {
  // What was received may also be a part of terms.
  return (entry.type === 'statement' || entry.type === 'received') && typeof (entry.body as Record<string, unknown> | undefined)?.['note'] === 'string';
}

export function readStatement(entry: Entry): Statement {
  const body = (entry.body ?? {}) as Record<string, unknown>;
  if (typeof body['note'] !== 'string') throw new LedgerError('the entry holds no note');
  const note = parseNote(body['note']);
  let stated: Record<string, unknown>;
  try {
    stated = JSON.parse(note.text) as Record<string, unknown>;
  } catch {
    throw new LedgerError('the text of the note is no JSON');
  }
  const from = entry.type === 'received' ? { origin: text(body['origin']), index: Number(body['index'] ?? NaN), at: text(body['at']) } : null;
  return { note, type: text(stated['type']), party: text(stated['party']), at: text(stated['at']), pact: text(stated['pact']), body: (stated['body'] ?? {}) as Record<string, unknown>, from };
}
