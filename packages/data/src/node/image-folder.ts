import { availableParallelism } from 'node:os';
import { basename, join, resolve } from 'node:path';
import type { Dataset } from '../dataset.ts';
import { DataError } from '../errors.ts';
import { readFolderImages } from '../folder-images.ts';
import { emptyFolder } from '../folder-listing.ts';
import { planFolder } from '../folder-plan.ts';
import { DATA_LIMITS } from '../limits.ts';
import { METADATA_FILES } from '../metadata.ts';
import { listImages } from './list-images.ts';
import { readRegular } from './read-bytes.ts';

/** Length of one image file: 16-bit RGBA at the limit of pixels. Stops a name that leads to a whole disk. */
const MAX_IMAGE_BYTES = 2 ** 30;

export interface ImageFolderOptions {
  /** Each image becomes a square of this side: scaled until it covers the square, cut to the middle. Default: as they are, then all must be of one size. */
  readonly size?: number;
  /** 1 grey, 3 colour. Default 3. */
  readonly channels?: 1 | 3;
  /** Seen through transparent parts, `[red, green, blue]`, 0..255. Default white. */
  readonly background?: readonly [number, number, number];
  /** Whether subfolders or `metadata.jsonl` give classes. Default true; false takes every image, in whatever folder. */
  readonly labels?: boolean;
  /** The classes there may be, in the order of their indices. Default: those that occur. */
  readonly classes?: readonly string[];
  /** Takes this many images, from every class in turn, and decodes no others. Default: all. */
  readonly limit?: number;
  /** Leaves images out that cannot be used, with a warning that names them. Default false: they are an error. */
  readonly skipBad?: boolean;
  readonly signal?: AbortSignal;
  /** Told how many of the images are read. */
  readonly onProgress?: (done: number, count: number) => void;
}

export interface ReadImageFolder {
  readonly dataset: Dataset;
  /** What was left out or taken for what. */
  readonly notes: readonly string[];
  /** What a user should look at before training on these images. */
  readonly warnings: readonly string[];
}

/**
 * Reads a folder of images (PNG, JPEG, WebP, GIF, TIFF), sorted by path in the order of code points, so that the same
 * folder is the same set everywhere.
 *
 * @throws DataError `DATA_EMPTY`, `DATA_MISMATCH` (two sizes, labelled and unlabelled, splits without a training one),
 * `DATA_FORMAT` (naming all images that cannot be used), `DATA_LABEL`, `DATA_NOT_FOUND`, `DATA_LIMIT`, `DATA_ARGUMENT`.
 */
export async function readImageFolder(
  folder: string,
  options: ImageFolderOptions = {},
): Promise<ReadImageFolder> {
  const { size, channels = 3, background = [255, 255, 255], limit } = options;
  for (const [name, value, most] of [
    ['size', size, DATA_LIMITS.side],
    ['limit', limit, DATA_LIMITS.images],
  ] as const)
    if (value !== undefined && !(Number.isInteger(value) && value >= 1 && value <= most))
      throw new DataError(
        'DATA_ARGUMENT',
        `${folder}: ${name} is ${value}; expected an integer from 1 to ${most}`,
      );
  const listing = await listImages(folder);
  if (listing.images.length === 0)
    throw emptyFolder(
      folder,
      listing.others.filter((path) => !METADATA_FILES.some((name) => name === path)),
      'PNG, JPEG, WebP, GIF or TIFF',
    );
  const { labels, classes } = options;
  const readFile = (path: string): Promise<Uint8Array> => readRegular(join(folder, path));
  const plan = await planFolder(folder, listing, readFile, { labels, classes, limit });

  // sharp is loaded here so that sets without image files need no image library.
  const { decodeImage } = await import('./decode-image.ts');
  return readFolderImages(plan, {
    folder,
    name: basename(resolve(folder)).normalize('NFC'),
    channels,
    size: size === undefined ? undefined : { width: size, height: size },
    async decode(image, known) {
      const file = join(folder, image);
      const content = await readRegular(join(folder, plan.storedPath(image)), MAX_IMAGE_BYTES);
      return decodeImage(content, file, { channels, background, size: known, scale: size !== undefined });
    },
    lanes: availableParallelism() + 1,
    skipBad: options.skipBad ?? false,
    skipAdvice: 'leave them out with --skip-bad',
    signal: options.signal,
    onProgress: options.onProgress,
  });
}
