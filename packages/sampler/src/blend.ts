// Mixing the outputs of a network for two conditions. The mixed ε is the score of p(x|a)^(1 − s) · p(x|b)^s, up to a
// factor (Liu et al., "Compositional Visual Generation with Composable Diffusion Models", 2022).
import { plural, showValue } from '@isonoise/error';
import { type Condition, tagRows } from './condition.ts';
import type { Denoiser, LevelNetwork } from './denoiser.ts';
import { doubledBatch } from './doubled-batch.ts';
import { samplerError } from './errors.ts';
import type { Fail } from './plan-limits.ts';
import type { PlannedBlend, SamplingPlan } from './sampling-plan.ts';

/**
 * Makes a network whose output for an image is (1 − s) network(a) + s network(b), in float64, rounded once. Each call
 * gets condition a as its argument; condition b comes from the blend. The shares 0 and 1 give the network's own bits.
 *
 * @param network called once for both conditions, with twice the batch
 */
export function blendedNetwork(
  network: Denoiser | LevelNetwork,
  { blend, tags }: Pick<SamplingPlan, 'blend' | 'tags'>,
): Denoiser | LevelNetwork {
  if (blend === undefined) return network;
  const other = otherCondition(blend, tags?.count ?? 0);
  if (typeof network === 'function') return mixed(network, other, blend.shares);
  return { at: (level) => mixed(network.at(level), other, blend.shares) };
}

function otherCondition({ classLabels, tags }: PlannedBlend, count: number): Condition {
  return tags === undefined ? Int32Array.from(classLabels ?? []) : tagRows(tags, count);
}

function mixed(denoise: Denoiser, other: Condition, shares: readonly number[]): Denoiser {
  return async (x, t, condition) => {
    if (condition === undefined || condition.length !== other.length) {
      throw samplerError(
        'SAMPLER_REQUEST',
        `blend: got ${plural(condition?.length ?? 0, 'value')} of conditions; expected ${other.length}, as in the blend.`,
      );
    }
    const { x: x2, t: t2, conditions } = doubledBatch(x, t, condition);
    conditions.set(other, condition.length);
    const both = await denoise(x2, t2, conditions);
    const half = both.length / 2;
    return mix(both.subarray(0, half), both.subarray(half), shares);
  };
}

/** Mixes the outputs of each image. @param shares `[B]` */
function mix(a: Float32Array, b: Float32Array, shares: readonly number[]): Float32Array {
  const out = new Float32Array(a);
  const size = a.length / shares.length;
  for (const [k, share] of shares.entries()) {
    const [from, to] = [k * size, (k + 1) * size];
    if (share === 1) out.set(b.subarray(from, to), from);
    if (share === 0 || share === 1) continue;
    for (let i = from; i < to; i++) out[i] = (1 - share) * (a[i] as number) + share * (b[i] as number);
  }
  return out;
}

/** Checks the field `blend` of a plan. @returns a frozen copy; undefined if the plan has no blend */
export function checkBlend(
  value: unknown,
  { images, classLabels, tags }: Pick<SamplingPlan, 'images' | 'classLabels' | 'tags'>,
  fail: Fail,
): PlannedBlend | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== 'object' || value === null)
    return fail(`blend is ${showValue(value)}; expected { classLabels or tags, shares }.`);
  const fields: { readonly [K in keyof PlannedBlend]?: unknown } = value;
  const isShare = (each: unknown): each is number => typeof each === 'number' && each >= 0 && each <= 1;
  const shares = listOf('shares', fields.shares, images.length, isShare, 'numbers from 0 to 1', fail);
  if (tags !== undefined) {
    const isTag = (each: unknown): each is number =>
      typeof each === 'number' && Number.isInteger(each) && each >= 0 && each < tags.count;
    const isList = (each: unknown): each is readonly number[] =>
      Array.isArray(each) && each.every(isTag) && new Set(each).size === each.length;
    const expected = `lists of different tags, integers in [0, ${tags.count - 1}]`;
    const lists = listOf('tags', fields.tags, images.length, isList, expected, fail);
    return Object.freeze({ tags: Object.freeze(lists.map((list) => Object.freeze([...list]))), shares });
  }
  if (classLabels === null)
    return fail(
      'blend is present, but the images have neither classes nor tags; expected one of them. Add classes or tags, or omit blend.',
    );
  const isLabel = (each: unknown): each is number =>
    typeof each === 'number' && Number.isInteger(each) && each >= 0 && each <= 0x7fffffff;
  const labels = listOf('classLabels', fields.classLabels, images.length, isLabel, 'integers', fail);
  return Object.freeze({ classLabels: labels, shares });
}

function listOf<T>(
  name: string,
  value: unknown,
  images: number,
  isValid: (each: unknown) => each is T,
  expected: string,
  fail: Fail,
): readonly T[] {
  if (Array.isArray(value) && value.length === images && value.every(isValid))
    return Object.freeze([...value]);
  return fail(
    `blend.${name} is ${showValue(value)}; expected ${expected}, one for each of ${plural(images, 'image')}.`,
  );
}
