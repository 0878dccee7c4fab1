import type { TrainConfig } from './train-config.ts';

/** Whether a sample grid is due after a step. */
export function isSampled({ sampleEvery, steps }: TrainConfig, step: number): boolean {
  return sampleEvery > 0 && (step % sampleEvery === 0 || step === steps);
}

/** Whether the quality is measured after a step. */
export function isMeasured({ evaluateEvery, steps }: TrainConfig, step: number): boolean {
  return evaluateEvery > 0 && (step % evaluateEvery === 0 || step === steps);
}

/** Number of measurements after a step. */
export function measurementsAfter({ evaluateEvery, steps }: TrainConfig, step: number): number {
  return evaluateEvery === 0 ? 0 : Math.ceil(steps / evaluateEvery) - Math.floor(step / evaluateEvery);
}
