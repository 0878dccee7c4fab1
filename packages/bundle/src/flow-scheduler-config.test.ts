import { describe, expect, it } from 'vitest';
import { toSchedulerConfig } from './schedule-mapping.ts';
import { parseSchedulerConfig } from './scheduler-config.ts';
import { schedulerMeaning } from './scheduler-meaning.ts';
import { toSchedule, toScheduleConfig, toTimesteps } from './to-schedule.ts';

/**
 * Result of save_config in diffusers 0.42.1 with the defaults of FlowMatchEulerDiscreteScheduler, without the
 * version.
 */
const EULER = {
  _class_name: 'FlowMatchEulerDiscreteScheduler',
  base_image_seq_len: 256,
  base_shift: 0.5,
  invert_sigmas: false,
  max_image_seq_len: 4096,
  max_shift: 1.15,
  num_train_timesteps: 1000,
  shift: 1,
  shift_terminal: null,
  stochastic_sampling: false,
  time_shift_type: 'exponential',
  use_beta_sigmas: false,
  use_dynamic_shifting: false,
  use_exponential_sigmas: false,
  use_karras_sigmas: false,
};

describe('the scheduler configuration of flow matching', () => {
  it('has the keys that diffusers writes, and is equal after reading it back', () => {
    expect(toSchedulerConfig({ kind: 'flow' })).toEqual(EULER);
    const config = { kind: 'flow', numTrainTimesteps: 100, shift: 3 } as const;
    const scheduler = toSchedulerConfig(config, { prediction_type: 'flow', timestep_spacing: 'trailing' });
    expect(scheduler).toEqual({ ...EULER, num_train_timesteps: 100, shift: 3 });
    expect(toScheduleConfig(parseSchedulerConfig(JSON.parse(JSON.stringify(scheduler)), 'test'))).toEqual(
      config,
    );
  });

  it('means velocity prediction, spacing linspace and no clipping, as in diffusers', () => {
    for (const file of [
      EULER,
      {
        _class_name: 'FlowMatchHeunDiscreteScheduler',
        _diffusers_version: '0.42.1',
        num_train_timesteps: 1000,
        shift: 1,
      },
    ]) {
      const scheduler = parseSchedulerConfig(file, 'test');
      expect(scheduler).toEqual(file);
      expect(schedulerMeaning(scheduler)).toEqual({
        predictionType: 'flow',
        spacing: 'linspace',
        offset: 0,
        clip: false,
        guidance: null,
        sampler: file === EULER ? null : 'flow-heun',
        settings: {},
        steps: null,
        variance: null,
        schedule: 'flow',
      });
      expect(toSchedule(scheduler).process).toBe('flow');
      // diffusers passes 1000, 750.25, … to the network. Timesteps of isonoise are smaller by one.
      expect(toTimesteps(scheduler, 5)).toEqual([999, 749.25, 499.5, 249.75, 0]);
    }
  });

  it.each([
    ['use_dynamic_shifting', true],
    ['invert_sigmas', true],
    ['shift_terminal', 0.02],
    ['use_karras_sigmas', true],
    ['use_exponential_sigmas', true],
    ['use_beta_sigmas', true],
    ['stochastic_sampling', true],
    ['time_shift_type', 'cubic'],
    ['prediction_type', 'flow'],
    ['beta_start', 0.1],
  ])('is rejected if %s is %j, with an error that states this key', (key, value) => {
    expect(() => parseSchedulerConfig({ ...EULER, [key]: value }, 'test')).toThrow(
      expect.objectContaining({ code: 'BUNDLE_FILE_INVALID', message: expect.stringContaining(key) }),
    );
  });

  it('is rejected if its numbers are out of range for the schedule', () => {
    for (const [key, problem] of [
      ['shift', 'shift is 0;'],
      ['num_train_timesteps', 'num_train_timesteps'],
    ] as const) {
      expect(() => parseSchedulerConfig({ ...EULER, [key]: 0 }, 'test')).toThrow(problem);
    }
  });

  it('rejects the prediction type epsilon, while a diffusion schedule rejects flow', () => {
    for (const make of [
      () => toSchedulerConfig({ kind: 'flow' }, { prediction_type: 'epsilon' }),
      () => toSchedulerConfig({ kind: 'linear' }, { prediction_type: 'flow' }),
    ]) {
      expect(make).toThrow(expect.objectContaining({ code: 'BUNDLE_INCONSISTENT' }));
    }
  });
});
