import { availableParallelism } from 'node:os';
import { basename, join, resolve } from 'node:path';
import type { Dataset } from '../dataset.ts';
import { DataError } from '../errors.ts';
import { readFolderImages } from '../folder-images.ts';
import { emptyFolder } from '../folder-listing.ts';
import { planFolder } from '../folder-plan.ts';
import { DATA_LIMITS } from '../limits.ts';
import { METADATA_FILES } from '../metadata.ts';
import type { ChannelChoice } from '../pixel-store.ts';
import { listImages } from './list-images.ts';
import { MAX_IMAGE_BYTES, readRegular } from './read-bytes.ts';

export interface ImageFolderOptions {
  /**
   * Side of the square that each image becomes: scaled until it covers the square, then cropped to the middle.
   * Default: sizes are kept, and must be equal.
   */
  readonly size?: number;
  /**
   * 1 grey; 3 colour; 4 colour and alpha; `auto` 4 if an image of the folder is visibly transparent, else 3. Default 3.
   */
  readonly channels?: ChannelChoice;
  /** Colour shown in transparent parts if there is no alpha channel, `[red, green, blue]`, 0..255. Default white. */
  readonly background?: readonly [number, number, number];
  /** Whether subfolders or metadata give classes. Default true; false takes every image in any folder. */
  readonly labels?: boolean;
  /** Allowed classes, in index order. Default: those that occur. */
  readonly classes?: readonly string[];
  /** Number of images to take, from every class in turn; no others are decoded. Default: all. */
  readonly limit?: number;
  /** Leaves out unusable images, with a warning that names them. Default false: they are an error. */
  readonly skipBad?: boolean;
  /** Whether the set is fixed, as for a resumed run: errors then suggest no option that changes it. Default false. */
  readonly isChosen?: boolean;
  readonly signal?: AbortSignal;
  /** Receives the number of images read so far. */
  readonly onProgress?: (done: number, count: number) => void;
}

export interface ReadImageFolder {
  readonly dataset: Dataset;
  /** What was left out, and how folders were interpreted. */
  readonly notes: readonly string[];
  /** What a user should check before training on these images. */
  readonly warnings: readonly string[];
}

/**
 * Reads a folder of images (PNG, JPEG, WebP, GIF, TIFF), sorted by path in code point order, so that the same folder
 * gives the same set everywhere.
 *
 * @throws DataError `DATA_EMPTY`, `DATA_MISMATCH` (different sizes, labels on some images only, no training split),
 * `DATA_FORMAT` (naming all unusable images), `DATA_LABEL`, `DATA_NOT_FOUND`, `DATA_LIMIT`, `DATA_ARGUMENT`.
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
        `${folder}: ${name} is ${value}; expected an integer from 1 to ${most}.`,
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

  // Load sharp only here: sets without image files do not need it.
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
    ...(options.isChosen !== true && {
      skipAdvice: 'leave them out with --skip-bad',
      sizeAdvice: 'Give --size',
      alphaAdvice: '--alpha off shows a background instead',
    }),
    signal: options.signal,
    onProgress: options.onProgress,
  });
}
