import { hasBars, normalize } from '@isonoise/data';
import { type PictureOptions, readPicture } from '@isonoise/data/node';
import { decodeNpy, maskOfPlanes } from '@isonoise/picture';
import { readRegularFile } from '@isonoise/runtime-node';
import { wrongValue } from '@isonoise/sampler';
import type { ImageShape } from '@isonoise/schedule';
import { CliError } from '../errors.ts';
import { sheetNotes } from './sheet-notes.ts';

/** Images from a file, scaled to the requested size. */
export interface ReadImages {
  /** Values `[count, C, H, W]`: images in [−1, 1], or noise from a .npy file. */
  readonly values: Float32Array;
  /** Size of the picture before it was scaled. */
  readonly original: { readonly width: number; readonly height: number };
  /** Notes for the user about changes to the picture. */
  readonly notes: readonly string[];
}

/** A file from an option. */
export interface NamedFile {
  /** The option, such as `--from`. */
  readonly flag: string;
  readonly path: string;
}

/** Whether a file contains an array instead of a picture. */
export const isArrayFile = (path: string): boolean => /\.npy$/i.test(path);

/**
 * Reads the images of a .npy file.
 *
 * @param consumer name of the feature that needs images instead of noise, such as `an edit`; null if noise
 *   is allowed
 * @throws `CLI_USAGE` if the file cannot be read, or if its shape or values are wrong
 */
export async function readArray(
  file: NamedFile,
  { channels, height, width }: ImageShape,
  consumer: string | null,
): Promise<ReadImages> {
  const { data, shape } = await reading(file, async () => decodeNpy(await readRegularFile(file.path)));
  const [count, ...image] = shape;
  if (count === 0 || String(image) !== String([channels, height, width])) {
    failFile(file, `has the shape [${shape.join(', ')}]; expected [count, ${channels}, ${height}, ${width}]`);
  }
  const wrong = wrongValue(data, consumer);
  if (wrong !== null) failFile(file, `value ${wrong.index} is ${wrong.found}; expected ${wrong.expected}`);
  return { values: data, original: { height, width }, notes: [] };
}

/**
 * Reads a picture and scales it to the given shape.
 *
 * @throws `CLI_USAGE` if the picture cannot be read, or if the shape does not have 1, 3 or 4 channels
 */
export async function readImage(
  file: NamedFile,
  { channels, height, width }: ImageShape,
  options: PictureOptions = {},
): Promise<ReadImages> {
  if (channels !== 1 && channels !== 3 && channels !== 4)
    return failFile(file, `is a picture, but the model has ${channels} channels; expected a .npy file`);
  const {
    pixels,
    original,
    cut,
    frames = 1,
  } = await reading(file, () => readPicture(file.path, channels, { height, width }, options));
  const scaled = original.width !== width || original.height !== height;
  const how =
    cut > 0
      ? ' and cropped'
      : hasBars(original, { width, height }, options.fit ?? 'cover')
        ? ' with bars'
        : '';
  const { path } = file;
  return {
    values: normalize(pixels),
    original,
    notes: [
      ...(frames > 1 ? [`${path} has ${frames} frames; only the first frame was read`] : []),
      ...(scaled
        ? [
            `${path} has ${original.width} x ${original.height} pixels and was scaled${how} to ${width} x ${height}`,
            ...(await sheetNotes(path, original)),
          ]
        : []),
    ],
  };
}

/**
 * Reads a mask `[H, W]`, which is 1 where the picture is opaque and light, as in `POST /v1/sample`.
 *
 * @throws `CLI_USAGE` if the picture cannot be read, or if the mask has no 1
 */
export async function readMask(
  file: NamedFile,
  { height, width }: ImageShape,
  options: Pick<PictureOptions, 'fit'>,
): Promise<{ readonly mask: Uint8Array; readonly original: ReadImages['original'] }> {
  const { pixels, original } = await reading(file, () =>
    readPicture(file.path, 4, { height, width }, { ...options, kernel: 'nearest' }),
  );
  const mask = maskOfPlanes(pixels, height * width);
  if (!mask.includes(1))
    failFile(file, 'is dark everywhere; expected light pixels where the picture is drawn again');
  return { mask, original };
}

/** Joins the images of several files into one array. */
export function joinImages(files: readonly ReadImages[]): Float32Array {
  const joined = new Float32Array(files.reduce((sum, { values }) => sum + values.length, 0));
  let at = 0;
  for (const { values } of files) {
    joined.set(values, at);
    at += values.length;
  }
  return joined;
}

async function reading<T>({ flag, path }: NamedFile, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    // The reason may already start with the path.
    const own = reason.startsWith(`${path}: `) ? reason.slice(path.length + 2) : reason;
    const problem = own.startsWith('cannot be read') ? own : `cannot be read: ${own}`;
    throw new CliError('CLI_USAGE', `${flag} ${path}: ${problem}`, { cause });
  }
}

/** Throws `CLI_USAGE` with the path of the file and the problem. */
export function failFile({ flag, path }: NamedFile, problem: string): never {
  throw new CliError('CLI_USAGE', `${flag} ${path}: ${problem}.`);
}
