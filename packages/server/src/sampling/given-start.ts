import type { StartJson } from '@isonoise/api';
import type { ModelSpec } from '@isonoise/bundle';
import { isIsonoiseError, plural } from '@isonoise/error';
import { type DecodedPng, decodePng, imageOfPng } from '@isonoise/picture';
import { defaultSampler } from '@isonoise/runtime';
import {
  bytesFromBase64,
  type GivenStart,
  type SamplerName,
  samplers,
  valuesFromBase64,
} from '@isonoise/sampler';
import { ServerError } from '../errors.ts';
import { base64Length } from './base64-length.ts';

/** Size of the pictures in pixels: the canvas if there is one, otherwise the size of the model's images. */
export interface PictureSize {
  readonly height: number;
  readonly width: number;
}

/** The model and the limits that the images of a request must fit. */
interface Fitting {
  readonly spec: ModelSpec;
  readonly size: PictureSize;
  readonly sampler: SamplerName | undefined;
  /** Maximum bytes of the arrays in a body. Decoded pictures have the same limit. */
  readonly arrayBytes: number;
}

/**
 * Reads the images of `start`: values or PNG files. The sampler checks their number and values.
 *
 * @throws ServerError `BODY_INVALID`; `BUDGET_EXCEEDED` if the pictures have too many pixels
 */
export function givenStart({ x, png, skip }: StartJson, fitting: Fitting): GivenStart {
  if (x !== undefined && png !== undefined)
    invalid('start has x and png; expected only one of them. Leave one out.');
  if (png !== undefined) {
    requireInverse(fitting);
    return { x: valuesOfPngs('start', listOf(png), fitting), skip };
  }
  if (x === undefined) return invalid('start has neither x nor png; expected one of them. Add x or png.');
  return { x: valuesFromBase64('start.x', x, invalid), skip };
}

export function invalid(problem: string): never {
  throw new ServerError('BODY_INVALID', problem);
}

/** Decodes PNG files that must have the given size. @returns `[count, C, H, W]` in [-1, 1] */
export function valuesOfPngs(
  name: string,
  files: readonly string[],
  { spec, size, arrayBytes }: Pick<Fitting, 'spec' | 'size' | 'arrayBytes'>,
): Float32Array {
  const { channels } = spec.image;
  const { height, width } = size;
  if (channels !== 1 && channels !== 3 && channels !== 4)
    return invalid(
      `${name}.png has pictures, but ${spec.name} has ${plural(channels, 'channel')}; expected ${name}.x. Send the values instead.`,
    );
  const each = channels * height * width;
  requireRoom(`${name}.png`, files.length, { size, arrayBytes }, channels, ` as ${name}.x`);
  const values = new Float32Array(files.length * each);
  for (const [k, file] of files.entries()) {
    const image = decoding(`${name}.png[${k}]`, file, { height, width }, (png) => imageOfPng(png, channels));
    values.set(image, k * each);
  }
  return values;
}

/**
 * Checks that decoded pictures take no more memory than the arrays of a body. A PNG file can be a thousand times
 * smaller than its decoded picture.
 *
 * @param values number of float32 values per pixel; 1/4 means one byte
 * @throws ServerError `BUDGET_EXCEEDED`
 */
export function requireRoom(
  name: string,
  count: number,
  { size, arrayBytes }: Pick<Fitting, 'size' | 'arrayBytes'>,
  values: number,
  as = '',
): void {
  const { height, width } = size;
  const bytes = base64Length(count * values * height * width);
  if (bytes <= arrayBytes) return;
  throw new ServerError(
    'BUDGET_EXCEEDED',
    `${name} has ${plural(count, 'picture')} of ${width} × ${height} pixels, which would take ${plural(bytes, 'byte')}${as}; ` +
      `expected at most ${arrayBytes} per request. Send fewer pictures.`,
  );
}

/** Checks that the sampler starts from images. Most samplers start from noise, and pictures are not noise. */
function requireInverse({ spec, sampler = defaultSampler(spec) }: Fitting): void {
  if (samplers[sampler].inverts !== undefined) return;
  invalid(
    `start.png has pictures, but sampler ${sampler} starts from noise; expected start.x, or a sampler that turns images ` +
      'into noise, such as ddim-inverse. To change pictures, use edit.',
  );
}

/** Returns the files as a list. */
export const listOf = (files: string | readonly string[]): readonly string[] =>
  typeof files === 'string' ? [files] : files;

/** Decodes the PNG file of a field. */
export function decoding<T>(
  name: string,
  text: string,
  size: { readonly height: number; readonly width: number },
  convert: (png: DecodedPng) => T,
): T {
  const bytes = bytesFromBase64(withoutPrefix(name, text));
  if (bytes === null)
    return invalid(
      `${name} is not base64; expected a PNG file as base64 or as a data URL. Encode the file again.`,
    );
  try {
    return convert(decodePng(bytes, size));
  } catch (cause) {
    if (!isIsonoiseError(cause)) throw cause;
    const problem = cause.message.replace(/^(decodePng: the file|imageOfPng:) /, '');
    const isOfPixel = problem.startsWith('the pixel');
    throw new ServerError('BODY_INVALID', `${name}${isOfPixel ? ':' : ''} ${problem}`, { cause });
  }
}

/** Removes the head of a data URL, such as `data:image/png;base64,`. */
function withoutPrefix(name: string, text: string): string {
  const [prefix = '', type = ''] = /^data:([^,]{0,100}),/i.exec(text) ?? [];
  if (prefix !== '' && !/^image\/png;base64$/i.test(type))
    invalid(
      `${name} is a data URL ${type === '' ? 'without a type' : `of type ${type}`}; expected image/png;base64. Send a PNG file.`,
    );
  return text.slice(prefix.length);
}
