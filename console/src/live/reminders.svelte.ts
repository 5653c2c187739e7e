// What the pact reminds people of, on every page: looked at once a minute, because it is told days ahead.

import { get } from '../api/client';
import { remindersOf, type PactView, type Reminder } from '../pact/view';
import { live } from './live.svelte';

const LOOK_MS = 60_000;

class Reminders {
  private view = $state.raw<PactView | null>(null);

  // Ends with what it returns. A node without a pact, or one that does not answer, reminds of nothing; that it does not answer is
  // shown elsewhere.
  start(): () => void {
    const look = () => void get<PactView>('api/v1/pact').then((view) => (this.view = view), () => (this.view = null));
    look();
    const timer = setInterval(look, LOOK_MS);
    return () => clearInterval(timer);
  }

  get list(): Reminder[] {
    void live.heartbeat;
    return this.view ? remindersOf(this.view, live.now_ms()) : [];
  }
}

export const reminders = new Reminders();
