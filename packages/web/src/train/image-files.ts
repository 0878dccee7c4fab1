import {
  chooseKernel,
  type DecodedImage,
  emptyFolder,
  type FolderImages,
  imageExtensions,
  imageFormats,
  isCutting,
  listingOf,
  planFolder,
  readFolderImages,
} from '@isonoise/data';
import { decodeImage, NOT_DECODED } from '../files/decode-image.ts';
import type { FolderFile } from '../files/dropped-files.ts';
import { createPictureDecoder } from './decode-picture.ts';
import type { PictureChoice } from './picture-choice.ts';

export interface ImageFilesOptions {
  /** The folder's name. */
  readonly name: string;
  readonly pictures: PictureChoice;
  /** Called with the number of images read so far. */
  readonly onProgress?: (done: number, count: number) => void;
}

/** Extensions of the image files that are read. The first frame of an animation is used. */
const EXTENSIONS = imageExtensions(NOT_DECODED);
const PHOTOGRAPHS = /\.(jpe?g|jpe|jfif)$/i;

/**
 * Reads the images of a folder by the rules of `pnpm train`, sorted by path. Classes come from subfolders or metadata,
 * tags from metadata or file names. If there are splits, only the training split is read. Unusable files are left out,
 * with a warning. The browser has its own smoothing filter, so images scaled with the kernel `lanczos` differ slightly
 * from those of `pnpm train`.
 *
 * @throws DataError `DATA_EMPTY`, `DATA_MISMATCH`, `DATA_FORMAT` if all files are unusable, `DATA_LABEL`, `DATA_LIMIT`;
 *   each names the files
 */
export async function datasetFromFiles(
  files: readonly FolderFile[],
  { name, pictures, onProgress }: ImageFilesOptions,
): Promise<FolderImages> {
  const byPath = new Map(files.map(({ path, file }) => [path, file]));
  const fileOf = (path: string): File => byPath.get(path) as File;
  const listing = listingOf([...byPath.keys()], EXTENSIONS);
  if (listing.images.length === 0) throw emptyFolder(name, listing.others, imageFormats(NOT_DECODED));
  const plan = await planFolder(
    name,
    listing,
    async (path) => new Uint8Array(await fileOf(path).arrayBuffer()),
    { ignoreTags: pictures.tags === 'none', tagsFromNames: pictures.tags === 'names' },
  );
  const bitmapOf = (image: string): Promise<ImageBitmap> =>
    decodeImage(fileOf(plan.storedPath(image)), `${name}/${image}`);
  const { size, fit, colours } = pictures;
  const { kernel, notes } =
    pictures.kernel !== 'auto' || isCutting(fit)
      ? { kernel: pictures.kernel === 'auto' ? ('lanczos' as const) : pictures.kernel, notes: [] }
      : await chooseKernel(plan.images, (image) => original(image, bitmapOf, pictures), size);
  const decode = createPictureDecoder({ ...pictures, kernel });
  const read = await readFolderImages(plan, {
    folder: name,
    name: name.normalize('NFC'),
    channels: ({ auto: 'auto', alpha: 4, opaque: 3, grey: 1 } as const)[colours],
    size,
    decode: async (image) => decode(await bitmapOf(image), `${name}/${image}`),
    // All images share one canvas.
    lanes: 1,
    skipBad: true,
    onProgress,
  });
  return { ...read, notes: [...read.notes, ...notes] };
}

/** Decodes an image at its own size, to find out whether it is pixel art. JPEG files count as photographs. */
async function original(
  image: string,
  bitmapOf: (image: string) => Promise<ImageBitmap>,
  pictures: PictureChoice,
): Promise<DecodedImage | 'photograph'> {
  if (PHOTOGRAPHS.test(image)) return 'photograph';
  const bitmap = await bitmapOf(image);
  const size = { width: bitmap.width, height: bitmap.height };
  return createPictureDecoder({
    ...pictures,
    colours: 'opaque',
    kernel: 'nearest',
    // The cells of an atlas stay as they are.
    size: pictures.atlas?.cell ?? size,
  })(bitmap, image);
}
