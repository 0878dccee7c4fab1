import { createSchedule } from '@isonoise/schedule';
import { planSampling } from '../src/sample-request.ts';
import type { SamplingPlan } from '../src/sampling-plan.ts';
import type { SavedSampling } from '../src/saved-sampling.ts';

/** The plan of {@link saved}. */
export const plan: SamplingPlan = planSampling({
  shape: { channels: 1, height: 2, width: 2 },
  schedule: createSchedule({ kind: 'trained', betas: [0.1, 0.2, 0.3] }),
  predictionType: 'v_prediction',
  seed: 5,
  images: [3],
  sampler: 'ddim',
  eta: 0.25,
  clip: false,
});

/** A saved run before its second step. Its values are special numbers of float32. */
export const saved: SavedSampling = {
  plan,
  nextStep: 1,
  x: Float32Array.of(-0, 1e-45, 3.4028234663852886e38, Math.PI),
};
