import { toSchedulerConfig, withSampler } from '@isonoise/bundle';
import { planSampling, samplers } from '@isonoise/sampler';
import { expect, it } from 'vitest';
import { toSampleRequest } from './model-request.ts';
import { usualSettings } from './own-settings.ts';

const linear = toSchedulerConfig({ kind: 'linear' });
const flow = toSchedulerConfig({ kind: 'flow', shift: 3 });
const thresholding = withSampler(linear, {
  sampler: 'ddpm',
  settings: { thresholding: true, thresholdRatio: 0.9, variance: 'fixedLarge' },
});

it('usualSettings returns the defaults of the sampler for a model without settings', () => {
  expect(usualSettings({ scheduler: linear }, 'unipc')).toEqual(samplers.unipc.settings);
});

it('usualSettings includes the settings of a model that apply to every sampler', () => {
  expect(usualSettings({ scheduler: thresholding }, 'ddpm')).toMatchObject({
    ...{ thresholding: true, thresholdRatio: 0.9, thresholdMax: 1, variance: 'fixedLarge' },
  });
  expect(usualSettings({ scheduler: thresholding }, 'ddim')).toEqual({
    ...samplers.ddim.settings,
    ...{ thresholding: true, thresholdRatio: 0.9 },
  });
  expect(usualSettings({ scheduler: flow }, 'flow-euler').shift).toBe(3);
});

it('usualSettings returns the settings in the plan of a request without settings', () => {
  for (const [scheduler, sampler] of [
    [thresholding, 'ddpm'],
    [thresholding, 'unipc'],
    [flow, 'flow-heun'],
  ] as const) {
    const spec = {
      name: 'points',
      image: { channels: 1, height: 2, width: 2 },
      dataRange: [-1, 1] as const,
      scheduler,
      classes: null,
      fractionalTimes: true as const,
    };
    const { settings } = planSampling(toSampleRequest(spec, { seed: 1, sampler }));
    expect(usualSettings(spec, sampler)).toEqual({ ...samplers[sampler].settings, ...settings });
  }
});
