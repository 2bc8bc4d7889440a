/** Three tones that tell good, late and trouble apart without looking. */

import type { Tone } from "./verdicts.ts";

interface Note {
  pitch: number;
  at: number;
  lasts: number;
}

const TUNES: Record<Tone, { shape: OscillatorType; notes: Note[] }> = {
  good: { shape: "sine", notes: [{ pitch: 880, at: 0, lasts: 0.09 }, { pitch: 1319, at: 0.09, lasts: 0.16 }] },
  warn: { shape: "triangle", notes: [{ pitch: 587, at: 0, lasts: 0.16 }, { pitch: 587, at: 0.24, lasts: 0.2 }] },
  bad: {
    shape: "square",
    notes: [{ pitch: 233, at: 0, lasts: 0.18 }, { pitch: 196, at: 0.24, lasts: 0.18 }, { pitch: 165, at: 0.48, lasts: 0.34 }],
  },
};
const LOUDNESS: Record<Tone, number> = { good: 0.5, warn: 0.6, bad: 0.35 };

export class Sound {
  muted = false;
  private context: AudioContext | null = null;

  /** Browsers let a page sound only after a hand has touched it: the first touch or key does. */
  constructor() {
    for (const kind of ["pointerdown", "keydown"]) document.addEventListener(kind, () => this.open());
  }

  private open(): void {
    if (!("AudioContext" in window)) return;
    this.context ??= new AudioContext({ latencyHint: "interactive" });
    if (this.context.state !== "running") void this.context.resume().catch(() => undefined);
  }

  play(tone: Tone): void {
    if (tone === "bad") navigator.vibrate?.([120, 60, 240]);
    const context = this.context;
    if (this.muted || context?.state !== "running") return;
    const { shape, notes } = TUNES[tone];
    for (const note of notes) ring(context, shape, note, LOUDNESS[tone]);
  }
}

function ring(context: AudioContext, shape: OscillatorType, { pitch, at, lasts }: Note, loudness: number): void {
  const voice = new OscillatorNode(context, { type: shape, frequency: pitch });
  const volume = new GainNode(context, { gain: 0 });
  const begin = context.currentTime + at;
  volume.gain.setValueAtTime(0, begin);
  volume.gain.linearRampToValueAtTime(loudness, begin + 0.008);
  volume.gain.exponentialRampToValueAtTime(0.001, begin + lasts);
  voice.connect(volume).connect(context.destination);
  voice.start(begin);
  voice.stop(begin + lasts);
}
