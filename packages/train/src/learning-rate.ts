/** How the learning rate changes during a run. */
export interface LearningRateSchedule {
  readonly kind: 'constant' | 'cosine';
  /** Number of steps over which the rate rises linearly from 0 to the base value. */
  readonly warmupSteps: number;
}

type Shape = (progress: number) => number;

const SHAPES: { readonly [K in LearningRateSchedule['kind']]: Shape } = {
  constant: () => 1,
  // Loshchilov & Hutter 2017, "SGDR", eq. 5, one period down to 0.
  cosine: (progress) => 0.5 * (1 + Math.cos(Math.PI * progress)),
};

/**
 * Returns the learning rate of a step: base · step/warmup while step ≤ warmup, then base · shape((step − 1 −
 * warmup) / (steps − warmup)). The rate is above 0 at the first and at the last step.
 *
 * @param base the optimizer's learning rate
 * @param step from 1
 * @param steps of the whole run
 */
export function learningRateAt(
  schedule: LearningRateSchedule,
  base: number,
  step: number,
  steps: number,
): number {
  const { kind, warmupSteps } = schedule;
  if (step <= warmupSteps) return (base * step) / warmupSteps;
  return base * SHAPES[kind]((step - 1 - warmupSteps) / Math.max(1, steps - warmupSteps));
}
