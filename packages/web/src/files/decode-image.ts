import { DataError } from '@isonoise/data';

/**
 * An image of the visitor's, upright as its camera was held. Whoever asked for it calls `close`.
 *
 * @param path names the file in an error
 * @throws DataError `DATA_FORMAT`
 */
export async function decodeImage(file: Blob, path: string): Promise<ImageBitmap> {
  try {
    return await createImageBitmap(file, { imageOrientation: 'from-image' });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new DataError(
      'DATA_FORMAT',
      `${path}: cannot be decoded (${reason.trim()}): corrupt, cut off or no image`,
      { file: path, cause },
    );
  }
}
