import { type ModelSpec, schedulerMeaning } from '@isonoise/bundle';
import { pickSettings, type SamplerSettings, samplers } from '@isonoise/sampler';
import type { SpacingChoice } from '@isonoise/schedule';
import { defaultSampler } from './default-sampler.ts';
import type { ModelSampleRequest } from './model-request.ts';
import { ownSettings } from './own-settings.ts';

/** The settings that determine the steps of a request. */
export type SpacingRequest = Pick<ModelSampleRequest, 'spacing' | 'steps' | 'sampler' | 'start' | 'edit'> &
  SamplerSettings;

/**
 * Resolves the spacing and the number of steps of a request. With a list of times, the number of steps has no
 * default.
 */
export function spacingOf(
  scheduler: ModelSpec['scheduler'],
  request: SpacingRequest,
): { readonly spacing: SpacingChoice; readonly steps: number | undefined } {
  const meaning = schedulerMeaning(scheduler);
  const { num_train_timesteps: T } = scheduler;
  const name = request.sampler ?? defaultSampler({ scheduler });
  const own = name === defaultSampler({ scheduler }) ? meaning.steps : null;
  const n = request.steps ?? own ?? samplers[name].defaultSteps(T);
  const settings = { ...ownSettings(meaning, name, request), ...pickSettings(request) };
  const times = request.spacing === undefined ? samplers[name].times?.(T, n, settings) : null;
  const chosen = times ?? request.spacing ?? meaning.spacing;
  const usual = Array.isArray(chosen) ? undefined : n;
  // As in diffusers, only `leading` has an offset.
  const spacing = chosen === 'leading' ? { rule: chosen, offset: meaning.offset } : chosen;
  return { spacing, steps: request.steps ?? usual };
}
