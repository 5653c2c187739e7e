// Where a point is, in words: bearing and distance from a named place, as the node's gazetteer has it. Asked for one by one when somebody looks.

import { SvelteMap } from 'svelte/reactivity';
import { get, RequestError } from '../api/client';
import { live } from './live.svelte';

export interface Echo {
  mgrs: string;
  near: { name: string; code: string; bearing_deg: number; distance_nm: number } | null;
}

const STEP_DEG = 0.02; // a place that drifts is not asked for each second
const MOST = 500;
const AT_ONCE = 3;

class Near {
  private readonly known = new SvelteMap<string, Echo>();
  private readonly asked = new Set<string>();
  private absent = false;

  private key(lat: number, lon: number): string {
    return `${Math.round(lat / STEP_DEG)},${Math.round(lon / STEP_DEG)}`;
  }

  of(lat: number, lon: number): Echo | undefined {
    return this.known.get(this.key(lat, lon));
  }

  want(lat: number, lon: number): void {
    const key = this.key(lat, lon);
    if (this.absent || !live.eventsOpen || this.known.has(key) || this.asked.has(key) || this.asked.size >= AT_ONCE) return;
    this.asked.add(key);
    get<Echo>(`api/v1/line/echo?position=${encodeURIComponent(`${lat.toFixed(5)} ${lon.toFixed(5)}`)}`)
      .then((echo) => {
        if (this.known.size >= MOST) this.known.delete(this.known.keys().next().value!);
        this.known.set(key, echo);
      })
      .catch((e: unknown) => {
        if (e instanceof RequestError && e.status === 404) this.absent = true; // a node without a line
      })
      .finally(() => this.asked.delete(key));
  }
}

export const near = new Near();
