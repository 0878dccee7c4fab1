import type { DecodedPng } from './decode-png.ts';
import { pictureError } from './errors.ts';

/**
 * Converts a decoded PNG to an image for the network by `x / 127.5 − 1`. `toBytes` is the inverse. Grey becomes three
 * equal channels. For an image with alpha, colours are multiplied by alpha, which is 255 for a PNG without alpha.
 *
 * @returns `[C, H, W]` in [−1, 1]
 * @throws `PICTURE_SHAPE` if a pixel is coloured but the image is grey, or a pixel is transparent but the image has
 *   no alpha
 */
export function imageOfPng({ width, height, channels, data }: DecodedPng, C: 1 | 3 | 4): Float32Array {
  const pixels = width * height;
  const isColour = channels > 2;
  const image = new Float32Array(C * pixels);
  for (let i = 0; i < pixels; i++) {
    const at = i * channels;
    const level = (c: number): number => data[at + c] as number;
    const alpha = channels === 2 || channels === 4 ? level(channels - 1) : 255;
    if (C !== 4 && alpha !== 255)
      refuse(i, width, 'is transparent; expected an opaque picture. Fill its background.');
    if (C === 1 && isColour && (level(1) !== level(0) || level(2) !== level(0)))
      refuse(i, width, 'has a colour; expected a grey picture. Convert it to grey.');
    for (let c = 0; c < Math.min(C, 3); c++) {
      const colour = level(isColour ? c : 0);
      image[c * pixels + i] = (alpha === 255 ? colour : Math.round((colour * alpha) / 255)) / 127.5 - 1;
    }
    if (C === 4) image[3 * pixels + i] = alpha / 127.5 - 1;
  }
  return image;
}

function refuse(pixel: number, width: number, problem: string): never {
  const where = `the pixel in column ${pixel % width} of row ${Math.floor(pixel / width)}`;
  throw pictureError('PICTURE_SHAPE', `imageOfPng: ${where} ${problem}`);
}
