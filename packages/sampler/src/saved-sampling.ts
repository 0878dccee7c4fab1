import { isIsonoiseError, isTooDeep } from '@isonoise/error';
import { checkPlan } from './check-plan.ts';
import { samplerError } from './errors.ts';
import { planRows } from './plan-rows.ts';
import { firstRowOf, memoryBefore } from './row.ts';
import type { SamplingPlan } from './sampling-plan.ts';
import { showValue } from './show-value.ts';

/** A run saved between two steps. Resumed with the same network, it gives the same bits as an uninterrupted run. */
export interface SavedSampling {
  readonly plan: SamplingPlan;
  /** Index of the next step; the number of steps if all are done. */
  readonly nextStep: number;
  /** Current images, `[B, C, H, W]`. */
  readonly x: Float32Array;
  /** Arrays that the sampler keeps from earlier steps, each `[B, C, H, W]`; absent if it keeps none. */
  readonly memory?: readonly Float32Array[];
  /** SHA-256 of the network's file, lower-case hexadecimal; absent if the network is a function, and in old files. */
  readonly model?: string;
  /** SHA-256 of the guide's file, likewise; absent without a guide. */
  readonly guideModel?: string;
}

const FORMAT = 'isonoise-sampling';
const VERSION = 1;

/** Limit of a saved run's values. Their base64 must fit into a string, which has at most 2²⁹ characters in V8. */
const MAX_SAVED_VALUES = 2 ** 26;

function fail(problem: string): never {
  throw samplerError('SAMPLER_SAVED', `saved sampling: ${problem}`);
}

/** Checks that the parts of a saved run are valid and agree. @throws `SAMPLER_SAVED` */
export function checkSaved({
  plan: unchecked,
  nextStep,
  x,
  memory,
  model,
  guideModel,
}: { readonly [K in keyof SavedSampling]: unknown }): SavedSampling {
  const plan = savedPlan(unchecked);
  if (
    typeof nextStep !== 'number' ||
    !(Number.isInteger(nextStep) && nextStep >= 0 && nextStep <= plan.steps.length)
  ) {
    return fail(`nextStep is ${String(nextStep)}; expected an integer in [0, ${plan.steps.length}].`);
  }
  if (!(x instanceof Float32Array)) {
    return fail(
      'x is not a Float32Array. Store runs with encodeSampling, and read them with decodeSampling.',
    );
  }
  const { channels, height, width } = plan.shape;
  const expected = plan.images.length * channels * height * width;
  if (x.length !== expected) fail(`x has ${x.length} values; expected ${expected} for its images and shape.`);
  requireFinite('x', x);
  if (guideModel !== undefined && plan.guidedBy !== 'network') {
    fail('guideModel is present, but the plan is not guided by a second network; expected none.');
  }
  return {
    plan,
    nextStep,
    x,
    ...checkMemory(memory, plan, nextStep, expected),
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
): Pick<SavedSampling, 'memory'> {
  const rows = planRows(plan);
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
    if (each.length !== length) fail(`memory[${k}] has ${each.length} values; expected ${length}, like x.`);
    requireFinite(`memory[${k}]`, each);
  }
  return count === 0 ? {} : { memory: arrays };
}

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

/** Checks that a run of this plan can be saved at each step. @throws `SAMPLER_REQUEST` for too many values */
export function requireSavable(plan: SamplingPlan): void {
  const { images, shape } = plan;
  const arrays = 1 + planRows(plan).reduce((most, { keep }) => Math.max(most, keep?.length ?? 0), 0);
  const values = images.length * shape.channels * shape.height * shape.width;
  if (arrays * values <= MAX_SAVED_VALUES) return;
  const kept =
    arrays === 1 ? '' : `, and sampler "${plan.sampler}" keeps ${arrays - 1} arrays of that size besides`;
  throw samplerError(
    'SAMPLER_REQUEST',
    `saved sampling: the images have ${values} values${kept}; expected at most ${MAX_SAVED_VALUES} in a saved run. ` +
      'Draw fewer images at once.',
  );
}

/**
 * Encodes a run as JSON text, with x and the memory as base64 of little-endian float32.
 *
 * @throws `SAMPLER_REQUEST` for too many values
 */
export function encodeSampling({ plan, nextStep, x, memory, model, guideModel }: SavedSampling): string {
  requireSavable(plan);
  return JSON.stringify({
    format: FORMAT,
    version: VERSION,
    model,
    guideModel,
    plan,
    nextStep,
    x: encodeValues(x),
    memory: memory?.map(encodeValues),
  });
}

/**
 * Decodes the text of {@link encodeSampling}, bit for bit.
 *
 * @throws `SAMPLER_SAVED`: not JSON, another format or version, a field out of range
 */
export function decodeSampling(text: string): SavedSampling {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw samplerError('SAMPLER_SAVED', 'saved sampling: the text is not JSON; expected a whole saved run.', {
      cause,
    });
  }
  if (isTooDeep(text, MAX_DEPTH))
    return fail(`nested deeper than ${MAX_DEPTH}; expected the output of encodeSampling.`);
  if (typeof value !== 'object' || value === null) return fail(`got ${typeof value}; expected an object.`);
  const { format, version, plan, nextStep, x, memory, model, guideModel } = value as Record<string, unknown>;
  if (format !== FORMAT) fail(`format is ${JSON.stringify(format)}; expected "${FORMAT}".`);
  if (version !== VERSION)
    fail(
      `version is ${JSON.stringify(version)}; expected ${VERSION}. Update isonoise to read newer versions.`,
    );
  if (typeof x !== 'string') return fail('x is missing; expected base64 of float32 values.');
  return checkSaved({
    plan,
    nextStep,
    x: decodeValues('x', x),
    memory: decodeMemory(memory),
    model,
    guideModel,
  });
}

function decodeMemory(memory: unknown): readonly Float32Array[] | undefined {
  if (memory === undefined) return undefined;
  const isText = (each: unknown): each is string => typeof each === 'string';
  if (!Array.isArray(memory) || !memory.every(isText)) {
    return fail(`memory is ${showValue(memory)}; expected a list of base64 of float32 values.`);
  }
  return memory.map((text, k) => decodeValues(`memory[${k}]`, text));
}

function encodeValues(values: Float32Array): string {
  const bytes = new Uint8Array(values.length * 4);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < values.length; i++) view.setFloat32(4 * i, values[i] as number, true);
  return toBase64(bytes);
}

function decodeValues(name: string, text: string): Float32Array {
  const bytes = fromBase64(name, text);
  if (bytes.length % 4 !== 0) fail(`${name} has ${bytes.length} bytes; expected whole float32 values.`);
  const view = new DataView(bytes.buffer);
  const values = new Float32Array(bytes.length / 4);
  for (let i = 0; i < values.length; i++) values[i] = view.getFloat32(4 * i, true);
  return values;
}

/** Limit of nesting, so that recursive checks do not overflow the stack. A saved run has four levels. */
const MAX_DEPTH = 16;

function toBase64(bytes: Uint8Array): string {
  let binary = '';
  // The bytes are converted in pieces, because the number of arguments of a call is limited.
  for (let at = 0; at < bytes.length; at += 8192)
    binary += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(binary);
}

function fromBase64(name: string, text: string): Uint8Array<ArrayBuffer> {
  let binary: string;
  try {
    binary = atob(text);
  } catch (cause) {
    throw samplerError(
      'SAMPLER_SAVED',
      `saved sampling: ${name} is not base64; expected an undamaged saved run.`,
      { cause },
    );
  }
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}
