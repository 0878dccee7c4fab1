import { type ModelSpec, toSchedule } from '@isonoise/bundle';
import type { CreateSchedule } from '@isonoise/schedule';
import { type ModelSampleRequest, timestepsOf } from './model-request.ts';

/** From this difference to ᾱ of the last timestep on, the images of a first timestep would visibly be less noisy. */
const VISIBLE_SIGNAL = 0.05;

/**
 * What the caller of a valid request should know, each with what to do about it; mostly empty. ASCII, so that a header
 * may carry it.
 *
 * Sampling begins with pure noise. `leading` begins at ⌊T/n⌋·(n−1) and not at T−1: with a number of steps that does not
 * divide T, or very few, the network expects images that are still partly visible there, and draws scribbles.
 *
 * @throws `SCHEDULE_SPACING` more steps than timesteps
 */
export function samplingNotes(
  { scheduler }: Pick<ModelSpec, 'scheduler'>,
  request: Pick<ModelSampleRequest, 'spacing' | 'steps' | 'sampler'>,
  create?: CreateSchedule,
): readonly string[] {
  const { rule, steps, spacing } = timestepsOf(scheduler, request);
  if (rule !== 'leading' || steps === undefined || typeof spacing === 'string') return [];
  const T = scheduler.num_train_timesteps;
  const first = spacing[0] ?? 0;
  const { alphaBars } = toSchedule(scheduler, create);
  const alphaBar = alphaBars[first] ?? Number.NaN;
  const missed = alphaBar - (alphaBars[T - 1] ?? Number.NaN);
  const divides = T % steps === 0;
  if (divides && missed < VISIBLE_SIGNAL) return [];
  const why = divides ? '' : `, which do not divide the ${T} timesteps,`;
  const better = divides ? 'more steps' : `a number of steps that divides ${T}`;
  return [
    `spacing leading with ${steps} ${steps === 1 ? 'step' : 'steps'}${why} begins at timestep ${first}, where alphaBar is ` +
      `${alphaBar.toPrecision(2)}; the noise it begins with belongs to ${T - 1}. Use spacing trailing or linspace, or ${better}.`,
  ];
}
