// Tones by severity, made here: no file, no request. Browsers stay mute until the first key or click; the
// top bar says so until then. A tone marks a change for the worse; distress repeats until acknowledged.

import { settings } from './settings.svelte';

export type Tone = 'advisory' | 'caution' | 'warning' | 'conflict' | 'distress' | 'case' | 'lost' | 'back' | 'line_stop' | 'line_distress' | 'line_warn' | 'line_inform' | 'call' | 'call_out';

// Frequency in Hz, start and length in seconds.
const TONES: Record<Tone, [number, number, number][]> = {
  advisory: [[523, 0, 0.12]],
  caution: [[659, 0, 0.14], [659, 0.22, 0.14]],
  warning: [[880, 0, 0.16], [659, 0.18, 0.16], [880, 0.36, 0.16]],
  conflict: [[988, 0, 0.12], [740, 0.13, 0.12], [988, 0.26, 0.12], [740, 0.39, 0.12], [988, 0.52, 0.12], [740, 0.65, 0.12]],
  distress: [[1175, 0, 0.3], [587, 0.32, 0.3], [1175, 0.64, 0.3], [587, 0.96, 0.3]],
  // A case: three notes upwards, twice, as no alert has them; then the pause in which somebody may speak.
  case: [[587, 0, 0.14], [784, 0.15, 0.14], [1175, 0.3, 0.34], [587, 0.8, 0.14], [784, 0.95, 0.14], [1175, 1.1, 0.34]],
  lost: [[220, 0, 0.45], [196, 0.5, 0.45], [175, 1.0, 0.6]],
  back: [[392, 0, 0.12], [523, 0.14, 0.2]],
  // The duty line: a bell of two notes at once, which no alert has; a STOP rings like a telephone.
  line_stop: [[1397, 0, 0.38], [1047, 0, 0.38], [1397, 0.5, 0.38], [1047, 0.5, 0.38], [1397, 1.0, 0.38], [1047, 1.0, 0.38]],
  line_distress: [[1568, 0, 0.09], [784, 0, 0.09], [1568, 0.16, 0.09], [784, 0.16, 0.09], [1568, 0.32, 0.09], [784, 0.32, 0.09], [1319, 0.6, 0.5], [659, 0.6, 0.5]],
  line_warn: [[880, 0, 0.22], [1109, 0, 0.22], [880, 0.34, 0.3], [1109, 0.34, 0.3]],
  line_inform: [[1047, 0, 0.08], [1319, 0.09, 0.14]],
  // A call by voice and video: a warble that climbs, which nothing else has; the caller's own is one low tone.
  call: [[494, 0, 0.1], [622, 0.11, 0.1], [740, 0.22, 0.1], [494, 0.33, 0.1], [622, 0.44, 0.1], [740, 0.55, 0.2]],
  call_out: [[330, 0, 0.5]],
};

class Sounds {
  ready = $state(false);
  private context: AudioContext | null = null;

  constructor() {
    const wake = () => void this.wake();
    window.addEventListener('pointerdown', wake, { capture: true });
    window.addEventListener('keydown', wake, { capture: true });
  }

  private async wake(): Promise<void> {
    if (this.ready) return;
    this.context ??= new AudioContext();
    if (this.context.state !== 'running') await this.context.resume().catch(() => undefined);
    this.ready = this.context.state === 'running';
  }

  async test(tone: Tone): Promise<void> {
    await this.wake();
    this.sound(tone);
  }

  play(tone: Tone): void {
    if (settings.sounds) this.sound(tone);
  }

  private sound(tone: Tone): void {
    const context = this.context;
    if (!context || context.state !== 'running') return;
    for (const [frequency, start, length] of TONES[tone]) {
      const at = context.currentTime + start;
      const oscillator = context.createOscillator();
      const gain = context.createGain();
      oscillator.type = tone === 'lost' || tone.startsWith('line_') ? 'triangle' : 'sine';
      oscillator.frequency.value = frequency;
      // Ramps of 10 ms: a step would click.
      gain.gain.setValueAtTime(0, at);
      gain.gain.linearRampToValueAtTime(settings.volume * 0.5, at + 0.01);
      gain.gain.setValueAtTime(settings.volume * 0.5, at + length - 0.02);
      gain.gain.linearRampToValueAtTime(0, at + length);
      oscillator.connect(gain).connect(context.destination);
      oscillator.start(at);
      oscillator.stop(at + length);
    }
  }
}

export const sounds = new Sounds();
