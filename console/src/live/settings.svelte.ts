// What a person chose for this screen; kept in the browser, never sent.

import type { Units } from '../lib/format';

export const THEMES = ['night', 'day', 'contrast'] as const;
export type Theme = (typeof THEMES)[number];
export const VECTOR_MINUTES = [0, 1, 2, 4, 8] as const;
export const LABEL_MODES = ['concerned', 'all', 'none'] as const;

export interface Settings {
  theme: Theme;
  language: 'en' | 'fr' | 'ru' | 'ar';
  units: Units;
  sounds: boolean;
  volume: number;
  vectorMinutes: number;
  labels: (typeof LABEL_MODES)[number];
  dots: boolean;
  rings: boolean;
  ringSpacing_nm: number;
  coverage: boolean;
  singleKeys: boolean;
  floor_ft: number | null;
  ceiling_ft: number | null;
  desk: string;
}

const defaults: Settings = {
  theme: 'night',
  language: 'en',
  units: 'aviation',
  sounds: true,
  volume: 0.5,
  vectorMinutes: 2,
  labels: 'concerned',
  dots: true,
  rings: true,
  ringSpacing_nm: 50,
  coverage: true,
  singleKeys: true,
  floor_ft: null,
  ceiling_ft: null,
  desk: '',
};

const KEY = 'skypact.settings';

// What is stored may be of another version or damaged: take each field only where its type fits.
function stored(): Settings {
  const s: Settings = { ...defaults };
  try {
    const raw = JSON.parse(localStorage.getItem(KEY) ?? '{}') as Record<string, unknown>;
    for (const key of Object.keys(defaults) as (keyof Settings)[]) {
      const value = raw[key];
      const fits = defaults[key] === null ? value === null || typeof value === 'number' : typeof value === typeof defaults[key];
      if (value !== undefined && fits) (s as unknown as Record<string, unknown>)[key] = value;
    }
  } catch {
    // Unreadable settings are as good as none.
  }
  if (!THEMES.includes(s.theme)) s.theme = defaults.theme;
  if (!['en', 'fr', 'ru', 'ar'].includes(s.language)) s.language = defaults.language;
  if (!LABEL_MODES.includes(s.labels)) s.labels = defaults.labels;
  if (!(VECTOR_MINUTES as readonly number[]).includes(s.vectorMinutes)) s.vectorMinutes = defaults.vectorMinutes;
  return s;
}

export const settings = $state(stored());

export function keepSettings(): void {
  $effect(() => {
    const text = JSON.stringify(settings);
    try {
      localStorage.setItem(KEY, text);
    } catch {
      // A full or forbidden storage costs only the memory of the choice.
    }
  });
}
