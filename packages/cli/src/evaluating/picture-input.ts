import type { ImageShape } from '@isonoise/schedule';

/**
 * Converts images of any shape to the input of a picture network: premultiplied red, green and blue, and then
 * alpha. All values range from −1 (black, transparent) to 1.
 *
 * 1. Grey becomes red, green and blue. Images without alpha become opaque. Colours of images with alpha must be
 *    premultiplied.
 * 2. Each channel is resized to the size of the network. If the network's side is a multiple of the image's side,
 *    pixels are repeated, so that small pictures stay sharp. Otherwise a triangle filter is used.
 *
 * @param images `[N, C, H, W]` in [−1, 1]; C is 1 (grey), 3 (colour) or 4 (premultiplied colour and alpha)
 * @param to size of the result
 * @returns `[N, 4, to.height, to.width]` in [−1, 1]
 */
export function toPictures(
  images: Float32Array,
  { channels, height, width }: ImageShape,
  to: Pick<ImageShape, 'height' | 'width'>,
): Float32Array {
  const plane = height * width;
  const outPlane = to.height * to.width;
  const count = images.length / (channels * plane);
  const result = new Float32Array(count * 4 * outPlane).fill(1);
  const [rows, columns] = [tapsOf(height, to.height), tapsOf(width, to.width)];
  for (let image = 0; image < count; image++) {
    for (let channel = 0; channel < Math.max(channels, 3); channel++) {
      const from = (image * channels + Math.min(channel, channels - 1)) * plane;
      const source = images.subarray(from, from + plane);
      const at = (image * 4 + channel) * outPlane;
      const target = result.subarray(at, at + outPlane);
      if (plane === outPlane && height === to.height) target.set(source);
      else resize(source, width, rows, columns, target);
    }
  }
  return result;
}

/** For each pixel of the result along one side, the weights of the source pixels. */
type Taps = readonly { readonly first: number; readonly weights: Float64Array }[];

function tapsOf(from: number, to: number): Taps {
  if (to % from !== 0) return triangleWeights(from, to);
  return Array.from({ length: to }, (_, i) => ({
    first: Math.floor((i * from) / to),
    weights: Float64Array.of(1),
  }));
}

/**
 * Returns the weights of a triangle filter. In an enlarged picture, pixels are interpolated linearly. In a reduced
 * picture, each pixel is a weighted mean of all covered pixels.
 */
function triangleWeights(from: number, to: number): Taps {
  const ratio = from / to;
  const support = Math.max(1, ratio);
  return Array.from({ length: to }, (_, i) => {
    const centre = (i + 0.5) * ratio - 0.5;
    const first = Math.max(0, Math.ceil(centre - support));
    const last = Math.min(from - 1, Math.floor(centre + support));
    const weights = Float64Array.from({ length: last - first + 1 }, (_, k) =>
      Math.max(0, 1 - Math.abs(first + k - centre) / support),
    );
    const sum = weights.reduce((total, weight) => total + weight, 0);
    return { first, weights: weights.map((weight) => weight / sum) };
  });
}

function resize(source: Float32Array, width: number, rows: Taps, columns: Taps, target: Float32Array): void {
  // The width is resized first, then the height.
  const height = source.length / width;
  const wide = new Float64Array(height * columns.length);
  for (let y = 0; y < height; y++) {
    for (const [x, { first, weights }] of columns.entries()) {
      let sum = 0;
      for (let k = 0; k < weights.length; k++)
        sum += (weights[k] as number) * (source[y * width + first + k] as number);
      wide[y * columns.length + x] = sum;
    }
  }
  for (const [y, { first, weights }] of rows.entries()) {
    for (let x = 0; x < columns.length; x++) {
      let sum = 0;
      for (let k = 0; k < weights.length; k++)
        sum += (weights[k] as number) * (wide[(first + k) * columns.length + x] as number);
      target[y * columns.length + x] = sum;
    }
  }
}
