// Terms as the node writes them (docs/formats/pact-terms.md): the JSON of terms, their clauses by id in the document's
// order, what of them lies on a map, and how two versions differ. Pure.

import type { Zone } from '../live/live.svelte';

export type LatLon = [number, number];
export interface Span { from: string; to: string }
export interface Weekly { days: string[]; from: string; to: string }
export interface Signatory { id: string; name: string; key: string }
export interface DeskTerms { id: string; name: string; languages: string[]; contact: string }
export interface Fleet { class: string; addresses?: string[]; registrations?: string[]; callsigns?: string[] }
export interface PartyTerms {
  id: string; name: string; badge: string; languages: string[]; lead?: string;
  root_key?: string; record_key?: string; cosigner_key?: string; tls_pins?: string[];
  signatory?: Signatory[]; quorum?: number; desk?: DeskTerms[]; fleet?: Fleet[];
}
export interface MinimumTerms { id: string; parties?: string[]; classes?: string[]; area?: LatLon[]; active?: Span[]; weekly?: Weekly[]; horizontal: string; vertical: string; level_tolerance?: string }
export interface ZoneTerms {
  id: string; name: string; rule: string; outline?: LatLon[]; centre?: LatLon; radius?: string; buffer?: string; floor?: string; ceiling?: string; ground_elevation?: string;
  parties?: string[]; active?: Span[]; weekly?: Weekly[]; moves_with?: string; anchor?: LatLon; itinerary?: { at: string; position: LatLon }[]; call_frequency?: string; call_desk?: string;
}
export interface FrequencyTerms { id: string; use: string; channel: string; call_sign: string; parties?: string[]; area?: LatLon[]; remark?: string }
export interface NoticeTerms { activity: string; at_least: string; remark?: string }
export interface EscalationTerms { received_within?: string; answered_within?: string; escalated_within?: string; stop_climbs_from?: string; step?: { after: string; call: string }[] }
export interface OutsiderTerms { id: string; whom: string; party: string; desk: string }
export interface SharingTerms { id: string; from: string; to: string; when: string; fields?: string[]; position_step?: string; altitude_step?: string; delay?: string; near?: string }
export interface ReleaseTerms { id: string; of: string; to?: string[]; rescue_centres: string }
export interface ClauseText { clause: string; language: string; status?: string; text: string }

export interface Terms {
  format: number; pact: string; version: number; supersedes?: string; title: string;
  valid: Span; review?: string[]; termination_notice: string;
  area: { outlines: LatLon[][]; floor?: string; ceiling?: string };
  party: PartyTerms[];
  minima: { horizontal: string; vertical: string; level_tolerance?: string; clause?: MinimumTerms[] };
  zone?: ZoneTerms[]; frequency?: FrequencyTerms[]; notice?: NoticeTerms[]; escalation?: EscalationTerms;
  outside?: OutsiderTerms[]; sharing?: SharingTerms[]; distress?: ReleaseTerms[]; safety_floor?: string[]; text?: ClauseText[];
}

export interface Clause {
  id: string;
  kind: string; // before the dot
  value: unknown; // its JSON, without its words
  texts: ClauseText[];
}

export function clausesOf(t: Terms): Clause[] {
  const out: Clause[] = [];
  const put = (id: string, value: unknown) => out.push({ id, kind: id.split('.')[0]!, value, texts: (t.text ?? []).filter((x) => x.clause === id) });
  put('pact', { pact: t.pact, version: t.version, supersedes: t.supersedes, title: t.title });
  put('validity', { valid: t.valid, review: t.review, termination_notice: t.termination_notice });
  put('area', t.area);
  for (const { fleet, ...party } of t.party) {
    put(`party.${party.id}`, party);
    if (fleet?.length) put(`identification.${party.id}`, { fleet });
  }
  for (const m of t.minima.clause ?? []) put(`minima.${m.id}`, m);
  const { clause: _, ...otherwise } = t.minima;
  put('minima.default', otherwise);
  for (const z of t.zone ?? []) put(`zone.${z.id}`, z);
  for (const f of t.frequency ?? []) put(`frequency.${f.id}`, f);
  for (const n of t.notice ?? []) put(`notice.${n.activity}`, n);
  put('escalation', t.escalation ?? {});
  for (const o of t.outside ?? []) put(`outside.${o.id}`, o);
  for (const s of t.sharing ?? []) put(`sharing.${s.id}`, s);
  for (const r of t.distress ?? []) put(`distress.${r.id}`, r);
  put('safety_floor', { safety_floor: t.safety_floor });
  return out;
}

// What no suspension reaches: what the terms list, and always these.
export function inSafetyFloor(t: Terms, clause: string): boolean {
  if (['pact', 'validity', 'escalation', 'safety_floor'].includes(clause) || clause.startsWith('party.')) return true;
  if ((t.frequency ?? []).some((f) => f.use !== 'working' && clause === `frequency.${f.id}`)) return true;
  return (t.safety_floor ?? []).includes(clause);
}

// The words of a clause in the reader's language, else in the first there is.
export function textIn(clause: Clause, language: string): ClauseText | undefined {
  return clause.texts.find((x) => x.language === language) ?? clause.texts.find((x) => x.language === 'en') ?? clause.texts[0];
}

// ---- quantities as terms write them

const FEET = 1 / 0.3048;
export function lengthNm(text: string | undefined): number {
  const m = /^(\d+(?:\.\d+)?)\s*(nm|km|m|ft)$/.exec((text ?? '').trim());
  if (!m) return NaN;
  const factor = { nm: 1, km: 1 / 1.852, m: 1 / 1852, ft: 0.3048 / 1852 }[m[2]!]!;
  return Number(m[1]) * factor;
}
export function heightFt(text: string | undefined): number {
  const m = /^(\d+(?:\.\d+)?)\s*(ft|m)$/.exec((text ?? '').trim());
  return m ? Number(m[1]) * (m[2] === 'm' ? FEET : 1) : NaN;
}
export function durationS(text: string | undefined): number {
  const m = /^(\d+(?:\.\d+)?)\s*(h|min|s|d)$/.exec((text ?? '').trim());
  return m ? Number(m[1]) * { d: 86_400, h: 3600, min: 60, s: 1 }[m[2]!]! : NaN;
}

// ---- on the map

const MAP_RULES: Record<string, Zone['rule']> = { keep_clear: 'keep_clear', caution: 'caution', protected_site: 'protected_site', corridor: 'corridor', altitude_block: 'keep_clear', contact: 'caution', no_entry_without_contact: 'keep_clear' };

// Everything with a place, as the zones that the map's own layer paints; the id is the clause's.
export function shapesOf(t: Terms): Zone[] {
  const out: Zone[] = [];
  t.area.outlines.forEach((outline, i) => out.push({ id: `area${i ? `#${i}` : ''}`, name: t.title, rule: 'corridor', outline }));
  for (const m of t.minima.clause ?? []) if (m.area?.length) out.push({ id: `minima.${m.id}`, name: `${m.id} ${m.horizontal} / ${m.vertical}`, rule: 'caution', outline: m.area });
  for (const z of t.zone ?? []) {
    const zone: Zone = { id: `zone.${z.id}`, name: z.name, rule: MAP_RULES[z.rule] ?? 'caution' };
    if (z.outline) zone.outline = z.outline;
    if (z.centre) {
      zone.centre = z.centre;
      zone.radius_nm = lengthNm(z.radius);
    }
    if (z.buffer) zone.buffer_nm = lengthNm(z.buffer);
    out.push(zone);
  }
  for (const f of t.frequency ?? []) if (f.area?.length) out.push({ id: `frequency.${f.id}`, name: `${f.channel} ${f.call_sign}`, rule: 'corridor', outline: f.area });
  return out;
}

export function limitsOf(t: Terms, id: string): string {
  const clause = id.startsWith('zone.') ? t.zone?.find((z) => `zone.${z.id}` === id) : id.startsWith('area') ? t.area : undefined;
  return clause ? `${clause.floor ?? 'surface'} – ${clause.ceiling ?? 'unlimited'}` : '';
}

// ---- differences

export interface FieldChange { path: string; before: string | null; after: string | null }
export interface ClauseChange { clause: string; how: 'added' | 'removed' | 'changed'; fields: FieldChange[] }

function flatten(value: unknown, path: string, out: Map<string, string>): void {
  if (value === undefined || value === null) return;
  if (Array.isArray(value)) {
    // A position or a list of words reads better in one piece.
    if (value.every((v) => typeof v !== 'object' || v === null)) out.set(path, value.join(', '));
    else if (value.every((v) => Array.isArray(v) && v.every((n) => typeof n === 'number'))) out.set(path, value.map((v) => (v as number[]).join(' ')).join('; '));
    else value.forEach((v, i) => flatten(v, `${path}[${(v as { id?: string; language?: string })?.id ?? i}]`, out));
  } else if (typeof value === 'object') for (const [k, v] of Object.entries(value)) flatten(v, path ? `${path}.${k}` : k, out);
  else out.set(path, String(value));
}

const fieldsOf = (c: Clause): Map<string, string> => {
  const out = new Map<string, string>();
  flatten(c.value, '', out);
  for (const x of c.texts) {
    out.set(`text.${x.language}`, x.text);
    out.set(`text.${x.language}.status`, x.status ?? 'unreviewed');
  }
  return out;
};

export function difference(before: Terms, after: Terms): ClauseChange[] {
  const a = new Map(clausesOf(before).map((c) => [c.id, c]));
  const b = new Map(clausesOf(after).map((c) => [c.id, c]));
  const changes: ClauseChange[] = [];
  for (const id of new Set([...b.keys(), ...a.keys()])) {
    const [x, y] = [a.get(id), b.get(id)];
    const [fx, fy] = [x ? fieldsOf(x) : new Map<string, string>(), y ? fieldsOf(y) : new Map<string, string>()];
    const fields: FieldChange[] = [];
    for (const path of new Set([...fy.keys(), ...fx.keys()])) {
      const [before_, after_] = [fx.get(path) ?? null, fy.get(path) ?? null];
      if (before_ !== after_) fields.push({ path, before: before_, after: after_ });
    }
    if (fields.length || !x || !y) changes.push({ clause: id, how: !x ? 'added' : !y ? 'removed' : 'changed', fields });
  }
  return changes;
}
