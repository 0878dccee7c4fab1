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
  /** Files with the images that the run starts from. */
  readonly from?: readonly string[];
  /** Files with the pictures that the run changes. */
  readonly init?: readonly string[];
  readonly strength?: number;
  readonly mask?: readonly string[];
  readonly resample?: number;
  readonly jump?: number;
  readonly fit?: ScalingFit;
  /** Margins as `parseMargins` reads them. */
  readonly outpaint?: string;
  /** Size of the pictures, as width and height: `96x64`. */
  readonly canvas?: string;
  readonly stride?: number;
  readonly tile?: boolean;
  readonly steps?: number;
  readonly spacing?: SpacingChoice;
  /** Alias of `spacing` for grids of sigmas. Commander refuses both options together. */
  readonly sigmas?: SigmaGrid;
  /** Limit of clipping; null means no clipping. */
  readonly clip?: number | null;
  readonly class?: string;
  readonly classIndex?: number;
  /** Lists of tags that the images take in turn. The single word `all` means every tag of the model in turn. */
  readonly tags?: readonly (readonly string[])[];
  readonly without?: readonly string[];
  readonly guidance?: number;
  readonly guide?: string;
  readonly batchSize: number;
  /** Path of a file, or of a folder if it ends with a slash. */
  readonly out: string;
  readonly overwrite?: boolean;
  /** Whether PNG files contain the request. Default true. */
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
  /** Path of a PNG file whose request is drawn again. */
  readonly like?: string;
  /** Whether workers draw the images. */
  readonly distributed?: boolean;
  /** Address of the Redis server of the jobs. */
  readonly redis?: string;
  /** Images that a worker draws together. */
  readonly rangeSize?: number;
  /** Whether all images must come from one kind of processor. */
  readonly sameBits?: boolean;
  /** Jobs with a smaller number are drawn first. */
  readonly priority?: number;
  /** Steps after which a worker saves the state of its images. */
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

/** Flags for the pictures of a run. A request in a PNG file contains only the SHA-256 of these pictures. */
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
 * Flags that are refused with `--like`, because its request contains their values. It does not contain pictures, so
 * the flags for pictures are allowed.
 */
export const LIKE_FLAGS: readonly (keyof SampleFlags)[] = DRAWING_FLAGS.filter(
  (flag) => !PICTURE_FLAGS.includes(flag),
);
