import { expect, it } from 'vitest';
import { MOST_LINEAR, timeRatio } from './time-ratio.ts';

/** Returns a function that takes `count` steps. */
const steps = (count: number) => (): void => {
  let sum = 0;
  for (let i = 0; i < count; i++) sum += Math.sqrt(i);
  expect(sum).toBeGreaterThan(0);
};

it('timeRatio distinguishes linear from quadratic time', () => {
  const linear = timeRatio(steps(1e5), steps(16e5));
  expect(linear).toBeLessThan(MOST_LINEAR);
  expect(linear).toBeGreaterThan(4);
  expect(timeRatio(steps(200 ** 2), steps(3200 ** 2))).toBeGreaterThan(MOST_LINEAR);
});
