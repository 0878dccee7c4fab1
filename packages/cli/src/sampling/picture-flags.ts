import type { ScalingFit } from '@isonoise/data';
import type { SamplerName } from '@isonoise/sampler';
import type { MachineFlags } from '../machine-flags.ts';

/** Options of `invert` and `interpolate` as commander passes them. */
export interface PictureFlags extends MachineFlags {
  readonly class?: string;
  readonly tags?: readonly string[];
  readonly sampler: SamplerName;
  readonly steps: number;
  readonly fit?: ScalingFit;
  readonly batchSize: number;
  readonly out: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

export interface InterpolateFlags extends PictureFlags {
  readonly count: number;
  readonly gif?: string;
}
