// Requests to the node. A token given once as ?token= is kept for the tab and taken out of the address.

import type { components } from './schema';

export type Schemas = components['schemas'];

const TOKEN = 'skypact.token';

export function takeTokenFromAddress(): void {
  const url = new URL(location.href);
  const token = url.searchParams.get('token');
  if (token === null) return;
  sessionStorage.setItem(TOKEN, token);
  url.searchParams.delete('token');
  history.replaceState(null, '', url);
}

export class RequestError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly answer: unknown = null, // what the node said, where it is no error of its own
  ) {
    super(message);
  }
}

const TIMEOUT_MS = 10_000;

let loginNeeded: () => void = () => {};
// Called when the node answers that nobody is logged in.
export function onLoginNeeded(listener: () => void): void {
  loginNeeded = listener;
}

export async function request<T>(method: string, path: string, body?: unknown, contentType = 'application/json'): Promise<T> {
  const headers: Record<string, string> = { Accept: 'application/json' };
  const token = sessionStorage.getItem(TOKEN);
  if (token) headers['Authorization'] = `Bearer ${token}`;
  const init: RequestInit = { method, headers, signal: AbortSignal.timeout(TIMEOUT_MS), cache: 'no-store' };
  if (body !== undefined) {
    headers['Content-Type'] = contentType;
    init.body = typeof body === 'string' ? body : JSON.stringify(body);
  }
  let response: Response;
  try {
    response = await fetch(new URL(path, document.baseURI), init);
  } catch (e) {
    throw new RequestError(0, 'unreachable', e instanceof Error ? e.message : String(e));
  }
  if (response.status === 204) return undefined as T;
  const text = await response.text();
  if (!response.ok) {
    let code = String(response.status);
    let message = text.slice(0, 300) || response.statusText;
    let answer: unknown = null;
    try {
      answer = JSON.parse(text);
      const e = (answer as Schemas['Error']).error;
      code = e.code;
      message = e.message;
    } catch {
      // A proxy's page in place of the node's answer: its text says more than nothing.
    }
    if (response.status === 401) loginNeeded();
    throw new RequestError(response.status, code, message, answer);
  }
  return JSON.parse(text) as T;
}

// A file of the node's as it is, of at most `most` bytes; null where there is none.
export async function getFile(path: string, most = 20_000_000): Promise<Uint8Array | null> {
  const headers: Record<string, string> = {};
  const token = sessionStorage.getItem(TOKEN);
  if (token) headers['Authorization'] = `Bearer ${token}`;
  let response: Response;
  try {
    response = await fetch(new URL(path, document.baseURI), { headers, signal: AbortSignal.timeout(TIMEOUT_MS), cache: 'no-cache' });
  } catch (e) {
    throw new RequestError(0, 'unreachable', e instanceof Error ? e.message : String(e));
  }
  if (response.status === 404) return null;
  if (!response.ok) throw new RequestError(response.status, String(response.status), response.statusText);
  const bytes = new Uint8Array(await response.arrayBuffer());
  if (bytes.length > most) throw new RequestError(response.status, 'too_large', `${path} has ${bytes.length} bytes, more than ${most}`);
  return bytes;
}

export const get = <T>(path: string): Promise<T> => request<T>('GET', path);

export function socketAddress(path: string, query: Record<string, string | number | undefined> = {}): string {
  const url = new URL(path, document.baseURI);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  for (const [k, v] of Object.entries(query)) if (v !== undefined) url.searchParams.set(k, String(v));
  const token = sessionStorage.getItem(TOKEN);
  if (token) url.searchParams.set('token', token);
  url.hash = '';
  return url.href;
}
