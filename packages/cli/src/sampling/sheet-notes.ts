import { codeOf } from '@isonoise/error';
import { isSheetSize } from '@isonoise/picture';
import { plural } from '../terminal/format.ts';
import { readRecord } from './image-record.ts';

/** Codes of the errors for files that contain no valid request, such as JPEG files. */
const NO_REQUEST: readonly string[] = ['RUNTIME_RECORD', 'PICTURE_PNG_MALFORMED'];

/**
 * Returns a note if a picture is a sheet that isonoise drew: it contains a request, and has the size of the
 * sheet. The size is compared because other programs keep the request when they cut or scale a sheet.
 *
 * @param size size of the picture
 */
export async function sheetNotes(
  path: string,
  size: { readonly width: number; readonly height: number },
): Promise<readonly string[]> {
  const record = await readRecord(path).catch((error: unknown) => {
    if (NO_REQUEST.includes(codeOf(error) ?? '')) return undefined;
    throw error;
  });
  if (record === undefined) return [];
  const { images, shape } = record.plan;
  const { channels, height, width } = shape;
  if (!isSheetSize([images.length, channels, height, width], size)) return [];
  return [
    `${path} is a sheet of ${plural(images.length, 'image')} that isonoise drew, and was read as a single picture, with its borders; to get a file for each image, draw it with --out <folder>/`,
  ];
}
