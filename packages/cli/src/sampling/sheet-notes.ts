import { codeOf } from '@isonoise/error';
import { plural } from '../terminal/format.ts';
import { readRecord } from './image-record.ts';

/** Errors of files that contain no valid request, such as JPEG files. */
const NO_REQUEST: readonly string[] = ['RUNTIME_RECORD', 'PICTURE_PNG_MALFORMED'];

/**
 * Returns a note if a picture is a sheet that isonoise drew, according to the request in the file.
 *
 * @param size pixels of the file
 */
export async function sheetNotes(
  path: string,
  { width, height }: { readonly width: number; readonly height: number },
): Promise<readonly string[]> {
  const record = await readRecord(path).catch((error: unknown) => {
    if (NO_REQUEST.includes(codeOf(error) ?? '')) return undefined;
    throw error;
  });
  if (record === undefined) return [];
  const { images, shape } = record.plan;
  // The file of a single image may be enlarged (--scale); it has no border.
  const scale = width / shape.width;
  if (images.length === 1 && Number.isInteger(scale) && height === scale * shape.height) return [];
  return [
    `${path} is a sheet of ${plural(images.length, 'image')} that isonoise drew, and was read as a single picture, with its borders; to get a file for each image, draw it with --out <folder>/`,
  ];
}
