import { commandLine } from '../command-line.ts';
import { DEFAULT_REDIS } from '../jobs/jobs-flags.ts';
import { optionWords } from '../terminal/dashed.ts';
import { BITS_DEFAULTS } from './bits/bits-flags.ts';
import { EVALUATE_DEFAULTS, type EvaluateFlags } from './evaluate-flags.ts';

type Names = readonly (keyof EvaluateFlags)[];

/** Options that affect the measures of drawn images. */
const OF_IMAGES: Names = [
  'samplers',
  'steps',
  'spacing',
  'guidance',
  'guide',
  'tags',
  'count',
  'seed',
  'dataset',
  'features',
  'output',
];

/** Options that affect bits per dimension. */
const OF_BITS: Names = ['bits', 'bitsCount', 'bitsSteps', 'flowSteps', 'bitsMethods', 'seed', 'dataset'];

/** Further options of the command to resume. */
const OF_MACHINE: Names = ['against', 'out', 'cache', 'provider', 'threads', 'batchSize', 'write'];

/** Options of an evaluation by workers. */
const OF_JOBS: Names = ['distributed', 'redis', 'sameBits', 'priority', 'saveEvery'];

const USUAL: Partial<EvaluateFlags> = { ...EVALUATE_DEFAULTS, ...BITS_DEFAULTS, redis: DEFAULT_REDIS };

const commandOf = (source: string, flags: EvaluateFlags, others: Names): string =>
  commandLine([
    'pnpm',
    'evaluate',
    source,
    ...[...(flags.bits === true ? OF_BITS : OF_IMAGES), ...others].flatMap((name) =>
      optionWords(name, flags[name], USUAL[name]),
    ),
  ]);

/** Returns the command that repeats the measurement, for the model card. */
export const measureCommand = (source: string, flags: EvaluateFlags): string => commandOf(source, flags, []);

/** Returns the command that resumes a stopped evaluation. */
export const resumeCommand = (source: string, flags: EvaluateFlags): string =>
  commandOf(source, flags, flags.distributed === true ? [...OF_MACHINE, ...OF_JOBS] : OF_MACHINE);
