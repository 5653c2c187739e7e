// The pact as the node tells it, and the texts of its terms, whose hash is checked here.

import { get, getFile, RequestError } from '../api/client';
import { LedgerError, textOf } from '../ledger/bytes';
import { idOf } from '../pact/statement';
import type { Terms } from '../pact/terms';
import type { PactView } from '../pact/view';

const TERMS_BYTES = 1_100_000;
const MOST_TERMS = 16; // kept; a version is shown seldom

class Pact {
  view = $state.raw<PactView | null>(null);
  problem = $state.raw<unknown>(null);
  absent = $state(false); // this node has no pact
  terms = $state.raw<ReadonlyMap<string, Terms>>(new Map());
  termsProblems = $state.raw<ReadonlyMap<string, unknown>>(new Map());
  private readonly asked = new Set<string>();

  async load(): Promise<void> {
    try {
      this.view = await get<PactView>('api/v1/pact');
      this.absent = false;
      this.problem = null;
    } catch (e) {
      if (e instanceof RequestError && e.status === 404) {
        this.view = null;
        this.absent = true;
        this.problem = null;
      } else this.problem = e;
    }
  }

  // Asks for the text of terms once; what was refused is asked for again when somebody looks again.
  want(hash: string): void {
    if (!hash || this.terms.has(hash) || this.asked.has(hash)) return;
    this.asked.add(hash);
    getFile(`api/v1/pact/terms/${hash}`, TERMS_BYTES)
      .then((bytes) => {
        if (!bytes) throw new LedgerError('the node does not have the text of these terms yet');
        const text = textOf(bytes);
        if (idOf(text) !== hash) throw new LedgerError(`the text of the terms has the hash ${idOf(text)}, not ${hash}`);
        const next = new Map(this.terms);
        if (next.size >= MOST_TERMS) next.delete(next.keys().next().value!);
        this.terms = next.set(hash, JSON.parse(text) as Terms);
        const problems = new Map(this.termsProblems);
        problems.delete(hash);
        this.termsProblems = problems;
      })
      .catch((e: unknown) => (this.termsProblems = new Map(this.termsProblems).set(hash, e)))
      .finally(() => this.asked.delete(hash));
  }

  // The person whose key it is, as the terms name them; else what the key is called.
  personOf(party: string, key: string): string {
    const name = (text: string) => text.split('+')[0]!;
    const people = this.termsKnown().flatMap((t) => t.party.find((p) => p.id === party)?.signatory ?? []);
    return people.find((s) => s.key === key || name(s.key) === key)?.name ?? name(key);
  }

  termsKnown(): Terms[] {
    return [...this.terms.values()];
  }
}

export const pact = new Pact();
