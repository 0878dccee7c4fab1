import type { StartJson } from '@isonoise/api';
import type { ModelSpec } from '@isonoise/bundle';
import { isIsonoiseError } from '@isonoise/error';
import { decodePng, imageOfPng } from '@isonoise/picture';
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

/** What the images of a request must fit. */
interface Fitting {
  readonly spec: ModelSpec;
  readonly sampler: SamplerName | undefined;
  /** Maximum length of arrays in a body. Pictures have the same limit, as if they were sent as values. */
  readonly arrayBytes: number;
}

/**
 * Reads the images that a body begins with: values or PNG files. The sampler checks their number and the values.
 *
 * @throws ServerError `BODY_INVALID`; `BUDGET_EXCEEDED` the pictures have too many pixels
 */
export function givenStart({ x, png, skip }: StartJson, fitting: Fitting): GivenStart {
  if (x !== undefined && png !== undefined) invalid('start has x and png; expected only one of them.');
  if (png !== undefined) return { x: valuesOfPngs(typeof png === 'string' ? [png] : png, fitting), skip };
  if (x === undefined) return invalid('start has neither x nor png; expected one of them.');
  return { x: valuesFromBase64('start.x', x, invalid), skip };
}

function invalid(problem: string): never {
  throw new ServerError('BODY_INVALID', problem);
}

/** Decodes PNG files of the model's image size. @returns `[count, C, H, W]` in [-1, 1] */
function valuesOfPngs(
  files: readonly string[],
  { spec, sampler = defaultSampler(spec), arrayBytes }: Fitting,
): Float32Array {
  const { channels, height, width } = spec.image;
  if (samplers[sampler].inverts === undefined) {
    invalid(
      `start.png has pictures, but sampler ${sampler} begins with noise; expected start.x, or a sampler that takes images to ` +
        'their noise, such as ddim-inverse.',
    );
  }
  if (channels !== 1 && channels !== 3 && channels !== 4)
    return invalid(`start.png has pictures, but ${spec.name} has ${channels} channels; expected start.x.`);
  const each = channels * height * width;
  const bytes = base64Length(files.length * each);
  if (bytes > arrayBytes) {
    throw new ServerError(
      'BUDGET_EXCEEDED',
      `start.png has ${files.length} pictures of ${width} × ${height} pixels, which would take ${bytes} bytes as start.x; ` +
        `expected at most ${arrayBytes} per request. Send fewer pictures.`,
    );
  }
  const values = new Float32Array(files.length * each);
  for (const [k, file] of files.entries())
    values.set(decoding(`start.png[${k}]`, file, { height, width }, channels), k * each);
  return values;
}

function decoding(
  name: string,
  text: string,
  size: { readonly height: number; readonly width: number },
  channels: 1 | 3 | 4,
): Float32Array {
  const bytes = bytesFromBase64(withoutPrefix(name, text));
  if (bytes === null)
    return invalid(`${name} is not base64; expected a PNG file as base64 or as a data URL.`);
  try {
    return imageOfPng(decodePng(bytes, size), channels);
  } catch (cause) {
    if (!isIsonoiseError(cause)) throw cause;
    const problem = cause.message.replace(/^(decodePng|imageOfPng): /, '');
    const isOfPixel = problem.startsWith('the pixel');
    throw new ServerError('BODY_INVALID', `${name}${isOfPixel ? ':' : ''} ${problem}`, { cause });
  }
}

/** Removes the beginning of a data URL. */
function withoutPrefix(name: string, text: string): string {
  const [prefix = '', type = ''] = /^data:([^,]{0,100}),/i.exec(text) ?? [];
  if (prefix !== '' && !/^image\/png;base64$/i.test(type))
    invalid(
      `${name} is a data URL ${type === '' ? 'without a type' : `of type ${type}`}; expected image/png;base64.`,
    );
  return text.slice(prefix.length);
}
