// A WebSocket that comes back: exponential back-off from half a second to ten, with jitter so that many
// consoles do not return in one moment. A socket that says nothing for `silence_ms` counts as lost.

export interface SocketOptions {
  address: () => string;
  onMessage: (data: ArrayBuffer | string) => void;
  onState: (open: boolean) => void;
  silence_ms: number;
}

export const FIRST_DELAY_MS = 500;
export const LAST_DELAY_MS = 10_000;

export function backOff(attempt: number, random = Math.random()): number {
  return Math.min(LAST_DELAY_MS, FIRST_DELAY_MS * 2 ** attempt) * (0.75 + 0.5 * random);
}

export class Socket {
  private socket: WebSocket | null = null;
  private attempt = 0;
  private timer = 0;
  private watchdog = 0;
  private heard = 0;
  private closed = false;

  constructor(private readonly options: SocketOptions) {
    this.open();
    this.watchdog = window.setInterval(() => {
      if (this.socket?.readyState === WebSocket.OPEN && performance.now() - this.heard > options.silence_ms) this.drop();
    }, 1000);
    window.addEventListener('online', this.retryNow);
  }

  private readonly retryNow = () => {
    if (!this.socket && !this.closed) {
      clearTimeout(this.timer);
      this.open();
    }
  };

  private open(): void {
    const socket = new WebSocket(this.options.address());
    this.socket = socket;
    socket.binaryType = 'arraybuffer';
    socket.onopen = () => {
      this.heard = performance.now();
      this.options.onState(true);
    };
    socket.onmessage = (e: MessageEvent<ArrayBuffer | string>) => {
      this.attempt = 0;
      this.heard = performance.now();
      this.options.onMessage(e.data);
    };
    socket.onclose = () => {
      if (this.socket === socket) this.lost();
    };
  }

  // A dead peer never answers the closing handshake, so it is not waited for.
  private drop(): void {
    const socket = this.socket;
    this.lost();
    socket?.close();
  }

  private lost(): void {
    this.socket = null;
    this.options.onState(false);
    if (this.closed) return;
    this.timer = window.setTimeout(() => this.open(), backOff(this.attempt++));
  }

  close(): void {
    this.closed = true;
    clearTimeout(this.timer);
    clearInterval(this.watchdog);
    window.removeEventListener('online', this.retryNow);
    const socket = this.socket;
    this.socket = null;
    socket?.close();
  }
}
