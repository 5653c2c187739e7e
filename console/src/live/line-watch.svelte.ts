// Rings for what came over the duty line, again and again until somebody of this party has answered; and says it to screen
// readers. A STOP rings at every console of the party.

import { untrack } from 'svelte';
import { t, word } from '../i18n/i18n.svelte';
import { lineText } from '../i18n/line-text';
import { isUrgent } from '../line/line';
import type { Message, MessageClass } from '../line/view';
import { composer } from './composer.svelte';
import { focus } from './focus.svelte';
import { line } from './line.svelte';
import { live } from './live.svelte';
import { sounds, type Tone } from './sounds.svelte';
import { announcement } from './watch.svelte';

const REPEAT_MS: Record<MessageClass, number> = { stop: 3000, distress: 6000, warn: 15_000, inform: Infinity };
const INFORM_EVERY_MS = 10_000; // a flood does not ring more often
const toneOf = (m: Message): Tone => `line_${m.class}`;

export function watchLine(): void {
  line.start();
  $effect(() => {
    if (live.eventsOpen) untrack(() => void line.load());
  });

  const heard = new Set<string>();
  let rungAt = -Infinity;
  let informAt = -Infinity;
  let lastInform = '';
  $effect(() => {
    const waiting = line.waiting();
    const newest = line.list.find((m) => !m.own && m.class === 'inform' && m.type === 'call')?.id ?? '';
    untrack(() => {
      const fresh = waiting.filter((m) => !heard.has(m.id));
      for (const m of fresh) heard.add(m.id);
      const first = fresh[0];
      const now = performance.now();
      if (first) {
        sounds.play(toneOf(first));
        rungAt = now;
        announcement.text = `${first.exercise ? `${t('line.exercise')}. ` : ''}${word('lclass', first.class)}, ${t('line.from', { party: live.partyName(first.from) })}: ${lineText(first)}`;
      } else if (newest && newest !== lastInform && lastInform && now - informAt > INFORM_EVERY_MS) {
        informAt = now;
        sounds.play('line_inform');
      }
      if (newest) lastInform = newest;
    });
  });
  $effect(() => {
    void live.heartbeat;
    const first = line.waiting()[0];
    const now = performance.now();
    if (!first || now - rungAt < REPEAT_MS[first.class]) return;
    rungAt = now;
    sounds.play(toneOf(first));
  });

  // The point that a slot of the message waits for.
  $effect(() => {
    const at = focus.picked;
    if (at && composer.pick) untrack(() => composer.takePlace(at[0], at[1]));
  });
}

// Whether the page's title should say so.
export const urgentWaits = (): number => line.waiting().filter(isUrgent).length;
