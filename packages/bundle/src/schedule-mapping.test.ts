import { createSchedule, type ScheduleConfig } from '@isonoise/schedule';
import { describe, expect, it } from 'vitest';
import { toSchedule, toScheduleConfig, toSchedulerConfig, toTimesteps } from './schedule-mapping.ts';
import { parseSchedulerConfig } from './scheduler-config.ts';

describe('schedule and DDPMScheduler', () => {
  it.each<[string, ScheduleConfig]>([
    ['linear', { kind: 'linear', betaStart: 1e-3, betaEnd: 0.05, numTrainTimesteps: 50 }],
    ['scaled_linear', { kind: 'scaledLinear' }],
    ['scaled_linear', { kind: 'quadratic', numTrainTimesteps: 20 }],
    ['sigmoid', { kind: 'sigmoid', numTrainTimesteps: 20 }],
    ['squaredcos_cap_v2', { kind: 'cosine', numTrainTimesteps: 20 }],
    ['linear', { kind: 'constant', beta: 0.03, numTrainTimesteps: 7 }],
    ['linear', { kind: 'trained', betas: [0.1, 0.2, 0.30000000000000004] }],
  ])('%s comes back with the same betas, to the bit', (name, config) => {
    const scheduler = toSchedulerConfig(config);
    expect(scheduler.beta_schedule).toBe(name);
    const back = toScheduleConfig(parseSchedulerConfig(JSON.parse(JSON.stringify(scheduler)), 'test'));
    expect(createSchedule(back).betas).toEqual(createSchedule(config).betas);
  });

  it('writes every key with the defaults of DDPMScheduler', () => {
    // Defaults of the constructor of diffusers' DDPMScheduler.
    expect(toSchedulerConfig({ kind: 'linear' })).toEqual({
      _class_name: 'DDPMScheduler',
      num_train_timesteps: 1000,
      beta_start: 0.0001,
      beta_end: 0.02,
      beta_schedule: 'linear',
      trained_betas: null,
      prediction_type: 'epsilon',
      variance_type: 'fixed_small',
      clip_sample: true,
      clip_sample_range: 1,
      timestep_spacing: 'leading',
      steps_offset: 0,
      rescale_betas_zero_snr: false,
      thresholding: false,
    });
  });

  it('refuses a cosine that diffusers cannot express', () => {
    expect(() => toSchedulerConfig({ kind: 'cosine', maxBeta: 0.9 })).toThrow(/maxBeta is 0.9/);
  });

  it('refuses betas out of range, keeping the cause', () => {
    const scheduler = parseSchedulerConfig({ beta_end: 1.5 }, 'test');
    expect(() => toScheduleConfig(scheduler)).toThrow(
      expect.objectContaining({
        code: 'BUNDLE_INCONSISTENT',
        cause: expect.objectContaining({ code: 'SCHEDULE_CONFIG' }),
      }),
    );
  });

  it('visits the timesteps of the configuration', () => {
    const scheduler = toSchedulerConfig({ kind: 'linear', numTrainTimesteps: 100 }, { steps_offset: 1 });
    expect(toSchedule(scheduler).numTrainTimesteps).toBe(100);
    // diffusers: arange(4) · (100 // 4) + steps_offset, reversed.
    expect(toTimesteps(scheduler, 4)).toEqual([76, 51, 26, 1]);
    expect(toTimesteps({ ...scheduler, timestep_spacing: 'trailing' }, 4)).toEqual([99, 74, 49, 24]);
    expect(() => toTimesteps(scheduler, 101)).toThrow(/steps is 101/);
  });
});
