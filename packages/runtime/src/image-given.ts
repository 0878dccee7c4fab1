import { sha256Hex } from '@isonoise/bundle';
import { plural, showValue } from '@isonoise/error';
import {
  DEFAULT_STRENGTH,
  isStrength,
  type SamplerName,
  STRENGTH_EXPECTED,
  samplerNames,
  samplers,
} from '@isonoise/sampler';
import type { ModelSampleRequest } from './model-request.ts';

/** The pictures from which a run started, as hashes of their contents. */
export interface Given {
  /**
   * `edit` for pictures that the run edited; `start` for images that replaced the initial noise; `between` for images
   * between two pictures.
   */
  readonly kind: 'edit' | 'start' | 'between';
  /**
   * SHA-256 of each picture: little-endian float32 values, `[C, H, W]`. A single hash means that all images share the
   * picture. For images between two pictures, the list has the hashes of both.
   */
  readonly images: readonly string[];
  /**
   * SHA-256 of each mask: a byte per pixel, `[H, W]`, 1 where the pixel is redrawn. A single hash means that all
   * images share the mask.
   */
  readonly masks?: readonly string[];
  /** Share of the steps that an edit takes; absent for an edit with a mask that starts from noise. */
  readonly strength?: number;
  /** The sampler that turned both pictures into noise; only for images between two pictures. */
  readonly sampler?: SamplerName;
  /**
   * Position of each image between both pictures, from 0 (first picture) to 1 (second picture); only for images between two
   * pictures.
   */
  readonly shares?: readonly number[];
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

/**
 * Returns the hashes of the two pictures of an interpolation.
 *
 * @param pictures both pictures, `[2, C, H, W]`
 * @param count number of images, at least 2
 * @param sampler the sampler that turns the pictures into noise
 */
export function givenBetween(pictures: Float32Array, count: number, sampler: SamplerName): Given {
  const size = pictures.length / 2;
  return {
    kind: 'between',
    images: [0, size].map((at) => sha256Hex(toBytes(pictures.subarray(at, at + size)))),
    sampler,
    shares: Array.from({ length: count }, (_, k) => k / (count - 1)),
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
  const { images, masks, shares } = given;
  if (shares !== undefined) return { ...given, shares: shares.slice(at, at + 1) };
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
  if (kind === 'between') return checkBetween(fields, images, fail);
  if (kind !== 'edit' && kind !== 'start')
    return fail(`given.kind is ${showValue(kind)}; expected "edit", "start" or "between".`);
  if (strength !== undefined && !isStrength(strength))
    return fail(`given.strength is ${showValue(strength)}; expected ${STRENGTH_EXPECTED}.`);
  const eachOrOne = `one SHA-256 in lower-case hexadecimal, or one for each of the ${plural(images, 'image')}`;
  return {
    kind,
    images: hashList('images', fields.images, [1, images], eachOrOne, fail),
    ...(fields.masks === undefined
      ? {}
      : { masks: hashList('masks', fields.masks, [1, images], eachOrOne, fail) }),
    ...(strength === undefined ? {} : { strength }),
  };
}

function checkBetween(
  fields: { readonly [K in keyof Given]?: unknown },
  images: number,
  fail: (problem: string) => never,
): Given {
  const sampler = samplerNames.find(
    (name) => name === fields.sampler && samplers[name].inverts !== undefined,
  );
  if (sampler === undefined)
    return fail(`given.sampler is ${showValue(fields.sampler)}; expected a sampler that inverts.`);
  const { shares } = fields;
  const isShare = (each: unknown): each is number => typeof each === 'number' && each >= 0 && each <= 1;
  if (!Array.isArray(shares) || shares.length !== images || !shares.every(isShare))
    return fail(
      `given.shares is ${showValue(shares)}; expected a number from 0 to 1 for each of the ${plural(images, 'image')}.`,
    );
  return {
    kind: 'between',
    images: hashList(
      'images',
      fields.images,
      [2],
      '2 SHA-256 in lower-case hexadecimal, one for each picture',
      fail,
    ),
    sampler,
    shares: [...shares],
  };
}

/** @param lengths lengths that the list may have */
function hashList(
  name: string,
  value: unknown,
  lengths: readonly number[],
  expected: string,
  fail: (problem: string) => never,
): readonly string[] {
  const isHash = (each: unknown): each is string => typeof each === 'string' && /^[0-9a-f]{64}$/.test(each);
  if (Array.isArray(value) && lengths.includes(value.length) && value.every(isHash)) return [...value];
  return fail(`given.${name} is ${showValue(value)}; expected ${expected}.`);
}
