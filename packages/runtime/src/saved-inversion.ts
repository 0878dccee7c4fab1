import type { ModelSpec } from '@isonoise/bundle';
import { isIsonoiseError, isTooDeep, plural, showValue } from '@isonoise/error';
import {
  type Canvas,
  type SamplerName,
  samplerNames,
  samplers,
  savedFromJson,
  savedToJson,
  savedValues,
  valuesFromBase64,
  valuesToBase64,
} from '@isonoise/sampler';
import type { ClassChoice } from './class-choice.ts';
import { runtimeError } from './errors.ts';
import { planInversion } from './invert.ts';
import { pictureShape } from './picture-shape.ts';
import type { SavedRuns } from './run-sequence.ts';

/** A stopped inversion of pictures, or a stopped interpolation between two pictures. */
export interface SavedInversion {
  /** Number of images of an interpolation; absent for an inversion. */
  readonly count?: number | undefined;
  readonly options: {
    readonly sampler: SamplerName;
    readonly steps: number;
    readonly class?: ClassChoice | undefined;
    readonly tags?: readonly string[] | undefined;
    readonly canvas?: Canvas | undefined;
  };
  /** `[count, C, H, W]` in [-1, 1]. */
  readonly pictures: Float32Array;
  readonly runs: SavedRuns;
}

const FORMAT = 'isonoise-inversion';
const VERSION = 1;

/** Maximum nesting depth, so that recursive checks do not overflow the stack. */
const MAX_DEPTH = 16;

/** Maximum number of values in a file. Their base64 must fit into a string, which has at most 2²⁹ characters in V8. */
const MAX_VALUES = 2 ** 26;

function fail(problem: string): never {
  throw runtimeError('RUNTIME_SAVED', `saved inversion: ${problem}`);
}

/** Encodes a stopped inversion as JSON. @throws `RUNTIME_SAVED` if there are too many values */
export function encodeInversion({ count, options, pictures, runs: { done, run } }: SavedInversion): string {
  const arrays = [pictures, ...done, run.x, ...(run.memory ?? [])];
  requireFew(
    arrays.reduce((sum, { length }) => sum + length, 0),
    'RUNTIME_SAVED',
  );
  return JSON.stringify({
    format: FORMAT,
    version: VERSION,
    count,
    options,
    pictures: valuesToBase64(pictures),
    done: done.map(valuesToBase64),
    run: savedToJson(run),
  });
}

function requireFew(values: number, code: 'RUNTIME_SAVED' | 'RUNTIME_REQUEST'): void {
  if (values <= MAX_VALUES) return;
  throw runtimeError(
    code,
    `saved inversion: the pictures and their noise have ${plural(values, 'value')}; expected at most ${MAX_VALUES}. Use fewer pictures.`,
  );
}

/**
 * Checks that an inversion can be saved after each step of each run.
 *
 * @throws `RUNTIME_REQUEST` if there are too many values; errors of the sampler
 */
export function requireSavableInversion(
  spec: ModelSpec,
  { options, pictures, count }: Omit<SavedInversion, 'runs'>,
): void {
  const { channels, height, width } = pictureShape(spec.image, options.canvas);
  const plans = planInversion(spec, pictures.length / (channels * height * width), options, count);
  // A state contains the pictures, the images of the finished runs and the state of the current run.
  const values = plans.map((plan, run) => (1 + run) * pictures.length + savedValues(plan));
  requireFew(Math.max(...values), 'RUNTIME_REQUEST');
}

/** Whether a text begins like the texts of {@link encodeInversion}. */
export const isInversionText = (text: string): boolean => text.startsWith(`{"format":"${FORMAT}"`);

/**
 * Decodes the text of {@link encodeInversion}, bit for bit.
 *
 * @param name name of the text in errors, such as that of its file
 * @throws `RUNTIME_SAVED` if the text is not JSON, has another format or version, or a field is out of range
 */
export function decodeInversion(text: string, name: string): SavedInversion {
  try {
    return parse(text);
  } catch (cause) {
    if (!isIsonoiseError(cause)) throw cause;
    const problem = cause.message.replace(/^saved (inversion|sampling): /, '');
    throw runtimeError('RUNTIME_SAVED', `${name}: ${problem}`, { cause });
  }
}

function parse(text: string): SavedInversion {
  if (isTooDeep(text, MAX_DEPTH)) fail(`nested deeper than ${MAX_DEPTH}; expected a saved inversion.`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw runtimeError(
      'RUNTIME_SAVED',
      'saved inversion: the text is not JSON; expected a whole saved inversion.',
      {
        cause,
      },
    );
  }
  if (typeof value !== 'object' || value === null) return fail(`is ${showValue(value)}; expected an object.`);
  const { format, version, count, options, pictures, done, run }: { readonly [name: string]: unknown } = {
    ...value,
  };
  if (format !== FORMAT) fail(`format is ${showValue(format)}; expected "${FORMAT}".`);
  if (version !== VERSION)
    fail(`version is ${showValue(version)}; expected ${VERSION}. Update isonoise to read newer versions.`);
  if (count !== undefined && !isWhole(count, 2))
    return fail(`count is ${showValue(count)}; expected a whole number from 2.`);
  const given = arrayOf('pictures', pictures);
  if (given.length === 0 || given.some((each) => !(Math.abs(each) <= 1)))
    fail('pictures are empty, or have values outside [-1, 1]; expected pictures.');
  if (!Array.isArray(done)) return fail(`done is ${showValue(done)}; expected a list of images.`);
  const runs = { done: done.map((each, k) => arrayOf(`done[${k}]`, each)), run: savedFromJson(run) };
  const most = count === undefined ? 1 : 2;
  if (runs.done.length > most)
    fail(
      `done has the images of ${plural(runs.done.length, 'run')}; expected at most ${most} before the last.`,
    );
  const lengths = [...runs.done, ...(runs.done.length === 2 ? [] : [runs.run.x])];
  if (lengths.some(({ length }) => length !== given.length))
    fail('the numbers of values in pictures, done and run differ; expected equal numbers.');
  if (runs.done.length === 2 && runs.run.plan.images.length !== count)
    fail(`run has ${plural(runs.run.plan.images.length, 'image')}; expected ${count}.`);
  if (runs.done.some((each) => !each.every(Number.isFinite)))
    fail('done has values that are not finite; expected finite ones.');
  return {
    ...(count === undefined ? {} : { count }),
    options: checkOptions(options),
    pictures: given,
    runs,
  };
}

function checkOptions(value: unknown): SavedInversion['options'] {
  if (typeof value !== 'object' || value === null)
    return fail(`options is ${showValue(value)}; expected { sampler, steps }.`);
  const fields: { readonly [K in keyof SavedInversion['options']]?: unknown } = value;
  const { steps, class: chosen, tags } = fields;
  const canvas = checkCanvas(fields.canvas);
  const sampler = samplerNames.find((name) => name === fields.sampler);
  if (sampler === undefined || samplers[sampler].inverts === undefined)
    return fail(`options.sampler is ${showValue(fields.sampler)}; expected a sampler that inverts.`);
  if (!isWhole(steps, 1))
    return fail(`options.steps is ${showValue(steps)}; expected a whole number from 1.`);
  if (chosen !== undefined && typeof chosen !== 'string' && typeof chosen !== 'number')
    return fail(`options.class is ${showValue(chosen)}; expected a class.`);
  if (tags !== undefined && !isTexts(tags))
    return fail(`options.tags is ${showValue(tags)}; expected a list of tags.`);
  return {
    sampler,
    steps,
    ...(chosen === undefined ? {} : { class: chosen }),
    ...(tags === undefined ? {} : { tags }),
    ...(canvas === undefined ? {} : { canvas }),
  };
}

/** Checks the types of a canvas; the plan of the first run checks the values. */
function checkCanvas(value: unknown): Canvas | undefined {
  if (value === undefined) return undefined;
  const { height, width, stride, tile }: { readonly [K in keyof Canvas]?: unknown } = Object(value);
  if (!isWhole(height, 1) || !isWhole(width, 1))
    return fail(`options.canvas is ${showValue(value)}; expected { height, width, stride, tile }.`);
  if (stride !== undefined && !isWhole(stride, 1))
    return fail(`options.canvas.stride is ${showValue(stride)}; expected a whole number from 1.`);
  if (tile !== undefined && typeof tile !== 'boolean')
    return fail(`options.canvas.tile is ${showValue(tile)}; expected true or false.`);
  return {
    height,
    width,
    ...(stride === undefined ? {} : { stride }),
    ...(tile === undefined ? {} : { tile }),
  };
}

const isTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((each) => typeof each === 'string');

const isWhole = (value: unknown, least: number): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= least;

function arrayOf(name: string, value: unknown): Float32Array {
  if (typeof value !== 'string')
    return fail(`${name} is ${showValue(value)}; expected base64 of float32 values.`);
  return valuesFromBase64(name, value, fail);
}
