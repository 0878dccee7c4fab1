import { type ImagesShape, readPngText, sheetLook, sheetSize } from '@isonoise/picture';
import {
  decodeImageRecord,
  type Given,
  type GivenArrays,
  IMAGE_RECORD,
  type ImageRecord,
  type Model,
  startOfRecord,
} from '@isonoise/runtime';
import type { SavedSampling } from '@isonoise/sampler';
import { CliError } from '../errors.ts';
import { readOptionFile } from '../read-option-file.ts';

/**
 * Reads the request in a PNG file.
 *
 * @throws `CLI_USAGE` if the file cannot be read; `RUNTIME_RECORD` if it has no valid request
 */
export async function readRecord(path: string, name: string = path): Promise<ImageRecord> {
  const bytes = await readOptionFile({ path, name, expected: 'a drawn PNG file' });
  const text = readPngText(bytes, IMAGE_RECORD.keyword, IMAGE_RECORD.most);
  return decodeImageRecord(text, name);
}

/**
 * Returns the start of a run that repeats a recorded request.
 *
 * @param arrays pictures from the flags
 * @throws `CLI_USAGE` if the model differs or pictures are missing; `RUNTIME_RECORD` if pictures differ;
 *   `PICTURE_TOO_LARGE` if a sheet of the images would be too large
 */
export function startOfLike(
  record: ImageRecord,
  path: string,
  { sha256, spec }: Model,
  arrays: GivenArrays | undefined,
): SavedSampling {
  if (record.model !== undefined && sha256 !== undefined && record.model !== sha256) {
    throw new CliError(
      'CLI_USAGE',
      `--like ${path}: was drawn with a network whose SHA-256 is ${record.model}; expected ${sha256}, the network of ${spec.name}. Use the model that drew the image.`,
    );
  }
  const { given } = record;
  const arrayKind = arrays?.edit === undefined ? 'start' : 'edit';
  if (given !== undefined && given.kind !== 'between' && (arrays === undefined || arrayKind !== given.kind)) {
    const names = [...given.images, ...(given.masks ?? [])];
    throw new CliError(
      'CLI_USAGE',
      `--like ${path}: its images were drawn from pictures that the PNG does not contain; expected those with the SHA-256 ${names.join(', ')} (of the values, not of the files). Add ${flagsOfGiven(given)}; --fit must be as before.`,
    );
  }
  const { images, shape } = record.plan;
  const all: ImagesShape = [images.length, shape.channels, shape.height, shape.width];
  // A forged request can have more images than fit in memory.
  sheetSize(all, sheetLook(all));
  return startOfRecord(record, `--like ${path}`, arrays);
}

/**
 * Returns the flags with which the pictures of a recorded request must be given again. The record of a mask
 * does not show whether the mask came from `--mask` or from `--outpaint`.
 */
export function flagsOfGiven({ kind, masks }: Given): string {
  if (kind !== 'edit') return '--from <file>';
  return masks === undefined
    ? '--init <file>'
    : '--init <file>, and --mask <file> or --outpaint <margins> (or both) as before';
}

/** Returns a note if the images were changed after drawing, because `--like` does not repeat these changes. */
export function likeNotes({ finish }: ImageRecord): readonly string[] {
  const flags = (finish ?? []).map((name) => `--${name}`);
  if (flags.length === 0) return [];
  return [`the images of --like were changed after drawing; add ${flags.join(' and ')} to change them again`];
}
