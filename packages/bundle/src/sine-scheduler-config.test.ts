import { describe, expect, it } from 'vitest';
import { toSchedulerConfig, withSampler } from './schedule-mapping.ts';
import { parseSchedulerConfig } from './scheduler-config.ts';
import { schedulerMeaning } from './scheduler-meaning.ts';
import { toSchedule, toScheduleConfig, toTimesteps } from './to-schedule.ts';

/** Result of save_config in diffusers 0.42.1 with the defaults of IPNDMScheduler, without the version. */
const IPNDM = { _class_name: 'IPNDMScheduler', num_train_timesteps: 1000, trained_betas: null };

const stored = (config: unknown) => parseSchedulerConfig(JSON.parse(JSON.stringify(config)), 'test');

describe('the scheduler configuration of a sine schedule', () => {
  it('has the keys that diffusers writes, and is equal after reading it back', () => {
    expect(toSchedulerConfig({ kind: 'sine' })).toEqual(IPNDM);
    const config = { kind: 'sine', numTrainTimesteps: 100 } as const;
    const scheduler = toSchedulerConfig(config, { prediction_type: 'v_prediction', clip_sample: true });
    expect(scheduler).toEqual({ ...IPNDM, num_train_timesteps: 100 });
    expect(toScheduleConfig(stored(scheduler))).toEqual(config);
  });

  it('means v prediction, equal steps from pure noise to the image, and no clipping', () => {
    const scheduler = stored(IPNDM);
    expect(schedulerMeaning(scheduler)).toEqual({
      predictionType: 'v_prediction',
      spacing: 'trailing',
      offset: 0,
      clip: false,
      guidance: null,
      sampler: null,
      settings: {},
      steps: null,
      variance: null,
      schedule: 'sine',
    });
    expect(toSchedule(scheduler).process).toBe('sine');
    expect(toTimesteps(scheduler, 4)).toEqual([999, 749, 499, 249]);
  });

  it('keeps its class for every sampler, and stores the sampler under _isonoise', () => {
    const changed = withSampler(stored(IPNDM), { sampler: 'unipc', steps: 9, clip: 1 });
    expect(changed).toEqual({ ...IPNDM, _isonoise: { sampler: 'unipc', steps: 9, clip: 1 } });
    expect(schedulerMeaning(stored(changed))).toMatchObject({ sampler: 'unipc', steps: 9, clip: 1 });
    expect(withSampler(changed, { sampler: null, steps: null, clip: false })).toEqual(IPNDM);
  });

  it('rejects other prediction types', () => {
    expect(() => toSchedulerConfig({ kind: 'sine' }, { prediction_type: 'epsilon' })).toThrow(
      expect.objectContaining({
        code: 'BUNDLE_INCONSISTENT',
        message: expect.stringContaining('epsilon does not fit schedule sine; expected v_prediction'),
      }),
    );
  });

  it('is not used for a model with betas, even if its sampler is ipndm', () => {
    const model = toSchedulerConfig({ kind: 'linear' });
    expect(withSampler(model, { sampler: 'ipndm' })).toMatchObject({
      _class_name: 'DDPMScheduler',
      _isonoise: { sampler: 'ipndm' },
    });
  });
});
