import { expect, it } from 'vitest';
import { resumeCommand } from './resume-command.ts';
import { DRAWING_FLAGS, SAMPLE_DEFAULTS, type SampleFlags } from './sample-flags.ts';

it('resumeCommand omits defaults, and options that the saved state contains', () => {
  const flags: SampleFlags = {
    ...SAMPLE_DEFAULTS,
    seed: '5',
    count: 4,
    sampler: 'heun',
    sChurn: 2,
    clip: null,
  };
  expect(resumeCommand('models/mnist', 'half.json', flags)).toBe(
    'pnpm sample models/mnist --resume-state half.json',
  );
});

it('resumeCommand repeats the guide, the files and the options of the machine', () => {
  const given: SampleFlags = {
    ...SAMPLE_DEFAULTS,
    guide: 'weak',
    out: 'my sheet.png',
    gif: 'a.gif',
    npy: 'a.npy',
    columns: 3,
    scale: 1,
    batchSize: 8,
    provider: 'cpu',
    threads: 2,
    saveState: 'half.json',
    stopAfter: 1,
  };
  const command = resumeCommand('m', 'half.json', given);
  expect(command).toBe(
    "pnpm sample m --resume-state half.json --guide weak --out 'my sheet.png' --gif a.gif --npy a.npy --columns 3 " +
      '--scale 1 --batch-size 8 --provider cpu --threads 2',
  );
  // These flags are refused together with a saved state.
  for (const flag of DRAWING_FLAGS) expect(command).not.toContain(` --${flag} `);
});
