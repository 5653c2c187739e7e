// A pact for the browser's checks, until a node of their own can have one: terms in force, a proposal that waits for an
// answer, keys, a locked key file, and an answerer of the paths under /api/v1/pact that checks what it is sent.
import { xchacha20poly1305 } from '@noble/ciphers/chacha.js';
import { ed25519 } from '@noble/curves/ed25519.js';
import { argon2id } from '@noble/hashes/argon2.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { createHash } from 'node:crypto';

const utf8 = (text) => new TextEncoder().encode(text);
const base64 = (bytes) => Buffer.from(bytes).toString('base64');
const idOf = (text) => createHash('sha256').update(text).digest('hex');
export const PASSPHRASE = 'correct horse battery staple';

function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (value && typeof value === 'object')
    return `{${Object.keys(value).filter((k) => value[k] !== undefined).sort().map((k) => `${JSON.stringify(k)}:${canonical(value[k])}`).join(',')}}`;
  return JSON.stringify(value);
}

export function makeKey(name, type, fill) {
  const seed = new Uint8Array(32).fill(fill);
  const bytes = Uint8Array.of(type, ...ed25519.getPublicKey(seed));
  const id = sha256(Uint8Array.of(...utf8(`${name}\n`), ...bytes)).slice(0, 4);
  const hex = Buffer.from(id).toString('hex');
  return { name, seed, id, text: `${name}+${hex}+${base64(bytes)}`, secret: `PRIVATE+KEY+${name}+${hex}+${base64(Uint8Array.of(type, ...seed))}` };
}

// As skypact locks a person's key, with little work so that the test is short.
export function lockedKey(key, passphrase = PASSPHRASE) {
  const salt = new Uint8Array(16).fill(7);
  const nonce = new Uint8Array(24).fill(9);
  const wrapping = argon2id(utf8(passphrase), salt, { t: 1, m: 64, p: 1, dkLen: 32 });
  const sealed = xchacha20poly1305(wrapping, nonce, utf8(key.text)).encrypt(utf8(key.secret));
  return `${canonical({ format: 'skypact-locked-key', v: 1, verifier_key: key.text, kdf: { name: 'argon2id', memory_bytes: 65536, operations: 1, salt: base64(salt) }, cipher: { name: 'xchacha20-poly1305', nonce: base64(nonce), text: base64(sealed) } })}\n`;
}

export const ada = makeKey('north.example/signatory/ada', 1, 21);
const ben = makeKey('north.example/signatory/ben', 1, 22);
const carla = makeKey('south.example/signatory/carla', 1, 23);
const dmitri = makeKey('south.example/signatory/dmitri', 1, 24);

function party(id, name, languages, fill, people, fleet) {
  return {
    id, name, badge: id.slice(0, 4).toUpperCase(), languages, root_key: makeKey(`${id}.example/root`, 1, fill).text, record_key: makeKey(`${id}.example/record`, 1, fill + 1).text, cosigner_key: makeKey(`${id}.example/cosigner`, 4, fill + 2).text,
    tls_pins: [base64(sha256(utf8(id)))], signatory: people.map(([word, person, key]) => ({ id: word, name: person, key: key.text })), quorum: 2,
    desk: [{ id: 'duty', name: 'Duty desk', languages, contact: '+1 555 0100' }], fleet: [fleet],
  };
}

const hours = (n) => new Date(Math.floor(Date.now() / 1000) * 1000 + n * 3_600_000).toISOString();

export function makeTerms() {
  const first = {
    format: 1, pact: 'corridor', version: 1, title: 'Flight safety in the northern corridor', valid: { from: hours(-240), to: hours(4000) }, review: [hours(700)], termination_notice: '72h',
    area: { outlines: [[[47.5, 5.5], [50.5, 5.5], [50.5, 11], [47.5, 11]]], floor: 'surface', ceiling: 'unlimited' },
    party: [party('north', 'North Air Force', ['en', 'fr'], 30, [['ada', 'Ada Nkemelu', ada], ['ben', 'Ben Sørensen', ben]], { class: 'state', addresses: ['3B0000-3BFFFF'], callsigns: ['NAF'] }), party('south', 'South Aviation Authority', ['ru', 'ar'], 40, [['carla', 'Carla Ruiz', carla], ['dmitri', 'Dmitri Orlov', dmitri]], { class: 'state', addresses: ['150000-15FFFF'], callsigns: ['SVA'] })],
    minima: { horizontal: '3nm', vertical: '1000ft', level_tolerance: '200ft', clause: [{ id: 'state', parties: ['north', 'south'], classes: ['state', 'state'], horizontal: '3nm', vertical: '1000ft', level_tolerance: '200ft' }] },
    zone: [
      { id: 'hospital', name: 'Field hospital', rule: 'protected_site', centre: [48.7, 7.9], radius: '3nm', buffer: '1nm', floor: 'surface', ceiling: '5000ft amsl' },
      { id: 'gap', name: 'Northern gap', rule: 'corridor', outline: [[49.2, 7], [49.5, 7], [49.5, 9.5], [49.2, 9.5]], floor: 'FL95', ceiling: 'FL195', parties: ['south'] },
    ],
    frequency: [{ id: 'guard', use: 'guard', channel: '121.500MHz', call_sign: 'Guard' }, { id: 'working', use: 'working', channel: '243.000MHz', call_sign: 'Corridor' }],
    notice: [{ activity: 'refuelling', at_least: '24h' }],
    escalation: { received_within: '30s', answered_within: '60s', escalated_within: '120s', stop_climbs_from: '15s' },
    sharing: [{ id: 'south', from: 'north', to: 'south', when: 'near_conflict', fields: ['position', 'altitude'], near: '20nm' }],
    text: [
      { clause: 'minima.state', language: 'en', status: 'signed', text: 'State aircraft of North and of South keep 3 NM or 1000 ft from each other.' },
      { clause: 'minima.state', language: 'fr', status: 'signed', text: "Les aéronefs d'État du Nord et du Sud se tiennent à 3 NM ou 1000 ft les uns des autres." },
      { clause: 'minima.state', language: 'ar', status: 'unreviewed', text: 'تبقى طائرات الدولة للشمال والجنوب على مسافة 3 NM أو 1000 ft بعضها من بعض.' },
    ],
  };
  const firstText = canonical(first);
  const second = structuredClone(first);
  Object.assign(second, { version: 2, supersedes: idOf(firstText), valid: { from: hours(30), to: hours(4000) } });
  second.minima.clause[0].horizontal = '5nm';
  second.text[0].text = 'State aircraft of North and of South keep 5 NM or 1000 ft from each other.';
  second.text[1] = { ...second.text[1], status: 'unreviewed', text: "Les aéronefs d'État du Nord et du Sud se tiennent à 5 NM ou 1000 ft les uns des autres." };
  second.zone.push({ id: 'dam', name: 'Dam', rule: 'keep_clear', centre: [49.9, 9.9], radius: '4nm', floor: 'surface', ceiling: '8000ft amsl' });
  return { first, second, firstText, secondText: canonical(second) };
}

export function pactFixture() {
  const { firstText, secondText, first, second } = makeTerms();
  const [one, two] = [idOf(firstText), idOf(secondText)];
  const clauses = (t) => ['pact', 'validity', 'area', ...t.party.flatMap((p) => [`party.${p.id}`, `identification.${p.id}`]), 'minima.state', 'minima.default', ...t.zone.map((z) => `zone.${z.id}`), 'frequency.guard', 'frequency.working', 'notice.refuelling', 'escalation', 'sharing.south', 'safety_floor'];
  const floor = ['pact', 'validity', 'party.north', 'party.south', 'frequency.guard', 'escalation', 'safety_floor'];
  const silent = { in_terms: true, proposer: false, answer: null, answered_at: null, accepted_at: null, clauses: [], rest: null, needed: 2, present: [], missing: [], signed_at: null };
  const suspensions = [{ suspension: 'ab'.repeat(32), party: 'south', reason: 'exercise in the gap', clauses: ['zone.gap', 'sharing.south'], from: hours(-2), until: null }];
  const version = (t, hash, more) => ({
    terms: hash, replaces: t.supersedes ?? null, reason: null, proposal: 'cd'.repeat(32), remark: '', proposed_at: hours(-1), respond_by: hours(20), valid_from: t.valid.from, valid_until: t.valid.to, termination_notice_s: 259200, agreed_at: null, signed_at: null,
    in_force_from: null, in_force_until: null, ends: null, ended_by: null, clauses: clauses(t), safety_floor: floor, suspended: [], suspensions: [], ...more,
  });
  const received = [];
  const view = () => {
    const answer = received.find((r) => r.type === 'pact.response');
    return {
      pact: 'corridor', own_party: 'north', at: new Date().toISOString(), in_force: one, last_agreed: one, newest: one,
      versions: [
        version(first, one, {
          state: 'in_force', proposer: 'north', proposed_at: hours(-300), respond_by: hours(-280), agreed_at: hours(-270), signed_at: hours(-260), in_force_from: first.valid.from, in_force_until: first.valid.to, suspended: ['zone.gap', 'sharing.south'], suspensions,
          parties: [{ ...silent, party: 'north', proposer: true, present: [{ key: ada.text, at: hours(-265) }, { key: ben.text, at: hours(-264) }], signed_at: hours(-264) }, { ...silent, party: 'south', answer: 'accept', answered_at: hours(-270), present: [{ key: carla.text, at: hours(-262) }, { key: dmitri.text, at: hours(-260) }], signed_at: hours(-260) }],
        }),
        version(second, two, {
          state: answer ? 'answered' : 'proposed', proposer: 'south', remark: 'after the near miss of Tuesday',
          parties: [{ ...silent, party: 'north', missing: [ada.text, ben.text], ...(answer ? { answer: 'counter', answered_at: hours(0), clauses: answer.body.clauses } : {}) }, { ...silent, party: 'south', proposer: true, missing: [dmitri.text], present: [{ key: carla.text, at: hours(-1) }] }],
        }),
      ],
      statements: [],
      keys: [{ party: 'north', origin: 'north.example/record', root: first.party[0].root_key, record: [], cosigner: [], signatory: [ada, ben].map((k) => ({ key: k.text, until: null })), tls: [] }, { party: 'south', origin: 'south.example/record', root: first.party[1].root_key, cosigner: [{ key: first.party[1].cosigner_key, until: null }], signatory: [carla, dmitri].map((k) => ({ key: k.text, until: null })), tls: [] }],
      unsettled: { certain: true, alternatives: [one], waits_for: [], suspensions_known_to: null, heard: {} },
      review_due: null,
      seen: { 'south.example/record': { size: 812, root: base64(sha256(utf8('root'))) } },
    };
  };
  const refuse = (message) => ({ status: 409, type: 'application/json', body: JSON.stringify({ error: { code: 'refused', message } }) });
  function take(text) {
    const { note, terms } = JSON.parse(text);
    const at = note.lastIndexOf('\n\n');
    const stated = note.slice(0, at + 1);
    const [, name, rest] = /^— ([^ ]+) (.+)\n$/.exec(note.slice(at + 2)) ?? [];
    const bytes = Buffer.from(rest ?? '', 'base64');
    if (name !== ada.name || !ed25519.verify(bytes.subarray(4), utf8(stated), ed25519.getPublicKey(ada.seed), { zip215: false })) return refuse('the note is not signed by a signatory of north');
    const s = JSON.parse(stated);
    if (canonical(s) + '\n' !== stated) return refuse('the statement is not in canonical form');
    if (s.type === 'pact.suspension' && s.body.reason === 'refuse me') return refuse('zone.gap is suspended already by south; resume it first');
    received.push({ ...s, termsText: terms });
    return { status: 200, type: 'application/json', body: JSON.stringify({ id: idOf(stated), waits: s.type === 'pact.response' ? '' : '1 of 2 signatures; any of Ben Sørensen is still needed' }) };
  }
  return {
    received, one, two,
    answer(method, path, body) {
      const json = (value) => ({ status: 200, type: 'application/json', body: JSON.stringify(value) });
      if (method === 'GET' && path === '/api/v1/pact') return json(view());
      if (method === 'GET' && path === `/api/v1/pact/terms/${one}`) return { status: 200, type: 'application/json', body: firstText };
      if (method === 'GET' && path === `/api/v1/pact/terms/${two}`) return { status: 200, type: 'application/json', body: secondText };
      if (method === 'POST' && path === '/api/v1/pact/statements') return take(body);
      return null;
    },
  };
}
