import { plural } from '@isonoise/error';
import { outpaint } from '@isonoise/sampler';
import type { ImageShape } from '@isonoise/schedule';
import { CliError } from '../errors.ts';
import { marginsOf, shapeInside } from './canvas-of.ts';
import {
  failFile,
  isArrayFile,
  joinImages,
  type NamedFile,
  type ReadImages,
  readArray,
  readImage,
  readMask,
} from './read-images.ts';
import type { ReadStart } from './read-start.ts';
import type { SampleFlags } from './sample-flags.ts';

/**
 * Reads the pictures and masks of an edit.
 *
 * @param init paths of pictures or of .npy files with images
 * @param whole shape of the pictures, including the margins of `--outpaint`
 * @param variations default number of images for a single picture
 * @throws `CLI_USAGE` if a file cannot be read or does not match the shape, if a mask is dark everywhere or does not
 *   have the size of its picture, if `--outpaint` leaves no room for the picture, or if the numbers of pictures, masks
 *   and images do not match; `SAMPLER_REQUEST` if `--outpaint` adds no pixels
 */
export async function readEdit(
  init: readonly string[],
  flags: SampleFlags,
  whole: ImageShape,
  variations: number,
): Promise<ReadStart> {
  const { fit, strength, mask: masks = [], resample, jump, count: requested } = flags;
  const margins = marginsOf(flags);
  const shape = shapeInside(whole, margins);
  if (shape.height < 1 || shape.width < 1) {
    throw new CliError(
      'CLI_USAGE',
      `--outpaint ${flags.outpaint}: leaves no room for the picture on ${sizeText(whole)} pixels; expected at least 1 x 1. Use smaller margins, or a larger --canvas.`,
    );
  }
  const files: ReadImages[] = [];
  for (const path of init) {
    const file = { flag: '--init', path };
    files.push(
      await (isArrayFile(path) ? readArray(file, shape, 'an edit') : readImage(file, shape, { fit })),
    );
  }
  const image = joinImages(files);
  const { channels, height, width } = shape;
  const pictures = image.length / (channels * height * width);
  const count = pictures === 1 ? (requested ?? variations) : pictures;
  if (requested !== undefined && count !== requested) {
    failFile(
      { flag: '--init', path: init.join(' ') },
      `has ${pictures} pictures, but --count is ${requested}; expected one picture, or one for each image`,
    );
  }
  const originals = files.flatMap(({ values, original }) =>
    Array.from({ length: values.length / (channels * height * width) }, () => original),
  );
  const read: Uint8Array[] = [];
  for (const [k, path] of masks.entries()) {
    const file = { flag: '--mask', path };
    const { mask, original } = await readMask(file, shape, { fit });
    requireSize(file, original, originals[k] ?? originals[0] ?? shape, shape);
    read.push(mask);
  }
  if (read.length > 1 && read.length !== count) {
    failFile(
      { flag: '--mask', path: masks.join(' ') },
      `has ${read.length} masks for ${plural(count, 'image')}; expected one mask, or one for each image`,
    );
  }
  const mask = read.length === 0 ? undefined : Uint8Array.from(read.flatMap((each) => [...each]));
  const outpainted = margins === undefined ? undefined : outpaint(image, shape, margins, mask).edit;
  return {
    given: { edit: { image, mask, ...outpainted, strength, resample, jump } },
    count,
    notes: files.flatMap(({ notes }) => notes),
  };
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/**
 * Checks that a mask has the size of its picture, before or after the picture is scaled.
 *
 * @throws `CLI_USAGE` if the mask has neither size
 */
function requireSize(file: NamedFile, size: Size, picture: Size, scaled: Size): void {
  if (isSize(size, picture) || isSize(size, scaled)) return;
  const alternative = isSize(picture, scaled)
    ? ''
    : `, or ${sizeText(scaled)}, the size that the picture is scaled to`;
  failFile(
    file,
    `has ${sizeText(size)} pixels; expected ${sizeText(picture)}, the size of the picture${alternative}`,
  );
}

const isSize = (a: Size, b: Size): boolean => a.width === b.width && a.height === b.height;
const sizeText = ({ width, height }: Size): string => `${width} x ${height}`;
