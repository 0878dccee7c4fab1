import { fillUniforms } from '@isonoise/random';

/** Signal and time of a kill. */
export interface Kill {
  readonly signal: (typeof SIGNALS)[number];
  /** Number of events to wait for; 0 for a kill at the start. */
  readonly afterEvents: number;
  /** Further delay before the kill, in milliseconds. */
  readonly delayMs: number;
}

/** Signals of the kills, used in turn. SIGKILL occurs twice, because it leaves no time to clean up. */
export const SIGNALS = ['SIGKILL', 'SIGINT', 'SIGKILL', 'SIGTERM', 'SIGHUP'] as const;

/** Ranges from which the times of a plan are drawn. */
export interface KillWindow {
  /** Share of the kills that come soon after the process starts, regardless of its progress. */
  readonly startShare: number;
  /** Length of the start, in milliseconds. */
  readonly startMs: number;
  /** Largest number of events for which the other kills wait. */
  readonly mostEvents: number;
  /**
   * Longest delay after an event, in milliseconds. This is about the time between two events, so that kills can hit
   * every write.
   */
  readonly eventMs: number;
}

/** Draws kills from a seeded stream. */
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
