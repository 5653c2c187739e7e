// Acts that keys and the palette share.

import { acknowledgedBy } from '../lib/alerts';
import { live } from './live.svelte';

// To the Acknowledge button of the most urgent alert that this party has not acknowledged, or of the first.
export function nextAlert(): void {
  const cards = live.rail();
  const party = live.node?.party ?? '';
  const open = cards.filter((a) => !acknowledgedBy(a, party));
  const focused = Number(document.activeElement?.closest<HTMLElement>('[data-alert]')?.dataset['alert']);
  const list = open.length ? open : cards;
  const at = list.findIndex((a) => a.id === focused);
  const alert = list[(at + 1) % Math.max(1, list.length)];
  if (!alert) return;
  const card = document.querySelector(`aside [data-alert="${alert.id}"]`);
  card?.scrollIntoView({ block: 'nearest' });
  card?.querySelector<HTMLElement>('[data-action="acknowledge"]')?.focus();
}
