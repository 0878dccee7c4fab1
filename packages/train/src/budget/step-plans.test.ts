import { describe, expect, it } from 'vitest';
import { learningRateAt } from '../learning-rate.ts';
import { planProblem, progressAt, withPlan } from './step-plans.ts';

describe('progressAt', () => {
  it('is (done - warmup) / (steps - warmup) with one plan, bit for bit', () => {
    for (const done of [3, 10, 57, 99]) expect(progressAt([[0, 100]], 3, done)).toBe((done - 3) / 97);
  });

  it('keeps the progress at a change, and reaches 1 after the last step of the new plan', () => {
    const plans = [
      [0, 100],
      [40, 220],
    ] as const;
    expect(progressAt(plans, 0, 40)).toBe(0.4);
    // The progress is 0.4, plus half of the rest after 90 of 180 steps.
    expect(progressAt(plans, 0, 130)).toBeCloseTo(0.7, 12);
    expect(progressAt(plans, 0, 220)).toBeCloseTo(1, 12);
    // The steps before the change follow the old plan.
    expect(progressAt(plans, 0, 39)).toBe(0.39);
    expect(progressAt([...plans, [130, 140]], 0, 135)).toBeCloseTo(0.85, 12);
  });

  it('counts from the end of warmup if the plan changes during warmup', () => {
    const plans = [
      [0, 1000],
      [4, 60],
    ] as const;
    expect(progressAt(plans, 10, 35)).toBeCloseTo(0.5, 12);
  });

  it('leads to a cosine that decreases without jumps and ends near 0', () => {
    const schedule = { kind: 'cosine', warmupSteps: 5 } as const;
    const plans = [
      [0, 100],
      [50, 70],
      [60, 90],
    ] as const;
    const rates = Array.from({ length: 90 }, (_, i) => learningRateAt(schedule, 1, i + 1, 90, plans));
    for (let i = 5; i < 89; i++) expect((rates[i] ?? 0) - (rates[i + 1] ?? 0)).toBeGreaterThan(0);
    // The slope is largest after the first change, when half of the progress is left for 20 steps. It is then π/2 ·
    // 1/2 / 20 = 0.04.
    for (let i = 5; i < 89; i++) expect((rates[i] ?? 0) - (rates[i + 1] ?? 0)).toBeLessThan(0.05);
    expect(rates[89]).toBeLessThan(1e-3);
    expect(rates[89]).toBeGreaterThan(0);
  });
});

it('withPlan removes plans of an abandoned history', () => {
  const plans = [
    [0, 100],
    [20, 90],
    [40, 80],
  ] as const;
  expect(withPlan(plans, 30, 95)).toEqual([
    [0, 100],
    [20, 90],
    [30, 95],
  ]);
  expect(withPlan(plans, 0, 95)).toEqual([[0, 95]]);
});

it('planProblem reports impossible plans', () => {
  expect(planProblem([[0, 10]], 10)).toBeNull();
  expect(planProblem(withPlan([[0, 10]], 7, 7), 7)).toBeNull();
  expect(planProblem([[0, 10]], 12)).toBe('stepPlans ends with 10 steps; expected 12, the value of steps');
  expect(planProblem([[3, 10]], 10)).toBe('stepPlans begins at 3; expected 0');
  expect(
    planProblem(
      [
        [0, 10],
        [9, 8],
      ],
      8,
    ),
  ).toBe('stepPlans has [9, 8]; expected increasing steps, none above its plan');
});
