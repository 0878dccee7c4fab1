import { expect, it } from 'vitest';
import { resumeCommand } from './ema-command.ts';
import { EMA_DEFAULTS, type EmaFlags } from './ema-flags.ts';

const flags: EmaFlags = { ...EMA_DEFAULTS, count: 1000, guidance: 1, seed: '1' };

it('resumeCommand omits options that have their default values', () => {
  expect(resumeCommand('runs/mnist', flags)).toBe('pnpm ema runs/mnist --count 1000 --guidance 1 --seed 1');
});

it('resumeCommand repeats lengths, files and machine options', () => {
  const given: EmaFlags = {
    ...flags,
    lengths: [0.05, 0.1],
    checkpoint: 'best',
    out: 'my results',
    cache: 'c',
    provider: 'cpu',
    threads: 2,
    batchSize: 10,
  };
  expect(resumeCommand('r', given)).toBe(
    "pnpm ema r --lengths 0.05,0.1 --checkpoint best --count 1000 --guidance 1 --seed 1 --out 'my results' --cache c " +
      '--provider cpu --threads 2 --batch-size 10',
  );
});
