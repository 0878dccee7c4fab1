import { type ModelSpec, toSchedule } from '@isonoise/bundle';
import { plural } from '@isonoise/error';
import { type CreateSchedule, spacedSteps } from '@isonoise/schedule';
import { type SpacingRequest, spacingOf } from './request-spacing.ts';

/**
 * Maximum difference between ᾱ at a run's first timestep and ᾱ at T−1. With a larger difference, the network expects
 * visibly less noise at the first timestep than at T−1.
 */
const VISIBLE_SIGNAL = 0.05;

/**
 * Returns notes with advice about a valid request; usually none. They are ASCII text, which fits in an HTTP header.
 *
 * A run starts from pure noise, but spacing `leading` starts at timestep ⌊T/n⌋·(n−1) instead of T−1. If the number of
 * steps n is very small or does not divide T, the network expects partly visible images at this timestep. The results
 * are then poor.
 *
 * @throws `SCHEDULE_SPACING` if there are more steps than timesteps
 */
export function samplingNotes(
  { scheduler }: Pick<ModelSpec, 'scheduler'>,
  request: SpacingRequest,
  create?: CreateSchedule,
): readonly string[] {
  // Given images already have the noise level of the first step.
  if (request.start !== undefined || request.edit !== undefined) return [];
  const { steps, spacing } = spacingOf(scheduler, request);
  const schedule = toSchedule(scheduler, create);
  const [[first] = [0]] = spacedSteps(schedule, spacing, steps);
  const rule = typeof spacing === 'object' && 'rule' in spacing ? spacing.rule : undefined;
  if (steps === undefined || rule !== 'leading') return [];
  // Flow matching refuses `leading`.
  if (schedule.process !== 'diffusion') return [];
  const { alphaBars, numTrainTimesteps: T } = schedule;
  const alphaBar = alphaBars[first] ?? Number.NaN;
  const missed = alphaBar - (alphaBars[T - 1] ?? Number.NaN);
  const divides = T % steps === 0;
  if (divides && missed < VISIBLE_SIGNAL) return [];
  const why = divides ? '' : `, which do not divide the ${plural(T, 'timestep')},`;
  const better = divides ? 'more steps' : `a number of steps that divides ${T}`;
  return [
    `spacing leading with ${plural(steps, 'step')}${why} starts at timestep ${first}, where alphaBar is ` +
      `${alphaBar.toPrecision(2)}; pure noise belongs to timestep ${T - 1}. Use spacing trailing or linspace, or ${better}.`,
  ];
}
