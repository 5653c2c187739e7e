// What `skypact pact dry-run --json` prints: the alerts of a recording by the terms as they are, and by a draft.

export interface DryAlert {
  kind: string;
  subjects: string;
  raised: string;
  ended?: string | null;
  infringed?: string | null;
  worst: string;
  clause: string;
  text: string;
}
export interface DryRunReport {
  now: number;
  then: number;
  same: number;
  added: DryAlert[];
  removed: DryAlert[];
  changed: { now: DryAlert; then: DryAlert }[];
  severity_raised?: number;
  severity_lowered?: number;
}

const isAlert = (v: unknown): v is DryAlert => typeof v === 'object' && v !== null && ['kind', 'subjects', 'raised', 'worst'].every((k) => typeof (v as Record<string, unknown>)[k] === 'string');

// null: not such a report.
export function readDryRun(text: string): DryRunReport | null {
  try {
    const r = JSON.parse(text) as DryRunReport;
    const fits = ['now', 'then', 'same'].every((k) => typeof (r as unknown as Record<string, unknown>)[k] === 'number') && [r.added, r.removed].every((l) => Array.isArray(l) && l.every(isAlert)) && Array.isArray(r.changed) && r.changed.every((c) => isAlert(c?.now) && isAlert(c?.then));
    return fits ? r : null;
  } catch {
    return null;
  }
}
