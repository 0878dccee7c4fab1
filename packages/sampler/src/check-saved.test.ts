import { type CreateSchedule, createSchedule } from '@isonoise/schedule';
import { describe, expect, it } from 'vitest';
import { plan, saved } from '../testdata/saved-run.ts';
import { toSamplingStart } from './run-sampling.ts';
import { decodeSampling, encodeSampling, savedFromJson, savedToJson } from './saved-json.ts';
import { checkSaved, requireSavable } from './saved-sampling.ts';

describe('checkSaved', () => {
  it('checks a run only once, but checks every copy of it', () => {
    const run = decodeSampling(encodeSampling(saved));
    expect(checkSaved(run)).toBe(run);
    expect(toSamplingStart({ from: run })).toBe(run);
    expect(() => Object.assign(run, { nextStep: 99 })).toThrow(TypeError);
    expect(() => checkSaved({ ...run, nextStep: 99 })).toThrow(
      expect.objectContaining({ code: 'SAMPLER_SAVED' }),
    );
  });

  it.each([Number.NaN, Infinity, -Infinity])('refuses %d in the images and in the memory', (value) => {
    const x = Float32Array.of(0, 1, value, 2);
    expect(() => checkSaved({ ...saved, x })).toThrow(
      `saved sampling: x[2] is ${value}; expected finite values. Use an undamaged copy of the saved run.`,
    );
    const multistep = { ...plan, sampler: 'dpmpp-2m', settings: {} };
    const run = { ...saved, plan: multistep, memory: [Float32Array.of(value, 0, 0, 0)] };
    expect(() => checkSaved(run)).toThrow(
      `saved sampling: memory[0][0] is ${value}; expected finite values.`,
    );
  });

  it('adds its prefix to an error of the plan only once', () => {
    const wrong = { ...saved, plan: { ...plan, settings: { eta: 2 } } };
    expect(() => checkSaved(wrong)).toThrow(/^saved sampling: eta is 2; expected a number from 0 to 1\.$/);
  });

  it('refuses a saved run from plain JSON, and suggests encodeSampling', () => {
    expect(() => checkSaved(JSON.parse(JSON.stringify(saved)))).toThrow(
      /x is not a Float32Array.*encodeSampling/,
    );
  });

  it('accepts a run before its first step and after its last', () => {
    expect(checkSaved({ ...saved, nextStep: 0 }).nextStep).toBe(0);
    expect(checkSaved({ ...saved, nextStep: 3 }).nextStep).toBe(3);
  });

  it('creates the schedule of a run once, with the function that the caller passes', () => {
    const made: string[] = [];
    const create = ((config) => {
      made.push(config.kind);
      return createSchedule(config);
    }) as CreateSchedule;
    // No other test has computed the rows of a plan with these betas.
    const { plan: written, ...rest } = savedToJson(saved);
    const schedule = { ...saved.plan.schedule, betas: [0.11, 0.12, 0.13] };
    const read = savedFromJson({ ...rest, plan: { ...Object(written), schedule } }, create);
    expect(made).toEqual(['trained']);
    // Later checks of equal plans reuse the rows and do not create a schedule.
    requireSavable(read.plan, create);
    requireSavable({ ...read.plan }, create);
    expect(made).toHaveLength(1);
  });
});
