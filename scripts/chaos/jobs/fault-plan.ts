import { fillUniforms } from '@isonoise/random';

/** A fault during a job: a worker or Redis is killed. */
export interface Fault {
  readonly kind: 'worker' | 'store';
  /** Share of the images after which the fault happens. */
  readonly share: number;
  /** Further delay in milliseconds, so that the fault can hit any moment of a range. */
  readonly delayMs: number;
  /** Which worker is killed: a number in [0, 1), to be multiplied by the number of workers. */
  readonly victim: number;
}

/** All faults happen between these shares of the images, so that the job is still running. */
const [FIRST_SHARE, LAST_SHARE] = [0.02, 0.9];
const MOST_DELAY_MS = 1000;

/** Draws the faults of a job from a seeded stream, in the order in which they happen. */
export function faultPlan(seed: number, kills: number, restarts: number): readonly Fault[] {
  const count = kills + restarts;
  const draws = new Float32Array(3 * count);
  fillUniforms(draws, { seed, image: 1, step: 0, purpose: 'timesteps' });
  return Array.from({ length: count }, (_, i): Fault => {
    const [place = 0, delay = 0, victim = 0] = draws.subarray(3 * i, 3 * i + 3);
    return {
      kind: i < kills ? 'worker' : 'store',
      share: FIRST_SHARE + (LAST_SHARE - FIRST_SHARE) * place,
      delayMs: Math.round(MOST_DELAY_MS * delay),
      victim,
    };
  }).sort((a, b) => a.share - b.share);
}
