import { progressAt, type StepPlans } from './budget/step-plans.ts';

/** Shapes of the learning rate after warmup. */
export const LEARNING_RATE_KINDS = ['cosine', 'constant', 'linear', 'warmup-stable-decay'] as const;

export type LearningRateKind = (typeof LEARNING_RATE_KINDS)[number];

/** The course of the learning rate during a run. */
export interface LearningRateSchedule {
  readonly kind: LearningRateKind;
  /** Number of steps over which the rate rises linearly from 0 to the base value. */
  readonly warmupSteps: number;
  /**
   * Length of the decay at the end of a run with `warmup-stable-decay`, as a share of the steps after warmup; absent
   * for other kinds.
   */
  readonly decayShare?: number | undefined;
}

/** Default of `decayShare`, as in Hägele et al. 2024. */
export const DECAY_SHARE = 0.2;

/** The shape of the rate after warmup. @param progress from 0 after warmup to 1 at the end of the run */
type Shape = (progress: number, decayShare: number) => number;

const SHAPES: { readonly [K in LearningRateKind]: Shape } = {
  constant: () => 1,
  // Loshchilov & Hutter 2017, "SGDR", eq. 5, with one period that ends at 0.
  cosine: (progress) => 0.5 * (1 + Math.cos(Math.PI * progress)),
  linear: (progress) => 1 - progress,
  // Constant, then linear down to 0: Hägele et al. 2024, "Scaling Laws and Compute-Optimal Training Beyond Fixed
  // Training Durations", eq. 1, with the linear decay.
  'warmup-stable-decay': (progress, decayShare) => Math.min(1, (1 - progress) / decayShare),
};

/**
 * Returns the learning rate of a step. It is base · step/warmup while step ≤ warmup, and then base · shape((step − 1
 * − warmup) / (steps − warmup)). It is above 0 at the first and the last step.
 *
 * @param base the optimizer's learning rate
 * @param step number of the step, from 1
 * @param steps number of steps of the whole run
 * @param plans changes of `steps` during the run. Default: no changes
 */
export function learningRateAt(
  schedule: LearningRateSchedule,
  base: number,
  step: number,
  steps: number,
  plans: StepPlans = [[0, steps]],
): number {
  const { kind, warmupSteps, decayShare = DECAY_SHARE } = schedule;
  if (step <= warmupSteps) return (base * step) / warmupSteps;
  return base * SHAPES[kind](progressAt(plans, warmupSteps, step - 1), decayShare);
}
