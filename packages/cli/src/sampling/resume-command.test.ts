import { execFileSync } from 'node:child_process';
import type { Command } from 'commander';
import { expect, it } from 'vitest';
import { interpolateCommand, invertCommand } from '../commands/pictures.ts';
import { sampleCommand } from '../commands/sample.ts';
import { resumeCommand } from './resume-command.ts';
import { DRAWING_FLAGS, SAMPLE_DEFAULTS, type SampleFlags } from './sample-flags.ts';

it('resumeCommand omits options with default values, and options that the saved state contains', () => {
  const flags: SampleFlags = {
    ...SAMPLE_DEFAULTS,
    seed: '5',
    count: 4,
    sampler: 'heun',
    sChurn: 2,
    clip: null,
  };
  expect(resumeCommand('sample', 'models/mnist', 'half.json', flags)).toBe(
    'pnpm sample models/mnist --resume-state half.json',
  );
});

it('resumeCommand repeats the guide, the files and the machine options', () => {
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
  const command = resumeCommand('sample', 'm', 'half.json', given);
  expect(command).toBe(
    "pnpm sample m --resume-state half.json --guide weak --out 'my sheet.png' --gif a.gif --npy a.npy --columns 3 " +
      '--scale 1 --batch-size 8 --provider cpu --threads 2',
  );
  // The command refuses these flags together with a saved state.
  for (const flag of DRAWING_FLAGS) expect(command).not.toContain(` --${flag} `);
});

/** Words of each option that a resumed command repeats. Some values need quotes in a shell. */
const OPTIONS: Readonly<Record<string, readonly string[]>> = {
  guide: ['--guide', 'a weak model'],
  out: ['--out', "it's.png"],
  overwrite: ['--overwrite'],
  metadata: ['--no-metadata'],
  atlas: ['--atlas', '-atlas.png'],
  background: ['--background', '#0a0BFf'],
  palette: ['--palette', '$colours.hex'],
  symmetry: ['--symmetry', 'mirror'],
  gif: ['--gif', 'a b.gif'],
  npy: ['--npy', 'a;b.npy'],
  columns: ['--columns', '3'],
  scale: ['--scale', '2'],
  batchSize: ['--batch-size', '8'],
  provider: ['--provider', 'cpu'],
  threads: ['--threads', '2'],
};

/** Returns the flags that a command parses from the words after its name, without running the command. */
async function parsed(create: () => Command, words: readonly string[]): Promise<SampleFlags> {
  const command = create()
    .exitOverride()
    .action(() => {});
  await command.parseAsync([...words], { from: 'user' });
  return command.opts<SampleFlags>();
}

/** Splits a command line into words, like a shell. */
const shellWords = (line: string): readonly string[] =>
  execFileSync('sh', ['-c', `printf '%s\\0' ${line}`], { encoding: 'utf8' })
    .split('\0')
    .slice(0, -1);

/** Returns combinations of options: none, each option, each pair, and all options. */
const combinations = (names: readonly string[]): readonly (readonly string[])[] => [
  [],
  ...names.flatMap((one, i) => names.slice(i).map((other) => (one === other ? [one] : [one, other]))),
  names,
];

it.skipIf(process.platform === 'win32').each([
  ['sample', sampleCommand, Object.keys(OPTIONS)],
  [
    'interpolate',
    interpolateCommand,
    ['out', 'overwrite', 'metadata', 'gif', 'npy', 'batchSize', 'provider', 'threads'],
  ],
  ['invert', invertCommand, ['out', 'overwrite', 'batchSize', 'provider', 'threads']],
] as const)(
  'resumeCommand returns a command for %s that parses to the options of the stopped run',
  async (verb, create, names) => {
    for (const chosen of combinations(names)) {
      const given = chosen.flatMap((name) => OPTIONS[name] ?? []);
      const flags = await parsed(create, ['m', ...given, '--save-state', 'half.json', '--stop-after', '1']);
      const { saveState: _, stopAfter: __, ...kept } = flags;
      const words = shellWords(resumeCommand(verb, 'm', 'half.json', flags));
      expect(words.slice(0, 3)).toEqual(['pnpm', verb, 'm']);
      expect(await parsed(create, words.slice(2)), chosen.join()).toEqual({
        ...kept,
        resumeState: 'half.json',
      });
    }
  },
);
