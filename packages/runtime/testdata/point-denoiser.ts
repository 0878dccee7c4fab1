import type { ModelSpec } from '@isonoise/bundle';
import { toSchedule, toSchedulerConfig } from '@isonoise/bundle';
import type { Denoiser } from '@isonoise/sampler';
import { levelAt } from '@isonoise/schedule';

/** The data set: one point per class, the null class last. All pixels of a point have the same value. */
export const POINTS: readonly number[] = [-0.5, 0.75, 0];

export const pointSpec: ModelSpec = {
  fractionalTimes: true,
  name: 'points',
  image: { channels: 2, height: 3, width: 4 },
  dataRange: [-1, 1],
  scheduler: toSchedulerConfig({ kind: 'linear', numTrainTimesteps: 100 }),
  classes: { count: 3, names: ['low', 'high'], nullClass: 2 },
};

/**
 * Computes the exact ε for data that consist of one point μ. From x_t = √ᾱ μ + √(1−ᾱ) ε follows ε = (x_t − √ᾱ μ) /
 * √(1−ᾱ). Every sampler must therefore end at μ, with any number of steps.
 */
export function pointDenoiser(spec: ModelSpec, calls: number[] = []): Denoiser {
  const schedule = toSchedule(spec.scheduler);
  return async (x, t, labels) => {
    calls.push(t.length);
    const size = x.length / t.length;
    return x.map((value, i) => {
      const image = Math.floor(i / size);
      const step = t[image] ?? 0;
      const mu = POINTS[labels?.[image] ?? 2] ?? 0;
      // The velocity of flow matching is (x_t − μ) / σ. The timestep of the network is T σ.
      if (schedule.process === 'flow') return ((value - mu) * schedule.numTrainTimesteps) / step;
      const { alpha, sigma } = levelAt(schedule, step);
      return (value - alpha * mu) / sigma;
    });
  };
}
