import { showValue } from '@isonoise/error';
import { parseSeed } from '@isonoise/random';
import {
  type CreateSchedule,
  type ImageShape,
  type PredictionType,
  type Schedule,
  type SpacingChoice,
  spacedSteps,
  type TimestepPair,
  timestepPairs,
} from '@isonoise/schedule';
import { checkPlan, reversedSteps } from './check-plan.ts';
import { checkSettings } from './check-settings.ts';
import type { Sampler } from './define-sampler.ts';
import { type Edit, type EditedStart, planEdit, startEdit } from './edit.ts';
import { samplerError } from './errors.ts';
import { checkGiven, checkSkip, type GivenStart } from './given-start.ts';
import type { GuidanceInterval } from './guidance-interval.ts';
import { PLAN_LIMITS } from './plan-limits.ts';
import { DEFAULT_SAMPLERS, type SamplerName, samplerNames, samplers, settingsOf } from './sampler-table.ts';
import type { GuidedBy, PlannedBlend, PlannedTags, SamplingPlan } from './sampling-plan.ts';
import { conflictText, settingConflict } from './setting-relations.ts';
import { pickSettings, type SamplerSettings } from './settings.ts';
import { type Canvas, planCanvas } from './windows.ts';

/** Request for images. */
export interface SampleRequest extends SamplerSettings {
  /** Shape of the network's images. */
  readonly shape: ImageShape;
  /** Larger pictures, which the network draws in overlapping windows. Default: pictures of `shape`. */
  readonly canvas?: Canvas | undefined;
  /** Noise schedule of the network's training. */
  readonly schedule: Schedule;
  readonly predictionType: PredictionType;
  /** Integer in [0, 2⁶⁴): a safe integer, a bigint or decimal digits. */
  readonly seed: number | bigint | string;
  /** Image numbers (uint32), or a count n for 0 … n-1. Image i of a seed never changes. */
  readonly images: number | readonly number[];
  /** Name of the sampler. Default: the entry of {@link DEFAULT_SAMPLERS} for the schedule. */
  readonly sampler?: SamplerName | undefined;
  /** Reverse steps. Default: `defaultSteps` of the sampler. */
  readonly steps?: number | undefined;
  /**
   * Places the levels: the name of a rule, a rule with variants, or a list of times. Default `trailing`, or `linspace`
   * for flow matching.
   */
  readonly spacing?: SpacingChoice | undefined;
  /**
   * Images from which the run starts instead of the noise of the seed. A sampler that inverts requires them; they must
   * then be images without noise.
   */
  readonly start?: GivenStart | undefined;
  /** Pictures that the run changes, instead of `start`. Not for samplers that invert. */
  readonly edit?: Edit | undefined;
  /**
   * Clips x_0 to [-clip, clip] in each step, after thresholding; false turns clipping off. Default 1, the range of the
   * data.
   */
  readonly clip?: number | false | undefined;
  /** Class of each image, or one class for all. */
  readonly classLabels?: number | readonly number[] | undefined;
  /** Scale of guidance, in `GUIDANCE_RANGE`: 0 to 100. Default 1: none. */
  readonly guidance?: number | undefined;
  /**
   * The guide. `noClass` (default) is classifier-free guidance, which needs labels and `nullClass`. `network` is
   * autoguidance, which needs the `guide` of the run.
   */
  readonly guidedBy?: GuidedBy | undefined;
  /**
   * φ in [0, 1]: how far guided outputs are rescaled to the contrast of the network's own output. Default 0: not at
   * all.
   */
  readonly guidanceRescale?: number | undefined;
  /** Noise levels at which guidance applies; elsewhere only the network is called. Default: all. */
  readonly guidanceInterval?: GuidanceInterval | null | undefined;
  /** Label of "no class"; required for guidance by `noClass`. */
  readonly nullClass?: number | undefined;
  /** Tags of each image, for a network with tags; instead of `classLabels` and `nullClass`. */
  readonly tags?: PlannedTags | undefined;
  /** Mixes the outputs for the class or tags of each image with those for another class or other tags. */
  readonly blend?: PlannedBlend | undefined;
  /** SHA-256 of the network's file, stored in saved runs. Default: not stored. */
  readonly model?: string | undefined;
  /** SHA-256 of the guide's file, stored in saved runs. Default: not stored. */
  readonly guideModel?: string | undefined;
}

function fail(problem: string): never {
  throw samplerError('SAMPLER_REQUEST', `sample: ${problem}`);
}

const isList = (images: SampleRequest['images']): images is readonly number[] => Array.isArray(images);

function listImages(images: SampleRequest['images']): readonly number[] {
  // A count must be checked before a list is made from it. Given lists are checked with the rest of the plan.
  if (isList(images)) return images;
  if (!(Number.isInteger(images) && images >= 1 && images <= PLAN_LIMITS.images)) {
    return fail(
      `images is ${showValue(images)}; expected a count in [1, ${PLAN_LIMITS.images}] or a list of image numbers.`,
    );
  }
  return Array.from({ length: images }, (_, i) => i);
}

/** Refuses options of guidance without a scale, because they would have no effect. */
function requireScale({ guidance, guidedBy, guidanceRescale, guidanceInterval }: SampleRequest): void {
  if (guidance !== undefined) return;
  const given = Object.entries({ guidedBy, guidanceRescale, guidanceInterval })
    .filter(([, value]) => value !== undefined && value !== null)
    .map(([name]) => name);
  if (given.length === 0) return;
  fail(`got ${given.join(', ')} without guidance; expected the scale of guidance with them. Add guidance.`);
}

/**
 * Makes and checks the arrays from which a request starts; none if it starts from noise.
 *
 * @throws `SAMPLER_REQUEST` if the given images do not fit the plan
 */
export function givenArrays(
  plan: SamplingPlan,
  { start, edit }: SampleRequest,
  create?: CreateSchedule,
): Partial<EditedStart> {
  if (edit !== undefined) return startEdit(edit, plan, fail, create);
  return start === undefined ? {} : { x: checkGiven(start.x, plan, fail) };
}

/** Returns the shift of the schedule if the sampler can replace it, so that the plan records it. */
function shiftOf(sampler: SamplerName, schedule: Schedule): SamplerSettings {
  const hasShift = schedule.process === 'flow' && settingsOf(sampler).includes('shift');
  return hasShift ? { shift: schedule.config.shift } : {};
}

/**
 * Computes the steps of a request, from its settings or its spacing.
 *
 * @throws `SAMPLER_REQUEST` if both the spacing and a setting choose the steps
 */
function stepsOf(
  request: SampleRequest,
  { times }: Sampler,
  settings: SamplerSettings,
  n: number | undefined,
): readonly TimestepPair[] {
  const { schedule, spacing } = request;
  const { numTrainTimesteps } = schedule;
  const defaultSpacing = schedule.process === 'flow' ? 'linspace' : 'trailing';
  const own = n === undefined ? null : (times?.(numTrainTimesteps, n, settings) ?? null);
  if (own === null) return spacedSteps(schedule, spacing ?? defaultSpacing, n);
  const steps = timestepPairs({ spacing: own, numTrainTimesteps });
  const given = spacing === undefined ? steps : spacedSteps(schedule, spacing, n);
  if (given.length === n && given.every(([t], i) => t === own[i])) return steps;
  return fail('got originalSteps and spacing; expected only one of them, because both choose the steps.');
}

/**
 * Creates the plan of a request, with defaults applied.
 *
 * @throws `SAMPLER_REQUEST` if a field of the request is invalid or contradicts another one; `SCHEDULE_SPACING` if the
 *   schedule has no such spacing or number of steps; `RANDOM_SEED` if the seed is invalid
 */
export function planSampling(request: SampleRequest): SamplingPlan {
  const { schedule, sampler = DEFAULT_SAMPLERS[schedule.process] } = request;
  const { spacing, classLabels, clip = 1, nullClass = null } = request;
  const row = samplerNames.includes(sampler) ? samplers[sampler] : undefined;
  if (row === undefined) return fail(`sampler is "${sampler}"; expected one of ${samplerNames.join(', ')}.`);

  requireScale(request);
  const images = listImages(request.images);
  const steps =
    request.steps ?? (Array.isArray(spacing) ? undefined : row.defaultSteps(schedule.numTrainTimesteps));
  const settings = checkSettings(sampler, { ...shiftOf(sampler, schedule), ...pickSettings(request) }, fail);
  const conflict = settingConflict(sampler, settings);
  if (conflict !== null) return fail(conflictText(conflict));
  const { start, edit } = request;
  const reverse = stepsOf(request, row, settings, steps);
  const runSteps = row.inverts === undefined ? reverse : reversedSteps(reverse);
  if (edit !== undefined && start !== undefined)
    return fail('got start and edit; expected only one of them.');
  if (edit !== undefined && row.inverts !== undefined)
    return fail(
      `sampler "${sampler}" turns images into noise; expected a sampler that draws images, for edit. Choose another sampler.`,
    );
  const edited = edit === undefined ? undefined : planEdit(edit, runSteps.length, fail);
  const skip = edited?.skip ?? (start === undefined ? 0 : checkSkip(start.skip ?? 0, runSteps.length, fail));
  return checkPlan(
    {
      ...planCanvas(request.canvas, request.shape, fail),
      schedule: schedule.config,
      predictionType: request.predictionType,
      seed: String(parseSeed(request.seed)),
      images,
      sampler,
      settings,
      steps: runSteps.slice(skip),
      start: start === undefined && edit === undefined ? 'noise' : 'given',
      clip: clip === false ? null : clip,
      classLabels: typeof classLabels === 'number' ? images.map(() => classLabels) : (classLabels ?? null),
      guidance: request.guidance ?? 1,
      guidedBy: request.guidedBy,
      guidanceRescale: request.guidanceRescale,
      guidanceInterval: request.guidanceInterval,
      nullClass,
      tags: request.tags,
      inpainting: edited?.inpainting,
      blend: request.blend,
    },
    fail,
  );
}
