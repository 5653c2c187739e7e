// Positions as people say and type them: decimal degrees, degrees and decimal minutes, degrees minutes
// seconds, with or without signs and hemispheres, also run together as in flight plans (3330N03618E).
// What could be read two ways is refused with a reason, never guessed.

export type PositionError = 'empty' | 'format' | 'latitude_range' | 'longitude_range' | 'minutes_range' | 'hemisphere';
export type ParsedPosition = { ok: true; lat: number; lon: number } | { ok: false; error: PositionError };

const fail = (error: PositionError): ParsedPosition => ({ ok: false, error });

// Digits run together: D…DMM[.m] or D…DMMSS[.s] with two (latitude) or three (longitude) digits of degrees.
function packed(text: string, degreeDigits: number): number[] | null {
  const [whole = '', fraction] = text.split('.');
  const tail = fraction === undefined ? '' : '.' + fraction;
  if (whole.length === degreeDigits) return [Number(whole + tail)];
  if (whole.length === degreeDigits + 2)
    return [Number(whole.slice(0, degreeDigits)), Number(whole.slice(degreeDigits) + tail)];
  if (whole.length === degreeDigits + 4)
    return [
      Number(whole.slice(0, degreeDigits)),
      Number(whole.slice(degreeDigits, degreeDigits + 2)),
      Number(whole.slice(degreeDigits + 2) + tail),
    ];
  return null;
}

function degrees(parts: number[]): number | null {
  const [d = 0, m = 0, s = 0] = parts;
  if (m >= 60 || s >= 60) return null;
  return d + m / 60 + s / 3600;
}

function half(text: string, hemisphere: string, degreeDigits: number): { value: number } | PositionError {
  const negative = /^[-−]/.test(text);
  if (negative && hemisphere) return 'hemisphere'; // "-33 S": twice negative or once?
  const numbers = text.replace(/^[-−+]/, '').match(/\d+(?:\.\d+)?/g);
  if (!numbers || numbers.length > 3) return 'format';
  if (numbers.slice(0, -1).some((n) => n.includes('.'))) return 'format'; // only the last part has a fraction
  const only = numbers.length === 1 ? numbers[0]! : '';
  const parts =
    only && hemisphere && only.split('.')[0]!.length > degreeDigits ? packed(only, degreeDigits) : numbers.map(Number);
  if (!parts) return 'format';
  const value = degrees(parts);
  if (value === null) return 'minutes_range';
  return { value: negative || hemisphere === 'S' || hemisphere === 'W' ? -value : value };
}

export function parsePosition(input: string): ParsedPosition {
  const text = input
    .trim()
    .toUpperCase()
    .replace(/[°º’′'"”″]|DEG/g, ' ')
    .replace(/\s+/g, ' ');
  if (!text) return fail('empty');
  if (/[^0-9NSEW.,;/+\-− ]/.test(text)) return fail('format');

  let latText: string, lonText: string;
  let ns = '';
  let ew = '';
  const letters = text.replace(/[^NSEW]/g, '');
  if (letters.length === 2) {
    if (/^[EW]/.test(letters) || !/^[NS][EW]$/.test(letters)) return fail('hemisphere');
    ns = letters[0]!;
    ew = letters[1]!;
    const after = /^([^NSEW]+)[NS]([^NSEW]+)[EW]$/.exec(text.replace(/\s/g, (s) => s));
    const before = /^[NS]([^NSEW]+)[EW]([^NSEW]+)$/.exec(text);
    const m = after ?? before;
    if (!m) return fail('format');
    latText = m[1]!;
    lonText = m[2]!;
  } else if (letters.length === 0) {
    const bySeparator = text.split(/\s*[,;/]\s*/);
    if (bySeparator.length === 2) [latText, lonText] = bySeparator as [string, string];
    else if (bySeparator.length === 1) {
      const words = text.split(' ');
      if (words.length % 2 !== 0 || words.length > 6) return fail('format');
      latText = words.slice(0, words.length / 2).join(' ');
      lonText = words.slice(words.length / 2).join(' ');
    } else return fail('format');
  } else return fail('hemisphere');

  const clean = (s: string) => s.replace(/^[ ,;/]+|[ ,;/]+$/g, '');
  const lat = half(clean(latText), ns, 2);
  if (typeof lat === 'string') return fail(lat);
  const lon = half(clean(lonText), ew, 3);
  if (typeof lon === 'string') return fail(lon);
  if (Math.abs(lat.value) > 90) return fail('latitude_range');
  if (Math.abs(lon.value) > 180) return fail('longitude_range');
  return { ok: true, lat: lat.value, lon: lon.value };
}

const split = (value: number, width: number): string => {
  const tenths = Math.round(Math.abs(value) * 600); // of a minute
  const d = Math.floor(tenths / 600);
  return `${String(d).padStart(width, '0')}°${((tenths - d * 600) / 10).toFixed(1).padStart(4, '0')}′`;
};

export function formatPosition(lat: number, lon: number): string {
  return `${split(lat, 2)}${lat < 0 ? 'S' : 'N'} ${split(lon, 3)}${lon < 0 ? 'W' : 'E'}`;
}
