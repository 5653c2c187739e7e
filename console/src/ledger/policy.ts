// Policy (C2SP tlog-policy): whose key signs the log, whose keys cosign it, and how many must. The same rules as
// src/ledger/policy.h.
//
//     log north.example/record+…
//     witness south south.example/cosigner+…
//     group others any south
//     quorum others

import { LedgerError, toHex } from './bytes';
import { KeyType, parseCount, parseKey, type VerifierKey } from './note';

const POLICY_BYTES = 100_000;
const MOST = 64; // logs, witnesses, groups

export interface Policy {
  logs: VerifierKey[];
  witnesses: { name: string; key: VerifierKey }[];
  groups: { name: string; needed: number; members: string[] }[];
  quorum: string | null; // name of a witness or group
}

export function parsePolicy(text: string): Policy {
  if (text.length > POLICY_BYTES) throw new LedgerError(`a policy has at most ${POLICY_BYTES} bytes`);
  const policy: Policy = { logs: [], witnesses: [], groups: [], quorum: null };
  const names = new Map<string, boolean>(); // whether it is a member already
  const keys = new Set<string>();
  let hasQuorum = false;
  const remember = (key: VerifierKey) => {
    // Two names for one key would let one party count as two.
    const id = `${key.type} ${toHex(key.publicKey)}`;
    if (keys.has(id)) throw new LedgerError('this public key is there already');
    keys.add(id);
  };
  const define = (name: string) => {
    if (name === 'none') throw new LedgerError('none is no name for a witness or group');
    if (names.has(name)) throw new LedgerError(`"${name}" is defined twice`);
    names.set(name, false);
  };
  const fits = (list: unknown[], what: string) => {
    if (list.length >= MOST) throw new LedgerError(`more than ${MOST} ${what}`);
  };
  text.split('\n').forEach((line, i) => {
    try {
      if (/[\u0000-\u0008\u000a-\u001f\u007f]/.test(line)) throw new LedgerError('a control character');
      const words = line.split(/[ \t]+/).filter(Boolean);
      if (!words.length || words[0]!.startsWith('#')) return;
      const [kind, a = '', b = ''] = words;
      if (kind === 'log' && (words.length === 2 || words.length === 3)) {
        const key = parseKey(a);
        if (key.type !== KeyType.ed25519) throw new LedgerError("a log's key is of type 1");
        remember(key);
        fits(policy.logs, 'logs');
        policy.logs.push(key);
      } else if (kind === 'witness' && (words.length === 3 || words.length === 4)) {
        const key = parseKey(b);
        if (key.type !== KeyType.cosignature) throw new LedgerError("a witness's key is of type 4");
        remember(key);
        fits(policy.witnesses, 'witnesses');
        define(a);
        policy.witnesses.push({ name: a, key });
      } else if (kind === 'group' && words.length >= 4) {
        fits(policy.groups, 'groups');
        const members = words.slice(3);
        for (const m of members) {
          if (!names.has(m)) throw new LedgerError(`"${m}" is not defined above`);
          // Else one witness could count twice.
          if (names.get(m)) throw new LedgerError(`"${m}" is a member already`);
          names.set(m, true);
        }
        const needed = b === 'all' ? members.length : b === 'any' ? 1 : (parseCount(b) ?? 0);
        if (needed < 1 || needed > members.length) throw new LedgerError(`"${b}" of ${members.length} members cannot be needed`);
        define(a);
        policy.groups.push({ name: a, needed, members });
      } else if (kind === 'quorum' && words.length === 2) {
        if (hasQuorum) throw new LedgerError('a second quorum line');
        hasQuorum = true;
        if (a === 'none') return;
        if (!names.has(a)) throw new LedgerError(`"${a}" is not defined above`);
        policy.quorum = a;
      } else throw new LedgerError(`"${kind}" is not log KEY [URL], witness NAME KEY [URL], group NAME all|any|NUMBER NAME… or quorum NAME`);
    } catch (e) {
      throw new LedgerError(`line ${i + 1}: ${e instanceof Error ? e.message : String(e)}`);
    }
  });
  if (!hasQuorum) throw new LedgerError('the policy has no quorum line; write "quorum none" where no cosigner is needed');
  return policy;
}

// Whether the witnesses of these names are enough.
export function isReached(policy: Policy, witnessed: ReadonlySet<string>): boolean {
  const reached = (name: string): boolean => {
    const group = policy.groups.find((g) => g.name === name);
    return group ? group.members.filter(reached).length >= group.needed : witnessed.has(name);
  };
  return policy.quorum === null || reached(policy.quorum);
}
