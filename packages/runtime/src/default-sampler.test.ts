import { type ModelSpec, parseSchedulerConfig, toSchedulerConfig } from '@isonoise/bundle';
import { planSampling, type SamplerName } from '@isonoise/sampler';
import { expect, it } from 'vitest';
import { defaultSampler } from './default-sampler.ts';
import { toSampleRequest } from './model-request.ts';
import { samplingNotes } from './sampling-notes.ts';

const specOf = (scheduler: ModelSpec['scheduler']): ModelSpec => ({
  name: 'm',
  image: { channels: 1, height: 2, width: 2 },
  dataRange: [-1, 1],
  scheduler,
  classes: null,
});
const spaced = (spacing: 'leading' | 'linspace' | 'trailing') =>
  specOf(toSchedulerConfig({ kind: 'cosine' }, { timestep_spacing: spacing }));

it('the default sampler is dpmpp-2m-sde for spacing trailing, and DDIM for other spacings', () => {
  expect(defaultSampler(spaced('trailing'))).toBe('dpmpp-2m-sde');
  expect(defaultSampler(spaced('leading'))).toBe('ddim');
  expect(defaultSampler(spaced('linspace'))).toBe('ddim');
  expect(defaultSampler(specOf(toSchedulerConfig({ kind: 'flow' })))).toBe('flow-euler');
  expect(defaultSampler(specOf(toSchedulerConfig({ kind: 'sine' })))).toBe('ipndm');
});

it('the default sampler is DDIM for a bundle that names DDIMScheduler or has no spacing', () => {
  const named = { _class_name: 'DDIMScheduler', timestep_spacing: 'trailing' };
  expect(defaultSampler(specOf(parseSchedulerConfig(named, 'test')))).toBe('ddim');
  expect(defaultSampler(specOf(parseSchedulerConfig({ _class_name: 'DDPMScheduler' }, 'test')))).toBe('ddim');
});

it('the default sampler for an inverse scheduler is the corresponding forward sampler', () => {
  for (const [_class_name, sampler] of [
    ['DDIMInverseScheduler', 'ddim'],
    ['DPMSolverMultistepInverseScheduler', 'dpmpp-2m'],
  ]) {
    const spec = specOf(parseSchedulerConfig({ _class_name }, 'test'));
    expect(defaultSampler(spec)).toBe(sampler);
    expect(planSampling(toSampleRequest(spec, { seed: 1 })).start).toBe('noise');
    const start = { x: new Float32Array(4) };
    const request = toSampleRequest(spec, { seed: 1, sampler: `${sampler}-inverse` as SamplerName, start });
    expect(planSampling(request).start).toBe('given');
  }
});

it('a request without a sampler gets the steps of the default sampler, and no note', () => {
  const asked = (spec: ModelSpec) => toSampleRequest(spec, { seed: 1 });
  expect(asked(spaced('trailing'))).toMatchObject({
    sampler: 'dpmpp-2m-sde',
    steps: 12,
    spacing: 'trailing',
  });
  expect(asked(spaced('leading'))).toMatchObject({
    sampler: 'ddim',
    steps: 50,
    spacing: { rule: 'leading' },
  });
  for (const spacing of ['leading', 'linspace', 'trailing'] as const)
    expect(samplingNotes(spaced(spacing), {})).toEqual([]);
  // The spacing of a request does not change the sampler. A note warns about an unsuitable spacing.
  expect(toSampleRequest(spaced('trailing'), { seed: 1, spacing: 'leading' })).toMatchObject({
    sampler: 'dpmpp-2m-sde',
  });
  expect(samplingNotes(spaced('trailing'), { spacing: 'leading' })[0]).toContain(
    '12 steps, which do not divide',
  );
});
