import { plural } from '@isonoise/error';
import { PLAN_LIMITS } from '@isonoise/sampler';
import type { ImageShape } from '@isonoise/schedule';
import * as v from 'valibot';
import { bundleError } from './errors.ts';
import type { SchedulerConfig } from './scheduler-config.ts';
import { predictsVariances } from './scheduler-meaning.ts';
import { exactObject, finite, positiveWhole, whole } from './schema.ts';

/**
 * Meaning of the channels, if their number does not imply it. `premultiplied-rgba` means red, green and blue, each
 * multiplied by alpha, and then alpha.
 */
export type PixelMeaning = 'premultiplied-rgba';

/** Number of channels of each meaning. */
export const PIXEL_CHANNELS: Readonly<Record<PixelMeaning, number>> = { 'premultiplied-rgba': 4 };

/** Returns the meaning of the channels of an image in isonoise. */
export function pixelsOf({ channels }: ImageShape): Pick<ModelSpec, 'pixels'> {
  return channels === PIXEL_CHANNELS['premultiplied-rgba'] ? { pixels: 'premultiplied-rgba' } : {};
}

export const pixelsSchema: v.GenericSchema<PixelMeaning> = v.picklist(['premultiplied-rgba']);

/** The classes of a conditional model. */
export interface ClassSpec {
  /** Number of rows of the class embedding, including the null class. Labels are 0 … count − 1. */
  readonly count: number;
  /** Names of the classes 0, 1, …, without the null class. */
  readonly names: readonly string[];
  /** Label that means "no class" in classifier-free guidance; null if the model has none. */
  readonly nullClass: number | null;
}

/** The tags of a model. Tags are words that describe images. Each image can have several tags. */
export interface TagSpec {
  /** Names of the tags 0, 1, …, with the most common tag first. */
  readonly names: readonly string[];
  /** Number of training images with each tag. */
  readonly counts: readonly number[];
  /** Whether training dropped all tags of some images. Guidance and sampling without tags both need this. */
  readonly dropped: boolean;
}

/** Everything that sampling needs besides the graph. It is stored in the bundle, and also in `model.onnx`. */
export interface ModelSpec {
  readonly name: string;
  readonly image: ImageShape;
  /** Meaning of the channels. If absent, 1 channel is grey and 3 are red, green and blue. */
  readonly pixels?: PixelMeaning | undefined;
  /** Values of black and white in the network's data. */
  readonly dataRange: readonly [number, number];
  /** The schedule and the prediction type, in the keys of `diffusers`. */
  readonly scheduler: SchedulerConfig;
  /** The classes; null if the model has none. */
  readonly classes: ClassSpec | null;
  /** Present only if the model has tags. Such a model has no classes. */
  readonly tags?: TagSpec | undefined;
  /**
   * Whether the graph's metadata state that it encodes fractional times exactly. If absent, only whole timesteps are
   * exact.
   */
  readonly fractionalTimes?: true | undefined;
}

export const nameSchema: v.GenericSchema<string> = v.pipe(v.string(), v.nonEmpty(), v.maxLength(200));

export const imageSchema: v.GenericSchema<ImageShape> = exactObject({
  channels: positiveWhole,
  height: positiveWhole,
  width: positiveWhole,
});

export const dataRangeSchema: v.GenericSchema<[number, number]> = v.pipe(
  v.strictTuple([finite, finite]),
  v.check(([low, high]) => low < high, 'expected [low, high] with low < high'),
);

export const classesSchema: v.GenericSchema<ClassSpec> = v.pipe(
  exactObject({ count: positiveWhole, names: v.array(v.string()), nullClass: v.nullable(whole) }),
  v.check(
    ({ count, names, nullClass }) => names.length === count - (nullClass === null ? 0 : 1),
    'expected a name for each class except the null class',
  ),
  v.check(
    ({ count, nullClass }) => nullClass === null || nullClass === count - 1,
    'expected nullClass to be the last row, count - 1',
  ),
);

/** Maximum length of a tag's name in characters, as in data sets. */
const TAG_LENGTH = 100;

export const tagsSchema: v.GenericSchema<TagSpec> = v.pipe(
  exactObject({
    names: v.pipe(
      v.array(v.pipe(v.string(), v.nonEmpty(), v.maxLength(TAG_LENGTH))),
      v.minLength(1),
      v.maxLength(PLAN_LIMITS.tags),
    ),
    counts: v.array(whole),
    dropped: v.boolean(),
  }),
  v.check(({ names, counts }) => names.length === counts.length, 'expected a count for each tag'),
  v.check(({ names }) => new Set(names).size === names.length, 'expected different names'),
);

/**
 * Returns the number of output channels. It is the number of image channels, or twice that number if the network
 * predicts variances.
 */
export const outputChannels = ({ image, scheduler }: Pick<ModelSpec, 'image' | 'scheduler'>): number =>
  predictsVariances(scheduler) ? 2 * image.channels : image.channels;

/**
 * Checks that the network's configuration describes the same tensors as the spec.
 *
 * @throws `BUNDLE_INCONSISTENT` listing both values of each difference
 */
export function checkNetworkConfig(config: { readonly [key: string]: unknown }, spec: ModelSpec): void {
  const { channels, height, width } = spec.image;
  const size = config.sample_size;
  const [gotHeight, gotWidth] = Array.isArray(size) ? size : [size, size];
  const comparisons: readonly [string, unknown, number | null][] = [
    ['in_channels', config.in_channels, channels],
    ['out_channels', config.out_channels, outputChannels(spec)],
    ['sample_size (height)', gotHeight, height],
    ['sample_size (width)', gotWidth, width],
    ['num_class_embeds', config.num_class_embeds ?? null, spec.classes?.count ?? null],
    ['num_tags', config.num_tags ?? null, spec.tags?.names.length ?? null],
  ];
  // In diffusers, a sample_size of null accepts any size. Absent keys are not compared.
  const differing = comparisons.filter(
    ([key, got, expected]) => got !== expected && !((got ?? null) === null && !key.startsWith('num_')),
  );
  if (differing.length === 0) return;
  const lines = differing.map(
    ([key, got, expected]) =>
      `  ${key}: got ${JSON.stringify(got)}; expected ${expected}${key === 'out_channels' ? varianceHint(spec, got) : ''}`,
  );
  throw bundleError('BUNDLE_INCONSISTENT', [
    'unet/config.json contradicts isonoise.json:',
    ...lines,
    'Export the model again.',
  ]);
}

/** Returns an explanation of a wrong number of output channels if predicted variances are the cause. */
function varianceHint({ image, scheduler }: ModelSpec, got: unknown): string {
  if (predictsVariances(scheduler)) {
    return `: with the variance_type of the scheduler, the network must also output variances, after the ${plural(image.channels, 'channel')} of the prediction`;
  }
  return got === 2 * image.channels
    ? ': a network that also predicts variances needs variance_type learned or learned_range in the scheduler'
    : '';
}
