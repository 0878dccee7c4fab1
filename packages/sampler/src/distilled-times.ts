// The times of Luo et al., "Latent Consistency Models" (2023), section 4.3: a consistency model is distilled on a grid of few
// timesteps, and sampled at some of these timesteps. diffusers: LCMScheduler and TCDScheduler, `original_inference_steps`.
import { plural } from '@isonoise/error';
import { samplerError } from './errors.ts';
import type { SettingValues } from './settings.ts';

/**
 * Lists n times of the grid that a model was distilled on. Its times are ⌊T / originalSteps⌋ apart and below T.
 *
 * @returns the times, most noise first; null if `originalSteps` is null or invalid
 * @throws `SAMPLER_REQUEST` if the grid has fewer times than n or more than T
 */
export function distilledTimesOf(
  T: number,
  n: number,
  { originalSteps }: Pick<SettingValues, 'originalSteps'>,
): readonly number[] | null {
  // Invalid values are refused later, by the check of the plan's settings.
  if (originalSteps === null || !(Number.isSafeInteger(originalSteps) && originalSteps >= 1)) return null;
  if (originalSteps > T || n > originalSteps) {
    throw samplerError(
      'SAMPLER_REQUEST',
      `sample: originalSteps is ${originalSteps}; expected at least the ${plural(n, 'step')} and at most the ${plural(T, 'training timestep')}.`,
    );
  }
  const stride = Math.floor(T / originalSteps);
  return Array.from({ length: n }, (_, i) => {
    const skipped = Math.floor(i * (originalSteps / n));
    return (originalSteps - skipped) * stride - 1;
  });
}
