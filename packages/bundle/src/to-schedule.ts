import { isIsonoiseError, plural } from '@isonoise/error';
import {
  type CreateSchedule,
  createSchedule,
  type FullScheduleConfig,
  levelAt,
  parseScheduleConfig,
  type Schedule,
  type ScheduleConfig,
  type SpacingChoice,
  scheduleError,
  spacedSteps,
} from '@isonoise/schedule';

import type { DiffusionSchedulerConfig, SchedulerConfig } from './scheduler-config.ts';
import { isFlow, isSine, schedulerMeaning } from './scheduler-meaning.ts';

/** Largest β of `squaredcos_cap_v2` in diffusers. The configuration has no key for it. */
export const DIFFUSERS_MAX_BETA = 0.999;

/**
 * Converts the noise settings of a scheduler configuration to a schedule config.
 *
 * @throws `SCHEDULE_CONFIG` if β or the number of timesteps is out of range; its cause is the schedule's error
 */
export function toScheduleConfig(scheduler: SchedulerConfig): FullScheduleConfig {
  if (isFlow(scheduler)) {
    const { num_train_timesteps: numTrainTimesteps, shift } = scheduler;
    return refusing(() => parseScheduleConfig({ kind: 'flow', numTrainTimesteps, shift }));
  }
  if (isSine(scheduler)) {
    const { num_train_timesteps: numTrainTimesteps } = scheduler;
    return refusing(() => parseScheduleConfig({ kind: 'sine', numTrainTimesteps }));
  }
  const { trained_betas: betas, num_train_timesteps: numTrainTimesteps } = scheduler;
  const ramp = { numTrainTimesteps, betaStart: scheduler.beta_start, betaEnd: scheduler.beta_end };
  if (betas !== null && betas.length !== numTrainTimesteps) {
    refuse(
      `trained_betas has ${plural(betas.length, 'value')}; expected ${numTrainTimesteps}, the value of num_train_timesteps.`,
    );
  }
  const byName = {
    linear: { kind: 'linear', ...ramp },
    scaled_linear: { kind: 'scaledLinear', ...ramp },
    sigmoid: { kind: 'sigmoid', ...ramp },
    squaredcos_cap_v2: { kind: 'cosine', numTrainTimesteps, maxBeta: DIFFUSERS_MAX_BETA },
  } as const satisfies Record<DiffusionSchedulerConfig['beta_schedule'], ScheduleConfig>;
  const zeroSnr = scheduler.rescale_betas_zero_snr === true ? { zeroTerminalSnr: true } : {};
  const named: ScheduleConfig = betas === null ? byName[scheduler.beta_schedule] : { kind: 'trained', betas };
  return refusing(() => parseScheduleConfig({ ...named, ...zeroSnr }));
}

/**
 * Creates the schedule of a scheduler configuration.
 *
 * @throws `SCHEDULE_CONFIG` as {@link toScheduleConfig}, or if ᾱ underflows at the last timesteps
 */
export function toSchedule(scheduler: SchedulerConfig, create: CreateSchedule = createSchedule): Schedule {
  const config = toScheduleConfig(scheduler);
  return refusing(() => create(config));
}

/**
 * Returns the time that a network receives at a training timestep. It is the timestep itself for diffusion, T · σ for
 * flow matching, and a number in [0, 1] for a sine schedule.
 *
 * @throws `SCHEDULE_CONFIG`; `SCHEDULE_TIMESTEP`
 */
export const networkTime = (scheduler: SchedulerConfig, timestep: number): number =>
  levelAt(toSchedule(scheduler), timestep).t;

function refusing<T>(make: () => T): T {
  try {
    return make();
  } catch (cause) {
    if (isIsonoiseError(cause)) return refuse(cause.message, cause);
    throw cause;
  }
}

function refuse(problem: string, cause?: unknown): never {
  throw scheduleError('SCHEDULE_CONFIG', `scheduler_config.json: ${problem} Correct the scheduler.`, {
    cause,
  });
}

/**
 * Lists the timesteps that a scheduler configuration visits in `steps` steps.
 *
 * @param spacing spacing of the timesteps. Default: the spacing of the configuration. `leading` always uses the
 *   configuration's offset
 * @returns `[steps]`, strictly decreasing
 * @throws `SCHEDULE_SPACING` if there are more steps than timesteps, the offset exceeds the last timestep, or the spacing
 *   does not fit the schedule
 */
export function toTimesteps(
  scheduler: SchedulerConfig,
  steps: number,
  spacing: SpacingChoice = schedulerMeaning(scheduler).spacing,
): readonly number[] {
  // As in diffusers, only `leading` has an offset.
  const choice =
    spacing === 'leading' ? { rule: spacing, offset: schedulerMeaning(scheduler).offset } : spacing;
  return spacedSteps(toSchedule(scheduler), choice, steps).map(([t]) => t);
}
