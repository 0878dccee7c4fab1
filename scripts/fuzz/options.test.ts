import { describe, expect, it } from 'vitest';
import { parseOptions } from './options.ts';
import { TARGET_NAMES } from './targets.ts';

describe('parseOptions', () => {
  it('returns all targets and a thousand inputs per target by default', () => {
    expect(parseOptions([])).toEqual({
      help: false,
      targets: TARGET_NAMES,
      count: 1000,
      minutes: Number.POSITIVE_INFINITY,
      seed: 1,
      write: false,
    });
  });

  it('reads targets, limits and the seed', () => {
    expect(parseOptions(['trace', '--count', '5', '--minutes', '0.5', '--seed', '7'])).toMatchObject({
      targets: ['trace'],
      count: 5,
      minutes: 0.5,
      seed: 7,
    });
  });

  it('does not limit the count if only --minutes is given', () => {
    expect(parseOptions(['--minutes', '2']).count).toBeGreaterThan(1e9);
  });

  it.each([
    [['traces'], 'unknown target traces'],
    [['--count', '0'], '--count is "0"'],
    [['--count', '1.5'], '--count is "1.5"'],
    [['--count', ''], '--count is ""'],
    [['--minutes', '-1'], '--minutes'],
    [['--minutes=-1'], '--minutes is "-1"'],
    [['--minutes', 'NaN'], '--minutes is "NaN"'],
    [['--seed=-1'], '--seed is "-1"'],
    [['--sed', '1'], 'sed'],
    [['trace', '--write'], '--write with some targets'],
  ])('rejects %j', (args, part) => {
    const parse = (): unknown => parseOptions(args);
    expect(parse).toThrow(expect.objectContaining({ code: 'FUZZ_USAGE' }));
    expect(parse).toThrow(part);
  });
});
