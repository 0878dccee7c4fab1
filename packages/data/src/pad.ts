import { checkedDataset, type Dataset } from './dataset.ts';
import { DataError } from './errors.ts';
import { checkLimits, DATA_LIMITS } from './limits.ts';

/**
 * Puts each image in the middle of a square. For example, digits of 28×28 become 32×32. A U-Net can halve 28 only
 * twice, but 32 five times. If the margin is odd, the larger part is at the bottom and right.
 *
 * @param side new width and height, at least the width and height of the images.
 * @param options.fill value of the margin, 0..255. Default 0, which is −1 for the network.
 * @returns the padded set; the given set if its images already have this size.
 * @throws DataError `DATA_ARGUMENT` if `side` or `fill` is out of range; `DATA_LIMIT` if the padded set is too large
 */
export function padTo(dataset: Dataset, side: number, options: { readonly fill?: number } = {}): Dataset {
  const { fill = 0 } = options;
  const { name, count, pixels } = dataset;
  const { channels, height, width } = dataset.shape;
  if (!Number.isInteger(side) || side < height || side < width || side > DATA_LIMITS.side)
    throw new DataError(
      'DATA_ARGUMENT',
      `padTo: side is ${side}; expected an integer from ${Math.max(height, width)} to ${DATA_LIMITS.side}, as images of ` +
        `${name} are ${width}x${height}.`,
    );
  if (!Number.isInteger(fill) || fill < 0 || fill > 255)
    throw new DataError('DATA_ARGUMENT', `padTo: fill is ${fill}; expected an integer from 0 to 255.`);
  if (side === height && side === width) return dataset;
  checkLimits(`padTo ${side}: ${name}`, count, channels, side, side);
  const top = (side - height) >> 1;
  const left = (side - width) >> 1;
  const shape = { channels, height: side, width: side };
  // [N, C, H, W] -> [N, C, side, side], row by row, for each of N·C planes.
  const padded = new Uint8Array(count * channels * side * side).fill(fill);
  for (let plane = 0; plane < count * channels; plane++)
    for (let y = 0; y < height; y++) {
      const from = (plane * height + y) * width;
      padded.set(pixels.subarray(from, from + width), (plane * side + top + y) * side + left);
    }
  return checkedDataset({ ...dataset, shape, pixels: padded });
}
