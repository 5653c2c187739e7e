// Who is logged in. A session that has ended shows as a node that is lost: the streams end, and the picture is marked
// NOT LIVE by what marks it then; the login stands beside it.

import { onLoginNeeded, request, RequestError, type Schemas } from '../api/client';

export type Session = Schemas['Session'];
export type Permission = Schemas['Permission'];

const ACTIVITY_EVERY_MS = 60_000;

class SessionState {
  info = $state.raw<Session | null>(null);
  // A form that waits for password and code, and who waits for it.
  asking = $state.raw<((confirmed: boolean) => void) | null>(null);
  private lastActivity = -Infinity;
  private beforeLogout: (() => Promise<unknown>)[] = [];

  start(): void {
    onLoginNeeded(() => void this.load());
    void this.load();
    window.setInterval(() => void this.load(), 30_000);
    const active = () => void this.noteActivity();
    window.addEventListener('keydown', active);
    window.addEventListener('pointerdown', active);
  }

  // Nobody is logged in, and somebody must be.
  get needsLogin(): boolean {
    return this.info?.access === 'none' && this.info.accounts;
  }

  may(permission: Permission): boolean {
    return this.info?.permissions.includes(permission) ?? false;
  }

  async load(): Promise<void> {
    try {
      this.info = await request<Session>('GET', 'api/v1/session');
    } catch {
      // The connection's own state says that the node is away.
    }
  }

  // Also for who takes over: the node ends the session that this browser had.
  async login(account: string, password: string, second: string): Promise<void> {
    const body: Record<string, string> = { account, password };
    if (/^\d{6}$/.test(second)) body['totp'] = second;
    else if (second) body['recovery_code'] = second;
    this.info = await request<Session>('POST', 'api/v1/session', body);
    window.dispatchEvent(new Event('online')); // sockets that wait to come back do so now
  }

  // What ends with the person's being here, while he is still logged in.
  onLogout(leave: () => Promise<unknown>): void {
    this.beforeLogout.push(leave);
  }

  // The page begins anew, so that nothing of the picture stays on the screen.
  async logout(): Promise<void> {
    for (const leave of this.beforeLogout) await leave().catch(() => undefined);
    await request<void>('DELETE', 'api/v1/session');
    location.reload();
  }

  async stepUp(password: string, totp: string): Promise<void> {
    this.info = await request<Session>('POST', 'api/v1/session/step-up', { password, totp });
    this.answer(true);
  }

  answer(confirmed: boolean): void {
    const waiting = this.asking;
    this.asking = null;
    waiting?.(confirmed);
  }

  // Does it, and where the node wants a confirmation first asks for one and does it then.
  async confirmed<T>(act: () => Promise<T>): Promise<T> {
    try {
      return await act();
    } catch (e) {
      if (!(e instanceof RequestError) || e.code !== 'step_up') throw e;
      const confirmed = await new Promise<boolean>((resolve) => (this.asking = resolve));
      if (!confirmed) throw e;
      return act();
    }
  }

  private async noteActivity(): Promise<void> {
    if (!this.info?.idle_ends_at || performance.now() - this.lastActivity < ACTIVITY_EVERY_MS) return;
    this.lastActivity = performance.now();
    try {
      await request<void>('POST', 'api/v1/session/activity');
    } catch {
      // The next touch tries again.
    }
  }
}

export const session = new SessionState();
