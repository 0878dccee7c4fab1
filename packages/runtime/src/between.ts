import type { ModelSpec } from '@isonoise/bundle';
import {
  addsNoise,
  DEFAULT_SAMPLERS,
  initialNoise,
  PLAN_LIMITS,
  planSampling,
  type SamplerName,
  samplersFor,
  slerp,
} from '@isonoise/sampler';
import type { ImageShape } from '@isonoise/schedule';
import { type ClassChoice, chooseClass } from './class-choice.ts';
import { defaultSampler } from './default-sampler.ts';
import { runtimeError } from './errors.ts';
import { type ModelSampleRequest, type PlannedModelRequest, toSampleRequest } from './model-request.ts';
import { chooseTags } from './tag-choice.ts';

/** An image at an end of an interpolation: image 0 of its seed, with its class or tags. */
export interface End {
  /** Integer in [0, 2⁶⁴): a safe integer, a bigint or decimal digits. */
  readonly seed: number | bigint | string;
  readonly class?: ClassChoice | undefined;
  readonly tags?: readonly string[] | undefined;
}

/** Fields of a request that the ends of an interpolation replace. */
type EndField = 'seed' | 'count' | 'images' | 'class' | 'tags' | 'start' | 'edit' | 'blend';

/** Request for images between two seeds, two classes or two lists of tags, with the settings of any request. */
export interface BetweenRequest extends Omit<PlannedModelRequest, EndField> {
  readonly from: End;
  readonly to: End;
  /** Number of images, from 2 to `PLAN_LIMITS.images`. The first and the last image are the images of the ends. */
  readonly count: number;
}

/**
 * Makes the request for images between two ends. The images at the ends are those of ordinary requests with the same
 * settings, bit for bit. An image depends on its share of the way, not on the number of images.
 *
 * - Between two seeds, runs begin with the noise on the great circle ({@link slerp}). The sampler must not add noise in
 *   its steps.
 * - Between two classes or lists of tags, the outputs of the network are mixed ({@link BlendRequest}).
 *
 * @throws `RUNTIME_REQUEST` if the ends are equal, the count is out of range, only one end has a class or tags, or the
 *   sampler adds noise between two seeds; `RANDOM_SEED` if a seed is invalid; errors of the sampler
 */
export function requestBetween(
  spec: ModelSpec,
  { from, to, count, sampler, ...settings }: BetweenRequest,
): Omit<ModelSampleRequest, 'guide'> {
  if (!(Number.isInteger(count) && count >= 2 && count <= PLAN_LIMITS.images))
    fail(`count is ${count}; expected a whole number from 2, for both ends, to ${PLAN_LIMITS.images}.`);
  for (const name of ['class', 'tags'] as const)
    if ((from[name] === undefined) !== (to[name] === undefined))
      fail(`only one end has ${name}; expected it for both ends, or for neither.`);
  const [seed, lastSeed] = [from, to].map(
    (end) => planSampling(toSampleRequest(spec, { ...conditionOf(end), seed: end.seed, sampler })).seed,
  );
  const isSeed = seed !== lastSeed;
  const isCondition = conditionText(spec, from) !== conditionText(spec, to);
  if (!isSeed && !isCondition) fail('the ends are equal; expected different seeds, classes or tags.');
  const first: PlannedModelRequest = {
    ...conditionOf(from),
    ...settings,
    seed: from.seed,
    sampler: sampler ?? (isSeed ? quietSampler(spec) : undefined),
  };
  const full = toSampleRequest(spec, first);
  const plan = planSampling(full);
  if (isSeed && addsNoise(plan))
    fail(
      `sampler is "${plan.sampler}", which adds noise in its steps; expected one that does not, such as ${quietSampler(spec)}, because the seeds differ.`,
    );
  const shares = Array.from({ length: count }, (_, k) => k / (count - 1));
  const { guide: _, ...request } = first;
  return {
    ...request,
    images: shares.map(() => 0),
    ...(isSeed ? { start: { x: noiseBetween(plan.shape, from, to, shares) }, guidance: full.guidance } : {}),
    ...(isCondition ? { blend: { ...conditionOf(to), share: shares } } : {}),
  };
}

const conditionOf = ({ class: chosen, tags }: End): Pick<End, 'class' | 'tags'> => ({
  ...(chosen === undefined ? {} : { class: chosen }),
  ...(tags === undefined ? {} : { tags }),
});

/** The class or the tags of an end by their numbers, as text. */
function conditionText(spec: ModelSpec, { class: chosen, tags }: End): string {
  if (tags !== undefined) return [...chooseTags(spec, tags, 'tags')].sort((a, b) => a - b).join();
  return chosen === undefined ? '' : String(chooseClass(spec, chosen).label);
}

/**
 * Returns the default sampler of a model, or another fitting sampler if the default one adds noise in its steps. If all
 * fitting samplers add noise, returns the default one.
 */
export function quietSampler(spec: ModelSpec): SamplerName {
  const usual = defaultSampler(spec);
  const isQuiet = (sampler: SamplerName): boolean =>
    !addsNoise(
      planSampling(toSampleRequest({ ...spec, classes: null, tags: undefined }, { seed: 0, sampler })),
    );
  const { process } = toSampleRequest({ ...spec, classes: null, tags: undefined }, { seed: 0 }).schedule;
  const fitting = samplersFor(process);
  const candidates = [usual, ...QUIET, DEFAULT_SAMPLERS[process], ...fitting];
  return candidates.filter((name) => fitting.includes(name)).find(isQuiet) ?? usual;
}

/** Samplers that add no noise, in order of preference. */
const QUIET: readonly SamplerName[] = ['dpmpp-2m', 'euler'];

/** @returns the noise of each image, `[count, C, H, W]` */
function noiseBetween(shape: ImageShape, from: End, to: End, shares: readonly number[]): Float32Array {
  const size = shape.channels * shape.height * shape.width;
  const [first, last] = [from, to].map(({ seed }) => initialNoise(BigInt(seed), [0], size)) as [
    Float32Array,
    Float32Array,
  ];
  const x = new Float32Array(shares.length * size);
  for (const [k, share] of shares.entries()) x.set(slerp(first, last, share), k * size);
  return x;
}

function fail(problem: string): never {
  throw runtimeError('RUNTIME_REQUEST', `interpolate: ${problem}`);
}
