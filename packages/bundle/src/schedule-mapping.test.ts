import { createSchedule, type DiffusionConfig } from '@isonoise/schedule';
import { describe, expect, it } from 'vitest';
import { toSchedulerConfig } from './schedule-mapping.ts';
import { parseSchedulerConfig } from './scheduler-config.ts';
import { toSchedule, toScheduleConfig, toTimesteps } from './to-schedule.ts';

describe('schedules and the keys of DDPMScheduler:', () => {
  it.each<[string, DiffusionConfig]>([
    ['linear', { kind: 'linear', betaStart: 1e-3, betaEnd: 0.05, numTrainTimesteps: 50 }],
    ['scaled_linear', { kind: 'scaledLinear' }],
    ['scaled_linear', { kind: 'quadratic', numTrainTimesteps: 20 }],
    ['sigmoid', { kind: 'sigmoid', numTrainTimesteps: 20 }],
    ['squaredcos_cap_v2', { kind: 'cosine', numTrainTimesteps: 20 }],
    ['linear', { kind: 'constant', beta: 0.03, numTrainTimesteps: 7 }],
    ['linear', { kind: 'trained', betas: [0.1, 0.2, 0.30000000000000004] }],
  ])('conversion to %s and back gives bit-identical betas', (name, config) => {
    const scheduler = toSchedulerConfig(config);
    expect(scheduler.beta_schedule).toBe(name);
    const back = toScheduleConfig(parseSchedulerConfig(JSON.parse(JSON.stringify(scheduler)), 'test'));
    const { betas } = createSchedule(config);
    expect(createSchedule(back)).toMatchObject({ process: 'diffusion', betas });
  });

  it('toSchedulerConfig writes every key, with the defaults of DDPMScheduler', () => {
    // The constructor of DDPMScheduler in diffusers has these defaults.
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
      dynamic_thresholding_ratio: 0.995,
      sample_max_value: 1,
    });
  });

  it('toSchedulerConfig rejects a cosine schedule that diffusers cannot express', () => {
    expect(() => toSchedulerConfig({ kind: 'cosine', maxBeta: 0.9 })).toThrow(/maxBeta is 0.9/);
  });

  it.each([
    [{ beta_end: 1.5 }, 'betaEnd is 1.5'],
    [{ beta_start: 1e-320 }, 'betaStart is 1e-320'],
    [{ beta_start: -1 }, 'betaStart is -1'],
    [{ beta_start: 5e-324, beta_end: 5e-324, beta_schedule: 'scaled_linear' }, 'betaStart is 5e-324'],
    [{ num_train_timesteps: 1e9 }, 'numTrainTimesteps is 1000000000'],
    [{ num_train_timesteps: 100_001 }, 'numTrainTimesteps is 100001'],
    [{ num_train_timesteps: 100_000 }, 'expected at least 2.2250738585072014e-308'],
    [{ num_train_timesteps: 2, trained_betas: [0.1, 1] }, 'betas[1] is 1'],
    [{ num_train_timesteps: 2, trained_betas: [0.1] }, 'trained_betas has 1 value; expected 2'],
    [{ trained_betas: new Array<number>(1000).fill(0.999) }, 'nothing is left of the image'],
  ])('parseSchedulerConfig rejects invalid betas: %j', (config, problem) => {
    expect(() => parseSchedulerConfig(config, 'test')).toThrow(
      expect.objectContaining({ code: 'SCHEDULE_CONFIG', message: expect.stringContaining(problem) }),
    );
  });

  it('toTimesteps follows the spacing and offset of the configuration', () => {
    const scheduler = toSchedulerConfig({ kind: 'linear', numTrainTimesteps: 100 }, { steps_offset: 1 });
    expect(toSchedule(scheduler).numTrainTimesteps).toBe(100);
    // diffusers computes arange(4) · (100 // 4) + steps_offset and reverses it.
    expect(toTimesteps(scheduler, 4)).toEqual([76, 51, 26, 1]);
    expect(toTimesteps({ ...scheduler, timestep_spacing: 'trailing' }, 4)).toEqual([99, 74, 49, 24]);
    expect(() => toTimesteps(scheduler, 101)).toThrow(/steps is 101/);
  });
});
