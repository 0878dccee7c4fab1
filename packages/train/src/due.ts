import type { TrainConfig } from './train-config.ts';

/** Returns whether a sample sheet is due after a step. */
export function isSampled({ sampleEvery, steps }: TrainConfig, step: number): boolean {
  return sampleEvery > 0 && (step % sampleEvery === 0 || step === steps);
}

/** Returns whether a quality measurement is due after a step. */
export function isMeasured({ evaluateEvery, steps }: TrainConfig, step: number): boolean {
  return evaluateEvery > 0 && (step % evaluateEvery === 0 || step === steps);
}

/** Returns the number of quality measurements that are left after a step. */
export function measurementsAfter({ evaluateEvery, steps }: TrainConfig, step: number): number {
  return evaluateEvery === 0 ? 0 : Math.ceil(steps / evaluateEvery) - Math.floor(step / evaluateEvery);
}
