import { plural, showValue } from '@isonoise/error';
import { type CreateSchedule, createSchedule, levelsOf, type TimestepPair } from '@isonoise/schedule';
import type { KnownPixels } from './known-pixels.ts';
import { initialNoise } from './noise-source.ts';
import type { Fail } from './plan-limits.ts';
import type { Inpainting, SamplingPlan } from './sampling-plan.ts';

/** A change to pictures: `strength` changes whole pictures, `mask` changes only some pixels. Both can be combined. */
export interface Edit {
  /** One picture for all images, `[C, H, W]`, or one for each, `[B, C, H, W]`, in [-1, 1]. */
  readonly image: Float32Array;
  /**
   * Share of the steps to take, above 0 and at most 1. The run starts from the picture, with noise added up to the level
   * of the first step taken (SDEdit, Meng et al. 2022). Default 0.6; with `mask`, the default is to start from noise alone.
   */
  readonly strength?: number | undefined;
  /** 1 where the picture is drawn again, 0 where it stays as it is: `[H, W]` for all images, or `[B, H, W]`. */
  readonly mask?: Uint8Array | undefined;
  /** Number of times that each group of steps is taken, 1 to 100 (RePaint). Requires `mask`. Default 1. */
  readonly resample?: number | undefined;
  /** Number of steps in a group, 1 to 1000. Requires `resample` above 1. Default 1. */
  readonly jump?: number | undefined;
}

/** Limits of `resample` and `jump`. `visits` limits the total number of steps, each counted as often as it is taken. */
export const EDIT_LIMITS: Readonly<Record<'resample' | 'jump' | 'visits', number>> = Object.freeze({
  resample: 100,
  jump: 1000,
  visits: 200_000,
});

/** The strength of edits that give neither strength nor mask. */
export const DEFAULT_STRENGTH = 0.6;

/** Values of `strength`, for errors and help. */
export const STRENGTH_EXPECTED = 'a number above 0, at most 1';

/** Whether a value is a strength. */
export const isStrength = (value: unknown): value is number =>
  typeof value === 'number' && value > 0 && value <= 1;

const isWhole = (value: unknown, most: number): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= most;

const FIELDS: { readonly [K in keyof Edit]-?: true } = {
  image: true,
  strength: true,
  mask: true,
  resample: true,
  jump: true,
};

/** The part of a plan that an edit determines. */
export interface PlannedEdit {
  /** Number of steps that are skipped at the beginning. */
  readonly skip: number;
  readonly inpainting: Inpainting | undefined;
}

/** Plans an edit of a run with n steps. */
export function planEdit(edit: Edit, n: number, fail: Fail): PlannedEdit {
  const { mask, resample, jump } = edit;
  const unknown = Object.keys(edit).find((name) => !Object.hasOwn(FIELDS, name));
  if (unknown !== undefined)
    return fail(
      `edit has the field ${showValue(unknown)}; expected only ${Object.keys(FIELDS).join(', ')}. Correct its name.`,
    );
  const strength = strengthOf(edit);
  if (mask === undefined && (resample !== undefined || jump !== undefined))
    return fail('edit has resample or jump without mask; expected them only with a mask. Add mask.');
  if (jump !== undefined && (resample ?? 1) === 1)
    return fail(
      `edit.jump is ${showValue(jump)} without resample; expected resample above 1 with it. Add resample.`,
    );
  const taken = strength === undefined ? n : stepsOfStrength(strength, n, fail);
  const inpainting = mask === undefined ? undefined : { resample: resample ?? 1, jump: jump ?? 1 };
  return { skip: n - taken, inpainting };
}

/** The strength of an edit; undefined if the run starts from noise alone. */
const strengthOf = ({ strength, mask }: Edit): number | undefined =>
  strength ?? (mask === undefined ? DEFAULT_STRENGTH : undefined);

/** Returns the number of steps to take, out of n, for a strength. */
function stepsOfStrength(strength: unknown, n: number, fail: Fail): number {
  if (!isStrength(strength))
    return fail(`edit.strength is ${showValue(strength)}; expected ${STRENGTH_EXPECTED}.`);
  const taken = Math.round(strength * n);
  if (taken >= 1) return taken;
  return fail(
    `edit.strength ${strength} of ${plural(n, 'step')} is less than half a step; expected at least ${0.5 / n}. Use more steps or a larger strength.`,
  );
}

/** Checks the field `inpainting` of a plan. */
export function checkInpainting(value: unknown, steps: number, fail: Fail): Inpainting | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== 'object' || value === null)
    return fail(`inpainting is ${showValue(value)}; expected { resample, jump }.`);
  const { resample, jump }: { resample?: unknown; jump?: unknown } = value;
  const whole = (name: 'resample' | 'jump', number: unknown): number =>
    isWhole(number, EDIT_LIMITS[name])
      ? number
      : fail(`${name} is ${showValue(number)}; expected a whole number from 1 to ${EDIT_LIMITS[name]}.`);
  const checked = { resample: whole('resample', resample), jump: whole('jump', jump) };
  if (checked.resample > 1 && steps === 1) {
    return fail(
      `resample is ${checked.resample}, but the run has one step; expected at least 2 steps, because the first group is taken once. ` +
        'Use more steps, or omit resample.',
    );
  }
  if (checked.resample > 1 && checked.jump >= steps) {
    return fail(
      `jump is ${checked.jump}, but the run has ${plural(steps, 'step')}; expected at most ${steps - 1}, because the first group is taken once. ` +
        'Use more steps or a smaller jump.',
    );
  }
  if (steps * checked.resample > EDIT_LIMITS.visits) {
    return fail(
      `resample is ${checked.resample} for ${plural(steps, 'step')}; expected at most ${EDIT_LIMITS.visits} steps in all. Use fewer steps.`,
    );
  }
  return Object.freeze(checked);
}

/** The arrays from which an edit starts. */
export interface EditedStart {
  readonly x: Float32Array;
  readonly known?: KnownPixels;
}

/**
 * Makes the images from which an edit starts: α picture + σ z. z is the initial noise of the seed; α and σ belong to the
 * first level of the plan. With a mask but no strength, the pixels to draw start as z alone.
 */
export function startEdit(
  edit: Edit,
  plan: SamplingPlan,
  fail: Fail,
  create: CreateSchedule = createSchedule,
): EditedStart {
  const { images, shape, steps } = plan;
  const { channels, height, width } = shape;
  const pixels = height * width;
  const image = repeated('image', edit.image, Float32Array, [channels, height, width], images.length, fail);
  const wrong = image.findIndex((value) => !(Math.abs(value) <= 1));
  if (wrong >= 0) fail(`edit.image[${wrong}] is ${image[wrong]}; expected values in [-1, 1].`);
  const mask =
    edit.mask === undefined
      ? undefined
      : checkMask(
          repeated('mask', edit.mask, Uint8Array, [height, width], images.length, fail),
          pixels,
          fail,
        );
  const { alpha, sigma } = firstLevel(plan, steps, create);
  const x = initialNoise(BigInt(plan.seed), images, channels * pixels);
  const isDrawn = (i: number): boolean => {
    const b = Math.floor(i / (channels * pixels));
    return mask?.[b * pixels + (i % pixels)] === 1;
  };
  for (let i = 0; i < x.length; i++) {
    if (strengthOf(edit) === undefined && isDrawn(i)) continue;
    x[i] = alpha * (image[i] as number) + sigma * (x[i] as number);
  }
  return mask === undefined ? { x } : { x, known: { image, mask } };
}

function firstLevel(
  { schedule }: SamplingPlan,
  steps: readonly TimestepPair[],
  create: CreateSchedule,
): { readonly alpha: number; readonly sigma: number } {
  const [first = { alpha: 1, sigma: 0 }] = levelsOf(create(schedule), steps.slice(0, 1));
  return first;
}

/** Copies an array with one entry per image. An array with one entry for all images is repeated for each image. */
function repeated<A extends Float32Array | Uint8Array>(
  name: string,
  values: unknown,
  kind: { new (length: number): A; readonly name: string },
  shape: readonly number[],
  images: number,
  fail: Fail,
): A {
  if (!(values instanceof kind))
    return fail(`edit.${name} is ${showValue(values)}; expected a ${kind.name}.`);
  const size = shape.reduce((product, side) => product * side, 1);
  const copy = new kind(images * size);
  if (values.length === copy.length) copy.set(values);
  else if (values.length === size) for (let b = 0; b < images; b++) copy.set(values, b * size);
  else {
    return fail(
      `edit.${name} has ${plural(values.length, 'value')}; expected ${size} for [${shape.join(', ')}]` +
        `${images === 1 ? '' : `, or ${images * size} for ${plural(images, 'image')}`}.`,
    );
  }
  return copy;
}

/** Checks a mask, `[B, H, W]`. */
function checkMask(mask: Uint8Array, pixels: number, fail: Fail): Uint8Array {
  const wrong = mask.findIndex((value) => value > 1);
  if (wrong >= 0) fail(`edit.mask[${wrong}] is ${mask[wrong]}; expected 0 or 1.`);
  for (let at = 0; at < mask.length; at += pixels) {
    if (mask.subarray(at, at + pixels).includes(1)) continue;
    fail(
      `edit.mask is 0 everywhere in image ${at / pixels}; expected 1 for at least one pixel, which is drawn again.`,
    );
  }
  return mask;
}
