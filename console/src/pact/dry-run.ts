// What `skypact pact dry-run --json` prints: the alerts of a recording by the terms as they are, and by a draft.

export interface DryAlert {
  kind: string;
  subjects: string;
  raised_at: string;
  infringed_at: string | null;
  lead_s: number | null;
  severity: string; // the worst
  clause: string;
  text: string;
}
export interface DryRunReport {
  alerts_now: number;
  alerts_by_draft: number;
  same: number;
  added: DryAlert[];
  removed: DryAlert[];
  changed: { now: DryAlert; by_draft: DryAlert }[];
}

const isAlert = (v: unknown): v is DryAlert => typeof v === 'object' && v !== null && ['kind', 'subjects', 'raised_at', 'severity', 'clause'].every((k) => typeof (v as Record<string, unknown>)[k] === 'string');

// null: not such a report.
export function readDryRun(text: string): DryRunReport | null {
  try {
    const r = JSON.parse(text) as DryRunReport;
    const fits = ['alerts_now', 'alerts_by_draft', 'same'].every((k) => typeof (r as unknown as Record<string, unknown>)[k] === 'number') && [r.added, r.removed].every((l) => Array.isArray(l) && l.every(isAlert)) && Array.isArray(r.changed) && r.changed.every((c) => isAlert(c?.now) && isAlert(c?.by_draft));
    return fits ? r : null;
  } catch {
    return null;
  }
}
