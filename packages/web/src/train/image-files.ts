import {
  checkedDataset,
  checkLimits,
  type Dataset,
  emptyFolder,
  labelImages,
  listingOf,
  METADATA_FILE,
  parseMetadata,
  planarOf,
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
  /** Told how many are read. */
  readonly onProgress?: (done: number, count: number) => void;
}

/** What every browser decodes; of an animation the first frame is taken. */
const EXTENSIONS: ReadonlySet<string> = new Set(['.png', '.jpg', '.jpeg', '.webp', '.gif']);

/**
 * Images of a folder, with the rules of the command's reader: sorted by path, subfolders or `metadata.jsonl` as classes,
 * transparency on white, the middle square. The browser scales with a filter of its own, so pixels differ a little
 * from the command's where an image is scaled.
 *
 * @throws DataError `DATA_EMPTY`, `DATA_MISMATCH`, `DATA_FORMAT`, `DATA_LABEL`, `DATA_LIMIT`; each names the file
 */
export async function datasetFromFiles(
  files: readonly FolderFile[],
  { name, size, channels, onProgress }: ImageFilesOptions,
): Promise<Dataset> {
  const byPath = new Map(files.map(({ path, file }) => [path, file]));
  const listing = listingOf([...byPath.keys()], EXTENSIONS);
  if (listing.images.length === 0) throw emptyFolder(name, listing.others, 'PNG, JPEG, WebP or GIF');
  const metadata = await byPath.get(METADATA_FILE)?.text();
  const rows = metadata === undefined ? undefined : parseMetadata(metadata, `${name}/${METADATA_FILE}`);
  const { images, labels, classNames } = labelImages(name, listing, rows);

  const count = images.length;
  checkLimits(name, count, channels, size, size);
  const values = channels * size * size;
  const pixels = new Uint8Array(count * values);
  const decode = createDecoder(size, channels);
  for (const [i, path] of images.entries()) {
    pixels.set(await decode(byPath.get(path) as File, `${name}/${path}`), i * values);
    onProgress?.(i + 1, count);
  }
  const shape = { channels, height: size, width: size };
  return checkedDataset({
    name,
    count,
    shape,
    pixels,
    ...(labels !== undefined && classNames !== undefined && { labels, classNames }),
  });
}

function createDecoder(size: number, channels: 1 | 3): (file: File, path: string) => Promise<Uint8Array> {
  const canvas = new OffscreenCanvas(size, size);
  // Read back each time: a canvas on the GPU would be slower, and round in its own way.
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (context === null)
    throw new TypeError('images: this browser gives a worker no canvas; use a current one.');
  context.imageSmoothingQuality = 'high';
  return async (file, path) => {
    const bitmap = await decodeImage(file, path);
    const { left, top, side } = squareCut(bitmap.width, bitmap.height);
    context.fillStyle = '#fff';
    context.fillRect(0, 0, size, size);
    // Whole pixels, as the command cuts: half of one would blur an image that is not scaled.
    context.drawImage(bitmap, Math.round(left), Math.round(top), side, side, 0, 0, size, size);
    bitmap.close();
    return planarOf(context.getImageData(0, 0, size, size).data, channels);
  };
}
