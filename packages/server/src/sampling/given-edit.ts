import type { EditJson } from '@isonoise/api';
import type { ModelSpec } from '@isonoise/bundle';
import { maskOfPng } from '@isonoise/picture';
import { type Edit, valuesFromBase64 } from '@isonoise/sampler';
import { decoding, invalid, listOf, type PictureSize, requireRoom, valuesOfPngs } from './given-start.ts';

/** The model and the limits that the pictures of an edit must fit. */
interface Fitting {
  readonly spec: ModelSpec;
  /** Size of the pictures. */
  readonly size: PictureSize;
  /** Maximum bytes of the arrays in a body. Decoded pictures have the same limit. */
  readonly arrayBytes: number;
}

/**
 * Reads the pictures and masks of an edit. The sampler checks their number and values.
 *
 * @throws ServerError `BODY_INVALID`; `BUDGET_EXCEEDED` if the pictures have too many pixels
 */
export function givenEdit({ x, png, mask, ...settings }: EditJson, fitting: Fitting): Edit {
  if (x !== undefined && png !== undefined)
    invalid('edit has x and png; expected only one of them. Leave one out.');
  const image =
    png !== undefined
      ? valuesOfPngs('edit', listOf(png), fitting)
      : valuesFromBase64(
          'edit.x',
          x ?? invalid('edit has neither x nor png; expected one of them. Add x or png.'),
          invalid,
        );
  return { ...settings, image, mask: mask === undefined ? undefined : masksOfPngs(listOf(mask), fitting) };
}

/** Decodes the masks of an edit. @returns `[count, H, W]` */
function masksOfPngs(files: readonly string[], fitting: Fitting): Uint8Array {
  const { height, width } = fitting.size;
  requireRoom('edit.mask', files.length, fitting, 1 / 4);
  const masks = files.map((file, k) => decoding(`edit.mask[${k}]`, file, { height, width }, maskOfPng));
  const joined = new Uint8Array(masks.length * height * width);
  for (const [k, mask] of masks.entries()) joined.set(mask, k * height * width);
  return joined;
}
