// What the node says of its pact: GET /api/v1/pact (docs/formats/pact-statements.md). Everything that the page knows of the
// state machine is in this shape; it decides nothing itself. Instants, not countdowns; null: not so, or not yet.

export type State = 'proposed' | 'answered' | 'agreed' | 'signed' | 'in_force' | 'superseded' | 'terminated' | 'expired' | 'lapsed' | 'withdrawn';
export type Answer = 'accept' | 'counter' | 'reject';
type Time = string | null;

export interface ClauseAnswer {
  answer: Answer;
  reason?: string;
}

export interface Signatures {
  needed: number;
  present: { key: string; at: string }[];
  missing: string[]; // signatories, by what their keys are called
}

export interface Consent extends Signatures {
  party: string;
  in_terms: boolean;
  proposer: boolean;
  answer: Answer | null; // the newest response as a whole
  answered_at: Time;
  accepted_at: Time;
  clauses: ({ clause: string } & ClauseAnswer)[]; // what it does not just accept
  rest: ClauseAnswer | null;
  signed_at: Time; // its quorum is complete
}

export interface Suspension {
  suspension: string; // id of the statement
  party: string;
  reason: string;
  clauses: string[];
  from: Time;
  until: Time; // null: until it is resumed
}

export interface VersionView {
  terms: string; // hash
  replaces: string | null;
  state: State;
  reason: string | null; // why it lapsed, in English
  proposer: string;
  proposal: string;
  remark: string;
  proposed_at: Time;
  respond_by: Time;
  valid_from: Time;
  valid_until: Time;
  termination_notice_s: number;
  agreed_at: Time;
  signed_at: Time;
  in_force_from: Time;
  in_force_until: Time;
  ends: 'superseded' | 'terminated' | 'expired' | null;
  ended_by: string | null;
  parties: Consent[];
  clauses: string[];
  safety_floor: string[];
  suspended: string[];
  suspensions: Suspension[];
}

export interface StatementView extends Signatures {
  id: string;
  party: string;
  type: string;
  terms: string | null;
  written_at: string;
  recorded_at: string;
  effective_at: Time;
  no_effect: string | null; // why it has none, in English
}

export interface PartyKeysView {
  party: string;
  origin: string; // of its record
  root: string;
  cosigner: { key: string; until: Time }[];
  signatory: { key: string; until: Time }[];
}

export interface PactView {
  pact: string;
  own_party: string;
  at: string;
  in_force: string | null;
  last_agreed: string | null;
  newest: string | null;
  versions: VersionView[];
  statements: StatementView[];
  keys: PartyKeysView[];
  unsettled: { certain: boolean; alternatives: string[]; waits_for: string[]; suspensions_known_to: Time };
  review_due: Time; // of the terms in force: the first review date that is not done, ahead or past
  seen: Record<string, { size: number; root: string }>; // newest heads of others' records, for the next statement
}

// Recorded, and waiting for more signatures: they go under the same text.
export const isOpen = (s: StatementView): boolean => s.effective_at === null && s.no_effect === null && s.missing.length > 0 && s.present.length < s.needed;

// What people are reminded of, from two weeks before (docs/formats/pact-statements.md); on the last day, and past it, urgently.
export interface Reminder {
  what: 'review' | 'review_overdue' | 'ends' | 'ended';
  at: string;
  urgent: boolean;
}
const DAY_MS = 86_400_000;
const REMIND_BEFORE_MS = 14 * DAY_MS;

export function remindersOf(view: PactView, now_ms: number): Reminder[] {
  const out: Reminder[] = [];
  const add = (at: Time, ahead: Reminder['what'], past: Reminder['what']) => {
    const left = at ? Date.parse(at) - now_ms : Infinity;
    if (at && left <= REMIND_BEFORE_MS) out.push({ what: left > 0 ? ahead : past, at, urgent: left <= DAY_MS });
  };
  const current = view.versions.find((v) => v.terms === (view.in_force ?? view.last_agreed));
  add(view.review_due, 'review', 'review_overdue');
  // Where terms that follow are signed, nothing ends that anybody must be reminded of.
  if (current && current.ends !== 'superseded') add(current.in_force_until, 'ends', 'ended');
  return out;
}
