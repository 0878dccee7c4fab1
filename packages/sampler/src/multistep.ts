import type { Level } from '@isonoise/schedule';
import type { Grid } from './define-sampler.ts';
import { mapSteps } from './map-steps.ts';
import type { Row, Terms } from './row.ts';
import { recall } from './terms.ts';

/** What the network said of a level: x_0, or ε. */
export interface Answer {
  readonly level: Level;
  readonly value: Terms;
}

/** A method that uses the answers of earlier steps. */
export interface Multistep {
  /** Largest number of answers that a step uses, the current one included. */
  readonly order: number;
  /** The order falls to 1 towards the end of runs with fewer steps than this. Default 0. */
  readonly lowerFinalBelow?: number;
  /** What is kept of an answer. */
  readonly answer: (at: Level) => Terms;
  /** The step from the level of the first answer; the first answer is the current one, then the one before. */
  readonly next: (answers: readonly [Answer, ...Answer[]], to: Level) => Terms;
}

/** Makes the rows of a multistep method: one network call a step; the first steps have a lower order. */
export function multistepRows(grid: Grid, method: Multistep): readonly Row[] {
  const { levels } = grid;
  const steps = levels.length - 1;
  return mapSteps(grid, (at, to, step) => {
    const left = steps < (method.lowerFinalBelow ?? 0) ? steps - step : method.order;
    const order = Math.min(method.order, step + 1, left);
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
