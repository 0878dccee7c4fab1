// Predictors and correctors with one network call per step. The call at the end of a step corrects that step and predicts
// the next step.
import type { Level } from '@isonoise/schedule';
import type { Grid } from './define-sampler.ts';
import {
  canStartAt,
  currentValue,
  exponentialStep,
  type LineRule,
  type Variable,
} from './exponential-step.ts';
import { mapSteps } from './map-steps.ts';
import { orderAt } from './multistep.ts';
import type { Row, Terms } from './row.ts';
import { recall, X, X0 } from './terms.ts';

export interface PredictorCorrector {
  readonly variable: Variable;
  /** Number of answers that the predictor uses. */
  readonly order: number;
  /** Number of answers that the corrector uses in addition to the one at the end of its step. */
  readonly correctorAnswers: number;
  /** Whether the order falls to 1 towards the end. */
  readonly lowerOrderFinal: boolean;
  readonly line: LineRule;
  /** Number of first steps that are not corrected. Default 0. */
  readonly uncorrectedSteps?: number;
  /** The share of fresh noise in the step from a level. Default: none. */
  readonly eta?: (from: Level) => number;
}

/**
 * Makes the rows of a method. Their memory has the images at the start of the step, the answers (the latest first), and
 * the noise of the step if it had noise.
 */
export function predictorCorrectorRows(grid: Grid, method: PredictorCorrector): readonly Row[] {
  const { levels } = grid;
  const { variable, line, order, correctorAnswers, uncorrectedSteps = 0, eta = () => 0 } = method;
  const steps = levels.length - 1;
  const lowerFinalBelow = method.lowerOrderFinal ? Number.POSITIVE_INFINITY : 0;
  const mostKept = Math.max(order, correctorAnswers);
  const earlier = (count: number, step: number): { level: Level; value: Terms }[] =>
    Array.from({ length: count }, (_, k) => ({ level: levels[step - 1 - k] as Level, value: recall(1 + k) }));

  return mapSteps(grid, (at, to, step) => {
    // The image itself is x_0 and does not depend on x.
    if (to.sigma === 0) return { at, next: X0, keep: [] };
    const current = { level: at, value: currentValue(variable, at) };
    const remembered = Math.min(step, mostKept);
    const before = levels[step - 1];
    const isCorrected = before !== undefined && step > uncorrectedSteps && canStartAt(variable, before);
    const x = isCorrected
      ? exponentialStep({
          variable,
          from: before,
          to: at,
          x: recall(0),
          answers: [
            ...earlier(orderAt(step - 1, steps, { order: correctorAnswers, lowerFinalBelow }), step),
            current,
          ],
          line,
          eta: eta(before),
          noise: recall(1 + remembered),
        })
      : X;
    const used = orderAt(step, steps, { order, lowerFinalBelow });
    const share = eta(at);
    const kept = [
      x,
      current.value,
      ...Array.from({ length: Math.min(remembered, mostKept - 1) }, (_, k) => recall(1 + k)),
      ...(share === 0 ? [] : [{ noise: [1] }]),
    ];
    return {
      at,
      next: exponentialStep({
        variable,
        from: at,
        to,
        x,
        answers: [current, ...earlier(used - 1, step)],
        line,
        eta: share,
      }),
      keep: step + 1 === steps ? [] : kept,
    };
  });
}
