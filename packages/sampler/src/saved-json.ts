import { isIsonoiseError, isTooDeep, showValue } from '@isonoise/error';
import type { CreateSchedule } from '@isonoise/schedule';
import { samplerError } from './errors.ts';
import type { KnownPixels } from './known-pixels.ts';
import { checkSaved, requireSavable, type SavedSampling } from './saved-sampling.ts';
import { bytesFromBase64, bytesToBase64, valuesFromBase64, valuesToBase64 } from './values-base64.ts';

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
  /** Only in runs with a mask: the picture, like `x`, and the mask, `[B, H, W]`, one byte per pixel, in base64. */
  readonly known?: { readonly image: string; readonly mask: string } | undefined;
}

/** Limit of nesting, so that recursive checks do not overflow the stack. A saved run has four levels. */
const MAX_DEPTH = 16;

function fail(problem: string): never {
  throw samplerError('SAMPLER_SAVED', `saved sampling: ${problem}`);
}

/**
 * Encodes a run as a JSON object. x and the memory are base64 of little-endian float32.
 *
 * @throws `SAMPLER_REQUEST` if there are too many values
 */
export function savedToJson({
  plan,
  nextStep,
  x,
  memory,
  known,
  model,
  guideModel,
}: SavedSampling): SavedJson {
  requireSavable(plan);
  return {
    format: FORMAT,
    version: VERSION,
    model,
    guideModel,
    plan,
    nextStep,
    x: valuesToBase64(x),
    memory: memory?.map(valuesToBase64),
    known: known && { image: valuesToBase64(known.image), mask: bytesToBase64(known.mask) },
  };
}

/**
 * Decodes the object of {@link savedToJson}, bit for bit.
 *
 * @param value untrusted JSON; its nesting must be limited, because parts of it may be quoted in an error
 * @throws `SAMPLER_SAVED` if the format or the version is wrong, or a field is out of range
 */
export function savedFromJson(value: unknown, create?: CreateSchedule): SavedSampling {
  if (typeof value !== 'object' || value === null)
    return fail(`got ${value === null ? 'null' : typeof value}; expected an object.`);
  const { format, version, plan, nextStep, x, memory, known, model, guideModel } = value as Record<
    string,
    unknown
  >;
  if (format !== FORMAT) fail(`format is ${showValue(format)}; expected "${FORMAT}".`);
  if (version !== VERSION)
    fail(`version is ${showValue(version)}; expected ${VERSION}. Update isonoise to read newer versions.`);
  if (typeof x !== 'string') return fail('x is missing; expected base64 of float32 values.');
  const values = valuesFromBase64('x', x, fail);
  return checkSaved(
    {
      plan,
      nextStep,
      x: values,
      memory: decodeMemory(memory),
      known: decodeKnown(known),
      model,
      guideModel,
    },
    create,
  );
}

/**
 * Encodes a run as JSON text.
 *
 * @throws `SAMPLER_REQUEST` if there are too many values
 */
export const encodeSampling = (saved: SavedSampling): string => JSON.stringify(savedToJson(saved));

/**
 * Decodes the text of {@link encodeSampling}, bit for bit.
 *
 * @param name name of the text in errors, such as that of its file
 * @throws `SAMPLER_SAVED` if the text is not JSON, the format or the version is wrong, or a field is out of range
 */
export function decodeSampling(text: string, name?: string): SavedSampling {
  try {
    return parseSampling(text);
  } catch (cause) {
    if (name === undefined || !isIsonoiseError(cause)) throw cause;
    const problem = cause.message.replace(/^saved sampling: /, '');
    throw samplerError('SAMPLER_SAVED', `${name}: ${problem}`, { cause });
  }
}

function parseSampling(text: string): SavedSampling {
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
  return memory.map((text, k) => valuesFromBase64(`memory[${k}]`, text, fail));
}

function decodeKnown(known: unknown): KnownPixels | undefined {
  if (known === undefined) return undefined;
  const { image, mask }: { image?: unknown; mask?: unknown } =
    typeof known === 'object' && known !== null ? known : {};
  if (typeof image !== 'string' || typeof mask !== 'string')
    return fail(`known is ${showValue(known)}; expected the base64 of image and mask.`);
  const bytes = bytesFromBase64(mask) ?? fail('known.mask is not base64; expected the base64 of bytes.');
  return { image: valuesFromBase64('known.image', image, fail), mask: bytes };
}
