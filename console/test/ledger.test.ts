// Verification in the browser: published cases, vectors of docs/formats/ledger.md, a ledger that the node's own code
// wrote, and that whatever one changes is found.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ed25519 } from '@noble/curves/ed25519.js';
import { describe, expect, test } from 'vitest';
import { Browser } from '../src/ledger/browse';
import { concat, equal, fromBase64, toBase64, utf8 } from '../src/ledger/bytes';
import { isStatement, readEntry, readStatement } from '../src/ledger/entry';
import { consistencyProof, emptyRoot, Frontier, inclusionProof, leafHash, nodeHash, splitOf, verifyConsistency, verifyInclusion, type Hash, type NodeReader } from '../src/ledger/merkle';
import { checkpointText, checkSignatures, KeyType, keyText, makeKey, noteText, parseCheckpoint, parseKey, parseNote, parseSigningKey, signNote, type Note, type VerifierKey } from '../src/ledger/note';
import { isReached, parsePolicy } from '../src/ledger/policy';
import { parseProof, proofText } from '../src/ledger/proof-file';
import { bundlePath, parseBundle, tilePath, TileReader, tileWidth, type ReadFile } from '../src/ledger/tiles';
import { checkGrowth, checkHead, verifyAll, verifyEntry, type Trust } from '../src/ledger/verify';
import { randomStream } from './random.mjs';

const shared = process.env['SKYPACT_SHARED_DATA'] ?? fileURLToPath(new URL('../../../shared/data', import.meta.url));
const published = join(shared, 'tlog');
if (!existsSync(published)) console.log(`SKIPPED: the published cases and log, ${published} is missing`);
const maker = process.env['SKYPACT_MAKE_LEDGER'] ?? '';
if (!existsSync(maker)) console.log('SKIPPED: a ledger of make_ledger, SKYPACT_MAKE_LEDGER names no program');

function filesBelow(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? filesBelow(path) : [path];
  });
}
const filesIn = (folder: string): ReadFile => async (path) => (existsSync(join(folder, path)) ? new Uint8Array(readFileSync(join(folder, path))) : null);

// ---- a small log of our own, by the definition of RFC 6962 and not by the code under test
const rootOf = (leaves: Hash[]): Hash => (leaves.length === 0 ? emptyRoot() : leaves.length === 1 ? leaves[0]! : nodeHash(rootOf(leaves.slice(0, splitOf(leaves.length))), rootOf(leaves.slice(splitOf(leaves.length)))));
const nodesOf = (leaves: Hash[]): NodeReader => async (level, index) => rootOf(leaves.slice(index * 2 ** level, (index + 1) * 2 ** level));

function signer(name: string, type: number, fill: number): { key: VerifierKey; seed: Uint8Array } {
  const seed = new Uint8Array(32).fill(fill);
  return { key: makeKey(name, type, ed25519.getPublicKey(seed)), seed };
}
const record = signer('north.example/record', KeyType.ed25519, 1);
const south = signer('south.example/cosigner', KeyType.cosignature, 2);
const NOON = 1_800_000_000;

function cosign(text: string, by: typeof south, seconds: number) {
  const time = new Uint8Array(8);
  new DataView(time.buffer).setBigUint64(0, BigInt(seconds));
  return { name: by.key.name, keyId: by.key.id, bytes: concat(time, ed25519.sign(utf8(`cosignature/v1\ntime ${seconds}\n${text}`), by.seed)) };
}

function makeLog(size: number): { files: Map<string, Uint8Array>; note: string; entries: Uint8Array[]; reader: TileReader; leaves: Hash[] } {
  const entries = Array.from({ length: size }, (_, i) => utf8(i % 50 === 7 ? '' : `{"at":"2026-11-26T12:00:00.000Z","body":{"n":${i}},"origin":"north.example/record","party":"north","type":"alert","v":1}\n`));
  const leaves = entries.map(leafHash);
  const files = new Map<string, Uint8Array>();
  for (let t = 0; t * 256 < size; t++) {
    const part = entries.slice(t * 256, (t + 1) * 256);
    files.set(bundlePath(t, part.length), concat(...part.flatMap((e) => [Uint8Array.of(e.length >> 8, e.length & 255), e])));
  }
  for (let level = 0, row = leaves; row.length; level++) {
    for (let t = 0; t * 256 < row.length; t++) files.set(tilePath(level, t, Math.min(256, row.length - t * 256)), concat(...row.slice(t * 256, (t + 1) * 256)));
    row = Array.from({ length: Math.floor(row.length / 256) }, (_, i) => rootOf(row.slice(i * 256, (i + 1) * 256)));
  }
  const text = checkpointText({ origin: record.key.name, size, root: rootOf(leaves), extensions: [] });
  const note = noteText({ text, signatures: [signNote(text, record.key, record.seed), cosign(text, south, NOON)] });
  return { files, note, entries, leaves, reader: new TileReader(async (path) => files.get(path) ?? null) };
}
const trust: Trust = { nodeKey: record.key, pinned: null, cosigners: [{ key: south.key, name: 'south' }], seen: null };
const states = (steps: { id: string; state: string }[]) => steps.map((s) => `${s.id} ${s.state}`);

// ---- vectors
test('roots and leaves are those of the document', () => {
  expect(toBase64(emptyRoot())).toBe('47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=');
  expect(toBase64(leafHash(new Uint8Array()))).toBe('bjQLnP+zepicpUTmu3gKLHiQHT+zNzh2hRGjBhevoB0=');
  expect([tileWidth(0, 272, 70_000), tileWidth(0, 273, 70_000), tileWidth(1, 0, 70_000), tileWidth(1, 1, 70_000), tileWidth(2, 0, 70_000), tileWidth(3, 0, 70_000)]).toEqual([256, 112, 256, 17, 1, 0]);
  expect(tilePath(0, 1_234_067, 5)).toBe('tile/0/x001/x234/067.p/5');
  expect(bundlePath(0)).toBe('tile/entries/000');
});

const neumannKey = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW';
const neumannSecret = 'PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz';
const neumannNote =
  "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n\n\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

test('the published note verifies, is written again to the byte, and signs to the same', () => {
  const key = parseKey(neumannKey);
  expect(keyText(key)).toBe(neumannKey);
  const note = parseNote(neumannNote);
  expect(noteText(note)).toBe(neumannNote);
  expect(checkSignatures(note, [key]).map((s) => s.verdict)).toEqual(['good']);
  const secret = parseSigningKey(neumannSecret);
  expect(keyText(secret.key)).toBe(neumannKey);
  expect(noteText({ text: note.text, signatures: [signNote(note.text, secret.key, secret.seed)] })).toBe(neumannNote);
});

test('a key with a changed character is refused, one of a type to come is named, and no error quotes a private key', () => {
  for (let i = 0; i < neumannKey.length; i++) expect(() => parseKey(neumannKey.slice(0, i) + (neumannKey[i] === 'A' ? 'B' : 'A') + neumannKey.slice(i + 1)), String(i)).toThrow();
  for (const bad of ['', '+', '++', 'a+00000000+', 'a+C74F20A3+AQ==']) expect(() => parseKey(bad), bad).toThrow();
  expect(() => parseKey('a.example+00000000+BgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA')).toThrow(/ML-DSA-44/);
  expect(() => parseSigningKey(neumannSecret.slice(0, -3) + 'xFz')).toThrow(/^(?!.*AYEKFALV)/);
});

test('what is no note is refused with its reason', () => {
  const refused: [string, RegExp][] = [
    ['', /blank line/], ['a\n', /blank line/], ['a\n\n', /not signed/], ['a\n\nb\n', /signature 1/], [neumannNote.slice(0, -1), /newline/], [neumannNote.replace('then', 'th\ten'), /line 2: control/],
    [neumannNote.replace('\u2014', '-'), /em dash/], [neumannNote.replace('x08go', 'x08g'), /signature 1/], [neumannNote.replace('PeterNeumann x', 'Peter+Neumann x'), /signature 1/], ['a\ud800\n\n\u2014 a AAAAAAA=\n', /UTF-8/],
    ['a\n\n' + '\u2014 a AAAAAAAA\n'.repeat(65), /at most 64/], ['a'.repeat(1_000_001), /1000000 bytes/],
  ];
  for (const [text, why] of refused) expect(() => parseNote(text), JSON.stringify(text.slice(0, 40))).toThrow(why);
  expect(() => parseNote(Uint8Array.of(0xff, 10, 10))).toThrow(/UTF-8/);
});

test('a note whose text was changed verifies by nobody, and a signature by a foreign key counts for nothing', () => {
  const key = parseKey(neumannKey);
  const changed = parseNote(neumannNote.replace('answer', 'Answer'));
  expect(checkSignatures(changed, [key])[0]!.verdict).toBe('wrong');
  expect(checkSignatures(parseNote(neumannNote), [record.key])[0]!.verdict).toBe('unknown');
});

test('base 64 is read in its one form only', () => {
  expect(fromBase64('AAA=')).toEqual(new Uint8Array(2));
  for (const bad of ['AAB=', 'AA', 'A===', 'AA=A', 'AAA\n', 'AAA-', ' AAA']) expect(fromBase64(bad), bad).toBeNull();
});

// ---- published cases
describe.skipIf(!existsSync(published))('published', () => {
  interface Case { leafIdx: number; treeSize: number; root: string; leafHash: string; proof: string[] | null; wantErr: boolean; desc: string; size1: number; size2: number; root1: string; root2: string }
  const cases = (kind: string) => filesBelow(join(published, 'merkle', kind)).map((path) => JSON.parse(readFileSync(path, 'utf8')) as Case);
  const hashIn = (text: string | null): Hash | null => {
    const bytes = fromBase64(text ?? '');
    return bytes?.length === 32 ? bytes : null;
  };
  const proofIn = (proof: string[] | null): Hash[] | null => {
    const all = (proof ?? []).map(hashIn);
    return all.includes(null) ? null : (all as Hash[]);
  };
  const passes = (run: () => void): boolean => {
    try {
      run();
      return true;
    } catch {
      return false;
    }
  };

  test('98 inclusion proofs get their verdict', () => {
    let right = 0;
    const all = cases('inclusion');
    for (const c of all) {
      const [leaf, root, proof] = [hashIn(c.leafHash), hashIn(c.root), proofIn(c.proof)];
      const good = leaf !== null && root !== null && proof !== null && passes(() => verifyInclusion(c.leafIdx, c.treeSize, leaf, proof, root));
      expect(good, c.desc).toBe(!c.wantErr);
      right += Number(good);
    }
    expect(all.length).toBe(98);
    expect(right).toBeGreaterThanOrEqual(5);
  });

  test('98 consistency proofs get their verdict', () => {
    let right = 0;
    const all = cases('consistency');
    for (const c of all) {
      // Some roots are any text: it stands for itself.
      const rootIn = (text: string | null) => hashIn(text) ?? leafHash(utf8(text ?? ''));
      const proof = proofIn(c.proof);
      const good = proof !== null && passes(() => verifyConsistency(c.size1, c.size2, proof, rootIn(c.root1), rootIn(c.root2)));
      // Nothing is the beginning of everything: their library accepts a proof from size 0, ours refuses it.
      if (!c.wantErr && c.size1 === 0) expect(good).toBe(false);
      else expect(good, `${c.desc} ${c.size1} ${c.size2}`).toBe(!c.wantErr);
      right += Number(good);
    }
    expect(all.length).toBe(98);
    expect(right).toBeGreaterThanOrEqual(5);
  });

  test('the published log is verified whole at each of its checkpoints, and grows from each to the last', async () => {
    const folder = join(published, 'tessera-log');
    const key = parseKey('example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx');
    const reader = new TileReader(filesIn(folder));
    const last = parseCheckpoint(parseNote(readFileSync(join(folder, 'checkpoint'), 'utf8')).text);
    for (let size = 0; size <= 15; size++) {
      const head = checkHead(readFileSync(join(folder, `checkpoint.${size}`), 'utf8'), { nodeKey: key, pinned: keyText(key), cosigners: [], seen: null });
      expect(head.believed).toBe(true);
      expect(head.checkpoint.size).toBe(size);
      expect(await verifyAll(reader, head.checkpoint)).toEqual({ checked: size, size, wrong: [], stopped: false });
      const grown = await checkGrowth(reader, last, { size, root: toBase64(head.checkpoint.root), at: '' });
      expect(grown.state).toBe(size === 0 ? 'open' : 'good');
    }
  });
});

// ---- properties
test('every proof of every small tree verifies, and no other leaf, index, size or hash does', async () => {
  const random = randomStream(3);
  const leaves = Array.from({ length: 33 }, (_, i) => leafHash(Uint8Array.of(i)));
  const frontier = new Frontier();
  for (let size = 1; size <= leaves.length; size++) {
    const some = leaves.slice(0, size);
    frontier.append(leaves[size - 1]!);
    const root = rootOf(some);
    expect(equal(frontier.root(), root)).toBe(true);
    for (let i = 0; i < size; i++) {
      const proof = await inclusionProof(i, size, nodesOf(some));
      verifyInclusion(i, size, some[i]!, proof, root);
      expect(() => verifyInclusion(i, size, leafHash(Uint8Array.of(99)), proof, root)).toThrow();
      if (size > 1) expect(() => verifyInclusion((i + 1) % size, size, some[i]!, proof, root)).toThrow();
      if (proof.length) {
        const bent = proof.map((h) => h.slice());
        const at = Math.floor(random() * bent.length);
        bent[at]![Math.floor(random() * 32)]! ^= 1 << Math.floor(random() * 8);
        expect(() => verifyInclusion(i, size, some[i]!, bent, root)).toThrow();
        expect(() => verifyInclusion(i, size, some[i]!, proof.slice(1), root)).toThrow();
        expect(() => verifyInclusion(i, size, some[i]!, [...proof, root], root)).toThrow();
      }
    }
    for (let older = 1; older <= size; older++) {
      const proof = await consistencyProof(older, size, nodesOf(some));
      verifyConsistency(older, size, proof, rootOf(some.slice(0, older)), root);
      expect(() => verifyConsistency(older, size, proof, leafHash(Uint8Array.of(98)), root)).toThrow();
      expect(() => verifyConsistency(older, size, [...proof, root], rootOf(some.slice(0, older)), root)).toThrow();
    }
  }
});

test('an entry is verified from its bytes to the cosignatures, and travels as a file', async () => {
  const log = makeLog(700);
  for (const index of [0, 255, 256, 511, 512, 699]) {
    const checked = await verifyEntry(log.reader, log.note, index, trust);
    expect(states(checked.steps)).toEqual(['entry good', 'leaf good', 'path good', 'signature good', 'key_not_pinned open', 'cosigned good']);
    expect(checked.cosignedBy_ms).toBe(NOON * 1000);
    const file = parseProof(proofText(checked.proof!));
    expect(file).toEqual(checked.proof);
    verifyInclusion(file.index, 700, leafHash(file.extra!), file.path, parseCheckpoint(file.checkpoint.text).root);
  }
});

test('an entry with one byte changed, and one that is missing, are wrong and no proof is made', async () => {
  const log = makeLog(300);
  log.files.get(bundlePath(1, 44))![10]! ^= 1;
  const changed = await verifyEntry(log.reader, log.note, 256, trust);
  expect(states(changed.steps).slice(0, 3)).toEqual(['entry good', 'leaf good', 'path wrong']);
  expect(changed.proof).toBeNull();
  expect(changed.cosignedBy_ms).toBeNull();
  log.files.delete(bundlePath(1, 44));
  expect(states((await verifyEntry(log.reader, log.note, 256, trust)).steps)[0]).toBe('unread wrong');
  expect(states((await verifyEntry(log.reader, log.note, 300, trust)).steps)[0]).toBe('unread wrong');
});

test('another key than the pinned one alarms, also when it signed well', async () => {
  const log = makeLog(3);
  const head = checkHead(log.note, { ...trust, pinned: neumannKey });
  expect(states(head.steps)).toContain('key_changed wrong');
  expect(head.believed).toBe(false);
  expect(states(checkHead(log.note, { ...trust, pinned: keyText(record.key) }).steps)).toContain('key_pinned good');
});

test('a head that another signed, whose cosignature is wrong, or that nobody can check is not believed', () => {
  const log = makeLog(3);
  expect(checkHead(log.note, { ...trust, nodeKey: parseKey(neumannKey) }).believed).toBe(false);
  expect(checkHead(log.note, { ...trust, nodeKey: null }).steps[0]!.state).toBe('open');
  const note = parseNote(log.note);
  const bent: Note = { text: note.text, signatures: [note.signatures[0]!, { ...note.signatures[1]!, bytes: Uint8Array.from(note.signatures[1]!.bytes, (b, i) => (i === 7 ? b ^ 1 : b)) }] };
  const head = checkHead(bent, trust);
  expect(states(head.steps)).toContain('cosigned wrong');
  expect(head.believed).toBe(false);
  const alone = checkHead({ text: note.text, signatures: [note.signatures[0]!] }, trust);
  expect(states(alone.steps)).toContain('cosigner_missing open');
  expect(states(checkHead(log.note, { ...trust, cosigners: [] }).steps)).toContain('cosigner_unknown open');
});

test('a log that forgot or rewrote what this browser saw is wrong; one that cannot be read is only open', async () => {
  const log = makeLog(300);
  const head = parseCheckpoint(parseNote(log.note).text);
  const seen = (size: number, root: Hash) => ({ size, root: toBase64(root), at: '' });
  expect((await checkGrowth(log.reader, head, seen(200, rootOf(log.leaves.slice(0, 200))))).state).toBe('good');
  expect((await checkGrowth(log.reader, head, seen(200, rootOf(log.leaves.slice(0, 199))))).state).toBe('wrong');
  expect((await checkGrowth(log.reader, head, seen(301, head.root))).state).toBe('wrong');
  expect((await checkGrowth(new TileReader(async () => null), head, seen(200, head.root))).state).toBe('open');
  expect((await checkGrowth(log.reader, head, null)).state).toBe('open');
});

test.each([
  [1000, [
    [bundlePath(2), 20, { index: 512, what: 'entry' }],
    [bundlePath(3, 232), 9, { index: 768, what: 'entry' }],
    [bundlePath(1), 1, { index: 256, what: 'unread' }],
    [tilePath(0, 2), 33, { index: 513, what: 'entry' }],
  ]],
  // Three levels.
  [65_700, [
    [tilePath(1, 0), 32 * 200, { index: 51_200, what: 'tile' }],
    [tilePath(2, 0, 1), 5, { index: 0, what: 'tile' }],
  ]],
] as [number, [string, number, object][]][])('reading every entry of %i finds any one flipped byte and names its entry', async (size, flips) => {
  const log = makeLog(size);
  const head = parseCheckpoint(parseNote(log.note).text);
  expect(await verifyAll(log.reader, head)).toEqual({ checked: size, size, wrong: [], stopped: false });
  for (const [path, at, found] of flips) {
    const files = new Map(log.files);
    const bytes = files.get(path)!.slice();
    bytes[at]! ^= 4;
    files.set(path, bytes);
    expect((await verifyAll(new TileReader(async (p) => files.get(p) ?? null), head)).wrong[0], path).toMatchObject(found);
  }
  const stopper = new AbortController();
  const stopped = await verifyAll(log.reader, head, { signal: stopper.signal, onProgress: (n) => n >= 512 && stopper.abort() });
  expect([stopped.stopped, stopped.checked]).toEqual([true, 512]);
}, 60_000);

test('a log that has grown since, and keeps no partial tiles, is read from the full ones', async () => {
  const grown = makeLog(600);
  grown.files.set(tilePath(1, 0, 1), rootOf(grown.leaves.slice(0, 256))); // stays until level 1 has a full tile
  const older = checkpointText({ origin: record.key.name, size: 300, root: rootOf(grown.leaves.slice(0, 300)), extensions: [] });
  const note = noteText({ text: older, signatures: [signNote(older, record.key, record.seed)] });
  const checked = await verifyEntry(grown.reader, note, 299, { ...trust, cosigners: [] });
  expect(checked.proof).not.toBeNull();
  expect((await verifyAll(grown.reader, parseCheckpoint(older))).wrong).toEqual([]);
});

test('a bundle that is cut, or has more or fewer entries than its name says, is refused', () => {
  expect(() => parseBundle(Uint8Array.of(0), 1)).toThrow(/cut off/);
  expect(() => parseBundle(Uint8Array.of(0, 2, 1), 1)).toThrow(/cut off/);
  expect(() => parseBundle(Uint8Array.of(0, 0, 0, 0), 1)).toThrow(/more than 1/);
  expect(() => parseBundle(Uint8Array.of(0, 0), 2)).toThrow(/1 entries, 2/);
  expect(parseBundle(Uint8Array.of(0, 0, 0, 1, 65), 2).map((e) => e.length)).toEqual([0, 1]);
});

test('a policy names who must cosign, no key and no witness counts twice, and what it does not know it refuses', () => {
  const relief = signer('relief.example/cosigner', KeyType.cosignature, 3);
  const text = `# whom we trust\nlog ${keyText(record.key)}\nwitness south ${keyText(south.key)}\nwitness relief ${keyText(relief.key)} https://relief.example/\ngroup others any south relief\nquorum others\n`;
  const policy = parsePolicy(text);
  expect([policy.logs.length, policy.witnesses.length]).toEqual([1, 2]);
  expect(isReached(policy, new Set(['relief']))).toBe(true);
  expect(isReached(policy, new Set())).toBe(false);
  expect(isReached(parsePolicy('quorum none'), new Set())).toBe(true);
  const refused: [string, RegExp][] = [
    ['log x', /line 1/], ['', /no quorum/], ['quorum none\nquorum none', /second quorum/], ['quorum nobody', /not defined/], ['colour red\n', /line 1: "colour"/], [`log ${keyText(south.key)}\n`, /type 1/], [`witness a ${keyText(record.key)}\n`, /type 4/],
    [`witness a ${keyText(south.key)}\nwitness b ${keyText(south.key)}\n`, /line 2: this public key/], [`witness a ${keyText(south.key)}\ngroup g 2 a\n`, /cannot be needed/], [`witness a ${keyText(south.key)}\ngroup g all a a\n`, /a member already/], [`witness none ${keyText(south.key)}\n`, /no name/],
  ];
  for (const [bad, why] of refused) expect(() => parsePolicy(bad), bad).toThrow(why);
});

test('proof files that are cut or bent are refused', async () => {
  const log = makeLog(5);
  const text = proofText((await verifyEntry(log.reader, log.note, 2, trust)).proof!);
  // Without its last line it is a proof with one cosignature less.
  for (let i = 0; i < text.length - 1; i++) if (i !== text.lastIndexOf('\u2014')) expect(() => parseProof(text.slice(0, i)), String(i)).toThrow();
  expect(() => parseProof(text.replace('@v1', '@v2'))).toThrow(/line 1/);
  expect(() => parseProof(text.replace(/index 2/, 'index 02'))).toThrow(/not a number/);
});

test('an entry of a statement gives its note, who signed it, and from whose record it came', () => {
  const stated = '{"at":"2026-11-26T12:00:00.000Z","body":{"terms":"ab"},"pact":"corridor","party":"north","type":"pact.signature","v":1}\n';
  const note = noteText({ text: stated, signatures: [signNote(stated, record.key, record.seed)] });
  const entry = readEntry(7, utf8(JSON.stringify({ at: '2026-11-26T12:00:01.000Z', body: { at: '2026-11-26T12:00:00.500Z', index: 4, note, origin: 'south.example/record' }, origin: 'north.example/record', party: 'north', type: 'received', v: 1 }) + '\n'));
  expect(isStatement(entry)).toBe(true);
  const s = readStatement(entry);
  expect([s.type, s.party, s.pact, s.from?.origin, s.from?.index]).toEqual(['pact.signature', 'north', 'corridor', 'south.example/record', 4]);
  expect(checkSignatures(s.note, [record.key])[0]!.verdict).toBe('good');
  expect(() => readStatement(readEntry(1, utf8('{"type":"statement","body":{}}')))).toThrow(/no note/);
  expect(readEntry(1, Uint8Array.of(255)).whole).toBeNull();
});

test('entries are read newest first, by type and time, page by page, and a search passes over what is later', async () => {
  const size = 2000;
  const start = Date.parse('2026-11-26T00:00:00Z');
  const bundles: Uint8Array[][] = [];
  for (let i = 0; i < size; i++) {
    const e = utf8(JSON.stringify({ at: new Date(start + i * 1000).toISOString(), type: i % 100 === 0 ? 'statement' : 'alert', body: {} }) + '\n');
    (bundles[Math.floor(i / 256)] ??= []).push(concat(Uint8Array.of(e.length >> 8, e.length & 255), e));
  }
  let reads = 0;
  const reader = new TileReader(async (path) => {
    const found = bundles.findIndex((b, i) => path === bundlePath(i, b.length));
    reads++;
    return found < 0 ? null : concat(...bundles[found]!);
  });
  const all = new Browser(reader, size, { type: '', from_ms: NaN, to_ms: NaN });
  expect((await all.older(50)).map((e) => e.index)).toEqual(Array.from({ length: 50 }, (_, i) => size - 1 - i));
  expect((await all.older(50))[0]!.index).toBe(size - 51);
  const rare = new Browser(reader, size, { type: 'statement', from_ms: NaN, to_ms: NaN });
  expect((await rare.older(5)).map((e) => e.index)).toEqual([1900, 1800, 1700, 1600, 1500]);
  const middle = new Browser(reader, size, { type: 'statement', from_ms: start + 250_000, to_ms: start + 410_000 });
  reads = 0;
  await middle.jump();
  expect((await middle.older(50)).map((e) => e.index)).toEqual([400, 300]);
  expect(middle.done).toBe(true);
  expect(reads).toBeLessThan(8);
  const none = new Browser(reader, size, { type: '', from_ms: start + 10_000_000, to_ms: NaN });
  expect(await none.older(50)).toEqual([]);
  expect(none.done).toBe(true);
});

// ---- written by the node's own code
describe.skipIf(!existsSync(maker))('a ledger of make_ledger', () => {
  test('is verified whole, with both cosignatures, at every checkpoint that was signed on the way', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'skypact-ledger-'));
    try {
      const policy = parsePolicy(execFileSync(maker, [folder, '3000'], { encoding: 'utf8' }));
      const cosigners = policy.witnesses.map((w) => ({ key: w.key, name: w.name }));
      const reader = new TileReader(filesIn(folder));
      const head = checkHead(readFileSync(join(folder, 'checkpoint'), 'utf8'), { nodeKey: policy.logs[0]!, pinned: null, cosigners, seen: null });
      expect(head.believed).toBe(true);
      expect(head.signatures.map((s) => s.verdict)).toEqual(['good', 'good', 'good']);
      expect(isReached(policy, new Set(head.steps.filter((s) => s.id === 'cosigned').map((s) => s.values['name']!)))).toBe(true);
      expect((await verifyAll(reader, head.checkpoint)).wrong).toEqual([]);
      for (const name of readdirSync(folder).filter((n) => /^checkpoint\.\d+$/.test(n))) {
        const before = parseCheckpoint(parseNote(readFileSync(join(folder, name), 'utf8')).text);
        if (before.size) expect((await checkGrowth(reader, head.checkpoint, { size: before.size, root: toBase64(before.root), at: '' })).state, name).toBe('good');
      }
      expect((await verifyEntry(reader, head.note, 1007, { nodeKey: policy.logs[0]!, pinned: null, cosigners, seen: null })).proof).not.toBeNull();
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }, 60_000);
});
