import { expect, test } from 'vitest';
import ar from '../src/i18n/ar.json';
import en from '../src/i18n/en.json';
import fr from '../src/i18n/fr.json';
import ru from '../src/i18n/ru.json';

const names = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((m) => m[1]).sort();

test.each([['fr', fr], ['ru', ru], ['ar', ar]] as [string, Record<string, string>][])('%s says everything that English says, with the same values', (_language, messages) => {
  expect(Object.keys(messages).sort()).toEqual(Object.keys(en).sort());
  for (const [key, text] of Object.entries(en)) expect([key, names(messages[key] ?? '')]).toEqual([key, names(text)]);
});
