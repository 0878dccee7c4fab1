import { type ModelSpec, toSchedule, toTimesteps } from '@isonoise/bundle';
import {
  type DdpmVariance,
  type SampleRequest,
  type SamplerSettings,
  samplerNames,
  samplers,
} from '@isonoise/sampler';
import { RuntimeError } from './runtime-error.ts';

/** A class by number or by name. */
export type ClassChoice = number | string;

/** Which images to draw from a model; what the bundle knows (schedule, prediction type, null class) is filled in. */
export interface ModelSampleRequest extends SamplerSettings {
  /** Integer in [0, 2⁶⁴): a safe integer, a bigint or decimal digits. */
  readonly seed: number | bigint | string;
  /** How many images: numbers 0 … count − 1 of the seed. Default 1. */
  readonly count?: number;
  /** The numbers themselves, instead of `count`: image i of a seed never changes. */
  readonly images?: readonly number[];
  /** Default `ddim`. */
  readonly sampler?: SampleRequest['sampler'];
  /** Reverse steps. Default: that of the sampler. */
  readonly steps?: number;
  /** Default: `timestep_spacing` of the bundle. `leading` has the bundle's `steps_offset`, asked for by name or not. */
  readonly spacing?: NonNullable<SampleRequest['spacing']>;
  /** Default: `clip_sample` and `clip_sample_range` of the bundle. */
  readonly clip?: number | false;
  /** One class for all, or one for each image. Left out, a conditional model draws its null class. */
  readonly class?: ClassChoice | readonly ClassChoice[];
  /** Scale of classifier-free guidance. Default 1: none. */
  readonly guidance?: number;
}

const VARIANCES = {
  fixed_small: 'fixedSmall',
  fixed_small_log: 'fixedSmall',
  fixed_large: 'fixedLarge',
  fixed_large_log: 'fixedLarge',
} as const satisfies Record<ModelSpec['scheduler']['variance_type'], DdpmVariance>;

function fail(problem: string): never {
  throw new RuntimeError('RUNTIME_REQUEST', `sample: ${problem}`);
}

/**
 * The sampler's request for a model: what is left out comes from the bundle.
 * The sampler checks the rest of it (seed, steps, settings).
 *
 * @throws RuntimeError `RUNTIME_REQUEST` a class, or guidance, that the model does not have
 */
export function toSampleRequest(spec: ModelSpec, request: ModelSampleRequest): SampleRequest {
  const { count, images = count ?? 1, sampler = 'ddim', guidance = 1, seed } = request;
  if (count !== undefined && request.images !== undefined) fail('got count and images; wanted one of them.');
  if (!samplerNames.includes(sampler)) {
    fail(`sampler is ${JSON.stringify(sampler)}; wanted one of ${samplerNames.join(', ')}.`);
  }
  const [low, high] = spec.dataRange;
  if (low !== -1 || high !== 1) {
    fail(
      `the model's data lies in [${low}, ${high}]; samplers here work in [-1, 1]. Export it with that range.`,
    );
  }
  const { scheduler } = spec;
  const schedule = toSchedule(scheduler);
  const number = typeof images === 'number' ? images : images.length;
  const classLabels = resolveClasses(spec, request.class, number);
  const nullClass = spec.classes?.nullClass ?? null;
  if (guidance !== 1 && (nullClass === null || request.class === undefined)) {
    fail(
      nullClass === null
        ? `guidance is ${guidance}, but the model was trained without a null class; leave guidance out.`
        : `guidance is ${guidance}, which needs a class to guide to; got none.`,
    );
  }

  const rule = request.spacing ?? scheduler.timestep_spacing;
  const steps =
    request.steps ??
    (typeof rule === 'string' ? samplers[sampler].defaultSteps(schedule.numTrainTimesteps) : undefined);
  // The rule may be shifted (steps_offset), for which the sampler's request has no word: a list says it all.
  const spacing =
    typeof rule === 'string' && steps !== undefined
      ? toTimesteps({ ...scheduler, timestep_spacing: rule }, steps)
      : rule;

  const variance = request.variance ?? (sampler === 'ddpm' ? VARIANCES[scheduler.variance_type] : undefined);
  return {
    shape: spec.image,
    schedule,
    predictionType: scheduler.prediction_type,
    seed,
    images,
    sampler,
    spacing,
    clip: request.clip ?? (scheduler.clip_sample ? scheduler.clip_sample_range : false),
    guidance,
    ...(steps === undefined ? {} : { steps }),
    ...(classLabels === undefined ? {} : { classLabels }),
    ...(nullClass === null ? {} : { nullClass }),
    ...(request.eta === undefined ? {} : { eta: request.eta }),
    ...(request.epsFromClipped === undefined ? {} : { epsFromClipped: request.epsFromClipped }),
    ...(variance === undefined ? {} : { variance }),
  };
}

function resolveClasses(
  { classes, name }: ModelSpec,
  choice: ModelSampleRequest['class'],
  images: number,
): number | number[] | undefined {
  if (classes === null) {
    if (choice === undefined) return undefined;
    return fail(`got class ${JSON.stringify(choice)}, but ${name} is unconditional; leave it out.`);
  }
  if (choice === undefined) {
    const known = classes.names.join(', ');
    return classes.nullClass ?? fail(`got no class; ${name} has no null class: wanted one of ${known}.`);
  }
  const resolve = (each: ClassChoice): number => {
    const label = typeof each === 'number' ? each : classes.names.indexOf(each);
    if (Number.isInteger(label) && label >= 0 && label < classes.count) return label;
    const names = classes.names.map((known, i) => `${i} ${JSON.stringify(known)}`).join(', ');
    return fail(`class is ${JSON.stringify(each)}; ${name} knows ${names}.`);
  };
  if (typeof choice === 'number' || typeof choice === 'string') return resolve(choice);
  if (choice.length !== images) {
    fail(`got ${choice.length} classes for ${images} images; wanted one class, or one for each.`);
  }
  return choice.map(resolve);
}
