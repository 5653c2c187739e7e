// A new case sounds on every page, and again until somebody leads it or declares a phase, or it was opened on this screen. Exercises sound once.

import { untrack } from 'svelte';
import { t, word } from '../i18n/i18n.svelte';
import { isDistress, acknowledgedBy } from '../lib/alerts';
import { worst, type CaseShort } from '../lib/distress';
import { distress } from './distress.svelte';
import { live } from './live.svelte';
import { sounds } from './sounds.svelte';
import { announcement } from './watch.svelte';

const REPEAT_MS = 12_000;
const FLOOD_MS = 3000; // a flood does not sound more often

export function watchDistress(): void {
  distress.start();
  $effect(() => {
    if (live.eventsOpen) untrack(() => void distress.load());
  });

  const heard = new Set<number>();
  let soundedAt = -Infinity;
  let wasLoaded = false;
  $effect(() => {
    const open = distress.open;
    untrack(() => {
      const fresh = open.filter((c) => !heard.has(c.id));
      for (const c of fresh) heard.add(c.id);
      // What stood there before this page was opened rings where nobody has taken it up, below.
      if (!wasLoaded) {
        wasLoaded = distress.loaded;
        return;
      }
      if (!fresh.length) return;
      announcement.text = said(fresh[0]!, fresh.length);
      if (performance.now() - soundedAt < FLOOD_MS) return;
      soundedAt = performance.now();
      sounds.play('case');
    });
  });
  $effect(() => {
    void live.heartbeat;
    if (performance.now() - soundedAt < REPEAT_MS || !distress.ringing().length) return;
    // An alert of distress that nobody acknowledged sounds already, in its own tone.
    const party = live.node?.party ?? '';
    if ([...live.alerts.values()].some((a) => isDistress(a) && !acknowledgedBy(a, party))) return;
    soundedAt = performance.now();
    sounds.play('case');
  });
}

function said(c: CaseShort, count: number): string {
  const first = `${t('cases.new')}: ${c.exercise ? `${t('cases.exercise')}, ` : ''}${worst(c) === 'none' ? '' : `${worst(c)}, `}${c.title}, ${word('emergency', c.emergency)}`;
  return count > 1 ? `${first}; ${t('cases.others', { count: count - 1 })}` : first;
}
