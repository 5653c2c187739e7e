// Plans of this node as a USS, and what other USSs have disclosed. Asked again while somebody looks, and when the node says that a plan's
// manager must hear of something.

import { get, request, RequestError } from '../api/client';
import type { OthersPlan, Plan, PlanAnswer, PlanNote, PlanNotice, PlanRequest } from '../plans/plans';
import { live } from './live.svelte';
import { session } from './session.svelte';

const POLL_MS = 5000;

interface Answer { manager: string; state: string; message?: string; plans: Plan[]; notices: PlanNotice[]; notes: PlanNote[] }

class Plans {
  answer = $state.raw<Answer | null>(null);
  others = $state.raw<readonly OthersPlan[]>([]);
  absent = $state(false);
  problem = $state.raw<unknown>(null);
  seen = $state(0); // number of the newest note that somebody at this console has seen
  newest = $state(0);

  start(): void {
    live.onEvent((e) => {
      const event = e as unknown as { type: string; number?: number };
      if (event.type !== 'plan_note') return;
      this.newest = Math.max(this.newest, event.number ?? 0);
      if (this.answer) void this.load();
    });
  }

  async load(): Promise<void> {
    try {
      const [answer, others] = await Promise.all([get<Answer>('api/v1/plans'), get<{ plans: OthersPlan[] }>('api/v1/plans/others')]);
      this.answer = answer;
      this.others = others.plans;
      this.newest = Math.max(this.newest, ...answer.notes.map((n) => n.number));
      this.absent = false;
      this.problem = null;
    } catch (e) {
      if (e instanceof RequestError && e.status === 404) this.absent = true;
      else this.problem = e;
    }
  }

  // While the page is open.
  watch(): () => void {
    void this.load();
    const timer = setInterval(() => void this.load(), POLL_MS);
    return () => clearInterval(timer);
  }

  get unseen(): number {
    return Math.max(0, this.newest - this.seen);
  }
  get mayPlan(): boolean {
    return session.may('plan');
  }

  check(plan: PlanRequest): Promise<PlanAnswer> {
    return request<PlanAnswer>('POST', 'api/v1/plans/check', plan);
  }
  private async change(method: string, path: string, body?: unknown): Promise<PlanAnswer> {
    try {
      return await request<PlanAnswer>(method, path, body);
    } catch (e) {
      // What others bar is an answer.
      if (e instanceof RequestError && e.status === 409 && Array.isArray((e.answer as PlanAnswer | null)?.findings)) return e.answer as PlanAnswer;
      throw e;
    } finally {
      await this.load();
    }
  }
  make(plan: PlanRequest): Promise<PlanAnswer> {
    return this.change('POST', 'api/v1/plans', plan);
  }
  activate(id: string): Promise<PlanAnswer> {
    return this.change('PUT', `api/v1/plans/${id}`, { state: 'Activated' });
  }
  end(id: string): Promise<PlanAnswer> {
    return this.change('DELETE', `api/v1/plans/${id}`);
  }
  async dismiss(notice: number): Promise<void> {
    await request('DELETE', `api/v1/plans/notices/${notice}`);
    await this.load();
  }
}

export const plans = new Plans();
