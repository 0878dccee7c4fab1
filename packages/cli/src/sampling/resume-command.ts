import { commandLine } from '../command-line.ts';
import { optionWords } from '../terminal/dashed.ts';
import { SAMPLE_DEFAULTS, type SampleFlags } from './sample-flags.ts';

/**
 * Options that a saved state does not contain: the guide, the output files, and the options of the machine.
 */
const NOT_SAVED: readonly (keyof SampleFlags)[] = [
  'guide',
  'out',
  'overwrite',
  'metadata',
  'atlas',
  'background',
  'palette',
  'symmetry',
  'gif',
  'npy',
  'columns',
  'scale',
  'batchSize',
  'provider',
  'threads',
];

const USUAL: Partial<SampleFlags> = SAMPLE_DEFAULTS;

/** Returns the command that resumes a stopped run with the options of that run. */
export const resumeCommand = (source: string, state: string, flags: SampleFlags): string =>
  commandLine([
    'pnpm',
    'sample',
    source,
    '--resume-state',
    state,
    ...NOT_SAVED.flatMap((name) => optionWords(name, flags[name], USUAL[name])),
  ]);
