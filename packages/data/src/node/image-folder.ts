import { availableParallelism } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { checkedDataset, type Dataset } from '../dataset.ts';
import { DataError } from '../errors.ts';
import { labelImages } from '../folder-labels.ts';
import { emptyFolder, few } from '../folder-listing.ts';
import { checkLimits, DATA_LIMITS } from '../limits.ts';
import { METADATA_FILE } from '../metadata.ts';
import { listImages } from './list-images.ts';
import { readMetadata } from './metadata.ts';

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
  readonly signal?: AbortSignal;
}

/**
 * Reads a folder of images (PNG, JPEG, WebP, GIF, TIFF), sorted by path in the order of code points, so that the same
 * folder is the same set everywhere.
 *
 * @returns the set, and what was left out.
 * @throws DataError `DATA_EMPTY`, `DATA_MISMATCH` (two sizes, labelled and unlabelled), `DATA_FORMAT` (an image that
 * cannot be decoded), `DATA_LABEL`, `DATA_NOT_FOUND`, `DATA_LIMIT`, `DATA_ARGUMENT`; each names the file.
 */
export async function readImageFolder(
  folder: string,
  options: ImageFolderOptions = {},
): Promise<{ readonly dataset: Dataset; readonly notes: readonly string[] }> {
  const {
    size,
    channels = 3,
    background = [255, 255, 255],
    labels: wantLabels = true,
    classes,
    signal,
  } = options;
  if (size !== undefined && !(Number.isInteger(size) && size >= 1 && size <= DATA_LIMITS.side))
    throw new DataError(
      'DATA_ARGUMENT',
      `${folder}: size is ${size}, want an integer from 1 to ${DATA_LIMITS.side}`,
    );
  const listing = await listImages(folder);
  const others = listing.others.filter((path) => path !== METADATA_FILE);
  if (listing.images.length === 0) throw emptyFolder(folder, others, 'PNG, JPEG, WebP, GIF or TIFF');
  const metadata = wantLabels ? await readMetadata(folder) : undefined;
  const { images, labels, classNames } = wantLabels
    ? labelImages(folder, listing, metadata, classes)
    : { images: listing.images };

  // sharp is loaded here so that sets without image files need no image library.
  const { decodeImage, imageSize } = await import('./decode-image.ts');
  const files = images.map((path) => join(folder, path));
  const { width, height } =
    size === undefined ? await commonSize(files, imageSize, signal) : { width: size, height: size };
  const count = files.length;
  checkLimits(folder, count, channels, height, width);
  const values = channels * height * width;
  const pixels = new Uint8Array(count * values);
  await inParallel(files, signal, async (file, i) => {
    const decode = size === undefined ? { channels, background } : { channels, background, size };
    pixels.set(await decodeImage(file, decode), i * values);
  });
  const name = basename(resolve(folder));
  const shape = { channels, height, width };
  const dataset = checkedDataset(
    labels === undefined || classNames === undefined
      ? { name, count, shape, pixels }
      : { name, count, shape, pixels, labels, classNames },
  );
  return { dataset, notes: others.length === 0 ? [] : [`left out, no images: ${few(others)}`] };
}

type SizeOf = (file: string) => Promise<{ readonly width: number; readonly height: number }>;

async function commonSize(
  files: readonly string[],
  sizeOf: SizeOf,
  signal: AbortSignal | undefined,
): Promise<{ readonly width: number; readonly height: number }> {
  const sizes = await inParallel(files, signal, sizeOf);
  const [first] = sizes;
  const odd = sizes.findIndex(({ width, height }) => width !== first?.width || height !== first.height);
  if (first === undefined || odd >= 0)
    throw new DataError(
      'DATA_MISMATCH',
      `${files[0]} is ${first?.width}x${first?.height}, but ${files[odd]} is ${sizes[odd]?.width}x${sizes[odd]?.height}: ` +
        'images of several sizes need --size, which scales each and cuts it to a square',
      { file: files[odd] ?? '' },
    );
  return first;
}

/** Runs `work` on all items, a few at a time; results in the order of the items, the error of the first item that has one. */
async function inParallel<T, R>(
  items: readonly T[],
  signal: AbortSignal | undefined,
  work: (item: T, index: number) => Promise<R>,
): Promise<readonly R[]> {
  const lanes = availableParallelism() + 1;
  const results: R[] = [];
  // Batches, not lanes that run on: which error is reported must not depend on timing.
  for (let at = 0; at < items.length; at += lanes) {
    signal?.throwIfAborted();
    const settled = await Promise.allSettled(
      items.slice(at, at + lanes).map((item, k) => work(item, at + k)),
    );
    for (const one of settled) {
      if (one.status === 'rejected') throw one.reason;
      results.push(one.value);
    }
  }
  return results;
}
