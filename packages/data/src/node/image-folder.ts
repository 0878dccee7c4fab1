import { stat } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { basename, dirname, extname, join, resolve } from 'node:path';
import type { AtlasGrid } from '../atlas.ts';
import { chooseKernel } from '../choose-kernel.ts';
import type { Dataset } from '../dataset.ts';
import { DataError } from '../errors.ts';
import { readFolderImages } from '../folder-images.ts';
import { emptyFolder, type FolderListing, listingOf } from '../folder-listing.ts';
import { planFolder } from '../folder-plan.ts';
import { imageFormats, imageKind } from '../image-format.ts';
import type { ImageSize } from '../image-size.ts';
import { fromEachClass } from '../limit.ts';
import { DATA_LIMITS } from '../limits.ts';
import { METADATA_FILES } from '../metadata.ts';
import { FITS, type Fit, isCutting, KERNELS, type Kernel } from '../picture-fit.ts';
import type { ChannelChoice } from '../pixel-store.ts';
import { subset } from '../subset.ts';
import { IMAGE_EXTENSIONS, listImages } from './list-images.ts';
import { MAX_IMAGE_BYTES, readRegular } from './read-bytes.ts';

export interface ImageFolderOptions {
  /**
   * Size of the images of the set. A number is the side of a square. By default, images keep their size, and all
   * sizes must be equal.
   */
  readonly size?: number | ImageSize;
  /** How images are fitted to the size. Default `cover`. */
  readonly fit?: Fit;
  /** How images are scaled. Default: `nearest` for pixel art, otherwise `lanczos`. */
  readonly kernel?: Kernel;
  /** Grid of pictures with several images. By default, a picture is one image. */
  readonly atlas?: AtlasGrid;
  /**
   * Channels: 1 for grey, 3 for colour, 4 for colour and alpha. `auto` means 4 if an image is visibly transparent,
   * and otherwise 3. Default 3.
   */
  readonly channels?: ChannelChoice;
  /** Colour shown in transparent parts without an alpha channel, `[red, green, blue]`, 0..255. Default white. */
  readonly background?: readonly [number, number, number];
  /** Whether subfolders or metadata are classes. Default true. With false, all images in all folders are taken. */
  readonly labels?: boolean;
  /** Allowed classes, in index order. Default: all classes that occur. */
  readonly classes?: readonly string[];
  /** Whether `tags` and `text` of the metadata are ignored. Default false. */
  readonly ignoreTags?: boolean;
  /** Whether the words in file names become the tags. Default false. */
  readonly tagsFromNames?: boolean;
  /** Minimum number of images with a tag. Rarer tags are omitted. Default 5. */
  readonly minTagCount?: number;
  /** The tags in the order of their numbers, such as the tags of a model. Default: all tags with enough images. */
  readonly tagNames?: readonly string[];
  /** Number of images to take, from every class in turn. The other images are not decoded. Default: all. */
  readonly limit?: number;
  /**
   * Whether to skip unusable images, with a warning that names them. Default false; such images then cause an error.
   */
  readonly skipBad?: boolean;
  /**
   * Whether the set must not change, as for a resumed run. Errors then do not suggest options that change it. Default
   * false.
   */
  readonly isChosen?: boolean;
  readonly signal?: AbortSignal;
  /** Receives the number of images read so far. */
  readonly onProgress?: (done: number, count: number) => void;
}

export interface ReadImageFolder {
  readonly dataset: Dataset;
  /** Notes about skipped images and about the interpretation of folders. */
  readonly notes: readonly string[];
  /** Warnings that a user should check before training on these images. */
  readonly warnings: readonly string[];
}

/**
 * Reads a folder of images (PNG, JPEG, WebP, GIF, TIFF, AVIF, SVG). The images are sorted by path in code point
 * order, so that a folder is the same set everywhere.
 *
 * @throws DataError `DATA_EMPTY`, `DATA_MISMATCH` (different sizes, labels on some images only, no training split),
 * `DATA_FORMAT` (naming all unusable images), `DATA_LABEL`, `DATA_NOT_FOUND`, `DATA_LIMIT`, `DATA_ARGUMENT`.
 */
export async function readImageFolder(
  folder: string,
  options: ImageFolderOptions = {},
): Promise<ReadImageFolder> {
  const { channels = 3, background = [255, 255, 255], limit, atlas } = options;
  const { size, fit } = requireOptions(folder, options);
  const { root, name, listing } = await listPictures(folder);
  if (listing.images.length === 0)
    throw emptyFolder(
      folder,
      listing.others.filter((path) => !METADATA_FILES.some((each) => each === path)),
      imageFormats(),
    );
  const { labels, classes, ignoreTags, tagsFromNames } = options;
  const readFile = (path: string): Promise<Uint8Array> => readRegular(join(root, path));
  // If pictures are cut, the number of images is known only after decoding.
  const isCut = atlas !== undefined || isCutting(fit);
  const plan = await planFolder(root, listing, readFile, {
    labels,
    classes,
    ignoreTags,
    tagsFromNames,
    limit: isCut ? undefined : limit,
  });

  // Load sharp only now, because sets without image files do not need it.
  const { decodeImage } = await import('./decode-image.ts');
  const contentOf = (image: string): Promise<Uint8Array> =>
    readRegular(join(root, plan.storedPath(image)), MAX_IMAGE_BYTES);
  const original = {
    channels: channels === 1 ? 1 : 3,
    background,
    size: undefined,
    fit: undefined,
    atlas,
  } as const;
  const { kernel, notes } =
    options.kernel !== undefined || size === undefined || isCutting(fit)
      ? { kernel: options.kernel, notes: [] }
      : await chooseKernel(
          plan.images,
          async (image) => {
            const content = await contentOf(image);
            const kind = imageKind(content, image);
            if (kind === 'svg') return 'drawing';
            return kind === 'jpeg' ? 'photograph' : decodeImage(content, join(root, image), original);
          },
          size,
        );
  const read = await readFolderImages(plan, {
    folder: root,
    name,
    channels,
    size,
    decode: async (image, known) =>
      decodeImage(await contentOf(image), join(root, image), {
        // Treat 4 like `auto`, which makes almost opaque images opaque. A run with `auto` that found transparency
        // resumes with 4, and must get the same pixels.
        channels: channels === 4 ? 'auto' : channels,
        background,
        size: known,
        fit,
        kernel,
        atlas,
      }),
    minTagCount: options.minTagCount,
    tagNames: options.tagNames,
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
  return {
    ...read,
    dataset: isCut ? limited(read.dataset, limit) : read.dataset,
    notes: [...read.notes, ...notes],
  };
}

/** Checks the options. @returns size and fit, with defaults */
function requireOptions(
  folder: string,
  { size, fit, kernel, limit, minTagCount, atlas }: ImageFolderOptions,
): { readonly size: ImageSize | undefined; readonly fit: Fit | undefined } {
  const refuse = (found: string, expected: string): never => {
    throw new DataError('DATA_ARGUMENT', `${folder}: ${found}; expected ${expected}.`);
  };
  const { width, height } = typeof size === 'number' ? { width: size, height: size } : (size ?? {});
  const { side, images } = DATA_LIMITS;
  for (const [name, value, min, max] of [
    [width === height ? 'size' : 'width', width, 1, side],
    ['height', height, 1, side],
    ['limit', limit, 1, images],
    ['minTagCount', minTagCount, 1, images],
    ['width of a cell', atlas?.cell.width, 1, side],
    ['height of a cell', atlas?.cell.height, 1, side],
    ['margin', atlas?.margin, 0, side],
    ['spacing', atlas?.spacing, 0, side],
  ] as const)
    if (value !== undefined && !(Number.isInteger(value) && value >= min && value <= max))
      refuse(`${name} is ${value}`, `an integer from ${min} to ${max}`);
  for (const [name, value, choices] of [
    ['fit', fit, FITS],
    ['kernel', kernel, KERNELS],
  ] as const) {
    if (value === undefined) continue;
    if (!choices.some((each) => each === value)) refuse(`${name} is ${String(value)}`, choices.join(', '));
    if (size === undefined) refuse(`${name} is ${value}, but images keep their size`, 'a size as well');
  }
  if (atlas !== undefined && isCutting(fit))
    refuse(`atlas and the fit ${fit} both cut pictures`, 'one of them');
  if (width === undefined || height === undefined) return { size: undefined, fit: undefined };
  return { size: { width, height }, fit: fit ?? 'cover' };
}

interface Pictures {
  /** Folder of the pictures. */
  readonly root: string;
  /** Name of the set. */
  readonly name: string;
  readonly listing: FolderListing;
}

/** Lists the pictures of a folder, or returns the picture at a path. */
async function listPictures(path: string): Promise<Pictures> {
  const isFile = (await stat(path).catch(() => undefined))?.isFile() === true;
  const name = basename(resolve(path)).normalize('NFC');
  if (!isFile) return { root: path, name, listing: await listImages(path) };
  return {
    root: dirname(path),
    name: name.slice(0, name.length - extname(name).length),
    listing: listingOf([basename(path)], IMAGE_EXTENSIONS),
  };
}

function limited(dataset: Dataset, limit: number | undefined): Dataset {
  if (limit === undefined || limit >= dataset.count) return dataset;
  const kept = new Set(fromEachClass(dataset.count, dataset.labels, limit));
  return subset(dataset, (index) => kept.has(index));
}
