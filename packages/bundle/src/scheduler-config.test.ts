import { describe, expect, it } from 'vitest';
import { toSchedulerConfig } from './schedule-mapping.ts';
import { parseSchedulerConfig } from './scheduler-config.ts';
import { schedulerMeaning } from './scheduler-meaning.ts';

describe('parseSchedulerConfig', () => {
  it.each([
    ['a key of DDIM in a file for DDPM', { set_alpha_to_one: false }, 'set_alpha_to_one'],
    ['the prediction type of old files', { predict_epsilon: false }, 'predict_epsilon'],
    ['timesteps of old files', { timestep_values: [1] }, 'timestep_values'],
    [
      'a quantile of thresholding out of range',
      { dynamic_thresholding_ratio: 1.5 },
      'dynamic_thresholding_ratio',
    ],
    ['a threshold inside the data range', { sample_max_value: 0.5 }, 'sample_max_value'],
    [
      'a zero terminal SNR in a class without it',
      { _class_name: 'HeunDiscreteScheduler', rescale_betas_zero_snr: true },
      'rescale_betas_zero_snr',
    ],
    ['a setting of a different class', { solver_order: 2 }, 'solver_order'],
    ['a grid of sigmas in a class without grids', { use_karras_sigmas: true }, 'use_karras_sigmas'],
    [
      'a grid of sigmas in PNDMScheduler',
      { _class_name: 'PNDMScheduler', use_karras_sigmas: true },
      'use_karras_sigmas',
    ],
    ['an unknown class', { _class_name: 'ScoreSdeVeScheduler' }, '"ScoreSdeVeScheduler"'],
    ['a class that is a number', { _class_name: 1 }, '_class_name is 1'],
    ['a class that is a key of objects', { _class_name: 'constructor' }, '"constructor"; expected one of'],
    [
      'noise levels that a user chose',
      { _class_name: 'IPNDMScheduler', trained_betas: [1, 0.5, 0] },
      'trained_betas',
    ],
    [
      'a prediction type for a class that always predicts v',
      { _class_name: 'IPNDMScheduler', prediction_type: 'epsilon' },
      'prediction_type',
    ],
    [
      'a class of EDM',
      { _class_name: 'EDMEulerScheduler' },
      'not supported because its noise levels are those of EDM',
    ],
    [
      'an unknown value',
      { _class_name: 'LMSDiscreteScheduler', timestep_spacing: 'even' },
      'timestep_spacing',
    ],
    [
      'two grids of sigmas',
      { _class_name: 'LMSDiscreteScheduler', use_karras_sigmas: true, use_beta_sigmas: true },
      'use_karras_sigmas and use_beta_sigmas are true',
    ],
    [
      'an order that an algorithm does not have',
      { _class_name: 'DPMSolverMultistepScheduler', algorithm_type: 'sde-dpmsolver', solver_order: 3 },
      'algorithm_type, solver_order, final_sigmas_type of DPMSolverMultistepScheduler are sde-dpmsolver, 3, zero; expected one of',
    ],
    [
      'an end of the run that diffusers does not accept',
      { _class_name: 'DPMSolverSinglestepScheduler', algorithm_type: 'dpmsolver' },
      'dpmsolver, 2, zero; expected one of',
    ],
    [
      'a list of steps without a corrector that does not start with the first step',
      { _class_name: 'UniPCMultistepScheduler', disable_corrector: [1, 2] },
      'disable_corrector',
    ],
    [
      'a finite limit of lambda',
      { _class_name: 'SASolverScheduler', lambda_min_clipped: -5.1 },
      'lambda_min_clipped',
    ],
    [
      'sigmas of flow matching',
      { _class_name: 'DEISMultistepScheduler', use_flow_sigmas: true },
      'use_flow_sigmas',
    ],
    ['sigmas that a user chose', { _class_name: 'EulerDiscreteScheduler', sigma_max: 80 }, 'sigma_max'],
    ['an unknown sampler in a note', { _isonoise: { sampler: 'dimm' } }, '_isonoise.sampler'],
    [
      'a setting out of range in a note',
      { _isonoise: { sampler: 'ddim', settings: { eta: 2 } } },
      '_isonoise.settings',
    ],
    [
      'a setting of a different sampler in a note',
      { _isonoise: { sampler: 'lms', settings: { eta: 1 } } },
      'expected settings of the sampler',
    ],
    ['guidance above 100 in a note', { _isonoise: { guidance: 101 } }, '_isonoise.guidance'],
    ['guidance as text in a note', { _isonoise: { guidance: '2' } }, '_isonoise.guidance'],
    ['an unknown key in a note', { _isonoise: { steeps: 3 } }, '_isonoise'],
  ])('rejects and reports an unsupported setting: %s, %j', (_what, config, name) => {
    expect(() => parseSchedulerConfig(config, 'test')).toThrow(
      expect.objectContaining({ code: 'BUNDLE_FILE_INVALID', message: expect.stringContaining(name) }),
    );
  });

  it('accepts the files that diffusers writes for DDPMScheduler and DDIMScheduler', () => {
    // Results of save_config in diffusers 0.35.0, with the defaults of each class.
    const common = {
      _diffusers_version: '0.35.0',
      beta_end: 0.02,
      beta_schedule: 'linear',
      beta_start: 0.0001,
      clip_sample: true,
      clip_sample_range: 1,
      dynamic_thresholding_ratio: 0.995,
      num_train_timesteps: 1000,
      prediction_type: 'epsilon',
      rescale_betas_zero_snr: false,
      sample_max_value: 1,
      steps_offset: 0,
      thresholding: false,
      timestep_spacing: 'leading',
      trained_betas: null,
    };
    const ddpm = { ...common, _class_name: 'DDPMScheduler', variance_type: 'fixed_small' };
    expect(parseSchedulerConfig(ddpm, 'test')).toEqual(ddpm);
    const ddim = { ...common, _class_name: 'DDIMScheduler', set_alpha_to_one: true };
    expect(parseSchedulerConfig(ddim, 'test')).toEqual(ddim);
  });

  it('refuses an offset after the last timestep, and lists only the first of many unknown keys', () => {
    const offset = (steps_offset: number) =>
      parseSchedulerConfig({ num_train_timesteps: 10, steps_offset }, 'it.json');
    expect(() => offset(9)).not.toThrow();
    expect(() => offset(10)).toThrow(
      'it.json: steps_offset is 10; expected at most 9, the last of 10 timesteps. Correct it.',
    );
    const many = Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`k${i}`, 1]));
    expect(() => parseSchedulerConfig(many, 'it.json')).toThrow(
      'k18, k19, … for DDPMScheduler; expected only',
    );
  });

  it('lists wrong fields with what was found and expected', () => {
    expect(() =>
      parseSchedulerConfig({ beta_schedule: '__proto__', num_train_timesteps: '9' }, 'it.json'),
    ).toThrow(
      'it.json: got invalid fields:\n  num_train_timesteps: got "9"; expected number\n' +
        '  beta_schedule: got "__proto__"; expected ("linear" | "scaled_linear" | "squaredcos_cap_v2" | "sigmoid")\n' +
        'Correct these fields.',
    );
  });

  it('fills absent keys with the defaults of diffusers', () => {
    const { _class_name, beta_schedule, beta_start, beta_end, variance_type, timestep_spacing } =
      parseSchedulerConfig({ _class_name: 'DDPMScheduler', _diffusers_version: '0.1.1' }, 'test');
    expect([_class_name, beta_schedule, beta_start, beta_end, variance_type, timestep_spacing]).toEqual([
      'DDPMScheduler',
      'linear',
      0.0001,
      0.02,
      'fixed_small',
      'leading',
    ]);
  });
});

describe('thresholding of a scheduler', () => {
  it('replaces clipping and has the defaults of diffusers', () => {
    const meaning = schedulerMeaning(parseSchedulerConfig({ thresholding: true }, 'test'));
    expect(meaning).toMatchObject({ clip: false, settings: { thresholding: true } });
    const without = parseSchedulerConfig({ dynamic_thresholding_ratio: 0.9 }, 'test');
    expect(schedulerMeaning(without)).toMatchObject({ clip: 1, settings: {} });
  });

  it('is equal after writing and reading', () => {
    const keys = { thresholding: true, dynamic_thresholding_ratio: 0.9, sample_max_value: 2.5 };
    const config = toSchedulerConfig({ kind: 'linear' }, keys);
    expect(config).toMatchObject(keys);
    const back = parseSchedulerConfig(JSON.parse(JSON.stringify(config)), 'test');
    expect(schedulerMeaning(back).settings).toEqual({
      thresholding: true,
      thresholdRatio: 0.9,
      thresholdMax: 2.5,
    });
  });
});
