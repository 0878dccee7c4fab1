import {
  type DecodedImage,
  emptyFolder,
  type FolderImages,
  listingOf,
  planarOf,
  planFolder,
  readFolderImages,
  squareCut,
} from '@isonoise/data';
import { decodeImage } from '../files/decode-image.ts';
import type { FolderFile } from '../files/dropped-files.ts';

export interface ImageFilesOptions {
  /** The folder's name. */
  readonly name: string;
  /** Side of the squares that the images become: scaled until they cover it, cut to the middle. */
  readonly size: number;
  /** 1 grey, 3 colour. */
  readonly channels: 1 | 3;
  /** Leave images out that cannot be used. */
  readonly skipBad: boolean;
  /** Told how many are read. */
  readonly onProgress?: (done: number, count: number) => void;
}

/** What every browser decodes; of an animation the first frame is taken. */
const EXTENSIONS: ReadonlySet<string> = new Set(['.png', '.jpg', '.jpeg', '.jpe', '.jfif', '.webp', '.gif']);

/**
 * Images of a folder, with the rules of the command's reader: sorted by path, subfolders or metadata as classes, the
 * training split where there are splits, transparency on white, the middle square. The browser scales with a filter of
 * its own, so pixels differ a little from the command's where an image is scaled.
 *
 * @throws DataError `DATA_EMPTY`, `DATA_MISMATCH`, `DATA_FORMAT`, `DATA_LABEL`, `DATA_LIMIT`; each names the files
 */
export async function datasetFromFiles(
  files: readonly FolderFile[],
  { name, size, channels, skipBad, onProgress }: ImageFilesOptions,
): Promise<FolderImages> {
  const byPath = new Map(files.map(({ path, file }) => [path, file]));
  const fileOf = (path: string): File => byPath.get(path) as File;
  const listing = listingOf([...byPath.keys()], EXTENSIONS);
  if (listing.images.length === 0) throw emptyFolder(name, listing.others, 'PNG, JPEG, WebP or GIF');
  const plan = await planFolder(
    name,
    listing,
    async (path) => new Uint8Array(await fileOf(path).arrayBuffer()),
  );
  const decode = createDecoder(size, channels);
  return readFolderImages(plan, {
    folder: name,
    name: name.normalize('NFC'),
    channels,
    size: { width: size, height: size },
    decode: (image) => decode(fileOf(plan.storedPath(image)), `${name}/${image}`),
    // One canvas, one image at a time.
    lanes: 1,
    skipBad,
    skipAdvice: 'choose "Leave them out" for files that cannot be read',
    onProgress,
  });
}

function createDecoder(size: number, channels: 1 | 3): (file: File, path: string) => Promise<DecodedImage> {
  const canvas = new OffscreenCanvas(size, size);
  // Read back each time: a canvas on the GPU would be slower, and round in its own way.
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (context === null)
    throw new TypeError('images: this browser gives a worker no canvas; use a current one.');
  context.imageSmoothingQuality = 'high';
  return async (file, path) => {
    const bitmap = await decodeImage(file, path);
    const { width, height } = bitmap;
    const { left, top, side } = squareCut(width, height);
    context.fillStyle = '#fff';
    context.fillRect(0, 0, size, size);
    // Whole pixels, as the command cuts: half of one would blur an image that is not scaled.
    context.drawImage(bitmap, Math.round(left), Math.round(top), side, side, 0, 0, size, size);
    bitmap.close();
    return {
      pixels: planarOf(context.getImageData(0, 0, size, size).data, channels),
      size: { width: size, height: size },
      original: { width, height },
      cut: 1 - side / Math.max(width, height),
    };
  };
}
