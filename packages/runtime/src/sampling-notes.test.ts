import { toSchedulerConfig } from '@isonoise/bundle';
import { describe, expect, it } from 'vitest';
import { samplingNotes } from './sampling-notes.ts';

const leading = { scheduler: toSchedulerConfig({ kind: 'cosine' }, { timestep_spacing: 'leading' }) };
const trailing = { scheduler: toSchedulerConfig({ kind: 'cosine' }, { timestep_spacing: 'trailing' }) };

describe('samplingNotes', () => {
  it('states the first timestep of spacing leading if the number of steps does not divide the timesteps', () => {
    // alphaBar of a cosine schedule at 500: cos²(π/2 · (0.501 + 0.008) / 1.008) / cos²(π/2 · 0.008 / 1.008) = 0.4922.
    expect(samplingNotes(leading, { steps: 501 })).toEqual([
      'spacing leading with 501 steps, which do not divide the 1000 timesteps, starts at timestep 500, where alphaBar ' +
        'is 0.49; pure noise belongs to timestep 999. Use spacing trailing or linspace, or a number of steps that ' +
        'divides 1000.',
    ]);
    expect(samplingNotes(leading, { steps: 30 })[0]).toContain('starts at timestep 957');
  });

  it('uses the spacing of the request, or of the model if the request has none', () => {
    expect(samplingNotes(trailing, { steps: 501, spacing: 'leading' })).toHaveLength(1);
    expect(samplingNotes(leading, { steps: 501, spacing: 'trailing' })).toEqual([]);
    expect(samplingNotes(leading, { steps: 501, spacing: 'linspace' })).toEqual([]);
    expect(samplingNotes(trailing, { steps: 501 })).toEqual([]);
    expect(samplingNotes(leading, { spacing: [500, 0] })).toEqual([]);
  });

  it('returns a note on spacing leading only if the image is visible at the first timestep', () => {
    // With 8 or more steps, ᾱ at the first timestep is below 0.05.
    for (const steps of [8, 10, 50, 100, 500, 1000]) expect(samplingNotes(leading, { steps })).toEqual([]);
    expect(samplingNotes(leading, {})).toEqual([]);
    expect(samplingNotes(leading, { sampler: 'ddpm' })).toEqual([]);
    // A run of one step starts at timestep 0. A run of two steps starts at 500.
    expect(samplingNotes(leading, { steps: 1 })[0]).toMatch(
      /^spacing leading with 1 step starts at timestep 0, where alphaBar is 1\.0;/,
    );
    expect(samplingNotes(leading, { steps: 2 })[0]).toContain('starts at timestep 500');
    expect(samplingNotes(leading, { steps: 5 })[0]).toMatch(/alphaBar is 0\.093;.*or more steps\.$/);
  });

  it('compares ᾱ with its value at the last timestep, where the image may be partly visible', () => {
    // A linear schedule with 100 timesteps ends at ᾱ = 0.36.
    const short = {
      scheduler: { ...leading.scheduler, num_train_timesteps: 100, beta_schedule: 'linear' } as const,
    };
    expect(samplingNotes(short, { steps: 50 })).toEqual([]);
    expect(samplingNotes(short, { steps: 4 })[0]).toContain('starts at timestep 75, where alphaBar is 0.56');
  });

  it('adds the steps_offset of the model', () => {
    const { scheduler } = leading;
    const shifted = { scheduler: { ...scheduler, steps_offset: 1 } };
    expect(samplingNotes(shifted, { steps: 501 })[0]).toContain('starts at timestep 501');
  });
});
