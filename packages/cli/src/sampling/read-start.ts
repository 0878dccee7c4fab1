import { normalize } from '@isonoise/data';
import { readPicture } from '@isonoise/data/node';
import { decodeNpy } from '@isonoise/picture';
import type { ModelSampleRequest } from '@isonoise/runtime';
import { readRegularFile } from '@isonoise/runtime-node';
import { type SamplerName, samplers, wrongValue } from '@isonoise/sampler';
import type { ImageShape } from '@isonoise/schedule';
import { CliError } from '../errors.ts';

/** The images that `--from` names. */
export interface ReadStart {
  readonly start: NonNullable<ModelSampleRequest['start']>;
  readonly count: number;
  /** Remarks for the user about changes to the pictures. */
  readonly notes: readonly string[];
}

interface ReadFile {
  readonly values: Float32Array;
  readonly notes: readonly string[];
}

/**
 * Reads the images with which a run begins: pictures, or arrays written by `--npy`.
 *
 * @throws `CLI_USAGE` a file does not have the model's shape, or is a picture for a sampler that begins with noise;
 *   or a file cannot be read
 */
export async function readStart(
  paths: readonly string[],
  shape: ImageShape,
  sampler: SamplerName,
): Promise<ReadStart> {
  const files: ReadFile[] = [];
  for (const path of paths)
    files.push(await (isArray(path) ? readArray(path, shape, sampler) : picture(path, shape, sampler)));
  const values = files.reduce((sum, each) => sum + each.values.length, 0);
  const x = new Float32Array(values);
  let at = 0;
  for (const each of files) {
    x.set(each.values, at);
    at += each.values.length;
  }
  const { channels, height, width } = shape;
  return {
    start: { x },
    count: values / (channels * height * width),
    notes: files.flatMap(({ notes }) => notes),
  };
}

const isArray = (path: string): boolean => /\.npy$/i.test(path);

async function readArray(
  path: string,
  { channels, height, width }: ImageShape,
  sampler: SamplerName,
): Promise<ReadFile> {
  const { data, shape } = await reading(path, async () => decodeNpy(await readRegularFile(path)));
  const [count, ...image] = shape;
  if (count === 0 || String(image) !== String([channels, height, width])) {
    fail(
      path,
      `has the shape [${shape.join(', ')}]; expected [count, ${channels}, ${height}, ${width}], like the model's images`,
    );
  }
  const wrong = wrongValue(data, samplers[sampler].inverts === undefined ? null : sampler);
  if (wrong !== null) fail(path, `value ${wrong.index} is ${wrong.found}; expected ${wrong.expected}`);
  return { values: data, notes: [] };
}

async function picture(
  path: string,
  { channels, height, width }: ImageShape,
  sampler: SamplerName,
): Promise<ReadFile> {
  if (samplers[sampler].inverts === undefined) {
    fail(
      path,
      `is a picture, but the sampler ${sampler} begins with noise; expected a .npy file of noise, or --sampler ddim-inverse, ` +
        'which turns a picture into noise',
    );
  }
  if (channels !== 1 && channels !== 3 && channels !== 4) {
    fail(path, `is a picture, but the model has ${channels} channels; expected a .npy file`);
  }
  const {
    pixels,
    original,
    cut,
    frames = 1,
  } = await reading(path, () => readPicture(path, channels, { height, width }));
  const scaled = original.width !== width || original.height !== height;
  const cropped = cut > 0 ? ' and cropped' : '';
  return {
    values: normalize(pixels),
    notes: [
      ...(frames > 1 ? [`${path} has ${frames} frames, of which only the first was read`] : []),
      ...(scaled
        ? [
            `${path} has ${original.width} x ${original.height} pixels and was scaled${cropped} to ${width} x ${height}`,
          ]
        : []),
    ],
  };
}

async function reading<T>(path: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CliError('CLI_USAGE', `--from ${path}: cannot be read: ${reason}`, { cause });
  }
}

function fail(path: string, problem: string): never {
  throw new CliError('CLI_USAGE', `--from ${path}: ${problem}.`);
}
