import { encodeSampling, planSampling, sliceStart } from '@isonoise/sampler';
import { createSchedule } from '@isonoise/schedule';
import { expect, it } from 'vitest';
import { stateBytes } from './state-bytes.ts';

it.each([
  ['ddim', 0],
  // This sampler keeps one more array of the size of the images.
  ['dpmpp-2m', 1],
] as const)('stateBytes is the size of the arrays in a saved state of the sampler %s', (sampler, kept) => {
  const plan = planSampling({
    shape: { channels: 3, height: 32, width: 32 },
    schedule: createSchedule({ kind: 'linear', numTrainTimesteps: 100 }),
    predictionType: 'epsilon',
    seed: 1,
    images: 100,
    sampler,
    steps: 10,
  });
  const first = sliceStart({ plan, nextStep: 0 }, 0, 20);
  const memory = Array.from({ length: kept }, () => first.x);
  const text = encodeSampling({ ...first, nextStep: 5, ...(kept === 0 ? {} : { memory }) });
  expect(stateBytes(plan, 20)).toBeLessThan(text.length);
  expect(stateBytes(plan, 20)).toBeGreaterThan(0.99 * text.length);
});
