import { parseSchedulerConfig } from '@isonoise/bundle';
import { describe, expect, it } from 'vitest';
import { memoryFile } from '../testdata/memory-source.ts';
import { checkTimes, readScheduler } from './scheduler.ts';

const ddpm = (fields: object) => parseSchedulerConfig({ _class_name: 'DDPMScheduler', ...fields }, 'x');

describe('readScheduler', () => {
  it('leaves out keys of early versions, which have no effect', async () => {
    const text = JSON.stringify({ _class_name: 'DDPMScheduler', tensor_format: 'pt', beta_end: 0.03 });
    const file = memoryFile(new TextEncoder().encode(text), 'scheduler_config.json');
    const { scheduler, notes } = await readScheduler(file, null);
    expect(scheduler).toMatchObject({ beta_end: 0.03, prediction_type: 'epsilon' });
    expect([scheduler.tensor_format, notes]).toEqual([undefined, []]);
  });

  it('refuses a class that is not supported, with the reason', async () => {
    const file = memoryFile(new TextEncoder().encode('{"_class_name":"ScoreSdeVeScheduler"}'), 'it.json');
    await expect(readScheduler(file, null)).rejects.toMatchObject({
      code: 'BUNDLE_FILE_INVALID',
      message: expect.stringContaining('it.json: _class_name is "ScoreSdeVeScheduler"'),
    });
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
