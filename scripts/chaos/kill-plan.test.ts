import { expect, it } from 'vitest';
import { killPlan, SIGNALS } from './kill-plan.ts';

const WINDOW = { startShare: 0.25, startMs: 4000, mostEvents: 20, eventMs: 30 };

it('killPlan returns the same kills for the same seed, also in a shorter plan, and different kills for another seed', () => {
  expect(killPlan(1, 40, WINDOW)).toEqual(killPlan(1, 40, WINDOW));
  expect(killPlan(1, 40, WINDOW)).not.toEqual(killPlan(2, 40, WINDOW));
  expect(killPlan(1, 40, WINDOW).slice(0, 10)).toEqual(killPlan(1, 10, WINDOW));
});

it('killPlan cycles through the signals, and kills some processes at the start and others after an event', () => {
  const plan = killPlan(1, 200, WINDOW);
  expect(plan.map(({ signal }) => signal).slice(0, 6)).toEqual([...SIGNALS, SIGNALS[0]]);
  const starts = plan.filter(({ afterEvents }) => afterEvents === 0).length;
  // A quarter of 200 is expected: 50, with a standard deviation of 6.
  expect(starts).toBeGreaterThan(30);
  expect(starts).toBeLessThan(70);
  for (const { afterEvents, delayMs } of plan) {
    expect(afterEvents).toBeLessThanOrEqual(20);
    expect(delayMs).toBeLessThanOrEqual(afterEvents === 0 ? 4000 : 30);
  }
});
