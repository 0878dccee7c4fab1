import { type ModelSpec, predictsVariances, schedulerMeaning, toSchedule } from '@isonoise/bundle';
import { plural } from '@isonoise/error';
import {
  type DdpmVariance,
  type Denoiser,
  type GuidanceSettings,
  guidanceIntervalOf,
  isLearned,
  pickSettings,
  planSampling,
  type SampleRequest,
  type SamplerSettings,
  samplerNames,
  withoutIdle,
} from '@isonoise/sampler';
import type { CreateSchedule, Schedule, SpacingChoice } from '@isonoise/schedule';
import { type BlendRequest, resolveBlend } from './blend-choice.ts';
import { type ClassChoice, chooseClass, listClasses } from './class-choice.ts';
import { defaultGuidance } from './default-guidance.ts';
import { defaultSampler } from './default-sampler.ts';
import { runtimeError } from './errors.ts';
import { requireGuideFits } from './guide-fits.ts';
import { ownSettings } from './own-settings.ts';
import { pictureShape } from './picture-shape.ts';
import { spacingOf } from './request-spacing.ts';
import { requireGuidable, requireScale, requireTags } from './require-guidance.ts';
import { requireTimes } from './require-times.ts';
import { resolveTags, type TagRequest } from './tag-choice.ts';
import { variancesOf } from './variances-of.ts';

/** A request for images from a model. The bundle supplies the schedule, the prediction type and the null class. */
export interface ModelSampleRequest extends SamplerSettings, GuidanceSettings, TagRequest {
  /** Integer in [0, 2⁶⁴): a safe integer, a bigint or decimal digits. */
  readonly seed: number | bigint | string;
  /** Number of images; their image numbers are 0 … count − 1. Default 1. */
  readonly count?: number | undefined;
  /** Image numbers, instead of `count`. Image i of a seed is the same in every request. */
  readonly images?: readonly number[] | undefined;
  /** Name of the sampler. Default: {@link defaultSampler} of the bundle. */
  readonly sampler?: SampleRequest['sampler'] | undefined;
  /**
   * Number of reverse steps. Default: the bundle's number for the bundle's own sampler; otherwise the sampler's
   * default.
   */
  readonly steps?: number | undefined;
  /**
   * Spacing of the timesteps. Default: `timestep_spacing` of the bundle. `leading` uses the bundle's `steps_offset`.
   */
  readonly spacing?: SpacingChoice | undefined;
  /** Clipping range of x0, or false for none. Default: `clip_sample` and `clip_sample_range` of the bundle. */
  readonly clip?: number | false | undefined;
  /**
   * One class for all images, or one per image, as for {@link chooseClass}. Default: the null class of a conditional
   * model.
   */
  readonly class?: ClassChoice | readonly ClassChoice[] | undefined;
  /** Images that replace the seed's initial noise. `count` defaults to the number of these images. */
  readonly start?: SampleRequest['start'];
  /**
   * Pictures to edit, with `strength`, `mask` or both. Excludes `start`. `count` defaults to the number of pictures;
   * a single picture may be edited several times.
   */
  readonly edit?: SampleRequest['edit'];
  /**
   * Size of pictures that are larger than the model's images, or that are tiles. Default: the size of the model's
   * images.
   */
  readonly canvas?: SampleRequest['canvas'];
  /** A second class or a second list of tags, to be mixed with the class or the tags of each image. */
  readonly blend?: BlendRequest | undefined;
  /**
   * Guidance scale, from 0 to 100; 1 turns guidance off. Default: {@link NEGATIVE_GUIDANCE} if the request has
   * `without`, otherwise {@link defaultGuidance}. Without a `guide`, guidance needs a class or tags (classifier-free
   * guidance).
   */
  readonly guidance?: number | undefined;
  /**
   * The guide for autoguidance: a weaker model of the same kind, such as an earlier checkpoint. Both models
   * get the class, if there is one. The caller keeps ownership of the guide and disposes it after the run.
   */
  readonly guide?: GuideModel | undefined;
}

/** A model as a guide. Every {@link Model} can be a guide. */
export interface GuideModel {
  readonly spec: ModelSpec;
  /** SHA-256 of the network's file; saved runs contain it. */
  readonly sha256: string | undefined;
  readonly denoise: Denoiser;
}

/** A request for which only a plan is made, so its guide need not be open. */
export interface PlannedModelRequest extends Omit<ModelSampleRequest, 'guide'> {
  readonly guide?: Omit<GuideModel, 'denoise'> | undefined;
}

/**
 * Guidance scale for requests that have `without` tags but no scale. The guided output is negative + g (tags −
 * negative). With g = 1, the negative tags have no effect; with g = 2, the output is 2 tags − negative. Other scales
 * were not measured; `DEFAULT_GUIDANCE` was measured for guidance away from "no class".
 */
export const NEGATIVE_GUIDANCE = 2;

function fail(problem: string): never {
  throw runtimeError('RUNTIME_REQUEST', `sample: ${problem}`);
}

/**
 * Converts a request for a model to a request for the sampler. The bundle supplies missing settings. The sampler
 * checks seed, steps and settings.
 *
 * @throws `RUNTIME_REQUEST` if the model lacks the class or does not support guidance, the guide does not fit, or the
 *   request has both count and images
 */
export function toSampleRequest(
  spec: ModelSpec,
  request: PlannedModelRequest,
  create?: CreateSchedule,
): SampleRequest {
  const {
    count,
    images = count ?? givenCount(spec, request),
    sampler = defaultSampler(spec),
    guide,
    seed,
  } = request;
  const scale = request.guidance ?? ((request.without ?? []).length > 0 ? NEGATIVE_GUIDANCE : undefined);
  if (count !== undefined && request.images !== undefined)
    fail('got count and images; expected only one of them.');
  if (!samplerNames.includes(sampler)) {
    fail(`sampler is ${JSON.stringify(sampler)}; expected one of ${samplerNames.join(', ')}.`);
  }
  const [low, high] = spec.dataRange;
  if (low !== -1 || high !== 1) {
    fail(
      `the model's data range is [${low}, ${high}]; expected [-1, 1]. Train and export the model with that range.`,
    );
  }
  const { scheduler } = spec;
  const meaning = schedulerMeaning(scheduler);
  const schedule = scheduleOf(scheduler, create);
  const number = typeof images === 'number' ? images : images.length;
  const classLabels = resolveClasses(spec, request.class, number);
  const tags = resolveTags(spec, request, number);
  const blend = resolveBlend(spec, request.blend, number);
  const nullClass = spec.classes?.nullClass ?? null;
  requireScale({ ...request, guidance: scale });
  const isGiven = request.start !== undefined;
  const guidance = scale ?? defaultGuidance(spec, { classLabels, tags: tags?.images, blend, isGiven });
  if (guide !== undefined) requireGuideFits(spec, guide.spec);
  else if (tags !== undefined) requireTags(spec, tags, guidance, blend?.tags);
  else requireGuidable(nullClass, request.class ?? request.blend?.class, guidance);

  const { guidanceLow = 0, guidanceHigh = Number.POSITIVE_INFINITY } = request;
  if (guidanceLow >= guidanceHigh) {
    fail(
      `guidanceLow is ${guidanceLow} and guidanceHigh ${guidanceHigh}; expected guidanceLow < guidanceHigh.`,
    );
  }

  const { steps, spacing } = spacingOf(scheduler, { ...request, sampler });

  requireVariance(spec, request.variance);
  const full: SampleRequest = {
    shape: spec.image,
    canvas: request.canvas,
    schedule,
    predictionType: meaning.predictionType,
    seed,
    images,
    start: request.start,
    edit: request.edit,
    sampler,
    spacing,
    clip: request.clip ?? meaning.clip,
    guidance,
    guidanceRescale: request.guidanceRescale,
    guidanceInterval: guidanceIntervalOf(request),
    ...(guide === undefined ? {} : { guidedBy: 'network' as const }),
    ...(guide?.sha256 === undefined ? {} : { guideModel: guide.sha256 }),
    steps,
    classLabels,
    ...(nullClass === null ? {} : { nullClass }),
    ...(tags === undefined ? {} : { tags }),
    blend,
    ...withoutIdle(ownSettings(meaning, sampler, request), request),
    ...pickSettings(request),
  };
  requireTimes(guide === undefined ? [spec] : [spec, guide.spec], () => planSampling(full), create);
  return full;
}

/** Schedules by configuration. Configurations never change. */
const schedules = new WeakMap<ModelSpec['scheduler'], Schedule>();

/** Returns the schedule of a model. A schedule from `createSchedule` is cached by its configuration. */
function scheduleOf(scheduler: ModelSpec['scheduler'], create: CreateSchedule | undefined): Schedule {
  if (create !== undefined) return toSchedule(scheduler, create);
  const schedule = schedules.get(scheduler) ?? toSchedule(scheduler);
  schedules.set(scheduler, schedule);
  return schedule;
}

/** Requires that the network predicts the requested variance. The sampler rejects unknown values. */
function requireVariance(spec: ModelSpec, variance: DdpmVariance | undefined): void {
  const known = variancesOf(spec);
  if (variance === undefined || known.includes(variance) || !isLearned(String(variance))) return;
  const what = predictsVariances(spec.scheduler) ? 'predicts a different one' : 'predicts no variances';
  fail(
    `variance is ${JSON.stringify(variance)}, but the model ${JSON.stringify(spec.name)} ${what}; expected one of ${known.join(', ')}.`,
  );
}

/**
 * Returns the number of given images, or 1 if there are none. Also returns 1 for a fraction of an image, which the
 * sampler rejects.
 */
function givenCount({ image }: ModelSpec, { start, edit, canvas }: PlannedModelRequest): number {
  const { length } = start?.x ?? edit?.image ?? [];
  const { channels, height, width } = pictureShape(image, canvas);
  const count = length / (channels * height * width);
  return Number.isInteger(count) && count >= 1 ? count : 1;
}

function resolveClasses(
  spec: ModelSpec,
  choice: ModelSampleRequest['class'],
  images: number,
): number | number[] | undefined {
  const { classes, name } = spec;
  if (choice === undefined) {
    if (classes === null || classes.nullClass !== null) return classes?.nullClass ?? undefined;
    return fail(`class is missing, but ${name} has no null class; expected one of ${listClasses(classes)}.`);
  }
  if (typeof choice === 'number' || typeof choice === 'string') return chooseClass(spec, choice).label;
  if (classes === null) return chooseClass(spec, choice[0] ?? 0).label;
  if (choice.length !== images) {
    fail(
      `got ${plural(choice.length, 'class', 'classes')} for ${plural(images, 'image')}; expected one class, or one per image.`,
    );
  }
  return choice.map((each) => chooseClass(spec, each).label);
}
