import type { ModelSpec } from '@isonoise/bundle';
import { sheetScale } from '@isonoise/picture';
import { decodeImage } from '../files/decode-image.ts';
import { imageValues, sheetRegions } from '../files/image-values.ts';
import { canvasOf, pixelsOf } from '../files/pixels-of.ts';
import type { Source } from '../model/runtime-settings.ts';
import { sheetFile } from '../model/sample-sheet.ts';
import type { Drawing } from '../sample/drawing.ts';
import { clearCheckers } from './clear-checkers.ts';

/** Example images of a model, each `[C, H, W]` in [-1, 1]. */
export type Examples = readonly Float32Array[];

/**
 * Returns the images drawn with the model on this page. Without any, it returns the images of the model's
 * sample sheet, or an empty list.
 *
 * @param source address or files of the model; undefined if it has neither
 */
export async function examplesOf(
  spec: ModelSpec,
  drawn: Drawing,
  source: Source | undefined,
): Promise<Examples> {
  const { channels, height, width } = spec.image;
  if (drawn.status === 'done' && drawn.spec.name === spec.name) {
    const size = channels * height * width;
    return Array.from({ length: drawn.shape[0] }, (_, n) => drawn.result.subarray(n * size, (n + 1) * size));
  }
  // Examples are optional. Without a network, or without a sheet, there are none.
  const file = source === undefined ? null : await sheetFile(source).catch(() => null);
  if (file === null) return [];
  const sheet = await pixelsOf(file);
  return sheetRegions(sheet, spec.image, sheetScale(height, width)).map((region) =>
    channels === 4
      ? imageValues(clearCheckers(sheet, region), { left: 0, top: 0, width, height, scale: 1 }, 4)
      : imageValues(sheet, region, channels),
  );
}

/**
 * Converts a visitor's picture to a model's image size: scales it to cover this size, crops it to the middle,
 * and, unless the model has alpha, fills transparent parts with white.
 *
 * @throws DataError `DATA_FORMAT`
 */
export async function ownImage(file: File, { image }: ModelSpec): Promise<Float32Array> {
  const { channels, height, width } = image;
  const whole = await decodeImage(file, file.name);
  const scale = Math.max(width / whole.width, height / whole.height);
  const [w, h] = [width / scale, height / scale];
  const [left, top] = [(whole.width - w) / 2, (whole.height - h) / 2];
  const context = canvasOf(width, height);
  context.imageSmoothingQuality = 'high';
  context.fillStyle = '#fff';
  if (channels !== 4) context.fillRect(0, 0, width, height);
  context.drawImage(whole, left, top, w, h, 0, 0, width, height);
  whole.close();
  const pixels = context.getImageData(0, 0, width, height);
  return imageValues(pixels, { left: 0, top: 0, width, height, scale: 1 }, channels);
}
