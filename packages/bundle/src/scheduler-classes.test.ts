import { readFileSync } from 'node:fs';
import { samplerNames, samplers } from '@isonoise/sampler';
import { describe, expect, it } from 'vitest';
import { parseJsonObject } from './json.ts';
import { toSchedulerConfig, withSampler } from './schedule-mapping.ts';
import { schedulerClassNames } from './scheduler-classes.ts';
import { parseSchedulerConfig, type SchedulerConfig } from './scheduler-config.ts';
import { schedulerMeaning } from './scheduler-meaning.ts';
import { spacingText } from './scheduler-spacing.ts';
import { toScheduleConfig, toTimesteps } from './to-schedule.ts';

interface Files {
  readonly versions: Readonly<Record<string, string>>;
  /** The files that `save_config` writes for each class. */
  readonly files: Readonly<Record<string, readonly string[]>>;
}
const { versions, files } = JSON.parse(
  readFileSync(new URL('../testdata/scheduler-configs.json', import.meta.url), 'utf8'),
) as Files;

const parse = (text: string): SchedulerConfig =>
  parseSchedulerConfig(parseJsonObject(new TextEncoder().encode(text), 'test', 'python'), 'test');

/** Writes a configuration to a file and reads it back. */
const stored = (scheduler: SchedulerConfig): SchedulerConfig => parse(JSON.stringify(scheduler));

const cases = Object.entries(files).flatMap(([name, texts]) =>
  texts.map((text, index) => ({ name, index, number: index + 1, text })),
);

/**
 * Expected meaning of each file: the sampler, the settings that differ from its defaults, the spacing and the
 * clipping.
 */
const MEANINGS: Readonly<
  Record<string, readonly (readonly [string | null, object, string, number | false])[]>
> = {
  DDPMScheduler: [
    [null, {}, 'leading', 1],
    [null, { variance: 'fixedLarge' }, 'trailing', false],
  ],
  DDIMScheduler: [
    ['ddim', {}, 'leading', 1],
    ['ddim', {}, 'leading (end timestep0, offset 1)', 1],
  ],
  DDIMInverseScheduler: [
    ['ddim-inverse', {}, 'leading', 1],
    ['ddim-inverse', {}, 'trailing (end timestep0)', 1],
  ],
  EulerDiscreteScheduler: [
    ['euler', {}, 'linspace (fractional)', false],
    ['euler', {}, 'karras', false],
    ['euler', {}, 'exponential (within leading (offset 1), end timestep0)', false],
  ],
  EulerAncestralDiscreteScheduler: [
    ['euler-ancestral', {}, 'linspace (fractional)', false],
    ['euler-ancestral', {}, 'trailing', false],
  ],
  HeunDiscreteScheduler: [
    ['heun', {}, 'linspace (fractional)', false],
    ['heun', {}, 'beta', 2],
  ],
  KDPM2DiscreteScheduler: [
    ['dpm2', {}, 'linspace (fractional)', false],
    ['dpm2', {}, 'karras (within trailing)', false],
  ],
  KDPM2AncestralDiscreteScheduler: [
    ['dpm2-ancestral', {}, 'linspace (fractional)', false],
    ['dpm2-ancestral', {}, 'exponential', false],
  ],
  LMSDiscreteScheduler: [
    ['lms', {}, 'linspace (fractional)', false],
    ['lms', {}, 'beta', false],
  ],
  PNDMScheduler: [
    ['pndm', {}, 'leading (end timestep0, offset 0)', false],
    ['plms', {}, 'leading', false],
  ],
  DPMSolverMultistepScheduler: [
    ['dpmpp-2m', {}, 'linspace (omitLast)', false],
    ['dpmpp-3m-sde', { solverType: 'heun' }, 'karras', false],
    ['dpm-2m', { lowerOrderFinal: false, eulerAtFinal: true }, 'linspace (omitLast, end timestep0)', false],
    ['euler', {}, 'lu', false],
  ],
  DPMSolverMultistepInverseScheduler: [
    ['dpmpp-2m-inverse', {}, 'linspace', false],
    ['dpmpp-2m-inverse', { predictX0: false, order: 3 }, 'karras', false],
  ],
  DPMSolverSinglestepScheduler: [
    ['dpmpp-2s', {}, 'linspace (omitLast)', false],
    ['dpmpp-3s', { eta: 1, lowerOrderFinal: true }, 'linspace (omitLast)', false],
    ['dpm-2s', {}, 'exponential (end timestep0)', false],
  ],
  DPMSolverSDEScheduler: [
    ['dpmpp-sde', {}, 'linspace (fractional)', false],
    ['dpmpp-sde', {}, 'karras', false],
  ],
  DEISMultistepScheduler: [
    ['deis', {}, 'linspace (omitLast, end timestep0)', false],
    ['deis', { order: 3, lowerOrderFinal: false }, 'trailing (end timestep0)', false],
  ],
  UniPCMultistepScheduler: [
    ['unipc', {}, 'linspace (omitLast)', false],
    [
      'unipc',
      { order: 3, bh: 'bh1', predictX0: false, uncorrectedSteps: 2 },
      'linspace (omitLast, end timestep0)',
      false,
    ],
  ],
  SASolverScheduler: [
    ['sa-solver', {}, 'linspace (omitLast, end timestep0)', false],
    [
      'sa-solver',
      { order: 3, correctorOrder: 1, predictX0: false, lowerOrderFinal: false },
      'linspace (omitLast, end timestep0)',
      false,
    ],
  ],
  LCMScheduler: [
    ['lcm', { originalSteps: 50 }, 'trailing', false],
    ['lcm', { originalSteps: 100, timestepScaling: 5 }, 'trailing', false],
  ],
  TCDScheduler: [
    ['tcd', { originalSteps: 50 }, 'trailing', false],
    ['tcd', { originalSteps: 50 }, 'trailing', 1],
  ],
  FlowMatchEulerDiscreteScheduler: [
    [null, {}, 'linspace', false],
    [null, {}, 'linspace', false],
  ],
  FlowMatchHeunDiscreteScheduler: [
    ['flow-heun', {}, 'linspace', false],
    ['flow-heun', {}, 'linspace', false],
  ],
  IPNDMScheduler: [
    [null, {}, 'trailing', false],
    [null, {}, 'trailing', false],
  ],
};

describe('configurations written by diffusers', () => {
  it('exist for each supported class', () => {
    expect(versions.diffusers).toBe('0.42.1');
    expect(new Set(Object.keys(files))).toEqual(new Set(schedulerClassNames));
  });

  it.each(cases)('are read with all keys: $name, file $number', ({ text }) => {
    // -Infinity is not JSON. It is the default value, so it is dropped.
    const { lambda_min_clipped: _, ...keys } = JSON.parse(text.replace('-Infinity', 'null'));
    expect(parse(text)).toEqual(keys);
  });

  it.each(schedulerClassNames)('contain the defaults that isonoise uses for absent keys: %s', (name) => {
    const { _diffusers_version: _, ...written } = parse(files[name]?.[0] ?? '');
    expect(parseSchedulerConfig({ _class_name: name }, 'test')).toEqual(written);
  });

  it.each(cases)(
    'are read as a sampler, its settings and a spacing: $name, file $number',
    ({ name, index, text }) => {
      const { sampler, settings, spacing, clip } = schedulerMeaning(parse(text));
      expect([sampler, settings, spacingText(spacing), clip]).toEqual(MEANINGS[name]?.[index]);
    },
  );

  it.each(cases)('have the same keys after reading and writing: $name, file $number', ({ text }) => {
    const scheduler = parse(text);
    const { sampler, settings, spacing, clip, steps } = schedulerMeaning(scheduler);
    const { _diffusers_version: _, noise_sampler_seed: __, ...keys } = scheduler;
    const written = stored(withSampler(scheduler, { sampler, settings, spacing, clip, steps }));
    expect(written).toMatchObject(
      // The sampler `euler` of DPMSolverMultistepScheduler becomes EulerDiscreteScheduler, which has the same grids.
      sampler === 'euler' && keys._class_name !== 'EulerDiscreteScheduler' ? {} : keys,
    );
    expect(schedulerMeaning(written)).toEqual(schedulerMeaning(scheduler));
  });

  it('give the timesteps of diffusers', () => {
    const timesteps = (name: string, steps: number): readonly number[] =>
      toTimesteps(parse(files[name]?.[0] ?? ''), steps);
    // The results of set_timesteps(4) in diffusers 0.42.1.
    expect(timesteps('DPMSolverMultistepScheduler', 4)).toEqual([999, 749, 500, 250]);
    expect(timesteps('PNDMScheduler', 4)).toEqual([750, 500, 250]);
  });
});

describe('the sampler of a model', () => {
  const diffusion = toSchedulerConfig({ kind: 'linear' }, { timestep_spacing: 'trailing' });
  const flow = toSchedulerConfig({ kind: 'flow', shift: 3 });
  const written = samplerNames.map((sampler) => {
    const model = samplers[sampler].process === 'flow' ? flow : diffusion;
    return withSampler(model, { sampler, steps: 9 });
  });

  it.each(samplerNames.map((name, i) => [name, written[i] as SchedulerConfig] as const))(
    '%s is written and read back, with steps, spacing and clipping',
    (sampler, scheduler) => {
      const model = samplers[sampler].process === 'flow' ? flow : diffusion;
      const { spacing, clip, predictionType } = schedulerMeaning(model);
      expect(schedulerMeaning(stored(scheduler))).toMatchObject({
        sampler,
        settings: {},
        steps: 9,
        spacing,
        clip,
        predictionType,
      });
    },
  );

  it('is written to files that diffusers can read (make-scheduler-configs.py --check)', async () => {
    await expect(`${JSON.stringify(written, null, 1)}\n`).toMatchFileSnapshot(
      '../testdata/written-scheduler-configs.json',
    );
  });

  it('has a note only if the class lacks a key', () => {
    const scheduler = withSampler(diffusion, {
      sampler: 'dpmpp-2m-sde',
      settings: { eta: 0.5, solverType: 'heun' },
      spacing: 'karras',
      steps: 12,
    });
    expect(scheduler).toMatchObject({
      _class_name: 'DPMSolverMultistepScheduler',
      algorithm_type: 'sde-dpmsolver++',
      solver_type: 'heun',
      use_karras_sigmas: true,
      _isonoise: { settings: { eta: 0.5, solverType: 'heun' }, steps: 12, clip: 1 },
    });
    expect(withSampler(scheduler, { settings: {}, steps: null, clip: false })).not.toHaveProperty(
      '_isonoise',
    );
    const back = withSampler(scheduler, { sampler: null, spacing: 'trailing' });
    expect(back).toEqual(diffusion);
  });

  it('keeps the noise schedule in classes that have no name for it', () => {
    const sigmoid = toSchedulerConfig({ kind: 'sigmoid', numTrainTimesteps: 10 });
    const { beta_schedule, trained_betas } = withSampler(sigmoid, { sampler: 'unipc' });
    expect(beta_schedule).toBe('linear');
    expect(trained_betas).toHaveLength(10);
    expect(withSampler(sigmoid, { sampler: 'ddpm' }).beta_schedule).toBe('sigmoid');
  });

  it('keeps the class DDPMScheduler if the network predicts variances', () => {
    const learned = toSchedulerConfig({ kind: 'linear' }, { variance_type: 'learned_range' });
    const scheduler = stored(withSampler(learned, { sampler: 'unipc', settings: { order: 3 } }));
    expect(scheduler).toMatchObject({ _class_name: 'DDPMScheduler', variance_type: 'learned_range' });
    expect(schedulerMeaning(scheduler)).toMatchObject({
      sampler: 'unipc',
      settings: { order: 3 },
      variance: 'learnedRange',
    });
  });

  it('keeps a zero terminal SNR, even if the class of the sampler has no key for it', () => {
    const schedule = { kind: 'cosine', zeroTerminalSnr: true, numTrainTimesteps: 10 } as const;
    const model = toSchedulerConfig(schedule, { prediction_type: 'v_prediction' });
    expect(model.rescale_betas_zero_snr).toBe(true);
    for (const [sampler, name] of [
      ['unipc', 'UniPCMultistepScheduler'],
      ['heun', 'DDPMScheduler'],
    ] as const) {
      const scheduler = stored(withSampler(model, { sampler }));
      expect(scheduler._class_name).toBe(name);
      expect(schedulerMeaning(scheduler).sampler).toBe(sampler);
      expect(toScheduleConfig(scheduler)).toEqual({ ...schedule, maxBeta: 0.999 });
    }
  });

  it('keeps thresholding, even if the class has no keys for it', () => {
    const keys = { thresholding: true, dynamic_thresholding_ratio: 0.9 };
    const settings = { thresholding: true, thresholdRatio: 0.9 };
    const imagen = toSchedulerConfig({ kind: 'linear' }, keys);
    const solver = withSampler(imagen, { sampler: 'dpmpp-2m' });
    expect(solver).toMatchObject({ ...keys, _class_name: 'DPMSolverMultistepScheduler' });
    expect(solver).not.toHaveProperty('_isonoise.settings');
    expect(schedulerMeaning(stored(solver))).toMatchObject({ settings, clip: false });
    expect(schedulerMeaning(stored(withSampler(imagen, { sampler: 'euler' })))).toMatchObject({
      settings,
      clip: false,
    });
  });

  it('is rejected if its class cannot describe the model', () => {
    const image = toSchedulerConfig({ kind: 'linear' }, { prediction_type: 'sample' });
    expect(() => withSampler(image, { sampler: 'dpm2' })).toThrow(/prediction_type/);
  });
});
