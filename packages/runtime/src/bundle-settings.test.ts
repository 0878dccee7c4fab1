import { type ModelSpec, parseSchedulerConfig, toSchedulerConfig } from '@isonoise/bundle';
import { planSampling, toSamplingStart } from '@isonoise/sampler';
import { describe, expect, it } from 'vitest';
import { pointSpec } from '../testdata/point-denoiser.ts';
import { pointModel } from '../testdata/point-model.ts';
import { type ModelSampleRequest, toSampleRequest } from './model-request.ts';
import { requireSameModel } from './same-model.ts';

describe('a model', () => {
  it('takes spacing, offset and clipping from the bundle', async () => {
    const scheduler = { ...pointSpec.scheduler, steps_offset: 3, clip_sample: false };
    const steps: number[] = [];
    for await (const { t } of pointModel({ spec: { ...pointSpec, scheduler } }).sample({ seed: 1, steps: 4 }))
      steps.push(t);
    expect(steps).toEqual([78, 53, 28, 3]);
    steps.length = 0;
    // The offset also applies if the request itself asks for the spacing `leading`.
    const named: ModelSampleRequest = { seed: 1, steps: 4, spacing: 'leading' };
    for await (const { t } of pointModel({ spec: { ...pointSpec, scheduler } }).sample(named)) steps.push(t);
    expect(steps).toEqual([78, 53, 28, 3]);
    steps.length = 0;
    const trailing = {
      ...pointSpec,
      scheduler: { ...pointSpec.scheduler, timestep_spacing: 'trailing' as const },
    };
    for await (const { t } of pointModel({ spec: trailing }).sample({ seed: 1, steps: 4 })) steps.push(t);
    expect(steps).toEqual([99, 74, 49, 24]);
    steps.length = 0;
    for await (const { t } of pointModel().sample({ seed: 1, spacing: [90, 10] })) steps.push(t);
    expect(steps).toEqual([90, 10]);
  });

  it('takes a learned variance from the bundle, and refuses a variance that the network does not predict', async () => {
    const learned = (variance_type: 'learned' | 'learned_range'): ModelSpec => ({
      ...pointSpec,
      scheduler: toSchedulerConfig({ kind: 'linear', numTrainTimesteps: 100 }, { variance_type }),
    });
    const varianceOf = (spec: ModelSpec, request: Partial<ModelSampleRequest> = {}): unknown =>
      planSampling(toSampleRequest(spec, { seed: 1, sampler: 'ddpm', ...request })).settings.variance;
    expect(varianceOf(learned('learned'))).toBe('learned');
    expect(varianceOf(learned('learned'), { variance: 'learnedLog' })).toBe('learnedLog');
    expect(varianceOf(learned('learned_range'))).toBe('learnedRange');
    expect(varianceOf(learned('learned_range'), { variance: 'fixedLarge' })).toBe('fixedLarge');
    expect(varianceOf(learned('learned'), { sampler: 'ddim' })).toBeUndefined();
    expect(() => varianceOf(learned('learned_range'), { variance: 'learned' })).toThrow(
      'variance is "learned", but the model "points" predicts a different one; expected one of fixedSmall, fixedLarge, learnedRange.',
    );
    expect(() => varianceOf(pointSpec, { variance: 'learnedRange' })).toThrow(
      'variance is "learnedRange", but the model "points" predicts no variances; expected one of fixedSmall, fixedLarge.',
    );
    const start = toSamplingStart(toSampleRequest(learned('learned'), { seed: 1, sampler: 'ddpm' }));
    requireSameModel(start, learned('learned'), undefined);
    expect(() => requireSameModel(start, pointSpec, undefined)).toThrow(
      'variance: learned in the saved run, fixedSmall or fixedLarge in the model',
    );
  });

  it('takes thresholding from the bundle unless the request changes it', async () => {
    const keys = { thresholding: true, dynamic_thresholding_ratio: 0.9, sample_max_value: 3 };
    const scheduler = toSchedulerConfig({ kind: 'linear', numTrainTimesteps: 100 }, keys);
    const settingsOf = async (request: Partial<ModelSampleRequest>): Promise<unknown> => {
      const model = pointModel({ spec: { ...pointSpec, scheduler } });
      for await (const step of model.sample({ seed: 1, steps: 4, ...request })) {
        const { clip, settings } = step.save().plan;
        return { clip, ...settings };
      }
    };
    const own = { clip: null, thresholding: true, thresholdRatio: 0.9, thresholdMax: 3 };
    expect(await settingsOf({})).toEqual(own);
    expect(await settingsOf({ sampler: 'unipc', thresholdRatio: 0.5 })).toEqual({
      ...own,
      thresholdRatio: 0.5,
    });
    // If thresholding is off, the plan omits the ratio and the maximum.
    expect(await settingsOf({ thresholding: false, clip: 1 })).toEqual({ clip: 1, thresholding: false });
  });

  it('takes sampler, settings, steps and spacing from the bundle unless the request gives others', async () => {
    const file = {
      _class_name: 'UniPCMultistepScheduler',
      num_train_timesteps: 100,
      solver_order: 3,
      timestep_spacing: 'trailing',
      _isonoise: { steps: 4 },
    };
    const model = pointModel({ spec: { ...pointSpec, scheduler: parseSchedulerConfig(file, 'test') } });
    const planOf = async (request: Partial<ModelSampleRequest>): Promise<unknown> => {
      for await (const step of model.sample({ seed: 1, ...request })) {
        const { sampler, settings, steps, clip } = step.save().plan;
        return [sampler, settings, steps.map(([t]) => t), clip];
      }
    };
    expect(await planOf({})).toEqual(['unipc', { order: 3 }, [99, 74, 49, 24], null]);
    expect(await planOf({ order: 2, steps: 2, clip: 1 })).toEqual(['unipc', { order: 2 }, [99, 49], 1]);
    // The bundle's settings and steps apply only to its own sampler. Its spacing applies to every sampler.
    expect(await planOf({ sampler: 'deis', steps: 2 })).toEqual(['deis', {}, [99, 49], null]);
    expect(await planOf({ sampler: 'unipc', spacing: [90, 10] })).toEqual([
      'unipc',
      { order: 3 },
      [90, 10],
      null,
    ]);
    await expect(planOf({ eta: 1 })).rejects.toThrow('unknown setting "eta" for sampler "unipc"');
  });

  it('takes the distillation timesteps from the bundle of a consistency model', async () => {
    const file = { _class_name: 'LCMScheduler', timestep_scaling: 5 };
    const model = pointModel({ spec: { ...pointSpec, scheduler: parseSchedulerConfig(file, 'test') } });
    const timesOf = async (request: Partial<ModelSampleRequest>): Promise<readonly number[]> => {
      for await (const step of model.sample({ seed: 1, ...request })) {
        return step.save().plan.steps.map(([t]) => t);
      }
      return [];
    };
    // The result of set_timesteps(4) in diffusers.
    expect(await timesOf({})).toEqual([999, 759, 499, 259]);
    expect(await timesOf({ spacing: 'trailing' })).toEqual([999, 749, 499, 249]);
  });
});
