// Calls by voice and video with another party's officer: one at a time. Who he is, this page finds out by itself (lib/call.ts); until
// everything holds, or the officer insists, nothing of the other end is shown and nothing of this one is sent.

import { SvelteMap } from 'svelte/reactivity';
import { get, getFile, request, RequestError, type Schemas } from '../api/client';
import { toBase64 } from '../ledger/bytes';
import { makeKey, KeyType, parseKey, signatureText } from '../ledger/note';
import { checkConnection, checkDescription, checkSignal, newCallNumber, plainFingerprint, remoteFingerprint, sdpHash, spokenDigits, statementText, type Identity, type Known, type Problem, type Statement } from '../lib/call';
import { live } from './live.svelte';
import { session } from './session.svelte';
import { forgetShiftKey, shiftKey, type ShiftKey } from './shift-key';

export type Call = Schemas['LineCall'];
export type CallPhase = 'preparing' | 'calling' | 'ringing' | 'connecting' | 'talking' | 'over';
type SignalBody = { call: string; kind: Call['signals'][number]['kind'] } & Record<string, string | undefined>;

const GATHER_MS = 2500; // of candidates; on one network they are there at once
const CONNECT_MS = 20_000;
const OFFICER_MS = 6000; // the note of an officer may come a little after his signal

class Calls {
  known = new SvelteMap<string, Call>();
  open = $state(false); // the list, where no call is on
  phase = $state<CallPhase | null>(null);
  number = $state('');
  party = $state('');
  desk = $state('');
  incoming = $state(false);
  exercise = $state(false); // this call, and what is said of it
  identity = $state.raw<Identity | null>(null);
  problems = $state.raw<Problem[]>([]);
  insisted = $state(false);
  verified = $state(false);
  digits = $state('');
  error = $state(''); // a word of the message files
  errorDetail = $state('');
  local = $state.raw<MediaStream | null>(null);
  remote = $state.raw<MediaStream | null>(null);
  muted = $state(false);
  cameraOff = $state(false);
  hasCamera = $state(false);
  talkingSince_ms = $state(0);

  private pc: RTCPeerConnection | null = null;
  private outgoing: MediaStream | null = null; // what is sent; `local` is the officer's own look at it, before it is
  private ownFingerprint = '';
  private handled = new Set<string>(); // calls that this page has rung for
  private taken = new Set<string>(); // signals of the call that is on
  private checkedSent = '';
  private key: ShiftKey | null = null;
  private self: Schemas['LineOwnOfficer'] | null = null;
  private timer = 0;
  private started = false;

  start(): void {
    if (this.started) return;
    this.started = true;
    session.onLogout(() => this.forget());
    live.onEvent((e) => {
      if (e.type === 'line_call' && e.call) this.take(e.call);
      if (e.type === 'hello' || e.type === 'line_changed') void this.load();
    });
  }

  get shown(): boolean {
    return this.phase !== null || this.open;
  }
  get trusted(): boolean {
    return (this.verified && !this.problems.length) || this.insisted;
  }
  get possible(): boolean {
    return session.may('speak') && !!navigator.mediaDevices && typeof RTCPeerConnection !== 'undefined';
  }
  recent(): Call[] {
    return [...this.known.values()].sort((a, b) => Date.parse(b.taken_at) - Date.parse(a.taken_at)).slice(0, 8);
  }

  async load(): Promise<void> {
    try {
      for (const call of (await get<{ calls: Call[] }>('api/v1/line/calls')).calls) this.take(call);
    } catch {
      // A node without a line, or one that is away: the streams say so.
    }
  }

  toggle(): void {
    this.open = !this.open;
    if (this.open) void this.load();
  }

  // ---- who this officer is

  private async announce(): Promise<void> {
    const account = session.info?.account?.id ?? 'open';
    this.key ??= await shiftKey(account);
    this.self = await request<Schemas['LineOwnOfficer']>('POST', 'api/v1/line/officers', { public_key: toBase64(this.key.publicKey) });
  }

  // At logout: nobody signs as this officer from this browser any more.
  async forget(): Promise<void> {
    if (this.phase) await this.end('hung_up');
    await forgetShiftKey(session.info?.account?.id ?? 'open');
    this.key = null;
  }

  private async signed(statement: Omit<Statement, 'from' | 'by'>): Promise<string> {
    const { self, key } = this;
    if (!self || !key) throw new Error('no key');
    const text = statementText({ ...statement, from: self.party, by: { account: self.account, desk: self.desk } });
    const named = makeKey(parseKey(self.key).name, KeyType.ed25519, key.publicKey);
    return signatureText({ name: named.name, keyId: named.id, bytes: await key.sign(text) }).trimEnd();
  }

  private async send(party: string, body: SignalBody, sdp?: string): Promise<void> {
    const signature = await this.signed({ type: 'line.signal', to: party, body });
    const desk = encodeURIComponent(this.self?.desk ?? '');
    this.take(await request<Call>('POST', `api/v1/line/signals?desk=${desk}`, { to: party, signal: { ...body, signature }, ...(sdp ? { sdp } : {}), ...(this.exercise ? { exercise: true } : {}) }));
  }

  async writeMinutes(call: Call, text: string, reply_to?: string): Promise<void> {
    await this.announce();
    const body = { call: call.call, text };
    const signature = await this.signed({ type: 'line.minutes', to: call.party, body, reply_to });
    const desk = encodeURIComponent(this.self?.desk ?? '');
    this.take(await request<Call>('POST', `api/v1/line/minutes?desk=${desk}`, { to: call.party, minutes: { ...body, signature }, ...(reply_to ? { reply_to } : {}), ...(call.exercise ? { exercise: true } : {}) }));
  }

  // ---- a call out

  async place(party: string, desk: string, exercise = false): Promise<void> {
    if (this.phase && this.phase !== 'over') return;
    this.reset();
    Object.assign(this, { phase: 'preparing', party, desk, incoming: false, exercise, number: newCallNumber() });
    try {
      if (!(await this.takeMedia())) return this.over();
      await this.announce();
      const sdp = await this.describe(async (pc) => pc.setLocalDescription(await pc.createOffer()));
      this.phase = 'calling';
      await this.send(party, { call: this.number, kind: 'offer', desk, fingerprint: this.ownFingerprint, sdp: sdpHash(sdp) }, sdp);
    } catch (e) {
      this.fail('call.error.not_placed', e);
    }
  }

  // ---- a call in

  private ring(call: Call): void {
    this.handled.add(call.call);
    if (this.phase && this.phase !== 'over') return; // it stands in the list as missed, and rings at the other consoles of the desk
    this.reset();
    Object.assign(this, { phase: 'ringing', party: call.party, desk: call.desk, incoming: true, exercise: call.exercise, number: call.call });
    void this.identify(call, 'offer');
  }

  // Who says so, and what he signed. Also sends what was found, where it does not hold.
  private async identify(call: Call, kind: 'offer' | 'answer'): Promise<string | null> {
    const signal = call.signals.find((s) => s.kind === kind && s.from === call.party);
    if (!signal) return null;
    const until = performance.now() + OFFICER_MS;
    let identity: Identity;
    for (;;) {
      const officers = await get<Known>('api/v1/line/officers');
      identity = checkSignal(signal, kind, call.call, live.node?.party ?? '', officers);
      if (!identity.problems.includes('officer_unknown') || performance.now() > until) break;
      await new Promise((r) => setTimeout(r, 500));
    }
    const bytes = await getFile(`api/v1/line/signals/${signal.id}/sdp`, 20_000).catch(() => null);
    const sdp = bytes ? new TextDecoder().decode(bytes) : null;
    if (call.call !== this.number) return null;
    this.identity = identity;
    this.problems = [...identity.problems, ...checkDescription(identity, sdp)];
    if (this.problems.length) await this.report('refuted', null);
    return sdp;
  }

  async answer(): Promise<void> {
    const call = this.known.get(this.number);
    if (this.phase !== 'ringing' || !call) return;
    try {
      if (!(await this.takeMedia())) return; // it goes on ringing: he may decline, or somebody else answer
      this.phase = 'connecting';
      await this.announce();
      const sdp = await this.identify(call, 'offer');
      if (sdp === null) throw new Error('');
      const own = await this.describe(async (pc) => {
        await pc.setRemoteDescription({ type: 'offer', sdp });
        await pc.setLocalDescription(await pc.createAnswer());
      });
      await this.send(call.party, { call: call.call, kind: 'answer', account: call.caller.account, fingerprint: this.ownFingerprint, sdp: sdpHash(own) }, own);
      this.awaitConnection();
    } catch (e) {
      this.fail('call.error.not_answered', e);
    }
  }

  async decline(): Promise<void> {
    const call = this.known.get(this.number);
    if (this.phase !== 'ringing' || !call) return;
    this.over();
    try {
      await this.announce();
      await this.send(call.party, { call: call.call, kind: 'decline', account: call.caller.account, outcome: this.error ? 'no_media' : 'declined' });
    } catch {
      // It rings out.
    }
    this.close();
  }

  // ---- both

  private async takeMedia(): Promise<boolean> {
    if (!navigator.mediaDevices) return this.noMedia('call.error.insecure');
    const wanted = { audio: { echoCancellation: true }, video: { width: { ideal: 640 }, height: { ideal: 480 }, frameRate: { ideal: 20, max: 24 } } };
    try {
      this.outgoing = await navigator.mediaDevices.getUserMedia(wanted);
    } catch {
      try {
        this.outgoing = await navigator.mediaDevices.getUserMedia({ audio: wanted.audio });
        this.error = 'call.error.no_camera'; // voice goes on without
      } catch (e) {
        const refused = e instanceof DOMException && (e.name === 'NotAllowedError' || e.name === 'SecurityError');
        return this.noMedia(refused ? 'call.error.microphone_refused' : 'call.error.no_microphone');
      }
    }
    this.hasCamera = this.outgoing.getVideoTracks().length > 0;
    this.local = new MediaStream(this.outgoing.getVideoTracks().map((track) => track.clone()));
    this.sendOrHold();
    return true;
  }
  private noMedia(why: string): boolean {
    this.error = why;
    return false;
  }

  // What goes out: nothing before the other end is known, or the officer insists.
  private sendOrHold(): void {
    for (const track of this.outgoing?.getAudioTracks() ?? []) track.enabled = this.trusted && !this.muted;
    for (const track of this.outgoing?.getVideoTracks() ?? []) track.enabled = this.trusted && !this.cameraOff;
    for (const track of this.local?.getVideoTracks() ?? []) track.enabled = !this.cameraOff;
  }

  // A connection with a certificate of its own, and its description with all its candidates: one message says everything.
  private async describe(set: (pc: RTCPeerConnection) => Promise<void>): Promise<string> {
    const relay = this.self?.relay;
    const servers: RTCIceServer[] = relay?.credential ? [{ urls: relay.url, username: relay.user ?? '', credential: relay.credential }] : [];
    const certificate = await RTCPeerConnection.generateCertificate({ name: 'ECDSA', namedCurve: 'P-256' } as EcKeyGenParams);
    const pc = new RTCPeerConnection({ iceServers: servers, certificates: [certificate], bundlePolicy: 'max-bundle' });
    this.pc = pc;
    const remote = new MediaStream();
    pc.ontrack = ({ track }) => {
      remote.addTrack(track);
      this.remote = remote;
    };
    pc.onconnectionstatechange = () => void this.connectionChanged(pc);
    for (const track of this.outgoing?.getTracks() ?? []) pc.addTrack(track, this.outgoing!);
    if (!this.hasCamera) pc.addTransceiver('video', { direction: 'recvonly' });
    await set(pc);
    await new Promise<void>((resolve) => {
      if (pc.iceGatheringState === 'complete') return resolve();
      const limit = window.setTimeout(resolve, GATHER_MS);
      pc.onicegatheringstatechange = () => {
        if (pc.iceGatheringState !== 'complete') return;
        clearTimeout(limit);
        resolve();
      };
    });
    this.sendOrHold();
    const own = certificate.getFingerprints?.().find((f) => f.algorithm?.toLowerCase() === 'sha-256')?.value;
    const sdp = pc.localDescription?.sdp ?? '';
    this.ownFingerprint = plainFingerprint(own ?? /^a=fingerprint:sha-256 (\S+)/im.exec(sdp)?.[1] ?? '');
    return sdp;
  }

  private awaitConnection(): void {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => {
      if (this.phase === 'connecting') void this.end('failed', 'call.error.no_way');
    }, CONNECT_MS);
  }

  private async connectionChanged(pc: RTCPeerConnection): Promise<void> {
    if (pc !== this.pc || this.phase === 'over') return;
    if (pc.connectionState === 'failed') return this.end('failed', 'call.error.no_way');
    if (pc.connectionState !== 'connected' || this.verified) return;
    clearTimeout(this.timer);
    const real = await remoteFingerprint(pc);
    if (pc !== this.pc || !this.identity) return;
    const found = checkConnection(this.identity.fingerprint, real);
    this.problems = [...this.problems.filter((p) => !p.startsWith('connection_')), ...found];
    this.verified = !this.problems.length;
    this.digits = spokenDigits(this.ownFingerprint, real ?? '');
    this.phase = 'talking';
    this.talkingSince_ms = performance.now();
    this.sendOrHold();
    await this.report(this.problems.length ? 'refuted' : 'verified', real);
  }

  // What this officer's page found goes into both records, each finding once.
  private async report(outcome: 'verified' | 'refuted' | 'insisted', fingerprint: string | null): Promise<void> {
    const found = `${this.number} ${outcome} ${outcome === 'refuted' ? this.problems.join(',') : ''}`;
    if (this.checkedSent === found) return;
    this.checkedSent = found;
    try {
      if (!this.self) await this.announce();
      const call = this.known.get(this.number);
      const account = this.identity?.account || (call?.own ? call.callee?.account : call?.caller.account) || 'unknown';
      await this.send(this.party, {
        call: this.number, kind: 'checked', account, outcome, fingerprint: fingerprint ?? undefined,
        remark: outcome === 'verified' || !this.problems.length ? undefined : this.problems.join(', '),
      });
    } catch {
      // The call may have ended meanwhile; the warning stands all the same.
    }
  }

  async insist(): Promise<void> {
    this.insisted = true;
    this.sendOrHold();
    await this.report('insisted', this.pc ? await remoteFingerprint(this.pc) : null);
  }

  mute(): void {
    this.muted = !this.muted;
    this.sendOrHold();
  }
  camera(): void {
    this.cameraOff = !this.cameraOff;
    this.sendOrHold();
  }

  async end(outcome: 'hung_up' | 'failed' | 'rang_out', error = ''): Promise<void> {
    if (this.phase === 'ringing') return this.decline();
    const { number, party, phase } = this;
    const said = this.known.get(number);
    const account = said?.own ? said.callee?.account : said?.caller.account;
    if (error) this.error = error;
    this.over();
    if (phase === 'preparing' || phase === null || !said || said.ended_at) return;
    try {
      await this.send(party, { call: number, kind: 'end', outcome: this.problems.length && outcome === 'hung_up' ? 'refuted' : outcome, account });
    } catch {
      // The other side ends it, or its node does when the connection is gone.
    }
  }

  // ---- what both nodes say

  private take(call: Call): void {
    if (this.known.get(call.call)?.signals.length! > call.signals.length) return; // an older answer came late
    this.known.set(call.call, call);
    if (!call.own && call.stage === 'ringing' && session.may('speak') && !this.handled.has(call.call)) this.ring(call);
    if (call.call !== this.number || !this.phase || this.phase === 'over') return;
    const ended = call.stage === 'ended' || call.stage === 'declined' || call.stage === 'not_answered';
    // Another console of this desk answered it.
    if (this.phase === 'ringing' && (ended || call.stage === 'talking')) {
      this.error = ended ? (call.stage === 'not_answered' ? 'call.error.missed' : '') : 'call.error.elsewhere';
      return this.over();
    }
    if (ended) {
      if (call.stage === 'not_answered' && call.own && !call.ended_at) void this.end('rang_out', 'call.error.rang_out');
      else {
        if (call.stage === 'declined') this.error = call.outcome === 'no_media' ? 'call.error.declined_no_media' : 'call.error.declined';
        this.over();
      }
      return;
    }
    const answer = call.signals.find((s) => s.kind === 'answer');
    if (this.phase === 'calling' && call.own && answer && !this.taken.has(answer.id)) {
      this.taken.add(answer.id);
      void this.connect(call);
    }
  }

  private async connect(call: Call): Promise<void> {
    this.phase = 'connecting';
    try {
      const sdp = await this.identify(call, 'answer');
      if (sdp === null || !this.pc) throw new Error('');
      await this.pc.setRemoteDescription({ type: 'answer', sdp });
      this.awaitConnection();
    } catch (e) {
      this.fail('call.error.no_way', e);
    }
  }

  private fail(word: string, e: unknown): void {
    this.errorDetail = e instanceof RequestError ? e.message : e instanceof Error ? e.message : '';
    void this.end('failed', word);
  }

  private over(): void {
    clearTimeout(this.timer);
    this.pc?.close();
    this.pc = null;
    for (const track of [...(this.outgoing?.getTracks() ?? []), ...(this.local?.getTracks() ?? [])]) track.stop();
    this.outgoing = this.local = null;
    this.remote = null;
    this.phase = 'over';
  }

  // The strip is put away; what was said stays in the list.
  close(): void {
    if (this.phase !== 'over') return;
    this.phase = null;
    this.reset();
  }

  private reset(): void {
    this.identity = null;
    this.problems = [];
    this.insisted = this.verified = this.muted = this.cameraOff = this.hasCamera = false;
    this.digits = this.error = this.errorDetail = this.checkedSent = this.ownFingerprint = '';
    this.talkingSince_ms = 0;
    this.taken.clear();
  }
}

export const calls = new Calls();
