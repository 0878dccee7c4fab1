import { describe, expect, it } from 'vitest';
import { levelAt } from './level.ts';
import { levelAtLambda } from './level-at-lambda.ts';
import { createSchedule } from './schedule.ts';

const schedule = createSchedule({ kind: 'linear' });

describe('levelAtLambda', () => {
  it.each([0, 1, 499, 998, 999])('returns the level of timestep %i for its λ', (t) => {
    expect(levelAtLambda(schedule, levelAt(schedule, t).lambda)).toEqual(levelAt(schedule, t));
  });

  it('interpolates t between timesteps in λ', () => {
    const [earlier, later] = [levelAt(schedule, 300), levelAt(schedule, 301)];
    const lambda = 0.75 * earlier.lambda + 0.25 * later.lambda;
    const { t, alpha, sigma } = levelAtLambda(schedule, lambda);
    // λ is near 0.2, where rounding errors are 3e-17. One timestep changes λ by 0.01.
    expect(t).toBeCloseTo(300.25, 12);
    expect(Math.log(alpha / sigma)).toBeCloseTo(lambda, 14);
    expect(alpha ** 2 + sigma ** 2).toBeCloseTo(1, 15);
  });

  it('keeps t inside the schedule for levels outside it', () => {
    const [first, last] = [levelAt(schedule, 0), levelAt(schedule, 999)];
    expect(levelAtLambda(schedule, first.lambda + 1)).toMatchObject({ t: 0, lambda: first.lambda + 1 });
    expect(levelAtLambda(schedule, last.lambda - 1)).toMatchObject({ t: 999, lambda: last.lambda - 1 });
  });

  it('has alpha + sigma = 1 and t = T · sigma for flow matching', () => {
    const flow = createSchedule({ kind: 'flow' });
    const { t, alpha, sigma, lambda } = levelAt(flow, 249);
    const found = levelAtLambda(flow, lambda);
    for (const [value, expected] of [
      [found.t / t, 1],
      [found.alpha, alpha],
      [found.sigma, sigma],
    ] as const)
      expect(value).toBeCloseTo(expected, 14);
  });

  it.each([
    ['in the schedule', schedule, 300.25],
    [
      'below pure noise, where λ is infinite',
      createSchedule({ kind: 'linear', zeroTerminalSnr: true }),
      998.5,
    ],
  ] as const)('is the inverse of levelAt at fractional times %s', (_, schedule, t) => {
    const level = levelAt(schedule, t);
    const found = levelAtLambda(schedule, level.lambda);
    for (const key of ['t', 'alpha', 'sigma', 'lambda'] as const)
      expect(found[key]).toBeCloseTo(level[key], 11);
  });
});
