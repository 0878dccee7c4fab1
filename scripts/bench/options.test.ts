import { describe, expect, it } from 'vitest';
import { parseOptions } from './options.ts';

const known = ['training', 'sampling', 'cost'];

describe('parseOptions', () => {
  it('runs every bench and writes to docs by default', () => {
    expect(parseOptions([], known, 2)).toEqual({
      names: known,
      quick: false,
      threads: 2,
      out: 'docs',
      help: false,
    });
  });

  it('accepts names in any order and keeps the order of the table', () => {
    expect(parseOptions(['cost', 'training'], known, 2).names).toEqual(['training', 'cost']);
  });

  it('does not write a quick run unless a folder is given', () => {
    expect(parseOptions(['--quick'], known, 2).out).toBeUndefined();
    expect(parseOptions(['--quick', '--out', 'out'], known, 2).out).toBe('out');
  });

  it('names unknown benches and flags, and lists the known benches', () => {
    expect(() => parseOptions(['speed'], known, 2)).toThrow(
      /got speed; expected names among training, sampling, cost/,
    );
    expect(() => parseOptions(['--fast'], known, 2)).toThrow(
      expect.objectContaining({ code: 'BENCH_USAGE' }),
    );
    for (const threads of ['0', '1.5', 'two']) {
      expect(() => parseOptions(['--threads', threads], known, 2)).toThrow(/--threads/);
    }
    expect(parseOptions(['--threads', '1'], known, 2).threads).toBe(1);
  });
});
