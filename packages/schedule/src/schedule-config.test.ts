import { IsonoiseError } from '@isonoise/error';
import { describe, expect, it } from 'vitest';
import { parseScheduleConfig } from './schedule-config.ts';

describe('parseScheduleConfig', () => {
  it('applies defaults', () => {
    expect(parseScheduleConfig({ kind: 'linear' })).toEqual({
      kind: 'linear',
      numTrainTimesteps: 1000,
      betaStart: 1e-4,
      betaEnd: 0.02,
    });
    expect(parseScheduleConfig({ kind: 'scaledLinear' })).toMatchObject({
      betaStart: 0.00085,
      betaEnd: 0.012,
    });
    expect(parseScheduleConfig({ kind: 'cosine', numTrainTimesteps: 4000 })).toEqual({
      kind: 'cosine',
      numTrainTimesteps: 4000,
      maxBeta: 0.999,
    });
  });

  it.each([
    [null, /got null/],
    ['linear', /got string/],
    [[], /expected an object/],
    [{}, /kind is undefined; expected one of linear, quadratic/],
    [{ kind: 'cubic' }, /kind is "cubic"/],
    [{ kind: 'toString' }, /kind is "toString"/],
    [
      { kind: 'linear', beta_start: 1e-4 },
      /unknown "beta_start" for kind "linear"; expected numTrainTimesteps, betaStart/,
    ],
    [{ kind: 'cosine', betaStart: 1e-4 }, /unknown "betaStart" for kind "cosine"/],
    [{ kind: 'linear', numTrainTimesteps: 0 }, /numTrainTimesteps is 0/],
    [{ kind: 'linear', numTrainTimesteps: 2.5 }, /numTrainTimesteps is 2.5/],
    [
      { kind: 'linear', numTrainTimesteps: 100_001 },
      /numTrainTimesteps is 100001; expected an integer in \[1, 100000\]/,
    ],
    [{ kind: 'linear', betaEnd: 1 }, /betaEnd is 1; expected a number in \[1.1102230246251565e-16, 1\)/],
    [{ kind: 'linear', betaStart: '0.1' }, /betaStart is "0.1"/],
    [{ kind: 'linear', betaStart: null }, /betaStart is null/],
    [{ kind: 'linear', numTrainTimesteps: null }, /numTrainTimesteps is null/],
    [{ kind: 'constant', beta: Number.NaN }, /beta is NaN/],
    [{ kind: 'linear', betaStart: 1e-320 }, /betaStart is 1e-320/],
    [{ kind: 'linear', betaStart: 5e-324, betaEnd: 5e-324 }, /betaStart is 5e-324/],
    [{ kind: 'linear', betaStart: 1e-17 }, /betaStart is 1e-17/],
    [{ kind: 'linear', betaStart: -0.1 }, /betaStart is -0.1/],
    [{ kind: 'linear', betaEnd: Number.POSITIVE_INFINITY }, /betaEnd is Infinity/],
    [{ kind: 'sigmoid', betaStart: 0 }, /betaStart is 0/],
    [{ kind: 'scaledLinear', betaEnd: 1e-310 }, /betaEnd is 1e-310/],
    [{ kind: 'cosine', maxBeta: 1e-310 }, /maxBeta is 1e-310/],
    [{ kind: 'trained', betas: [0.1, 1e-320] }, /betas\[1\] is 1e-320/],
    [{ kind: 'trained' }, /betas is undefined; expected an array/],
    [{ kind: 'trained', betas: [] }, /betas is an array of 0; expected an array/],
    [{ kind: 'trained', betas: new Array<number>(100_001).fill(1e-6) }, /array of 1 to 100000 numbers/],
    [{ kind: 'trained', betas: [0.1, 2] }, /betas\[1\] is 2/],
    // JSON can represent this object, but String() throws for it.
    [
      { kind: 'linear', numTrainTimesteps: { toString: 1, valueOf: 1 } },
      /numTrainTimesteps is \{"toString":1,"valueOf":1\};/,
    ],
    [{ kind: 'linear', betaEnd: 'x'.repeat(1000) }, /betaEnd is "x{59};/],
    [{ kind: 'x'.repeat(1000) }, /kind is "x{59};/],
    [{ kind: 'flow', ['x'.repeat(1000)]: 1 }, /unknown "x{59} for kind/],
    [{ kind: 'flow', a: 1, b: 1, c: 1, d: 1, e: 1, f: 1, g: 1 }, /unknown "a", .*"e", and 2 more for kind/],
  ])('refuses %j', (value, message) => {
    expect(() => parseScheduleConfig(value)).toThrow(message);
    expect(() => parseScheduleConfig(value)).toThrow(IsonoiseError);
    expect(() => parseScheduleConfig(value)).toThrow(expect.objectContaining({ code: 'SCHEDULE_CONFIG' }));
  });
});
