import { DataError, imageKind, repairedJpeg } from '@isonoise/data';

/** Formats that the command reads, but no browser. */
const NOT_DECODED = ['tiff'] as const;

/**
 * An image of the visitor's, upright as its camera was held. The caller closes it.
 *
 * What it is is decided by its content, and a JPEG's faults by the same rules as in the command: browsers decode
 * damaged pixels, and refuse a file that lacks no more than its end marker.
 *
 * @param path names the file in an error
 * @throws DataError `DATA_FORMAT`, `DATA_EMPTY`
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
      `${path}: cannot be decoded (${reason.trim()}); expected a whole PNG, JPEG, WebP or GIF`,
      { file: path, cause },
    );
  }
}

/** The bytes that the browser is given. */
function decodable(bytes: Uint8Array<ArrayBuffer>, path: string): Uint8Array<ArrayBuffer> {
  if (imageKind(bytes, path, NOT_DECODED) !== 'jpeg') return bytes;
  const jpeg = repairedJpeg(bytes, path);
  jpeg.checkPixels();
  return jpeg.bytes.slice();
}

/** A file that was picked may be gone by now, or be none that can be read. */
async function contentOf(file: Blob, path: string): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return new Uint8Array(await file.arrayBuffer());
  } catch (cause) {
    throw new DataError('DATA_NOT_FOUND', `${path}: cannot be read (${String(cause)}). Choose it again.`, {
      file: path,
      cause,
    });
  }
}
