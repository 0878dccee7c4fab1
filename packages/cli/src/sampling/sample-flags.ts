import type { ScalingFit } from '@isonoise/data';
import type { Backdrop } from '@isonoise/picture';
import {
  type GuidanceSettings,
  guidanceSettingNames,
  type SamplerName,
  type SamplerSettings,
  settingNames,
} from '@isonoise/sampler';
import type { SigmaGrid, SpacingChoice } from '@isonoise/schedule';
import type { MachineFlags } from '../machine-flags.ts';

/** Options of `sample` as commander passes them; options that were not given are absent. */
export interface SampleFlags extends MachineFlags, SamplerSettings, GuidanceSettings {
  readonly seed?: string;
  readonly count?: number;
  readonly sampler?: SamplerName;
  /** Paths of files with the images from which the run starts. */
  readonly from?: readonly string[];
  /** Paths of files with the pictures that the run changes. */
  readonly init?: readonly string[];
  readonly strength?: number;
  readonly mask?: readonly string[];
  readonly resample?: number;
  readonly jump?: number;
  readonly fit?: ScalingFit;
  /** Margins, as `parseMargins` returns them. */
  readonly outpaint?: string;
  /** Width and height of the pictures, such as `96x64`. */
  readonly canvas?: string;
  readonly stride?: number;
  readonly tile?: boolean;
  readonly steps?: number;
  readonly spacing?: SpacingChoice;
  /** Alias of `spacing` for grids of sigmas. Commander refuses both options together. */
  readonly sigmas?: SigmaGrid;
  /** Limit to which estimates of the image are clipped; null means no clipping. */
  readonly clip?: number | null;
  readonly class?: string;
  readonly classIndex?: number;
  /**
   * Lists of tags; the images use them in turn. The single word `all` stands for every tag of the model in
   * turn.
   */
  readonly tags?: readonly (readonly string[])[];
  readonly without?: readonly string[];
  readonly guidance?: number;
  readonly guide?: string;
  readonly batchSize: number;
  /** Path of a file, or of a folder if it ends with a slash. */
  readonly out: string;
  readonly overwrite?: boolean;
  /** Whether PNG files contain the request. Default: true. */
  readonly metadata?: boolean;
  readonly atlas?: string;
  readonly columns?: number;
  readonly scale?: number;
  /** The backdrop of images with alpha. */
  readonly background?: Backdrop;
  /** `auto`, or the path of a file with colours. */
  readonly palette?: string;
  readonly symmetry?: 'mirror';
  readonly gif?: string;
  readonly npy?: string;
  readonly saveState?: string;
  readonly stopAfter?: number;
  readonly resumeState?: string;
  /** Path of a PNG file that contains the request to repeat. */
  readonly like?: string;
  /** Whether workers draw the images. */
  readonly distributed?: boolean;
  /** Address of the Redis server of the jobs. */
  readonly redis?: string;
  /** Number of images that a worker draws together. */
  readonly rangeSize?: number;
  /** Whether all images must come from one kind of processor. */
  readonly sameBits?: boolean;
  /** Priority of the job. Jobs with a smaller number are drawn first. */
  readonly priority?: number;
  /** Number of steps after which a worker saves the state of its images. */
  readonly saveEvery?: number;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** The defaults of options that do not depend on the model. */
export const SAMPLE_DEFAULTS = {
  out: 'samples.png',
  batchSize: 64,
  provider: 'auto',
  metadata: true,
} as const;

/**
 * Flags about the pictures from which a run starts, or which it changes. A recorded request contains only
 * their SHA-256.
 */
const PICTURE_FLAGS: readonly (keyof SampleFlags)[] = ['from', 'init', 'mask', 'outpaint', 'fit'];

/**
 * Flags that determine the images. They are refused with a saved state, which already determines the images.
 * `--guide` is allowed, because a state contains only the hash of the guide, not the network itself.
 */
export const DRAWING_FLAGS: readonly (keyof SampleFlags)[] = [
  'seed',
  'count',
  'sampler',
  'from',
  'init',
  'strength',
  'mask',
  'resample',
  'jump',
  'fit',
  'outpaint',
  'canvas',
  'stride',
  'tile',
  'steps',
  'spacing',
  'sigmas',
  'clip',
  ...settingNames,
  'class',
  'classIndex',
  'tags',
  'without',
  'guidance',
  ...guidanceSettingNames,
];

/**
 * Flags that are refused with `--like`, because the recorded request contains their values. The request does
 * not contain pictures, so the flags about pictures are allowed.
 */
export const LIKE_FLAGS: readonly (keyof SampleFlags)[] = DRAWING_FLAGS.filter(
  (flag) => !PICTURE_FLAGS.includes(flag),
);
