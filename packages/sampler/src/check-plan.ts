import { plural, showValue } from '@isonoise/error';
import { parseSeed } from '@isonoise/random';
import {
  PREDICTION_TYPES,
  parseScheduleConfig,
  predictionProblem,
  processOf,
  pureNoiseProblem,
  type ScheduleProcess,
  type Times,
  type TimestepPair,
  timesOf,
  timestepPairs,
} from '@isonoise/schedule';
import { checkBlend } from './blend.ts';
import { checkGuidance } from './check-guidance.ts';
import { checkSettings } from './check-settings.ts';
import { checkTags } from './check-tags.ts';
import { clipSetting } from './clip-setting.ts';
import { checkInpainting } from './edit.ts';
import { type Fail, PLAN_LIMITS } from './plan-limits.ts';
import { drawingSamplers, samplerNames, samplers, samplersFor } from './sampler-table.ts';
import type { SamplingPlan } from './sampling-plan.ts';
import { expectedOf, isValueOf } from './setting.ts';
import { checkWindows } from './windows.ts';

/** Names of the processes, for error messages. */
const PROCESS_TEXT: Readonly<Record<ScheduleProcess, string>> = {
  diffusion: 'schedules of betas',
  flow: 'flow matching',
  sine: 'the schedule sine',
};

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isInteger = (value: unknown, low: number, high: number): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= low && value <= high;

function integers(name: string, value: unknown, low: number, high: number, fail: Fail): readonly number[] {
  if (!Array.isArray(value)) return fail(`${name} is ${showValue(value)}; expected an array of integers.`);
  const wrong = value.findIndex((each) => !isInteger(each, low, high));
  if (wrong >= 0) {
    fail(`${name}[${wrong}] is ${showValue(value[wrong])}; expected an integer in [${low}, ${high}].`);
  }
  return Object.freeze([...value]);
}

function checkShape(value: unknown, fail: Fail): SamplingPlan['shape'] {
  if (!isObject(value)) return fail(`shape is ${showValue(value)}; expected { channels, height, width }.`);
  const side = (name: string): number => {
    const length = value[name];
    if (isInteger(length, 1, PLAN_LIMITS.side)) return length;
    return fail(`shape.${name} is ${showValue(length)}; expected an integer in [1, ${PLAN_LIMITS.side}].`);
  };
  return Object.freeze({ channels: side('channels'), height: side('height'), width: side('width') });
}

/** Reverses the order of steps, and swaps start and end of each step. */
export const reversedSteps = (steps: readonly TimestepPair[]): readonly TimestepPair[] =>
  Object.freeze(steps.map(([t, tPrev]) => Object.freeze([tPrev, t] as const)).reverse());

/** Checks the steps of an inverting sampler: those of a sampling run, in reverse order. */
function checkReversedSteps(value: unknown, times: Times, fail: Fail): SamplingPlan['steps'] {
  const backward = Array.isArray(value)
    ? value.map((each) => (Array.isArray(each) ? [...each].reverse() : each))
    : value;
  return reversedSteps(
    checkSteps(Array.isArray(backward) ? backward.reverse() : backward, times, (problem) =>
      fail(`in the reverse order of an inverting sampler, ${problem}`),
    ),
  );
}

function checkSteps(value: unknown, times: Times, fail: Fail): SamplingPlan['steps'] {
  const isPair = (each: unknown): each is [number, number] =>
    Array.isArray(each) && each.length === 2 && each.every((t) => typeof t === 'number');
  if (!Array.isArray(value) || !value.every(isPair))
    return fail(`steps is ${showValue(value)}; expected an array of [t, tPrev] pairs.`);
  const end = value.at(-1)?.[1];
  if (end === undefined) return fail('steps is empty; expected at least one pair.');
  const pairs = timestepPairs({ spacing: value.map(([t]) => t), end, ...times });
  const wrong = pairs.findIndex(([, tPrev], i) => tPrev !== value[i]?.[1]);
  if (wrong >= 0)
    fail(
      `steps[${wrong}] goes to ${showValue(value[wrong]?.[1])}; expected ${pairs[wrong]?.[1]}, where the next step starts.`,
    );
  return pairs;
}

const isClip = (value: unknown): value is SamplingPlan['clip'] => isValueOf(clipSetting, value);

/**
 * Checks every field of a plan, for requests and saved runs alike.
 *
 * @param fail throws the caller's error with the given problem
 * @returns a frozen copy
 */
export function checkPlan(value: unknown, fail: Fail): SamplingPlan {
  if (!isObject(value)) return fail(`the plan is ${showValue(value)}; expected an object.`);

  const shape = checkShape(value.shape, fail);
  const schedule = parseScheduleConfig(value.schedule);
  const predictionType = PREDICTION_TYPES.find((type) => type === value.predictionType);
  if (predictionType === undefined) {
    return fail(
      `predictionType is ${showValue(value.predictionType)}; expected one of ${PREDICTION_TYPES.join(', ')}.`,
    );
  }
  const misfit = predictionProblem(schedule.kind, predictionType);
  if (misfit !== null) return fail(`${misfit}.`);
  const sampler = samplerNames.find((name) => name === value.sampler);
  if (sampler === undefined) {
    return fail(`sampler is ${showValue(value.sampler)}; expected one of ${samplerNames.join(', ')}.`);
  }

  const process = processOf(schedule.kind);
  if (!samplersFor(process, samplerNames).includes(sampler)) {
    // A run that starts from noise cannot use samplers that start from images.
    const fitting = samplersFor(process, value.start === 'given' ? samplerNames : drawingSamplers);
    return fail(
      `sampler "${sampler}" is for ${PROCESS_TEXT[samplers[sampler].process ?? process]}, but the model's schedule is ` +
        `${schedule.kind}; expected one of ${fitting.join(', ')}.`,
    );
  }

  const images = integers('images', value.images, 0, 0xffffffff, fail);
  if (!isInteger(images.length, 1, PLAN_LIMITS.images)) {
    return fail(`images has ${plural(images.length, 'number')}; expected 1 to ${PLAN_LIMITS.images}.`);
  }
  const values = images.length * shape.channels * shape.height * shape.width;
  if (values > PLAN_LIMITS.values) {
    return fail(
      `${plural(images.length, 'image')} of this shape would have ${values} values; expected at most ${PLAN_LIMITS.values}.`,
    );
  }

  const { clip, nullClass } = value;
  if (!isClip(clip)) {
    return fail(
      `clip is ${showValue(clip)}; expected ${expectedOf(clipSetting, 'null')} (false in a request).`,
    );
  }
  if (nullClass !== null && !isInteger(nullClass, 0, 0x7fffffff)) {
    return fail(`nullClass is ${showValue(nullClass)}; expected a label, an integer >= 0.`);
  }
  const classLabels =
    value.classLabels === null ? null : integers('classLabels', value.classLabels, 0, 0x7fffffff, fail);
  if (classLabels !== null && classLabels.length !== images.length) {
    return fail(
      `classLabels has ${plural(classLabels.length, 'label')} for ${plural(images.length, 'image')}; expected one per image.`,
    );
  }

  const tags = checkTags(value.tags, images.length, fail);
  if (tags !== undefined && (classLabels !== null || nullClass !== null)) {
    return fail('the plan has both tags and classes; expected only one of them.');
  }

  const windows = checkWindows(value.windows, shape, fail);
  const blend = checkBlend(value.blend, { images, classLabels, tags }, fail);

  const { start = 'noise' } = value;
  if (start !== 'noise' && start !== 'given') {
    return fail(`start is ${showValue(start)}; expected "noise" or "given".`);
  }
  const isInverse = samplers[sampler].inverts !== undefined;
  if (isInverse && start === 'noise') {
    return fail(
      `sampler "${sampler}" starts from images, but start is missing; expected images. Give them, or choose another sampler.`,
    );
  }

  const steps = (isInverse ? checkReversedSteps : checkSteps)(value.steps, timesOf(schedule), fail);
  const inpainting = checkInpainting(value.inpainting, steps.length, fail);
  if (inpainting !== undefined && start === 'noise')
    return fail('start is "noise" in a run with a mask; expected "given".');
  const blind = pureNoiseProblem(schedule, predictionType, steps.flat());
  if (blind !== null) return fail(`${blind}. Use spacing leading, or a network with another prediction.`);

  return Object.freeze({
    shape,
    schedule,
    predictionType,
    seed: String(parseSeed(value.seed)),
    images,
    sampler,
    settings: checkSettings(sampler, value.settings, fail),
    steps,
    start,
    clip,
    classLabels,
    ...checkGuidance(value, { classLabels, nullClass, tags }, fail),
    nullClass,
    ...(tags === undefined ? {} : { tags }),
    ...(inpainting === undefined ? {} : { inpainting }),
    ...(windows === undefined ? {} : { windows }),
    ...(blend === undefined ? {} : { blend }),
  });
}
