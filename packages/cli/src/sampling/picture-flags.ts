import type { ScalingFit } from '@isonoise/data';
import type { SamplerName } from '@isonoise/sampler';
import type { MachineFlags } from '../machine-flags.ts';

/** Options of `invert` and `interpolate` as commander passes them; options that were not given are absent. */
export interface PictureFlags extends MachineFlags {
  readonly class?: string;
  /** Lists of tags: two lists for an interpolation between lists of tags, otherwise at most one list. */
  readonly tags?: readonly (readonly string[])[];
  readonly sampler?: SamplerName;
  readonly steps?: number;
  readonly fit?: ScalingFit;
  /** Width and height of the pictures, such as `96x64`. */
  readonly canvas?: string;
  readonly stride?: number;
  readonly tile?: boolean;
  readonly batchSize: number;
  readonly out: string;
  /** Whether outputs may replace files that are not earlier outputs. */
  readonly overwrite?: boolean;
  readonly saveState?: string;
  readonly stopAfter?: number;
  readonly resumeState?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** Options of `interpolate`. */
export interface InterpolateFlags extends PictureFlags {
  readonly count?: number;
  readonly seed?: string;
  /** The seeds of the first and the last image. */
  readonly seeds?: readonly string[];
  /** The classes of the first and the last image. */
  readonly classes?: readonly string[];
  readonly guidance?: number;
  readonly gif?: string;
  readonly npy?: string;
  /** Whether the PNG file contains the request. Default: true. */
  readonly metadata?: boolean;
}

/** Defaults of `invert`, and of `interpolate` between pictures. */
export const PICTURE_DEFAULTS = { sampler: 'dpmpp-2m-inverse', steps: 50 } as const;

/** Default number of images of `interpolate`. */
export const DEFAULT_BETWEEN = 8;
