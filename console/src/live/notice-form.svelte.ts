// The notice that is being written: it stays while one looks elsewhere. Whenever it has changed, and now and then because traffic moves, the node
// says what speaks against it and how its text will read; nothing that was not read back may go.

import { empty, fieldOf, readDraft, typedOf, type Draft, type Read, type Typed } from '../notices/draft';
import type { Check, Notice } from '../notices/notices';
import { RequestError } from '../api/client';
import { line } from './line.svelte';
import { live } from './live.svelte';
import { notices } from './notices.svelte';

const CHECK_AFTER_MS = 300;
const CHECK_EVERY_MS = 10_000;

class NoticeForm {
  open = $state(false);
  changes = $state.raw<Notice | null>(null); // the own notice that is changed
  typed = $state<Typed>(empty());
  to = $state<string[]>([]);
  touched = $state(false); // something was typed: what is missing is said only then
  checked = $state.raw<Check | null>(null);
  refused = $state.raw<{ field: string; text: string; error: unknown } | null>(null);
  asking = $state(false);
  private checkedText = $state(''); // of what `checked` speaks
  private wanted = '';
  private askedAt = -Infinity;
  private timer = 0;
  private turn = 0;

  begin(): void {
    this.reset(empty());
    this.to = line.view?.peers.map((p) => p.party) ?? [];
  }
  beginChange(n: Notice): void {
    this.reset(typedOf(n.notice));
    this.changes = n;
    this.to = [];
  }
  private reset(typed: Typed): void {
    this.open = true;
    this.changes = null;
    this.typed = typed;
    this.touched = false;
    this.checked = null;
    this.refused = null;
    this.asking = false;
    this.checkedText = this.wanted = '';
    this.turn++;
  }
  close(): void {
    this.open = false;
    this.turn++;
  }

  read(): Read {
    return readDraft(this.typed, live.now_ms());
  }

  // Called with what is typed now, whenever it may have changed.
  want(draft: Draft | null): void {
    const text = draft ? JSON.stringify(draft) : '';
    if (text === this.wanted && performance.now() - this.askedAt < CHECK_EVERY_MS) return;
    const anew = text !== this.wanted;
    this.wanted = text;
    this.askedAt = performance.now();
    if (anew) this.refused = null;
    clearTimeout(this.timer);
    const mine = ++this.turn;
    this.asking = text !== '';
    if (!draft) return;
    this.timer = window.setTimeout(() => void this.check(draft, text, mine), anew ? CHECK_AFTER_MS : 0);
  }
  private async check(draft: Draft, text: string, mine: number): Promise<void> {
    try {
      const checked = await notices.check(draft);
      if (mine !== this.turn) return;
      this.checked = checked;
      this.checkedText = text;
      this.refused = null;
    } catch (error) {
      if (mine !== this.turn) return;
      const said = error instanceof RequestError && error.status !== 0 ? fieldOf(error.message, draft.geometry.shape) : { field: '', text: '' };
      this.refused = { ...said, error };
      this.checkedText = '';
    } finally {
      if (mine === this.turn) this.asking = false;
    }
  }

  // What stands beside the form is of what stands in it.
  isChecked(draft: Draft | null): boolean {
    return draft !== null && this.checked !== null && this.checkedText === JSON.stringify(draft);
  }

  send(draft: Draft): Promise<Notice> {
    return this.changes ? notices.change(this.changes.number, draft, this.to) : notices.give(draft, [...this.to].sort());
  }
}

export const noticeForm = new NoticeForm();
