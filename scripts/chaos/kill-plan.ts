import { fillUniforms } from '@isonoise/random';

/** When a process is killed, and by what. */
export interface Kill {
  readonly signal: (typeof SIGNALS)[number];
  /** Events of the process that are waited for; 0 for a moment of its start. */
  readonly afterEvents: number;
  /** Further delay before the kill, in milliseconds. */
  readonly delayMs: number;
}

/** In turn, so that each is as frequent; SIGKILL twice, which leaves no time for anything. */
export const SIGNALS = ['SIGKILL', 'SIGINT', 'SIGKILL', 'SIGTERM', 'SIGHUP'] as const;

/** Where the moments of a plan are. */
export interface KillWindow {
  /** Share of the kills that come at a moment of the process's beginning, whatever it does then. */
  readonly startShare: number;
  /** How long that beginning is, milliseconds. */
  readonly startMs: number;
  /** Most events that the other kills wait for. */
  readonly mostEvents: number;
  /** Longest delay after an event, milliseconds: about what passes until the next, so that it is within any write. */
  readonly eventMs: number;
}

/** Kills at moments of a seeded stream. */
export function killPlan(seed: number, kills: number, window: KillWindow): readonly Kill[] {
  const { startShare, startMs, mostEvents, eventMs } = window;
  const draws = new Float32Array(3 * kills);
  fillUniforms(draws, { seed, image: 0, step: 0, purpose: 'timesteps' });
  return Array.from({ length: kills }, (_, i) => {
    const [place = 0, event = 0, delay = 0] = draws.subarray(3 * i, 3 * i + 3);
    const signal = SIGNALS[i % SIGNALS.length] as Kill['signal'];
    if (place < startShare) return { signal, afterEvents: 0, delayMs: Math.round(startMs * delay) };
    return { signal, afterEvents: 1 + Math.floor(event * mostEvents), delayMs: Math.round(eventMs * delay) };
  });
}
