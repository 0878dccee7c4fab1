import type { ImageShape } from '@isonoise/schedule';
import * as v from 'valibot';
import { bundleError } from './errors.ts';
import type { SchedulerConfig } from './scheduler-config.ts';
import { exactObject, finite, positiveWhole, whole } from './schema.ts';

/** Classes of a conditional model. */
export interface ClassSpec {
  /** Rows of the class embedding, the null class included: labels are 0 … count − 1. */
  readonly count: number;
  /** Names of classes 0, 1, …; as many as there are real classes. */
  readonly names: readonly string[];
  /** The label that stands for "no class" in classifier-free guidance; null where the model has none. */
  readonly nullClass: number | null;
}

/** All that one must know to sample a model, besides its graph: a bundle holds it, and so does `model.onnx` alone. */
export interface ModelSpec {
  readonly name: string;
  readonly image: ImageShape;
  /** Values of black and white in the network's data. */
  readonly dataRange: readonly [number, number];
  /** The schedule and the prediction type, in the keys of `diffusers`. */
  readonly scheduler: SchedulerConfig;
  /** null where the model is unconditional. */
  readonly classes: ClassSpec | null;
}

export const nameSchema: v.GenericSchema<string> = v.pipe(v.string(), v.nonEmpty(), v.maxLength(200));

export const imageSchema: v.GenericSchema<ImageShape> = exactObject({
  channels: positiveWhole,
  height: positiveWhole,
  width: positiveWhole,
});

export const dataRangeSchema: v.GenericSchema<[number, number]> = v.pipe(
  v.strictTuple([finite, finite]),
  v.check(([low, high]) => low < high, 'wanted [low, high] with low < high'),
);

export const classesSchema: v.GenericSchema<ClassSpec> = v.pipe(
  exactObject({ count: positiveWhole, names: v.array(v.string()), nullClass: v.nullable(whole) }),
  v.check(
    ({ count, names, nullClass }) => names.length === count - (nullClass === null ? 0 : 1),
    'wanted a name for each class but the null class',
  ),
  v.check(
    ({ count, nullClass }) => nullClass === null || nullClass === count - 1,
    'wanted nullClass to be the last row, count - 1',
  ),
);

/**
 * The network's own configuration must describe the same tensors as the rest.
 * @throws `BUNDLE_INCONSISTENT` with both values
 */
export function checkNetworkConfig(config: { readonly [key: string]: unknown }, spec: ModelSpec): void {
  const { channels, height, width } = spec.image;
  const size = config.sample_size;
  const [gotHeight, gotWidth] = Array.isArray(size) ? size : [size, size];
  const comparisons: readonly [string, unknown, number | null][] = [
    ['in_channels', config.in_channels, channels],
    ['out_channels', config.out_channels, channels],
    ['sample_size (height)', gotHeight, height],
    ['sample_size (width)', gotWidth, width],
    ['num_class_embeds', config.num_class_embeds ?? null, spec.classes?.count ?? null],
  ];
  // sample_size may be null in diffusers, which then takes any size; absent keys say nothing.
  const differing = comparisons.filter(
    ([key, got, wanted]) => got !== wanted && !((got ?? null) === null && key !== 'num_class_embeds'),
  );
  if (differing.length === 0) return;
  const lines = differing.map(
    ([key, got, wanted]) => `  ${key}: ${JSON.stringify(got)}; elsewhere ${wanted}`,
  );
  throw bundleError(
    'BUNDLE_INCONSISTENT',
    `unet/config.json contradicts isonoise.json:\n${lines.join('\n')}\nExport the model again.`,
  );
}
