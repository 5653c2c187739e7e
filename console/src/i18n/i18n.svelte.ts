// Words: one message file a language, all bundled; those of the record, the pact, the line, the distress desk, the notices, the plans and the requests come with their
// pages (formal/, line/, distress/, notices/, plans/, requests/). English is the source; the others are marked unreviewed until a speaker who does the job has read them.

import { settings } from '../live/settings.svelte';
import ar from './ar.json';
import type distress from './distress/en.json';
import en from './en.json';
import type call from './call/en.json';
import type formal from './formal/en.json';
import fr from './fr.json';
import type line from './line/en.json';
import type notices from './notices/en.json';
import type plans from './plans/en.json';
import type requests from './requests/en.json';
import ru from './ru.json';

export type Key = keyof typeof en | keyof typeof formal | keyof typeof line | keyof typeof distress | keyof typeof notices | keyof typeof plans | keyof typeof requests | keyof typeof call;
export type Language = 'en' | 'fr' | 'ru' | 'ar';

export const LANGUAGES: { id: Language; name: string; dir: 'ltr' | 'rtl'; reviewed: boolean }[] = [
  { id: 'en', name: 'English', dir: 'ltr', reviewed: true },
  { id: 'fr', name: 'Français', dir: 'ltr', reviewed: false },
  { id: 'ru', name: 'Русский', dir: 'ltr', reviewed: false },
  { id: 'ar', name: 'العربية', dir: 'rtl', reviewed: false },
];

const messages: Record<Language, Record<string, string>> = { en, fr, ru, ar };

// Of a page that is loaded when it is opened, before it is shown.
export function addMessages(more: Record<Language, Record<string, string>>): void {
  for (const id of Object.keys(more) as Language[]) messages[id] = { ...messages[id], ...more[id] };
}

// Texts put into a sentence stand isolated in it (U+2068, U+2069), so that a callsign or a date keeps its
// order in Arabic.
export const isolated = (text: string): string => `\u2068${text}\u2069`;

export function t(key: Key, values: Record<string, string | number> = {}): string {
  const text = messages[settings.language][key] ?? messages.en[key] ?? key;
  const put = (value: string | number) => (typeof value === 'number' ? String(value) : isolated(value));
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => (name in values ? put(values[name]!) : whole));
}

// For keys made from the API's own words; an unknown word is shown as it is rather than hidden.
export function word(prefix: string, value: string): string {
  const key = `${prefix}.${value}`;
  return key in messages.en ? t(key as Key) : value;
}

export function language(): (typeof LANGUAGES)[number] {
  return LANGUAGES.find((l) => l.id === settings.language) ?? LANGUAGES[0]!;
}
