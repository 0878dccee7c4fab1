import { plural } from '@isonoise/error';
import type { ImageShape } from '@isonoise/schedule';
import type { Edit } from './edit.ts';
import { samplerError } from './errors.ts';
import { PLAN_LIMITS } from './plan-limits.ts';
import type { Canvas } from './windows.ts';

/** Pixels to add at each side of a picture; a negative number removes pixels. Default 0. */
export interface Margins {
  readonly left?: number | undefined;
  readonly right?: number | undefined;
  readonly top?: number | undefined;
  readonly bottom?: number | undefined;
}

/** The sides of {@link Margins}. */
export const MARGINS: readonly (keyof Margins)[] = ['left', 'right', 'top', 'bottom'];

/** The fields of a request that continue pictures beyond their borders. */
export interface Outpainting {
  readonly edit: Pick<Edit, 'image' | 'mask'>;
  readonly canvas: Pick<Canvas, 'height' | 'width'>;
}

/**
 * Places pictures on a canvas with margins, and masks the new pixels. A request that contains the result draws the new
 * pixels and keeps the pictures bit for bit. A canvas larger than the network's images is drawn in overlapping windows.
 *
 * @param pictures `[count, C, H, W]` in [-1, 1]
 * @param shape channels, height and width of a picture
 * @param inside pixels of the pictures that are drawn again too, as in {@link Edit}: `[H, W]` for all images, or `[images, H, W]`.
 *   Default none
 * @returns the fields of a request. New pixels have the value of the nearest pixel of the picture; an edit with
 *   `strength` starts from these values
 * @throws `SAMPLER_REQUEST` if the pictures or `inside` do not have the shape; a margin is not a whole number; the
 *   margins add no pixels or remove the whole picture
 */
export function outpaint(
  pictures: Float32Array,
  shape: ImageShape,
  margins: Margins,
  inside?: Uint8Array,
): Outpainting {
  const { channels, height, width } = shape;
  const size = channels * height * width;
  const count = pictures.length / size;
  if (!(Number.isInteger(count) && count >= 1))
    return fail(
      `the pictures have ${plural(pictures.length, 'value')}; expected ${size} for each picture of [${channels}, ${height}, ${width}].`,
    );
  const masks = inside === undefined ? 1 : inside.length / (height * width);
  if (!(Number.isInteger(masks) && masks >= 1))
    return fail(
      `the mask has ${plural(inside?.length ?? 0, 'value')}; expected ${height * width} for each mask of [${height}, ${width}].`,
    );
  const { left = 0, right = 0, top = 0, bottom = 0 } = margins;
  for (const [name, margin] of Object.entries({ left, right, top, bottom }))
    if (!(Number.isInteger(margin) && Math.abs(margin) <= PLAN_LIMITS.side))
      return fail(`${name} is ${margin}; expected a whole number of pixels, at most ${PLAN_LIMITS.side}.`);
  if (Math.max(left, right, top, bottom) <= 0)
    return fail('the margins add no pixels; expected a margin above 0. Name a side to extend.');
  if (left + right + width <= 0 || top + bottom + height <= 0 || leavesNone(margins, shape))
    return fail(
      `the margins remove the whole picture of ${width} x ${height} pixels; expected a part of it. Remove fewer pixels.`,
    );
  const canvas = { height: height + top + bottom, width: width + left + right };
  const values = count * channels * canvas.height * canvas.width;
  if (values > PLAN_LIMITS.values)
    return fail(
      `the pictures would have ${plural(values, 'value')}; expected at most ${PLAN_LIMITS.values}.`,
    );
  const image = new Float32Array(values);
  const pixels = canvas.height * canvas.width;
  const mask = new Uint8Array(masks * pixels);
  for (let row = 0; row < canvas.height; row++) {
    const y = row - top;
    const nearestY = Math.min(height - 1, Math.max(0, y));
    for (let column = 0; column < canvas.width; column++) {
      const x = column - left;
      const nearestX = Math.min(width - 1, Math.max(0, x));
      const to = row * canvas.width + column;
      const from = nearestY * width + nearestX;
      const isNew = x !== nearestX || y !== nearestY;
      for (let k = 0; k < masks; k++)
        mask[k * pixels + to] = isNew ? 1 : (inside?.[k * height * width + from] ?? 0);
      for (let plane = 0; plane < count * channels; plane++)
        image[plane * pixels + to] = pictures[plane * height * width + from] as number;
    }
  }
  return { edit: { image, mask }, canvas };
}

/** Whether no pixel of the picture is on the canvas. */
const leavesNone = (
  { left = 0, right = 0, top = 0, bottom = 0 }: Margins,
  { height, width }: ImageShape,
): boolean => -left >= width || -right >= width || -top >= height || -bottom >= height;

function fail(problem: string): never {
  throw samplerError('SAMPLER_REQUEST', `outpaint: ${problem}`);
}
