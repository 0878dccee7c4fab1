import * as v from 'valibot';
import { exactObject, finite, positiveWhole, whole } from './schema.ts';

/** The first values of a tensor in row-major order, with the tolerance for other runtimes. */
export interface GoldenValues {
  /** The first min(16, channels · height · width) values. */
  readonly values: readonly number[];
  /** Largest accepted absolute difference. */
  readonly tolerance: number;
}

/** A value of a sampler's setting. */
type GoldenSetting = number | boolean | string | null;

/**
 * Record of an image that ONNX Runtime drew with its CPU provider. Other runtimes draw the same image and compare it
 * with the record.
 */
export interface Golden {
  /** 64-bit seed in decimal digits. A JSON number would lose low bits. */
  readonly seed: string;
  readonly sampler: string;
  readonly steps: number;
  /** Explicit settings of the sampler, by name. */
  readonly settings: Readonly<Record<string, GoldenSetting>>;
  /** Class label; null if the image was drawn without a class. */
  readonly class: number | null;
  /** Numbers of the image's tags; present only if the model has tags. */
  readonly tags?: readonly number[] | undefined;
  readonly guidance: number;
  /**
   * Output of the network without guidance, for the initial noise of image 0, at timestep `t`, with the class or the
   * tags of the record.
   */
  readonly prediction: GoldenValues & { readonly t: number };
  /** The finished image, in the network's data range. */
  readonly image: GoldenValues;
  /** SHA-256 of the image's PNG from `@isonoise/picture`; null if no PNG was made. */
  readonly pngSha256: string | null;
}

export const sha256Schema: v.GenericSchema<string> = v.pipe(
  v.string(),
  v.regex(/^[0-9a-f]{64}$/, 'expected 64 lower-case hexadecimal digits'),
);

/** Maximum number of values stored per tensor. */
export const GOLDEN_VALUES = 16;

const values = v.pipe(v.array(finite), v.minLength(1), v.maxLength(GOLDEN_VALUES));
const tolerance = v.pipe(finite, v.minValue(0));

const drawing = {
  seed: v.pipe(v.string(), v.regex(/^\d{1,20}$/, 'expected a decimal number as a string')),
  sampler: v.string(),
  steps: positiveWhole,
};

const drawn = {
  class: v.nullable(whole),
  tags: v.exactOptional(v.array(whole)),
  guidance: finite,
  prediction: exactObject({ t: v.pipe(finite, v.minValue(0)), values, tolerance }),
  image: exactObject({ values, tolerance }),
  pngSha256: v.nullable(sha256Schema),
};

const settings = v.record(v.string(), v.union([finite, v.boolean(), v.string(), v.null()]));

/**
 * Schema of older records. Instead of `settings`, they contain only `eta`, the η of DDIM, or null if η was not given.
 */
const withEta: v.GenericSchema<unknown, Golden> = v.pipe(
  exactObject({ ...drawing, eta: v.nullable(finite), ...drawn }),
  v.transform(({ eta, ...rest }) => ({ ...rest, settings: eta === null ? {} : { eta } })),
);

const withSettings: v.GenericSchema<unknown, Golden> = exactObject({ ...drawing, settings, ...drawn });

export const goldenSchema: v.GenericSchema<unknown, Golden> = v.lazy((value) =>
  typeof value === 'object' && value !== null && 'eta' in value ? withEta : withSettings,
);
