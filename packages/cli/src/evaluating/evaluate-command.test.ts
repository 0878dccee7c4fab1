import { expect, it } from 'vitest';
import { BITS_DEFAULTS } from './bits/bits-flags.ts';
import { measureCommand, resumeCommand } from './evaluate-command.ts';
import { EVALUATE_DEFAULTS, type EvaluateFlags } from './evaluate-flags.ts';

const flags: EvaluateFlags = { ...EVALUATE_DEFAULTS, ...BITS_DEFAULTS, count: 2000, seed: '1' };

it('measureCommand and resumeCommand omit defaults', () => {
  expect(measureCommand('models/mnist', flags)).toBe('pnpm evaluate models/mnist --count 2000 --seed 1');
  expect(resumeCommand('models/mnist', flags)).toBe(measureCommand('models/mnist', flags));
});

it('measureCommand repeats the options that affect the results; resumeCommand adds those of files and machine', () => {
  const given: EvaluateFlags = {
    ...flags,
    samplers: ['ddim', 'unipc'],
    guidance: [1, 1.5],
    output: 'pool3',
    out: 'my results',
    cache: 'c',
    provider: 'cpu',
    threads: 2,
    batchSize: 10,
    write: true,
  };
  const card = 'pnpm evaluate m --samplers ddim,unipc --guidance 1,1.5 --count 2000 --seed 1 --output pool3';
  expect(measureCommand('m', given)).toBe(card);
  expect(resumeCommand('m', given)).toBe(
    `${card} --out 'my results' --cache c --provider cpu --threads 2 --batch-size 10 --write`,
  );
});

it('measureCommand repeats the options of bits per dimension', () => {
  const given: EvaluateFlags = {
    ...flags,
    bits: true,
    bitsSteps: 'all',
    bitsMethods: ['bound', 'flow'],
    cache: 'c',
  };
  expect(measureCommand('m', given)).toBe(
    'pnpm evaluate m --bits --bits-steps all --bits-methods bound,flow --seed 1',
  );
  expect(resumeCommand('m', given)).toBe(`${measureCommand('m', given)} --cache c`);
});

it('resumeCommand repeats the options of jobs only with --distributed', () => {
  const redis = 'redis://queue:6379';
  expect(resumeCommand('m', { ...flags, redis })).toBe(measureCommand('m', flags));
  const jobs = { distributed: true, redis, sameBits: true, priority: 3, saveEvery: 5 };
  const given: EvaluateFlags = { ...flags, ...jobs };
  expect(measureCommand('m', given)).toBe(measureCommand('m', flags));
  expect(resumeCommand('m', given)).toBe(
    `${measureCommand('m', flags)} --distributed --redis ${redis} --same-bits --priority 3 --save-every 5`,
  );
});
