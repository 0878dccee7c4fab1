import {
  type DecodedImage,
  emptyFolder,
  type FolderImages,
  isTransparent,
  listingOf,
  planarOf,
  planFolder,
  premultiply,
  readFolderImages,
  squareCut,
} from '@isonoise/data';
import { decodeImage } from '../files/decode-image.ts';
import type { FolderFile } from '../files/dropped-files.ts';

export interface ImageFilesOptions {
  /** The folder's name. */
  readonly name: string;
  /**
   * Side of the square images, in pixels: images are scaled to cover the square and cropped to its middle.
   */
  readonly size: number;
  /** 1 for grey, 3 for colour; `auto` for colour, with alpha if an image is visibly transparent. */
  readonly channels: 1 | 3 | 'auto';
  /** Whether unusable images are left out; otherwise they cause an error. */
  readonly skipBad: boolean;
  /** Called with the number of images read so far. */
  readonly onProgress?: (done: number, count: number) => void;
}

/** Formats that every browser decodes; the first frame of an animation is used. */
const EXTENSIONS: ReadonlySet<string> = new Set([
  '.png',
  '.jpg',
  '.jpeg',
  '.jpe',
  '.jfif',
  '.webp',
  '.gif',
  '.avif',
]);

/**
 * Reads images of a folder by the rules of the command: sorted by path; subfolders or metadata as classes; the training
 * split if there are splits; with alpha if an image is visibly transparent, else on white; cropped to the middle square.
 * The browser scales with its own filter, so pixels of scaled images differ slightly from the command's.
 *
 * @throws DataError `DATA_EMPTY`, `DATA_MISMATCH`, `DATA_FORMAT`, `DATA_LABEL`, `DATA_LIMIT`; each names the
 *   files
 */
export async function datasetFromFiles(
  files: readonly FolderFile[],
  { name, size, channels, skipBad, onProgress }: ImageFilesOptions,
): Promise<FolderImages> {
  const byPath = new Map(files.map(({ path, file }) => [path, file]));
  const fileOf = (path: string): File => byPath.get(path) as File;
  const listing = listingOf([...byPath.keys()], EXTENSIONS);
  if (listing.images.length === 0) throw emptyFolder(name, listing.others, 'PNG, JPEG, WebP, GIF or AVIF');
  const plan = await planFolder(
    name,
    listing,
    async (path) => new Uint8Array(await fileOf(path).arrayBuffer()),
    // The stored images of a run have no tags yet.
    { ignoreTags: true },
  );
  const decode = createDecoder(size, channels);
  return readFolderImages(plan, {
    folder: name,
    name: name.normalize('NFC'),
    channels,
    size: { width: size, height: size },
    decode: (image) => decode(fileOf(plan.storedPath(image)), `${name}/${image}`),
    // All images share one canvas.
    lanes: 1,
    skipBad,
    skipAdvice: 'choose "Leave them out" for unreadable files',
    onProgress,
  });
}

function createDecoder(
  size: number,
  channels: ImageFilesOptions['channels'],
): (file: File, path: string) => Promise<DecodedImage> {
  const canvas = new OffscreenCanvas(size, size);
  // Pixels are read back each time; a canvas on the GPU would be slower and round differently.
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (context === null)
    throw new TypeError(
      'images: this browser has no canvas in workers; expected one. Use a current browser.',
    );
  context.imageSmoothingQuality = 'high';
  return async (file, path) => {
    const bitmap = await decodeImage(file, path);
    const { width, height } = bitmap;
    const { left, top, side } = squareCut(width, height);
    const draw = (onWhite: boolean): Uint8ClampedArray => {
      context.clearRect(0, 0, size, size);
      context.fillStyle = '#fff';
      if (onWhite) context.fillRect(0, 0, size, size);
      // Whole pixels, as in the command: an offset of half a pixel would blur an unscaled image.
      context.drawImage(bitmap, Math.round(left), Math.round(top), side, side, 0, 0, size, size);
      return context.getImageData(0, 0, size, size).data;
    };
    const rgba = channels === 'auto' ? draw(false) : undefined;
    const pixels =
      rgba !== undefined && isTransparent(rgba)
        ? ({ channels: 4, pixels: premultiply(rgba) } as const)
        : opaque(draw(true), channels === 1 ? 1 : 3);
    bitmap.close();
    return {
      ...pixels,
      size: { width: size, height: size },
      original: { width, height },
      cut: 1 - side / Math.max(width, height),
    };
  };
}

function opaque(rgba: Uint8ClampedArray, channels: 1 | 3): Pick<DecodedImage, 'channels' | 'pixels'> {
  return { channels, pixels: planarOf(rgba, channels) };
}
