// What the node tells of the duty line: /api/v1/line, /api/v1/line/messages, and the events line and line_message.

export const CLASSES = ['stop', 'distress', 'warn', 'inform'] as const; // the most urgent first
export type MessageClass = (typeof CLASSES)[number];
export type AnswerWord = 'seen' | 'passed_on' | 'stopped' | 'cannot' | 'where_exactly' | 'loud_and_clear';
export const DEPTHS = ['desk', 'unit', 'crew'] as const;
export type Depth = (typeof DEPTHS)[number];
export type Stage = 'sent' | 'received' | 'not_received' | 'not_answered' | 'escalated' | 'answered';

export interface Place {
  lat_deg: number;
  lon_deg: number;
  decimal: string; // "35.100000, 33.750000": what is compared
  dms: string;
  mgrs: string;
  near: { name: string; code: string; bearing_deg: number; distance_nm: number } | null;
}

// A phrase as the book says it in each language; `unknown` where this node's book does not have it.
export interface Said {
  phrase: number;
  text?: Record<string, string>;
  unknown?: string;
  places: (Place & { slot: string })[];
}

export interface SaidPhrase {
  phrase: number;
  slots: Record<string, unknown>;
}
export interface FreeText {
  language: string;
  text: string;
}
export interface Author {
  account: string;
  desk: string;
}

export interface Answer {
  id: string;
  party: string;
  by?: Author;
  at: string;
  taken_at: string;
  answer: AnswerWord;
  depth?: Depth;
  shown?: { lat_deg: number; lon_deg: number };
  phrases?: SaidPhrase[];
  said?: Said[];
  text?: FreeText;
  same_place?: boolean;
  index?: number;
}

export interface Addressee {
  party: string;
  stage?: Stage; // of an own message
  sent_at?: string;
  received_at?: string;
  receipt_at?: string;
  recorded?: boolean;
  answered_at?: string;
  carried_by?: string[];
  answer_by?: string;
  call?: string;
}

export interface LineEvent {
  event: 'not_received' | 'not_answered' | 'escalated' | 'check_missed' | 'carried';
  party: string;
  call?: string;
  at: string;
}

export interface Message {
  id: string;
  type: 'call' | 'check' | 'handover' | 'notice' | 'case';
  class: MessageClass;
  exercise: boolean;
  own: boolean;
  from: string;
  number: number;
  by?: Author;
  at: string;
  taken_at: string;
  via?: string;
  clock_doubt?: boolean;
  reply_to?: string;
  body: { phrases?: SaidPhrase[]; text?: FreeText; desk?: string; to?: string; open?: string[]; remark?: string; notice?: { number: string; state: 'planned' | 'changed' | 'cancelled'; activity: string }; case?: unknown };
  said?: Said[];
  to: Addressee[];
  answers: Answer[];
  events: LineEvent[];
  wants_answer: boolean;
  answer_by?: string; // of another party's
  open: boolean;
  recorded: boolean;
  index?: number;
}

export interface Desk {
  id: string;
  name: string;
  languages: string[];
  officers: number;
}
export interface Peer {
  party: string;
  link_up: boolean;
  present: boolean;
  present_at?: string;
  desks: Desk[];
  checked_at?: string;
  check_missed_at?: string;
  next_check_at?: string;
  received_within_s: number;
  answered_within_s: number;
}
export interface LineView {
  party: string;
  desks: Desk[];
  peers: Peer[];
  not_recorded: number;
  refused: number;
}

export const SLOT_KINDS = ['position', 'level', 'time', 'call_sign', 'frequency', 'number', 'distance', 'bearing', 'duration', 'activity', 'party', 'place', 'count'] as const;
export type SlotKind = (typeof SLOT_KINDS)[number];
export interface Slot {
  name: string;
  kind: SlotKind;
}
export interface Phrase {
  number: number;
  classes: string[];
  answer?: string;
  slots: Slot[];
  text: Record<string, string>;
}
export interface Phrasebook {
  version: number;
  languages: { id: string; name: string; direction: string; status: string }[];
  words: Record<string, Record<string, Record<string, string>>>;
  groups: { id: string; title: Record<string, string>; phrases: Phrase[] }[];
}
