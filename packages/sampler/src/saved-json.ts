import { isTooDeep } from '@isonoise/error';
import { samplerError } from './errors.ts';
import { checkSaved, requireSavable, type SavedSampling } from './saved-sampling.ts';
import { showValue } from './show-value.ts';

const FORMAT = 'isonoise-sampling';
const VERSION = 1;

/** A saved run as a JSON object: the content of a file of `pnpm sample --save-state` (docs/formats.md). */
export interface SavedJson {
  readonly format: typeof FORMAT;
  readonly version: typeof VERSION;
  /** SHA-256 of the network's file, if known. */
  readonly model?: string | undefined;
  /** SHA-256 of the guide's file, if known. */
  readonly guideModel?: string | undefined;
  /** A `SamplingPlan`; files of earlier versions lack some of its fields. */
  readonly plan: object;
  readonly nextStep: number;
  /** float32, little-endian, `[B, C, H, W]`, in base64. */
  readonly x: string;
  /** Arrays that the sampler keeps, each like `x`. */
  readonly memory?: readonly string[] | undefined;
}

function fail(problem: string): never {
  throw samplerError('SAMPLER_SAVED', `saved sampling: ${problem}`);
}

/**
 * Encodes a run as a JSON object, with x and the memory as base64 of little-endian float32.
 *
 * @throws `SAMPLER_REQUEST` for too many values
 */
export function savedToJson({ plan, nextStep, x, memory, model, guideModel }: SavedSampling): SavedJson {
  requireSavable(plan);
  return {
    format: FORMAT,
    version: VERSION,
    model,
    guideModel,
    plan,
    nextStep,
    x: encodeValues(x),
    memory: memory?.map(encodeValues),
  };
}

/**
 * Decodes the object of {@link savedToJson}, bit for bit.
 *
 * @param value JSON of unknown origin; its nesting must be limited, because parts of it may be quoted in an error
 * @throws `SAMPLER_SAVED`: another format or version, a field out of range
 */
export function savedFromJson(value: unknown): SavedSampling {
  if (typeof value !== 'object' || value === null)
    return fail(`got ${value === null ? 'null' : typeof value}; expected an object.`);
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

/**
 * Encodes a run as JSON text.
 *
 * @throws `SAMPLER_REQUEST` for too many values
 */
export const encodeSampling = (saved: SavedSampling): string => JSON.stringify(savedToJson(saved));

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
  return savedFromJson(value);
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
