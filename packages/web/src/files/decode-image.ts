import { DataError, imageFormats, imageKind, repairedJpeg } from '@isonoise/data';

/** Image formats that the command line can read but browsers cannot. */
export const NOT_DECODED = ['tiff', 'svg'] as const;

/**
 * Decodes a visitor's image and rotates it upright by its EXIF orientation. The caller closes the result.
 *
 * The format is determined by the content. JPEG files are checked by the rules of the command line, because browsers
 * decode damaged pixels but reject a file that only lacks its end marker.
 *
 * @param path name of the file in errors
 * @throws DataError `DATA_NOT_FOUND`, `DATA_EMPTY` or `DATA_FORMAT` if the file is not a readable image
 */
export async function decodeImage(file: Blob, path: string): Promise<ImageBitmap> {
  const bytes = await contentOf(file, path);
  const image = new Blob([decodable(bytes, path)]);
  try {
    return await createImageBitmap(image, { imageOrientation: 'from-image' });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new DataError(
      'DATA_FORMAT',
      `${path}: cannot be decoded (${reason.trim()}); expected a whole ${imageFormats(NOT_DECODED)}`,
      { file: path, cause },
    );
  }
}

/** Returns the bytes to pass to the browser. Checks and repairs a JPEG first. */
function decodable(bytes: Uint8Array<ArrayBuffer>, path: string): Uint8Array<ArrayBuffer> {
  if (imageKind(bytes, path, NOT_DECODED) !== 'jpeg') return bytes;
  const jpeg = repairedJpeg(bytes, path);
  jpeg.checkPixels();
  return jpeg.bytes.slice();
}

/** Reads a file. A picked file may have been deleted since, or may be unreadable. */
async function contentOf(file: Blob, path: string): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return new Uint8Array(await file.arrayBuffer());
  } catch (cause) {
    throw new DataError(
      'DATA_NOT_FOUND',
      `${path}: cannot be read (${String(cause)}); expected a readable file. Choose it again.`,
      {
        file: path,
        cause,
      },
    );
  }
}
