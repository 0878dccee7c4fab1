import { expect, it } from 'vitest';
import { Pace } from './pace.ts';

it('Pace returns the median of the last steps, unaffected by one slow step', () => {
  const pace = new Pace();
  expect(pace.secondsPerStep).toBe(0);
  for (const ms of [9000, 500, 510, 520, 100_000]) pace.add(ms);
  expect(pace.secondsPerStep).toBe(0.52);
  for (let i = 0; i < 21; i++) pace.add(200);
  expect(pace.secondsPerStep).toBe(0.2);
});
