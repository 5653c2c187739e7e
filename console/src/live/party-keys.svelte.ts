// Whose signatory key is whose, as the terms say that the node holds. For showing who signed a statement.

import { pact } from './pact.svelte';

class PartyKeys {
  async load(): Promise<void> {
    await pact.load();
    for (const v of pact.view?.versions ?? []) pact.want(v.terms);
  }

  // Keys in use now that terms of another version named, or that were rotated in, have no name of a person here.
  signatories(): { party: string; person: string; key: string }[] {
    const inUse = (pact.view?.keys ?? []).flatMap((k) => k.signatory.map((s) => ({ party: k.party, person: '', key: s.key })));
    const named = pact.termsKnown().flatMap((t) => t.party.flatMap((p) => (p.signatory ?? []).map((s) => ({ party: p.id, person: s.name, key: s.key }))));
    return [...named, ...inUse.filter((k) => !named.some((n) => n.key === k.key))];
  }
}

export const partyKeys = new PartyKeys();
