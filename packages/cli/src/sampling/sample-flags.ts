import { type SamplerName, type SamplerSettings, settingNames } from '@isonoise/sampler';
import type { Spacing } from '@isonoise/schedule';
import type { MachineFlags } from '../machine-flags.ts';

/** Options of `sample` as commander passes them; options that were not given are absent. */
export interface SampleFlags extends MachineFlags, SamplerSettings {
  readonly seed?: string;
  readonly count?: number;
  readonly sampler?: SamplerName;
  readonly steps?: number;
  readonly spacing?: Spacing;
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

/** Flags that determine what is drawn. A saved state determines all of it, so they are refused with one. */
export const DRAWING_FLAGS: readonly (keyof SampleFlags)[] = [
  'seed',
  'count',
  'sampler',
  'steps',
  'spacing',
  ...settingNames,
  'class',
  'classIndex',
  'guidance',
];
