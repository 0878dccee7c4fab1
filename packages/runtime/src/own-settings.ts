import {
  isFlow,
  type ModelSpec,
  type SchedulerMeaning,
  schedulerMeaning,
  toSchedule,
} from '@isonoise/bundle';
import {
  type GivenSettings,
  type SamplerName,
  type SamplerSettings,
  samplers,
  settingOf,
  settingsOf,
} from '@isonoise/sampler';
import type { SpacingChoice } from '@isonoise/schedule';

/**
 * The settings of a bundle that apply to a request: all to its own sampler, to others those that belong to the model.
 * Those that choose the steps give way to a spacing.
 */
export function ownSettings(
  { sampler: own, settings, variance }: SchedulerMeaning,
  sampler: SamplerName,
  { spacing }: { readonly spacing?: SpacingChoice | undefined } = {},
): SamplerSettings {
  const known = settingsOf(sampler);
  const kept = known.filter(
    (name) =>
      settings[name] !== undefined &&
      (own === sampler || settingOf(name).fromModel === true) &&
      (name !== 'originalSteps' || spacing === undefined),
  );
  return {
    ...Object.fromEntries(kept.map((name) => [name, settings[name]])),
    ...(variance !== null && known.includes('variance') ? { variance } : {}),
  };
}

/** The values of a sampler's settings in requests that do not give them. */
export function usualSettings(
  { scheduler }: Pick<ModelSpec, 'scheduler'>,
  sampler: SamplerName,
): GivenSettings {
  const { settings } = samplers[sampler];
  const schedule = isFlow(scheduler) && settings.shift !== undefined ? toSchedule(scheduler) : null;
  return {
    ...settings,
    ...(schedule?.process === 'flow' ? { shift: schedule.config.shift } : {}),
    ...ownSettings(schedulerMeaning(scheduler), sampler),
  } as GivenSettings;
}
