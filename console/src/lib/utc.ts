// Times typed by hand, always UTC: "2026-11-26 12:05", with or without seconds, T and Z; "12:05" is of the day of `now`.

export function parseUtc(text: string, now_ms: number): number {
  const s = text.trim().toUpperCase().replace(/Z$/, '');
  const m = /^(?:(\d{4})-(\d\d)-(\d\d)[T ])?(\d\d):(\d\d)(?::(\d\d))?$/.exec(s) ?? /^(\d{4})-(\d\d)-(\d\d)$/.exec(s);
  if (!m) return NaN;
  const today = new Date(now_ms);
  const [year, month, day] = m[1] ? [Number(m[1]), Number(m[2]), Number(m[3])] : [today.getUTCFullYear(), today.getUTCMonth() + 1, today.getUTCDate()];
  const [hour, minute, second] = [Number(m[4] ?? 0), Number(m[5] ?? 0), Number(m[6] ?? 0)];
  const at = Date.UTC(year, month - 1, day, hour, minute, second);
  // Date.UTC carries over what is too large: the 31st of February is no time.
  const back = new Date(at);
  return back.getUTCMonth() === month - 1 && back.getUTCDate() === day && hour < 24 && minute < 60 && second < 60 ? at : NaN;
}
