import { sha256Hex } from '@isonoise/bundle';
import { plural, showValue } from '@isonoise/error';
import { DEFAULT_STRENGTH, isStrength, STRENGTH_EXPECTED } from '@isonoise/sampler';
import type { ModelSampleRequest } from './model-request.ts';

/** The pictures from which a run started, as hashes of their contents. */
export interface Given {
  /** `edit` for pictures that the run edited; `start` for images that replaced the initial noise. */
  readonly kind: 'edit' | 'start';
  /**
   * SHA-256 of each picture: little-endian float32 values, `[C, H, W]`. A single hash means that all images share the
   * picture.
   */
  readonly images: readonly string[];
  /**
   * SHA-256 of each mask: a byte per pixel, `[H, W]`, 1 where the pixel is redrawn. A single hash means that all
   * images share the mask.
   */
  readonly masks?: readonly string[];
  /** Share of the steps that an edit takes; absent for an edit with a mask that starts from noise. */
  readonly strength?: number;
}

/** The arrays of a request that {@link Given} records as hashes. */
export type GivenArrays = Pick<ModelSampleRequest, 'start' | 'edit'>;

/**
 * Returns the hashes of a request's pictures.
 *
 * @param size C·H·W
 * @param pixels H·W
 * @returns undefined for a run that starts from noise alone
 */
export function givenOf({ start, edit }: GivenArrays, size: number, pixels: number): Given | undefined {
  if (edit === undefined)
    return start === undefined ? undefined : { kind: 'start', images: hashes(start.x, size, toBytes) };
  const { image, mask, strength = mask === undefined ? DEFAULT_STRENGTH : undefined } = edit;
  return {
    kind: 'edit',
    images: hashes(image, size, toBytes),
    ...(mask === undefined ? {} : { masks: hashes(mask, pixels, (bytes) => bytes) }),
    ...(strength === undefined ? {} : { strength }),
  };
}

/** Returns the hash of each part of an array, or a single hash if all parts are equal. */
function hashes<A extends Float32Array | Uint8Array>(
  values: A,
  size: number,
  bytesOf: (part: A) => Uint8Array,
): readonly string[] {
  const list: string[] = [];
  for (let at = 0; at < values.length; at += size)
    list.push(sha256Hex(bytesOf(values.subarray(at, at + size) as A)));
  const [first = ''] = list;
  return list.every((each) => each === first) ? [first] : list;
}

function toBytes(values: Float32Array): Uint8Array {
  const view = new DataView(new ArrayBuffer(4 * values.length));
  for (const [i, value] of values.entries()) view.setFloat32(4 * i, value, true);
  return new Uint8Array(view.buffer);
}

/** Returns the hashes for the image at position `at` of the run. */
export function givenOfImage(given: Given, at: number): Given {
  const one = (list: readonly string[]): readonly string[] => [list[list.length === 1 ? 0 : at] ?? ''];
  const { images, masks } = given;
  return { ...given, images: one(images), ...(masks === undefined ? {} : { masks: one(masks) }) };
}

/** Validates the field `given` of a record of unknown origin. @param images number of images of the run */
export function checkGivenNames(
  value: unknown,
  images: number,
  fail: (problem: string) => never,
): Given | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== 'object' || value === null)
    return fail(`given is ${showValue(value)}; expected an object.`);
  const fields: { [K in keyof Given]?: unknown } = value;
  const { kind, strength } = fields;
  if (kind !== 'edit' && kind !== 'start')
    return fail(`given.kind is ${showValue(kind)}; expected "edit" or "start".`);
  if (strength !== undefined && !isStrength(strength))
    return fail(`given.strength is ${showValue(strength)}; expected ${STRENGTH_EXPECTED}.`);
  return {
    kind,
    images: hashList('images', fields.images, images, fail),
    ...(fields.masks === undefined ? {} : { masks: hashList('masks', fields.masks, images, fail) }),
    ...(strength === undefined ? {} : { strength }),
  };
}

function hashList(
  name: string,
  value: unknown,
  images: number,
  fail: (problem: string) => never,
): readonly string[] {
  const isHash = (each: unknown): each is string => typeof each === 'string' && /^[0-9a-f]{64}$/.test(each);
  const fits = Array.isArray(value) && (value.length === 1 || value.length === images);
  if (fits && value.every(isHash)) return [...value];
  return fail(
    `given.${name} is ${showValue(value)}; expected one SHA-256 in lower-case hexadecimal, or one for each of the ${plural(images, 'image')}.`,
  );
}
