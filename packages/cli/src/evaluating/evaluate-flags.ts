import type { SamplerName } from '@isonoise/sampler';
import type { Spacing } from '@isonoise/schedule';
import type { MachineFlags } from '../machine-flags.ts';
import type { BitsFlags } from './bits/bits-flags.ts';

/**
 * Minimum number of images for the measures. Density and coverage need the fifth neighbour of each image.
 */
export const MIN_IMAGES = 6;

/** Default folder for the features of data sets. */
export const FEATURE_CACHE = '.cache/evaluate';

/** Options of `evaluate` as commander passes them; options that were not given are absent. */
export interface EvaluateFlags extends MachineFlags, BitsFlags {
  readonly samplers?: readonly SamplerName[];
  readonly steps?: readonly number[];
  readonly spacing?: readonly Spacing[];
  readonly guidance?: readonly number[];
  /** Path of the guide. By default, the model without a class is the guide. */
  readonly guide?: string;
  /** Path of a second model that draws from the same seeds. Its FID is compared with the FID of the evaluated model. */
  readonly against?: string;
  /** Tags of all images. Default: those of the training images. */
  readonly tags?: readonly string[];
  readonly count: number;
  readonly seed: string;
  readonly dataset?: string;
  readonly features?: string;
  readonly output: string;
  readonly out?: string;
  readonly cache: string;
  readonly write?: boolean;
  readonly batchSize: number;
  /** Whether workers draw the images. */
  readonly distributed?: boolean;
  /** Address of the Redis server of the jobs. */
  readonly redis?: string;
  /** Whether all images of a combination must come from one kind of processor. */
  readonly sameBits?: boolean;
  /** Priority of the job. Jobs with a smaller number are drawn first. */
  readonly priority?: number;
  /** Number of steps after which the state of a range is saved; 0: never. */
  readonly saveEvery?: number;
  readonly quiet?: boolean;
  readonly json?: boolean;
}

/** The defaults of options that do not depend on the model. */
export const EVALUATE_DEFAULTS: Pick<EvaluateFlags, 'output' | 'cache' | 'batchSize' | 'provider'> = {
  output: 'features',
  cache: FEATURE_CACHE,
  batchSize: 100,
  provider: 'auto',
};
