import { createSchedule, type ScheduleConfig, type ScheduleKind } from '@isonoise/schedule';

/**
 * Largest ᾱ at the last timestep that goes unmentioned: a tenth of the image's contrast is left there, √0.01. The usual
 * schedules of 1000 steps leave less: 4·10⁻⁵ linear, 0.0047 scaled linear, 0 cosine.
 */
const MOST_LEFT = 0.01;

/**
 * What is wrong with a schedule that does not end near pure noise. Sampling starts at pure noise, which a model then
 * has never seen in training; its images come out grey and flat.
 *
 * @returns null for a schedule that does
 */
export function scheduleWarning(config: ScheduleConfig): string | null {
  const { config: full, numTrainTimesteps, alphaBars } = createSchedule(config);
  const left = alphaBars[numTrainTimesteps - 1] ?? 1;
  if (left <= MOST_LEFT) return null;
  return (
    `schedule: ${full.kind} noise of ${numTrainTimesteps} timesteps ends at ᾱ = ${left.toPrecision(2)}; expected at most ` +
    `${MOST_LEFT}, near 0. Sampling starts at pure noise, which this model would never see in training. ${ADVICE[full.kind]}`
  );
}

const RAMP = 'Use more timesteps (numTrainTimesteps), a larger betaEnd, or --schedule cosine.';
const ADVICE: { readonly [K in ScheduleKind]: string } = {
  linear: RAMP,
  quadratic: RAMP,
  scaledLinear: RAMP,
  sigmoid: RAMP,
  cosine: 'Use a larger maxBeta.',
  constant: 'Use more timesteps (numTrainTimesteps), a larger beta, or --schedule cosine.',
  trained: 'Use larger betas, or --schedule cosine.',
};
