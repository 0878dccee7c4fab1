import type { ScheduleConfig } from '@isonoise/schedule';
import { expect, it } from 'vitest';
import { PRESET_NAMES, PRESETS } from './presets.ts';
import { scheduleWarning } from './schedule-warning.ts';

// The product Π (1 − β_t) is 0.6029 for 50 steps with β from 1e-4 to 0.02, computed in float64 from the definition.
it.each<[ScheduleConfig, RegExp]>([
  [
    { kind: 'linear', numTrainTimesteps: 50 },
    /linear noise of 50 timesteps ends at ᾱ = 0\.60; expected at most 0\.01.*numTrainTimesteps/,
  ],
  [{ kind: 'linear', betaEnd: 0.002 }, /ᾱ = 0\.35/],
  [{ kind: 'scaledLinear', numTrainTimesteps: 100 }, /scaledLinear noise of 100.*--schedule cosine/],
  [{ kind: 'constant', numTrainTimesteps: 10 }, /ᾱ = 0\.82.*larger beta/],
  [{ kind: 'cosine', maxBeta: 0.001 }, /larger maxBeta/],
  [{ kind: 'trained', betas: [0.5, 0.5] }, /ᾱ = 0\.25.*larger betas/],
  [{ kind: 'linear', numTrainTimesteps: 1 }, /ᾱ = 1\.0/],
])('scheduleWarning warns that %j does not end near pure noise', (config, message) => {
  expect(scheduleWarning(config)).toMatch(message);
});

it('scheduleWarning accepts the usual schedules of 1000 timesteps, and shorter ones that end near pure noise', () => {
  for (const kind of [
    'linear',
    'quadratic',
    'scaledLinear',
    'sigmoid',
    'cosine',
    'constant',
    'flow',
    'sine',
  ] as const)
    expect(scheduleWarning({ kind }), kind).toBeNull();
  expect(scheduleWarning({ kind: 'cosine', numTrainTimesteps: 50 })).toBeNull();
  expect(scheduleWarning({ kind: 'linear', numTrainTimesteps: 50, betaEnd: 0.4 })).toBeNull();
  for (const name of PRESET_NAMES)
    expect(scheduleWarning(PRESETS[name].train.schedule as ScheduleConfig)).toBeNull();
});
