import { commandLine } from '../command-line.ts';
import { optionWords } from '../terminal/dashed.ts';
import { EMA_DEFAULTS, type EmaFlags } from './ema-flags.ts';

/** Options that the command to resume repeats. */
const KEPT: readonly (keyof EmaFlags)[] = [
  'lengths',
  'checkpoint',
  'count',
  'sampler',
  'steps',
  'guidance',
  'tags',
  'seed',
  'dataset',
  'features',
  'output',
  'out',
  'cache',
  'provider',
  'threads',
  'batchSize',
];

const USUAL: Partial<EmaFlags> = EMA_DEFAULTS;

/** Returns the command that resumes an interrupted `pnpm ema`. Options with their default values are left out. */
export const resumeCommand = (run: string, flags: EmaFlags): string =>
  commandLine(['pnpm', 'ema', run, ...KEPT.flatMap((name) => optionWords(name, flags[name], USUAL[name]))]);
