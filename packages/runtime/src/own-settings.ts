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
 * Returns the settings of a bundle that apply to a request. The bundle's own sampler gets all settings; other
 * samplers get only those that belong to the model. If the request has a spacing, settings that choose the steps are
 * omitted.
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

/** Returns a sampler's settings for a request without settings. */
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
