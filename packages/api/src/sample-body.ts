import {
  DEFAULT_GUIDANCE_HELP,
  DEFAULT_SAMPLER_HELP,
  type ModelSampleRequest,
  NEGATIVE_GUIDANCE,
} from '@isonoise/runtime';
import {
  DEFAULT_STRENGTH,
  describeDefaultSteps,
  drawingSamplers,
  EDIT_LIMITS,
  GUIDANCE_RANGE,
  samplerNames,
} from '@isonoise/sampler';
import * as v from 'valibot';
import { type AnswerFields, answerEntries, modelEntry } from './answer-fields.ts';
import { blendSchema, canvasSchema } from './canvas-and-blend.ts';
import {
  BODY_LIMITS,
  classChoice,
  type EntriesOf,
  field,
  name,
  optional,
  tagList,
  tagLists,
  values,
  whole,
} from './fields.ts';
import { clipEntry, guidanceEntries, settingEntries } from './setting-entries.ts';
import { spacingSchema } from './spacing-schema.ts';

/**
 * Body of `POST /v1/sample`: the options of `model.sample` as JSON, the model name, and the response format.
 * The same body gives the same images on every server and device with the same model.
 */
export interface SampleBody
  extends AnswerFields,
    Omit<ModelSampleRequest, 'seed' | 'guide' | 'start' | 'edit'> {
  /** Images to start from instead of the noise of the seed; `count` defaults to their number. */
  readonly start?: StartJson | undefined;
  /** Pictures to change, instead of `start`; `count` defaults to their number. */
  readonly edit?: EditJson | undefined;
  /** Integer in [0, 2⁶⁴). Values above 2⁵³ − 1 must be strings of decimal digits. */
  readonly seed: number | string;
}

/** Images to start from, as JSON: either `x` or `png`. */
export interface StartJson {
  /**
   * float32, little-endian, `[count, C, H, W]`, as base64: the noise that an inversion returned, or images in [-1,
   * 1].
   */
  readonly x?: string | undefined;
  /**
   * PNG files of the size of the pictures, each as base64 or as a data URL, for a sampler that starts from images.
   */
  readonly png?: string | readonly string[] | undefined;
  /** Number of steps to skip. Default 0. */
  readonly skip?: number | undefined;
}

/** Pictures to change, as JSON: either `x` or `png`, with `strength`, `mask` or both. */
export interface EditJson {
  /** float32, little-endian, `[count, C, H, W]` in [-1, 1], as base64. */
  readonly x?: string | undefined;
  /** PNG files of the size of the pictures, each as base64 or as a data URL. */
  readonly png?: string | readonly string[] | undefined;
  /** Share of the steps to take. */
  readonly strength?: number | undefined;
  /** PNG files of the size of the pictures: opaque, light pixels are drawn again; the rest of the picture is kept. */
  readonly mask?: string | readonly string[] | undefined;
  /** Number of times to take each group of steps. */
  readonly resample?: number | undefined;
  /** Number of steps in a group. */
  readonly jump?: number | undefined;
}

const png = v.string();
const pngs = v.union([png, v.pipe(v.array(png), v.nonEmpty(), v.maxLength(BODY_LIMITS.images))]);

const startSchema: v.GenericSchema<StartJson> = v.strictObject({
  x: v.exactOptional(values),
  png: optional(
    pngs,
    'A PNG file or a list of PNG files, instead of x: each as base64 or as a data URL (data:image/png;base64,…). They must have the ' +
      "size of canvas, by default that of the model's images, 8 bits per sample, and no transparency unless the model has alpha. Only for samplers that start from images.",
  ),
  skip: optional(whole(0, BODY_LIMITS.steps), 'Number of steps to skip. Default 0.'),
});

const editSchema: v.GenericSchema<EditJson> = v.strictObject({
  x: v.exactOptional(values),
  png: optional(
    pngs,
    'A PNG file or a list of PNG files, instead of x: each as base64 or as a data URL (data:image/png;base64,…). They must have the ' +
      "size of canvas, by default that of the model's images, 8 bits per sample, and no transparency unless the model has alpha.",
  ),
  strength: optional(
    v.pipe(v.number(), v.gtValue(0), v.maxValue(1)),
    'Share of the steps to take: small values keep most of the picture. ' +
      `Default: ${DEFAULT_STRENGTH}; with mask, all steps, from noise.`,
  ),
  mask: optional(
    pngs,
    'PNG files of the size of the pictures, one for all images or one for each. Light, opaque pixels are drawn again; the ' +
      'rest of the picture is kept, bit for bit.',
  ),
  resample: optional(
    whole(1, EDIT_LIMITS.resample),
    'Number of times to take each group of steps, so that the new pixels fit the kept ones better (RePaint). Requires mask. Default 1.',
  ),
  jump: optional(whole(1, EDIT_LIMITS.jump), 'Number of steps in a group. Requires resample. Default 1.'),
});

const seed = v.union([
  whole(0, Number.MAX_SAFE_INTEGER),
  v.pipe(v.string(), v.regex(/^\d{1,20}$/, 'a whole number as digits')),
]);

/** The samplers that start from images. */
const inverses = samplerNames.filter((name) => !drawingSamplers.includes(name));

/** The fields of a body. */
export const sampleEntries: EntriesOf<SampleBody> = {
  model: modelEntry,
  seed: field(seed, 'Integer in [0, 2^64). Values above 2^53 - 1 must be strings of decimal digits.'),
  count: optional(
    whole(1, BODY_LIMITS.images),
    'Number of images: images 0 to count - 1 of the seed. Default 1.',
  ),
  images: optional(
    v.pipe(v.array(whole(0, 2 ** 32 - 1)), v.nonEmpty(), v.maxLength(BODY_LIMITS.images)),
    'Image numbers instead of count; image i of a seed never changes.',
  ),
  sampler: optional(
    v.picklist(samplerNames),
    `Default: ${DEFAULT_SAMPLER_HELP}. ${inverses.join(' and ')} turn images into noise and need start.`,
  ),
  steps: optional(whole(1, BODY_LIMITS.steps), `Reverse steps. Default: ${describeDefaultSteps()}.`),
  spacing: optional(
    spacingSchema(BODY_LIMITS.steps),
    'Placement of the steps: the name of a rule, an object with a rule and its options, or a decreasing list of times, ' +
      'which may be fractional. The rules karras, exponential, beta and lu place levels by sigma. Default: the rule of the model.',
  ),
  clip: clipEntry,
  class: optional(
    v.union([classChoice, v.pipe(v.array(classChoice), v.nonEmpty(), v.maxLength(BODY_LIMITS.images))]),
    'A class, or one per image. A JSON number is a class index. A string is a class name; digits are an index if no ' +
      'class has such a name. Default: no class.',
  ),
  tags: optional(
    tagLists,
    'Names of tags of all images, or a list of names for each image. Case is ignored. Default: no tags.',
  ),
  without: optional(
    tagList,
    `Names of negative tags: guidance moves images away from them. Guidance is then ${NEGATIVE_GUIDANCE} by default.`,
  ),
  guidance: optional(
    v.pipe(v.number(), v.minValue(GUIDANCE_RANGE.least), v.maxValue(GUIDANCE_RANGE.most)),
    'Scale of guidance, 0 to 100. Requires class, tags or guide. Without guide, guidance doubles the cost of an image; with guide, it adds the cost ' +
      `of the guide. 1 turns it off. Default: ${DEFAULT_GUIDANCE_HELP}.`,
  ),
  guide: optional(
    name,
    'The name of the guide for autoguidance: a weaker model, such as an earlier checkpoint. It must have ' +
      'the image size, schedule, prediction type and classes of the model. Needs guidance. Default: the guide is ' +
      'the model itself without a class.',
  ),
  start: optional(
    startSchema,
    'Images to start from instead of the noise of the seed, as x or png: noise from an inversion, images for an inversion, ' +
      'or noisy images. The number of images is the default of count.',
  ),
  edit: optional(
    editSchema,
    'Pictures to change, as x or png, instead of start: with strength the whole pictures, with mask a part of them. The number ' +
      'of pictures is the default of count; a single picture can be changed several times.',
  ),
  canvas: optional(
    canvasSchema,
    "Size of pictures that are larger than the model's images; they are drawn in overlapping windows. Each window of a picture " +
      "costs as much as an image. With tile, copies of the picture fit side by side. Default: the size of the model's images.",
  ),
  blend: optional(
    blendSchema,
    "A second class or second tags. The network's outputs for both conditions are mixed. Doubles the cost of an image.",
  ),
  ...guidanceEntries,
  ...settingEntries,
  ...answerEntries,
};

/** Checks types and ranges. The model checks that its classes and timesteps exist. */
export const sampleBodySchema: v.GenericSchema<unknown, SampleBody> = v.strictObject(sampleEntries);

/** Names of all fields of a body. */
export const sampleBodyFields: readonly string[] = Object.keys(sampleEntries);
