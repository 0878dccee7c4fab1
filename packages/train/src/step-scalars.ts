import type { StepFeeds } from './engine.ts';
import type { StepOptions } from './step.ts';

/** The scalars of one step, in float64; engines cast them once. */
export function stepScalars(
  { learningRate, emaDecay, step }: StepFeeds,
  { beta1, beta2 }: StepOptions,
): { learningRate: number; emaDecay: number; correction1: number; correction2: number } {
  return { learningRate, emaDecay, correction1: 1 - beta1 ** step, correction2: 1 - beta2 ** step };
}
