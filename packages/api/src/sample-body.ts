import type { ModelSampleRequest } from '@isonoise/runtime';
import { DEFAULT_SAMPLER, GUIDANCE_RANGE, samplerNames } from '@isonoise/sampler';
import * as v from 'valibot';

/** How the answer comes: one PNG sheet, the numbers, or a stream of steps. */
export type SampleFormat = 'png' | 'float32' | 'stream';

/** The form of an answer to a request that names none. */
export const DEFAULT_FORMAT: SampleFormat = 'png';

/**
 * The body of `POST /v1/sample`: what `model.sample` takes, as JSON, the model's name, and the form of the answer.
 * The same body gives the same images on every server and on every device that has the model.
 */
export interface SampleBody extends Omit<ModelSampleRequest, 'seed' | 'spacing'> {
  /** A name that `GET /v1/models` lists. */
  readonly model: string;
  /** Integer in [0, 2⁶⁴); decimal digits where it is above 2⁵³ − 1. */
  readonly seed: number | string;
  readonly spacing?: 'leading' | 'linspace' | 'trailing' | readonly number[] | undefined;
  /** Default {@link DEFAULT_FORMAT}. */
  readonly format?: SampleFormat | undefined;
  /** Of a stream: send a preview every so many steps, and with the last; 0 for none. Default 1. */
  readonly previewEvery?: number | undefined;
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
  v.pipe(v.string(), v.regex(/^\d{1,20}$/, 'expected decimal digits, below 2^64')),
]);

/** A field of the body; the text is what the API's document says of it. */
const field = <T>(schema: v.GenericSchema<T>, description: string): v.GenericSchema<T> =>
  v.pipe(schema, v.description(description));
const optional = <T>(schema: v.GenericSchema<T>, description: string) =>
  v.exactOptional(field(schema, description));

const entries = {
  model: field(
    v.pipe(v.string(), v.nonEmpty(), v.maxLength(BODY_LIMITS.nameLength)),
    'A name that GET /v1/models lists.',
  ),
  seed: field(seed, 'Integer in [0, 2^64); as decimal digits where it is above 2^53 - 1.'),
  count: optional(
    whole(1, BODY_LIMITS.images),
    'How many images: numbers 0 to count - 1 of the seed. Default 1.',
  ),
  images: optional(
    v.pipe(v.array(whole(0, 2 ** 32 - 1)), v.nonEmpty(), v.maxLength(BODY_LIMITS.images)),
    'The numbers themselves, instead of count: image i of a seed never changes.',
  ),
  sampler: optional(v.picklist(samplerNames), `Default ${DEFAULT_SAMPLER}.`),
  steps: optional(whole(1, BODY_LIMITS.steps), 'Reverse steps. Default: ddim 50, ddpm all.'),
  spacing: optional(
    v.union([
      v.picklist(['leading', 'linspace', 'trailing']),
      v.pipe(v.array(whole(0, BODY_LIMITS.steps)), v.nonEmpty(), v.maxLength(BODY_LIMITS.steps)),
    ]),
    'Which timesteps are visited: a rule, or the timesteps, falling. Default: the rule of the model.',
  ),
  clip: optional(
    v.union([v.pipe(v.number(), v.finite(), v.gtValue(0)), v.literal(false)]),
    'Each estimate of the image is clipped to [-clip, clip]; false: it is not. Default: of the model.',
  ),
  class: optional(
    v.union([classChoice, v.pipe(v.array(classChoice), v.nonEmpty(), v.maxLength(BODY_LIMITS.images))]),
    'A class, or one for each image. Text is the name of a class, else its number in digits where no name is digits; a JSON ' +
      'number is always the number. Default: no class.',
  ),
  guidance: optional(
    v.pipe(v.number(), v.minValue(GUIDANCE_RANGE.least), v.maxValue(GUIDANCE_RANGE.most)),
    'Scale of classifier-free guidance, 0 to 100; costs a second image. Default 1: none.',
  ),
  eta: optional(
    v.pipe(v.number(), v.minValue(0), v.maxValue(1)),
    'Of ddim: 0 draws no noise, 1 as much as ddpm. Default 0.',
  ),
  epsFromClipped: optional(v.boolean(), 'Of ddim: take the noise of the clipped estimate. Default true.'),
  variance: optional(v.picklist(['fixedSmall', 'fixedLarge']), 'Of ddpm. Default: of the model.'),
  format: optional(
    v.picklist(['png', 'float32', 'stream']),
    `How the answer comes. Default ${DEFAULT_FORMAT}.`,
  ),
  previewEvery: optional(
    whole(0, BODY_LIMITS.steps),
    'Of a stream: a preview every so many steps, and with the last; 0 for none. Default 1.',
  ),
};

/** Checks forms and ranges; whether the model has such a class, or such a step, the model says. */
export const sampleBodySchema: v.GenericSchema<unknown, SampleBody> = v.strictObject(entries);

/** Every field that a body may have. */
export const sampleBodyFields: readonly string[] = Object.keys(entries);
