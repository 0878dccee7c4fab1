import type { ImageShape } from '@isonoise/schedule';
import type { Affine } from './affine.ts';

/** How positions outside of an image are filled: with the nearest pixel of its edge, or with its opposite side. */
export type Border = 'nearest' | 'wrap';

/**
 * Writes a transformed image. Each pixel is interpolated bilinearly at its position in the original, so a map to whole
 * pixels copies values exactly.
 *
 * Letters: C channels, H height, W width.
 *
 * @param from the original, `[C, H, W]`
 * @param to the result, `[C, H, W]`; must not be `from`
 * @param inverse map from positions in the result to positions in the original
 */
export function warp(
  from: Float32Array,
  to: Float32Array,
  { channels, height, width }: ImageShape,
  inverse: Affine,
  border: Border,
): void {
  const [centreX, centreY] = [(width - 1) / 2, (height - 1) / 2];
  const inside =
    border === 'wrap'
      ? (i: number, size: number): number => ((i % size) + size) % size
      : (i: number, size: number): number => Math.min(Math.max(i, 0), size - 1);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      // 1. Find the position in the original, and the four pixels around it.
      const [dx, dy] = [column - centreX, row - centreY];
      const x = centreX + inverse.xx * dx + inverse.xy * dy + inverse.x0;
      const y = centreY + inverse.yx * dx + inverse.yy * dy + inverse.y0;
      const [left, top] = [Math.floor(x), Math.floor(y)];
      const [shareX, shareY] = [x - left, y - top];
      const [x1, x2] = [inside(left, width), inside(left + 1, width)];
      const [y1, y2] = [inside(top, height) * width, inside(top + 1, height) * width];
      // 2. Interpolate each channel.
      for (let channel = 0; channel < channels; channel++) {
        const plane = channel * height * width;
        const value = (position: number): number => from[plane + position] as number;
        const above = value(y1 + x1) * (1 - shareX) + value(y1 + x2) * shareX;
        const below = value(y2 + x1) * (1 - shareX) + value(y2 + x2) * shareX;
        to[plane + row * width + column] = above * (1 - shareY) + below * shareY;
      }
    }
  }
}
