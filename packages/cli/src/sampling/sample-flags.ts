import type { SamplerName, SamplerSettings } from '@isonoise/sampler';
import type { Spacing } from '@isonoise/schedule';
import type { MachineFlags } from '../machine-flags.ts';

/** Options of `sample` as commander hands them over: what was not given is absent. */
export interface SampleFlags extends MachineFlags {
  readonly seed?: string;
  readonly count?: number;
  readonly sampler?: SamplerName;
  readonly steps?: number;
  readonly spacing?: Spacing;
  readonly eta?: number;
  readonly variance?: NonNullable<SamplerSettings['variance']>;
  readonly class?: string;
  readonly classIndex?: number;
  readonly guidance?: number;
  readonly batchSize: number;
  readonly out: string;
  readonly columns?: number;
  readonly scale?: number;
  readonly gif?: string;
  readonly npy?: string;
  readonly saveState?: string;
  readonly stopAfter?: number;
  readonly resumeState?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** Flags that say what is drawn; a saved state says all of it already. */
export const DRAWING_FLAGS: readonly (keyof SampleFlags)[] = [
  'seed',
  'count',
  'sampler',
  'steps',
  'spacing',
  'eta',
  'variance',
  'class',
  'classIndex',
  'guidance',
];
