import { parseSchedulerConfig } from '@isonoise/bundle';
import { describe, expect, it } from 'vitest';
import { memoryFile } from '../testdata/memory-source.ts';
import { checkTimes, checkVariances, fitGuidance, readScheduler } from './scheduler.ts';

const ddpm = (fields: object) => parseSchedulerConfig({ _class_name: 'DDPMScheduler', ...fields }, 'x');

describe('readScheduler', () => {
  it('leaves out keys of early versions, which have no effect', async () => {
    const text = JSON.stringify({ _class_name: 'DDPMScheduler', tensor_format: 'pt', beta_end: 0.03 });
    const file = memoryFile(new TextEncoder().encode(text), 'scheduler_config.json');
    const { scheduler, notes } = await readScheduler(file, null);
    expect(scheduler).toMatchObject({ beta_end: 0.03, prediction_type: 'epsilon' });
    expect([scheduler.tensor_format, notes]).toEqual([undefined, []]);
  });

  it('takes the class of model_index.json if the file lacks it, and notes a different class', async () => {
    const read = (text: string) =>
      readScheduler(memoryFile(new TextEncoder().encode(text), 'it.json'), null, 'DDIMScheduler');
    const missing = await read('{"beta_end":0.03}');
    expect([missing.scheduler._class_name, missing.scheduler.beta_end, missing.notes]).toEqual([
      'DDIMScheduler',
      0.03,
      [],
    ]);
    const other = await read('{"_class_name":"DDPMScheduler"}');
    expect([other.scheduler._class_name, other.notes]).toEqual([
      'DDPMScheduler',
      ['model_index.json names the scheduler "DDIMScheduler"; took the class of it.json, "DDPMScheduler"'],
    ]);
  });

  it('reports the file in errors about betas', async () => {
    const file = memoryFile(new TextEncoder().encode('{"trained_betas":[0.5]}'), 'it.json');
    await expect(readScheduler(file, null)).rejects.toMatchObject({
      code: 'SCHEDULE_CONFIG',
      message: expect.stringMatching(/^import: it\.json: .*trained_betas has 1 value; expected 1000/),
    });
  });

  it('refuses a class that is not supported, with the reason', async () => {
    const file = memoryFile(new TextEncoder().encode('{"_class_name":"ScoreSdeVeScheduler"}'), 'it.json');
    await expect(readScheduler(file, null)).rejects.toMatchObject({
      code: 'BUNDLE_FILE_INVALID',
      message: expect.stringContaining('it.json: _class_name is "ScoreSdeVeScheduler"'),
    });
  });
});

describe('fitGuidance', () => {
  const scheduler = ddpm({ _isonoise: { guidance: 2, steps: 9 } });

  it('keeps the recommended guidance of a model with a null class', () => {
    const classes = { count: 2, names: ['a'], nullClass: 1 };
    expect(fitGuidance(scheduler, { classes })).toEqual({ scheduler, notes: [] });
  });

  it('removes the guidance of a model that cannot be guided, and notes why', () => {
    const classes = { count: 2, names: ['a', 'b'], nullClass: null };
    const fitted = fitGuidance(scheduler, { classes });
    expect(fitted.scheduler._isonoise).toEqual({ steps: 9 });
    expect(fitted.notes).toEqual([
      'the scheduler recommends guidance 2; it was left out, because the model has no null class, so it cannot be guided',
    ]);
    expect(fitGuidance(ddpm({}), { classes }).notes).toEqual([]);
  });
});

describe('checkVariances', () => {
  it('requires twice the channels exactly if the scheduler uses predicted variances', () => {
    const [plain, double] = [3, 6].map((out) => ({ in_channels: 3, out_channels: out }));
    const learned = ddpm({ variance_type: 'learned_range' });
    expect(() => checkVariances(double ?? {}, learned)).not.toThrow();
    expect(() => checkVariances(plain ?? {}, ddpm({}))).not.toThrow();
    expect(() => checkVariances(plain ?? {}, learned)).toThrow(
      'variance_type is "learned_range", and the network has 3 output channels; expected 6, for the prediction and the variances. Name',
    );
    expect(() => checkVariances(double ?? {}, ddpm({}))).toThrow(
      'the network has 6 output channels; expected 3, for the prediction alone. Name',
    );
    for (const scheduler of [learned, ddpm({})])
      expect(() => checkVariances({ in_channels: 3, out_channels: 4 }, scheduler)).toThrow(
        'the network has 3 input channels and 4 output channels; expected 3 output channels, or 6 with variances. isonoise',
      );
  });
});

describe('checkTimes', () => {
  const learned = { time_embedding_type: 'learned', num_train_timesteps: 500 };

  it('accepts a learned row for each timestep, and refuses fractional times and more timesteps than rows', () => {
    expect(() => checkTimes(learned, ddpm({ num_train_timesteps: 500 }))).not.toThrow();
    expect(() => checkTimes(learned, ddpm({ num_train_timesteps: 501 }))).toThrow(
      'a learned row for each of 500 timesteps, and the scheduler is DDPMScheduler with 501',
    );
    const flow = parseSchedulerConfig(
      { _class_name: 'FlowMatchEulerDiscreteScheduler', num_train_timesteps: 500 },
      'x',
    );
    expect(() => checkTimes(learned, flow)).toThrow('expected whole timesteps');
  });

  it('refuses Fourier features with timesteps that end at 0, where the network divides by 0', () => {
    const fourier = { time_embedding_type: 'fourier', num_train_timesteps: null };
    expect(() => checkTimes(fourier, ddpm({}))).toThrow('the timesteps of DDPMScheduler end at 0');
    expect(() => checkTimes(fourier, ddpm({ timestep_spacing: 'trailing' }))).not.toThrow();
  });
});
