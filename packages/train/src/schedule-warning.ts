import { plural } from '@isonoise/error';
import { createSchedule, type FullDiffusionConfig, type ScheduleConfig } from '@isonoise/schedule';

/**
 * Largest ᾱ of the last timestep without a warning. With this ᾱ, a tenth (√0.01) of the image's contrast
 * is left. The usual schedules of 1000 steps leave less. Their ᾱ is 4·10⁻⁵ for linear, 0.0047 for scaled linear, and
 * about 0 for cosine.
 */
const MOST_LEFT = 0.01;

/**
 * Returns a warning about a schedule that does not end near pure noise. Sampling starts from pure noise, but a model
 * with such a schedule is never trained on it. Its images are then grey and flat.
 *
 * @returns the warning; null for a schedule that ends near pure noise
 */
export function scheduleWarning(config: ScheduleConfig): string | null {
  const schedule = createSchedule(config);
  // Schedules without β end with pure noise.
  if (schedule.process !== 'diffusion') return null;
  const { config: full, numTrainTimesteps, alphaBars } = schedule;
  const left = alphaBars[numTrainTimesteps - 1] ?? 1;
  if (left <= MOST_LEFT) return null;
  return (
    `schedule: ${full.kind} noise of ${plural(numTrainTimesteps, 'timestep')} ends at ᾱ = ${left.toPrecision(2)}; expected at most ` +
    `${MOST_LEFT}. Sampling starts from pure noise, on which this model would never be trained. ${ADVICE[full.kind]}`
  );
}

const RAMP = 'Use more timesteps (numTrainTimesteps), a larger betaEnd, or --schedule cosine.';
const ADVICE: { readonly [K in FullDiffusionConfig['kind']]: string } = {
  linear: RAMP,
  quadratic: RAMP,
  scaledLinear: RAMP,
  sigmoid: RAMP,
  cosine: 'Use a larger maxBeta.',
  constant: 'Use more timesteps (numTrainTimesteps), a larger beta, or --schedule cosine.',
  trained: 'Use larger betas, or --schedule cosine.',
};
