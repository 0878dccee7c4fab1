import * as v from 'valibot';
import { exactObject, finite, positiveWhole, whole } from './schema.ts';

/** First values of a tensor, row-major, and how far another runtime may be from each. */
export interface GoldenValues {
  /** min(16, channels · height · width) of them. */
  readonly values: readonly number[];
  /** Largest absolute difference that passes. */
  readonly tolerance: number;
}

/** One image made once on the CPU provider: each runtime makes it again and sees whether it computes the same. */
export interface Golden {
  /** 64-bit seed in decimal: a JSON number would lose its low bits. */
  readonly seed: string;
  readonly sampler: string;
  readonly steps: number;
  /** Noise of DDIM; null where the sampler has no η. */
  readonly eta: number | null;
  /** null where the model is unconditional or the image was drawn without a class. */
  readonly class: number | null;
  readonly guidance: number;
  /** The network's answer to the initial noise of image 0 with that class, before guidance, at timestep `t`. */
  readonly prediction: GoldenValues & { readonly t: number };
  /** The finished image, in the network's data range. */
  readonly image: GoldenValues;
  /** SHA-256 of the image's PNG as package picture writes it; null where none was made. */
  readonly pngSha256: string | null;
}

export const sha256Schema: v.GenericSchema<string> = v.pipe(
  v.string(),
  v.regex(/^[0-9a-f]{64}$/, 'wanted 64 lower-case hexadecimal digits'),
);

/** How many values of each tensor the record holds. */
export const GOLDEN_VALUES = 16;

const values = v.pipe(v.array(finite), v.minLength(1), v.maxLength(GOLDEN_VALUES));
const tolerance = v.pipe(finite, v.minValue(0));

export const goldenSchema: v.GenericSchema<Golden> = exactObject({
  seed: v.pipe(v.string(), v.regex(/^\d{1,20}$/, 'wanted a decimal number as a string')),
  sampler: v.string(),
  steps: positiveWhole,
  eta: v.nullable(finite),
  class: v.nullable(whole),
  guidance: finite,
  prediction: exactObject({ t: v.pipe(finite, v.minValue(0)), values, tolerance }),
  image: exactObject({ values, tolerance }),
  pngSha256: v.nullable(sha256Schema),
});
