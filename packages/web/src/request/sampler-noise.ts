import type { ModelSpec } from '@isonoise/bundle';
import { isIsonoiseError } from '@isonoise/error';
import { quietSampler, toSampleRequest } from '@isonoise/runtime';
import { addsNoise, planSampling, samplers } from '@isonoise/sampler';
import type { RequestForm } from './request-form.ts';
import { readSettings, settingTexts } from './setting-texts.ts';

type SamplerTexts = Pick<RequestForm, 'sampler' | 'steps'> & Parameters<typeof readSettings>[1];

/** Whether the sampler of a form adds noise in its steps, so that it cannot draw between two seeds. */
export function hasNoisySteps(form: SamplerTexts, spec: ModelSpec): boolean {
  const { sampler, steps } = form;
  const { settings } = readSettings(sampler, form);
  try {
    return addsNoise(
      planSampling(
        toSampleRequest(
          { ...spec, classes: null, tags: undefined },
          { seed: 0, sampler, steps: Number(steps), ...settings },
        ),
      ),
    );
  } catch (error) {
    // Other checks report settings that are not valid.
    if (isIsonoiseError(error)) return false;
    throw error;
  }
}

/** Returns the fields of a sampler that can draw between two seeds; empty if the sampler of the form already can. */
export function quietFields(form: SamplerTexts, spec: ModelSpec): Partial<RequestForm> {
  if (!hasNoisySteps(form, spec)) return {};
  const sampler = quietSampler(spec);
  const { num_train_timesteps: T } = spec.scheduler;
  return { sampler, steps: String(samplers[sampler].defaultSteps(T)), ...settingTexts(sampler) };
}
