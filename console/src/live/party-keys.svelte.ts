// Whose signatory key is whose, as the terms say that the node holds. For showing who signed a statement.

class PartyKeys {
  async load(): Promise<void> {}

  signatories(): { party: string; person: string; key: string }[] {
    return [];
  }
}

export const partyKeys = new PartyKeys();
