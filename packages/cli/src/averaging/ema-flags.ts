import type { SamplerName } from '@isonoise/sampler';
import { EVALUATE_DEFAULTS } from '../evaluating/evaluate-flags.ts';
import type { CheckpointChoice } from '../exporting/pick-checkpoint.ts';
import type { MachineFlags } from '../machine-flags.ts';

/** Options of `ema` as commander passes them; options that were not given are absent. */
export interface EmaFlags extends MachineFlags {
  readonly lengths?: readonly number[];
  readonly checkpoint?: CheckpointChoice;
  readonly count: number;
  readonly sampler?: SamplerName;
  readonly steps?: number;
  readonly guidance: number;
  /** Tags of all images. Default: those of the training images. */
  readonly tags?: readonly string[];
  readonly seed: string;
  readonly dataset?: string;
  readonly features?: string;
  readonly output: string;
  readonly out?: string;
  readonly cache: string;
  readonly batchSize: number;
  readonly quiet?: boolean;
  readonly json?: boolean;
}

/** Defaults of the options that do not depend on the run, equal to those of `evaluate`. */
export const EMA_DEFAULTS: Pick<EmaFlags, 'output' | 'cache' | 'batchSize' | 'provider'> = EVALUATE_DEFAULTS;
