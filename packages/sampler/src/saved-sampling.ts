import { isIsonoiseError, plural, showValue } from '@isonoise/error';
import type { CreateSchedule } from '@isonoise/schedule';
import { checkPlan } from './check-plan.ts';
import { samplerError } from './errors.ts';
import { type KnownPixels, knownProblem } from './known-pixels.ts';
import { planRows } from './plan-rows.ts';
import { firstRowOf, memoryBefore, mostKept } from './row.ts';
import type { SamplingPlan } from './sampling-plan.ts';

/** A run saved between two steps. Resumed with the same network, it gives the same bits as an uninterrupted run. */
export interface SavedSampling {
  readonly plan: SamplingPlan;
  /** Index of the next step; the number of steps if all are done. */
  readonly nextStep: number;
  /** Current images, `[B, C, H, W]`. */
  readonly x: Float32Array;
  /** Arrays that the sampler keeps from earlier steps, each `[B, C, H, W]`; absent if it keeps none. */
  readonly memory?: readonly Float32Array[];
  /** The picture and the mask of the run; absent without a mask. */
  readonly known?: KnownPixels;
  /** SHA-256 of the network's file, lower-case hexadecimal; absent if the network is a function, and in old files. */
  readonly model?: string;
  /** SHA-256 of the guide's file, also in lower-case hexadecimal; absent without a guide. */
  readonly guideModel?: string;
}

/** Limit of a saved run's values. Their base64 must fit into a string, which has at most 2²⁹ characters in V8. */
const MAX_SAVED_VALUES = 2 ** 26;

function fail(problem: string): never {
  throw samplerError('SAMPLER_SAVED', `saved sampling: ${problem}`);
}

/** The parts of a saved run, which may come from a file. */
type Parts = { readonly [K in keyof SavedSampling]: unknown };

/**
 * Runs that passed {@link checkSaved}. A run that was checked when it was read is not checked again when it is resumed,
 * because its arrays can be long.
 */
const valid = new WeakSet<Parts>();

/**
 * Checks that the parts of a saved run are valid and agree.
 *
 * @returns a frozen run, or `parts` itself if it was already checked. The run shares the arrays of the parts, which
 *   must not be changed
 * @throws `SAMPLER_SAVED` if a part is invalid, or two parts do not agree
 */
export function checkSaved(parts: SavedSampling | Parts, create?: CreateSchedule): SavedSampling {
  if (isChecked(parts)) return parts;
  const checked = Object.freeze(checkParts(parts, create));
  valid.add(checked);
  return checked;
}

const isChecked = (parts: SavedSampling | Parts): parts is SavedSampling => valid.has(parts);

function checkParts(
  { plan: unchecked, nextStep, x, memory, known, model, guideModel }: Parts,
  create: CreateSchedule | undefined,
): SavedSampling {
  const plan = savedPlan(unchecked);
  if (
    typeof nextStep !== 'number' ||
    !(Number.isInteger(nextStep) && nextStep >= 0 && nextStep <= plan.steps.length)
  ) {
    return fail(`nextStep is ${showValue(nextStep)}; expected an integer in [0, ${plan.steps.length}].`);
  }
  if (!(x instanceof Float32Array)) {
    return fail(
      'x is not a Float32Array; expected one. Store runs with encodeSampling, and read them with decodeSampling.',
    );
  }
  const { channels, height, width } = plan.shape;
  const expected = plan.images.length * channels * height * width;
  if (x.length !== expected)
    fail(`x has ${plural(x.length, 'value')}; expected ${expected} for its images and shape.`);
  requireFinite('x', x);
  if (guideModel !== undefined && plan.guidedBy !== 'network') {
    fail('guideModel is present, but the plan is not guided by a second network; expected none.');
  }
  return {
    plan,
    nextStep,
    x,
    ...checkMemory(memory, plan, nextStep, expected, create),
    ...checkKnown(known, plan),
    ...checkHash('model', model),
    ...checkHash('guideModel', guideModel),
  };
}

function checkHash<K extends 'model' | 'guideModel'>(name: K, value: unknown): Partial<Record<K, string>> {
  if (value === undefined) return {};
  if (typeof value !== 'string' || !/^[0-9a-f]{64}$/.test(value)) {
    return fail(`${name} is ${showValue(value)}; expected a SHA-256 in lower-case hexadecimal.`);
  }
  const named: Partial<Record<K, string>> = {};
  named[name] = value;
  return named;
}

/** Checks that the memory has the arrays that the sampler keeps before this step. */
function checkMemory(
  memory: unknown,
  plan: SamplingPlan,
  nextStep: number,
  length: number,
  create: CreateSchedule | undefined,
): Pick<SavedSampling, 'memory'> {
  const rows = planRows(plan, create);
  const count = memoryBefore(rows, firstRowOf(rows, nextStep));
  const arrays = memory ?? [];
  const isArray = (each: unknown): each is Float32Array => each instanceof Float32Array;
  if (!Array.isArray(arrays) || !arrays.every(isArray)) {
    return fail(`memory is ${showValue(memory)}; expected a list of Float32Array.`);
  }
  if (arrays.length !== count) {
    fail(
      `memory has ${arrays.length} arrays; expected ${count}, which sampler "${plan.sampler}" keeps before ` +
        `step ${nextStep + 1}.`,
    );
  }
  for (const [k, each] of arrays.entries()) {
    if (each.length !== length)
      fail(`memory[${k}] has ${plural(each.length, 'value')}; expected ${length}, like x.`);
    requireFinite(`memory[${k}]`, each);
  }
  return count === 0 ? {} : { memory: arrays };
}

/** Checks the picture and the mask of a run. */
function checkKnown(known: unknown, plan: SamplingPlan): Pick<SavedSampling, 'known'> {
  if (plan.inpainting === undefined)
    return known === undefined ? {} : fail('known is present, but the plan has no mask; expected none.');
  return isKnown(known, plan) ? { known } : fail(`known ${knownProblem(known, plan)}`);
}

const isKnown = (known: unknown, plan: SamplingPlan): known is KnownPixels =>
  knownProblem(known, plan) === null;

/** A run never saves NaN or infinity. If they were accepted here, a later error would blame the network. */
function requireFinite(name: string, values: Float32Array): void {
  const wrong = values.findIndex((value) => !Number.isFinite(value));
  if (wrong >= 0) {
    fail(
      `${name}[${wrong}] is ${values[wrong]}; expected finite values. Use an undamaged copy of the saved run.`,
    );
  }
}

/** Checks a plan. Errors of other packages (seed, schedule) become errors of the saved run. */
function savedPlan(plan: unknown): SamplingPlan {
  try {
    return checkPlan(plan, fail);
  } catch (cause) {
    if (!isIsonoiseError(cause) || cause.code === 'SAMPLER_SAVED') throw cause;
    throw samplerError('SAMPLER_SAVED', `saved sampling: ${cause.message}`, { cause });
  }
}

/** The largest number of values that a saved run of this plan contains. */
export const savedValues = (plan: SamplingPlan, create?: CreateSchedule): number =>
  (1 + mostMemory(plan, create) + (plan.inpainting === undefined ? 0 : 1)) * valuesOf(plan);

/** The largest number of images of a plan with which a run can be saved at each step; 0 if one image is too large. */
export const mostSavable = (plan: SamplingPlan, create?: CreateSchedule): number =>
  Math.floor(MAX_SAVED_VALUES / savedValues({ ...plan, images: [0] }, create));

/** The largest number of arrays in the memory of a run. */
const mostMemory = (plan: SamplingPlan, create: CreateSchedule | undefined): number =>
  mostKept(planRows(plan, create), 1, plan.steps.length);

/** Number of values of all images of a run. */
const valuesOf = ({ images, shape }: SamplingPlan): number =>
  images.length * shape.channels * shape.height * shape.width;

/** Checks that a run of this plan can be saved at each step. @throws `SAMPLER_REQUEST` if it has too many values */
export function requireSavable(plan: SamplingPlan, create?: CreateSchedule): void {
  if (savedValues(plan, create) <= MAX_SAVED_VALUES) return;
  const isMasked = plan.inpainting !== undefined;
  const memory = mostMemory(plan, create);
  const kept =
    (memory === 0 ? '' : `, and sampler "${plan.sampler}" keeps ${memory} more arrays of that size`) +
    (isMasked ? ', and the picture of the mask has that size' : '');
  throw samplerError(
    'SAMPLER_REQUEST',
    `saved sampling: the images have ${plural(valuesOf(plan), 'value')}${kept}; expected at most ${MAX_SAVED_VALUES} in a saved run. ` +
      'Draw fewer images at once.',
  );
}
