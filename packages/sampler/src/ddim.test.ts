import { createSchedule, levelsOf } from '@isonoise/schedule';
import { describe, expect, it } from 'vitest';
import { ddim } from './ddim.ts';
import type { Terms } from './row.ts';

describe('the rows of ddim', () => {
  const schedule = createSchedule({ kind: 'linear' });
  const [t, tPrev] = [500, 480];
  const alphaBar = schedule.alphaBars[t] as number;
  const alphaBarPrev = schedule.alphaBars[tPrev] as number;

  /** Computes x_prev for one value. The predicted x0 may be far outside [−1, 1], as with guided networks. */
  function step(x: number, x0: number, epsFromClipped?: boolean): number {
    const eps = (x - Math.sqrt(alphaBar) * x0) / Math.sqrt(1 - alphaBar);
    const grid = { schedule, levels: levelsOf(schedule, [[t, tPrev]]) };
    const [row] = ddim.rows(grid, { epsFromClipped });
    const { x0: fromX0 = 0, x: fromX = 0, eps: fromEps = 0 }: Terms = row?.next ?? {};
    const clipped = Math.max(-1, Math.min(1, x0));
    return fromX0 * clipped + fromX * x + fromEps * eps;
  }

  it('move towards the clipped x0 by default, with noise computed from the clipped x0', () => {
    const x = 0.3;
    const noise = (x - Math.sqrt(alphaBar)) / Math.sqrt(1 - alphaBar);
    const expected = Math.sqrt(alphaBarPrev) + Math.sqrt(1 - alphaBarPrev) * noise;
    // The float64 operations are in a different order.
    expect(step(x, 3)).toBeCloseTo(expected, 12);
  });

  it('move away from an overshooting x0 if they use the predicted noise', () => {
    const overshoots = [1, 2, 3].map((x0) => step(0.3, x0, false));
    expect(overshoots[1]).toBeLessThan(overshoots[0] as number);
    expect(overshoots[2]).toBeLessThan(overshoots[1] as number);
    expect([2, 3].map((x0) => step(0.3, x0))).toEqual([step(0.3, 2), step(0.3, 2)]);
  });
});
