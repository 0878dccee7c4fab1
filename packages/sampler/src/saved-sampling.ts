import { isIsonoiseError } from '@isonoise/error';
import { checkPlan } from './check-plan.ts';
import { samplerError } from './errors.ts';
import type { SamplingPlan } from './sampling-plan.ts';
import { showValue } from './show-value.ts';

/** A run between two steps. Resumed with the same network, it gives the bits of a run that never stopped. */
export interface SavedSampling {
  readonly plan: SamplingPlan;
  /** Index of the first step not yet taken; the number of steps when all are done. */
  readonly nextStep: number;
  /** The images as they stand, `[B, C, H, W]`. */
  readonly x: Float32Array;
  /** SHA-256 of the network's file, in lower-case hexadecimal; absent where the network is a function, and in old files. */
  readonly model?: string;
}

const FORMAT = 'isonoise-sampling';
const VERSION = 1;

/** Values of a run that can be saved: as base64 they must fit into one string, of 2²⁹ characters in V8. */
const MAX_SAVED_VALUES = 2 ** 26;

function fail(problem: string): never {
  throw samplerError('SAMPLER_SAVED', `saved sampling: ${problem}`);
}

/** A saved run that holds together. @throws `SAMPLER_SAVED` */
export function checkSaved({
  plan: unchecked,
  nextStep,
  x,
  model,
}: { readonly [K in keyof SavedSampling]: unknown }): SavedSampling {
  const plan = savedPlan(unchecked);
  if (
    typeof nextStep !== 'number' ||
    !(Number.isInteger(nextStep) && nextStep >= 0 && nextStep <= plan.steps.length)
  ) {
    return fail(`nextStep is ${String(nextStep)}, want an integer in [0, ${plan.steps.length}].`);
  }
  if (!(x instanceof Float32Array)) {
    return fail('x is no Float32Array. A run is stored by encodeSampling, and read by decodeSampling.');
  }
  const { channels, height, width } = plan.shape;
  const want = plan.images.length * channels * height * width;
  if (x.length !== want) fail(`x holds ${x.length} values, want ${want} for its images and shape.`);
  if (model === undefined) return { plan, nextStep, x };
  if (typeof model !== 'string' || !/^[0-9a-f]{64}$/.test(model)) {
    return fail(`model is ${showValue(model)}; expected a SHA-256 in lower-case hexadecimal.`);
  }
  return { plan, nextStep, x, model };
}

/** The seed and the steps are checked by the packages that know them: here their errors are of the saved run. */
function savedPlan(plan: unknown): SamplingPlan {
  try {
    return checkPlan(plan, fail);
  } catch (cause) {
    if (!isIsonoiseError(cause)) throw cause;
    throw samplerError('SAMPLER_SAVED', `saved sampling: ${cause.message}`, { cause });
  }
}

/** Whether a run of this plan can be saved. @throws `SAMPLER_REQUEST` it has too many values */
export function requireSavable({ images, shape }: SamplingPlan): void {
  const values = images.length * shape.channels * shape.height * shape.width;
  if (values <= MAX_SAVED_VALUES) return;
  throw samplerError(
    'SAMPLER_REQUEST',
    `saved sampling: the images have ${values} values; expected at most ${MAX_SAVED_VALUES} in a state that is saved. ` +
      'Draw fewer images at once.',
  );
}

/** As JSON text; x as base64 of little-endian float32. @throws `SAMPLER_REQUEST` too many values */
export function encodeSampling({ plan, nextStep, x, model }: SavedSampling): string {
  requireSavable(plan);
  const bytes = new Uint8Array(x.length * 4);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < x.length; i++) view.setFloat32(4 * i, x[i] as number, true);
  return JSON.stringify({ format: FORMAT, version: VERSION, model, plan, nextStep, x: toBase64(bytes) });
}

/**
 * The inverse of {@link encodeSampling}, bit for bit.
 *
 * @throws `SAMPLER_SAVED`: not JSON, another format or version, a field out of range
 */
export function decodeSampling(text: string): SavedSampling {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw samplerError('SAMPLER_SAVED', 'saved sampling: the text is not JSON; it may be cut short.', {
      cause,
    });
  }
  if (isTooDeep(text))
    return fail(`nested deeper than ${MAX_DEPTH}; expected a text that encodeSampling wrote.`);
  if (typeof value !== 'object' || value === null) return fail(`got ${typeof value}, want an object.`);
  const { format, version, plan, nextStep, x, model } = value as Record<string, unknown>;
  if (format !== FORMAT) fail(`format is ${JSON.stringify(format)}, want "${FORMAT}".`);
  if (version !== VERSION) fail(`version is ${JSON.stringify(version)}, this release reads ${VERSION}.`);
  if (typeof x !== 'string') return fail('x is missing, want base64 of float32 values.');
  const bytes = fromBase64(x);
  if (bytes.length % 4 !== 0) fail(`x holds ${bytes.length} bytes, want whole float32 values.`);
  const view = new DataView(bytes.buffer);
  const values = new Float32Array(bytes.length / 4);
  for (let i = 0; i < values.length; i++) values[i] = view.getFloat32(4 * i, true);
  return checkSaved({ plan, nextStep, x: values, model });
}

/** A saved run has four levels; what checks or quotes a value recurses, and must not overflow. */
const MAX_DEPTH = 16;

function isTooDeep(json: string): boolean {
  let depth = 0;
  let isString = false;
  for (let i = 0; i < json.length; i++) {
    const character = json[i];
    if (isString) {
      // What is escaped ends no string.
      if (character === '\\') i++;
      else if (character === '"') isString = false;
    } else if (character === '"') isString = true;
    else if (character === '{' || character === '[') depth++;
    else if (character === '}' || character === ']') depth--;
    if (depth > MAX_DEPTH) return true;
  }
  return false;
}

function toBase64(bytes: Uint8Array): string {
  let binary = '';
  // Pieces, because arguments of one call are limited.
  for (let at = 0; at < bytes.length; at += 8192)
    binary += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(binary);
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  let binary: string;
  try {
    binary = atob(text);
  } catch (cause) {
    throw samplerError('SAMPLER_SAVED', 'saved sampling: x is not base64; the file is damaged.', {
      cause,
    });
  }
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}
