// Turns changes for the worse into sound and into words for screen readers.

import { word } from '../i18n/i18n.svelte';
import { announcementOf, overdueText } from '../i18n/phrases';
import { acknowledgedBy, isDistress, isLost, overdueAnswers, RANK, type Alert } from '../lib/alerts';
import { live, LIVE_WITHIN_MS } from './live.svelte';
import { sounds, type Tone } from './sounds.svelte';

const DISTRESS_REPEAT_MS = 8000;
const OVERDUE_REPEAT_MS = 15_000;

class Announcement {
  text = $state('');
}
export const announcement = new Announcement();

// What was worst about an alert when its tone last sounded: infringement counts above every prediction.
const weight = (a: Alert) => RANK[a.severity] * 2 + Number(isLost(a));

export function watchAlerts(): void {
  const heard = new Map<number, number>();
  let begun = false;
  let distressAt = 0;
  let wasLive: boolean | null = null;
  let deadFeeds = new Set<number>();
  let deadLinks = new Set<string>();
  let contradicted = new Set<number>();
  let overdue = new Set<string>();
  let overdueAt = 0;

  $effect(() => {
    const alerts = [...live.alerts.values()];
    const party = live.node?.party ?? '';
    let loudest: Alert | null = null;
    for (const a of alerts) {
      const w = weight(a);
      if (w > (heard.get(a.id) ?? 0) && a.state !== 'ended' && !acknowledgedBy(a, party) && (!loudest || w > weight(loudest))) loudest = a;
      heard.set(a.id, Math.max(w, heard.get(a.id) ?? 0));
    }
    for (const id of [...heard.keys()]) if (!live.alerts.has(id)) heard.delete(id);
    // Answers that leave nobody moving sound as a conflict does, also where this desk has acknowledged.
    const now_contradicted = new Set(alerts.filter((a) => a.contradiction && a.state !== 'ended').map((a) => a.id));
    const fresh = alerts.find((a) => now_contradicted.has(a.id) && !contradicted.has(a.id));
    contradicted = now_contradicted;
    // An answer that should have come sounds at each step; where it is this desk's own, until it has answered (below).
    const late = alerts.flatMap((a) => overdueAnswers(a).map((o) => ({ alert: a, answer: o, step: `${a.id} ${o.party} ${o.stage} ${o.call ?? ''}` })));
    const fresh_late = late.find((l) => !overdue.has(l.step));
    overdue = new Set(late.map((l) => l.step));
    if (fresh?.contradiction) {
      sounds.play('conflict');
      announcement.text = word('contradiction', fresh.contradiction.code);
    } else if (loudest) {
      const tone: Tone = isDistress(loudest) ? 'distress' : isLost(loudest) ? 'conflict' : (loudest.severity as Tone);
      sounds.play(tone);
      if (begun) announcement.text = announcementOf(loudest, live.now_ms());
    } else if (fresh_late) {
      sounds.play('warning');
      overdueAt = performance.now();
      announcement.text = overdueText(fresh_late.answer, live.partyName(fresh_late.answer.party), live.now_ms());
    }
    begun = true;
  });

  $effect(() => {
    void live.heartbeat;
    const now = performance.now();
    // Distress sounds again until this party has acknowledged it.
    const party = live.node?.party ?? '';
    const waiting = [...live.alerts.values()].some((a) => isDistress(a) && !acknowledgedBy(a, party));
    if (!waiting) distressAt = now;
    else if (now - distressAt > DISTRESS_REPEAT_MS) {
      distressAt = now;
      sounds.play('distress');
    }

    const unanswered = [...live.alerts.values()].some((a) => overdueAnswers(a).some((o) => o.party === party));
    if (unanswered && now - overdueAt > OVERDUE_REPEAT_MS) {
      overdueAt = now;
      sounds.play('warning');
    }

    const isLive = live.isLive();
    if (wasLive === true && !isLive) sounds.play('lost');
    if (wasLive === false && isLive) sounds.play('back');
    if (isLive || wasLive !== null || now > LIVE_WITHIN_MS) wasLive = isLive;

    const dead = new Set([...live.feeds.values()].filter((f) => f.state === 'silent' || f.state === 'failed').map((f) => f.id));
    if ([...dead].some((id) => !deadFeeds.has(id)) && wasLive) sounds.play('lost');
    deadFeeds = dead;

    const down = new Set(live.links.filter((l) => l.state === 'down').map((l) => l.party));
    if ([...down].some((party) => !deadLinks.has(party)) && wasLive) sounds.play('lost');
    deadLinks = down;
  });
}
