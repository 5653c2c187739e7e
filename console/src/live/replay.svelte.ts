// Playing the node's recording: a sky of its own, never mixed with the live one. One WebSocket brings
// picture frames (binary) and events (text).

import { socketAddress } from '../api/client';
import { live, type Event } from './live.svelte';
import { Sky } from './sky';
import { staysInRail, type Alert } from '../lib/alerts';
import { SvelteMap } from 'svelte/reactivity';

class Replaying {
  readonly sky = new Sky(live.projection);
  state = $state<'idle' | 'connecting' | 'playing' | 'ended' | 'failed'>('idle');
  at_ms = $state(NaN);
  from_ms = $state(NaN);
  to_ms = $state(NaN);
  speed = $state(4);
  message = $state('');
  alerts = new SvelteMap<number, Alert>();
  private socket: WebSocket | null = null;

  start(from_ms: number, to_ms: number, speed: number): void {
    this.stop();
    if (this.sky.projection !== live.projection) this.sky.setProjection(live.projection);
    this.from_ms = from_ms;
    this.to_ms = to_ms;
    this.speed = speed;
    this.at_ms = NaN;
    this.message = '';
    this.state = 'connecting';
    const socket = new WebSocket(
      socketAddress('api/v1/replay', { from: new Date(from_ms).toISOString(), to: new Date(to_ms).toISOString(), speed }),
    );
    socket.binaryType = 'arraybuffer';
    this.socket = socket;
    socket.onmessage = (e: MessageEvent<ArrayBuffer | string>) => {
      if (this.socket !== socket) return;
      this.state = 'playing';
      if (typeof e.data !== 'string') {
        this.sky.apply(e.data);
        this.at_ms = this.sky.at_ms;
        return;
      }
      const event = JSON.parse(e.data) as Event;
      if (event.alerts) for (const a of event.alerts) this.alerts.set(a.id, a);
      if (event.alert) {
        if (staysInRail(event.alert)) this.alerts.set(event.alert.id, event.alert);
        else this.alerts.delete(event.alert.id);
      }
    };
    socket.onclose = (e) => {
      if (this.socket !== socket) return;
      this.socket = null;
      this.state = this.state === 'connecting' ? 'failed' : 'ended';
      this.message = e.reason;
    };
  }

  stop(): void {
    const socket = this.socket;
    this.socket = null;
    socket?.close();
    this.state = 'idle';
    this.alerts.clear();
    this.sky.clear();
  }
}

export const replaying = new Replaying();
