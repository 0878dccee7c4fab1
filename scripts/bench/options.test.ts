import { describe, expect, it } from 'vitest';
import { parseOptions } from './options.ts';

const names = ['training', 'sampling', 'cost'];
const known = [...names, 'torch'].map((name) => ({ name, needsPython: name === 'torch' }));

describe('parseOptions', () => {
  it('returns every bench and the folder docs by default', () => {
    expect(parseOptions([], known, 2)).toEqual({
      names,
      quick: false,
      threads: 2,
      out: 'docs',
      python: undefined,
      help: false,
    });
  });

  it('accepts names in any order and keeps the order of the table', () => {
    expect(parseOptions(['cost', 'training'], known, 2).names).toEqual(['training', 'cost']);
  });

  it('includes a bench that needs Python only if an interpreter is named', () => {
    expect(() => parseOptions(['torch', 'cost'], known, 2)).toThrow('torch needs PyTorch; expected --python');
    expect(parseOptions(['torch', '--python', 'python3'], known, 2)).toMatchObject({
      names: ['torch'],
      python: 'python3',
    });
    expect(parseOptions(['--python', 'python3'], known, 2).names).toEqual([...names, 'torch']);
  });

  it('returns a folder for a quick run only if --out is given', () => {
    expect(parseOptions(['--quick'], known, 2).out).toBeUndefined();
    expect(parseOptions(['--quick', '--out', 'out'], known, 2).out).toBe('out');
  });

  it('rejects unknown benches and flags, and thread counts that are not whole and positive', () => {
    expect(() => parseOptions(['speed'], known, 2)).toThrow(
      /got speed; expected names among training, sampling, cost, torch/,
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
