import type { Level } from '@isonoise/schedule';
import type { Grid } from './define-sampler.ts';
import type { Answer } from './exponential-step.ts';
import { mapSteps } from './map-steps.ts';
import type { Row, Terms } from './row.ts';
import { recall } from './terms.ts';

/** Parameters that determine the order of each step of a method that uses answers of earlier steps. */
export interface StepOrders {
  /** Largest number of answers that a step uses, the current one included. */
  readonly order: number;
  /** The order falls to 1 towards the end of runs with fewer steps than this. Default 0. */
  readonly lowerFinalBelow?: number;
  /** Whether the last step has order 1. Default false. */
  readonly eulerAtFinal?: boolean;
}

export interface Multistep extends StepOrders {
  /** Whether later steps use the answer at pure noise, where λ and σ/α are infinite. Default false. */
  readonly usesPureNoise?: boolean;
  /** Selects the array to keep for the answer at a level. */
  readonly answer: (at: Level) => Terms;
  /** Computes the step from the level of the first answer. The answers are ordered from the current one to the oldest. */
  readonly next: (answers: readonly [Answer, ...Answer[]], to: Level) => Terms;
}

/**
 * In runs with fewer steps than this, the last steps of multistep DPM-Solver and DEIS have a lower order, as in
 * diffusers.
 */
const FEW_STEPS = 15;

/** The setting `lowerOrderFinal` of multistep DPM-Solver and DEIS, as a number of steps. */
export const lowerFinal = (isOn: boolean): number => (isOn ? FEW_STEPS : 0);

/** The order of a step. The first steps have a lower order, because only few answers exist. */
export function orderAt(step: number, steps: number, orders: StepOrders): number {
  const left = steps < (orders.lowerFinalBelow ?? 0) ? steps - step : orders.order;
  const last = orders.eulerAtFinal === true && step + 1 === steps ? 1 : orders.order;
  return Math.min(orders.order, step + 1, left, last);
}

/** Makes the rows of a multistep method. Each step has one network call. The first steps have a lower order. */
export function multistepRows(grid: Grid, method: Multistep): readonly Row[] {
  const { levels } = grid;
  const steps = levels.length - 1;
  return mapSteps(grid, (at, to, step) => {
    const leavesOut = levels[0]?.alpha === 0 && method.usesPureNoise !== true;
    const usable = leavesOut ? Math.max(1, step) : step + 1;
    const order = Math.min(orderAt(step, steps, method), usable);
    const earlier = Array.from({ length: order - 1 }, (_, k) => ({
      level: levels[step - 1 - k] as Level,
      value: recall(k),
    }));
    const current = method.answer(at);
    const kept = step + 1 === steps ? 0 : Math.min(method.order - 1, step + 1);
    return {
      at,
      next: method.next([{ level: at, value: current }, ...earlier], to),
      keep: Array.from({ length: kept }, (_, k) => (k === 0 ? current : recall(k - 1))),
    };
  });
}
