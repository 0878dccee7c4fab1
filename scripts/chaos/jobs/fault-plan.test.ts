import { expect, it } from 'vitest';
import { faultPlan } from './fault-plan.ts';

it('faultPlan returns the same faults for the same seed, and different faults for another seed', () => {
  expect(faultPlan(1, 20, 2)).toEqual(faultPlan(1, 20, 2));
  expect(faultPlan(1, 20, 2)).not.toEqual(faultPlan(2, 20, 2));
});

it('faultPlan returns all faults in order, between the first image and 90 % of the images', () => {
  const plan = faultPlan(1, 200, 20);
  expect(plan.filter(({ kind }) => kind === 'worker')).toHaveLength(200);
  expect(plan.filter(({ kind }) => kind === 'store')).toHaveLength(20);
  const shares = plan.map(({ share }) => share);
  expect(shares).toEqual(shares.toSorted((a, b) => a - b));
  expect(shares[0]).toBeGreaterThan(0);
  expect(shares.at(-1)).toBeLessThanOrEqual(0.9);
  // Half of 200 is expected: 100, with a standard deviation of 7.
  const first = plan.filter(({ kind, victim }) => kind === 'worker' && victim < 0.5).length;
  expect(first).toBeGreaterThan(70);
  expect(first).toBeLessThan(130);
});
