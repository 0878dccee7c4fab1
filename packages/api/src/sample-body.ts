import type { ModelSampleRequest } from '@isonoise/runtime';
import { samplerNames } from '@isonoise/sampler';
import * as v from 'valibot';

/** How the answer comes: one PNG sheet, the numbers, or a stream of steps. */
export type SampleFormat = 'png' | 'float32' | 'stream';

/**
 * The body of `POST /v1/sample`: what `model.sample` takes, as JSON, the model's name, and the form of the answer.
 * The same body gives the same images on every server and on every device that has the model.
 */
export interface SampleBody extends Omit<ModelSampleRequest, 'seed' | 'spacing'> {
  /** A name that `GET /v1/models` lists. */
  readonly model: string;
  /** Integer in [0, 2⁶⁴); decimal digits where it is above 2⁵³ − 1. */
  readonly seed: number | string;
  readonly spacing?: 'leading' | 'linspace' | 'trailing' | readonly number[];
  /** Default `png`. */
  readonly format?: SampleFormat;
  /** Of a stream: send a preview every so many steps, and with the last; 0 for none. Default 1. */
  readonly previewEvery?: number;
}

/** Named limits: what a request may ask at all; a server's budget is smaller and depends on the model. */
export const BODY_LIMITS: {
  readonly images: number;
  readonly steps: number;
  readonly nameLength: number;
} = {
  images: 4096,
  steps: 100_000,
  nameLength: 200,
};

const whole = (smallest: number, largest: number) =>
  v.pipe(v.number(), v.integer(), v.minValue(smallest), v.maxValue(largest));
const classChoice = v.union([whole(0, 1e6), v.pipe(v.string(), v.maxLength(BODY_LIMITS.nameLength))]);
const seed = v.union([
  whole(0, Number.MAX_SAFE_INTEGER),
  v.pipe(v.string(), v.regex(/^\d{1,20}$/, 'wanted decimal digits, below 2^64')),
]);

/** Checks forms and ranges; whether the model has such a class, or such a step, the model says. */
export const sampleBodySchema: v.GenericSchema<unknown, SampleBody> = v.strictObject({
  model: v.pipe(v.string(), v.nonEmpty(), v.maxLength(BODY_LIMITS.nameLength)),
  seed,
  count: v.exactOptional(whole(1, BODY_LIMITS.images)),
  images: v.exactOptional(
    v.pipe(v.array(whole(0, 2 ** 32 - 1)), v.nonEmpty(), v.maxLength(BODY_LIMITS.images)),
  ),
  sampler: v.exactOptional(v.picklist(samplerNames)),
  steps: v.exactOptional(whole(1, BODY_LIMITS.steps)),
  spacing: v.exactOptional(
    v.union([
      v.picklist(['leading', 'linspace', 'trailing']),
      v.pipe(v.array(whole(0, BODY_LIMITS.steps)), v.nonEmpty(), v.maxLength(BODY_LIMITS.steps)),
    ]),
  ),
  clip: v.exactOptional(v.union([v.pipe(v.number(), v.gtValue(0)), v.literal(false)])),
  class: v.exactOptional(
    v.union([classChoice, v.pipe(v.array(classChoice), v.nonEmpty(), v.maxLength(BODY_LIMITS.images))]),
  ),
  guidance: v.exactOptional(v.pipe(v.number(), v.finite())),
  eta: v.exactOptional(v.pipe(v.number(), v.minValue(0), v.maxValue(1))),
  epsFromClipped: v.exactOptional(v.boolean()),
  variance: v.exactOptional(v.picklist(['fixedSmall', 'fixedLarge'])),
  format: v.exactOptional(v.picklist(['png', 'float32', 'stream'])),
  previewEvery: v.exactOptional(whole(0, BODY_LIMITS.steps)),
});
